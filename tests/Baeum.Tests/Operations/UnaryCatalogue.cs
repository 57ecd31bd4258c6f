using static Baeum.Tests.Operations.OperationCase;

namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    private static double Positive(double x) => Math.Abs(x) + 0.3;

    private static double Inside(double x) => 0.9 * Math.Tanh(x);

    /// <summary>Away from the places where a function of steps has its kinks: 0, ±0.5, ±1, ±2, ±3 and 6.</summary>
    private static double BetweenKinks(double x) => Math.Floor(2 * x) / 2 + 0.1 + 0.3 * (2 * x - Math.Floor(2 * x));

    private static double ErfOf(double x)
    {
        double term = x, sum = x; // Taylor; the inputs are small
        for (int n = 1; n < 200; n++) sum += (term *= -x * x / n) / (2 * n + 1);
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double SigmoidOf(double x) => 1 / (1 + Math.Exp(-x));

    private static double SoftplusOf(double x) => Math.Log(1 + Math.Exp(x));

    private static OperationCase Smooth(string name, Func<Tensor, Tensor> apply, Func<double, double> reference, Func<double, double>? domain = null) =>
        new(name, x => apply(x[0]), [3, 11]) { Reference = Each(reference), Domain = domain ?? (x => x), IsTwiceDifferentiable = true };

    private static OperationCase Kinked(string name, Func<Tensor, Tensor> apply, Func<double, double> reference) => Smooth(name, apply, reference, BetweenKinks);

    private static OperationCase[] Unary =>
    [
        Smooth("neg", x => -x, x => -x),
        Smooth("square", x => x.Square(), x => x * x),
        Smooth("sqrt", x => x.Sqrt(), Math.Sqrt, Positive),
        Smooth("rsqrt", x => x.Rsqrt(), x => 1 / Math.Sqrt(x), Positive),
        Smooth("reciprocal", x => x.Reciprocal(), x => 1 / x, AwayFromZero),
        Smooth("exp", x => x.Exp(), Math.Exp),
        Smooth("expm1", x => x.Expm1(), x => Math.Exp(x) - 1),
        Smooth("exp2", x => x.Exp2(), x => Math.Pow(2, x)),
        Smooth("log", x => x.Log(), Math.Log, Positive),
        Smooth("log1p", x => x.Log1p(), x => Math.Log(1 + x), Positive),
        Smooth("log2", x => x.Log2(), Math.Log2, Positive),
        Smooth("log10", x => x.Log10(), Math.Log10, Positive),
        Smooth("sin", x => x.Sin(), Math.Sin),
        Smooth("cos", x => x.Cos(), Math.Cos),
        Smooth("tan", x => x.Tan(), Math.Tan, Inside),
        Smooth("asin", x => x.Asin(), Math.Asin, Inside),
        Smooth("acos", x => x.Acos(), Math.Acos, Inside),
        Smooth("atan", x => x.Atan(), Math.Atan),
        Smooth("sinh", x => x.Sinh(), Math.Sinh),
        Smooth("cosh", x => x.Cosh(), Math.Cosh),
        Smooth("tanh", x => x.Tanh(), Math.Tanh),
        Smooth("asinh", x => x.Asinh(), Math.Asinh),
        Smooth("acosh", x => x.Acosh(), Math.Acosh, x => Positive(x) + 1),
        Smooth("atanh", x => x.Atanh(), Math.Atanh, Inside),
        Smooth("erf", x => x.Erf(), ErfOf),
        Smooth("erfc", x => x.Erfc(), x => 1 - ErfOf(x)),
        Smooth("radians", x => x.DegToRad(), x => x * Math.PI / 180),
        Smooth("degrees", x => x.RadToDeg(), x => x / Math.PI * 180),
        Smooth("pow 2.5", x => x.Pow(2.5), x => Math.Pow(x, 2.5), Positive),
        Smooth("pow 3", x => x.Pow(3), x => x * x * x),
        Smooth("pow 0", x => x.Pow(0) + x, x => 1 + x),
        Smooth("pow -1", x => x.Pow(-1), x => 1 / x, AwayFromZero),
        Smooth("power of a number", x => Tensor.Pow(2.5, x), x => Math.Pow(2.5, x)),
        Smooth("sub from number", x => 2.0 - x / 4.0, x => 2 - x / 4),
        Kinked("abs", x => x.Abs(), Math.Abs),
        Kinked("sign", x => x.Sign() + x, x => Math.Sign(x) + x),
        Kinked("floor", x => x.Floor() * x, x => Math.Floor(x) * x),
        Kinked("ceil", x => x.Ceil() * x, x => Math.Ceiling(x) * x),
        Kinked("trunc", x => x.Trunc() * x, x => Math.Truncate(x) * x),
        Kinked("frac", x => x.Frac(), x => x - Math.Truncate(x)),
        Kinked("round", x => x.Round() + x, x => Math.Round(x, MidpointRounding.ToEven) + x),
        Kinked("round to tens", x => (x * 100.0).Round(-1) + x, x => Math.Round(x * 10, MidpointRounding.ToEven) * 10 + x),
        Kinked("clamp", x => x.Clamp(-0.5, 2), x => Math.Min(2, Math.Max(-0.5, x))),
        Kinked("nan to num", x => x.NanToNum(), x => x),
    ];

    private static OperationCase[] Activations =>
    [
        Smooth("sigmoid", x => x.Sigmoid(), SigmoidOf),
        Smooth("logsigmoid", x => x.LogSigmoid(), x => Math.Log(SigmoidOf(x))),
        Smooth("softplus", x => x.Softplus(), SoftplusOf),
        Smooth("softplus with beta", x => x.Softplus(2, 2), x => 2 * x > 2 ? x : SoftplusOf(2 * x) / 2, BetweenKinks),
        Smooth("silu", x => x.Silu(), x => x * SigmoidOf(x)),
        Smooth("mish", x => x.Mish(), x => x * Math.Tanh(SoftplusOf(x))),
        Smooth("gelu", x => x.Gelu(), x => x / 2 * (1 + ErfOf(x / Math.Sqrt(2)))),
        Smooth("gelu tanh", x => x.Gelu(tanhApproximation: true), x => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
        Smooth("softsign", x => x.Softsign(), x => x / (1 + Math.Abs(x)), BetweenKinks),
        Smooth("tanhshrink", x => x.Tanhshrink(), x => x - Math.Tanh(x)),
        Kinked("relu", x => x.Relu(), x => Math.Max(0, x)),
        Kinked("relu6", x => x.Relu6(), x => Math.Clamp(x, 0, 6)),
        Kinked("leaky relu", x => x.LeakyRelu(0.2), x => x > 0 ? x : 0.2 * x),
        Kinked("elu", x => x.Elu(0.7), x => x > 0 ? x : 0.7 * (Math.Exp(x) - 1)),
        Kinked("celu", x => x.Celu(0.7), x => x > 0 ? x : 0.7 * (Math.Exp(x / 0.7) - 1)),
        Kinked("selu", x => x.Selu(), x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))),
        Kinked("hardtanh", x => x.Hardtanh(-1, 2), x => Math.Clamp(x, -1, 2)),
        Kinked("hardsigmoid", x => x.Hardsigmoid(), x => Math.Clamp(x / 6 + 0.5, 0, 1)),
        Kinked("hardswish", x => x.Hardswish(), x => x * Math.Clamp(x / 6 + 0.5, 0, 1)),
        Kinked("hardshrink", x => x.Hardshrink(), x => Math.Abs(x) > 0.5 ? x : 0),
        Kinked("softshrink", x => x.Softshrink(), x => x - Math.Clamp(x, -0.5, 0.5)),
        Kinked("threshold", x => x.Threshold(0.5, 7), x => x > 0.5 ? x : 7),
        new("glu", x => x[0].Glu(1), [3, 4, 2]) { Reference = x => x[0].Narrow(1, 0, 2) / (1.0 + (-x[0].Narrow(1, 2, 2)).Exp()), IsTwiceDifferentiable = true },
    ];
}
