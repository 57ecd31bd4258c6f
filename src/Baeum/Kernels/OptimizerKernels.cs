using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>How an optimiser changes one register of a parameter and of up to three state tensors, given the gradient.</summary>
internal interface IUpdateRule<T> where T : unmanaged
{
    /// <summary>How many of the three states are read and written.</summary>
    static abstract int StateCount { get; }

    void Update<V>(ref V parameter, V gradient, ref V a, ref V b, ref V c) where V : struct, ISimd<V, T>;
}

/// <summary>One sweep over a parameter, its gradient and its state: everything is read and written once.</summary>
internal static class OptimizerKernels
{
    // pieces and partial sums do not depend on the number of threads
    private const int Grain = 16384, SquarePiece = 4096;
    private const double NanosecondsPerElement = 0.8, NanosecondsPerSquare = 0.3;

    internal static void Update<T, TRule>(in TRule rule, Span<T> parameter, ReadOnlySpan<T> gradient, Span<T> a = default, Span<T> b = default, Span<T> c = default)
        where T : unmanaged, INumber<T> where TRule : struct, IUpdateRule<T>
    {
        ref T p = ref MemoryMarshal.GetReference(parameter);
        ref T g = ref MemoryMarshal.GetReference(gradient);
        ref T sa = ref MemoryMarshal.GetReference(a);
        ref T sb = ref MemoryMarshal.GetReference(b);
        ref T sc = ref MemoryMarshal.GetReference(c);
        if (parameter.Length <= Grain)
        {
            Piece(in rule, ref p, ref g, ref sa, ref sb, ref sc, parameter.Length);
            return;
        }
        var body = new UpdateBody<T, TRule>(in rule, ref p, ref g, ref sa, ref sb, ref sc);
        Threads.ForRange(parameter.Length, Grain, NanosecondsPerElement, ref body);
    }

    private static void Piece<T, TRule>(ref readonly TRule rule, ref T p, ref T g, ref T a, ref T b, ref T c, int count)
        where T : unmanaged, INumber<T> where TRule : struct, IUpdateRule<T>
    {
        int i = 0;
        if (Simd.Level >= 512 && count - i >= Vector512Simd<T>.Count) i = Sweep<T, Vector512Simd<T>, TRule>(in rule, ref p, ref g, ref a, ref b, ref c, i, count);
        if (Simd.Level >= 256 && count - i >= Vector256Simd<T>.Count) i = Sweep<T, Vector256Simd<T>, TRule>(in rule, ref p, ref g, ref a, ref b, ref c, i, count);
        if (Simd.Level >= 128 && count - i >= Vector128Simd<T>.Count) i = Sweep<T, Vector128Simd<T>, TRule>(in rule, ref p, ref g, ref a, ref b, ref c, i, count);
        if (i < count) Sweep<T, ScalarSimd<T>, TRule>(in rule, ref p, ref g, ref a, ref b, ref c, i, count);
    }

    [MethodImpl(Simd.HotLoop)]
    private static int Sweep<T, V, TRule>(ref readonly TRule rule, ref T p, ref T g, ref T a, ref T b, ref T c, int start, int count)
        where T : unmanaged, INumber<T> where V : struct, ISimd<V, T> where TRule : struct, IUpdateRule<T>
    {
        var local = rule;
        int i = start;
        for (; i <= count - V.Count; i += V.Count)
        {
            V parameter = V.Load(ref Unsafe.Add(ref p, i));
            V first = TRule.StateCount > 0 ? V.Load(ref Unsafe.Add(ref a, i)) : V.Zero;
            V second = TRule.StateCount > 1 ? V.Load(ref Unsafe.Add(ref b, i)) : V.Zero;
            V third = TRule.StateCount > 2 ? V.Load(ref Unsafe.Add(ref c, i)) : V.Zero;
            local.Update(ref parameter, V.Load(ref Unsafe.Add(ref g, i)), ref first, ref second, ref third);
            parameter.Store(ref Unsafe.Add(ref p, i));
            if (TRule.StateCount > 0) first.Store(ref Unsafe.Add(ref a, i));
            if (TRule.StateCount > 1) second.Store(ref Unsafe.Add(ref b, i));
            if (TRule.StateCount > 2) third.Store(ref Unsafe.Add(ref c, i));
        }
        return i;
    }

