namespace Baeum.Models;

/// <summary>The sizes of a T5.</summary>
/// <param name="VocabularySize">Pieces.</param>
/// <param name="HiddenSize">Features of a position.</param>
/// <param name="HeadSize">Features of a head; heads times this need not be <paramref name="HiddenSize"/>.</param>
/// <param name="HeadCount">Attention heads.</param>
/// <param name="IntermediateSize">Features inside the feed-forward part.</param>
/// <param name="LayerCount">Encoder layers.</param>
/// <param name="DecoderLayerCount">Decoder layers.</param>
/// <param name="Activation">In the feed-forward part.</param>
/// <param name="IsGated">Whether the activation is multiplied with a second projection (version 1.1).</param>
/// <param name="BucketCount">Classes of distances.</param>
/// <param name="MaxDistance">From here on all distances are one class.</param>
/// <param name="Dropout">Share dropped.</param>
/// <param name="Epsilon">Of the norms.</param>
/// <param name="InitializerFactor">Scales all new weights.</param>
/// <param name="TieEmbeddings">Whether the word vectors are the output weights too.</param>
/// <param name="ScaleOutputs">Whether the decoder's output is divided by √<paramref name="HiddenSize"/> (version 1.0).</param>
/// <param name="StartId">The piece with which the decoder starts.</param>
/// <param name="PaddingId">Padding.</param>
/// <param name="EndId">The piece that ends a text.</param>
public sealed record T5Config(
    int VocabularySize = 32128, int HiddenSize = 512, int HeadSize = 64, int HeadCount = 8, int IntermediateSize = 2048, int LayerCount = 6, int DecoderLayerCount = 6,
    string Activation = "relu", bool IsGated = false, int BucketCount = 32, int MaxDistance = 128, double Dropout = 0.1, double Epsilon = 1e-6, double InitializerFactor = 1,
    bool TieEmbeddings = true, bool ScaleOutputs = true, int StartId = 0, int PaddingId = 0, int EndId = 1) : ModelConfig
{
    /// <summary>Reads the fields that Hugging Face writes.</summary>
    /// <exception cref="ModelException">One is missing or wrong.</exception>
    public static T5Config From(ConfigFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string projection = file.Word("feed_forward_proj", "relu");
        bool isGated = projection.StartsWith("gated-", StringComparison.Ordinal), tied = file.Flag("tie_word_embeddings", true);
        string activation = isGated ? projection["gated-".Length..] : projection;
        return new(
            file.Int("vocab_size"), file.Int("d_model"), file.Int("d_kv"), file.Int("num_heads"), file.Int("d_ff"), file.Int("num_layers"),
            file.Int("num_decoder_layers", file.Int("num_layers")),
            // "gated-gelu" has always meant the approximation
            isGated && activation == "gelu" ? "gelu_new" : activation, isGated, file.Int("relative_attention_num_buckets", 32), file.Int("relative_attention_max_distance", 128),
            file.Number("dropout_rate", 0.1), file.Number("layer_norm_epsilon", 1e-6), file.Number("initializer_factor", 1), tied, file.Flag("scale_decoder_outputs", tied),
            file.Int("decoder_start_token_id", 0), file.Int("pad_token_id", 0), file.Int("eos_token_id", 1));
    }

    /// <inheritdoc/>
    public override ConfigFile ToFile(string architecture) => Describe(architecture, "t5", new()
    {
        ["vocab_size"] = VocabularySize,
        ["d_model"] = HiddenSize,
        ["d_kv"] = HeadSize,
        ["num_heads"] = HeadCount,
        ["d_ff"] = IntermediateSize,
        ["num_layers"] = LayerCount,
        ["num_decoder_layers"] = DecoderLayerCount,
        ["feed_forward_proj"] = IsGated ? "gated-" + (Activation == "gelu_new" ? "gelu" : Activation) : Activation,
        ["relative_attention_num_buckets"] = BucketCount,
        ["relative_attention_max_distance"] = MaxDistance,
        ["dropout_rate"] = Dropout,
        ["layer_norm_epsilon"] = Epsilon,
        ["initializer_factor"] = InitializerFactor,
        ["tie_word_embeddings"] = TieEmbeddings,
        ["scale_decoder_outputs"] = ScaleOutputs,
        ["is_encoder_decoder"] = true,
        ["decoder_start_token_id"] = StartId,
        ["pad_token_id"] = PaddingId,
        ["eos_token_id"] = EndId,
    });

    internal Initializer Normal(double standardDeviation) => Initializers.Normal(0, InitializerFactor * standardDeviation);
}

