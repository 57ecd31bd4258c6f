using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Baeum;

/// <summary>Loads and saves whole checkpoints in the safetensors format.</summary>
public static class Safetensors
{
    /// <summary>Reads all tensors of a file, an index or a folder; see <see cref="SafetensorsFile.Open"/> and <see cref="SafetensorsFile.Read"/>.</summary>
    /// <exception cref="CheckpointException">There is nothing to open, or a file is broken; the message names file and reason.</exception>
    public static IReadOnlyDictionary<string, Tensor> Load(string pathOrFolder)
    {
        using var file = SafetensorsFile.Open(pathOrFolder);
        return file.Names.ToDictionary(name => name, file.Read, StringComparer.Ordinal);
    }

    /// <summary>
    /// Writes tensors of any type to a file, which appears complete or not at all. <paramref name="metadata"/> goes into its header.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty, reserved or given twice.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        // wide elements first keep every tensor aligned; names in order make equal contents equal files
        var entries = tensors.OrderByDescending(t => t.Value.DType.ByteSize()).ThenBy(t => t.Key, StringComparer.Ordinal).ToArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, _) in entries)
        {
            if (name.Length == 0 || name == SafetensorsHeader.MetadataName || !names.Add(name))
                throw new ArgumentException($"Save: the name '{name}' is empty, reserved or given twice.", nameof(tensors));
        }
        var header = BuildHeader(entries, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var (_, tensor) in entries) WriteElements(stream, tensor.Contiguous());
        });
    }

    private static byte[] BuildHeader(KeyValuePair<string, Tensor>[] entries, IEnumerable<KeyValuePair<string, string>>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(SafetensorsHeader.MetadataName);
                foreach (var (key, value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (var (name, tensor) in entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", TypeName(tensor.DType));
                json.WriteStartArray("shape");
                foreach (int size in tensor.Shape.AsSpan()) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static string TypeName(DType dtype) => dtype switch
    {
        DType.Bool => "BOOL",
        DType.Int64 => "I64",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Float32 => "F32",
        _ => "F64",
    };

    /// <summary>Writes the elements of a contiguous tensor as little-endian bytes.</summary>
    internal static void WriteElements(Stream stream, Tensor tensor)
    {
        switch (tensor.DType)
        {
            case DType.Float32: Write<float>(); break;
            case DType.Float64: Write<double>(); break;
            case DType.Int64: Write<long>(); break;
            case DType.Bool: Write<bool>(); break;
            case DType.Float16: Write<Half>(); break;
            default: Write<ushort>(); break;
        }

        void Write<T>() where T : unmanaged
        {
            const int Piece = 1 << 20;
            var span = tensor.Read<T>();
            for (int done = 0; done < span.Length; done += Piece)
                stream.Write(MemoryMarshal.AsBytes(span[done..Math.Min(span.Length, done + Piece)]));
        }
    }
}
