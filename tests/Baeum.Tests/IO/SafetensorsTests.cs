using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Baeum.Tests;

public sealed class SafetensorsTests
{
    private static byte[] Build(string header, int dataLength)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        for (int i = 0; i < dataLength; i++) bytes[8 + json.Length + i] = (byte)(i * 37);
        return bytes;
    }

    private static Tensor[] Samples() =>
    [
        Tensor.From<float>([1.5f, -2, float.NaN, 0, float.PositiveInfinity, 7], [2, 3]),
        Tensor.From<double>([Math.PI, -1e300], [2, 1]),
        Tensor.From<long>([long.MinValue, 3, long.MaxValue]),
        Tensor.From<bool>([true, false, true]),
        Tensor.From<Half>([(Half)0.1, (Half)(-3)]),
        Tensor.From<float>([1, 2.5f]).To(DType.BFloat16),
        Tensor.From<float>([], [0, 4]),
        Tensor.Scalar(4.25),
    ];

    [Fact]
    public void WhatIsSavedIsLoaded()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("모델.safetensors");
        var samples = Samples();
        var metadata = new Dictionary<string, string> { ["format"] = "pt", ["설명"] = "줄\n바꿈" };
        Safetensors.Save(path, samples.Select((tensor, i) => KeyValuePair.Create($"층.{i}", tensor)), metadata);
        Assert.Single(Directory.GetFiles(folder.Path));
        using var file = SafetensorsFile.Open(folder.Path);
        Assert.Equal(metadata, file.Metadata);
        Assert.Equal(samples.Length, file.Names.Count);
        for (int i = 0; i < samples.Length; i++)
        {
            var stored = file.ReadStored($"층.{i}");
            Assert.Equal(samples[i].DType, stored.DType);
            Assert.Equal(samples[i].Shape, file.Info($"층.{i}").Shape);
            Assertions.Close(samples[i], stored, 0);
            var computed = file.Read($"층.{i}");
            Assert.Equal(samples[i].DType is DType.Float16 or DType.BFloat16 ? DType.Float32 : samples[i].DType, computed.DType);
            Assertions.Close(samples[i], computed, 0);
        }
        Assert.Equal(samples.Length, Safetensors.Load(path).Count);
    }

    [Fact]
    public void AStridedViewIsSavedRowByRow()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.safetensors");
        Safetensors.Save(path, [KeyValuePair.Create("x", Tensor.From([[1.0, 2], [3, 4], [5, 6]]).T)]);
        Assert.Equal([1, 3, 5, 2, 4, 6], Safetensors.Load(path)["x"].ToArray<double>());
    }

    [Fact]
    public void AllTypesOfTheFormatAreRead()
    {
        using var folder = new TemporaryFolder();
        string[] types = ["F8_E4M3", "F8_E5M2", "U8", "I8", "BOOL", "U16", "I16", "BF16", "F16", "U32", "I32", "U64"];
        byte[][] data =
        [
            [0x00, 0x01, 0x08, 0x38, 0xB9, 0x7E, 0x7F, 0x80], [0x00, 0x01, 0x3C, 0xBD, 0x7B, 0x7C, 0x7F, 0x80], [0, 255], [127, 128], [0, 2],
            [0xff, 0xff], [0xff, 0x80], [0x80, 0x3f], [0, 0x3c], [0xff, 0xff, 0xff, 0xff], [0xfe, 0xff, 0xff, 0xff], [1, 0, 0, 0, 0, 0, 0, 0x40],
        ];
        double[][] expected =
        [
            [0, 1.0 / 512, 1.0 / 64, 1, -1.125, 448, double.NaN, 0], [0, Math.Pow(2, -16), 1, -1.25, 57344, double.PositiveInfinity, double.NaN, 0],
            [0, 255], [127, -128], [0, 1], [65535], [-32513], [1], [1], [4294967295], [-2], [4611686018427387905],
        ];
        int offset = 0;
        var entries = new List<string>();
        for (int i = 0; i < types.Length; i++)
        {
            entries.Add($"\"{types[i]}\":{{\"dtype\":\"{types[i]}\",\"shape\":[{expected[i].Length}],\"data_offsets\":[{offset},{offset + data[i].Length}]}}");
            offset += data[i].Length;
        }
        var bytes = Build($"{{{string.Join(",", entries)}}}  ", offset);
        data.SelectMany(d => d).ToArray().CopyTo(bytes, bytes.Length - offset);
        using var file = SafetensorsFile.Open(folder.Write("a.safetensors", bytes));
        for (int i = 0; i < types.Length; i++)
        {
            Assertions.Close(Tensor.From(expected[i]), file.Read(types[i]), 0);
            Assert.Equal(data[i], file.ReadBytes(types[i]));
        }
        var piece = new byte[1];
        file.CopyBytes("U8", 1, piece);
        Assert.Equal(255, piece[0]);
        Assert.Throws<ArgumentException>(() => file.CopyBytes("U8", 2, piece));
        Assert.Throws<ArgumentException>(() => file.CopyBytes("U8", -1, piece));
    }

    [Fact]
    public void TheGoldenFilesReadAsTheyAre()
    {
        var book = Goldens.Open("core/ops");
        using var file = SafetensorsFile.Open(Goldens.Path("core/ops.safetensors"));
        foreach (string name in file.Names)
        {
            Assert.Equal(book[name].Bytes, file.ReadBytes(name));
            Assert.Equal(book[name].ToDoubles(), file.Read(name).To(DType.Float64).ToArray<double>());
        }
    }

    public static TheoryData<string, string, int> Broken => new()
    {
        { "overlaps", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6 },
        { "hole", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", 8 },
        { "hole", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3 },
        { "the tensors take 2 bytes", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3 },
        { "data_offsets", """{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", 3 },
        { "data_offsets", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[3,0]}}""", 3 },
        { "data_offsets", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", 1 },
        { "0 or more", """{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1 },
        { "0 or more", """{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1 },
        { "0 or more", """{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1 },
        { "more than", """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0 },
        { "more than", """{"a":{"dtype":"U8","shape":[65536,65536],"data_offsets":[0,0]}}""", 0 },
        { "needs 8 bytes", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4 },
        { "unknown dtype 'F4'", """{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,4]}}""", 4 },
        { "occurs twice", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2 },
        { "two entries", """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1 },
        { "lacks", """{"a":{"dtype":"U8","shape":[1]}}""", 1 },
        { "object of strings", """{"__metadata__":{"a":1}}""", 0 },
        { "must be an object", """{"a":[]}""", 0 },
        { "must be a JSON object", "[]", 0 },
        { "not valid JSON", "{", 0 },
        { "not valid JSON", "{} x", 0 },
        { "not valid JSON", """{"\ud800":{}}""", 0 },
        { "JSON", """{"a":{"x":[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]}}""", 0 },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void ABrokenFileIsNamedWithItsReason(string reason, string header, int dataLength)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("broken.safetensors", Build(header, dataLength));
        var error = Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path));
        Assert.Contains("broken.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnImpossibleHeaderLengthIsRefusedBeforeAnythingIsAllocated()
    {
        using var folder = new TemporaryFolder();
        foreach (ulong length in new ulong[] { 17, 200_000_000, ulong.MaxValue, 1UL << 63 })
        {
            var bytes = new byte[24];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            string path = folder.Write("a.safetensors", bytes);
            Assert.Contains("header", Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
        }
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder.Write("b.safetensors", new byte[7])));
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder.File("absent.safetensors")));
        Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(folder.Write("c.safetensors", [1, 0, 0, 0, 0, 0, 0, 0, 0xff])));
    }

    /// <summary>However a file is damaged, nothing but a CheckpointException comes out, also from the tensors that it still seems to hold.</summary>
    [Fact]
    public void NoDamageCausesAnotherException()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.safetensors");
        Safetensors.Save(path, Samples().Select((tensor, i) => KeyValuePair.Create($"t{i}", tensor)), [KeyValuePair.Create("k", "v")]);
        var valid = File.ReadAllBytes(path);
        int headerEnd = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(valid);
        var random = new PhiloxRandom(1);
        int refused = 0;
        for (int round = 0; round < 2000; round++)
        {
            var bytes = valid.ToArray();
            for (long change = random.NextInteger(1, 5); change > 0; change--)
            {
                int place = (int)random.NextInteger(0, random.NextInteger(0, 8) == 0 ? 8 : headerEnd);
                // digits and punctuation keep the JSON alive more often than any byte would
                bytes[place] = random.NextInteger(0, 3) == 0 ? (byte)random.NextInteger(0, 256) : (byte)"0123456789,:{}[]\"-"[(int)random.NextInteger(0, 18)];
            }
            if (random.NextInteger(0, 10) == 0) bytes = bytes[..(int)random.NextInteger(0, bytes.Length)];
            File.WriteAllBytes(path, bytes);
            try
            {
                foreach (var tensor in Safetensors.Load(path).Values) tensor.Dispose();
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 1000, 2000);
    }

    [Fact]
    public void AFileThatIsCutShortWhileOpenIsAnException()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets nobody cut a mapped file short");
        using var folder = new TemporaryFolder();
        string path = folder.File("a.safetensors");
        Safetensors.Save(path, [KeyValuePair.Create("x", Tensor.Zeros([1000]))]);
        using var file = SafetensorsFile.Open(path);
        using (var handle = File.Open(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete)) handle.SetLength(100);
        Assert.Contains("cut short", Assert.Throws<CheckpointException>(() => file.Read("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AShardedCheckpointReadsAsOne()
    {
        using var folder = new TemporaryFolder();
        Safetensors.Save(folder.File("model-00001-of-00002.safetensors"), [KeyValuePair.Create("a", Tensor.From([1f]))]);
        Safetensors.Save(folder.File("model-00002-of-00002.safetensors"), [KeyValuePair.Create("b", Tensor.From([2f])), KeyValuePair.Create("c", Tensor.From([3f]))]);
        string index = "model.safetensors.index.json";
        string map = """{"metadata":{"total_size":12},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors","c":"model-00002-of-00002.safetensors"}}""";
        folder.Write(index, map);
        var tensors = Safetensors.Load(folder.Path);
        Assert.Equal([1f, 2, 3], new[] { "a", "b", "c" }.Select(name => (float)tensors[name].Item()));

        folder.Write(index, map.Replace("\"a\"", "\"z\"", StringComparison.Ordinal));
        Assert.Contains("'z'", Assert.Throws<CheckpointException>(() => Safetensors.Load(folder.Path)).Message, StringComparison.Ordinal);
        foreach (string bad in new[] { "../x", "/etc/passwd", "a\\b", "", ".." })
        {
            folder.Write(index, JsonSerializer.Serialize(new { weight_map = new Dictionary<string, string> { ["a"] = bad } }));
            Assert.Contains("beside the index", Assert.Throws<CheckpointException>(() => Safetensors.Load(folder.Path)).Message, StringComparison.Ordinal);
        }
        foreach (string bad in new[] { "[]", "{", "{\"weight_map\":3}", "{\"weight_map\":{\"a\":3}}" })
        {
            folder.Write(index, bad);
            Assert.Throws<CheckpointException>(() => Safetensors.Load(folder.Path));
        }
    }

    [Fact]
    public void AnUnknownNameListsNearOnes()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.safetensors");
        Safetensors.Save(path, [KeyValuePair.Create("encoder.weight", Tensor.From([1f]))]);
        using var file = SafetensorsFile.Open(path);
        Assert.Contains("encoder.weight", Assert.Throws<CheckpointException>(() => file.Read("encoder.wieght")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailedWriteLeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.txt", "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(folder.Path));
        AtomicFile.WriteText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Throws<ArgumentException>(() => Safetensors.Save(path, [KeyValuePair.Create("a", Tensor.From([1f])), KeyValuePair.Create("a", Tensor.From([1f]))]));
        Assert.Throws<ArgumentException>(() => Safetensors.Save(path, [KeyValuePair.Create("__metadata__", Tensor.From([1f]))]));
    }
}
