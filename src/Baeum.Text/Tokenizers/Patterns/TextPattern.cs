using System.Text.Json;
using System.Text.RegularExpressions;

namespace Baeum.Text;

/// <summary>What <c>Replace</c> and <c>Split</c> look for: a string as it stands, or a regular expression.</summary>
internal sealed class TextPattern
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string text;
    private readonly Regex? regex;
    private readonly WordScanner? scanner;

    private TextPattern(string text, bool isRegex)
    {
        this.text = text;
        IsRegex = isRegex;
        if (!isRegex)
            return;
        scanner = WordScanner.ForPattern(text);
        try
        {
            regex = new Regex(RegexDialect.ToDotNet(text), RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException error)
        {
            throw new TokenizerException($"the pattern '{text}' is not understood: {error.Message}", error);
        }
    }

    internal bool IsRegex { get; }

    /// <summary>The string, or the regular expression's text.</summary>
    internal string Source => text;

    /// <summary>The scanner written by hand for this regular expression; null when there is none.</summary>
    internal WordScanner? Scanner => scanner;

    internal static TextPattern Literal(string text) => new(text, isRegex: false);

    internal static TextPattern Expression(string regex) => new(regex, isRegex: true);

    internal static TextPattern Read(JsonPart json)
    {
        try
        {
            return json.IsString ? Literal(json.String())
                : json.Has("String") ? Literal(json.Text("String"))
                : Expression(json.Text("Regex"));
        }
        catch (TokenizerException error) when (error.InnerException is ArgumentException)
        {
            throw json.Error(error.Message);
        }
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString(IsRegex ? "Regex" : "String", text);
        json.WriteEndObject();
    }

    /// <summary>All places where it stands, ascending.</summary>
    internal List<(int Start, int End)> Find(ReadOnlySpan<char> where)
    {
        var found = new List<(int, int)>();
        if (scanner is not null)
        {
            for (int at = 0; at < where.Length;)
            {
                int end = scanner.Next(where, at);
                found.Add((at, end));
                at = end;
            }
            return found;
        }
        if (regex is not null)
        {
            try
            {
                if (PlaneZero.Of(where) is PlaneZero mapped)
                {
                    foreach (ValueMatch match in regex.EnumerateMatches(mapped.Text))
                        found.Add((mapped.Place(match.Index), mapped.Place(match.Index + match.Length)));
                    return found;
                }
                foreach (ValueMatch match in regex.EnumerateMatches(where))
                    found.Add((match.Index, match.Index + match.Length));
            }
            catch (RegexMatchTimeoutException error)
            {
                throw new TokenizerException($"The pattern '{text}' took more than {Patience.TotalSeconds} s on a text of {where.Length} chars.", error);
            }
            return found;
        }
        if (text.Length == 0)
            return found;
        for (int at = 0; at < where.Length;)
        {
            int next = where[at..].IndexOf(text);
            if (next < 0)
                break;
            found.Add((at + next, at + next + text.Length));
            at += next + text.Length;
        }
        return found;
    }
}
