using System.Numerics;
using Baeum.Kernels;

namespace Baeum.Tests.Kernels;

public class ElementwiseTests
{
    private static readonly int[] Lengths = [0, 1, 7, 8, 9, 15, 16, 17, 33, 1000];

    private static void UnaryAtEveryWidth<TFunction>(Func<double, double> expected, double low, double high, double ulps, TFunction f = default)
        where TFunction : struct, IUnaryFunction
    {
        var random = new Random(1);
        var xs = new float[4099];
        for (int i = 0; i < xs.Length; i++) xs[i] = (float)(low + (high - low) * random.NextDouble());
        float[] special = [0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1f, -1f, float.Epsilon, -float.Epsilon, 1e-39f, float.MaxValue, float.MinValue, 88.72f, 88.73f, -87.4f, -103.9f, -104.1f];
        special.CopyTo(xs, 0);
        for (int i = 0; i < 400; i++) xs[100 + i] = (float)(xs[100 + i] * Math.Pow(10, -i / 40.0));
        var ys = new float[4][];
        for (int w = 0; w < 4; w++) ys[w] = new float[xs.Length];
        Elementwise.UnaryScalar(ref xs[0], 1, ref ys[0][0], xs.Length, in f);
        Elementwise.UnaryWide<Vector128Simd<float>, float, TFunction>(ref xs[0], ref ys[1][0], xs.Length, in f);
        Elementwise.UnaryWide<Vector256Simd<float>, float, TFunction>(ref xs[0], ref ys[2][0], xs.Length, in f);
        Elementwise.UnaryWide<Vector512Simd<float>, float, TFunction>(ref xs[0], ref ys[3][0], xs.Length, in f);
        for (int i = 0; i < xs.Length; i++)
        {
            if (double.IsInfinity(high) is false && i >= special.Length && (xs[i] < low || xs[i] > high)) continue;
            double want = expected(xs[i]);
            float single = (float)want;
            string where = $"{typeof(TFunction).Name}({xs[i]:R}) = {ys[2][i]:R}, wanted {single:R}";
            for (int w = 0; w < 4; w++)
            {
                if (float.IsNaN(single)) Assert.True(float.IsNaN(ys[w][i]), where);
                else if (float.IsInfinity(single)) Assert.True(ys[w][i] == single || Math.Abs(want) < 3.4028236e38 * (1 + 1e-6) && Math.Abs(ys[w][i]) == float.MaxValue, where);
                else
                {
                    double ulp = (double)MathF.BitIncrement(Math.Abs(single)) - Math.Abs(single);
                    Assert.True(ys[w][i] == single || Math.Abs(ys[w][i] - want) <= ulps * ulp, where + $" width {w} ({Math.Abs(ys[w][i] - want) / ulp:F2} ulp)");
                }
            }
        }

        var wide = new double[xs.Length];
        var result = new double[xs.Length];
        for (int i = 0; i < xs.Length; i++) wide[i] = i < special.Length ? xs[i] : low + (high - low) * random.NextDouble();
        Elementwise.Unary<double, TFunction>(wide, result, in f);
        for (int i = 0; i < xs.Length; i++)
        {
            double want = expected(wide[i]);
            if (double.IsNaN(want) || double.IsInfinity(want)) Assert.Equal(want, result[i]);
            else Assert.True(Math.Abs(result[i] - want) <= 2e-15 * Math.Abs(want) + 1e-300, $"{typeof(TFunction).Name}({wide[i]:R}) = {result[i]:R}, wanted {want:R}");
        }
    }

    private static double ExpM1(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 + x * x * x / 6 : x > 700 || x < -40 ? Math.Exp(x) - 1 : Math.Abs(x) > 1 ? Math.Exp(x) - 1 : 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);

