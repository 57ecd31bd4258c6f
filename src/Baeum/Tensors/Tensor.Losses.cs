using Baeum.Kernels;

namespace Baeum;

// Losses by PyTorch's definitions. The tensor is the prediction. A target of another shape must broadcast to the prediction's shape.
public sealed partial class Tensor
{
    /// <summary>Mean squared error: (x - t)².</summary>
    /// <exception cref="ArgumentException">The target does not fit, holds NaN, or there is nothing to average.</exception>
    public Tensor MseLoss(Tensor target, LossReduction reduction = LossReduction.Mean) =>
        ElementLossOp<SquaredError>.Apply(this, target, default, reduction, nameof(MseLoss), static (x, t, _) => (x - t) * (x - t));

    /// <summary>Absolute error: |x - t|.</summary>
    /// <inheritdoc cref="MseLoss"/>
    public Tensor L1Loss(Tensor target, LossReduction reduction = LossReduction.Mean) =>
        ElementLossOp<AbsoluteError>.Apply(this, target, default, reduction, nameof(L1Loss), static (x, t, _) => (x - t).Abs());

    /// <summary>0.5·(x - t)² / beta below |x - t| = beta, |x - t| - 0.5·beta above (Girshick, 2015).</summary>
    /// <param name="target">What should have been predicted.</param>
    /// <param name="beta">Where the parabola becomes a line; 0 gives the absolute error.</param>
    /// <param name="reduction">How the losses of the elements become the result.</param>
    /// <exception cref="ArgumentException">The target does not fit, holds NaN, or there is nothing to average.</exception>
    public Tensor SmoothL1Loss(Tensor target, double beta = 1, LossReduction reduction = LossReduction.Mean)
    {
        if (!(beta >= 0)) throw new ArgumentException(FormattableString.Invariant($"SmoothL1Loss: beta must not be negative, got {beta}."));
        return beta == 0
            ? ElementLossOp<AbsoluteError>.Apply(this, target, default, reduction, nameof(SmoothL1Loss))
            : ElementLossOp<HuberError>.Apply(this, target, new(beta, 1), reduction, nameof(SmoothL1Loss));
    }

    /// <summary>0.5·(x - t)² up to |x - t| = delta, delta·(|x - t| - 0.5·delta) above (Huber, 1964).</summary>
    /// <param name="target">What should have been predicted.</param>
    /// <param name="delta">Where the parabola becomes a line.</param>
    /// <param name="reduction">How the losses of the elements become the result.</param>
    /// <exception cref="ArgumentException">The target does not fit, holds NaN, or there is nothing to average.</exception>
    public Tensor HuberLoss(Tensor target, double delta = 1, LossReduction reduction = LossReduction.Mean)
    {
        if (!(delta > 0)) throw new ArgumentException(FormattableString.Invariant($"HuberLoss: delta must be positive, got {delta}."));
        return ElementLossOp<HuberError>.Apply(this, target, new(delta, delta), reduction, nameof(HuberLoss));
    }

    /// <summary>-t·log x - (1 - t)·log(1 - x) for probabilities x; logarithms are cut at -100, as in PyTorch.</summary>
    /// <param name="target">0 and 1, or probabilities.</param>
    /// <param name="weight">Factors for the elements, a shape that broadcasts to the prediction's.</param>
    /// <param name="reduction">How the losses of the elements become the result.</param>
    /// <exception cref="ArgumentException">A prediction is no probability, the target does not fit or holds NaN, or there is nothing to average.</exception>
    public Tensor BinaryCrossEntropy(Tensor target, Tensor? weight = null, LossReduction reduction = LossReduction.Mean) =>
        Weighted(ElementLossOp<BinaryCrossEntropyLoss>.Apply(this, target, default, weight is null ? reduction : LossReduction.None, nameof(BinaryCrossEntropy),
            static (x, t, _) => -(t * x.Log() + (1.0 - t) * (1.0 - x).Log())), weight, reduction, nameof(BinaryCrossEntropy));

    /// <summary>The binary cross entropy of sigmoid(x) and t, without overflow: max(x, 0) - x·t + log(1 + e^-|x|).</summary>
    /// <param name="target">0 and 1, or probabilities.</param>
    /// <param name="weight">Factors for the elements, a shape that broadcasts to the prediction's.</param>
    /// <param name="posWeight">Factors for the part of the positive class, a shape that broadcasts to the prediction's.</param>
    /// <param name="reduction">How the losses of the elements become the result.</param>
    /// <exception cref="ArgumentException">The target does not fit or holds NaN, or there is nothing to average.</exception>
    public Tensor BinaryCrossEntropyWithLogits(Tensor target, Tensor? weight = null, Tensor? posWeight = null, LossReduction reduction = LossReduction.Mean)
    {
        const string name = nameof(BinaryCrossEntropyWithLogits);
        if (posWeight is null)
            return Weighted(Logits(this, target, weight is null ? reduction : LossReduction.None), weight, reduction, name);
        var positive = target.To(DType) * posWeight * Logits(this, Scalar(1, DType), LossReduction.None);
        var negative = (1.0 - target.To(DType)) * Logits(this, Scalar(0, DType), LossReduction.None);
        return Weighted(positive + negative, weight, reduction, name);

        static Tensor Logits(Tensor x, Tensor t, LossReduction reduction) => ElementLossOp<LogitCrossEntropyLoss>.Apply(x, t, default, reduction, name, static (x, t, _) => x * (1.0 - t) - x.LogSigmoid());
    }

