using System.Text.Encodings.Web;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>Reads and writes <c>tokenizer.json</c>.</summary>
internal static class TokenizerJson
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };
    private static readonly JsonWriterOptions Writing = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Parses a JSON file and hands its root over.</summary>
    internal static T Parse<T>(ReadOnlyMemory<byte> utf8, Func<JsonPart, T> read)
    {
        // some editors put a byte order mark before the text
        if (utf8.Span.StartsWith("\uFEFF"u8))
            utf8 = utf8[3..];
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Reading);
        }
        catch (JsonException error)
        {
            throw new TokenizerException($"not JSON, or damaged: {error.Message}", error);
        }
        using (document)
            return read(new JsonPart(document.RootElement, ""));
    }

    internal static Tokenizer Read(JsonPart root) =>
        new(TokenizerParts.Model(root["model"]), TokenizerParts.Normalizer(root["normalizer"]), TokenizerParts.PreTokenizer(root["pre_tokenizer"]),
            TokenizerParts.PostProcessor(root["post_processor"]), TokenizerParts.Decoder(root["decoder"]),
            root.Has("added_tokens") ? root["added_tokens"].Items().Select(token => ReadAddedToken(token, token["id"].Int())) : [])
        {
            Truncation = ReadTruncation(root["truncation"]),
            Padding = ReadPadding(root["padding"]),
        };

    internal static AddedToken ReadAddedToken(JsonPart json, int id) => new(json.Text("content"), id, json.Flag("special"), json.Flag("single_word"),
        json.Flag("lstrip"), json.Flag("rstrip"), json.Flag("normalized", !json.Flag("special")));

    internal static void Write(Tokenizer tokenizer, Stream stream)
    {
        if (tokenizer.Model is SentencePieceModel sentencePiece)
            tokenizer = SentencePieceJson.Convert(tokenizer, sentencePiece);
        using var json = new Utf8JsonWriter(stream, Writing);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        WriteTruncation(json, tokenizer.Truncation);
        WritePadding(json, tokenizer.Padding);
        json.List("added_tokens", tokenizer.AddedTokens, token => WriteAddedToken(json, token));
        Write(json, "normalizer", tokenizer.Normalizer is { } normalizer ? normalizer.Write : null);
        Write(json, "pre_tokenizer", tokenizer.PreTokenizer is { } preTokenizer ? preTokenizer.Write : null);
        Write(json, "post_processor", tokenizer.PostProcessor is { } postProcessor ? postProcessor.Write : null);
        Write(json, "decoder", tokenizer.Decoder is { } decoder ? decoder.Write : null);
        Write(json, "model", tokenizer.Model.Write);
        json.WriteEndObject();
    }

    private static TokenTruncation? ReadTruncation(JsonPart json)
    {
        if (json.IsNull)
            return null;
        (int length, int stride) = (json["max_length"].Int(), json.Number("stride", 0));
        return length >= 0 && stride >= 0
            ? new TokenTruncation(length, json.Choice("strategy", TruncationStrategy.LongestFirst), stride, IsLeft(json))
            : throw json.Error("max_length and stride should not be negative");
    }

    private static TokenPadding? ReadPadding(JsonPart json)
    {
        if (json.IsNull)
            return null;
        JsonPart strategy = json["strategy"];
        return new TokenPadding(json.Number("pad_id", 0), json.TextOrNull("pad_token") ?? "[PAD]", strategy.IsObject ? strategy["Fixed"].Int() : null,
            json.Number("pad_to_multiple_of", 0), json.Number("pad_type_id", 0), IsLeft(json));
    }

    private static bool IsLeft(JsonPart json) => string.Equals(json.TextOrNull("direction"), "left", StringComparison.OrdinalIgnoreCase);

    private static void Write(Utf8JsonWriter json, string name, Action<Utf8JsonWriter>? write)
    {
        json.WritePropertyName(name);
        if (write is null)
            json.WriteNullValue();
        else
            write(json);
    }

    private static void WriteTruncation(Utf8JsonWriter json, TokenTruncation? truncation)
    {
        if (truncation is null)
        {
            json.WriteNull("truncation");
            return;
        }
        json.WriteStartObject("truncation");
        json.WriteString("direction", truncation.Left ? "Left" : "Right");
        json.WriteNumber("max_length", truncation.MaxLength);
        json.WriteString("strategy", truncation.Strategy.ToString());
        json.WriteNumber("stride", truncation.Stride);
        json.WriteEndObject();
    }

    private static void WritePadding(Utf8JsonWriter json, TokenPadding? padding)
    {
        if (padding is null)
        {
            json.WriteNull("padding");
            return;
        }
        json.WriteStartObject("padding");
        if (padding.Length is int length)
        {
            json.WriteStartObject("strategy");
            json.WriteNumber("Fixed", length);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("strategy", "BatchLongest");
        }
        json.WriteString("direction", padding.Left ? "Left" : "Right");
        if (padding.MultipleOf > 0)
            json.WriteNumber("pad_to_multiple_of", padding.MultipleOf);
        else
            json.WriteNull("pad_to_multiple_of");
        json.WriteNumber("pad_id", padding.Id);
        json.WriteNumber("pad_type_id", padding.TypeId);
        json.WriteString("pad_token", padding.Token);
        json.WriteEndObject();
    }

    private static void WriteAddedToken(Utf8JsonWriter json, AddedToken token)
    {
        json.WriteStartObject();
        json.WriteNumber("id", token.Id);
        json.WriteString("content", token.Content);
        json.WriteBoolean("single_word", token.SingleWord);
        json.WriteBoolean("lstrip", token.StripLeft);
        json.WriteBoolean("rstrip", token.StripRight);
        json.WriteBoolean("normalized", token.Normalized);
        json.WriteBoolean("special", token.Special);
        json.WriteEndObject();
    }
}
