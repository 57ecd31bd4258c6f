using System.Globalization;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>Several decoders, one after the other.</summary>
public sealed class DecoderSequence(params IReadOnlyList<Decoder> decoders) : Decoder
{
    /// <summary>The stages in order.</summary>
    public IReadOnlyList<Decoder> Stages { get; } = decoders;

    internal static DecoderSequence Read(JsonPart json) =>
        new([.. json["decoders"].Items().Select(part => TokenizerParts.Decoder(part) ?? throw part.Error("should be a decoder"))]);

    internal override List<string> Apply(List<string> tokens)
    {
        foreach (Decoder stage in Stages)
            tokens = stage.Apply(tokens);
        return tokens;
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("Sequence", () => json.List("decoders", Stages, stage => stage.Write(json)));
}

/// <summary>Visible characters back to bytes, bytes to text; broken UTF-8 becomes U+FFFD.</summary>
public sealed class ByteLevelDecoder(bool addPrefixSpace = true, bool trimOffsets = true, bool useRegex = true) : Decoder
{
    internal static ByteLevelDecoder Read(JsonPart json) => new(json.Flag("add_prefix_space", true), json.Flag("trim_offsets", true), json.Flag("use_regex", true));

    internal override List<string> Apply(List<string> tokens)
    {
        var bytes = new List<byte>(4 * tokens.Count);
        foreach (string token in tokens)
            ByteAlphabet.AddBytes(token, bytes);
        return [System.Text.Encoding.UTF8.GetString([.. bytes])];
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("ByteLevel", () =>
    {
        json.WriteBoolean("add_prefix_space", addPrefixSpace);
        json.WriteBoolean("trim_offsets", trimOffsets);
        json.WriteBoolean("use_regex", useRegex);
    });
}

/// <summary>Tokens such as <c>&lt;0xEA&gt;</c> back to bytes; a run that is no UTF-8 gives one U+FFFD a byte.</summary>
public sealed class ByteFallbackDecoder : Decoder
{
    private static readonly System.Text.UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The byte that a token stands for; -1 for other tokens.</summary>
    internal static int ByteOf(ReadOnlySpan<char> token) => token.Length == 6 && token.StartsWith("<0x") && token[5] == '>'
        && byte.TryParse(token[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : -1;

    internal override List<string> Apply(List<string> tokens)
    {
        var texts = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (string token in tokens)
        {
            int value = ByteOf(token);
            if (value >= 0)
            {
                bytes.Add((byte)value);
                continue;
            }
            Flush();
            texts.Add(token);
        }
        Flush();
        return texts;

        void Flush()
        {
            if (bytes.Count == 0)
                return;
            try
            {
                texts.Add(Strict.GetString([.. bytes]));
            }
            catch (System.Text.DecoderFallbackException)
            {
                texts.Add(new string('\uFFFD', bytes.Count));
            }
            bytes.Clear();
        }
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("ByteFallback");
}

/// <summary>Joins all tokens to one.</summary>
public sealed class FuseDecoder : Decoder
{
    internal override List<string> Apply(List<string> tokens) => [string.Concat(tokens)];

    internal override void Write(Utf8JsonWriter json) => json.Part("Fuse");
}

/// <summary>The sign for spaces back to spaces; none at the beginning where one had been written.</summary>
public sealed class MetaspaceDecoder(char replacement = '▁', PrependScheme scheme = PrependScheme.Always, bool split = true) : Decoder
{
    internal static MetaspaceDecoder Read(JsonPart json) => new(json.Char("replacement", '▁'), MetaspacePreTokenizer.ReadScheme(json), json.Flag("split", true));

    internal override List<string> Apply(List<string> tokens) =>
        [.. tokens.Select((token, i) => i == 0 && scheme != PrependScheme.Never ? token.Replace(replacement.ToString(), "", StringComparison.Ordinal) : token.Replace(replacement, ' '))];

    internal override void Write(Utf8JsonWriter json) => json.Part("Metaspace", () => MetaspacePreTokenizer.WriteMembers(json, replacement, scheme, split));
}

/// <summary>Replaces what a pattern finds, in each token.</summary>
public sealed class ReplaceDecoder : Decoder
{
    private readonly TextPattern pattern;
    private readonly string content;

    private ReplaceDecoder(TextPattern pattern, string content) => (this.pattern, this.content) = (pattern, content);

    /// <summary>Replaces a text by another.</summary>
    public ReplaceDecoder(string text, string content) : this(TextPattern.Literal(text), content)
    {
    }

    internal static ReplaceDecoder Read(JsonPart json) => new(TextPattern.Read(json["pattern"]), json.Text("content"));

    internal override List<string> Apply(List<string> tokens) => [.. tokens.Select(Replace)];

    internal override void Write(Utf8JsonWriter json) => json.Part("Replace", () =>
    {
        json.WritePropertyName("pattern");
        pattern.Write(json);
        json.WriteString("content", content);
    });

    private string Replace(string token)
    {
        if (!pattern.IsRegex)
            return pattern.Source.Length == 0 ? token : token.Replace(pattern.Source, content, StringComparison.Ordinal);
        var text = new System.Text.StringBuilder();
        int at = 0;
        foreach ((int start, int end) in pattern.Find(token))
        {
            text.Append(token, at, start - at).Append(content);
            at = end;
        }
        return text.Append(token, at, token.Length - at).ToString();
    }
}

/// <summary>Takes a character away at the ends of each token, at most so many times.</summary>
public sealed class StripDecoder(System.Text.Rune content, int start, int stop) : Decoder
{
    internal static StripDecoder Read(JsonPart json)
    {
        string text = json.Text("content");
        (int start, int stop) = (json.Number("start", 0), json.Number("stop", 0));
        if (start < 0 || stop < 0)
            throw json.Error("start and stop should not be negative");
        return System.Text.Rune.TryGetRuneAt(text.Length == 0 ? " " : text, 0, out System.Text.Rune content) && content.Utf16SequenceLength == text.Length
            ? new StripDecoder(content, start, stop)
            : throw json["content"].Error("should be one character");
    }

    internal override List<string> Apply(List<string> tokens) => [.. tokens.Select(token =>
    {
        string letter = content.ToString();
        int from = 0, to = token.Length;
        for (int i = 0; i < start && string.CompareOrdinal(token, from, letter, 0, letter.Length) == 0; i++)
            from += letter.Length;
        for (int i = 0; i < stop && to - letter.Length >= from && string.CompareOrdinal(token, to - letter.Length, letter, 0, letter.Length) == 0; i++)
            to -= letter.Length;
        return token[from..to];
    })];

    internal override void Write(Utf8JsonWriter json) => json.Part("Strip", () =>
    {
        json.WriteString("content", content.ToString());
        json.WriteNumber("start", start);
        json.WriteNumber("stop", stop);
    });
}
