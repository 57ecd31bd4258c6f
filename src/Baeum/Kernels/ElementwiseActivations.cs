using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>Constants and pieces that activations share.</summary>
internal static class Activations
{
    public const double SeluAlpha = 1.6732632423543772848170429916717, SeluScale = 1.0507009873554804934193349852946;
    public const double RootHalf = 0.70710678118654752440, InverseRootTwoPi = 0.39894228040143267794, RootTwoOverPi = 0.79788456080286535588;

    /// <summary>1/6 rounded to single precision, also for doubles: PyTorch's constant, which its gradients show in the ninth digit.</summary>
    public const double HardSigmoidSlope = 1f / 6f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV GeluInner<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(RootTwoOverPi) * TV.MultiplyAdd(TV.Constant(0.044715) * x, x * x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Softplus<TV, T>(TV x, double beta, double threshold) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV scaled = x * TV.Constant(beta);
        TV soft = TV.Max(TV.Zero, scaled) + VectorMath.Log1PExpOfNegative<TV, T>(-TV.Abs(scaled));
        return TV.Select(TV.LessThan(TV.Constant(threshold), scaled), x, soft * TV.Constant(1 / beta));
    }
}

internal readonly struct ReluFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Max(TV.Zero, x);
}

internal readonly struct Relu6Function : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Min(TV.Constant(6), TV.Max(TV.Zero, x));
}

internal readonly struct LeakyReluFunction(double slope) : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, x), x, x * TV.Constant(slope));
}

/// <summary>Clevert et al. 2015.</summary>
internal readonly struct EluFunction(double alpha) : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, x), x, TV.Constant(alpha) * VectorMath.ExpM1<TV, T>(x));
}

/// <summary>Klambauer et al. 2017.</summary>
internal readonly struct SeluFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(Activations.SeluScale) * TV.Select(TV.LessThan(TV.Zero, x), x, TV.Constant(Activations.SeluAlpha) * VectorMath.ExpM1<TV, T>(x));
}

/// <summary>x·Φ(x) (Hendrycks and Gimpel 2016).</summary>
internal readonly struct GeluFunction : IUnaryFunction
{
    public static double Nanoseconds => 1.2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x * VectorMath.NormalCdf<TV, T>(x);
}

/// <summary>x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as GPT-2 has it.</summary>
internal readonly struct GeluTanhFunction : IUnaryFunction
{
    public static double Nanoseconds => 1.2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Constant(0.5) * x * (TV.Constant(1) + VectorMath.Tanh<TV, T>(Activations.GeluInner<TV, T>(x)));
}

internal readonly struct SiluFunction : IUnaryFunction
{
    public static double Nanoseconds => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x * VectorMath.Sigmoid<TV, T>(x);
}

internal readonly struct LogSigmoidFunction : IUnaryFunction
{
    public static double Nanoseconds => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Min(TV.Zero, x) - VectorMath.Log1PExpOfNegative<TV, T>(-TV.Abs(x));
}

/// <summary>log(1 + e^(beta·x)) / beta; x itself where beta·x is above the threshold.</summary>
internal readonly struct SoftplusFunction(double beta, double threshold) : IUnaryFunction
{
    public static double Nanoseconds => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        Activations.Softplus<TV, T>(x, beta, threshold);
}

/// <summary>x·tanh(softplus(x)) (Misra 2019).</summary>
internal readonly struct MishFunction : IUnaryFunction
{
    public static double Nanoseconds => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x * VectorMath.Tanh<TV, T>(Activations.Softplus<TV, T>(x, 1, 20));
}

internal readonly struct SoftsignFunction : IUnaryFunction
{
    public static double Nanoseconds => 0.6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x / (TV.Constant(1) + TV.Abs(x));
}

internal readonly struct HardSigmoidFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Min(TV.Constant(1), TV.Max(TV.Zero, x * TV.Constant(1.0 / 6) + TV.Constant(0.5)));
}

internal readonly struct HardSwishFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Invoke<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        x * TV.Min(TV.Constant(6), TV.Max(TV.Zero, x + TV.Constant(3))) * TV.Constant(1.0 / 6);
}
