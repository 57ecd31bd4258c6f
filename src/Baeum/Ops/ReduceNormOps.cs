namespace Baeum;

/// <summary>log Σ eˣ over some dimensions; the greatest element is subtracted first, so that nothing overflows.</summary>
internal sealed class LogSumExpOp(Tensor x, Tensor y, Shape kept) : Node(x)
{
    private readonly Saved x = x, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int[] dims, bool keepDim)
    {
        Reduction.RequireFloating(x, "LogSumExp");
        var (kept, shape) = Reduction.Shapes(x, dims, keepDim);
        var source = x.Detach();
        Tensor y;
        if (Reduction.Count(x, dims) == 0)
        {
            y = Tensor.Full(shape, double.NegativeInfinity, x.DType);
        }
        else
        {
            var top = ExtremeOp.Apply(source, dims, keepDim: true, greatest: true, "LogSumExp");
            top = top.MaskedFill(top.IsInf(), 0);
            y = (SumOp.Apply((source - top).Exp(), dims, keepDim: true).Log() + top).Reshape(shape);
        }
        return Autograd.Records(x) ? y.Record(new LogSumExpOp(x, y, kept)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var result = y.Get(this);
        var finite = result.MaskedFill(result.Eq(double.NegativeInfinity), 0); // a row of -∞ has weights 0, not NaN
        pass.Send(0, grad.Reshape(kept) * (x.Get(this) - finite.Reshape(kept)).Exp());
    }
}

/// <summary>(Σ |x|ᵖ)^(1/p) over some dimensions, with the limits 0, ∞ and -∞ of p.</summary>
internal sealed class NormOp(Tensor x, Tensor y, Shape kept, double p) : Node(x)
{
    private readonly Saved x = x, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, double p, int[] dims, bool keepDim)
    {
        Reduction.RequireFloating(x, "Norm");
        if (double.IsInfinity(p)) return ExtremeOp.Apply(x.Abs(), dims, keepDim, greatest: p > 0, "Norm");
        var source = x.Detach();
        var y = p switch
        {
            0 => SumOp.Apply(source.Ne(0), dims, keepDim).To(x.DType),
            1 => SumOp.Apply(source.Abs(), dims, keepDim),
            2 => SumOp.Apply(source.Square(), dims, keepDim).Sqrt(),
            _ => SumOp.Apply(source.Abs().Pow(p), dims, keepDim).Pow(1 / p),
        };
        return Autograd.Records(x) ? y.Record(new NormOp(x, y, Reduction.Shapes(x, dims, keepDim).Kept, p)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        Tensor input = x.Get(this), norm = y.Get(this).Reshape(kept);
        grad = grad.Reshape(kept);
        // where the norm is 0 there is no direction: the gradient counts as 0
        pass.Send(0, p switch
        {
            0 => Tensor.ZerosLike(input),
            1 => input.Detach().Sign() * grad,
            2 => input * (grad / norm).MaskedFill(norm.Eq(0), 0),
            _ => (input.Detach().Sign() * input.Abs().Pow(p - 1)).MaskedFill(input.Eq(0), 0) * (grad / norm.Pow(p - 1)).MaskedFill(norm.Eq(0), 0),
        });
    }
}
