using System.Globalization;

namespace Baeum.Cli.Verify;

/// <summary>Operations, forward and backward: one line a kind.</summary>
internal static class OpCases
{
    private delegate Outputs Operation(Inputs x, Arguments args);

    private static readonly Dictionary<string, Operation> Kinds = new(StringComparer.Ordinal)
    {
        ["add"] = (x, _) => x["a"] + x["b"],
        ["sub"] = (x, _) => x["a"] - x["b"],
        ["mul"] = (x, _) => x["a"] * x["b"],
        ["div"] = (x, _) => x["a"] / x["b"],
        ["maximum"] = (x, _) => x["a"].Maximum(x["b"]),
        ["minimum"] = (x, _) => x["a"].Minimum(x["b"]),
        ["atan2"] = (x, _) => x["a"].Atan2(x["b"]),
        ["pow"] = (x, _) => x["a"].Pow(x["b"]),

        ["exp"] = (x, _) => x["x"].Exp(),
        ["tanh"] = (x, _) => x["x"].Tanh(),
        ["sigmoid"] = (x, _) => x["x"].Sigmoid(),
        ["sin"] = (x, _) => x["x"].Sin(),
        ["cos"] = (x, _) => x["x"].Cos(),
        ["erf"] = (x, _) => x["x"].Erf(),
        ["abs"] = (x, _) => x["x"].Abs(),
        ["neg"] = (x, _) => -x["x"],
        ["square"] = (x, _) => x["x"].Square(),
        ["expm1"] = (x, _) => x["x"].Expm1(),
        ["sign"] = (x, _) => x["x"].Sign(),
        ["floor"] = (x, _) => x["x"].Floor(),
        ["round"] = (x, _) => x["x"].Round(),
        ["log"] = (x, _) => x["x"].Log(),
        ["sqrt"] = (x, _) => x["x"].Sqrt(),
        ["rsqrt"] = (x, _) => x["x"].Rsqrt(),
        ["log1p"] = (x, _) => x["x"].Log1p(),
        ["reciprocal"] = (x, _) => x["x"].Reciprocal(),
        ["clamp"] = (x, a) => x["x"].Clamp(a.Double("min"), a.Double("max")),

        ["relu"] = (x, _) => x["x"].Relu(),
        ["relu6"] = (x, _) => x["x"].Relu6(),
        ["elu"] = (x, a) => x["x"].Elu(a.Double("alpha", 1)),
        ["selu"] = (x, _) => x["x"].Selu(),
        ["gelu"] = (x, a) => x["x"].Gelu(tanhApproximation: a.Text("approximate") == "tanh"),
        ["silu"] = (x, _) => x["x"].Silu(),
        ["mish"] = (x, _) => x["x"].Mish(),
        ["softplus"] = (x, _) => x["x"].Softplus(),
        ["softsign"] = (x, _) => x["x"].Softsign(),
        ["hardtanh"] = (x, _) => x["x"].Hardtanh(),
        ["hardsigmoid"] = (x, _) => x["x"].Hardsigmoid(),
        ["hardswish"] = (x, _) => x["x"].Hardswish(),
        ["logsigmoid"] = (x, _) => x["x"].LogSigmoid(),
        ["leaky_relu"] = (x, a) => x["x"].LeakyRelu(a.Double("negative_slope", 0.01)),
        ["glu"] = (x, a) => x["x"].Glu(a.Int("dim", -1)),

        ["sum"] = (x, a) => a.Has("dim") ? x["x"].Sum(a.Int("dim"), a.Bool("keepdim")) : x["x"].Sum(),
        ["mean"] = (x, a) => a.Has("dim") ? x["x"].Mean(a.Int("dim"), a.Bool("keepdim")) : x["x"].Mean(),
        ["amax"] = (x, a) => x["x"].AMax(a.Int("dim")),
        ["amin"] = (x, a) => x["x"].AMin(a.Int("dim")),
        ["logsumexp"] = (x, a) => x["x"].LogSumExp(a.Int("dim")),
        ["prod"] = (x, a) => x["x"].Prod(a.Int("dim")),
        ["var"] = (x, a) => x["x"].Var(a.Int("dim"), a.Double("correction", 1)),
        ["std"] = (x, a) => x["x"].Std(a.Int("dim"), a.Double("correction", 1)),
        ["norm"] = (x, a) => x["x"].Norm(2, a.Int("dim")),
        ["cumsum"] = (x, a) => x["x"].CumSum(a.Int("dim")),
        ["softmax"] = (x, a) => x["x"].Softmax(a.Int("dim")),
        ["log_softmax"] = (x, a) => x["x"].LogSoftmax(a.Int("dim")),
        ["argmax"] = (x, a) => x["x"].ArgMax(a.Int("dim")),
        ["argmin"] = (x, a) => x["x"].ArgMin(a.Int("dim")),
        ["topk"] = (x, a) => x["x"].TopK(a.Int("k"), a.Int("dim")),
        ["sort"] = (x, a) => x["x"].Sort(a.Int("dim"), a.Bool("descending")),

        ["matmul"] = (x, _) => x["input"].MatMul(x["other"]),
        ["einsum"] = (x, a) => Tensor.Einsum(a.Text("equation"), x["a"], x["b"]),
        ["cosine_similarity"] = (x, a) => x["a"].CosineSimilarity(x["b"], a.Int("dim")),

        ["transpose"] = (x, a) => x["x"].Transpose(a.Int("dim0"), a.Int("dim1")),
        ["permute"] = (x, a) => x["x"].Permute(a.Ints("dims")),
        ["reshape"] = (x, a) => (a.Has("pre") ? x["x"].Transpose(0, 1) : x["x"]).Reshape(a.Ints("shape")),
        ["expand"] = (x, a) => x["x"].Expand(a.Ints("shape")),
        ["cat"] = (x, a) => Tensor.Cat([x["a"], x["b"]], a.Int("dim")),
        ["stack"] = (x, a) => Tensor.Stack([x["a"], x["b"]], a.Int("dim")),
        ["narrow"] = (x, a) => x["x"].Narrow(a.Int("dim"), a.Int("start"), a.Int("length")),
        ["slice"] = (x, a) => x["x"][a.Text("spec").Split(',').Select(Slice).ToArray()],
        ["gather"] = (x, a) => x["x"].Gather(a.Int("dim"), x["i"]),
        ["index_select"] = (x, a) => x["x"].IndexSelect(a.Int("dim"), x["i"]),
        ["masked_fill"] = (x, a) => x["x"].MaskedFill(x.Mask("m"), a.Double("value")),
        ["where"] = (x, _) => Tensor.Where(x.Mask("c"), x["a"], x["b"]),
        ["tril"] = (x, a) => x["x"].Tril(a.Int("diagonal")),
        ["triu"] = (x, a) => x["x"].Triu(a.Int("diagonal")),
        ["pad"] = (x, a) => x["x"].Pad(a.Ints("pad"), value: a.Double("value")),
        ["flip"] = (x, a) => x["x"].Flip(a.Ints("dims")),
        ["roll"] = (x, a) => x["x"].Roll(a.Int("shifts"), a.Int("dim")),
        ["repeat_interleave"] = (x, a) => x["x"].RepeatInterleave(a.Int("repeats"), a.Int("dim")),

        ["embedding"] = (x, _) => x["i"].Embedding(x["w"]),
        ["layer_norm"] = (x, a) => x["x"].LayerNorm(x["w"].Shape, x["w"], x["c"], a.Double("eps")),
        ["rms_norm"] = (x, a) => x["x"].RmsNorm(x["w"].Shape, x["w"], a.Double("eps")),
        ["group_norm"] = (x, a) => x["x"].GroupNorm(a.Int("groups"), x["w"], x["c"], a.Double("eps")),
        ["scaled_dot_product_attention"] = (x, a) => x["q"].ScaledDotProductAttention(x["k"], x["v"], isCausal: a.Bool("is_causal")),

        ["conv1d"] = (x, a) => x["x"].Conv1d(x["w"], x["c"], a.Int("stride", 1), a.Int("padding"), a.Int("dilation", 1), a.Int("groups", 1)),
        ["conv2d"] = (x, a) => x["x"].Conv2d(x["w"], x["c"], a.Int("stride", 1), a.Int("padding"), a.Int("dilation", 1), a.Int("groups", 1)),
        ["conv_transpose2d"] = (x, a) => x["x"].ConvTranspose2d(x["w"], x["c"], a.Int("stride", 1), a.Int("padding"), a.Int("output_padding")),
        ["max_pool2d"] = (x, a) => x["x"].MaxPool2d(a.Int("kernel_size"), a.Int("stride", a.Int("kernel_size")), a.Int("padding")),
        ["avg_pool2d"] = (x, a) => x["x"].AvgPool2d(a.Int("kernel_size")),
        ["adaptive_avg_pool2d"] = (x, a) => x["x"].AdaptiveAvgPool2d((a.Ints("output_size")[0], a.Ints("output_size")[1])),
        ["interpolate"] = (x, a) => x["x"].Upsample(a.Double("scale_factor")),
        ["unfold"] = (x, a) => new Unfold(a.Int("kernel_size"), padding: a.Int("padding"), stride: a.Int("stride", 1)).Forward(x["x"]),
    };

    internal static Func<Outcome>? Check(GoldenCase golden) => Kinds.TryGetValue(golden.Kind, out Operation? operation)
        ? () => GradientCheck.Run(golden, 1e-10, inputs => operation(inputs, golden.Arguments).Tensors)
        : null;

    // one part of a Python index: ":", "1::2", "3"
    private static TensorIndex Slice(string text)
    {
        string[] parts = text.Trim().Split(':');
        int? Number(int i) => i < parts.Length && parts[i].Length > 0 ? int.Parse(parts[i], CultureInfo.InvariantCulture) : null;
        return parts.Length == 1 ? Number(0)!.Value : TensorIndex.Slice(Number(0), Number(1), Number(2) ?? 1);
    }
}
