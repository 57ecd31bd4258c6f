using Baeum.Kernels;

namespace Baeum;

/// <summary>x · scale where a mask keeps it, else 0.</summary>
internal sealed class DropoutOp(Tensor x, Tensor kept, double scale) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    /// <param name="x">Any shape.</param>
    /// <param name="kept">Bool, in the shape of x, contiguous.</param>
    /// <param name="scale">1 / (1 - probability).</param>
    internal static Tensor Apply(Tensor x, Tensor kept, double scale)
    {
        var source = x.Contiguous();
        var y = Tensor.Allocate(x.Shape, x.DType);
        switch (x.DType)
        {
            case DType.Float32: DropoutKernels.Keep(source.Read<float>(), kept.Read<bool>(), (float)scale, y.Write<float>()); break;
            case DType.Float64: DropoutKernels.Keep(source.Read<double>(), kept.Read<bool>(), scale, y.Write<double>()); break;
            default: throw Binary.Unsupported("Dropout", x.DType);
        }
        return Autograd.Records(x) ? y.Record(new DropoutOp(x, kept, scale)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Apply(grad, kept, scale));
}
