using System.Buffers.Binary;
using Baeum.Text;
using CsCheck;

namespace Baeum.Tests;

/// <summary>Models that are damaged or written to do harm: a clear error or a working tokenizer, nothing else.</summary>
public sealed class SentencePieceDamageTests
{
    private static readonly byte[] Small = new SentencePieceBuilder(bpe: true).Piece("▁a", -1).Piece("▁", -2).Piece("a", -3).Piece("한국", -4).Piece("한", -5)
        .Normalization(map: SentencePieceBuilder.Map(('A', "a"), ('B', "bb"))).ToBytes();

    [Fact]
    public void ABrokenModelIsAnErrorOrATokenizer()
    {
        // changed bytes, at the beginning and the end, where the structure lies, more often than in the map's empty places
        Gen<int> places = Gen.OneOf(Gen.Int[0, 120], Gen.Int[Small.Length - 80, Small.Length - 1], Gen.Int[0, Small.Length - 1]);
        Gen.Select(places.Array[1, 6], Gen.Byte.Array[6]).Sample((at, values) =>
        {
            byte[] damaged = [.. Small];
            for (int i = 0; i < at.Length; i++)
                damaged[at[i]] = values[i];
            Try(damaged);
        }, iter: 3_000);
    }

    [Fact]
    public void EveryBeginningOfAModelIsAnErrorOrATokenizer()
    {
        foreach (int length in Enumerable.Range(0, 150).Concat(Enumerable.Range(Small.Length - 150, 150)))
            Try(Small[..length]);
    }

    [Fact]
    public void NoiseIsAnErrorOrATokenizer() => Gen.Byte.Array[0, 200].Sample(Try, iter: 3_000);

    [Theory]
    // lengths that are huge or negative, numbers without an end, groups, field 0
    [InlineData(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F)]
    [InlineData(0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01)]
    [InlineData(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)]
    [InlineData(0x0B, 0x0B, 0x0B, 0x0B)]
    [InlineData(0x00, 0x01)]
    [InlineData(0x0A, 0x05, 0x0A, 0x7F)]
    public void HostileNumbersAreRefused(params int[] bytes)
    {
        var error = Assert.Throws<TokenizerException>(() => Tokenizer.FromSentencePiece([.. bytes.Select(b => (byte)b)], "hostile.model"));
        Assert.StartsWith("hostile.model: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ContradictionsAreNamed()
    {
        Refused("twice", new SentencePieceBuilder(bpe: false).Piece("a", 0).Piece("a", 0));
        Refused("2 pieces are marked", new SentencePieceBuilder(bpe: false).Piece("a", 0).Piece("<unk2>", 0, SentencePieceKind.Unknown));
        Refused("NaN", new SentencePieceBuilder(bpe: false).Piece("a", float.NaN));
        Refused("is empty", new SentencePieceBuilder(bpe: false).Piece("", 0));
        Refused("no byte piece", new SentencePieceBuilder(bpe: false).Piece("a", 0).Piece("<0xZZ>", 0, SentencePieceKind.Byte));
        Refused("unknown kind 9", new SentencePieceBuilder(bpe: false).Piece("a", 0, (SentencePieceKind)9));
        Refused("no piece of text", new SentencePieceBuilder(bpe: false));
        Refused("character map", new SentencePieceBuilder(bpe: false).Piece("a", 0).Normalization(map: [1, 2, 3]));
        byte[] map = new byte[100];
        BinaryPrimitives.WriteUInt32LittleEndian(map, uint.MaxValue);
        Refused("character map", new SentencePieceBuilder(bpe: false).Piece("a", 0).Normalization(map: map));
    }

    [Fact]
    public void AMapCannotSwellATextBeyondMeasure() => Refused("replaces a character by 5000 bytes",
        new SentencePieceBuilder(bpe: false).Piece("a", 0).Normalization(map: SentencePieceBuilder.Map(('A', new string('a', 5_000)))));

    [Fact]
    public void MapsThatPointAnywhereDoNoHarm() => Gen.UInt.Array[1, 300].Sample(units =>
    {
        var map = new byte[4 + (4 * units.Length) + 5];
        BinaryPrimitives.WriteUInt32LittleEndian(map, (uint)(4 * units.Length));
        for (int i = 0; i < units.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(4 + (4 * i)), units[i] & 0x3FFFF);
        Try(new SentencePieceBuilder(bpe: false).Piece("a", 0).Normalization(map: map).ToBytes());
    }, iter: 300);

    private static void Refused(string reason, SentencePieceBuilder model) =>
        Assert.Contains(reason, Assert.Throws<TokenizerException>(model.Build).Message, StringComparison.Ordinal);

    private static void Try(byte[] model)
    {
        Tokenizer tokenizer;
        try
        {
            tokenizer = Tokenizer.FromSentencePiece(model);
        }
        catch (TokenizerException)
        {
            return;
        }
        const string text = " aAB 한국 xyz\u0301é😀\t";
        int[] ids = tokenizer.EncodeToIds(text);
        Assert.Equal(ids, tokenizer.Encode(text).Ids);
        tokenizer.Decode(ids);
    }
}
