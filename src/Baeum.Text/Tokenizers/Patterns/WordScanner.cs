using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Baeum.Text;

/// <summary>A regular expression that cuts all of a text into words, written by hand: the ones that most models use.</summary>
internal abstract class WordScanner
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Cl100K = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const byte Letter = 1, Digit = 2, Space = 3, Other = 4, HighSurrogate = 5;

    private static readonly byte[] Classes = ClassesOfPlaneZero();

    /// <summary>Cuts as GPT-2 does.</summary>
    internal static WordScanner OfGpt2 { get; } = new Gpt2Scanner();

    /// <summary>The scanner of a regular expression; null when there is none.</summary>
    internal static WordScanner? ForPattern(string regex) => regex switch
    {
        Gpt2 => OfGpt2,
        Cl100K => new Cl100KScanner(3),
        Qwen => new Cl100KScanner(1),
        _ => null,
    };

    /// <summary>The regular expression of OpenAI's vocabulary <c>cl100k_base</c>, and of Llama 3.</summary>
    internal static string Cl100KPattern => Cl100K;

    /// <summary>Qwen's regular expression: as cl100k, but every digit by itself.</summary>
    internal static string QwenPattern => Qwen;

    /// <summary>Where the word ends that begins at <paramref name="at"/>; always beyond it.</summary>
    internal abstract int Next(ReadOnlySpan<char> text, int at);

    // the class of the code point at a place, and its length in chars
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte ClassAt(ReadOnlySpan<char> text, int at, out int length)
    {
        byte kind = Classes[text[at]];
        length = 1;
        return kind == HighSurrogate ? ClassOfPair(text, at, out length) : kind;
    }

    private static byte ClassOfPair(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        if (at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]))
            return Other;
        length = 2;
        return ClassOf(Rune.GetUnicodeCategory(new Rune(text[at], text[at + 1])));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Run(ReadOnlySpan<char> text, int at, byte kind)
    {
        while (at < text.Length)
        {
            byte here = Classes[text[at]];
            int length = 1;
            if (here == HighSurrogate)
                here = ClassOfPair(text, at, out length);
            if (here != kind)
                break;
            at += length;
        }
        return at;
    }

    // white space before a word leaves its last char to the word
    private static int SpaceEnd(ReadOnlySpan<char> text, int at, int end) => end == text.Length || end - at == 1 ? end : end - 1;

    private static int Contraction(ReadOnlySpan<char> text, int at, bool anyCase)
    {
        if (at + 1 >= text.Length)
            return 0;
        char first = Lower(text[at + 1], anyCase), second = at + 2 < text.Length ? Lower(text[at + 2], anyCase) : '\0';
        return first is 's' or 't' or 'm' or 'd' ? at + 2
            : (first is 'r' or 'v' && second == 'e') || (first == 'l' && second == 'l') ? at + 3 : 0;
    }

    // the long s is a form of s to a regular expression that ignores case
    private static char Lower(char letter, bool anyCase) => !anyCase ? letter : letter is >= 'A' and <= 'Z' ? (char)(letter + 32) : letter == '\u017F' ? 's' : letter;

    private static byte ClassOf(UnicodeCategory category) => category switch
    {
        <= UnicodeCategory.OtherLetter => Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Digit,
        _ => Other,
    };

    private static byte[] ClassesOfPlaneZero()
    {
        byte[] classes = new byte[0x10000];
        for (int i = 0; i < classes.Length; i++)
        {
            char letter = (char)i;
            classes[i] = char.IsWhiteSpace(letter) ? Space : char.IsHighSurrogate(letter) ? HighSurrogate : ClassOf(CharUnicodeInfo.GetUnicodeCategory(letter));
        }
        return classes;
    }

    private sealed class Gpt2Scanner : WordScanner
    {
        internal override int Next(ReadOnlySpan<char> text, int at)
        {
            char first = text[at];
            if (first == '\'' && Contraction(text, at, anyCase: false) is > 0 and int end)
                return end;
            byte kind = ClassAt(text, at, out int length);
            if (first == ' ' && at + 1 < text.Length)
            {
                byte next = ClassAt(text, at + 1, out int nextLength);
                if (next != Space)
                    return Run(text, at + 1 + nextLength, next);
            }
            end = Run(text, at + length, kind);
            return kind == Space ? SpaceEnd(text, at, end) : end;
        }
    }

    private sealed class Cl100KScanner(int digits) : WordScanner
    {
        internal override int Next(ReadOnlySpan<char> text, int at)
        {
            char first = text[at];
            if (first == '\'' && Contraction(text, at, anyCase: true) is > 0 and int end)
                return end;
            byte kind = ClassAt(text, at, out int length);
            if (kind == Letter)
                return Run(text, at + length, Letter);
            if (kind == Digit)
                return Digits(text, at);
            bool more = at + length < text.Length;
            byte next = more ? ClassAt(text, at + length, out int nextLength) : (byte)0;
            if (next == Letter && first is not ('\r' or '\n'))
                return Run(text, at + length, Letter);
            if (kind == Other)
                return LineEnds(text, Run(text, at + length, Other));
            if (first == ' ' && next == Other)
                return LineEnds(text, Run(text, at + 1, Other));
            end = Run(text, at, Space);
            int newLine = text[at..end].LastIndexOfAny('\r', '\n');
            return newLine >= 0 ? at + newLine + 1 : SpaceEnd(text, at, end);
        }

        private int Digits(ReadOnlySpan<char> text, int at)
        {
            for (int count = 0; count < digits && at < text.Length && ClassAt(text, at, out int length) == Digit; count++)
                at += length;
            return at;
        }

        private static int LineEnds(ReadOnlySpan<char> text, int at)
        {
            while (at < text.Length && text[at] is '\r' or '\n')
                at++;
            return at;
        }
    }
}
