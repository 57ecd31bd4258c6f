using System.Text.Json;

namespace Baeum.Text;

/// <summary>Several post-processors, one after the other.</summary>
public sealed class PostProcessorSequence(params IReadOnlyList<PostProcessor> postProcessors) : PostProcessor
{
    /// <summary>The stages in order.</summary>
    public IReadOnlyList<PostProcessor> Stages { get; } = postProcessors;

    /// <inheritdoc/>
    public override int AddedTokens(bool pair) => Stages.Sum(stage => stage.AddedTokens(pair));

    internal static PostProcessorSequence Read(JsonPart json) =>
        new([.. json["processors"].Items().Select(part => TokenizerParts.PostProcessor(part) ?? throw part.Error("should be a post-processor"))]);

    internal override List<Encoding> Apply(List<Encoding> encodings, bool addSpecialTokens)
    {
        foreach (PostProcessor stage in Stages)
            encodings = stage.Apply(encodings, addSpecialTokens);
        return encodings;
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Sequence", () => json.List("processors", Stages, stage => stage.Write(json)));
}

/// <summary><c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c> with type ids, as BERT has it.</summary>
public sealed class BertPostProcessor(string separator, int separatorId, string start, int startId) : PostProcessor
{
    /// <inheritdoc/>
    public override int AddedTokens(bool pair) => pair ? 3 : 2;

    internal static BertPostProcessor Read(JsonPart json)
    {
        ((string separator, int separatorId), (string start, int startId)) = (ReadToken(json["sep"]), ReadToken(json["cls"]));
        return new BertPostProcessor(separator, separatorId, start, startId);
    }

    internal static (string Token, int Id) ReadToken(JsonPart json) => json.Items().ToArray() is [JsonPart token, JsonPart id] ? (token.String(), id.Int()) : throw json.Error("should be a token and its id");

    internal static void WriteToken(Utf8JsonWriter json, string name, string token, int id)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(token);
        json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    internal override List<Encoding> Apply(List<Encoding> encodings, bool addSpecialTokens)
    {
        if (!addSpecialTokens)
            return encodings;
        List<Encoding> parts = [Encoding.OfSpecial([startId], [start], 0), encodings[0], Encoding.OfSpecial([separatorId], [separator], 0)];
        if (encodings.Count > 1)
            parts.AddRange([encodings[1], Encoding.OfSpecial([separatorId], [separator], 1)]);
        return parts;
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("BertProcessing", () =>
    {
        WriteToken(json, "sep", separator, separatorId);
        WriteToken(json, "cls", start, startId);
    });
}

/// <summary><c>&lt;s&gt; A &lt;/s&gt;</c> and <c>&lt;s&gt; A &lt;/s&gt; &lt;/s&gt; B &lt;/s&gt;</c>, all of type 0, as RoBERTa has it.</summary>
public sealed class RobertaPostProcessor(string separator, int separatorId, string start, int startId, bool trimOffsets = true, bool addPrefixSpace = true) : PostProcessor
{
    /// <inheritdoc/>
    public override int AddedTokens(bool pair) => pair ? 4 : 2;

    internal static RobertaPostProcessor Read(JsonPart json)
    {
        ((string separator, int separatorId), (string start, int startId)) = (BertPostProcessor.ReadToken(json["sep"]), BertPostProcessor.ReadToken(json["cls"]));
        return new RobertaPostProcessor(separator, separatorId, start, startId, json.Flag("trim_offsets", true), json.Flag("add_prefix_space", true));
    }

    internal override List<Encoding> Apply(List<Encoding> encodings, bool addSpecialTokens)
    {
        foreach (Encoding encoding in encodings)
        {
            if (trimOffsets)
                ByteLevelPostProcessor.Trim(encoding, addPrefixSpace);
            encoding.SetTypeIds(0);
        }
        if (!addSpecialTokens)
            return encodings;
        List<Encoding> parts = [Encoding.OfSpecial([startId], [start], 0), encodings[0], Encoding.OfSpecial([separatorId], [separator], 0)];
        if (encodings.Count > 1)
            parts.AddRange([Encoding.OfSpecial([separatorId], [separator], 0), encodings[1], Encoding.OfSpecial([separatorId], [separator], 0)]);
        return parts;
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("RobertaProcessing", () =>
    {
        BertPostProcessor.WriteToken(json, "sep", separator, separatorId);
        BertPostProcessor.WriteToken(json, "cls", start, startId);
        json.WriteBoolean("trim_offsets", trimOffsets);
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
    });
}

/// <summary>Takes the spaces that belong to a token of byte-level BPE out of its offsets.</summary>
public sealed class ByteLevelPostProcessor(bool trimOffsets = true, bool addPrefixSpace = true, bool useRegex = true) : PostProcessor
{
    /// <inheritdoc/>
    public override int AddedTokens(bool pair) => 0;

    internal static ByteLevelPostProcessor Read(JsonPart json) => new(json.Flag("trim_offsets", true), json.Flag("add_prefix_space", true), json.Flag("use_regex", true));

    internal override List<Encoding> Apply(List<Encoding> encodings, bool addSpecialTokens)
    {
        foreach (Encoding encoding in encodings)
        {
            if (trimOffsets)
                Trim(encoding, addPrefixSpace);
        }
        return encodings;
    }

    internal static void Trim(Encoding encoding, bool addPrefixSpace)
    {
        foreach (Encoding part in encoding.Overflowing)
            Trim(part, addPrefixSpace);
        (int Start, int End)[] offsets = encoding.OffsetArray;
        for (int i = 0; i < offsets.Length; i++)
        {
            string token = encoding.Tokens[i];
            int leading = 0, trailing = 0;
            while (leading < token.Length && IsSpace(token[leading]))
                leading++;
            while (trailing < token.Length && IsSpace(token[^(trailing + 1)]))
                trailing++;
            (int start, int end) = offsets[i];
            // the one space that was written before the text is not in it
            if (leading == 1 && addPrefixSpace && (i == 0 || start == 0))
                leading = 0;
            start = Math.Min(start + leading, end);
            if (trailing > 0 && end >= trailing)
                end = Math.Max(end - trailing, start);
            offsets[i] = (start, end);
        }
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("ByteLevel", () =>
    {
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
        json.WriteBoolean("trim_offsets", trimOffsets);
        json.WriteBoolean("use_regex", useRegex);
    });

    private static bool IsSpace(char letter) => letter == ByteAlphabet.Char((byte)' ') || char.IsWhiteSpace(letter);
}
