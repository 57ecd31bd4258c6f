using System.Numerics;

namespace Baeum;

/// <summary>
/// The stream of PyTorch's CPU generator (<c>torch.manual_seed</c>), number for number for integers and uniforms and to the last bits
/// for normals: MT19937, 24-bit singles, 53-bit doubles, Box-Muller normals in blocks of 16 from 16 elements on and one by one with a
/// cached second value below.
/// </summary>
/// <remarks>Where a build of PyTorch with Intel's MKL draws <c>bernoulli_(p)</c> and <c>exponential_</c> from MKL's own stream, this one
/// follows the builds without it.</remarks>
public sealed class TorchRandom : TwisterRandom
{
    private const double SampleScale = 1.0 / (1L << 53);

    /// <summary>A stream as after <c>torch.manual_seed(seed)</c>; only the lower 32 bits count.</summary>
    public TorchRandom(long seed) : base((uint)seed, tag: 0x48435442)
    {
    }

    private protected override double Sample() => (Twister.NextUInt64() & ((1UL << 53) - 1)) * SampleScale;

    private protected override float SampleSingle() => (Twister.NextUInt32() & ((1u << 24) - 1)) * (1.0f / (1 << 24));

    /// <inheritdoc/>
    public override void Uniform(Span<double> destination, double low = 0, double high = 1)
    {
        CheckBounds(low, high);
        double range = high - low;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = Math.FusedMultiplyAdd(Sample(), range, low);
    }

    /// <inheritdoc/>
    public override void Uniform(Span<float> destination, double low = 0, double high = 1)
    {
        CheckBounds(low, high);
        float start = (float)low, range = (float)high - start;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = MathF.FusedMultiplyAdd(SampleSingle(), range, start);
    }

