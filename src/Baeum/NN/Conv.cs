namespace Baeum;

/// <summary>Convolution of [batch, inChannels, length] to [batch, outChannels, length'].</summary>
public sealed class Conv1d : Layer
{
    private readonly int kernelSize, stride, dilation, groups;
    private readonly Padding padding;

    /// <summary>Draws weight and bias evenly over ±1/√(inChannels / groups · kernelSize), as PyTorch does.</summary>
    /// <exception cref="ArgumentException">The groups do not divide the channels, or a size is not positive.</exception>
    public Conv1d(ParamScope scope, int inChannels, int outChannels, int kernelSize, int stride = 1, Padding padding = default, int dilation = 1, int groups = 1, bool bias = true) : base(scope)
    {
        ConvParameters.Check(nameof(Conv1d), inChannels, outChannels, groups, (1, kernelSize));
        (this.kernelSize, this.stride, this.padding, this.dilation, this.groups) = (kernelSize, stride, padding, dilation, groups);
        (Weight, Bias) = ConvParameters.Make(scope, [outChannels, inChannels / groups, kernelSize], outChannels, bias);
    }

    /// <summary>[outChannels, inChannels / groups, kernelSize].</summary>
    public Tensor Weight { get; }

    /// <summary>[outChannels], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Conv1d(Weight, Bias, stride, padding, dilation, groups);

    /// <inheritdoc/>
    protected override string Arguments() => ConvParameters.Arguments(Weight.Shape[1] * groups, Weight.Shape[0], $"({kernelSize},)", $"({stride},)",
        padding.IsSame ? "same" : padding.Width == 0 ? null : $"({padding.Width},)", dilation == 1 ? null : $"({dilation},)", groups, Bias is not null);
}

/// <summary>Convolution of [batch, inChannels, height, width] to [batch, outChannels, height', width'].</summary>
public sealed class Conv2d : Layer
{
    private readonly Size2D kernelSize, stride, dilation;
    private readonly Padding padding;
    private readonly int groups;

    /// <summary>Draws weight and bias evenly over ±1/√(inChannels / groups · kernel), as PyTorch does.</summary>
    /// <exception cref="ArgumentException">The groups do not divide the channels, or a size is not positive.</exception>
    public Conv2d(ParamScope scope, int inChannels, int outChannels, Size2D kernelSize, Size2D? stride = null, Padding padding = default, Size2D? dilation = null, int groups = 1, bool bias = true) : base(scope)
    {
        ConvParameters.Check(nameof(Conv2d), inChannels, outChannels, groups, kernelSize);
        (this.kernelSize, this.stride, this.padding, this.dilation, this.groups) = (kernelSize, stride ?? 1, padding, dilation ?? 1, groups);
        (Weight, Bias) = ConvParameters.Make(scope, [outChannels, inChannels / groups, kernelSize.Height, kernelSize.Width], outChannels, bias);
    }

    /// <summary>[outChannels, inChannels / groups, kernelHeight, kernelWidth].</summary>
    public Tensor Weight { get; }

    /// <summary>[outChannels], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Conv2d(Weight, Bias, stride, padding, dilation, groups);

    /// <inheritdoc/>
    protected override string Arguments() => ConvParameters.Arguments(Weight.Shape[1] * groups, Weight.Shape[0], $"{kernelSize}", $"{stride}",
        padding == default(Padding) ? null : $"{padding}", dilation == 1 ? null : $"{dilation}", groups, Bias is not null);
}

/// <summary>Transposed convolution of [batch, inChannels, length] to [batch, outChannels, length'], which undoes the size of <see cref="Conv1d"/>.</summary>
public sealed class ConvTranspose1d : Layer
{
    private readonly int kernelSize, stride, padding, outputPadding, groups, dilation;

    /// <summary>Draws weight and bias evenly over ±1/√(outChannels / groups · kernelSize), as PyTorch does.</summary>
    public ConvTranspose1d(ParamScope scope, int inChannels, int outChannels, int kernelSize, int stride = 1, int padding = 0, int outputPadding = 0, int groups = 1, bool bias = true, int dilation = 1) : base(scope)
    {
        ConvParameters.Check(nameof(ConvTranspose1d), inChannels, outChannels, groups, (1, kernelSize));
        (this.kernelSize, this.stride, this.padding, this.outputPadding, this.groups, this.dilation) = (kernelSize, stride, padding, outputPadding, groups, dilation);
        (Weight, Bias) = ConvParameters.Make(scope, [inChannels, outChannels / groups, kernelSize], outChannels, bias);
    }

