using System.Buffers.Binary;
using System.Text.Json;

namespace Baeum.Recipes;

/// <summary>
/// Weights in eight bits: each row of a matrix is w ≈ scale · q with whole numbers q from -127 to 127 and scale = max|w| / 127. Vectors stay
/// as they are. The file is a safetensors file: <c>name</c> of type I8 and <c>name.scale</c> of type F32.
/// </summary>
internal static class Int8Weights
{
    private const string ScaleEnd = ".scale";
    private const float Most = 127;

    /// <summary>Writes a model's parameters.</summary>
    internal static void Save(string path, Module model)
    {
        var parts = new List<(string Name, string Type, int[] Shape, byte[] Bytes)>();
        foreach (var (name, parameter) in model.NamedParameters())
        {
            float[] values = parameter.Detach().Contiguous().ToArray<float>();
            if (parameter.Rank != 2)
            {
                parts.Add((name, "F32", parameter.Shape.ToArray(), Bytes(values)));
                continue;
            }
            int rows = parameter.Shape[0], columns = parameter.Shape[1];
            var quantised = new byte[values.Length];
            var scales = new float[rows];
            for (int row = 0; row < rows; row++)
            {
                Span<float> line = values.AsSpan(row * columns, columns);
                foreach (float value in line) scales[row] = Math.Max(scales[row], Math.Abs(value) / Most);
                for (int i = 0; i < columns; i++) quantised[row * columns + i] = unchecked((byte)(sbyte)MathF.Round(scales[row] == 0 ? 0 : line[i] / scales[row]));
            }
            parts.Add((name, "I8", [rows, columns], quantised));
            parts.Add((name + ScaleEnd, "F32", [rows, 1], Bytes(scales)));
        }
        // wide elements first keep every tensor aligned
        parts = [.. parts.OrderBy(part => part.Type == "I8")];
        long offset = 0;
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(parts.ToDictionary(part => part.Name, part => new Dictionary<string, object>
        {
            ["dtype"] = part.Type,
            ["shape"] = part.Shape,
            ["data_offsets"] = new[] { offset, offset += part.Bytes.Length },
        }));
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, (header.Length + 7) / 8 * 8);
            stream.Write(length);
            stream.Write(header);
            while (stream.Position % 8 != 0) stream.WriteByte((byte)' ');
            foreach (var part in parts) stream.Write(part.Bytes);
        });
    }

    /// <summary>Reads the parameters back as numbers to compute with.</summary>
    internal static Dictionary<string, Tensor> Load(string path)
    {
        IReadOnlyDictionary<string, Tensor> stored = Safetensors.Load(path);
        return stored.Where(entry => !entry.Key.EndsWith(ScaleEnd, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key, entry => stored.TryGetValue(entry.Key + ScaleEnd, out Tensor? scale) ? entry.Value.To(DType.Float32) * scale : entry.Value);
    }

    private static byte[] Bytes(float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return bytes;
    }
}
