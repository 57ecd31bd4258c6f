using System.Numerics;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

// Blocks of neighbouring elements, copied from and to the places that a table names. Take, Put and Triangle only move bits: one version
// for each size of an element serves all types.

internal static class IndexKernels
{
    private const int BlocksPerPiece = 4096;

    /// <summary>y[r] = the <paramref name="width"/> elements of x from starts[r] on; zeros where the start is negative.</summary>
    internal static void Take<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> starts, int width, Span<T> y) where T : unmanaged
    {
        if (width == 0) return;
        var body = new TakeBody<T>(x, starts, width, y);
        Threads.ForRange(starts.Length, Math.Max(1, BlocksPerPiece / width), 1 + width * 0.25, ref body);
    }

    private readonly ref struct TakeBody<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> starts, int width, Span<T> y) : IRangeBody where T : unmanaged
    {
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<int> starts = starts;
        private readonly Span<T> y = y;

        public void Invoke(int start, int end)
        {
            if (width == 1)
            {
                var target = y[start..end];
                var from = starts[start..end];
                for (int i = 0; i < from.Length; i++) target[i] = from[i] < 0 ? default : x[from[i]];
                return;
            }
            for (int r = start; r < end; r++)
            {
                var target = y.Slice(r * width, width);
                if (starts[r] < 0) target.Clear();
                else x.Slice(starts[r], width).CopyTo(target);
            }
        }
    }

    /// <summary>Writes block r of the values to the <paramref name="width"/> elements of y from starts[r] on; negative starts are left out, a later block overwrites an earlier one.</summary>
    internal static void Put<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> starts, int width, Span<T> y) where T : unmanaged
    {
        for (int r = 0; r < starts.Length; r++)
        {
            if (starts[r] < 0) continue;
            if (width == 1) y[starts[r]] = values[r];
            else values.Slice(r * width, width).CopyTo(y[starts[r]..]);
        }
    }

    /// <summary>Adds block r of the values to the <paramref name="width"/> elements of y from starts[r] on, in order; negative starts are left out.</summary>
    internal static void Add<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> starts, int width, Span<T> y) where T : unmanaged, INumber<T>
    {
        for (int r = 0; r < starts.Length; r++)
        {
            if (starts[r] < 0) continue;
            if (width == 1) y[starts[r]] += values[r];
            else Add(values.Slice(r * width, width), y.Slice(starts[r], width));
        }
    }

    private static void Add<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>
    {
        var from = MemoryMarshal.Cast<T, Vector<T>>(x);
        var to = MemoryMarshal.Cast<T, Vector<T>>(y);
        for (int i = 0; i < to.Length; i++) to[i] += from[i];
        for (int i = to.Length * Vector<T>.Count; i < y.Length; i++) y[i] += x[i];
    }

    /// <summary>y = x with the order of each <paramref name="size"/> blocks of <paramref name="inner"/> elements turned round.</summary>
    internal static void Flip<T>(ReadOnlySpan<T> x, Span<T> y, int size, int inner) where T : unmanaged
    {
        int length = size * inner;
        if (length == 0) return;
        for (int start = 0; start < y.Length; start += length)
        {
            var source = x.Slice(start, length);
            var target = y.Slice(start, length);
            if (inner == 1)
            {
                source.CopyTo(target);
                target.Reverse();
                continue;
            }
            for (int i = 0; i < size; i++) source.Slice(i * inner, inner).CopyTo(target[((size - 1 - i) * inner)..]);
        }
    }

    /// <summary>Copies the upper (column - row at least <paramref name="diagonal"/>) or lower (at most) triangle of each matrix and clears the rest.</summary>
    internal static void Triangle<T>(ReadOnlySpan<T> x, Span<T> y, int rows, int columns, int diagonal, bool upper) where T : unmanaged
    {
        if (columns == 0) return;
        for (int r = 0; r < y.Length / columns; r++)
        {
            var source = x.Slice(r * columns, columns);
            var target = y.Slice(r * columns, columns);
            int cut = (int)Math.Clamp((long)(r % rows) + diagonal + (upper ? 0 : 1), 0, columns);
            (Range kept, Range cleared) = upper ? (cut.., ..cut) : (..cut, cut..);
            source[kept].CopyTo(target[kept]);
            target[cleared].Clear();
        }
    }
}
