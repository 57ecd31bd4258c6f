using System.Text.Json;

namespace Baeum.Text;

/// <summary>How the parts write themselves.</summary>
internal static class JsonWriting
{
    /// <summary>An object with its "type" and what else <paramref name="members"/> writes.</summary>
    internal static void Part(this Utf8JsonWriter json, string type, Action? members = null)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        members?.Invoke();
        json.WriteEndObject();
    }

    internal static void List<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
            write(item);
        json.WriteEndArray();
    }

    internal static void TextOrNull(this Utf8JsonWriter json, string name, string? text)
    {
        if (text is null)
            json.WriteNull(name);
        else
            json.WriteString(name, text);
    }
}
