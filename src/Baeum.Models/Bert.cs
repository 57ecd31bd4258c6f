namespace Baeum.Models;

/// <summary>The sizes of a BERT.</summary>
/// <param name="VocabularySize">Pieces.</param>
/// <param name="HiddenSize">Features of a position.</param>
/// <param name="LayerCount">Encoder layers.</param>
/// <param name="HeadCount">Attention heads; divides <paramref name="HiddenSize"/>.</param>
/// <param name="IntermediateSize">Features inside the feed-forward part.</param>
/// <param name="PositionCount">The longest text.</param>
/// <param name="TypeCount">Segments.</param>
/// <param name="Activation">Between the two feed-forward layers.</param>
/// <param name="Dropout">Share dropped after embeddings and sub-layers.</param>
/// <param name="AttentionDropout">Share of the attention weights dropped.</param>
/// <param name="Epsilon">Of the layer norms.</param>
/// <param name="InitializerRange">Standard deviation of new weights.</param>
public sealed record BertConfig(
    int VocabularySize, int HiddenSize = 768, int LayerCount = 12, int HeadCount = 12, int IntermediateSize = 3072, int PositionCount = 512, int TypeCount = 2,
    string Activation = "gelu", double Dropout = 0.1, double AttentionDropout = 0.1, double Epsilon = 1e-12, double InitializerRange = 0.02) : ModelConfig
{
    /// <summary>Reads the fields that Hugging Face writes.</summary>
    /// <exception cref="ModelException">One is missing or wrong.</exception>
    public static BertConfig From(ConfigFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new(
            file.Int("vocab_size"), file.Int("hidden_size"), file.Int("num_hidden_layers"), file.Int("num_attention_heads"), file.Int("intermediate_size"),
            file.Int("max_position_embeddings", 512), file.Int("type_vocab_size", 2), file.Word("hidden_act", "gelu"), file.Number("hidden_dropout_prob", 0.1),
            file.Number("attention_probs_dropout_prob", 0.1), file.Number("layer_norm_eps", 1e-12), file.Number("initializer_range", 0.02))
        { Labels = file.Labels() };
    }

    /// <inheritdoc/>
    public override int? LongestText => PositionCount;

    /// <inheritdoc/>
    public override ConfigFile ToFile(string architecture) => Describe(architecture, "bert", new()
    {
        ["vocab_size"] = VocabularySize,
        ["hidden_size"] = HiddenSize,
        ["num_hidden_layers"] = LayerCount,
        ["num_attention_heads"] = HeadCount,
        ["intermediate_size"] = IntermediateSize,
        ["max_position_embeddings"] = PositionCount,
        ["type_vocab_size"] = TypeCount,
        ["hidden_act"] = Activation,
        ["hidden_dropout_prob"] = Dropout,
        ["attention_probs_dropout_prob"] = AttentionDropout,
        ["layer_norm_eps"] = Epsilon,
        ["initializer_range"] = InitializerRange,
        ["pad_token_id"] = 0,
        ["position_embedding_type"] = "absolute",
    });

    internal Initializer Normal => Initializers.Normal(0, InitializerRange);
}

/// <summary>
/// BERT (Devlin and others, 2018): word, position and segment vectors, then layers of attention in both directions; every sub-layer is added
/// to its input and normalised after. The pooler makes a vector of the text from the first piece.
/// </summary>
public sealed class Bert : Module
{
    private readonly Embedding words, positions, types;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly BertLayer[] layers;
    private readonly Linear? pooler;

