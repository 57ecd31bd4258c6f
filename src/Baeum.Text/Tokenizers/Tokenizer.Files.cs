using System.Text.Json;

namespace Baeum.Text;

/// <content>Reading tokenizers.</content>
public sealed partial class Tokenizer
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };

    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    /// <exception cref="TokenizerException">It is broken; the message names the place.</exception>
    public static Tokenizer FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return FromJson(File.ReadAllBytes(path));
        }
        catch (TokenizerException error)
        {
            throw new TokenizerException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Reads the text of a <c>tokenizer.json</c> (UTF-8).</summary>
    /// <exception cref="TokenizerException">It is broken; the message names the place.</exception>
    public static Tokenizer FromJson(ReadOnlyMemory<byte> utf8)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Reading);
        }
        catch (JsonException error)
        {
            throw new TokenizerException($"not JSON: {error.Message}", error);
        }
        using (document)
        {
            var root = new JsonPart(document.RootElement, "");
            return FromJson(root);
        }
    }

    private static Tokenizer FromJson(JsonPart root) =>
        new(TokenizerParts.Model(root["model"]), TokenizerParts.Normalizer(root["normalizer"]), TokenizerParts.PreTokenizer(root["pre_tokenizer"]),
            TokenizerParts.PostProcessor(root["post_processor"]), TokenizerParts.Decoder(root["decoder"]),
            root.Has("added_tokens") ? root["added_tokens"].Items().Select(ReadAddedToken) : [])
        {
            Truncation = ReadTruncation(root["truncation"]),
            Padding = ReadPadding(root["padding"]),
        };

    private static AddedToken ReadAddedToken(JsonPart json) => new(json.Text("content"), json["id"].Int(), json.Flag("special"), json.Flag("single_word"),
        json.Flag("lstrip"), json.Flag("rstrip"), json.Flag("normalized", !json.Flag("special")));

    private static Truncation? ReadTruncation(JsonPart json) => json.IsNull ? null : new Truncation(
        json["max_length"].Int(), json.Choice("strategy", TruncationStrategy.LongestFirst), json.Number("stride", 0), json.TextOrNull("direction") == "Left");

    private static Padding? ReadPadding(JsonPart json)
    {
        if (json.IsNull)
            return null;
        JsonPart strategy = json["strategy"];
        return new Padding(json["pad_id"].Int(), json.Text("pad_token"), strategy.IsObject ? strategy["Fixed"].Int() : null,
            json.Number("pad_to_multiple_of", 0), json.Number("pad_type_id", 0), json.TextOrNull("direction") == "Left");
    }
}
