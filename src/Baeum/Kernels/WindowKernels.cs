using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// Between an image of some channels [channels, height, width] and the matrix of its windows [channels·kernelHeight·kernelWidth, positions]:
/// a convolution is then a matrix product. Positions may be a part of the output plane.
/// </summary>
internal static class WindowKernels
{
    /// <summary>Writes the windows of output positions [first, first + count); pixels outside the image are zero. Rows are <paramref name="rowStride"/> apart.</summary>
    internal static void Gather<T>(ReadOnlySpan<T> image, ConvGeometry g, int channels, Span<T> windows, int rowStride, int first, int count) where T : unmanaged, INumber<T>
    {
        int row = 0;
        for (int c = 0; c < channels; c++)
        {
            var plane = image.Slice(c * g.Plane, g.Plane);
            for (int kh = 0; kh < g.KernelHeight; kh++)
            {
                for (int kw = 0; kw < g.KernelWidth; kw++, row++) GatherRow(plane, g, kh, kw, windows.Slice(row * rowStride, count), first);
            }
        }
    }

    /// <summary>The way back: adds the windows of output positions [first, first + count) to the image.</summary>
    internal static void Scatter<T>(ReadOnlySpan<T> windows, int rowStride, ConvGeometry g, int channels, Span<T> image, int first, int count) where T : unmanaged, INumber<T>
    {
        int row = 0;
        for (int c = 0; c < channels; c++)
        {
            var plane = image.Slice(c * g.Plane, g.Plane);
            for (int kh = 0; kh < g.KernelHeight; kh++)
            {
                for (int kw = 0; kw < g.KernelWidth; kw++, row++) ScatterRow(windows.Slice(row * rowStride, count), g, kh, kw, plane, first);
            }
        }
    }

    private static void GatherRow<T>(ReadOnlySpan<T> plane, ConvGeometry g, int kh, int kw, Span<T> target, int first) where T : unmanaged, INumber<T>
    {
        int left = kw * g.DilationWidth - g.PadLeft, top = kh * g.DilationHeight - g.PadTop, stride = g.StrideWidth;
        var (from, to) = Inside(left, stride, g.Width, g.OutWidth);
        ref T pixels = ref MemoryMarshal.GetReference(plane), y = ref MemoryMarshal.GetReference(target);
        (int oh, int ow) = Math.DivRem(first, g.OutWidth);
        // rows of small images are shorter than the cost of slicing spans
        for (int done = 0; done < target.Length; oh++, ow = 0)
        {
            int length = Math.Min(g.OutWidth - ow, target.Length - done), h = oh * g.StrideHeight + top;
            int start = Math.Min(Math.Max(from - ow, 0), length), end = Math.Max(Math.Min(to - ow, length), start);
            if ((uint)h >= (uint)g.Height) start = end = length;
            ref T row = ref Unsafe.Add(ref y, done), line = ref Unsafe.Add(ref pixels, (nint)h * g.Width + (ow + start) * stride + left);
            if (start > 0) Clear(ref row, start);
            if (stride == 1) Copy(ref line, ref Unsafe.Add(ref row, start), end - start);
            else for (int i = start; i < end; i++) Unsafe.Add(ref row, i) = Unsafe.Add(ref line, (i - start) * stride);
            if (end < length) Clear(ref Unsafe.Add(ref row, end), length - end);
            done += length;
        }
    }

    private static void ScatterRow<T>(ReadOnlySpan<T> source, ConvGeometry g, int kh, int kw, Span<T> plane, int first) where T : unmanaged, INumber<T>
    {
        int left = kw * g.DilationWidth - g.PadLeft, top = kh * g.DilationHeight - g.PadTop, stride = g.StrideWidth;
        var (from, to) = Inside(left, stride, g.Width, g.OutWidth);
        ref T pixels = ref MemoryMarshal.GetReference(plane), x = ref MemoryMarshal.GetReference(source);
        (int oh, int ow) = Math.DivRem(first, g.OutWidth);
        for (int done = 0; done < source.Length; oh++, ow = 0)
        {
            int length = Math.Min(g.OutWidth - ow, source.Length - done), h = oh * g.StrideHeight + top;
            int start = Math.Min(Math.Max(from - ow, 0), length), end = Math.Max(Math.Min(to - ow, length), start);
            if ((uint)h < (uint)g.Height && end > start)
            {
                ref T row = ref Unsafe.Add(ref x, done + start), line = ref Unsafe.Add(ref pixels, (nint)h * g.Width + (ow + start) * stride + left);
                if (stride == 1) Add(ref row, ref line, end - start);
                else for (int i = 0; i < end - start; i++) Unsafe.Add(ref line, i * stride) += Unsafe.Add(ref row, i);
            }
            done += length;
        }
    }

    private static void Clear<T>(ref T y, int n)
    {
        for (int i = 0; i < n; i++) Unsafe.Add(ref y, i) = default!;
    }

    private static void Copy<T>(ref T x, ref T y, int n) where T : unmanaged, INumber<T>
    {
        if (Simd.Level == 0 || n > LongRow)
        {
            MemoryMarshal.CreateSpan(ref x, n).CopyTo(MemoryMarshal.CreateSpan(ref y, n));
            return;
        }
        int i = 0;
        for (; i <= n - Vector<T>.Count; i += Vector<T>.Count) Vector.LoadUnsafe(ref x, (nuint)i).StoreUnsafe(ref y, (nuint)i);
        for (; i < n; i++) Unsafe.Add(ref y, i) = Unsafe.Add(ref x, i);
    }

    private const int LongRow = 64;

    /// <summary>The output columns [from, to) whose pixel lies inside the line.</summary>
    private static (int From, int To) Inside(int left, int stride, int width, int outWidth)
    {
        int from = left >= 0 ? 0 : (-left + stride - 1) / stride;
        int to = left >= width ? 0 : (width - 1 - left) / stride + 1;
        return (Math.Min(from, outWidth), Math.Clamp(to, 0, outWidth));
    }

    /// <summary>sum += x.</summary>
    internal static void Add<T>(ReadOnlySpan<T> x, Span<T> sum) where T : unmanaged, INumber<T> => Add(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(sum[..x.Length]), x.Length);

    private static void Add<T>(ref T x, ref T sum, int n) where T : unmanaged, INumber<T>
    {
        int i = 0;
        if (Simd.Level > 0)
        {
            for (; i <= n - Vector<T>.Count; i += Vector<T>.Count) (Vector.LoadUnsafe(ref sum, (nuint)i) + Vector.LoadUnsafe(ref x, (nuint)i)).StoreUnsafe(ref sum, (nuint)i);
        }
        for (; i < n; i++) Unsafe.Add(ref sum, i) += Unsafe.Add(ref x, i);
    }
}
