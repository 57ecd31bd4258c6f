using System.Buffers.Binary;
using System.Numerics;

namespace Baeum;

/// <summary>
/// NumPy's newer stream (<c>numpy.random.default_rng(seed)</c>: <c>Generator(PCG64)</c>), number for number: 53-bit doubles, 24-bit
/// singles, ziggurat normals, Lemire's method for whole numbers.
/// </summary>
public sealed class NumPyGenerator : RandomGenerator
{
    private const uint StateTag = 0x47504e42;
    private readonly Pcg64 _bits;

    /// <summary>A stream equal to <c>numpy.random.default_rng(seed)</c>.</summary>
    public NumPyGenerator(ulong seed) => _bits = new Pcg64(seed);

    /// <summary>One double from [0, 1) (<c>random()</c>).</summary>
    public double Random() => (_bits.NextUInt64() >> 11) * (1.0 / 9007199254740992.0);

    /// <summary>One single from [0, 1) (<c>random(dtype=float32)</c>): half a draw.</summary>
    public float RandomSingle() => (_bits.NextUInt32() >> 8) * (1.0f / 16777216.0f);

    private protected override double Sample() => Random();

    private protected override float SampleSingle() => RandomSingle();

    private protected override double NextNormal() => StandardNormal();

    /// <summary>As <c>standard_normal(dtype=float32)</c>: from half draws, through the single-precision tables.</summary>
    /// <inheritdoc/>
    public override void Normal(Span<float> destination, double mean = 0, double standardDeviation = 1)
    {
        CheckNormal(mean, standardDeviation);
        float offset = (float)mean, scale = (float)standardDeviation;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = offset + (scale * StandardNormalSingle());
    }

    /// <summary>One standard normal number (<c>standard_normal()</c>).</summary>
    public double StandardNormal()
    {
        while (true)
        {
            ulong draw = _bits.NextUInt64();
            int layer = (int)(draw & 0xff);
            draw >>= 8;
            ulong magnitude = (draw >> 1) & 0x000fffffffffffff;
            double x = magnitude * Ziggurat.Width[layer];
            if ((draw & 1) != 0)
                x = -x;
            if (magnitude < Ziggurat.Inside[layer])
                return x;
            if (layer == 0)
                return Tail(((magnitude >> 8) & 1) != 0);
            double height = ((Ziggurat.Height[layer - 1] - Ziggurat.Height[layer]) * Random()) + Ziggurat.Height[layer];
            if (height < Math.Exp(-0.5 * x * x))
                return x;
        }
    }

    private double Tail(bool negative)
    {
        while (true)
        {
            double x = -Ziggurat.InverseTailStart * BinomialSampler.LogOnePlus(-Random());
            double y = -BinomialSampler.LogOnePlus(-Random());
            if (y + y > x * x)
                return negative ? -(Ziggurat.TailStart + x) : Ziggurat.TailStart + x;
        }
    }

    private float StandardNormalSingle()
    {
        while (true)
        {
            uint draw = _bits.NextUInt32();
            int layer = (int)(draw & 0xff);
            uint magnitude = draw >> 9;
            float x = magnitude * Ziggurat.SingleWidth[layer];
            if ((draw & 0x100) != 0)
                x = -x;
            if (magnitude < Ziggurat.SingleInside[layer])
                return x;
            if (layer == 0)
                return TailSingle(((magnitude >> 8) & 1) != 0);
            float height = ((Ziggurat.SingleHeight[layer - 1] - Ziggurat.SingleHeight[layer]) * RandomSingle()) + Ziggurat.SingleHeight[layer];
            if (height < Math.Exp(-0.5 * x * x))
                return x;
        }
    }

    private float TailSingle(bool negative)
    {
        const float Start = (float)Ziggurat.TailStart, Inverse = (float)Ziggurat.InverseTailStart;
        while (true)
        {
            float x = -Inverse * (float)BinomialSampler.LogOnePlus(-RandomSingle());
            float y = -(float)BinomialSampler.LogOnePlus(-RandomSingle());
            if (y + y > x * x)
                return negative ? -(Start + x) : Start + x;
        }
    }

