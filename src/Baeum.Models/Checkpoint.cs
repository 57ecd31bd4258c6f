using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Baeum.Models;

/// <summary>Builds a model from a folder: its configuration, and its weights under the names that the model asks for.</summary>
public static class Checkpoint
{
    // buffers that older versions of transformers saved beside the weights
    private static readonly string[] NotWeights = ["position_ids", "attn.bias", "attn.masked_bias", "embed_tokens.weight", "rotary_emb.inv_freq"];

    /// <summary>Loads the model of a folder as <c>save_pretrained</c> leaves it: <c>config.json</c> and one or many safetensors or PyTorch files.</summary>
    /// <param name="folder">The folder, or OWNER/NAME of a model on the hub, which is downloaded where the cache has it not.</param>
    /// <param name="prefix">Under what name the base model stands inside one with a head, such as <c>bert</c>; empty: there is none.</param>
    /// <param name="build">Builds the model at a place.</param>
    /// <param name="newParts">How names begin that may be absent or of another shape, and then get new values.</param>
    /// <param name="generator">Where new values and dropout masks come from.</param>
    /// <exception cref="ModelException">The configuration is missing or wrong.</exception>
    /// <exception cref="CheckpointException">The weights do not fit the model; one table names all that is missing, unexpected or of another shape.</exception>
    public static T Load<T>(string folder, string prefix, Func<ParamScope, ConfigFile, T> build, IReadOnlyList<string>? newParts = null, RandomGenerator? generator = null) where T : Module
    {
        ArgumentNullException.ThrowIfNull(build);
        folder = HubClient.Resolve(folder);
        ConfigFile config = ConfigFile.Read(folder);
        using WeightFiles file = WeightFiles.Open(folder);
        // the base model is asked for without its prefix, models with a head with it
        bool isBase = prefix.Length == 0 || !typeof(T).IsSubclassOf(typeof(PretrainedModel));
        var values = new Weights(file, prefix, isBase);
        var scope = ParamScope.FromStateDict(values, generator: generator);
        T model = build(scope, config);
        scope.Verify(
            mayBeNew: name => newParts is not null && newParts.Any(part => name.StartsWith(part, StringComparison.Ordinal)),
            mayBeUnused: name => values.IsOfAnotherHead(name) || NotWeights.Any(end => name.EndsWith(end, StringComparison.Ordinal)) || name.Contains("pooler.", StringComparison.Ordinal));
        model.Eval();
        return model;
    }

    /// <summary>The file's tensors under the names that the model uses; each is read when the model asks for it.</summary>
    private sealed class Weights : IReadOnlyDictionary<string, Tensor>
    {
        private readonly WeightFiles file;
        private readonly Dictionary<string, string> storedNames = new(StringComparer.Ordinal);
        private readonly HashSet<string> heads = [];

        internal Weights(WeightFiles file, string prefix, bool isBase)
        {
            this.file = file;
            string start = prefix + ".";
            bool storedWithPrefix = prefix.Length > 0 && file.Names.Any(name => name.StartsWith(start, StringComparison.Ordinal));
            foreach (string stored in file.Names)
            {
                string name = stored.Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal).Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal);
                bool isInBase = !storedWithPrefix || name.StartsWith(start, StringComparison.Ordinal);
                if (isBase && storedWithPrefix && isInBase) name = name[start.Length..];
                else if (!isBase && !storedWithPrefix && prefix.Length > 0) name = start + name;
                if (!isInBase) heads.Add(name);
                storedNames[name] = stored;
            }
            if (storedNames.TryGetValue("cls.predictions.decoder.bias", out string? bias)) storedNames.TryAdd("cls.predictions.bias", bias);
        }

        public IEnumerable<string> Keys => storedNames.Keys;

        public IEnumerable<Tensor> Values => Keys.Select(name => this[name]);

        public int Count => storedNames.Count;

        public Tensor this[string key] => file.Read(storedNames[key]);

        internal bool IsOfAnotherHead(string name) => heads.Contains(name);

        public bool ContainsKey(string key) => storedNames.ContainsKey(key);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value)
        {
            value = storedNames.TryGetValue(key, out string? stored) ? file.Read(stored) : null;
            return value is not null;
        }

        public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => Keys.Select(name => KeyValuePair.Create(name, this[name])).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
