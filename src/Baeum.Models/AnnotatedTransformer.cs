namespace Baeum.Models;

/// <summary>The sizes of a Transformer, those of the paper's base model where nothing is said.</summary>
/// <param name="SourceVocabularySize">Symbols of the source.</param>
/// <param name="TargetVocabularySize">Symbols of the target.</param>
/// <param name="LayerCount">Layers of the encoder, and as many of the decoder.</param>
/// <param name="ModelSize">Features of a position.</param>
/// <param name="FeedForwardSize">Features inside the feed-forward part.</param>
/// <param name="HeadCount">Attention heads; divides <paramref name="ModelSize"/>.</param>
/// <param name="Dropout">Share dropped of embeddings, attention weights, inner features and what sub-layers add.</param>
/// <param name="NormFirst">Whether sub-layers normalise their input, with one more norm after the last layer (pre-norm), rather than the sum (the paper's post-norm).</param>
/// <param name="SharesEmbedding">Whether source, target and generator have one matrix, as in the paper; the vocabularies must then be one.</param>
/// <param name="PositionCount">The longest sequence.</param>
/// <param name="PaddingId">The symbol that fills shorter sequences and is never looked at.</param>
/// <param name="Epsilon">Of the layer norms.</param>
public sealed record AnnotatedTransformerConfig(
    int SourceVocabularySize, int TargetVocabularySize, int LayerCount = 6, int ModelSize = 512, int FeedForwardSize = 2048, int HeadCount = 8, double Dropout = 0.1,
    bool NormFirst = false, bool SharesEmbedding = false, int PositionCount = 5000, int PaddingId = 0, double Epsilon = 1e-5);

/// <summary>
/// The Transformer of "Attention is all you need" (Vaswani and others, 2017), its parts and their names as in "The Annotated Transformer"
/// (Rush, 2018): an encoder reads the source, a decoder looks at it and at what it has written, a generator scores the next symbol.
/// </summary>
/// <remarks>Comments give shapes: B batch, S source time, T target time, C features, V target vocabulary.</remarks>
public sealed class AnnotatedTransformer : Module
{
    private readonly Embedding sourceEmbedding, targetEmbedding;
    private readonly PositionalEncoding sourcePositions, targetPositions;
    private readonly AnnotatedLayer[] encoder, decoder;
    private readonly LayerNorm? encoderNorm, decoderNorm;
    private readonly Tensor generatorWeight, generatorBias;

