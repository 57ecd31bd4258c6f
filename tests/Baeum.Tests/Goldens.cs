using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Baeum.Tests;

/// <summary>Finds and reads the figures under <c>tests/goldens</c>.</summary>
internal static class Goldens
{
    /// <summary>The repository's root, found by walking up from the test program.</summary>
    internal static string Root { get; } = FindRoot();

    /// <summary>The folder <c>tests/goldens</c>.</summary>
    internal static string Folder => System.IO.Path.Combine(Root, "tests", "goldens");

    /// <summary>A file below <see cref="Folder"/>, named with forward slashes.</summary>
    internal static string Path(string relative) => System.IO.Path.Combine([Folder, .. relative.Split('/')]);

    /// <summary>Opens a book: <c>name.json</c> with the arrays of <c>name.safetensors</c> beside it.</summary>
    internal static GoldenBook Open(string name) => new(Path(name + ".json"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Baeum.slnx")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"Baeum.slnx stands in no folder above {AppContext.BaseDirectory}.");
    }
}

/// <summary>One array of a book.</summary>
internal sealed record GoldenArray(string DataType, int[] Shape, byte[] Bytes)
{
    internal double[] ToDoubles() => DataType switch
    {
        "F64" => MemoryMarshal.Cast<byte, double>(Bytes).ToArray(),
        "F32" => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(Bytes).ToArray(), value => (double)value),
        "I64" => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(Bytes).ToArray(), value => (double)value),
        "U8" => Array.ConvertAll(Bytes, value => (double)value),
        _ => throw new NotSupportedException(DataType),
    };

    internal float[] ToSingles() => Array.ConvertAll(ToDoubles(), value => (float)value);

    internal long[] ToLongs() => Array.ConvertAll(ToDoubles(), value => (long)value);
}

/// <summary>One case of a book: what was computed, and its arrays by role.</summary>
internal sealed class GoldenCase(GoldenBook book, JsonElement json)
{
    internal string Name => json.GetProperty("name").GetString()!;
    internal string Kind => json.GetProperty("kind").GetString()!;
    internal JsonElement Arguments => json.GetProperty("args");

    /// <summary>The role names in <c>inputs</c>, <c>params</c>, <c>outputs</c> or <c>grads</c>, in the order of the file.</summary>
    internal string[] Roles(string group) => json.TryGetProperty(group, out var map) ? [.. map.EnumerateObject().Select(p => p.Name)] : [];

    internal GoldenArray Input(string role) => Array("inputs", role);

    internal GoldenArray Parameter(string role) => Array("params", role);

    internal GoldenArray Output(string role) => Array("outputs", role);

    internal GoldenArray Gradient(string role) => Array("grads", role);

    private GoldenArray Array(string group, string role) => book[json.GetProperty(group).GetProperty(role).GetString()!];

    public override string ToString() => Name;
}

/// <summary>A book of figures. Its arrays are read here and not by the engine, so that a fault in the engine cannot hide.</summary>
internal sealed class GoldenBook
{
    private readonly Dictionary<string, GoldenArray> _arrays = [];

    internal GoldenBook(string path)
    {
        Json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        Cases = Json.TryGetProperty("cases", out var cases) ? [.. cases.EnumerateArray().Select(json => new GoldenCase(this, json))] : [];
        string arrays = System.IO.Path.ChangeExtension(path, ".safetensors");
        if (!File.Exists(arrays))
            return;
        var bytes = File.ReadAllBytes(arrays);
        int start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        foreach (var entry in JsonDocument.Parse(bytes.AsMemory(8, start - 8)).RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
                continue;
            var offsets = entry.Value.GetProperty("data_offsets");
            int from = start + offsets[0].GetInt32(), to = start + offsets[1].GetInt32();
            int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(n => n.GetInt32())];
            _arrays[entry.Name] = new GoldenArray(entry.Value.GetProperty("dtype").GetString()!, shape, bytes[from..to]);
        }
    }

    internal JsonElement Json { get; }

    internal IReadOnlyList<GoldenCase> Cases { get; }

    internal GoldenArray this[string key] => _arrays[key];
}
