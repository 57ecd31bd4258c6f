using System.Globalization;
using Baeum.Text;

namespace Baeum.Tests.Text;

public sealed class SentencePieceJsonTests
{
    private static Tokenizer Again(Tokenizer tokenizer)
    {
        using var stream = new MemoryStream();
        tokenizer.Save(stream);
        return Tokenizer.FromJson(stream.ToArray());
    }

    private static void HoldsIdsOf(Tokenizer tokenizer, IEnumerable<string> texts)
    {
        Tokenizer again = Again(tokenizer);
        Assert.Equal(tokenizer.VocabularySize, again.VocabularySize);
        foreach (string text in texts.Where(text => !HasCombinedCharacters(text)))
        {
            Assert.Equal($"{text}: {string.Join(' ', tokenizer.Encode(text).Ids)}", $"{text}: {string.Join(' ', again.Encode(text).Ids)}");
            Assert.Equal(again.Encode(text).Ids, again.EncodeToIds(text));
        }
    }

    // the Rust library maps graphemes, each by itself; the C++ library characters, also several at once: accents, and letters that make a syllable
    private static bool HasCombinedCharacters(string text) =>
        new StringInfo(text).LengthInTextElements != text.EnumerateRunes().Count() || text.Zip(text.Skip(1)).Any(pair => IsJamo(pair.First) && IsJamo(pair.Second));

    private static bool IsJamo(char c) => c is >= '\u3131' and <= '\u318e';

    [Theory]
    [InlineData("llama-sp-bpe-bytefallback")]
    [InlineData("t5-sp-unigram")]
    public void SavedAsJsonTheIdsStay(string name) =>
        HoldsIdsOf(Tokenizer.FromSentencePiece(Goldens.Path($"tokenizers/{name}.model")), [.. TokenizerSamples.Awkward, "", " ", "   two  spaces  ", "▁ a▁b", "줄\n바꿈\t탭"]);

    [Theory]
    [InlineData("llama2.tokenizer.model")]
    [InlineData("ke-t5.sentencepiece.model")]
    public void RealVocabulariesKeepTheirIds(string model) =>
        HoldsIdsOf(Tokenizer.FromSentencePiece(SharedData.Path($"data/tokenizers/{model}")), [.. TokenizerSamples.Awkward, .. File.ReadAllLines(SharedData.Path("data/tokenizer-goldens/sentences.txt"))]);

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void SpacesAreKeptAsTheRulesSay(bool dummyPrefix, bool removeExtraSpaces)
    {
        byte[] bytes = new SentencePieceBuilder(bpe: false).Piece("▁", -2).Piece("a", -3).Piece("b", -3).Piece("▁ab", -1).Normalization(dummyPrefix, removeExtraSpaces).ToBytes();
        HoldsIdsOf(Tokenizer.FromSentencePiece(bytes), ["ab", " ab", "  ab  b ", "a", "", "  ", "xab"]);
    }

    [Fact]
    public void MarksInATextAreText() =>
        HoldsIdsOf(Tokenizer.FromSentencePiece(Goldens.Path("tokenizers/llama-sp-bpe-bytefallback.model")), ["</s> <unk> <0x0A>", "<s>a</s>"]);

    [Fact]
    public void DecodedTextIsTheSame()
    {
        Tokenizer tokenizer = Tokenizer.FromSentencePiece(Goldens.Path("tokenizers/llama-sp-bpe-bytefallback.model")), again = Again(tokenizer);
        foreach (string text in (string[])["two words", "안녕하세요 😀", "a\nb"])
            Assert.Equal(text, again.Decode(again.EncodeToIds(text)));
    }

    [Fact]
    public void WhatHasNoFormIsRefusedByName()
    {
        byte[] bytes = new SentencePieceBuilder(bpe: false, suffix: true).Piece("a", -1).ToBytes();
        Assert.Contains("spaces behind words", Assert.Throws<TokenizerException>(() => Again(Tokenizer.FromSentencePiece(bytes))).Message, StringComparison.Ordinal);
    }
}
