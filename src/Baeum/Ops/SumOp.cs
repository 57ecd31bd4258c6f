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
        var (kept, shape) = Reduction.Shapes(x, dims, keepDim);
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
    private static readonly int[][] Single = [.. Enumerable.Range(0, 9).Select(dim => new[] { dim })];
    private static readonly int[][] AllOf = [.. Enumerable.Range(0, 9).Select(rank => Enumerable.Range(0, rank).ToArray())];

    /// <summary>The dimensions counted from the front, ascending, each once; all dimensions for none. Nobody changes the array.</summary>
    internal static int[] Dims(Tensor x, ReadOnlySpan<int> dims, string operation)
    {
        if (dims.Length == 0 || x.Rank == 0) return All(x.Rank);
        if (dims.Length == 1)
        {
            int only = x.Shape.Dim(dims[0], operation);
            return only < Single.Length ? Single[only] : [only];
        }
        var seen = new SortedSet<int>();
        foreach (int dim in dims)
        {
            int d = x.Shape.Dim(dim, operation);
            if (!seen.Add(d)) throw new ArgumentException($"{operation}: dimension {dim} is named twice in {Shape.Format(dims)}.");
        }
        return [.. seen];
    }

    /// <summary>All dimensions; nobody changes the array.</summary>
    internal static int[] All(int rank) => rank < AllOf.Length ? AllOf[rank] : [.. Enumerable.Range(0, rank)];

    /// <summary>A shape for the result that broadcasts to the input, and the shape of the result.</summary>
    internal static (Shape Kept, Shape Result) Shapes(Tensor x, int[] dims, bool keepDim)
    {
        var sizes = x.Shape.Sizes;
        if (dims.Length == sizes.Length) return (Shape.Scalar, keepDim ? Ones(sizes.Length) : Shape.Scalar);
        var keptShape = x.Shape;
        foreach (int d in dims) keptShape = keptShape.With(d, 1);
        if (keepDim) return (keptShape, keptShape);
        if (dims.Length == 1) return (keptShape, x.Shape.Without(dims[0]));
        var left = new int[sizes.Length - dims.Length];
        for (int d = 0, at = 0; d < sizes.Length; d++)
        {
            if (Array.IndexOf(dims, d) < 0) left[at++] = sizes[d];
        }
        return (keptShape, Shape.Own(left));
    }

    /// <summary>How many elements each result is made of.</summary>
    internal static int Count(Tensor x, int[] dims)
    {
        int count = 1;
        foreach (int d in dims) count *= x.Shape.Sizes[d];
        return count;
    }

    private static Shape Ones(int rank)
    {
        var sizes = new int[rank];
        Array.Fill(sizes, 1);
        return Shape.Own(sizes);
    }

    /// <summary>Refuses types in which a mean or an exponential cannot be written.</summary>
    internal static void RequireFloating(Tensor x, string operation)
    {
        if (!x.DType.IsCompute()) throw new NotSupportedException($"{operation}: needs Float32 or Float64, got {x.Describe()}; convert it with To(DType.Float32) first.");
    }

    /// <summary>
    /// The elements laid out as [outer, reduced, inner], contiguous. Neighbouring dimensions need no copy; others are moved to the end.
    /// </summary>
    internal static (Tensor Rows, int Outer, int Reduced, int Inner) Block(Tensor x, int[] dims)
    {
        ReadOnlySpan<int> sizes = x.Shape.Sizes;
        if (dims.Length == sizes.Length) return (x.Contiguous(), 1, x.Count, 1);
        if (dims[^1] - dims[0] == dims.Length - 1) return (x.Contiguous(), Product(sizes[..dims[0]]), Product(sizes[dims[0]..(dims[^1] + 1)]), Product(sizes[(dims[^1] + 1)..]));
        int[] kept = [.. Enumerable.Range(0, x.Rank).Except(dims)];
        var moved = PermuteOp.Apply(x.Detach(), [.. kept, .. dims]).Contiguous();
        int outer = 1;
        foreach (int d in kept) outer *= sizes[d];
        return (moved, outer, Count(x, dims), 1);
    }

    private static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes) product *= size;
        return product;
    }
}
