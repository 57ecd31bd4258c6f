namespace Baeum.Models;

/// <summary>The sizes of a GPT-2.</summary>
/// <param name="VocabularySize">Pieces.</param>
/// <param name="PositionCount">The longest text.</param>
/// <param name="HiddenSize">Features of a position.</param>
/// <param name="LayerCount">Layers.</param>
/// <param name="HeadCount">Attention heads; divides <paramref name="HiddenSize"/>.</param>
/// <param name="IntermediateSize">Features inside the feed-forward part; null: four times <paramref name="HiddenSize"/>.</param>
/// <param name="Activation">Between the two feed-forward layers.</param>
/// <param name="Dropout">Share dropped after embeddings and sub-layers.</param>
/// <param name="AttentionDropout">Share of the attention weights dropped.</param>
/// <param name="Epsilon">Of the layer norms.</param>
/// <param name="InitializerRange">Standard deviation of new weights.</param>
/// <param name="HasBiases">Whether linear layers and norms have biases; nanoGPT trains without.</param>
/// <param name="TiesOutput">Whether the word vectors are the output weights too; minGPT's are not.</param>
public sealed record Gpt2Config(
    int VocabularySize = 50257, int PositionCount = 1024, int HiddenSize = 768, int LayerCount = 12, int HeadCount = 12, int? IntermediateSize = null,
    string Activation = "gelu_new", double Dropout = 0.1, double AttentionDropout = 0.1, double Epsilon = 1e-5, double InitializerRange = 0.02,
    bool HasBiases = true, bool TiesOutput = true) : ModelConfig
{
    /// <summary>The sizes of minGPT and of the published GPT-2: nano, micro, mini, gopher-44m, gpt2, gpt2-medium, gpt2-large, gpt2-xl.</summary>
    /// <exception cref="ArgumentException">The name is not one of them.</exception>
    public static Gpt2Config Named(string name, int vocabularySize = 50257, int positionCount = 1024)
    {
        (int layers, int heads, int size) = name switch
        {
            "nano" => (3, 3, 48),
            "micro" => (4, 4, 128),
            "mini" => (6, 6, 192),
            "gopher-44m" => (8, 16, 512),
            "gpt2" => (12, 12, 768),
            "gpt2-medium" => (24, 16, 1024),
            "gpt2-large" => (36, 20, 1280),
            "gpt2-xl" => (48, 25, 1600),
            _ => throw new ArgumentException($"Gpt2Config: there is no size '{name}'; there are nano, micro, mini, gopher-44m, gpt2, gpt2-medium, gpt2-large and gpt2-xl.", nameof(name)),
        };
        return new(vocabularySize, positionCount, size, layers, heads);
    }

    /// <summary>Reads the fields that Hugging Face writes.</summary>
    /// <exception cref="ModelException">One is missing or wrong.</exception>
    public static Gpt2Config From(ConfigFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new(
            file.Int("vocab_size", 50257), file.Int("n_positions|n_ctx", 1024), file.Int("n_embd", 768), file.Int("n_layer", 12), file.Int("n_head", 12),
            file.Has("n_inner") ? file.Int("n_inner") : null, file.Word("activation_function", "gelu_new"), file.Number("resid_pdrop", 0.1), file.Number("attn_pdrop", 0.1),
            file.Number("layer_norm_epsilon", 1e-5), file.Number("initializer_range", 0.02), file.Flag("bias", true), file.Flag("tie_word_embeddings", true));
    }

    /// <inheritdoc/>
    public override int? LongestText => PositionCount;

    /// <inheritdoc/>
    public override ConfigFile ToFile(string architecture) => Describe(architecture.Replace("Gpt2", "GPT2", StringComparison.Ordinal), "gpt2", new()
    {
        ["vocab_size"] = VocabularySize,
        ["n_positions"] = PositionCount,
        ["n_ctx"] = PositionCount,
        ["n_embd"] = HiddenSize,
        ["n_layer"] = LayerCount,
        ["n_head"] = HeadCount,
        ["n_inner"] = IntermediateSize,
        ["activation_function"] = Activation,
        ["resid_pdrop"] = Dropout,
        ["embd_pdrop"] = Dropout,
        ["attn_pdrop"] = AttentionDropout,
        ["layer_norm_epsilon"] = Epsilon,
        ["initializer_range"] = InitializerRange,
        ["bias"] = HasBiases,
        ["tie_word_embeddings"] = TiesOutput,
    });

    internal Initializer Normal => Initializers.Normal(0, InitializerRange);

    /// <summary>Weights that add to the residual stream start smaller, so that its spread does not grow with depth (Radford and others, 2019).</summary>
    internal Initializer ResidualNormal => Initializers.Normal(0, InitializerRange / Math.Sqrt(2 * Math.Max(1, LayerCount)));

    /// <summary>A norm; without biases there is one of zeros in the state, so that a saved folder has the names that transformers asks for.</summary>
    internal LayerNorm Norm(ParamScope scope)
    {
        if (!HasBiases) scope.Buffer("bias", Tensor.Zeros([HiddenSize], scope.DType));
        return new(scope, HiddenSize, Epsilon, bias: HasBiases);
    }
}

