using Baeum.Kernels;

namespace Baeum;

// Activation functions, applied to every element.
public sealed partial class Tensor
{
    /// <summary>1 / (1 + e^-x).</summary>
    public Tensor Sigmoid() => UnaryOp.Apply(this, UnaryRules.Sigmoid);

    /// <summary>log(1 / (1 + e^-x)), without overflow.</summary>
    public Tensor LogSigmoid() => UnaryOp.Apply(this, UnaryRules.LogSigmoid);

    /// <summary>max(x, 0); slope 0 at 0.</summary>
    public Tensor Relu() => UnaryOp.Apply(this, UnaryRules.Relu);

    /// <summary>min(max(x, 0), 6).</summary>
    public Tensor Relu6() => UnaryOp.Apply(this, UnaryRules.Relu6);

    /// <summary>Scaled exponential linear unit (Klambauer et al. 2017).</summary>
    public Tensor Selu() => UnaryOp.Apply(this, UnaryRules.Selu);

    /// <summary>x·sigmoid(x), also called swish (Elfwing et al. 2017).</summary>
    public Tensor Silu() => UnaryOp.Apply(this, UnaryRules.Silu);

    /// <summary>x·tanh(softplus(x)) (Misra 2019).</summary>
    public Tensor Mish() => UnaryOp.Apply(this, UnaryRules.Mish);

    /// <summary>x / (1 + |x|).</summary>
    public Tensor Softsign() => UnaryOp.Apply(this, UnaryRules.Softsign);

    /// <summary>x - tanh(x).</summary>
    public Tensor Tanhshrink() => UnaryOp.Apply(this, UnaryRules.Tanhshrink);

    /// <summary>x/6 + ½ between -3 and 3, else 0 or 1.</summary>
    public Tensor Hardsigmoid() => UnaryOp.Apply(this, UnaryRules.Hardsigmoid);

    /// <summary>x·min(max(x + 3, 0), 6) / 6 (Howard et al. 2019).</summary>
    public Tensor Hardswish() => UnaryOp.Apply(this, UnaryRules.Hardswish);

    /// <summary>x for x > 0, else slope·x (Maas et al. 2013).</summary>
    public Tensor LeakyRelu(double slope = 0.01) => UnaryOp.Apply(this, new UnaryRule<LeakyReluFunction, LeakyReluGradientFunction>("LeakyRelu", Keeps.Input,
        x => UnaryRules.Step(x > 0, x) * (1 - slope) + slope, new(slope), new(slope)));

    /// <summary>x for x > 0, else alpha·(e^x - 1) (Clevert et al. 2015).</summary>
    public Tensor Elu(double alpha = 1) => UnaryOp.Apply(this, new UnaryRule<EluFunction, EluGradientFunction>("Elu", Keeps.Input,
        x => Where(x > 0, 1, x.Clamp(max: 0).Exp() * alpha), new(alpha), new(alpha)));

    /// <summary>x for x > 0, else alpha·(e^(x/alpha) - 1) (Barron 2017).</summary>
    public Tensor Celu(double alpha = 1) => alpha == 0
        ? throw new ArgumentException("Celu: alpha must not be 0.")
        : UnaryOp.Apply(this, new UnaryRule<CeluFunction>("Celu", new(alpha), Keeps.Input, x => Where(x > 0, 1, (x.Clamp(max: 0) * (1 / alpha)).Exp())));

    /// <summary>x·Φ(x), Φ the normal distribution (Hendrycks and Gimpel 2016); or its approximation with tanh, as GPT-2 has it.</summary>
    public Tensor Gelu(bool tanhApproximation = false) => UnaryOp.Apply(this, tanhApproximation ? UnaryRules.GeluTanh : UnaryRules.Gelu);

    /// <summary>log(1 + e^(beta·x)) / beta; x itself where beta·x is above the threshold.</summary>
    public Tensor Softplus(double beta = 1, double threshold = 20) => UnaryOp.Apply(this, new UnaryRule<SoftplusFunction, SoftplusGradientFunction>("Softplus", Keeps.Input,
        x => Where(x * beta > threshold, 1, (x * beta).Sigmoid()), new(beta, threshold), new(beta, threshold)));

    /// <summary>min(max(x, least), greatest); slope 0 at the bounds themselves.</summary>
    public Tensor Hardtanh(double min = -1, double max = 1) => UnaryOp.Apply(this, new UnaryRule<ClampFunction, HardtanhGradientFunction>("Hardtanh", Keeps.Input,
        x => UnaryRules.Step((x > min) & (x < max), x), new(min, max), new(min, max)));

    /// <summary>x outside [-limit, limit], 0 inside.</summary>
    public Tensor Hardshrink(double limit = 0.5) => UnaryOp.Apply(this, new UnaryRule<HardshrinkFunction>("Hardshrink", new(limit), Keeps.Input,
        x => UnaryRules.Step(x.Abs() > limit, x)));

    /// <summary>x moved towards zero by the limit, 0 inside [-limit, limit].</summary>
    public Tensor Softshrink(double limit = 0.5) => UnaryOp.Apply(this, new UnaryRule<SoftshrinkFunction>("Softshrink", new(limit), Keeps.Input,
        x => UnaryRules.Step(x.Abs() > limit, x)));

    /// <summary>x above the limit, else a fixed value.</summary>
    public Tensor Threshold(double limit, double value) => UnaryOp.Apply(this, new UnaryRule<ThresholdFunction>("Threshold", new(limit, value), Keeps.Input,
        x => UnaryRules.Step(!(x <= limit), x)));

    /// <summary>Gated linear unit: the first half along a dimension times the sigmoid of the second (Dauphin et al. 2016).</summary>
    /// <param name="dim">A dimension of even size; the result has half of it.</param>
    public Tensor Glu(int dim = -1)
    {
        int d = Shape.Dim(dim, nameof(Glu)), size = Rank == 0 ? 1 : Shape.Sizes[d];
        if (size % 2 != 0) throw new ArgumentException($"Glu: dimension {dim} of shape {Shape} has the odd size {size} and cannot be halved.");
        return Narrow(d, 0, size / 2) * Narrow(d, size / 2, size / 2).Sigmoid();
    }
}