/// <summary>
/// T5 (Raffel and others, 2019): an encoder and a decoder whose attention knows positions only by a learned bias for each class of
/// distances; norms without mean and bias before each sub-layer, and no scaling of the attention scores.
/// </summary>
public sealed class T5ForConditionalGeneration : PretrainedModel
{
    private readonly T5Config config;
    private readonly Embedding words;
    private readonly T5Stack encoder, decoder;
    private readonly Tensor output;

    /// <summary>The model at a place.</summary>
    public T5ForConditionalGeneration(ParamScope scope, T5Config config) : base(scope, config)
    {
        this.config = config;
        words = new(scope / "shared", config.VocabularySize, config.HiddenSize, initializer: config.Normal(1));
        encoder = new(scope / "encoder", config, isDecoder: false);
        decoder = new(scope / "decoder", config, isDecoder: true);
        output = config.TieEmbeddings
            ? (scope / "lm_head").Tie("weight", words.Weight)
            : (scope / "lm_head").Parameter("weight", [config.VocabularySize, config.HiddenSize], config.Normal(1));
    }

    /// <summary>Sizes and marks.</summary>
    public T5Config Sizes => config;

    /// <summary>Loads a folder.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static T5ForConditionalGeneration FromPretrained(string folder) => Checkpoint.Load(folder, "", (scope, file) => new T5ForConditionalGeneration(scope, T5Config.From(file)));

    /// <summary>Encodes texts.</summary>
    /// <param name="ids">Int64 [batch, time].</param>
    /// <param name="attentionMask">[batch, time]: 1 for a piece, 0 for padding; null: no padding.</param>
    /// <param name="trace">Collects hidden states and attention weights.</param>
    /// <returns>[batch, time, features].</returns>
    public Tensor Encode(Tensor ids, Tensor? attentionMask = null, Trace? trace = null)
    {
        Heads.Check("T5", ids, config.VocabularySize, int.MaxValue);
        return encoder.Forward(words.Forward(ids), Heads.Keys(attentionMask, ids.Shape[0], ids.Shape[1]), null, null, null, trace);
    }

    /// <summary>Scores for the piece that follows each piece of the answer.</summary>
    /// <param name="ids">Int64 [batch, time]: the answer so far, behind what is in the cache; it starts with <see cref="T5Config.StartId"/>.</param>
    /// <param name="encoded">What <see cref="Encode"/> gave, [batch, source time, features].</param>
    /// <param name="attentionMask">[batch, source time]: the mask of the encoded texts.</param>
    /// <param name="cache">The positions seen before; takes these in.</param>
    /// <param name="trace">Collects hidden states and attention weights.</param>
    /// <returns>[batch, time, vocabulary].</returns>
    public Tensor Decode(Tensor ids, Tensor encoded, Tensor? attentionMask = null, KeyValueCache? cache = null, Trace? trace = null)
    {
        Heads.Check("T5", ids, config.VocabularySize, int.MaxValue);
        Tensor x = decoder.Forward(words.Forward(ids), null, encoded, Heads.Keys(attentionMask, encoded.Shape[0], encoded.Shape[1]), cache, trace);
        if (config.ScaleOutputs) x *= 1 / Math.Sqrt(config.HiddenSize);
        return x.Linear(output);
    }

    /// <summary>The answers with the start in front and the last piece off: what the decoder sees while it learns them. -100 becomes padding.</summary>
    public Tensor ShiftRight(Tensor labels) => LabelPadding.ShiftRight(labels, config.StartId, config.PaddingId);

