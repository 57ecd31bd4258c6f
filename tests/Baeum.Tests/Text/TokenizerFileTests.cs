using Baeum.Text;

namespace Baeum.Tests.Text;

/// <summary>Whatever files a folder has, and whatever is wrong with them.</summary>
public class TokenizerFileTests
{
    private const string ByteVocabulary = """{"!":0,"h":1,"e":2,"l":3,"o":4,"Ġ":5,"he":6,"ll":7,"hell":8,"hello":9,"Ġhello":10,"<|endoftext|>":11,"<s>":12,"</s>":13}""";
    private const string Merges = "#version: 0.2\nh e\nl l\nhe ll\nhell o\nĠ hello\n";

    [Fact]
    public void AVocabularyOfWordPieces()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nhel\r\n##lo\r\n\r\nHel\r\n");
        Tokenizer tokenizer = Tokenizer.FromPretrained(folder.Path);
        Assert.Equal([2, 4, 5, 3], tokenizer.Encode("HÉLLO").Ids);
        Assert.Equal("hello", tokenizer.Decode(tokenizer.EncodeToIds("Hello")));
        folder.Write("tokenizer_config.json", """{"do_lower_case": false, "model_max_length": 512, "unk_token": {"content": "[UNK]"}, "chat_template": "T"}""");
        tokenizer = Tokenizer.FromPretrained(folder.Path);
        Assert.Equal([2, 7, 5, 3], tokenizer.Encode("Hello").Ids);
        Assert.Equal((512, 1, "T"), (tokenizer.ModelMaxLength!.Value, tokenizer.SpecialId("unk_token")!.Value, tokenizer.ChatTemplate));
    }

    [Fact]
    public void AByteLevelVocabularyWithMerges()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.json", ByteVocabulary);
        folder.Write("merges.txt", Merges);
        Tokenizer tokenizer = Tokenizer.FromPretrained(folder.Path);
        Assert.Equal([9, 10, 11, 1], tokenizer.Encode("hello hello<|endoftext|>h").Ids);
        Assert.Equal("hello helloh", tokenizer.Decode([9, 10, 11, 1]));
        folder.Write("tokenizer_config.json", """{"tokenizer_class": "RobertaTokenizer", "add_prefix_space": true, "bos_token": "<s>", "eos_token": "</s>"}""");
        Assert.Equal([12, 10, 13], Tokenizer.FromPretrained(folder.Path).Encode("hello").Ids);
    }

    [Fact]
    public void ATiktokenFileMergesByRank()
    {
        string[] tokens = ["h", "e", "l", "o", " ", "he", "ll", "hell", "hello", " hello", "\xC3", "\xA9"];
        string lines = string.Concat(tokens.Select((token, rank) => FormattableString.Invariant($"{Convert.ToBase64String(System.Text.Encoding.Latin1.GetBytes(token))} {rank}\n")));
        using var folder = new TemporaryFolder();
        Tokenizer tokenizer = Tokenizer.FromFile(folder.Write("cl100k_base.tiktoken", lines));
        Assert.Equal([8, 9, 100257, 10, 11], tokenizer.EncodeToIds("hello hello<|endoftext|>é"));
        Assert.Equal("hello helloé", tokenizer.Decode(tokenizer.EncodeToIds("hello helloé")));
        Assert.Equal([8], Tokenizer.FromFile(folder.Write("tokenizer.model", lines)).Encode("hello").Ids);
    }

    [Theory]
    [InlineData("vocab.txt", "a\nb\n", "[UNK]")]
    [InlineData("tokenizer.json", "{", "not JSON")]
    [InlineData("tokenizer.json", "[]", "object")]
    [InlineData("tokenizer.json", "{}", "model")]
    [InlineData("x.tiktoken", "aGk= 0\nbroken\n", "line 2")]
    [InlineData("x.tiktoken", "aGk= 0\naGk= 1\n", "twice")]
    [InlineData("tokenizer_config.json", "{\"do_lower_case\": 3}", "do_lower_case")]
    public void ABrokenFileIsNamed(string name, string content, string reason)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, content);
        string message = Assert.Throws<TokenizerException>(() => Tokenizer.FromPretrained(folder.Path)).Message;
        Assert.Contains(name, message);
        Assert.Contains(reason, message);
    }

    [Fact]
    public void AnEmptyFolderSaysWhatWasLookedFor()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("tokenizer.json", Assert.Throws<TokenizerException>(() => Tokenizer.FromPretrained(folder.Path)).Message);
        Assert.Contains("no such folder", Assert.Throws<TokenizerException>(() => Tokenizer.FromPretrained(folder.File("absent"))).Message);
    }

    [Fact]
    public void InvalidUtf8IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("vocab.txt", [.. "[UNK]\n"u8, 0xC3, 0x28, (byte)'\n']);
        Assert.Contains("UTF-8", Assert.Throws<TokenizerException>(() => Tokenizer.FromFile(path)).Message);
        byte[] json = [.. """{"model":{"type":"WordLevel","unk_token":"u","vocab":{"u":0,"x"""u8, 0xC3, 0x28, .. "\":1}}}"u8];
        Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(json));
        Assert.Throws<TokenizerException>(() => Tokenizer.FromJson("{\"model\":{\"type\":\"WordLevel\",\"unk_token\":\"u\",\"vocab\":{\"u\":0,\"\\ud800\":1}}}"u8.ToArray()));
    }

    [Fact]
    public void EndlessNestingIsRefused()
    {
        string deep = string.Concat(Enumerable.Repeat("""{"type":"Sequence","normalizers":[""", 100_000));
        Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(System.Text.Encoding.UTF8.GetBytes($$"""{"normalizer": {{deep}}""")));
    }

    [Fact]
    public void AFileCannotFillTheMemory()
    {
        const string Model = """ "model":{"type":"WordLevel","vocab":{"<unk>":0},"unk_token":"<unk>"} """;
        Tokenizer padded = Tokenizer.FromJson(System.Text.Encoding.UTF8.GetBytes("{" + Model + """, "padding":{"strategy":{"Fixed":2000000000},"pad_id":0,"pad_token":"<unk>"}}"""));
        Assert.Contains("2000000000", Assert.Throws<TokenizerException>(() => padded.Encode("a")).Message);
        string doubled = string.Join(',', Enumerable.Repeat("""{"type":"Replace","pattern":{"String":"a"},"content":"aa"}""", 40));
        Tokenizer grown = Tokenizer.FromJson(System.Text.Encoding.UTF8.GetBytes("{" + Model + """, "normalizer":{"type":"Sequence","normalizers":[""" + doubled + "]}}"));
        Assert.Contains("chars", Assert.Throws<TokenizerException>(() => grown.Encode("a")).Message);
    }

    [Theory]
    [InlineData("gpt2-bytelevel-bpe.tokenizer.json")]
    [InlineData("bert-wordpiece-uncased.tokenizer.json")]
    public void DamagedFilesGiveATokenizerOrAReason(string name)
    {
        byte[] whole = Shortened(File.ReadAllText(Goldens.Path("tokenizers/" + name)));
        Damage(whole, 400, bytes => Tokenizer.FromJson(bytes));
    }

    [Fact]
    public void DamagedVocabulariesGiveATokenizerOrAReason()
    {
        using var folder = new TemporaryFolder();
        foreach ((string name, string other, string content) in ((string, string, string)[])
            [
                ("vocab.txt", "", "[UNK]\n[CLS]\n[SEP]\nhel\n##lo\n안녕\n"), ("vocab.json", "merges.txt", ByteVocabulary), ("merges.txt", "vocab.json", Merges),
                ("x.tiktoken", "", "aA== 0\nZQ== 1\naGU= 2\n"),
            ])
        {
            foreach (string path in Directory.GetFiles(folder.Path))
                File.Delete(path);
            if (other.Length > 0)
                folder.Write(other, other == "vocab.json" ? ByteVocabulary : Merges);
            Damage(System.Text.Encoding.UTF8.GetBytes(content), 150, bytes =>
            {
                folder.Write(name, bytes);
                return Tokenizer.FromPretrained(folder.Path);
            });
        }
    }

    // cut, bytes changed, parts doubled: what comes out is a tokenizer that works, or a TokenizerException, nothing else
    private static void Damage(byte[] whole, int times, Func<byte[], Tokenizer> read)
    {
        var random = new Random(20);
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = [.. whole];
            switch (i % 4)
            {
                case 0:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                case 1:
                    for (int change = 0; change < 3; change++)
                        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 2:
                    int from = random.Next(bytes.Length), to = random.Next(from, Math.Min(bytes.Length, from + 100));
                    bytes = [.. bytes[..to], .. bytes[from..]];
                    break;
                default:
                    int at = random.Next(bytes.Length);
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(20))..]];
                    break;
            }
            try
            {
                Tokenizer tokenizer = read(bytes);
                (tokenizer.Padding, tokenizer.Truncation) = (null, null);
                tokenizer.Decode(tokenizer.EncodeToIds("Hello, 안녕 wörld [CLS]"));
                tokenizer.Encode("hello hello", "b");
            }
            catch (TokenizerException)
            {
            }
        }
    }

    // fewer entries: damage then hits the structure more often
    private static byte[] Shortened(string json)
    {
        var root = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        var vocabulary = root["model"]!["vocab"]!.AsObject();
        foreach (string token in vocabulary.Select(entry => entry.Key).Skip(300).ToArray())
            vocabulary.Remove(token);
        if (root["model"]!["merges"] is System.Text.Json.Nodes.JsonArray merges)
        {
            while (merges.Count > 30)
                merges.RemoveAt(merges.Count - 1);
        }
        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
