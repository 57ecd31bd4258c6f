namespace Baeum;

/// <summary>Images in another size, by a factor or to a size.</summary>
public sealed class Upsample : Layer
{
    private readonly double? scaleFactor;
    private readonly Size2D? size;
    private readonly UpsampleMode mode;
    private readonly bool alignCorners;

    /// <summary>Larger by a factor.</summary>
    public Upsample(double scaleFactor, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false) => (this.scaleFactor, this.mode, this.alignCorners) = (scaleFactor, mode, alignCorners);

    private Upsample(Size2D size, UpsampleMode mode, bool alignCorners) => (this.size, this.mode, this.alignCorners) = (size, mode, alignCorners);

    /// <summary>To a size.</summary>
    public static Upsample To(Size2D size, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false) => new(size, mode, alignCorners);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => size is { } target ? x.UpsampleTo(target, mode, alignCorners) : x.Upsample(scaleFactor!.Value, mode, alignCorners);

    /// <inheritdoc/>
    protected override string Arguments() => $"{(size is { } target ? $"size={target}" : $"scale_factor={Python.Number(scaleFactor!.Value)}")}, mode='{mode.ToString().ToLowerInvariant()}'";
}

/// <summary>The windows of images as columns: [batch, channels · kernel, positions].</summary>
public sealed class Unfold(Size2D kernelSize, Size2D? dilation = null, Size2D padding = default, Size2D? stride = null) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Im2Col(kernelSize, dilation, padding, stride);

    /// <inheritdoc/>
    protected override string Arguments() => $"kernel_size={Python.Size(kernelSize)}, dilation={Python.Size(dilation ?? 1)}, padding={Python.Size(padding)}, stride={Python.Size(stride ?? 1)}";
}

/// <summary>Columns of windows added up in images, the transpose of <see cref="Unfold"/>.</summary>
public sealed class Fold(Size2D outputSize, Size2D kernelSize, Size2D? dilation = null, Size2D padding = default, Size2D? stride = null) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Col2Im(outputSize, kernelSize, dilation, padding, stride);

    /// <inheritdoc/>
    protected override string Arguments() => $"output_size={Python.Size(outputSize)}, kernel_size={Python.Size(kernelSize)}, dilation={Python.Size(dilation ?? 1)}, padding={Python.Size(padding)}, stride={Python.Size(stride ?? 1)}";
}