    /// <summary>[inChannels, outChannels / groups, kernelSize].</summary>
    public Tensor Weight { get; }

    /// <summary>[outChannels], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.ConvTranspose1d(Weight, Bias, stride, padding, outputPadding, groups, dilation);

    /// <inheritdoc/>
    protected override string Arguments() => ConvParameters.Arguments(Weight.Shape[0], Weight.Shape[1] * groups, $"({kernelSize},)", $"({stride},)",
        padding == 0 ? null : $"({padding},)", dilation == 1 ? null : $"({dilation},)", groups, Bias is not null, outputPadding == 0 ? null : $"({outputPadding},)");
}

/// <summary>Transposed convolution of [batch, inChannels, height, width], which undoes the size of <see cref="Conv2d"/>.</summary>
public sealed class ConvTranspose2d : Layer
{
    private readonly Size2D kernelSize, stride, padding, outputPadding, dilation;
    private readonly int groups;

    /// <summary>Draws weight and bias evenly over ±1/√(outChannels / groups · kernel), as PyTorch does.</summary>
    public ConvTranspose2d(ParamScope scope, int inChannels, int outChannels, Size2D kernelSize, Size2D? stride = null, Size2D padding = default, Size2D outputPadding = default, int groups = 1, bool bias = true, Size2D? dilation = null) : base(scope)
    {
        ConvParameters.Check(nameof(ConvTranspose2d), inChannels, outChannels, groups, kernelSize);
        (this.kernelSize, this.stride, this.padding, this.outputPadding, this.groups, this.dilation) = (kernelSize, stride ?? 1, padding, outputPadding, groups, dilation ?? 1);
        (Weight, Bias) = ConvParameters.Make(scope, [inChannels, outChannels / groups, kernelSize.Height, kernelSize.Width], outChannels, bias);
    }

    /// <summary>[inChannels, outChannels / groups, kernelHeight, kernelWidth].</summary>
    public Tensor Weight { get; }

    /// <summary>[outChannels], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.ConvTranspose2d(Weight, Bias, stride, padding, outputPadding, groups, dilation);

    /// <inheritdoc/>
    protected override string Arguments() => ConvParameters.Arguments(Weight.Shape[0], Weight.Shape[1] * groups, $"{kernelSize}", $"{stride}",
        padding == 0 ? null : $"{padding}", dilation == 1 ? null : $"{dilation}", groups, Bias is not null, outputPadding == 0 ? null : $"{outputPadding}");
}

/// <summary>What the convolution layers share.</summary>
internal static class ConvParameters
{
    internal static void Check(string name, int inChannels, int outChannels, int groups, Size2D kernel)
    {
        if (inChannels <= 0 || outChannels <= 0 || kernel.Height <= 0 || kernel.Width <= 0) throw new ArgumentException($"{name}: channels and kernel must be positive, got {inChannels} to {outChannels} channels and kernel {kernel}.");
        if (groups <= 0 || inChannels % groups != 0 || outChannels % groups != 0) throw new ArgumentException($"{name}: {groups} groups must divide {inChannels} input and {outChannels} output channels.");
    }

    internal static (Tensor Weight, Tensor? Bias) Make(ParamScope scope, Shape shape, int outputs, bool bias)
    {
        int fanIn = shape.Count / shape[0];
        var weight = scope.Parameter("weight", shape, Initializers.KaimingUniform(Math.Sqrt(5)));
        return (weight, bias ? scope.Parameter("bias", [outputs], Initializers.Bias(fanIn)) : null);
    }

    internal static string Arguments(int inputs, int outputs, string kernel, string stride, string? padding, string? dilation, int groups, bool bias, string? outputPadding = null) =>
        $"{inputs}, {outputs}, kernel_size={kernel}, stride={stride}" +
        (padding is null ? "" : $", padding={padding}") +
        (dilation is null ? "" : $", dilation={dilation}") +
        (outputPadding is null ? "" : $", output_padding={outputPadding}") +
        (groups == 1 ? "" : $", groups={groups}") +
        (bias ? "" : ", bias=False");
}
