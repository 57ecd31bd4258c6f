namespace Baeum.Cli.Bench;

/// <summary>Training steps and inference through the public API, as a reader would write them.</summary>
internal static class TrainingWorkloads
{
    internal static IEnumerable<Workload> All =>
    [
        new("train_xor_2-8-1_sgd", Xor),
        new("train_mlp_784-256-10_b64_adam", Perceptron),
        new("train_lenet5_b64_adam", () => LeNet(train: true)),
        new("infer_lenet5_b64", () => LeNet(train: false)),
    ];

    /// <summary>One step: forget the gradients, compute the loss, go backward, change the parameters.</summary>
    internal static Action Step(Optimizer optimizer, Func<Tensor> loss) => () =>
    {
        using var scope = TensorScope.Begin();
        optimizer.ZeroGrad();
        loss().Backward();
        optimizer.Step();
    };

    private static Action Xor()
    {
        Tensor x = Tensor.From([[0f, 0f], [0f, 1f], [1f, 0f], [1f, 1f]]), y = Tensor.From([[0f], [1f], [1f], [0f]]);
        var scope = ParamScope.Random(0);
        var model = new Sequential(scope, new Linear(scope / 0, 2, 8), new Tanh(), new Linear(scope / 2, 8, 1));
        return Step(new SGD(model.Parameters(), 0.1), () => model.Forward(x).BinaryCrossEntropyWithLogits(y));
    }

    private static Action Perceptron()
    {
        var random = new PhiloxRandom(0);
        Tensor x = Tensor.RandN([64, 784], random), y = Tensor.RandInt(0, 10, [64], random);
        var scope = ParamScope.Random(random);
        var model = new Sequential(scope, new Linear(scope / 0, 784, 256), new ReLU(), new Linear(scope / 2, 256, 10));
        return Step(new Adam(model.Parameters(), 1e-3), () => model.Forward(x).CrossEntropy(y));
    }

    private static Action LeNet(bool train)
    {
        var random = new PhiloxRandom(0);
        Tensor x = Tensor.RandN([64, 1, 28, 28], random), y = Tensor.RandInt(0, 10, [64], random);
        var scope = ParamScope.Random(random);
        var model = new Sequential(scope,
            new Conv2d(scope / 0, 1, 6, 5, padding: 2), new ReLU(), new MaxPool2d(2),
            new Conv2d(scope / 3, 6, 16, 5), new ReLU(), new MaxPool2d(2), new Flatten(),
            new Linear(scope / 7, 400, 120), new ReLU(), new Linear(scope / 9, 120, 84), new ReLU(), new Linear(scope / 11, 84, 10));
        if (train)
            return Step(new Adam(model.Parameters(), 1e-3), () => model.Forward(x).CrossEntropy(y));
        return () =>
        {
            using var pass = TensorScope.Begin();
            using Autograd.Restore quiet = Autograd.NoGrad();
            model.Forward(x);
        };
    }
}
