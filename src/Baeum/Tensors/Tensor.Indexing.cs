namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>
    /// Chooses elements. Numbers, ranges, <see cref="TensorIndex.Ellipsis"/> and <see cref="TensorIndex.NewDimension"/> give a view;
    /// tensors of indices and masks give a copy, by NumPy's rules. Setting writes into this tensor in place; values broadcast.
    /// </summary>
    /// <exception cref="ArgumentException">More positions than dimensions, an index out of range, or a mask of another shape.</exception>
    [System.Runtime.CompilerServices.IndexerName("Elements")]
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            var view = Basic(indices, out var tensors);
            return tensors is null ? view : IndexOp.Apply(view, tensors);
        }
        set
        {
            Autograd.RefuseInPlace("Indexer", this, value);
            var view = Basic(indices, out var tensors);
            var values = value.To(DType);
            if (tensors is not null)
            {
                IndexOp.Put(view, tensors, values, accumulate: false);
            }
            else
            {
                if (!Shape.Broadcast(view.Shape, values.Shape, "Indexer").Equals(view.Shape)) throw new ArgumentException($"Indexer: values of shape {values.Shape} do not fit the place of shape {view.Shape}.");
                CopyOp.Into(view, ExpandOp.Apply(values.Detach(), view.Shape));
            }
            storage.Wrote("Indexer");
        }
    }

    /// <summary>Applies all positions but tensors; those come back with the dimension of the view that each one indexes.</summary>
    private Tensor Basic(ReadOnlySpan<TensorIndex> indices, out List<(int Dim, Tensor Indices)>? tensors)
    {
        tensors = null;
        int named = 0;
        bool hasEllipsis = false;
        foreach (var index in indices)
        {
            if (index.What == TensorIndex.Kind.Ellipsis)
            {
                if (hasEllipsis) throw new ArgumentException("Indexer: only one Ellipsis is allowed.");
                hasEllipsis = true;
            }
            else if (index.What == TensorIndex.Kind.Tensor)
            {
                named += index.Indices!.DType == DType.Bool ? Math.Max(1, index.Indices.Rank) : 1;
            }
            else if (index.What != TensorIndex.Kind.NewDimension)
            {
                named++;
            }
        }
        if (named > Rank) throw new ArgumentException($"Indexer: {named} positions for shape {Shape}, which has {Rank} dimensions.");

        var starts = new int[Rank];
        var steps = Ones(Rank);
        var sizes = Shape.ToArray();
        var shape = new List<int>(); // of the result, numbers removed and new dimensions put in
        int dim = 0;
        foreach (var index in indices)
        {
            switch (index.What)
            {
                case TensorIndex.Kind.Ellipsis:
                    for (int rest = Rank - named; rest > 0; rest--) shape.Add(sizes[dim++]);
                    break;
                case TensorIndex.Kind.NewDimension:
                    shape.Add(1);
                    break;
                case TensorIndex.Kind.Number:
                    int at = index.At.GetOffset(sizes[dim]);
                    if ((uint)at >= (uint)sizes[dim]) throw new ArgumentOutOfRangeException(nameof(indices), $"Indexer: index {index.At} does not lie in dimension {dim} of shape {Shape}.");
                    starts[dim] = at;
                    sizes[dim++] = 1;
                    break;
                case TensorIndex.Kind.Range:
                    (starts[dim], sizes[dim]) = TensorIndex.Bounds(index.Start, index.Stop, index.Every, sizes[dim], "Indexer");
                    steps[dim] = index.Every;
                    shape.Add(sizes[dim++]);
                    break;
                default:
                    (tensors ??= []).Add((shape.Count, index.Indices!));
                    int covered = index.Indices!.DType == DType.Bool ? Math.Max(1, index.Indices.Rank) : 1;
                    for (int i = 0; i < covered; i++) shape.Add(sizes[dim++]);
                    break;
            }
        }
        while (dim < Rank) shape.Add(sizes[dim++]);
        var block = Shape.Own(sizes);
        var view = block.Equals(Shape) ? this : SliceOp.Apply(this, starts, steps, block);
        return ReshapeOp.Apply(view, Shape.Create([.. shape]));
    }
}
