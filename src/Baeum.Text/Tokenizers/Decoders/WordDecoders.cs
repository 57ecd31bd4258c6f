using System.Text.Json;

namespace Baeum.Text;

/// <summary>Joins continued pieces to words, puts spaces between words, and none before punctuation.</summary>
public sealed class WordPieceDecoder(string prefix = "##", bool cleanup = true) : Decoder
{
    private static readonly (string Old, string New)[] Cleanups =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    internal static WordPieceDecoder Read(JsonPart json) => new(json.TextOrNull("prefix") ?? "##", json.Flag("cleanup", true));

    /// <summary>Takes the spaces away that tokenizing English put in.</summary>
    internal static string CleanUp(string text)
    {
        if (!text.Contains(' '))
            return text;
        foreach ((string old, string with) in Cleanups)
            text = text.Replace(old, with, StringComparison.Ordinal);
        return text;
    }

    internal override List<string> Apply(List<string> tokens) => [.. tokens.Select((token, i) =>
    {
        if (i > 0)
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanup ? CleanUp(token) : token;
    })];

    internal override void Write(Utf8JsonWriter json) => json.Part("WordPiece", () =>
    {
        json.WriteString("prefix", prefix);
        json.WriteBoolean("cleanup", cleanup);
    });
}

/// <summary>The sign at the end of words becomes a space.</summary>
public sealed class BpeDecoder(string suffix = "</w>") : Decoder
{
    internal static BpeDecoder Read(JsonPart json) => new(json.TextOrNull("suffix") ?? "</w>");

    internal override List<string> Apply(List<string> tokens) =>
        [.. tokens.Select((token, i) => suffix.Length == 0 ? token : token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];

    internal override void Write(Utf8JsonWriter json) => json.Part("BPEDecoder", () => json.WriteString("suffix", suffix));
}

/// <summary>For connectionist temporal classification: repeated tokens once, the blank away, the delimiter to a space.</summary>
public sealed class CtcDecoder(string padToken = "<pad>", string wordDelimiter = "|", bool cleanup = true) : Decoder
{
    internal static CtcDecoder Read(JsonPart json) =>
        new(json.TextOrNull("pad_token") ?? "<pad>", json.TextOrNull("word_delimiter_token") ?? "|", json.Flag("cleanup", true));

    internal override List<string> Apply(List<string> tokens)
    {
        var texts = new List<string>(tokens.Count);
        for (int i = 0; i < tokens.Count; i++)
        {
            if (i > 0 && tokens[i] == tokens[i - 1])
                continue;
            string text = padToken.Length == 0 ? tokens[i] : tokens[i].Replace(padToken, "", StringComparison.Ordinal);
            if (cleanup)
            {
                text = WordPieceDecoder.CleanUp(text);
                text = wordDelimiter.Length == 0 ? text : text.Replace(wordDelimiter, " ", StringComparison.Ordinal);
            }
            if (text.Length > 0)
                texts.Add(text);
        }
        return texts;
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("CTC", () =>
    {
        json.WriteString("pad_token", padToken);
        json.WriteString("word_delimiter_token", wordDelimiter);
        json.WriteBoolean("cleanup", cleanup);
    });
}
