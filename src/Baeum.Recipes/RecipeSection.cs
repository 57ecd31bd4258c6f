using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baeum.Recipes;

/// <summary>One section of a recipe. It remembers what was asked for: a key that nobody asks for is a mistake in the file.</summary>
public sealed class RecipeSection
{
    private readonly string name, source;
    private readonly JsonObject fields;
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    internal RecipeSection(string name, JsonObject fields, string source) => (this.name, this.fields, this.source) = (name, fields, source);

    /// <summary>Whether a key is there.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A whole number.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="standard">What an absent key means; null: it must be there.</param>
    /// <param name="least">The smallest that makes sense.</param>
    /// <param name="most">The largest that makes sense.</param>
    /// <exception cref="RecipeException">The key is absent, or its value no such number.</exception>
    public int Int(string key, int? standard = null, int least = 1, int most = int.MaxValue)
    {
        if (Find(key) is not { } node) return standard ?? throw Missing(key);
        if (node is JsonValue value && value.TryGetValue(out double number) && number == Math.Floor(number) && number >= least && number <= most) return (int)number;
        throw Wrong(key, node, most == int.MaxValue ? FormattableString.Invariant($"a whole number of {least} or more") : FormattableString.Invariant($"a whole number from {least} to {most}"));
    }

    /// <summary>A number.</summary>
    /// <inheritdoc cref="Int"/>
    public double Number(string key, double? standard = null, double least = 0, double most = double.MaxValue)
    {
        if (Find(key) is not { } node) return standard ?? throw Missing(key);
        if (node is JsonValue value && value.TryGetValue(out double number) && number >= least && number <= most) return number;
        throw Wrong(key, node, most == double.MaxValue ? FormattableString.Invariant($"a number of {least} or more") : FormattableString.Invariant($"a number from {least} to {most}"));
    }

    /// <summary>True or false.</summary>
    /// <inheritdoc cref="Int"/>
    public bool Flag(string key, bool? standard = null)
    {
        if (Find(key) is not { } node) return standard ?? throw Missing(key);
        return node.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? node.GetValue<bool>() : throw Wrong(key, node, "true or false");
    }

    /// <summary>A word, of those that are allowed if any are named.</summary>
    /// <inheritdoc cref="Int"/>
    public string Word(string key, string? standard = null, IReadOnlyList<string>? allowed = null)
    {
        if (Find(key) is not { } node) return standard ?? throw Missing(key);
        if (node is not JsonValue value || !value.TryGetValue(out string? word) || word.Length == 0) throw Wrong(key, node, "a word in quotes");
        if (allowed is null || allowed.Contains(word)) return word;
        throw new RecipeException($"{source}: {name}.{key} is '{word}'.{Suggest(word, allowed)} There are: {string.Join(", ", allowed)}.");
    }

    /// <summary>A word, or a list of words.</summary>
    /// <inheritdoc cref="Int"/>
    public IReadOnlyList<string> Words(string key, IReadOnlyList<string>? standard = null)
    {
        if (Find(key) is not { } node) return standard ?? throw Missing(key);
        string[] words = [.. (node is JsonArray list ? list : [node.DeepClone()]).Select(item => item is JsonValue value && value.TryGetValue(out string? word) ? word : throw Wrong(key, node, "a word in quotes, or a list of them"))];
        return words.Length > 0 ? words : throw Wrong(key, node, "a word in quotes, or a list of them");
    }

    /// <summary>An error about the value of a key.</summary>
    public RecipeException Error(string key, string reason) => new($"{source}: {name}.{key}: {reason}");

    internal IEnumerable<string> Keys => fields.Select(entry => entry.Key);

    internal IReadOnlyCollection<string> KnownKeys => known;

    internal void RefuseUnknown()
    {
        foreach (string key in Keys)
        {
            if (!known.Contains(key))
                throw new RecipeException($"{source}: {name} has the unknown key '{key}'.{Suggest(key, known)} There are: {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }
    }

    internal static string Suggest(string word, IEnumerable<string> candidates) => Nearest.Names(word, candidates) is { Count: > 0 } near ? $" Did you mean {string.Join(", ", near)}?" : "";

    private JsonNode? Find(string key)
    {
        known.Add(key);
        return fields.TryGetPropertyValue(key, out JsonNode? value) ? value : null;
    }

    private RecipeException Missing(string key)
    {
        // a slip in the key is the likeliest reason for its absence
        string[] strangers = [.. Keys.Where(other => !known.Contains(other))];
        return new($"{source}: {name}.{key} is missing.{Suggest(key, strangers)}");
    }

    private RecipeException Wrong(string key, JsonNode node, string wanted) => new($"{source}: {name}.{key} is {node.ToJsonString()}; it must be {wanted}.");
}
