using Baeum.Kernels;

namespace Baeum;

/// <summary>The functions without parameters. The last argument of a line is the derivative by the kept tensor, x (input) or y (output).</summary>
internal static class UnaryRules
{
    private static readonly double Ln2 = Math.Log(2), Ln10 = Math.Log(10), TwoOverRootPi = 2 / Math.Sqrt(Math.PI);

    // arithmetic
    internal static readonly UnaryRule Neg = new NegRule();
    internal static readonly UnaryRule Abs = new UnaryRule<AbsFunction, AbsGradientFunction>("Abs", Keeps.Input, x => x.Detach().Sign(), wholeStaysWhole: true);
    internal static readonly UnaryRule Sign = new UnaryRule<SignFunction>("Sign", wholeStaysWhole: true);
    internal static readonly UnaryRule Square = new UnaryRule<SquareFunction, SquareGradientFunction>("Square", Keeps.Input, x => x * 2.0, wholeStaysWhole: true);
    internal static readonly UnaryRule Sqrt = new UnaryRule<SqrtFunction, SqrtGradientFunction>("Sqrt", Keeps.Output, y => 0.5 / y);
    internal static readonly UnaryRule Rsqrt = new UnaryRule<RsqrtFunction, RsqrtGradientFunction>("Rsqrt", Keeps.Output, y => y * y * y * -0.5);
    internal static readonly UnaryRule Reciprocal = new UnaryRule<ReciprocalFunction, ReciprocalGradientFunction>("Reciprocal", Keeps.Output, y => -(y * y));

    // exponential and logarithm
    internal static readonly UnaryRule Exp = new UnaryRule<ExpFunction, ExpGradientFunction>("Exp", Keeps.Output, y => y);
    internal static readonly UnaryRule Expm1 = new UnaryRule<ExpM1Function, ExpM1GradientFunction>("Expm1", Keeps.Output, y => y + 1.0);
    internal static readonly UnaryRule Exp2 = new UnaryRule<Exp2Function, Exp2GradientFunction>("Exp2", Keeps.Output, y => y * Ln2);
    internal static readonly UnaryRule Log = new UnaryRule<LogFunction, LogGradientFunction>("Log", Keeps.Input, x => 1.0 / x);
    internal static readonly UnaryRule Log1p = new UnaryRule<Log1PFunction, Log1PGradientFunction>("Log1p", Keeps.Input, x => 1.0 / (x + 1.0));
    internal static readonly UnaryRule Log2 = new UnaryRule<Log2Function, Log2GradientFunction>("Log2", Keeps.Input, x => 1 / Ln2 / x);
    internal static readonly UnaryRule Log10 = new UnaryRule<Log10Function, Log10GradientFunction>("Log10", Keeps.Input, x => 1 / Ln10 / x);

    // trigonometry
    internal static readonly UnaryRule Sin = new UnaryRule<SinFunction, SinGradientFunction>("Sin", Keeps.Input, x => x.Cos());
    internal static readonly UnaryRule Cos = new UnaryRule<CosFunction, CosGradientFunction>("Cos", Keeps.Input, x => -x.Sin());
    internal static readonly UnaryRule Tan = new UnaryRule<TanFunction, TanGradientFunction>("Tan", Keeps.Output, y => y * y + 1.0);
    internal static readonly UnaryRule Asin = new UnaryRule<AsinFunction, AsinGradientFunction>("Asin", Keeps.Input, x => (1.0 - x * x).Rsqrt());
    internal static readonly UnaryRule Acos = new UnaryRule<AcosFunction, AcosGradientFunction>("Acos", Keeps.Input, x => -(1.0 - x * x).Rsqrt());
    internal static readonly UnaryRule Atan = new UnaryRule<AtanFunction, AtanGradientFunction>("Atan", Keeps.Input, x => 1.0 / (x * x + 1.0));
    internal static readonly UnaryRule Sinh = new UnaryRule<SinhFunction>("Sinh", keeps: Keeps.Input, derivative: x => x.Cosh());
    internal static readonly UnaryRule Cosh = new UnaryRule<CoshFunction>("Cosh", keeps: Keeps.Input, derivative: x => x.Sinh());
    internal static readonly UnaryRule Tanh = new UnaryRule<TanhFunction, TanhGradientFunction>("Tanh", Keeps.Output, y => 1.0 - y * y);
    internal static readonly UnaryRule Asinh = new UnaryRule<AsinhFunction>("Asinh", keeps: Keeps.Input, derivative: x => (x * x + 1.0).Rsqrt());
    internal static readonly UnaryRule Acosh = new UnaryRule<AcoshFunction>("Acosh", keeps: Keeps.Input, derivative: x => (x * x - 1.0).Rsqrt());
    internal static readonly UnaryRule Atanh = new UnaryRule<AtanhFunction>("Atanh", keeps: Keeps.Input, derivative: x => 1.0 / (1.0 - x * x));

