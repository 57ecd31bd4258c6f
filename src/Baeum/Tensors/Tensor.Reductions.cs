namespace Baeum;

// Over all dimensions, one, or several (negative ones count from the end). keepDim leaves them with size one.
public sealed partial class Tensor
{
    /// <summary>The sum over all elements.</summary>
    public Tensor Sum() => SumOp.Apply(this, Reduction.All(Rank), keepDim: false);

    /// <summary>The sum over a dimension.</summary>
    public Tensor Sum(int dim, bool keepDim = false) => SumOp.Apply(this, Reduction.Dims(this, [dim], nameof(Sum)), keepDim);

    /// <summary>The sum over several dimensions; over all for none.</summary>
    public Tensor Sum(int[] dims, bool keepDim = false) => SumOp.Apply(this, Reduction.Dims(this, dims, nameof(Sum)), keepDim);

    /// <summary>Sums broadcast dimensions back: the inverse of <see cref="BroadcastTo"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="shape"/> does not broadcast to this tensor's shape.</exception>
    public Tensor SumTo(Shape shape)
    {
        if (Shape.Equals(shape)) return this;
        if (!Shape.Broadcast(shape, Shape, nameof(SumTo)).Equals(Shape)) throw new ArgumentException($"SumTo: shape {shape} does not broadcast to {Shape}.");
        int lead = Rank - shape.Rank;
        int[] dims = [.. Enumerable.Range(0, Rank).Where(d => d < lead || (shape.Sizes[d - lead] == 1 && Shape.Sizes[d] != 1))];
        return SumOp.Apply(this, dims, keepDim: true).Reshape(shape);
    }

    /// <summary>The mean over all elements.</summary>
    public Tensor Mean() => MeanOp.Apply(this, Reduction.All(Rank), keepDim: false);

    /// <summary>The mean over a dimension.</summary>
    public Tensor Mean(int dim, bool keepDim = false) => MeanOp.Apply(this, Reduction.Dims(this, [dim], nameof(Mean)), keepDim);

    /// <summary>The mean over several dimensions; over all for none.</summary>
    public Tensor Mean(int[] dims, bool keepDim = false) => MeanOp.Apply(this, Reduction.Dims(this, dims, nameof(Mean)), keepDim);

    /// <summary>The greatest element; ties share the gradient. NaN if there is one.</summary>
    /// <exception cref="ArgumentException">There are no elements.</exception>
    public Tensor Max() => ExtremeOp.Apply(this, Reduction.All(Rank), keepDim: false, greatest: true, nameof(Max));

    /// <summary>The greatest elements along a dimension and the place of the first of each; the gradient goes to that place.</summary>
    /// <exception cref="ArgumentException">The dimension has size 0.</exception>
    public ValuesAndIndices Max(int dim, bool keepDim = false) => PickOp.Apply(this, dim, keepDim, greatest: true, nameof(Max));

    /// <summary>The least element; ties share the gradient. NaN if there is one.</summary>
    /// <exception cref="ArgumentException">There are no elements.</exception>
    public Tensor Min() => ExtremeOp.Apply(this, Reduction.All(Rank), keepDim: false, greatest: false, nameof(Min));

    /// <summary>The least elements along a dimension and the place of the first of each; the gradient goes to that place.</summary>
    /// <exception cref="ArgumentException">The dimension has size 0.</exception>
    public ValuesAndIndices Min(int dim, bool keepDim = false) => PickOp.Apply(this, dim, keepDim, greatest: false, nameof(Min));

    /// <summary>The greatest elements over dimensions (all for none); ties share the gradient.</summary>
    public Tensor AMax(int[] dims, bool keepDim = false) => ExtremeOp.Apply(this, Reduction.Dims(this, dims, nameof(AMax)), keepDim, greatest: true, nameof(AMax));

    /// <summary>The greatest elements along a dimension; ties share the gradient.</summary>
    public Tensor AMax(int dim, bool keepDim = false) => AMax([dim], keepDim);

    /// <summary>The least elements over dimensions (all for none); ties share the gradient.</summary>
    public Tensor AMin(int[] dims, bool keepDim = false) => ExtremeOp.Apply(this, Reduction.Dims(this, dims, nameof(AMin)), keepDim, greatest: false, nameof(AMin));

    /// <summary>The least elements along a dimension; ties share the gradient.</summary>
    public Tensor AMin(int dim, bool keepDim = false) => AMin([dim], keepDim);

