using Baeum.Kernels;

namespace Baeum;

// Losses of vectors and of distributions, mostly written in elementary operations.
public sealed partial class Tensor
{
    /// <summary>1 - cos(x, other) for target 1, max(0, cos(x, other) - margin) for -1: rows are vectors, [batch, features] or [features].</summary>
    /// <exception cref="ArgumentException">Shapes do not fit, or there is nothing to average.</exception>
    public Tensor CosineEmbeddingLoss(Tensor other, Tensor target, double margin = 0, LossReduction reduction = LossReduction.Mean)
    {
        const string name = nameof(CosineEmbeddingLoss);
        if (!Shape.Equals(other.Shape) || Rank is not (1 or 2) || !target.Shape.Equals(Shape.Without(Rank - 1)))
            throw new ArgumentException($"{name}: x {Shape} and other {other.Shape} must both be [batch, features] (or [features]) with a target of 1 and -1 of shape [batch] (or none), got {target.Shape}.");
        var squares = (this * this).Sum(-1) + 1e-12;
        var otherSquares = (other * other).Sum(-1) + 1e-12;
        var cosine = (this * other).Sum(-1) / (squares * otherSquares).Sqrt();
        var losses = WhereOp.Apply(target > 0, 1.0 - cosine, (cosine - margin).Clamp(min: 0), name);
        return Losses.Reduce(losses, reduction, name);
    }

    /// <summary>max(0, |x - positive| - |x - negative| + margin): x is the anchor, [batch, features] (Balntas and others, 2016).</summary>
    /// <param name="positive">Like the anchor, in its shape.</param>
    /// <param name="negative">Unlike the anchor, in its shape.</param>
    /// <param name="margin">By how much the negative must be farther.</param>
    /// <param name="p">The norm's degree.</param>
    /// <param name="swap">Takes the distance from positive to negative where it is smaller than that from the anchor.</param>
    /// <param name="reduction">How the losses of the rows become the result.</param>
    /// <exception cref="ArgumentException">Shapes differ, or there is nothing to average.</exception>
    public Tensor TripletMarginLoss(Tensor positive, Tensor negative, double margin = 1, double p = 2, bool swap = false, LossReduction reduction = LossReduction.Mean)
    {
        const string name = nameof(TripletMarginLoss);
        if (!Shape.Equals(positive.Shape) || !Shape.Equals(negative.Shape)) throw new ArgumentException($"{name}: anchor {Shape}, positive {positive.Shape} and negative {negative.Shape} must have one shape.");
        var near = PairwiseDistance(positive, p);
        var far = PairwiseDistance(negative, p);
        if (swap) far = far.Minimum(positive.PairwiseDistance(negative, p));
        return Losses.Reduce((near - far + margin).Clamp(min: 0), reduction, name);
    }

    /// <summary>Σ over the other classes c of max(0, margin - x[id] + x[c])^p / classes, for class ids: [batch, classes] with ids [batch].</summary>
    /// <param name="target">Class ids, Int64.</param>
    /// <param name="p">1 or 2.</param>
    /// <param name="margin">By how much the right class must lead.</param>
    /// <param name="weight">A factor for each class, [classes].</param>
    /// <param name="reduction">How the losses of the rows become the result.</param>
    /// <exception cref="ArgumentException">Shapes or types do not fit, an id lies outside the classes, or there is nothing to average.</exception>
    public Tensor MultiMarginLoss(Tensor target, int p = 1, double margin = 1, Tensor? weight = null, LossReduction reduction = LossReduction.Mean)
    {
        const string name = nameof(MultiMarginLoss);
        if (p is not (1 or 2)) throw new ArgumentException($"{name}: p must be 1 or 2, got {p}.");
        if (Rank is not (1 or 2)) throw new ArgumentException($"{name}: the input {Shape} must be [batch, classes] or [classes].");
        new ClassLoss(name, reduction, long.MinValue, 0).Check(this, target, weight);
        var hot = OneHot(target, Shape[^1], DType);
        var lead = (margin - (this * hot).Sum(-1, keepDim: true) + this).Clamp(min: 0);
        if (p == 2) lead *= lead;
        if (weight is not null) lead *= (weight.To(DType) * hot).Sum(-1, keepDim: true);
        return Losses.Reduce((lead * (1.0 - hot)).Sum(-1) / Shape[^1], reduction, name);
    }

