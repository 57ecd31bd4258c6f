namespace Baeum.Models;

/// <summary>What every attention here does with its heads and masks.</summary>
internal static class Heads
{
    /// <summary>[batch, time, heads · size] becomes [batch, heads, time, size].</summary>
    internal static Tensor Split(Tensor x, int headCount) => x.Reshape(x.Shape[0], x.Shape[1], headCount, x.Shape[2] / headCount).Transpose(1, 2);

    /// <summary>[batch, heads, time, size] becomes [batch, time, heads · size].</summary>
    internal static Tensor Merge(Tensor x) => x.Transpose(1, 2).Reshape(x.Shape[0], x.Shape[2], x.Shape[1] * x.Shape[3]);

    /// <summary>Softmax(q·kᵀ·scale + mask)·v by heads, the weights noted in the trace.</summary>
    internal static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask, bool isCausal, double? scale, double dropout, Module module, List<Tensor>? weights)
    {
        var (output, seen) = q.Attention(k, v, mask, isCausal, scale, module.IsTraining ? dropout : 0, module.Scope!.Generator, needsWeights: weights is not null);
        weights?.Add(seen!.Detach());
        return output;
    }

    /// <summary>Which keys may be seen, from a mask of 1 for pieces and 0 for padding: [batch, time] becomes Bool [batch, 1, 1, time]; null stays null.</summary>
    /// <exception cref="ArgumentException">The mask is not of the wanted shape.</exception>
    internal static Tensor? Keys(Tensor? attentionMask, int batchSize, int keys)
    {
        if (attentionMask is null) return null;
        if (attentionMask.Rank != 2 || attentionMask.Shape[0] != batchSize || attentionMask.Shape[1] != keys)
            throw new ArgumentException($"the attention mask {attentionMask.Shape} must be [{batchSize}, {keys}]: batch, keys; 1 for a piece and 0 for padding.", nameof(attentionMask));
        return attentionMask.Ne(0).Reshape(batchSize, 1, 1, keys);
    }

    /// <summary>Which keys a decoder's queries may see, the queries being the last of the keys: Bool [batch or 1, 1, queries, keys].</summary>
    internal static Tensor Causal(Tensor? keyMask, int queries, int keys)
    {
        var past = Tensor.Ones([queries, keys], DType.Bool).Tril(keys - queries).Reshape(1, 1, queries, keys);
        return keyMask is null ? past : past.LogicalAnd(keyMask);
    }

    /// <summary>The activation of this name in a configuration.</summary>
    /// <exception cref="ModelException">It is not known.</exception>
    internal static Func<Tensor, Tensor> Activation(string name) => name switch
    {
        "gelu" => x => x.Gelu(),
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => x => x.Gelu(tanhApproximation: true),
        "relu" => x => x.Relu(),
        "silu" or "swish" => x => x.Silu(),
        "tanh" => x => x.Tanh(),
        _ => throw new ModelException($"the activation '{name}' is not known; known are gelu, gelu_new, gelu_pytorch_tanh, gelu_fast, relu, silu, swish and tanh."),
    };

    /// <summary>Refuses ids that do not fit a model, before an embedding does it with less to say.</summary>
    internal static void Check(string model, Tensor ids, int vocabularySize, int positions)
    {
        if (ids.Rank != 2 || ids.DType != DType.Int64) throw new ArgumentException($"{model}: the ids {ids.DType} {ids.Shape} must be Int64 [batch, time].", nameof(ids));
        if (ids.Count == 0) throw new ArgumentException($"{model}: the ids {ids.Shape} are empty; even an empty text has its marks.", nameof(ids));
        if (ids.Shape[1] > positions) throw new ArgumentException($"{model}: {ids.Shape[1]} pieces are more than its {positions} positions; cut the text (the tokenizer's truncation does it).", nameof(ids));
        var span = ids.Contiguous().ToArray<long>();
        foreach (long id in span)
        {
            if (id < 0 || id >= vocabularySize) throw new ArgumentException($"{model}: the id {id} lies outside its vocabulary of {vocabularySize}; does the tokenizer belong to this model?", nameof(ids));
        }
    }
}
