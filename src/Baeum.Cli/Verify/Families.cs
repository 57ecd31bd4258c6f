namespace Baeum.Cli.Verify;

/// <summary>The books that Baeum knows, by what they are about.</summary>
internal static class Families
{
    private static readonly Dictionary<string, Func<Book, IEnumerable<Comparison>>> Known = new(StringComparer.Ordinal)
    {
    };

    /// <summary>The comparisons of a book; null when it is not known yet.</summary>
    internal static IEnumerable<Comparison>? Of(Book book) => Known.TryGetValue(book.Subject, out var comparisons) ? comparisons(book) : null;
}
