using System.Runtime.CompilerServices;

namespace Baeum.Text;

/// <summary>A list of ids that keeps its memory between texts.</summary>
internal sealed class IdList
{
    private int[] items = new int[256];

    internal int Count { get; private set; }

    internal ReadOnlySpan<int> Items => items.AsSpan(0, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(int id)
    {
        if (Count == items.Length)
            Array.Resize(ref items, 2 * Count);
        items[Count++] = id;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(ReadOnlySpan<int> ids)
    {
        if (ids.Length > items.Length - Count)
            Array.Resize(ref items, Math.Max(2 * items.Length, Count + ids.Length));
        ids.CopyTo(items.AsSpan(Count));
        Count += ids.Length;
    }

    /// <summary>Forgets what stands from <paramref name="count"/> on.</summary>
    internal void Truncate(int count) => Count = count;

    /// <summary>Takes some out; those behind close up.</summary>
    internal void RemoveAt(int start, int count)
    {
        items.AsSpan(start + count, Count - start - count).CopyTo(items.AsSpan(start));
        Count -= count;
    }

    internal void Clear() => Count = 0;
}
