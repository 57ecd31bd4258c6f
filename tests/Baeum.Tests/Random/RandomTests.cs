namespace Baeum.Tests;

public sealed class RandomTests
{
    private static RandomGenerator Create(string kind) => kind switch
    {
        "NumPyRandom" => new NumPyRandom(42),
        "NumPyGenerator" => new NumPyGenerator(42),
        "TorchRandom" => new TorchRandom(42),
        _ => new PhiloxRandom(42),
    };

    public static TheoryData<string> Kinds => ["NumPyRandom", "NumPyGenerator", "TorchRandom", "PhiloxRandom"];

    /// <summary>The figures that the course's first lessons rest on.</summary>
    [Fact]
    public void TheCoursesSeedGivesItsShuffleAndIntegers()
    {
        Assert.Equal([0, 4, 9, 1, 5, 3, 6, 7, 8, 2], new NumPyRandom(220106).Permutation(10));
        var random = new NumPyRandom(220106);
        var integers = new long[10];
        random.Integers(integers, 0, 130);
        Assert.Equal([74, 66, 86, 107, 65, 31, 65, 107, 85, 95], integers);
        double[] next = [random.RandomSample(), random.RandomSample(), random.RandomSample()];
        Assert.Equal(.66990085, next[0], 8);
        Assert.Equal(.08364155, next[1], 8);
        Assert.Equal(.35138658, next[2], 8);
    }

    [Theory]
    [InlineData(220102, new[] { 0.9721326501, 0.2860849382 })]
    [InlineData(220103, new[] { 1.0710689166, -0.3695461539, -0.9918257021 })]
    [InlineData(220104, new[] { -0.3035691429, -0.5655273311, -0.4417443809, 0.0121405686 })]
    [InlineData(220106, new[] { 0.7700873076, -1.6262421582, 0.6510136067, -1.0969366429, -0.2358930862, -0.6608829852, -0.0684047154, -0.2642603294, 0.8455446086, -0.7804619546, -0.5653093395, -1.0018411460, 1.0385162735, 0.9817881137, 2.2289342140 })]
    [InlineData(220111, new[] { 0.9025691260, -0.0329799296, 0.3146775352, 0.2313166247, 1.3921841085, 1.2939110657, 0.7400192912, -1.1046981600, -0.7060861271 })]
    [InlineData(220112, new[] { 1.9675505586, 0.3672317215, -1.1989460595, -0.9362599309, 1.8503699780 })]
    [InlineData(220132, new[] { 0.5553006248, 0.3487766166, 0.6697192316, -0.2367211389, -1.5717511503, 0.8645150506, -0.3356327935, -2.7094449563, 0.6149977024 })]
    [InlineData(220120, new[] { 0.2621349671, 0.4530831656, 0.3254687975, -0.0995624409, 0.1476488887, -0.3188885882, 1.1956861120, 0.8821647243, 0.1629227551 })]
    [InlineData(220209, new[] { 0.6573741869, 0.9362472606, 0.4815735565, 0.3583245228, -1.3349552217, -0.4745868844, 0.0756053737, 1.0296407838, -2.5483941097, 1.0472397918, -0.9926368559, 1.2820924997, -1.1150130046, -0.0511956116, 0.6556832417 })]
    [InlineData(230907, new[] { -0.3904747651, 2.1204676962, 0.1146479828, -0.4066149478, -1.1458848261, 0.1683594618, -0.0772915718, -0.5270172379, -0.2333054034 })]
    [InlineData(230912, new[] { 0.0282466411, 1.6855966338, 0.6512912553, -0.1250427634, 0.2958846834, -0.1985061314, 0.2462345577, 0.5425482954, 0.6652823314, 1.1392591052, 0.0184972958, 0.6764255219 })]
    public void TheCoursesFirstWeightsAreNumPys(uint seed, double[] expected)
    {
        var actual = new double[expected.Length];
        new NumPyRandom(seed).RandN(actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-10);
    }

