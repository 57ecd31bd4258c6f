using System.Globalization;

namespace Baeum.Models;

/// <summary>
/// Networks that minGPT or nanoGPT trained, as the GPT-2 they are. Their names are GPT-2's; their weights stand as [outputs, inputs], GPT-2's as
/// [inputs, outputs]; minGPT's word vectors are not the output weights; nanoGPT may have no biases.
/// </summary>
public static class MinGpt
{
    // the four kinds of matrices that GPT-2's first program had the other way round
    private static readonly string[] Projections = ["attn.c_attn.weight", "attn.c_proj.weight", "mlp.c_fc.weight", "mlp.c_proj.weight"];

    /// <summary>Builds the model of a state dictionary; its sizes follow from the shapes.</summary>
    /// <param name="state">The tensors: <c>transformer.wte.weight</c>, <c>transformer.h.0.attn.c_attn.weight</c>, ...</param>
    /// <param name="headCount">Attention heads, which no shape tells.</param>
    /// <param name="activation">Between the feed-forward layers: minGPT's is the approximation <c>gelu_new</c>, nanoGPT's is <c>gelu</c>.</param>
    /// <param name="dropout">Share dropped if it is trained further.</param>
    /// <param name="generator">Where dropout masks come from.</param>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or of other shapes; one table names them all.</exception>
    /// <exception cref="ModelException">The heads do not divide the features.</exception>
    public static Gpt2LMHeadModel FromStateDict(IReadOnlyDictionary<string, Tensor> state, int headCount, string activation = "gelu_new", double dropout = 0.1, RandomGenerator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        // nanoGPT saves what torch.compile calls the model
        Dictionary<string, Tensor> values = state.ToDictionary(entry => entry.Key.Replace("_orig_mod.", "", StringComparison.Ordinal), entry => entry.Value.Detach().To(DType.Float32), StringComparer.Ordinal);
        Tensor words = Matrix("transformer.wte.weight"), positions = Matrix("transformer.wpe.weight"), first = Matrix("transformer.h.0.attn.c_attn.weight"), inner = Matrix("transformer.h.0.mlp.c_fc.weight");
        int size = words.Shape[1], layers = 0;
        if (headCount < 1 || size % headCount != 0) throw new ModelException($"MinGpt: {headCount} heads do not divide {size} features.");
        while (values.ContainsKey(Layer(layers) + "ln_1.weight")) layers++;
        // minGPT's own copy of the look-back mask
        foreach (string mask in values.Keys.Where(name => name.EndsWith(".attn.bias", StringComparison.Ordinal)).ToArray()) values.Remove(mask);
        bool isTransposed = first.Shape[0] == 3 * size && first.Shape[1] == size, hasBiases = values.ContainsKey(Layer(0) + "ln_1.bias");
        for (int layer = 0; layer < layers; layer++)
        {
            foreach (string name in Projections.Select(part => Layer(layer) + part))
            {
                if (isTransposed && values.TryGetValue(name, out Tensor? weight) && weight.Rank == 2) values[name] = weight.T;
            }
        }
        bool isTied = !values.TryGetValue("lm_head.weight", out Tensor? output) || (output.Shape.Equals(words.Shape) && output.Ne(words).CountNonzero().ItemLong() == 0);
        int intermediate = isTransposed ? inner.Shape[0] : inner.Shape[1];
        var config = new Gpt2Config(words.Shape[0], positions.Shape[0], size, layers, headCount, intermediate == 4 * size ? null : intermediate, activation, dropout, dropout, HasBiases: hasBiases, TiesOutput: isTied);
        if (!hasBiases)
        {
            using var quiet = Autograd.NoGrad();
            foreach (var (name, zeros) in new Gpt2LMHeadModel(ParamScope.ShapesOnly(), config).NamedBuffers()) values.TryAdd(name, Tensor.Zeros(zeros.Shape));
        }
        var scope = ParamScope.FromStateDict(values, generator: generator);
        var model = new Gpt2LMHeadModel(scope, config);
        scope.Verify();
        model.Eval();
        return model;

        Tensor Matrix(string name) => values.TryGetValue(name, out Tensor? found) && found.Rank == 2
            ? found
            : throw new CheckpointException($"MinGpt: '{name}' is not there as a matrix; there are {values.Count} tensors{(values.Count > 0 ? $", such as {values.Keys.First()}" : "")}. Are they those of a minGPT or nanoGPT?");
    }

    private static string Layer(int index) => string.Create(CultureInfo.InvariantCulture, $"transformer.h.{index}.");
}
