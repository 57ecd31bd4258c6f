using System.IO.Compression;

namespace Baeum;

/// <summary>Reads and writes NumPy's <c>.npy</c> files.</summary>
public static class Npy
{
    /// <summary>
    /// Reads a file of versions 1 to 3 in either byte order and either order of dimensions: floats keep their type, whole numbers become
    /// Int64.
    /// </summary>
    /// <exception cref="DataFileException">The file is broken, or its elements are of another kind; the message names file and reason.</exception>
    public static Tensor Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return NpyFormat.Read(TextFile.ReadBytes(path), path);
    }

    /// <summary>Writes a tensor, row by row; BFloat16, which NumPy does not know, as Float32.</summary>
    public static void Save(string path, Tensor tensor) => AtomicFile.Write(path, stream => NpyFormat.Write(stream, tensor));
}

/// <summary>Reads and writes NumPy's <c>.npz</c> files: several arrays in a zip archive.</summary>
public static class Npz
{
    private const long MostBytes = 1L << 31;

    /// <summary>Reads all arrays of a file by name, also those compressed by <c>savez_compressed</c>.</summary>
    /// <exception cref="DataFileException">The file is broken; the message names file, array and reason.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        try
        {
            using var archive = ZipFile.OpenRead(path);
            foreach (var entry in archive.Entries)
            {
                string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : entry.FullName;
                using var stream = entry.Open();
                using var unpacked = new MemoryStream();
                // the archive's own figure of the size is not to be believed
                Bounded.Copy(stream, unpacked, MostBytes, $"{path}({name})");
                if (!tensors.TryAdd(name, NpyFormat.Read(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length), $"{path}({name})")))
                    throw new DataFileException(path, $"the array '{name}' is there twice.");
            }
            return tensors;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DataFileException(path, error.Message, error);
        }
    }

    /// <summary>Writes arrays by name, compressed if asked for.</summary>
    /// <exception cref="ArgumentException">A name is empty or given twice.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, bool compress = false)
    {
        var entries = tensors.ToArray();
        if (entries.Any(e => e.Key.Length == 0) || entries.DistinctBy(e => e.Key).Count() != entries.Length)
            throw new ArgumentException("Npz.Save: a name is empty or given twice.", nameof(tensors));
        AtomicFile.Write(path, stream =>
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (name, tensor) in entries)
            {
                using var entry = archive.CreateEntry(name + ".npy", compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression).Open();
                NpyFormat.Write(entry, tensor);
            }
        });
    }
}
