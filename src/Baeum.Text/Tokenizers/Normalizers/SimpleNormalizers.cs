using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>A Unicode normalisation form: NFC, NFD, NFKC, NFKD.</summary>
public sealed class UnicodeNormalizer(NormalizationForm form) : Normalizer
{
    /// <summary>The form.</summary>
    public NormalizationForm Form { get; } = form;

    internal override void Apply(AlignedText text) => UnicodeForms.Apply(text, Form);

    internal override void Write(Utf8JsonWriter json) => json.Part(string.Concat("NF", Form.ToString().AsSpan(4)));
}

/// <summary>Small letters.</summary>
public sealed class LowercaseNormalizer : Normalizer
{
    internal override void Apply(AlignedText text)
    {
        var changes = new List<(Rune, int)>(text.Length);
        foreach (Rune rune in text.Chars.EnumerateRunes())
        {
            // the only letter whose small form has two code points
            if (rune.Value == 0x130)
            {
                changes.Add((new Rune('i'), 0));
                changes.Add((new Rune('\u0307'), 1));
            }
            else
            {
                changes.Add((Rune.ToLowerInvariant(rune), 0));
            }
        }
        text.Transform(changes);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Lowercase");
}

/// <summary>Takes all marks away (of text in form NFD or NFKD: the accents).</summary>
public sealed class StripAccentsNormalizer : Normalizer
{
    internal override void Apply(AlignedText text) => text.Filter(rune =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark));

    internal override void Write(Utf8JsonWriter json) => json.Part("StripAccents");
}

/// <summary>Takes white space at the ends away.</summary>
public sealed class StripNormalizer(bool left = true, bool right = true) : Normalizer
{
    internal static StripNormalizer Read(JsonPart json) => new(json.Flag("strip_left", true), json.Flag("strip_right", true));

    internal override void Apply(AlignedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int start = left ? chars.Length - chars.TrimStart().Length : 0, end = right ? chars.TrimEnd().Length : chars.Length;
        text.Keep(start, Math.Max(start, end));
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Strip", () =>
    {
        json.WriteBoolean("strip_left", left);
        json.WriteBoolean("strip_right", right);
    });
}

/// <summary>Writes a text before every stretch that is not empty.</summary>
public sealed class PrependNormalizer(string prefix) : Normalizer
{
    /// <summary>What is written.</summary>
    public string Prefix { get; } = prefix;

    internal static PrependNormalizer Read(JsonPart json) => new(json.Text("prepend"));

    internal override void Apply(AlignedText text) => text.Prepend(Prefix);

    internal override void Write(Utf8JsonWriter json) => json.Part("Prepend", () => json.WriteString("prepend", Prefix));
}

/// <summary>Replaces what a pattern finds.</summary>
public sealed class ReplaceNormalizer : Normalizer
{
    private readonly TextPattern pattern;

    internal ReplaceNormalizer(TextPattern pattern, string content) => (this.pattern, Content) = (pattern, content);

    /// <summary>Replaces a text by another.</summary>
    public ReplaceNormalizer(string text, string content) : this(TextPattern.Literal(text), content)
    {
    }

    /// <summary>What is written instead.</summary>
    public string Content { get; }

    /// <summary>The text that is looked for; null when it is a regular expression.</summary>
    public string? Literal => pattern.IsRegex ? null : pattern.Source;

    internal static ReplaceNormalizer Read(JsonPart json) => new(TextPattern.Read(json["pattern"]), json.Text("content"));

    internal override void Apply(AlignedText text) => text.Replace(pattern.Find(text.Chars), Content);

    internal override void Write(Utf8JsonWriter json) => json.Part("Replace", () =>
    {
        json.WritePropertyName("pattern");
        pattern.Write(json);
        json.WriteString("content", Content);
    });
}

/// <summary>Control characters away, every kind of white space to a space: the rules of SentencePiece for machine translation.</summary>
public sealed class NmtNormalizer : Normalizer
{
    internal override void Apply(AlignedText text)
    {
        text.Filter(rune => rune.Value is not ((>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F));
        text.Map(rune => rune.Value is 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD ? new Rune(' ') : rune);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Nmt");
}

/// <summary>Every byte of the UTF-8 form as a visible character.</summary>
public sealed class ByteLevelNormalizer : Normalizer
{
    internal override void Apply(AlignedText text) => ByteAlphabet.Apply(text);

    internal override void Write(Utf8JsonWriter json) => json.Part("ByteLevel");
}
