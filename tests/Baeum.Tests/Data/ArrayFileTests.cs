using System.IO.Compression;
using System.Text;

namespace Baeum.Tests;

public sealed class ArrayFileTests
{
    /// <summary>The arrays that NumPy wrote were made from 0 to 23 in shape [2, 3, 4].</summary>
    private static Tensor Expected(string name)
    {
        double[] a = [.. Enumerable.Range(0, 24).Select(i => (double)i)];
        Func<double, double> element = name switch
        {
            "f8" or "big_f8" or "fortran" => x => x / 7,
            "f4" or "big_f4" => x => (float)(x / 7),
            "f2" or "big_f2" => x => (double)(Half)(x / 7),
            "u8" => x => x,
            "u4" => x => x + 4294967270,
            "u2" => x => x + 65510,
            "u1" => x => x * 10,
            "b1" => x => x % 3 == 0 ? 1 : 0,
            _ => x => x - 12,
        };
        return name switch
        {
            "scalar" => Tensor.Scalar(2.5, DType.Float64),
            "vector" => Tensor.From([0.0, 1, 2, 3, 4]),
            "empty" => Tensor.Zeros([0, 3], DType.Float64),
            _ => Tensor.Wrap(Array.ConvertAll(a, x => element(x)), [2, 3, 4]),
        };
    }

    [Theory]
    [InlineData("numpy/plain.npz")]
    [InlineData("numpy/compressed.npz")]
    public void WhatNumPyWroteIsRead(string path)
    {
        var arrays = Npz.Load(Goldens.Path(path));
        Assert.Equal(21, arrays.Count);
        foreach (var (name, tensor) in arrays)
        {
            Assertions.Close(Expected(name), tensor, 0);
            DType expected = name switch { "b1" => DType.Bool, "f4" or "big_f4" => DType.Float32, "f2" or "big_f2" => DType.Float16, _ => name[^2] is 'i' or 'u' ? DType.Int64 : DType.Float64 };
            Assert.Equal(expected, tensor.DType);
        }
    }

    [Theory]
    [InlineData("version2")]
    [InlineData("version3")]
    public void LaterVersionsAreRead(string name) => Assertions.Close(Expected("f8"), Npy.Load(Goldens.Path($"numpy/{name}.npy")), 0);

