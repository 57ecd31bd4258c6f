namespace Baeum.Models;

/// <summary>Which parameters weight decay pulls towards zero.</summary>
public static class DecayGroups
{
    /// <summary>
    /// Two groups: matrices (weights of layers, embeddings) with decay; biases and the factors of norms, which have one dimension, without.
    /// </summary>
    /// <param name="model">Whose parameters; frozen ones are left out.</param>
    /// <param name="weightDecay">The decay of the first group.</param>
    public static ParameterGroups Of(Module model, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(model);
        Tensor[] trained = [.. model.Parameters().Where(parameter => parameter.RequiresGrad)];
        return (ParameterGroup[])
        [
            new(trained.Where(parameter => parameter.Rank >= 2), weightDecay: weightDecay),
            new(trained.Where(parameter => parameter.Rank < 2), weightDecay: 0),
        ];
    }
}
