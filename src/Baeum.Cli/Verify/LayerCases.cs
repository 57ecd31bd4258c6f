namespace Baeum.Cli.Verify;

/// <summary>Layers with their state dictionaries: outputs, gradients of inputs and parameters, buffers afterwards.</summary>
internal static class LayerCases
{
    private delegate (Module Layer, Func<Inputs, Outputs> Forward) Build(ParamScope scope, Arguments args, Dictionary<string, Tensor> state);

    private static readonly Dictionary<string, Build> Kinds = new(StringComparer.Ordinal)
    {
        ["Linear"] = (scope, a, _) => One(new Linear(scope, a.Int("in"), a.Int("out"))),
        ["Bilinear"] = (scope, _, state) => Of(new Bilinear(scope, state["weight"].Shape[1], state["weight"].Shape[2], state["weight"].Shape[0]), (layer, x) => layer.Forward(x["a"], x["b"])),
        ["Conv1d"] = (scope, a, _) => One(new Conv1d(scope, a.Int("i"), a.Int("o"), a.Int("kernel_size"), a.Int("stride", 1), a.Int("padding"))),
        ["Conv2d"] = (scope, a, _) => One(new Conv2d(scope, a.Int("i"), a.Int("o"), a.Int("kernel_size"), a.Int("stride", 1), a.Int("padding"))),
        ["BatchNorm1d"] = (scope, _, state) => One(new BatchNorm1d(scope, state["weight"].Count)),
        ["BatchNorm2d"] = (scope, _, state) => One(new BatchNorm2d(scope, state["weight"].Count)),
        ["LayerNorm"] = (scope, a, _) => One(new LayerNorm(scope, a.Ints("shape"))),
        ["RNN"] = (scope, a, _) => Of(new RNN(scope, a.Int("input"), a.Int("hidden"), a.Int("layers", 1), a.Text("nonlinearity") == "relu", batchFirst: a.Bool("batch_first"), bidirectional: a.Bool("bidirectional")), (layer, x) => layer.Forward(x["x"])),
        ["GRU"] = (scope, a, _) => Of(new GRU(scope, a.Int("input"), a.Int("hidden"), a.Int("layers", 1), batchFirst: a.Bool("batch_first"), bidirectional: a.Bool("bidirectional")), (layer, x) => layer.Forward(x["x"])),
        ["LSTM"] = (scope, a, _) => Of(new LSTM(scope, a.Int("input"), a.Int("hidden"), a.Int("layers", 1), batchFirst: a.Bool("batch_first"), bidirectional: a.Bool("bidirectional")), (layer, x) =>
        {
            var (y, state) = layer.Forward(x["x"]);
            return new([y, state.Hidden, state.Cell]);
        }),
        ["MultiheadAttention"] = (scope, a, _) => Of(new MultiheadAttention(scope, a.Int("embed"), a.Int("heads"), batchFirst: a.Bool("batch_first")), (layer, x) =>
        {
            var (y, weights) = layer.Forward(x["q"], x["k"], x["v"], needWeights: true);
            return new([y, weights!]);
        }),
        ["TransformerEncoderLayer"] = (scope, a, _) => Of(new TransformerEncoderLayer(scope, Settings(a)), (layer, x) => layer.Forward(x["x"])),
        ["TransformerDecoderLayer"] = (scope, a, _) => Of(new TransformerDecoderLayer(scope, Settings(a)), (layer, x) => layer.Forward(x["x"], x["memory"])),
        ["Embedding"] = (scope, a, state) => Of(new Embedding(scope, state["weight"].Shape[0], state["weight"].Shape[1], a.Has("padding_idx") ? a.Int("padding_idx") : null), (layer, x) => layer.Forward(x["i"])),
    };

    internal static Func<Outcome>? Check(GoldenCase golden) => Kinds.TryGetValue(golden.Kind, out Build? build) ? () => Run(golden, build) : null;

    private static Outcome Run(GoldenCase golden, Build build)
    {
        using var step = TensorScope.Begin();
        Dictionary<string, Tensor> state = golden.Parameters();
        var scope = ParamScope.FromStateDict(state);
        (Module layer, Func<Inputs, Outputs> forward) = build(scope, golden.Arguments, state);
        scope.Verify();
        layer.Train(golden.Arguments.Bool("train", true));
        var inputs = new Inputs(golden, role => golden.Has("grads", "x." + role), DType.Float32);
        Tensor[] outputs = forward(inputs).Tensors;
        GradientCheck.Weighted(outputs, inputs).Backward();

        var comparer = new Comparer(1e-5);
        for (int i = 0; i < outputs.Length; i++)
            comparer.Hold(GradientCheck.Role("y", i), outputs[i], golden.Output(GradientCheck.Role("y", i)));
        Dictionary<string, Tensor> parameters = layer.NamedParameters().ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        foreach (string role in golden.Roles("grads"))
        {
            Tensor of = role.StartsWith("x.", StringComparison.Ordinal) ? inputs[role[2..]] : parameters[role];
            comparer.Hold($"gradient of {role}", of.Grad, golden.Gradient(role));
        }
        Dictionary<string, Tensor> after = layer.StateDict();
        foreach (string role in golden.Roles("outputs").Where(role => role.StartsWith("after.", StringComparison.Ordinal)))
            comparer.Hold(role, after[role["after.".Length..]], golden.Output(role));
        return comparer.Outcome;
    }

    private static TransformerSettings Settings(Arguments a) => new(
        a.Int("d_model"), a.Int("heads"), a.Int("ff"), Dropout: 0, a.Text("activation") == "gelu" ? TransformerActivation.Gelu : TransformerActivation.Relu, a.Bool("norm_first"), BatchFirst: true);

    private static (Module Layer, Func<Inputs, Outputs> Forward) One(Layer layer) => (layer, x => layer.Forward(x["x"]));

    private static (Module Layer, Func<Inputs, Outputs> Forward) Of<TLayer>(TLayer layer, Func<TLayer, Inputs, Outputs> forward) where TLayer : Module => (layer, x => forward(layer, x));
}
