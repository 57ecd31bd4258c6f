using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>A map of two arguments, written once for every width and element type. Parameters are fields.</summary>
internal interface IBinaryFunction
{
    TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged;
    /// <summary>Estimated time of one element, to decide between one thread and many.</summary>
    static virtual double Nanoseconds => 0.5;
}

internal readonly struct AddFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a + b;
}

internal readonly struct SubtractFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a - b;
}

internal readonly struct MultiplyFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * b;
}

internal readonly struct DivideFunction : IBinaryFunction
{
    public static double Nanoseconds => 0.7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a / b;
}

internal readonly struct PowerFunction : IBinaryFunction
{
    public static double Nanoseconds => 25;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map2<PowScalar>(a, b);
}

internal readonly struct Atan2Function : IBinaryFunction
{
    public static double Nanoseconds => 25;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map2<Atan2Scalar>(a, b);
}

/// <summary>The greater; NaN if either is.</summary>
internal readonly struct MaxFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Max(a, b);
}

/// <summary>The lesser; NaN if either is.</summary>
internal readonly struct MinFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Min(a, b);
}

/// <summary>With the sign of the divisor, as Python and PyTorch have it.</summary>
internal readonly struct RemainderFunction : IBinaryFunction
{
    public static double Nanoseconds => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV r = TV.Map2<FmodScalar>(a, b);
        TV wrong = TV.Not(TV.Equal(r, TV.Zero)) & (TV.LessThan(r, TV.Zero) ^ TV.LessThan(b, TV.Zero));
        return TV.Select(wrong, r + b, r);
    }
}

/// <summary>With the sign of the dividend, as C has it.</summary>
internal readonly struct FmodFunction : IBinaryFunction
{
    public static double Nanoseconds => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Map2<FmodScalar>(a, b);
}

internal readonly struct FloorDivideFunction : IBinaryFunction
{
    public static double Nanoseconds => 0.7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Floor(a / b);
}

/// <summary>a + scale·b.</summary>
internal readonly struct MultiplyAddScalarFunction(double scale) : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.MultiplyAdd(TV.Constant(scale), b, a);
}

/// <summary>a + weight·(b − a).</summary>
internal readonly struct LerpFunction(double weight) : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.MultiplyAdd(TV.Constant(weight), b - a, a);
}

/// <summary>Bitwise; on bool bytes the logical one.</summary>
internal readonly struct AndFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a & b;
}

/// <summary>Bitwise; on bool bytes the logical one.</summary>
internal readonly struct OrFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a | b;
}

/// <summary>Bitwise; on bool bytes the logical one.</summary>
internal readonly struct XorFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a ^ b;
}

/// <summary>A mask, for <c>Elementwise.Compare</c>.</summary>
internal readonly struct EqualFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Equal(a, b);
}

/// <summary>A mask, for <c>Elementwise.Compare</c>.</summary>
internal readonly struct NotEqualFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Not(TV.Equal(a, b));
}

/// <summary>A mask, for <c>Elementwise.Compare</c>.</summary>
internal readonly struct LessFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.LessThan(a, b);
}

/// <summary>A mask, for <c>Elementwise.Compare</c>.</summary>
internal readonly struct LessOrEqualFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.LessThanOrEqual(a, b);
}

/// <summary>A mask, for <c>Elementwise.Compare</c>.</summary>
internal readonly struct GreaterFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.LessThan(b, a);
}

/// <summary>A mask, for <c>Elementwise.Compare</c>.</summary>
internal readonly struct GreaterOrEqualFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.LessThanOrEqual(b, a);
}
