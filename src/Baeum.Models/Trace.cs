namespace Baeum.Models;

/// <summary>Collects what a model computes on its way, for pictures and comparisons; hand one to <c>Forward</c>. Attention is slower with it.</summary>
public sealed class Trace
{
    /// <summary>The input of the first layer and the output of each, <c>[batch, time, features]</c>.</summary>
    public List<Tensor> HiddenStates { get; } = [];

    /// <summary>The attention weights of each layer, <c>[batch, heads, queries, keys]</c>.</summary>
    public List<Tensor> Attentions { get; } = [];

    /// <summary>The weights of a decoder's attention to the encoder, <c>[batch, heads, queries, keys]</c>.</summary>
    public List<Tensor> CrossAttentions { get; } = [];
}
