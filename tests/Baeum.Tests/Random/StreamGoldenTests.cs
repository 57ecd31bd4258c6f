using System.Globalization;
using System.Text.Json;

namespace Baeum.Tests;

/// <summary>The streams of NumPy and PyTorch, number for number.</summary>
public sealed class StreamGoldenTests
{
    [Fact]
    public void StreamsEqualTheGoldenBook()
    {
        var book = Goldens.Open("core/random");
        Assert.NotEmpty(book.Cases);
        foreach (var golden in book.Cases)
        {
            long seed = golden.Arguments.GetProperty("seed").GetInt64();
            string[] calls = [.. golden.Arguments.GetProperty("calls").EnumerateArray().Select(c => c.GetString()!)];
            Func<string, double[]> call = golden.Kind switch
            {
                "RandomState" => RandomState(new NumPyRandom((uint)seed)),
                "Generator" => Generator(new NumPyGenerator((ulong)seed)),
                "torch" => Torch(new TorchRandom(seed)),
                "init" => Init(new TorchRandom(seed)),
                _ => throw new NotSupportedException(golden.Kind),
            };
            for (int i = 0; i < calls.Length; i++)
            {
                var expected = golden.Output($"c{i}");
                // the cell that orthogonal's Householder and LAPACK's single precision share is their last digits
                double tolerance = calls[i].Contains("orthogonal", StringComparison.Ordinal) ? 2e-6 : Tolerance(calls[i]);
                AssertClose(expected.ToDoubles(), call(calls[i]), tolerance, $"{golden.Name}: {calls[i]}");
            }
        }
    }

    private static double Tolerance(string call) => call.Contains("normal", StringComparison.Ordinal) || call.Contains("randn", StringComparison.Ordinal) ? 1e-6 : 0;

    private static Func<string, double[]> RandomState(NumPyRandom random) => call => call switch
    {
        "random_sample(5)" => Doubles(5, d => random.Uniform(d)),
        "random_sample(3)" => Doubles(3, d => random.Uniform(d)),
        "randn(2,3)" => Doubles(6, d => random.RandN(d)),
        "randint(0,10,8)" => Longs(8, d => random.Integers(d, 0, 10)),
        "normal(2,3,4)" => Doubles(4, d => random.Normal(d, 2, 3)),
        "uniform(-1,1,4)" => Doubles(4, d => random.Uniform(d, -1, 1)),
        "permutation(10)" => Array.ConvertAll(random.Permutation(10), n => (double)n),
        "shuffle(arange(10))" => Array.ConvertAll(random.Permutation(10), n => (double)n),
        "choice(5,4)" => Array.ConvertAll(random.Choice(5, 4), n => (double)n),
        "binomial(10,0.3,5)" => Longs(5, d => random.Binomial(d, 10, 0.3)),
        _ => throw new NotSupportedException(call),
    };

    private static Func<string, double[]> Generator(NumPyGenerator random) => call => call switch
    {
        "random(5)" => Doubles(5, d => random.Uniform(d)),
        "standard_normal((2,3))" => Doubles(6, d => random.Normal(d)),
        "integers(0,10,8)" => Longs(8, d => random.Integers(d, 0, 10)),
        "permutation(10)" => Array.ConvertAll(random.Permutation(10), n => (double)n),
        "uniform(-1,1,4)" => Doubles(4, d => random.Uniform(d, -1, 1)),
        "random(3,float32)" => Singles(3, d => random.Uniform(d)),
        _ => throw new NotSupportedException(call),
    };

    private static Func<string, double[]> Torch(TorchRandom random) => call => call switch
    {
        "rand(5)" => Singles(5, d => random.Uniform(d)),
        "rand(3,float64)" => Doubles(3, d => random.Uniform(d)),
        "randn(4)" => Singles(4, d => random.Normal(d)),
        "randn(20)" => Singles(20, d => random.Normal(d)),
        "randn(17)" => Singles(17, d => random.Normal(d)),
        "randn(5,float64)" => Doubles(5, d => random.Normal(d)),
        "randint(0,10,(6,))" => Longs(6, d => random.Integers(d, 0, 10)),
        "randperm(10)" => Array.ConvertAll(random.Permutation(10), n => (double)n),
        "bernoulli(0.3*ones(10))" => Bools(10, d => random.Bernoulli(d, Enumerable.Repeat(0.3f, 10).ToArray())),
        "multinomial([.1,.2,.7],5,replacement)" => Array.ConvertAll(random.Multinomial<float>([.1f, .2f, .7f], 5, replacement: true), n => (double)n),
        _ => throw new NotSupportedException(call),
    };

