using System.Globalization;

namespace Baeum.Text;

/// <summary>Tokenizers from before <c>tokenizer.json</c>: <c>vocab.txt</c>, <c>vocab.json</c> with <c>merges.txt</c>.</summary>
internal static class VocabularyFiles
{
    private static readonly string[] BertSpecial = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    /// <summary>A WordPiece vocabulary, one token a line, with BERT's other stages.</summary>
    internal static Tokenizer WordPiece(string path, TokenizerConfig config)
    {
        string[] lines = TextLines.Read(path);
        var vocabulary = new Dictionary<string, int>(lines.Length, StringComparer.Ordinal);
        for (int id = 0; id < lines.Length; id++)
        {
            if (lines[id].Length > 0)
                vocabulary[lines[id]] = id;
        }
        string unknown = config.Special("unk_token") ?? "[UNK]", start = config.Special("cls_token") ?? "[CLS]", end = config.Special("sep_token") ?? "[SEP]";
        if (!vocabulary.ContainsKey(unknown))
            throw new TokenizerException($"{path}: the unknown token '{unknown}' is not in the vocabulary");
        TemplatePostProcessor? template = vocabulary.TryGetValue(start, out int startId) && vocabulary.TryGetValue(end, out int endId)
            ? new TemplatePostProcessor(
                [new(null, start, 0), new(0, null, 0), new(null, end, 0)],
                [new(null, start, 0), new(0, null, 0), new(null, end, 0), new(1, null, 1), new(null, end, 1)],
                [new(start, ([startId], [start])), new(end, ([endId], [end]))])
            : null;
        return new Tokenizer(new WordPieceModel(vocabulary, unknown),
            new BertNormalizer(handleChineseCharacters: config.Flag("tokenize_chinese_chars", true), stripAccents: config.FlagOrNull("strip_accents"), lowercase: config.Flag("do_lower_case", true)),
            new BertPreTokenizer(), template, new WordPieceDecoder(), config.AddedTokens(vocabulary, BertSpecial));
    }

    /// <summary>The usual special tokens of byte-level vocabularies.</summary>
    internal static string[] ByteBpeSpecial { get; } = ["<|endoftext|>", "<s>", "</s>", "<pad>", "<unk>", "<mask>"];

    /// <summary>A byte-level BPE vocabulary with its merges: GPT-2, RoBERTa, Qwen. Of the special tokens, those that the vocabulary has are found in text.</summary>
    internal static Tokenizer ByteBpe(string vocabularyPath, string mergesPath, TokenizerConfig config, string[] special)
    {
        Dictionary<string, int> vocabulary = ReadVocabulary(vocabularyPath);
        bool qwen = config.ClassName.StartsWith("Qwen", StringComparison.Ordinal), prefixSpace = config.Flag("add_prefix_space", false);
        PreTokenizer preTokenizer = qwen
            ? new PreTokenizerSequence(SplitPreTokenizer.ByRegex(WordScanner.QwenPattern), new ByteLevelPreTokenizer(addPrefixSpace: false, useRegex: false))
            : new ByteLevelPreTokenizer(prefixSpace);
        return new Tokenizer(Model(vocabulary, mergesPath), qwen ? new UnicodeNormalizer(System.Text.NormalizationForm.FormC) : null, preTokenizer,
            PostProcessor(vocabulary, config, prefixSpace), new ByteLevelDecoder(), config.AddedTokens(vocabulary, special));
    }

    private static BpeModel Model(Dictionary<string, int> vocabulary, string mergesPath)
    {
        var merges = new List<(string, string)>();
        string[] lines = TextLines.Read(mergesPath);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || (i == 0 && lines[i].StartsWith("#version", StringComparison.Ordinal)))
                continue;
            merges.Add(BpeModel.ParseMerge(lines[i]) ?? throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"{mergesPath}, line {i + 1}: should be two tokens with a space between")));
        }
        try
        {
            return new BpeModel(vocabulary, merges);
        }
        catch (TokenizerException error)
        {
            throw new TokenizerException($"{mergesPath}: {error.Message}", error);
        }
    }

    private static Dictionary<string, int> ReadVocabulary(string path)
    {
        try
        {
            return TokenizerJson.Parse(File.ReadAllBytes(path), root =>
            {
                var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
                foreach ((string token, JsonPart id) in root.Members())
                    vocabulary[token] = id.Int();
                return vocabulary;
            });
        }
        catch (TokenizerException error)
        {
            throw new TokenizerException($"{path}: {error.Message}", error);
        }
    }

    private static PostProcessor? PostProcessor(Dictionary<string, int> vocabulary, TokenizerConfig config, bool prefixSpace)
    {
        if (!config.ClassName.StartsWith("Roberta", StringComparison.Ordinal) && !config.ClassName.StartsWith("Bart", StringComparison.Ordinal)
            && !config.ClassName.StartsWith("Longformer", StringComparison.Ordinal))
            return new ByteLevelPostProcessor(trimOffsets: false);
        string start = config.Special("cls_token") ?? config.Special("bos_token") ?? "<s>", end = config.Special("sep_token") ?? config.Special("eos_token") ?? "</s>";
        return vocabulary.TryGetValue(start, out int startId) && vocabulary.TryGetValue(end, out int endId)
            ? new RobertaPostProcessor(end, endId, start, startId, addPrefixSpace: prefixSpace)
            : throw new TokenizerException($"{config.ClassName}: '{start}' or '{end}' is not in the vocabulary");
    }
}
