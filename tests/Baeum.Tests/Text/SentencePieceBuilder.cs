using System.Buffers.Binary;
using Baeum.Text;

namespace Baeum.Tests;

/// <summary>Writes small SentencePiece models, whole or deliberately wrong.</summary>
internal sealed class SentencePieceBuilder
{
    private readonly List<byte> message = [];
    private readonly List<byte> trainer = [];
    private readonly List<byte> normalizer = [];

    internal SentencePieceBuilder(bool bpe, bool byteFallback = false, bool suffix = false)
    {
        Integer(trainer, 3, bpe ? 2 : 1);
        Integer(trainer, 24, suffix ? 1 : 0);
        Integer(trainer, 35, byteFallback ? 1 : 0);
        Piece("<unk>", 0, SentencePieceKind.Unknown);
        Piece("<s>", 0, SentencePieceKind.Control);
        for (int b = 0; byteFallback && b < 256; b++)
            Piece($"<0x{b:X2}>", 0, SentencePieceKind.Byte);
    }

    internal SentencePieceBuilder Piece(string text, float score, SentencePieceKind kind = SentencePieceKind.Normal)
    {
        var piece = new List<byte>();
        Bytes(piece, 1, System.Text.Encoding.UTF8.GetBytes(text));
        Integer(piece, 2 << 3 | 5);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(number, score);
        piece.AddRange(number);
        Integer(piece, 3, (ulong)kind);
        Bytes(message, 1, [.. piece]);
        return this;
    }

    internal SentencePieceBuilder Normalization(bool dummyPrefix = true, bool removeExtraSpaces = true, bool escape = true, byte[]? map = null)
    {
        Integer(normalizer, 3, dummyPrefix ? 1 : 0);
        Integer(normalizer, 4, removeExtraSpaces ? 1 : 0);
        Integer(normalizer, 5, escape ? 1 : 0);
        if (map is not null)
            Bytes(normalizer, 2, map);
        return this;
    }

    internal SentencePieceBuilder Denormalization(byte[] map)
    {
        var rules = new List<byte>();
        Bytes(rules, 2, map);
        Integer(rules, 3, 0);
        Integer(rules, 5, 0);
        Bytes(message, 5, [.. rules]);
        return this;
    }

    internal byte[] ToBytes()
    {
        var all = new List<byte>(message);
        Bytes(all, 2, [.. trainer]);
        Bytes(all, 3, [.. normalizer]);
        return [.. all];
    }

    internal Tokenizer Build() => Tokenizer.FromSentencePiece(ToBytes());

    /// <summary>A character map of single-byte characters: one rule each.</summary>
    internal static byte[] Map(params (char From, string To)[] rules)
    {
        // root at 0 with its children at offset 512; each child's value stands at its own offset of 1024 and more
        var units = new uint[4096];
        var replacements = new List<byte>();
        units[0] = 512u << 10;
        for (int i = 0; i < rules.Length; i++)
        {
            int child = 512 ^ rules[i].From, value = 1024 + (256 * i);
            units[child] = (uint)(child ^ value) << 10 | 1 << 8 | rules[i].From;
            units[value] = 0x80000000 | (uint)replacements.Count;
            replacements.AddRange([.. System.Text.Encoding.UTF8.GetBytes(rules[i].To), 0]);
        }
        var blob = new byte[4 + (4 * units.Length)];
        BinaryPrimitives.WriteUInt32LittleEndian(blob, (uint)(4 * units.Length));
        for (int i = 0; i < units.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(4 + (4 * i)), units[i]);
        return [.. blob, .. replacements];
    }

    private static void Integer(List<byte> to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            to.Add((byte)(value | 0x80));
        to.Add((byte)value);
    }

    private static void Integer(List<byte> to, int field, ulong value)
    {
        Integer(to, (ulong)field << 3);
        Integer(to, value);
    }

    private static void Integer(List<byte> to, int value) => Integer(to, (ulong)value);

    private static void Integer(List<byte> to, int field, int value) => Integer(to, field, (ulong)value);

    private static void Bytes(List<byte> to, int field, byte[] value)
    {
        Integer(to, field << 3 | 2);
        Integer(to, value.Length);
        to.AddRange(value);
    }
}
