using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace Baeum;

/// <summary>Reads small pictures: PNG (8 bits or fewer a channel, not interlaced) and PGM, PPM (plain and raw).</summary>
public static class ImageFile
{
    private const int MostPixels = 1 << 26;

    /// <summary>A picture as Float32 [channels, height, width] of 0 to 1: one channel for grey, three for colour, one more for opacity.</summary>
    /// <exception cref="DataFileException">The file is broken or of another kind; the message names file and reason.</exception>
    public static Tensor Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadOnlySpan<byte> file = TextFile.ReadBytes(path);
        if (file.StartsWith(PngDecoder.Mark)) return PngDecoder.Read(file, path);
        if (file.Length > 2 && file[0] == 'P' && file[1] is (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6') return ReadPortable(file, path);
        throw new DataFileException(path, "it is neither PNG nor PGM nor PPM.");
    }

    /// <summary>Turns samples that stand pixel by pixel into planes of 0 to 1.</summary>
    internal static Tensor ToPlanes(ReadOnlySpan<byte> pixels, int channels, int height, int width, float scale)
    {
        var image = Tensor.Allocate([channels, height, width], DType.Float32);
        var planes = image.Write<float>();
        int size = height * width;
        for (int i = 0; i < size; i++)
        {
            for (int c = 0; c < channels; c++) planes[c * size + i] = pixels[i * channels + c] * scale;
        }
        return image;
    }

    internal static void CheckSize(long width, long height, string path)
    {
        if (width < 1 || height < 1 || width > MostPixels || height > MostPixels || width * height > MostPixels)
            throw new DataFileException(path, $"a picture of {width} × {height} cannot be read; at most {MostPixels} pixels can.");
    }

    private static Tensor ReadPortable(ReadOnlySpan<byte> file, string path)
    {
        bool plain = file[1] is (byte)'2' or (byte)'3';
        int channels = file[1] is (byte)'3' or (byte)'6' ? 3 : 1, position = 2;
        int width = Number(file, ref position, path), height = Number(file, ref position, path), most = Number(file, ref position, path);
        CheckSize(width, height, path);
        if (most is < 1 or > 255) throw new DataFileException(path, $"samples up to {most} cannot be read; up to 255 can.");
        int count = width * height * channels;
        // one blank follows the header, then the samples
        if (!plain)
        {
            var raw = file[Math.Min(file.Length, position + 1)..];
            if (raw.Length < count) throw new DataFileException(path, $"{count} samples were expected, {raw.Length} are there.");
            return ToPlanes(raw[..count], channels, height, width, 1f / most);
        }
        // every plain sample takes a digit at least, so a short file cannot ask for much
        if (count > file.Length) throw new DataFileException(path, $"{count} samples were expected, the file has {file.Length} bytes.");
        var samples = new byte[count];
        for (int i = 0; i < count; i++) samples[i] = (byte)Math.Min(255, Number(file, ref position, path));
        return ToPlanes(samples, channels, height, width, 1f / most);
    }

    private static int Number(ReadOnlySpan<byte> file, ref int position, string path)
    {
        while (position < file.Length && file[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'#')
        {
            if (file[position] == '#')
            {
                while (position < file.Length && file[position] != '\n') position++;
            }
            else
            {
                position++;
            }
        }
        int start = position;
        while (position < file.Length && file[position] is >= (byte)'0' and <= (byte)'9') position++;
        return int.TryParse(file[start..position], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new DataFileException(path, $"a whole number was expected at byte {start}.");
    }
}

/// <summary>Decodes PNG (ISO/IEC 15948) as far as <see cref="ImageFile"/> needs it.</summary>
internal static class PngDecoder
{
    internal static ReadOnlySpan<byte> Mark => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    internal static Tensor Read(ReadOnlySpan<byte> file, string path)
    {
        int width = 0, height = 0, depth = 0, kind = 0;
        byte[] palette = [];
        using var packed = new MemoryStream();
        var rest = file[Mark.Length..];
        for (bool ended = false; !ended;)
        {
            if (rest.Length < 12) throw new DataFileException(path, "the file ends within a chunk.");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12) throw new DataFileException(path, $"a chunk claims {length} bytes, {rest.Length - 12} are left.");
            var name = rest.Slice(4, 4);
            var body = rest.Slice(8, (int)length);
            rest = rest[(12 + (int)length)..];
            if (width == 0 && !name.SequenceEqual("IHDR"u8)) throw new DataFileException(path, "the header chunk is missing.");
            if (name.SequenceEqual("IHDR"u8)) (width, height, depth, kind) = ReadHeader(body, path);
            else if (name.SequenceEqual("PLTE"u8)) palette = body.ToArray();
            else if (name.SequenceEqual("IDAT"u8)) packed.Write(body);
            else if (name.SequenceEqual("IEND"u8)) ended = true;
            else if ((name[0] & 0x20) == 0) throw new DataFileException(path, "it has an essential chunk that is not known.");
        }
        int channels = kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        int rowBytes = (width * channels * depth + 7) / 8;
        var rows = Unpack(packed, (long)height * (rowBytes + 1), path);
        Unfilter(rows, height, rowBytes, Math.Max(1, channels * depth / 8), path);
        return kind == 3 ? FromPalette(rows, width, height, depth, rowBytes, palette, path)
            : ImageFile.ToPlanes(Samples(rows, width * channels, height, depth, rowBytes), channels, height, width, 1f / ((1 << depth) - 1));
    }

    private static (int Width, int Height, int Depth, int Kind) ReadHeader(ReadOnlySpan<byte> body, string path)
    {
        if (body.Length != 13) throw new DataFileException(path, "the header chunk has not 13 bytes.");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(body), height = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        ImageFile.CheckSize(width, height, path);
        int depth = body[8], kind = body[9];
        bool known = kind switch { 0 or 3 => depth is 1 or 2 or 4 or 8, 2 or 4 or 6 => depth == 8, _ => false };
        if (!known || body[10] != 0 || body[11] != 0 || body[12] != 0)
            throw new DataFileException(path, $"{depth} bits a channel of colour type {kind}{(body[12] != 0 ? ", interlaced," : "")} cannot be read; save it with 8 bits, not interlaced.");
        return ((int)width, (int)height, depth, kind);
    }

    private static byte[] Unpack(MemoryStream packed, long size, string path)
    {
        if (size > int.MaxValue) throw new DataFileException(path, "the picture is too large.");
        packed.Position = 0;
        using var rows = new MemoryStream();
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        Bounded.Copy(zlib, rows, size, path);
        return rows.Length == size ? rows.ToArray() : throw new DataFileException(path, $"the picture takes {size} bytes, unpacked there are {rows.Length}.");
    }

    /// <summary>Undoes the prediction of each row from the pixel to the left (a), the row above (b) and the pixel above left (c).</summary>
    private static void Unfilter(byte[] rows, int height, int rowBytes, int pixelBytes, string path)
    {
        var above = new byte[rowBytes];
        for (int y = 0; y < height; y++)
        {
            int filter = rows[y * (rowBytes + 1)];
            if (filter > 4) throw new DataFileException(path, $"row {y} has the unknown filter {filter}.");
            var row = rows.AsSpan(y * (rowBytes + 1) + 1, rowBytes);
            for (int i = 0; i < rowBytes; i++)
            {
                int a = i < pixelBytes ? 0 : row[i - pixelBytes], b = above[i], c = i < pixelBytes ? 0 : above[i - pixelBytes];
                row[i] += (byte)(filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => Paeth(a, b, c) });
            }
            row.CopyTo(above);
        }
    }

    private static int Paeth(int a, int b, int c)
    {
        int da = Math.Abs(b - c), db = Math.Abs(a - c), dc = Math.Abs(a + b - 2 * c);
        return da <= db && da <= dc ? a : db <= dc ? b : c;
    }

    /// <summary>One byte a sample, whatever the depth.</summary>
    private static byte[] Samples(byte[] rows, int samplesPerRow, int height, int depth, int rowBytes)
    {
        var samples = new byte[samplesPerRow * height];
        for (int y = 0; y < height; y++)
        {
            var row = rows.AsSpan(y * (rowBytes + 1) + 1, rowBytes);
            for (int x = 0; x < samplesPerRow; x++)
            {
                int bit = x * depth;
                samples[y * samplesPerRow + x] = (byte)((row[bit / 8] >> (8 - depth - bit % 8)) & ((1 << depth) - 1));
            }
        }
        return samples;
    }

    private static Tensor FromPalette(byte[] rows, int width, int height, int depth, int rowBytes, byte[] palette, string path)
    {
        var samples = Samples(rows, width, height, depth, rowBytes);
        var colours = new byte[samples.Length * 3];
        for (int i = 0; i < samples.Length; i++)
        {
            if (samples[i] * 3 + 3 > palette.Length) throw new DataFileException(path, $"colour {samples[i]} lies outside the palette of {palette.Length / 3}.");
            palette.AsSpan(samples[i] * 3, 3).CopyTo(colours.AsSpan(i * 3));
        }
        return ImageFile.ToPlanes(colours, 3, height, width, 1f / 255);
    }
}
