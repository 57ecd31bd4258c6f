using System.Globalization;
using System.Text;

namespace Baeum.Text;

/// <summary>The four Unicode normalisation forms, with the change that every code point of the result stands for.</summary>
internal static class UnicodeForms
{
    // .NET refuses this code point, which is no character; Unicode leaves it as it is
    private const char Refused = '\uFFFE';

    // a longer run of marks on one letter is noise: it is normalised, but aligned roughly
    private const int MatchedLength = 64;

    internal static void Apply(AlignedText text, NormalizationForm form)
    {
        // nothing below U+0300 changes in form C, and no ASCII in any
        char inert = form == NormalizationForm.FormC ? '\u02FF' : '\u007F';
        if (!text.Chars.ContainsAnyExceptInRange('\0', inert))
            return;
        string whole = text.ToString();
        if (!whole.Contains(Refused) && whole.IsNormalized(form))
            return;
        var changes = new List<(Rune, int)>(whole.Length);
        int start = 0;
        for (int i = 0; i < whole.Length;)
        {
            Rune rune = Rune.GetRuneAt(whole, i);
            if (i > start && IsBoundary(rune, form))
            {
                AddSegment(whole[start..i], form, changes);
                start = i;
            }
            i += rune.Utf16SequenceLength;
        }
        AddSegment(whole[start..], form, changes);
        text.Transform(changes);
    }

    /// <summary>The form of a text, whatever it holds.</summary>
    internal static string Normalize(string text, NormalizationForm form) => !text.Contains(Refused) ? text.Normalize(form)
        : string.Join(Refused, text.Split(Refused).Select(part => part.Normalize(form)));

    // what follows the first code point of a segment can join it: marks, and the vowels and final consonants of Hangul
    private static bool IsBoundary(Rune rune, NormalizationForm form)
    {
        // most of what there is to read: below the marks, ideographs, syllables of Hangul
        if (rune.Value is < 0x300 or (>= 0x3400 and <= 0xA48C) or (>= 0xAC00 and <= 0xD7A3))
            return true;
        string decomposed = Normalize(rune.ToString(), form is NormalizationForm.FormKC or NormalizationForm.FormKD ? NormalizationForm.FormKD : NormalizationForm.FormD);
        Rune first = Rune.GetRuneAt(decomposed, 0);
        return !(Rune.GetUnicodeCategory(first) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            || first.Value is >= 0x1160 and <= 0x11FF or 0xFF9E or 0xFF9F);
    }

    private static void AddSegment(string segment, NormalizationForm form, List<(Rune Rune, int Change)> changes)
    {
        if (segment.Length == 0)
            return;
        if (segment.Length == 1 && segment[0] < '\u0080')
        {
            changes.Add((new Rune(segment[0]), 0));
            return;
        }
        bool composed = form is NormalizationForm.FormC or NormalizationForm.FormKC;
        NormalizationForm apart = form is NormalizationForm.FormKC or NormalizationForm.FormKD ? NormalizationForm.FormKD : NormalizationForm.FormD;
        // the segment taken apart, before marks are put in order
        var parts = new List<(Rune Rune, int Change)>();
        foreach (Rune rune in segment.EnumerateRunes())
        {
            int change = 0;
            foreach (Rune part in Normalize(rune.ToString(), apart).EnumerateRunes())
            {
                parts.Add((part, change));
                change = 1;
            }
        }
        bool exact = parts.Count <= MatchedLength;
        foreach (Rune rune in Normalize(segment, form).EnumerateRunes())
        {
            int total = 0, number = 0;
            foreach (Rune piece in (composed ? Normalize(rune.ToString(), NormalizationForm.FormD) : rune.ToString()).EnumerateRunes())
            {
                int at = exact ? parts.FindIndex(part => part.Rune == piece) : parts.Count - 1;
                // a code point that joins another replaces none of its own
                int change = at < 0 ? 1 : parts[at].Change;
                total += number++ == 0 ? change : change - 1;
                if (at >= 0)
                    parts.RemoveAt(at);
            }
            changes.Add((rune, total));
        }
    }
}