    /// <summary>Whole numbers from [low, high) (<c>integers</c>): Lemire's multiplication, on half draws where the range allows it.</summary>
    /// <inheritdoc/>
    public override void Integers(Span<long> destination, long low, long high)
    {
        CheckIntegers(low, high);
        ulong last = (ulong)(high - 1) - (ulong)low;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (long)((ulong)low + Interval(last));
    }

    /// <summary>A whole number from 0 to <paramref name="last"/> inclusive (Lemire, "Fast random integer generation in an interval", 2019).</summary>
    private ulong Interval(ulong last)
    {
        if (last == 0)
            return 0;
        if (last < uint.MaxValue)
        {
            uint count = (uint)last + 1;
            ulong product = (ulong)_bits.NextUInt32() * count;
            if ((uint)product < count)
            {
                uint threshold = (uint)(uint.MaxValue - last) % count;
                while ((uint)product < threshold)
                    product = (ulong)_bits.NextUInt32() * count;
            }
            return product >> 32;
        }
        if (last == uint.MaxValue)
            return _bits.NextUInt32();
        if (last == ulong.MaxValue)
            return _bits.NextUInt64();
        ulong wideCount = last + 1;
        ulong high = Math.BigMul(_bits.NextUInt64(), wideCount, out ulong low);
        if (low < wideCount)
        {
            ulong threshold = (ulong.MaxValue - last) % wideCount;
            while (low < threshold)
                high = Math.BigMul(_bits.NextUInt64(), wideCount, out low);
        }
        return high;
    }

    /// <inheritdoc/>
    public override void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            uint mask = uint.MaxValue >> BitOperations.LeadingZeroCount((uint)i);
            uint other;
            do other = _bits.NextUInt32() & mask;
            while (other > (uint)i);
            (values[i], values[(int)other]) = (values[(int)other], values[i]);
        }
    }

    /// <summary>The shuffle inside <c>choice</c>, which unlike <c>shuffle</c> draws its places by Lemire's method.</summary>
    private void ShuffleChosen<T>(Span<T> values, int first)
    {
        for (int i = values.Length - 1; i >= first; i--)
        {
            int other = (int)Interval((ulong)i);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <summary>Fills with the number of successes in <paramref name="trials"/> trials of the given probability (<c>binomial</c>).</summary>
    public void Binomial(Span<long> destination, long trials, double probability)
    {
        var sampler = new BinomialSampler(trials, probability, legacy: false);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = sampler.Next(Random);
    }

    /// <summary>Draws <paramref name="size"/> of the numbers 0 to <paramref name="population"/> - 1 (<c>choice</c>).</summary>
    /// <inheritdoc cref="NumPyRandom.Choice"/>
    public long[] Choice(int population, int size, bool replace = true, ReadOnlySpan<double> probabilities = default)
    {
        Choices.Check(population, size, replace, probabilities);
        if (!probabilities.IsEmpty)
            return Choices.Weighted(probabilities, size, replace, Random);
        var chosen = new long[size];
        if (size == 0)
            return chosen;
        if (replace)
        {
            Integers(chosen, 0, population);
            return chosen;
        }
        if (population > 10000 && size > population / 50)
        {
            var order = Ascending(population);
            ShuffleChosen(order.AsSpan(), Math.Max(population - size, 1));
            for (int i = 0; i < size; i++)
                chosen[i] = order[population - size + i];
            return chosen;
        }
        // Floyd: a number that is already there is replaced by the newest one, which cannot be
        var seen = new HashSet<long>(size);
        for (int i = 0; i < size; i++)
        {
            long newest = population - size + i;
            long candidate = (long)Interval((ulong)newest);
            chosen[i] = seen.Add(candidate) ? candidate : newest;
            seen.Add(chosen[i]);
        }
        ShuffleChosen(chosen.AsSpan(), 1);
        return chosen;
    }

    /// <inheritdoc/>
    public override byte[] GetState()
    {
        var state = new byte[4 + Pcg64.StateLength];
        BinaryPrimitives.WriteUInt32LittleEndian(state, StateTag);
        _bits.Write(state.AsSpan(4));
        return state;
    }

    /// <inheritdoc/>
    public override void SetState(ReadOnlySpan<byte> state)
    {
        if (!_bits.TryRead(OpenState(state, StateTag, Pcg64.StateLength)))
            ThrowState("impossible increment");
    }
}
