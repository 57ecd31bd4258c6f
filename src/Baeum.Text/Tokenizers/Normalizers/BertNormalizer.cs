using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>BERT's: control characters away, spaces around ideographs, accents away, small letters.</summary>
/// <param name="cleanText">Take control characters away and turn white space into spaces.</param>
/// <param name="handleChineseCharacters">Write spaces around ideographs.</param>
/// <param name="stripAccents">Take accents away; null: when letters are made small.</param>
/// <param name="lowercase">Make letters small.</param>
public sealed class BertNormalizer(bool cleanText = true, bool handleChineseCharacters = true, bool? stripAccents = null, bool lowercase = true) : Normalizer
{
    private static readonly LowercaseNormalizer Lower = new();

    internal static BertNormalizer Read(JsonPart json) => new(json.Flag("clean_text", true), json.Flag("handle_chinese_chars", true),
        json.Has("strip_accents") ? json["strip_accents"].Bool() : null, json.Flag("lowercase", true));

    internal override void Apply(AlignedText text)
    {
        if (cleanText)
        {
            text.Filter(rune => rune.Value is not (0 or 0xFFFD) && (rune.Value is '\t' or '\n' or '\r' || !UnicodeClass.IsOther(rune)));
            text.Map(rune => Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune);
        }
        if (handleChineseCharacters)
            SetApart(text);
        if (stripAccents ?? lowercase)
        {
            UnicodeForms.Apply(text, NormalizationForm.FormD);
            text.Filter(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark);
        }
        if (lowercase)
            Lower.Apply(text);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("BertNormalizer", () =>
    {
        json.WriteBoolean("clean_text", cleanText);
        json.WriteBoolean("handle_chinese_chars", handleChineseCharacters);
        if (stripAccents is bool strip)
            json.WriteBoolean("strip_accents", strip);
        else
            json.WriteNull("strip_accents");
        json.WriteBoolean("lowercase", lowercase);
    });

    private static void SetApart(AlignedText text)
    {
        // neither an ideograph nor a surrogate pair
        if (!text.Chars.ContainsAnyInRange('\u3400', '\uFAFF'))
            return;
        var changes = new List<(Rune, int)>(text.Length + 16);
        foreach (Rune rune in text.Chars.EnumerateRunes())
        {
            if (UnicodeClass.IsIdeograph(rune))
                changes.AddRange([(new Rune(' '), 0), (rune, 1), (new Rune(' '), 1)]);
            else
                changes.Add((rune, 0));
        }
        text.Transform(changes);
    }
}
