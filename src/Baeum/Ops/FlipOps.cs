using Baeum.Kernels;

namespace Baeum;

/// <summary>One dimension turned round.</summary>
internal sealed class FlipOp(Tensor x, int dim) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int dim)
    {
        var source = x.Contiguous();
        var y = Tensor.Allocate(x.Shape, x.DType);
        switch (x.DType.ByteSize())
        {
            case 1: Run<byte>(source, y, dim); break;
            case 2: Run<ushort>(source, y, dim); break;
            case 4: Run<uint>(source, y, dim); break;
            default: Run<ulong>(source, y, dim); break;
        }
        return Autograd.Records(x) ? y.Record(new FlipOp(x, dim)) : y;
    }

    private static void Run<T>(Tensor x, Tensor y, int dim) where T : unmanaged
    {
        var (_, size, inner) = x.Shape.SplitAt(dim);
        IndexKernels.Flip(x.Strided<T>(), y.Write<T>(), size, inner);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Apply(grad, dim));
}

/// <summary>One dimension moved by some places; what falls off at the end comes in at the start.</summary>
internal sealed class RollOp(Tensor x, int dim, int shift) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    /// <param name="x">Any shape.</param>
    /// <param name="dim">The dimension.</param>
    /// <param name="shift">At least 0 and less than the size of the dimension.</param>
    internal static Tensor Apply(Tensor x, int dim, int shift)
    {
        var y = Tensor.Allocate(x.Shape, x.DType);
        Tensor from = x.Detach(), to = y.Detach();
        int rest = x.Shape[dim] - shift;
        CopyOp.Into(to.Narrow(dim, shift, rest), from.Narrow(dim, 0, rest));
        CopyOp.Into(to.Narrow(dim, 0, shift), from.Narrow(dim, rest, shift));
        return Autograd.Records(x) ? y.Record(new RollOp(x, dim, shift)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Apply(grad, dim, shift == 0 ? 0 : grad.Shape[dim] - shift));
}
