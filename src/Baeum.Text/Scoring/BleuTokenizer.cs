using System.Globalization;
using System.Text.RegularExpressions;

namespace Baeum.Text;

/// <summary>How BLEU cuts sentences into words; scores of different ways do not compare.</summary>
public static partial class BleuTokenizer
{
    /// <summary>As it is: words stand between white space.</summary>
    public static string[] None(string line) => Ngrams.Words(line);

    /// <summary>As mteval-v13a does: punctuation and signs apart, full stops and commas only where no digits are around them. The standard.</summary>
    public static string[] Mteval13A(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        line = line.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        line = Signs().Replace($" {line} ", " $1 ");
        line = StopAfterOther().Replace(line, "$1 $2 ");
        line = StopBeforeOther().Replace(line, " $1 $2");
        return Ngrams.Words(HyphenAfterDigit().Replace(line, "$1 $2 "));
    }

    /// <summary>As mteval-v14 does internationally: by Unicode's classes, punctuation apart unless it stands between numbers, every symbol apart.</summary>
    public static string[] International(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string[] runes = Ngrams.Characters(line);
        runes = Apart(runes, first: rune => !IsNumber(rune), second: IsPunctuation, (a, b) => [a, " ", b, " "]);
        runes = Apart(runes, first: IsPunctuation, second: rune => !IsNumber(rune), (a, b) => [" ", a, " ", b]);
        return Ngrams.Words(string.Concat(runes.Select(rune => IsSymbol(rune) ? $" {rune} " : rune)));
    }

    /// <summary>Every character apart; for languages that write no spaces.</summary>
    public static string[] Characters(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return Ngrams.Words(string.Join(' ', Ngrams.Characters(line)));
    }

    // like a regular expression's replacement of pairs: from left to right, no character in two pairs
    private static string[] Apart(string[] runes, Func<string, bool> first, Func<string, bool> second, Func<string, string, string[]> replace)
    {
        var result = new List<string>(runes.Length * 2);
        for (int i = 0; i < runes.Length;)
        {
            if (i + 1 < runes.Length && first(runes[i]) && second(runes[i + 1]))
            {
                result.AddRange(replace(runes[i], runes[i + 1]));
                i += 2;
            }
            else
            {
                result.Add(runes[i++]);
            }
        }
        return [.. result];
    }

    private static UnicodeCategory Category(string rune) => CharUnicodeInfo.GetUnicodeCategory(rune, 0);

    private static bool IsNumber(string rune) => Category(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private static bool IsPunctuation(string rune) => Category(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsSymbol(string rune) => Category(rune) is >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol;

    [GeneratedRegex(@"([{-~\[-` -&(-+:-@/])")]
    private static partial Regex Signs();

    [GeneratedRegex("([^0-9])([.,])")]
    private static partial Regex StopAfterOther();

    [GeneratedRegex("([.,])([^0-9])")]
    private static partial Regex StopBeforeOther();

    [GeneratedRegex("([0-9])(-)")]
    private static partial Regex HyphenAfterDigit();
}
