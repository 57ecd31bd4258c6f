using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

// Backward maps: a is the gradient that arrives, b the forward map's output for Tanh, Sigmoid, Sqrt, Reciprocal, Rsqrt, Exp, ExpM1 and Tan, its input for all others.

internal readonly struct TanhGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * (TV.Constant(1) - b * b);
}

internal readonly struct SigmoidGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * b * (TV.Constant(1) - b);
}

internal readonly struct SqrtGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 0.7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a / (b + b);
}

internal readonly struct ReciprocalGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        -(a * b * b);
}

internal readonly struct RsqrtGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(-0.5) * a * b * b * b;
}

internal readonly struct AbsGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, b), a, TV.Select(TV.LessThan(b, TV.Zero), -a, a * TV.Zero));
}

internal readonly struct LogGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 0.7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a / b;
}

internal readonly struct ExpGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * b;
}

internal readonly struct SinGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1.2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * VectorMath.Cos<TV, T>(b);
}

internal readonly struct CosGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1.2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        -(a * VectorMath.Sin<TV, T>(b));
}

internal readonly struct ErfGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * TV.Constant(1.1283791670955126) * VectorMath.Exp<TV, T>(-(b * b));
}

internal readonly struct ReluGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThanOrEqual(b, TV.Zero), TV.Zero, a);
}

internal readonly struct Relu6GradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, b) & TV.LessThan(b, TV.Constant(6)), a, TV.Zero);
}

internal readonly struct LeakyReluGradientFunction(double slope) : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, b), a, a * TV.Constant(slope));
}

internal readonly struct ClampGradientFunction(double least, double most) : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThanOrEqual(TV.Constant(least), b) & TV.LessThanOrEqual(b, TV.Constant(most)), a, TV.Zero);
}

internal readonly struct HardtanhGradientFunction(double least, double most) : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Constant(least), b) & TV.LessThan(b, TV.Constant(most)), a, TV.Zero);
}

internal readonly struct EluGradientFunction(double alpha) : IBinaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, b), a, a * TV.Constant(alpha) * VectorMath.Exp<TV, T>(b));
}

internal readonly struct SeluGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * TV.Constant(Activations.SeluScale) * TV.Select(TV.LessThan(TV.Zero, b), TV.Constant(1), TV.Constant(Activations.SeluAlpha) * VectorMath.Exp<TV, T>(b));
}

internal readonly struct GeluGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV cdf = VectorMath.NormalCdf<TV, T>(b);
        TV density = TV.Constant(Activations.InverseRootTwoPi) * VectorMath.Exp<TV, T>(TV.Constant(-0.5) * b * b);
        return a * TV.MultiplyAdd(b, density, cdf);
    }
}

internal readonly struct GeluTanhGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1.5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV t = VectorMath.Tanh<TV, T>(Activations.GeluInner<TV, T>(b));
        TV slope = TV.Constant(Activations.RootTwoOverPi) * TV.MultiplyAdd(TV.Constant(3 * 0.044715) * b, b, TV.Constant(1));
        return TV.Constant(0.5) * a * (TV.Constant(1) + t + b * (TV.Constant(1) - t * t) * slope);
    }
}

internal readonly struct SiluGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1.2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV s = VectorMath.Sigmoid<TV, T>(b);
        return a * s * (TV.Constant(1) + b * (TV.Constant(1) - s));
    }
}

internal readonly struct LogSigmoidGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1.2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * VectorMath.Sigmoid<TV, T>(-b);
}

internal readonly struct SoftplusGradientFunction(double beta, double threshold) : IBinaryFunction
{
    public static double Nanoseconds => 1.2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Constant(threshold), b * TV.Constant(beta)), a, a * VectorMath.Sigmoid<TV, T>(b * TV.Constant(beta)));
}

internal readonly struct MishGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV t = VectorMath.Tanh<TV, T>(Activations.Softplus<TV, T>(b, 1, 20));
        TV s = VectorMath.Sigmoid<TV, T>(b);
        return a * (t + b * s * (TV.Constant(1) - t * t));
    }
}

internal readonly struct SoftsignGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 0.7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV d = TV.Constant(1) + TV.Abs(b);
        return a / (d * d);
    }
}

internal readonly struct HardSigmoidGradientFunction : IBinaryFunction
{
    // one sixth in single precision, also for doubles: PyTorch's gradient has it so
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Constant(-3), b) & TV.LessThan(b, TV.Constant(3)), a * TV.Constant(Activations.HardSigmoidSlope), TV.Zero);
}

internal readonly struct HardSwishGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(b, TV.Constant(-3)), TV.Zero, TV.Select(TV.LessThanOrEqual(TV.Constant(3), b), a, a * TV.MultiplyAdd(b, TV.Constant(1.0 / 3), TV.Constant(0.5))));
}

internal readonly struct TanGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * (TV.Constant(1) + b * b);
}

internal readonly struct AsinGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a / TV.Sqrt(TV.Constant(1) - b * b);
}

internal readonly struct AcosGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        -(a / TV.Sqrt(TV.Constant(1) - b * b));
}

internal readonly struct AtanGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 0.7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a / (TV.Constant(1) + b * b);
}

internal readonly struct Log1PGradientFunction : IBinaryFunction
{
    public static double Nanoseconds => 0.7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a / (TV.Constant(1) + b);
}

internal readonly struct ExpM1GradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        a * (b + TV.Constant(1));
}
