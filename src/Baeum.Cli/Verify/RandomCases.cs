using System.Globalization;
using System.Text.RegularExpressions;

namespace Baeum.Cli.Verify;

/// <summary>The random streams: each case is a seed and the calls made one after another.</summary>
internal static partial class RandomCases
{
    private delegate void Fill<T>(Span<T> values);

    internal static Func<Outcome>? Check(GoldenCase golden)
    {
        Arguments arguments = golden.Arguments;
        long seed = (long)arguments.Double("seed");
        Func<Call, double[]?>? stream = golden.Kind switch
        {
            "RandomState" => RandomState(new NumPyRandom((uint)seed)),
            "Generator" => Generator(new NumPyGenerator((ulong)seed)),
            "torch" => Torch(new TorchRandom(seed)),
            "init" => Initial(new TorchRandom(seed)),
            _ => null,
        };
        return stream is null ? null : () =>
        {
            // normals pass through logarithms and cosines, whose last bit differs between libraries
            var comparer = new Comparer(1e-6);
            var exact = new Comparer(0);
            string[] calls = arguments.Texts("calls");
            for (int i = 0; i < calls.Length; i++)
            {
                var call = Call.Parse(calls[i]);
                double[] got = stream(call) ?? throw new InvalidDataException($"{golden.Name}: the call {calls[i]} is not known");
                Tensor wanted = golden.Output(FormattableString.Invariant($"c{i}"));
                (call.IsExact ? exact : comparer).Hold(calls[i], got, wanted.To(DType.Float64).ToArray<double>());
            }
            return exact.Outcome.Ok ? comparer.Outcome : exact.Outcome;
        };
    }

    private static Func<Call, double[]?> RandomState(NumPyRandom random) => call => call.Name switch
    {
        "random_sample" => Doubles(call.Count, d => random.Uniform(d)),
        "randn" => Doubles(call.Count, random.RandN),
        "randint" => Longs((int)call[2], d => random.Integers(d, (long)call[0], (long)call[1])),
        "normal" => Doubles((int)call[2], d => random.Normal(d, call[0], call[1])),
        "uniform" => Doubles((int)call[2], d => random.Uniform(d, call[0], call[1])),
        "permutation" or "shuffle" => Array.ConvertAll(random.Permutation((int)call[0]), n => (double)n),
        "choice" => Array.ConvertAll(random.Choice((int)call[0], (int)call[1]), n => (double)n),
        "binomial" => Longs((int)call[2], d => random.Binomial(d, (long)call[0], call[1])),
        _ => null,
    };

    private static Func<Call, double[]?> Generator(NumPyGenerator random) => call => call.Name switch
    {
        "random" when call.Text.Contains("float32", StringComparison.Ordinal) => Singles((int)call[0], d => random.Uniform(d)),
        "random" => Doubles(call.Count, d => random.Uniform(d)),
        "standard_normal" => Doubles(call.Count, d => random.Normal(d)),
        "integers" => Longs((int)call[2], d => random.Integers(d, (long)call[0], (long)call[1])),
        "permutation" => Array.ConvertAll(random.Permutation((int)call[0]), n => (double)n),
        "uniform" => Doubles((int)call[2], d => random.Uniform(d, call[0], call[1])),
        _ => null,
    };

    private static Func<Call, double[]?> Torch(TorchRandom random) => call => call.Name switch
    {
        "rand" when call.Text.Contains("float64", StringComparison.Ordinal) => Doubles((int)call[0], d => random.Uniform(d)),
        "rand" => Singles((int)call[0], d => random.Uniform(d)),
        "randn" when call.Text.Contains("float64", StringComparison.Ordinal) => Doubles((int)call[0], d => random.Normal(d)),
        "randn" => Singles((int)call[0], d => random.Normal(d)),
        "randint" => Longs((int)call[2], d => random.Integers(d, (long)call[0], (long)call[1])),
        "randperm" => Array.ConvertAll(random.Permutation((int)call[0]), n => (double)n),
        "bernoulli" => Bools((int)call[1], d => random.Bernoulli(d, Enumerable.Repeat((float)call[0], d.Length).ToArray())),
        "multinomial" => Array.ConvertAll(random.Multinomial<float>([.. call.Numbers[..^1].Select(weight => (float)weight)], (int)call.Numbers[^1], replacement: true), n => (double)n),
        _ => null,
    };

    // a tensor of the shape that the call names, filled as torch.nn.init does
    private static Func<Call, double[]?> Initial(TorchRandom random) => call => call.Name switch
    {
        "xavier_uniform" => Singles(call.Area, d => Initializers.XavierUniform(d, call.Shape, random)),
        "xavier_normal" => Singles(call.Area, d => Initializers.XavierNormal(d, call.Shape, random)),
        "kaiming_uniform" => Singles(call.Area, d => Initializers.KaimingUniform(d, call.Shape, random, Math.Sqrt(5))),
        "kaiming_normal" => Singles(call.Area, d => Initializers.KaimingNormal(d, call.Shape, random)),
        "uniform" => Singles((int)call[0], d => Initializers.Uniform(d, random)),
        "normal" => Singles((int)call[0], d => Initializers.Normal(d, random)),
        "trunc_normal" => Singles((int)call[0], d => Initializers.TruncatedNormal(d, random, 0, call[1])),
        "orthogonal" => Singles(call.Area, d => Initializers.Orthogonal(d, call.Shape, random)),
        // Linear(in, out): PyTorch draws the weight [out, in], then the bias
        "Linear" when call.Text.EndsWith(".weight", StringComparison.Ordinal) =>
            Singles(call.Area, d => Initializers.KaimingUniform(d, [(int)call[1], (int)call[0]], random, Math.Sqrt(5))),
        "Linear" => Singles((int)call[1], d => Initializers.Uniform(d, random, -1 / Math.Sqrt(call[0]), 1 / Math.Sqrt(call[0]))),
        _ => null,
    };

    private static double[] Doubles(int count, Fill<double> fill)
    {
        double[] values = new double[count];
        fill(values);
        return values;
    }

    private static double[] Singles(int count, Fill<float> fill)
    {
        float[] values = new float[count];
        fill(values);
        return Array.ConvertAll(values, value => (double)value);
    }

    private static double[] Longs(int count, Fill<long> fill)
    {
        long[] values = new long[count];
        fill(values);
        return Array.ConvertAll(values, value => (double)value);
    }

    private static double[] Bools(int count, Fill<bool> fill)
    {
        bool[] values = new bool[count];
        fill(values);
        return Array.ConvertAll(values, value => value ? 1.0 : 0);
    }

    /// <summary>A call as the book writes it: <c>randint(0,10,8)</c>.</summary>
    private sealed partial record Call(string Text, string Name, double[] Numbers)
    {
        internal double this[int index] => Numbers[index];

        /// <summary>All numbers multiplied: the elements of the shape that they name.</summary>
        internal int Count => Numbers.Aggregate(1, (product, number) => product * (int)number);

        internal int[] Shape => [(int)Numbers[0], (int)Numbers[1]];

        internal int Area => Shape[0] * Shape[1];

        internal bool IsExact => !Name.Contains("normal", StringComparison.Ordinal) && Name is not ("randn" or "orthogonal");

        internal static Call Parse(string text) => new(text, text[..text.IndexOf('(', StringComparison.Ordinal)],
            [.. Number().Matches(text[text.IndexOf('(', StringComparison.Ordinal)..]).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))]);

        // not the digits of a name such as float32
        [GeneratedRegex(@"(?<![A-Za-z_0-9.])-?(\d+\.?\d*|\.\d+)")]
        private static partial Regex Number();
    }
}
