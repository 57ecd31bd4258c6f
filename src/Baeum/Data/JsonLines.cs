using System.Text;
using System.Text.Json;

namespace Baeum;

/// <summary>Reads and writes files of one JSON value a line (.jsonl); gzip is recognised.</summary>
public static class JsonLines
{
    /// <summary>The values of a file, one after the other; empty lines are passed over.</summary>
    /// <exception cref="DataFileException">A line is not valid JSON; the message names file, line and column.</exception>
    public static IEnumerable<JsonElement> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string text = TextFile.Decode(TextFile.ReadBytes(path), path);
        return Lines(text, path);
    }

    private static IEnumerable<JsonElement> Lines(string text, string path)
    {
        using var reader = new StringReader(text);
        for (int line = 1; reader.ReadLine() is { } content; line++)
        {
            if (!string.IsNullOrWhiteSpace(content)) yield return Parse(content, path, line);
        }
    }

    private static JsonElement Parse(string line, string path, int number)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException error)
        {
            throw new DataFileException(path, number, (int)(error.BytePositionInLine ?? 0) + 1, "a JSON value was expected.");
        }
    }

    /// <summary>Writes values, one a line, as UTF-8; the file appears complete or not at all.</summary>
    public static void Write<T>(string path, IEnumerable<T> values)
    {
        var options = new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        AtomicFile.Write(path, stream =>
        {
            foreach (var value in values) stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, options) + "\n"));
        });
    }
}
