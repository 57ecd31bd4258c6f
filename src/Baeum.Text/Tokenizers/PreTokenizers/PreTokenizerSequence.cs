using System.Text.Json;

namespace Baeum.Text;

/// <summary>Several pre-tokenizers, each cutting what the one before left.</summary>
public sealed class PreTokenizerSequence(params IReadOnlyList<PreTokenizer> preTokenizers) : PreTokenizer
{
    /// <summary>The stages in order.</summary>
    public IReadOnlyList<PreTokenizer> Stages { get; } = preTokenizers;

    internal static PreTokenizerSequence Read(JsonPart json) =>
        new([.. json["pretokenizers"].Items().Select(part => TokenizerParts.PreTokenizer(part) ?? throw part.Error("should be a pre-tokenizer"))]);

    internal override void Apply(PieceList pieces)
    {
        foreach (PreTokenizer stage in Stages)
            stage.Apply(pieces);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Sequence", () => json.List("pretokenizers", Stages, stage => stage.Write(json)));
}
