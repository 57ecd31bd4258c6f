using System.Text.Json;
using System.Text.Unicode;

namespace Baeum;

/// <summary>What a safetensors file says of one tensor.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DataType">The type as the file writes it: F32, BF16, I64, ...</param>
/// <param name="Shape">The sizes of its dimensions.</param>
/// <param name="ByteCount">Bytes that it takes in the file.</param>
public sealed record SafetensorsInfo(string Name, string DataType, Shape Shape, long ByteCount)
{
    internal long Position { get; init; }

    internal int Part { get; init; }
}

/// <summary>
/// Reads and checks the header of a safetensors file: eight bytes of length, a JSON object of types, shapes and places, then the data
/// without holes.
/// </summary>
internal static class SafetensorsHeader
{
    internal const int LongestHeader = 100_000_000;
    internal const string MetadataName = "__metadata__";
    private const int DeepestNesting = 16;

    /// <summary>Bytes an element of a type takes; 0 for a type that is not known.</summary>
    internal static int ElementSize(string dataType) => dataType switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => 0,
    };

    /// <summary>Parses a header whose data section has <paramref name="dataLength"/> bytes and begins at <paramref name="dataStart"/>.</summary>
    /// <exception cref="FormatException">The header is broken; the message says how.</exception>
    internal static List<SafetensorsInfo> Parse(ReadOnlySpan<byte> json, long dataStart, long dataLength, int part, Dictionary<string, string> metadata)
    {
        if (!Utf8.IsValid(json)) throw new FormatException("the header is not valid UTF-8");
        var infos = new List<SafetensorsInfo>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DeepestNesting });
            Expect(ref reader, JsonTokenType.StartObject, "the header must be a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (!names.Add(name)) throw new FormatException($"the name '{name}' occurs twice");
                if (name == MetadataName) ReadMetadata(ref reader, metadata);
                else infos.Add(ReadInfo(ref reader, name, dataLength, part));
            }
            // what follows the object may only be blanks; reading on finds anything else
            while (reader.Read())
            {
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair
            throw new FormatException($"the header is not valid JSON: {error.Message}");
        }
        CheckLayout(infos, dataLength);
        for (int i = 0; i < infos.Count; i++) infos[i] = infos[i] with { Position = infos[i].Position + dataStart };
        return infos;
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        Expect(ref reader, JsonTokenType.StartObject, $"{MetadataName} must be an object of strings");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, $"{MetadataName} must be an object of strings");
            metadata[key] = reader.GetString()!;
        }
    }

    private static SafetensorsInfo ReadInfo(ref Utf8JsonReader reader, string name, long dataLength, int part)
    {
        Expect(ref reader, JsonTokenType.StartObject, $"the entry of '{name}' must be an object");
        string? type = null;
        List<long>? shape = null, offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            bool again = key switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
            if (again) throw new FormatException($"'{name}' has two entries {key}");
            switch (key)
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String, $"the dtype of '{name}' must be a string");
                    type = reader.GetString()!;
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, name, key);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, name, key);
                    break;
                default:
                    reader.Read();
                    reader.Skip();
                    break;
            }
        }
        if (type is null || shape is null || offsets is null) throw new FormatException($"'{name}' lacks dtype, shape or data_offsets");
        int size = ElementSize(type);
        if (size == 0) throw new FormatException($"'{name}' has the unknown dtype '{type}'");
        if (offsets.Count != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength)
            throw new FormatException($"'{name}' has data_offsets [{string.Join(", ", offsets.Take(4))}], but the file holds {dataLength} bytes of data");
        long bytes = offsets[1] - offsets[0];
        return new SafetensorsInfo(name, type, CheckShape(name, type, shape, size, bytes), bytes) { Position = offsets[0], Part = part };
    }

    private static Shape CheckShape(string name, string type, List<long> shape, int size, long bytes)
    {
        long count = 1;
        var sizes = new int[shape.Count];
        for (int i = 0; i < sizes.Length; i++)
        {
            count = shape[i] > int.MaxValue ? long.MaxValue : count * shape[i];
            if (count > int.MaxValue) throw new FormatException($"'{name}' has more than {int.MaxValue} elements, the most a tensor can hold");
            sizes[i] = (int)shape[i];
        }
        if (count * size != bytes)
            throw new FormatException($"'{name}' ({type}, {count} elements) needs {count * size} bytes, but its data_offsets give it {bytes}");
        return Shape.Own(sizes);
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string name, string key)
    {
        Expect(ref reader, JsonTokenType.StartArray, $"{key} of '{name}' must be an array of whole numbers");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw new FormatException($"{key} of '{name}' must hold whole numbers of 0 or more");
            numbers.Add(number);
        }
        return numbers;
    }

    private static void CheckLayout(List<SafetensorsInfo> infos, long dataLength)
    {
        long end = 0;
        foreach (var info in infos.OrderBy(i => i.Position).ThenBy(i => i.ByteCount))
        {
            if (info.Position < end) throw new FormatException($"'{info.Name}' overlaps the tensor before it");
            if (info.Position > end) throw new FormatException($"there is a hole of {info.Position - end} bytes before '{info.Name}'");
            end += info.ByteCount;
        }
        if (end != dataLength) throw new FormatException($"the tensors take {end} bytes, but the file holds {dataLength}");
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string otherwise)
    {
        if (!reader.Read() || reader.TokenType != type) throw new FormatException(otherwise);
    }
}
