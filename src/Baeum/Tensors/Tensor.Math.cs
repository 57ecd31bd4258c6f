using System.Globalization;
using Baeum.Kernels;

namespace Baeum;

// Functions of every element. Int64 and Bool are computed as Float32 where the result is not whole, as in PyTorch.
public sealed partial class Tensor
{
    /// <summary>The negative of every element.</summary>
    public Tensor Neg() => UnaryOp.Apply(this, UnaryRules.Neg);

    /// <summary>Absolute value; its slope at 0 counts as 0.</summary>
    public Tensor Abs() => UnaryOp.Apply(this, UnaryRules.Abs);

    /// <summary>-1, 0 or 1; 0 for NaN. Its slope is 0.</summary>
    public Tensor Sign() => UnaryOp.Apply(this, UnaryRules.Sign);

    /// <summary>x².</summary>
    public Tensor Square() => UnaryOp.Apply(this, UnaryRules.Square);

    /// <summary>Square root; NaN below 0.</summary>
    public Tensor Sqrt() => UnaryOp.Apply(this, UnaryRules.Sqrt);

    /// <summary>1 / √x.</summary>
    public Tensor Rsqrt() => UnaryOp.Apply(this, UnaryRules.Rsqrt);

    /// <summary>1 / x.</summary>
    public Tensor Reciprocal() => UnaryOp.Apply(this, UnaryRules.Reciprocal);

    /// <summary>e^x.</summary>
    public Tensor Exp() => UnaryOp.Apply(this, UnaryRules.Exp);

    /// <summary>e^x - 1, exact also near 0.</summary>
    public Tensor Expm1() => UnaryOp.Apply(this, UnaryRules.Expm1);

    /// <summary>2^x.</summary>
    public Tensor Exp2() => UnaryOp.Apply(this, UnaryRules.Exp2);

    /// <summary>Natural logarithm; -∞ at 0, NaN below.</summary>
    public Tensor Log() => UnaryOp.Apply(this, UnaryRules.Log);

    /// <summary>log(1 + x), exact also near 0.</summary>
    public Tensor Log1p() => UnaryOp.Apply(this, UnaryRules.Log1p);

    /// <summary>Logarithm to base 2.</summary>
    public Tensor Log2() => UnaryOp.Apply(this, UnaryRules.Log2);

    /// <summary>Logarithm to base 10.</summary>
    public Tensor Log10() => UnaryOp.Apply(this, UnaryRules.Log10);

    /// <summary>Sine of an angle in radians.</summary>
    public Tensor Sin() => UnaryOp.Apply(this, UnaryRules.Sin);

    /// <summary>Cosine of an angle in radians.</summary>
    public Tensor Cos() => UnaryOp.Apply(this, UnaryRules.Cos);

    /// <summary>Tangent of an angle in radians.</summary>
    public Tensor Tan() => UnaryOp.Apply(this, UnaryRules.Tan);

    /// <summary>Inverse sine, in radians; NaN outside [-1, 1].</summary>
    public Tensor Asin() => UnaryOp.Apply(this, UnaryRules.Asin);

    /// <summary>Inverse cosine, in radians; NaN outside [-1, 1].</summary>
    public Tensor Acos() => UnaryOp.Apply(this, UnaryRules.Acos);

    /// <summary>Inverse tangent, in radians.</summary>
    public Tensor Atan() => UnaryOp.Apply(this, UnaryRules.Atan);

    /// <summary>Hyperbolic sine.</summary>
    public Tensor Sinh() => UnaryOp.Apply(this, UnaryRules.Sinh);

    /// <summary>Hyperbolic cosine.</summary>
    public Tensor Cosh() => UnaryOp.Apply(this, UnaryRules.Cosh);

    /// <summary>Hyperbolic tangent.</summary>
    public Tensor Tanh() => UnaryOp.Apply(this, UnaryRules.Tanh);

    /// <summary>Inverse hyperbolic sine.</summary>
    public Tensor Asinh() => UnaryOp.Apply(this, UnaryRules.Asinh);

    /// <summary>Inverse hyperbolic cosine; NaN below 1.</summary>
    public Tensor Acosh() => UnaryOp.Apply(this, UnaryRules.Acosh);

    /// <summary>Inverse hyperbolic tangent; NaN outside [-1, 1].</summary>
    public Tensor Atanh() => UnaryOp.Apply(this, UnaryRules.Atanh);

    /// <summary>Error function, 2/√π · ∫₀ˣ e^(-t²) dt.</summary>
    public Tensor Erf() => UnaryOp.Apply(this, UnaryRules.Erf);

