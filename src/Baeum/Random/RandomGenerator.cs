using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Baeum;

/// <summary>
/// A stream of random numbers whose state can be saved and restored. Nothing in the engine draws from a hidden global stream: whoever
/// needs randomness is handed one of these. <see cref="NumPyRandom"/>, <see cref="NumPyGenerator"/> and <see cref="TorchRandom"/> repeat
/// the streams of those libraries number for number; <see cref="PhiloxRandom"/> is the one to split over workers and layers.
/// </summary>
/// <remarks>A generator is not safe for use by two threads at once.</remarks>
public abstract class RandomGenerator
{
    /// <summary>Fills <paramref name="destination"/> with numbers distributed evenly over [low, high).</summary>
    /// <exception cref="ArgumentException">A bound is not finite, or low is above high.</exception>
    public virtual void Uniform(Span<double> destination, double low = 0, double high = 1)
    {
        CheckBounds(low, high);
        double range = high - low;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = low + (range * Sample());
    }

    /// <inheritdoc cref="Uniform(Span{double}, double, double)"/>
    public virtual void Uniform(Span<float> destination, double low = 0, double high = 1)
    {
        CheckBounds(low, high);
        float start = (float)low, range = (float)(high - low);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = start + (range * SampleSingle());
    }

    /// <summary>Fills <paramref name="destination"/> with normally distributed numbers of the given mean and standard deviation.</summary>
    /// <exception cref="ArgumentException">The standard deviation is negative or not a number.</exception>
    public virtual void Normal(Span<double> destination, double mean = 0, double standardDeviation = 1)
    {
        CheckNormal(mean, standardDeviation);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = mean + (standardDeviation * NextNormal());
    }

    /// <inheritdoc cref="Normal(Span{double}, double, double)"/>
    public virtual void Normal(Span<float> destination, double mean = 0, double standardDeviation = 1)
    {
        CheckNormal(mean, standardDeviation);
        for (int i = 0; i < destination.Length; i++)
            destination[i] = (float)(mean + (standardDeviation * NextNormal()));
    }

    /// <summary>Fills <paramref name="destination"/> with whole numbers from [low, high).</summary>
    /// <exception cref="ArgumentException">low is not below high.</exception>
    public abstract void Integers(Span<long> destination, long low, long high);

    /// <summary>Puts <paramref name="values"/> into random order.</summary>
    public abstract void Shuffle<T>(Span<T> values);

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order.</summary>
    /// <exception cref="ArgumentException">count is negative.</exception>
    public virtual int[] Permutation(int count)
    {
        var order = Ascending(count);
        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>Fills <paramref name="destination"/> with true at the given probability (0 to 1).</summary>
    /// <exception cref="ArgumentException">The probability lies outside 0 to 1.</exception>
    public virtual void Bernoulli(Span<bool> destination, double probability)
    {
        CheckProbability(probability);
        Span<double> draw = stackalloc double[1];
        for (int i = 0; i < destination.Length; i++)
        {
            Uniform(draw);
            destination[i] = draw[0] < probability;
        }
    }

    /// <summary>One number distributed evenly over [0, 1).</summary>
    public double NextDouble()
    {
        Span<double> draw = stackalloc double[1];
        Uniform(draw);
        return draw[0];
    }

    /// <summary>One whole number from [low, high).</summary>
    public long NextInteger(long low, long high)
    {
        Span<long> draw = stackalloc long[1];
        Integers(draw, low, high);
        return draw[0];
    }

    /// <summary>Everything the stream depends on, as bytes for a checkpoint; <see cref="SetState"/> resumes exactly there.</summary>
    public abstract byte[] GetState();

    /// <summary>Resumes the stream that <see cref="GetState"/> saved.</summary>
    /// <exception cref="ArgumentException">The bytes are not a state of this kind of generator.</exception>
    public abstract void SetState(ReadOnlySpan<byte> state);

    /// <summary>One number from [0, 1).</summary>
    private protected abstract double Sample();

    /// <summary>One number from [0, 1), drawn for single precision.</summary>
    private protected abstract float SampleSingle();

    /// <summary>One standard normal number.</summary>
    private protected abstract double NextNormal();

    private protected static int[] Ascending(int count)
    {
        if (count < 0)
            throw new ArgumentException($"Permutation: count is {count}; it must not be negative.", nameof(count));
        var order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        return order;
    }

    private protected static void CheckBounds(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high)
            throw new ArgumentException($"Uniform: the range [{low}, {high}) is not valid; low must not be above high and both must be finite.");
    }

    private protected static void CheckNormal(double mean, double standardDeviation)
    {
        if (!(standardDeviation >= 0) || double.IsNaN(mean))
            throw new ArgumentException($"Normal: mean {mean}, standard deviation {standardDeviation}; the standard deviation must be 0 or more.");
    }

    private protected static void CheckIntegers(long low, long high)
    {
        if (low >= high)
            throw new ArgumentException($"Integers: the range [{low}, {high}) is empty; high must be above low.");
    }

    private protected static void CheckProbability(double probability)
    {
        if (!(probability >= 0 && probability <= 1))
            throw new ArgumentException($"Bernoulli: the probability {probability} lies outside 0 to 1.", nameof(probability));
    }

    /// <summary>Checks name and length of a saved state and returns what follows the name.</summary>
    private protected static ReadOnlySpan<byte> OpenState(ReadOnlySpan<byte> state, uint tag, int length)
    {
        if (state.Length != length + 4 || BinaryPrimitives.ReadUInt32LittleEndian(state) != tag)
            throw new ArgumentException($"SetState: {state.Length} bytes that are not a state of this generator ({length + 4} bytes expected).", nameof(state));
        return state[4..];
    }

    [DoesNotReturn]
    private protected static void ThrowState(string what) =>
        throw new ArgumentException($"SetState: the state is damaged: {what}.");
}
