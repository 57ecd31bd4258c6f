using System.Text.Json;

namespace Baeum.Cli.Verify;

/// <summary>One case of a book: what was computed with which arguments, and the tensors by role.</summary>
internal sealed class GoldenCase(string name, string bookPath, JsonElement json, SafetensorsFile? tensors)
{
    /// <summary>The book's file; companions lie beside it.</summary>
    internal string BookPath { get; } = bookPath;

    /// <summary>Its path: <c>core/ops/matmul_bmm</c>.</summary>
    internal string Name { get; } = name;

    /// <summary>The function or class.</summary>
    internal string Kind => json.GetProperty("kind").GetString() ?? "";

    internal Arguments Arguments => new(json.GetProperty("args"));

    /// <summary>The roles of a group (<c>inputs</c>, <c>params</c>, <c>outputs</c>, <c>grads</c>) in the book's order.</summary>
    internal IReadOnlyList<string> Roles(string group) => json.TryGetProperty(group, out JsonElement map) ? [.. map.EnumerateObject().Select(entry => entry.Name)] : [];

    internal bool Has(string group, string role) => json.TryGetProperty(group, out JsonElement map) && map.TryGetProperty(role, out _);

    internal Tensor Input(string role) => Read("inputs", role);

    internal Tensor Output(string role) => Read("outputs", role);

    internal Tensor Gradient(string role) => Read("grads", role);

    /// <summary>The state dictionary.</summary>
    internal Dictionary<string, Tensor> Parameters() => Roles("params").ToDictionary(role => role, role =>
    {
        Tensor tensor = Read("params", role);
        // the books store a tensor without dimensions as one of a single element; the count of batches is the only such state
        return role.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? tensor.Reshape(Shape.Scalar) : tensor;
    }, StringComparer.Ordinal);

    /// <summary>A tensor of the book by its key, such as another case's input; null where there is none.</summary>
    internal Tensor? Shared(string key) => tensors?.Contains(key) == true ? tensors.Read(key) : null;

    private Tensor Read(string group, string role)
    {
        if (!Has(group, role))
            throw new InvalidDataException($"{Name}: {group} has no '{role}'");
        if (tensors is null)
            throw new InvalidDataException($"{Name}: there is no .safetensors file beside the book");
        return tensors.Read(json.GetProperty(group).GetProperty(role).GetString() ?? "");
    }
}

/// <summary>The arguments of a case; a name that is absent takes the default.</summary>
internal readonly struct Arguments(JsonElement json)
{
    internal bool Has(string name) => json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    internal int Int(string name, int standard = 0) => Has(name) ? json.GetProperty(name).GetInt32() : standard;

    internal double Double(string name, double standard = 0) => Has(name) ? json.GetProperty(name).GetDouble() : standard;

    internal bool Bool(string name, bool standard = false) => Has(name) ? json.GetProperty(name).GetBoolean() : standard;

    internal string Text(string name, string standard = "") => Has(name) ? json.GetProperty(name).GetString() ?? standard : standard;

    internal int[] Ints(string name) => [.. json.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    internal double[] Doubles(string name) => [.. json.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    internal string[] Texts(string name) => [.. json.GetProperty(name).EnumerateArray().Select(value => value.GetString() ?? "")];

    internal JsonElement Json => json;
}
