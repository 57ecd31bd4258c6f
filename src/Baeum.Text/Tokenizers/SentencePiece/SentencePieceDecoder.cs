using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>SentencePiece's way back: spaces for U+2581, byte pieces joined to characters, nothing for marks, the space before the text taken off.</summary>
internal sealed class SentencePieceDecoder(SentencePieceFile file, SentencePieceModel model, SentencePieceNormalizer? denormalizer) : Decoder
{
    /// <inheritdoc/>
    internal override List<string> Apply(List<string> tokens)
    {
        var parts = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        bool atStart = true, spaceTaken = false, written = false;
        foreach (string token in tokens)
        {
            int id = model.IdOf(token) ?? model.UnknownId;
            if (model.KindOf(id) == SentencePieceKind.Byte)
            {
                bytes.Add((byte)SentencePieceFile.ByteOf(token));
                continue;
            }
            FlushBytes();
            if (spaceTaken || written)
                atStart = false;
            Write(Text(token, id));
        }
        FlushBytes();
        if (denormalizer is null)
            return parts;
        var output = new NormalizedText(withRanges: false);
        denormalizer.Run(string.Concat(parts), output);
        return [new string(output.Chars)];

        void Write(string text)
        {
            parts.Add(text);
            written |= text.Length > 0;
        }

        void FlushBytes()
        {
            if (bytes.Count > 0)
                Write(Characters(bytes));
            bytes.Clear();
        }

        string Text(string token, int id)
        {
            spaceTaken = false;
            SentencePieceKind kind = model.KindOf(id);
            if (kind == SentencePieceKind.Control)
                return "";
            if (kind == SentencePieceKind.Unknown)
                return token == model.TokenOf(id) ? file.UnknownSurface : token;
            if (atStart && (file.Normalization.AddDummyPrefix || file.Normalization.RemoveExtraSpaces) && token.StartsWith(SentencePieceNormalizer.SpaceMark))
            {
                token = token[1..];
                // where extra spaces are removed, all of those at the beginning go
                spaceTaken = !file.Normalization.RemoveExtraSpaces;
            }
            return token.Replace(SentencePieceNormalizer.SpaceMark, ' ');
        }
    }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json) => throw SentencePieceModel.NotInJson();

    // the library gives one U+FFFD for every byte that belongs to no character
    private static string Characters(List<byte> bytes)
    {
        var text = new StringBuilder();
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (rest.Length > 0)
        {
            bool whole = Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed) == OperationStatus.Done;
            text.Append(rune.ToString());
            rest = rest[(whole ? consumed : 1)..];
        }
        return text.ToString();
    }
}
