using System.Numerics;
using Baeum.Kernels;

namespace Baeum.Tests.Kernels;

public class GemmTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 8, 9, 16, 17, 33, 70];

    private static T[] Values<T>(int n, int seed) where T : INumber<T>
    {
        var random = new Random(seed);
        return Enumerable.Range(0, n).Select(_ => T.CreateTruncating(random.NextDouble() * 2 - 1)).ToArray();
    }

    private static unsafe void Case<TV, T>(int m, int n, int k, bool transposeA, bool transposeB, bool accumulate, bool withBias, int gap = 3) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        T[] a = Values<T>(m * k, 1), b = Values<T>(k * n, 2), bias = Values<T>(n, 3), c = Values<T>(m * (n + gap) + 16, 4), before = (T[])c.Clone();
        int ar = transposeA ? 1 : k, ac = transposeA ? m : 1, br = transposeB ? 1 : n, bc = transposeB ? k : 1;
        fixed (T* pa = a, pb = b, pc = c, pd = bias)
        {
            var problem = new Gemm.Problem<T> { M = m, N = n, K = k, A = pa, ARow = ar, AColumn = ac, B = pb, BRow = br, BColumn = bc, C = pc, CRow = n + gap, CColumn = 1, Accumulate = accumulate, Bias = withBias ? pd : null };
            Gemm.Run<TV, T>(ref problem);
        }
        for (int at = 0; at < c.Length; at++)
        {
            int i = at / (n + gap), j = at % (n + gap);
            bool isResult = i < m && j < n;
            double want = isResult && !accumulate ? 0 : double.CreateTruncating(before[at]);
            if (isResult)
            {
                if (withBias) want += double.CreateTruncating(bias[j]);
                for (int l = 0; l < k; l++) want += double.CreateTruncating(a[i * ar + l * ac]) * double.CreateTruncating(b[l * br + j * bc]);
            }
            double tolerance = (typeof(T) == typeof(float) ? 1e-6 : 1e-14) * (1 + Math.Sqrt(k)) * 2;
            double got = double.CreateTruncating(c[at]);
            Assert.True(Math.Abs(got - want) <= (isResult ? tolerance : 0), $"[{m}, {k}] x [{k}, {n}] tA={transposeA} tB={transposeB} add={accumulate} bias={withBias} gap={gap} {typeof(TV).Name} at [{i}, {j}]: {got}, wanted {want}");
        }
    }

    private static void AllWidths(int m, int n, int k, int way)
    {
        bool ta = (way & 1) != 0, tb = (way & 2) != 0, add = (way & 4) != 0, bias = (way & 8) != 0;
        Case<ScalarSimd<float>, float>(m, n, k, ta, tb, add, bias);
        Case<Vector128Simd<float>, float>(m, n, k, ta, tb, add, bias);
        Case<Vector256Simd<float>, float>(m, n, k, ta, tb, add, bias);
        Case<Vector512Simd<float>, float>(m, n, k, ta, tb, add, bias);
        Case<Vector256Simd<double>, double>(m, n, k, ta, tb, add, bias);
    }

    [Fact]
    public void EverySmallShape()
    {
        int way = 0;
        foreach (int m in Sizes)
            foreach (int n in Sizes)
                foreach (int k in Sizes) AllWidths(m, n, k, way++ & 15);
    }

    [Fact]
    public void NarrowProductsWriteTheirOwnElementsOnly()
    {
        int way = 0;
        foreach (int m in (int[])[2, 4, 5, 6, 7, 8, 130])
        {
            for (int n = 2; n < 16; n++)
            {
                foreach (int k in (int[])[1, 2, 4, 24])
                {
                    bool add = (way & 1) != 0, bias = (way & 2) != 0, transposeA = (way++ & 4) != 0;
                    Case<Vector128Simd<float>, float>(m, n, k, transposeA, false, add, bias, gap: 0);
                    Case<Vector256Simd<float>, float>(m, n, k, transposeA, false, add, bias, gap: 0);
                    Case<Vector512Simd<float>, float>(m, n, k, transposeA, false, add, bias, gap: 0);
                    Case<Vector512Simd<double>, double>(m, n, k, transposeA, false, add, bias, gap: 0);
                }
            }
        }
    }

    [Theory]
    [InlineData(200, 150, 300), InlineData(64, 250, 500), InlineData(69, 800, 100), InlineData(121, 33, 513), InlineData(5, 300, 400), InlineData(300, 5, 400), InlineData(1, 1000, 700), InlineData(1000, 1, 700), InlineData(3, 1000, 64), InlineData(130, 129, 257)]
    public void LargerShapes(int m, int n, int k)
    {
        for (int way = 0; way < 16; way++)
        {
            bool ta = (way & 1) != 0, tb = (way & 2) != 0, add = (way & 4) != 0, bias = (way & 8) != 0;
            Case<Vector256Simd<float>, float>(m, n, k, ta, tb, add, bias);
            if (way % 5 == 0) Case<Vector128Simd<double>, double>(m, n, k, ta, tb, add, bias);
        }
    }

    [Fact]
    public void NothingToSumGivesZeroOrTheBias()
    {
        float[] c = [5, 5, 5, 5];
        Gemm.Multiply<float>(2, 2, 0, [], 0, 1, [], 2, 1, c, 2, bias: [1, 2]);
        Assert.Equal([1, 2, 1, 2], c);
        Gemm.Multiply<float>(2, 2, 0, [], 0, 1, [], 2, 1, c, 2);
        Assert.Equal([0, 0, 0, 0], c);
    }

    [Fact]
    public void MoreRowsThanASuperBlock()
    {
        int m = 2500, n = 40, k = 300;
        float[] a = Values<float>(m * k, 1), b = Values<float>(k * n, 2), c = new float[m * n];
        Gemm.Multiply<float>(m, n, k, a, k, 1, b, n, 1, c, n);
        foreach (int i in new[] { 0, 1919, 1920, 2499 })
        {
            double want = 0;
            for (int l = 0; l < k; l++) want += (double)a[i * k + l] * b[l * n + 39];
            Assert.Equal(want, c[i * n + 39], 1e-4);
        }
    }

    [Theory]
    [InlineData(300, 310, 520), InlineData(1, 4000, 500), InlineData(4000, 1, 500), InlineData(3, 3000, 500), InlineData(97, 2100, 64)]
    public void TwoThreadsGiveTheBitsOfOne(int m, int n, int k)
    {
        float[] a = Values<float>(m * k, 1), b = Values<float>(k * n, 2);
        for (int way = 0; way < 4; way++)
        {
            int ar = (way & 1) != 0 ? 1 : k, ac = (way & 1) != 0 ? m : 1, br = (way & 2) != 0 ? 1 : n, bc = (way & 2) != 0 ? k : 1;
            float[] Run(int threads)
            {
                int before = Threads.Count;
                Threads.Count = threads;
                var c = new float[m * n];
                Gemm.Multiply<float>(m, n, k, a, ar, ac, b, br, bc, c, n);
                Threads.Count = before;
                return c;
            }
            Assert.Equal(Run(1), Run(2));
        }
    }

    [Fact]
    public void Batches()
    {
        int batch = 5, m = 6, n = 9, k = 11;
        double[] a = Values<double>(batch * m * k, 1), b = Values<double>(batch * k * n, 2);
        foreach (int bBatch in new[] { 0, k * n })
        {
            double[] c = new double[batch * m * n], one = new double[m * n];
            Gemm.Batched<double>(batch, m, n, k, a, m * k, k, 1, b, bBatch, n, 1, c, m * n, n);
            for (int i = 0; i < batch; i++)
            {
                Gemm.Multiply<double>(m, n, k, a.AsSpan(i * m * k), k, 1, b.AsSpan(i * bBatch), n, 1, one, n);
                for (int j = 0; j < one.Length; j++) Assert.Equal(one[j], c[i * m * n + j], 1e-14);
            }
        }
    }

    [Fact]
    public void SpansThatAreTooShortAreRefused() =>
        Assert.Contains("B has 5", Assert.Throws<ArgumentException>(() => Gemm.Multiply<float>(2, 3, 2, new float[4], 2, 1, new float[5], 3, 1, new float[6], 3)).Message);
}
