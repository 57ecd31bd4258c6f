using System.Numerics;
using System.Runtime.InteropServices;

namespace Baeum;

/// <summary>The non-linearity that follows a layer; it decides the gain of its weights.</summary>
public enum Nonlinearity
{
    /// <summary>None, or a convolution: gain 1.</summary>
    Linear,

    /// <summary>Gain 1.</summary>
    Sigmoid,

    /// <summary>Gain 5/3.</summary>
    Tanh,

    /// <summary>Gain √2.</summary>
    Relu,

    /// <summary>Gain √(2 / (1 + slope²)).</summary>
    LeakyRelu,

    /// <summary>Gain 3/4.</summary>
    Selu,
}

/// <summary>Whether the forward signal (inputs counted) or the backward signal (outputs counted) keeps its variance.</summary>
public enum FanMode
{
    /// <summary>Count the inputs of a unit.</summary>
    FanIn,

    /// <summary>Count the outputs of a unit.</summary>
    FanOut,
}

/// <summary>
/// First values for weights, after PyTorch's <c>torch.nn.init</c>: with a <see cref="TorchRandom"/> they repeat PyTorch's numbers.
/// Weights have the shape [outputs, inputs, ...kernel], row by row; values are float or double.
/// </summary>
public static partial class Initializers
{
    /// <summary>Evenly over [low, high).</summary>
    public static void Uniform<T>(Span<T> values, RandomGenerator generator, double low = 0, double high = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            generator.Uniform(MemoryMarshal.Cast<T, float>(values), low, high);
        else if (typeof(T) == typeof(double))
            generator.Uniform(MemoryMarshal.Cast<T, double>(values), low, high);
        else
            throw new NotSupportedException($"Initializers: weights are float or double, not {typeof(T).Name}.");
    }

    /// <summary>Normally distributed.</summary>
    public static void Normal<T>(Span<T> values, RandomGenerator generator, double mean = 0, double standardDeviation = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
            generator.Normal(MemoryMarshal.Cast<T, float>(values), mean, standardDeviation);
        else if (typeof(T) == typeof(double))
            generator.Normal(MemoryMarshal.Cast<T, double>(values), mean, standardDeviation);
        else
            throw new NotSupportedException($"Initializers: weights are float or double, not {typeof(T).Name}.");
    }

    /// <summary>The same value everywhere.</summary>
    public static void Constant<T>(Span<T> values, double value)
        where T : unmanaged, IFloatingPointIeee754<T> => values.Fill(T.CreateTruncating(value));

    /// <summary>Glorot and Bengio (2010), uniform: over ±gain·√(6 / (inputs + outputs)).</summary>
    public static void XavierUniform<T>(Span<T> values, ReadOnlySpan<int> shape, RandomGenerator generator, double gain = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double bound = Math.Sqrt(3.0) * XavierDeviation(values.Length, shape, gain);
        Uniform(values, generator, -bound, bound);
    }

    /// <summary>Glorot and Bengio (2010), normal: standard deviation gain·√(2 / (inputs + outputs)).</summary>
    public static void XavierNormal<T>(Span<T> values, ReadOnlySpan<int> shape, RandomGenerator generator, double gain = 1)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Normal(values, generator, 0, XavierDeviation(values.Length, shape, gain));

