using System.Text.Json.Nodes;
using Baeum.Text;

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

    /// <summary>Writes the model and its tokenizer: beside the files of <see cref="Save(string, bool)"/> <c>tokenizer.json</c> and <c>tokenizer_config.json</c>, so that transformers' AutoTokenizer reads the folder.</summary>
    /// <param name="folder">Made where it does not exist.</param>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="halfPrecision">Whether the weights are rounded to Float16.</param>
    public void Save(string folder, Tokenizer tokenizer, bool halfPrecision = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        Save(folder, halfPrecision);
        AtomicFile.Write(Path.Combine(folder, "tokenizer.json"), tokenizer.Save);
        var names = new JsonArray("input_ids", "attention_mask");
        if (Config is BertConfig) names.Insert(1, "token_type_ids");
        var about = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false, ["model_input_names"] = names };
        if ((tokenizer.ModelMaxLength ?? Config.LongestText) is { } length) about["model_max_length"] = length;
        foreach (string role in Tokenizer.SpecialRoles)
        {
            if (tokenizer.SpecialToken(role) is { } token) about[role] = token;
        }
        if (tokenizer.ChatTemplate is { } template) about["chat_template"] = template;
        AtomicFile.WriteText(Path.Combine(folder, "tokenizer_config.json"), about.ToJsonString(ConfigFile.Indented) + "\n");
    }
}
