using System.IO.Compression;
using Baeum.Models;

namespace Baeum.Tests.Models;

/// <summary>Files that PyTorch 1.13 saved (packed again to be small), and damaged ones.</summary>
public sealed class TorchFileTests
{
    // an OrderedDict of tensors: views, half precision, a parameter, whole numbers
    private static readonly byte[] State = Convert.FromBase64String(
        "UEsDBBQAAAAIAN0wd129LizRyAEAACwDAAALAAAAc2QvZGF0YS5wa2x1kklz00AQRrWEBMS+70tYbRYTO4kTdkhMSJhA8AQo31yyPIlUJSx/cosqblxs4F+j6QlK6cBlpjT1+s2n7vnpBEESxyqgKB" +
            "mMvK20r1LVb0UBebCqEnalY1uW5cMJKEmDsNbNKIpHXjdVvSyK+11Sg1GSdr83PLiVSmcmh0c56e8qTJkSby1OfNo2hx4OsHAO0x0334NhhhkxTTjYFpZwhDvBIeEKewLvT6gDHCYckTjKRT0cC/NL" +
            "wn/idT/eKbzHGanjRMi+k9rnCmeCU8LW2tPGd4ZwVuIcwwHOl3wrnLTeLJwXGGvgYu50CJc44xiXhT3GFeO7SrgmcZ3BPm6UfJvJYLdwzTIyj5u5yybcyl3VqnHcJtyRuMuAwr1ypiSJC4cZxgKqJs" +
            "/9vTwPdJ6HxvWIUJN4zOAO5kquVpL1YlXY6gwtopHbPMJ8W0xp24JeFo2tSViSWGZwiCf/eQNDP/W/KVKph6fmwtBMuYln5m+f66S2HusLs700/leE1xJvfvPHyi+sSrS4MsPbcht+0H7wNUaW8M60" +
            "YX2vDRu6De+NWBA2JT4wGOFjybUx2H+NW0ws45PJ2eacY0i9bBvVZ8IXia9Z7S9QSwMEFAAAAAgA3TB3XVLl5x8TAAAAGAAAAAkAAABzZC9kYXRhLzBjYACBBjsgYc/A4ADEDUC8wB4AUEsDBBQAAA" +
            "AIAN0wd1369tRSDgAAAAwAAAAJAAAAc2QvZGF0YS8xY2BgMGAwYTBjsGCwBABQSwMEFAAAAAgA3TB3XQdRWuMGAAAABAAAAAkAAABzZC9kYXRhLzI7YM9wAABQSwMEFAAAAAgA3TB3XXDW528FAAAA" +
            "CAAAAAkAAABzZC9kYXRhLzNjZ4AAAFBLAwQUAAAACADdMHddviPCWAQAAAACAAAACQAAAHNkL2RhdGEvNGNkAABQSwMEFAAAAAgA3TB3XdkAYkYeAAAAUAAAAAkAAABzZC9kYXRhLzVjYEAGH+yhDA" +
            "cIxQGlBaC0CJSWgNIyUFoBSis5AABQSwMEFAAAAAgA3TB3XdjDI+0GAAAABAAAAAkAAABzZC9kYXRhLzZjYAhwAABQSwMEFAAAAAgA3TB3XQMe89sEAAAAAgAAAAkAAABzZC9kYXRhLzc7wQwAUEsD" +
            "BBQAAAAIAN0wd12oaJ1wBgAAAAQAAAAJAAAAc2QvZGF0YS84+/3//38AUEsDBBQAAAAIAN0wd13RnmdVBAAAAAIAAAAKAAAAc2QvdmVyc2lvbjPmAgBQSwECFAMUAAAACADdMHddvS4s0cgBAAAsAw" +
            "AACwAAAAAAAAAAAAAAgAEAAAAAc2QvZGF0YS5wa2xQSwECFAMUAAAACADdMHddUuXnHxMAAAAYAAAACQAAAAAAAAAAAAAAgAHxAQAAc2QvZGF0YS8wUEsBAhQDFAAAAAgA3TB3Xfr21FIOAAAADAAA" +
            "AAkAAAAAAAAAAAAAAIABKwIAAHNkL2RhdGEvMVBLAQIUAxQAAAAIAN0wd10HUVrjBgAAAAQAAAAJAAAAAAAAAAAAAACAAWACAABzZC9kYXRhLzJQSwECFAMUAAAACADdMHddcNbnbwUAAAAIAAAACQ" +
            "AAAAAAAAAAAAAAgAGNAgAAc2QvZGF0YS8zUEsBAhQDFAAAAAgA3TB3Xb4jwlgEAAAAAgAAAAkAAAAAAAAAAAAAAIABuQIAAHNkL2RhdGEvNFBLAQIUAxQAAAAIAN0wd13ZAGJGHgAAAFAAAAAJAAAA" +
            "AAAAAAAAAACAAeQCAABzZC9kYXRhLzVQSwECFAMUAAAACADdMHdd2MMj7QYAAAAEAAAACQAAAAAAAAAAAAAAgAEpAwAAc2QvZGF0YS82UEsBAhQDFAAAAAgA3TB3XQMe89sEAAAAAgAAAAkAAAAAAA" +
            "AAAAAAAIABVgMAAHNkL2RhdGEvN1BLAQIUAxQAAAAIAN0wd12oaJ1wBgAAAAQAAAAJAAAAAAAAAAAAAACAAYEDAABzZC9kYXRhLzhQSwECFAMUAAAACADdMHdd0Z5nVQQAAAACAAAACgAAAAAAAAAA" +
            "AAAAgAGuAwAAc2QvdmVyc2lvblBLBQYAAAAACwALAGACAADaAwAAAAA=");

