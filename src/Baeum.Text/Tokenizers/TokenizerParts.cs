using System.Text;

namespace Baeum.Text;

/// <summary>The parts that <c>tokenizer.json</c> may name, by their "type".</summary>
internal static class TokenizerParts
{
    private static readonly Dictionary<string, Func<JsonPart, Normalizer>> Normalizers = new(StringComparer.Ordinal)
    {
        ["BertNormalizer"] = BertNormalizer.Read,
        ["ByteLevel"] = _ => new ByteLevelNormalizer(),
        ["Lowercase"] = _ => new LowercaseNormalizer(),
        ["NFC"] = _ => new UnicodeNormalizer(NormalizationForm.FormC),
        ["NFD"] = _ => new UnicodeNormalizer(NormalizationForm.FormD),
        ["NFKC"] = _ => new UnicodeNormalizer(NormalizationForm.FormKC),
        ["NFKD"] = _ => new UnicodeNormalizer(NormalizationForm.FormKD),
        ["Nmt"] = _ => new NmtNormalizer(),
        ["Precompiled"] = PrecompiledNormalizer.Read,
        ["Prepend"] = PrependNormalizer.Read,
        ["Replace"] = ReplaceNormalizer.Read,
        ["Sequence"] = NormalizerSequence.Read,
        ["Strip"] = StripNormalizer.Read,
        ["StripAccents"] = _ => new StripAccentsNormalizer(),
    };

    private static readonly Dictionary<string, Func<JsonPart, PreTokenizer>> PreTokenizers = new(StringComparer.Ordinal)
    {
        ["BertPreTokenizer"] = _ => new BertPreTokenizer(),
        ["ByteLevel"] = ByteLevelPreTokenizer.Read,
        ["CharDelimiterSplit"] = CharDelimiterPreTokenizer.Read,
        ["Digits"] = DigitsPreTokenizer.Read,
        ["FixedLength"] = FixedLengthPreTokenizer.Read,
        ["Metaspace"] = MetaspacePreTokenizer.Read,
        ["Punctuation"] = PunctuationPreTokenizer.Read,
        ["Sequence"] = PreTokenizerSequence.Read,
        ["Split"] = SplitPreTokenizer.Read,
        ["UnicodeScripts"] = _ => new UnicodeScriptsPreTokenizer(),
        ["Whitespace"] = _ => new WhitespacePreTokenizer(),
        ["WhitespaceSplit"] = _ => new WhitespaceSplitPreTokenizer(),
    };

    private static readonly Dictionary<string, Func<JsonPart, TokenModel>> Models = new(StringComparer.Ordinal)
    {
        ["BPE"] = BpeModel.Read,
        ["Unigram"] = UnigramModel.Read,
        ["WordLevel"] = WordLevelModel.Read,
        ["WordPiece"] = WordPieceModel.Read,
    };

    private static readonly Dictionary<string, Func<JsonPart, PostProcessor>> PostProcessors = new(StringComparer.Ordinal)
    {
        ["BertProcessing"] = BertPostProcessor.Read,
        ["ByteLevel"] = ByteLevelPostProcessor.Read,
        ["RobertaProcessing"] = RobertaPostProcessor.Read,
        ["Sequence"] = PostProcessorSequence.Read,
        ["TemplateProcessing"] = TemplatePostProcessor.Read,
    };

    private static readonly Dictionary<string, Func<JsonPart, Decoder>> Decoders = new(StringComparer.Ordinal)
    {
        ["BPEDecoder"] = BpeDecoder.Read,
        ["ByteFallback"] = _ => new ByteFallbackDecoder(),
        ["ByteLevel"] = ByteLevelDecoder.Read,
        ["CTC"] = CtcDecoder.Read,
        ["Fuse"] = _ => new FuseDecoder(),
        ["Metaspace"] = MetaspaceDecoder.Read,
        ["NFC"] = _ => new ComposeDecoder(),
        ["Replace"] = ReplaceDecoder.Read,
        ["Sequence"] = DecoderSequence.Read,
        ["Strip"] = StripDecoder.Read,
        ["WordPiece"] = WordPieceDecoder.Read,
    };

    internal static Normalizer? Normalizer(JsonPart json) => Read(json, Normalizers, "normalizer");

    internal static PreTokenizer? PreTokenizer(JsonPart json) => Read(json, PreTokenizers, "pre-tokenizer");

    internal static PostProcessor? PostProcessor(JsonPart json) => Read(json, PostProcessors, "post-processor");

    internal static Decoder? Decoder(JsonPart json) => Read(json, Decoders, "decoder");

    internal static TokenModel Model(JsonPart json)
    {
        // files of the first versions name no type: what is there tells
        if (json.IsObject && !json.Has("type"))
            return Models[json.Has("merges") ? "BPE" : json["vocab"].IsArray ? "Unigram" : json.Has("continuing_subword_prefix") ? "WordPiece" : "WordLevel"](json);
        return Read(json, Models, "model") ?? throw json.Error("a tokenizer needs a model");
    }

    private static T? Read<T>(JsonPart json, Dictionary<string, Func<JsonPart, T>> known, string what) where T : class
    {
        if (json.IsNull)
            return null;
        string type = json.Text("type");
        return known.TryGetValue(type, out Func<JsonPart, T>? read)
            ? read(json)
            : throw json.Error($"the {what} '{type}' is unknown; there are {string.Join(", ", known.Keys)}");
    }
}
