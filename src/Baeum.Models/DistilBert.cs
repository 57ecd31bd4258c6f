namespace Baeum.Models;

/// <summary>The sizes of a DistilBERT.</summary>
/// <param name="VocabularySize">Pieces.</param>
/// <param name="HiddenSize">Features of a position.</param>
/// <param name="LayerCount">Layers: half of its teacher's.</param>
/// <param name="HeadCount">Attention heads; divides <paramref name="HiddenSize"/>.</param>
/// <param name="IntermediateSize">Features inside the feed-forward part.</param>
/// <param name="PositionCount">The longest text.</param>
/// <param name="Activation">Between the two feed-forward layers.</param>
/// <param name="Dropout">Share dropped after embeddings and feed-forward parts.</param>
/// <param name="AttentionDropout">Share of the attention weights dropped.</param>
/// <param name="ClassifierDropout">Share dropped before the classifier.</param>
/// <param name="InitializerRange">Standard deviation of new weights.</param>
public sealed record DistilBertConfig(
    int VocabularySize, int HiddenSize = 768, int LayerCount = 6, int HeadCount = 12, int IntermediateSize = 3072, int PositionCount = 512,
    string Activation = "gelu", double Dropout = 0.1, double AttentionDropout = 0.1, double ClassifierDropout = 0.2, double InitializerRange = 0.02) : ModelConfig
{
    internal const double Epsilon = 1e-12;

    /// <summary>Reads the fields that Hugging Face writes.</summary>
    /// <exception cref="ModelException">One is missing or wrong.</exception>
    public static DistilBertConfig From(ConfigFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new(
            file.Int("vocab_size"), file.Int("dim"), file.Int("n_layers"), file.Int("n_heads"), file.Int("hidden_dim"), file.Int("max_position_embeddings", 512),
            file.Word("activation", "gelu"), file.Number("dropout", 0.1), file.Number("attention_dropout", 0.1), file.Number("seq_classif_dropout", 0.2),
            file.Number("initializer_range", 0.02))
        { Labels = file.Labels() };
    }

    /// <inheritdoc/>
    public override int? LongestText => PositionCount;

    /// <inheritdoc/>
    public override ConfigFile ToFile(string architecture) => Describe(architecture, "distilbert", new()
    {
        ["vocab_size"] = VocabularySize,
        ["dim"] = HiddenSize,
        ["n_layers"] = LayerCount,
        ["n_heads"] = HeadCount,
        ["hidden_dim"] = IntermediateSize,
        ["max_position_embeddings"] = PositionCount,
        ["activation"] = Activation,
        ["dropout"] = Dropout,
        ["attention_dropout"] = AttentionDropout,
        ["seq_classif_dropout"] = ClassifierDropout,
        ["initializer_range"] = InitializerRange,
        ["pad_token_id"] = 0,
        ["sinusoidal_pos_embds"] = false,
    });

    internal Initializer Normal => Initializers.Normal(0, InitializerRange);
}

/// <summary>DistilBERT (Sanh and others, 2019): BERT's layers, half as many, without segments and pooler.</summary>
public sealed class DistilBert : Module
{
    private readonly Embedding words, positions;
    private readonly LayerNorm norm;
    private readonly Dropout dropout;
    private readonly DistilBertLayer[] layers;

    /// <summary>A DistilBERT at a place.</summary>
    public DistilBert(ParamScope scope, DistilBertConfig config) : base(scope)
    {
        Config = config;
        ParamScope embeddings = scope / "embeddings";
        words = new(embeddings / "word_embeddings", config.VocabularySize, config.HiddenSize, paddingIdx: 0, config.Normal);
        positions = new(embeddings / "position_embeddings", config.PositionCount, config.HiddenSize, initializer: config.Normal);
        norm = new(embeddings / "LayerNorm", config.HiddenSize, DistilBertConfig.Epsilon);
        dropout = new(embeddings / "dropout", config.Dropout);
        layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new DistilBertLayer(scope / "transformer" / "layer" / i, config))];
    }

    /// <summary>Loads a folder, without the head it may have.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static DistilBert FromPretrained(string folder) => Checkpoint.Load(folder, "distilbert", (scope, file) => new DistilBert(scope, DistilBertConfig.From(file)));

    /// <summary>The sizes.</summary>
    public DistilBertConfig Config { get; }

    /// <summary>The vectors of the pieces, [vocabulary, features].</summary>
    public Tensor WordEmbeddings => words.Weight;

    /// <summary>Encodes texts.</summary>
    /// <param name="ids">Int64 [batch, time].</param>
    /// <param name="attentionMask">[batch, time]: 1 for a piece, 0 for padding; null: no padding.</param>
    /// <param name="trace">Collects hidden states and attention weights.</param>
    /// <returns>[batch, time, features].</returns>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, Trace? trace = null)
    {
        Heads.Check(nameof(DistilBert), ids, Config.VocabularySize, Config.PositionCount);
        int length = ids.Shape[1];
        Tensor x = dropout.Forward(norm.Forward(words.Forward(ids) + positions.Weight.Narrow(0, 0, length))); // [B, T, C]
        Tensor? mask = Heads.Keys(attentionMask, ids.Shape[0], length);         // [B, 1, 1, T]
        trace?.HiddenStates.Add(x);
        foreach (DistilBertLayer layer in layers)
        {
            x = layer.Forward(x, mask, trace);
            trace?.HiddenStates.Add(x);
        }
        return x;
    }
}

