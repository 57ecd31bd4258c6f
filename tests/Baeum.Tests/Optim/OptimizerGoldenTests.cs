namespace Baeum.Tests;

/// <summary>Optimisers, clipping and schedules against PyTorch's figures.</summary>
public sealed class OptimizerGoldenTests
{
    [Fact]
    public void EveryCaseOfTheGoldenBookAgrees()
    {
        var book = Goldens.Open("core/optim");
        Assert.True(book.Cases.Count >= 24);
        foreach (var golden in book.Cases)
        {
            switch (golden.Kind)
            {
                case "clip_grad_norm": CheckClipping(golden); break;
                case "schedule": CheckSchedule(golden); break;
                default: CheckOptimizer(golden); break;
            }
        }
    }

    private static void CheckOptimizer(GoldenCase golden)
    {
        var problem = new LeastSquares(golden.Input("X"), golden.Input("Y"));
        var w = Tensor.Wrap(golden.Input("W0").ToDoubles(), [4, 2]).RequireGrad();
        var c = Tensor.Wrap(golden.Input("c0").ToDoubles(), [2]).RequireGrad();
        var optimizer = Create(golden, [w, c]);
        double[] weights = golden.Output("W").ToDoubles(), offsets = golden.Output("c").ToDoubles(), losses = golden.Output("loss").ToDoubles();
        for (int step = 0; step < losses.Length; step++)
        {
            optimizer.ZeroGrad();
            AssertClose(losses[step], problem.Backward(w, c), $"{golden.Name}: loss at step {step}");
            optimizer.Step();
            for (int i = 0; i < 8; i++) AssertClose(weights[step * 8 + i], w.AsSpan<double>()[i], $"{golden.Name}: W[{i}] after step {step}");
            for (int i = 0; i < 2; i++) AssertClose(offsets[step * 2 + i], c.AsSpan<double>()[i], $"{golden.Name}: c[{i}] after step {step}");
        }
    }

    private static Optimizer Create(GoldenCase golden, ParameterGroups parameters)
    {
        double rate = Number("lr", 0), decay = Number("weight_decay", 0), momentum = Number("momentum", 0);
        return golden.Kind switch
        {
            "SGD" => new SGD(parameters, rate, momentum, Number("dampening", 0), decay, Flag("nesterov")),
            "Adagrad" => new Adagrad(parameters, rate, Number("lr_decay", 0), decay, Number("initial_accumulator_value", 0)),
            "RMSprop" => new RMSprop(parameters, rate, Number("alpha", 0.99), weightDecay: decay, momentum: momentum, centered: Flag("centered")),
            "Adam" => new Adam(parameters, rate, weightDecay: decay, amsgrad: Flag("amsgrad")),
            "AdamW" => new AdamW(parameters, rate, weightDecay: decay),
            "Adadelta" => new Adadelta(parameters, rate),
            "Adamax" => new Adamax(parameters, rate),
            "NAdam" => new NAdam(parameters, rate),
            "RAdam" => new RAdam(parameters, rate),
            _ => throw new NotSupportedException(golden.Kind),
        };

        double Number(string name, double otherwise) => golden.Arguments.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
        bool Flag(string name) => golden.Arguments.TryGetProperty(name, out var value) && value.GetBoolean();
    }

    private static void CheckClipping(GoldenCase golden)
    {
        Tensor[] parameters = [Tensor.Zeros([4, 2], DType.Float64).RequireGrad(), Tensor.Zeros([3], DType.Float64).RequireGrad()];
        for (int i = 0; i < 2; i++) parameters[i].Grad = Tensor.Wrap(golden.Input($"g{i}").ToDoubles(), parameters[i].Shape);
        double norm = GradientClipping.ClipGradNorm(parameters, golden.Arguments.GetProperty("max_norm").GetDouble());
        AssertClose(golden.Output("total").ToDoubles()[0], norm, golden.Name);
        for (int i = 0; i < 2; i++) Assertions.Close(Tensor.Wrap(golden.Output($"g{i}").ToDoubles(), parameters[i].Shape), parameters[i].Grad!, 1e-10);
    }

    private static void CheckSchedule(GoldenCase golden)
    {
        var arguments = golden.Arguments;
        var optimizer = new SGD([Tensor.Zeros([1]).RequireGrad()], arguments.GetProperty("base_lr").GetDouble());
        Schedule schedule = golden.Name["schedule_".Length..] switch
        {
            "step" => new StepSchedule(optimizer, Integer("step_size"), Number("gamma")),
            "multistep" => new MultiStepSchedule(optimizer, [.. arguments.GetProperty("milestones").EnumerateArray().Select(m => m.GetInt32())], Number("gamma")),
            "exponential" => new ExponentialSchedule(optimizer, Number("gamma")),
            "cosine" => new CosineAnnealing(optimizer, Integer("T_max"), Number("eta_min")),
            "cosine_restarts" => new CosineAnnealingWarmRestarts(optimizer, Integer("T_0"), Integer("T_mult")),
            "onecycle" => new OneCycle(optimizer, Number("max_lr"), Integer("total_steps")),
            "linear" => new LinearSchedule(optimizer, Number("start_factor"), Number("end_factor"), Integer("total_iters")),
            "noam" => new NoamSchedule(optimizer, Integer("d_model"), Integer("warmup")),
            _ => throw new NotSupportedException(golden.Name),
        };
        double[] rates = golden.Output("lr").ToDoubles();
        for (int step = 0; step < rates.Length; step++)
        {
            AssertClose(rates[step], schedule.LearningRate, $"{golden.Name}: step {step}");
            schedule.Step();
        }

        double Number(string name) => arguments.GetProperty(name).GetDouble();
        int Integer(string name) => arguments.GetProperty(name).GetInt32();
    }

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-10 * Math.Max(1e-3, Math.Abs(expected)), FormattableString.Invariant($"{what}: expected {expected:R}, got {actual:R}"));

    /// <summary>loss = mean((X W + c - Y)²), differentiated by hand so that only the optimiser is tested.</summary>
    private sealed class LeastSquares(GoldenArray inputs, GoldenArray targets)
    {
        private readonly double[] x = inputs.ToDoubles(), y = targets.ToDoubles();

        internal double Backward(Tensor w, Tensor c)
        {
            var weight = w.AsSpan<double>();
            double[] weightGradient = new double[8], offsetGradient = new double[2];
            double loss = 0;
            for (int row = 0; row < 16; row++)
            {
                for (int column = 0; column < 2; column++)
                {
                    double difference = c.AsSpan<double>()[column] - y[row * 2 + column];
                    for (int k = 0; k < 4; k++) difference += x[row * 4 + k] * weight[k * 2 + column];
                    loss += difference * difference / 32;
                    offsetGradient[column] += difference / 16;
                    for (int k = 0; k < 4; k++) weightGradient[k * 2 + column] += x[row * 4 + k] * difference / 16;
                }
            }
            w.Grad = Tensor.Wrap(weightGradient, [4, 2]);
            c.Grad = Tensor.Wrap(offsetGradient);
            return loss;
        }
    }
}
