using System.Numerics;

namespace Baeum.Kernels;

/// <summary>
/// Convolution by windows and matrix products, a cache-sized tile of positions at a time, or as <see cref="DirectConv"/> where that can. The three kernels are the partial derivatives
/// of Σ y·conv(x, weight), so that the gradients of each are the other two. Weights are [outputs, channels / groups, kernelHeight, kernelWidth].
/// </summary>
internal static class ConvKernels
{
    private const int TileElements = 32768;
    private const int SmallestTile = 64;
    private const int MostPartials = 8;
    private const int PartialElements = 1 << 22;
    private const double NanosecondsPerProduct = 0.03;

    /// <summary>y = conv(x, weight) + bias, the bias [outputs] or empty.</summary>
    internal static void Forward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y, ConvGeometry g) where T : unmanaged, INumber<T>
    {
        if (DirectConv.Fits(g))
        {
            DirectConv.Forward(x, weight, bias, y, g, turned: false);
            return;
        }
        int tile = Tile(g), tiles = (g.Positions + tile - 1) / tile;
        var body = new ForwardBody<T> { X = x, Weight = weight, Bias = bias, Y = y, G = g, Tile = tile, Tiles = tiles };
        Threads.For(g.Batch * g.Groups * tiles, Work(g), ref body);
    }

    /// <summary>dx = the gradient of x for the gradient of y.</summary>
    internal static void Input<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> weight, Span<T> dx, ConvGeometry g) where T : unmanaged, INumber<T>
    {
        var turned = DirectConv.Turned(g);
        if (g.StrideHeight == 1 && g.StrideWidth == 1 && DirectConv.Fits(turned))
        {
            DirectConv.Forward(grad, weight, default, dx, turned, turned: true);
            return;
        }
        var body = new InputBody<T> { Grad = grad, Weight = weight, Dx = dx, G = g, Tile = Tile(g) };
        Threads.For(g.Batch * g.Groups, Work(g), ref body);
    }

    /// <summary>How many partial sums <see cref="Weight"/> needs; depends on the sizes alone.</summary>
    internal static int Partials(ConvGeometry g) => Math.Clamp(PartialElements / Math.Max(1, g.Outputs * g.Window), 1, Math.Max(1, Math.Min(MostPartials, g.Batch)));

    /// <summary>partials [partials, weight] = the gradient of the weight for the gradient of y, each over a part of the batch.</summary>
    internal static void Weight<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> grad, Span<T> partials, ConvGeometry g) where T : unmanaged, INumber<T>
    {
        int count = Partials(g);
        if (DirectConv.FitsWeight(g))
        {
            DirectConv.Weight(x, grad, partials, count, g);
            return;
        }
        var body = new WeightBody<T> { X = x, Grad = grad, Partials = partials, G = g, Tile = Tile(g), Count = count };
        Threads.For(count, Work(g), ref body);
    }

    private static int Tile(ConvGeometry g) => g.IsPointwise ? g.Positions : Math.Clamp(TileElements / Math.Max(1, g.Window), Math.Min(SmallestTile, g.Positions), g.Positions);

    private static double Work(ConvGeometry g) => NanosecondsPerProduct * g.Batch * g.Outputs * g.Window * g.Positions;

    private ref struct ForwardBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X, Weight, Bias;
        internal Span<T> Y;
        internal ConvGeometry G;
        internal int Tile, Tiles;

        public readonly void Invoke(int chunk)
        {
            (int example, int first) = Math.DivRem(chunk, Tiles);
            (example, int group) = Math.DivRem(example, G.Groups);
            first *= Tile;
            int count = Math.Min(Tile, G.Positions - first), outputs = G.GroupOutputs, window = G.Window;
            var image = X.Slice((example * G.Channels + group * G.GroupChannels) * G.Plane, G.GroupChannels * G.Plane);
            var y = Y[((example * G.Outputs + group * outputs) * G.Positions + first)..];
            var weight = Weight.Slice(group * outputs * window, outputs * window);
            for (int o = 0; o < outputs && Bias.Length > 0; o++) y.Slice(o * G.Positions, count).Fill(Bias[group * outputs + o]);
            if (G.IsPointwise)
            {
                ProductKernels.Product(outputs, count, window, weight, window, 1, image[first..], G.Plane, 1, y, G.Positions, accumulate: Bias.Length > 0);
                return;
            }
            var windows = Scratch<T>.Take(window * count);
            WindowKernels.Gather(image, G, G.GroupChannels, windows, count, first, count);
            ProductKernels.Product(outputs, count, window, weight, window, 1, windows, count, 1, y, G.Positions, accumulate: Bias.Length > 0);
        }
    }

    private ref struct InputBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> Grad, Weight;
        internal Span<T> Dx;
        internal ConvGeometry G;
        internal int Tile;

        public readonly void Invoke(int chunk)
        {
            (int example, int group) = Math.DivRem(chunk, G.Groups);
            int outputs = G.GroupOutputs, window = G.Window;
            var image = Dx.Slice((example * G.Channels + group * G.GroupChannels) * G.Plane, G.GroupChannels * G.Plane);
            var weight = Weight.Slice(group * outputs * window, outputs * window);
            var grad = Grad.Slice((example * G.Outputs + group * outputs) * G.Positions, outputs * G.Positions);
            if (G.IsPointwise)
            {
                ProductKernels.Product(window, G.Positions, outputs, weight, 1, window, grad, G.Positions, 1, image, G.Plane, accumulate: false);
                return;
            }
            image.Clear();
            for (int first = 0; first < G.Positions; first += Tile)
            {
                int count = Math.Min(Tile, G.Positions - first);
                var windows = Scratch<T>.Take(window * count);
                ProductKernels.Product(window, count, outputs, weight, 1, window, grad[first..], G.Positions, 1, windows, count, accumulate: false);
                WindowKernels.Scatter(windows, count, G, G.GroupChannels, image, first, count);
            }
        }
    }

    private ref struct WeightBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X, Grad;
        internal Span<T> Partials;
        internal ConvGeometry G;
        internal int Tile, Count;

        public readonly void Invoke(int chunk)
        {
            int outputs = G.GroupOutputs, window = G.Window, size = G.Outputs * window;
            var sum = Partials.Slice(chunk * size, size);
            sum.Clear();
            int start = (int)((long)G.Batch * chunk / Count), end = (int)((long)G.Batch * (chunk + 1) / Count);
            for (int example = start; example < end; example++)
            {
                for (int group = 0; group < G.Groups; group++)
                {
                    var image = X.Slice((example * G.Channels + group * G.GroupChannels) * G.Plane, G.GroupChannels * G.Plane);
                    var grad = Grad.Slice((example * G.Outputs + group * outputs) * G.Positions, outputs * G.Positions);
                    var target = sum.Slice(group * outputs * window, outputs * window);
                    if (G.IsPointwise)
                    {
                        ProductKernels.Product(outputs, window, G.Positions, grad, G.Positions, 1, image, 1, G.Plane, target, window, accumulate: true);
                        continue;
                    }
                    for (int first = 0; first < G.Positions; first += Tile)
                    {
                        int count = Math.Min(Tile, G.Positions - first);
                        var windows = Scratch<T>.Take(window * count);
                        WindowKernels.Gather(image, G, G.GroupChannels, windows, count, first, count);
                        ProductKernels.Product(outputs, window, count, grad[first..], G.Positions, 1, windows, 1, count, target, window, accumulate: true);
                    }
                }
            }
        }
    }
}

/// <summary>A buffer of this thread that grows and stays, for what a piece of a loop needs only while it runs.</summary>
internal static class Scratch<T> where T : unmanaged
{
    [ThreadStatic] private static T[]? own;
    [ThreadStatic] private static T[]? shared;

    internal static Span<T> Take(int length) => Of(ref own, length);

    /// <summary>A second buffer, for what the thread that begins a loop prepares and all its pieces read.</summary>
    internal static Span<T> TakeShared(int length) => Of(ref shared, length);

    private static Span<T> Of(ref T[]? buffer, int length)
    {
        if (buffer is null || buffer.Length < length) buffer = GC.AllocateUninitializedArray<T>(Math.Max(length, 1024));
        return buffer.AsSpan(0, length);
    }
}