    /// <summary>1 - erf(x), exact also where it is tiny.</summary>
    public Tensor Erfc() => UnaryOp.Apply(this, UnaryRules.Erfc);

    /// <summary>The next whole number below; slope 0.</summary>
    public Tensor Floor() => UnaryOp.Apply(this, UnaryRules.Floor);

    /// <summary>The next whole number above; slope 0.</summary>
    public Tensor Ceil() => UnaryOp.Apply(this, UnaryRules.Ceil);

    /// <summary>The whole part, towards zero; slope 0.</summary>
    public Tensor Trunc() => UnaryOp.Apply(this, UnaryRules.Trunc);

    /// <summary>What Trunc leaves: x - trunc(x).</summary>
    public Tensor Frac() => UnaryOp.Apply(this, UnaryRules.Frac);

    /// <summary>Degrees as radians.</summary>
    public Tensor DegToRad() => this * (Math.PI / 180);

    /// <summary>Radians as degrees.</summary>
    public Tensor RadToDeg() => this * (180 / Math.PI);

    /// <summary>Rounded to the nearest whole number, halves to the even one; slope 0.</summary>
    public Tensor Round() => UnaryOp.Apply(this, UnaryRules.Round);

    /// <summary>Rounded to a number of decimals, which may be negative; slope 0.</summary>
    public Tensor Round(int decimals)
    {
        double scale = Math.Pow(10, Math.Abs(decimals));
        return decimals >= 0 ? (this * scale).Round() / scale : (this / scale).Round() * scale;
    }

    /// <summary>min(max(x, least), greatest); NaN stays NaN. The gradient passes where least ≤ x ≤ greatest. Either bound may be absent.</summary>
    public Tensor Clamp(double? min = null, double? max = null)
    {
        if (min is null && max is null) throw new ArgumentException("Clamp: give at least one of min and max.");
        double least = min ?? double.NegativeInfinity, greatest = max ?? double.PositiveInfinity;
        if (!DType.IsFloatingPoint() && double.IsInteger(min ?? 0) && double.IsInteger(max ?? 0))
            return Clamp(Scalar(min ?? long.MinValue, DType.Int64), Scalar(max ?? long.MaxValue, DType.Int64));
        return UnaryOp.Apply(this, new UnaryRule<ClampFunction, ClampGradientFunction>("Clamp", Keeps.Input,
            x => UnaryRules.Step((x >= least) & (x <= greatest), x), new(least, greatest), new(least, greatest)));
    }

    /// <summary>Element by element between bounds that broadcast; either may be absent.</summary>
    public Tensor Clamp(Tensor? min, Tensor? max)
    {
        if (min is null && max is null) throw new ArgumentException("Clamp: give at least one of min and max.");
        var raised = min is null ? this : Where(this < min, min, this);
        return max is null ? raised : Where(raised > max, max, raised);
    }

    /// <summary>NaN and infinities replaced by numbers; by default NaN by 0 and infinities by the largest finite numbers of the type.</summary>
    public Tensor NanToNum(double nan = 0, double? positiveInfinity = null, double? negativeInfinity = null)
    {
        double largest = DType == DType.Float64 ? double.MaxValue : float.MaxValue;
        return UnaryOp.Apply(this, new UnaryRule<NanToNumFunction>("NanToNum", new(nan, positiveInfinity ?? largest, negativeInfinity ?? -largest),
            Keeps.Input, x => UnaryRules.Step(x.IsFinite(), x), wholeStaysWhole: true));
    }

    /// <summary>x^exponent. 2, 3, ½, -½, 1 and -1 have kernels of their own; Int64 stays Int64 for whole exponents from 0 on.</summary>
    /// <exception cref="ArgumentException">A negative whole exponent of an Int64 tensor.</exception>
    public Tensor Pow(double exponent)
    {
        if (!DType.IsFloatingPoint() && double.IsInteger(exponent))
        {
            if (exponent < 0) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Pow: whole numbers {Describe()} to the negative whole power {exponent} are not whole; convert with To(DType.Float32) first."));
            return Pow(Scalar(exponent, DType.Int64));
        }
        return exponent switch
        {
            0 => UnaryOp.Apply(this, new UnaryRule<PowerScalarFunction>("Pow", new(0))),
            1 => Clone(),
            2 => Square(),
            0.5 => Sqrt(),
            -0.5 => Rsqrt(),
            -1 => Reciprocal(),
            3 => UnaryOp.Apply(this, new UnaryRule<CubeFunction>("Pow", keeps: Keeps.Input, derivative: x => x * x * 3.0)),
            _ => UnaryOp.Apply(this, new UnaryRule<PowerScalarFunction>("Pow", new(exponent), Keeps.Input, x => x.Pow(exponent - 1) * exponent)),
        };
    }

