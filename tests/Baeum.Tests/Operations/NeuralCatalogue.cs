namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    /// <summary>The product by its definition, for operands whose batch dimensions are already equal or absent.</summary>
    private static Tensor PlainProduct(Tensor a, Tensor b)
    {
        var batch = Shape.Broadcast(Shape.Create(a.Shape.AsSpan()[..^2]), Shape.Create(b.Shape.AsSpan()[..^2]));
        int m = a.Shape[^2], k = a.Shape[^1], n = b.Shape[^1];
        var left = a.BroadcastTo([.. batch, m, k]).ToArray<double>();
        var right = b.BroadcastTo([.. batch, k, n]).ToArray<double>();
        var y = new double[batch.Count * m * n];
        for (int c = 0; c < batch.Count; c++)
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++)
                    for (int p = 0; p < k; p++) y[(c * m + i) * n + j] += left[(c * m + i) * k + p] * right[(c * k + p) * n + j];
        return Tensor.Wrap(y, [.. batch, m, n]);
    }

    private static Tensor PlainLinear(Tensor x, Tensor weight, Tensor bias) => PlainProduct(x, weight.MT) + bias;

    private static OperationCase[] Products =>
    [
        new("matmul", x => x[0].MatMul(x[1]), [3, 4], [4, 5]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul vectors", x => x[0].MatMul(x[1]), [7], [7]) { Reference = x => (x[0] * x[1]).Sum(), IsTwiceDifferentiable = true },
        new("matmul matrix vector", x => x[0].Mv(x[1]), [3, 4], [4]) { Reference = x => (x[0] * x[1]).Sum(1), IsTwiceDifferentiable = true },
        new("matmul vector matrices", x => x[0].MatMul(x[1]), [4], [2, 4, 3]) { Reference = x => PlainProduct(x[0].Reshape(1, 4), x[1]).Squeeze(1), IsTwiceDifferentiable = true },
        new("matmul batch", x => x[0].Bmm(x[1]), [2, 3, 4], [2, 4, 5]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul broadcast both", x => x[0].MatMul(x[1]), [2, 1, 3, 4], [3, 4, 2]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul one matrix for a batch", x => x[0].MatMul(x[1]), [2, 3, 4], [4, 5]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul transposed", x => x[0].MT.MatMul(x[1].MT), [2, 4, 3], [2, 5, 4]) { Reference = x => PlainProduct(x[0].MT, x[1].MT), IsTwiceDifferentiable = true },
        new("matmul heads", x => x[0].Reshape(2, 3, 2, 4).Transpose(1, 2).MatMul(x[1].Reshape(2, 3, 2, 4).Permute(0, 2, 3, 1)), [2, 3, 8], [2, 3, 8])
            { Reference = x => PlainProduct(x[0].Reshape(2, 3, 2, 4).Transpose(1, 2), x[1].Reshape(2, 3, 2, 4).Permute(0, 2, 3, 1)), IsTwiceDifferentiable = true },
        new("addmm", x => x[0].AddMM(x[1], x[2], beta: 0.5, alpha: 2), [5], [3, 4], [4, 5]) { Reference = x => x[0] * 0.5 + PlainProduct(x[1], x[2]) * 2.0, IsTwiceDifferentiable = true },
        new("linear", x => x[0].Linear(x[1], x[2]), [3, 4], [5, 4], [5]) { Reference = x => PlainLinear(x[0], x[1], x[2]), IsTwiceDifferentiable = true },
        new("linear of many dimensions", x => x[0].Linear(x[1], x[2]), [2, 1, 3, 4], [5, 4], [5]) { Reference = x => PlainLinear(x[0], x[1], x[2]), IsTwiceDifferentiable = true },
        new("linear of a vector", x => x[0].Linear(x[1]), [4], [5, 4]) { Reference = x => (x[1] * x[0]).Sum(1), IsTwiceDifferentiable = true },
    ];

    /// <summary>Convolution by its definition.</summary>
    private static Tensor PlainConv(Tensor x, Tensor weight, Tensor? bias, Size2D stride, Size2D padding, Size2D dilation, int groups)
    {
        int batch = x.Shape[0], channels = weight.Shape[1], height = x.Shape[2], width = x.Shape[3], outputs = weight.Shape[0], kh = weight.Shape[2], kw = weight.Shape[3];
        int outHeight = (height + 2 * padding.Height - dilation.Height * (kh - 1) - 1) / stride.Height + 1, outWidth = (width + 2 * padding.Width - dilation.Width * (kw - 1) - 1) / stride.Width + 1;
        double[] image = x.ToArray<double>(), factors = weight.ToArray<double>(), y = new double[batch * outputs * outHeight * outWidth];
        for (int n = 0, at = 0; n < batch; n++)
            for (int o = 0; o < outputs; o++)
                for (int oh = 0; oh < outHeight; oh++)
                    for (int ow = 0; ow < outWidth; ow++, at++)
                    {
                        if (bias is not null) y[at] = bias[o].Item();
                        for (int c = 0; c < channels; c++)
                            for (int i = 0; i < kh; i++)
                                for (int j = 0; j < kw; j++)
                                {
                                    int h = oh * stride.Height + i * dilation.Height - padding.Height, w = ow * stride.Width + j * dilation.Width - padding.Width;
                                    if (h < 0 || h >= height || w < 0 || w >= width) continue;
                                    int channel = o / (outputs / groups) * channels + c;
                                    y[at] += image[((n * x.Shape[1] + channel) * height + h) * width + w] * factors[((o * channels + c) * kh + i) * kw + j];
                                }
                    }
        return Tensor.Wrap(y, [batch, outputs, outHeight, outWidth]);
    }

    private static Tensor PlainLayerNorm(Tensor x, int dims, double epsilon)
    {
        int[] over = [.. Enumerable.Range(x.Rank - dims, dims)];
        double count = 1;
        foreach (int d in over) count *= x.Shape[d];
        var centred = x - x.Sum(over, keepDim: true) / count;
        return centred / ((centred * centred).Sum(over, keepDim: true) / count + epsilon).Sqrt();
    }

    private static OperationCase[] Convolutions =>
    [
        new("conv2d", x => x[0].Conv2d(x[1], x[2]), [2, 3, 6, 5], [4, 3, 3, 2], [4]) { Reference = x => PlainConv(x[0], x[1], x[2], 1, 0, 1, 1), IsTwiceDifferentiable = true },
        new("conv2d stride padding dilation", x => x[0].Conv2d(x[1], x[2], stride: (2, 1), padding: (2, 1), dilation: (2, 1)), [2, 3, 7, 6], [4, 3, 3, 2], [4])
            { Reference = x => PlainConv(x[0], x[1], x[2], (2, 1), (2, 1), (2, 1), 1), IsTwiceDifferentiable = true },
        new("conv2d groups", x => x[0].Conv2d(x[1], padding: 1, groups: 2), [2, 4, 5, 5], [6, 2, 3, 3]) { Reference = x => PlainConv(x[0], x[1], null, 1, 1, 1, 2), IsTwiceDifferentiable = true },
        new("conv2d depthwise", x => x[0].Conv2d(x[1], stride: 2, groups: 3), [1, 3, 5, 5], [3, 1, 2, 2]) { Reference = x => PlainConv(x[0], x[1], null, 2, 0, 1, 3), IsTwiceDifferentiable = true },
        new("conv2d pointwise", x => x[0].Conv2d(x[1], x[2]), [2, 3, 4, 5], [4, 3, 1, 1], [4]) { Reference = x => PlainConv(x[0], x[1], x[2], 1, 0, 1, 1), IsTwiceDifferentiable = true },
        new("conv2d same", x => x[0].Conv2d(x[1], padding: "same"), [1, 2, 4, 5], [2, 2, 3, 5]) { Reference = x => PlainConv(x[0], x[1], null, 1, (1, 2), 1, 1), IsTwiceDifferentiable = true },
        new("conv2d of one image", x => x[0].Conv2d(x[1], x[2]), [3, 4, 4], [2, 3, 3, 3], [2]) { Reference = x => PlainConv(x[0].Unsqueeze(0), x[1], x[2], 1, 0, 1, 1).Squeeze(0), IsTwiceDifferentiable = true },
        new("conv1d", x => x[0].Conv1d(x[1], x[2], stride: 2, padding: 1), [2, 3, 9], [4, 3, 3], [4])
            { Reference = x => PlainConv(x[0].Unsqueeze(2), x[1].Unsqueeze(2), x[2], (1, 2), (0, 1), 1, 1).Squeeze(2), IsTwiceDifferentiable = true },
        new("conv1d same, even kernel", x => x[0].Conv1d(x[1], padding: "same", dilation: 3), [1, 2, 7], [2, 2, 2])
            { Reference = x => PlainConv(x[0].Unsqueeze(2), x[1].Unsqueeze(2), null, 1, (0, 3), (1, 3), 1).Squeeze(2).Narrow(2, 2, 7), IsTwiceDifferentiable = true },
        new("conv transpose 2d", x => x[0].ConvTranspose2d(x[1], x[2], stride: 2, padding: 1, outputPadding: 1), [2, 3, 4, 3], [3, 2, 3, 3], [2]) { IsTwiceDifferentiable = true },
        new("conv transpose 2d groups", x => x[0].ConvTranspose2d(x[1], groups: 2, dilation: 2), [1, 4, 3, 3], [4, 1, 2, 2]) { IsTwiceDifferentiable = true },
        new("conv transpose 1d", x => x[0].ConvTranspose1d(x[1], x[2], stride: 3), [2, 3, 4], [3, 2, 3], [2]) { IsTwiceDifferentiable = true },
        new("im2col", x => x[0].Im2Col(3, padding: 1, stride: 2), [2, 2, 5, 4]) { IsTwiceDifferentiable = true },
        new("col2im", x => x[0].Col2Im((5, 4), (3, 2), dilation: 1, padding: 1, stride: (2, 1)), [2, 12, 15]) { IsTwiceDifferentiable = true },
    ];

    private static OperationCase[] Poolings =>
    [
        new("max pool 2d", x => x[0].MaxPool2d(2), [2, 3, 6, 8]) { Reference = x => x[0].Reshape(2, 3, 3, 2, 4, 2).Transpose(3, 4).Reshape(2, 3, 3, 4, 4).Max(-1).Values, IsTwiceDifferentiable = true },
        new("max pool 2d overlapping", x => x[0].MaxPool2d((3, 2), (2, 1), (1, 1), dilation: (1, 2), ceilMode: true), [2, 7, 6]) { IsTwiceDifferentiable = true },
        new("max pool 1d", x => x[0].MaxPool1d(3, 2, 1), [2, 3, 8]) { IsTwiceDifferentiable = true },
        new("avg pool 2d", x => x[0].AvgPool2d(2), [2, 3, 6, 4]) { Reference = x => x[0].Reshape(2, 3, 3, 2, 2, 2).Sum([3, 5]) / 4.0, IsTwiceDifferentiable = true },
        new("avg pool 2d padded", x => x[0].AvgPool2d(3, 2, 1, ceilMode: true, countIncludePad: false), [2, 6, 7]) { IsTwiceDifferentiable = true },
        new("avg pool 1d", x => x[0].AvgPool1d(3, 2, 1), [2, 3, 8]) { IsTwiceDifferentiable = true },
        new("adaptive avg pool 2d", x => x[0].AdaptiveAvgPool2d((2, 3)), [2, 2, 5, 7]) { IsTwiceDifferentiable = true },
        new("adaptive avg pool to one", x => x[0].AdaptiveAvgPool2d(1), [2, 3, 5, 4]) { Reference = x => x[0].Sum([2, 3], keepDim: true) / 20.0, IsTwiceDifferentiable = true },
        new("adaptive avg pool 1d", x => x[0].AdaptiveAvgPool1d(3), [2, 3, 7]) { IsTwiceDifferentiable = true },
        new("adaptive max pool 2d", x => x[0].AdaptiveMaxPool2d((2, 3)), [2, 5, 7]) { IsTwiceDifferentiable = true },
        new("upsample nearest", x => x[0].Upsample(2), [2, 3, 3, 2]) { Reference = x => x[0].Reshape(2, 3, 3, 1, 2, 1).Expand(2, 3, 3, 2, 2, 2).Reshape(2, 3, 6, 4), IsTwiceDifferentiable = true },
        new("upsample bilinear", x => x[0].UpsampleTo((5, 7), UpsampleMode.Bilinear), [1, 2, 3, 4]) { IsTwiceDifferentiable = true },
        new("upsample bilinear corners", x => x[0].UpsampleTo((5, 2), UpsampleMode.Bilinear, alignCorners: true), [1, 2, 3, 4]) { IsTwiceDifferentiable = true },
        new("upsample linear", x => x[0].Upsample(1.5, UpsampleMode.Linear), [2, 2, 4]) { IsTwiceDifferentiable = true },
    ];

    private static OperationCase[] Normalisations =>
    [
        new("layer norm", x => x[0].LayerNorm([37], x[1], x[2]), [5, 37], [37], [37]) { Reference = x => PlainLayerNorm(x[0], 1, 1e-5) * x[1] + x[2], IsTwiceDifferentiable = true },
        new("layer norm of two dimensions", x => x[0].LayerNorm([3, 5], x[1], x[2]), [2, 2, 3, 5], [3, 5], [3, 5]) { Reference = x => PlainLayerNorm(x[0], 2, 1e-5) * x[1] + x[2], IsTwiceDifferentiable = true },
        new("layer norm without parameters", x => x[0].LayerNorm([6]), [4, 6]) { Reference = x => PlainLayerNorm(x[0], 1, 1e-5), IsTwiceDifferentiable = true },
        new("rms norm", x => x[0].RmsNorm([19], x[1], 1e-6), [3, 19], [19]) { Reference = x => x[0] / ((x[0] * x[0]).Sum(1, keepDim: true) / 19 + 1e-6).Sqrt() * x[1], IsTwiceDifferentiable = true },
        new("group norm", x => x[0].GroupNorm(2, x[1], x[2]), [2, 4, 3, 5], [4], [4])
            { Reference = x => PlainLayerNorm(x[0].Reshape(2, 2, 30), 1, 1e-5).Reshape(2, 4, 3, 5) * x[1].Reshape(4, 1, 1) + x[2].Reshape(4, 1, 1), IsTwiceDifferentiable = true },
        new("instance norm", x => x[0].InstanceNorm(), [2, 3, 4, 2]) { Reference = x => PlainLayerNorm(x[0], 2, 1e-5), IsTwiceDifferentiable = true },
        new("batch norm 2d", x => x[0].BatchNorm(null, null, x[1], x[2], training: true), [3, 2, 4, 5], [2], [2])
            { Reference = x => PlainLayerNorm(x[0].Transpose(0, 1).Reshape(2, 60), 1, 1e-5).Reshape(2, 3, 4, 5).Transpose(0, 1) * x[1].Reshape(2, 1, 1) + x[2].Reshape(2, 1, 1), IsTwiceDifferentiable = true },
        new("batch norm 1d", x => x[0].BatchNorm(null, null, x[1], x[2], training: true), [7, 3], [3], [3])
            { Reference = x => PlainLayerNorm(x[0].MT.Contiguous(), 1, 1e-5).MT * x[1] + x[2], IsTwiceDifferentiable = true },
        new("batch norm in evaluation", x => x[0].BatchNorm(Tensor.From(0.5, -1, 2), Tensor.From(1.0, 0.25, 4), x[1], x[2]), [2, 3, 11], [3], [3])
        {
            Reference = x => (x[0] - Tensor.From(0.5, -1, 2).Reshape(3, 1)) / (Tensor.From(1.0, 0.25, 4).Reshape(3, 1) + 1e-5).Sqrt() * x[1].Reshape(3, 1) + x[2].Reshape(3, 1), IsTwiceDifferentiable = true,
        },
    ];

    private static readonly Tensor TokenIds = Tensor.From<long>([3, 0, 3, 1, 4, 0], [2, 3]);

    private static OperationCase[] Tables =>
    [
        new("embedding", x => TokenIds.Embedding(x[0]), [5, 7]) { Reference = x => Tensor.OneHot(TokenIds, 5, DType.Float64).MatMul(x[0]), IsTwiceDifferentiable = true },
        new("dropout", x => x[0].Dropout(0.4, new PhiloxRandom(7)), [13, 5]) { Reference = x => x[0] * Tensor.Bernoulli([13, 5], 0.6, new PhiloxRandom(7)).To(DType.Float64) / 0.6, IsTwiceDifferentiable = true },
        new("channel dropout", x => x[0].ChannelDropout(0.4, new PhiloxRandom(7)), [4, 5, 3]) { IsTwiceDifferentiable = true },
    ];
}
