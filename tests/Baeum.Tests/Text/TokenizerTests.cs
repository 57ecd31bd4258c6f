using Baeum.Text;

namespace Baeum.Tests.Text;

/// <summary>The tokenizer as a whole: added tokens, pairs, truncation, padding, decoding as ids come.</summary>
public class TokenizerTests
{
    private static readonly Dictionary<string, int> Words = new(StringComparer.Ordinal)
    {
        ["[UNK]"] = 0,
        ["[CLS]"] = 1,
        ["[SEP]"] = 2,
        ["[MASK]"] = 3,
        ["a"] = 4,
        ["b"] = 5,
        ["c"] = 6,
        ["d"] = 7,
        ["e"] = 8,
        ["x"] = 9,
        ["day"] = 10,
    };

    private static readonly TemplatePostProcessor Template = new(
        [new(null, "[CLS]", 0), new(0, null, 0), new(null, "[SEP]", 0)],
        [new(null, "[CLS]", 0), new(0, null, 0), new(null, "[SEP]", 0), new(1, null, 1), new(null, "[SEP]", 1)],
        [new("[CLS]", ([1], ["[CLS]"])), new("[SEP]", ([2], ["[SEP]"]))]);

    private static Tokenizer Make(params AddedToken[] added) =>
        new(new WordLevelModel(Words, "[UNK]"), new LowercaseNormalizer(), new WhitespaceSplitPreTokenizer(), Template, null, added);

    [Fact]
    public void AnEncodingTellsWhereEverythingComesFrom()
    {
        Encoding encoding = Make(new AddedToken("[MASK]", 3, Special: true, StripLeft: true)).Encode("A  [MASK] 😀b", "C");
        Assert.Equal([1, 4, 3, 0, 2, 6, 2], encoding.Ids);
        Assert.Equal(["[CLS]", "a", "  [MASK]", "[UNK]", "[SEP]", "c", "[SEP]"], encoding.Tokens);
        Assert.Equal([(0, 0), (0, 1), (1, 9), (10, 13), (0, 0), (0, 1), (0, 0)], encoding.Offsets);
        Assert.Equal([null, 0, 1, 2, null, 0, null], encoding.WordIds);
        Assert.Equal([0, 0, 0, 0, 0, 1, 1], encoding.TypeIds);
        Assert.Equal([-1, 0, 0, 0, -1, 1, -1], encoding.SequenceIds);
        Assert.Equal([1, 0, 0, 0, 1, 0, 1], encoding.SpecialTokensMask);
        Assert.All(encoding.AttentionMask, mask => Assert.Equal(1, mask));
    }

    [Theory]
    [InlineData("a[MASK]b", false, false, false, "a|[MASK]|b")]
    [InlineData("a [MASK] b", true, false, false, "a| [MASK]|b")]
    [InlineData("a [MASK]  b", false, true, false, "a|[MASK]  |b")]
    [InlineData("a[MASK]b [MASK] x[MASK]", false, false, true, "[UNK]|[MASK]|[UNK]")]
    [InlineData("[MASK] [MASK]", true, true, false, "[MASK] |[MASK]")]
    public void AddedTokensTakeSpacesAlongAsTheySay(string text, bool left, bool right, bool single, string wanted)
    {
        Tokenizer tokenizer = Make(new AddedToken("[MASK]", 3, Special: true, SingleWord: single, StripLeft: left, StripRight: right));
        Assert.Equal(wanted, string.Join('|', tokenizer.Encode(text, addSpecialTokens: false).Tokens));
    }

    [Fact]
    public void ANormalizedTokenIsFoundInTheNormalizedText()
    {
        Assert.Equal([4, 10, 5], Make(new AddedToken("Day", 10, Normalized: true)).Encode("a DAY b", addSpecialTokens: false).Ids);
        Assert.Equal([0], Make(new AddedToken("Day", 10)).Encode("DAYx", addSpecialTokens: false).Ids);
    }

    [Fact]
    public void OfAddedTokensTheLongestIsTaken()
    {
        Tokenizer tokenizer = Make(new AddedToken("<a", 20), new AddedToken("<ab>", 21), new AddedToken("ab", 22));
        Assert.Equal([21, 20, 22], tokenizer.Encode("<ab><aab", addSpecialTokens: false).Ids);
    }

    [Theory]
    [InlineData(TruncationStrategy.LongestFirst, 7, "1 4 5 2 6 7 2")]
    [InlineData(TruncationStrategy.LongestFirst, 6, "1 4 2 6 7 2")]
    [InlineData(TruncationStrategy.OnlyFirst, 7, "1 4 2 6 7 8 2")]
    [InlineData(TruncationStrategy.OnlySecond, 7, "1 4 5 2 6 7 2")]
    public void PairsAreCutAsTheStrategySays(TruncationStrategy strategy, int length, string wanted)
    {
        Tokenizer tokenizer = Make();
        tokenizer.Truncation = new TokenTruncation(length, strategy);
        Assert.Equal(wanted, string.Join(' ', tokenizer.Encode("a b", "c d e").Ids));
    }

