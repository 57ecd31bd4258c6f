namespace Baeum.Text;

/// <content>Reading SentencePiece models.</content>
public sealed partial class Tokenizer
{
    /// <summary>Reads a SentencePiece <c>.model</c> file. The tokenizer gives what the library gives without options: no special tokens are added.</summary>
    /// <exception cref="TokenizerException">It is damaged, or of a kind that is neither BPE nor Unigram.</exception>
    public static Tokenizer FromSentencePiece(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return FromSentencePiece(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads the bytes of a SentencePiece model.</summary>
    /// <param name="model">The whole file.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="TokenizerException">It is damaged, or of a kind that is neither BPE nor Unigram.</exception>
    public static Tokenizer FromSentencePiece(ReadOnlySpan<byte> model, string name = "the model")
    {
        SentencePieceFile file = SentencePieceFile.Parse(model, name);
        var pieces = new SentencePieceModel(file);
        var normalizer = new SentencePieceNormalizer(file.Normalization, file.SpaceAsSuffix, SentencePieceModel.UserDefined(file), name);
        SentencePieceNormalizer? denormalizer = file.Denormalization is { CharacterMap.Length: > 0 } rules ? new SentencePieceNormalizer(rules, file.SpaceAsSuffix, null, name) : null;
        return new Tokenizer(pieces, normalizer, decoder: new SentencePieceDecoder(file, pieces, denormalizer));
    }
}
