using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baeum.Models;

/// <summary>The weights of a folder, whatever form they have: safetensors, or PyTorch's own files; one file or several with an index.</summary>
internal sealed class WeightFiles : IDisposable
{
    private readonly SafetensorsFile? safetensors;
    private readonly List<TorchFile> parts = [];
    private readonly Dictionary<string, TorchFile> owners = new(StringComparer.Ordinal);

    private WeightFiles(SafetensorsFile safetensors) => this.safetensors = safetensors;

    private WeightFiles(IEnumerable<string> paths)
    {
        try
        {
            foreach (string path in paths)
            {
                var part = TorchFile.Open(path);
                parts.Add(part);
                foreach (string name in part.Names) owners[name] = part;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Opens the weights of a folder; safetensors are preferred.</summary>
    /// <exception cref="CheckpointException">There are none, or they are broken.</exception>
    internal static WeightFiles Open(string folder)
    {
        string single = Path.Combine(folder, "pytorch_model.bin"), index = Path.Combine(folder, "pytorch_model.bin.index.json");
        if (Directory.EnumerateFiles(folder, "*.safetensors").Any() || !(File.Exists(single) || File.Exists(index))) return new(SafetensorsFile.Open(folder));
        return new(File.Exists(single) ? [single] : Parts(folder, index));
    }

    internal IEnumerable<string> Names => safetensors?.Names ?? (IEnumerable<string>)owners.Keys;

    internal Tensor Read(string name) => safetensors?.Read(name) ?? owners[name].Read(name);

    public void Dispose()
    {
        safetensors?.Dispose();
        foreach (TorchFile part in parts) part.Dispose();
    }

    private static IEnumerable<string> Parts(string folder, string index)
    {
        try
        {
            var map = JsonNode.Parse(File.ReadAllBytes(index))?["weight_map"]?.AsObject() ?? throw new CheckpointException($"{index}: there is no weight_map.");
            string[] names = [.. map.Select(entry => entry.Value!.GetValue<string>()).Distinct(StringComparer.Ordinal)];
            // a part lies beside its index; anything else could lead out of the folder
            foreach (string name in names)
            {
                if (Path.GetFileName(name) != name || name is "." or "..") throw new CheckpointException($"{index}: '{name}' is not the name of a file beside the index.");
            }
            return names.Select(name => Path.Combine(folder, name));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new CheckpointException($"{index}: the index is not valid: {error.Message}", error);
        }
    }
}