    private static Func<string, double[]> Init(TorchRandom random) => call => call switch
    {
        "xavier_uniform(4,6)" => Singles(24, d => Initializers.XavierUniform(d, [4, 6], random)),
        "xavier_normal(4,6)" => Singles(24, d => Initializers.XavierNormal(d, [4, 6], random)),
        "kaiming_uniform(4,6,a=sqrt5)" => Singles(24, d => Initializers.KaimingUniform(d, [4, 6], random, Math.Sqrt(5))),
        "kaiming_normal(4,6)" => Singles(24, d => Initializers.KaimingNormal(d, [4, 6], random)),
        "uniform(3)" => Singles(3, d => Initializers.Uniform(d, random)),
        "normal(3)" => Singles(3, d => Initializers.Normal(d, random)),
        "trunc_normal(20,std=.02)" => Singles(20, d => Initializers.TruncatedNormal(d, random, 0, .02)),
        "orthogonal(4,4)" => Singles(16, d => Initializers.Orthogonal(d, [4, 4], random)),
        "Linear(6,4).weight" => Singles(24, d => Initializers.KaimingUniform(d, [4, 6], random, Math.Sqrt(5))),
        "Linear(6,4).bias(same layer)" => Singles(4, d => Initializers.Uniform(d, random, -1 / Math.Sqrt(6), 1 / Math.Sqrt(6))),
        _ => throw new NotSupportedException(call),
    };

