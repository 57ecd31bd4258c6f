using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>The windows of a pooling along one dimension: window i covers pixels Start[i], Start[i] + Step, ... before End[i].</summary>
/// <param name="Start">The first pixel, inside the image.</param>
/// <param name="End">The end, inside the image.</param>
/// <param name="Divisor">The length that an average divides by.</param>
/// <param name="Step">Distance of neighbouring pixels of a window.</param>
internal sealed record PoolWindows(int[] Start, int[] End, int[] Divisor, int Step)
{
    internal int Count => Start.Length;

    /// <summary>Whether window i is exactly the pixels 2i and 2i + 1.</summary>
    internal bool ArePairs()
    {
        for (int i = 0; i < Count; i++)
        {
            if (Step != 1 || Start[i] != 2 * i || End[i] != 2 * i + 2) return false;
        }
        return true;
    }
}

/// <summary>Largest values and averages of windows, plane by plane: x is [planes, height, width], y [planes, outHeight, outWidth].</summary>
internal static class PoolKernels
{
    private const int ElementsPerPiece = 8192;

    /// <summary>The largest value of every window and where in its plane it stands; NaN counts as the largest.</summary>
    internal static void Max<T>(ReadOnlySpan<T> x, Span<T> y, Span<long> places, int planes, int width, int plane, PoolWindows rows, PoolWindows columns) where T : unmanaged, INumber<T>
    {
        var body = new MaxBody<T> { X = x, Y = y, Places = places, Width = width, Plane = plane, Rows = rows, Columns = columns, ArePairs = columns.ArePairs() };
        Threads.ForRange(planes, Grain(plane), plane * 0.7, ref body);
    }

    /// <summary>The average of every window.</summary>
    internal static void Average<T>(ReadOnlySpan<T> x, Span<T> y, int planes, int width, int plane, PoolWindows rows, PoolWindows columns) where T : unmanaged, INumber<T>
    {
        var body = new AverageBody<T> { X = x, Y = y, Width = width, Plane = plane, Rows = rows, Columns = columns };
        Threads.ForRange(planes, Grain(plane), plane, ref body);
    }

    /// <summary>The transpose of <see cref="Average"/>: every value divided and spread over its window.</summary>
    internal static void Spread<T>(ReadOnlySpan<T> y, Span<T> x, int planes, int width, int plane, PoolWindows rows, PoolWindows columns) where T : unmanaged, INumber<T>
    {
        var body = new SpreadBody<T> { X = x, Y = y, Width = width, Plane = plane, Rows = rows, Columns = columns };
        Threads.ForRange(planes, Grain(plane), plane, ref body);
    }

    /// <summary>y = the elements of every plane of x at the places.</summary>
    internal static void Pick<T>(ReadOnlySpan<T> x, ReadOnlySpan<long> places, Span<T> y, int planes, int from, int to) where T : unmanaged, INumber<T>
    {
        for (int p = 0; p < planes; p++)
        {
            var plane = x.Slice(p * from, from);
            var at = places.Slice(p * to, to);
            for (int i = 0; i < to; i++) y[p * to + i] = plane[(int)at[i]];
        }
    }

    /// <summary>The transpose of <see cref="Pick"/>: every value added at its place.</summary>
    internal static void Put<T>(ReadOnlySpan<T> y, ReadOnlySpan<long> places, Span<T> x, int planes, int from, int to) where T : unmanaged, INumber<T>
    {
        var body = new PutBody<T> { X = x, Y = y, Places = places, From = from, To = to };
        Threads.ForRange(planes, Grain(from), from * 0.5, ref body);
    }

    private static int Grain(int plane) => Math.Max(1, ElementsPerPiece / Math.Max(1, plane));

    private ref struct MaxBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X;
        internal Span<T> Y;
        internal Span<long> Places;
        internal int Width, Plane;
        internal PoolWindows Rows, Columns;
        internal bool ArePairs;

