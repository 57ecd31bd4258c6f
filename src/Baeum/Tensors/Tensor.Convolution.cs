namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>Slides windows over rows of values: [batch, channels, length] or [channels, length] becomes [..., outputs, length'].</summary>
    /// <param name="weight">[outputs, channels / groups, kernel].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="stride">Steps between windows.</param>
    /// <param name="padding">Zeros at both ends, or <c>"same"</c>.</param>
    /// <param name="dilation">Steps between the values of a window.</param>
    /// <param name="groups">Channels and outputs are cut into as many groups that do not see each other.</param>
    public Tensor Conv1d(Tensor weight, Tensor? bias = null, int stride = 1, Padding padding = default, int dilation = 1, int groups = 1)
    {
        if (Rank is not (2 or 3) || weight.Rank != 3) throw new ArgumentException($"Conv1d: x must be [batch, channels, length] or [channels, length] and weight [outputs, channels / groups, kernel], got {Shape} and {weight.Shape}.");
        Padding line = padding.IsSame ? padding : (0, padding.Width);
        return Unsqueeze(-2).Conv(weight.Unsqueeze(-2), bias, (1, stride), line, (1, dilation), groups, nameof(Conv1d)).Squeeze(-2);
    }

    /// <summary>Slides windows over images: [batch, channels, height, width] or [channels, height, width] becomes [..., outputs, height', width'].</summary>
    /// <param name="weight">[outputs, channels / groups, kernelHeight, kernelWidth].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="stride">Steps between windows; 1 by default.</param>
    /// <param name="padding">Zeros on every side, or <c>"same"</c>.</param>
    /// <param name="dilation">Steps between the pixels of a window; 1 by default.</param>
    /// <param name="groups">Channels and outputs are cut into as many groups that do not see each other.</param>
    public Tensor Conv2d(Tensor weight, Tensor? bias = null, Size2D? stride = null, Padding padding = default, Size2D? dilation = null, int groups = 1)
    {
        if (Rank is not (3 or 4) || weight.Rank != 4) throw new ArgumentException($"Conv2d: x must be [batch, channels, height, width] or [channels, height, width] and weight [outputs, channels / groups, kernelHeight, kernelWidth], got {Shape} and {weight.Shape}.");
        return Conv(weight, bias, stride ?? 1, padding, dilation ?? 1, groups, nameof(Conv2d));
    }

    /// <summary>The transpose of <see cref="Conv1d"/>: what its backward does to a gradient.</summary>
    /// <param name="weight">[channels, outputs / groups, kernel].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="stride">Distance that a step of the input makes in the output.</param>
    /// <param name="padding">Values cut off at both ends of the output.</param>
    /// <param name="outputPadding">Values more at the end of the output, to choose among the sizes that a stride maps to one.</param>
    /// <param name="groups">As in <see cref="Conv1d"/>.</param>
    /// <param name="dilation">Steps between the values of a window.</param>
    public Tensor ConvTranspose1d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int groups = 1, int dilation = 1)
    {
        if (Rank is not (2 or 3) || weight.Rank != 3) throw new ArgumentException($"ConvTranspose1d: x must be [batch, channels, length] or [channels, length] and weight [channels, outputs / groups, kernel], got {Shape} and {weight.Shape}.");
        return Unsqueeze(-2).ConvTranspose(weight.Unsqueeze(-2), bias, (1, stride), (0, padding), (0, outputPadding), groups, (1, dilation), nameof(ConvTranspose1d)).Squeeze(-2);
    }

    /// <summary>The transpose of <see cref="Conv2d"/>: what its backward does to a gradient.</summary>
    /// <param name="weight">[channels, outputs / groups, kernelHeight, kernelWidth].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="stride">Distance that a step of the input makes in the output; 1 by default.</param>
    /// <param name="padding">Rows and columns cut off on every side of the output.</param>
    /// <param name="outputPadding">Rows and columns more below and on the right of the output.</param>
    /// <param name="groups">As in <see cref="Conv2d"/>.</param>
    /// <param name="dilation">Steps between the pixels of a window; 1 by default.</param>
    public Tensor ConvTranspose2d(Tensor weight, Tensor? bias = null, Size2D? stride = null, Size2D padding = default, Size2D outputPadding = default, int groups = 1, Size2D? dilation = null)
    {
        if (Rank is not (3 or 4) || weight.Rank != 4) throw new ArgumentException($"ConvTranspose2d: x must be [batch, channels, height, width] or [channels, height, width] and weight [channels, outputs / groups, kernelHeight, kernelWidth], got {Shape} and {weight.Shape}.");
        return ConvTranspose(weight, bias, stride ?? 1, padding, outputPadding, groups, dilation ?? 1, nameof(ConvTranspose2d));
    }

    /// <summary>The windows that a convolution would see, one column each: [batch, channels, height, width] becomes [batch, channels · kernel, positions].</summary>
    /// <param name="kernelSize">The window.</param>
    /// <param name="dilation">Steps between the pixels of a window; 1 by default.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="stride">Steps between windows; 1 by default.</param>
    public Tensor Im2Col(Size2D kernelSize, Size2D? dilation = null, Size2D padding = default, Size2D? stride = null)
    {
        if (Rank is not (3 or 4)) throw new ArgumentException($"Im2Col: x must be [batch, channels, height, width] or [channels, height, width], got {Shape}.");
        var x = Rank == 3 ? Unsqueeze(0) : this;
        var y = Im2ColOp.Apply(x, ConvShapes.Windows(x.Shape, kernelSize, stride ?? 1, padding, dilation ?? 1, "Im2Col"));
        return Rank == 3 ? y.Squeeze(0) : y;
    }

    /// <summary>Adds the columns of <see cref="Im2Col"/> back into an image: [batch, channels · kernel, positions] becomes [batch, channels, height, width].</summary>
    /// <param name="outputSize">Height and width of the image.</param>
    /// <param name="kernelSize">The window.</param>
    /// <param name="dilation">Steps between the pixels of a window; 1 by default.</param>
    /// <param name="padding">Zeros that were on every side.</param>
    /// <param name="stride">Steps between windows; 1 by default.</param>
    public Tensor Col2Im(Size2D outputSize, Size2D kernelSize, Size2D? dilation = null, Size2D padding = default, Size2D? stride = null)
    {
        int window = kernelSize.Height * kernelSize.Width;
        if (Rank is not (2 or 3) || window == 0 || Shape[^2] % window != 0) throw new ArgumentException($"Col2Im: x must be [batch, channels · {window}, positions] for windows {kernelSize}, got {Shape}.");
        var x = Rank == 2 ? Unsqueeze(0) : this;
        var geometry = ConvShapes.Windows(Shape.Create([x.Shape[0], x.Shape[1] / window, outputSize.Height, outputSize.Width]), kernelSize, stride ?? 1, padding, dilation ?? 1, "Col2Im");
        if (geometry.Positions != x.Shape[2]) throw new ArgumentException($"Col2Im: x {Shape} has {x.Shape[2]} columns, but an image {outputSize} has {geometry.Positions} windows {kernelSize}.");
        var y = Col2ImOp.Apply(x, geometry);
        return Rank == 2 ? y.Squeeze(0) : y;
    }

    private Tensor Conv(Tensor weight, Tensor? bias, Size2D stride, Padding padding, Size2D dilation, int groups, string name)
    {
        bool single = Rank == 3;
        var x = single ? Unsqueeze(0) : this;
        var y = ConvOp.Apply(x, weight, bias, ConvShapes.Forward(x, weight, bias, stride, padding, dilation, groups, name));
        return single ? y.Squeeze(0) : y;
    }

    private Tensor ConvTranspose(Tensor weight, Tensor? bias, Size2D stride, Size2D padding, Size2D outputPadding, int groups, Size2D dilation, string name)
    {
        bool single = Rank == 3;
        var x = single ? Unsqueeze(0) : this;
        var y = ConvInputOp.Apply(x, weight, bias, ConvShapes.Transposed(x, weight, bias, stride, padding, outputPadding, groups, dilation, name));
        return single ? y.Squeeze(0) : y;
    }
}
