using System.Text;

namespace Baeum.Plotting.Gif;

/// <summary>Writes animated GIF89a: one colour table for all frames, and of each frame only what differs from the one before.</summary>
internal static class GifWriter
{
    private const byte AsBefore = 255;

    /// <param name="stream">Where to.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="frames">The pictures, row by row, 0xAARRGGBB.</param>
    /// <param name="hundredths">How long each stands, in hundredths of a second.</param>
    internal static void Write(Stream stream, int width, int height, IReadOnlyList<uint[]> frames, int hundredths)
    {
        var table = new ColorTable(frames);
        stream.Write(Encoding.ASCII.GetBytes("GIF89a"));
        Word(stream, width);
        Word(stream, height);
        // a global table of 256 colours, 8 bits a channel
        stream.Write([0xF7, 0, 0]);
        for (int i = 0; i < 256; i++)
        {
            (byte red, byte green, byte blue) = i < table.Colors.Count ? table.Colors[i] : default;
            stream.Write([red, green, blue]);
        }
        // repeats without end
        stream.Write([0x21, 0xFF, 11, .. Encoding.ASCII.GetBytes("NETSCAPE2.0"), 3, 1, 0, 0, 0]);
        byte[]? before = null;
        foreach (uint[] frame in frames)
        {
            byte[] now = Array.ConvertAll(frame, table.IndexOf);
            Frame(stream, width, height, now, before, hundredths);
            before = now;
        }
        stream.WriteByte(0x3B);
    }

    private static void Frame(Stream stream, int width, int height, byte[] now, byte[]? before, int hundredths)
    {
        (int left, int top, int right, int bottom) = before is null ? (0, 0, width, height) : Changed(now, before, width, height);
        byte[] part = new byte[(right - left) * (bottom - top)];
        int at = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                byte index = now[y * width + x];
                part[at++] = before is not null && before[y * width + x] == index ? AsBefore : index;
            }
        }
        // leave the frame in place; one index stands for "as before"
        stream.Write([0x21, 0xF9, 4, (byte)(before is null ? 0x04 : 0x05)]);
        Word(stream, hundredths);
        stream.Write([AsBefore, 0, 0x2C]);
        Word(stream, left);
        Word(stream, top);
        Word(stream, right - left);
        Word(stream, bottom - top);
        stream.WriteByte(0);
        LzwEncoder.Write(stream, part);
    }

    // a frame without any change still takes its time: it is a single pixel
    private static (int Left, int Top, int Right, int Bottom) Changed(byte[] now, byte[] before, int width, int height)
    {
        (int left, int top, int right, int bottom) = (width, height, 0, 0);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = now.AsSpan(y * width, width), old = before.AsSpan(y * width, width);
            int same = row.CommonPrefixLength(old);
            if (same == width)
                continue;
            int last = width;
            while (row[last - 1] == old[last - 1])
                last--;
            (left, right, top, bottom) = (Math.Min(left, same), Math.Max(right, last), Math.Min(top, y), y + 1);
        }
        return right == 0 ? (0, 0, 1, 1) : (left, top, right, bottom);
    }

    private static void Word(Stream stream, int value)
    {
        stream.WriteByte((byte)value);
        stream.WriteByte((byte)(value >> 8));
    }
}
