using System.Text.Json;

namespace Baeum.Tests.NN;

/// <summary>Products, convolutions, poolings, normalisations and tables against the figures in <c>core/ops</c> and <c>core/layers</c>.</summary>
public class NeuralGoldenTests
{
    private static readonly Dictionary<string, Func<JsonElement, Tensor[], Tensor>> Functions = new()
    {
        ["matmul"] = (_, x) => x[0].MatMul(x[1]),
        ["layer_norm"] = (a, x) => x[0].LayerNorm(x[1].Shape, x[1], x[2], a.GetProperty("eps").GetDouble()),
        ["rms_norm"] = (a, x) => x[0].RmsNorm(x[1].Shape, x[1], a.GetProperty("eps").GetDouble()),
        ["group_norm"] = (a, x) => x[0].GroupNorm(Int(a, "groups", 1), x[1], x[2], a.GetProperty("eps").GetDouble()),
        ["embedding"] = (_, x) => x[0].Embedding(x[1]),
        ["conv1d"] = (a, x) => x[0].Conv1d(x[1], x[2], Int(a, "stride", 1), Int(a, "padding", 0), Int(a, "dilation", 1), Int(a, "groups", 1)),
        ["conv2d"] = (a, x) => x[0].Conv2d(x[1], x[2], Int(a, "stride", 1), Int(a, "padding", 0), Int(a, "dilation", 1), Int(a, "groups", 1)),
        ["conv_transpose2d"] = (a, x) => x[0].ConvTranspose2d(x[1], x[2], Int(a, "stride", 1), Int(a, "padding", 0), Int(a, "output_padding", 0)),
        ["max_pool2d"] = (a, x) => x[0].MaxPool2d(Int(a, "kernel_size", 1), Int(a, "stride", 1), Int(a, "padding", 0)),
        ["avg_pool2d"] = (a, x) => x[0].AvgPool2d(Int(a, "kernel_size", 1)),
        ["adaptive_avg_pool2d"] = (a, x) => x[0].AdaptiveAvgPool2d((a.GetProperty("output_size")[0].GetInt32(), a.GetProperty("output_size")[1].GetInt32())),
        ["interpolate"] = (a, x) => x[0].Upsample(Int(a, "scale_factor", 1)),
        ["unfold"] = (a, x) => x[0].Im2Col(Int(a, "kernel_size", 1), padding: Int(a, "padding", 0), stride: Int(a, "stride", 1)),
    };

    private static readonly Dictionary<string, Func<ParamScope, JsonElement, Module>> Layers = new()
    {
        ["Linear"] = (scope, a) => new Linear(scope, Int(a, "in", 0), Int(a, "out", 0)),
        ["Bilinear"] = (scope, _) => new Bilinear(scope, Weight(scope)[1], Weight(scope)[2], Weight(scope)[0]),
        ["Conv1d"] = (scope, a) => new Conv1d(scope, Int(a, "i", 0), Int(a, "o", 0), Int(a, "kernel_size", 1), Int(a, "stride", 1), Int(a, "padding", 0)),
        ["Conv2d"] = (scope, a) => new Conv2d(scope, Int(a, "i", 0), Int(a, "o", 0), Int(a, "kernel_size", 1), Int(a, "stride", 1), Int(a, "padding", 0)),
        ["BatchNorm1d"] = (scope, _) => new BatchNorm1d(scope, Weight(scope)[0]),
        ["BatchNorm2d"] = (scope, _) => new BatchNorm2d(scope, Weight(scope)[0]),
        ["LayerNorm"] = (scope, _) => new LayerNorm(scope, Weight(scope)),
        ["Embedding"] = (scope, a) => new Embedding(scope, Weight(scope)[0], Weight(scope)[1], Int(a, "padding_idx", 0)),
    };

    [ThreadStatic] private static Dictionary<string, Tensor>? state;

