using Baeum.Kernels;

namespace Baeum;

/// <summary>Sums over some dimensions; truth values and whole numbers add up as Int64.</summary>
internal sealed class SumOp(Tensor x, Shape kept) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    /// <param name="x">Any shape.</param>
    /// <param name="dims">The dimensions to sum over, counted from the front, ascending.</param>
    /// <param name="keepDim">Whether they stay with size one.</param>
    internal static Tensor Apply(Tensor x, int[] dims, bool keepDim)
    {
        var source = x.DType.IsFloatingPoint() ? x : x.To(DType.Int64);
        var kept = x.Shape;
        foreach (int d in dims) kept = kept.With(d, 1);
        var shape = keepDim ? kept : Reduction.Drop(x.Shape, dims);
        var y = x.DType switch
        {
            DType.Float32 => Compute<float>(source, dims, shape),
            DType.Float64 => Compute<double>(source, dims, shape),
            DType.Int64 or DType.Bool => Compute<long>(source, dims, shape),
            _ => throw Binary.Unsupported("Sum", x.DType),
        };
        return Autograd.Records(x) ? y.Record(new SumOp(x, kept)) : y;
    }

    private static Tensor Compute<T>(Tensor x, int[] dims, Shape shape) where T : unmanaged, System.Numerics.INumber<T>
    {
        var (rows, outer, reduced, inner) = Reduction.Block(x, dims);
        var y = Tensor.Allocate(shape, x.DType);
        ReduceKernels.Sum(rows.Read<T>(), y.Write<T>(), outer, reduced, inner);
        return y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, ExpandOp.Apply(grad.Reshape(kept), inputShape));
}

/// <summary>What reductions over dimensions share.</summary>
internal static class Reduction
{
    /// <summary>The dimensions counted from the front, ascending, each once; all dimensions for none.</summary>
    internal static int[] Dims(Tensor x, ReadOnlySpan<int> dims, string operation)
    {
        if (dims.Length == 0 || x.Rank == 0) return [.. Enumerable.Range(0, x.Rank)];
        var seen = new SortedSet<int>();
        foreach (int dim in dims)
        {
            int d = x.Shape.Dim(dim, operation);
            if (!seen.Add(d)) throw new ArgumentException($"{operation}: dimension {dim} is named twice in {Shape.Format(dims)}.");
        }
        return [.. seen];
    }

    /// <summary>A shape without some dimensions.</summary>
    internal static Shape Drop(Shape shape, int[] dims) => Shape.Create([.. shape.Sizes.Where((_, d) => !dims.Contains(d))]);

    /// <summary>
    /// The elements laid out as [outer, reduced, inner], contiguous. Neighbouring dimensions need no copy; others are moved to the end.
    /// </summary>
    internal static (Tensor Rows, int Outer, int Reduced, int Inner) Block(Tensor x, int[] dims)
    {
        var sizes = x.Shape.Sizes;
        if (dims.Length == 0) return (x.Contiguous(), x.Count, 1, 1);
        if (dims[^1] - dims[0] == dims.Length - 1) return (x.Contiguous(), Product(sizes[..dims[0]]), Product(sizes[dims[0]..(dims[^1] + 1)]), Product(sizes[(dims[^1] + 1)..]));
        int[] kept = [.. Enumerable.Range(0, x.Rank).Except(dims)];
        var moved = PermuteOp.Apply(x.Detach(), [.. kept, .. dims]).Contiguous();
        return (moved, Product([.. kept.Select(d => sizes[d])]), Product([.. dims.Select(d => sizes[d])]), 1);
    }

    private static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes) product *= size;
        return product;
    }
}
