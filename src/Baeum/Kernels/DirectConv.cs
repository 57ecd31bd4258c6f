using System.Numerics;
using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>
/// Convolution with stride 1 without gathering windows. Every image is copied once into planes with its padding; the row of windows that a
/// weight sees is then a run of memory at a fixed offset: pixel p of the output needs planes[offset(weight) + p], p counted in the width of
/// the padded plane, so that a tile of outputs × pixels stays in registers as in a matrix product. The columns at a line's end that belong
/// to no window cost a little work and are dropped when lines are copied out.
/// The gradient of x is the same convolution of y's gradient with the weights turned round. The gradient of the weight is a table of dot
/// products of y's gradient, laid out in the padded width with zeros between lines, with the planes; its sums stay apart by lanes until the
/// last image. Formula: y[o, p] = Σ_j weight[o, j]·planes[offset(j) + p].
/// </summary>
internal static unsafe class DirectConv
{
    private const int LargestImage = 1 << 17, MostSums = 1 << 15;
    private const int GradRows = 4, GradColumns = 3;
    private const double NanosecondsPerProduct = 0.02;

    /// <summary>Whether <see cref="Forward{T}"/> can compute the convolution; otherwise its windows must be gathered.</summary>
    internal static bool Fits(ConvGeometry g) =>
        g.StrideHeight == 1 && g.StrideWidth == 1 && !g.IsPointwise && 2 * g.OutWidth >= LineOf(g) && g.OutHeight > 0 && g.PadTop >= 0 && g.PadLeft >= 0
        && (long)g.GroupChannels * LinesOf(g) * LineOf(g) <= LargestImage && (long)g.GroupOutputs * g.OutHeight * LineOf(g) <= LargestImage;

    /// <summary>Whether <see cref="Weight{T}"/> can compute the gradient of the weight.</summary>
    internal static bool FitsWeight(ConvGeometry g) => Fits(g) && (long)(g.GroupOutputs + GradRows) * (g.Window + GradColumns) <= MostSums;

    /// <summary>The convolution whose forward pass is the gradient of x.</summary>
    internal static ConvGeometry Turned(ConvGeometry g) => g with
    {
        Channels = g.Outputs,
        Outputs = g.Channels,
        Height = g.OutHeight,
        Width = g.OutWidth,
        OutHeight = g.Height,
        OutWidth = g.Width,
        PadTop = (g.KernelHeight - 1) * g.DilationHeight - g.PadTop,
        PadLeft = (g.KernelWidth - 1) * g.DilationWidth - g.PadLeft,
    };