internal sealed class DistilBertLayer : Module
{
    private readonly DistilBertConfig config;
    private readonly Linear query, key, value, attentionOutput, inner, outer;
    private readonly LayerNorm attentionNorm, outputNorm;
    private readonly Dropout dropout;
    private readonly Func<Tensor, Tensor> activation;

    internal DistilBertLayer(ParamScope scope, DistilBertConfig config) : base(scope)
    {
        this.config = config;
        int size = config.HiddenSize;
        Linear Dense(ParamScope place, int inputs, int outputs) => new(place, inputs, outputs, initializer: config.Normal);
        query = Dense(scope / "attention" / "q_lin", size, size);
        key = Dense(scope / "attention" / "k_lin", size, size);
        value = Dense(scope / "attention" / "v_lin", size, size);
        attentionOutput = Dense(scope / "attention" / "out_lin", size, size);
        attentionNorm = new(scope / "sa_layer_norm", size, DistilBertConfig.Epsilon);
        inner = Dense(scope / "ffn" / "lin1", size, config.IntermediateSize);
        outer = Dense(scope / "ffn" / "lin2", config.IntermediateSize, size);
        outputNorm = new(scope / "output_layer_norm", size, DistilBertConfig.Epsilon);
        dropout = new(scope / "ffn" / "dropout", config.Dropout);
        activation = Heads.Activation(config.Activation);
    }

    internal Tensor Forward(Tensor x, Tensor? mask, Trace? trace)
    {
        Tensor q = Heads.Split(query.Forward(x), config.HeadCount);             // [B, heads, T, size]
        Tensor k = Heads.Split(key.Forward(x), config.HeadCount);
        Tensor v = Heads.Split(value.Forward(x), config.HeadCount);
        Tensor seen = Heads.Merge(Heads.Attend(q, k, v, mask, isCausal: false, scale: null, config.AttentionDropout, this, trace?.Attentions)); // [B, T, C]
        x = attentionNorm.Forward(x + attentionOutput.Forward(seen));
        return outputNorm.Forward(x + dropout.Forward(outer.Forward(activation(inner.Forward(x))))); // [B, T, C]
    }
}

/// <summary>DistilBERT that says which piece is hidden.</summary>
public sealed class DistilBertForMaskedLM : PretrainedModel
{
    private readonly DistilBert distilbert;
    private readonly Linear transform;
    private readonly LayerNorm norm;
    private readonly Tensor weight, bias;
    private readonly Func<Tensor, Tensor> activation;

    /// <summary>The model at a place.</summary>
    public DistilBertForMaskedLM(ParamScope scope, DistilBertConfig config) : base(scope, config)
    {
        distilbert = new(scope / "distilbert", config);
        transform = new(scope / "vocab_transform", config.HiddenSize, config.HiddenSize, initializer: config.Normal);
        norm = new(scope / "vocab_layer_norm", config.HiddenSize, DistilBertConfig.Epsilon);
        weight = (scope / "vocab_projector").Tie("weight", distilbert.WordEmbeddings);
        bias = (scope / "vocab_projector").Parameter("bias", [config.VocabularySize], Initializers.Zeros);
        activation = Heads.Activation(config.Activation);
    }

    /// <summary>Loads a folder.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static DistilBertForMaskedLM FromPretrained(string folder) => Checkpoint.Load(folder, "distilbert", (scope, file) => new DistilBertForMaskedLM(scope, DistilBertConfig.From(file)));

    /// <summary>Scores for every piece.</summary>
    /// <returns>[batch, time, vocabulary].</returns>
    /// <inheritdoc cref="DistilBert.Forward"/>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, Trace? trace = null) =>
        norm.Forward(activation(transform.Forward(distilbert.Forward(ids, attentionMask, trace)))).Linear(weight, bias);
}

/// <summary>DistilBERT that puts texts into classes.</summary>
public sealed class DistilBertForSequenceClassification : PretrainedModel
{
    private readonly DistilBert distilbert;
    private readonly Linear preClassifier, classifier;
    private readonly Dropout dropout;

    /// <summary>The model at a place; a class for each of the configuration's labels.</summary>
    public DistilBertForSequenceClassification(ParamScope scope, DistilBertConfig config) : base(scope, config)
    {
        distilbert = new(scope / "distilbert", config);
        preClassifier = new(scope / "pre_classifier", config.HiddenSize, config.HiddenSize, initializer: config.Normal);
        classifier = new(scope / "classifier", config.HiddenSize, config.Labels.Count, initializer: config.Normal);
        dropout = new(scope / "dropout", config.ClassifierDropout);
    }

    /// <summary>Loads a folder; with <paramref name="labels"/> for these classes, their layers new where the folder's do not fit.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static DistilBertForSequenceClassification FromPretrained(string folder, IReadOnlyList<string>? labels = null, RandomGenerator? generator = null) => Checkpoint.Load(
        folder, "distilbert", (scope, file) => new DistilBertForSequenceClassification(scope, DistilBertConfig.From(file) is var config && labels is not null ? config with { Labels = labels } : config),
        labels is null ? [] : ["classifier.", "pre_classifier."], generator);

    /// <summary>Scores for each class, from the first piece.</summary>
    /// <returns>[batch, classes].</returns>
    /// <inheritdoc cref="DistilBert.Forward"/>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, Trace? trace = null)
    {
        Tensor first = distilbert.Forward(ids, attentionMask, trace).Select(1, 0); // [B, C]
        return classifier.Forward(dropout.Forward(preClassifier.Forward(first).Relu()));
    }
}
