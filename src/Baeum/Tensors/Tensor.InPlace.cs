using Baeum.Kernels;

namespace Baeum;

// Changes in place are never recorded: on a tensor that takes part in a recorded computation they throw.
public sealed partial class Tensor
{
    /// <summary>Adds another tensor, which broadcasts to this one's shape and is converted to its type.</summary>
    public Tensor AddInPlace(Tensor other) => ChangeInPlace<AddFunction>(other, nameof(AddInPlace));

    /// <summary>Subtracts another tensor, which broadcasts to this one's shape and is converted to its type.</summary>
    public Tensor SubInPlace(Tensor other) => ChangeInPlace<SubtractFunction>(other, nameof(SubInPlace));

    /// <summary>Multiplies with another tensor, which broadcasts to this one's shape and is converted to its type.</summary>
    public Tensor MulInPlace(Tensor other) => ChangeInPlace<MultiplyFunction>(other, nameof(MulInPlace));

    /// <summary>Divides by another tensor, which broadcasts to this one's shape and is converted to its type.</summary>
    public Tensor DivInPlace(Tensor other) => ChangeInPlace<DivideFunction>(other, nameof(DivInPlace));

    /// <summary>Adds a number.</summary>
    public Tensor AddInPlace(double number) => AddInPlace(Scalar(number, DType));

    /// <summary>Multiplies with a number.</summary>
    public Tensor MulInPlace(double number) => MulInPlace(Scalar(number, DType));

    /// <summary>Overwrites the elements with those of another tensor, which broadcasts and is converted.</summary>
    public Tensor CopyFromInPlace(Tensor source)
    {
        Autograd.RefuseInPlace(nameof(CopyFromInPlace), this, source);
        if (!Shape.Broadcast(Shape, source.Shape, nameof(CopyFromInPlace)).Equals(Shape)) throw new ArgumentException($"CopyFromInPlace: shape {source.Shape} does not broadcast to {Shape}.");
        CopyOp.Into(this, ExpandOp.Apply(source.Detach(), Shape));
        storage.Wrote(nameof(CopyFromInPlace));
        return this;
    }

    /// <summary>Sets every element to a number.</summary>
    public Tensor FillInPlace(double value)
    {
        Autograd.RefuseInPlace(nameof(FillInPlace), this);
        if (IsContiguous) FillMemory(value);
        else CopyOp.Into(this, ExpandOp.Apply(Scalar(value, DType), Shape));
        storage.Wrote(nameof(FillInPlace));
        return this;
    }

    /// <summary>Sets every element to zero.</summary>
    public Tensor ZeroInPlace() => FillInPlace(0);

    private Tensor ChangeInPlace<TFunction>(Tensor other, string operation) where TFunction : struct, IBinaryFunction
    {
        Autograd.RefuseInPlace(operation, this, other);
        if (!Shape.Broadcast(Shape, other.Shape, operation).Equals(Shape)) throw new ArgumentException($"{operation}: shape {other.Shape} does not broadcast to {Shape}.");
        var source = (other.node is null ? other : other.Detach()).To(DType);
        if (IsContiguous && DType.IsCompute())
        {
            if (DType == DType.Float32) Binary.Run<float, TFunction>(this, source, this);
            else Binary.Run<double, TFunction>(this, source, this);
        }
        else
        {
            CopyOp.Into(this, Binary.Compute<TFunction>(Detach(), source, operation));
        }
        storage.Wrote(operation);
        return this;
    }
}