    /// <summary>The sum of the squares, each piece in the type of the elements and the pieces in double.</summary>
    internal static double SumOfSquares<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        int pieces = (int)(((long)x.Length + SquarePiece - 1) / SquarePiece);
        double[] sums = ArrayPool<double>.Shared.Rent(pieces);
        var body = new SquareBody<T> { X = x, Sums = sums };
        Threads.ForRange(x.Length, SquarePiece, NanosecondsPerSquare, ref body);
        double sum = 0;
        foreach (double part in sums.AsSpan(0, pieces)) sum += part;
        ArrayPool<double>.Shared.Return(sums);
        return sum;
    }

    [MethodImpl(Simd.HotLoop)]
    private static double SquareSweep<T, V>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> where V : struct, ISimd<V, T>
    {
        ref T start = ref MemoryMarshal.GetReference(x);
        V s0 = V.Zero, s1 = V.Zero, s2 = V.Zero, s3 = V.Zero;
        int i = 0;
        for (; i <= x.Length - 4 * V.Count; i += 4 * V.Count)
        {
            V x0 = V.Load(ref Unsafe.Add(ref start, i)), x1 = V.Load(ref Unsafe.Add(ref start, i + V.Count));
            V x2 = V.Load(ref Unsafe.Add(ref start, i + 2 * V.Count)), x3 = V.Load(ref Unsafe.Add(ref start, i + 3 * V.Count));
            s0 = V.MultiplyAdd(x0, x0, s0);
            s1 = V.MultiplyAdd(x1, x1, s1);
            s2 = V.MultiplyAdd(x2, x2, s2);
            s3 = V.MultiplyAdd(x3, x3, s3);
        }
        T rest = V.Sum(s0 + s1 + (s2 + s3));
        for (; i < x.Length; i++) rest += Unsafe.Add(ref start, i) * Unsafe.Add(ref start, i);
        return double.CreateTruncating(rest);
    }

    private ref struct SquareBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X;
        internal Span<double> Sums;

        public readonly void Invoke(int start, int end)
        {
            var part = X[start..end];
            Sums[start / SquarePiece] = Simd.Level switch
            {
                >= 512 => SquareSweep<T, Vector512Simd<T>>(part),
                >= 256 => SquareSweep<T, Vector256Simd<T>>(part),
                >= 128 => SquareSweep<T, Vector128Simd<T>>(part),
                _ => SquareSweep<T, ScalarSimd<T>>(part),
            };
        }
    }

    private readonly ref struct UpdateBody<T, TRule>(in TRule rule, ref T p, ref T g, ref T a, ref T b, ref T c) : IRangeBody
        where T : unmanaged, INumber<T> where TRule : struct, IUpdateRule<T>
    {
        private readonly ref readonly TRule rule = ref rule;
        private readonly ref T p = ref p, g = ref g, a = ref a, b = ref b, c = ref c;

        public void Invoke(int start, int end) => Piece(
            in rule, ref Unsafe.Add(ref p, start), ref Unsafe.Add(ref g, start),
            ref TRule.StateCount > 0 ? ref Unsafe.Add(ref a, start) : ref a,
            ref TRule.StateCount > 1 ? ref Unsafe.Add(ref b, start) : ref b,
            ref TRule.StateCount > 2 ? ref Unsafe.Add(ref c, start) : ref c, end - start);
    }
}

/// <summary>y becomes number · y.</summary>
internal readonly struct ScaleRule<T>(double number) : IUpdateRule<T> where T : unmanaged, INumber<T>
{
    private readonly T number = T.CreateTruncating(number);

    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<V>(ref V y, V x, ref V a, ref V b, ref V c) where V : struct, ISimd<V, T> => y = x * V.Broadcast(number);
}

/// <summary>y becomes x, at least -limit and at most limit; NaN stays.</summary>
internal readonly struct ClampRule<T>(double limit) : IUpdateRule<T> where T : unmanaged, INumber<T>
{
    private readonly T limit = T.CreateTruncating(limit);

    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<V>(ref V y, V x, ref V a, ref V b, ref V c) where V : struct, ISimd<V, T> => y = V.Min(V.Max(x, V.Broadcast(-limit)), V.Broadcast(limit));
}

/// <summary>y goes the part <c>weight</c> of the way to x.</summary>
internal readonly struct LerpRule<T>(double weight) : IUpdateRule<T> where T : unmanaged, INumber<T>
{
    private readonly T weight = T.CreateTruncating(weight), rest = T.CreateTruncating(1 - weight);
    private readonly bool isNear = weight < 0.5;

    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<V>(ref V y, V x, ref V a, ref V b, ref V c) where V : struct, ISimd<V, T> => y = Between(y, x);

    /// <summary>Written from the nearer end, so that a weight of 1 gives exactly <paramref name="x"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal V Between<V>(V y, V x) where V : struct, ISimd<V, T> =>
        isNear ? V.MultiplyAdd(V.Broadcast(weight), x - y, y) : x - (x - y) * V.Broadcast(rest);
}
