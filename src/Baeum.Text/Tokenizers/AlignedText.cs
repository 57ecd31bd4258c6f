using System.Text;

namespace Baeum.Text;

/// <summary>
/// Text on its way to the model: the chars as normalised so far, and for each of them the range of the original text it came from.
/// Changes are told by code point, as the reference implementation counts them: 0 replaces the next old code point, 1 inserts, -n replaces one and removes n after it.
/// </summary>
internal sealed class AlignedText
{
    // rules that double a text again and again must not fill the memory
    private const int LongestGrown = 1 << 24;

    private char[] chars;
    private int[] starts, ends;

    /// <summary>The whole of a text.</summary>
    internal AlignedText(string original)
    {
        chars = original.ToCharArray();
        starts = new int[chars.Length];
        ends = new int[chars.Length];
        for (int i = 0; i < chars.Length; i++)
        {
            bool pair = char.IsHighSurrogate(chars[i]) && i + 1 < chars.Length;
            (starts[i], ends[i]) = (i, pair ? i + 2 : i + 1);
            if (!pair)
                continue;
            (starts[i + 1], ends[i + 1]) = (i, i + 2);
            i++;
        }
        Length = chars.Length;
        OriginalEnd = chars.Length;
    }

    private AlignedText(AlignedText whole, int start, int end)
    {
        chars = whole.chars[start..end];
        starts = whole.starts[start..end];
        ends = whole.ends[start..end];
        Length = end - start;
        (OriginalStart, OriginalEnd) = Length == 0 ? (whole.OriginalStart, whole.OriginalStart) : (starts[0], ends[^1]);
    }

    /// <summary>Chars now.</summary>
    internal int Length { get; private set; }

    /// <summary>The text as it is now.</summary>
    internal ReadOnlySpan<char> Chars => chars.AsSpan(0, Length);

    /// <summary>Where this piece begins in the original text.</summary>
    internal int OriginalStart { get; }

    /// <summary>Where it ends.</summary>
    internal int OriginalEnd { get; }

    /// <summary>A part of it, as its own text.</summary>
    internal AlignedText Slice(int start, int end) => new(this, start, end);

    /// <summary>The range of the original text that a range of this one came from.</summary>
    internal (int Start, int End) ToOriginal(int start, int end) => start >= end || end > Length ? (OriginalStart, OriginalStart) : (starts[start], ends[end - 1]);

    /// <summary>Replaces all of it: each new code point with its change (see the class), after <paramref name="removedAtStart"/> code points that vanish.</summary>
    internal void Transform(List<(Rune Rune, int Change)> changes, int removedAtStart = 0)
    {
        int capacity = 0;
        foreach ((Rune rune, _) in changes)
            capacity += rune.Utf16SequenceLength;
        var (newChars, newStarts, newEnds) = (new char[capacity], new int[capacity], new int[capacity]);
        int from = 0, to = 0;
        Skip(removedAtStart);
        foreach ((Rune rune, int change) in changes)
        {
            int at = change > 0 ? from - 1 : from;
            // an insertion belongs to the code point before it
            (int start, int end) = at < 0 || at >= Length ? (OriginalStart, OriginalStart) : (starts[at], ends[at]);
            for (int written = rune.EncodeToUtf16(newChars.AsSpan(to)); written > 0; written--, to++)
                (newStarts[to], newEnds[to]) = (start, end);
            if (change <= 0)
                Skip(1 - change);
        }
        (chars, starts, ends, Length) = (newChars, newStarts, newEnds, capacity);

        void Skip(int count)
        {
            for (; count > 0 && from < Length; count--)
                from += char.IsHighSurrogate(chars[from]) && from + 1 < Length ? 2 : 1;
        }
    }

    /// <summary>Keeps the code points that are wanted.</summary>
    internal void Filter(Func<Rune, bool> keep)
    {
        var changes = new List<(Rune, int)>(Length);
        int removed = 0, removedAtStart = 0;
        foreach (Rune rune in Chars.EnumerateRunes())
        {
            if (!keep(rune))
            {
                removed++;
                continue;
            }
            if (changes.Count == 0)
                removedAtStart = removed;
            else
                changes[^1] = (changes[^1].Item1, -removed);
            changes.Add((rune, 0));
            removed = 0;
        }
        if (changes.Count == Length)
            return;
        if (changes.Count > 0)
            changes[^1] = (changes[^1].Item1, -removed);
        Transform(changes, removedAtStart);
    }