    /// <summary>The place of the first greatest element, Int64: along a dimension, or in all elements row by row.</summary>
    public Tensor ArgMax(int? dim = null, bool keepDim = false) => Extreme.Places(this, dim, keepDim, greatest: true, nameof(ArgMax));

    /// <summary>The place of the first least element, Int64: along a dimension, or in all elements row by row.</summary>
    public Tensor ArgMin(int? dim = null, bool keepDim = false) => Extreme.Places(this, dim, keepDim, greatest: false, nameof(ArgMin));

    /// <summary>The product of all elements.</summary>
    public Tensor Prod() => ProdOp.Apply(Reshape(-1), 0, keepDim: false);

    /// <summary>The product along a dimension.</summary>
    public Tensor Prod(int dim, bool keepDim = false) => ProdOp.Apply(this, dim, keepDim);

    /// <summary>How many elements are not zero, Int64.</summary>
    public Tensor CountNonzero() => CompareOps.Truth(this).Sum();

    /// <summary>How many elements along a dimension are not zero, Int64.</summary>
    public Tensor CountNonzero(int dim, bool keepDim = false) => CompareOps.Truth(this).Sum(dim, keepDim);

    /// <summary>Whether any element is not zero, Bool.</summary>
    public Tensor Any() => CountNonzero() > 0;

    /// <summary>Whether any element along a dimension is not zero, Bool.</summary>
    public Tensor Any(int dim, bool keepDim = false) => CountNonzero(dim, keepDim) > 0;

    /// <summary>Whether no element is zero, Bool.</summary>
    public Tensor All() => CountNonzero().Eq(Count);

    /// <summary>Whether no element along a dimension is zero, Bool.</summary>
    public Tensor All(int dim, bool keepDim = false) => CountNonzero(dim, keepDim).Eq(Shape.SplitAt(Shape.Dim(dim, nameof(All))).Size);

    /// <summary>The element in the middle of all, the lower of two; NaN if there is one. Ties share the gradient.</summary>
    public Tensor Median()
    {
        var values = OrderStatistics.Median(Reshape(-1).Detach(), 0, keepDim: false).Values;
        int[] all = Reduction.All(Rank);
        return ExtremeOp.Record(this, values, all, Reduction.Shapes(this, all, keepDim: true).Kept, nameof(Median));
    }

    /// <summary>The element in the middle along a dimension, the lower of two, and its place; NaN if there is one.</summary>
    public ValuesAndIndices Median(int dim, bool keepDim = false) => OrderStatistics.Median(this, dim, keepDim);

    /// <summary>The quantile of all elements, on the straight line between the two nearest; NaN if there is one.</summary>
    /// <param name="q">0 (least) to 1 (greatest).</param>
    public Tensor Quantile(double q) => OrderStatistics.Quantile(Reshape(-1), q, 0, keepDim: false);

    /// <summary>The quantile along a dimension, on the straight line between the two nearest elements; NaN if there is one.</summary>
    /// <inheritdoc cref="Quantile(double)"/>
    public Tensor Quantile(double q, int dim, bool keepDim = false) => OrderStatistics.Quantile(this, q, dim, keepDim);

    /// <summary>Running sums along a dimension.</summary>
    public Tensor CumSum(int dim) => CumSumOp.Apply(this, dim, fromEnd: false);

    /// <summary>Running products along a dimension.</summary>
    public Tensor CumProd(int dim) => CumProdOp.Apply(this, dim);

    /// <summary>The greatest element so far along a dimension and its last place; the gradient goes to that place.</summary>
    public ValuesAndIndices CumMax(int dim) => CumExtremeOp.Apply(this, dim, greatest: true, nameof(CumMax));

    /// <summary>The least element so far along a dimension and its last place; the gradient goes to that place.</summary>
    public ValuesAndIndices CumMin(int dim) => CumExtremeOp.Apply(this, dim, greatest: false, nameof(CumMin));

    /// <summary>The variance over all elements.</summary>
    /// <param name="correction">Subtracted from the number of elements: 1 for the unbiased estimate, 0 for the population.</param>
    public Tensor Var(double correction = 1) => VarOp.Apply(this, Reduction.All(Rank), correction, keepDim: false, isRoot: false);

    /// <summary>The variance over dimensions (all for none).</summary>
    /// <inheritdoc cref="Var(double)"/>
    public Tensor Var(int[] dims, double correction = 1, bool keepDim = false) => VarOp.Apply(this, Reduction.Dims(this, dims, nameof(Var)), correction, keepDim, isRoot: false);

