namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>The largest value of every window of [..., length].</summary>
    /// <param name="kernelSize">The window.</param>
    /// <param name="stride">Steps between windows; the kernel size by default.</param>
    /// <param name="padding">Places at both ends that are never the largest.</param>
    /// <param name="dilation">Steps between the values of a window.</param>
    /// <param name="ceilMode">Whether a last window may hang over the end.</param>
    public Tensor MaxPool1d(int kernelSize, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false) =>
        Lines(nameof(MaxPool1d)).MaxPool((1, kernelSize), (1, stride ?? kernelSize), (0, padding), (1, dilation), ceilMode, nameof(MaxPool1d)).Y.Squeeze(-2);

    /// <summary>The largest value of every window of [..., height, width].</summary>
    /// <param name="kernelSize">The window.</param>
    /// <param name="stride">Steps between windows; the kernel size by default.</param>
    /// <param name="padding">Rows and columns around the image that are never the largest.</param>
    /// <param name="dilation">Steps between the pixels of a window; 1 by default.</param>
    /// <param name="ceilMode">Whether a last window may hang over the edge.</param>
    public Tensor MaxPool2d(Size2D kernelSize, Size2D? stride = null, Size2D padding = default, Size2D? dilation = null, bool ceilMode = false) =>
        Images(nameof(MaxPool2d)).MaxPool(kernelSize, stride ?? kernelSize, padding, dilation ?? 1, ceilMode, nameof(MaxPool2d)).Y;

    /// <summary>As <see cref="MaxPool2d"/>, with the place of every largest value in its plane, counted row by row.</summary>
    public (Tensor Values, Tensor Indices) MaxPool2dWithIndices(Size2D kernelSize, Size2D? stride = null, Size2D padding = default, Size2D? dilation = null, bool ceilMode = false) =>
        Images(nameof(MaxPool2d)).MaxPool(kernelSize, stride ?? kernelSize, padding, dilation ?? 1, ceilMode, nameof(MaxPool2d));

    /// <summary>The average of every window of [..., length].</summary>
    /// <param name="kernelSize">The window.</param>
    /// <param name="stride">Steps between windows; the kernel size by default.</param>
    /// <param name="padding">Zeros at both ends.</param>
    /// <param name="ceilMode">Whether a last window may hang over the end.</param>
    /// <param name="countIncludePad">Whether the zeros count as values.</param>
    public Tensor AvgPool1d(int kernelSize, int? stride = null, int padding = 0, bool ceilMode = false, bool countIncludePad = true) =>
        Lines(nameof(AvgPool1d)).AveragePool((1, kernelSize), (1, stride ?? kernelSize), (0, padding), ceilMode, countIncludePad, nameof(AvgPool1d)).Squeeze(-2);

    /// <summary>The average of every window of [..., height, width].</summary>
    /// <param name="kernelSize">The window.</param>
    /// <param name="stride">Steps between windows; the kernel size by default.</param>
    /// <param name="padding">Rows and columns of zeros around the image.</param>
    /// <param name="ceilMode">Whether a last window may hang over the edge.</param>
    /// <param name="countIncludePad">Whether the zeros count as values.</param>
    public Tensor AvgPool2d(Size2D kernelSize, Size2D? stride = null, Size2D padding = default, bool ceilMode = false, bool countIncludePad = true) =>
        Images(nameof(AvgPool2d)).AveragePool(kernelSize, stride ?? kernelSize, padding, ceilMode, countIncludePad, nameof(AvgPool2d));

    /// <summary>Averages of as many windows as asked for: [..., length] becomes [..., outputSize].</summary>
    public Tensor AdaptiveAvgPool1d(int outputSize) => Lines(nameof(AdaptiveAvgPool1d)).AdaptiveAverage((1, outputSize), nameof(AdaptiveAvgPool1d)).Squeeze(-2);

    /// <summary>Averages of as many windows as asked for: [..., height, width] becomes [..., outputSize].</summary>
    public Tensor AdaptiveAvgPool2d(Size2D outputSize) => Images(nameof(AdaptiveAvgPool2d)).AdaptiveAverage(outputSize, nameof(AdaptiveAvgPool2d));

    /// <summary>The largest values of as many windows as asked for: [..., length] becomes [..., outputSize].</summary>
    public Tensor AdaptiveMaxPool1d(int outputSize) => Lines(nameof(AdaptiveMaxPool1d)).AdaptiveMax((1, outputSize), nameof(AdaptiveMaxPool1d)).Squeeze(-2);

    /// <summary>The largest values of as many windows as asked for: [..., height, width] becomes [..., outputSize].</summary>
    public Tensor AdaptiveMaxPool2d(Size2D outputSize) => Images(nameof(AdaptiveMaxPool2d)).AdaptiveMax(outputSize, nameof(AdaptiveMaxPool2d));

    private (Tensor Y, Tensor Places) MaxPool(Size2D kernel, Size2D stride, Size2D padding, Size2D dilation, bool ceilMode, string name)
    {
        var rows = PoolShapes.Regular(Shape[^2], kernel.Height, stride.Height, padding.Height, dilation.Height, ceilMode, false, name, "height");
        var columns = PoolShapes.Regular(Shape[^1], kernel.Width, stride.Width, padding.Width, dilation.Width, ceilMode, false, name, "width");
        return MaxPoolOp.Apply(this, rows, columns, name);
    }

    private Tensor AveragePool(Size2D kernel, Size2D stride, Size2D padding, bool ceilMode, bool countPadding, string name)
    {
        var rows = PoolShapes.Regular(Shape[^2], kernel.Height, stride.Height, padding.Height, 1, ceilMode, countPadding, name, "height");
        var columns = PoolShapes.Regular(Shape[^1], kernel.Width, stride.Width, padding.Width, 1, ceilMode, countPadding, name, "width");
        return AveragePoolOp.Apply(this, rows, columns, name);
    }

    /// <summary>[..., length] as images of height one.</summary>
    private Tensor Lines(string name) => Rank is 2 or 3 ? Unsqueeze(-2) : throw new ArgumentException($"{name}: x must be [batch, channels, length] or [channels, length], got {Shape}.");

    private Tensor Images(string name) => Rank is 3 or 4 ? this : throw new ArgumentException($"{name}: x must be [batch, channels, height, width] or [channels, height, width], got {Shape}.");

    private Tensor AdaptiveAverage(Size2D size, string name) => AveragePoolOp.Apply(this, PoolShapes.Adaptive(Shape[^2], size.Height, name), PoolShapes.Adaptive(Shape[^1], size.Width, name), name);

    private Tensor AdaptiveMax(Size2D size, string name) => MaxPoolOp.Apply(this, PoolShapes.Adaptive(Shape[^2], size.Height, name), PoolShapes.Adaptive(Shape[^1], size.Width, name), name).Y;
}
