using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

// Functions that training loops rarely spend time in: written for their limits and for accuracy rather than for speed.

internal readonly struct AsinhFunction : IUnaryFunction
{
    public static double Nanoseconds => 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Map<AsinhScalar>(x);
}

internal readonly struct AcoshFunction : IUnaryFunction
{
    public static double Nanoseconds => 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Map<AcoshScalar>(x);
}

internal readonly struct AtanhFunction : IUnaryFunction
{
    public static double Nanoseconds => 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Map<AtanhScalar>(x);
}

/// <summary>1 − erf(x), relatively exact where it is small.</summary>
internal readonly struct ErfcFunction : IUnaryFunction
{
    public static double Nanoseconds => 60;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Map<ErfcScalar>(x);
}

/// <summary>x for x > 0, else alpha·(e^(x/alpha) − 1) (Barron 2017).</summary>
internal readonly struct CeluFunction(double alpha) : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, x), x, TV.Constant(alpha) * VectorMath.ExpM1<TV, T>(x * TV.Constant(1 / alpha)));
}

internal readonly struct TanhshrinkFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged => x - VectorMath.Tanh<TV, T>(x);
}

/// <summary>x outside [−limit, limit], 0 inside.</summary>
internal readonly struct HardshrinkFunction(double limit) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThanOrEqual(TV.Abs(x), TV.Constant(limit)), TV.Zero, x);
}

/// <summary>x moved towards zero by the limit, 0 inside [−limit, limit].</summary>
internal readonly struct SoftshrinkFunction(double limit) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV edge = TV.Constant(limit);
        return TV.Select(TV.LessThan(edge, x), x - edge, TV.Select(TV.LessThan(x, -edge), x + edge, x * TV.Zero));
    }
}

/// <summary>x above the limit, else a fixed value.</summary>
internal readonly struct ThresholdFunction(double limit, double value) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThanOrEqual(x, TV.Constant(limit)), TV.Constant(value), x);
}

/// <summary>NaN and infinities replaced by numbers.</summary>
internal readonly struct NanToNumFunction(double nan, double positive, double negative) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV finite = TV.Select(TV.Equal(x, TV.Constant(double.PositiveInfinity)), TV.Constant(positive), TV.Select(TV.Equal(x, TV.Constant(double.NegativeInfinity)), TV.Constant(negative), x));
        return TV.Select(TV.Equal(x, x), finite, TV.Constant(nan));
    }
}

/// <summary>√(a² + b²) without overflow on the way.</summary>
internal readonly struct HypotFunction : IBinaryFunction
{
    public static double Nanoseconds => 20;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Map2<HypotScalar>(a, b);
}

/// <summary>What share of the gradient of max(a, b) belongs to a: 1 where a is greater, one half where both are equal.</summary>
internal readonly struct MaxShareFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.Equal(a, b), TV.Constant(0.5), TV.Select(TV.LessThan(a, b), TV.Zero, TV.Constant(1)));
}

// Backward maps: a is the gradient that arrives, b the output for Exp2, the input for the others.

internal readonly struct SquareGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a * (b + b);
}

internal readonly struct Exp2GradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a * b * TV.Constant(0.69314718055994530942);
}

internal readonly struct Log2GradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a / (b * TV.Constant(0.69314718055994530942));
}

internal readonly struct Log10GradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a / (b * TV.Constant(2.3025850929940456840));
}

internal readonly struct AsinhScalar : IScalarFunction { public static double Invoke(double x) => Math.Asinh(x); }
internal readonly struct AcoshScalar : IScalarFunction { public static double Invoke(double x) => Math.Acosh(x); }
internal readonly struct AtanhScalar : IScalarFunction { public static double Invoke(double x) => Math.Atanh(x); }
/// <summary>⌊a / b⌋ without rounding up a quotient just below a whole number: 1 / 0.1 gives 9, as in Python and PyTorch.</summary>
internal readonly struct FloorQuotientFunction : IBinaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Map2<FloorQuotientScalar>(a, b);
}

internal readonly struct FloorQuotientScalar : IScalarFunction2
{
    public static double Invoke(double a, double b)
    {
        if (b == 0) return a / b;
        double rest = a % b, quotient = (a - rest) / b;
        if (rest != 0 && rest < 0 != b < 0) quotient--;
        double whole = Math.Floor(quotient);
        return quotient - whole > 0.5 ? whole + 1 : whole;
    }
}

internal readonly struct HypotScalar : IScalarFunction2 { public static double Invoke(double x, double y) => double.Hypot(x, y); }

internal readonly struct ErfcScalar : IScalarFunction
{
    /// <summary>Up to 1.5 by the error function; above by its continued fraction, evaluated from its end.</summary>
    public static double Invoke(double x)
    {
        if (x < 1.5 || double.IsNaN(x))
        {
            double erf = 0;
            VectorMath.Erf<ScalarSimd<double>, double>(ScalarSimd<double>.Broadcast(x)).Store(ref erf);
            return 1 - erf;
        }
        if (x > 27) return 0;
        double tail = x;
        for (int k = 100; k > 0; k--) tail = x + 0.5 * k / tail;
        return Math.Exp(-x * x) / (tail * Math.Sqrt(Math.PI));
    }
}
