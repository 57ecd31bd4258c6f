using Baeum.Kernels;

namespace Baeum.Tests;

public sealed class OptimizerTests
{
    private static readonly Func<ParameterGroups, Optimizer>[] All =
    [
        p => new SGD(p, 0.1), p => new SGD(p, 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01), p => new Adam(p, 0.1, weightDecay: 0.01), p => new Adam(p, 0.1, amsgrad: true),
        p => new AdamW(p, 0.1), p => new Adagrad(p, 0.1, initialAccumulator: 0.1), p => new RMSprop(p, 0.1), p => new RMSprop(p, 0.1, centered: true, momentum: 0.9), p => new RMSprop(p, 0.1, momentum: 0.9),
        p => new RMSprop(p, 0.1, centered: true), p => new Adadelta(p), p => new Adamax(p, 0.1), p => new NAdam(p, 0.1), p => new RAdam(p, 0.1),
    ];

    private static Tensor Parameter(int count, DType dtype = DType.Float32, int seed = 0)
    {
        var values = new double[count];
        new NumPyRandom((uint)seed).Uniform(values, -1, 1);
        return Tensor.Wrap(values).To(dtype).Clone().RequireGrad();
    }

    private static void SetGradient(Tensor parameter, int seed)
    {
        using var _ = Autograd.NoGrad();
        parameter.Grad = Parameter(parameter.Count, parameter.DType, 100 + seed).Detach();
    }

    [Fact]
    public void EveryOptimizerDescendsAParabola()
    {
        foreach (var create in All)
        {
            var p = Tensor.From<double>([3.0, -2, 0.5]).RequireGrad();
            var optimizer = create(p);
            for (int step = 0; step < 400; step++)
            {
                optimizer.ZeroGrad();
                var loss = (p * p).Sum();
                loss.Backward();
                optimizer.Step();
            }
            // Adadelta is known to begin with tiny steps
            double limit = optimizer is Adadelta ? 3 : 0.5;
            Assert.True(p.AsSpan<double>().ToArray().All(x => Math.Abs(x) < limit), optimizer.GetType().Name);
        }
    }

    [Fact]
    public void MaximizeIsDescentAlongTheNegatedGradient()
    {
        Func<ParameterGroups, bool, Optimizer>[] optimizers =
        [
            (p, up) => new SGD(p, 0.1, momentum: 0.5, maximize: up), (p, up) => new Adam(p, 0.1, maximize: up), (p, up) => new AdamW(p, 0.1, maximize: up), (p, up) => new Adagrad(p, 0.1, maximize: up),
            (p, up) => new RMSprop(p, 0.1, maximize: up), (p, up) => new Adadelta(p, 0.1, maximize: up), (p, up) => new Adamax(p, 0.1, maximize: up), (p, up) => new NAdam(p, 0.1, maximize: up), (p, up) => new RAdam(p, 0.1, maximize: up),
        ];
        foreach (var create in optimizers)
        {
            Tensor up = Parameter(7), down = Parameter(7);
            Optimizer climb = create(up, true), descend = create(down, false);
            for (int step = 0; step < 3; step++)
            {
                SetGradient(up, step);
                down.Grad = -up.Grad!;
                climb.Step();
                descend.Step();
            }
            Assert.Equal(down.ToArray<float>(), up.ToArray<float>());
        }
    }

    [Fact]
    public void AResumedOptimizerGoesOnBitForBit()
    {
        foreach (var create in All)
        {
            Tensor a = Parameter(37), b = Parameter(37);
            Optimizer whole = create(a), first = create(b);
            for (int step = 0; step < 6; step++)
            {
                SetGradient(a, step);
                whole.Step();
                if (step == 3)
                {
                    var state = first.StateDict().ToDictionary(p => p.Key, p => p.Value.Clone());
                    first = create(b);
                    first.LoadStateDict(state);
                }
                SetGradient(b, step);
                first.Step();
            }
            Assert.Equal(a.ToArray<float>(), b.ToArray<float>());
        }
    }

    [Fact]
    public void StateOfAnotherModelIsRefusedAndChangesNothing()
    {
        Tensor mine = Parameter(4), theirs = Parameter(5);
        Optimizer optimizer = new Adam(mine), other = new Adam([theirs], 0.5);
        SetGradient(theirs, 0);
        other.Step();
        var error = Assert.Throws<CheckpointException>(() => optimizer.LoadStateDict(other.StateDict()));
        Assert.Contains("state.0.exp_avg", error.Message, StringComparison.Ordinal);
        Assert.Equal(1e-3, optimizer.LearningRate);
        Assert.Throws<CheckpointException>(() => new SGD(mine).LoadStateDict(optimizer.StateDict().Append(new("state.0.exp_avg", mine.Detach())).ToDictionary(p => p.Key, p => p.Value)));
    }

