namespace Baeum.Models;

/// <summary>A whole model with a configuration, which can be saved as a folder that transformers loads too.</summary>
public abstract class PretrainedModel : Module
{
    private protected PretrainedModel(ParamScope scope, ModelConfig config) : base(scope) => Config = config;

    /// <summary>Sizes and labels.</summary>
    public ModelConfig Config { get; }

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c>; each appears whole or not at all, and tied weights stand there once.</summary>
    /// <param name="folder">Made where it does not exist.</param>
    /// <param name="halfPrecision">Whether the weights are rounded to Float16.</param>
    public void Save(string folder, bool halfPrecision = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ConfigFile file = Config.ToFile(GetType().Name);
        if (halfPrecision) file.Fields["dtype"] = "float16";
        var written = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var tensors = NamedParameters().Concat(NamedBuffers()).Where(entry => written.Add(entry.Value))
            .Select(entry => KeyValuePair.Create(entry.Name, halfPrecision ? entry.Value.Detach().To(DType.Float16) : entry.Value.Detach()));
        Safetensors.Save(Path.Combine(folder, "model.safetensors"), tensors, [KeyValuePair.Create("format", "pt")]);
        file.Save(folder);
    }
}
