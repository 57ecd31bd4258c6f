namespace Baeum.Tests.NN;

/// <summary>Holds a module against a case of the layers' book: outputs, and gradients of the weighted sum of the outputs.</summary>
internal static class GoldenLayer
{
    internal static void Check(GoldenCase golden, Module module, Func<Dictionary<string, Tensor>, Tensor[]> forward, double tolerance = 1e-5)
    {
        module.LoadStateDict(golden.Roles("params").ToDictionary(role => role, role => Read(golden.Parameter(role))));
        string[] grads = golden.Roles("grads");
        var inputs = golden.Roles("inputs").ToDictionary(role => role, role => Read(golden.Input(role)));
        foreach (var (role, value) in inputs) value.RequiresGrad = grads.Contains("x." + role);
        var outputs = forward(inputs);
        for (int i = 0; i < outputs.Length; i++) Assertions.Close(Read(golden.Output($"y{i}")), outputs[i], tolerance);
        outputs.Select((y, i) => (y * inputs[$"w{i}"]).Sum()).Aggregate((a, b) => a + b).Backward();
        var parameters = module.NamedParameters().ToDictionary(p => p.Name, p => p.Value);
        foreach (string role in grads)
        {
            var actual = role.StartsWith("x.", StringComparison.Ordinal) ? inputs[role[2..]] : parameters[role];
            Assertions.Close(Read(golden.Gradient(role)), actual.Grad!, tolerance);
        }
    }

    private static Tensor Read(GoldenArray array) => array.DataType == "I64" ? Tensor.Wrap(array.ToLongs(), array.Shape) : Tensor.Wrap(array.ToSingles(), array.Shape);
}
