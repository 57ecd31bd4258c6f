using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baeum.Models;

/// <summary>A model folder's <c>config.json</c>: read field by field under its new and old names, changed, and written again with all that was in it.</summary>
public sealed class ConfigFile
{
    private const string FileName = "config.json";
    private const int MostBytes = 10_000_000;
    internal static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A configuration that was not read from a file.</summary>
    public ConfigFile(JsonObject fields, string source = "the configuration")
    {
        Fields = fields;
        Source = source;
    }

    /// <summary>All fields.</summary>
    public JsonObject Fields { get; }

    /// <summary>Where they come from, for messages.</summary>
    public string Source { get; }

    /// <summary>Reads the configuration of a model folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fileName">The file in it.</param>
    /// <exception cref="ModelException">There is none, or it is not a JSON object.</exception>
    public static ConfigFile Read(string folder, string fileName = FileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder)) throw new ModelException($"{folder}: there is no such folder.");
        string path = Path.Combine(folder, fileName);
        if (!File.Exists(path)) throw new ModelException($"{folder}: there is no {fileName}; a model folder has one beside its weights.");
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new ModelException($"{path}: more than {MostBytes} bytes are no configuration.");
            var options = new JsonDocumentOptions { MaxDepth = 32, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            return JsonNode.Parse(File.ReadAllBytes(path), documentOptions: options) is JsonObject fields
                ? new ConfigFile(fields, path)
                : throw new ModelException($"{path}: it is not a JSON object.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: it cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Writes the configuration into a folder.</summary>
    public void Save(string folder, string fileName = FileName) => AtomicFile.WriteText(Path.Combine(folder, fileName), Fields.ToJsonString(Indented) + "\n");

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => Fields.TryGetPropertyValue(name, out var value) && value is not null;

    /// <summary>A whole number from 0 to two billion.</summary>
    /// <param name="name">The field, or several names that it may have, parted by bars.</param>
    /// <param name="standard">What an absent field means; null: it must be there.</param>
    /// <exception cref="ModelException">The field is absent or no such number.</exception>
    public int Int(string name, int? standard = null) => Get<double>(name, standard) is var value && value >= 0 && value <= int.MaxValue && value == Math.Floor(value)
        ? (int)value
        : throw new ModelException($"{Source}: '{name}' is {value}, not a whole number of 0 or more.");

    /// <summary>A number.</summary>
    /// <inheritdoc cref="Int"/>
    public double Number(string name, double? standard = null) => Get(name, standard);

    /// <summary>True or false.</summary>
    /// <inheritdoc cref="Int"/>
    public bool Flag(string name, bool? standard = null) => Get(name, standard);

    /// <summary>A word.</summary>
    /// <inheritdoc cref="Int"/>
    public string Word(string name, string? standard = null) => Find(name) is { } node
        ? node is JsonValue value && value.TryGetValue(out string? text) ? text : throw Wrong(name, node)
        : standard ?? throw Missing(name);

    /// <summary>The names of classes by number, from <c>id2label</c>; <c>LABEL_i</c> for the number of classes where there are none.</summary>
    public IReadOnlyList<string> Labels()
    {
        if (Find("id2label") is not JsonObject map)
        {
            int count = Int("num_labels", 2);
            return [.. Enumerable.Range(0, count).Select(i => FormattableString.Invariant($"LABEL_{i}"))];
        }
        var labels = new string[map.Count];
        foreach (var (key, value) in map)
        {
            if (!int.TryParse(key, out int id) || id < 0 || id >= labels.Length || value is not JsonValue text || !text.TryGetValue(out string? label))
                throw new ModelException($"{Source}: id2label has the entry '{key}'; its keys must be 0 to {map.Count - 1} and its values words.");
            labels[id] = label;
        }
        return labels;
    }

    private T Get<T>(string name, T? standard) where T : struct
    {
        if (Find(name) is not { } node) return standard ?? throw Missing(name);
        return node is JsonValue value && value.TryGetValue(out T found) ? found : throw Wrong(name, node);
    }

    private JsonNode? Find(string names)
    {
        foreach (string name in names.Split('|'))
        {
            if (Fields.TryGetPropertyValue(name, out var value) && value is not null) return value;
        }
        return null;
    }

    private ModelException Missing(string name) => new($"{Source}: '{name.Replace("|", "' or '", StringComparison.Ordinal)}' is missing.");

    private ModelException Wrong(string name, JsonNode node) => new($"{Source}: '{name}' is {node.ToJsonString()}, which is not what belongs there.");
}
