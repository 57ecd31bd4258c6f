using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>
/// SentencePiece's character map as the Rust library applies it: to whole graphemes of up to five bytes, and there by the first rule that fits, otherwise to
/// single characters.
/// </summary>
public sealed class PrecompiledNormalizer : Normalizer
{
    private const int LongestGrapheme = 5;

    private readonly byte[] blob;
    private readonly CharacterMap map;

    /// <summary>A normalizer of the map's bytes.</summary>
    /// <exception cref="TokenizerException">The map is damaged.</exception>
    public PrecompiledNormalizer(ReadOnlySpan<byte> map)
    {
        blob = map.ToArray();
        this.map = CharacterMap.Parse(blob, "Precompiled");
    }

    internal static PrecompiledNormalizer Read(JsonPart json)
    {
        JsonPart text = json["precompiled_charsmap"];
        try
        {
            return new PrecompiledNormalizer(Convert.FromBase64String(text.String()));
        }
        catch (Exception error) when (error is FormatException or TokenizerException)
        {
            throw text.Error(error.Message);
        }
    }

    internal override void Apply(AlignedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        var changes = new List<(Rune Rune, int Change)>(chars.Length);
        bool modified = false;
        Span<byte> utf8 = stackalloc byte[3 * LongestGrapheme];
        Span<char> alone = stackalloc char[2];
        while (chars.Length > 0)
        {
            ReadOnlySpan<char> grapheme = chars[..StringInfo.GetNextTextElementLength(chars)];
            chars = chars[grapheme.Length..];
            // a char is at least a byte
            if (grapheme.Length <= LongestGrapheme && System.Text.Encoding.UTF8.GetBytes(grapheme, utf8) is int bytes && bytes <= LongestGrapheme && Replace(utf8[..bytes], grapheme, changes))
            {
                modified = true;
                continue;
            }
            foreach (Rune rune in grapheme.EnumerateRunes())
            {
                bool replaced = Replace(utf8[..rune.EncodeToUtf8(utf8)], alone[..rune.EncodeToUtf16(alone)], changes);
                modified |= replaced;
                if (!replaced)
                    changes.Add((rune, 0));
            }
        }
        if (modified)
            text.Transform(changes);
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Precompiled", () => json.WriteBase64String("precompiled_charsmap", blob));

    private bool Replace(ReadOnlySpan<byte> utf8, ReadOnlySpan<char> old, List<(Rune Rune, int Change)> changes)
    {
        if (!map.TryShortest(utf8, out ReadOnlySpan<byte> replacement))
            return false;
        int before = changes.Count, surplus = 0;
        foreach (Rune _ in old.EnumerateRunes())
            surplus--;
        while (replacement.Length > 0)
        {
            Rune.DecodeFromUtf8(replacement, out Rune rune, out int consumed);
            replacement = replacement[consumed..];
            changes.Add((rune, 0));
            surplus++;
        }
        for (int i = changes.Count - 1; i >= before && surplus > 0; i--, surplus--)
            changes[i] = (changes[i].Rune, 1);
        if (surplus < 0 && changes.Count > 0)
            changes[^1] = (changes[^1].Rune, changes[^1].Change + surplus);
        return true;
    }
}