    /// <summary>Cross entropy of softmax(x) and classes, computed from logits.</summary>
    /// <param name="target">
    /// Class ids, Int64, of the prediction's shape without the class dimension ([batch] for [batch, classes], [batch, time] for [batch,
    /// classes, time]), or probabilities in the prediction's shape.
    /// </param>
    /// <param name="weight">A factor for each class, [classes].</param>
    /// <param name="ignoreIndex">Rows with this id count for nothing.</param>
    /// <param name="labelSmoothing">The share of the target that is spread evenly over all classes (Szegedy and others, 2016).</param>
    /// <param name="reduction">How the losses of the rows become the result; the mean divides by the weights of the rows that count.</param>
    /// <exception cref="ArgumentException">Shapes or types do not fit, an id lies outside the classes, or there is nothing to average.</exception>
    public Tensor CrossEntropy(Tensor target, Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0, LossReduction reduction = LossReduction.Mean)
    {
        const string name = nameof(CrossEntropy);
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) throw new ArgumentException(FormattableString.Invariant($"{name}: labelSmoothing must lie in 0 to 1, got {labelSmoothing}."));
        if (target.DType.IsFloatingPoint() && target.Shape.Equals(Shape) && Rank > 0) return SoftCrossEntropy(target, weight, labelSmoothing, reduction, name);
        var settings = new ClassLoss(name, reduction, ignoreIndex, labelSmoothing);
        settings.Check(this, target, weight);
        return Unfold(target, (rows, ids) => CrossEntropyOp.Apply(rows, ids, weight, settings));
    }

    /// <summary>The negative of log-probabilities at class ids: cross entropy after <c>LogSoftmax</c>.</summary>
    /// <inheritdoc cref="CrossEntropy"/>
    public Tensor NllLoss(Tensor target, Tensor? weight = null, long ignoreIndex = -100, LossReduction reduction = LossReduction.Mean)
    {
        var settings = new ClassLoss(nameof(NllLoss), reduction, ignoreIndex, 0);
        settings.Check(this, target, weight);
        return Unfold(target, (rows, ids) => NllLossOp.Apply(rows, ids, weight, settings));
    }

    /// <summary>The Kullback-Leibler divergence t·(log t - x) of log-probabilities x from probabilities t.</summary>
    /// <param name="target">Probabilities, or their logarithms with <paramref name="logTarget"/>.</param>
    /// <param name="reduction"><see cref="LossReduction.BatchMean"/> is the definition of the mathematics; the default, the mean over all elements, is PyTorch's.</param>
    /// <param name="logTarget">Whether the target holds logarithms.</param>
    /// <exception cref="ArgumentException">The target does not fit, holds NaN, or there is nothing to average.</exception>
    public Tensor KlDivLoss(Tensor target, LossReduction reduction = LossReduction.Mean, bool logTarget = false) => logTarget
        ? ElementLossOp<LogDivergenceLoss>.Apply(this, target, default, reduction, nameof(KlDivLoss), static (x, t, _) => t.Exp() * (t - x))
        : ElementLossOp<DivergenceLoss>.Apply(this, target, default, reduction, nameof(KlDivLoss), static (x, t, _) => t * (t.Log() - x));

    /// <summary>x where the target is 1, max(0, margin - x) where it is -1: for distances of similar and of different pairs.</summary>
    /// <exception cref="ArgumentException">The target does not fit, holds NaN, or there is nothing to average.</exception>
    public Tensor HingeEmbeddingLoss(Tensor target, double margin = 1, LossReduction reduction = LossReduction.Mean) =>
        ElementLossOp<HingeEmbeddingLossFunction>.Apply(this, target, new(margin), reduction, nameof(HingeEmbeddingLoss));

    /// <summary>max(0, margin - t·(x - other)): with target 1 this tensor should rank above the other, with -1 below.</summary>
    /// <exception cref="ArgumentException">Shapes do not fit, the target holds NaN, or there is nothing to average.</exception>
    public Tensor MarginRankingLoss(Tensor other, Tensor target, double margin = 0, LossReduction reduction = LossReduction.Mean) =>
        ElementLossOp<HingeLossFunction>.Apply(this - other, target, new(margin), reduction, nameof(MarginRankingLoss));

    /// <summary>log(1 + e^(-t·x)) for targets 1 and -1.</summary>
    /// <exception cref="ArgumentException">The target does not fit, holds NaN, or there is nothing to average.</exception>
    public Tensor SoftMarginLoss(Tensor target, LossReduction reduction = LossReduction.Mean) =>
        ElementLossOp<SoftMarginLossFunction>.Apply(this, target, default, reduction, nameof(SoftMarginLoss));

    private static Tensor Weighted(Tensor losses, Tensor? weight, LossReduction reduction, string name)
    {
        if (weight is not null)
        {
            if (!Losses.BroadcastsTo(weight.Shape, losses.Shape)) throw new ArgumentException($"{name}: the weight {weight.Shape} does not fit the prediction {losses.Shape}.");
            losses *= weight.To(losses.DType);
        }
        else if (losses.Rank == 0 || reduction == LossReduction.None)
        {
            return losses;
        }
        return Losses.Reduce(losses, reduction, name);
    }

    /// <summary>Brings the class dimension to the end and the rest into rows, calls the loss, and gives unreduced losses the targets' shape.</summary>
    private Tensor Unfold(Tensor target, Func<Tensor, Tensor, Tensor> loss)
    {
        if (Rank == 2) return loss(this, target);
        var rows = Rank == 1 ? Unsqueeze(0) : MoveDim(1, -1).Reshape(-1, Shape[1]);
        var y = loss(rows, target.Reshape(-1));
        return y.Rank == 0 ? y : y.Reshape(target.Shape);
    }
}
