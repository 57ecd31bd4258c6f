namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>The sum over all elements, without dimensions.</summary>
    public Tensor Sum() => SumOp.Apply(this, Reduction.Dims(this, [], nameof(Sum)), keepDim: false);

    /// <summary>The sum over a dimension.</summary>
    public Tensor Sum(int dim, bool keepDim = false) => SumOp.Apply(this, Reduction.Dims(this, [dim], nameof(Sum)), keepDim);

    /// <summary>The sum over several dimensions; over all for none.</summary>
    public Tensor Sum(int[] dims, bool keepDim = false) => SumOp.Apply(this, Reduction.Dims(this, dims, nameof(Sum)), keepDim);

    /// <summary>Sums broadcast dimensions back: the inverse of <see cref="BroadcastTo"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="shape"/> does not broadcast to this tensor's shape.</exception>
    public Tensor SumTo(Shape shape)
    {
        if (Shape.Equals(shape)) return this;
        if (!Shape.Broadcast(shape, Shape, nameof(SumTo)).Equals(Shape)) throw new ArgumentException($"SumTo: shape {shape} does not broadcast to {Shape}.");
        int lead = Rank - shape.Rank;
        int[] dims = [.. Enumerable.Range(0, Rank).Where(d => d < lead || (shape.Sizes[d - lead] == 1 && Shape.Sizes[d] != 1))];
        return SumOp.Apply(this, dims, keepDim: true).Reshape(shape);
    }
}
