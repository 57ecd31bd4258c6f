using System.Text.Json;

namespace Baeum.Text;

/// <summary>Where <c>Metaspace</c> writes its sign before the first word.</summary>
public enum PrependScheme
{
    /// <summary>Before every stretch between added tokens.</summary>
    Always,

    /// <summary>Only at the beginning of the text.</summary>
    First,

    /// <summary>Nowhere.</summary>
    Never,
}

/// <summary>SentencePiece's way: spaces become a visible sign that belongs to the word after it.</summary>
/// <param name="replacement">The sign.</param>
/// <param name="scheme">Where it is also written before the first word.</param>
/// <param name="split">Cut into words.</param>
public sealed class MetaspacePreTokenizer(char replacement = '▁', PrependScheme scheme = PrependScheme.Always, bool split = true) : PreTokenizer
{
    /// <summary>The sign.</summary>
    public char Replacement { get; } = replacement;

    /// <summary>Where the sign is written before the first word.</summary>
    public PrependScheme Scheme { get; } = scheme;

    /// <summary>True when it cuts words.</summary>
    public bool Splits { get; } = split;

    internal static MetaspacePreTokenizer Read(JsonPart json) => new(json.Char("replacement", '▁'), ReadScheme(json), json.Flag("split", true));

    internal static PrependScheme ReadScheme(JsonPart json)
    {
        PrependScheme scheme = json.Choice("prepend_scheme", PrependScheme.Always);
        if (json.Flag("add_prefix_space", true))
            return scheme;
        return !json.Has("prepend_scheme") || scheme == PrependScheme.Never ? PrependScheme.Never
            : throw json.Error("add_prefix_space is false, but prepend_scheme asks for a prefix");
    }

    internal static void WriteMembers(Utf8JsonWriter json, char replacement, PrependScheme scheme, bool split)
    {
        json.WriteString("replacement", replacement.ToString());
        json.WriteString("prepend_scheme", scheme switch { PrependScheme.Always => "always", PrependScheme.First => "first", _ => "never" });
        json.WriteBoolean("split", split);
    }

    internal override void Apply(PieceList pieces) => pieces.Split((_, text) =>
    {
        text.ReplaceChar(' ', Replacement);
        if (text.Length > 0 && text.Chars[0] != Replacement && (Scheme == PrependScheme.Always || (Scheme == PrependScheme.First && text.OriginalStart == 0)))
            text.Prepend(Replacement.ToString());
        if (!Splits)
            return [new Piece(text)];
        var words = new List<Piece>();
        for (int at = 0; at < text.Length;)
        {
            int next = at + 1 < text.Length ? text.Chars[(at + 1)..].IndexOf(Replacement) : -1;
            int end = next < 0 ? text.Length : at + 1 + next;
            words.Add(new Piece(text.Slice(at, end)));
            at = end;
        }
        return words;
    });

    internal override void Write(Utf8JsonWriter json) => json.Part("Metaspace", () => WriteMembers(json, Replacement, Scheme, Splits));
}