/// <summary>
/// GPT-2 (Radford and others, 2019): word and position vectors, then layers that look back only, each sub-layer behind its norm; the word
/// vectors are, as a rule, the output weights too.
/// </summary>
public sealed class Gpt2LMHeadModel : PretrainedModel, ILanguageModel
{
    private readonly Gpt2Config config;
    private readonly Embedding words, positions;
    private readonly Dropout dropout;
    private readonly Gpt2Layer[] layers;
    private readonly LayerNorm norm;
    private readonly Tensor output;

    /// <summary>The model at a place.</summary>
    public Gpt2LMHeadModel(ParamScope scope, Gpt2Config config) : base(scope, config)
    {
        this.config = config;
        ParamScope transformer = scope / "transformer";
        words = new(transformer / "wte", config.VocabularySize, config.HiddenSize, initializer: config.Normal);
        positions = new(transformer / "wpe", config.PositionCount, config.HiddenSize, initializer: config.Normal);
        dropout = new(transformer / "drop", config.Dropout);
        layers = [.. Enumerable.Range(0, config.LayerCount).Select(i => new Gpt2Layer(transformer / "h" / i, config, i))];
        norm = config.Norm(transformer / "ln_f");
        ParamScope head = scope / "lm_head";
        output = config.TiesOutput ? head.Tie("weight", words.Weight) : head.Parameter("weight", [config.VocabularySize, config.HiddenSize], config.Normal);
    }

    /// <inheritdoc/>
    public int VocabularySize => config.VocabularySize;

    /// <inheritdoc/>
    public int PositionCount => config.PositionCount;

    /// <summary>Loads a folder.</summary>
    /// <inheritdoc cref="Checkpoint.Load"/>
    public static Gpt2LMHeadModel FromPretrained(string folder) => Checkpoint.Load(folder, "transformer", (scope, file) => new Gpt2LMHeadModel(scope, Gpt2Config.From(file)));

    /// <summary>Scores for the piece that follows each piece.</summary>
    /// <param name="ids">Int64 [batch, time]: the pieces behind those in the cache.</param>
    /// <param name="attentionMask">[batch, cached and new time]: 1 for a piece, 0 for padding; null: no padding.</param>
    /// <param name="cache">The positions seen before; takes these in.</param>
    /// <param name="trace">Collects hidden states and attention weights.</param>
    /// <param name="positionIds">Int64 [batch, time]: where each piece stands; null: behind the cached ones in order.</param>
    /// <returns>[batch, time, vocabulary].</returns>
    public Tensor Forward(Tensor ids, Tensor? attentionMask = null, KeyValueCache? cache = null, Trace? trace = null, Tensor? positionIds = null)
    {
        int past = cache?.Length ?? 0;
        Heads.Check(nameof(Gpt2LMHeadModel), ids, config.VocabularySize, config.PositionCount - past);
        int batchSize = ids.Shape[0], length = ids.Shape[1];
        Tensor places = positionIds is null ? positions.Weight.Narrow(0, past, length) : positions.Forward(positionIds);
        Tensor x = dropout.Forward(words.Forward(ids) + places);                // [B, T, C]
        Tensor? keys = Heads.Keys(attentionMask, batchSize, past + length);
        // without padding and cache, "look back only" needs no mask in memory
        Tensor? mask = keys is null && (past == 0 || length == 1) ? null : Heads.Causal(keys, length, past + length);
        bool isCausal = mask is null && past == 0;
        foreach (Gpt2Layer layer in layers)
        {
            trace?.HiddenStates.Add(x);
            x = layer.Forward(x, mask, isCausal, cache, trace);
        }
        x = norm.Forward(x);
        trace?.HiddenStates.Add(x);
        return x.Linear(output);                                                // [B, T, vocabulary]
    }

