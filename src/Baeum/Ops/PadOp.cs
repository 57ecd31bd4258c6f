namespace Baeum;

/// <summary>A larger tensor filled with one value, the input written into the middle.</summary>
internal sealed class PadOp(Tensor x, int[] before) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int[] before, Shape shape, double value)
    {
        var y = Tensor.Full(shape, value, x.DType);
        CopyOp.Into(SliceOp.View(y, before, Steps(x), x.Shape), x);
        return Autograd.Records(x) ? y.Record(new PadOp(x, before)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, SliceOp.Apply(grad, before, Steps(grad), inputShape));

    private static int[] Steps(Tensor x) => [.. Enumerable.Repeat(1, x.Rank)];
}
