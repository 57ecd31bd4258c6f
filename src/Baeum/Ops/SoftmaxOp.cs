using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Softmax, or its logarithm, along a dimension. The greatest element is subtracted first, so that nothing overflows.</summary>
internal sealed class SoftmaxOp(Tensor x, Tensor y, int dim, bool isLog) : Node(x)
{
    private readonly Saved y = y;

    public override string Name => NameOf(isLog);

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int dim, bool isLog)
    {
        Reduction.RequireFloating(x, NameOf(isLog));
        int d = x.Shape.Dim(dim, NameOf(isLog));
        var y = Tensor.Allocate(x.Shape, x.DType);
        var source = x.Contiguous();
        if (x.DType == DType.Float32) Forward<float>(source, y, d, isLog);
        else Forward<double>(source, y, d, isLog);
        return Autograd.Records(x) ? y.Record(new SoftmaxOp(x, y, d, isLog)) : y;
    }

    private static void Forward<T>(Tensor x, Tensor y, int dim, bool isLog) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = x.Shape.SplitAt(dim);
        if (isLog) SoftmaxKernels.LogSoftmax(x.Read<T>(), y.Write<T>(), outer, size, inner);
        else SoftmaxKernels.Softmax(x.Read<T>(), y.Write<T>(), outer, size, inner);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var result = y.Get(this);
        if (pass.CreatesGraph)
        {
            pass.Send(0, isLog ? grad - result.Exp() * grad.Sum(dim, keepDim: true) : result * (grad - (grad * result).Sum(dim, keepDim: true)));
            return;
        }
        var dx = Tensor.Allocate(result.Shape, result.DType);
        grad = grad.Contiguous();
        if (result.DType == DType.Float32) Gradient<float>(grad, result, dx);
        else Gradient<double>(grad, result, dx);
        pass.Send(0, dx);
    }

    private void Gradient<T>(Tensor grad, Tensor result, Tensor dx) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (outer, size, inner) = result.Shape.SplitAt(dim);
        if (isLog) SoftmaxKernels.LogSoftmaxGradient(grad.Read<T>(), result.Read<T>(), dx.Write<T>(), outer, size, inner);
        else SoftmaxKernels.SoftmaxGradient(grad.Read<T>(), result.Read<T>(), dx.Write<T>(), outer, size, inner);
    }

    private static string NameOf(bool isLog) => isLog ? "LogSoftmax" : "Softmax";
}