    /// <summary>A Transformer at a place; matrices are drawn by Xavier's rule.</summary>
    /// <exception cref="ArgumentException">Heads do not divide the features, or one embedding should serve two vocabularies.</exception>
    public AnnotatedTransformer(ParamScope scope, AnnotatedTransformerConfig config) : base(scope)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.HeadCount <= 0 || config.ModelSize <= 0 || config.ModelSize % config.HeadCount != 0)
            throw new ArgumentException($"AnnotatedTransformer: {config.HeadCount} heads do not divide {config.ModelSize} features.", nameof(config));
        if (config.SharesEmbedding && config.SourceVocabularySize != config.TargetVocabularySize)
            throw new ArgumentException($"AnnotatedTransformer: source ({config.SourceVocabularySize} symbols) and target ({config.TargetVocabularySize}) can share an embedding only with one vocabulary; set SharesEmbedding to false.", nameof(config));
        Config = config;
        sourceEmbedding = new(scope / "src_embed" / "0" / "lut", config.SourceVocabularySize, config.ModelSize, initializer: Initializers.XavierUniform());
        sourcePositions = new(scope / "src_embed" / "1", config.ModelSize, config.PositionCount, config.Dropout);
        if (config.SharesEmbedding) (scope / "tgt_embed" / "0" / "lut").Tie("weight", sourceEmbedding.Weight);
        targetEmbedding = config.SharesEmbedding ? sourceEmbedding : new(scope / "tgt_embed" / "0" / "lut", config.TargetVocabularySize, config.ModelSize, initializer: Initializers.XavierUniform());
        targetPositions = new(scope / "tgt_embed" / "1", config.ModelSize, config.PositionCount, config.Dropout);
        encoder = [.. Enumerable.Range(0, config.LayerCount).Select(i => new AnnotatedLayer(scope / "encoder" / "layers" / i, config, readsSource: false))];
        decoder = [.. Enumerable.Range(0, config.LayerCount).Select(i => new AnnotatedLayer(scope / "decoder" / "layers" / i, config, readsSource: true))];
        if (config.NormFirst) (encoderNorm, decoderNorm) = (new(scope / "encoder" / "norm", config.ModelSize, config.Epsilon), new(scope / "decoder" / "norm", config.ModelSize, config.Epsilon));
        ParamScope generator = scope / "generator" / "proj";
        generatorWeight = config.SharesEmbedding ? generator.Tie("weight", sourceEmbedding.Weight) : generator.Parameter("weight", [config.TargetVocabularySize, config.ModelSize], Initializers.XavierUniform());
        generatorBias = generator.Parameter("bias", [config.TargetVocabularySize], Initializers.Zeros);
    }

    /// <summary>The sizes.</summary>
    public AnnotatedTransformerConfig Config { get; }

    /// <summary>Scores the symbol after each of the target's.</summary>
    /// <param name="source">Int64 [batch, source time].</param>
    /// <param name="target">Int64 [batch, time]: what is written so far, the start symbol first.</param>
    /// <param name="trace">Collects hidden states and attention weights.</param>
    /// <returns>[batch, time, target vocabulary]; their log-softmax are the annotated generator's log-probabilities.</returns>
    /// <exception cref="ArgumentException">Ids do not fit.</exception>
    public Tensor Forward(Tensor source, Tensor target, Trace? trace = null) => Generate(Decode(Encode(source, trace), source, target, trace));

    /// <summary>Reads the source.</summary>
    /// <returns>The memory, [batch, source time, features].</returns>
    /// <inheritdoc cref="Forward"/>
    public Tensor Encode(Tensor source, Trace? trace = null)
    {
        Heads.Check(nameof(AnnotatedTransformer), source, Config.SourceVocabularySize, Config.PositionCount);
        Tensor mask = PaddingMask(source, Config.PaddingId);                                    // [B, 1, 1, S]
        Tensor x = sourcePositions.Forward(sourceEmbedding.Forward(source) * Math.Sqrt(Config.ModelSize)); // [B, S, C]
        trace?.HiddenStates.Add(x);
        foreach (AnnotatedLayer layer in encoder)
        {
            x = layer.Forward(x, mask, null, null, trace);                                      // [B, S, C]
            trace?.HiddenStates.Add(x);
        }
        return encoderNorm?.Forward(x) ?? x;
    }

    /// <summary>Reads the target so far, looking at the memory of the source.</summary>
    /// <param name="memory">What <see cref="Encode"/> gave.</param>
    /// <param name="source">Int64 [batch, source time], for its padding.</param>
    /// <param name="target">Int64 [batch, time].</param>
    /// <param name="trace">Collects hidden states and attention weights.</param>
    /// <returns>[batch, time, features].</returns>
    /// <exception cref="ArgumentException">Ids do not fit.</exception>
    public Tensor Decode(Tensor memory, Tensor source, Tensor target, Trace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(source);
        Heads.Check(nameof(AnnotatedTransformer), target, Config.TargetVocabularySize, Config.PositionCount);
        if (source.Shape[0] != target.Shape[0]) throw new ArgumentException($"AnnotatedTransformer: {source.Shape[0]} sources do not fit {target.Shape[0]} targets: source {source.Shape}, target {target.Shape}.", nameof(target));
        Tensor mask = TargetMask(target, Config.PaddingId), sourceMask = PaddingMask(source, Config.PaddingId); // [B, 1, T, T] and [B, 1, 1, S]
        Tensor x = targetPositions.Forward(targetEmbedding.Forward(target) * Math.Sqrt(Config.ModelSize)); // [B, T, C]
        trace?.HiddenStates.Add(x);
        foreach (AnnotatedLayer layer in decoder)
        {
            x = layer.Forward(x, mask, memory, sourceMask, trace);                              // [B, T, C]
            trace?.HiddenStates.Add(x);
        }
        return decoderNorm?.Forward(x) ?? x;
    }

    /// <summary>Scores of all symbols: [..., features] becomes [..., target vocabulary].</summary>
    public Tensor Generate(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return hidden.Linear(generatorWeight, generatorBias);
    }

    /// <summary>Writes a target symbol by symbol, each time the most probable. Call <see cref="Module.Eval"/> before.</summary>
    /// <param name="source">Int64 [batch, source time].</param>
    /// <param name="length">Symbols to write, the start symbol among them.</param>
    /// <param name="startId">What each target begins with.</param>
    /// <param name="endId">After this symbol a target is padded; null: targets have no end.</param>
    /// <returns>Int64 [batch, length], or shorter where all have ended.</returns>
    /// <exception cref="ArgumentException">Ids do not fit, or there is nothing to write.</exception>
    public Tensor GreedyDecode(Tensor source, int length, int startId, int? endId = null)
    {
        if (length < 1) throw new ArgumentException($"AnnotatedTransformer.GreedyDecode: the length {length} must be at least 1, the start symbol.", nameof(length));
        using var quiet = Autograd.NoGrad();
        Tensor memory = Encode(source);                                                         // [B, S, C]
        Tensor written = Tensor.Full([source.Shape[0], 1], startId, DType.Int64);               // [B, 1]
        Tensor ended = Tensor.Zeros([source.Shape[0]], DType.Bool);                             // [B]
        while (written.Shape[1] < length && !(endId is not null && ended.All().Item() != 0))
        {
            Tensor last = Decode(memory, source, written).Select(1, -1);                        // [B, C]
            Tensor next = Generate(last).ArgMax(-1);                                            // [B]
            if (endId is int end)
            {
                next = next.MaskedFill(ended, Config.PaddingId);
                ended = ended.LogicalOr(next.Eq(end));
            }
            written = Tensor.Cat([written, next.Unsqueeze(1)], 1);                              // [B, t + 1]
        }
        return written;
    }

    /// <summary>Which keys hold a symbol rather than padding: Int64 [batch, time] becomes Bool [batch, 1, 1, time], the same for every head and query.</summary>
    public static Tensor PaddingMask(Tensor ids, int paddingId = 0)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids.Ne(paddingId).Reshape(ids.Shape[0], 1, 1, ids.Shape[1]);
    }

    /// <summary>Which keys a target's position may see, itself and those before, without padding: Int64 [batch, time] becomes Bool [batch, 1, time, time].</summary>
    public static Tensor TargetMask(Tensor ids, int paddingId = 0) => Heads.Causal(PaddingMask(ids, paddingId), ids.Shape[1], ids.Shape[1]);
}

