using Baeum.Kernels;

namespace Baeum;

/// <summary>A contiguous copy, in the same or another type; gradients come back in the type of the input.</summary>
internal sealed class CopyOp(Tensor x) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, DType dtype)
    {
        var y = Tensor.Allocate(x.Shape, dtype);
        Into(y, x);
        if (!Autograd.Records(x)) return y;
        if (!dtype.IsCompute()) Autograd.RefuseGradient($"To({dtype})", x);
        return y.Record(new CopyOp(x));
    }

    /// <summary>Writes the elements of one tensor over those of another of the same shape, converting them; not recorded.</summary>
    internal static void Into(Tensor target, Tensor source)
    {
        switch (target.DType)
        {
            case DType.Float32: From<float>(target, source); break;
            case DType.Float64: From<double>(target, source); break;
            case DType.Int64: From<long>(target, source); break;
            case DType.Bool: From<bool>(target, source); break;
            case DType.Float16: From<Half>(target, source); break;
            default: From<ushort>(target, source); break;
        }
    }

    private static void From<TTo>(Tensor target, Tensor source) where TTo : unmanaged
    {
        switch (source.DType)
        {
            case DType.Float32: Run<float, TTo>(target, source); break;
            case DType.Float64: Run<double, TTo>(target, source); break;
            case DType.Int64: Run<long, TTo>(target, source); break;
            case DType.Bool: Run<bool, TTo>(target, source); break;
            case DType.Float16: Run<Half, TTo>(target, source); break;
            default: Run<ushort, TTo>(target, source); break;
        }
    }

    private static void Run<TFrom, TTo>(Tensor target, Tensor source) where TFrom : unmanaged where TTo : unmanaged
    {
        if (target.IsContiguous && source.IsContiguous) ContiguousCopy.Convert(source.Read<TFrom>(), target.Write<TTo>());
        else CopyKernels.Copy<TFrom, TTo>(target.Shape.Sizes, source.Strided<TFrom>(), source.StrideArray, target.Strided<TTo>(), target.StrideArray);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, grad);
}
