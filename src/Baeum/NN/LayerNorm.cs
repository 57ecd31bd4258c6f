namespace Baeum;

/// <summary>Normalises the last dimensions to mean 0 and variance 1, then scales and shifts them (Ba and others, 2016).</summary>
public sealed class LayerNorm : Layer
{
    private readonly Shape normalizedShape;
    private readonly double epsilon;

    /// <summary>Normalises the last dimension, of this size.</summary>
    public LayerNorm(ParamScope scope, int normalizedShape, double epsilon = 1e-5, bool elementwiseAffine = true, bool bias = true) : this(scope, [normalizedShape], epsilon, elementwiseAffine, bias)
    {
    }

    /// <summary>Normalises the last dimensions, of this shape.</summary>
    public LayerNorm(ParamScope scope, Shape normalizedShape, double epsilon = 1e-5, bool elementwiseAffine = true, bool bias = true) : base(scope)
    {
        (this.normalizedShape, this.epsilon) = (normalizedShape, epsilon);
        if (elementwiseAffine) Weight = scope.Parameter("weight", normalizedShape, Initializers.Ones);
        if (elementwiseAffine && bias) Bias = scope.Parameter("bias", normalizedShape, Initializers.Zeros);
    }

    /// <summary>In the normalised shape, or null.</summary>
    public Tensor? Weight { get; }

    /// <summary>In the normalised shape, or null.</summary>
    public Tensor? Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LayerNorm(normalizedShape, Weight, Bias, epsilon);

    /// <inheritdoc/>
    protected override string Arguments() => $"{Python.Tuple(normalizedShape.AsSpan())}, eps={Python.Number(epsilon)}, elementwise_affine={Python.Bool(Weight is not null)}";
}

/// <summary>Divides the last dimensions by the root of their mean square, then scales them (Zhang and Sennrich, 2019).</summary>
public sealed class RMSNorm : Layer
{
    private readonly Shape normalizedShape;
    private readonly double? epsilon;

    /// <summary>Normalises the last dimension, of this size.</summary>
    public RMSNorm(ParamScope scope, int normalizedShape, double? epsilon = null, bool elementwiseAffine = true) : this(scope, [normalizedShape], epsilon, elementwiseAffine)
    {
    }

    /// <summary>Normalises the last dimensions, of this shape.</summary>
    public RMSNorm(ParamScope scope, Shape normalizedShape, double? epsilon = null, bool elementwiseAffine = true) : base(scope)
    {
        (this.normalizedShape, this.epsilon) = (normalizedShape, epsilon);
        if (elementwiseAffine) Weight = scope.Parameter("weight", normalizedShape, Initializers.Ones);
    }

    /// <summary>In the normalised shape, or null.</summary>
    public Tensor? Weight { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.RmsNorm(normalizedShape, Weight, epsilon);

    /// <inheritdoc/>
    protected override string Arguments() => $"{Python.Tuple(normalizedShape.AsSpan())}, eps={(epsilon is { } e ? Python.Number(e) : "None")}, elementwise_affine={Python.Bool(Weight is not null)}";
}
