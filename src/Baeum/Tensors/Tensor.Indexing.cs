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
            var view = Basic(indices, out var tensors, out bool adjacent);
            return tensors is null ? view : IndexOp.Apply(view, tensors, adjacent);
        }
        set
        {
            Autograd.RefuseInPlace("Indexer", this, value);
            Put(indices, value, accumulate: false, "Indexer");
        }
    }

    /// <summary>
    /// Writes values into the chosen elements, or adds them: with <paramref name="accumulate"/> an element that is chosen several times
    /// gets the sum of its values. Without it this is the same as setting through the indexer.
    /// </summary>
    /// <param name="indices">Positions as in the indexer: <c>x.IndexPutInPlace([rows, columns], values, accumulate: true)</c>.</param>
    /// <param name="values">Broadcast to the shape of the chosen elements and converted to this tensor's type.</param>
    /// <param name="accumulate">Adds instead of overwriting.</param>
    public Tensor IndexPutInPlace(ReadOnlySpan<TensorIndex> indices, Tensor values, bool accumulate = false)
    {
        Autograd.RefuseInPlace(nameof(IndexPutInPlace), this, values);
        Put(indices, values, accumulate, nameof(IndexPutInPlace));
        return this;
    }

    private void Put(ReadOnlySpan<TensorIndex> indices, Tensor value, bool accumulate, string operation)
    {
        var view = Detach().Basic(indices, out var tensors, out bool adjacent);
        var values = value.Detach().To(DType);
        if (ReferenceEquals(values.storage, storage)) values = values.Clone(); // x[1..] = x[..^1]
        if (tensors is not null)
        {
            IndexOp.Put(view, tensors, adjacent, values, accumulate);
        }
        else
        {
            if (!Shape.Broadcast(view.Shape, values.Shape, operation).Equals(view.Shape)) throw new ArgumentException($"{operation}: values of shape {values.Shape} do not fit the place of shape {view.Shape}.");
            if (accumulate) view.AddInPlace(values);
            else CopyOp.Into(view, ExpandOp.Apply(values, view.Shape));
        }
        storage.Wrote(operation);
    }

    /// <summary>
    /// Applies all positions but tensors; those come back with the dimension of the view that each one indexes, and whether numbers and
    /// tensors stand side by side (NumPy counts numbers as index tensors there).
    /// </summary>
    private Tensor Basic(ReadOnlySpan<TensorIndex> indices, out List<(int Dim, Tensor Indices)>? tensors, out bool adjacent)
    {
        tensors = null;
        int named = 0, runs = 0;
        bool hasEllipsis = false, inRun = false;
        foreach (var index in indices)
        {
            bool chooses = index.What is TensorIndex.Kind.Number or TensorIndex.Kind.Tensor;
            if (chooses && !inRun) runs++;
            inRun = chooses;
            if (index.What == TensorIndex.Kind.Ellipsis)
            {
                if (hasEllipsis) throw new ArgumentException("Indexer: only one Ellipsis is allowed.");
                hasEllipsis = true;
            }
            else if (index.What == TensorIndex.Kind.Tensor)
            {
                named += index.Covers;
            }
            else if (index.What != TensorIndex.Kind.NewDimension)
            {
                named++;
            }
        }
        adjacent = runs <= 1;
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
                    // a truth value without dimensions chooses from a new dimension of size one
                    (tensors ??= []).Add((shape.Count, index.Covers == 0 ? index.Indices!.Reshape(1) : index.Indices!));
                    if (index.Covers == 0) shape.Add(1);
                    for (int i = 0; i < index.Covers; i++) shape.Add(sizes[dim++]);
                    break;
            }
        }
        while (dim < Rank) shape.Add(sizes[dim++]);
        var block = Shape.Own(sizes);
        var view = block.Equals(Shape) ? this : SliceOp.Apply(this, starts, steps, block);
        return ReshapeOp.Apply(view, Shape.Create([.. shape]));
    }
}
