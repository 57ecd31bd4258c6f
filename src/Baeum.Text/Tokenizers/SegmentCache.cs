using System.Runtime.InteropServices;

namespace Baeum.Text;

/// <summary>A piece on the path through a segment: its id (-1: not in the vocabulary) and how many chars it covers.</summary>
internal readonly record struct PathPiece(int Id, int Length);

/// <summary>
/// Remembers how short segments of text were cut. Text repeats its words, so most of them are found here. It is emptied when it is full: bounded memory,
/// and no bookkeeping on the way. Belongs to one thread.
/// </summary>
internal sealed class SegmentCache
{
    /// <summary>Longer segments are not worth remembering.</summary>
    internal const int LongestSegment = 48;

    private const int MostEntries = 1 << 17;

    private int[] table = new int[1 << 10];
    private Entry[] entries = new Entry[1 << 9];
    private char[] chars = new char[1 << 12];
    private PathPiece[] pieces = new PathPiece[1 << 11];
    private int count, charCount, pieceCount;

    /// <summary>The entry of a segment; -1 when it is not there.</summary>
    internal int Find(ReadOnlySpan<char> segment)
    {
        uint hash = Hash(segment);
        for (uint at = hash; ; at++)
        {
            int index = table[at & (uint)(table.Length - 1)] - 1;
            if (index < 0)
                return -1;
            ref readonly Entry entry = ref entries[index];
            if (entry.Hash == hash && segment.SequenceEqual(chars.AsSpan(entry.CharStart, entry.CharCount)))
                return index;
        }
    }

    /// <summary>How an entry was cut; valid until the next <see cref="Add"/>.</summary>
    internal ReadOnlySpan<PathPiece> Path(int index) => pieces.AsSpan(entries[index].PieceStart, entries[index].PieceCount);

    /// <summary>By how much the path was better than any other.</summary>
    internal ref double Margin(int index) => ref entries[index].Margin;

    /// <summary>Remembers a segment that is not there yet.</summary>
    internal void Add(ReadOnlySpan<char> segment, ReadOnlySpan<PathPiece> path, double margin)
    {
        if (count == MostEntries)
        {
            count = charCount = pieceCount = 0;
            Array.Clear(table);
        }
        if (count == entries.Length)
        {
            Array.Resize(ref entries, 2 * count);
            table = new int[4 * count];
            for (int i = 0; i < count; i++)
                Enter(i);
        }
        Reserve(ref chars, charCount + segment.Length);
        Reserve(ref pieces, pieceCount + path.Length);
        segment.CopyTo(chars.AsSpan(charCount));
        path.CopyTo(pieces.AsSpan(pieceCount));
        entries[count] = new Entry { Hash = Hash(segment), CharStart = charCount, CharCount = segment.Length, PieceStart = pieceCount, PieceCount = path.Length, Margin = margin };
        Enter(count++);
        charCount += segment.Length;
        pieceCount += path.Length;
    }

    private void Enter(int index)
    {
        uint at = entries[index].Hash;
        while (table[at & (uint)(table.Length - 1)] != 0)
            at++;
        table[at & (uint)(table.Length - 1)] = index + 1;
    }

    private static void Reserve<T>(ref T[] array, int needed)
    {
        if (needed > array.Length)
            Array.Resize(ref array, Math.Max(needed, 2 * array.Length));
    }

    private static uint Hash(ReadOnlySpan<char> text)
    {
        ulong hash = (ulong)text.Length * 0x9E3779B97F4A7C15;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<char, ulong>(text);
        foreach (ulong word in words)
            hash = Mix(hash ^ word);
        foreach (char c in text[(4 * words.Length)..])
            hash = Mix(hash ^ c);
        return (uint)(hash >> 32);

        static ulong Mix(ulong value)
        {
            value *= 0xD6E8FEB86659FD93;
            return value ^ (value >> 32);
        }
    }

    private struct Entry
    {
        internal uint Hash;
        internal int CharStart, CharCount, PieceStart, PieceCount;
        internal double Margin;
    }
}
