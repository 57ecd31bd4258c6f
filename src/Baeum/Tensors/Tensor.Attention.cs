namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>Attention (Vaswani and others, 2017): softmax(q·kᵀ·scale + mask)·v, this tensor being the queries.</summary>
    /// <remarks>
    /// It is computed in tiles and the weights are never stored (which of them dropout keeps is). A query whose keys are all masked gets zeros.
    /// </remarks>
    /// <param name="key">[..., keys, size]; of heads it may have fewer than there are of queries, if their number divides (grouped queries).</param>
    /// <param name="value">[..., keys, value size], with the heads of the keys.</param>
    /// <param name="mask">
    /// Of a shape that broadcasts to [..., queries, keys]. Bool: true where a query sees a key. Floating point: added to the scores.
    /// </param>
    /// <param name="isCausal">Whether query i sees keys 0 to i only.</param>
    /// <param name="scale">The factor of the scores; 1/√size if null.</param>
    /// <param name="dropout">Share of the weights that is dropped.</param>
    /// <param name="generator">Where dropout masks come from; needed with <paramref name="dropout"/>.</param>
    /// <returns>[..., queries, value size].</returns>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public Tensor ScaledDotProductAttention(Tensor key, Tensor value, Tensor? mask = null, bool isCausal = false, double? scale = null, double dropout = 0, RandomGenerator? generator = null) =>
        Attention(key, value, mask, isCausal, scale, dropout, generator, needsWeights: false).Output;

    /// <summary>As <see cref="ScaledDotProductAttention"/>; also gives the weights [..., queries, keys] before dropout if they are needed, which is slower.</summary>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public (Tensor Output, Tensor? Weights) Attention(Tensor key, Tensor value, Tensor? mask, bool isCausal, double? scale, double dropout, RandomGenerator? generator, bool needsWeights)
    {
        const string name = nameof(ScaledDotProductAttention);
        CheckAttention(key, value, name);
        CheckDropout(dropout, name);
        if (dropout > 0 && generator is null) throw new ArgumentException($"{name}: dropout needs a generator to draw its masks from.");
        Tensor q = FourDimensions(this), k = FourDimensions(key), v = FourDimensions(value);
        var added = mask is null ? null : Additive(mask, q, k, name);
        double factor = scale ?? 1 / Math.Sqrt(Math.Max(1, Shape[^1]));
        if (needsWeights)
        {
            var (y, weights) = AttentionOp.Plain(q, k, v, added, isCausal, factor, dropout > 0 ? w => w.Dropout(dropout, generator!) : null);
            return (Back(y), Back(weights));
        }
        Tensor? kept = dropout > 0 ? DrawKept([q.Shape[0], q.Shape[1], q.Shape[2], k.Shape[2]], dropout, generator!) : null;
        return (Back(AttentionOp.Apply(q, k, v, added, isCausal, factor, kept, KeptScale(dropout))), null);

        Tensor Back(Tensor y) => Rank == 4 ? y : y.Reshape(Shape.Create([.. Shape.Sizes.AsSpan(0, Rank - 1), y.Shape[^1]]));
    }

    private void CheckAttention(Tensor key, Tensor value, string name)
    {
        string shapes = $"query {Shape}, key {key.Shape}, value {value.Shape}";
        if (Rank < 2 || key.Rank != Rank || value.Rank != Rank) throw new ArgumentException($"{name}: {shapes} must have the same number of dimensions, at least [time, size].");
        if (!DType.IsCompute() || key.DType != DType || value.DType != DType) throw new ArgumentException($"{name}: query, key and value must all be Float32 or all Float64, got {DType}, {key.DType} and {value.DType}.");
        if (key.Shape[^1] != Shape[^1]) throw new ArgumentException($"{name}: the sizes of query and key differ ({Shape[^1]} and {key.Shape[^1]}): {shapes}.");
        if (key.Shape[^2] != value.Shape[^2]) throw new ArgumentException($"{name}: there are {key.Shape[^2]} keys but {value.Shape[^2]} values: {shapes}.");
        for (int d = 0; d < Rank - 2; d++)
        {
            int own = Shape.Sizes[d], other = key.Shape.Sizes[d];
            bool fits = own == other || (d == Rank - 3 && Rank == 4 && other > 0 && own % other == 0);
            if (!fits || other != value.Shape.Sizes[d]) throw new ArgumentException($"{name}: dimension {d} differs: {shapes}. Batches must be equal, and the heads of keys and values must divide those of the queries.");
        }
    }

    /// <summary>[batch, heads, time, size]; all dimensions before the last two become heads unless there are exactly four.</summary>
    private static Tensor FourDimensions(Tensor x)
    {
        if (x.Rank == 4) return x;
        int heads = 1;
        for (int d = 0; d < x.Rank - 2; d++) heads *= x.Shape.Sizes[d];
        return x.Reshape(1, heads, x.Shape[^2], x.Shape[^1]);
    }

    private Tensor Additive(Tensor mask, Tensor q, Tensor k, string name)
    {
        Shape wanted = [.. Shape.Sizes.AsSpan(0, Rank - 1), k.Shape[2]];
        if (!Losses.BroadcastsTo(mask.Shape, wanted)) throw new ArgumentException($"{name}: the mask {mask.Shape} does not broadcast to the scores {wanted}.");
        var added = mask.DType == DType.Bool ? WhereOp.Apply(mask, Scalar(0, DType), Scalar(double.NegativeInfinity, DType), name) : mask.To(DType);
        if (added.Rank == 0) return added.Reshape(1);
        if (Rank == 4) return added;
        return added.Rank <= 2 ? added : added.BroadcastTo(wanted).Reshape(1, q.Shape[1], q.Shape[2], k.Shape[2]);
    }
}
