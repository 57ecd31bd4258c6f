using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Baeum.Text;

/// <summary>Small steps that bring texts from the web into one form, each by itself so that a chapter can show what it changes.</summary>
public static partial class TextCleaner
{
    /// <summary>One spelling for what looks the same: Unicode's composed form (NFC), or with <paramref name="compatible"/> also one width and one form of letters (NFKC).</summary>
    /// <remarks>Lone surrogates, which .NET's normalisation refuses, become U+FFFD first.</remarks>
    public static string Normalize(string text, bool compatible = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WellFormed(text).Normalize(compatible ? NormalizationForm.FormKC : NormalizationForm.FormC);
    }

    /// <summary>Letters without their accents: café → cafe. Hangul stays whole.</summary>
    public static string StripAccents(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var kept = new StringBuilder(text.Length);
        foreach (Rune rune in WellFormed(text).Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                kept.Append(rune);
        }
        return kept.ToString().Normalize(NormalizationForm.FormC);
    }

    /// <summary>Tags taken out and the five most common entities put back into characters.</summary>
    public static string StripMarkup(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return System.Net.WebUtility.HtmlDecode(Tag().Replace(text, " "));
    }

    /// <summary>Every run of white space as one space, none at the ends.</summary>
    public static string CollapseSpaces(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A character that stands more than <paramref name="most"/> times in a row is cut to that many: ㅋㅋㅋㅋㅋ → ㅋㅋ, so good!!!! → so good!!.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is less than 1.</exception>
    public static string LimitRepeats(string text, int most = 2)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var kept = new StringBuilder(text.Length);
        Rune last = default;
        int count = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            count = count > 0 && rune == last ? count + 1 : 1;
            last = rune;
            if (count <= most)
                kept.Append(rune);
        }
        return kept.ToString();
    }

    /// <summary>Splits into words: runs of letters, digits and marks; an apostrophe inside a word stays (don't).</summary>
    public static string[] Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Word().Matches(text).Select(match => match.Value)];
    }

    private static string WellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                i++;
            else
                return string.Concat(text.EnumerateRunes());
        }
        return text;
    }

    [GeneratedRegex(@"<!--.*?-->|</?[A-Za-z][^<>]*>", RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}_]+(?:['’][\p{L}\p{M}]+)*")]
    private static partial Regex Word();
}
