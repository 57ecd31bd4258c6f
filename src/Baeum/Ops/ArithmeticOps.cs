using Baeum.Kernels;

namespace Baeum;

// Element-wise arithmetic of two tensors. Broadcasting and promotion happen here once; the pass sums gradients back to each input's shape.

/// <summary>a + b.</summary>
internal sealed class AddOp(Tensor a, Tensor b) : Node(a, b)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b)
    {
        var y = Binary.Compute<AddFunction>(a, b, "Add");
        return Autograd.Records(a, b) ? y.Record(new AddOp(a, b)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        pass.Send(0, grad);
        pass.Send(1, grad);
    }
}

/// <summary>a - b.</summary>
internal sealed class SubOp(Tensor a, Tensor b) : Node(a, b)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b)
    {
        var y = Binary.Compute<SubtractFunction>(a, b, "Sub");
        return Autograd.Records(a, b) ? y.Record(new SubOp(a, b)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        pass.Send(0, grad);
        if (pass.Needs(1)) pass.Send(1, -grad);
    }
}

/// <summary>a · b.</summary>
internal sealed class MulOp(Tensor a, Tensor b) : Node(a, b)
{
    private readonly Saved a = a, b = b;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b)
    {
        var y = Binary.Compute<MultiplyFunction>(a, b, "Mul");
        return Autograd.Records(a, b) ? y.Record(new MulOp(a, b)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (pass.Needs(0)) pass.Send(0, grad * b.Get(this));
        if (pass.Needs(1)) pass.Send(1, grad * a.Get(this));
    }
}

/// <summary>a / b; whole numbers are divided as Float32.</summary>
internal sealed class DivOp(Tensor a, Tensor b) : Node(a, b)
{
    private readonly Saved a = a, b = b;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b)
    {
        var y = Binary.Compute<DivideFunction>(a, b, "Div", wholeNumbersAs: DType.Float32);
        return Autograd.Records(a, b) ? y.Record(new DivOp(a, b)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var byA = grad / b.Get(this);
        if (pass.Needs(0)) pass.Send(0, byA);
        if (pass.Needs(1)) pass.Send(1, -byA * (a.Get(this) / b.Get(this)));
    }
}

/// <summary>Element-wise computation of two tensors.</summary>
internal static class Binary
{
    /// <summary>Promotes, broadcasts, allocates and runs the kernel for a function.</summary>
    internal static Tensor Compute<TFunction>(Tensor a, Tensor b, string operation, DType? wholeNumbersAs = null) where TFunction : struct, IBinaryFunction
    {
        if (a.DType == b.DType && a.DType.IsCompute() && AreAlike(a, b))
        {
            var alike = Tensor.Allocate(a.Shape, a.DType);
            if (a.DType == DType.Float32) Elementwise.Binary<float, TFunction>(a.Read<float>(), b.Read<float>(), alike.Write<float>());
            else Elementwise.Binary<double, TFunction>(a.Read<double>(), b.Read<double>(), alike.Write<double>());
            return alike;
        }
        var dtype = DTypes.Promote(a, b);
        if (!dtype.IsFloatingPoint()) dtype = wholeNumbersAs ?? DType.Int64;
        if (dtype.IsFloatingPoint() && !dtype.IsCompute()) throw Unsupported(operation, dtype);
        (a, b) = (a.To(dtype), b.To(dtype));
        var shape = Shape.Broadcast(a.Shape, b.Shape, operation);
        var y = Tensor.Allocate(shape, dtype);
        switch (dtype)
        {
            case DType.Float32: Run<float, TFunction>(a, b, y); break;
            case DType.Float64: Run<double, TFunction>(a, b, y); break;
            default: Run<long, TFunction>(a, b, y); break;
        }
        return y;
    }

    internal static void Run<T, TFunction>(Tensor a, Tensor b, Tensor y, in TFunction function = default) where T : unmanaged, System.Numerics.INumber<T> where TFunction : struct, IBinaryFunction
    {
        if (AreAlike(a, b)) Elementwise.Binary(a.Read<T>(), b.Read<T>(), y.Write<T>(), in function);
        else if (b.Count is > 1 and <= Elementwise.LongestRepeatedRow && a.IsContiguous && a.Count == y.Count && IsRow(b, y.Shape)) Elementwise.BinaryRepeatedRow(a.Read<T>(), b.Read<T>(), y.Write<T>(), in function);
        else if (b.Count == 1 && a.IsContiguous && a.Count == y.Count) Elementwise.Binary([a.Count], a.Read<T>(), [1], b.Strided<T>(), [0], y.Write<T>(), in function);
        else Elementwise.Binary(y.Shape.Sizes, a.Strided<T>(), ExpandOp.Strides(a, y.Shape), b.Strided<T>(), ExpandOp.Strides(b, y.Shape), y.Write<T>(), in function);
    }

    /// <summary>Whether two tensors have their elements in memory in the same order, so that no strides are needed.</summary>
    private static bool AreAlike(Tensor a, Tensor b) => a.IsContiguous && b.IsContiguous && a.Shape.Equals(b.Shape);

    /// <summary>Whether x is one row, the same for every row of the shape.</summary>
    private static bool IsRow(Tensor x, Shape shape) => x.IsContiguous && x.Count == x.Shape.Sizes[^1] && x.Count == shape.Sizes[^1];

    internal static NotSupportedException Unsupported(string operation, DType dtype) =>
        new($"{operation}: {dtype} is for storage only; convert with To(DType.Float32) first.");
}