    private static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 ? x : u <= 0 || double.IsInfinity(u) ? Math.Log(u) : Math.Log(u) + (x - (u - 1)) / u;
    }

    private static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double a = Math.Abs(x);
        if (a > 6) return Math.Sign(x);
        if (a < 1.2)
        {
            double term = x, sum = x;
            for (int n = 1; n < 80; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }
            return sum * 2 / Math.Sqrt(Math.PI);
        }
        double f = 0;
        for (int k = 1000; k >= 1; k--) f = k / 2.0 / (a + f);
        return Math.Sign(x) * (1 - Math.Exp(-a * a) / Math.Sqrt(Math.PI) / (a + f));
    }

    [Fact] public void Exp() => UnaryAtEveryWidth<ExpFunction>(Math.Exp, -103, 88, 1.1);
    [Fact] public void Exp2() => UnaryAtEveryWidth<Exp2Function>(x => Math.Pow(2, x), -148, 127, 1.01);
    [Fact] public void Expm1() => UnaryAtEveryWidth<ExpM1Function>(ExpM1, -20, 88, 2);
    [Fact] public void Log() => UnaryAtEveryWidth<LogFunction>(Math.Log, 0, 1e4, 1.01);
    [Fact] public void LogLarge() => UnaryAtEveryWidth<LogFunction>(Math.Log, 0, 3e38, 1.01);
    [Fact] public void Log2() => UnaryAtEveryWidth<Log2Function>(Math.Log2, 0, 1e4, 2);
    [Fact] public void Log1p() => UnaryAtEveryWidth<Log1PFunction>(Log1P, -1, 100, 2);
    [Fact] public void Tanh() => UnaryAtEveryWidth<TanhFunction>(Math.Tanh, -10, 10, 2);
    [Fact] public void Sigmoid() => UnaryAtEveryWidth<SigmoidFunction>(x => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)) is var r && double.IsNaN(r) && !double.IsNaN(x) ? 0 : Math.Exp(Math.Min(x, 0)) / (1 + Math.Exp(Math.Min(x, 0))), -100, 100, 2.1);
    [Fact] public void ErrorFunction() => UnaryAtEveryWidth<ErfFunction>(Erf, -5, 5, 2);
    [Fact] public void Sin() => UnaryAtEveryWidth<SinFunction>(Math.Sin, -1000, 1000, 2);
    [Fact] public void Cos() => UnaryAtEveryWidth<CosFunction>(Math.Cos, -1000, 1000, 2);
    [Fact] public void Sqrt() => UnaryAtEveryWidth<SqrtFunction>(Math.Sqrt, 0, 1e6, 0.51);
    [Fact] public void Tan() => UnaryAtEveryWidth<TanFunction>(Math.Tan, -10, 10, 1);
    [Fact] public void Round() => UnaryAtEveryWidth<RoundFunction>(x => Math.Round(x, MidpointRounding.ToEven), -10, 10, 0);
    [Fact] public void Log10() => UnaryAtEveryWidth<Log10Function>(Math.Log10, 0, 1e5, 1);

    [Fact]
    public void PowersOfTwoAreExact()
    {
        float[] x = [1, 2, 4, 8, 0.5f, 1024, 1 / 1024f, 65536, 3];
        var y = new float[9];
        Elementwise.Unary<float, Log2Function>(x, y);
        Assert.Equal([0, 1, 2, 3, -1, 10, -10, 16], y[..8]);
        Elementwise.Unary<float, Exp2Function>(y, x);
        Assert.Equal(8f, x[3]);
    }

    private static void Composite<TFunction>(Func<double, double> expected, TFunction f = default) where TFunction : struct, IUnaryFunction
    {
        var x = new double[333];
        for (int i = 0; i < x.Length; i++) x[i] = (i - 166) / 8.0;
        var y = new double[x.Length];
        Elementwise.Unary<double, TFunction>(x, y, in f);
        var single = new float[x.Length];
        Elementwise.Unary<float, TFunction>(x.Select(v => (float)v).ToArray(), single, in f);
        for (int i = 0; i < x.Length; i++)
        {
            double want = expected(x[i]);
            Assert.True(Math.Abs(y[i] - want) <= 4e-15 * Math.Max(1, Math.Abs(want)), $"{typeof(TFunction).Name}({x[i]}) = {y[i]:R}, wanted {want:R}");
            Assert.True(Math.Abs(single[i] - want) <= 5e-7 * Math.Max(1, Math.Abs(want)), $"{typeof(TFunction).Name}({x[i]}) = {single[i]:R}, wanted {want:R} (float)");
        }
    }

    [Fact]
    public void GeluOfFloatsIsAsGoodAsItsFormula()
    {
        float[] x = Enumerable.Range(-16000, 32001).Select(i => i / 1000f).ToArray(), y = new float[x.Length];
        Elementwise.Unary<float, GeluFunction>(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double want = x[i] / 2.0 * (1 + Erf(x[i] / Math.Sqrt(2)));
            Assert.True(Math.Abs(y[i] - want) <= 1e-7 * Math.Max(1, Math.Abs(x[i])), $"gelu({x[i]:R}) = {y[i]:R}, wanted {want:R}");
        }
    }

    private static double Sig(double x) => 1 / (1 + Math.Exp(-x));
    private static double Soft(double x) => x > 20 ? x : Log1P(Math.Exp(x));

    [Fact]
    public void Activations()
    {
        Composite<ReluFunction>(x => Math.Max(0, x));
        Composite<Relu6Function>(x => Math.Clamp(x, 0, 6));
        Composite(x => x > 0 ? x : 0.01 * x, new LeakyReluFunction(0.01));
        Composite(x => x > 0 ? x : 0.7 * ExpM1(x), new EluFunction(0.7));
        Composite<SeluFunction>(x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * ExpM1(x)));
        Composite<GeluFunction>(x => x / 2 * (1 + Erf(x / Math.Sqrt(2))));
        Composite<GeluTanhFunction>(x => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
        Composite<SiluFunction>(x => x * Sig(x));
        Composite<LogSigmoidFunction>(x => x < 0 ? x - Log1P(Math.Exp(x)) : -Log1P(Math.Exp(-x)));
        Composite(x => x * 2 > 5 ? x : Log1P(Math.Exp(2 * x)) / 2, new SoftplusFunction(2, 5));
        Composite<MishFunction>(x => x * Math.Tanh(Soft(x)));
        Composite<SoftsignFunction>(x => x / (1 + Math.Abs(x)));
        Composite<HardSigmoidFunction>(x => Math.Clamp(x / 6 + 0.5, 0, 1));
        Composite<HardSwishFunction>(x => x * Math.Clamp(x + 3, 0, 6) / 6);
        Composite(x => Math.Clamp(x, -2, 3), new ClampFunction(-2, 3));
        Composite<SignFunction>(x => Math.Sign(x));
        Composite<FractionFunction>(x => x - Math.Truncate(x));
    }

    /// <summary>Each derivative map against the central difference of the forward map.</summary>
    private static void Slope<TForward, TGradient>(bool ofOutput = false, TForward f = default, TGradient g = default) where TForward : struct, IUnaryFunction where TGradient : struct, IBinaryFunction
    {
        const double h = 1e-6;
        double[] x = [-4.3, -2.2, -1.1, -0.51, 0.23, 0.77, 1.9, 3.7, 5.1];
        if (typeof(TForward) == typeof(SqrtFunction) || typeof(TForward) == typeof(LogFunction) || typeof(TForward) == typeof(RsqrtFunction) || typeof(TForward) == typeof(Log1PFunction)) x = x.Select(Math.Abs).ToArray();
        if (typeof(TForward) == typeof(AsinFunction) || typeof(TForward) == typeof(AcosFunction)) x = x.Select(v => v / 6).ToArray();
        double[] up = new double[9], down = new double[9], at = new double[9], slope = new double[9];
        Elementwise.Unary<double, TForward>(x.Select(v => v + h).ToArray(), up, in f);
        Elementwise.Unary<double, TForward>(x.Select(v => v - h).ToArray(), down, in f);
        Elementwise.Unary<double, TForward>(x, at, in f);
        Elementwise.Binary<double, TGradient>(x.Select(_ => 1.5).ToArray(), ofOutput ? at : x, slope, in g);
        for (int i = 0; i < 9; i++)
        {
            double want = 1.5 * (up[i] - down[i]) / (2 * h);
            Assert.True(Math.Abs(slope[i] - want) <= 1e-7 * (1 + Math.Abs(want)), $"{typeof(TGradient).Name} at {x[i]}: {slope[i]}, wanted {want}");
        }
    }

    [Fact]
    public void DerivativeMaps()
    {
        Slope<TanhFunction, TanhGradientFunction>(true);
        Slope<SigmoidFunction, SigmoidGradientFunction>(true);
        Slope<SqrtFunction, SqrtGradientFunction>(true);
        Slope<ReciprocalFunction, ReciprocalGradientFunction>(true);
        Slope<RsqrtFunction, RsqrtGradientFunction>(true);
        Slope<ExpFunction, ExpGradientFunction>(true);
        Slope<ExpM1Function, ExpM1GradientFunction>(true);
        Slope<TanFunction, TanGradientFunction>(true);
        Slope<AbsFunction, AbsGradientFunction>();
        Slope<LogFunction, LogGradientFunction>();
        Slope<Log1PFunction, Log1PGradientFunction>();
        Slope<SinFunction, SinGradientFunction>();
        Slope<CosFunction, CosGradientFunction>();
        Slope<AsinFunction, AsinGradientFunction>();
        Slope<AcosFunction, AcosGradientFunction>();
        Slope<AtanFunction, AtanGradientFunction>();
        Slope<ErfFunction, ErfGradientFunction>();
        Slope<ReluFunction, ReluGradientFunction>();
        Slope<Relu6Function, Relu6GradientFunction>();
        Slope(false, new LeakyReluFunction(0.1), new LeakyReluGradientFunction(0.1));
        Slope(false, new ClampFunction(-2, 1), new ClampGradientFunction(-2, 1));
        Slope(false, new ClampFunction(-2, 1), new HardtanhGradientFunction(-2, 1));
        Slope(false, new EluFunction(0.7), new EluGradientFunction(0.7));
        Slope<SeluFunction, SeluGradientFunction>();
        Slope<GeluFunction, GeluGradientFunction>();
        Slope<GeluTanhFunction, GeluTanhGradientFunction>();
        Slope<SiluFunction, SiluGradientFunction>();
        Slope<LogSigmoidFunction, LogSigmoidGradientFunction>();
        Slope(false, new SoftplusFunction(2, 5), new SoftplusGradientFunction(2, 5));
        Slope<MishFunction, MishGradientFunction>();
        Slope<SoftsignFunction, SoftsignGradientFunction>();
        Slope<HardSigmoidFunction, HardSigmoidGradientFunction>();
        Slope<HardSwishFunction, HardSwishGradientFunction>();
    }

    private static void BinaryBroadcast<T>(Func<T, T, T> expected) where T : unmanaged, INumber<T>
    {
        foreach (int n in Lengths)
        {
            var a = Enumerable.Range(1, n * 3).Select(i => T.CreateTruncating(i)).ToArray();
            var b = Enumerable.Range(5, n * 3).Select(i => T.CreateTruncating(i * 2)).ToArray();
            foreach ((int[] sa, int[] sb) in new (int[], int[])[] { ([n, 1], [n, 1]), ([n, 1], [0, 1]), ([n, 1], [1, 0]), ([0, 0], [n, 1]), ([1, 3], [n, 1]), ([n, 1], [1, 3]), ([0, 0], [0, 0]) })
            {
                var y = new T[3 * n];
                Elementwise.Binary<T, SubtractFunction>([3, n], a, sa, b, sb, y);
                for (int r = 0; r < 3; r++)
                    for (int c = 0; c < n; c++)
                        Assert.Equal(expected(a[r * sa[0] + c * sa[1]], b[r * sb[0] + c * sb[1]]), y[r * n + c]);
            }
        }
    }

    [Fact]
    public void BroadcastsOfEveryStride()
    {
        BinaryBroadcast<float>((x, y) => x - y);
        BinaryBroadcast<double>((x, y) => x - y);
        BinaryBroadcast<long>((x, y) => x - y);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AShortRowGoesToEveryRow(int threads)
    {
        int before = Threads.Count;
        Threads.Count = threads;
        foreach (int n in (int[])[2, 3, 7, 8, 12, 31, 32])
        {
            foreach (int rows in (int[])[1, 2, 5, 60, 20_000])
            {
                var a = Enumerable.Range(0, rows * n).Select(i => (float)i).ToArray();
                var b = Enumerable.Range(0, n).Select(i => i * 0.5f).ToArray();
                var y = new float[rows * n];
                Elementwise.Binary<float, SubtractFunction>([rows, n], a, [n, 1], b, [0, 1], y);
                for (int i = 0; i < y.Length; i++) Assert.Equal(a[i] - b[i % n], y[i]);
            }
        }
        Threads.Count = before;
    }

    [Fact]
    public void LargeStridedMapsAreTheSameOnAnyNumberOfThreads()
    {
        var a = Enumerable.Range(0, 300 * 700).Select(i => (float)Math.Sin(i)).ToArray();
        float[] Run(int threads)
        {
            int before = Threads.Count;
            Threads.Count = threads;
            var y = new float[a.Length];
            Elementwise.Binary<float, DivideFunction>([700, 300], a, [1, 700], a, [300, 1], y);
            Threads.Count = before;
            return y;
        }
        float[] one = Run(1);
        Assert.Equal(one, Run(2));
        for (int i = 0; i < a.Length; i += 97) Assert.Equal(a[i / 300 + i % 300 * 700] / a[i], one[i]);
    }

    [Fact]
    public void RemaindersTakePythonsSignAndFmodCs()
    {
        double[] a = [7, -7, 7, -7, 0, 6], b = [3, 3, -3, -3, 5, 3], y = new double[6];
        Elementwise.Binary<double, RemainderFunction>(a, b, y);
        Assert.Equal([1, 2, -2, -1, 0, 0], y);
        Elementwise.Binary<double, FmodFunction>(a, b, y);
        Assert.Equal([1, -1, 1, -1, 0, 0], y);
        long[] p = [7, -7, 7, -7, 9], q = [3, 3, -3, -3, 3], r = new long[5];
        Elementwise.Binary<long, RemainderFunction>(p, q, r);
        Assert.Equal([1, 2, -2, -1, 0], r);
    }

    [Fact]
    public void MaximumKeepsNaN()
    {
        float[] a = Enumerable.Repeat(1f, 19).ToArray(), b = Enumerable.Repeat(2f, 19).ToArray(), y = new float[19];
        a[3] = b[17] = float.NaN;
        Elementwise.Binary<float, MaxFunction>(a, b, y);
        Assert.Equal(2, y.Count(float.IsNaN));
        Elementwise.Binary<float, MinFunction>(a, b, y);
        Assert.Equal(2, y.Count(float.IsNaN));
    }

    [Fact]
    public void ComparisonsTestsAndWhere()
    {
        foreach (int n in Lengths)
        {
            var random = new Random(n);
            float[] a = Enumerable.Range(0, n).Select(_ => (float)random.Next(4)).ToArray(), b = Enumerable.Range(0, n).Select(_ => (float)random.Next(4)).ToArray();
            if (n > 3) a[2] = float.NaN;
            var y = new bool[n];
            Elementwise.Compare<float, LessFunction>(a, b, y);
            Assert.Equal(a.Zip(b, (p, q) => p < q), y);
            Elementwise.Compare<float, GreaterOrEqualFunction>(a, b, y);
            Assert.Equal(a.Zip(b, (p, q) => p >= q), y);
            Elementwise.Compare<float, NotEqualFunction>(a, b, y);
            Assert.Equal(a.Zip(b, (p, q) => p != q), y);
            Elementwise.Compare<long, EqualFunction>(a.Select(v => (long)v).ToArray(), b.Select(v => (long)v).ToArray(), y);
            Assert.Equal(a.Zip(b, (p, q) => (long)p == (long)q), y);
            Elementwise.Compare<double, EqualFunction>([n], a.Select(v => (double)v).ToArray(), [1], [2.0], [0], y);
            Assert.Equal(a.Select(p => p == 2), y);
            Elementwise.Test<float, IsNaNFunction>(a, y);
            Assert.Equal(a.Select(float.IsNaN), y);
            var chosen = new float[n];
            Elementwise.Where<float>([n], y, [1], [-1f], [0], b, [1], chosen);
            Assert.Equal(b.Select((v, i) => y[i] ? -1 : v), chosen);
        }
    }

    [Fact]
    public void CopiesOfTransposedAndRepeatedViews()
    {
        foreach ((int p, int q, int r) in new[] { (2, 3, 4), (1, 33, 65), (3, 64, 40), (2, 100, 1) })
        {
            var x = Enumerable.Range(0, p * q * r).Select(i => (double)i).ToArray();
            var y = new double[x.Length];
            ContiguousCopy.Copy([p, r, q], x, [q * r, 1, r], y);
            for (int i = 0; i < p; i++)
                for (int j = 0; j < r; j++)
                    for (int k = 0; k < q; k++)
                        Assert.Equal(x[i * q * r + k * r + j], y[(i * r + j) * q + k]);
        }
        var repeated = new float[6];
        ContiguousCopy.Copy([3, 2], [1f, 2f, 3f], [1, 0], repeated);
        Assert.Equal([1, 1, 2, 2, 3, 3], repeated);
        Assert.Throws<ArgumentException>(() => ContiguousCopy.Copy([3, 2], new float[5], [2, 1], new float[6]));
    }

    [Fact]
    public void Conversions()
    {
        float[] x = [0, 1.7f, -1.7f, 3e9f, 0.1f, float.NaN, 1, 2, 3];
        TTo[] To<TFrom, TTo>(TFrom[] from) where TFrom : unmanaged where TTo : unmanaged
        {
            var y = new TTo[from.Length];
            ContiguousCopy.Convert<TFrom, TTo>(from, y);
            return y;
        }
        Assert.Equal([0L, 1, -1, 3000000000], To<float, long>(x)[..4]);
        Assert.Equal([false, true, true, true, true, true], To<float, bool>(x)[..6]);
        Assert.Equal(x, To<double, float>(To<float, double>(x)));
        bool[] truths = [true, false, false, true, true, true, false, true, false, true, true];
        Assert.Equal([1f, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1], To<bool, float>(truths));
        Assert.Equal([1.0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1], To<bool, double>(truths));
        Assert.Equal((float)(Half)0.1f, To<Half, float>(To<float, Half>(x))[4]);
        float[] back = To<ushort, float>(To<float, ushort>(x));
        Assert.Equal(0.10009765625f, back[4]);
        Assert.True(float.IsNaN(back[5]));
        Assert.Equal([1f, 2f, 3f], back[6..]);
        Assert.Equal((1L << 53) + 1, To<long, long>([(1L << 53) + 1])[0]);
    }
}