    /// <summary>A BERT at a place.</summary>
    public Bert(ParamScope scope, BertConfig config, bool hasPooler = true) : base(scope)
    {
        Config = config;
        ParamScope embeddings = scope / "embeddings";
        words = new(embeddings / "word_embeddings", config.VocabularySize, config.HiddenSize, paddingIdx: 0, config.Normal);
        positions = new(embeddings / "position_embeddings", config.PositionCount, config.HiddenSize, initializer: config.Normal);
        types = new(embeddings / "token_type_embeddings", config.TypeCount, config.HiddenSize, initializer: config.Normal);
        norm = new(embeddings / "LayerNorm", config.HiddenSize, config.Epsilon);
        dropout = new(embeddings / "dropout", config.Dropout);
        layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new BertLayer(scope / "encoder" / "layer" / i, config))];
        if (hasPooler) pooler = new(scope / "pooler" / "dense", config.HiddenSize, config.HiddenSize, initializer: config.Normal);
    }

    /// <summary>Loads a folder, without the head it may have.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static Bert FromPretrained(string folder) => Checkpoint.Load(folder, "bert", (scope, file) => new Bert(scope, BertConfig.From(file)), ["pooler."]);

    /// <summary>The sizes.</summary>
    public BertConfig Config { get; }

    /// <summary>The vectors of the pieces, [vocabulary, features].</summary>
    public Tensor WordEmbeddings => words.Weight;

    /// <summary>Encodes texts.</summary>
    /// <param name="ids">Int64 [batch, time].</param>
    /// <param name="attentionMask">[batch, time]: 1 for a piece, 0 for padding; null: no padding.</param>
    /// <param name="typeIds">[batch, time]: 0 for the first segment, 1 for the second; null: all 0.</param>
    /// <param name="trace">Collects hidden states and attention weights.</param>
    /// <returns>[batch, time, features].</returns>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, Tensor? typeIds = null, Trace? trace = null)
    {
        Heads.Check(nameof(Bert), ids, Config.VocabularySize, Config.PositionCount);
        int batchSize = ids.Shape[0], length = ids.Shape[1];
        Tensor x = words.Forward(ids)                                           // [B, T, C]
            + positions.Weight.Narrow(0, 0, length)                             // [T, C]
            + (typeIds is null ? types.Weight.Narrow(0, 0, 1) : types.Forward(typeIds));
        x = dropout.Forward(norm.Forward(x));
        Tensor? mask = Heads.Keys(attentionMask, batchSize, length);            // [B, 1, 1, T]
        trace?.HiddenStates.Add(x);
        foreach (BertLayer layer in layers)
        {
            x = layer.Forward(x, mask, trace);
            trace?.HiddenStates.Add(x);
        }
        return x;
    }

    /// <summary>A vector of each text: tanh of a layer over the first piece, [batch, time, features] becomes [batch, features].</summary>
    public Tensor Pool(Tensor hidden) => (pooler ?? throw new InvalidOperationException("Bert.Pool: this model was built without a pooler.")).Forward(hidden.Select(1, 0)).Tanh();
}

internal sealed class BertLayer : Module
{
    private readonly BertConfig config;
    private readonly Linear query, key, value, attentionOutput, intermediate, output;
    private readonly LayerNorm attentionNorm, outputNorm;
    private readonly Dropout dropout;
    private readonly Func<Tensor, Tensor> activation;

    internal BertLayer(ParamScope scope, BertConfig config) : base(scope)
    {
        this.config = config;
        int size = config.HiddenSize;
        Linear Dense(ParamScope place, int inputs, int outputs) => new(place, inputs, outputs, initializer: config.Normal);
        query = Dense(scope / "attention" / "self" / "query", size, size);
        key = Dense(scope / "attention" / "self" / "key", size, size);
        value = Dense(scope / "attention" / "self" / "value", size, size);
        attentionOutput = Dense(scope / "attention" / "output" / "dense", size, size);
        attentionNorm = new(scope / "attention" / "output" / "LayerNorm", size, config.Epsilon);
        intermediate = Dense(scope / "intermediate" / "dense", size, config.IntermediateSize);
        output = Dense(scope / "output" / "dense", config.IntermediateSize, size);
        outputNorm = new(scope / "output" / "LayerNorm", size, config.Epsilon);
        dropout = new(scope / "output" / "dropout", config.Dropout);
        activation = Heads.Activation(config.Activation);
    }

    internal Tensor Forward(Tensor x, Tensor? mask, Trace? trace)
    {
        Tensor q = Heads.Split(query.Forward(x), config.HeadCount);             // [B, heads, T, size]
        Tensor k = Heads.Split(key.Forward(x), config.HeadCount);
        Tensor v = Heads.Split(value.Forward(x), config.HeadCount);
        Tensor seen = Heads.Merge(Heads.Attend(q, k, v, mask, isCausal: false, scale: null, config.AttentionDropout, this, trace?.Attentions)); // [B, T, C]
        x = attentionNorm.Forward(x + dropout.Forward(attentionOutput.Forward(seen)));
        Tensor inner = activation(intermediate.Forward(x));                     // [B, T, intermediate]
        return outputNorm.Forward(x + dropout.Forward(output.Forward(inner)));  // [B, T, C]
    }
}