/// <summary>A layer of encoder or decoder: attention to its own sequence, in the decoder attention to the source, and a feed-forward network, each in a residual connection.</summary>
internal sealed class AnnotatedLayer : Module
{
    private readonly AnnotatedAttention selfAttention;
    private readonly AnnotatedAttention? sourceAttention;
    private readonly Linear first, second;
    private readonly LayerNorm[] norms;
    private readonly AnnotatedTransformerConfig config;

    internal AnnotatedLayer(ParamScope scope, AnnotatedTransformerConfig config, bool readsSource) : base(scope)
    {
        this.config = config;
        selfAttention = new(scope / "self_attn", config);
        if (readsSource) sourceAttention = new(scope / "src_attn", config);
        first = new(scope / "feed_forward" / "w_1", config.ModelSize, config.FeedForwardSize, initializer: Initializers.XavierUniform());
        second = new(scope / "feed_forward" / "w_2", config.FeedForwardSize, config.ModelSize, initializer: Initializers.XavierUniform());
        norms = [.. Enumerable.Range(0, readsSource ? 3 : 2).Select(i => new LayerNorm(scope / "sublayer" / i / "norm", config.ModelSize, config.Epsilon))];
    }

    internal Tensor Forward(Tensor x, Tensor mask, Tensor? memory, Tensor? memoryMask, Trace? trace)
    {
        x = Add(x, norms[0], y => selfAttention.Forward(y, y, mask, trace?.Attentions));        // [B, T, C]
        if (sourceAttention is not null) x = Add(x, norms[1], y => sourceAttention.Forward(y, memory!, memoryMask!, trace?.CrossAttentions));
        return Add(x, norms[^1], y => second.Forward(Drop(first.Forward(y).Relu())));           // [B, T, feed-forward], then [B, T, C]
    }

    /// <summary>The residual connection: x + part(norm(x)), or norm(x + part(x)).</summary>
    private Tensor Add(Tensor x, LayerNorm norm, Func<Tensor, Tensor> part) => config.NormFirst ? x + Drop(part(norm.Forward(x))) : norm.Forward(x + Drop(part(x)));

    private Tensor Drop(Tensor x) => x.Dropout(config.Dropout, Scope!.Generator, IsTraining);
}

/// <summary>Attention with several heads: linear layers for queries, keys, values and the output.</summary>
internal sealed class AnnotatedAttention : Module
{
    private readonly Linear query, key, value, output;
    private readonly AnnotatedTransformerConfig config;

    internal AnnotatedAttention(ParamScope scope, AnnotatedTransformerConfig config) : base(scope)
    {
        this.config = config;
        Linear Square(int number) => new(scope / "linears" / number, config.ModelSize, config.ModelSize, initializer: Initializers.XavierUniform());
        (query, key, value, output) = (Square(0), Square(1), Square(2), Square(3));
    }

    internal Tensor Forward(Tensor x, Tensor memory, Tensor mask, List<Tensor>? weights)
    {
        Tensor q = Heads.Split(query.Forward(x), config.HeadCount);                             // [B, heads, T, size]
        Tensor k = Heads.Split(key.Forward(memory), config.HeadCount);                          // [B, heads, S, size]
        Tensor v = Heads.Split(value.Forward(memory), config.HeadCount);                        // [B, heads, S, size]
        Tensor seen = Heads.Attend(q, k, v, mask, isCausal: false, scale: null, config.Dropout, this, weights);
        return output.Forward(Heads.Merge(seen));                                               // [B, T, C]
    }
}
