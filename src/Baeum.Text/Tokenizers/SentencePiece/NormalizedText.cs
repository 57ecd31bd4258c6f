using System.Runtime.CompilerServices;

namespace Baeum.Text;

/// <summary>Text as a normalizer leaves it, with the range of its input that each char came from where that is wanted; kept from text to text.</summary>
internal sealed class NormalizedText(bool withRanges)
{
    private char[] chars = new char[256];
    private (int Start, int End)[] ranges = withRanges ? new (int, int)[256] : [];

    internal int Count { get; private set; }

    internal ReadOnlySpan<char> Chars => chars.AsSpan(0, Count);

    internal ReadOnlySpan<(int Start, int End)> Ranges => ranges.AsSpan(0, withRanges ? Count : 0);

    /// <summary>Empties it and makes room.</summary>
    internal void Restart(int expected)
    {
        Count = 0;
        if (expected > chars.Length)
            Grow(expected);
    }

    /// <summary>Adds a char that came from a range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(char c, int start, int end)
    {
        if (Count == chars.Length)
            Grow(2 * Count);
        if (withRanges)
            ranges[Count] = (start, end);
        chars[Count++] = c;
    }

    /// <summary>Drops the chars at the end that equal one.</summary>
    internal void TrimEnd(char c) => Count = Chars.TrimEnd(c).Length;

    private void Grow(int size)
    {
        Array.Resize(ref chars, size);
        if (withRanges)
            Array.Resize(ref ranges, size);
    }
}
