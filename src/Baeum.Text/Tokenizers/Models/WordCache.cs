using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Text;

/// <summary>The ids of words seen before, for one thread. Bounded: when it is full it forgets everything and starts again.</summary>
internal sealed class WordCache
{
    /// <summary>Longer words are not kept.</summary>
    internal const int LongestWord = 64;

    private const int MostWords = 1 << 17;
    private const int MostChars = 1 << 21;
    private const int MostIds = 1 << 21;

    private Entry[] entries = new Entry[1 << 10];
    private char[] chars = new char[1 << 12];
    private int[] ids = new int[1 << 12];
    private int count, charCount, idCount;

    /// <summary>A word's hash, to be handed to <see cref="TryAdd"/> and <see cref="Insert"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Hash(ReadOnlySpan<char> word)
    {
        ulong hash = (ulong)word.Length * 0x9E3779B97F4A7C15UL;
        ref char first = ref MemoryMarshal.GetReference(word);
        int i = 0;
        for (; i + 4 <= word.Length; i += 4)
            hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<char, byte>(ref Unsafe.Add(ref first, i))));
        ulong rest = 0;
        for (; i < word.Length; i++)
            rest = (rest << 16) | Unsafe.Add(ref first, i);
        hash = Mix(hash ^ rest);
        // zero marks an empty slot
        return (uint)(hash >> 32) | 1;
    }

    /// <summary>Adds the word's ids when they are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryAdd(ReadOnlySpan<char> word, uint hash, IdList output)
    {
        Entry[] table = entries;
        for (uint slot = hash >> 1; ; slot++)
        {
            ref readonly Entry entry = ref table[slot & (uint)(table.Length - 1)];
            if (entry.Hash == 0)
                return false;
            if (entry.Hash == hash && entry.KeyLength == word.Length && word.SequenceEqual(chars.AsSpan(entry.KeyStart, entry.KeyLength)))
            {
                if (entry.IdCount == 1)
                    output.Add(ids[entry.IdStart]);
                else
                    output.Add(ids.AsSpan(entry.IdStart, entry.IdCount));
                return true;
            }
        }
    }

    /// <summary>Keeps a word that is not there yet.</summary>
    internal void Insert(ReadOnlySpan<char> word, uint hash, ReadOnlySpan<int> wordIds)
    {
        if (word.Length > LongestWord || wordIds.Length > MostIds)
            return;
        if (count >= MostWords || charCount + word.Length > MostChars || idCount + wordIds.Length > MostIds)
        {
            Array.Clear(entries);
            (count, charCount, idCount) = (0, 0, 0);
        }
        if (2 * count >= entries.Length)
            Grow();
        Reserve(ref chars, charCount + word.Length);
        Reserve(ref ids, idCount + wordIds.Length);
        word.CopyTo(chars.AsSpan(charCount));
        wordIds.CopyTo(ids.AsSpan(idCount));
        Place(entries, new Entry(hash, charCount, word.Length, idCount, wordIds.Length));
        count++;
        charCount += word.Length;
        idCount += wordIds.Length;
    }

    private static ulong Mix(ulong hash)
    {
        hash *= 0x9E3779B97F4A7C15UL;
        return hash ^ (hash >> 29);
    }

    private static void Reserve<T>(ref T[] array, int length)
    {
        if (length > array.Length)
            Array.Resize(ref array, Math.Max(length, 2 * array.Length));
    }

    private static void Place(Entry[] table, in Entry entry)
    {
        uint slot = entry.Hash >> 1;
        while (table[slot & (uint)(table.Length - 1)].Hash != 0)
            slot++;
        table[slot & (uint)(table.Length - 1)] = entry;
    }

    private void Grow()
    {
        var larger = new Entry[2 * entries.Length];
        foreach (ref readonly Entry entry in entries.AsSpan())
        {
            if (entry.Hash != 0)
                Place(larger, entry);
        }
        entries = larger;
    }

    private readonly record struct Entry(uint Hash, int KeyStart, int KeyLength, int IdStart, int IdCount);
}
