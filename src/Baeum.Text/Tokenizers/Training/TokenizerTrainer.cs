using System.Text;

namespace Baeum.Text;

/// <summary>What kind of tokenizer is trained.</summary>
public enum TokenizerKind
{
    /// <summary>Byte-pair encoding of bytes, as GPT-2: nothing is ever unknown.</summary>
    ByteBpe,

    /// <summary>Byte-pair encoding of characters, as Llama 2: rare characters fall back to bytes.</summary>
    Bpe,

    /// <summary>The longest pieces of a word, as BERT.</summary>
    WordPiece,

    /// <summary>The most probable pieces, as T5.</summary>
    Unigram,
}

/// <summary>
/// Trains a whole tokenizer: normalizer, pre-tokenizer, model, decoder and special tokens as the kind usually has them. The same texts give the same tokenizer,
/// however many threads count.
/// </summary>
public sealed class TokenizerTrainer
{
    /// <summary>What kind.</summary>
    public TokenizerKind Kind { get; init; }

    /// <summary>How many tokens it shall have, special ones included.</summary>
    public int VocabularySize { get; init; } = 8_000;

    /// <summary>Pairs that occur less often are not merged (BPE, WordPiece).</summary>
    public long MinimumFrequency { get; init; } = 2;

    /// <summary>Make all letters small (WordPiece).</summary>
    public bool Lowercase { get; init; }

    /// <summary>Take Hangul syllables apart into jamo first, so that the endings within a syllable can be tokens; decoding puts them together again.</summary>
    public bool SplitJamo { get; init; }

    /// <summary>Special tokens besides the kind's own.</summary>
    public IReadOnlyList<string> MoreSpecialTokens { get; init; } = [];

    private string[] SpecialTokens => [.. (Kind switch
    {
        TokenizerKind.ByteBpe => (string[])["<|endoftext|>"],
        TokenizerKind.WordPiece => ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
        _ => ["<unk>", "<s>", "</s>"],
    }).Concat(MoreSpecialTokens).Distinct(StringComparer.Ordinal)];

    /// <summary>Trains.</summary>
    /// <param name="texts">The texts, for instance the lines of files; read once, and not kept.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="TokenizerException">There is nothing to learn from, or the vocabulary is too small for its beginning.</exception>
    public Tokenizer Train(IEnumerable<string> texts, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        int least = SpecialTokens.Length + (Kind is TokenizerKind.ByteBpe or TokenizerKind.Bpe ? 256 : 0);
        if (VocabularySize <= least)
            throw new TokenizerException($"A vocabulary of {VocabularySize} is too small: special tokens and bytes alone are {least}.");
        (Normalizer? normalizer, PreTokenizer preTokenizer) = Stages();
        WordCounts words = WordCounts.Of(texts, normalizer, preTokenizer, progress, cancellation: cancellation);
        TokenModel model = Learn(words, progress, cancellation);
        return new Tokenizer(model, normalizer, preTokenizer, PostProcessor(), Decoder(), SpecialTokens.Select(token => new AddedToken(token, model.IdOf(token)!.Value, Special: true)));
    }

    private (Normalizer?, PreTokenizer) Stages()
    {
        UnicodeNormalizer? jamo = SplitJamo ? new UnicodeNormalizer(NormalizationForm.FormD) : null;
        switch (Kind)
        {
            case TokenizerKind.ByteBpe:
                return (jamo, new ByteLevelPreTokenizer(addPrefixSpace: false));
            case TokenizerKind.Bpe:
                return (jamo, new MetaspacePreTokenizer());
            case TokenizerKind.WordPiece:
                // BERT takes accents away with capitals, and takes Hangul apart on the way; here the letters stay
                var bert = new BertNormalizer(stripAccents: false, lowercase: Lowercase);
                return (jamo is null ? bert : new NormalizerSequence(jamo, bert), new BertPreTokenizer());
            default:
                return (new NormalizerSequence(new NmtNormalizer(), new UnicodeNormalizer(SplitJamo ? NormalizationForm.FormKD : NormalizationForm.FormKC),
                    new ReplaceNormalizer(TextPattern.Expression(" {2,}"), " ")), new MetaspacePreTokenizer());
        }
    }

    private TokenModel Learn(WordCounts words, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        if (Kind == TokenizerKind.Unigram)
            return new UnigramModel(new UnigramTrainer { VocabularySize = VocabularySize, SpecialTokens = SpecialTokens }.Train(words, progress, cancellation), unknownId: 0);
        bool pieces = Kind == TokenizerKind.WordPiece;
        string[] bytes = Kind == TokenizerKind.Bpe ? [.. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>")] : [];
        BpeVocabulary learned = new BpeTrainer
        {
            VocabularySize = VocabularySize,
            MinimumFrequency = MinimumFrequency,
            SpecialTokens = [.. SpecialTokens, .. bytes],
            InitialAlphabet = Kind == TokenizerKind.ByteBpe ? [.. Enumerable.Range(0, 256).Select(b => new Rune(ByteAlphabet.Char((byte)b)))] : [],
            // thousands of rare ideographs would leave no room for words
            AlphabetLimit = Kind == TokenizerKind.ByteBpe ? 0 : Math.Max(64, VocabularySize / 3),
            ContinuingPrefix = pieces ? "##" : null,
        }.Train(words, progress, cancellation);
        IEnumerable<KeyValuePair<string, int>> vocabulary = learned.Tokens.Select(KeyValuePair.Create);
        return pieces ? new WordPieceModel(vocabulary)
            : new BpeModel(vocabulary, learned.Merges, Kind == TokenizerKind.Bpe ? new BpeOptions("<unk>", FuseUnknown: true, ByteFallback: true) : new BpeOptions());
    }

    private PostProcessor? PostProcessor() => Kind switch
    {
        TokenizerKind.ByteBpe => new ByteLevelPostProcessor(trimOffsets: false),
        TokenizerKind.WordPiece => new BertPostProcessor("[SEP]", 3, "[CLS]", 2),
        _ => null,
    };

    private Decoder Decoder()
    {
        Decoder[] stages = Kind switch
        {
            TokenizerKind.ByteBpe => [new ByteLevelDecoder()],
            TokenizerKind.Bpe => [new ReplaceDecoder("▁", " "), new ByteFallbackDecoder(), new FuseDecoder(), new StripDecoder(new Rune(' '), 1, 0)],
            TokenizerKind.WordPiece => [new WordPieceDecoder()],
            _ => [new MetaspaceDecoder()],
        };
        return (SplitJamo, stages) switch
        {
            (true, _) => new DecoderSequence([.. stages, new ComposeDecoder()]),
            (false, [var only]) => only,
            _ => new DecoderSequence(stages),
        };
    }
}
