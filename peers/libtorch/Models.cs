using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace LibTorchPeer;

/// <summary>Attention over all heads by libtorch's fused function.</summary>
internal static class Heads
{
    internal static Tensor Attend(Tensor projected, int heads, bool causal, double dropout = 0)
    {
        long batch = projected.shape[0], time = projected.shape[1], width = projected.shape[2] / 3;
        var parts = projected.split(width, 2).Select(part => part.view(batch, time, heads, width / heads).transpose(1, 2)).ToArray(); // [batch, heads, time, size]
        return F.scaled_dot_product_attention(parts[0], parts[1], parts[2], p: dropout, is_casual: causal).transpose(1, 2).reshape(batch, time, width);
    }
}

internal sealed class Block : Module<Tensor, Tensor>
{
    private readonly int heads;
    private readonly LayerNorm norm1, norm2;
    private readonly Linear projection, output, wide, narrow;

    internal Block(int width, int heads) : base(nameof(Block))
    {
        this.heads = heads;
        (norm1, norm2) = (LayerNorm(width), LayerNorm(width));
        (projection, output, wide, narrow) = (Linear(width, 3 * width), Linear(width, width), Linear(width, 4 * width), Linear(4 * width, width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = x + output.call(Heads.Attend(projection.call(norm1.call(x)), heads, causal: true));
        return x + narrow.call(F.gelu(wide.call(norm2.call(x))));
    }
}

internal sealed class Gpt : Module<Tensor, Tensor>
{
    private readonly Embedding tokens, positions;
    private readonly ModuleList<Block> blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    internal Gpt(int vocabulary, int width, int heads, int layers, int length) : base(nameof(Gpt))
    {
        (tokens, positions) = (Embedding(vocabulary, width), Embedding(length, width));
        blocks = new ModuleList<Block>([.. Enumerable.Range(0, layers).Select(_ => new Block(width, heads))]);
        (norm, head) = (LayerNorm(width), Linear(width, vocabulary, hasBias: false));
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        var x = tokens.call(ids) + positions.weight![TensorIndex.Slice(0, ids.shape[1])];
        foreach (var block in blocks) x = block.call(x);
        return head.call(norm.call(x));
    }
}

/// <summary>The encoder of a sentence-embedding model: post-norm, GELU.</summary>
internal sealed class Encoder : Module<Tensor, Tensor>
{
    private readonly int heads;
    private readonly double dropout;
    private readonly ModuleList<Module<Tensor, Tensor>> parts;

    internal Encoder(int width, int heads, int inner, int layers, double dropout = 0) : base(nameof(Encoder))
    {
        (this.heads, this.dropout) = (heads, dropout);
        parts = new ModuleList<Module<Tensor, Tensor>>([.. Enumerable.Range(0, layers).SelectMany(_ => (Module<Tensor, Tensor>[])
            [Linear(width, 3 * width), Linear(width, width), LayerNorm(width), Linear(width, inner), Linear(inner, width), LayerNorm(width)])]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        for (int i = 0; i < parts.Count; i += 6)
        {
            x = parts[i + 2].call(x + Drop(parts[i + 1].call(Heads.Attend(parts[i].call(x), heads, causal: false, training ? dropout : 0))));
            x = parts[i + 5].call(x + Drop(parts[i + 4].call(F.gelu(parts[i + 3].call(x)))));
        }
        return x;

        Tensor Drop(Tensor t) => dropout == 0 ? t : F.dropout(t, dropout, training);
    }
}

/// <summary>A BERT that classifies, as transformers builds it: learned positions, the encoder, a pooler, dropout of 0.1 everywhere.</summary>
internal sealed class Classifier : Module<Tensor, Tensor>
{
    private readonly Embedding words, positions, types;
    private readonly LayerNorm norm;
    private readonly Encoder encoder;
    private readonly Linear pooler, head;

    internal Classifier(int vocabulary, int width, int heads, int inner, int layers, int classes) : base(nameof(Classifier))
    {
        (words, positions, types) = (Embedding(vocabulary, width), Embedding(512, width), Embedding(2, width));
        (norm, encoder, pooler, head) = (LayerNorm(width), new Encoder(width, heads, inner, layers, dropout: 0.1), Linear(width, width), Linear(width, classes));
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        var x = words.call(ids) + positions.weight![TensorIndex.Slice(0, ids.shape[1])] + types.call(zeros_like(ids));
        x = encoder.call(F.dropout(norm.call(x), 0.1, training));
        return head.call(F.dropout(tanh(pooler.call(x[TensorIndex.Colon, 0])), 0.1, training));
    }
}

/// <summary>Attention as transformers' T5 computes it: scores without scale, a bias, softmax in full.</summary>
internal sealed class T5Attention : Module<Tensor, Tensor, Tensor?, Tensor>
{
    private readonly int heads;
    private readonly Linear query, key, value, output;

    internal T5Attention(int width, int heads) : base(nameof(T5Attention))
    {
        this.heads = heads;
        (query, key, value, output) = (Linear(width, width, hasBias: false), Linear(width, width, hasBias: false), Linear(width, width, hasBias: false), Linear(width, width, hasBias: false));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor seen, Tensor? bias)
    {
        Tensor Split(Tensor t) => t.view(t.shape[0], t.shape[1], heads, -1).transpose(1, 2); // [batch, heads, time, size]
        var scores = Split(query.call(x)).matmul(Split(key.call(seen)).transpose(2, 3));
        if (bias is not null) scores = scores + bias;
        return output.call(F.dropout(F.softmax(scores, -1), 0.1, training).matmul(Split(value.call(seen))).transpose(1, 2).reshape(x.shape));
    }
}

internal sealed class T5Norm : Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    internal T5Norm(int width) : base(nameof(T5Norm))
    {
        weight = Parameter(ones(width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => weight * (x * rsqrt(x.square().mean([-1], keepdim: true) + 1e-6));
}

/// <summary>A stack of a T5: each block attends to itself and, in the decoder, to the encoded text.</summary>
internal sealed class T5Stack : Module<Tensor, Tensor?, Tensor>
{
    private readonly bool isDecoder;
    private readonly int layers;
    private readonly Embedding distances;
    private readonly ModuleList<T5Attention> attentions = new(), crossAttentions = new();
    private readonly ModuleList<T5Norm> norms = new();
    private readonly ModuleList<Linear> inner = new(), outer = new();

    internal T5Stack(int width, int heads, int hidden, int layers, bool isDecoder) : base(nameof(T5Stack))
    {
        (this.isDecoder, this.layers, distances) = (isDecoder, layers, Embedding(32, heads));
        for (int i = 0; i < layers; i++)
        {
            attentions.Add(new T5Attention(width, heads));
            if (isDecoder) crossAttentions.Add(new T5Attention(width, heads));
            for (int n = 0; n < 3; n++) norms.Add(new T5Norm(width));
            inner.Add(Linear(width, hidden, hasBias: false));
            outer.Add(Linear(hidden, width, hasBias: false));
        }
        norms.Add(new T5Norm(width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor? encoded)
    {
        long time = x.shape[1];
        var places = arange(time);
        // near enough to the real classes of distances: the same work
        var bias = distances.call((places.unsqueeze(0) - places.unsqueeze(1)).clamp(-15, 15) + 15).permute(2, 0, 1).unsqueeze(0);
        if (isDecoder) bias = bias.masked_fill(ones(time, time).triu(1).to_type(ScalarType.Bool), float.NegativeInfinity);
        Tensor Drop(Tensor t) => F.dropout(t, 0.1, training);
        x = Drop(x);
        for (int i = 0; i < layers; i++)
        {
            var normed = norms[3 * i].call(x);
            x = x + Drop(attentions[i].call(normed, normed, bias));
            if (isDecoder) x = x + Drop(crossAttentions[i].call(norms[3 * i + 1].call(x), encoded!, null));
            x = x + Drop(outer[i].call(Drop(F.relu(inner[i].call(norms[3 * i + 2].call(x))))));
        }
        return Drop(norms[3 * layers].call(x));
    }
}

/// <summary>A T5 whose word vectors are its output weights too.</summary>
internal sealed class T5 : Module<Tensor, Tensor, Tensor>
{
    private readonly int width;
    private readonly Embedding words;
    private readonly T5Stack encoder, decoder;

    internal T5(int vocabulary, int width, int heads, int hidden, int layers) : base(nameof(T5))
    {
        this.width = width;
        words = Embedding(vocabulary, width);
        (encoder, decoder) = (new T5Stack(width, heads, hidden, layers, isDecoder: false), new T5Stack(width, heads, hidden, layers, isDecoder: true));
        RegisterComponents();
    }

    public override Tensor forward(Tensor source, Tensor target) =>
        F.linear(decoder.call(words.call(target), encoder.call(words.call(source), null)) * Math.Pow(width, -0.5), words.weight!);
}
