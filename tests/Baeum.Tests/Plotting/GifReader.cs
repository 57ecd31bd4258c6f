using System.Buffers.Binary;

namespace Baeum.Tests.Plotting;

/// <summary>Reads GIF as its specification says, written for the tests alone.</summary>
internal sealed class GifReader
{
    internal int Width { get; private init; }

    internal int Height { get; private init; }

    internal int Hundredths { get; private set; }

    internal bool Repeats { get; private set; }

    internal List<uint[]> Frames { get; } = [];

    internal static GifReader Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        Assert.Equal("GIF89a"u8.ToArray(), Take(stream, 6));
        var gif = new GifReader { Width = Word(stream), Height = Word(stream) };
        byte[] head = Take(stream, 3);
        byte[] table = Take(stream, 3 << ((head[0] & 7) + 1));
        var canvas = new uint[gif.Width * gif.Height];
        int transparent = -1;
        while (true)
        {
            switch (stream.ReadByte())
            {
                case 0x21 when stream.ReadByte() == 0xF9:
                    byte[] control = Take(stream, 6);
                    transparent = (control[1] & 1) == 1 ? control[4] : -1;
                    gif.Hundredths = BinaryPrimitives.ReadUInt16LittleEndian(control.AsSpan(2));
                    Assert.Equal((4, 0), (control[0], control[5]));
                    break;
                case 0x21:
                    Assert.Equal("NETSCAPE2.0"u8.ToArray(), Take(stream, stream.ReadByte()));
                    gif.Repeats = Take(stream, 5) is [3, 1, 0, 0, 0];
                    break;
                case 0x2C:
                    (int left, int top, int width, int height) = (Word(stream), Word(stream), Word(stream), Word(stream));
                    Assert.Equal(0, stream.ReadByte());
                    byte[] indices = Decompress(stream, width * height);
                    for (int i = 0; i < indices.Length; i++)
                    {
                        if (indices[i] == transparent)
                            continue;
                        int c = 3 * indices[i];
                        canvas[(top + i / width) * gif.Width + left + i % width] = 0xFF000000 | (uint)table[c] << 16 | (uint)table[c + 1] << 8 | table[c + 2];
                    }
                    gif.Frames.Add([.. canvas]);
                    break;
                case 0x3B:
                    Assert.Equal(stream.Length, stream.Position);
                    return gif;
                default:
                    Assert.Fail("an unknown block");
                    break;
            }
        }
    }

    internal static byte[] Decompress(Stream stream, int length)
    {
        int least = stream.ReadByte(), clear = 1 << least;
        var data = new List<byte>();
        for (int count = stream.ReadByte(); count > 0; count = stream.ReadByte())
            data.AddRange(Take(stream, count));
        var output = new List<byte>(length);
        var table = new List<byte[]>();
        int width = least + 1, bit = 0;
        byte[]? before = null;
        while (true)
        {
            int code = 0;
            for (int i = 0; i < width; i++, bit++)
                code |= (data[bit / 8] >> (bit % 8) & 1) << i;
            if (code == clear)
            {
                table = [.. Enumerable.Range(0, clear + 2).Select(i => (byte[])[(byte)i])];
                (width, before) = (least + 1, null);
                continue;
            }
            if (code == clear + 1)
                break;
            byte[] sequence = code < table.Count ? table[code] : [.. before!, before![0]];
            output.AddRange(sequence);
            if (before is not null && table.Count < 4096)
                table.Add([.. before, sequence[0]]);
            if (table.Count == 1 << width && width < 12)
                width++;
            before = sequence;
        }
        Assert.Equal(length, output.Count);
        return [.. output];
    }

    private static byte[] Take(Stream stream, int count)
    {
        var bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int Word(Stream stream) => stream.ReadByte() | stream.ReadByte() << 8;
}