    [Theory]
    [InlineData("text")]
    [InlineData("objects")]
    [InlineData("complex")]
    public void OtherElementsAreRefused(string name) =>
        Assert.Contains("cannot be read", Assert.Throws<DataFileException>(() => Npy.Load(Goldens.Path($"numpy/{name}.npy"))).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatIsSavedIsLoaded()
    {
        using var folder = new TemporaryFolder();
        Tensor[] tensors = [Tensor.From([[1.5, 2], [3, 4], [5, 6]]).T, Tensor.From([1f, float.NaN]), Tensor.From([1L, -2]), Tensor.From([true, false]), Tensor.From<Half>([(Half)1.5]), Tensor.Scalar(3), Tensor.Zeros([0, 2])];
        foreach (var tensor in tensors)
        {
            Npy.Save(folder.File("a.npy"), tensor);
            var read = Npy.Load(folder.File("a.npy"));
            Assert.Equal(tensor.DType, read.DType);
            Assertions.Close(tensor, read, 0);
        }
        foreach (bool compress in new[] { false, true })
        {
            Npz.Save(folder.File("a.npz"), tensors.Select((t, i) => KeyValuePair.Create($"t{i}", t)), compress);
            var read = Npz.Load(folder.File("a.npz"));
            for (int i = 0; i < tensors.Length; i++) Assertions.Close(tensors[i], read[$"t{i}"], 0);
        }
        Assert.Throws<ArgumentException>(() => Npz.Save(folder.File("a.npz"), [KeyValuePair.Create("x", tensors[0]), KeyValuePair.Create("x", tensors[0])]));
    }

    private static byte[] Header(string header, int dataLength = 0, byte version = 1)
    {
        var text = Encoding.Latin1.GetBytes(header);
        return [0x93, .. "NUMPY"u8, version, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text, .. new byte[dataLength]];
    }

    private static byte[][] Hostile =>
    [
        [], [0x93, .. "NUMPY"u8], Header("{}", version: 9), Header("")[..9], Header("{}"), Header("{'descr': '<f8'}"),
        Header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"), Header("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296,), }"),
        Header("{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 65536), }"), Header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 15),
        Header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 17), Header("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2,), }", 16),
        Header("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16), Header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), } x", 16),
        Header("{'descr': '<f8, 'fortran_order': False, 'shape': (2,), }", 16), Header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }", 16),
        [0x93, .. "NUMPY"u8, 2, 0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3],
    ];

    [Fact]
    public void ABrokenNpyIsNamed()
    {
        using var folder = new TemporaryFolder();
        foreach (var bytes in Hostile)
            Assert.Contains("a.npy", Assert.Throws<DataFileException>(() => Npy.Load(folder.Write("a.npy", bytes))).Message, StringComparison.Ordinal);
    }

    /// <summary>However the files are damaged, nothing but a DataFileException comes out.</summary>
    [Fact]
    public void NoDamageCausesAnotherException()
    {
        using var folder = new TemporaryFolder();
        var random = new PhiloxRandom(2);
        var npz = File.ReadAllBytes(Goldens.Path("numpy/compressed.npz"));
        byte[][] valid = [File.ReadAllBytes(Goldens.Path("numpy/version3.npy")), npz, [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6], Gzip([0, 0, 8, 1, 0, 0, 0, 3, 1, 2, 3]), "a,b\n1,\"2\"\n"u8.ToArray()];
        Action<string>[] read = [path => Npy.Load(path), path => Npz.Load(path), path => Idx.Load(path), path => Idx.Load(path), path => CsvTable.Read(path)];
        for (int round = 0; round < 1500; round++)
        {
            int kind = round % valid.Length;
            var bytes = valid[kind].ToArray();
            for (long change = random.NextInteger(1, 6); change > 0; change--) bytes[(int)random.NextInteger(0, bytes.Length)] = (byte)random.NextInteger(0, 256);
            if (random.NextInteger(0, 8) == 0) bytes = bytes[..(int)random.NextInteger(0, bytes.Length)];
            string path = folder.Write("a.bin", bytes);
            try
            {
                read[kind](path);
            }
            catch (DataFileException)
            {
            }
        }
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    [Theory]
    [InlineData("images.idx")]
    [InlineData("images.idx.gz")]
    public void IdxIsWrittenAndReadPlainAndPacked(string name)
    {
        using var folder = new TemporaryFolder();
        var images = Tensor.Arange(24).Reshape(2, 3, 4);
        Idx.SaveBytes(folder.File(name), images);
        Assert.Equal(name.EndsWith(".gz", StringComparison.Ordinal), File.ReadAllBytes(folder.File(name))[0] == 0x1f);
        Assertions.Close(images, Idx.Load(folder.File(name)), 0);
        Assert.Throws<ArgumentException>(() => Idx.SaveBytes(folder.File(name), Tensor.From([256L])));
    }

    [Fact]
    public void IdxHoldsOtherElementsToo()
    {
        using var folder = new TemporaryFolder();
        Assertions.Close(Tensor.From([-2L, 258]), Idx.Load(folder.Write("a", [0, 0, 0x0B, 1, 0, 0, 0, 2, 0xff, 0xfe, 1, 2])), 0);
        Assertions.Close(Tensor.From([1f]), Idx.Load(folder.Write("a", [0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0])), 0);
        Assert.Throws<DataFileException>(() => Idx.Load(folder.Write("a", [0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1])));
        Assert.Throws<DataFileException>(() => Idx.Load(folder.Write("a", [0, 0, 7, 0])));
        Assert.Throws<DataFileException>(() => Idx.Load(folder.Write("a", [0, 0, 8, 255])));
    }

    [Fact]
    public void JsonLinesAreWrittenAndRead()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.jsonl");
        JsonLines.Write(path, new[] { new { text = "한\n글", n = 1 }, new { text = "b", n = 2 } });
        Assert.Contains("한", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(["한\n글", "b"], JsonLines.Read(path).Select(v => v.GetProperty("text").GetString()));
        folder.Write("a.jsonl", "{\"a\":1}\n\n{\"a\":}\n");
        var error = Assert.Throws<DataFileException>(() => JsonLines.Read(path).ToArray());
        Assert.Equal((3, 6), (error.Line, error.Column));
    }
}
