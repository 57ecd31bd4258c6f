using System.Text.Json;

namespace Baeum.Text;

/// <summary>A JSON value with its place in the file: every access says what is wrong where.</summary>
internal readonly struct JsonPart(JsonElement json, string path)
{
    internal JsonElement Json { get; } = json;

    internal string Path { get; } = path;

    internal bool IsNull => Json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined;

    internal bool IsObject => Json.ValueKind == JsonValueKind.Object;

    internal bool IsArray => Json.ValueKind == JsonValueKind.Array;

    internal bool IsString => Json.ValueKind == JsonValueKind.String;

    /// <summary>A member; null-like when it is absent.</summary>
    internal JsonPart this[string name] => Json.ValueKind == JsonValueKind.Object
        ? new JsonPart(Json.TryGetProperty(name, out JsonElement value) ? value : default, Path.Length == 0 ? name : $"{Path}.{name}")
        : throw Error($"should be an object with '{name}'");

    internal bool Has(string name) => !this[name].IsNull;

    internal IEnumerable<JsonPart> Items()
    {
        if (Json.ValueKind != JsonValueKind.Array)
            throw Error("should be a list");
        string path = Path;
        return Json.EnumerateArray().Select((item, i) => new JsonPart(item, $"{path}[{i}]"));
    }

    internal IEnumerable<(string Name, JsonPart Value)> Members()
    {
        if (Json.ValueKind != JsonValueKind.Object)
            throw Error("should be an object");
        string path = Path;
        return Json.EnumerateObject().Select(member => (Text(member), new JsonPart(member.Value, $"{path}.{member.Name}")));
    }

    internal string String()
    {
        try
        {
            return Json.ValueKind == JsonValueKind.String ? Json.GetString()! : throw Error("should be a string");
        }
        catch (InvalidOperationException error)
        {
            throw new TokenizerException($"{Path}: holds half a character ({error.Message})", error);
        }
    }

    internal int Int() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt32(out int value) ? value : throw Error("should be a whole number");

    internal double Double() => Json.ValueKind == JsonValueKind.Number && Json.TryGetDouble(out double value) && double.IsFinite(value) ? value : throw Error("should be a number");

    internal bool Bool() => Json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error("should be true or false"),
    };

    internal string Text(string name) => this[name].String();

    internal string? TextOrNull(string name) => Has(name) ? this[name].String() : null;

    internal bool Flag(string name, bool standard = false) => Has(name) ? this[name].Bool() : standard;

    internal int Number(string name, int standard) => Has(name) ? this[name].Int() : standard;

    /// <summary>A member that must be one char, as <c>"▁"</c>.</summary>
    internal char Char(string name, char standard)
    {
        if (!Has(name))
            return standard;
        string text = Text(name);
        return text.Length == 1 ? text[0] : throw this[name].Error("should be one character");
    }

    /// <summary>A member chosen from names.</summary>
    internal T Choice<T>(string name, T standard) where T : struct, Enum
    {
        if (!Has(name))
            return standard;
        string text = Text(name), plain = text.Replace("_", "", StringComparison.Ordinal);
        foreach (T value in Enum.GetValues<T>())
        {
            if (string.Equals(value.ToString(), plain, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        throw this[name].Error($"'{text}' is unknown; there are {string.Join(", ", Enum.GetNames<T>())}");
    }

    internal TokenizerException Error(string problem) => new($"{(Path.Length == 0 ? "the file" : Path)}: {problem}");

    private static string Text(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new TokenizerException($"a name holds half a character ({error.Message})", error);
        }
    }
}
