using Baeum.Kernels;

namespace Baeum;

/// <summary>Checks the sizes of convolutions and works out those of the result.</summary>
internal static class ConvShapes
{
    /// <summary>The geometry of a convolution of x [batch, channels, height, width].</summary>
    internal static ConvGeometry Forward(Tensor x, Tensor weight, Tensor? bias, Size2D stride, Padding padding, Size2D dilation, int groups, string name)
    {
        int channels = x.Shape[1], outputs = weight.Shape[0];
        CheckCommon(x, weight, bias, outputs, stride, dilation, groups, name);
        if (channels % groups != 0 || outputs % groups != 0) throw new ArgumentException($"{name}: {groups} groups must divide the {channels} channels of x and the {outputs} outputs of weight {Show(weight, name)}.");
        if (weight.Shape[1] != channels / groups)
            throw new ArgumentException($"{name}: weight {Show(weight, name)} sees {weight.Shape[1]} channels{(groups > 1 ? $" in each of {groups} groups" : "")}, but x has {channels / groups}{(groups > 1 ? " there" : "")}.");
        var (kh, kw) = (weight.Shape[2], weight.Shape[3]);
        int top = padding.Height, left = padding.Width, h = x.Shape[2], w = x.Shape[3];
        int outHeight, outWidth;
        if (padding.IsSame)
        {
            if (stride != 1) throw new ArgumentException($"{name}: padding \"same\" keeps the size and needs stride 1, got stride {stride}.");
            (top, left) = ((kh - 1) * dilation.Height / 2, (kw - 1) * dilation.Width / 2);
            (outHeight, outWidth) = (h, w);
        }
        else
        {
            outHeight = OutSize(h, kh, stride.Height, top, dilation.Height, name, "height");
            outWidth = OutSize(w, kw, stride.Width, left, dilation.Width, name, "width");
        }
        return Make(x.Shape[0], channels, h, w, outputs, outHeight, outWidth, kh, kw, stride, top, left, dilation, groups);
    }

    /// <summary>The geometry whose derivative by its input is a transposed convolution of x [batch, channels, height, width].</summary>
    internal static ConvGeometry Transposed(Tensor x, Tensor weight, Tensor? bias, Size2D stride, Size2D padding, Size2D outputPadding, int groups, Size2D dilation, string name)
    {
        int channels = x.Shape[1], outputs = weight.Shape[1] * groups;
        CheckCommon(x, weight, bias, outputs, stride, dilation, groups, name);
        if (weight.Shape[0] != channels || channels % groups != 0) throw new ArgumentException($"{name}: weight {Show(weight, name)} must begin with the {channels} channels of x, and {groups} groups must divide them.");
        if (padding.Height < 0 || padding.Width < 0) throw new ArgumentException($"{name}: padding must not be negative, got {padding}.");
        if (outputPadding.Height < 0 || outputPadding.Width < 0 || outputPadding.Height >= Math.Max(stride.Height, dilation.Height) || outputPadding.Width >= Math.Max(stride.Width, dilation.Width))
            throw new ArgumentException($"{name}: outputPadding {outputPadding} must be smaller than stride {stride} or dilation {dilation}.");
        var (kh, kw) = (weight.Shape[2], weight.Shape[3]);
        int height = (x.Shape[2] - 1) * stride.Height - 2 * padding.Height + dilation.Height * (kh - 1) + outputPadding.Height + 1;
        int width = (x.Shape[3] - 1) * stride.Width - 2 * padding.Width + dilation.Width * (kw - 1) + outputPadding.Width + 1;
        if (height <= 0 || width <= 0) throw new ArgumentException($"{name}: padding {padding} cuts everything off: x {x.Shape} would become {height} by {width}.");
        return Make(x.Shape[0], outputs, height, width, channels, x.Shape[2], x.Shape[3], kh, kw, stride, padding.Height, padding.Width, dilation, groups);
    }

    /// <summary>The geometry of windows over x [batch, channels, height, width].</summary>
    internal static ConvGeometry Windows(Shape x, Size2D kernel, Size2D stride, Size2D padding, Size2D dilation, string name)
    {
        CheckSteps(stride, dilation, name);
        int outHeight = OutSize(x[2], kernel.Height, stride.Height, padding.Height, dilation.Height, name, "height");
        int outWidth = OutSize(x[3], kernel.Width, stride.Width, padding.Width, dilation.Width, name, "width");
        return Make(x[0], x[1], x[2], x[3], 1, outHeight, outWidth, kernel.Height, kernel.Width, stride, padding.Height, padding.Width, dilation, 1);
    }

    /// <summary>How many windows fit along one dimension.</summary>
    internal static int OutSize(int size, int kernel, int stride, int padding, int dilation, string name, string dimension)
    {
        if (kernel <= 0) throw new ArgumentException($"{name}: the kernel must not be empty along the {dimension}, got {kernel}.");
        if (padding < 0) throw new ArgumentException($"{name}: padding must not be negative, got {padding}.");
        long reach = (long)dilation * (kernel - 1) + 1, padded = size + 2L * padding;
        if (reach > padded) throw new ArgumentException($"{name}: a kernel of {kernel}{(dilation > 1 ? $" with dilation {dilation}, which reaches over {reach}," : "")} is larger than the {dimension} {size}{(padding > 0 ? $" with padding {padding}" : "")}. Use a smaller kernel or more padding.");
        return (int)((padded - reach) / stride) + 1;
    }

    internal static void CheckSteps(Size2D stride, Size2D dilation, string name)
    {
        if (stride.Height <= 0 || stride.Width <= 0) throw new ArgumentException($"{name}: stride must be positive, got {stride}.");
        if (dilation.Height <= 0 || dilation.Width <= 0) throw new ArgumentException($"{name}: dilation must be positive, got {dilation}.");
    }

    private static void CheckCommon(Tensor x, Tensor weight, Tensor? bias, int outputs, Size2D stride, Size2D dilation, int groups, string name)
    {
        CheckSteps(stride, dilation, name);
        if (groups <= 0) throw new ArgumentException($"{name}: groups must be positive, got {groups}.");
        if (!x.DType.IsCompute()) throw Binary.Unsupported(name, x.DType);
        if (x.DType != weight.DType || (bias is not null && bias.DType != x.DType)) throw new ArgumentException($"{name}: x is {x.DType}, weight {weight.DType}{(bias is null ? "" : $", bias {bias.DType}")}; convert x with To(DType.{weight.DType}).");
        if (bias is not null && (bias.Rank != 1 || bias.Count != outputs)) throw new ArgumentException($"{name}: bias {bias.Shape} must have the {outputs} outputs of weight {Show(weight, name)}.");
    }

    /// <summary>The shape as the caller gave it.</summary>
    private static Shape Show(Tensor weight, string name) => name.EndsWith("1d", StringComparison.Ordinal) ? weight.Shape.Without(2) : weight.Shape;

    private static ConvGeometry Make(int batch, int channels, int height, int width, int outputs, int outHeight, int outWidth, int kernelHeight, int kernelWidth, Size2D stride, int top, int left, Size2D dilation, int groups) => new()
    {
        Batch = batch,
        Channels = channels,
        Height = height,
        Width = width,
        Outputs = outputs,
        OutHeight = outHeight,
        OutWidth = outWidth,
        KernelHeight = kernelHeight,
        KernelWidth = kernelWidth,
        StrideHeight = stride.Height,
        StrideWidth = stride.Width,
        PadTop = top,
        PadLeft = left,
        DilationHeight = dilation.Height,
        DilationWidth = dilation.Width,
        Groups = groups,
    };
}
