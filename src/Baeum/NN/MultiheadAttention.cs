namespace Baeum;

/// <summary>Attention with several heads (Vaswani and others, 2017), with PyTorch's parameters and meanings of masks.</summary>
public sealed class MultiheadAttention : Module
{
    private readonly double dropout;
    private readonly bool batchFirst;
    private readonly Tensor? inWeight, queryWeight, keyWeight, valueWeight, inBias, outBias;
    private readonly Tensor outWeight;

    /// <summary>Draws the input weights by Xavier's rule and the output weight as a linear layer; biases are zero.</summary>
    /// <param name="scope">Where the layer stands.</param>
    /// <param name="embedSize">Features of queries and of the output.</param>
    /// <param name="headCount">Heads; must divide <paramref name="embedSize"/>.</param>
    /// <param name="dropout">Share of the attention weights that is dropped in training.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    /// <param name="keySize">Features of keys if they differ.</param>
    /// <param name="valueSize">Features of values if they differ.</param>
    /// <param name="batchFirst">Whether sequences are [batch, time, features] rather than [time, batch, features].</param>
    public MultiheadAttention(ParamScope scope, int embedSize, int headCount, double dropout = 0, bool bias = true, int? keySize = null, int? valueSize = null, bool batchFirst = false) : base(scope)
    {
        if (headCount <= 0 || embedSize <= 0 || embedSize % headCount != 0) throw new ArgumentException($"MultiheadAttention: {headCount} heads do not divide embedSize {embedSize}.");
        (this.dropout, this.batchFirst, EmbedSize, HeadCount) = (dropout, batchFirst, embedSize, headCount);
        // PyTorch draws the output projection before the input weights but names it after them.
        Tensor? drawnWeight = null;
        void DrawOutput(RandomGenerator generator)
        {
            drawnWeight = Tensor.Zeros([embedSize, embedSize], scope.DType);
            drawnWeight.InitializeInPlace(Initializers.KaimingUniform(Math.Sqrt(5)), generator);
            if (bias) Tensor.Zeros([embedSize], scope.DType).InitializeInPlace(Initializers.Bias(embedSize), generator);
        }
        Initializer Input(bool isFirst) => (parameter, generator) =>
        {
            if (isFirst) DrawOutput(generator);
            Initializers.XavierUniform()(parameter, generator);
        };
        if ((keySize ?? embedSize) == embedSize && (valueSize ?? embedSize) == embedSize)
        {
            inWeight = scope.Parameter("in_proj_weight", [3 * embedSize, embedSize], Input(isFirst: true));
        }
        else
        {
            queryWeight = scope.Parameter("q_proj_weight", [embedSize, embedSize], Input(isFirst: true));
            keyWeight = scope.Parameter("k_proj_weight", [embedSize, keySize ?? embedSize], Input(isFirst: false));
            valueWeight = scope.Parameter("v_proj_weight", [embedSize, valueSize ?? embedSize], Input(isFirst: false));
        }
        if (bias) inBias = scope.Parameter("in_proj_bias", [3 * embedSize], Initializers.Zeros);
        outWeight = (scope / "out_proj").Parameter("weight", [embedSize, embedSize], (parameter, generator) =>
        {
            if (drawnWeight is null) DrawOutput(generator);
            parameter.CopyFromInPlace(drawnWeight!);
        });
        if (bias) outBias = (scope / "out_proj").Parameter("bias", [embedSize], Initializers.Zeros);
    }

    /// <summary>Features of queries and of the output.</summary>
    public int EmbedSize { get; }

    /// <summary>Heads.</summary>
    public int HeadCount { get; }

