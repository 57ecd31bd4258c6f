namespace Baeum;

/// <summary>The largest value of every window of [batch, channels, length].</summary>
public sealed class MaxPool1d(int kernelSize, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.MaxPool1d(kernelSize, stride, padding, dilation, ceilMode);

    /// <inheritdoc/>
    protected override string Arguments() => $"kernel_size={kernelSize}, stride={stride ?? kernelSize}, padding={padding}, dilation={dilation}, ceil_mode={Python.Bool(ceilMode)}";
}

/// <summary>The largest value of every window of [batch, channels, height, width].</summary>
public sealed class MaxPool2d(Size2D kernelSize, Size2D? stride = null, Size2D padding = default, Size2D? dilation = null, bool ceilMode = false) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.MaxPool2d(kernelSize, stride, padding, dilation, ceilMode);

    /// <inheritdoc/>
    protected override string Arguments() => $"kernel_size={Python.Size(kernelSize)}, stride={Python.Size(stride ?? kernelSize)}, padding={Python.Size(padding)}, dilation={Python.Size(dilation ?? 1)}, ceil_mode={Python.Bool(ceilMode)}";
}

/// <summary>The average of every window of [batch, channels, length].</summary>
public sealed class AvgPool1d(int kernelSize, int? stride = null, int padding = 0, bool ceilMode = false, bool countIncludePad = true) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AvgPool1d(kernelSize, stride, padding, ceilMode, countIncludePad);

    /// <inheritdoc/>
    protected override string Arguments() => $"kernel_size=({kernelSize},), stride=({stride ?? kernelSize},), padding=({padding},)";
}

/// <summary>The average of every window of [batch, channels, height, width].</summary>
public sealed class AvgPool2d(Size2D kernelSize, Size2D? stride = null, Size2D padding = default, bool ceilMode = false, bool countIncludePad = true) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AvgPool2d(kernelSize, stride, padding, ceilMode, countIncludePad);

    /// <inheritdoc/>
    protected override string Arguments() => $"kernel_size={Python.Size(kernelSize)}, stride={Python.Size(stride ?? kernelSize)}, padding={Python.Size(padding)}";
}

/// <summary>Averages of as many windows as asked for.</summary>
public sealed class AdaptiveAvgPool1d(int outputSize) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AdaptiveAvgPool1d(outputSize);

    /// <inheritdoc/>
    protected override string Arguments() => $"output_size={outputSize}";
}

/// <summary>Averages of as many windows as asked for.</summary>
public sealed class AdaptiveAvgPool2d(Size2D outputSize) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AdaptiveAvgPool2d(outputSize);

    /// <inheritdoc/>
    protected override string Arguments() => $"output_size={Python.Size(outputSize)}";
}

/// <summary>The largest values of as many windows as asked for.</summary>
public sealed class AdaptiveMaxPool1d(int outputSize) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AdaptiveMaxPool1d(outputSize);

    /// <inheritdoc/>
    protected override string Arguments() => $"output_size={outputSize}";
}

/// <summary>The largest values of as many windows as asked for.</summary>
public sealed class AdaptiveMaxPool2d(Size2D outputSize) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.AdaptiveMaxPool2d(outputSize);

    /// <inheritdoc/>
    protected override string Arguments() => $"output_size={Python.Size(outputSize)}";
}
