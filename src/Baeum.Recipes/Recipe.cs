using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baeum.Recipes;

/// <summary>
/// How a model is trained: a small JSON file with the sections <c>task</c>, <c>data</c>, <c>model</c>, <c>optimizer</c> and <c>evaluation</c>.
/// </summary>
public sealed class Recipe
{
    private const int MostBytes = 1_000_000;
    private static readonly string[] SectionNames = ["task", "data", "model", "optimizer", "evaluation"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly JsonObject root;

    private Recipe(string path, JsonObject root)
    {
        this.root = root;
        Name = System.IO.Path.GetFileNameWithoutExtension(path);
        RecipeSection[] sections = [.. SectionNames.Select(name => new RecipeSection(name, (JsonObject)root[name]!, path))];
        (Task, Data, Model, Optimizer, Evaluation) = (sections[0], sections[1], sections[2], sections[3], sections[4]);
    }

    /// <summary>The file's name without its end.</summary>
    public string Name { get; }

    /// <summary>What is learnt, and from which seed.</summary>
    public RecipeSection Task { get; }

    /// <summary>From what.</summary>
    public RecipeSection Data { get; }

    /// <summary>By what model.</summary>
    public RecipeSection Model { get; }

    /// <summary>How.</summary>
    public RecipeSection Optimizer { get; }

    /// <summary>What is measured.</summary>
    public RecipeSection Evaluation { get; }

    /// <summary>The recipe as text, what was set included.</summary>
    public string Json => root.ToJsonString(Indented);

    /// <summary>Reads a recipe.</summary>
    /// <param name="path">The file.</param>
    /// <param name="assignments">Values to set, as <c>optimizer.epochs=1</c>, or <c>epochs=1</c> where one section of the file has such a key.</param>
    /// <exception cref="RecipeException">The file cannot be read, has another form, or an assignment fits nowhere.</exception>
    public static Recipe Read(string path, IReadOnlyList<string>? assignments = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        JsonObject root = Parse(path);
        foreach (var (name, value) in root)
        {
            if (!SectionNames.Contains(name)) throw new RecipeException($"{path}: unknown section '{name}'.{RecipeSection.Suggest(name, SectionNames)} There are: {string.Join(", ", SectionNames)}.");
            if (value is not JsonObject) throw new RecipeException($"{path}: the section '{name}' must be an object in braces.");
        }
        foreach (string name in SectionNames) root.TryAdd(name, new JsonObject());
        foreach (string assignment in assignments ?? []) Assign(root, assignment, path);
        return new Recipe(path, root);
    }

    /// <summary>Refuses keys that nobody has asked for; called when the task and the training have read what they need.</summary>
    /// <exception cref="RecipeException">There is one.</exception>
    public void RefuseUnknownKeys()
    {
        foreach (RecipeSection section in (RecipeSection[])[Task, Data, Model, Optimizer, Evaluation]) section.RefuseUnknown();
    }

    private static JsonObject Parse(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes }) throw new RecipeException($"{path}: more than {MostBytes} bytes are no recipe.");
            var options = new JsonDocumentOptions { MaxDepth = 8, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            // JsonNode finds a key that stands twice only when the object is first used
            return JsonNode.Parse(File.ReadAllBytes(path), documentOptions: options) is JsonObject root && root.All(entry => entry.Value is not JsonObject part || part.Count >= 0)
                ? root
                : throw new RecipeException($"{path}: it is not a JSON object.");
        }
        catch (JsonException error)
        {
            throw new RecipeException($"{path}: line {error.LineNumber + 1} is not valid JSON: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new RecipeException($"{path}: it cannot be read: {error.Message}", error);
        }
    }

    private static void Assign(JsonObject root, string assignment, string path)
    {
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new RecipeException($"--set {assignment}: write it as section.key=value.");
        string key = assignment[..equals], text = assignment[(equals + 1)..];
        (string Section, string Key)[] all = [.. root.SelectMany(section => ((JsonObject)section.Value!).Select(field => (section.Key, field.Key)))];
        string[] parts = key.Split('.');
        string[] places = parts.Length == 2 ? [parts[0]] : [.. all.Where(place => place.Key == key).Select(place => place.Section)];
        if (parts.Length > 2 || places.Length == 0)
            throw new RecipeException($"--set {assignment}: {path} has no key '{key}'.{RecipeSection.Suggest(key, all.SelectMany(place => (string[])[place.Key, $"{place.Section}.{place.Key}"]))} A key that is not in the file is written with its section, as optimizer.clip=1.");
        if (places.Length > 1) throw new RecipeException($"--set {assignment}: '{key}' occurs in {string.Join(" and ", places)}; write {places[0]}.{key}={text}.");
        if (!SectionNames.Contains(places[0])) throw new RecipeException($"--set {assignment}: unknown section '{places[0]}'.{RecipeSection.Suggest(places[0], SectionNames)} There are: {string.Join(", ", SectionNames)}.");
        ((JsonObject)root[places[0]]!)[parts[^1]] = Value(text);
    }

    /// <summary>Numbers, true and false, lists; anything else is a word.</summary>
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
