using Baeum.Kernels;

namespace Baeum;

/// <summary>One triangle of each matrix, zeros in the other.</summary>
internal sealed class TriangleOp(Tensor x, int diagonal, bool upper) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int diagonal, bool upper, string operation)
    {
        if (x.Rank < 2) throw new ArgumentException($"{operation}: needs at least two dimensions, got shape {x.Shape}.");
        var source = x.Contiguous();
        var y = Tensor.Allocate(x.Shape, x.DType);
        switch (x.DType.ByteSize())
        {
            case 1: Run<byte>(source, y, diagonal, upper); break;
            case 2: Run<ushort>(source, y, diagonal, upper); break;
            case 4: Run<uint>(source, y, diagonal, upper); break;
            default: Run<ulong>(source, y, diagonal, upper); break;
        }
        return Autograd.Records(x) ? y.Record(new TriangleOp(x, diagonal, upper)) : y;
    }

    private static void Run<T>(Tensor x, Tensor y, int diagonal, bool upper) where T : unmanaged =>
        IndexKernels.Triangle(x.Strided<T>(), y.Write<T>(), x.Shape[-2], x.Shape[-1], diagonal, upper);

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Apply(grad, diagonal, upper, Name));
}

/// <summary>The elements (i, i + offset) of two dimensions as a new last dimension; a view.</summary>
internal sealed class DiagonalOp(Tensor x, int offset, int dim0, int dim1) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int offset, int dim0, int dim1)
    {
        var y = View(x, offset, dim0, dim1);
        return Autograd.Records(x) ? y.Record(new DiagonalOp(x, offset, dim0, dim1)) : y;
    }

    internal static Tensor View(Tensor x, int offset, int dim0, int dim1)
    {
        int length = Math.Max(0, offset >= 0 ? Math.Min(x.Shape[dim0], x.Shape[dim1] - offset) : Math.Min(x.Shape[dim0] + offset, x.Shape[dim1]));
        var strides = x.StrideArray;
        int first = length == 0 ? 0 : offset >= 0 ? offset * strides[dim1] : -offset * strides[dim0];
        int[] others = [.. Enumerable.Range(0, x.Rank).Where(d => d != dim0 && d != dim1)];
        var shape = Shape.Own([.. others.Select(d => x.Shape[d]), length]);
        return x.ViewOf(shape, [.. others.Select(d => strides[d]), strides[dim0] + strides[dim1]], x.offset + (shape.Count == 0 ? 0 : first));
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, DiagonalScatterOp.Apply(grad, offset, dim0, dim1, inputShape));
}

/// <summary>The transpose of <see cref="DiagonalOp"/>: zeros with the input on the diagonal.</summary>
internal sealed class DiagonalScatterOp(Tensor x, int offset, int dim0, int dim1) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int offset, int dim0, int dim1, Shape shape)
    {
        var y = Tensor.Zeros(shape, x.DType);
        CopyOp.Into(DiagonalOp.View(y, offset, dim0, dim1), x);
        return Autograd.Records(x) ? y.Record(new DiagonalScatterOp(x, offset, dim0, dim1)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, DiagonalOp.Apply(grad, offset, dim0, dim1));
}
