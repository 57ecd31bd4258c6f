using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>A loss of one element: its value, and its derivatives with respect to the prediction x and to the target t.</summary>
internal interface ILossFunction
{
    /// <summary>Estimated time of one element.</summary>
    static virtual double Nanoseconds => 0.3;

    TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged;

    TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged;

    TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged;
}

/// <summary>(x − t)².</summary>
internal readonly struct SquaredError : ILossFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => (x - t) * (x - t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => (x - t) + (x - t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => (t - x) + (t - x);
}

/// <summary>|x − t|; the derivative at 0 is 0.</summary>
internal readonly struct AbsoluteError : ILossFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Abs(x - t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => Sign<TV, T>(x - t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => Sign<TV, T>(t - x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Sign<TV, T>(TV d) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.Equal(d, TV.Zero), TV.Zero, TV.Constant(1) | (d & TV.Constant(-0.0)));
}

/// <summary>A parabola up to |x − t| = <paramref name="width"/>, then a line of slope <paramref name="steepness"/>: Huber and smooth L1.</summary>
internal readonly struct HuberError(double width, double steepness) : ILossFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        TV d = TV.Abs(x - t);
        TV parabola = d * d * TV.Constant(0.5 * steepness / width), line = (d - TV.Constant(0.5 * width)) * TV.Constant(steepness);
        return TV.Select(TV.LessThan(d, TV.Constant(width)), parabola, line);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => Slope<TV, T>(x - t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => Slope<TV, T>(t - x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TV Slope<TV, T>(TV d) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Max(TV.Constant(-steepness), TV.Min(TV.Constant(steepness), d * TV.Constant(steepness / width)));
}

/// <summary>−t·log x − (1 − t)·log(1 − x), each logarithm at least −100, as in PyTorch.</summary>
internal readonly struct BinaryCrossEntropyLoss : ILossFunction
{
    private const double Least = 1e-12f; // PyTorch's constant is a float, also for doubles

    public static double Nanoseconds => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        (t - TV.Constant(1)) * LogOfComplement<TV, T>(x) - t * LogOf<TV, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        (x - t) / TV.Max(TV.Constant(Least), (TV.Constant(1) - x) * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        LogOfComplement<TV, T>(x) - LogOf<TV, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV LogOf<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Max(TV.Constant(-100), VectorMath.Log<TV, T>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV LogOfComplement<TV, T>(TV x) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Max(TV.Constant(-100), VectorMath.Log1P<TV, T>(-x));
}

/// <summary>max(x, 0) − x·t + log(1 + e^−|x|): the cross entropy of sigmoid(x) and t without overflow.</summary>
internal readonly struct LogitCrossEntropyLoss : ILossFunction
{
    public static double Nanoseconds => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Max(x, TV.Zero) - x * t + VectorMath.Log1PExpOfNegative<TV, T>(-TV.Abs(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => VectorMath.Sigmoid<TV, T>(x) - t;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => -x;
}

/// <summary>t·(log t − x) with log-probabilities x and probabilities t; 0 where t is 0.</summary>
internal readonly struct DivergenceLoss : ILossFunction
{
    public static double Nanoseconds => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.Equal(t, TV.Zero), TV.Zero, t * VectorMath.Log<TV, T>(t)) - t * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => -t;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.Equal(t, TV.Zero), TV.Zero, VectorMath.Log<TV, T>(t) + TV.Constant(1)) - x;
}

/// <summary>e^t·(t − x), both log-probabilities.</summary>
internal readonly struct LogDivergenceLoss : ILossFunction
{
    public static double Nanoseconds => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => VectorMath.Exp<TV, T>(t) * (t - x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => -VectorMath.Exp<TV, T>(t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => VectorMath.Exp<TV, T>(t) * (t - x + TV.Constant(1));
}

/// <summary>x for t = 1, max(0, margin − x) for t = −1.</summary>
internal readonly struct HingeEmbeddingLossFunction(double margin) : ILossFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, t), x, TV.Max(TV.Zero, TV.Constant(margin) - x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThan(TV.Zero, t), TV.Constant(1), TV.Select(TV.LessThanOrEqual(x, TV.Constant(margin)), TV.Constant(-1), TV.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Zero;
}

/// <summary>max(0, margin − t·x).</summary>
internal readonly struct HingeLossFunction(double margin) : ILossFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Max(TV.Zero, TV.Constant(margin) - t * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThanOrEqual(t * x, TV.Constant(margin)), -t, TV.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Select(TV.LessThanOrEqual(t * x, TV.Constant(margin)), -x, TV.Zero);
}

/// <summary>log(1 + e^(−t·x)).</summary>
internal readonly struct SoftMarginLossFunction : ILossFunction
{
    public static double Nanoseconds => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged =>
        TV.Max(-(t * x), TV.Zero) + VectorMath.Log1PExpOfNegative<TV, T>(-TV.Abs(t * x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => -t * VectorMath.Sigmoid<TV, T>(-(t * x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => -x * VectorMath.Sigmoid<TV, T>(-(t * x));
}

/// <summary>e^x − t·x with logarithmic rates x.</summary>
internal readonly struct LogPoissonLoss : ILossFunction
{
    public static double Nanoseconds => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => VectorMath.Exp<TV, T>(x) - t * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => VectorMath.Exp<TV, T>(x) - t;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => -x;
}

/// <summary>x − t·log(x + ε) with rates x.</summary>
internal readonly struct PoissonLoss(double epsilon) : ILossFunction
{
    public static double Nanoseconds => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Value<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => x - t * VectorMath.Log<TV, T>(x + TV.Constant(epsilon));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Slope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Constant(1) - t / (x + TV.Constant(epsilon));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV TargetSlope<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => -VectorMath.Log<TV, T>(x + TV.Constant(epsilon));
}
