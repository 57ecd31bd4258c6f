using System.Numerics;

namespace Baeum.Kernels;

/// <summary>Matrix products of numbers of any type, and products of many matrices.</summary>
internal static class ProductKernels
{
    /// <summary>c[m, n] = a[m, k] · b[k, n] + bias[n], or added to c; a and b have any strides, the rows of c are contiguous, the bias may be empty.</summary>
    internal static void Product<T>(int m, int n, int k, ReadOnlySpan<T> a, int aRow, int aColumn, ReadOnlySpan<T> b, int bRow, int bColumn, Span<T> c, int cRow, bool accumulate, ReadOnlySpan<T> bias = default)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            Gemm.Multiply(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias);
            return;
        }
        for (int i = 0; i < m; i++)
        {
            var row = c.Slice(i * cRow, n);
            if (!accumulate) row.Clear();
            for (int j = 0; j < bias.Length; j++) row[j] += bias[j];
            for (int p = 0; p < k; p++)
            {
                var left = a[i * aRow + p * aColumn];
                for (int j = 0; j < row.Length; j++) row[j] += left * b[p * bRow + j * bColumn];
            }
        }
    }

    /// <summary>Where the matrices of a batch begin: sizes of the batch dimensions and the strides of both operands along them.</summary>
    internal readonly ref struct Batch(ReadOnlySpan<int> sizes, ReadOnlySpan<int> aStrides, ReadOnlySpan<int> bStrides)
    {
        private readonly ReadOnlySpan<int> sizes = sizes, aStrides = aStrides, bStrides = bStrides;

        internal (int A, int B) Offsets(int index)
        {
            int a = 0, b = 0;
            for (int d = sizes.Length - 1; d >= 0; d--)
            {
                (index, int at) = Math.DivRem(index, sizes[d]);
                a += at * aStrides[d];
                b += at * bStrides[d];
            }
            return (a, b);
        }
    }

    /// <summary>One product for every index of a batch; c lies contiguous.</summary>
    internal static void Products<T>(int count, Batch batch, int m, int n, int k, ReadOnlySpan<T> a, int aRow, int aColumn, ReadOnlySpan<T> b, int bRow, int bColumn, Span<T> c)
        where T : unmanaged, INumber<T>
    {
        var body = new BatchBody<T> { Batch = batch, M = m, N = n, K = k, A = a, ARow = aRow, AColumn = aColumn, B = b, BRow = bRow, BColumn = bColumn, C = c };
        // Few large matrices are better cut inside the product than between products.
        double each = 0.02 * m * n * k + 50;
        if (count < FewMatrices && each > Threads.SerialNanoseconds) for (int i = 0; i < count; i++) body.Invoke(i);
        else Threads.For(count, count * each, ref body);
    }

    private const int FewMatrices = 8;

    private ref struct BatchBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        internal Batch Batch;
        internal int M, N, K, ARow, AColumn, BRow, BColumn;
        internal ReadOnlySpan<T> A, B;
        internal Span<T> C;

        public readonly void Invoke(int chunk)
        {
            var (a, b) = Batch.Offsets(chunk);
            Product(M, N, K, A[a..], ARow, AColumn, B[b..], BRow, BColumn, C.Slice(chunk * M * N, M * N), N, accumulate: false);
        }
    }
}