    // a dictionary with an object whose __reduce__ is os.system
    private static readonly byte[] Evil = Convert.FromBase64String(
        "UEsDBBQAAAAIAN0wd116WehCuQAAANMAAAANAAAAZXZpbC9kYXRhLnBrbCWMwU7CQBRFp0UEHiDIF7isG2L8BuOmC2PZdNfU1xc7YWS4M68GFyZuuuCvbWB1k5Nzz1/6C5OViTGmRsLqA7fbqlPrIl" +
            "VBPjrrmkrlEH2ovp8JaZaVk0GOg1l/CkbXC706X+vuCgk3l+ATxuVoWD52uM1TxeQ9N3naY5onPWZnZu+csFp/iPQWGgnSvFhWAj0WmCsWBZaX0gl3fPTRnij+RJUvwqqcD1y49Q9tzXtpsO5xX2DT" +
            "bf8BUEsDBBQAAAAIAN0wd11p3yJlBQAAAAgAAAALAAAAZXZpbC9kYXRhLzBjYIAAAFBLAwQUAAAACADdMHdd0Z5nVQQAAAACAAAADAAAAGV2aWwvdmVyc2lvbjPmAgBQSwECFAMUAAAACADdMHddel" +
            "noQrkAAADTAAAADQAAAAAAAAAAAAAAgAEAAAAAZXZpbC9kYXRhLnBrbFBLAQIUAxQAAAAIAN0wd11p3yJlBQAAAAgAAAALAAAAAAAAAAAAAACAAeQAAABldmlsL2RhdGEvMFBLAQIUAxQAAAAIAN0w" +
            "d13RnmdVBAAAAAIAAAAMAAAAAAAAAAAAAACAARIBAABldmlsL3ZlcnNpb25QSwUGAAAAAAMAAwCuAAAAQAEAAAAA");

