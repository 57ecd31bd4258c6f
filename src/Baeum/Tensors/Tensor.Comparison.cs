using Baeum.Kernels;

namespace Baeum;

// Results are Bool and carry no gradient; shapes broadcast; NaN is neither less, equal nor greater.
public sealed partial class Tensor
{
    /// <summary>Where a is less than b.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => CompareOps.Compare<LessFunction>(a, b, "Less");

    /// <summary>Where a is less than b.</summary>
    public static Tensor operator <(Tensor a, double b) => CompareOps.Compare<LessFunction>(a, b, "Less");

    /// <summary>Where a is less than b.</summary>
    public static Tensor operator <(Tensor a, long b) => a.DType.IsFloatingPoint() ? a < (double)b : a < a.Number(b);

    /// <summary>Where a is less than b.</summary>
    public static Tensor operator <(double a, Tensor b) => b > a;

    /// <summary>Where a is greater than b.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => CompareOps.Compare<GreaterFunction>(a, b, "Greater");

    /// <summary>Where a is greater than b.</summary>
    public static Tensor operator >(Tensor a, double b) => CompareOps.Compare<GreaterFunction>(a, b, "Greater");

    /// <summary>Where a is greater than b.</summary>
    public static Tensor operator >(Tensor a, long b) => a.DType.IsFloatingPoint() ? a > (double)b : a > a.Number(b);

    /// <summary>Where a is greater than b.</summary>
    public static Tensor operator >(double a, Tensor b) => b < a;

    /// <summary>Where a is less than b or equal to it.</summary>
    public static Tensor operator <=(Tensor a, Tensor b) => CompareOps.Compare<LessOrEqualFunction>(a, b, "LessOrEqual");

    /// <summary>Where a is less than b or equal to it.</summary>
    public static Tensor operator <=(Tensor a, double b) => CompareOps.Compare<LessOrEqualFunction>(a, b, "LessOrEqual");

    /// <summary>Where a is less than b or equal to it.</summary>
    public static Tensor operator <=(Tensor a, long b) => a.DType.IsFloatingPoint() ? a <= (double)b : a <= a.Number(b);

    /// <summary>Where a is less than b or equal to it.</summary>
    public static Tensor operator <=(double a, Tensor b) => b >= a;

    /// <summary>Where a is greater than b or equal to it.</summary>
    public static Tensor operator >=(Tensor a, Tensor b) => CompareOps.Compare<GreaterOrEqualFunction>(a, b, "GreaterOrEqual");

    /// <summary>Where a is greater than b or equal to it.</summary>
    public static Tensor operator >=(Tensor a, double b) => CompareOps.Compare<GreaterOrEqualFunction>(a, b, "GreaterOrEqual");

    /// <summary>Where a is greater than b or equal to it.</summary>
    public static Tensor operator >=(Tensor a, long b) => a.DType.IsFloatingPoint() ? a >= (double)b : a >= a.Number(b);

    /// <summary>Where a is greater than b or equal to it.</summary>
    public static Tensor operator >=(double a, Tensor b) => b <= a;

    /// <summary>Where the elements are equal.</summary>
    public Tensor Eq(Tensor other) => CompareOps.Compare<EqualFunction>(this, other, nameof(Eq));

    /// <summary>Where the elements equal a number.</summary>
    public Tensor Eq(double number) => CompareOps.Compare<EqualFunction>(this, number, nameof(Eq));

    /// <summary>Where the elements equal a whole number.</summary>
    public Tensor Eq(long number) => DType.IsFloatingPoint() ? Eq((double)number) : Eq(Number(number));

    /// <summary>Where the elements differ.</summary>
    public Tensor Ne(Tensor other) => CompareOps.Compare<NotEqualFunction>(this, other, nameof(Ne));

    /// <summary>Where the elements differ from a number.</summary>
    public Tensor Ne(double number) => CompareOps.Compare<NotEqualFunction>(this, number, nameof(Ne));

    /// <summary>Where the elements differ from a whole number.</summary>
    public Tensor Ne(long number) => DType.IsFloatingPoint() ? Ne((double)number) : Ne(Number(number));

    /// <summary>Where both hold (Bool), or the bits that both have (Int64).</summary>
    public static Tensor operator &(Tensor a, Tensor b) => CompareOps.Bitwise<AndFunction>(a, b, "And");

    /// <summary>Where either holds (Bool), or the bits that either has (Int64).</summary>
    public static Tensor operator |(Tensor a, Tensor b) => CompareOps.Bitwise<OrFunction>(a, b, "Or");

    /// <summary>Where one holds and the other does not (Bool), or the bits that differ (Int64).</summary>
    public static Tensor operator ^(Tensor a, Tensor b) => CompareOps.Bitwise<XorFunction>(a, b, "Xor");

    /// <summary>Where an element is false or zero.</summary>
    public static Tensor operator !(Tensor x) => CompareOps.Test<IsZeroFunction>(x, "Not");

    /// <summary>Where both elements are not zero.</summary>
    public Tensor LogicalAnd(Tensor other) => CompareOps.Truth(this) & CompareOps.Truth(other);

    /// <summary>Where at least one of the elements is not zero.</summary>
    public Tensor LogicalOr(Tensor other) => CompareOps.Truth(this) | CompareOps.Truth(other);

    /// <summary>Where exactly one of the elements is not zero.</summary>
    public Tensor LogicalXor(Tensor other) => CompareOps.Truth(this) ^ CompareOps.Truth(other);

    /// <summary>Where an element is false or zero.</summary>
    public Tensor LogicalNot() => !this;

    /// <summary>Where an element is not a number.</summary>
    public Tensor IsNaN() => CompareOps.Test<IsNaNFunction>(this, nameof(IsNaN));

    /// <summary>Where an element is infinite.</summary>
    public Tensor IsInf() => DType.IsFloatingPoint() ? CompareOps.Test<IsInfinityFunction>(this, nameof(IsInf)) : Zeros(Shape, DType.Bool);

    /// <summary>Where an element is neither infinite nor NaN.</summary>
    public Tensor IsFinite() => DType.IsFloatingPoint() ? CompareOps.Test<IsFiniteFunction>(this, nameof(IsFinite)) : Ones(Shape, DType.Bool);

    /// <summary>Where |this - other| ≤ absolute + relative·|other|; equal infinities are close.</summary>
    /// <param name="other">Broadcasts with this tensor.</param>
    /// <param name="relative">Tolerance as a part of <paramref name="other"/>.</param>
    /// <param name="absolute">Tolerance for numbers near zero.</param>
    /// <param name="equalNaN">Whether NaN is close to NaN.</param>
    public Tensor IsClose(Tensor other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false)
    {
        Tensor a = Detach(), b = other.Detach();
        var close = a.Eq(b) | (((a - b).Abs() <= b.Abs() * relative + absolute) & a.IsFinite() & b.IsFinite());
        return equalNaN ? close | (a.IsNaN() & b.IsNaN()) : close;
    }

    /// <summary>Whether all elements are close as <see cref="IsClose"/> has it.</summary>
    public bool AllClose(Tensor other, double relative = 1e-5, double absolute = 1e-8, bool equalNaN = false) =>
        !IsClose(other, relative, absolute, equalNaN).AsSpan<bool>().Contains(false);
}
