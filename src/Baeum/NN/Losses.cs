namespace Baeum;

/// <summary>A loss with its settings: prediction and target in, loss out.</summary>
public abstract class Loss : Module
{
    /// <summary>The loss of a prediction against a target.</summary>
    public abstract Tensor Forward(Tensor prediction, Tensor target);
}

/// <summary>See <see cref="Tensor.MseLoss"/>.</summary>
public sealed class MseLoss(LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.MseLoss(target, reduction);
}

/// <summary>See <see cref="Tensor.L1Loss"/>.</summary>
public sealed class L1Loss(LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.L1Loss(target, reduction);
}

/// <summary>See <see cref="Tensor.SmoothL1Loss"/>.</summary>
public sealed class SmoothL1Loss(double beta = 1, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.SmoothL1Loss(target, beta, reduction);
}

/// <summary>See <see cref="Tensor.HuberLoss"/>.</summary>
public sealed class HuberLoss(double delta = 1, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.HuberLoss(target, delta, reduction);
}

/// <summary>See <see cref="Tensor.BinaryCrossEntropy"/>.</summary>
public sealed class BceLoss(Tensor? weight = null, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.BinaryCrossEntropy(target, weight, reduction);
}

/// <summary>See <see cref="Tensor.BinaryCrossEntropyWithLogits"/>.</summary>
public sealed class BceWithLogitsLoss(Tensor? weight = null, Tensor? posWeight = null, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.BinaryCrossEntropyWithLogits(target, weight, posWeight, reduction);
}

/// <summary>See <see cref="Tensor.CrossEntropy"/>.</summary>
public sealed class CrossEntropyLoss(Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.CrossEntropy(target, weight, ignoreIndex, labelSmoothing, reduction);
}

/// <summary>See <see cref="Tensor.NllLoss"/>.</summary>
public sealed class NllLoss(Tensor? weight = null, long ignoreIndex = -100, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.NllLoss(target, weight, ignoreIndex, reduction);
}

/// <summary>See <see cref="Tensor.KlDivLoss"/>.</summary>
public sealed class KlDivLoss(LossReduction reduction = LossReduction.Mean, bool logTarget = false) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.KlDivLoss(target, reduction, logTarget);
}

/// <summary>See <see cref="Tensor.HingeEmbeddingLoss"/>.</summary>
public sealed class HingeEmbeddingLoss(double margin = 1, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.HingeEmbeddingLoss(target, margin, reduction);
}

/// <summary>See <see cref="Tensor.SoftMarginLoss"/>.</summary>
public sealed class SoftMarginLoss(LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.SoftMarginLoss(target, reduction);
}

/// <summary>See <see cref="Tensor.MultiMarginLoss"/>.</summary>
public sealed class MultiMarginLoss(int p = 1, double margin = 1, Tensor? weight = null, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.MultiMarginLoss(target, p, margin, weight, reduction);
}

/// <summary>See <see cref="Tensor.PoissonNllLoss"/>.</summary>
public sealed class PoissonNllLoss(bool logInput = true, bool full = false, double epsilon = 1e-8, LossReduction reduction = LossReduction.Mean) : Loss
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor prediction, Tensor target) => prediction.PoissonNllLoss(target, logInput, full, epsilon, reduction);
}

/// <summary>See <see cref="Tensor.GaussianNllLoss"/>.</summary>
public sealed class GaussianNllLoss(bool full = false, double epsilon = 1e-6, LossReduction reduction = LossReduction.Mean) : Module
{
    /// <summary>The loss of means and variances against a target.</summary>
    public Tensor Forward(Tensor mean, Tensor target, Tensor variance) => mean.GaussianNllLoss(target, variance, full, epsilon, reduction);
}

/// <summary>See <see cref="Tensor.MarginRankingLoss"/>.</summary>
public sealed class MarginRankingLoss(double margin = 0, LossReduction reduction = LossReduction.Mean) : Module
{
    /// <summary>The loss of two scores; with target 1 the first should be higher, with -1 the second.</summary>
    public Tensor Forward(Tensor first, Tensor second, Tensor target) => first.MarginRankingLoss(second, target, margin, reduction);
}

/// <summary>See <see cref="Tensor.CosineEmbeddingLoss"/>.</summary>
public sealed class CosineEmbeddingLoss(double margin = 0, LossReduction reduction = LossReduction.Mean) : Module
{
    /// <summary>The loss of pairs of vectors, alike (1) or not (-1).</summary>
    public Tensor Forward(Tensor first, Tensor second, Tensor target) => first.CosineEmbeddingLoss(second, target, margin, reduction);
}

/// <summary>See <see cref="Tensor.TripletMarginLoss"/>.</summary>
public sealed class TripletMarginLoss(double margin = 1, double p = 2, bool swap = false, LossReduction reduction = LossReduction.Mean) : Module
{
    /// <summary>The loss of anchors with something like and something unlike them.</summary>
    public Tensor Forward(Tensor anchor, Tensor positive, Tensor negative) => anchor.TripletMarginLoss(positive, negative, margin, p, swap, reduction);
}
