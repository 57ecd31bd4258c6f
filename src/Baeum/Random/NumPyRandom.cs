using System.Numerics;

namespace Baeum;

/// <summary>
/// The legacy stream of NumPy (<c>numpy.random.seed</c>, <c>RandomState</c>), number for number: MT19937, 53-bit doubles, the polar
/// normal method with its cached second value, masked rejection for whole numbers.
/// </summary>
/// <remarks>Single-precision fills draw doubles and round them, as <c>randn(...).astype(float32)</c> does.</remarks>
public sealed partial class NumPyRandom : TwisterRandom
{
    /// <summary>A stream equal to <c>numpy.random.RandomState(seed)</c>.</summary>
    public NumPyRandom(uint seed) : base(seed, tag: 0x4c504e42)
    {
    }

    /// <summary>One double from [0, 1) (<c>random_sample()</c>): two draws, 27 and 26 bits of them.</summary>
    public double RandomSample()
    {
        uint upper = Twister.NextUInt32() >> 5;
        uint lower = Twister.NextUInt32() >> 6;
        return ((upper * 67108864.0) + lower) / 9007199254740992.0;
    }

    /// <summary>One standard normal number (<c>randn()</c>), by Marsaglia's polar method; every second one comes from the cache.</summary>
    public double StandardNormal()
    {
        if (WaitingNormal is double waiting)
        {
            WaitingNormal = null;
            return waiting;
        }
        double x, y, square;
        do
        {
            x = (2.0 * RandomSample()) - 1.0;
            y = (2.0 * RandomSample()) - 1.0;
            square = (x * x) + (y * y);
        }
        while (square >= 1.0 || square == 0.0);
        double factor = Math.Sqrt(-2.0 * Math.Log(square) / square);
        WaitingNormal = factor * x;
        return factor * y;
    }

    /// <summary>Fills with standard normal numbers (<c>randn</c>).</summary>
    public void RandN(Span<double> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = StandardNormal();
    }

    private protected override double Sample() => RandomSample();

    private protected override float SampleSingle() => (float)RandomSample();

    private protected override double NextNormal() => StandardNormal();

    /// <inheritdoc/>
    public override void Uniform(Span<float> destination, double low = 0, double high = 1)
    {
        CheckBounds(low, high);
        double range = high - low;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (float)(low + (range * RandomSample()));
    }

    /// <summary>Whole numbers from [low, high) (<c>randint</c>): masked rejection, on 32-bit draws where the range allows it.</summary>
    /// <inheritdoc/>
    public override void Integers(Span<long> destination, long low, long high)
    {
        CheckIntegers(low, high);
        ulong last = (ulong)(high - 1) - (ulong)low;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (long)((ulong)low + Interval(last));
    }

    /// <inheritdoc/>
    public override void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = (int)Interval((ulong)i);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }

    /// <summary>Shuffles the rows of a matrix [rows, columns] stored row by row, as <c>shuffle</c> does with an array of two dimensions.</summary>
    public void ShuffleRows<T>(Span<T> matrix, int columns)
    {
        if (columns <= 0 || matrix.Length % columns != 0)
            throw new ArgumentException($"ShuffleRows: {matrix.Length} elements are not rows of {columns} columns.", nameof(columns));
        var row = new T[columns];
        for (int i = (matrix.Length / columns) - 1; i > 0; i--)
        {
            int other = (int)Interval((ulong)i);
            if (other == i)
                continue;
            var a = matrix.Slice(i * columns, columns);
            var b = matrix.Slice(other * columns, columns);
            a.CopyTo(row);
            b.CopyTo(a);
            row.CopyTo(b);
        }
    }

    /// <summary>A whole number from 0 to <paramref name="last"/> inclusive.</summary>
    private ulong Interval(ulong last)
    {
        if (last == 0)
            return 0;
        ulong mask = ulong.MaxValue >> BitOperations.LeadingZeroCount(last);
        ulong value;
        if (last <= uint.MaxValue)
        {
            do value = Twister.NextUInt32() & mask;
            while (value > last);
        }
        else
        {
            do value = Twister.NextUInt64() & mask;
            while (value > last);
        }
        return value;
    }
}
