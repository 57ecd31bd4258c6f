namespace Baeum.Cli.Verify;

/// <summary>Optimisers on a least-squares problem, gradient clipping, and learning-rate schedules.</summary>
internal static class OptimizerCases
{
    private const double Tolerance = 1e-10;

    private static readonly Dictionary<string, Func<ParameterGroups, Arguments, Optimizer>> Optimizers = new(StringComparer.Ordinal)
    {
        ["SGD"] = (p, a) => new SGD(p, a.Double("lr"), a.Double("momentum"), a.Double("dampening"), a.Double("weight_decay"), a.Bool("nesterov")),
        ["Adagrad"] = (p, a) => new Adagrad(p, a.Double("lr"), a.Double("lr_decay"), a.Double("weight_decay"), a.Double("initial_accumulator_value")),
        ["RMSprop"] = (p, a) => new RMSprop(p, a.Double("lr"), a.Double("alpha", 0.99), weightDecay: a.Double("weight_decay"), momentum: a.Double("momentum"), centered: a.Bool("centered")),
        ["Adam"] = (p, a) => new Adam(p, a.Double("lr"), weightDecay: a.Double("weight_decay"), amsgrad: a.Bool("amsgrad")),
        ["AdamW"] = (p, a) => new AdamW(p, a.Double("lr"), weightDecay: a.Double("weight_decay", 1e-2), amsgrad: a.Bool("amsgrad")),
        ["Adadelta"] = (p, a) => new Adadelta(p, a.Double("lr", 1), a.Double("rho", 0.9), weightDecay: a.Double("weight_decay")),
        ["Adamax"] = (p, a) => new Adamax(p, a.Double("lr"), weightDecay: a.Double("weight_decay")),
        ["NAdam"] = (p, a) => new NAdam(p, a.Double("lr"), weightDecay: a.Double("weight_decay"), momentumDecay: a.Double("momentum_decay", 4e-3)),
        ["RAdam"] = (p, a) => new RAdam(p, a.Double("lr"), weightDecay: a.Double("weight_decay")),
    };

    internal static Func<Outcome>? Check(GoldenCase golden) => golden.Kind switch
    {
        "clip_grad_norm" => () => Clip(golden),
        "schedule" => () => Follow(golden),
        _ when Optimizers.TryGetValue(golden.Kind, out Func<ParameterGroups, Arguments, Optimizer>? create) => () => Train(golden, create),
        _ => null,
    };

    private static Outcome Train(GoldenCase golden, Func<ParameterGroups, Arguments, Optimizer> create)
    {
        Tensor x = golden.Input("X"), y = golden.Input("Y"), w = golden.Input("W0").RequireGrad(), c = golden.Input("c0").RequireGrad();
        Optimizer optimizer = create(new[] { w, c }, golden.Arguments);
        double[] losses = golden.Output("loss").ToArray<double>();
        Tensor weights = golden.Output("W"), offsets = golden.Output("c");
        var comparer = new Comparer(Tolerance);
        for (int step = 0; step < losses.Length; step++)
        {
            using var scope = TensorScope.Begin();
            optimizer.ZeroGrad();
            Tensor loss = (x.MatMul(w) + c - y).Square().Mean();
            loss.Backward();
            optimizer.Step();
            comparer.Hold(At("loss", step), [loss.Item()], [losses[step]]);
            comparer.Hold(At("W", step), w, weights.Select(0, step));
            comparer.Hold(At("c", step), c, offsets.Select(0, step));
        }
        return comparer.Outcome;
    }

    private static Outcome Clip(GoldenCase golden)
    {
        IReadOnlyList<string> roles = golden.Roles("inputs");
        Tensor[] parameters = roles.Select(role =>
        {
            Tensor gradient = golden.Input(role), parameter = Tensor.ZerosLike(gradient).RequireGrad();
            parameter.Grad = gradient;
            return parameter;
        }).ToArray();
        double total = GradientClipping.ClipGradNorm(parameters, golden.Arguments.Double("max_norm"));
        var comparer = new Comparer(Tolerance);
        comparer.Hold("total", [total], golden.Output("total").ToArray<double>());
        for (int i = 0; i < roles.Count; i++)
            comparer.Hold(roles[i], parameters[i].Grad, golden.Output(roles[i]));
        return comparer.Outcome;
    }

    private static Outcome Follow(GoldenCase golden)
    {
        Arguments args = golden.Arguments;
        var optimizer = new SGD(Tensor.Zeros([1], DType.Float64).RequireGrad(), args.Double("base_lr"));
        // the book names a schedule by its arguments
        Schedule schedule =
            args.Has("step_size") ? new StepSchedule(optimizer, args.Int("step_size"), args.Double("gamma"))
            : args.Has("milestones") ? new MultiStepSchedule(optimizer, args.Ints("milestones"), args.Double("gamma"))
            : args.Has("T_max") ? new CosineAnnealing(optimizer, args.Int("T_max"), args.Double("eta_min"))
            : args.Has("T_0") ? new CosineAnnealingWarmRestarts(optimizer, args.Int("T_0"), args.Int("T_mult", 1))
            : args.Has("max_lr") ? new OneCycle(optimizer, args.Double("max_lr"), args.Int("total_steps"))
            : args.Has("start_factor") ? new LinearSchedule(optimizer, args.Double("start_factor"), args.Double("end_factor"), args.Int("total_iters"))
            : args.Has("d_model") ? Noam(optimizer, args)
            : new ExponentialSchedule(optimizer, args.Double("gamma"));
        double[] wanted = golden.Output("lr").ToArray<double>();
        double[] got = new double[wanted.Length];
        for (int i = 0; i < got.Length; i++)
        {
            got[i] = optimizer.LearningRate;
            if (i + 1 < got.Length)
                schedule.Step();
        }
        var comparer = new Comparer(Tolerance);
        comparer.Hold("lr", got, wanted);
        return comparer.Outcome;
    }

    // a factor on the base rate, as PyTorch's LambdaLR applies it
    private static LambdaSchedule Noam(SGD optimizer, Arguments args)
    {
        double width = args.Double("d_model"), warmup = args.Double("warmup");
        return new LambdaSchedule(optimizer, step => Math.Pow(width, -0.5) * Math.Min(Math.Pow(Math.Max(step, 1), -0.5), Math.Max(step, 1) * Math.Pow(warmup, -1.5)));
    }

    private static string At(string name, int step) => FormattableString.Invariant($"{name} after step {step + 1}");
}