    [Fact]
    public void GroupsKeepTheirOwnOptions()
    {
        Tensor matrix = Tensor.From<double>([1.0, 1]).RequireGrad(), bias = Tensor.From<double>([1.0]).RequireGrad(), frozen = Tensor.From<double>([1.0]).RequireGrad();
        var optimizer = new SGD([matrix, frozen, new ParameterGroup([bias], learningRate: 1, weightDecay: 0)], learningRate: 0.1, weightDecay: 0.5);
        Assert.Equal(2, optimizer.Groups.Count);
        matrix.Grad = Tensor.From<double>([1.0, 2]);
        bias.Grad = Tensor.From<double>([0.25]);
        optimizer.Step();
        Assertions.Close(Tensor.From<double>([1 - 0.1 * 1.5, 1 - 0.1 * 2.5]), matrix, 1e-15);
        Assert.Equal(0.75, bias.Item());
        Assert.Equal(1, frozen.Item()); // no gradient: not even weight decay
    }

    [Fact]
    public void StateSurvivesTheScopeInWhichItWasMade()
    {
        var p = Parameter(1000);
        var q = Parameter(1000);
        var inScope = new Adam(p);
        var without = new Adam(q);
        for (int step = 0; step < 3; step++)
        {
            SetGradient(q, step);
            without.Step();
            using var scope = TensorScope.Begin();
            SetGradient(p, step);
            inScope.Step();
        }
        Assert.Equal(q.ToArray<float>(), p.ToArray<float>());
    }

    [Fact]
    public void AWarmStepAllocatesNothing()
    {
        foreach (var create in All)
        {
            Tensor small = Parameter(5), large = Parameter(50_000);
            var optimizer = create([small, large]);
            SetGradient(small, 0);
            SetGradient(large, 0);
            for (int i = 0; i < 3; i++) optimizer.Step();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++) optimizer.Step();
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void OneAndManyThreadsGiveTheSameBits()
    {
        int threads = Threads.Count;
        try
        {
            Tensor one = Parameter(100_003), many = Parameter(100_003);
            Optimizer first = new Adam(one), second = new Adam(many);
            for (int step = 0; step < 2; step++)
            {
                SetGradient(one, step);
                SetGradient(many, step);
                Threads.Count = 1;
                GradientClipping.ClipGradNorm([one], 1);
                first.Step();
                Threads.Count = 5;
                GradientClipping.ClipGradNorm([many], 1);
                second.Step();
            }
            Assert.Equal(one.ToArray<float>(), many.ToArray<float>());
        }
        finally
        {
            Threads.Count = threads;
        }
    }

    [Fact]
    public void StridedAndForeignGradientsAreUsed()
    {
        Tensor p = Tensor.Zeros([2, 2], DType.Float64).RequireGrad();
        p.Grad = Tensor.From([[1f, 2], [3, 4]]).Transpose(0, 1);
        new SGD(p, 1).Step();
        Assert.Equal([-1.0, -3, -2, -4], p.ToArray<double>());
        p.Grad = Tensor.From([[3.0, 0], [4, 0]]).Transpose(0, 1);
        Assert.Equal(5, GradientClipping.ClipGradNorm([p], 1), 1e-12);
        Assertions.Close(Tensor.From([[0.6, 0.8], [0, 0]]), p.Grad!, 1e-6);
    }

    [Fact]
    public void WhatCannotBeTrainedIsRefused()
    {
        var p = Parameter(3);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => new SGD([p, p])).Message, StringComparison.Ordinal);
        Assert.Contains("no parameters", Assert.Throws<ArgumentException>(() => new SGD(Array.Empty<Tensor>())).Message, StringComparison.Ordinal);
        Assert.Contains("computed", Assert.Throws<ArgumentException>(() => new SGD(p * p)).Message, StringComparison.Ordinal);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>(() => new SGD(Tensor.Arange(3))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(p, learningRate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(p, beta1: 1));
        Assert.Throws<ArgumentException>(() => new SGD(p, nesterov: true));
    }

    [Fact]
    public void ClippingByValueLimitsEachElement()
    {
        var p = Tensor.Zeros([4]).RequireGrad();
        p.Grad = Tensor.From(-3f, -0.5f, float.NaN, 7f);
        GradientClipping.ClipGradValue([p], 1);
        Assert.Equal([-1f, -0.5f, float.NaN, 1f], p.Grad!.ToArray<float>());
        Assert.Throws<ArithmeticException>(() => GradientClipping.ClipGradNorm([p], 1, errorIfNotFinite: true));
        Assert.True(double.IsNaN(GradientClipping.ClipGradNorm([p], 1)));
    }

    [Fact]
    public void TheMovingAverageFollowsAndIsPutInAndOut()
    {
        var p = Tensor.From<double>([1.0, 2]).RequireGrad();
        var average = new ExponentialMovingAverage([p], decay: 0.75);
        using (Autograd.NoGrad()) p.CopyFromInPlace(Tensor.From<double>([5.0, 10]));
        average.Update();
        average.Apply();
        Assert.Equal([2.0, 4], p.ToArray<double>());
        Assert.Throws<InvalidOperationException>(average.Update);
        average.Restore();
        Assert.Equal([5.0, 10], p.ToArray<double>());

        var resumed = new ExponentialMovingAverage([p], decay: 0.75);
        resumed.LoadStateDict(average.StateDict());
        resumed.Apply();
        Assert.Equal([2.0, 4], p.ToArray<double>());
    }
}