    /// <summary>y = conv(x, weight) + bias; <paramref name="turned"/>: the weights are those of the convolution that this one is the gradient of.</summary>
    internal static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y, ConvGeometry g, bool turned) where T : unmanaged, INumber<T>
    {
        switch (Simd.Level)
        {
            case 512: Forward<Vector512Simd<T>, T>(x, weight, bias, y, g, turned); break;
            case 256: Forward<Vector256Simd<T>, T>(x, weight, bias, y, g, turned); break;
            case 128: Forward<Vector128Simd<T>, T>(x, weight, bias, y, g, turned); break;
            default: Forward<ScalarSimd<T>, T>(x, weight, bias, y, g, turned); break;
        }
    }

    /// <summary>sums [parts, weight] = the gradient of the weight, each over a part of the batch.</summary>
    internal static void Weight<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> grad, Span<T> sums, int parts, ConvGeometry g) where T : unmanaged, INumber<T>
    {
        switch (Simd.Level)
        {
            case 512: Weight<Vector512Simd<T>, T>(x, grad, sums, parts, g); break;
            case 256: Weight<Vector256Simd<T>, T>(x, grad, sums, parts, g); break;
            case 128: Weight<Vector128Simd<T>, T>(x, grad, sums, parts, g); break;
            default: Weight<ScalarSimd<T>, T>(x, grad, sums, parts, g); break;
        }
    }

    private static void Forward<TV, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y, ConvGeometry g, bool turned) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        int outputs = g.GroupOutputs;
        // six rows of two registers or four of three, whichever wastes fewer rows
        int rows = RoundUp(outputs, 6) <= RoundUp(outputs, 4) ? 6 : 4;
        var packed = Scratch<T>.TakeShared(g.Groups * RoundUp(outputs, rows) * g.Window);
        Pack(weight, packed, g, rows, turned);
        var body = new ForwardBody<TV, T> { X = x, Packed = packed, Bias = bias, Y = y, G = g, Rows = rows };
        Threads.For(g.Batch * g.Groups, NanosecondsPerProduct * g.Batch * g.Outputs * g.Window * g.OutHeight * LineOf(g) + 500.0 * g.Batch, ref body);
    }

    private static void Weight<TV, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> grad, Span<T> sums, int parts, ConvGeometry g) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        var body = new WeightBody<TV, T> { X = x, Grad = grad, Sums = sums, G = g, Parts = parts };
        Threads.For(parts, NanosecondsPerProduct * g.Batch * g.Outputs * g.Window * g.OutHeight * LineOf(g) + 500.0 * g.Batch, ref body);
    }

    /// <summary>Weights in the order in which tiles read them: [groups, tiles, window, rows], rows beyond the outputs zero.</summary>
    private static void Pack<T>(ReadOnlySpan<T> weight, Span<T> packed, ConvGeometry g, int rows, bool turned) where T : unmanaged, INumber<T>
    {
        int outputs = g.GroupOutputs, window = g.Window, kernel = g.KernelHeight * g.KernelWidth, at = 0;
        for (int group = 0; group < g.Groups; group++)
        {
            for (int first = 0; first < outputs; first += rows)
            {
                for (int j = 0; j < window; j++)
                {
                    (int channel, int place) = Math.DivRem(j, kernel);
                    for (int o = first; o < first + rows; o++, at++)
                    {
                        packed[at] = o >= outputs ? T.Zero
                            : turned ? weight[((group * g.GroupChannels + channel) * outputs + o) * kernel + kernel - 1 - place]
                            : weight[(group * outputs + o) * window + j];
                    }
                }
            }
        }
    }

    private static int LineOf(ConvGeometry g) => g.OutWidth + (g.KernelWidth - 1) * g.DilationWidth;

    private static int LinesOf(ConvGeometry g) => g.OutHeight + (g.KernelHeight - 1) * g.DilationHeight;

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>Where in the padded planes the pixels of a weight begin.</summary>
    private static Span<nint> Offsets(ConvGeometry g, int count)
    {
        var offsets = Scratch<nint>.Take(count);
        int line = LineOf(g), plane = LinesOf(g) * line, j = 0;
        for (int c = 0; c < g.GroupChannels; c++)
            for (int h = 0; h < g.KernelHeight; h++)
                for (int w = 0; w < g.KernelWidth; w++)
                    offsets[j++] = c * plane + h * g.DilationHeight * line + w * g.DilationWidth;
        offsets[j..].Clear();
        return offsets;
    }

    /// <summary>Copies an image into planes with its padding.</summary>
    private static void Spread<T>(ReadOnlySpan<T> image, Span<T> planes, ConvGeometry g) where T : unmanaged
    {
        int line = LineOf(g), lines = LinesOf(g), width = Math.Min(g.Width, line - g.PadLeft), height = Math.Min(g.Height, lines - g.PadTop);
        if (line == g.Width && lines == g.Height)
        {
            image.CopyTo(planes);
            return;
        }
        for (int c = 0; c < g.GroupChannels; c++)
            for (int h = 0; h < height; h++)
                image.Slice((c * g.Height + h) * g.Width, width).CopyTo(planes[((c * lines + h + g.PadTop) * line + g.PadLeft)..]);
    }

    private ref struct ForwardBody<TV, T> : IChunkBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X, Bias;
        internal Span<T> Y, Packed;
        internal ConvGeometry G;
        internal int Rows;

        public readonly void Invoke(int chunk)
        {
            (int example, int group) = Math.DivRem(chunk, G.Groups);
            int line = LineOf(G), window = G.Window, outputs = G.GroupOutputs;
            int width = (Rows == 6 ? 2 : 3) * TV.Count, pixels = RoundUp((G.OutHeight - 1) * line + G.OutWidth, width);
            int size = G.GroupChannels * LinesOf(G) * line, slack = width + line;
            var memory = Scratch<T>.Take(size + slack + Rows * pixels);
            memory[..(size + slack)].Clear();
            Spread(X.Slice((example * G.Channels + group * G.GroupChannels) * G.Plane, G.GroupChannels * G.Plane), memory, G);
            fixed (nint* offsets = Offsets(G, window))
            fixed (T* planes = memory, packed = Packed.Slice(group * RoundUp(outputs, Rows) * window))
            {
                T* result = planes + size + slack, weight = packed;
                for (int first = 0; first < outputs; first += Rows, weight += Rows * window)
                {
                    for (int p = 0; p < pixels; p += width)
                    {
                        if (Rows == 6) Tile6X2<TV, T>(window, offsets, weight, planes + p, result + p, pixels);
                        else Tile4X3<TV, T>(window, offsets, weight, planes + p, result + p, pixels);
                    }
                    for (int o = first; o < Math.Min(first + Rows, outputs); o++)
                    {
                        var from = memory[(size + slack + (o - first) * pixels)..];
                        var to = Y.Slice((example * G.Outputs + group * outputs + o) * G.Positions, G.Positions);
                        T start = Bias.Length > 0 ? Bias[group * outputs + o] : T.Zero;
                        for (int h = 0; h < G.OutHeight; h++) AddTo<TV, T>(from.Slice(h * line, G.OutWidth), start, to[(h * G.OutWidth)..]);
                    }
                }
            }
        }
    }

    private ref struct WeightBody<TV, T> : IChunkBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X, Grad;
        internal Span<T> Sums;
        internal ConvGeometry G;
        internal int Parts;

        public readonly void Invoke(int chunk)
        {
            int line = LineOf(G), window = G.Window, outputs = G.GroupOutputs, columns = RoundUp(window, GradColumns), rows = RoundUp(outputs, GradRows);
            int pixels = RoundUp((G.OutHeight - 1) * line + G.OutWidth, TV.Count), size = G.GroupChannels * LinesOf(G) * line, slack = TV.Count + line;
            int lanes = rows * columns * TV.Count;
            var memory = Scratch<T>.Take(size + slack + rows * pixels + lanes);
            Span<T> grads = memory.Slice(size + slack, rows * pixels), sums = memory[(size + slack + rows * pixels)..];
            memory[..^lanes].Clear(); // padding, gaps between lines and rows beyond the outputs stay zero for every image
            int start = (int)((long)G.Batch * chunk / Parts), end = (int)((long)G.Batch * (chunk + 1) / Parts);
            fixed (nint* offsets = Offsets(G, columns))
            fixed (T* planes = memory)
            {
                T* grad = planes + size + slack, sum = grad + rows * pixels;
                for (int group = 0; group < G.Groups; group++)
                {
                    sums.Clear();
                    for (int example = start; example < end; example++)
                    {
                        Spread(X.Slice((example * G.Channels + group * G.GroupChannels) * G.Plane, G.GroupChannels * G.Plane), memory, G);
                        for (int o = 0; o < outputs; o++)
                            for (int h = 0; h < G.OutHeight; h++)
                                Grad.Slice(((example * G.Outputs + group * outputs + o) * G.OutHeight + h) * G.OutWidth, G.OutWidth).CopyTo(grads[(o * pixels + h * line)..]);
                        T* tile = sum;
                        for (int o = 0; o < rows; o += GradRows)
                            for (int j = 0; j < columns; j += GradColumns, tile += GradRows * GradColumns * TV.Count)
                                Dots4X3<TV, T>(pixels, grad + o * pixels, pixels, planes + offsets[j], planes + offsets[j + 1], planes + offsets[j + 2], tile);
                    }
                    Collect(sums, Sums.Slice((chunk * G.Outputs + group * outputs) * window, outputs * window), window, columns);
                }
            }
        }

        /// <summary>Adds up the lanes: tiles [rows / 4, columns / 3] of [4, 3, lanes].</summary>
        private static void Collect(ReadOnlySpan<T> sums, Span<T> weight, int window, int columns)
        {
            for (int at = 0; at < weight.Length; at++)
            {
                (int o, int j) = Math.DivRem(at, window);
                int tile = o / GradRows * (columns / GradColumns) + j / GradColumns, cell = (tile * GradRows + o % GradRows) * GradColumns + j % GradColumns;
                T sum = T.Zero;
                foreach (T lane in sums.Slice(cell * TV.Count, TV.Count)) sum += lane;
                weight[at] = sum;
            }
        }
    }

    private static void AddTo<TV, T>(ReadOnlySpan<T> x, T start, Span<T> y) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        TV wide = TV.Broadcast(start);
        int i = 0;
        y = y[..x.Length];
        for (; i <= x.Length - TV.Count; i += TV.Count) (TV.Load(in x[i]) + wide).Store(ref y[i]);
        for (; i < x.Length; i++) y[i] = x[i] + start;
    }

    /// <summary>y[6, 2v] = Σ_j weight[j, 6] × planes[offset(j) … + 2v).</summary>
    [MethodImpl(Simd.HotLoop)]
    private static void Tile6X2<TV, T>(nint window, nint* offsets, T* weight, T* planes, T* y, nint row) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV c00 = TV.Zero, c01 = TV.Zero, c10 = TV.Zero, c11 = TV.Zero, c20 = TV.Zero, c21 = TV.Zero;
        TV c30 = TV.Zero, c31 = TV.Zero, c40 = TV.Zero, c41 = TV.Zero, c50 = TV.Zero, c51 = TV.Zero;
        for (nint* end = offsets + window; offsets < end; offsets++, weight += 6)
        {
            T* p = planes + *offsets;
            TV p0 = TV.Load(p), p1 = TV.Load(p + TV.Count);
            TV x = TV.Broadcast(weight[0]);
            TV.AddProduct(ref c00, x, p0);
            TV.AddProduct(ref c01, x, p1);
            x = TV.Broadcast(weight[1]);
            TV.AddProduct(ref c10, x, p0);
            TV.AddProduct(ref c11, x, p1);
            x = TV.Broadcast(weight[2]);
            TV.AddProduct(ref c20, x, p0);
            TV.AddProduct(ref c21, x, p1);
            x = TV.Broadcast(weight[3]);
            TV.AddProduct(ref c30, x, p0);
            TV.AddProduct(ref c31, x, p1);
            x = TV.Broadcast(weight[4]);
            TV.AddProduct(ref c40, x, p0);
            TV.AddProduct(ref c41, x, p1);
            x = TV.Broadcast(weight[5]);
            TV.AddProduct(ref c50, x, p0);
            TV.AddProduct(ref c51, x, p1);
        }
        nint w = TV.Count;
        c00.Store(y);
        c01.Store(y + w);
        y += row;
        c10.Store(y);
        c11.Store(y + w);
        y += row;
        c20.Store(y);
        c21.Store(y + w);
        y += row;
        c30.Store(y);
        c31.Store(y + w);
        y += row;
        c40.Store(y);
        c41.Store(y + w);
        y += row;
        c50.Store(y);
        c51.Store(y + w);
    }

    /// <summary>y[4, 3v] = Σ_j weight[j, 4] × planes[offset(j) … + 3v).</summary>
    [MethodImpl(Simd.HotLoop)]
    private static void Tile4X3<TV, T>(nint window, nint* offsets, T* weight, T* planes, T* y, nint row) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV c00 = TV.Zero, c01 = TV.Zero, c02 = TV.Zero, c10 = TV.Zero, c11 = TV.Zero, c12 = TV.Zero;
        TV c20 = TV.Zero, c21 = TV.Zero, c22 = TV.Zero, c30 = TV.Zero, c31 = TV.Zero, c32 = TV.Zero;
        nint w = TV.Count;
        for (nint* end = offsets + window; offsets < end; offsets++, weight += 4)
        {
            T* p = planes + *offsets;
            TV p0 = TV.Load(p), p1 = TV.Load(p + w), p2 = TV.Load(p + 2 * w);
            TV x = TV.Broadcast(weight[0]);
            TV.AddProduct(ref c00, x, p0);
            TV.AddProduct(ref c01, x, p1);
            TV.AddProduct(ref c02, x, p2);
            x = TV.Broadcast(weight[1]);
            TV.AddProduct(ref c10, x, p0);
            TV.AddProduct(ref c11, x, p1);
            TV.AddProduct(ref c12, x, p2);
            x = TV.Broadcast(weight[2]);
            TV.AddProduct(ref c20, x, p0);
            TV.AddProduct(ref c21, x, p1);
            TV.AddProduct(ref c22, x, p2);
            x = TV.Broadcast(weight[3]);
            TV.AddProduct(ref c30, x, p0);
            TV.AddProduct(ref c31, x, p1);
            TV.AddProduct(ref c32, x, p2);
        }
        c00.Store(y);
        c01.Store(y + w);
        c02.Store(y + 2 * w);
        y += row;
        c10.Store(y);
        c11.Store(y + w);
        c12.Store(y + 2 * w);
        y += row;
        c20.Store(y);
        c21.Store(y + w);
        c22.Store(y + 2 * w);
        y += row;
        c30.Store(y);
        c31.Store(y + w);
        c32.Store(y + 2 * w);
    }

    /// <summary>sums[4, 3, lanes] += the lanes of four rows of the gradient times three runs of pixels.</summary>
    [MethodImpl(Simd.HotLoop)]
    private static void Dots4X3<TV, T>(nint pixels, T* grad, nint row, T* p0, T* p1, T* p2, T* sums) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        nint w = TV.Count;
        TV c00 = TV.Load(sums), c01 = TV.Load(sums + w), c02 = TV.Load(sums + 2 * w);
        TV c10 = TV.Load(sums + 3 * w), c11 = TV.Load(sums + 4 * w), c12 = TV.Load(sums + 5 * w);
        TV c20 = TV.Load(sums + 6 * w), c21 = TV.Load(sums + 7 * w), c22 = TV.Load(sums + 8 * w);
        TV c30 = TV.Load(sums + 9 * w), c31 = TV.Load(sums + 10 * w), c32 = TV.Load(sums + 11 * w);
        T* g1 = grad + row, g2 = g1 + row, g3 = g2 + row;
        for (nint i = 0; i < pixels; i += w)
        {
            TV x0 = TV.Load(p0 + i), x1 = TV.Load(p1 + i), x2 = TV.Load(p2 + i);
            TV g = TV.Load(grad + i);
            TV.AddProduct(ref c00, g, x0);
            TV.AddProduct(ref c01, g, x1);
            TV.AddProduct(ref c02, g, x2);
            g = TV.Load(g1 + i);
            TV.AddProduct(ref c10, g, x0);
            TV.AddProduct(ref c11, g, x1);
            TV.AddProduct(ref c12, g, x2);
            g = TV.Load(g2 + i);
            TV.AddProduct(ref c20, g, x0);
            TV.AddProduct(ref c21, g, x1);
            TV.AddProduct(ref c22, g, x2);
            g = TV.Load(g3 + i);
            TV.AddProduct(ref c30, g, x0);
            TV.AddProduct(ref c31, g, x1);
            TV.AddProduct(ref c32, g, x2);
        }
        c00.Store(sums);
        c01.Store(sums + w);
        c02.Store(sums + 2 * w);
        c10.Store(sums + 3 * w);
        c11.Store(sums + 4 * w);
        c12.Store(sums + 5 * w);
        c20.Store(sums + 6 * w);
        c21.Store(sums + 7 * w);
        c22.Store(sums + 8 * w);
        c30.Store(sums + 9 * w);
        c31.Store(sums + 10 * w);
        c32.Store(sums + 11 * w);
    }
}
