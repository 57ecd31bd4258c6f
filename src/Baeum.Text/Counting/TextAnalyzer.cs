using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Baeum.Text;

/// <summary>Receives the terms of a text one by one.</summary>
/// <param name="term">The term; its characters are only valid during the call.</param>
public delegate void TermVisitor(ReadOnlySpan<char> term);

/// <summary>Ways of cutting a text into terms: words, or n-grams of words or characters.</summary>
public abstract partial class TextAnalyzer
{
    /// <summary>Hands each term of the text to the visitor, in order.</summary>
    public abstract void Visit(string text, TermVisitor visitor);

    /// <summary>The terms as a list.</summary>
    public IReadOnlyList<string> Terms(string text)
    {
        var terms = new List<string>();
        Visit(text, term => terms.Add(term.ToString()));
        return terms;
    }

    /// <summary>Words of at least two letters, digits or underscores, in small letters: what scikit-learn counts by default.</summary>
    /// <param name="minLength">Shorter words are left out.</param>
    /// <param name="shortest">How many words a term has at least.</param>
    /// <param name="longest">How many words a term has at most; they are joined by a space.</param>
    public static TextAnalyzer Words(int minLength = 2, int shortest = 1, int longest = 1) => new WordAnalyzer(text => LetterRuns(text.ToLowerInvariant(), minLength), shortest, longest);

    /// <summary>Words as a function gives them.</summary>
    public static TextAnalyzer Of(Func<string, IEnumerable<string>> words, int shortest = 1, int longest = 1) => new WordAnalyzer(words, shortest, longest);

    /// <summary>What stands between white space.</summary>
    public static TextAnalyzer Spaces() => Of(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>N-grams of characters within words, in small letters, with a space at both ends of each word (scikit-learn's <c>char_wb</c>).</summary>
    public static TextAnalyzer CharactersInWords(int shortest, int longest) => new CharacterAnalyzer(shortest, longest, withinWords: true);

    /// <summary>N-grams of characters across words, in small letters, white space of several characters as one space (scikit-learn's <c>char</c>).</summary>
    public static TextAnalyzer Characters(int shortest, int longest) => new CharacterAnalyzer(shortest, longest, withinWords: false);

    private static IEnumerable<string> LetterRuns(string text, int minLength)
    {
        int start = -1, runes = 0;
        for (int i = 0; i <= text.Length;)
        {
            Rune rune = default;
            int size = 1;
            bool inside = i < text.Length && (Rune.DecodeFromUtf16(text.AsSpan(i), out rune, out size), IsWord(rune)).Item2;
            if (inside)
            {
                start = start < 0 ? i : start;
                runes++;
            }
            else if (start >= 0)
            {
                if (runes >= minLength)
                    yield return text[start..i];
                (start, runes) = (-1, 0);
            }
            i += size;
        }
    }

    // Python's \w: letters, numbers of every kind and the underscore, but no combining marks
    private static bool IsWord(Rune rune) => rune.Value == '_' || Rune.IsLetter(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    private sealed class WordAnalyzer(Func<string, IEnumerable<string>> words, int shortest, int longest) : TextAnalyzer
    {
        public override void Visit(string text, TermVisitor visitor)
        {
            ArgumentNullException.ThrowIfNull(text);
            ArgumentNullException.ThrowIfNull(visitor);
            if (longest == 1)
            {
                foreach (string word in words(text))
                    visitor(word);
                return;
            }
            string[] all = [.. words(text)];
            for (int n = shortest; n <= longest; n++)
            {
                for (int i = 0; i + n <= all.Length; i++)
                    visitor(string.Join(' ', all, i, n));
            }
        }
    }

    private sealed class CharacterAnalyzer(int shortest, int longest, bool withinWords) : TextAnalyzer
    {
        public override void Visit(string text, TermVisitor visitor)
        {
            ArgumentNullException.ThrowIfNull(text);
            ArgumentNullException.ThrowIfNull(visitor);
            string lower = text.ToLowerInvariant();
            if (!withinWords)
            {
                string collapsed = SpaceRuns().Replace(lower, " ");
                int[]? runes = RuneStarts(collapsed);
                for (int n = shortest; n <= longest; n++)
                    Grams(collapsed, runes, n, visitor);
                return;
            }
            foreach (string word in lower.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                string padded = $" {word} ";
                int[]? runes = RuneStarts(padded);
                int length = runes?.Length - 1 ?? padded.Length;
                for (int n = shortest; n <= longest; n++)
                {
                    Grams(padded, runes, n, visitor);
                    // a word no longer than the n-gram is counted once, as a whole
                    if (length < n)
                        visitor(padded);
                    if (length <= n)
                        break;
                }
            }
        }

        private static void Grams(ReadOnlySpan<char> text, int[]? runes, int n, TermVisitor visitor)
        {
            if (runes is null)
            {
                for (int i = 0; i + n <= text.Length; i++)
                    visitor(text.Slice(i, n));
                return;
            }
            for (int i = 0; i + n < runes.Length; i++)
                visitor(text[runes[i]..runes[i + n]]);
        }

        // where each code point starts, and the end; null where every character is one
        private static int[]? RuneStarts(string text)
        {
            if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
                return null;
            var starts = new List<int>();
            for (int i = 0; i < text.Length; i += i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1)
                starts.Add(i);
            return [.. starts, text.Length];
        }
    }

    [GeneratedRegex(@"\s\s+")]
    private static partial Regex SpaceRuns();
}
