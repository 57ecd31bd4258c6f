using System.Numerics;
using Baeum.Kernels;

namespace Baeum.Tests.Kernels;

public class ReduceTests
{
    private static readonly int[] Lengths = [1, 2, 3, 7, 8, 9, 15, 16, 17, 33, 1000];

    private static float[] Values(int n)
    {
        var random = new Random(n);
        return Enumerable.Range(0, n).Select(_ => (float)(random.NextDouble() * 2 - 1)).ToArray();
    }

    private static void Case<TV, T>(int outer, int reduced, int inner) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        T[] x = Values(outer * reduced * inner).Select(v => T.CreateTruncating(v)).ToArray(), sum = new T[outer * inner], max = new T[outer * inner], min = new T[outer * inner];
        ReduceKernels.Reduce<TV, T, ReduceKernels.SumReducer>(x, sum, outer, reduced, inner);
        ReduceKernels.Reduce<TV, T, ReduceKernels.MaxReducer>(x, max, outer, reduced, inner);
        ReduceKernels.Reduce<TV, T, ReduceKernels.MinReducer>(x, min, outer, reduced, inner);
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                var column = Enumerable.Range(0, reduced).Select(r => double.CreateTruncating(x[(o * reduced + r) * inner + i])).ToList();
                Assert.Equal(column.Sum(), double.CreateTruncating(sum[o * inner + i]), typeof(T) == typeof(float) ? 2e-5 : 1e-12);
                Assert.Equal(column.Max(), double.CreateTruncating(max[o * inner + i]));
                Assert.Equal(column.Min(), double.CreateTruncating(min[o * inner + i]));
            }
        }
    }

    [Fact]
    public void EveryWidthAndLayout()
    {
        foreach (int n in Lengths)
        {
            foreach ((int outer, int reduced, int inner) in new[] { (1, n, 1), (3, n, 1), (1, 5, n), (2, n, 3), (1, n, 7), (2, n, 17), (3, 1, n) })
            {
                Case<ScalarSimd<float>, float>(outer, reduced, inner);
                Case<Vector128Simd<float>, float>(outer, reduced, inner);
                Case<Vector256Simd<float>, float>(outer, reduced, inner);
                Case<Vector512Simd<float>, float>(outer, reduced, inner);
                Case<Vector256Simd<double>, double>(outer, reduced, inner);
            }
        }
    }

    [Fact]
    public void NothingSumsToZeroAndMultipliesToOne()
    {
        float[] y = [5, 5];
        ReduceKernels.Sum<float>([], y, 2, 0, 1);
        Assert.Equal([0, 0], y);
        ReduceKernels.Product<float>([], y, 1, 0, 2);
        Assert.Equal([1, 1], y);
        Assert.Contains("no elements", Assert.Throws<ArgumentException>(() => ReduceKernels.Max<float>([], y, 2, 0, 1)).Message);
    }

    [Fact]
    public void WholeNumbers()
    {
        long[] x = Enumerable.Range(-50, 101).Select(i => (long)i * 1_000_000_007).ToArray(), y = new long[1];
        ReduceKernels.Sum<long>(x, y, 1, 101, 1);
        Assert.Equal(0, y[0]);
        ReduceKernels.Max<long>(x, y, 1, 101, 1);
        Assert.Equal(50_000_000_350, y[0]);
        ReduceKernels.Min<long>(x, y, 1, 101, 1);
        Assert.Equal(-50_000_000_350, y[0]);
        ReduceKernels.Product<long>([2, 3, -7], y, 1, 3, 1);
        Assert.Equal(-42, y[0]);
    }

    [Fact]
    public void LongSumsAreAsAccurateAsPairwise()
    {
        float[] x = new float[1 << 22], y = new float[1];
        Array.Fill(x, 0.1f);
        ReduceKernels.Sum<float>(x, y, 1, x.Length, 1);
        // one after the other the sum would be wrong by thousands; a block without vectors still adds 512 numbers in a row
        Assert.Equal(0.1f * (double)x.Length, y[0], Simd.Level >= 256 ? 0.2 : 2.0);
        var columns = new float[4];
        ReduceKernels.Sum<float>(x, columns, 1, x.Length / 4, 4);
        Assert.All(columns, c => Assert.Equal(0.1f * (double)(x.Length / 4), c, 1.0));
    }

    [Fact]
    public void TheBitsDoNotDependOnTheThreads()
    {
        float[] x = Values(700_000);
        float[] Run(int threads, int outer, int reduced, int inner)
        {
            int before = Threads.Count;
            Threads.Count = threads;
            var y = new float[outer * inner];
            ReduceKernels.Sum<float>(x, y, outer, reduced, inner);
            Threads.Count = before;
            return y;
        }
        Assert.Equal(Run(1, 1, 700_000, 1), Run(2, 1, 700_000, 1));
        Assert.Equal(Run(1, 700, 1000, 1), Run(3, 700, 1000, 1));
        Assert.Equal(Run(1, 7, 1000, 100), Run(2, 7, 1000, 100));
    }

    [Fact]
    public void ExtremesFindTheFirstPlaceAndNaN()
    {
        float[] x = [1, 5, 5, 2, 9, float.NaN, 9, float.NaN], y = new float[2];
        long[] places = new long[2];
        ReduceKernels.Extreme<float>(x, y, places, 2, 4, true);
        Assert.Equal([1, 1], places);
        Assert.Equal(5, y[0]);
        Assert.True(float.IsNaN(y[1]));
        ReduceKernels.Extreme<float>(x, y, places, 2, 4, false);
        Assert.Equal([0, 1], places);
    }

    [Fact]
    public void SoftmaxOfEveryLengthAndLayout()
    {
        foreach (int n in Lengths)
        {
            foreach ((int outer, int inner) in new[] { (1, 1), (3, 1), (300, 1), (2, 3) })
            {
                if (outer * n > 5000) continue;
                double[] x = Values(outer * n * inner).Select(v => v * 5.0).ToArray(), y = new double[x.Length], log = new double[x.Length], dx = new double[x.Length], dlog = new double[x.Length];
                float[] single = new float[x.Length];
                SoftmaxKernels.Softmax<double>(x, y, outer, n, inner);
                SoftmaxKernels.LogSoftmax<double>(x, log, outer, n, inner);
                SoftmaxKernels.Softmax<float>(x.Select(v => (float)v).ToArray(), single, outer, n, inner);
                SoftmaxKernels.SoftmaxGradient<double>(x, y, dx, outer, n, inner);
                SoftmaxKernels.LogSoftmaxGradient<double>(x, log, dlog, outer, n, inner);
                for (int o = 0; o < outer; o++)
                {
                    for (int i = 0; i < inner; i++)
                    {
                        int At(int r) => (o * n + r) * inner + i;
                        var rows = Enumerable.Range(0, n).ToList();
                        double sum = rows.Sum(r => Math.Exp(x[At(r)])), dot = rows.Sum(r => x[At(r)] * Math.Exp(x[At(r)]) / sum), total = rows.Sum(r => x[At(r)]);
                        foreach (int r in rows)
                        {
                            double p = Math.Exp(x[At(r)]) / sum;
                            Assert.Equal(p, y[At(r)], 1e-14);
                            Assert.Equal(p, single[At(r)], 1e-6);
                            Assert.Equal(Math.Log(p), log[At(r)], 1e-13);
                            Assert.Equal(p * (x[At(r)] - dot), dx[At(r)], 1e-12);
                            Assert.Equal(x[At(r)] - p * total, dlog[At(r)], 1e-12);
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void SoftmaxOfExtremeInputs()
    {
        float inf = float.PositiveInfinity;
        float[] x = [1e30f, -1e30f, 1e30f, -inf, 0, -inf, -inf, -inf, -inf, 1000, 1001, -1000], y = new float[12];
        SoftmaxKernels.Softmax<float>(x, y, 4, 3, 1);
        Assert.Equal([0.5f, 0, 0.5f, 0, 1, 0], y[..6]);
        Assert.All(y[6..9], v => Assert.True(float.IsNaN(v)));
        Assert.Equal(1 / (1 + Math.E), y[9], 1e-6);
        SoftmaxKernels.LogSoftmax<float>(x, y, 4, 3, 1);
        Assert.Equal(-Math.Log(1 + Math.E), y[9], 1e-6);
        Assert.Equal(-inf, y[3]);
        for (int at = 0; at < 37; at++)
        {
            var row = Enumerable.Repeat(1f, 37).ToArray();
            row[at] = float.NaN;
            SoftmaxKernels.Softmax<float>(row, row, 1, 37, 1);
            Assert.All(row, v => Assert.True(float.IsNaN(v)));
        }
        float[] many = Enumerable.Repeat(1f, 3 * 200).ToArray(), result = new float[many.Length];
        many[400] = float.NaN; // the second of row 133
        SoftmaxKernels.Softmax<float>(many, result, 200, 3, 1);
        for (int i = 0; i < result.Length; i++) Assert.Equal(i / 3 == 133, float.IsNaN(result[i]));
    }
}