    // weights inside a trainer's dictionary
    private static readonly byte[] Outer = Convert.FromBase64String(
        "UEsDBBQAAAAIAN0wd10KwJcdzgAAAOwAAAAOAAAAb3V0ZXIvZGF0YS5wa2wljj1OAzEQhb27hBDzG3KJpYkQF6BBULhACY07a+MdJZZMvM+eBQkpEk2KHCHchNthkmme5tO8T/NdbiBqPRBCUBfsCo" +
            "WqtMxb4obJtM4y8kmli8w+cWI5RLuamp6dT9JEWvTOt4ZpnUI0Hw8Sg7rWw4MgxGZJOD1W5LMPDb8docTwILzHma5y2q7HSJUMOVNClVucq2KLi521wXuy7MI6ydfYUqT2Kb8kcXk3xxXjeo6bpEdZ" +
            "ETp27+6LIsYb3OoyIx8xeXn83f/PT+qnf1BLAwQUAAAACADdMHddkFEG1QgAAAAIAAAADAAAAG91dGVyL2RhdGEvMGNgaLBnAGIAUEsDBBQAAAAIAN0wd13RnmdVBAAAAAIAAAANAAAAb3V0ZXIvdm" +
            "Vyc2lvbjPmAgBQSwECFAMUAAAACADdMHddCsCXHc4AAADsAAAADgAAAAAAAAAAAAAAgAEAAAAAb3V0ZXIvZGF0YS5wa2xQSwECFAMUAAAACADdMHddkFEG1QgAAAAIAAAADAAAAAAAAAAAAAAAgAH6" +
            "AAAAb3V0ZXIvZGF0YS8wUEsBAhQDFAAAAAgA3TB3XdGeZ1UEAAAAAgAAAA0AAAAAAAAAAAAAAIABLAEAAG91dGVyL3ZlcnNpb25QSwUGAAAAAAMAAwCxAAAAWwEAAAAA");

    [Fact]
    public void Tensors_of_all_kinds_read_as_PyTorch_saved_them()
    {
        using var folder = new TemporaryFolder();
        using var file = TorchFile.Open(folder.Write("pytorch_model.bin", State));
        Assert.Equal(["a", "b", "c", "d", "e", "f", "i", "p", "u"], file.Names.Order());
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1.25], Numbers("a"));
        Assert.Equal([3, 2], file.Read("b").Shape.ToArray());
        Assert.Equal([0, 0.375, 0.125, 0.5, 0.25, 0.625], Numbers("b"));
        Assert.Equal([1.5, -2], Numbers("c"));
        Assert.Equal(7, file.Read("d").ItemLong());
        Assert.Equal(DType.Bool, file.Read("e").DType);
        Assert.Equal([1, 0], Numbers("e"));
        Assert.Equal([4, 6], Numbers("f"));
        Assert.Equal([-5], Numbers("i"));
        Assert.Equal([3.25], Numbers("p"));
        Assert.Equal([200, 3], Numbers("u"));

        double[] Numbers(string name) => file.Read(name).To(DType.Float64).ToArray<double>();
    }

    [Fact]
    public void Weights_inside_a_trainers_dictionary_are_found()
    {
        using var folder = new TemporaryFolder();
        using var file = TorchFile.Open(folder.Write("pytorch_model.bin", Outer));
        Assert.Equal([1f, 1f], file.Read("w").ToArray<float>());
    }

    [Fact]
    public void A_pickle_that_calls_something_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<CheckpointException>(() => TorchFile.Open(folder.Write("pytorch_model.bin", Evil))).Message;
        Assert.Contains("system", message, StringComparison.Ordinal);
        Assert.Contains("Nothing was executed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_an_exception_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        byte[] pickle = Pickle();
        int refused = 0;
        for (int round = 0; round < 1500; round++)
        {
            byte[] damaged = [.. pickle];
            for (int hits = random.Next(1, 4); hits > 0; hits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (round % 5 == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                TorchPickle.Read(damaged, "a.bin");
            }
            catch (CheckpointException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 300, 1500);
        Assert.Throws<CheckpointException>(() => TorchFile.Open(folder.Write("a.bin", [1, 2, 3])));
        Assert.Throws<CheckpointException>(() => TorchFile.Open(folder.Write("b.bin", State[..(State.Length / 2)])));
    }

    [Fact]
    public void A_model_loads_from_PyTorchs_file_as_from_safetensors()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Goldens.Path("models"), "bert-encoder", "config.json"), folder.File("config.json"));
        folder.Write("pytorch_model.bin", State);
        string message = Assert.Throws<CheckpointException>(() => Bert.FromPretrained(folder.Path)).Message;
        Assert.Contains("missing     embeddings.word_embeddings.weight", message, StringComparison.Ordinal);
        Assert.Contains("37 missing, 9 unexpected", message, StringComparison.Ordinal);
    }

    private static byte[] Pickle()
    {
        using var zip = new ZipArchive(new MemoryStream(State));
        using var target = new MemoryStream();
        using (Stream stream = zip.Entries.Single(entry => entry.Name == "data.pkl").Open()) stream.CopyTo(target);
        return target.ToArray();
    }
}