    public static TheoryData<string> Operations => [.. Goldens.Open("core/ops").Cases.Where(c => Functions.ContainsKey(c.Kind)).Select(c => c.Name)];

    public static TheoryData<string> LayerNames => [.. Goldens.Open("core/layers").Cases.Where(c => Layers.ContainsKey(c.Kind)).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_and_gradient_equal_PyTorch(string name)
    {
        var golden = Goldens.Open("core/ops").Cases.Single(c => c.Name == name);
        string[] roles = [.. golden.Roles("inputs").Where(role => role != "w0")];
        Tensor[] inputs = [.. roles.Select(role => ToTensor(golden.Input(role)))];
        foreach (var input in inputs.Where(x => x.DType == DType.Float64)) input.RequiresGrad = true;
        var y = Functions[golden.Kind](golden.Arguments, inputs);
        Close(golden.Output("y0"), y, 1e-10);
        (y * ToTensor(golden.Input("w0"))).Sum().Backward();
        foreach (string role in golden.Roles("grads")) Assertions.Close(ToTensor(golden.Gradient(role)), inputs[Array.IndexOf(roles, role)].Grad!, 1e-10);
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Layer_and_gradients_equal_PyTorch(string name)
    {
        var golden = Goldens.Open("core/layers").Cases.Single(c => c.Name == name);
        state = golden.Roles("params").ToDictionary(role => role, role => role == "num_batches_tracked" ? ToTensor(golden.Parameter(role)).Reshape(Shape.Scalar) : ToTensor(golden.Parameter(role)));
        var scope = ParamScope.FromStateDict(state, DType.Float64);
        var layer = Layers[golden.Kind](scope, golden.Arguments);
        scope.Verify();
        layer.Train(golden.Arguments.TryGetProperty("train", out var train) && train.GetBoolean());
        string[] roles = [.. golden.Roles("inputs").Where(role => role != "w0")];
        Tensor[] inputs = [.. roles.Select(role => ToTensor(golden.Input(role)))];
        foreach (var input in inputs.Where(x => x.DType == DType.Float64)) input.RequiresGrad = true;
        var y = layer is Bilinear bilinear ? bilinear.Forward(inputs[0], inputs[1]) : ((Layer)layer).Forward(inputs[0]);
        Close(golden.Output("y0"), y, 1e-5);
        (y * ToTensor(golden.Input("w0"))).Sum().Backward();
        var parameters = layer.NamedParameters().ToDictionary(p => p.Name, p => p.Value);
        foreach (string role in golden.Roles("grads"))
        {
            var gradient = role.StartsWith("x.", StringComparison.Ordinal) ? inputs[Array.IndexOf(roles, role[2..])].Grad : parameters[role].Grad;
            Assertions.Close(ToTensor(golden.Gradient(role)), gradient!, 1e-5);
        }
        foreach (string role in golden.Roles("outputs").Where(role => role.StartsWith("after.", StringComparison.Ordinal)))
            Close(golden.Output(role), layer.StateDict()[role["after.".Length..]], 1e-5);
    }

    private static Shape Weight(ParamScope scope) => state![scope.Path.Length == 0 ? "weight" : scope.Path + ".weight"].Shape;

    private static int Int(JsonElement arguments, string name, int absent) => arguments.TryGetProperty(name, out var value) ? value.GetInt32() : absent;

    /// <summary>The file holds tensors without dimensions as ones of one element.</summary>
    private static void Close(GoldenArray expected, Tensor actual, double tolerance) => Assertions.Close(actual.Rank == 0 ? ToTensor(expected).Reshape(Shape.Scalar) : ToTensor(expected), actual, tolerance);

    private static Tensor ToTensor(GoldenArray array) => array.DataType switch
    {
        "F64" => Tensor.Wrap(array.ToDoubles(), array.Shape),
        "F32" => Tensor.Wrap(array.ToSingles(), array.Shape),
        _ => Tensor.Wrap(array.ToLongs(), array.Shape),
    };
}
