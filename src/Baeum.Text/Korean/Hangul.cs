using System.Text;

namespace Baeum.Text;

/// <summary>Hangul syllables and the letters (jamo) they are made of.</summary>
/// <remarks>
/// Unicode orders the 11,172 syllables by lead consonant (19), vowel (21) and tail (27 or none), so that a syllable's letters are digits of a number:
/// <c>U+AC00 + (lead · 21 + vowel) · 28 + tail</c>. Letters are given as compatibility jamo (U+3131…), the ones that a keyboard types.
/// </remarks>
public static class Hangul
{
    private const char First = '가', Last = '힣';
    private const string Leads = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
    private const string Vowels = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
    private const string Tails = "\0ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

    /// <summary>True for a whole syllable, 가 to 힣.</summary>
    public static bool IsSyllable(char c) => c is >= First and <= Last;

    /// <summary>True for a letter on its own, ㄱ to ㅣ (also the old ones up to U+318E).</summary>
    public static bool IsJamo(char c) => c is >= '\u3131' and <= '\u318E';

    /// <summary>True when the syllable ends in a consonant, as the choice between 은 and 는 asks.</summary>
    public static bool HasTail(char c) => IsSyllable(c) && (c - First) % 28 != 0;

    /// <summary>The letters of a syllable; the tail is <c>'\0'</c> where there is none.</summary>
    /// <exception cref="ArgumentException">The character is no syllable.</exception>
    public static (char Lead, char Vowel, char Tail) Split(char syllable)
    {
        if (!IsSyllable(syllable))
            throw new ArgumentException($"Hangul.Split: '{syllable}' (U+{(int)syllable:X4}) is not a syllable between 가 and 힣.", nameof(syllable));
        int index = syllable - First;
        return (Leads[index / 588], Vowels[index / 28 % 21], Tails[index % 28]);
    }

    /// <summary>The syllable of a lead consonant, a vowel and a tail (<c>'\0'</c>: none).</summary>
    /// <exception cref="ArgumentException">A letter cannot stand in its place.</exception>
    public static char Join(char lead, char vowel, char tail = '\0')
    {
        int l = Leads.IndexOf(lead), v = Vowels.IndexOf(vowel), t = Tails.IndexOf(tail);
        if (l < 0 || v < 0 || t < 0)
            throw new ArgumentException($"Hangul.Join: '{lead}', '{vowel}', '{tail}' are not a lead consonant, a vowel and a tail.");
        return (char)(First + (l * 21 + v) * 28 + t);
    }

    /// <summary>The text with every syllable taken apart; other characters stay.</summary>
    /// <param name="text">The text.</param>
    /// <param name="emptyTail">Stands for a missing tail, so that each syllable gives three characters; null: nothing stands there.</param>
    public static string Split(string text, char? emptyTail = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var letters = new StringBuilder(text.Length * 3);
        foreach (char c in text)
        {
            if (!IsSyllable(c))
            {
                letters.Append(c);
                continue;
            }
            (char lead, char vowel, char tail) = Split(c);
            letters.Append(lead).Append(vowel);
            if (tail != '\0')
                letters.Append(tail);
            else if (emptyTail is char empty)
                letters.Append(empty);
        }
        return letters.ToString();
    }

    /// <summary>Puts letters together into syllables, as a keyboard does: a consonant before a vowel begins the next syllable.</summary>
    /// <param name="letters">Letters as <see cref="Split(string, char?)"/> gives them; other characters stay.</param>
    /// <param name="emptyTail">The sign for a missing tail, which is taken away.</param>
    public static string Join(string letters, char? emptyTail = null)
    {
        ArgumentNullException.ThrowIfNull(letters);
        var text = new StringBuilder(letters.Length);
        for (int i = 0; i < letters.Length;)
        {
            if (i + 1 >= letters.Length || !Leads.Contains(letters[i]) || !Vowels.Contains(letters[i + 1]))
            {
                text.Append(letters[i++]);
                continue;
            }
            (char lead, char vowel, char tail) = (letters[i], letters[i + 1], '\0');
            i += 2;
            if (i < letters.Length && letters[i] == emptyTail)
                i++;
            else if (i < letters.Length && letters[i] != '\0' && Tails.Contains(letters[i]) && !(i + 1 < letters.Length && Leads.Contains(letters[i]) && Vowels.Contains(letters[i + 1])))
                tail = letters[i++];
            text.Append(Join(lead, vowel, tail));
        }
        return text.ToString();
    }

    /// <summary>The first consonant of each syllable, as people type to search: 딥러닝 → ㄷㄹㄴ; other characters stay.</summary>
    public static string Initials(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Create(text.Length, text, static (initials, source) =>
        {
            for (int i = 0; i < initials.Length; i++)
                initials[i] = IsSyllable(source[i]) ? Leads[(source[i] - First) / 588] : source[i];
        });
    }

    /// <summary>Pairs of neighbouring syllables within each run of Hangul: a word search that needs no dictionary. A run of one syllable gives itself.</summary>
    public static IEnumerable<string> Bigrams(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (int start = 0; start < text.Length; start++)
        {
            if (!IsSyllable(text[start]))
                continue;
            int end = start;
            while (end < text.Length && IsSyllable(text[end]))
                end++;
            if (end == start + 1)
                yield return text[start..end];
            for (int i = start; i + 1 < end; i++)
                yield return text.Substring(i, 2);
            start = end;
        }
    }
}
