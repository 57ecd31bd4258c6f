using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>x · weightᵀ + bias in one step; the dimensions of x before the last are rows.</summary>
internal sealed class LinearOp(Tensor x, Tensor weight, Tensor? bias) : Node(x, weight, bias)
{
    private readonly Saved x = x, weight = weight;
    private readonly Shape? biasShape = bias?.Shape;

    protected internal override bool IsDifferentiable => true;

    /// <param name="x">[..., inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs] or null.</param>
    internal static Tensor Apply(Tensor x, Tensor weight, Tensor? bias)
    {
        if (weight.Rank != 2) throw new ArgumentException($"Linear: weight must be [outputs, inputs], got {weight.Shape}.");
        if (x.Rank == 0 || x.Shape.Sizes[^1] != weight.Shape.Sizes[1])
            throw new ArgumentException($"Linear: x {x.Shape} must end in the {weight.Shape[1]} inputs of weight {weight.Shape} [outputs, inputs].");
        if (bias is not null && (bias.Rank != 1 || bias.Count != weight.Shape.Sizes[0]))
            throw new ArgumentException($"Linear: bias {bias.Shape} must have the {weight.Shape[0]} outputs of weight {weight.Shape} [outputs, inputs].");
        if (x.DType != weight.DType || (bias is not null && bias.DType != weight.DType))
            throw new ArgumentException($"Linear: x is {x.DType}, weight {weight.DType}{(bias is null ? "" : $", bias {bias.DType}")}; convert x with To(DType.{weight.DType}).");
        var rows = x.Contiguous();
        var y = x.DType switch
        {
            DType.Float32 => Compute<float>(rows, weight, bias),
            DType.Float64 => Compute<double>(rows, weight, bias),
            _ => throw Binary.Unsupported("Linear", x.DType),
        };
        return Autograd.Records(x, weight, bias) ? y.Record(new LinearOp(rows, weight, bias)) : y;
    }

    private static Tensor Compute<T>(Tensor x, Tensor weight, Tensor? bias) where T : unmanaged, INumber<T>
    {
        int outputs = weight.Shape.Sizes[0], inputs = weight.Shape.Sizes[1];
        var y = Tensor.Allocate(x.Shape.With(x.Rank - 1, outputs), x.DType);
        if (y.Count == 0) return y;
        var strides = weight.StrideArray;
        ProductKernels.Product(
            y.Count / outputs, outputs, inputs, x.Read<T>(), inputs, 1, weight.Strided<T>(), strides[1], strides[0], y.Write<T>(), outputs, accumulate: false,
            bias is null ? default : bias.Contiguous().Read<T>());
        return y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        Tensor x = this.x.Get(this), weight = this.weight.Get(this);
        if (pass.CreatesGraph)
        {
            int outputs = weight.Shape[0];
            if (pass.Needs(0)) pass.Send(0, grad.MatMul(weight));
            if (pass.Needs(1)) pass.Send(1, grad.Reshape(grad.Count / Math.Max(1, outputs), outputs).MT.MatMul(x.Reshape(grad.Count / Math.Max(1, outputs), x.Shape[^1])));
            if (pass.Needs(2)) pass.Send(2, grad);
        }
        else if (grad.DType == DType.Float32)
        {
            Send<float>(grad.Contiguous(), x, weight, biasShape, pass);
        }
        else
        {
            Send<double>(grad.Contiguous(), x, weight, biasShape, pass);
        }
    }

    private static void Send<T>(Tensor grad, Tensor x, Tensor weight, Shape? biasShape, BackwardPass pass) where T : unmanaged, INumber<T>
    {
        int outputs = weight.Shape.Sizes[0], inputs = weight.Shape.Sizes[1];
        int rows = outputs == 0 ? 0 : grad.Count / outputs;
        if (pass.Needs(0))
        {
            var dx = Tensor.Allocate(x.Shape, x.DType);
            var strides = weight.StrideArray;
            ProductKernels.Product(rows, inputs, outputs, grad.Read<T>(), outputs, 1, weight.Strided<T>(), strides[0], strides[1], dx.Write<T>(), inputs, accumulate: false);
            pass.Send(0, dx);
        }
        if (pass.Needs(1))
        {
            var dWeight = Tensor.Allocate(weight.Shape, weight.DType);
            ProductKernels.Product(outputs, inputs, rows, grad.Read<T>(), 1, outputs, x.Read<T>(), inputs, 1, dWeight.Write<T>(), inputs, accumulate: false);
            pass.Send(1, dWeight);
        }
        if (pass.Needs(2))
        {
            var dBias = Tensor.Allocate(biasShape!, weight.DType);
            ReduceKernels.Sum(grad.Read<T>(), dBias.Write<T>(), 1, rows, outputs);
            pass.Send(2, dBias);
        }
    }
}
