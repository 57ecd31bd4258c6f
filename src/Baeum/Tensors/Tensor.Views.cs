namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>The same elements in another shape; one size may be -1 and is computed. A view where possible, else a copy.</summary>
    public Tensor Reshape(params ReadOnlySpan<int> sizes) => ReshapeOp.Apply(this, Shape.Infer(sizes, Count, nameof(Reshape)));

    /// <inheritdoc cref="Reshape(ReadOnlySpan{int})"/>
    public Tensor Reshape(Shape shape) => ReshapeOp.Apply(this, shape.Count == Count ? shape : Shape.Infer(shape.Sizes, Count, nameof(Reshape)));

    /// <summary>As <see cref="Reshape(ReadOnlySpan{int})"/>, but refuses to copy.</summary>
    /// <exception cref="InvalidOperationException">The strides do not allow the shape.</exception>
    public Tensor View(params ReadOnlySpan<int> sizes)
    {
        var y = Reshape(sizes);
        if (!ReferenceEquals(y.storage, storage))
            throw new InvalidOperationException($"View: the tensor {Describe()} with strides {Shape.Format(Strides)} cannot be seen as {y.Shape} without copying; use Reshape.");
        return y;
    }

    /// <summary>Joins the dimensions from <paramref name="startDim"/> to <paramref name="endDim"/> (inclusive) into one.</summary>
    public Tensor Flatten(int startDim = 0, int endDim = -1)
    {
        if (Rank == 0) return Reshape(1);
        int first = Shape.Dim(startDim, nameof(Flatten)), last = Shape.Dim(endDim, nameof(Flatten));
        if (first > last) throw new ArgumentException($"Flatten: startDim {startDim} lies behind endDim {endDim} in shape {Shape}.");
        int size = 1;
        for (int d = first; d <= last; d++) size *= Shape.Sizes[d];
        return Reshape(Shape.Own([.. Shape.Sizes.AsSpan(0, first), size, .. Shape.Sizes.AsSpan(last + 1)]));
    }

    /// <summary>Splits one dimension into several; one size may be -1.</summary>
    public Tensor Unflatten(int dim, params ReadOnlySpan<int> sizes)
    {
        int d = Shape.Dim(dim, nameof(Unflatten));
        var split = Shape.Infer(sizes, Shape.Sizes[d], nameof(Unflatten));
        return Reshape(Shape.Own([.. Shape.Sizes.AsSpan(0, d), .. split.Sizes, .. Shape.Sizes.AsSpan(d + 1)]));
    }

    /// <summary>Swaps two dimensions; a view.</summary>
    public Tensor Transpose(int dim0, int dim1)
    {
        int a = Shape.Dim(dim0, nameof(Transpose)), b = Shape.Dim(dim1, nameof(Transpose));
        if (a == b) return this;
        if (Rank == 2) return PermuteOp.Turn(this);
        var order = Enumerable.Range(0, Rank).ToArray();
        (order[a], order[b]) = (order[b], order[a]);
        return PermuteOp.Apply(this, order);
    }

    /// <summary>The transpose of a matrix; dimensions in reverse order for other ranks.</summary>
    public Tensor T => Rank < 2 ? this : Rank == 2 ? PermuteOp.Turn(this) : PermuteOp.Apply(this, [.. Enumerable.Range(0, Rank).Reverse()]);

    /// <summary>The transposes of a batch of matrices: the last two dimensions swapped.</summary>
    public Tensor MT => Rank >= 2 ? Transpose(-2, -1) : throw new ArgumentException($"MT: needs at least two dimensions, got shape {Shape}.");

    /// <summary>The dimensions in the order given; a view.</summary>
    public Tensor Permute(params ReadOnlySpan<int> dims)
    {
        if (dims.Length != Rank) throw new ArgumentException($"Permute: {Shape.Format(dims)} must name each of the {Rank} dimensions of shape {Shape} once.");
        var order = new int[Rank];
        var seen = new bool[Rank];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = Shape.Dim(dims[i], nameof(Permute));
            if (seen[order[i]]) throw new ArgumentException($"Permute: {Shape.Format(dims)} names dimension {order[i]} twice.");
            seen[order[i]] = true;
        }
        return PermuteOp.Apply(this, order);
    }

    /// <summary>Moves a dimension to another place, the others keep their order; a view.</summary>
    public Tensor MoveDim(int source, int destination)
    {
        int from = Shape.Dim(source, nameof(MoveDim)), to = Shape.Dim(destination, nameof(MoveDim));
        var order = Enumerable.Range(0, Rank).ToList();
        order.RemoveAt(from);
        order.Insert(to, from);
        return PermuteOp.Apply(this, [.. order]);
    }

    /// <summary>Without the dimension, if it has size one; a view.</summary>
    public Tensor Squeeze(int dim)
    {
        int d = Shape.Dim(dim, nameof(Squeeze));
        return Rank == 0 || Shape.Sizes[d] != 1 ? this : ReshapeOp.Apply(this, Shape.Without(d));
    }

    /// <summary>Without all dimensions of size one; a view.</summary>
    public Tensor Squeeze() => ReshapeOp.Apply(this, Shape.Create([.. Shape.Sizes.Where(size => size != 1)]));

    /// <summary>With a new dimension of size one at a place; a view.</summary>
    public Tensor Unsqueeze(int dim) => ReshapeOp.Apply(this, Shape.Insert(Shape.Dim(dim, nameof(Unsqueeze), onePast: true), 1));

    /// <summary>Repeats dimensions of size one up to the sizes given without copying; -1 keeps a size. A view.</summary>
    public Tensor Expand(params ReadOnlySpan<int> sizes)
    {
        int lead = sizes.Length - Rank;
        if (lead < 0) throw new ArgumentException($"Expand: {Shape.Format(sizes)} has fewer dimensions than shape {Shape}.");
        var wanted = sizes.ToArray();
        for (int d = 0; d < wanted.Length; d++)
        {
            int old = d < lead ? 1 : Shape.Sizes[d - lead];
            if (wanted[d] == -1 && d >= lead) wanted[d] = old;
            if (wanted[d] < 0 || (old != 1 && wanted[d] != old))
                throw new ArgumentException($"Expand: shape {Shape} does not expand to {Shape.Format(sizes)}: size {old} at dimension {d} is not 1.");
        }
        return ExpandOp.Apply(this, Shape.Own(wanted));
    }

    /// <summary>Repeats dimensions of size one up to a shape; a view.</summary>
    public Tensor BroadcastTo(Shape shape) => Expand(shape.Sizes);

    /// <summary>The indices from <paramref name="start"/> on, <paramref name="length"/> of them, along a dimension; a view.</summary>
    public Tensor Narrow(int dim, int start, int length)
    {
        int d = Shape.Dim(dim, nameof(Narrow));
        int size = Rank == 0 ? throw new ArgumentException("Narrow: the tensor has no dimensions.") : Shape.Sizes[d];
        int first = start < 0 ? start + size : start;
        if (first < 0 || length < 0 || first > size - length) throw new ArgumentException($"Narrow: {length} elements from {start} on do not lie in dimension {dim} of shape {Shape}.");
        return SliceOp.Narrow(this, d, first, length);
    }

    /// <summary>The elements from <paramref name="start"/> to before <paramref name="stop"/>, every <paramref name="step"/>-th, along a dimension; a view.</summary>
    /// <remarks>Bounds may be negative (from the end) and are cut to the dimension, as in Python; a null bound is the end of the dimension.</remarks>
    public Tensor Slice(int dim, int? start = null, int? stop = null, int step = 1)
    {
        int d = Shape.Dim(dim, nameof(Slice));
        if (Rank == 0) throw new ArgumentException("Slice: the tensor has no dimensions.");
        var (first, length) = TensorIndex.Bounds(start, stop, step, Shape.Sizes[d], nameof(Slice));
        var starts = new int[Rank];
        var steps = Ones(Rank);
        (starts[d], steps[d]) = (first, step);
        return SliceOp.Apply(this, starts, steps, Shape.With(d, length));
    }

    /// <summary>One index along a dimension, which disappears; a view.</summary>
    public Tensor Select(int dim, int index)
    {
        int d = Shape.Dim(dim, nameof(Select));
        if (Rank == 0) throw new ArgumentException("Select: the tensor has no dimensions.");
        int size = Shape.Sizes[d], i = index < 0 ? index + size : index;
        if ((uint)i >= (uint)size) throw new ArgumentOutOfRangeException(nameof(index), $"Select: index {index} does not lie in dimension {dim} of shape {Shape}.");
        return ReshapeOp.Apply(Narrow(d, i, 1), Shape.Without(d));
    }

    /// <summary>Cuts a dimension into pieces of a size; the last may be smaller. Views.</summary>
    public Tensor[] Split(int size, int dim = 0)
    {
        if (size <= 0) throw new ArgumentException($"Split: the size of a piece must be positive, got {size}.");
        int total = Shape.Sizes[Shape.Dim(dim, nameof(Split))];
        var sizes = new List<int>();
        for (int start = 0; start < total; start += size) sizes.Add(Math.Min(size, total - start));
        return Split(sizes, dim);
    }

    /// <summary>Cuts a dimension into pieces of the sizes given. Views.</summary>
    public Tensor[] Split(IReadOnlyList<int> sizes, int dim = 0)
    {
        int d = Shape.Dim(dim, nameof(Split));
        if (sizes.Sum() != Shape.Sizes[d]) throw new ArgumentException($"Split: sizes {Shape.Format([.. sizes])} do not add up to {Shape.Sizes[d]}, dimension {dim} of shape {Shape}.");
        return SplitOp.Apply(this, sizes, d);
    }

    /// <summary>Cuts a dimension into a number of pieces as equal as possible, as PyTorch does. Views.</summary>
    public Tensor[] Chunk(int count, int dim = 0)
    {
        if (count <= 0) throw new ArgumentException($"Chunk: the number of pieces must be positive, got {count}.");
        int size = Shape.Sizes[Shape.Dim(dim, nameof(Chunk))];
        return Split(Math.Max(1, (size + count - 1) / count), dim);
    }

    /// <summary>The slices along a dimension, which disappears. Views.</summary>
    public Tensor[] Unbind(int dim = 0)
    {
        int d = Shape.Dim(dim, nameof(Unbind));
        if (Rank == 0) throw new ArgumentException("Unbind: the tensor has no dimensions.");
        return [.. SplitOp.Apply(this, Ones(Shape.Sizes[d]), d).Select(slice => ReshapeOp.Apply(slice, Shape.Without(d)))];
    }

    private static int[] Ones(int count)
    {
        var ones = new int[count];
        Array.Fill(ones, 1);
        return ones;
    }
}
