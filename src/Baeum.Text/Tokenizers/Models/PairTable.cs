using System.Numerics;
using System.Runtime.CompilerServices;

namespace Baeum.Text;

/// <summary>The merges of a BPE model: from a pair of ids to its rank and the id it becomes. One flat table, so that a look-up costs one cache line.</summary>
internal sealed class PairTable
{
    private const ulong Empty = ulong.MaxValue;

    private readonly Entry[] entries;
    private readonly int shift;

    internal PairTable(int capacity)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * capacity));
        entries = new Entry[size];
        Array.Fill(entries, new Entry(Empty, 0, 0));
        shift = 64 - BitOperations.Log2((uint)size);
    }

    /// <summary>Adds a merge; a pair that is there already takes the new rank.</summary>
    internal void Set(int left, int right, int rank, int id)
    {
        ulong key = Key(left, right);
        int slot = Slot(key);
        while (entries[slot].Key != Empty && entries[slot].Key != key)
            slot = (slot + 1) & (entries.Length - 1);
        entries[slot] = new Entry(key, rank, id);
    }

    /// <summary>The rank of a pair (int.MaxValue when it does not merge) and what it becomes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Rank(int left, int right, out int id)
    {
        ulong key = Key(left, right);
        Entry[] table = entries;
        for (int slot = Slot(key); ; slot = (slot + 1) & (table.Length - 1))
        {
            ref readonly Entry entry = ref table[slot];
            if (entry.Key == key)
            {
                id = entry.Id;
                return entry.Rank;
            }
            if (entry.Key == Empty)
            {
                id = -1;
                return int.MaxValue;
            }
        }
    }

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Slot(ulong key) => (int)((key * 0x9E3779B97F4A7C15UL) >> shift);

    private readonly record struct Entry(ulong Key, int Rank, int Id);
}
