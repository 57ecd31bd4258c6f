namespace Baeum;

// Views share the memory of their input: only shape, strides and offset change. All are written in recorded operations.

/// <summary>Another shape for the same elements in the same order; a view where strides allow, else a copy.</summary>
internal sealed class ReshapeOp(Tensor x) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Shape shape)
    {
        if (ReferenceEquals(shape, x.Shape)) return x;
        Tensor y;
        if (x.IsContiguous) y = new Tensor(x.storage, shape, x.offset);
        else if (StridesFor(x.Shape.Sizes, x.StrideArray, shape.Sizes) is { } strides) y = x.ViewOf(shape, strides, x.offset);
        else return Apply(x.Contiguous(), shape);
        return Autograd.Records(x) ? y.Record(new ReshapeOp(x)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Apply(grad, inputShape));

    /// <summary>
    /// Strides that show strided memory in another shape, or null if it must be copied: runs of old and new dimensions with equal
    /// products are matched, and a run must be contiguous in itself.
    /// </summary>
    private static int[]? StridesFor(int[] oldSizes, int[] oldStrides, int[] newSizes)
    {
        var sizes = new List<int>();
        var steps = new List<int>();
        for (int d = 0; d < oldSizes.Length; d++)
        {
            if (oldSizes[d] == 0) return Shape.Create(newSizes).Strides;
            if (oldSizes[d] == 1) continue;
            sizes.Add(oldSizes[d]);
            steps.Add(oldStrides[d]);
        }
        var strides = new int[newSizes.Length];
        int old = 0, current = 0;
        while (current < newSizes.Length)
        {
            if (old == sizes.Count)
            {
                strides[current++] = 1; // only sizes of one are left
                continue;
            }
            int oldEnd = old + 1, newEnd = current + 1;
            long oldCount = sizes[old], newCount = newSizes[current];
            while (oldCount != newCount)
            {
                if (newCount < oldCount) newCount *= newSizes[newEnd++];
                else oldCount *= sizes[oldEnd++];
            }
            for (int d = old; d < oldEnd - 1; d++)
            {
                if (steps[d] != sizes[d + 1] * steps[d + 1]) return null;
            }
            int step = steps[oldEnd - 1];
            for (int d = newEnd - 1; d >= current; d--)
            {
                strides[d] = step;
                step *= newSizes[d];
            }
            (old, current) = (oldEnd, newEnd);
        }
        return strides;
    }
}

/// <summary>The dimensions in another order.</summary>
internal sealed class PermuteOp(Tensor x, int[] order) : Node(x)
{
    private static readonly int[] RowsAndColumns = [1, 0]; // nobody changes it

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int[] order)
    {
        var sizes = new int[order.Length];
        var strides = new int[order.Length];
        var old = x.StrideArray;
        for (int d = 0; d < order.Length; d++)
        {
            sizes[d] = x.Shape.Sizes[order[d]];
            strides[d] = old[order[d]];
        }
        var y = x.ViewOf(Shape.Own(sizes), strides, x.offset);
        return Autograd.Records(x) ? y.Record(new PermuteOp(x, order)) : y;
    }

    /// <summary>The transpose of a matrix.</summary>
    internal static Tensor Turn(Tensor x)
    {
        int[] old = x.StrideArray;
        var y = x.ViewOf(x.Shape.Turned, x.IsContiguous ? x.Shape.TurnedStrides : [old[1], old[0]], x.offset);
        return Autograd.Records(x) ? y.Record(new PermuteOp(x, RowsAndColumns)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var inverse = new int[order.Length];
        for (int d = 0; d < order.Length; d++) inverse[order[d]] = d;
        pass.Send(0, Apply(grad, inverse));
    }
}

/// <summary>Dimensions of size one repeated without copying; the pass sums the gradient back.</summary>
internal sealed class ExpandOp(Tensor x) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Shape shape)
    {
        if (x.Shape.Equals(shape)) return x;
        var y = x.ViewOf(shape, Strides(x, shape), x.offset);
        return Autograd.Records(x) ? y.Record(new ExpandOp(x)) : y;
    }

    /// <summary>Strides that read <paramref name="x"/> in a shape that it broadcasts to: 0 where it is repeated.</summary>
    internal static int[] Strides(Tensor x, Shape shape)
    {
        if (ReferenceEquals(x.Shape, shape)) return x.StrideArray;
        var strides = new int[shape.Rank];
        var old = x.StrideArray;
        int lead = shape.Rank - x.Rank;
        for (int d = lead; d < strides.Length; d++) strides[d] = x.Shape.Sizes[d - lead] == 1 ? 0 : old[d - lead];
        return strides;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, grad);
}

