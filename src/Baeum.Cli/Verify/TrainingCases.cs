namespace Baeum.Cli.Verify;

/// <summary>Whole trainings, followed step by step: the loss, and the norm of the gradient where it is clipped.</summary>
/// <remarks>
/// The books also hold the parameters' norms at the end. They are not compared: a bias in front of a batch norm, or of a key in attention, has
/// no gradient but rounding, which Adam blows up to full steps in directions of its own.
/// </remarks>
internal static class TrainingCases
{
    private const double Tolerance = 1e-3;

    /// <summary>A model with its parameters and its way of training.</summary>
    /// <param name="Loss">The loss of a batch.</param>
    /// <param name="Parameters">What is trained, by name.</param>
    /// <param name="Optimizer">Its optimiser.</param>
    /// <param name="Rate">The learning rate of a step, counted from 0; null: it stays.</param>
    /// <param name="Steady">The steps before rounding errors grow without bound; later ones are only held to a twentieth.</param>
    internal sealed record Training(
        Func<Tensor[], Tensor> Loss, IReadOnlyDictionary<string, Tensor> Parameters, Optimizer Optimizer, Func<int, double>? Rate = null, int Steady = int.MaxValue);

    private static readonly Dictionary<string, Func<GoldenCase, Training>> Models = new(StringComparer.Ordinal)
    {
        ["xor_mlp"] = XorNetwork,
        ["cnn"] = Convolutional,
        ["lstm_lm"] = TrainingModels.RecurrentLanguageModel,
        ["gpt2_chars"] = TrainingModels.Gpt2,
        ["copy_task"] = TrainingModels.CopyTask,
        ["distillation"] = DistillationModel.Create,
    };

    internal static Func<Outcome>? Check(GoldenCase golden) =>
        Models.TryGetValue(golden.Name[(golden.Name.LastIndexOf('/') + 1)..], out Func<GoldenCase, Training>? create) ? () => Follow(golden, create(golden)) : null;

    private static Outcome Follow(GoldenCase golden, Training training)
    {
        Tensor[] batches = golden.Roles("inputs").Select(golden.Input).ToArray();
        double[] losses = Numbers(golden.Output("loss"));
        double[]? norms = golden.Has("outputs", "grad_norm") ? Numbers(golden.Output("grad_norm")) : null;
        Tensor[] trained = golden.Arguments.Texts("parameter_names").Select(name => training.Parameters[name]).ToArray();
        var comparer = new Comparer(Tolerance);
        for (int step = 0; step < losses.Length; step++)
        {
            using var scope = TensorScope.Begin();
            if (training.Rate is not null)
                training.Optimizer.LearningRate = training.Rate(step);
            training.Optimizer.ZeroGrad();
            Tensor loss = training.Loss(batches.Select(batch => batch.Select(0, step)).ToArray());
            loss.Backward();
            comparer.HoldRelative(FormattableString.Invariant($"loss of step {step}"), loss.Item(), losses[step], allowance: step < training.Steady ? 1 : 0.05 / Tolerance);
            if (golden.Arguments.Has("clip"))
            {
                double norm = GradientClipping.ClipGradNorm(trained, golden.Arguments.Double("clip"));
                if (norms is not null)
                    comparer.HoldRelative(FormattableString.Invariant($"gradient norm of step {step}"), norm, norms[step]);
            }
            training.Optimizer.Step();
        }
        return comparer.Outcome;
    }

    /// <summary>The case's parameters as leaves that are trained.</summary>
    internal static Dictionary<string, Tensor> Leaves(GoldenCase golden)
    {
        Dictionary<string, Tensor> state = golden.Parameters();
        foreach (string name in golden.Arguments.Texts("parameter_names"))
            state[name] = state[name].Clone().RequireGrad();
        return state;
    }

    private static Training XorNetwork(GoldenCase golden)
    {
        var scope = ParamScope.FromStateDict(golden.Parameters());
        var model = new Sequential(scope, new Linear(scope / 0, 2, 8), new Tanh(), new Linear(scope / 2, 8, 1), new Sigmoid());
        return Of(scope, batch => model.Forward(batch[0]).BinaryCrossEntropy(batch[1]), parameters => new SGD(parameters, golden.Arguments.Double("lr")));
    }

    private static Training Convolutional(GoldenCase golden)
    {
        var scope = ParamScope.FromStateDict(golden.Parameters());
        var model = new Sequential(
            scope, new Conv2d(scope / 0, 1, 6, 5, padding: 2), new BatchNorm2d(scope / 1, 6), new ReLU(), new MaxPool2d(2),
            new Conv2d(scope / 4, 6, 12, 3), new ReLU(), new AvgPool2d(2), new Flatten(), new Linear(scope / 8, 108, 10));
        return Of(scope, batch => model.Forward(batch[0]).CrossEntropy(batch[1]), parameters => new Adam(parameters, golden.Arguments.Double("lr")));
    }

    internal static Training Of(ParamScope scope, Func<Tensor[], Tensor> loss, Func<Tensor[], Optimizer> optimizer, Func<int, double>? rate = null)
    {
        scope.Verify();
        Dictionary<string, Tensor> parameters = scope.Parameters.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        return new Training(loss, parameters, optimizer([.. parameters.Values]), rate);
    }

    private static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
