namespace Baeum.Text;

/// <summary>
/// The symbols of one word and their merging: always the pair of lowest rank, the leftmost of equals (Sennrich et al. 2016).
/// Short words by looking at all pairs again, long ones with a heap over linked symbols, n log n whatever the word.
/// </summary>
internal sealed class BpeMerger(PairTable merges)
{
    private const int ShortWord = 40;
    private const int None = int.MaxValue;

    // after a word of megabytes the thread gives its memory back
    private const int Kept = 1 << 16;

    private readonly int[] ranks = new int[ShortWord], merged = new int[ShortWord];
    private int[] ids = new int[64], starts = new int[64], ends = new int[64];
    private int[] previous = [], next = [];
    private ulong[] heap = [];
    private int heapCount;

    /// <summary>The words that this thread has seen.</summary>
    internal WordCache Cache { get; } = new();

    /// <summary>Room for a text on its way, kept between words.</summary>
    internal char[] Chars { get; set; } = new char[256];

    /// <summary>Room for a word's bytes.</summary>
    internal byte[] Bytes { get; set; } = new byte[256];

    internal int Count { get; private set; }

    internal ReadOnlySpan<int> Ids => ids.AsSpan(0, Count);

    internal Token this[int index] => new(ids[index], starts[index], ends[index]);

    internal void Clear()
    {
        Count = 0;
        if (ids.Length > Kept)
            (ids, starts, ends) = (new int[64], new int[64], new int[64]);
    }

    internal void Add(int id, int start, int end)
    {
        if (Count == ids.Length)
            Grow();
        ids[Count] = id;
        starts[Count] = start;
        ends[Count++] = end;
    }

    /// <summary>Makes the last symbol end later.</summary>
    internal void Extend(int end) => ends[Count - 1] = end;

    /// <summary>Merges until no pair is left that merges.</summary>
    internal void Merge()
    {
        if (Count < 2)
            return;
        if (Count <= ShortWord)
            MergeShort();
        else
            MergeLong();
    }

    private void MergeShort()
    {
        Span<int> id = ids.AsSpan(0, Count), start = starts.AsSpan(0, Count), end = ends.AsSpan(0, Count), rank = ranks.AsSpan(0, Count), into = merged.AsSpan(0, Count);
        int count = Count;
        for (int i = 0; i < count - 1; i++)
            rank[i] = merges.Rank(id[i], id[i + 1], out into[i]);
        while (count > 1)
        {
            int best = 0, lowest = rank[0];
            for (int i = 1; i < count - 1; i++)
            {
                if (rank[i] < lowest)
                    (best, lowest) = (i, rank[i]);
            }
            if (lowest == None)
                break;
            id[best] = into[best];
            start[best] = Math.Min(start[best], start[best + 1]);
            end[best] = Math.Max(end[best], end[best + 1]);
            count--;
            for (int i = best + 1; i < count; i++)
            {
                id[i] = id[i + 1];
                start[i] = start[i + 1];
                end[i] = end[i + 1];
                rank[i] = rank[i + 1];
                into[i] = into[i + 1];
            }
            if (best > 0)
                rank[best - 1] = merges.Rank(id[best - 1], id[best], out into[best - 1]);
            if (best < count - 1)
                rank[best] = merges.Rank(id[best], id[best + 1], out into[best]);
        }
        Count = count;
    }

    private void MergeLong()
    {
        if (next.Length < Count)
            (previous, next) = (new int[ids.Length], new int[ids.Length]);
        heapCount = 0;
        for (int i = 0; i < Count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
            if (i > 0)
                Push(i - 1, merges.Rank(ids[i - 1], ids[i], out _));
        }
        next[Count - 1] = -1;
        while (heapCount > 0)
        {
            ulong top = Pop();
            int at = (int)(uint)top, after = next[at];
            // the pair may have merged otherwise since it was pushed: a removed symbol has id -1
            if (after < 0 || ids[at] < 0)
                continue;
            int rank = merges.Rank(ids[at], ids[after], out int id);
            if (rank == None || rank != (int)(top >> 32))
                continue;
            ids[at] = id;
            starts[at] = Math.Min(starts[at], starts[after]);
            ends[at] = Math.Max(ends[at], ends[after]);
            ids[after] = -1;
            next[at] = next[after];
            if (next[at] >= 0)
            {
                previous[next[at]] = at;
                Push(at, merges.Rank(id, ids[next[at]], out _));
            }
            if (previous[at] >= 0)
                Push(previous[at], merges.Rank(ids[previous[at]], id, out _));
        }
        int count = 0;
        for (int i = 0; i >= 0; i = next[i])
        {
            ids[count] = ids[i];
            starts[count] = starts[i];
            ends[count++] = ends[i];
        }
        Count = count;
        if (next.Length > Kept)
            (previous, next, heap) = ([], [], []);
    }

    private void Push(int at, int rank)
    {
        if (rank == None)
            return;
        if (heapCount == heap.Length)
            Array.Resize(ref heap, Math.Max(256, 2 * heap.Length));
        ulong key = ((ulong)(uint)rank << 32) | (uint)at;
        int slot = heapCount++;
        while (slot > 0 && heap[(slot - 1) / 2] > key)
        {
            heap[slot] = heap[(slot - 1) / 2];
            slot = (slot - 1) / 2;
        }
        heap[slot] = key;
    }

    private ulong Pop()
    {
        ulong top = heap[0], last = heap[--heapCount];
        int slot = 0;
        while (true)
        {
            int child = 2 * slot + 1;
            if (child >= heapCount)
                break;
            if (child + 1 < heapCount && heap[child + 1] < heap[child])
                child++;
            if (heap[child] >= last)
                break;
            heap[slot] = heap[child];
            slot = child;
        }
        heap[slot] = last;
        return top;
    }

    private void Grow()
    {
        int length = 2 * ids.Length;
        Array.Resize(ref ids, length);
        Array.Resize(ref starts, length);
        Array.Resize(ref ends, length);
    }
}
