using Baeum.Kernels;

namespace Baeum;

/// <summary>The mean over some dimensions.</summary>
internal sealed class MeanOp(Tensor x, Shape kept, int count) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int[] dims, bool keepDim)
    {
        Reduction.RequireFloating(x, "Mean");
        var (kept, _) = Reduction.Shapes(x, dims, keepDim);
        int count = Reduction.Count(x, dims);
        var y = SumOp.Apply(x.Detach(), dims, keepDim);
        if (y.DType == DType.Float32) Elementwise.Unary(y.Read<float>(), y.Write<float>(), new DivideScalarFunction(count));
        else Elementwise.Unary(y.Read<double>(), y.Write<double>(), new DivideScalarFunction(count));
        return Autograd.Records(x) ? y.Record(new MeanOp(x, kept, count)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, ExpandOp.Apply((grad / (double)count).Reshape(kept), inputShape));
}

/// <summary>The variance over some dimensions, or its root, from the distances to the mean (two passes, so that nothing cancels).</summary>
internal sealed class VarOp(Tensor x, Tensor y, int[] dims, Shape kept, double divisor, bool isRoot) : Node(x)
{
    private readonly Saved x = x, y = isRoot ? y : null;

    public override string Name => isRoot ? "Std" : "Var";

    protected internal override bool IsDifferentiable => true;

    /// <param name="x">Any shape.</param>
    /// <param name="dims">Counted from the front, ascending.</param>
    /// <param name="correction">What is subtracted from the number of elements: 1 for the unbiased estimate.</param>
    /// <param name="keepDim">Whether the reduced dimensions stay with size one.</param>
    /// <param name="isRoot">Whether the standard deviation is wanted.</param>
    internal static Tensor Apply(Tensor x, int[] dims, double correction, bool keepDim, bool isRoot)
    {
        Reduction.RequireFloating(x, isRoot ? "Std" : "Var");
        var (kept, _) = Reduction.Shapes(x, dims, keepDim);
        double divisor = Math.Max(0, Reduction.Count(x, dims) - correction);
        var source = x.Detach();
        var y = SumOp.Apply((source - MeanOp.Apply(source, dims, keepDim: true)).Square(), dims, keepDim) / divisor;
        if (isRoot) y = y.Sqrt();
        return Autograd.Records(x) ? y.Record(new VarOp(x, y, dims, kept, divisor, isRoot)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var input = x.Get(this);
        if (isRoot)
        {
            var root = y.Get(this);
            grad = (grad / (root * 2.0)).MaskedFill(root.Eq(0), 0); // no direction at a deviation of 0: the gradient counts as 0
        }
        pass.Send(0, (input - MeanOp.Apply(input, dims, keepDim: true)) * (grad * (2 / divisor)).Reshape(kept));
    }
}