    /// <summary>As <c>normal_</c> on a contiguous tensor of this many elements: which method is used depends on the length.</summary>
    /// <inheritdoc/>
    public override void Normal(Span<double> destination, double mean = 0, double standardDeviation = 1)
    {
        CheckNormal(mean, standardDeviation);
        if (destination.Length < 16)
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (NextNormal() * standardDeviation) + mean;
            return;
        }
        for (int i = 0; i < destination.Length; i++)
            destination[i] = Sample();
        for (int i = 0; i + 16 <= destination.Length; i += 16)
            NormalBlock(destination.Slice(i, 16), mean, standardDeviation);
        if (destination.Length % 16 != 0)
        {
            // a tail shorter than a block is drawn again as a whole block that overlaps the one before
            var last = destination[^16..];
            for (int i = 0; i < 16; i++)
                last[i] = Sample();
            NormalBlock(last, mean, standardDeviation);
        }
    }

    /// <inheritdoc cref="Normal(Span{double}, double, double)"/>
    public override void Normal(Span<float> destination, double mean = 0, double standardDeviation = 1)
    {
        CheckNormal(mean, standardDeviation);
        if (destination.Length < 16)
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (float)((NextNormal() * standardDeviation) + mean);
            return;
        }
        for (int i = 0; i < destination.Length; i++)
            destination[i] = SampleSingle();
        for (int i = 0; i + 16 <= destination.Length; i += 16)
            NormalBlock(destination.Slice(i, 16), (float)mean, (float)standardDeviation);
        if (destination.Length % 16 != 0)
        {
            var last = destination[^16..];
            for (int i = 0; i < 16; i++)
                last[i] = SampleSingle();
            NormalBlock(last, (float)mean, (float)standardDeviation);
        }
    }

    /// <summary>Box-Muller over eight pairs that lie eight apart.</summary>
    private static void NormalBlock<T>(Span<T> block, T mean, T standardDeviation)
        where T : IFloatingPointIeee754<T>
    {
        T minusTwo = T.CreateChecked(-2), fullCircle = T.Tau;
        for (int i = 0; i < 8; i++)
        {
            T radius = T.Sqrt(minusTwo * T.Log(T.One - block[i]));
            T angle = fullCircle * block[i + 8];
            block[i] = (radius * T.Cos(angle) * standardDeviation) + mean;
            block[i + 8] = (radius * T.Sin(angle) * standardDeviation) + mean;
        }
    }

    private protected override double NextNormal()
    {
        if (WaitingNormal is double waiting)
        {
            WaitingNormal = null;
            return waiting;
        }
        double angle = 2.0 * Math.PI * Sample();
        double radius = Math.Sqrt(-2.0 * BinomialSampler.LogOnePlus(-Sample()));
        WaitingNormal = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    /// <summary>
    /// Whole numbers from [low, high) (<c>torch.randint</c>): a draw modulo the range, of 64 bits from a range of 2^28 on (as PyTorch does
    /// since 2.7; it keeps the skew below 5 %).
    /// </summary>
    /// <inheritdoc/>
    public override void Integers(Span<long> destination, long low, long high)
    {
        CheckIntegers(low, high);
        ulong range = (ulong)high - (ulong)low;
        for (int i = 0; i < destination.Length; i++)
        {
            ulong draw = range >= 1UL << 28 ? Twister.NextUInt64() : Twister.NextUInt32();
            destination[i] = (long)((ulong)low + (draw % range));
        }
    }

    /// <summary>The swaps of <c>torch.randperm</c>, so that shuffling 0, 1, 2, ... gives exactly that permutation.</summary>
    /// <inheritdoc/>
    public override void Shuffle<T>(Span<T> values)
    {
        // beyond this PyTorch changes its method, because a 32-bit draw modulo so large a number would be skewed
        if (values.Length >= uint.MaxValue / 20)
        {
            var source = values.ToArray();
            for (int i = 0; i < values.Length; i++)
            {
                int place = (int)(Twister.NextUInt64() % (ulong)(i + 1));
                values[i] = values[place];
                values[place] = source[i];
            }
            return;
        }
        for (int i = 0; i < values.Length - 1; i++)
        {
            int other = i + (int)(Twister.NextUInt32() % (uint)(values.Length - i));
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <summary>As <c>bernoulli_(probability)</c>: a 53-bit draw each, true where it falls below the probability.</summary>
    /// <inheritdoc/>
    public override void Bernoulli(Span<bool> destination, double probability)
    {
        CheckProbability(probability);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = Sample() < probability;
    }

    /// <summary>As <c>torch.bernoulli(probabilities)</c> for single-precision probabilities: a 24-bit draw each.</summary>
    public void Bernoulli(Span<bool> destination, ReadOnlySpan<float> probabilities)
    {
        CheckLengths(destination.Length, probabilities.Length);
        for (int i = 0; i < destination.Length; i++)
        {
            CheckProbability(probabilities[i]);
            destination[i] = SampleSingle() < probabilities[i];
        }
    }

    /// <summary>As <c>torch.bernoulli(probabilities)</c> for double-precision probabilities: a 53-bit draw each.</summary>
    public void Bernoulli(Span<bool> destination, ReadOnlySpan<double> probabilities)
    {
        CheckLengths(destination.Length, probabilities.Length);
        for (int i = 0; i < destination.Length; i++)
        {
            CheckProbability(probabilities[i]);
            destination[i] = Sample() < probabilities[i];
        }
    }

    private static void CheckLengths(int destination, int probabilities)
    {
        if (destination != probabilities)
            throw new ArgumentException($"Bernoulli: {probabilities} probabilities for {destination} results.");
    }

    /// <summary>Fills with exponentially distributed numbers of the given rate (<c>exponential_</c>).</summary>
    public void Exponential(Span<double> destination, double rate = 1)
    {
        CheckRate(rate);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = -1.0 / rate * BinomialSampler.LogOnePlus(-Sample());
    }

    /// <inheritdoc cref="Exponential(Span{double}, double)"/>
    public void Exponential(Span<float> destination, double rate = 1)
    {
        CheckRate(rate);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (float)(-1.0 / rate * BinomialSampler.LogOnePlus(-Sample()));
    }

    private static void CheckRate(double rate)
    {
        if (!(rate > 0))
            throw new ArgumentException($"Exponential: the rate {rate} must be above 0.", nameof(rate));
    }

    /// <summary>
    /// Draws <paramref name="count"/> indices in proportion to <paramref name="weights"/> [categories], which need not sum to 1
    /// (<c>torch.multinomial</c>).
    /// </summary>
    /// <exception cref="ArgumentException">A weight is negative or not finite, all are zero, or too many are asked for.</exception>
    public long[] Multinomial<T>(ReadOnlySpan<T> weights, int count, bool replacement = false)
        where T : struct, IFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        int positive = 0;
        foreach (T weight in weights)
        {
            if (!T.IsFinite(weight) || weight < T.Zero)
                throw new ArgumentException($"Multinomial: the weight {weight} is negative or not finite.", nameof(weights));
            sum += weight;
            positive += weight > T.Zero ? 1 : 0;
        }
        if (count < 1 || positive == 0 || (!replacement && count > positive))
            throw new ArgumentException($"Multinomial: {count} draws from {weights.Length} categories, of which {positive} have a weight above 0.");
        if (!replacement || count == 1)
            return MultinomialByExponentials(weights, count);
        var cumulative = new T[weights.Length];
        T running = T.Zero;
        for (int i = 0; i < cumulative.Length; i++)
            cumulative[i] = running += weights[i];
        for (int i = 0; i < cumulative.Length; i++)
            cumulative[i] /= sum;
        cumulative[^1] = T.One;
        var drawn = new long[count];
        for (int i = 0; i < count; i++)
        {
            double draw = Sample();
            int low = 0, high = cumulative.Length;
            while (low < high)
            {
                int middle = low + ((high - low) / 2);
                if (double.CreateChecked(cumulative[middle]) < draw)
                    low = middle + 1;
                else
                    high = middle;
            }
            drawn[i] = low;
        }
        return drawn;
    }

    /// <summary>The largest of weight / exponential noise: a draw without replacement in one pass (the Gumbel trick in another dress).</summary>
    private long[] MultinomialByExponentials<T>(ReadOnlySpan<T> weights, int count)
        where T : struct, IFloatingPointIeee754<T>
    {
        var scores = new T[weights.Length];
        var order = new long[weights.Length];
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = weights[i] / T.CreateChecked(-BinomialSampler.LogOnePlus(-Sample()));
            order[i] = i;
        }
        Array.Sort(scores, order, Comparer<T>.Create((a, b) => b.CompareTo(a)));
        return order[..count];
    }
}
