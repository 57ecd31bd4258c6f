using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// Layer and RMS normalisation of rows: y = (x - mean)·inverse·weight + bias, with mean 0 for RMS. Each row is read from the first cache
/// after its first pass.
/// </summary>
internal static class NormKernels
{
    private const int ElementsPerPiece = 8192;
    private const int MostPartials = 32;
    private const double Nanoseconds = 0.4;

    /// <summary>How many partial sums of the parameter gradients <see cref="RowsBackward"/> writes; depends on the shape alone.</summary>
    internal static int Partials(int rows, int columns) => rows == 0 ? 0 : (rows + RowsPerPartial(rows, columns) - 1) / RowsPerPartial(rows, columns);

    private static int RowsPerPartial(int rows, int columns) => Math.Max(Math.Max(1, ElementsPerPiece / Math.Max(1, columns)), (rows + MostPartials - 1) / MostPartials);

    /// <summary>Normalises rows; mean (if centred) and inverse deviation of every row are kept for the way back.</summary>
    internal static void Rows<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y, Span<T> mean, Span<T> inverse, int rows, int columns, double epsilon, bool isCentred)
        where T : unmanaged, INumber<T>
    {
        var body = new ForwardBody<T> { X = x, Weight = weight, Bias = bias, Y = y, Mean = mean, Inverse = inverse, Columns = columns, Epsilon = epsilon, IsCentred = isCentred };
        Threads.ForRange(rows, Math.Max(1, ElementsPerPiece / columns), columns * Nanoseconds, ref body);
    }

    /// <summary>The gradient of x, and partial sums [partials, 2, columns] of the gradients of weight and bias.</summary>
    internal static void RowsBackward<T>(ReadOnlySpan<T> grad, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> mean, ReadOnlySpan<T> inverse, Span<T> dx, Span<T> partials, int rows, int columns, bool isCentred)
        where T : unmanaged, INumber<T>
    {
        int grain = RowsPerPartial(rows, columns);
        var body = new BackwardBody<T> { Grad = grad, X = x, Weight = weight, Mean = mean, Inverse = inverse, Dx = dx, Partials = partials, Columns = columns, Grain = grain, IsCentred = isCentred };
        Threads.ForRange(rows, grain, columns * 2 * Nanoseconds, ref body);
    }

    private ref struct ForwardBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X, Weight, Bias;
        internal Span<T> Y, Mean, Inverse;
        internal int Columns;
        internal double Epsilon;
        internal bool IsCentred;

        public readonly void Invoke(int start, int end)
        {
            ref T weight = ref MemoryMarshal.GetReference(Weight), bias = ref MemoryMarshal.GetReference(Bias);
            for (int row = start; row < end; row++)
            {
                ref T x = ref Unsafe.Add(ref MemoryMarshal.GetReference(X), (nint)row * Columns);
                ref T y = ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), (nint)row * Columns);
                T mean = IsCentred ? PlaneKernels.Sum(ref x, Columns) / T.CreateTruncating(Columns) : T.Zero;
                double variance = double.CreateTruncating(PlaneKernels.SquaredDistance(ref x, mean, Columns)) / Columns;
                T inverse = T.CreateTruncating(1 / Math.Sqrt(variance + Epsilon));
                Mean[row] = mean;
                Inverse[row] = inverse;
                switch (Simd.Level)
                {
                    case 512: Scale<Vector512Simd<T>, T>(ref x, ref weight, ref bias, ref y, Columns, mean, inverse); break;
                    case 256: Scale<Vector256Simd<T>, T>(ref x, ref weight, ref bias, ref y, Columns, mean, inverse); break;
                    case 128: Scale<Vector128Simd<T>, T>(ref x, ref weight, ref bias, ref y, Columns, mean, inverse); break;
                    default: Scale<ScalarSimd<T>, T>(ref x, ref weight, ref bias, ref y, Columns, mean, inverse); break;
                }
            }
        }
    }

    [MethodImpl(Simd.HotLoop)]
    private static void Scale<TV, T>(ref T x, ref T weight, ref T bias, ref T y, nint n, T mean, T inverse) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        TV m = TV.Broadcast(mean), s = TV.Broadcast(inverse);
        nint i = 0;
        for (; i <= n - TV.Count; i += TV.Count)
        {
            TV.MultiplyAdd((TV.Load(ref Unsafe.Add(ref x, i)) - m) * s, TV.Load(ref Unsafe.Add(ref weight, i)), TV.Load(ref Unsafe.Add(ref bias, i))).Store(ref Unsafe.Add(ref y, i));
        }
        for (; i < n; i++) Unsafe.Add(ref y, i) = (Unsafe.Add(ref x, i) - mean) * inverse * Unsafe.Add(ref weight, i) + Unsafe.Add(ref bias, i);
    }

    private ref struct BackwardBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> Grad, X, Weight, Mean, Inverse;
        internal Span<T> Dx, Partials;
        internal int Columns, Grain;
        internal bool IsCentred;

        public readonly void Invoke(int start, int end)
        {
            var sums = Partials.Slice(start / Grain * 2 * Columns, 2 * Columns);
            sums.Clear();
            ref T dWeight = ref MemoryMarshal.GetReference(sums), dBias = ref Unsafe.Add(ref dWeight, Columns), weight = ref MemoryMarshal.GetReference(Weight);
            for (int row = start; row < end; row++)
            {
                nint at = (nint)row * Columns;
                ref T grad = ref Unsafe.Add(ref MemoryMarshal.GetReference(Grad), at);
                ref T x = ref Unsafe.Add(ref MemoryMarshal.GetReference(X), at);
                ref T dx = ref Unsafe.Add(ref MemoryMarshal.GetReference(Dx), at);
                switch (Simd.Level)
                {
                    case 512: Backward<Vector512Simd<T>, T>(ref grad, ref x, ref weight, ref dx, ref dWeight, ref dBias, Columns, Mean[row], Inverse[row], IsCentred); break;
                    case 256: Backward<Vector256Simd<T>, T>(ref grad, ref x, ref weight, ref dx, ref dWeight, ref dBias, Columns, Mean[row], Inverse[row], IsCentred); break;
                    case 128: Backward<Vector128Simd<T>, T>(ref grad, ref x, ref weight, ref dx, ref dWeight, ref dBias, Columns, Mean[row], Inverse[row], IsCentred); break;
                    default: Backward<ScalarSimd<T>, T>(ref grad, ref x, ref weight, ref dx, ref dWeight, ref dBias, Columns, Mean[row], Inverse[row], IsCentred); break;
                }
            }
        }
    }

    // With h = (x - mean)·inverse and g = grad·weight: dx = inverse·(g - average(g) - h·average(g·h)); RMS has no average(g).
    [MethodImpl(Simd.HotLoop)]
    private static void Backward<TV, T>(ref T grad, ref T x, ref T weight, ref T dx, ref T dWeight, ref T dBias, nint n, T mean, T inverse, bool isCentred) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        TV m = TV.Broadcast(mean), s = TV.Broadcast(inverse), sumG = TV.Zero, sumGH = TV.Zero;
        nint i = 0;
        for (; i <= n - TV.Count; i += TV.Count)
        {
            TV dy = TV.Load(ref Unsafe.Add(ref grad, i)), h = (TV.Load(ref Unsafe.Add(ref x, i)) - m) * s;
            TV.MultiplyAdd(dy, h, TV.Load(ref Unsafe.Add(ref dWeight, i))).Store(ref Unsafe.Add(ref dWeight, i));
            (TV.Load(ref Unsafe.Add(ref dBias, i)) + dy).Store(ref Unsafe.Add(ref dBias, i));
            TV g = dy * TV.Load(ref Unsafe.Add(ref weight, i));
            sumG += g;
            sumGH = TV.MultiplyAdd(g, h, sumGH);
        }
        T averageG = TV.Sum(sumG), averageGH = TV.Sum(sumGH);
        for (; i < n; i++)
        {
            T dy = Unsafe.Add(ref grad, i), h = (Unsafe.Add(ref x, i) - mean) * inverse, g = dy * Unsafe.Add(ref weight, i);
            Unsafe.Add(ref dWeight, i) += dy * h;
            Unsafe.Add(ref dBias, i) += dy;
            averageG += g;
            averageGH += g * h;
        }
        averageG = isCentred ? averageG / T.CreateTruncating(n) : T.Zero;
        averageGH /= T.CreateTruncating(n);
        TV a = TV.Broadcast(averageG), b = TV.Broadcast(averageGH);
        for (i = 0; i <= n - TV.Count; i += TV.Count)
        {
            TV h = (TV.Load(ref Unsafe.Add(ref x, i)) - m) * s, g = TV.Load(ref Unsafe.Add(ref grad, i)) * TV.Load(ref Unsafe.Add(ref weight, i));
            ((g - a - h * b) * s).Store(ref Unsafe.Add(ref dx, i));
        }
        for (; i < n; i++)
        {
            T h = (Unsafe.Add(ref x, i) - mean) * inverse;
            Unsafe.Add(ref dx, i) = (Unsafe.Add(ref grad, i) * Unsafe.Add(ref weight, i) - averageG - h * averageGH) * inverse;
        }
    }
}