    /// <summary>The distance's class: near ones each their own, far ones in ever wider classes up to <see cref="T5Config.MaxDistance"/>.</summary>
    /// <param name="distance">Position of the key less position of the query.</param>
    /// <param name="isBidirectional">Whether keys to the right are seen; half of the classes are for them.</param>
    /// <param name="bucketCount">Classes in all.</param>
    /// <param name="maxDistance">From here on there is one class.</param>
    internal static int Bucket(int distance, bool isBidirectional, int bucketCount, int maxDistance)
    {
        int start = 0;
        if (isBidirectional)
        {
            bucketCount /= 2;
            start = distance > 0 ? bucketCount : 0;
            distance = Math.Abs(distance);
        }
        else
        {
            distance = Math.Max(0, -distance);
        }
        int exact = bucketCount / 2;
        if (distance < exact) return start + distance;
        // in single precision, as the weights were trained
        float far = MathF.Log(distance / (float)exact) / (float)Math.Log((double)maxDistance / exact) * (bucketCount - exact);
        return start + Math.Min(bucketCount - 1, exact + (int)far);
    }
}

/// <summary>Encoder or decoder: blocks, and a norm at the end.</summary>
internal sealed class T5Stack : Module
{
    private readonly T5Config config;
    private readonly bool isDecoder;
    private readonly T5Block[] blocks;
    private readonly Embedding distances;
    private readonly RMSNorm norm;
    private readonly Dropout dropout;

    internal T5Stack(ParamScope scope, T5Config config, bool isDecoder) : base(scope)
    {
        (this.config, this.isDecoder) = (config, isDecoder);
        blocks = [.. Enumerable.Range(0, isDecoder ? config.DecoderLayerCount : config.LayerCount).Select(i => new T5Block(scope / "block" / i, config, isDecoder, i))];
        distances = new(scope / "block" / 0 / "layer" / 0 / "SelfAttention" / "relative_attention_bias", config.BucketCount, config.HeadCount, initializer: config.Normal(1 / Math.Sqrt(config.HiddenSize)));
        norm = new(scope / "final_layer_norm", config.HiddenSize, config.Epsilon);
        dropout = new(scope / "dropout", config.Dropout);
    }

    internal Tensor Forward(Tensor x, Tensor? mask, Tensor? encoded, Tensor? encodedMask, KeyValueCache? cache, Trace? trace)
    {
        int past = cache?.Length ?? 0, queries = x.Shape[1], keys = past + queries;
        Tensor bias = DistanceBias(past, queries, keys);                        // [1, heads, T, keys]
        Tensor? seen = isDecoder ? Heads.Causal(mask, queries, keys) : mask;
        if (seen is not null) bias = bias.MaskedFill(seen.LogicalNot(), double.NegativeInfinity);
        x = dropout.Forward(x);
        foreach (T5Block block in blocks)
        {
            trace?.HiddenStates.Add(x);
            x = block.Forward(x, bias, encoded, encodedMask, cache, trace);
        }
        x = dropout.Forward(norm.Forward(x));
        trace?.HiddenStates.Add(x);
        return x;
    }

    private Tensor DistanceBias(int past, int queries, int keys)
    {
        var buckets = new long[queries * keys];
        for (int q = 0; q < queries; q++)
        {
            for (int k = 0; k < keys; k++)
                buckets[q * keys + k] = T5ForConditionalGeneration.Bucket(k - (past + q), !isDecoder, config.BucketCount, config.MaxDistance);
        }
        return distances.Forward(Tensor.From(buckets).Reshape(queries, keys)).Permute(2, 0, 1).Unsqueeze(0);
    }
}

internal sealed class T5Block : Module
{
    private readonly int index;
    private readonly T5Attention attention;
    private readonly T5Attention? crossAttention;
    private readonly RMSNorm attentionNorm, feedForwardNorm;
    private readonly RMSNorm? crossNorm;
    private readonly Linear inner, outer;
    private readonly Linear? gate;
    private readonly Dropout dropout;
    private readonly Func<Tensor, Tensor> activation;

