namespace Baeum;

/// <summary>Normalises every channel over the batch and remembers mean and variance for evaluation (Ioffe and Szegedy, 2015).</summary>
public abstract class BatchNorm : Layer
{
    private readonly int features;
    private readonly double epsilon;
    private readonly double? momentum;

    private protected BatchNorm(ParamScope scope, int numFeatures, double epsilon, double? momentum, bool affine, bool trackRunningStats) : base(scope)
    {
        (features, this.epsilon, this.momentum) = (numFeatures, epsilon, momentum);
        if (affine)
        {
            Weight = scope.Parameter("weight", [numFeatures], Initializers.Ones);
            Bias = scope.Parameter("bias", [numFeatures], Initializers.Zeros);
        }
        if (!trackRunningStats) return;
        RunningMean = scope.Buffer("running_mean", Tensor.Zeros([numFeatures], scope.DType));
        RunningVariance = scope.Buffer("running_var", Tensor.Ones([numFeatures], scope.DType));
        BatchesSeen = scope.Buffer("num_batches_tracked", Tensor.Zeros(Shape.Scalar, DType.Int64));
    }

    /// <summary>[channels], or null.</summary>
    public Tensor? Weight { get; }

    /// <summary>[channels], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>[channels], or null.</summary>
    public Tensor? RunningMean { get; }

    /// <summary>[channels], unbiased, or null.</summary>
    public Tensor? RunningVariance { get; }

    /// <summary>How many batches were seen in training: one Int64, or null.</summary>
    public Tensor? BatchesSeen { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        CheckInput(x);
        if (x.Shape[1] != features) throw new ArgumentException($"{GetType().Name}: x {x.Shape} has {x.Shape[1]} channels, the layer {features}.");
        double share = momentum ?? 0;
        if (IsTraining && BatchesSeen is { } seen)
        {
            seen.AddInPlace(1);
            // without momentum the remembered values are the average of all batches
            share = momentum ?? 1.0 / seen.ItemLong();
        }
        return x.BatchNorm(RunningMean, RunningVariance, Weight, Bias, IsTraining, share, epsilon);
    }

    private protected abstract void CheckInput(Tensor x);

    /// <inheritdoc/>
    protected override string Arguments() => $"{features}, eps={Python.Number(epsilon)}, momentum={(momentum is { } m ? Python.Number(m) : "None")}, affine={Python.Bool(Weight is not null)}, track_running_stats={Python.Bool(RunningMean is not null)}";
}

/// <summary><see cref="BatchNorm"/> of [batch, channels] or [batch, channels, length].</summary>
public sealed class BatchNorm1d(ParamScope scope, int numFeatures, double epsilon = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true)
    : BatchNorm(scope, numFeatures, epsilon, momentum, affine, trackRunningStats)
{
    private protected override void CheckInput(Tensor x)
    {
        if (x.Rank is not (2 or 3)) throw new ArgumentException($"BatchNorm1d: x must be [batch, channels] or [batch, channels, length], got {x.Shape}.");
    }
}

/// <summary><see cref="BatchNorm"/> of [batch, channels, height, width].</summary>
public sealed class BatchNorm2d(ParamScope scope, int numFeatures, double epsilon = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true)
    : BatchNorm(scope, numFeatures, epsilon, momentum, affine, trackRunningStats)
{
    private protected override void CheckInput(Tensor x)
    {
        if (x.Rank != 4) throw new ArgumentException($"BatchNorm2d: x must be [batch, channels, height, width], got {x.Shape}.");
    }
}