    /// <summary>Keeps a range of it.</summary>
    internal void Keep(int start, int end)
    {
        (chars, starts, ends, Length) = (chars[start..end], starts[start..end], ends[start..end], end - start);
    }

    /// <summary>Replaces code points by others, one for one.</summary>
    internal void Map(Func<Rune, Rune> map)
    {
        var changes = new List<(Rune, int)>(Length);
        foreach (Rune rune in Chars.EnumerateRunes())
            changes.Add((map(rune), 0));
        Transform(changes);
    }

    /// <summary>Replaces all of it by chars that came from ranges of it (an empty range: from a place between two).</summary>
    internal void Rewrite(ReadOnlySpan<char> newChars, ReadOnlySpan<(int Start, int End)> ranges)
    {
        var (newStarts, newEnds) = (new int[newChars.Length], new int[newChars.Length]);
        for (int i = 0; i < ranges.Length; i++)
        {
            (int start, int end) = ranges[i];
            newStarts[i] = start < Length ? starts[start] : OriginalEnd;
            newEnds[i] = end > start ? ends[end - 1] : newStarts[i];
        }
        (chars, starts, ends, Length) = (newChars.ToArray(), newStarts, newEnds, newChars.Length);
    }

    /// <summary>Writes text before it; an empty text stays empty.</summary>
    internal void Prepend(string text)
    {
        if (Length == 0)
            return;
        int count = Length + text.Length;
        var (newChars, newStarts, newEnds) = (new char[count], new int[count], new int[count]);
        text.CopyTo(newChars);
        newStarts.AsSpan(0, text.Length).Fill(starts[0]);
        newEnds.AsSpan(0, text.Length).Fill(ends[0]);
        Array.Copy(chars, 0, newChars, text.Length, Length);
        Array.Copy(starts, 0, newStarts, text.Length, Length);
        Array.Copy(ends, 0, newEnds, text.Length, Length);
        (chars, starts, ends, Length) = (newChars, newStarts, newEnds, count);
    }

    /// <summary>Replaces ranges (ascending, not overlapping) by a text that belongs to the end of what it replaces.</summary>
    internal void Replace(List<(int Start, int End)> ranges, string text)
    {
        if (ranges.Count == 0)
            return;
        long capacity = Length;
        foreach ((int start, int end) in ranges)
            capacity += text.Length - (end - start);
        if (capacity > LongestGrown && capacity > 4L * (OriginalEnd - OriginalStart))
            throw new TokenizerException($"A normalizer would make a text of {capacity} chars of one of {OriginalEnd - OriginalStart}.");
        var (newChars, newStarts, newEnds) = (new char[capacity], new int[capacity], new int[capacity]);
        int from = 0, to = 0;
        foreach ((int start, int end) in ranges)
        {
            Copy(start);
            (int alignedStart, int alignedEnd) = end == 0 ? (OriginalStart, OriginalStart) : (starts[end - 1], ends[end - 1]);
            text.CopyTo(newChars.AsSpan(to));
            newStarts.AsSpan(to, text.Length).Fill(alignedStart);
            newEnds.AsSpan(to, text.Length).Fill(alignedEnd);
            to += text.Length;
            from = end;
        }
        Copy(Length);
        (chars, starts, ends, Length) = (newChars, newStarts, newEnds, (int)capacity);

        void Copy(int end)
        {
            int count = end - from;
            Array.Copy(chars, from, newChars, to, count);
            Array.Copy(starts, from, newStarts, to, count);
            Array.Copy(ends, from, newEnds, to, count);
            to += count;
        }
    }

    /// <summary>The same chars replaced one by one, in place.</summary>
    internal void ReplaceChar(char old, char with) => chars.AsSpan(0, Length).Replace(old, with);

    /// <inheritdoc/>
    public override string ToString() => new(Chars);
}
