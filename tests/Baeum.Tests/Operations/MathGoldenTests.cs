using System.Text.Json;

namespace Baeum.Tests.Operations;

/// <summary>Element-wise functions and reductions against PyTorch, values and gradients.</summary>
public sealed class MathGoldenTests
{
    private static readonly GoldenBook Book = Goldens.Open("core/ops");

    private static readonly Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> Kinds = new()
    {
        ["add"] = (_, x) => x[0] + x[1],
        ["sub"] = (_, x) => x[0] - x[1],
        ["mul"] = (_, x) => x[0] * x[1],
        ["div"] = (_, x) => x[0] / x[1],
        ["maximum"] = (_, x) => x[0].Maximum(x[1]),
        ["minimum"] = (_, x) => x[0].Minimum(x[1]),
        ["atan2"] = (_, x) => x[0].Atan2(x[1]),
        ["pow"] = (_, x) => x[0].Pow(x[1]),
        ["where"] = (_, x) => Tensor.Where(x[0], x[1], x[2]),
        ["masked_fill"] = (c, x) => x[0].MaskedFill(x[1], Number(c, "value", 0)),
        ["leaky_relu"] = (c, x) => x[0].LeakyRelu(Number(c, "negative_slope", 0.01)),
        ["elu"] = (c, x) => x[0].Elu(Number(c, "alpha", 1)),
        ["gelu"] = (c, x) => x[0].Gelu(c.Arguments.TryGetProperty("approximate", out var _)),
        ["clamp"] = (c, x) => x[0].Clamp(Number(c, "min", 0), Number(c, "max", 0)),
        ["glu"] = (c, x) => x[0].Glu(Dim(c)),
        ["sum"] = (c, x) => HasDim(c) ? x[0].Sum(Dim(c), KeepDim(c)) : x[0].Sum(),
        ["mean"] = (c, x) => HasDim(c) ? x[0].Mean(Dim(c), KeepDim(c)) : x[0].Mean(),
        ["amax"] = (c, x) => x[0].AMax(Dim(c)),
        ["amin"] = (c, x) => x[0].AMin(Dim(c)),
        ["argmax"] = (c, x) => x[0].ArgMax(Dim(c)),
        ["argmin"] = (c, x) => x[0].ArgMin(Dim(c)),
        ["logsumexp"] = (c, x) => x[0].LogSumExp(Dim(c)),
        ["prod"] = (c, x) => x[0].Prod(Dim(c)),
        ["var"] = (c, x) => x[0].Var(Dim(c), Number(c, "correction", 1)),
        ["std"] = (c, x) => x[0].Std(Dim(c), Number(c, "correction", 1)),
        ["norm"] = (c, x) => x[0].Norm(2, Dim(c)),
        ["cumsum"] = (c, x) => x[0].CumSum(Dim(c)),
        ["softmax"] = (c, x) => x[0].Softmax(Dim(c)),
        ["log_softmax"] = (c, x) => x[0].LogSoftmax(Dim(c)),
        ["cosine_similarity"] = (c, x) => x[0].CosineSimilarity(x[1], Dim(c)),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["neg"] = x => -x,
        ["abs"] = x => x.Abs(),
        ["sign"] = x => x.Sign(),
        ["square"] = x => x.Square(),
        ["sqrt"] = x => x.Sqrt(),
        ["rsqrt"] = x => x.Rsqrt(),
        ["reciprocal"] = x => x.Reciprocal(),
        ["exp"] = x => x.Exp(),
        ["expm1"] = x => x.Expm1(),
        ["exp2"] = x => x.Exp2(),
        ["log"] = x => x.Log(),
        ["log1p"] = x => x.Log1p(),
        ["log2"] = x => x.Log2(),
        ["log10"] = x => x.Log10(),
        ["sin"] = x => x.Sin(),
        ["cos"] = x => x.Cos(),
        ["tan"] = x => x.Tan(),
        ["asin"] = x => x.Asin(),
        ["acos"] = x => x.Acos(),
        ["atan"] = x => x.Atan(),
        ["sinh"] = x => x.Sinh(),
        ["cosh"] = x => x.Cosh(),
        ["tanh"] = x => x.Tanh(),
        ["asinh"] = x => x.Asinh(),
        ["acosh"] = x => x.Acosh(),
        ["atanh"] = x => x.Atanh(),
        ["erf"] = x => x.Erf(),
        ["erfc"] = x => x.Erfc(),
        ["floor"] = x => x.Floor(),
        ["ceil"] = x => x.Ceil(),
        ["trunc"] = x => x.Trunc(),
        ["frac"] = x => x.Frac(),
        ["round"] = x => x.Round(),
        ["nan_to_num"] = x => x.NanToNum(),
        ["sigmoid"] = x => x.Sigmoid(),
        ["logsigmoid"] = x => x.LogSigmoid(),
        ["relu"] = x => x.Relu(),
        ["relu6"] = x => x.Relu6(),
        ["leaky_relu"] = x => x.LeakyRelu(),
        ["elu"] = x => x.Elu(),
        ["selu"] = x => x.Selu(),
        ["celu"] = x => x.Celu(),
        ["gelu"] = x => x.Gelu(),
        ["gelu_tanh"] = x => x.Gelu(tanhApproximation: true),
        ["silu"] = x => x.Silu(),
        ["mish"] = x => x.Mish(),
        ["softplus"] = x => x.Softplus(),
        ["softsign"] = x => x.Softsign(),
        ["tanhshrink"] = x => x.Tanhshrink(),
        ["hardtanh"] = x => x.Hardtanh(),
        ["hardsigmoid"] = x => x.Hardsigmoid(),
        ["hardswish"] = x => x.Hardswish(),
        ["hardshrink"] = x => x.Hardshrink(),
        ["softshrink"] = x => x.Softshrink(),
        ["threshold"] = x => x.Threshold(0.5, 7),
        ["clamp"] = x => x.Clamp(-0.5, 3),
        ["pow3"] = x => x.Pow(3),
        ["pow2_5"] = x => x.Pow(2.5),
        ["pow0"] = x => x.Pow(0),
        ["powm2"] = x => x.Pow(-2),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Pairs = new()
    {
        ["pow"] = (a, b) => a.Pow(b),
        ["atan2"] = (a, b) => a.Atan2(b),
        ["maximum"] = (a, b) => a.Maximum(b),
        ["minimum"] = (a, b) => a.Minimum(b),
        ["hypot"] = (a, b) => a.Hypot(b),
        ["fmod"] = (a, b) => a.Fmod(b),
        ["remainder"] = (a, b) => a.Remainder(b),
        ["floor_divide"] = (a, b) => a.FloorDivide(b),
    };

    private static JsonElement Edges { get; } = JsonDocument.Parse(File.ReadAllBytes(Goldens.Path("core/edges.json"))).RootElement;

    public static TheoryData<string> Cases => [.. Book.Cases.Where(c => Operation(c) is not null).Select(c => c.Name)];

    public static TheoryData<string> FunctionNames => [.. Edges.GetProperty("functions").EnumerateObject().Select(p => p.Name)];

    public static TheoryData<string> PairNames => [.. Edges.GetProperty("pairs").EnumerateObject().Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_PyTorch(string name)
    {
        var golden = Book.Cases.Single(c => c.Name == name);
        string[] roles = [.. golden.Roles("inputs").Where(role => role != "w0")];
        var inputs = roles.Select(role => Read(golden.Input(role)).RequireGrad(golden.Roles("grads").Contains(role))).ToArray();
        var y = Operation(golden)!(golden, inputs);
        var expected = Read(golden.Output("y0"));
        if (y.Rank == 0) expected = expected.Reshape(Shape.Scalar); // the book writes single numbers as [1]
        Assertions.Close(expected, y, 1e-10);
        if (golden.Roles("grads").Length == 0) return;
        (y * Read(golden.Input("w0")).Reshape(y.Shape)).Sum().Backward();
        foreach (string role in golden.Roles("grads")) Assertions.Close(Read(golden.Gradient(role)), inputs[Array.IndexOf(roles, role)].Grad!, 1e-10);
    }

    [Theory]
    [MemberData(nameof(FunctionNames))]
    public void Limits_and_kinks_are_those_of_PyTorch(string name)
    {
        var golden = Edges.GetProperty("functions").GetProperty(name);
        var x = Numbers(Edges, "x").RequireGrad();
        var y = Functions[name](x);
        Assertions.Close(Numbers(golden, "y"), y, 1e-10);
        y.Sum().Backward();
        Assertions.Close(Numbers(golden, "dx"), x.Grad!, 1e-10);
    }

    [Theory]
    [MemberData(nameof(PairNames))]
    public void Limits_of_pairs_are_those_of_PyTorch(string name)
    {
        var golden = Edges.GetProperty("pairs").GetProperty(name);
        Tensor a = Numbers(Edges, "a").RequireGrad(), b = Numbers(Edges, "b").RequireGrad();
        var y = Pairs[name](a, b);
        Assertions.Close(Numbers(golden, "y"), y, 1e-10);
        y.Sum().Backward();
        Assertions.Close(Numbers(golden, "da"), a.Grad!, 1e-10);
        Assertions.Close(Numbers(golden, "db"), b.Grad!, 1e-10);
    }

    private static Func<GoldenCase, Tensor[], Tensor>? Operation(GoldenCase golden) =>
        Kinds.TryGetValue(golden.Kind, out var apply) ? apply
        : Functions.TryGetValue(golden.Kind, out var function) ? (_, x) => function(x[0])
        : null;

    private static Tensor Read(GoldenArray array)
    {
        var values = Tensor.Wrap(array.ToDoubles(), Shape.Create(array.Shape));
        return array.DataType switch { "U8" => values.To(DType.Bool), "I64" => values.To(DType.Int64), _ => values };
    }

    private static Tensor Numbers(JsonElement json, string name) => Tensor.Wrap([.. json.GetProperty(name).EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Number ? v.GetDouble() : v.GetString() switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.NaN,
    })]);

    private static double Number(GoldenCase golden, string name, double otherwise) => golden.Arguments.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;

    private static bool HasDim(GoldenCase golden) => golden.Arguments.TryGetProperty("dim", out var _);

    private static int Dim(GoldenCase golden) => golden.Arguments.GetProperty("dim").GetInt32();

    private static bool KeepDim(GoldenCase golden) => golden.Arguments.GetProperty("keepdim").GetBoolean();
}
