namespace Baeum;

// Random tensors. The generator is always given; NumPy's generators draw Float64 unless told otherwise, the others Float32, as their models do.
public sealed partial class Tensor
{
    /// <summary>Numbers distributed evenly over [low, high).</summary>
    public static Tensor Rand(Shape shape, RandomGenerator generator, double low = 0, double high = 1, DType? dtype = null)
    {
        var y = AllocateRandom(shape, generator, dtype, nameof(Rand));
        if (y.DType == DType.Float32) generator.Uniform(y.Write<float>(), low, high);
        else generator.Uniform(y.Write<double>(), low, high);
        return y;
    }

    /// <summary>Normally distributed numbers.</summary>
    public static Tensor RandN(Shape shape, RandomGenerator generator, double mean = 0, double standardDeviation = 1, DType? dtype = null)
    {
        var y = AllocateRandom(shape, generator, dtype, nameof(RandN));
        if (y.DType == DType.Float32) generator.Normal(y.Write<float>(), mean, standardDeviation);
        else generator.Normal(y.Write<double>(), mean, standardDeviation);
        return y;
    }

    /// <summary>Whole numbers from [low, high), Int64.</summary>
    public static Tensor RandInt(long low, long high, Shape shape, RandomGenerator generator)
    {
        var y = Allocate(shape, DType.Int64);
        generator.Integers(y.Write<long>(), low, high);
        return y;
    }

    /// <summary>The numbers 0 to <paramref name="count"/> - 1 in random order, Int64.</summary>
    public static Tensor RandPerm(int count, RandomGenerator generator) => Wrap(Array.ConvertAll(generator.Permutation(count), i => (long)i));

    /// <summary>True with the given probability, Bool.</summary>
    public static Tensor Bernoulli(Shape shape, double probability, RandomGenerator generator)
    {
        var y = Allocate(shape, DType.Bool);
        generator.Bernoulli(y.Write<bool>(), probability);
        return y;
    }

    private static Tensor AllocateRandom(Shape shape, RandomGenerator generator, DType? dtype, string operation)
    {
        var type = dtype ?? (generator is NumPyRandom or NumPyGenerator ? DType.Float64 : DType.Float32);
        return type.IsCompute() ? Allocate(shape, type) : throw new ArgumentException($"{operation}: random numbers are Float32 or Float64, not {type}.");
    }
}