    // error function
    internal static readonly UnaryRule Erf = new UnaryRule<ErfFunction, ErfGradientFunction>("Erf", Keeps.Input, x => (-(x * x)).Exp() * TwoOverRootPi);
    internal static readonly UnaryRule Erfc = new UnaryRule<ErfcFunction>("Erfc", keeps: Keeps.Input, derivative: x => (-(x * x)).Exp() * -TwoOverRootPi);

    // steps
    internal static readonly UnaryRule Floor = new UnaryRule<FloorFunction>("Floor", wholeStaysWhole: true);
    internal static readonly UnaryRule Ceil = new UnaryRule<CeilingFunction>("Ceil", wholeStaysWhole: true);
    internal static readonly UnaryRule Round = new UnaryRule<RoundFunction>("Round", wholeStaysWhole: true);
    internal static readonly UnaryRule Trunc = new UnaryRule<TruncateFunction>("Trunc", wholeStaysWhole: true);
    internal static readonly UnaryRule Frac = new UnaryRule<FractionFunction>("Frac", keeps: Keeps.Input, derivative: Tensor.OnesLike);

    // activations
    internal static readonly UnaryRule Sigmoid = new UnaryRule<SigmoidFunction, SigmoidGradientFunction>("Sigmoid", Keeps.Output, y => y * (1.0 - y));
    internal static readonly UnaryRule LogSigmoid = new UnaryRule<LogSigmoidFunction, LogSigmoidGradientFunction>("LogSigmoid", Keeps.Input, x => (-x).Sigmoid());
    internal static readonly UnaryRule Relu = new UnaryRule<ReluFunction, ReluGradientFunction>("Relu", Keeps.Input, x => Step(!(x <= 0), x), wholeStaysWhole: true);
    internal static readonly UnaryRule Relu6 = new UnaryRule<Relu6Function, Relu6GradientFunction>("Relu6", Keeps.Input, x => Step((x > 0) & (x < 6), x), wholeStaysWhole: true);
    internal static readonly UnaryRule Selu = new UnaryRule<SeluFunction, SeluGradientFunction>("Selu", Keeps.Input, x => Activations.SeluScale * Tensor.Where(x > 0, 1, x.Clamp(max: 0).Exp() * Activations.SeluAlpha));
    internal static readonly UnaryRule Gelu = new UnaryRule<GeluFunction, GeluGradientFunction>("Gelu", Keeps.Input,
        x => ((x * Activations.RootHalf).Erf() + 1.0) * 0.5 + x * (x * x * -0.5).Exp() * Activations.InverseRootTwoPi);
    internal static readonly UnaryRule GeluTanh = new UnaryRule<GeluTanhFunction, GeluTanhGradientFunction>("Gelu", Keeps.Input, x =>
    {
        var t = ((x * x * x * 0.044715 + x) * Activations.RootTwoOverPi).Tanh();
        return (t + 1.0 + x * (1.0 - t * t) * (x * x * (3 * 0.044715) + 1.0) * Activations.RootTwoOverPi) * 0.5;
    });
    internal static readonly UnaryRule Silu = new UnaryRule<SiluFunction, SiluGradientFunction>("Silu", Keeps.Input, x =>
    {
        var s = x.Sigmoid();
        return s * (x * (1.0 - s) + 1.0);
    });
    internal static readonly UnaryRule Mish = new UnaryRule<MishFunction, MishGradientFunction>("Mish", Keeps.Input, x =>
    {
        var t = x.Softplus().Tanh();
        return t + x * x.Sigmoid() * (1.0 - t * t);
    });
    internal static readonly UnaryRule Softsign = new UnaryRule<SoftsignFunction, SoftsignGradientFunction>("Softsign", Keeps.Input, x => (x.Abs() + 1.0).Square().Reciprocal());
    internal static readonly UnaryRule Tanhshrink = new UnaryRule<TanhshrinkFunction>("Tanhshrink", keeps: Keeps.Input, derivative: x => x.Tanh().Square());
    internal static readonly UnaryRule Hardsigmoid = new UnaryRule<HardSigmoidFunction, HardSigmoidGradientFunction>("Hardsigmoid", Keeps.Input, x => Step((x > -3) & (x < 3), x) * Activations.HardSigmoidSlope);
    internal static readonly UnaryRule Hardswish = new UnaryRule<HardSwishFunction, HardSwishGradientFunction>("Hardswish", Keeps.Input,
        x => Tensor.Where(x >= 3, 1, (x * (1.0 / 3) + 0.5) * Step(x >= -3, x)));

    /// <summary>1 where a condition holds, else 0, in the type of another tensor.</summary>
    internal static Tensor Step(Tensor condition, Tensor like) => condition.To(like.DType);
}
