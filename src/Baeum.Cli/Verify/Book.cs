namespace Baeum.Cli.Verify;

/// <summary>A file of figures below the folder that <c>verify</c> was given.</summary>
/// <param name="Name">Its path without the end: <c>core/ops</c>; a folder's name where the file is called <c>golden.json</c>.</param>
/// <param name="Path">The JSON file.</param>
internal sealed record Book(string Name, string Path)
{
    // parts of models and tokenizers, and texts that a book refers to
    private static readonly string[] Companions = ["config.json", "tokenizer.json", ".documents.json", ".index.json"];

    /// <summary>Its last part, which tells what it is about: <c>ops</c>.</summary>
    internal string Subject => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>The tensors beside it.</summary>
    internal string TensorPath => System.IO.Path.ChangeExtension(Path, ".safetensors");

    /// <summary>The books below a folder, by name.</summary>
    internal static Book[] Below(string folder) => Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
        .Where(path => !Companions.Any(end => path.EndsWith(end, StringComparison.Ordinal)))
        .Select(path => new Book(NameOf(System.IO.Path.GetRelativePath(folder, path).Replace(System.IO.Path.DirectorySeparatorChar, '/')), path))
        .OrderBy(book => book.Name, StringComparer.Ordinal).ToArray();

    private static string NameOf(string relative)
    {
        foreach (string end in (string[])["/golden.json", ".golden.json", ".json"])
        {
            if (relative.EndsWith(end, StringComparison.Ordinal))
                return relative[..^end.Length];
        }
        return relative;
    }
}

/// <summary>One comparison of a book: its name, and how to make it.</summary>
/// <param name="Name">The path that <c>--only</c> matches: <c>core/ops/matmul_bmm</c>.</param>
/// <param name="Check">Computes and compares; null when Baeum does not know this kind yet.</param>
internal sealed record Comparison(string Name, Func<Outcome>? Check);

/// <summary>How far Baeum's figures lie from the book's.</summary>
/// <param name="Error">The largest |got - wanted| / max(1, |wanted|) of all elements; infinity where shapes differ.</param>
/// <param name="Tolerance">What is allowed.</param>
/// <param name="Where">The tensor that lies farthest off.</param>
internal sealed record Outcome(double Error, double Tolerance, string Where = "")
{
    /// <summary>True when every figure is what it should be.</summary>
    internal bool Ok => Error <= Tolerance;
}
