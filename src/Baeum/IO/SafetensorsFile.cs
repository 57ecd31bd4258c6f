using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Baeum;

/// <summary>
/// A safetensors file, or a checkpoint cut into several of them, mapped into memory for reading. Only the header is read at once; a tensor
/// is copied into its own memory when it is asked for.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";
    private const int LongestIndex = 100_000_000;

    private readonly List<MappedFile> parts = [];
    private readonly Dictionary<string, SafetensorsInfo> infos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly string path;

    private SafetensorsFile(string path) => this.path = path;

    /// <summary>
    /// Opens a file, an index (<c>model.safetensors.index.json</c>), or a folder that holds <c>model.safetensors</c>, an index, or one
    /// file that ends in .safetensors.
    /// </summary>
    /// <exception cref="CheckpointException">There is nothing to open, or the file is broken; the message names file and reason.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string file = Directory.Exists(path) ? FindIn(path) : path;
        var opened = new SafetensorsFile(file);
        try
        {
            if (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) opened.AddIndexed(file);
            else foreach (var info in opened.AddPart(file)) opened.infos.Add(info.Name, info);
            return opened;
        }
        catch (Exception error)
        {
            opened.Dispose();
            if (error is CheckpointException) throw;
            if (error is FormatException or IOException or UnauthorizedAccessException) throw new CheckpointException($"{file}: {error.Message}", error);
            throw;
        }
    }

    /// <summary>The names of the tensors, in the order of the file.</summary>
    public IReadOnlyCollection<string> Names => infos.Keys;

    /// <summary>The strings that whoever wrote the file put beside the tensors.</summary>
    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Contains(string name) => infos.ContainsKey(name);

    /// <summary>Type, shape and size of a tensor.</summary>
    /// <exception cref="CheckpointException">There is no tensor of this name; the message says which names are near.</exception>
    public SafetensorsInfo Info(string name)
    {
        if (infos.TryGetValue(name, out var info)) return info;
        var near = Nearest.Names(name, infos.Keys);
        throw new CheckpointException($"{path}: there is no tensor '{name}'{(near.Count > 0 ? $"; near are {string.Join(", ", near)}" : "")}.");
    }

    /// <summary>
    /// Reads a tensor in a type to compute with: F16, BF16 and the 8-bit floats become Float32, every whole number Int64.
    /// </summary>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public Tensor Read(string name)
    {
        var stored = ReadStored(name);
        if (stored.DType is not (DType.Float16 or DType.BFloat16)) return stored;
        var converted = Tensor.Allocate(Shape.Own([stored.Count]), DType.Float32);
        CopyOp.Into(converted, new Tensor(stored.storage, converted.Shape, stored.offset));
        stored.Dispose();
        return new Tensor(converted.storage, stored.Shape, converted.offset);
    }

    /// <summary>Reads a tensor as <see cref="Read"/> does, but leaves F16 and BF16 in two bytes an element.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public Tensor ReadStored(string name)
    {
        var info = Info(name);
        return info.DataType switch
        {
            "F32" => ReadSame<float>(info, DType.Float32),
            "F64" => ReadSame<double>(info, DType.Float64),
            "I64" => ReadSame<long>(info, DType.Int64),
            "F16" => ReadSame<Half>(info, DType.Float16),
            "BF16" => ReadSame<ushort>(info, DType.BFloat16),
            "BOOL" => ReadConverted(info, DType.Bool, (byte b) => b != 0),
            "U8" => ReadConverted(info, DType.Int64, (byte b) => (long)b),
            "I8" => ReadConverted(info, DType.Int64, (sbyte b) => (long)b),
            "U16" => ReadConverted(info, DType.Int64, (ushort b) => (long)b),
            "I16" => ReadConverted(info, DType.Int64, (short b) => (long)b),
            "U32" => ReadConverted(info, DType.Int64, (uint b) => (long)b),
            "I32" => ReadConverted(info, DType.Int64, (int b) => (long)b),
            "U64" => ReadConverted(info, DType.Int64, (ulong b) => b <= long.MaxValue ? (long)b : throw TooLarge(info, b)),
            "F8_E5M2" => ReadConverted(info, DType.Float32, (byte b) => (float)BitConverter.UInt16BitsToHalf((ushort)(b << 8))),
            _ => ReadConverted(info, DType.Float32, (byte b) => FromE4M3(b)),
        };
    }

    /// <summary>The bytes of a tensor as they stand in the file.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, it is too large for an array, or the file cannot be read.</exception>
    public byte[] ReadBytes(string name)
    {
        var info = Info(name);
        if (info.ByteCount > Array.MaxLength) throw new CheckpointException($"{parts[info.Part].Path}: '{name}' has {info.ByteCount} bytes, too many for one array; copy it in pieces with CopyBytes.");
        var bytes = new byte[info.ByteCount];
        Fill(info, 0, bytes);
        return bytes;
    }

    /// <summary>Copies bytes of a tensor as they stand in the file, from <paramref name="offset"/> on.</summary>
    /// <exception cref="ArgumentException">The piece lies outside the tensor.</exception>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void CopyBytes(string name, long offset, Span<byte> destination)
    {
        var info = Info(name);
        if (offset < 0 || offset > info.ByteCount - destination.Length)
            throw new ArgumentException($"CopyBytes: {destination.Length} bytes from {offset} on lie outside '{name}', which has {info.ByteCount}.");
        Fill(info, offset, destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        foreach (var part in parts) part.Dispose();
    }

    private Tensor ReadSame<T>(SafetensorsInfo info, DType dtype) where T : unmanaged
    {
        var tensor = Tensor.Allocate(info.Shape, dtype);
        var span = tensor.Write<T>();
        // a span of bytes ends at two gigabytes, a tensor need not
        const int Piece = 1 << 26;
        for (int done = 0; done < span.Length; done += Piece)
            Fill(info, (long)done * Unsafe.SizeOf<T>(), MemoryMarshal.AsBytes(span[done..Math.Min(span.Length, done + Piece)]));
        return tensor;
    }

    private Tensor ReadConverted<TFrom, TTo>(SafetensorsInfo info, DType dtype, Func<TFrom, TTo> convert) where TFrom : unmanaged
    {
        var tensor = Tensor.Allocate(info.Shape, dtype);
        var target = tensor.Write<TTo>();
        var buffer = new TFrom[Math.Min(target.Length, 1 << 16)];
        for (int done = 0; done < target.Length; done += buffer.Length)
        {
            var piece = buffer.AsSpan(0, Math.Min(buffer.Length, target.Length - done));
            Fill(info, (long)done * Unsafe.SizeOf<TFrom>(), MemoryMarshal.AsBytes(piece));
            for (int i = 0; i < piece.Length; i++) target[done + i] = convert(piece[i]);
        }
        return tensor;
    }

    private void Fill(SafetensorsInfo info, long offset, Span<byte> destination)
    {
        var file = parts[info.Part];
        try
        {
            file.Copy(info.Position + offset, destination);
        }
        catch (IOException error)
        {
            throw new CheckpointException($"{file.Path}: '{info.Name}' cannot be read: {error.Message}", error);
        }
    }

    private static string FindIn(string folder)
    {
        foreach (string name in new[] { SingleName, IndexName })
        {
            if (File.Exists(Path.Combine(folder, name))) return Path.Combine(folder, name);
        }
        string[] others = Directory.GetFiles(folder, "*.safetensors");
        return others.Length == 1 ? others[0]
            : throw new CheckpointException($"{folder}: neither {SingleName} nor {IndexName} is here, and {others.Length} other files end in .safetensors.");
    }

    private List<SafetensorsInfo> AddPart(string file)
    {
        var part = new MappedFile(file);
        parts.Add(part);
        long length = part.Length;
        if (length < 8) throw new CheckpointException($"{file}: {length} bytes are too few for a safetensors file.");
        Span<byte> prefix = stackalloc byte[8];
        part.Copy(0, prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)(length - 8)) throw new CheckpointException($"{file}: the header claims {headerLength} bytes, but the file has {length}; it is cut short or no safetensors file.");
        if (headerLength > SafetensorsHeader.LongestHeader) throw new CheckpointException($"{file}: the header claims {headerLength} bytes; more than {SafetensorsHeader.LongestHeader} are not allowed.");
        var header = new byte[headerLength];
        part.Copy(8, header);
        long start = 8 + (long)headerLength;
        try
        {
            return SafetensorsHeader.Parse(header, start, length - start, parts.Count - 1, metadata);
        }
        catch (FormatException error)
        {
            throw new CheckpointException($"{file}: {error.Message}.", error);
        }
    }

    private void AddIndexed(string index)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(index))!;
        var loaded = new Dictionary<string, Dictionary<string, SafetensorsInfo>>(StringComparer.Ordinal);
        foreach (var (name, file) in ReadWeightMap(index))
        {
            if (!loaded.TryGetValue(file, out var part))
                loaded[file] = part = AddPart(Path.Combine(folder, file)).ToDictionary(info => info.Name, StringComparer.Ordinal);
            if (!part.TryGetValue(name, out var info)) throw new CheckpointException($"{index}: '{name}' should stand in {file}, but does not.");
            infos[name] = info;
        }
    }

    private static List<(string Name, string File)> ReadWeightMap(string index)
    {
        long length = new FileInfo(index).Length;
        if (length > LongestIndex) throw new CheckpointException($"{index}: {length} bytes are too many for an index.");
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(index), new JsonDocumentOptions { MaxDepth = 16 });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
                throw new CheckpointException($"{index}: there is no weight_map.");
            var entries = new List<(string, string)>();
            foreach (var entry in map.EnumerateObject())
            {
                string file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
                // a part lies beside its index; anything else could lead out of the folder
                if (file.Length == 0 || file is "." or ".." || file.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || file.Contains(':', StringComparison.Ordinal))
                    throw new CheckpointException($"{index}: '{entry.Name}' points to '{file}', which is not the name of a file beside the index.");
                entries.Add((entry.Name, file));
            }
            return entries;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new CheckpointException($"{index}: the index is not valid JSON: {error.Message}", error);
        }
    }

    private CheckpointException TooLarge(SafetensorsInfo info, ulong value) => new($"{parts[info.Part].Path}: '{info.Name}' holds {value}, which is too large for Int64.");

    /// <summary>Sign, four bits of exponent (bias 7), three of fraction; no infinities, one NaN (Micikevicius and others, 2022).</summary>
    private static float FromE4M3(byte bits)
    {
        int exponent = (bits >> 3) & 15, fraction = bits & 7;
        float magnitude = (bits & 0x7f) == 0x7f ? float.NaN
            : exponent == 0 ? fraction * (1f / 512)
            : MathF.ScaleB(8 + fraction, exponent - 10);
        return bits >= 0x80 ? -magnitude : magnitude;
    }
}
