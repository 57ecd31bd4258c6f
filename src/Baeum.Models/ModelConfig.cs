using System.Text.Json.Nodes;

namespace Baeum.Models;

/// <summary>The sizes of a model, and the names of its classes where it has some.</summary>
public abstract record ModelConfig
{
    /// <summary>The names of the classes by number.</summary>
    public IReadOnlyList<string> Labels { get; init; } = ["LABEL_0", "LABEL_1"];

    /// <summary>How many pieces a text may have; null: as many as memory allows.</summary>
    public virtual int? LongestText => null;

    /// <summary>As <c>config.json</c> of a model folder.</summary>
    /// <param name="architecture">The class that transformers uses for it, such as <c>BertForMaskedLM</c>.</param>
    public abstract ConfigFile ToFile(string architecture);

    private protected ConfigFile Describe(string architecture, string modelType, JsonObject fields)
    {
        var all = new JsonObject { ["architectures"] = new JsonArray(architecture), ["model_type"] = modelType, ["dtype"] = "float32" };
        foreach (var (name, value) in fields) all[name] = value?.DeepClone();
        var byId = new JsonObject();
        var byLabel = new JsonObject();
        for (int i = 0; i < Labels.Count; i++)
        {
            byId[i.ToString(System.Globalization.CultureInfo.InvariantCulture)] = Labels[i];
            byLabel[Labels[i]] = i;
        }
        all["id2label"] = byId;
        all["label2id"] = byLabel;
        return new ConfigFile(all);
    }
}
