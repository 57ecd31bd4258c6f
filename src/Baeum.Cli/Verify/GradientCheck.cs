namespace Baeum.Cli.Verify;

/// <summary>The inputs of a case by role; those with gradients in the book require them.</summary>
internal sealed class Inputs
{
    private readonly Dictionary<string, Tensor> tensors;

    /// <param name="golden">The case.</param>
    /// <param name="requiresGradient">Which of them need a gradient.</param>
    /// <param name="type">What floating-point inputs become; null: they stay as the book has them.</param>
    internal Inputs(GoldenCase golden, Func<string, bool> requiresGradient, DType? type = null)
    {
        tensors = golden.Roles("inputs").ToDictionary(role => role, role =>
        {
            Tensor tensor = golden.Input(role);
            return type is DType wanted && tensor.DType.IsFloatingPoint() ? tensor.To(wanted) : tensor;
        }, StringComparer.Ordinal);
        foreach ((string role, Tensor tensor) in tensors)
        {
            if (requiresGradient(role))
                tensor.RequireGrad();
        }
    }

    internal Tensor this[string role] => tensors.TryGetValue(role, out Tensor? tensor) ? tensor : throw new InvalidDataException($"inputs has no '{role}'");

    internal bool Has(string role) => tensors.ContainsKey(role);

    /// <summary>A truth value tensor: the books store them as bytes.</summary>
    internal Tensor Mask(string role) => this[role].To(DType.Bool);
}

/// <summary>What an operation returns: one tensor or several.</summary>
internal readonly record struct Outputs(Tensor[] Tensors)
{
    public static implicit operator Outputs(Tensor tensor) => new([tensor]);

    public static implicit operator Outputs((Tensor First, Tensor Second) pair) => new([pair.First, pair.Second]);

    public static implicit operator Outputs(ValuesAndIndices chosen) => new([chosen.Values, chosen.Indices]);
}

/// <summary>Compares outputs, and the gradients of <c>sum_i sum(y_i * w_i)</c>, where the weights <c>w_i</c> stand among the inputs.</summary>
internal static class GradientCheck
{
    internal static Outcome Run(GoldenCase golden, double tolerance, Func<Inputs, Tensor[]> compute)
    {
        using var scope = TensorScope.Begin();
        var inputs = new Inputs(golden, role => golden.Has("grads", role));
        Tensor[] outputs = compute(inputs);
        var comparer = new Comparer(tolerance);
        for (int i = 0; i < outputs.Length; i++)
            comparer.Hold(Role("y", i), outputs[i], golden.Output(Role("y", i)));
        IReadOnlyList<string> gradients = golden.Roles("grads");
        if (gradients.Count > 0)
            Weighted(outputs, inputs).Backward();
        foreach (string role in gradients)
            comparer.Hold($"gradient of {role}", inputs[role].Grad, golden.Gradient(role));
        return comparer.Outcome;
    }

    internal static Tensor Weighted(Tensor[] outputs, Inputs inputs)
    {
        Tensor? sum = null;
        for (int i = 0; i < outputs.Length; i++)
        {
            if (!inputs.Has(Role("w", i)) || !outputs[i].RequiresGrad)
                continue;
            Tensor term = (outputs[i] * inputs[Role("w", i)]).Sum();
            sum = sum is null ? term : sum + term;
        }
        return sum ?? throw new InvalidDataException("no output has a weight w and a gradient");
    }

    internal static string Role(string letter, int index) => FormattableString.Invariant($"{letter}{index}");
}
