using System.Numerics;

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
        while (target.Length > 0)
        {
            (int oh, int ow) = Math.DivRem(first, g.OutWidth);
            int length = Math.Min(g.OutWidth - ow, target.Length), h = oh * g.StrideHeight + top;
            int start = Math.Clamp(from - ow, 0, length), end = Math.Clamp(to - ow, start, length);
            if ((uint)h >= (uint)g.Height) (start, end) = (length, length);
            target[..start].Clear();
            if (end > start)
            {
                var line = plane[(h * g.Width + (ow + start) * stride + left)..];
                if (stride == 1) line[..(end - start)].CopyTo(target[start..]);
                else for (int i = start, at = 0; i < end; i++, at += stride) target[i] = line[at];
            }
            target[end..length].Clear();
            target = target[length..];
            first += length;
        }
    }

    private static void ScatterRow<T>(ReadOnlySpan<T> source, ConvGeometry g, int kh, int kw, Span<T> plane, int first) where T : unmanaged, INumber<T>
    {
        int left = kw * g.DilationWidth - g.PadLeft, top = kh * g.DilationHeight - g.PadTop, stride = g.StrideWidth;
        var (from, to) = Inside(left, stride, g.Width, g.OutWidth);
        while (source.Length > 0)
        {
            (int oh, int ow) = Math.DivRem(first, g.OutWidth);
            int length = Math.Min(g.OutWidth - ow, source.Length), h = oh * g.StrideHeight + top;
            int start = Math.Clamp(from - ow, 0, length), end = Math.Clamp(to - ow, start, length);
            if ((uint)h < (uint)g.Height && end > start)
            {
                var line = plane[(h * g.Width + (ow + start) * stride + left)..];
                if (stride == 1) Add(source[start..end], line[..(end - start)]);
                else for (int i = start, at = 0; i < end; i++, at += stride) line[at] += source[i];
            }
            source = source[length..];
            first += length;
        }
    }

    /// <summary>The output columns [from, to) whose pixel lies inside the line.</summary>
    private static (int From, int To) Inside(int left, int stride, int width, int outWidth)
    {
        int from = left >= 0 ? 0 : (-left + stride - 1) / stride;
        int to = left >= width ? 0 : (width - 1 - left) / stride + 1;
        return (Math.Min(from, outWidth), Math.Clamp(to, 0, outWidth));
    }

    /// <summary>sum += x.</summary>
    internal static void Add<T>(ReadOnlySpan<T> x, Span<T> sum) where T : unmanaged, INumber<T>
    {
        int i = 0;
        if (Simd.Level > 0)
        {
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) (new Vector<T>(sum[i..]) + new Vector<T>(x[i..])).CopyTo(sum[i..]);
        }
        for (; i < x.Length; i++) sum[i] += x[i];
    }
}
