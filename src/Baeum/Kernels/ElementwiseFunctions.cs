using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>A map of one argument, written once for every width and element type. Parameters are fields.</summary>
internal interface IUnaryFunction
{
    TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged;
    /// <summary>Estimated time of one element, to decide between one thread and many.</summary>
    static virtual double Nanoseconds => 0.4;
}

internal readonly struct NegateFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        -x;
}

internal readonly struct AbsFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Abs(x);
}

internal readonly struct SquareFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x * x;
}

internal readonly struct SqrtFunction : IUnaryFunction
{
    public static double Nanoseconds => 0.8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Sqrt(x);
}

/// <summary>−1, 0 or 1; 0 for NaN, as in PyTorch.</summary>
internal readonly struct SignFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, x), TV.Constant(1), TV.Select(TV.LessThan(x, TV.Zero), TV.Constant(-1), TV.Zero));
}

internal readonly struct RsqrtFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(1) / TV.Sqrt(x);
}

internal readonly struct ReciprocalFunction : IUnaryFunction
{
    public static double Nanoseconds => 0.6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(1) / x;
}

internal readonly struct ExpFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Exp<TV, T>(x);
}

internal readonly struct ExpM1Function : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.ExpM1<TV, T>(x);
}

internal readonly struct Exp2Function : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Exp2<TV, T>(x);
}

internal readonly struct LogFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Log<TV, T>(x);
}

internal readonly struct Log1PFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Log1P<TV, T>(x);
}

internal readonly struct Log2Function : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Log2<TV, T>(x);
}

internal readonly struct TanhFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Tanh<TV, T>(x);
}

internal readonly struct SigmoidFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Sigmoid<TV, T>(x);
}

internal readonly struct ErfFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Erf<TV, T>(x);
}

internal readonly struct SinFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Sin<TV, T>(x);
}

internal readonly struct CosFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        VectorMath.Cos<TV, T>(x);
}

internal readonly struct TanFunction : IUnaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map<TanScalar>(x);
}

internal readonly struct AsinFunction : IUnaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map<AsinScalar>(x);
}

internal readonly struct AcosFunction : IUnaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map<AcosScalar>(x);
}

internal readonly struct AtanFunction : IUnaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map<AtanScalar>(x);
}

internal readonly struct SinhFunction : IUnaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map<SinhScalar>(x);
}

internal readonly struct CoshFunction : IUnaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map<CoshScalar>(x);
}

internal readonly struct Log10Function : IUnaryFunction
{
    public static double Nanoseconds => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map<Log10Scalar>(x);
}

internal readonly struct FloorFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Floor(x);
}

internal readonly struct CeilingFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Ceiling(x);
}

internal readonly struct RoundFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Round(x);
}

internal readonly struct TruncateFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Truncate(x);
}

/// <summary>x − trunc(x), with the sign of x.</summary>
internal readonly struct FractionFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x - TV.Truncate(x);
}

/// <summary>min(max(x, least), most); NaN stays NaN.</summary>
internal readonly struct ClampFunction(double least, double most) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Min(TV.Constant(most), TV.Max(TV.Constant(least), x));
}

internal readonly struct AddScalarFunction(double value) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x + TV.Constant(value);
}

internal readonly struct MultiplyScalarFunction(double value) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x * TV.Constant(value);
}

internal readonly struct SubtractFromScalarFunction(double value) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(value) - x;
}

internal readonly struct DivideScalarFunction(double value) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x / TV.Constant(value);
}

/// <summary>value / x.</summary>
internal readonly struct DivideByElementFunction(double value) : IUnaryFunction
{
    public static double Nanoseconds => 0.6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(value) / x;
}

internal readonly struct CubeFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x * x * x;
}

internal readonly struct PowerScalarFunction(double exponent) : IUnaryFunction
{
    public static double Nanoseconds => 25;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map2<PowScalar>(x, TV.Constant(exponent));
}

/// <summary>A mask, for <c>Elementwise.Test</c>.</summary>
internal readonly struct IsNaNFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Not(TV.Equal(x, x));
}

/// <summary>A mask, for <c>Elementwise.Test</c>.</summary>
internal readonly struct IsInfinityFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Equal(TV.Abs(x), TV.Constant(double.PositiveInfinity));
}

/// <summary>A mask, for <c>Elementwise.Test</c>.</summary>
internal readonly struct IsFiniteFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.LessThan(TV.Abs(x), TV.Constant(double.PositiveInfinity));
}

/// <summary>A mask, for <c>Elementwise.Test</c>.</summary>
internal readonly struct IsZeroFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Equal(x, TV.Zero);
}
