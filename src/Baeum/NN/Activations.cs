namespace Baeum;

// Activation functions as layers, for use in a Sequential. Each is one tensor method.

/// <summary>max(0, x).</summary>
public sealed class ReLU : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Relu();
}

/// <summary>min(max(0, x), 6).</summary>
public sealed class ReLU6 : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Relu6();
}

/// <summary>x where positive, else negativeSlope · x.</summary>
public sealed class LeakyReLU(double negativeSlope = 0.01) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LeakyRelu(negativeSlope);

    /// <inheritdoc/>
    protected override string Arguments() => $"negative_slope={Python.Number(negativeSlope)}";
}

/// <summary>x where positive, else weight · x with a trained weight, one for all or one a channel (He and others, 2015).</summary>
public sealed class PReLU : Layer
{
    /// <summary>Makes <paramref name="numParameters"/> weights of value <paramref name="init"/>.</summary>
    public PReLU(ParamScope scope, int numParameters = 1, double init = 0.25) : base(scope) => Weight = scope.Parameter("weight", [numParameters], Initializers.Constant(init));

    /// <summary>[numParameters].</summary>
    public Tensor Weight { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        if (Weight.Count > 1 && (x.Rank < 2 || x.Shape[1] != Weight.Count)) throw new ArgumentException($"PReLU: x {x.Shape} must be [batch, {Weight.Count}, ...].");
        var weight = Weight.Count == 1 ? Weight : Weight.Reshape(Shape.Create([Weight.Count, .. Enumerable.Repeat(1, x.Rank - 2)]));
        return x.Relu() - weight * (-x).Relu();
    }

    /// <inheritdoc/>
    protected override string Arguments() => $"num_parameters={Weight.Count}";
}

/// <summary>x where positive, else alpha · (eˣ - 1).</summary>
public sealed class ELU(double alpha = 1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Elu(alpha);

    /// <inheritdoc/>
    protected override string Arguments() => $"alpha={Python.Number(alpha)}";
}

/// <summary>max(0, x) + min(0, alpha · (e^(x/alpha) - 1)).</summary>
public sealed class CELU(double alpha = 1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Celu(alpha);

    /// <inheritdoc/>
    protected override string Arguments() => $"alpha={Python.Number(alpha)}";
}

/// <summary>The exponential unit that keeps mean and variance (Klambauer and others, 2017).</summary>
public sealed class SELU : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Selu();
}

/// <summary>x · Φ(x); with <c>approximate: "tanh"</c> by the formula of GPT-2 (Hendrycks and Gimpel, 2016).</summary>
public sealed class GELU : Layer
{
    private readonly string approximate;

    /// <summary>Exact, or with <c>"tanh"</c> approximated.</summary>
    public GELU(string approximate = "none") =>
        this.approximate = approximate is "none" or "tanh" ? approximate : throw new ArgumentException($"GELU: approximate is '{approximate}'; it takes none or tanh.");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Gelu(approximate == "tanh");

    /// <inheritdoc/>
    protected override string Arguments() => $"approximate='{approximate}'";
}

/// <summary>x · σ(x), also called swish.</summary>
public sealed class SiLU : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Silu();
}

/// <summary>x · tanh(softplus(x)).</summary>
public sealed class Mish : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Mish();
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
public sealed class Sigmoid : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Sigmoid();
}

/// <summary>ln σ(x).</summary>
public sealed class LogSigmoid : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LogSigmoid();
}

/// <summary>tanh x.</summary>
public sealed class Tanh : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Tanh();
}

/// <summary>ln(1 + e^(beta·x)) / beta.</summary>
public sealed class Softplus(double beta = 1, double threshold = 20) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softplus(beta, threshold);

    /// <inheritdoc/>
    protected override string Arguments() => $"beta={Python.Number(beta)}, threshold={Python.Number(threshold)}";
}

/// <summary>x / (1 + |x|).</summary>
public sealed class Softsign : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softsign();
}

/// <summary>x cut to [minVal, maxVal].</summary>
public sealed class Hardtanh(double minVal = -1, double maxVal = 1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Hardtanh(minVal, maxVal);

    /// <inheritdoc/>
    protected override string Arguments() => $"min_val={Python.Number(minVal)}, max_val={Python.Number(maxVal)}";
}

/// <summary>min(max(0, x + 3), 6) / 6.</summary>
public sealed class Hardsigmoid : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Hardsigmoid();
}

/// <summary>x · hardsigmoid(x).</summary>
public sealed class Hardswish : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Hardswish();
}

/// <summary>The first half of a dimension times the sigmoid of the second.</summary>
public sealed class GLU(int dim = -1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Glu(dim);

    /// <inheritdoc/>
    protected override string Arguments() => FormattableString.Invariant($"dim={dim}");
}

/// <summary>eˣ divided by its sum over a dimension.</summary>
public sealed class Softmax(int dim) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Softmax(dim);

    /// <inheritdoc/>
    protected override string Arguments() => FormattableString.Invariant($"dim={dim}");
}

/// <summary>The logarithm of <see cref="Softmax"/>.</summary>
public sealed class LogSoftmax(int dim) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.LogSoftmax(dim);

    /// <inheritdoc/>
    protected override string Arguments() => FormattableString.Invariant($"dim={dim}");
}
