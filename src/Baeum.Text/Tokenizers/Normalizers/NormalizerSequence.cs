using System.Text.Json;

namespace Baeum.Text;

/// <summary>Several normalizers, one after the other.</summary>
public sealed class NormalizerSequence(params IReadOnlyList<Normalizer> normalizers) : Normalizer
{
    /// <summary>The stages in order.</summary>
    public IReadOnlyList<Normalizer> Stages { get; } = normalizers;

    internal static NormalizerSequence Read(JsonPart json) =>
        new([.. json["normalizers"].Items().Select(part => TokenizerParts.Normalizer(part) ?? throw part.Error("should be a normalizer"))]);

    internal override void Apply(AlignedText text)
    {
        foreach (Normalizer stage in Stages)
            stage.Apply(text);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Sequence", () => json.List("normalizers", Stages, stage => stage.Write(json)));
}
