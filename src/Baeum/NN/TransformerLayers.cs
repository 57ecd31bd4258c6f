namespace Baeum;

/// <summary>The non-linearity between the two linear layers of a Transformer layer.</summary>
public enum TransformerActivation
{
    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x·Φ(x).</summary>
    Gelu,
}

/// <summary>Settings that all layers of a Transformer share.</summary>
/// <param name="ModelSize">Features of a position.</param>
/// <param name="HeadCount">Heads; must divide <paramref name="ModelSize"/>.</param>
/// <param name="FeedForwardSize">Features between the two linear layers.</param>
/// <param name="Dropout">Share dropped in training, of attention weights, of hidden features and of what is added to the stream.</param>
/// <param name="Activation">Between the two linear layers.</param>
/// <param name="NormFirst">Whether each part normalises its input (Xiong and others, 2020) rather than the sum after it.</param>
/// <param name="BatchFirst">Whether sequences are [batch, time, features] rather than [time, batch, features].</param>
/// <param name="LayerNormEpsilon">Added to variances.</param>
public sealed record TransformerSettings(
    int ModelSize, int HeadCount, int FeedForwardSize = 2048, double Dropout = 0.1, TransformerActivation Activation = TransformerActivation.Relu,
    bool NormFirst = false, bool BatchFirst = false, double LayerNormEpsilon = 1e-5);

/// <summary>The part that both kinds of layers share: two linear layers with a non-linearity, and dropout.</summary>
public abstract class TransformerLayer : Module
{
    private readonly Linear first, second;

    private protected TransformerLayer(ParamScope scope, TransformerSettings settings, bool hasMemory) : base(scope)
    {
        Settings = settings;
        SelfAttention = Attention(scope / "self_attn");
        if (hasMemory) MemoryAttention = Attention(scope / "multihead_attn");
        first = new Linear(scope / "linear1", settings.ModelSize, settings.FeedForwardSize);
        second = new Linear(scope / "linear2", settings.FeedForwardSize, settings.ModelSize);
    }

    /// <summary>The settings.</summary>
    public TransformerSettings Settings { get; }

    private protected MultiheadAttention SelfAttention { get; }

    private protected MultiheadAttention? MemoryAttention { get; }

    private protected LayerNorm Norm(string name) => new(Scope! / name, Settings.ModelSize, Settings.LayerNormEpsilon);

    private protected Tensor FeedForward(Tensor x)
    {
        var hidden = first.Forward(x);
        hidden = Settings.Activation == TransformerActivation.Gelu ? hidden.Gelu() : hidden.Relu();
        return Drop(second.Forward(Drop(hidden)));
    }

    private protected Tensor Drop(Tensor x) => Settings.Dropout > 0 ? x.Dropout(Settings.Dropout, Scope!.Generator, IsTraining) : x;

    /// <summary>x + part(norm(x)), or norm(x + part(x)).</summary>
    private protected Tensor Add(Tensor x, LayerNorm norm, Func<Tensor, Tensor> part) =>
        Settings.NormFirst ? x + part(norm.Forward(x)) : norm.Forward(x + part(x));

    private MultiheadAttention Attention(ParamScope scope) => new(scope, Settings.ModelSize, Settings.HeadCount, Settings.Dropout, batchFirst: Settings.BatchFirst);
}

/// <summary>Self-attention and two linear layers, each with a residual connection and layer norm (Vaswani and others, 2017).</summary>
public sealed class TransformerEncoderLayer : TransformerLayer
{
    private readonly LayerNorm norm1, norm2;

    /// <summary>Draws weights as PyTorch does.</summary>
    public TransformerEncoderLayer(ParamScope scope, TransformerSettings settings) : base(scope, settings, hasMemory: false)
    {
        norm1 = Norm("norm1");
        norm2 = Norm("norm2");
    }

    /// <summary>Draws weights as PyTorch does; the other settings have their defaults.</summary>
    public TransformerEncoderLayer(ParamScope scope, int modelSize, int headCount, int feedForwardSize = 2048, double dropout = 0.1, bool batchFirst = false)
        : this(scope, new TransformerSettings(modelSize, headCount, feedForwardSize, dropout, BatchFirst: batchFirst))
    {
    }

    /// <summary>Computes the layer; masks as in <see cref="MultiheadAttention.Forward"/>.</summary>
    /// <param name="x">[batch, time, features] or as the layer was built.</param>
    /// <param name="mask">[time, time]: true or -∞ where a position must not see another.</param>
    /// <param name="keyPaddingMask">[batch, time]: true at padding.</param>
    /// <param name="isCausal">Whether a position sees only itself and those before.</param>
    public Tensor Forward(Tensor x, Tensor? mask = null, Tensor? keyPaddingMask = null, bool isCausal = false)
    {
        x = Add(x, norm1, y => Drop(SelfAttention.Forward(y, y, y, keyPaddingMask, mask, isCausal).Output));
        return Add(x, norm2, FeedForward);
    }
}

/// <summary>Self-attention, attention to an encoder's output and two linear layers (Vaswani and others, 2017).</summary>
public sealed class TransformerDecoderLayer : TransformerLayer
{
    private readonly LayerNorm norm1, norm2, norm3;

    /// <summary>Draws weights as PyTorch does.</summary>
    public TransformerDecoderLayer(ParamScope scope, TransformerSettings settings) : base(scope, settings, hasMemory: true)
    {
        norm1 = Norm("norm1");
        norm2 = Norm("norm2");
        norm3 = Norm("norm3");
    }

    /// <summary>Draws weights as PyTorch does; the other settings have their defaults.</summary>
    public TransformerDecoderLayer(ParamScope scope, int modelSize, int headCount, int feedForwardSize = 2048, double dropout = 0.1, bool batchFirst = false)
        : this(scope, new TransformerSettings(modelSize, headCount, feedForwardSize, dropout, BatchFirst: batchFirst))
    {
    }

    /// <summary>Computes the layer; masks as in <see cref="MultiheadAttention.Forward"/>.</summary>
    /// <param name="x">[batch, time, features] or as the layer was built.</param>
    /// <param name="memory">The encoder's output, [batch, source time, features].</param>
    /// <param name="mask">[time, time]: true or -∞ where a position must not see another.</param>
    /// <param name="memoryMask">[time, source time].</param>
    /// <param name="keyPaddingMask">[batch, time]: true at padding.</param>
    /// <param name="memoryKeyPaddingMask">[batch, source time]: true at padding.</param>
    /// <param name="isCausal">Whether a position sees only itself and those before.</param>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? mask = null, Tensor? memoryMask = null, Tensor? keyPaddingMask = null, Tensor? memoryKeyPaddingMask = null, bool isCausal = false)
    {
        x = Add(x, norm1, y => Drop(SelfAttention.Forward(y, y, y, keyPaddingMask, mask, isCausal).Output));
        x = Add(x, norm2, y => Drop(MemoryAttention!.Forward(y, memory, memory, memoryKeyPaddingMask, memoryMask).Output));
        return Add(x, norm3, FeedForward);
    }
}
