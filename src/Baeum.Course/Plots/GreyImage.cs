using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Baeum.Course.Plots;

/// <summary>Writes a matrix as a grey PNG (8 bits, one channel); small pictures are enlarged so that each pixel can be seen.</summary>
internal static class GreyImage
{
    internal static void Write(string path, double[,] pixels, double low, double high)
    {
        int height = pixels.GetLength(0), width = pixels.GetLength(1);
        if (height == 0 || width == 0)
            throw new ArgumentException($"lesson.Image: a picture needs pixels, not [{height} × {width}]", nameof(pixels));
        int scale = Math.Max(1, 224 / Math.Max(width, height));
        byte[] row = new byte[1 + width * scale];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width * scale; x++)
                    row[1 + x] = (byte)Math.Round(255 * Math.Clamp((pixels[y, x / scale] - low) / (high - low), 0, 1));
                for (int repeat = 0; repeat < scale; repeat++)
                    zlib.Write(row);
            }
        }
        using FileStream file = File.Create(path);
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width * scale);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height * scale);
        header[8] = 8;
        Chunk(file, "IHDR", header);
        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
    }

    private static void Chunk(Stream file, string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32(named));
        file.Write(word);
    }

    private static uint Crc32(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
