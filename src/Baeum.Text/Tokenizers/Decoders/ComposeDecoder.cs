using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>
/// Puts together what the normalizer NFD or NFKD took apart: jamo to syllables, letters and their accents. <c>tokenizer.json</c> calls it <c>NFC</c>, a name
/// of our own: the Rust library has no such decoder.
/// </summary>
public sealed class ComposeDecoder : Decoder
{
    internal override List<string> Apply(List<string> tokens) => [UnicodeForms.Normalize(string.Concat(tokens), NormalizationForm.FormC)];

    internal override void Write(Utf8JsonWriter json) => json.Part("NFC");
}