    internal T5Block(ParamScope scope, T5Config config, bool isDecoder, int index) : base(scope)
    {
        this.index = index;
        int size = config.HiddenSize, last = isDecoder ? 2 : 1;
        RMSNorm Norm(int layer) => new(scope / "layer" / layer / "layer_norm", size, config.Epsilon);
        attention = new(scope / "layer" / 0 / "SelfAttention", config);
        attentionNorm = Norm(0);
        if (isDecoder)
        {
            crossAttention = new(scope / "layer" / 1 / "EncDecAttention", config);
            crossNorm = Norm(1);
        }
        ParamScope dense = scope / "layer" / last / "DenseReluDense";
        Linear Dense(string name, int inputs, int outputs) => new(dense / name, inputs, outputs, bias: false, config.Normal(1 / Math.Sqrt(inputs)));
        inner = Dense(config.IsGated ? "wi_0" : "wi", size, config.IntermediateSize);
        if (config.IsGated) gate = Dense("wi_1", size, config.IntermediateSize);
        outer = Dense("wo", config.IntermediateSize, size);
        feedForwardNorm = Norm(last);
        dropout = new(dense / "dropout", config.Dropout);
        activation = Heads.Activation(config.Activation);
    }

    internal Tensor Forward(Tensor x, Tensor bias, Tensor? encoded, Tensor? encodedMask, KeyValueCache? cache, Trace? trace)
    {
        Tensor normed = attentionNorm.Forward(x);                               // [B, T, C]
        var (k, v) = attention.Project(normed);                                 // [B, heads, T, size]
        if (cache is not null) (k, v) = cache.Append(index, k, v);
        x += dropout.Forward(attention.Forward(normed, k, v, bias, trace?.Attentions));
        if (crossAttention is not null)
        {
            (k, v) = cache is null ? crossAttention.Project(encoded!) : cache.Cross(index, () => crossAttention.Project(encoded!)); // [B, heads, source, size]
            x += dropout.Forward(crossAttention.Forward(crossNorm!.Forward(x), k, v, encodedMask, trace?.CrossAttentions));
        }
        normed = feedForwardNorm.Forward(x);
        Tensor hidden = activation(inner.Forward(normed));                      // [B, T, intermediate]
        if (gate is not null) hidden *= gate.Forward(normed);
        return x + dropout.Forward(outer.Forward(dropout.Forward(hidden)));     // [B, T, C]
    }
}

internal sealed class T5Attention : Module
{
    private readonly T5Config config;
    private readonly Linear query, key, value, output;

    internal T5Attention(ParamScope scope, T5Config config) : base(scope)
    {
        this.config = config;
        int size = config.HiddenSize, inner = config.HeadCount * config.HeadSize;
        query = new(scope / "q", size, inner, bias: false, config.Normal(1 / Math.Sqrt((double)size * config.HeadSize)));
        key = new(scope / "k", size, inner, bias: false, config.Normal(1 / Math.Sqrt(size)));
        value = new(scope / "v", size, inner, bias: false, config.Normal(1 / Math.Sqrt(size)));
        output = new(scope / "o", inner, size, bias: false, config.Normal(1 / Math.Sqrt(inner)));
    }

    /// <summary>Keys and values of what is looked at, [batch, heads, time, size].</summary>
    internal (Tensor Keys, Tensor Values) Project(Tensor x) => (Heads.Split(key.Forward(x), config.HeadCount), Heads.Split(value.Forward(x), config.HeadCount));

    internal Tensor Forward(Tensor x, Tensor keys, Tensor values, Tensor? mask, List<Tensor>? weights) =>
        output.Forward(Heads.Merge(Heads.Attend(Heads.Split(query.Forward(x), config.HeadCount), keys, values, mask, isCausal: false, scale: 1, config.Dropout, this, weights)));
}