    /// <summary>The variance along a dimension.</summary>
    /// <inheritdoc cref="Var(double)"/>
    public Tensor Var(int dim, double correction = 1, bool keepDim = false) => Var([dim], correction, keepDim);

    /// <summary>The standard deviation over all elements; its gradient at 0 counts as 0.</summary>
    /// <inheritdoc cref="Var(double)"/>
    public Tensor Std(double correction = 1) => VarOp.Apply(this, Reduction.All(Rank), correction, keepDim: false, isRoot: true);

    /// <summary>The standard deviation over dimensions (all for none); its gradient at 0 counts as 0.</summary>
    /// <inheritdoc cref="Var(double)"/>
    public Tensor Std(int[] dims, double correction = 1, bool keepDim = false) => VarOp.Apply(this, Reduction.Dims(this, dims, nameof(Std)), correction, keepDim, isRoot: true);

    /// <summary>The standard deviation along a dimension; its gradient at 0 counts as 0.</summary>
    /// <inheritdoc cref="Var(double)"/>
    public Tensor Std(int dim, double correction = 1, bool keepDim = false) => Std([dim], correction, keepDim);

    /// <summary>Variance and mean over dimensions (all for none).</summary>
    /// <inheritdoc cref="Var(double)"/>
    public (Tensor Var, Tensor Mean) VarMean(int[] dims, double correction = 1, bool keepDim = false) => (Var(dims, correction, keepDim), Mean(dims, keepDim));

    /// <summary>The p-norm (Σ |x|ᵖ)^(1/p) over all elements; p may be infinite, or 0 to count what is not zero.</summary>
    public Tensor Norm(double p = 2) => NormOp.Apply(this, p, Reduction.All(Rank), keepDim: false);

    /// <summary>The p-norm over dimensions (all for none).</summary>
    public Tensor Norm(double p, int[] dims, bool keepDim = false) => NormOp.Apply(this, p, Reduction.Dims(this, dims, nameof(Norm)), keepDim);

    /// <summary>The p-norm along a dimension.</summary>
    public Tensor Norm(double p, int dim, bool keepDim = false) => Norm(p, [dim], keepDim);

    /// <summary>log Σ eˣ over dimensions (all for none), without overflow.</summary>
    public Tensor LogSumExp(int[] dims, bool keepDim = false) => LogSumExpOp.Apply(this, Reduction.Dims(this, dims, nameof(LogSumExp)), keepDim);

    /// <summary>log Σ eˣ along a dimension, without overflow.</summary>
    public Tensor LogSumExp(int dim, bool keepDim = false) => LogSumExp([dim], keepDim);

    /// <summary>eˣ / Σ eˣ along a dimension: positive and of sum one. NaN where a row holds NaN, +∞, or nothing but -∞.</summary>
    public Tensor Softmax(int dim) => SoftmaxOp.Apply(this, dim, isLog: false);

    /// <summary>log(eˣ / Σ eˣ) along a dimension, without overflow.</summary>
    public Tensor LogSoftmax(int dim) => SoftmaxOp.Apply(this, dim, isLog: true);

    /// <summary>The cosine of the angle between vectors along a dimension; shapes broadcast. Lengths below <paramref name="epsilon"/> count as that.</summary>
    public Tensor CosineSimilarity(Tensor other, int dim = 1, double epsilon = 1e-8) =>
        (this * other).Sum(dim) / (Norm(2, dim).Clamp(min: epsilon) * other.Norm(2, dim).Clamp(min: epsilon));

    /// <summary>The p-norm of the difference along the last dimension; <paramref name="epsilon"/> is added to each difference, as in PyTorch.</summary>
    public Tensor PairwiseDistance(Tensor other, double p = 2, double epsilon = 1e-6, bool keepDim = false) => (this - other + epsilon).Norm(p, -1, keepDim);

    /// <summary>Vectors along a dimension divided by their p-norm; norms below <paramref name="epsilon"/> count as that.</summary>
    public Tensor Normalize(double p = 2, int dim = 1, double epsilon = 1e-12) => this / Norm(p, dim, keepDim: true).Clamp(min: epsilon);
}

/// <summary>Elements chosen along a dimension, and where they stood.</summary>
/// <param name="Values">The elements.</param>
/// <param name="Indices">Their places along the dimension, Int64, in the same shape.</param>
public readonly record struct ValuesAndIndices(Tensor Values, Tensor Indices);
