using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

// Sorting works on keys: whole numbers in the order of the elements, so that one loop serves every type. NaN is the largest element and
// -0 equals 0. Equal elements keep their order in both directions.

internal static class SortKernels
{
    private const int MostInserted = 128;

    /// <summary>A whole number that orders an element among others of its type; turned round for descending order.</summary>
    internal static ulong Key<T>(T x, bool descending) where T : unmanaged
    {
        ulong key =
            typeof(T) == typeof(float) ? Key(Unsafe.BitCast<T, float>(x))
            : typeof(T) == typeof(double) ? Key(Unsafe.BitCast<T, double>(x))
            : typeof(T) == typeof(long) ? (ulong)Unsafe.BitCast<T, long>(x) ^ (1UL << 63)
            : typeof(T) == typeof(bool) ? Unsafe.BitCast<T, bool>(x) ? 1UL : 0
            : throw new NotSupportedException($"Sort: elements of type {typeof(T).Name}.");
        return descending ? ~key : key;
    }

    private static ulong Key(float x)
    {
        if (float.IsNaN(x)) return uint.MaxValue;
        uint bits = BitConverter.SingleToUInt32Bits(x == 0 ? 0 : x);
        return bits >> 31 != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static ulong Key(double x)
    {
        if (double.IsNaN(x)) return ulong.MaxValue;
        ulong bits = BitConverter.DoubleToUInt64Bits(x == 0 ? 0 : x);
        return bits >> 63 != 0 ? ~bits : bits | 1UL << 63;
    }

    /// <summary>The order of each row of x, rows of <paramref name="size"/> elements; of each order the first <paramref name="count"/> places.</summary>
    internal static void Order<T>(ReadOnlySpan<T> x, int size, int count, bool descending, Span<long> order) where T : unmanaged
    {
        if (size == 0 || count == 0) return;
        var body = new OrderBody<T>(x, size, count, descending, order);
        Threads.ForRange(x.Length / size, Math.Max(1, 4096 / size), size * (count <= MostInserted && count < size ? 3.0 : 40.0), ref body);
    }

    private readonly ref struct OrderBody<T>(ReadOnlySpan<T> x, int size, int count, bool descending, Span<long> order) : IRangeBody where T : unmanaged
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<long> order = order;

        public void Invoke(int start, int end)
        {
            bool inserts = count <= MostInserted && count < size;
            var keys = new ulong[inserts ? count : size];
            var places = new long[keys.Length];
            for (int r = start; r < end; r++)
            {
                var row = x.Slice(r * size, size);
                if (inserts) First(row, keys, places, descending);
                else All(row, keys, places, descending);
                places.AsSpan(0, count).CopyTo(order[(r * count)..]);
            }
        }
    }

    private static void All<T>(ReadOnlySpan<T> row, ulong[] keys, long[] places, bool descending) where T : unmanaged
    {
        for (int i = 0; i < row.Length; i++) (keys[i], places[i]) = (Key(row[i], descending), i);
        keys.AsSpan().Sort(places.AsSpan());
        for (int i = 0; i < keys.Length;)
        {
            int end = i + 1;
            while (end < keys.Length && keys[end] == keys[i]) end++;
            if (end - i > 1) places.AsSpan(i, end - i).Sort();
            i = end;
        }
    }

    /// <summary>The first of the order: a sorted list into which every element that belongs there is put.</summary>
    private static void First<T>(ReadOnlySpan<T> row, ulong[] keys, long[] places, bool descending) where T : unmanaged
    {
        int filled = 0;
        for (int i = 0; i < row.Length; i++)
        {
            ulong key = Key(row[i], descending);
            if (filled == keys.Length && key >= keys[^1]) continue;
            int at = filled < keys.Length ? filled++ : filled - 1;
            for (; at > 0 && keys[at - 1] > key; at--) (keys[at], places[at]) = (keys[at - 1], places[at - 1]);
            (keys[at], places[at]) = (key, i);
        }
    }

    /// <summary>The places of an ordered vector at which a new value begins.</summary>
    internal static List<int> Firsts<T>(ReadOnlySpan<T> ordered) where T : unmanaged
    {
        var firsts = new List<int>();
        for (int i = 0; i < ordered.Length; i++)
        {
            if (i == 0 || Key(ordered[i], false) != Key(ordered[i - 1], false)) firsts.Add(i);
        }
        return firsts;
    }

    /// <summary>How many elements of an ordered row lie before each value (before or at it, from the right).</summary>
    internal static void Search<T>(ReadOnlySpan<T> ordered, ReadOnlySpan<T> values, bool right, Span<long> places) where T : unmanaged
    {
        for (int i = 0; i < values.Length; i++)
        {
            ulong key = Key(values[i], false);
            int low = 0, high = ordered.Length;
            while (low < high)
            {
                int middle = (int)(((uint)low + (uint)high) / 2);
                ulong there = Key(ordered[middle], false);
                if (there < key || right && there == key) low = middle + 1;
                else high = middle;
            }
            places[i] = low;
        }
    }
}
