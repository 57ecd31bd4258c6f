using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>Element-wise losses: values, their sum, and their gradients. All spans of one call have one length.</summary>
internal static class LossKernels
{
    private const int Grain = 8192;

    /// <summary>The sum of all losses: in lanes inside a piece, in double over the pieces, which do not depend on the number of threads.</summary>
    internal static double Sum<T, TLoss>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, TLoss loss)
        where T : unmanaged, INumber<T> where TLoss : struct, ILossFunction
    {
        Check(x.Length, target.Length);
        if (x.Length <= Grain) return SumPiece(x, target, loss);
        int pieces = (x.Length + Grain - 1) / Grain;
        Span<double> sums = pieces <= 512 ? stackalloc double[pieces] : new double[pieces];
        var body = new SumBody<T, TLoss> { X = x, Target = target, Loss = loss, Sums = sums };
        Threads.ForRange(x.Length, Grain, TLoss.Nanoseconds, ref body);
        double sum = 0;
        foreach (double part in sums) sum += part;
        return sum;
    }

    /// <summary>y = loss of every element.</summary>
    internal static void Values<T, TLoss>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, Span<T> y, TLoss loss)
        where T : unmanaged, INumber<T> where TLoss : struct, ILossFunction =>
        Map<T, ValueOf<TLoss>>(x, target, y, new(loss), TLoss.Nanoseconds);

    /// <summary>y = scale · derivative with respect to the prediction, or to the target.</summary>
    internal static void Gradient<T, TLoss>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, double scale, Span<T> y, bool toTarget, TLoss loss)
        where T : unmanaged, INumber<T> where TLoss : struct, ILossFunction
    {
        if (toTarget) Map<T, TargetSlopeOf<TLoss>>(x, target, y, new(loss, scale), TLoss.Nanoseconds);
        else Map<T, SlopeOf<TLoss>>(x, target, y, new(loss, scale), TLoss.Nanoseconds);
    }

    private interface IMap
    {
        TV Invoke<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged;
    }

    private readonly struct ValueOf<TLoss>(TLoss loss) : IMap where TLoss : struct, ILossFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => loss.Value<TV, T>(x, t);
    }

    private readonly struct SlopeOf<TLoss>(TLoss loss, double scale) : IMap where TLoss : struct, ILossFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Constant(scale) * loss.Slope<TV, T>(x, t);
    }

    private readonly struct TargetSlopeOf<TLoss>(TLoss loss, double scale) : IMap where TLoss : struct, ILossFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV x, TV t) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Constant(scale) * loss.TargetSlope<TV, T>(x, t);
    }

    private static void Map<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, Span<T> y, TMap map, double nanoseconds)
        where T : unmanaged, INumber<T> where TMap : struct, IMap
    {
        Check(x.Length, target.Length);
        Check(x.Length, y.Length);
        if (x.Length <= Grain)
        {
            MapPiece(x, target, y, map);
            return;
        }
        var body = new MapBody<T, TMap> { X = x, Target = target, Y = y, Map = map };
        Threads.ForRange(x.Length, Grain, nanoseconds, ref body);
    }

    private static double SumPiece<T, TLoss>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, TLoss loss) where T : unmanaged, INumber<T> where TLoss : struct, ILossFunction
    {
        ref T a = ref MemoryMarshal.GetReference(x);
        ref T b = ref MemoryMarshal.GetReference(target);
        return double.CreateTruncating(Simd.Level switch
        {
            512 => SumWide<Vector512Simd<T>, T, TLoss>(ref a, ref b, x.Length, loss),
            256 => SumWide<Vector256Simd<T>, T, TLoss>(ref a, ref b, x.Length, loss),
            128 => SumWide<Vector128Simd<T>, T, TLoss>(ref a, ref b, x.Length, loss),
            _ => SumWide<ScalarSimd<T>, T, TLoss>(ref a, ref b, x.Length, loss),
        });
    }

    [MethodImpl(Simd.HotLoop)]
    private static T SumWide<TV, T, TLoss>(ref T x, ref T target, nint n, TLoss loss)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TLoss : struct, ILossFunction
    {
        // Two levels: a long row of additions in single precision loses digits.
        TV sum = TV.Zero;
        nint i = 0;
        while (i <= n - TV.Count)
        {
            TV part = TV.Zero;
            nint end = Math.Min(n - TV.Count, i + 31 * TV.Count);
            for (; i <= end; i += TV.Count) part += loss.Value<TV, T>(TV.Load(ref Unsafe.Add(ref x, i)), TV.Load(ref Unsafe.Add(ref target, i)));
            sum += part;
        }
        if (TV.Count > Vector128Simd<T>.Count && n - i >= Vector128Simd<T>.Count) return TV.Sum(sum) + SumWide<Vector128Simd<T>, T, TLoss>(ref Unsafe.Add(ref x, i), ref Unsafe.Add(ref target, i), n - i, loss);
        ScalarSimd<T> rest = ScalarSimd<T>.Zero;
        for (; i < n; i++) rest += loss.Value<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i)), ScalarSimd<T>.Load(ref Unsafe.Add(ref target, i)));
        return TV.Sum(sum) + ScalarSimd<T>.Sum(rest);
    }

    private static void MapPiece<T, TMap>(ReadOnlySpan<T> x, ReadOnlySpan<T> target, Span<T> y, TMap map) where T : unmanaged, INumber<T> where TMap : struct, IMap
    {
        ref T a = ref MemoryMarshal.GetReference(x);
        ref T b = ref MemoryMarshal.GetReference(target);
        ref T c = ref MemoryMarshal.GetReference(y);
        switch (Simd.Level)
        {
            case 512: MapWide<Vector512Simd<T>, T, TMap>(ref a, ref b, ref c, x.Length, map); break;
            case 256: MapWide<Vector256Simd<T>, T, TMap>(ref a, ref b, ref c, x.Length, map); break;
            case 128: MapWide<Vector128Simd<T>, T, TMap>(ref a, ref b, ref c, x.Length, map); break;
            default: MapWide<ScalarSimd<T>, T, TMap>(ref a, ref b, ref c, x.Length, map); break;
        }
    }

    [MethodImpl(Simd.HotLoop)]
    private static void MapWide<TV, T, TMap>(ref T x, ref T target, ref T y, nint n, TMap map)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TMap : struct, IMap
    {
        nint i = 0;
        for (; i <= n - TV.Count; i += TV.Count)
            map.Invoke<TV, T>(TV.Load(ref Unsafe.Add(ref x, i)), TV.Load(ref Unsafe.Add(ref target, i))).Store(ref Unsafe.Add(ref y, i));
        if (TV.Count > Vector128Simd<T>.Count && n - i >= Vector128Simd<T>.Count)
        {
            MapWide<Vector128Simd<T>, T, TMap>(ref Unsafe.Add(ref x, i), ref Unsafe.Add(ref target, i), ref Unsafe.Add(ref y, i), n - i, map);
            return;
        }
        for (; i < n; i++)
            map.Invoke<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i)), ScalarSimd<T>.Load(ref Unsafe.Add(ref target, i))).Store(ref Unsafe.Add(ref y, i));
    }

    private static void Check(int a, int b)
    {
        if (a != b) throw new ArgumentException($"Loss kernel: spans of {a} and {b} elements.");
    }

    private ref struct SumBody<T, TLoss> : IRangeBody where T : unmanaged, INumber<T> where TLoss : struct, ILossFunction
    {
        public ReadOnlySpan<T> X, Target;
        public Span<double> Sums;
        public TLoss Loss;

        public readonly void Invoke(int start, int end) => Sums[start / Grain] = SumPiece(X[start..end], Target[start..end], Loss);
    }

    private ref struct MapBody<T, TMap> : IRangeBody where T : unmanaged, INumber<T> where TMap : struct, IMap
    {
        public ReadOnlySpan<T> X, Target;
        public Span<T> Y;
        public TMap Map;

        public readonly void Invoke(int start, int end) => MapPiece(X[start..end], Target[start..end], Y[start..end], Map);
    }
}
