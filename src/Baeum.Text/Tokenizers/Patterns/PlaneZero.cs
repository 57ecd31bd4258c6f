using System.Globalization;
using System.Text;

namespace Baeum.Text;

/// <summary>
/// Regular expressions of .NET see halves of surrogate pairs, those of tokenizers whole code points. So that <c>\p{L}</c> holds for letters of all planes,
/// each code point beyond the first is shown to the expression as one char of its category.
/// </summary>
internal sealed class PlaneZero
{
    private readonly int[] places;

    private PlaneZero(string text, int[] places) => (Text, this.places) = (text, places);

    /// <summary>The text, one char a code point.</summary>
    internal string Text { get; }

    /// <summary>Null for text without surrogate pairs, which can be matched as it is.</summary>
    internal static PlaneZero? Of(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
            return null;
        var shown = new StringBuilder(text.Length);
        int[] places = new int[text.Length + 1];
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            places[shown.Length] = at;
            shown.Append(rune.IsBmp ? (char)rune.Value : Stand(rune));
            at += rune.Utf16SequenceLength;
        }
        places[shown.Length] = at;
        return new PlaneZero(shown.ToString(), places);
    }

    /// <summary>The place in the original text.</summary>
    internal int Place(int at) => places[at];

    private static char Stand(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => '\uA640',
        UnicodeCategory.LowercaseLetter => '\uA641',
        UnicodeCategory.TitlecaseLetter => '\u1F88',
        UnicodeCategory.ModifierLetter => '\uA015',
        UnicodeCategory.OtherLetter => rune.Value is >= 0x20000 and <= 0x323AF ? '\u3400' : '\uA000',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u16EE',
        UnicodeCategory.OtherNumber => '\u09F4',
        UnicodeCategory.ConnectorPunctuation => '\u203F',
        UnicodeCategory.DashPunctuation => '\u2010',
        UnicodeCategory.OpenPunctuation => '\u2045',
        UnicodeCategory.ClosePunctuation => '\u2046',
        UnicodeCategory.InitialQuotePunctuation => '\u2039',
        UnicodeCategory.FinalQuotePunctuation => '\u203A',
        UnicodeCategory.OtherPunctuation => '\u2021',
        UnicodeCategory.MathSymbol => '\u2200',
        UnicodeCategory.CurrencySymbol => '\u20AA',
        UnicodeCategory.ModifierSymbol => '\u02C2',
        UnicodeCategory.OtherSymbol => '\u2600',
        UnicodeCategory.Format => '\u2060',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\u0378',
    };
}