    /// <summary>Three million draws visit every layer of the ziggurat, its edges and its tail: one false rejection would change the sum.</summary>
    [Fact]
    public void TheZigguratEqualsNumPysEverywhere()
    {
        var doubles = new double[3_000_000];
        new NumPyGenerator(11).Normal(doubles);
        Assert.Equal(2114.330741396286, doubles.Sum(), 1e-8);
        var singles = new float[3_000_000];
        new NumPyGenerator(11).Normal(singles);
        Assert.Equal(1699.5161383889117, singles.Sum(v => (double)v), 1e-2);
    }

    [Fact]
    public void RowsAreShuffledLikeSingleValues()
    {
        var matrix = Enumerable.Range(0, 40).ToArray();
        new NumPyRandom(7).ShuffleRows(matrix.AsSpan(), 4);
        var order = new NumPyRandom(7).Permutation(10);
        Assert.Equal(order.SelectMany(row => Enumerable.Range(row * 4, 4)), matrix);
    }

    /// <summary>The vectors that the authors of Philox publish for ten rounds of four words.</summary>
    [Theory]
    [InlineData(0UL, 0UL, 0UL, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(0x299f31d0a4093822UL, 0x0370734413198a2eUL, 0x85a308d3243f6a88UL, new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void PhiloxEqualsItsPublishedVectors(ulong key, ulong upper, ulong lower, uint[] expected)
    {
        PhiloxRandom.Block(key, new UInt128(upper, lower), out uint a, out uint b, out uint c, out uint d);
        Assert.Equal(expected, new[] { a, b, c, d });
    }

    [Fact]
    public void SplitsDependOnSeedAndIndexOnly()
    {
        var parent = new PhiloxRandom(5);
        double before = parent.Split(3).NextDouble();
        parent.NextDouble();
        Assert.Equal(before, parent.Split(3).NextDouble());
        var seen = new HashSet<double> { parent.NextDouble(), new PhiloxRandom(6).Split(3).NextDouble(), parent.Split(3).Split(3).NextDouble() };
        for (ulong i = 0; i < 1000; i++)
            Assert.True(seen.Add(parent.Split(i).NextDouble()));
    }

    /// <summary>A resumed stream goes on exactly, also in the middle of a pair of normals or a half-used draw.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void AResumedStreamGoesOnExactly(string kind)
    {
        for (int warmUp = 0; warmUp < 6; warmUp++)
        {
            var original = Create(kind);
            original.Normal(new double[warmUp]);
            original.Uniform(new float[warmUp]);
            var resumed = Create(kind);
            resumed.SetState(original.GetState());
            Assert.Equal(Everything(original), Everything(resumed));
        }
    }

    private static double[] Everything(RandomGenerator random)
    {
        var doubles = new double[37];
        random.Normal(doubles.AsSpan(0, 9));
        random.Uniform(doubles.AsSpan(9), -2, 5);
        var singles = new float[23];
        random.Normal(singles.AsSpan(0, 18), 1, 3);
        random.Uniform(singles.AsSpan(18));
        var integers = new long[9];
        random.Integers(integers, -7, 1L << 40);
        var flags = new bool[9];
        random.Bernoulli(flags, 0.4);
        return [.. doubles, .. singles, .. integers, .. random.Permutation(9), .. flags.Select(f => f ? 1.0 : 0.0)];
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AForeignStateIsRefused(string kind)
    {
        var random = Create(kind);
        foreach (string other in new[] { "NumPyRandom", "NumPyGenerator", "TorchRandom", "PhiloxRandom" })
        {
            if (other != kind)
                Assert.Throws<ArgumentException>(() => random.SetState(Create(other).GetState()));
        }
        var state = random.GetState();
        Assert.Throws<ArgumentException>(() => random.SetState(state.AsSpan(0, state.Length - 1)));
        Assert.Throws<ArgumentException>(() => random.SetState([]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ImpossibleArgumentsAreNamed(string kind)
    {
        var random = Create(kind);
        Assert.Contains("[3, 3)", Assert.Throws<ArgumentException>(() => random.Integers(new long[1], 3, 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => random.Uniform(new double[1], 2, 1));
        Assert.Throws<ArgumentException>(() => random.Uniform(new float[1], 0, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => random.Normal(new double[1], 0, -1));
        Assert.Throws<ArgumentException>(() => random.Bernoulli(new bool[1], 1.5));
        Assert.Throws<ArgumentException>(() => random.Permutation(-1));
        Assert.Empty(random.Permutation(0));
        Assert.Equal([0], random.Permutation(1));
    }

    /// <summary>Means and variances lie within five standard errors, and the ends of the ranges behave.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheDistributionsHaveTheirMoments(string kind)
    {
        const int Count = 200_000;
        var random = Create(kind);
        var values = new double[Count];
        random.Uniform(values, 2, 4);
        Assert.All(values, v => Assert.InRange(v, 2, 4));
        Assert.Equal(3, values.Average(), 5 * Math.Sqrt(1.0 / 3 / Count));
        random.Normal(values, -1, 2);
        Assert.Equal(-1, values.Average(), 5 * 2 / Math.Sqrt(Count));
        Assert.Equal(4, values.Sum(v => (v + 1) * (v + 1)) / Count, 5 * 4 * Math.Sqrt(2.0 / Count));
        var singles = new float[Count];
        random.Normal(singles, -1, 2);
        Assert.Equal(-1, singles.Average(v => (double)v), 5 * 2 / Math.Sqrt(Count));
        var integers = new long[Count];
        random.Integers(integers, -1, 2);
        Assert.Equal([-1, 0, 1], integers.Distinct().Order());
        Assert.Equal(0, integers.Average(), 5 * Math.Sqrt(2.0 / 3 / Count));
        var flags = new bool[Count];
        random.Bernoulli(flags, 0.25);
        Assert.Equal(0.25, flags.Count(f => f) / (double)Count, 5 * Math.Sqrt(0.25 * 0.75 / Count));
        random.Bernoulli(flags, 1);
        Assert.DoesNotContain(false, flags);
        random.Bernoulli(flags, 0);
        Assert.DoesNotContain(true, flags);
    }

    [Fact]
    public void ATruncatedNormalStaysInsideAndKeepsItsShape()
    {
        var values = new float[100_000];
        Initializers.TruncatedNormal<float>(values, new TorchRandom(3), 0, 1, -1, 2);
        Assert.All(values, v => Assert.InRange(v, -1, 2));
        // mean of the normal distribution between -1 and 2: (pdf(-1) - pdf(2)) / (cdf(2) - cdf(-1))
        Assert.Equal(0.22963, values.Average(v => (double)v), 0.01);
        Assert.Throws<ArgumentException>(() => Initializers.TruncatedNormal<float>(values, new TorchRandom(3), 0, 0.02, 1, 2));
    }

    [Fact]
    public void OrthogonalMatricesAreOrthogonal()
    {
        var values = new double[5 * 8];
        Initializers.Orthogonal<double>(values, [5, 2, 4], new TorchRandom(1), 2);
        for (int a = 0; a < 5; a++)
        {
            for (int b = 0; b < 5; b++)
            {
                double product = 0;
                for (int i = 0; i < 8; i++)
                    product += values[(a * 8) + i] * values[(b * 8) + i];
                Assert.Equal(a == b ? 4 : 0, product, 1e-12);
            }
        }
    }

    [Fact]
    public void AWrongShapeIsNamed()
    {
        var random = new TorchRandom(0);
        string message = Assert.Throws<ArgumentException>(() => Initializers.XavierUniform<float>(new float[5], [2, 3], random)).Message;
        Assert.Contains("[2, 3]", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Initializers.KaimingNormal<float>(new float[5], [5], random));
        Assert.Throws<ArgumentException>(() => Initializers.Eye<float>(new float[8], [2, 2, 2]));
        var identity = new float[6];
        Initializers.Eye<float>(identity, [2, 3]);
        Assert.Equal([1, 0, 0, 0, 1, 0], identity);
    }

    [Fact]
    public void Philox_draws_the_same_truths_at_once_and_in_pieces()
    {
        PhiloxRandom whole = new(7), pieces = new(7);
        bool[] a = new bool[1000], b = new bool[1000];
        whole.Bernoulli(a, 0.3);
        for (int i = 0, length = 1; i < b.Length; i += length, length = 1 + (i + length) % 13)
            pieces.Bernoulli(b.AsSpan(i, Math.Min(length, b.Length - i)), 0.3);
        Assert.Equal(b, a);
        Assert.InRange(a.Count(x => x), 250, 350);
        Assert.Equal(pieces.NextDouble(), whole.NextDouble());
    }
}
