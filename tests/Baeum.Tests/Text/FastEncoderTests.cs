using System.Text;
using Baeum.Text;
using CsCheck;

namespace Baeum.Tests.Text;

/// <summary>The short cut to ids gives what the full way gives, whatever the text.</summary>
public class FastEncoderTests
{
    private const string Qwen = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Cl100K = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // letters, marks, digits, spaces, line ends, apostrophes, pairs: what decides where words end
    private static readonly string[] Bits =
    [
        "a", "b", "lo", "s", "'", "'s", "'LL", "'ve", " ", "  ", "\n", "\r\n", "\t", "1", "23", "½", ".", ",!", "é", "e\u0301", "안녕", "하세요", "\u1112\u1161", "漢", "𠀀", "😀", "𝟘", "\u00a0", "\u3000",
        "\u200b", "\0", "▁", "<s>", "</s>", "[MASK]", "<|endoftext|>", "\ud800", "\u037e", "ſ", "HIT", "wor",
    ];

    private static readonly Gen<string> Texts = Gen.Int[0, Bits.Length + 3].SelectMany(i => i < Bits.Length ? Gen.Const(Bits[i]) : Gen.Char.Select(letter => letter.ToString()))
        .List[0, 24].Select(string.Concat);

    public static TheoryData<string> Kinds => [.. Tokenizers.Keys];

    private static Dictionary<string, Func<Tokenizer>> Tokenizers { get; } = new(StringComparer.Ordinal)
    {
        ["gpt2"] = () => TokenizerSamples.Golden("gpt2-bytelevel-bpe"),
        ["gpt2, prefix space"] = () => TokenizerSamples.ByteLevel(new ByteLevelPreTokenizer(addPrefixSpace: true)),
        ["cl100k"] = () => TokenizerSamples.ByteLevel(new PreTokenizerSequence(SplitPreTokenizer.ByRegex(Cl100K), new ByteLevelPreTokenizer(false, useRegex: false))),
        ["qwen"] = () => TokenizerSamples.ByteLevel(new PreTokenizerSequence(SplitPreTokenizer.ByRegex(Qwen), new ByteLevelPreTokenizer(false, useRegex: false)), new UnicodeNormalizer(NormalizationForm.FormC)),
        ["two splits"] = () => TokenizerSamples.ByteLevel(new PreTokenizerSequence(SplitPreTokenizer.ByRegex(@"\p{N}{1,3}"), SplitPreTokenizer.ByRegex(@"[\p{Han}]+| ?\p{L}+"), new ByteLevelPreTokenizer(false))),
        ["bert uncased"] = () => TokenizerSamples.Golden("bert-wordpiece-uncased"),
        ["bert cased"] = () => TokenizerSamples.Golden("bert-wordpiece-cased"),
        ["llama, normalizer"] = () => TokenizerSamples.Llama(new NormalizerSequence(new PrependNormalizer("▁"), new ReplaceNormalizer(" ", "▁")), null),
        ["llama, normalized tokens"] = () => TokenizerSamples.Llama(new NormalizerSequence(new PrependNormalizer("▁"), new ReplaceNormalizer(" ", "▁")), null, normalizedTokens: true),
        ["llama, metaspace"] = () => TokenizerSamples.Llama(null, new MetaspacePreTokenizer(scheme: PrependScheme.First, split: false)),
        ["llama, metaspace cut"] = () => TokenizerSamples.Llama(null, new MetaspacePreTokenizer(scheme: PrependScheme.Always, split: true)),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void IdsAreThoseOfTheFullEncoding(string kind)
    {
        Tokenizer tokenizer = Tokenizers[kind]();
        foreach (string text in TokenizerSamples.Awkward)
            Assert.Equal(tokenizer.Encode(text).Ids, tokenizer.EncodeToIds(text));
        Texts.Sample(text => Assert.Equal(tokenizer.Encode(text).Ids, tokenizer.EncodeToIds(text)), iter: 400, threads: 1);
    }

    [Theory]
    [InlineData(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    [InlineData(Cl100K)]
    [InlineData(Qwen)]
    public void TheHandWrittenScannerCutsAsTheRegularExpression(string pattern)
    {
        // a group around it is another text for the same expression, which no scanner is known for
        SplitPreTokenizer byHand = SplitPreTokenizer.ByRegex(pattern), byRegex = SplitPreTokenizer.ByRegex($"(?:{pattern})");
        Texts.Sample(text => Assert.Equal(byRegex.Split(text.Replace('ſ', 's')), byHand.Split(text.Replace('ſ', 's'))), iter: 1000, threads: 1);
    }

    [Fact]
    public void LongWordsMergeAsShortOnesDo()
    {
        Tokenizer tokenizer = Tokenizers["llama, normalizer"]();
        // b merges with nothing, so that it cuts one word of many symbols into parts that are known by themselves
        string[] parts = ["baaaa", "bhello", "bwor", "baaa", "blolo", "b안녕하세요"];
        int[][] alone = [.. parts.Select(part => tokenizer.EncodeToIds(part, addSpecialTokens: false)[1..])];
        string text = string.Concat(Enumerable.Range(0, 2000).Select(i => parts[i % parts.Length]));
        int[] wanted = [tokenizer.IdOf("▁")!.Value, .. Enumerable.Range(0, 2000).SelectMany(i => alone[i % parts.Length])];
        Assert.Equal(wanted, tokenizer.EncodeToIds(text, addSpecialTokens: false));
    }

    [Fact]
    public void ThreadsGiveTheSameIds()
    {
        Tokenizer tokenizer = Tokenizers["gpt2"]();
        string[] texts = [.. Enumerable.Range(0, 500).Select(i => TokenizerSamples.Awkward[i % TokenizerSamples.Awkward.Length] + i)];
        int[][] one = tokenizer.EncodeToIdsBatch(texts, threads: 1), three = tokenizer.EncodeToIdsBatch(texts, threads: 3);
        Assert.Equal(one, three);
        Assert.Equal(one, texts.Select(text => tokenizer.EncodeToIds(text)));
        Assert.Equal(one, tokenizer.EncodeBatch(texts).Select(encoding => encoding.ToArray()));
    }

    [Fact]
    public void AVeryLongLineWithoutSpacesTakesLinearTime()
    {
        // pairs of pairs: were every merge to look at all symbols, this would take hours
        string text = string.Concat(Enumerable.Repeat("aaaaabaaa", 120_000));
        foreach (string kind in (string[])["gpt2", "llama, normalizer", "bert uncased"])
        {
            int[] ids = Tokenizers[kind]().EncodeToIds(text, addSpecialTokens: false);
            Assert.NotEmpty(ids);
        }
    }
}