    /// <summary>Lets every query look at all keys.</summary>
    /// <param name="query">[batch, queries, features], or as the layer was built, or [queries, features].</param>
    /// <param name="key">[batch, keys, key features].</param>
    /// <param name="value">[batch, keys, value features].</param>
    /// <param name="keyPaddingMask">[batch, keys]: true where a key is to be left out, or numbers to add to its scores.</param>
    /// <param name="mask">[queries, keys] or [batch · heads, queries, keys]: true where a query must not see a key, or numbers to add to the scores.</param>
    /// <param name="isCausal">Whether query i sees keys 0 to i only.</param>
    /// <param name="needWeights">Whether to give the weights as well, which is slower.</param>
    /// <param name="averageWeights">Whether the weights are averaged over the heads: [batch, queries, keys] instead of [batch, heads, queries, keys].</param>
    /// <returns>The output in the shape of the query, and the weights if they are needed.</returns>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public (Tensor Output, Tensor? Weights) Forward(Tensor query, Tensor key, Tensor value, Tensor? keyPaddingMask = null, Tensor? mask = null, bool isCausal = false, bool needWeights = false, bool averageWeights = true)
    {
        bool isBatched = query.Rank == 3;
        if (query.Rank is not (2 or 3) || key.Rank != query.Rank || value.Rank != query.Rank || query.Shape[^1] != EmbedSize)
            throw new ArgumentException($"MultiheadAttention: query {query.Shape}, key {key.Shape} and value {value.Shape} must be {(batchFirst ? "[batch, time, features]" : "[time, batch, features]")} or [time, features], the query with {EmbedSize} features.");
        bool isSelf = ReferenceEquals(query, key) && ReferenceEquals(key, value) && inWeight is not null;
        if (isBatched && !batchFirst) (query, key, value) = (query.Transpose(0, 1), key.Transpose(0, 1), value.Transpose(0, 1));
        if (!isBatched) (query, key, value) = (query.Unsqueeze(0), key.Unsqueeze(0), value.Unsqueeze(0));
        var (q, k, v) = isSelf ? ProjectTogether(query) : (Project(query, queryWeight, 0), Project(key, keyWeight, 1), Project(value, valueWeight, 2));
        int batch = q.Shape[0], queries = q.Shape[1];
        var added = Join(keyPaddingMask, mask, batch, queries, k.Shape[1], q.DType, isBatched);
        var (heads, weights) = Heads(q).Attention(Heads(k), Heads(v), added, isCausal, null, IsTraining ? dropout : 0, Scope!.Generator, needWeights);
        var y = heads.Transpose(1, 2).Reshape(batch, queries, EmbedSize).Linear(outWeight, outBias);
        if (!needWeights) weights = null;
        else if (averageWeights) weights = weights!.Mean(1);
        if (!isBatched) return (y.Squeeze(0), weights?.Squeeze(0));
        return (batchFirst ? y : y.Transpose(0, 1), weights);
    }

    private (Tensor, Tensor, Tensor) ProjectTogether(Tensor x)
    {
        var parts = x.Linear(inWeight!, inBias).Chunk(3, -1);
        return (parts[0], parts[1], parts[2]);
    }

    private Tensor Project(Tensor x, Tensor? ownWeight, int part) =>
        x.Linear(ownWeight ?? inWeight!.Narrow(0, part * EmbedSize, EmbedSize), inBias?.Narrow(0, part * EmbedSize, EmbedSize));

    private Tensor Heads(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], HeadCount, EmbedSize / HeadCount).Transpose(1, 2);

    /// <summary>Both masks as one that is added to the scores [batch, heads, queries, keys].</summary>
    private Tensor? Join(Tensor? keyPaddingMask, Tensor? mask, int batch, int queries, int keys, DType dtype, bool isBatched)
    {
        Tensor? padding = null, seen = null;
        if (keyPaddingMask is not null)
        {
            Shape wanted = isBatched ? [batch, keys] : [keys];
            if (!keyPaddingMask.Shape.Equals(wanted)) throw new ArgumentException($"MultiheadAttention: the key padding mask {keyPaddingMask.Shape} must be {wanted}: batch, keys.");
            padding = Additive(keyPaddingMask, dtype).Reshape(batch, 1, 1, keys);
        }
        if (mask is not null)
        {
            bool isEach = mask.Shape.Equals([batch * HeadCount, queries, keys]);
            if (!isEach && !mask.Shape.Equals([queries, keys])) throw new ArgumentException($"MultiheadAttention: the mask {mask.Shape} must be [{queries}, {keys}] or [{batch * HeadCount}, {queries}, {keys}]: (batch · heads,) queries, keys.");
            seen = Additive(mask, dtype);
            if (isEach) seen = seen.Reshape(batch, HeadCount, queries, keys);
        }
        return padding is null ? seen : seen is null ? padding : padding + seen;
    }

    private static Tensor Additive(Tensor mask, DType dtype) =>
        mask.DType == DType.Bool ? Tensor.Zeros(mask.Shape, dtype).MaskedFill(mask, double.NegativeInfinity) : mask.To(dtype);

    /// <inheritdoc/>
    protected override string Arguments() => $"{EmbedSize}, {HeadCount}";
}
