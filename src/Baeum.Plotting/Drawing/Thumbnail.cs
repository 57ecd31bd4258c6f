using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Baeum.Plotting.Gif;
using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Small copies of pictures: fewer pixels, and one byte each into a table of colours, which Skia does not write.</summary>
internal static class Thumbnail
{
    private static readonly uint[] Crc = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Aggregate((uint)i, (crc, _) => (crc >> 1) ^ ((crc & 1) * 0xEDB88320)))];

    internal static byte[] Of(byte[] image, int width, int mostBytes)
    {
        using SKBitmap full = Decode(image);
        width = Math.Min(width, full.Width);
        while (true)
        {
            var info = new SKImageInfo(width, Math.Max(1, full.Height * width / full.Width), SKColorType.Bgra8888, SKAlphaType.Opaque);
            using SKBitmap small = full.Resize(info, new SKSamplingOptions(SKCubicResampler.Mitchell));
            byte[] png = Write(info.Width, info.Height, MemoryMarshal.Cast<byte, uint>(small.GetPixelSpan()).ToArray());
            if (png.Length <= mostBytes || width <= 160)
                return png;
            width = width * 7 / 8;
        }
    }

    // of an animation the last picture: it usually shows where things lead
    private static SKBitmap Decode(byte[] image)
    {
        using var stream = new MemoryStream(image);
        using SKCodec codec = SKCodec.Create(stream) ?? throw new ArgumentException("Thumbnail: this is no picture that can be read", nameof(image));
        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Bgra8888, SKAlphaType.Premul));
        for (int frame = 0; frame < Math.Max(1, codec.FrameCount); frame++)
            codec.GetPixels(bitmap.Info, bitmap.GetPixels(), new SKCodecOptions(frame, frame - 1));
        return bitmap;
    }

    private static byte[] Write(int width, int height, uint[] pixels)
    {
        var table = new ColorTable([pixels]);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int y = 0; y < height; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(Array.ConvertAll(pixels[(y * width)..((y + 1) * width)], table.IndexOf));
            }
        }
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        Chunk(file, "IHDR", header);
        Chunk(file, "PLTE", [.. table.Colors.SelectMany(color => (byte[])[color.Red, color.Green, color.Blue])]);
        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Chunk(Stream file, string name, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. data];
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~named.Aggregate(uint.MaxValue, (crc, value) => (crc >> 8) ^ Crc[(crc ^ value) & 255]));
        file.Write(word);
    }
}