    Tensor ILanguageModel.Next(Tensor ids, Tensor? attentionMask, Tensor? positionIds, KeyValueCache cache) =>
        Forward(ids, attentionMask, cache, positionIds: positionIds);
}

internal sealed class Gpt2Layer : Module
{
    private readonly Gpt2Config config;
    private readonly int index;
    private readonly LayerNorm attentionNorm, feedForwardNorm;
    private readonly Projection queryKeyValue, attentionOutput, inner, outer;
    private readonly Dropout dropout;
    private readonly Func<Tensor, Tensor> activation;

    internal Gpt2Layer(ParamScope scope, Gpt2Config config, int index) : base(scope)
    {
        (this.config, this.index) = (config, index);
        int size = config.HiddenSize, intermediate = config.IntermediateSize ?? 4 * size;
        attentionNorm = config.Norm(scope / "ln_1");
        queryKeyValue = new(scope / "attn" / "c_attn", size, 3 * size, config.Normal, config.HasBiases);
        attentionOutput = new(scope / "attn" / "c_proj", size, size, config.ResidualNormal, config.HasBiases);
        feedForwardNorm = config.Norm(scope / "ln_2");
        inner = new(scope / "mlp" / "c_fc", size, intermediate, config.Normal, config.HasBiases);
        outer = new(scope / "mlp" / "c_proj", intermediate, size, config.ResidualNormal, config.HasBiases);
        dropout = new(scope / "mlp" / "dropout", config.Dropout);
        activation = Heads.Activation(config.Activation);
    }

    internal Tensor Forward(Tensor x, Tensor? mask, bool isCausal, KeyValueCache? cache, Trace? trace)
    {
        Tensor[] parts = queryKeyValue.Forward(attentionNorm.Forward(x)).Chunk(3, -1);
        Tensor q = Heads.Split(parts[0], config.HeadCount);                     // [B, heads, T, size]
        Tensor k = Heads.Split(parts[1], config.HeadCount), v = Heads.Split(parts[2], config.HeadCount);
        if (cache is not null) (k, v) = cache.Append(index, k, v);              // [B, heads, past + T, size]
        Tensor seen = Heads.Merge(Heads.Attend(q, k, v, mask, isCausal, scale: null, config.AttentionDropout, this, trace?.Attentions)); // [B, T, C]
        x += dropout.Forward(attentionOutput.Forward(seen));
        return x + dropout.Forward(outer.Forward(activation(inner.Forward(feedForwardNorm.Forward(x))))); // [B, T, C]
    }

    /// <summary>A linear layer whose weight stands as [inputs, outputs], as GPT-2's first program had it.</summary>
    private sealed class Projection(ParamScope scope, int inputs, int outputs, Initializer initializer, bool hasBias) : Layer(scope), IAdaptableLayer
    {
        public Tensor Weight { get; } = scope.Parameter("weight", [inputs, outputs], initializer);

        private readonly Tensor bias = hasBias ? scope.Parameter("bias", [outputs], Initializers.Zeros) : scope.Buffer("bias", Tensor.Zeros([outputs], scope.DType));

        public bool IsTransposed => true;

        public Func<Tensor, Tensor>? Adapter { get; set; }

        public override Tensor Forward(Tensor x)
        {
            Tensor y = x.Linear(Weight.T, hasBias ? bias : null);
            return Adapter is null ? y : y + Adapter(x);
        }
    }
}
