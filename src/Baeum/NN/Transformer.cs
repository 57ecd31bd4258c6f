namespace Baeum;

/// <summary>Encoder layers one after the other, with a layer norm at the end if wanted.</summary>
public sealed class TransformerEncoder : Module
{
    private readonly ModuleList<TransformerEncoderLayer> layers;
    private readonly LayerNorm? norm;

    /// <summary>All layers begin with the values of the first, as PyTorch's copies do.</summary>
    public TransformerEncoder(ParamScope scope, TransformerSettings settings, int layerCount, bool finalNorm = false) : base(scope)
    {
        layers = TransformerLayers.Copies(scope / "layers", layerCount, place => new TransformerEncoderLayer(place, settings));
        if (finalNorm) norm = new LayerNorm(scope / "norm", settings.ModelSize, settings.LayerNormEpsilon);
    }

    /// <inheritdoc cref="TransformerEncoderLayer.Forward"/>
    public Tensor Forward(Tensor x, Tensor? mask = null, Tensor? keyPaddingMask = null, bool isCausal = false)
    {
        foreach (var layer in layers) x = layer.Forward(x, mask, keyPaddingMask, isCausal);
        return norm?.Forward(x) ?? x;
    }
}

/// <summary>Decoder layers one after the other, with a layer norm at the end if wanted.</summary>
public sealed class TransformerDecoder : Module
{
    private readonly ModuleList<TransformerDecoderLayer> layers;
    private readonly LayerNorm? norm;

    /// <summary>All layers begin with the values of the first, as PyTorch's copies do.</summary>
    public TransformerDecoder(ParamScope scope, TransformerSettings settings, int layerCount, bool finalNorm = false) : base(scope)
    {
        layers = TransformerLayers.Copies(scope / "layers", layerCount, place => new TransformerDecoderLayer(place, settings));
        if (finalNorm) norm = new LayerNorm(scope / "norm", settings.ModelSize, settings.LayerNormEpsilon);
    }

    /// <inheritdoc cref="TransformerDecoderLayer.Forward"/>
    public Tensor Forward(Tensor x, Tensor memory, Tensor? mask = null, Tensor? memoryMask = null, Tensor? keyPaddingMask = null, Tensor? memoryKeyPaddingMask = null, bool isCausal = false)
    {
        foreach (var layer in layers) x = layer.Forward(x, memory, mask, memoryMask, keyPaddingMask, memoryKeyPaddingMask, isCausal);
        return norm?.Forward(x) ?? x;
    }
}

/// <summary>The Transformer of "Attention is all you need" (Vaswani and others, 2017) without embeddings: encoder and decoder.</summary>
public sealed class Transformer : Module
{
    /// <summary>Matrices are drawn by Xavier's rule, as PyTorch does.</summary>
    public Transformer(ParamScope scope, TransformerSettings settings, int encoderLayerCount = 6, int decoderLayerCount = 6) : base(scope)
    {
        Encoder = new TransformerEncoder(scope / "encoder", settings, encoderLayerCount, finalNorm: true);
        Decoder = new TransformerDecoder(scope / "decoder", settings, decoderLayerCount, finalNorm: true);
        if (!scope.DrawsValues) return;
        foreach (var (_, parameter) in NamedParameters())
        {
            if (parameter.Rank > 1) parameter.InitializeInPlace(Initializers.XavierUniform(), scope.Generator);
        }
    }

    /// <summary>The encoder, with a final layer norm.</summary>
    public TransformerEncoder Encoder { get; }

    /// <summary>The decoder, with a final layer norm.</summary>
    public TransformerDecoder Decoder { get; }

    /// <summary>Encodes a source and decodes a target with it.</summary>
    /// <param name="source">[batch, source time, features] or as the layer was built.</param>
    /// <param name="target">[batch, time, features].</param>
    /// <param name="sourceMask">[source time, source time]: true or -∞ where a position must not see another.</param>
    /// <param name="targetMask">[time, time], for example <see cref="CausalMask"/>.</param>
    /// <param name="memoryMask">[time, source time].</param>
    /// <param name="sourceKeyPaddingMask">[batch, source time]: true at padding.</param>
    /// <param name="targetKeyPaddingMask">[batch, time]: true at padding.</param>
    /// <param name="memoryKeyPaddingMask">[batch, source time]: true at padding.</param>
    /// <param name="targetIsCausal">Whether a target position sees only itself and those before; faster than a mask.</param>
    /// <returns>In the shape of the target.</returns>
    public Tensor Forward(
        Tensor source, Tensor target, Tensor? sourceMask = null, Tensor? targetMask = null, Tensor? memoryMask = null,
        Tensor? sourceKeyPaddingMask = null, Tensor? targetKeyPaddingMask = null, Tensor? memoryKeyPaddingMask = null, bool targetIsCausal = false)
    {
        var memory = Encoder.Forward(source, sourceMask, sourceKeyPaddingMask);
        return Decoder.Forward(target, memory, targetMask, memoryMask, targetKeyPaddingMask, memoryKeyPaddingMask, targetIsCausal);
    }

    /// <summary>[size, size]: 0 up to the diagonal, -∞ above it.</summary>
    public static Tensor CausalMask(int size, DType dtype = DType.Float32) => Tensor.Full([size, size], double.NegativeInfinity, dtype).Triu(1);
}

/// <summary>Layers that begin equal.</summary>
internal static class TransformerLayers
{
    /// <summary>Builds layers of which only the first draws from the generator; the others get its values.</summary>
    internal static ModuleList<TLayer> Copies<TLayer>(ParamScope scope, int count, Func<ParamScope, TLayer> build) where TLayer : Module
    {
        if (count <= 0) throw new ArgumentException($"Transformer: the number of layers must be positive, got {count}.");
        TLayer? first = null;
        return new ModuleList<TLayer>(scope, count, place =>
        {
            if (first is null) return first = build(place);
            if (!scope.DrawsValues) return build(place);
            var state = scope.Generator.GetState();
            var copy = build(place);
            scope.Generator.SetState(state);
            copy.LoadStateDict(first.StateDict());
            return copy;
        });
    }
}