    /// <summary>0.5·(log v + (x - t)² / v) for means x and variances v (Nix and Weigend, 1994).</summary>
    /// <param name="target">What was observed, in the shape of the means.</param>
    /// <param name="variance">Variances, a shape that broadcasts to the means'.</param>
    /// <param name="full">Adds the constant 0.5·log 2π.</param>
    /// <param name="epsilon">Variances below this count as this; their gradient flows as if they did not.</param>
    /// <param name="reduction">How the losses of the elements become the result.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, a variance is negative, or there is nothing to average.</exception>
    public Tensor GaussianNllLoss(Tensor target, Tensor variance, bool full = false, double epsilon = 1e-6, LossReduction reduction = LossReduction.Mean)
    {
        const string name = nameof(GaussianNllLoss);
        if (!Losses.BroadcastsTo(target.Shape, Shape)) throw new ArgumentException($"{name}: the target {target.Shape} does not fit the means {Shape}.");
        if (variance.Rank == Rank - 1 && variance.Shape.Equals(Shape.Without(Rank - 1))) variance = variance.Unsqueeze(-1);
        if (!Losses.BroadcastsTo(variance.Shape, Shape)) throw new ArgumentException($"{name}: the variances {variance.Shape} do not fit the means {Shape}.");
        if (variance.Count > 0 && variance.Detach().Min().Item() < 0) throw new ArgumentException($"{name}: a variance is negative; predict its logarithm and use Exp().");
        // The cut is added as a constant, so that the gradient passes it.
        var cut = variance + (variance.Detach().Clamp(min: epsilon) - variance.Detach());
        var error = this - target.To(DType);
        var losses = (cut.Log() + error * error / cut) * 0.5;
        return Losses.Reduce(full ? losses + 0.5 * Math.Log(2 * Math.PI) : losses, reduction, name);
    }

    /// <summary>The negative log-likelihood of counts t under Poisson rates: e^x - t·x for logarithms of rates, x - t·log(x + ε) for rates.</summary>
    /// <param name="target">Counts, a shape that broadcasts to the prediction's.</param>
    /// <param name="logInput">Whether the prediction holds logarithms of rates.</param>
    /// <param name="full">Adds Stirling's approximation of log t! for counts above 1.</param>
    /// <param name="epsilon">Keeps the logarithm of a rate of 0 finite.</param>
    /// <param name="reduction">How the losses of the elements become the result.</param>
    /// <exception cref="ArgumentException">The target does not fit, holds NaN, or there is nothing to average.</exception>
    public Tensor PoissonNllLoss(Tensor target, bool logInput = true, bool full = false, double epsilon = 1e-8, LossReduction reduction = LossReduction.Mean)
    {
        const string name = nameof(PoissonNllLoss);
        var inner = full ? LossReduction.None : reduction;
        var losses = logInput
            ? ElementLossOp<LogPoissonLoss>.Apply(this, target, default, inner, name)
            : ElementLossOp<PoissonLoss>.Apply(this, target, new(epsilon), inner, name);
        if (!full) return losses;
        var count = target.Detach().To(DType);
        var stirling = count * count.Log() - count + (count * (2 * Math.PI)).Log() * 0.5;
        return Losses.Reduce(losses + WhereOp.Apply(count > 1, stirling, ZerosLike(count), name), reduction, name);
    }

    /// <summary>Cross entropy with probabilities as targets, from elementary operations.</summary>
    private Tensor SoftCrossEntropy(Tensor target, Tensor? weight, double labelSmoothing, LossReduction reduction, string name)
    {
        int classDim = Rank == 1 ? 0 : 1, classes = Shape.Sizes[classDim];
        if (Count == 0 && reduction == LossReduction.Mean) throw new ArgumentException($"{name}: the input {Shape} is empty, so there is no mean; skip empty batches or use LossReduction.Sum.");
        var goal = target.To(DType);
        if (labelSmoothing > 0) goal = goal * (1 - labelSmoothing) + labelSmoothing / classes;
        if (weight is not null)
        {
            if (weight.Rank != 1 || weight.Count != classes) throw new ArgumentException($"{name}: the class weights {weight.Shape} must be [{classes}], one for each class of the input {Shape}.");
            goal *= Rank <= 2 ? weight.To(DType) : weight.To(DType).Reshape(Shape.Create([classes, .. Enumerable.Repeat(1, Rank - 2)]));
        }
        return Losses.Reduce(-(goal * LogSoftmax(classDim)).Sum(classDim), reduction, name);
    }
}
