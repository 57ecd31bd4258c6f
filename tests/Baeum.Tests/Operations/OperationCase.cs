namespace Baeum.Tests.Operations;

/// <summary>One line of the catalogue: an operation, inputs it is tried on, and what it must equal.</summary>
public sealed record OperationCase(string Name, Func<Tensor[], Tensor> Apply, params int[][] Shapes)
{
    /// <summary>Turns a number from the standard normal distribution into a legal input; by default it stays.</summary>
    public Func<double, double> Domain { get; init; } = x => x;

    /// <summary>What the operation must give, written plainly: with loops or elementary operations, in double precision.</summary>
    public Func<Tensor[], Tensor>? Reference { get; init; }

    /// <summary>Whether it treats every element alone: the reference is a function of one or two numbers.</summary>
    public bool IsElementwise => Reference?.Target is ElementFunction;

    /// <summary>Whether inputs of different shapes broadcast, as losses refuse to.</summary>
    public bool Broadcasts { get; init; } = true;

    /// <summary>Inputs large enough to be shared out to several threads; by default one, for functions of one number.</summary>
    public int[][]? LargeShapes { get; init; }

    /// <summary>Whether gradients flow through it.</summary>
    public bool HasGradient { get; init; } = true;

    /// <summary>Whether its backward is written in recorded operations (createGraph).</summary>
    public bool IsTwiceDifferentiable { get; init; }

    /// <summary>The largest relative difference between the Float32 and the Float64 result.</summary>
    public double Float32Tolerance { get; init; } = 2e-5;

    public override string ToString() => Name;

    /// <summary>Inputs in Float64 from a seed.</summary>
    public Tensor[] Inputs(int seed) => Inputs(seed, Shapes);

    public Tensor[] Inputs(int seed, int[][] shapes)
    {
        var random = new Random(seed);
        return [.. shapes.Select(shape =>
        {
            var values = new double[Shape.Create(shape).Count];
            for (int i = 0; i < values.Length; i++) values[i] = Domain(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            return Tensor.Wrap(values, Shape.Create(shape));
        })];
    }

    /// <summary>A function of one number, applied to every element of one input.</summary>
    public static Func<Tensor[], Tensor> Each(Func<double, double> function) => new ElementFunction(function, null).Apply;

    /// <summary>A function of two numbers, applied to the broadcast elements of two inputs.</summary>
    public static Func<Tensor[], Tensor> Each(Func<double, double, double> function) => new ElementFunction(null, function).Apply;

    private sealed class ElementFunction(Func<double, double>? one, Func<double, double, double>? two)
    {
        internal Tensor Apply(Tensor[] inputs)
        {
            if (one is not null) return Tensor.Wrap([.. inputs[0].ToArray<double>().Select(one)], inputs[0].Shape);
            var shape = Shape.Broadcast(inputs[0].Shape, inputs[1].Shape);
            var a = inputs[0].BroadcastTo(shape).ToArray<double>();
            var b = inputs[1].BroadcastTo(shape).ToArray<double>();
            return Tensor.Wrap([.. a.Zip(b, two!)], shape);
        }
    }
}
