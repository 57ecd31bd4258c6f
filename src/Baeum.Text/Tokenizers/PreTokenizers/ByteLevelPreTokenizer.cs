using System.Text.Json;

namespace Baeum.Text;

/// <summary>GPT-2's: words by its pattern, then every byte of their UTF-8 form as a visible character.</summary>
/// <param name="addPrefixSpace">Write a space before text that does not begin with one.</param>
/// <param name="useRegex">Cut by the pattern; false when something before has cut.</param>
/// <param name="trimOffsets">Kept for the file; the post-processor of the same name trims.</param>
public sealed class ByteLevelPreTokenizer(bool addPrefixSpace = true, bool useRegex = true, bool trimOffsets = true) : PreTokenizer
{
    /// <summary>True when a space is written before text that does not begin with one.</summary>
    public bool AddPrefixSpace { get; } = addPrefixSpace;

    /// <summary>True when it cuts words.</summary>
    public bool UseRegex { get; } = useRegex;

    internal static ByteLevelPreTokenizer Read(JsonPart json) => new(json.Flag("add_prefix_space", true), json.Flag("use_regex", true), json.Flag("trim_offsets", true));

    internal override void Apply(PieceList pieces)
    {
        pieces.Split((_, text) =>
        {
            if (AddPrefixSpace && !text.Chars.StartsWith(" "))
                text.Prepend(" ");
            if (!UseRegex)
                return [new Piece(text)];
            var words = new List<Piece>();
            for (int at = 0; at < text.Length;)
            {
                int end = WordScanner.OfGpt2.Next(text.Chars, at);
                words.Add(new Piece(text.Slice(at, end)));
                at = end;
            }
            return words;
        });
        pieces.Normalize(ByteAlphabet.Apply);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("ByteLevel", () =>
    {
        json.WriteBoolean("add_prefix_space", AddPrefixSpace);
        json.WriteBoolean("trim_offsets", trimOffsets);
        json.WriteBoolean("use_regex", UseRegex);
    });
}