    /// <summary>this^exponent, element by element; shapes broadcast.</summary>
    public Tensor Pow(Tensor exponent) => BinaryOp.Apply(this, exponent, BinaryRules.Pow);

    /// <summary>A number to the power of every element.</summary>
    public static Tensor Pow(double number, Tensor exponent) => exponent.Number(number).Pow(exponent);

    /// <summary>The angle of the point (x, y) with y this tensor, in (-π, π]; shapes broadcast.</summary>
    public Tensor Atan2(Tensor x) => BinaryOp.Apply(this, x, BinaryRules.Atan2);

    /// <summary>The greater of two elements, NaN if either is; ties share the gradient equally. Shapes broadcast.</summary>
    public Tensor Maximum(Tensor other) => BinaryOp.Apply(this, other, BinaryRules.Maximum);

    /// <inheritdoc cref="Maximum(Tensor)"/>
    public Tensor Maximum(double other) => Maximum(Number(other));

    /// <summary>The lesser of two elements, NaN if either is; ties share the gradient equally. Shapes broadcast.</summary>
    public Tensor Minimum(Tensor other) => BinaryOp.Apply(this, other, BinaryRules.Minimum);

    /// <inheritdoc cref="Minimum(Tensor)"/>
    public Tensor Minimum(double other) => Minimum(Number(other));

    /// <summary>What division leaves, with the sign of this tensor, as in C.</summary>
    public Tensor Fmod(Tensor divisor) => BinaryOp.Apply(this, divisor, BinaryRules.Fmod);

    /// <inheritdoc cref="Fmod(Tensor)"/>
    public Tensor Fmod(double divisor) => Fmod(Like(divisor));

    /// <summary>What division leaves, with the sign of the divisor, as in Python.</summary>
    public Tensor Remainder(Tensor divisor) => BinaryOp.Apply(this, divisor, BinaryRules.Remainder);

    /// <inheritdoc cref="Remainder(Tensor)"/>
    public Tensor Remainder(double divisor) => Remainder(Like(divisor));

    /// <summary>⌊this / divisor⌋; whole numbers stay whole; slope 0.</summary>
    public Tensor FloorDivide(Tensor divisor) => BinaryOp.Apply(this, divisor, BinaryRules.FloorDivide);

    /// <inheritdoc cref="FloorDivide(Tensor)"/>
    public Tensor FloorDivide(double divisor) => FloorDivide(Like(divisor));

    /// <summary>√(this² + other²), without overflow on the way.</summary>
    public Tensor Hypot(Tensor other) => BinaryOp.Apply(this, other, BinaryRules.Hypot);

    /// <summary>On the line from this tensor (weight 0) to <paramref name="end"/> (weight 1).</summary>
    public Tensor Lerp(Tensor end, double weight) => weight < 0.5 ? this + (end - this) * weight : end - (end - this) * (1 - weight);

    /// <inheritdoc cref="Lerp(Tensor, double)"/>
    public Tensor Lerp(Tensor end, Tensor weight) => this + (end - this) * weight;

    /// <summary>this + value·a·b.</summary>
    public Tensor AddCMul(Tensor a, Tensor b, double value = 1) => this + a * b * value;

    /// <summary>this + value·a/b.</summary>
    public Tensor AddCDiv(Tensor a, Tensor b, double value = 1) => this + a / b * value;

    /// <summary>Elements of <paramref name="a"/> where the condition holds, else of <paramref name="b"/>; all three broadcast.</summary>
    /// <exception cref="ArgumentException">The condition is not Bool.</exception>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b) => WhereOp.Apply(condition, a, b, nameof(Where));

    /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
    public static Tensor Where(Tensor condition, Tensor a, double b) => WhereOp.Apply(condition, a, a.Like(b), nameof(Where));

    /// <inheritdoc cref="Where(Tensor, Tensor, Tensor)"/>
    public static Tensor Where(Tensor condition, double a, Tensor b) => WhereOp.Apply(condition, b.Like(a), b, nameof(Where));

    /// <summary>This tensor with a number where a mask holds; both broadcast.</summary>
    /// <exception cref="ArgumentException">The mask is not Bool.</exception>
    public Tensor MaskedFill(Tensor mask, double value) => WhereOp.Apply(mask, Like(value), this, nameof(MaskedFill));

    /// <summary>A number as a tensor: of this type if it is whole, else as it meets this type.</summary>
    private Tensor Like(double number) => DType.IsFloatingPoint() || !double.IsInteger(number) ? Number(number) : Number((long)number);
}