    /// <summary>He and others (2015), uniform: over ±gain·√(3 / fan). The default of PyTorch's linear and convolution layers is slope √5.</summary>
    public static void KaimingUniform<T>(Span<T> values, ReadOnlySpan<int> shape, RandomGenerator generator, double slope = 0,
        FanMode mode = FanMode.FanIn, Nonlinearity nonlinearity = Nonlinearity.LeakyRelu)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double bound = Math.Sqrt(3.0) * KaimingDeviation(values.Length, shape, slope, mode, nonlinearity);
        Uniform(values, generator, -bound, bound);
    }

    /// <summary>He and others (2015), normal: standard deviation gain / √fan.</summary>
    public static void KaimingNormal<T>(Span<T> values, ReadOnlySpan<int> shape, RandomGenerator generator, double slope = 0,
        FanMode mode = FanMode.FanIn, Nonlinearity nonlinearity = Nonlinearity.LeakyRelu)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Normal(values, generator, 0, KaimingDeviation(values.Length, shape, slope, mode, nonlinearity));

    /// <summary>Normally distributed, with every value outside [low, high] drawn again until it lies inside.</summary>
    /// <exception cref="ArgumentException">The range is empty or lies so far out that hardly a draw would hit it.</exception>
    public static void TruncatedNormal<T>(Span<T> values, RandomGenerator generator, double mean = 0, double standardDeviation = 1,
        double low = -2, double high = 2)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!(low < high) || !(standardDeviation > 0) || low > mean + (6 * standardDeviation) || high < mean - (6 * standardDeviation)
            || (high - low) * 1e4 < standardDeviation)
        {
            throw new ArgumentException(
                $"TruncatedNormal: [{low}, {high}] is out of reach of mean {mean} and standard deviation {standardDeviation}.");
        }
        Normal(values, generator, mean, standardDeviation);
        T first = T.CreateTruncating(low), last = T.CreateTruncating(high);
        var outside = new List<int>();
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= first && values[i] <= last))
                outside.Add(i);
        }
        while (outside.Count > 0)
        {
            var again = new T[outside.Count];
            Normal<T>(again, generator, mean, standardDeviation);
            int left = 0;
            for (int i = 0; i < again.Length; i++)
            {
                int place = outside[i];
                values[place] = again[i];
                if (!(again[i] >= first && again[i] <= last))
                    outside[left++] = place;
            }
            outside.RemoveRange(left, outside.Count - left);
        }
    }

    /// <summary>
    /// A random matrix with orthonormal rows or columns, whichever are fewer (Saxe and others, 2014), times <paramref name="gain"/>.
    /// </summary>
    public static void Orthogonal<T>(Span<T> values, ReadOnlySpan<int> shape, RandomGenerator generator, double gain = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Fans("Orthogonal", values.Length, shape);
        int rows = shape[0], columns = rows == 0 ? 0 : values.Length / rows;
        Normal(values, generator);
        bool wide = rows < columns;
        int tall = Math.Max(rows, columns), narrow = Math.Min(rows, columns);
        // column by column, so that a reflection runs over contiguous memory
        var matrix = new double[tall * narrow];
        for (int column = 0; column < narrow; column++)
        {
            for (int row = 0; row < tall; row++)
                matrix[(column * tall) + row] = double.CreateTruncating(wide ? values[(column * columns) + row] : values[(row * columns) + column]);
        }
        Householder.Orthonormalize(matrix, tall, narrow);
        T scale = T.CreateTruncating(gain);
        for (int column = 0; column < narrow; column++)
        {
            for (int row = 0; row < tall; row++)
            {
                T value = T.CreateTruncating(matrix[(column * tall) + row]) * scale;
                values[wide ? (column * columns) + row : (row * columns) + column] = value;
            }
        }
    }

    /// <summary>Ones on the diagonal of a matrix [rows, columns], zeros elsewhere.</summary>
    public static void Eye<T>(Span<T> values, ReadOnlySpan<int> shape)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Fans("Eye", values.Length, shape);
        CheckMatrix("Eye", shape);
        values.Clear();
        for (int i = 0; i < Math.Min(shape[0], shape[1]); i++)
            values[(i * shape[1]) + i] = T.One;
    }

    /// <summary>The convolution kernel [outputs, inputs, ...kernel] that hands its input channels on unchanged, in each of its groups.</summary>
    public static void Dirac<T>(Span<T> values, ReadOnlySpan<int> shape, int groups = 1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Fans("Dirac", values.Length, shape);
        if (shape.Length is < 3 or > 5 || groups < 1 || shape[0] % groups != 0)
            throw new ArgumentException($"Dirac: a kernel has 3 to 5 dimensions and outputs that {groups} groups divide, not {Describe(shape)}.");
        values.Clear();
        int size = 1, center = 0;
        foreach (int length in shape[2..])
        {
            center = (center * length) + (length / 2);
            size *= length;
        }
        int outputs = shape[0] / groups;
        for (int group = 0; group < groups; group++)
        {
            for (int i = 0; i < Math.Min(outputs, shape[1]); i++)
                values[(((((group * outputs) + i) * shape[1]) + i) * size) + center] = T.One;
        }
    }

    /// <summary>Normally distributed, with the share <paramref name="sparsity"/> of each column's elements zero (Martens, 2010).</summary>
    public static void Sparse<T>(Span<T> values, ReadOnlySpan<int> shape, RandomGenerator generator, double sparsity,
        double standardDeviation = 0.01)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Fans("Sparse", values.Length, shape);
        CheckMatrix("Sparse", shape);
        if (!(sparsity >= 0 && sparsity <= 1))
            throw new ArgumentException($"Sparse: the sparsity {sparsity} lies outside 0 to 1.", nameof(sparsity));
        int rows = shape[0], columns = shape[1];
        int zeros = (int)Math.Ceiling(sparsity * rows);
        Normal(values, generator, 0, standardDeviation);
        for (int column = 0; column < columns; column++)
        {
            var order = generator.Permutation(rows);
            for (int i = 0; i < zeros; i++)
                values[(order[i] * columns) + column] = T.Zero;
        }
    }

    /// <summary>The factor by which a non-linearity shrinks a signal's standard deviation, to be made up for by the weights.</summary>
    /// <param name="nonlinearity">What follows the layer.</param>
    /// <param name="slope">The negative slope of <see cref="Nonlinearity.LeakyRelu"/>.</param>
    public static double Gain(Nonlinearity nonlinearity, double slope = 0.01) => nonlinearity switch
    {
        Nonlinearity.Linear or Nonlinearity.Sigmoid => 1.0,
        Nonlinearity.Tanh => 5.0 / 3,
        Nonlinearity.Relu => Math.Sqrt(2.0),
        Nonlinearity.LeakyRelu => Math.Sqrt(2.0 / (1 + (slope * slope))),
        Nonlinearity.Selu => 3.0 / 4,
        _ => throw new ArgumentOutOfRangeException(nameof(nonlinearity), nonlinearity, "Gain: unknown non-linearity."),
    };

    private static double XavierDeviation(int length, ReadOnlySpan<int> shape, double gain)
    {
        var (inputs, outputs) = Fans("Xavier", length, shape);
        return gain * Math.Sqrt(2.0 / ((double)inputs + outputs));
    }

    private static double KaimingDeviation(int length, ReadOnlySpan<int> shape, double slope, FanMode mode, Nonlinearity nonlinearity)
    {
        var (inputs, outputs) = Fans("Kaiming", length, shape);
        return Gain(nonlinearity, slope) / Math.Sqrt(mode == FanMode.FanIn ? inputs : outputs);
    }

    private static (long Inputs, long Outputs) Fans(string operation, int length, ReadOnlySpan<int> shape)
    {
        if (shape.Length < 2)
            throw new ArgumentException($"{operation}: weights need 2 or more dimensions [outputs, inputs, ...], not {Describe(shape)}.");
        long count = 1, kernel = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            count = shape[i] < 0 ? -1 : checked(count * shape[i]);
            kernel *= i > 1 ? shape[i] : 1;
            if (count < 0)
                break;
        }
        if (count != length)
            throw new ArgumentException($"{operation}: the shape {Describe(shape)} does not hold the {length} values given.");
        return (shape[1] * kernel, shape[0] * kernel);
    }

    private static void CheckMatrix(string operation, ReadOnlySpan<int> shape)
    {
        if (shape.Length != 2)
            throw new ArgumentException($"{operation}: a matrix [rows, columns] is needed, not {Describe(shape)}.");
    }

    private static string Describe(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
