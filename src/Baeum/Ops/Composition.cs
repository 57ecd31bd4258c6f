namespace Baeum;

/// <summary>
/// Second derivatives of fused operations: the same function is computed again from elementary recorded operations, and their gradient
/// can be differentiated again.
/// </summary>
internal static class Composition
{
    /// <summary>Sends the gradients of every input that needs one, recorded, during a backward pass that creates a graph.</summary>
    /// <param name="pass">The running pass.</param>
    /// <param name="grad">The gradient of the output.</param>
    /// <param name="inputs">The inputs of the fused operation, in the order in which it sends gradients; absent ones are null.</param>
    /// <param name="function">The plain form.</param>
    internal static void SendGradients(BackwardPass pass, Tensor grad, Tensor?[] inputs, Func<Tensor?[], Tensor> function)
    {
        // Aliases cut the inner pass off from the history of the inputs, which the outer pass follows.
        var aliases = new Tensor?[inputs.Length];
        var wanted = new List<int>();
        for (int i = 0; i < inputs.Length; i++)
        {
            aliases[i] = inputs[i];
            if (inputs[i] is not { } input || !pass.Needs(i)) continue;
            aliases[i] = input.Rank == 0 ? input.Clone() : ReshapeOp.Apply(input, Shape.Own(input.Shape.ToArray()));
            wanted.Add(i);
        }
        var gradients = Autograd.Grad(function(aliases), [.. wanted.Select(i => aliases[i]!)], grad, createGraph: true, allowUnused: true);
        for (int i = 0; i < gradients.Length; i++) pass.Send(wanted[i], gradients[i]);
    }
}
