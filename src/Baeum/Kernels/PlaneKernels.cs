using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// Sums and linear maps of planes: x is [planes, size], a plane being one channel of one example. Batch and group normalisation are these
/// with coefficients for every plane.
/// </summary>
internal static class PlaneKernels
{
    private const int ElementsPerPiece = 16384;
    private const double Nanoseconds = 0.15;

    /// <summary>sums[p] = Σ x.</summary>
    internal static void Sums<T>(ReadOnlySpan<T> x, Span<T> sums, int planes, int size) where T : unmanaged, INumber<T>
    {
        var body = new SumsBody<T> { X = x, Sums = sums, Size = size };
        Threads.ForRange(planes, Grain(size), size * Nanoseconds, ref body);
    }

    /// <summary>squares[p] = Σ (x - mean[p])².</summary>
    internal static void Squares<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> mean, Span<T> squares, int planes, int size) where T : unmanaged, INumber<T>
    {
        var body = new SquaresBody<T> { X = x, Mean = mean, Squares = squares, Size = size };
        Threads.ForRange(planes, Grain(size), size * Nanoseconds, ref body);
    }

    /// <summary>dots[p] = Σ grad · (x - mean[p]).</summary>
    internal static void Dots<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> x, ReadOnlySpan<T> mean, Span<T> dots, int planes, int size) where T : unmanaged, INumber<T>
    {
        var body = new DotsBody<T> { Grad = grad, X = x, Mean = mean, Dots = dots, Size = size };
        Threads.ForRange(planes, Grain(size), size * 2 * Nanoseconds, ref body);
    }

    /// <summary>y = (x - mean[p])·scale[p] + shift[p].</summary>
    internal static void Scale<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> scale, ReadOnlySpan<T> shift, Span<T> y, int planes, int size) where T : unmanaged, INumber<T>
    {
        var body = new ScaleBody<T> { X = x, Mean = mean, Scale = scale, Shift = shift, Y = y, Size = size };
        Threads.ForRange(planes, Grain(size), size * 2 * Nanoseconds, ref body);
    }

    /// <summary>dx = grad·a[p] + (x - mean[p])·b[p] + c[p].</summary>
    internal static void Combine<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> x, ReadOnlySpan<T> mean, ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> c, Span<T> dx, int planes, int size) where T : unmanaged, INumber<T>
    {
        var body = new CombineBody<T> { Grad = grad, X = x, Mean = mean, A = a, B = b, C = c, Dx = dx, Size = size };
        Threads.ForRange(planes, Grain(size), size * 3 * Nanoseconds, ref body);
    }

    /// <summary>Σ x of n elements.</summary>
    internal static T Sum<T>(ref T x, nint n) where T : unmanaged, INumber<T> => Simd.Level switch
    {
        512 => Sum<Vector512Simd<T>, T>(ref x, n),
        256 => Sum<Vector256Simd<T>, T>(ref x, n),
        128 => Sum<Vector128Simd<T>, T>(ref x, n),
        _ => Sum<ScalarSimd<T>, T>(ref x, n),
    };

    /// <summary>Σ (x - mean)² of n elements.</summary>
    internal static T SquaredDistance<T>(ref T x, T mean, nint n) where T : unmanaged, INumber<T> => Dot(ref x, mean, ref x, mean, n);

    /// <summary>Σ (a - aMean)·(b - bMean) of n elements.</summary>
    private static T Dot<T>(ref T a, T aMean, ref T b, T bMean, nint n) where T : unmanaged, INumber<T> => Simd.Level switch
    {
        512 => Dot<Vector512Simd<T>, T>(ref a, aMean, ref b, bMean, n),
        256 => Dot<Vector256Simd<T>, T>(ref a, aMean, ref b, bMean, n),
        128 => Dot<Vector128Simd<T>, T>(ref a, aMean, ref b, bMean, n),
        _ => Dot<ScalarSimd<T>, T>(ref a, aMean, ref b, bMean, n),
    };

    private static int Grain(int size) => Math.Max(1, ElementsPerPiece / Math.Max(1, size));

    [MethodImpl(Simd.HotLoop)]
    private static T Sum<TV, T>(ref T x, nint n) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        TV a = TV.Zero, b = TV.Zero, c = TV.Zero, d = TV.Zero;
        nint i = 0, step = TV.Count;
        for (; i <= n - 4 * step; i += 4 * step)
        {
            a += TV.Load(ref Unsafe.Add(ref x, i));
            b += TV.Load(ref Unsafe.Add(ref x, i + step));
            c += TV.Load(ref Unsafe.Add(ref x, i + 2 * step));
            d += TV.Load(ref Unsafe.Add(ref x, i + 3 * step));
        }
        for (; i <= n - step; i += step) a += TV.Load(ref Unsafe.Add(ref x, i));
        T sum = TV.Sum(a + b + (c + d));
        for (; i < n; i++) sum += Unsafe.Add(ref x, i);
        return sum;
    }

    [MethodImpl(Simd.HotLoop)]
    private static T Dot<TV, T>(ref T x, T xMean, ref T y, T yMean, nint n) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        TV a = TV.Zero, b = TV.Zero, c = TV.Zero, d = TV.Zero, mx = TV.Broadcast(xMean), my = TV.Broadcast(yMean);
        nint i = 0, step = TV.Count;
        for (; i <= n - 4 * step; i += 4 * step)
        {
            a = TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref x, i)) - mx, TV.Load(ref Unsafe.Add(ref y, i)) - my, a);
            b = TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref x, i + step)) - mx, TV.Load(ref Unsafe.Add(ref y, i + step)) - my, b);
            c = TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref x, i + 2 * step)) - mx, TV.Load(ref Unsafe.Add(ref y, i + 2 * step)) - my, c);
            d = TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref x, i + 3 * step)) - mx, TV.Load(ref Unsafe.Add(ref y, i + 3 * step)) - my, d);
        }
        for (; i <= n - step; i += step) a = TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref x, i)) - mx, TV.Load(ref Unsafe.Add(ref y, i)) - my, a);
        T sum = TV.Sum(a + b + (c + d));
        for (; i < n; i++) sum += (Unsafe.Add(ref x, i) - xMean) * (Unsafe.Add(ref y, i) - yMean);
        return sum;
    }

    [MethodImpl(Simd.HotLoop)]
    private static void Combine<TV, T>(ref T grad, ref T x, ref T dx, nint n, T mean, T a, T b, T c) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        TV m = TV.Broadcast(mean), va = TV.Broadcast(a), vb = TV.Broadcast(b), vc = TV.Broadcast(c);
        nint i = 0;
        for (; i <= n - TV.Count; i += TV.Count)
        {
            TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref grad, i)), va, TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref x, i)) - m, vb, vc)).Store(ref Unsafe.Add(ref dx, i));
        }
        for (; i < n; i++) Unsafe.Add(ref dx, i) = Unsafe.Add(ref grad, i) * a + ((Unsafe.Add(ref x, i) - mean) * b + c);
    }

    [MethodImpl(Simd.HotLoop)]
    private static void Scale<TV, T>(ref T x, ref T y, nint n, T mean, T scale, T shift) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        TV m = TV.Broadcast(mean), s = TV.Broadcast(scale), t = TV.Broadcast(shift);
        nint i = 0;
        for (; i <= n - TV.Count; i += TV.Count) TV.MultiplyAdd(TV.Load(ref Unsafe.Add(ref x, i)) - m, s, t).Store(ref Unsafe.Add(ref y, i));
        for (; i < n; i++) Unsafe.Add(ref y, i) = (Unsafe.Add(ref x, i) - mean) * scale + shift;
    }

    private static ref T At<T>(ReadOnlySpan<T> planes, int plane, int size) => ref Unsafe.Add(ref MemoryMarshal.GetReference(planes), (nint)plane * size);

    private ref struct SumsBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X;
        internal Span<T> Sums;
        internal int Size;

        public readonly void Invoke(int start, int end)
        {
            for (int p = start; p < end; p++) Sums[p] = Sum(ref At(X, p, Size), Size);
        }
    }

    private ref struct SquaresBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X, Mean;
        internal Span<T> Squares;
        internal int Size;

        public readonly void Invoke(int start, int end)
        {
            for (int p = start; p < end; p++) Squares[p] = SquaredDistance(ref At(X, p, Size), Mean[p], Size);
        }
    }

    private ref struct DotsBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> Grad, X, Mean;
        internal Span<T> Dots;
        internal int Size;

        public readonly void Invoke(int start, int end)
        {
            for (int p = start; p < end; p++) Dots[p] = Dot(ref At(Grad, p, Size), T.Zero, ref At(X, p, Size), Mean[p], Size);
        }
    }

    private ref struct ScaleBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X, Mean, Scale, Shift;
        internal Span<T> Y;
        internal int Size;

        public readonly void Invoke(int start, int end)
        {
            for (int p = start; p < end; p++)
            {
                ref T x = ref At(X, p, Size), y = ref At<T>(Y, p, Size);
                switch (Simd.Level)
                {
                    case 512: Scale<Vector512Simd<T>, T>(ref x, ref y, Size, Mean[p], Scale[p], Shift[p]); break;
                    case 256: Scale<Vector256Simd<T>, T>(ref x, ref y, Size, Mean[p], Scale[p], Shift[p]); break;
                    case 128: Scale<Vector128Simd<T>, T>(ref x, ref y, Size, Mean[p], Scale[p], Shift[p]); break;
                    default: Scale<ScalarSimd<T>, T>(ref x, ref y, Size, Mean[p], Scale[p], Shift[p]); break;
                }
            }
        }
    }

    private ref struct CombineBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> Grad, X, Mean, A, B, C;
        internal Span<T> Dx;
        internal int Size;

        public readonly void Invoke(int start, int end)
        {
            for (int p = start; p < end; p++)
            {
                ref T grad = ref At(Grad, p, Size), x = ref At(X, p, Size), dx = ref At<T>(Dx, p, Size);
                switch (Simd.Level)
                {
                    case 512: Combine<Vector512Simd<T>, T>(ref grad, ref x, ref dx, Size, Mean[p], A[p], B[p], C[p]); break;
                    case 256: Combine<Vector256Simd<T>, T>(ref grad, ref x, ref dx, Size, Mean[p], A[p], B[p], C[p]); break;
                    case 128: Combine<Vector128Simd<T>, T>(ref grad, ref x, ref dx, Size, Mean[p], A[p], B[p], C[p]); break;
                    default: Combine<ScalarSimd<T>, T>(ref grad, ref x, ref dx, Size, Mean[p], A[p], B[p], C[p]); break;
                }
            }
        }
    }
}
