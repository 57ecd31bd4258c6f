using Baeum.Kernels;

namespace Baeum;

/// <summary>-x.</summary>
internal sealed class NegOp(Tensor x) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x)
    {
        var y = Binary.Compute<SubtractFunction>(Tensor.Scalar(0, x.DType == DType.Bool ? DType.Int64 : x.DType), x, "Neg");
        return Autograd.Records(x) ? y.Record(new NegOp(x)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Apply(grad));
}
