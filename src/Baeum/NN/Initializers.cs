namespace Baeum;

// The initialisers over spans, as a layer names them when it makes a parameter: scope.Parameter("weight", shape, Initializers.XavierUniform()).
public static partial class Initializers
{
    /// <summary>Zeros.</summary>
    public static Initializer Zeros => Constant(0);

    /// <summary>Ones.</summary>
    public static Initializer Ones => Constant(1);

    /// <summary>The same value everywhere.</summary>
    public static Initializer Constant(double value) => (parameter, _) => parameter.FillInPlace(value);

    /// <summary>Evenly over [low, high).</summary>
    public static Initializer Uniform(double low = 0, double high = 1) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) Uniform(parameter.Write<float>(), generator, low, high);
        else Uniform(parameter.Write<double>(), generator, low, high);
    };

    /// <summary>Normally distributed.</summary>
    public static Initializer Normal(double mean = 0, double standardDeviation = 1) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) Normal(parameter.Write<float>(), generator, mean, standardDeviation);
        else Normal(parameter.Write<double>(), generator, mean, standardDeviation);
    };

    /// <summary>Normally distributed, values outside [low, high] drawn again.</summary>
    public static Initializer TruncatedNormal(double mean = 0, double standardDeviation = 1, double low = -2, double high = 2) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) TruncatedNormal(parameter.Write<float>(), generator, mean, standardDeviation, low, high);
        else TruncatedNormal(parameter.Write<double>(), generator, mean, standardDeviation, low, high);
    };

    /// <summary>Glorot and Bengio (2010), uniform: over ±gain·√(6 / (inputs + outputs)).</summary>
    public static Initializer XavierUniform(double gain = 1) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) XavierUniform(parameter.Write<float>(), parameter.Shape.Sizes, generator, gain);
        else XavierUniform(parameter.Write<double>(), parameter.Shape.Sizes, generator, gain);
    };

    /// <summary>Glorot and Bengio (2010), normal: standard deviation gain·√(2 / (inputs + outputs)).</summary>
    public static Initializer XavierNormal(double gain = 1) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) XavierNormal(parameter.Write<float>(), parameter.Shape.Sizes, generator, gain);
        else XavierNormal(parameter.Write<double>(), parameter.Shape.Sizes, generator, gain);
    };

    /// <summary>He and others (2015), uniform: over ±gain·√(3 / fan). PyTorch's linear and convolution layers use slope √5.</summary>
    public static Initializer KaimingUniform(double slope = 0, FanMode mode = FanMode.FanIn, Nonlinearity nonlinearity = Nonlinearity.LeakyRelu) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) KaimingUniform(parameter.Write<float>(), parameter.Shape.Sizes, generator, slope, mode, nonlinearity);
        else KaimingUniform(parameter.Write<double>(), parameter.Shape.Sizes, generator, slope, mode, nonlinearity);
    };

    /// <summary>He and others (2015), normal: standard deviation gain / √fan.</summary>
    public static Initializer KaimingNormal(double slope = 0, FanMode mode = FanMode.FanIn, Nonlinearity nonlinearity = Nonlinearity.LeakyRelu) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) KaimingNormal(parameter.Write<float>(), parameter.Shape.Sizes, generator, slope, mode, nonlinearity);
        else KaimingNormal(parameter.Write<double>(), parameter.Shape.Sizes, generator, slope, mode, nonlinearity);
    };

    /// <summary>A matrix with orthonormal rows or columns (Saxe and others, 2013), times <paramref name="gain"/>.</summary>
    public static Initializer Orthogonal(double gain = 1) => (parameter, generator) =>
    {
        if (IsSingle(parameter)) Orthogonal(parameter.Write<float>(), parameter.Shape.Sizes, generator, gain);
        else Orthogonal(parameter.Write<double>(), parameter.Shape.Sizes, generator, gain);
    };

    /// <summary>The unit matrix.</summary>
    public static Initializer Eye() => (parameter, _) =>
    {
        if (IsSingle(parameter)) Eye(parameter.Write<float>(), parameter.Shape.Sizes);
        else Eye(parameter.Write<double>(), parameter.Shape.Sizes);
    };

    /// <summary>Gives a tensor new values, for example <c>layer.Weight.InitializeInPlace(Initializers.Orthogonal(), generator)</c>; not recorded.</summary>
    /// <exception cref="ArgumentException">The tensor is a strided view.</exception>
    public static Tensor InitializeInPlace(this Tensor tensor, Initializer initializer, RandomGenerator generator)
    {
        if (!tensor.IsContiguous) throw new ArgumentException($"InitializeInPlace: the tensor {tensor.Describe()} is a strided view; initialise the whole tensor.");
        using (Autograd.NoGrad()) initializer(tensor, generator);
        tensor.storage.Wrote(nameof(InitializeInPlace));
        return tensor;
    }

    /// <summary>What PyTorch's linear and convolution layers draw: ±1/√fanIn for weight and bias.</summary>
    internal static Initializer Bias(int fanIn) => fanIn > 0 ? Uniform(-1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn)) : Zeros;

    private static bool IsSingle(Tensor parameter) => parameter.DType switch
    {
        DType.Float32 => true,
        DType.Float64 => false,
        _ => throw new NotSupportedException($"Initializers: weights are Float32 or Float64, not {parameter.DType}."),
    };
}
