using System.Buffers.Binary;
using System.IO.Compression;

namespace Baeum.Tests;

public sealed class ImageFileTests
{
    /// <summary>A PNG whose row y is filtered by method y mod 5; samples of eight bits.</summary>
    private static byte[] Png(int width, int height, byte kind, byte[] samples, byte[]? palette = null)
    {
        int channels = samples.Length / (width * height), rowBytes = width * channels;
        using var rows = new MemoryStream();
        for (int y = 0; y < height; y++)
        {
            rows.WriteByte((byte)(y % 5));
            for (int i = 0; i < rowBytes; i++)
            {
                int a = i < channels ? 0 : samples[y * rowBytes + i - channels], b = y == 0 ? 0 : samples[(y - 1) * rowBytes + i];
                int c = i < channels || y == 0 ? 0 : samples[(y - 1) * rowBytes + i - channels];
                int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
                int guess = (y % 5) switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => pa <= pb && pa <= pc ? a : pb <= pc ? b : c };
                rows.WriteByte((byte)(samples[y * rowBytes + i] - guess));
            }
        }
        return Assemble(width, height, 8, kind, rows.ToArray(), palette);
    }

    private static byte[] Assemble(int width, int height, byte depth, byte kind, byte[] rows, byte[]? palette = null)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(rows);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, kind);
        var data = packed.ToArray();
        // two data chunks, as long pictures have
        return [0x89, .. "PNG"u8, 13, 10, 26, 10, .. Chunk("IHDR", header), .. Chunk("tEXt", "a"u8.ToArray()), .. palette is null ? [] : Chunk("PLTE", palette),
            .. Chunk("IDAT", data[..(data.Length / 2)]), .. Chunk("IDAT", data[(data.Length / 2)..]), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string name, byte[] body)
    {
        var chunk = new byte[12 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(chunk, 4);
        body.CopyTo(chunk, 8);
        return chunk;
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 2)]
    [InlineData(6, 4)]
    public void PngsOfEveryKindAndFilterAreRead(byte kind, int channels)
    {
        using var folder = new TemporaryFolder();
        const int Width = 7, Height = 11;
        var random = new PhiloxRandom(kind);
        byte[] samples = [.. Enumerable.Range(0, Width * Height * channels).Select(_ => (byte)random.NextInteger(0, 256))];
        var image = ImageFile.Read(folder.Write("a.png", Png(Width, Height, kind, samples)));
        Assert.Equal([channels, Height, Width], image.Shape);
        var values = image.ToArray<float>();
        for (int i = 0; i < samples.Length; i++)
            Assert.Equal(samples[i] / 255.0, values[i % channels * Width * Height + i / channels], 1e-6);
    }

    [Fact]
    public void PalettesAndFewBitsAreRead()
    {
        using var folder = new TemporaryFolder();
        var image = ImageFile.Read(folder.Write("a.png", Png(2, 1, 3, [1, 0], [255, 0, 0, 0, 0, 255])));
        Assert.Equal([0f, 1, 0, 0, 1, 0], image.ToArray<float>());
        Assert.Contains("palette", Assert.Throws<DataFileException>(() => ImageFile.Read(folder.Write("a.png", Png(2, 1, 3, [2, 0], [255, 0, 0, 0, 0, 255])))).Message, StringComparison.Ordinal);
        var bits = ImageFile.Read(folder.Write("a.png", Assemble(10, 1, 1, 0, [0, 0b10110000, 0b01000000])));
        Assert.Equal([1f, 0, 1, 1, 0, 0, 0, 0, 0, 1], bits.ToArray<float>());
    }

    [Fact]
    public void PortableMapsAreRead()
    {
        using var folder = new TemporaryFolder();
        Assertions.Close(Tensor.From(new[, ,] { { { 0f, 1 }, { 0.5f, 0.25f } } }), ImageFile.Read(folder.Write("a.pgm", "P2 # grey\n2 2\n4\n0 4\n2 1\n")), 1e-6);
        Assertions.Close(Tensor.From(new[, ,] { { { 1f, 0 } }, { { 0, 0.2f } }, { { 0, 0 } } }), ImageFile.Read(folder.Write("a.ppm", [.. "P6\n2 1\n255\n"u8, 255, 0, 0, 0, 51, 0])), 1e-6);
        foreach (string bad in new[] { "P5\n2 2\n255\n", "P2\n2 2\n255\n1 2 3", "P2\n-2 2\n255\n", "P5\n99999 99999\n255\n", "P5\n1 1\n65535\n1", "P5", "P9\n1 1 1 1", "", "P2 100000 600 255 1" })
            Assert.Contains("a.pgm", Assert.Throws<DataFileException>(() => ImageFile.Read(folder.Write("a.pgm", bad))).Message, StringComparison.Ordinal);
    }

    /// <summary>However a picture is damaged, nothing but a DataFileException comes out.</summary>
    [Fact]
    public void NoDamageCausesAnotherException()
    {
        using var folder = new TemporaryFolder();
        var random = new PhiloxRandom(8);
        var valid = Png(5, 6, 2, [.. Enumerable.Range(0, 90).Select(i => (byte)(i * 31))]);
        int refused = 0;
        for (int round = 0; round < 1000; round++)
        {
            var bytes = valid.ToArray();
            for (long change = random.NextInteger(1, 4); change > 0; change--) bytes[(int)random.NextInteger(0, bytes.Length)] = (byte)random.NextInteger(0, 256);
            if (random.NextInteger(0, 8) == 0) bytes = bytes[..(int)random.NextInteger(0, bytes.Length)];
            try
            {
                ImageFile.Read(folder.Write("a.png", bytes));
            }
            catch (DataFileException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 300, 1000);
        // a picture that unpacks to more than its header says is not unpacked to the end
        Assert.Contains("unpacked", Assert.Throws<DataFileException>(() => ImageFile.Read(folder.Write("a.png", Assemble(2, 2, 8, 0, new byte[1_000_000])))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderAClassIsADataset()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<DataFileException>(() => new ImageFolder(folder.Path));
        foreach (string name in new[] { "square", "circle" }) Directory.CreateDirectory(folder.File(name));
        folder.Write(Path.Combine("square", "1.pgm"), "P2 1 1 1 1");
        folder.Write(Path.Combine("circle", "2.pgm"), "P2 1 1 1 0");
        folder.Write(Path.Combine("circle", "1.PNG"), Png(1, 1, 0, [255]));
        folder.Write(Path.Combine("circle", "notes.txt"), "-");
        var data = new ImageFolder(folder.Path);
        Assert.Equal(["circle", "square"], data.Classes);
        Assert.Equal(3, data.Count);
        Assert.Equal([(1.0, 0L), (0.0, 0L), (1.0, 1L)], Enumerable.Range(0, 3).Select(i => (data[i].Image.Item(), data[i].Class)));
        Assert.Throws<DataFileException>(() => new ImageFolder(folder.File("absent")));
    }
}