    [Fact]
    public void StreamsEqualTheLongerBook()
    {
        var cases = JsonDocument.Parse(File.ReadAllBytes(Goldens.Path("core/random-more.json"))).RootElement.GetProperty("cases");
        foreach (var golden in cases.EnumerateArray())
        {
            string generator = golden.GetProperty("generator").GetString()!;
            ulong seed = golden.GetProperty("seed").GetUInt64();
            var numPy = new NumPyRandom((uint)seed);
            var newer = new NumPyGenerator(seed);
            var torch = new TorchRandom((long)seed);
            foreach (var call in golden.GetProperty("calls").EnumerateArray())
            {
                string name = call.GetProperty("call").GetString()!;
                var args = call.GetProperty("args");
                var actual = generator switch
                {
                    "RandomState" => MoreRandomState(numPy, name, args),
                    "Generator" => MoreGenerator(newer, name, args),
                    _ => MoreTorch(torch, name, args),
                };
                Assert.Equal(call.GetProperty("count").GetInt32(), actual.Length);
                int step = call.GetProperty("step").GetInt32();
                var thinned = actual.Where((_, i) => i % step == 0).ToArray();
                double[] expected = [.. call.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
                AssertClose(expected, thinned, MoreTolerance(name), string.Create(CultureInfo.InvariantCulture, $"{generator} {seed}: {name}{args}"));
            }
        }
    }

    private static double MoreTolerance(string name) => name switch
    {
        "normal" or "exponential" or "exponential64" or "normal64" => 1e-14,
        "normal32" or "orthogonal" or "sparse" or "kaimingOut" or "exponential32" or "singleNormals" => 1e-6,
        _ => 0,
    };

    private static double[] MoreRandomState(NumPyRandom random, string name, JsonElement a) => name switch
    {
        "uniform" => Doubles(a[0].GetInt32(), d => random.Uniform(d, a[1].GetDouble(), a[2].GetDouble())),
        "normal" => Doubles(a[0].GetInt32(), d => random.Normal(d, a[1].GetDouble(), a[2].GetDouble())),
        "integers" => Longs(a[0].GetInt32(), d => random.Integers(d, a[1].GetInt64(), a[2].GetInt64())),
        "permutation" => Array.ConvertAll(random.Permutation(a[0].GetInt32()), n => (double)n),
        "choice" => Array.ConvertAll(random.Choice(a[0].GetInt32(), a[1].GetInt32(), a[2].GetBoolean()), n => (double)n),
        "choicep" => Array.ConvertAll(random.Choice(a[0].GetInt32(), a[1].GetInt32(), a[2].GetBoolean(), Rising), n => (double)n),
        "binomial" => Longs(a[0].GetInt32(), d => random.Binomial(d, a[1].GetInt64(), a[2].GetDouble())),
        "poisson" => Longs(a[0].GetInt32(), d => random.Poisson(d, a[1].GetDouble())),
        "exponential" => Doubles(a[0].GetInt32(), d => random.Exponential(d, a[1].GetDouble())),
        _ => throw new NotSupportedException(name),
    };

    private static double[] MoreGenerator(NumPyGenerator random, string name, JsonElement a) => name switch
    {
        "uniform" => Doubles(a[0].GetInt32(), d => random.Uniform(d, a[1].GetDouble(), a[2].GetDouble())),
        "normal" => Doubles(a[0].GetInt32(), d => random.Normal(d, a[1].GetDouble(), a[2].GetDouble())),
        "singles" => Singles(a[0].GetInt32(), d => random.Uniform(d)),
        "singleNormals" => Singles(a[0].GetInt32(), d => random.Normal(d)),
        "integers" => Longs(a[0].GetInt32(), d => random.Integers(d, a[1].GetInt64(), a[2].GetInt64())),
        "permutation" => Array.ConvertAll(random.Permutation(a[0].GetInt32()), n => (double)n),
        "choice" => Array.ConvertAll(random.Choice(a[0].GetInt32(), a[1].GetInt32(), a[2].GetBoolean()), n => (double)n),
        "choicep" => Array.ConvertAll(random.Choice(a[0].GetInt32(), a[1].GetInt32(), a[2].GetBoolean(), Rising), n => (double)n),
        "binomial" => Longs(a[0].GetInt32(), d => random.Binomial(d, a[1].GetInt64(), a[2].GetDouble())),
        _ => throw new NotSupportedException(name),
    };

    private static double[] MoreTorch(TorchRandom random, string name, JsonElement a)
    {
        float[] weights = [.1f, 2, .7f, 0, 5, 1];
        var wide = Array.ConvertAll(weights, w => (double)w);
        return name switch
        {
            "uniform32" => Singles(a[0].GetInt32(), d => random.Uniform(d, a[1].GetDouble(), a[2].GetDouble())),
            "uniform64" => Doubles(a[0].GetInt32(), d => random.Uniform(d, a[1].GetDouble(), a[2].GetDouble())),
            "normal32" => Singles(a[0].GetInt32(), d => random.Normal(d, a[1].GetDouble(), a[2].GetDouble())),
            "normal64" => Doubles(a[0].GetInt32(), d => random.Normal(d, a[1].GetDouble(), a[2].GetDouble())),
            "integers" => Longs(a[0].GetInt32(), d => random.Integers(d, a[1].GetInt64(), a[2].GetInt64())),
            "permutation" => Array.ConvertAll(random.Permutation(a[0].GetInt32()), n => (double)n),
            "bernoulli" => Bools(a[0].GetInt32(), d => random.Bernoulli(d, a[1].GetDouble())),
            "bernoulliTensor32" => Bools(a[0].GetInt32(), d => random.Bernoulli(d, Enumerable.Repeat(a[1].GetSingle(), d.Length).ToArray())),
            "bernoulliTensor64" => Bools(a[0].GetInt32(), d => random.Bernoulli(d, Enumerable.Repeat(a[1].GetDouble(), d.Length).ToArray())),
            "exponential32" => Singles(a[0].GetInt32(), d => random.Exponential(d, a[1].GetDouble())),
            "exponential64" => Doubles(a[0].GetInt32(), d => random.Exponential(d, a[1].GetDouble())),
            "multinomial32" => Array.ConvertAll(random.Multinomial<float>(weights, a[0].GetInt32(), a[1].GetBoolean()), n => (double)n),
            "multinomial64" => Array.ConvertAll(random.Multinomial<double>(wide, a[0].GetInt32(), a[1].GetBoolean()), n => (double)n),
            "orthogonal" => Singles(21, d => Initializers.Orthogonal(d, [a[0].GetInt32(), a[1].GetInt32()], random, a[2].GetDouble())),
            "sparse" => Singles(60, d => Initializers.Sparse(d, [10, 6], random, a[2].GetDouble())),
            "kaimingOut" => Singles(288, d => Initializers.KaimingNormal(d, [8, 4, 3, 3], random, 0, FanMode.FanOut, Nonlinearity.Relu)),
            "xavierUniform" => Singles(288, d => Initializers.XavierUniform(d, [8, 4, 3, 3], random, 5.0 / 3)),
            "dirac" => Singles(72, d => Initializers.Dirac(d, [4, 2, 3, 3], 2)),
            _ => throw new NotSupportedException(name),
        };
    }

    private static readonly double[] Rising = [.. Enumerable.Range(1, 10).Select(n => n / 55.0)];

    private delegate void Fill<T>(Span<T> destination);

    private static double[] Doubles(int count, Fill<double> fill)
    {
        var values = new double[count];
        fill(values);
        return values;
    }

    private static double[] Singles(int count, Fill<float> fill)
    {
        var values = new float[count];
        fill(values);
        return Array.ConvertAll(values, v => (double)v);
    }

    private static double[] Longs(int count, Fill<long> fill)
    {
        var values = new long[count];
        fill(values);
        return Array.ConvertAll(values, v => (double)v);
    }

    private static double[] Bools(int count, Fill<bool> fill)
    {
        var values = new bool[count];
        fill(values);
        return Array.ConvertAll(values, v => v ? 1.0 : 0.0);
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} values instead of {expected.Length}");
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"{what}, element {i}: {actual[i]:R} instead of {expected[i]:R}");
        }
    }
}