        public readonly void Invoke(int start, int end)
        {
            int outHeight = Rows.Count, outWidth = Columns.Count;
            for (int p = start; p < end; p++)
            {
                var plane = X.Slice(p * Plane, Plane);
                for (int oh = 0; oh < outHeight; oh++)
                {
                    var y = Y.Slice((p * outHeight + oh) * outWidth, outWidth);
                    var places = Places.Slice((p * outHeight + oh) * outWidth, outWidth);
                    int top = Rows.Start[oh], bottom = Rows.End[oh];
                    if (Rows.Step == 1 && bottom - top == 2 && ArePairs)
                    {
                        Pairs(plane.Slice(top * Width, Width + 2 * outWidth), y, places, top * Width, Width);
                        continue;
                    }
                    for (int ow = 0; ow < outWidth; ow++)
                    {
                        int left = Columns.Start[ow], right = Columns.End[ow], place = top * Width + left;
                        T best = plane[place];
                        for (int h = top; h < bottom; h += Rows.Step)
                        {
                            for (int w = left; w < right; w += Columns.Step)
                            {
                                T value = plane[h * Width + w];
                                if (value <= best || T.IsNaN(best)) continue;
                                (best, place) = (value, h * Width + w);
                            }
                        }
                        (y[ow], places[ow]) = (best, place);
                    }
                }
            }
        }
    }

    /// <summary>The commonest pooling, two by two side by side, without loops inside.</summary>
    private static void Pairs<T>(ReadOnlySpan<T> lines, Span<T> y, Span<long> places, int start, int width) where T : unmanaged, INumber<T>
    {
        ref T first = ref MemoryMarshal.GetReference(lines);
        for (int i = 0; i < y.Length; i++)
        {
            ref T corner = ref Unsafe.Add(ref first, 2 * i), under = ref Unsafe.Add(ref corner, width);
            T a = corner, b = Unsafe.Add(ref corner, 1), c = under, d = Unsafe.Add(ref under, 1);
            // numbers instead of jumps: which of four is largest cannot be guessed
            int right = Number(b > a), lower = width + Number(d > c);
            int at = right + Number(Unsafe.Add(ref corner, lower) > Unsafe.Add(ref corner, right)) * (lower - right);
            y[i] = Unsafe.Add(ref corner, at);
            places[i] = start + 2 * i + at;
            // a NaN makes the sum one (as do opposite infinities, which lose nothing here)
            if (T.IsNaN(a + b + c + d)) (y[i], places[i]) = FirstNaN([a, b, c, d], y[i], places[i], start + 2 * i, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Number(bool condition) => Unsafe.BitCast<bool, byte>(condition);

    private static (T Value, long Place) FirstNaN<T>(ReadOnlySpan<T> window, T best, long place, int start, int width) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < window.Length; i++)
        {
            if (T.IsNaN(window[i])) return (window[i], start + i / 2 * width + i % 2);
        }
        return (best, place);
    }

    private ref struct AverageBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X;
        internal Span<T> Y;
        internal int Width, Plane;
        internal PoolWindows Rows, Columns;

        public readonly void Invoke(int start, int end)
        {
            int outHeight = Rows.Count, outWidth = Columns.Count;
            for (int p = start; p < end; p++)
            {
                for (int oh = 0; oh < outHeight; oh++)
                {
                    for (int ow = 0; ow < outWidth; ow++)
                    {
                        T sum = T.Zero;
                        for (int h = Rows.Start[oh]; h < Rows.End[oh]; h++)
                        {
                            foreach (T value in X.Slice(p * Plane + h * Width + Columns.Start[ow], Columns.End[ow] - Columns.Start[ow])) sum += value;
                        }
                        Y[(p * outHeight + oh) * outWidth + ow] = sum / T.CreateTruncating(Rows.Divisor[oh] * Columns.Divisor[ow]);
                    }
                }
            }
        }
    }

    private ref struct SpreadBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal Span<T> X;
        internal ReadOnlySpan<T> Y;
        internal int Width, Plane;
        internal PoolWindows Rows, Columns;

        public readonly void Invoke(int start, int end)
        {
            int outHeight = Rows.Count, outWidth = Columns.Count;
            X[(start * Plane)..(end * Plane)].Clear();
            for (int p = start; p < end; p++)
            {
                for (int oh = 0; oh < outHeight; oh++)
                {
                    for (int ow = 0; ow < outWidth; ow++)
                    {
                        T part = Y[(p * outHeight + oh) * outWidth + ow] / T.CreateTruncating(Rows.Divisor[oh] * Columns.Divisor[ow]);
                        for (int h = Rows.Start[oh]; h < Rows.End[oh]; h++)
                        {
                            foreach (ref T value in X.Slice(p * Plane + h * Width + Columns.Start[ow], Columns.End[ow] - Columns.Start[ow])) value += part;
                        }
                    }
                }
            }
        }
    }

    private ref struct PutBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal Span<T> X;
        internal ReadOnlySpan<T> Y;
        internal ReadOnlySpan<long> Places;
        internal int From, To;

        public readonly void Invoke(int start, int end)
        {
            for (int p = start; p < end; p++)
            {
                var plane = X.Slice(p * From, From);
                plane.Clear();
                var values = Y.Slice(p * To, To);
                var places = Places.Slice(p * To, To);
                for (int i = 0; i < values.Length; i++) plane[(int)places[i]] += values[i];
            }
        }
    }
}
