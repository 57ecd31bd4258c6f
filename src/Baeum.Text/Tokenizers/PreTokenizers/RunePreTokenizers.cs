using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>BERT's: words between white space, punctuation by itself.</summary>
public sealed class BertPreTokenizer : PreTokenizer
{
    internal override void Apply(PieceList pieces)
    {
        pieces.Split(text => RuneRuns.Find(text.Chars, Rune.IsWhiteSpace), SplitBehavior.Removed);
        pieces.Split(text => RuneRuns.Find(text.Chars, UnicodeClass.IsBertPunctuation), SplitBehavior.Isolated);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("BertPreTokenizer");
}

/// <summary>Words between white space.</summary>
public sealed class WhitespaceSplitPreTokenizer : PreTokenizer
{
    internal override void Apply(PieceList pieces) => pieces.Split(text => RuneRuns.Find(text.Chars, Rune.IsWhiteSpace), SplitBehavior.Removed);

    internal override void Write(Utf8JsonWriter json) => json.Part("WhitespaceSplit");
}

/// <summary>Runs of letters, digits and underscores, and runs of everything else that is not white space.</summary>
public sealed class WhitespacePreTokenizer : PreTokenizer
{
    internal override void Apply(PieceList pieces) => pieces.Split((_, text) =>
    {
        var words = new List<Piece>();
        int start = 0, at = 0, before = 0;
        foreach (Rune rune in text.Chars.EnumerateRunes())
        {
            int kind = Rune.IsWhiteSpace(rune) ? 0 : UnicodeClass.IsWord(rune) ? 1 : 2;
            if (kind != before)
            {
                if (before != 0)
                    words.Add(new Piece(text.Slice(start, at)));
                (start, before) = (at, kind);
            }
            at += rune.Utf16SequenceLength;
        }
        if (before != 0)
            words.Add(new Piece(text.Slice(start, at)));
        return words;
    });

    internal override void Write(Utf8JsonWriter json) => json.Part("Whitespace");
}

/// <summary>Cuts at punctuation.</summary>
public sealed class PunctuationPreTokenizer(SplitBehavior behavior = SplitBehavior.Isolated) : PreTokenizer
{
    internal static PunctuationPreTokenizer Read(JsonPart json) => new(json.Choice("behavior", SplitBehavior.Isolated));

    internal override void Apply(PieceList pieces) => pieces.Split(text => RuneRuns.Find(text.Chars, UnicodeClass.IsBertPunctuation), behavior);

    internal override void Write(Utf8JsonWriter json) => json.Part("Punctuation", () => json.WriteString("behavior", behavior.ToString()));
}

/// <summary>Sets digits apart, each by itself or in runs.</summary>
public sealed class DigitsPreTokenizer(bool individual = false) : PreTokenizer
{
    internal static DigitsPreTokenizer Read(JsonPart json) => new(json.Flag("individual_digits"));

    internal override void Apply(PieceList pieces) =>
        pieces.Split(text => RuneRuns.Find(text.Chars, Rune.IsNumber), individual ? SplitBehavior.Isolated : SplitBehavior.Contiguous);

    internal override void Write(Utf8JsonWriter json) => json.Part("Digits", () => json.WriteBoolean("individual_digits", individual));
}

/// <summary>Cuts at one character, which goes away.</summary>
public sealed class CharDelimiterPreTokenizer(Rune delimiter) : PreTokenizer
{
    internal static CharDelimiterPreTokenizer Read(JsonPart json)
    {
        string text = json.Text("delimiter");
        return Rune.TryGetRuneAt(text.Length == 0 ? " " : text, 0, out Rune delimiter) && delimiter.Utf16SequenceLength == text.Length
            ? new CharDelimiterPreTokenizer(delimiter)
            : throw json["delimiter"].Error("should be one character");
    }

    internal override void Apply(PieceList pieces) => pieces.Split(text => RuneRuns.Find(text.Chars, rune => rune == delimiter), SplitBehavior.Removed);

    internal override void Write(Utf8JsonWriter json) => json.Part("CharDelimiterSplit", () => json.WriteString("delimiter", delimiter.ToString()));
}

/// <summary>Pieces of so many code points.</summary>
public sealed class FixedLengthPreTokenizer(int length = 5) : PreTokenizer
{
    internal static FixedLengthPreTokenizer Read(JsonPart json)
    {
        int length = json.Number("length", 5);
        return length > 0 ? new FixedLengthPreTokenizer(length) : throw json["length"].Error("should be positive");
    }

    internal override void Apply(PieceList pieces) => pieces.Split((_, text) =>
    {
        var words = new List<Piece>();
        int start = 0, at = 0, count = 0;
        foreach (Rune rune in text.Chars.EnumerateRunes())
        {
            if (count == length)
            {
                words.Add(new Piece(text.Slice(start, at)));
                (start, count) = (at, 0);
            }
            at += rune.Utf16SequenceLength;
            count++;
        }
        words.Add(new Piece(text.Slice(start, at)));
        return words;
    });

    internal override void Write(Utf8JsonWriter json) => json.Part("FixedLength", () => json.WriteNumber("length", length));
}

/// <summary>Finds code points of a kind.</summary>
internal static class RuneRuns
{
    /// <summary>Each code point that <paramref name="wanted"/> takes, by itself.</summary>
    internal static List<(int Start, int End)> Find(ReadOnlySpan<char> text, Func<Rune, bool> wanted)
    {
        var found = new List<(int, int)>();
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (wanted(rune))
                found.Add((at, at + rune.Utf16SequenceLength));
            at += rune.Utf16SequenceLength;
        }
        return found;
    }
}