    [Fact]
    public void WhatIsCutOffComesInWindows()
    {
        Tokenizer tokenizer = Make();
        tokenizer.Truncation = new TokenTruncation(5, Stride: 1);
        Encoding encoding = tokenizer.Encode("a b c d e x");
        Assert.Equal([1, 4, 5, 6, 2], encoding.Ids);
        Assert.Equal(["1 6 7 8 2", "1 8 9 2"], encoding.Overflowing.Select(window => string.Join(' ', window.Ids)));
        Assert.Equal(encoding.Ids, tokenizer.EncodeToIds("a b c d e x"));
        tokenizer.Truncation = new TokenTruncation(5, Stride: 1, Left: true);
        Assert.Equal([1, 7, 8, 9, 2], tokenizer.Encode("a b c d e x").Ids);
        Assert.Equal([1, 7, 8, 9, 2], tokenizer.EncodeToIds("a b c d e x"));
        tokenizer.Truncation = new TokenTruncation(4, Stride: 3);
        Assert.Contains("stride", Assert.Throws<TokenizerException>(() => tokenizer.Encode("a b c d")).Message);
        tokenizer.Truncation = new TokenTruncation(4, TruncationStrategy.OnlySecond);
        Assert.Contains("second", Assert.Throws<TokenizerException>(() => tokenizer.Encode("a b c d")).Message);
    }

    [Fact]
    public void ABatchIsPaddedToItsLongest()
    {
        Tokenizer tokenizer = Make();
        tokenizer.Padding = new TokenPadding(Id: 9, Token: "x", MultipleOf: 4);
        IReadOnlyList<Encoding> batch = tokenizer.EncodeBatch(["a", "a b c"]);
        Assert.Equal([[1, 4, 2, 9, 9, 9, 9, 9], [1, 4, 5, 6, 2, 9, 9, 9]], batch.Select(encoding => encoding.ToArray()));
        Assert.Equal([1, 1, 1, 0, 0, 0, 0, 0], batch[0].AttentionMask);
        Assert.Equal([1, 0, 1, 1, 1, 1, 1, 1], batch[0].SpecialTokensMask);
        tokenizer.Padding = new TokenPadding(Length: 4, Left: true);
        Assert.Equal([0, 1, 4, 2], tokenizer.Encode("a").Ids);
    }

    [Fact]
    public void RobertaPutsTwoSeparatorsBetweenAPair()
    {
        var tokenizer = new Tokenizer(new WordLevelModel(Words, "[UNK]"), null, new WhitespaceSplitPreTokenizer(), new RobertaPostProcessor("[SEP]", 2, "[CLS]", 1));
        Assert.Equal([1, 4, 2, 2, 5, 2], tokenizer.Encode("a", "b").Ids);
        var bert = new Tokenizer(new WordLevelModel(Words, "[UNK]"), null, new WhitespaceSplitPreTokenizer(), new BertPostProcessor("[SEP]", 2, "[CLS]", 1));
        Assert.Equal([0, 0, 0, 1, 1], bert.Encode("a", "b").TypeIds);
        Assert.Equal([1, 4, 2], bert.EncodeToIds("a"));
    }

    [Theory]
    [InlineData("gpt2-bytelevel-bpe")]
    [InlineData("bert-wordpiece-uncased")]
    [InlineData("bert-wordpiece-cased")]
    public void SavedAndReadAgainItIsTheSame(string name)
    {
        Tokenizer tokenizer = TokenizerSamples.Golden(name);
        tokenizer.Truncation = new TokenTruncation(100, TruncationStrategy.OnlyFirst, 3, Left: true);
        tokenizer.Padding = new TokenPadding(1, "[P]", 7, 8, 2, Left: true);
        using var folder = new TemporaryFolder();
        tokenizer.Save(folder.File("tokenizer.json"));
        Tokenizer again = Tokenizer.FromPretrained(folder.Path);
        Assert.Equal((tokenizer.Truncation, tokenizer.Padding), (again.Truncation, again.Padding));
        Assert.Equal(tokenizer.Vocabulary(), again.Vocabulary());
        foreach (string text in TokenizerSamples.Awkward)
        {
            Encoding one = tokenizer.Encode(text), two = again.Encode(text);
            Assert.Equal(one.Ids, two.Ids);
            Assert.Equal(one.Offsets, two.Offsets);
            Assert.Equal(tokenizer.Decode(one.Ids), again.Decode(one.Ids));
        }
    }

    [Fact]
    public void BytesOfOneCharacterStreamAsOneCharacter()
    {
        foreach (Tokenizer tokenizer in (Tokenizer[])[TokenizerSamples.Golden("gpt2-bytelevel-bpe"), TokenizerSamples.Llama(new NormalizerSequence(new PrependNormalizer("▁"), new ReplaceNormalizer(" ", "▁")), null)])
        {
            string text = string.Concat(Enumerable.Repeat("배움 😀 𝐀b 뷁 hello, ", 20));
            int[] ids = tokenizer.EncodeToIds(text);
            DecodeStream stream = tokenizer.Stream();
            string[] parts = [.. ids.Select(stream.Add), stream.Finish()];
            Assert.Equal(text, string.Concat(parts));
            Assert.DoesNotContain(parts, part => part.Contains('\uFFFD'));
            Assert.True(parts.Count(part => part.Length > 0) > ids.Length / 4);
        }
    }

    [Fact]
    public void ANullTextIsRefusedByName()
    {
        Tokenizer tokenizer = Make();
        Assert.Throws<ArgumentNullException>(() => tokenizer.Encode(null!));
        Assert.Throws<ArgumentNullException>(() => tokenizer.EncodeToIds(null!));
        Assert.Throws<ArgumentNullException>(() => tokenizer.Decode(null!));
    }
}
