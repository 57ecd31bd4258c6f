namespace Baeum;

/// <summary>Normalises groups of neighbouring channels of every example (Wu and He, 2018).</summary>
public sealed class GroupNorm : Layer
{
    private readonly int groups, channels;
    private readonly double epsilon;

    /// <summary>Makes weight 1 and bias 0 for every channel.</summary>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public GroupNorm(ParamScope scope, int numGroups, int numChannels, double epsilon = 1e-5, bool affine = true) : base(scope)
    {
        if (numGroups <= 0 || numChannels % numGroups != 0) throw new ArgumentException($"GroupNorm: {numGroups} groups do not divide {numChannels} channels.");
        (groups, channels, this.epsilon) = (numGroups, numChannels, epsilon);
        if (!affine) return;
        Weight = scope.Parameter("weight", [numChannels], Initializers.Ones);
        Bias = scope.Parameter("bias", [numChannels], Initializers.Zeros);
    }

    /// <summary>[channels], or null.</summary>
    public Tensor? Weight { get; }

    /// <summary>[channels], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.GroupNorm(groups, Weight, Bias, epsilon);

    /// <inheritdoc/>
    protected override string Arguments() => $"{groups}, {channels}, eps={Python.Number(epsilon)}, affine={Python.Bool(Weight is not null)}";
}

/// <summary>Normalises every channel of every example by itself: [batch, channels, ...] with at least one more dimension.</summary>
public sealed class InstanceNorm : Layer
{
    private readonly int features;
    private readonly double epsilon;

    /// <summary>Without parameters unless <paramref name="affine"/>, as in PyTorch.</summary>
    public InstanceNorm(ParamScope scope, int numFeatures, double epsilon = 1e-5, bool affine = false) : base(scope)
    {
        (features, this.epsilon) = (numFeatures, epsilon);
        if (!affine) return;
        Weight = scope.Parameter("weight", [numFeatures], Initializers.Ones);
        Bias = scope.Parameter("bias", [numFeatures], Initializers.Zeros);
    }

    /// <summary>[channels], or null.</summary>
    public Tensor? Weight { get; }

    /// <summary>[channels], or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.InstanceNorm(Weight, Bias, epsilon);

    /// <inheritdoc/>
    protected override string Arguments() => $"{features}, eps={Python.Number(epsilon)}, affine={Python.Bool(Weight is not null)}";
}