/// <summary>A block: from a start, every step-th, along each dimension.</summary>
internal sealed class SliceOp(Tensor x, int[] starts, int[] steps) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int[] starts, int[] steps, Shape shape)
    {
        var y = View(x, starts, steps, shape);
        return Autograd.Records(x) ? y.Record(new SliceOp(x, starts, steps)) : y;
    }

    /// <summary>The indices from <paramref name="start"/> on, <paramref name="length"/> of them, along a dimension; they exist.</summary>
    internal static Tensor Narrow(Tensor x, int dim, int start, int length)
    {
        var y = View(x, dim, start, length);
        if (!Autograd.Records(x)) return y;
        int[] starts = new int[x.Rank], steps = new int[x.Rank];
        Array.Fill(steps, 1);
        starts[dim] = start;
        return y.Record(new SliceOp(x, starts, steps));
    }

    internal static Tensor View(Tensor x, int dim, int start, int length)
    {
        var shape = x.Shape.With(dim, length);
        var strides = x.StrideArray;
        return x.ViewOf(shape, strides, shape.Count == 0 ? x.offset : x.offset + start * strides[dim]);
    }

    internal static Tensor View(Tensor x, int[] starts, int[] steps, Shape shape)
    {
        var old = x.StrideArray;
        var strides = new int[old.Length];
        int first = x.offset;
        for (int d = 0; d < strides.Length; d++)
        {
            if (shape.Count > 0) first += starts[d] * old[d];
            strides[d] = steps[d] * old[d];
        }
        return x.ViewOf(shape, strides, first);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, SliceScatterOp.Apply(grad, starts, steps, inputShape));
}

/// <summary>Pieces of a dimension, one after the other; their gradients are put together in one pass.</summary>
internal sealed class SplitOp(Tensor x, int pieceCount, int dim) : MultiNode(pieceCount, [x])
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor[] Apply(Tensor x, IReadOnlyList<int> sizes, int dim)
    {
        var pieces = new Tensor[sizes.Count];
        for (int i = 0, start = 0; i < pieces.Length; start += sizes[i++]) pieces[i] = SliceOp.View(x, dim, start, sizes[i]);
        if (!Autograd.Records(x)) return pieces;
        var node = new SplitOp(x, pieces.Length, dim);
        return [.. pieces.Select((piece, i) => piece.Record(node, i))];
    }

    protected internal override void Backward(Tensor?[] grads, BackwardPass pass)
    {
        Tensor? whole = grads.Length == 1 ? grads[0] : pass.CreatesGraph ? null : Joined(grads);
        pass.Send(0, whole ?? CatOp.Apply([.. grads.Select((grad, i) => grad ?? Tensor.Zeros(ShapeOf(i), DTypeOf(i)))], dim, Name));
    }

    /// <summary>What the gradients are pieces of, if they lie in memory as the pieces did.</summary>
    private Tensor? Joined(Tensor?[] grads)
    {
        if (grads[0] is not { Count: > 0 } first) return null;
        Shape whole = first.Shape.With(dim, Enumerable.Range(0, grads.Length).Sum(i => ShapeOf(i)[dim]));
        int start = first.offset;
        foreach (Tensor? grad in grads)
        {
            if (grad is null || !ReferenceEquals(grad.storage, first.storage) || grad.offset != start || !grad.StrideArray.AsSpan().SequenceEqual(whole.Strides)) return null;
            start += grad.Shape[dim] * whole.Strides[dim];
        }
        return new Tensor(first.storage, whole, first.offset);
    }
}

/// <summary>The transpose of a slice: zeros with the input written into the block.</summary>
internal sealed class SliceScatterOp(Tensor x, int[] starts, int[] steps) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int[] starts, int[] steps, Shape shape)
    {
        var y = Tensor.Zeros(shape, x.DType);
        CopyOp.Into(SliceOp.View(y, starts, steps, x.Shape), x);
        return Autograd.Records(x) ? y.Record(new SliceScatterOp(x, starts, steps)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, SliceOp.Apply(grad, starts, steps, inputShape));
}
