using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace LibTorchPeer;

/// <summary>Attention over all heads by libtorch's fused function.</summary>
internal static class Heads
{
    internal static Tensor Attend(Tensor projected, int heads, bool causal)
    {
        long batch = projected.shape[0], time = projected.shape[1], width = projected.shape[2] / 3;
        var parts = projected.split(width, 2).Select(part => part.view(batch, time, heads, width / heads).transpose(1, 2)).ToArray(); // [batch, heads, time, size]
        return F.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: causal).transpose(1, 2).reshape(batch, time, width);
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
    private readonly ModuleList<Module<Tensor, Tensor>> parts;

    internal Encoder(int width, int heads, int inner, int layers) : base(nameof(Encoder))
    {
        this.heads = heads;
        parts = new ModuleList<Module<Tensor, Tensor>>([.. Enumerable.Range(0, layers).SelectMany(_ => (Module<Tensor, Tensor>[])
            [Linear(width, 3 * width), Linear(width, width), LayerNorm(width), Linear(width, inner), Linear(inner, width), LayerNorm(width)])]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        for (int i = 0; i < parts.Count; i += 6)
        {
            x = parts[i + 2].call(x + parts[i + 1].call(Heads.Attend(parts[i].call(x), heads, causal: false)));
            x = parts[i + 5].call(x + parts[i + 4].call(F.gelu(parts[i + 3].call(x))));
        }
        return x;
    }
}
