using System.Text.Json;

namespace Baeum.Text;

/// <summary>Cuts at what a pattern finds.</summary>
public sealed class SplitPreTokenizer : PreTokenizer
{
    private readonly TextPattern pattern;
    private readonly SplitBehavior behavior;
    private readonly bool invert;

    private SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert) => (this.pattern, this.behavior, this.invert) = (pattern, behavior, invert);

    /// <summary>Cuts by a regular expression.</summary>
    /// <param name="regex">The expression, in Oniguruma's way of writing.</param>
    /// <param name="behavior">What becomes of its matches.</param>
    /// <param name="invert">True when the matches are the words and the rest is the delimiter.</param>
    /// <exception cref="TokenizerException">The expression is not understood.</exception>
    public static SplitPreTokenizer ByRegex(string regex, SplitBehavior behavior = SplitBehavior.Isolated, bool invert = false)
    {
        ArgumentNullException.ThrowIfNull(regex);
        return new SplitPreTokenizer(TextPattern.Expression(regex), behavior, invert);
    }

    /// <summary>The hand-written scanner whose words are this pattern's pieces; null when there is none.</summary>
    internal WordScanner? Scanner => behavior == SplitBehavior.Isolated || (behavior == SplitBehavior.Removed && invert) ? pattern.Scanner : null;

    /// <summary>The pieces of a text.</summary>
    internal List<(int Start, int End)> Ranges(ReadOnlySpan<char> text) => SplitRanges.Of(pattern.Find(text), text.Length, behavior, invert);

    internal static SplitPreTokenizer Read(JsonPart json) => new(TextPattern.Read(json["pattern"]), json.Choice("behavior", SplitBehavior.Isolated), json.Flag("invert"));

    internal override void Apply(PieceList pieces) => pieces.Split((_, text) =>
        Ranges(text.Chars).Select(range => new Piece(text.Slice(range.Start, range.End))));

    internal override void Write(Utf8JsonWriter json) => json.Part("Split", () =>
    {
        json.WritePropertyName("pattern");
        pattern.Write(json);
        json.WriteString("behavior", behavior.ToString());
        json.WriteBoolean("invert", invert);
    });
}
