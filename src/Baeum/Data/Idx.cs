using System.Buffers.Binary;
using System.IO.Compression;

namespace Baeum;

/// <summary>Reads and writes the IDX format of MNIST; what is compressed by gzip is recognised by its first bytes.</summary>
public static class Idx
{
    /// <summary>Reads a file: bytes and whole numbers become Int64, floats keep their type.</summary>
    /// <exception cref="DataFileException">The file is broken; the message names file and reason.</exception>
    public static Tensor Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadOnlySpan<byte> file = TextFile.ReadBytes(path);
        if (file.Length < 4 || file[0] != 0 || file[1] != 0) throw new DataFileException(path, "it does not begin as an IDX file does.");
        int size = file[2] switch { 0x08 or 0x09 => 1, 0x0B => 2, 0x0C or 0x0D => 4, 0x0E => 8, _ => throw new DataFileException(path, $"elements of type 0x{file[2]:X2} are not known.") };
        int rank = file[3];
        if (file.Length < 4 + 4 * rank) throw new DataFileException(path, $"the file ends before the sizes of its {rank} dimensions.");
        var sizes = new int[rank];
        long count = 1;
        for (int d = 0; d < rank; d++)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[(4 + 4 * d)..]);
            count = length > int.MaxValue ? long.MaxValue : count * length;
            if (count > int.MaxValue) throw new DataFileException(path, $"the sizes of the dimensions make more than {int.MaxValue} elements.");
            sizes[d] = (int)length;
        }
        var data = file[(4 + 4 * rank)..];
        if (count * size != data.Length) throw new DataFileException(path, $"{count} elements take {count * size} bytes, but {data.Length} follow the header.");
        return Convert(data, file[2], Shape.Own(sizes));
    }

    private static Tensor Convert(ReadOnlySpan<byte> data, byte type, Shape shape)
    {
        var tensor = Tensor.Allocate(shape, type switch { 0x0D => DType.Float32, 0x0E => DType.Float64, _ => DType.Int64 });
        for (int i = 0; i < shape.Count; i++)
        {
            switch (type)
            {
                case 0x08: tensor.Write<long>()[i] = data[i]; break;
                case 0x09: tensor.Write<long>()[i] = (sbyte)data[i]; break;
                case 0x0B: tensor.Write<long>()[i] = BinaryPrimitives.ReadInt16BigEndian(data[(2 * i)..]); break;
                case 0x0C: tensor.Write<long>()[i] = BinaryPrimitives.ReadInt32BigEndian(data[(4 * i)..]); break;
                case 0x0D: tensor.Write<float>()[i] = BinaryPrimitives.ReadSingleBigEndian(data[(4 * i)..]); break;
                default: tensor.Write<double>()[i] = BinaryPrimitives.ReadDoubleBigEndian(data[(8 * i)..]); break;
            }
        }
        return tensor;
    }

    /// <summary>Writes whole numbers of 0 to 255 as bytes, as MNIST has them; compressed if the name ends in .gz.</summary>
    /// <exception cref="ArgumentException">The tensor is not Int64, or a number lies outside 0 to 255.</exception>
    public static void SaveBytes(string path, Tensor tensor)
    {
        var header = new byte[4 + 4 * tensor.Rank];
        header[2] = 0x08;
        header[3] = checked((byte)tensor.Rank);
        for (int d = 0; d < tensor.Rank; d++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * d), tensor.Shape[d]);
        var bytes = Array.ConvertAll(tensor.ToArray<long>(), value => value is >= 0 and <= 255
            ? (byte)value
            : throw new ArgumentException($"SaveBytes: {value} lies outside 0 to 255.", nameof(tensor)));
        AtomicFile.Write(path, stream =>
        {
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                stream.Write(header);
                stream.Write(bytes);
                return;
            }
            using var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
            packed.Write(header);
            packed.Write(bytes);
        });
    }
}
