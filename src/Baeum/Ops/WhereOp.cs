using Baeum.Kernels;

namespace Baeum;

/// <summary>Elements of one tensor where a condition holds, of another where not.</summary>
internal sealed class WhereOp(Tensor condition, Tensor a, Tensor b) : Node(a, b)
{
    private readonly Saved condition = condition;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor condition, Tensor a, Tensor b, string operation)
    {
        if (condition.DType != DType.Bool) throw new ArgumentException($"{operation}: the condition must be Bool, got {condition.Describe()}; compare it first, for example with Ne(0).");
        var dtype = DTypes.Promote(a, b);
        Tensor left = a.To(dtype), right = b.To(dtype);
        var y = Tensor.Allocate(Shape.Broadcast(Shape.Broadcast(a.Shape, b.Shape, operation), condition.Shape, operation), dtype);
        switch (dtype)
        {
            case DType.Float32: Run<float>(condition, left, right, y); break;
            case DType.Float64: Run<double>(condition, left, right, y); break;
            case DType.Int64: Run<long>(condition, left, right, y); break;
            case DType.Bool: Run<bool>(condition, left, right, y); break;
            default: Run<ushort>(condition, left, right, y); break;
        }
        return Autograd.Records(left, right) ? y.Record(new WhereOp(condition, left, right)) : y;
    }

    private static void Run<T>(Tensor condition, Tensor a, Tensor b, Tensor y) where T : unmanaged => Elementwise.Where(
        y.Shape.Sizes, condition.Strided<bool>(), ExpandOp.Strides(condition, y.Shape), a.Strided<T>(), ExpandOp.Strides(a, y.Shape), b.Strided<T>(), ExpandOp.Strides(b, y.Shape), y.Write<T>());

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var chosen = condition.Get(this);
        if (pass.Needs(0)) pass.Send(0, Tensor.Where(chosen, grad, 0));
        if (pass.Needs(1)) pass.Send(1, Tensor.Where(chosen, 0, grad));
    }
}
