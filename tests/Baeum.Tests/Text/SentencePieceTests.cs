using System.Text.Json;
using Baeum.Text;
using CsCheck;

namespace Baeum.Tests;

public sealed class SentencePieceTests
{
    [Theory]
    [InlineData("llama-sp-bpe-bytefallback")]
    [InlineData("t5-sp-unigram")]
    public void AwkwardTextsAsTheLibraryCutsThem(string name)
    {
        Tokenizer tokenizer = Tokenizer.FromSentencePiece(Goldens.Path($"tokenizers/{name}.model"));
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Goldens.Path($"tokenizers/{name}.golden.json")));
        foreach (JsonElement json in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            string text = json.GetProperty("text").GetString()!;
            int[] ids = [.. json.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            Encoding encoding = tokenizer.Encode(text);
            Assert.Equal(ids, encoding.Ids);
            Assert.Equal(json.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()), encoding.Tokens);
            Assert.Equal(ids, tokenizer.EncodeToIds(text));
            Assert.Equal(json.GetProperty("decoded").GetString(), tokenizer.Decode(ids));
        }
        Assert.Equal(golden.RootElement.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData("llama2", "llama2.tokenizer.model")]
    [InlineData("ke-t5", "ke-t5.sentencepiece.model")]
    public void RealVocabularies(string name, string model)
    {
        Tokenizer tokenizer = Tokenizer.FromSentencePiece(SharedData.Path($"data/tokenizers/{model}"));
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("goldens/tokenizers/real-vocabularies.json")));
        foreach (JsonElement json in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            string text = json.GetProperty("text").GetString()!;
            int[] ids = [.. json.GetProperty("ids").GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
            Assert.Equal(ids, tokenizer.Encode(text).Ids);
            Assert.Equal(ids, tokenizer.EncodeToIds(text));
            if (json.TryGetProperty("decoded", out JsonElement decoded))
                Assert.Equal(decoded.GetProperty(name).GetString(), tokenizer.Decode(ids));
        }
        string stem = model.Replace(".model", "", StringComparison.Ordinal);
        string[] texts = File.ReadAllLines(SharedData.Path("data/tokenizer-goldens/sentences.txt"));
        Assert.Equal(File.ReadAllLines(SharedData.Path($"data/tokenizer-goldens/{stem}.ids.txt")), texts.Select(text => string.Join(' ', tokenizer.EncodeToIds(text))));
        Assert.Equal(File.ReadAllLines(SharedData.Path($"data/tokenizer-goldens/{stem}.pieces.txt")), texts.Select(text => string.Join(' ', tokenizer.Encode(text).Tokens)));
    }

    [Fact]
    public void OffsetsPointIntoTheOriginal()
    {
        Tokenizer tokenizer = Tokenizer.FromSentencePiece(Goldens.Path("tokenizers/t5-sp-unigram.model"));
        const string text = "  two\t spaces ＡＢＣ 한국　㈜  ";
        Encoding encoding = tokenizer.Encode(text);
        Assert.Equal(["▁two", "▁space", "s", "▁A", "B", "C"], encoding.Tokens.Take(6));
        // the tab became the space before the word, the space after it vanished; full-width letters are their narrow pieces
        Assert.Equal(["two", "\t space", "s", " Ａ", "Ｂ", "Ｃ"], encoding.Offsets.Take(6).Select(offset => text[offset.Start..offset.End]));
        // one sign became three characters: the pieces of each point to all of it
        Assert.All(encoding.Offsets.Skip(encoding.Count - 2), offset => Assert.Equal('㈜', text[offset.End - 1]));
    }

    [Fact]
    public void BytesOfACharacterAllPointToIt()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: true, byteFallback: true).Piece("▁", -1).Piece("a", -2).Normalization().Build();
        Encoding encoding = tokenizer.Encode("a😀");
        Assert.Equal(["▁", "a", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>"], encoding.Tokens);
        Assert.Equal([(0, 0), (0, 1), (1, 3), (1, 3), (1, 3), (1, 3)], encoding.Offsets);
        Assert.Equal("a😀", tokenizer.Decode(encoding.Ids));
        Assert.Equal("a\uFFFD\uFFFD\uFFFD", tokenizer.Decode(encoding.Ids.Skip(1).Take(3 + 1)));
    }

    [Fact]
    public void UnknownNeighboursBecomeOneTokenThatKeepsItsText()
    {
        foreach (bool bpe in new[] { false, true })
        {
            Tokenizer tokenizer = new SentencePieceBuilder(bpe).Piece("▁a", -1).Piece("▁", -2).Piece("a", -3).Normalization().Build();
            Encoding encoding = tokenizer.Encode("a xyz a");
            Assert.Equal(["▁a", "▁", "xyz", "▁a"], encoding.Tokens);
            Assert.Equal([2, 3, 0, 2], encoding.Ids);
            Assert.Equal(encoding.Ids, tokenizer.EncodeToIds("a xyz a"));
            Assert.Equal((2, 5), encoding.Offsets[2]);
            Assert.Equal("a  \u2047  a", tokenizer.Decode(encoding.Ids));
        }
    }

    [Fact]
    public void OfEqualScoresTheLeftmostPairIsJoined()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: true).Piece("a", -5).Piece("b", -5).Piece("ab", -1).Piece("ba", -1).Normalization(dummyPrefix: false).Build();
        Assert.Equal(["ab", "ab", "a"], tokenizer.Encode("ababa").Tokens);
        Assert.Equal(["ba", "ba", "b"], tokenizer.Encode("babab").Tokens);
    }

    [Fact]
    public void APieceMayHoldACharacterThatIsNoPiece()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: true).Piece("a", -2).Piece("xa", -1).Normalization(dummyPrefix: false).Build();
        Assert.Equal(["xa", "x", "a"], [.. tokenizer.Encode("xax").Tokens, "a"]);
        Assert.Equal([3, 0], tokenizer.EncodeToIds("xax"));
    }

    [Fact]
    public void ASwitchedOffPieceFallsApart()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: true).Piece("ab", -1).Piece("abc", -2, SentencePieceKind.Unused).Piece("a", -3).Piece("b", -4).Piece("c", -5)
            .Normalization(dummyPrefix: false).Build();
        Assert.Equal(["ab", "c"], tokenizer.Encode("abc").Tokens);
        tokenizer = new SentencePieceBuilder(bpe: false).Piece("abc", -1, SentencePieceKind.Unused).Piece("a", -3).Piece("b", -4).Piece("c", -5)
            .Normalization(dummyPrefix: false).Build();
        Assert.Equal(["a", "b", "c"], tokenizer.Encode("abc").Tokens);
    }

    [Fact]
    public void UserDefinedPiecesStayWholeAndUnchanged()
    {
        byte[] lower = SentencePieceBuilder.Map(('A', "a"), ('B', "b"));
        foreach (bool bpe in new[] { false, true })
        {
            Tokenizer tokenizer = new SentencePieceBuilder(bpe).Piece("a", -1).Piece("b", -2).Piece("ab", -0.5f).Piece("AB", 0, SentencePieceKind.UserDefined)
                .Normalization(dummyPrefix: false, map: lower).Build();
            Assert.Equal(["a", "AB", "ab"], tokenizer.Encode("AABab").Tokens);
            Assert.Equal(tokenizer.Encode("AABab").Ids, tokenizer.EncodeToIds("AABab"));
        }
    }

    [Fact]
    public void ControlPiecesAreNotReadInText()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: false).Piece("<", -1).Piece("s", -1).Piece(">", -1).Normalization(dummyPrefix: false).Build();
        Assert.Equal(["<", "s", ">"], tokenizer.Encode("<s>").Tokens);
        Assert.Equal("s", tokenizer.Decode([1, 3, 1]));
    }

    [Theory]
    [InlineData(true, true, "  a  b ", "▁a▁b", "a b")]
    [InlineData(true, false, " a  b ", "▁▁a▁▁b▁", " a  b ")]
    [InlineData(false, false, " a b", "▁a▁b", " a b")]
    [InlineData(false, true, " a  b", "a▁b", "a b")]
    public void Spaces(bool dummyPrefix, bool removeExtra, string text, string normalised, string decoded)
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: false).Piece("▁", -1).Piece("a", -1).Piece("b", -1).Normalization(dummyPrefix, removeExtra).Build();
        Assert.Equal(normalised, tokenizer.Normalizer!.Normalize(text));
        Assert.Equal(decoded, tokenizer.Decode(tokenizer.EncodeToIds(text)));
    }

    [Fact]
    public void TheCharacterMapIsTheNormalForm()
    {
        // letters that join what follows them, alone and joined, at ends, before surrogate pairs, beside spaces of several kinds
        Normalizer normalizer = Tokenizer.FromSentencePiece(Goldens.Path("tokenizers/t5-sp-unigram.model")).Normalizer!;
        string[] parts = ["e", "e\u0301", "가", "か", "か\u3099", " ", "\u3000", "ﬁ", "😀", "국", "ㅋ", "Ａ", "x"];
        Gen.Int[0, parts.Length - 1].Array[0, 10].Sample(chosen =>
        {
            string text = string.Concat(chosen.Select(i => parts[i]));
            string[] words = text.Normalize(System.Text.NormalizationForm.FormKC).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(string.Concat(words.Select(word => "▁" + word)), normalizer.Normalize(text));
        }, iter: 3_000);
    }

    [Fact]
    public void SpacesWithinAUserDefinedPieceStay()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: false).Piece("a", -1).Piece("▁", -1).Piece(" a  a ", 0, SentencePieceKind.UserDefined).Normalization().Build();
        Assert.Equal("▁a▁a▁▁a▁a", tokenizer.Normalizer!.Normalize("a  a  a  a"));
        Assert.Equal("▁a▁▁a▁a", tokenizer.Normalizer!.Normalize("  a  a   a"));
    }

    [Fact]
    public void TheSpaceMayBelongToTheEndOfAWord()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: false, suffix: true).Piece("▁", -3).Piece("a", -3).Piece("a▁", -1).Normalization().Build();
        Assert.Equal(["a▁", "a▁"], tokenizer.Encode(" a a").Tokens);
        Assert.Equal([4, 4], tokenizer.EncodeToIds(" a a"));
    }

    [Fact]
    public void DecodedTextIsDenormalised()
    {
        Tokenizer tokenizer = new SentencePieceBuilder(bpe: false).Piece("a", -1).Piece("b", -1).Normalization(dummyPrefix: false)
            .Denormalization(SentencePieceBuilder.Map(('b', "ß!"))).Build();
        Assert.Equal("aß!a", tokenizer.Decode([2, 3, 2]));
    }

    [Theory]
    [InlineData("\uD800")]
    [InlineData("a\uDC00b")]
    [InlineData("\0\u0001")]
    [InlineData("\uFFFF\uFFFE")]
    public void TextThatIsNoTextHasAResult(string text)
    {
        foreach (string model in new[] { "llama-sp-bpe-bytefallback", "t5-sp-unigram" })
        {
            Tokenizer tokenizer = Tokenizer.FromSentencePiece(Goldens.Path($"tokenizers/{model}.model"));
            Assert.Equal(tokenizer.Encode(text).Ids, tokenizer.EncodeToIds(text));
            Assert.DoesNotContain('\uD800', tokenizer.Decode(tokenizer.EncodeToIds(text)));
        }
    }

    [Fact]
    public void WhatWasSeenBeforeChangesNothing()
    {
        string[] texts = [.. File.ReadAllText(Goldens.Path("tokenizers/t5-sp-unigram.golden.json")).Split('\n').Where(line => line.StartsWith("\"text\"", StringComparison.Ordinal))];
        foreach (string model in new[] { "llama-sp-bpe-bytefallback", "t5-sp-unigram" })
        {
            string path = Goldens.Path($"tokenizers/{model}.model");
            Tokenizer used = Tokenizer.FromSentencePiece(path);
            string all = string.Concat(Enumerable.Repeat(string.Join(' ', texts), 20));
            Assert.Equal(Tokenizer.FromSentencePiece(path).EncodeToIds(all), used.EncodeToIds(all));
            foreach (string text in texts.Reverse())
                Assert.Equal(Tokenizer.FromSentencePiece(path).EncodeToIds(text), used.EncodeToIds(text));
        }
    }
}
