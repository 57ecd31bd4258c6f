namespace Baeum;

/// <summary>Tensors one after the other along a dimension.</summary>
internal sealed class CatOp(Tensor[] inputs, int dim) : Node(inputs)
{
    private readonly int[] sizes = Array.ConvertAll(inputs, x => x.Shape[dim]);

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(IReadOnlyList<Tensor> tensors, int dim, string operation)
    {
        if (tensors.Count == 0) throw new ArgumentException($"{operation}: needs at least one tensor.");
        var first = tensors[0].Shape;
        if (first.Rank == 0) throw new ArgumentException($"{operation}: tensor 0 has no dimensions; use Stack, or Reshape(1) first.");
        int d = first.Dim(dim, operation), size = 0;
        var dtype = tensors[0].DType;
        for (int i = 0; i < tensors.Count; i++)
        {
            var shape = tensors[i].Shape;
            if (shape.Rank != first.Rank || (!ReferenceEquals(shape, first) && !shape.With(d, first[d]).Equals(first)))
                throw new ArgumentException($"{operation}: tensor {i} has shape {shape}, tensor 0 has {first}; all sizes but those of dimension {d} must be equal.");
            size = checked(size + shape[d]);
            dtype = DTypes.Promote(dtype, tensors[i].DType);
        }
        if (tensors.Count == 1) return tensors[0].Clone();
        var inputs = new Tensor[tensors.Count];
        var y = Tensor.Allocate(first.With(d, size), dtype);
        for (int i = 0, start = 0; i < inputs.Length; start += inputs[i++].Shape[d])
        {
            inputs[i] = tensors[i].To(dtype);
            CopyOp.Into(SliceOp.View(y, d, start, inputs[i].Shape[d]), inputs[i]);
        }
        return Autograd.Records(inputs) ? y.Record(new CatOp(inputs, d)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        for (int i = 0, start = 0; i < sizes.Length; start += sizes[i++])
        {
            if (pass.Needs(i)) pass.Send(i, grad.Narrow(dim, start, sizes[i]));
        }
    }
}
