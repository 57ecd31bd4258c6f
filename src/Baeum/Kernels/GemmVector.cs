using System.Numerics;

namespace Baeum.Kernels;

/// <summary>Products with a vector: every element of the matrix is read once, so memory sets the pace (4 bytes for 2 operations).</summary>
internal static unsafe partial class Gemm
{
    private static void VectorProduct<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        // x·B is Bᵀ·x: one way for both.
        bool left = p.M == 1;
        int rows = left ? p.N : p.M;
        var body = new VectorBody<TV, T>
        {
            K = p.K,
            Matrix = left ? p.B : p.A,
            Row = left ? p.BColumn : p.ARow,
            Column = left ? p.BRow : p.AColumn,
            X = left ? p.A : p.B,
            XStride = left ? p.AColumn : p.BRow,
            Y = p.C,
            YStride = left ? 1 : p.CRow,
        };
        Start(ref p, 0, p.M, 0, p.N);
        body.Accumulate = p.Accumulate || p.Bias != null;
        if (body.Column == 1 && body.XStride != 1)
        {
            T* buffer = PackBuffer<T>.Rent(p.K);
            for (int i = 0; i < p.K; i++) buffer[i] = body.X[i * body.XStride];
            body.X = buffer;
            body.XStride = 1;
        }
        // Pieces of about 16,000 elements of the matrix, but no shorter than a cache line or two of y.
        int grain = Math.Max(64, RoundUp(16384 / Math.Max(1, p.K), 4));
        if (body.Row == 1) grain = Math.Max(grain, 512);
        Threads.ForRange(rows, grain, p.K * 0.08, ref body);
    }

    /// <summary>A few rows of A against many contiguous columns of B: a weight [out, in] applied to a small batch.</summary>
    private static void RowDots<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        Start(ref p, 0, p.M, 0, p.N);
        var body = new RowDotsBody<TV, T> { Problem = p, Accumulate = p.Accumulate || p.Bias != null };
        Threads.ForRange(p.N, Math.Max(16, RoundUp(16384 / Math.Max(1, p.K), 4)), p.K * 0.05 * p.M, ref body);
    }

    /// <summary>Many contiguous rows of A against a few columns of B, as <see cref="RowDots"/> with the sides exchanged.</summary>
    private static void ColumnDots<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        Start(ref p, 0, p.M, 0, p.N);
        Problem<T> turned = p.Turned() with { Accumulate = p.Accumulate || p.Bias != null, Bias = null };
        if (turned.AColumn != 1)
        {
            T* buffer = PackBuffer<T>.Rent((long)p.K * p.N);
            for (int l = 0; l < p.K; l++)
            {
                for (int j = 0; j < p.N; j++) buffer[j * (nint)p.K + l] = p.B[l * p.BRow + j * p.BColumn];
            }
            turned = turned with { A = buffer, ARow = p.K, AColumn = 1 };
        }
        RowDots<TV, T>(ref turned);
    }

    private struct VectorBody<TV, T> : IRangeBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        public int K;
        public T* Matrix, X, Y;
        public nint Row, Column, XStride, YStride;
        public bool Accumulate;

        public readonly void Invoke(int start, int end)
        {
            if (Column == 1)
            {
                int i = start;
                for (; i <= end - 4; i += 4) GemmTile.Dot4<TV, T>(K, X, Matrix + i * Row, Row, Y + i * YStride, YStride, Accumulate);
                for (; i < end; i++)
                {
                    T sum = GemmTile.Dot1<TV, T>(K, X, Matrix + i * Row);
                    Y[i * YStride] = Accumulate ? Y[i * YStride] + sum : sum;
                }
            }
            else if (Row == 1 && YStride == 1)
            {
                if (!Accumulate) new Span<T>(Y + start, end - start).Clear();
                GemmTile.AddColumns<TV, T>(end - start, K, Matrix + start, Column, X, XStride, Y + start);
            }
            else
            {
                for (int i = start; i < end; i++)
                {
                    T sum = T.Zero;
                    T* m = Matrix + i * Row;
                    for (nint l = 0; l < K; l++) sum += m[l * Column] * X[l * XStride];
                    Y[i * YStride] = Accumulate ? Y[i * YStride] + sum : sum;
                }
            }
        }
    }

    private struct RowDotsBody<TV, T> : IRangeBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        public Problem<T> Problem;
        public bool Accumulate;

        public readonly void Invoke(int start, int end)
        {
            int j = start;
            for (; j <= end - 4; j += 4)
                for (int i = 0; i < Problem.M; i++)
                    GemmTile.Dot4<TV, T>(Problem.K, Problem.A + i * Problem.ARow, Problem.B + j * Problem.BColumn, Problem.BColumn, Problem.C + i * Problem.CRow + j * Problem.CColumn, Problem.CColumn, Accumulate);
            for (; j < end; j++)
            {
                for (int i = 0; i < Problem.M; i++)
                {
                    T sum = GemmTile.Dot1<TV, T>(Problem.K, Problem.A + i * Problem.ARow, Problem.B + j * Problem.BColumn);
                    T* y = Problem.C + i * Problem.CRow + j * Problem.CColumn;
                    *y = Accumulate ? *y + sum : sum;
                }
            }
        }
    }
}
