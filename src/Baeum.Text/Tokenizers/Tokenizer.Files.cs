namespace Baeum.Text;

/// <content>Reading and writing.</content>
public sealed partial class Tokenizer
{
    // what a role's token is called where no file says it
    private static readonly (string Role, string[] Names)[] UsualTokens =
    [
        ("bos_token", ["<s>", "<|endoftext|>"]), ("eos_token", ["</s>", "<|endoftext|>"]), ("unk_token", ["[UNK]", "<unk>"]), ("sep_token", ["[SEP]"]),
        ("pad_token", ["[PAD]", "<pad>"]), ("cls_token", ["[CLS]"]), ("mask_token", ["[MASK]", "<mask>"]),
    ];

    private IReadOnlyDictionary<string, string> specialTokens = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The template that turns a conversation into text, as <c>tokenizer_config.json</c> has it (Jinja); null when there is none.</summary>
    public string? ChatTemplate { get; private set; }

    /// <summary>The longest text the model was made for, in tokens; null when the files do not say.</summary>
    public int? ModelMaxLength { get; private set; }

    /// <summary>The roles that a token can have: <c>bos_token</c>, <c>eos_token</c>, <c>unk_token</c>, <c>sep_token</c>, <c>pad_token</c>, <c>cls_token</c>, <c>mask_token</c>.</summary>
    public static IReadOnlyList<string> SpecialRoles { get; } = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>The id of the token in a role (see <see cref="SpecialRoles"/>); null when none has it.</summary>
    public int? SpecialId(string role) => SpecialToken(role) is string token ? IdOf(token) : null;

    /// <summary>The token in a role (see <see cref="SpecialId"/>), as the model's folder says, or a usual name of the vocabulary where nothing is said of any role; null when none has it.</summary>
    public string? SpecialToken(string role)
    {
        ArgumentNullException.ThrowIfNull(role);
        if (specialTokens.Count > 0)
            return specialTokens.GetValueOrDefault(role);
        return UsualTokens.Where(usual => usual.Role == role).SelectMany(usual => usual.Names).FirstOrDefault(name => IdOf(name) is not null);
    }

    /// <summary>Reads the tokenizer of a model's folder, whatever files it has: <c>tokenizer.json</c>, a SentencePiece or tiktoken model, <c>vocab.txt</c>, or a BPE vocabulary with merges.</summary>
    /// <exception cref="TokenizerException">There is none, or its files are broken.</exception>
    public static Tokenizer FromPretrained(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder))
            throw new TokenizerException($"{folder}: there is no such folder");
        TokenizerConfig config = TokenizerConfig.Read(folder);
        Tokenizer tokenizer = TokenizerFolder.Read(folder, config);
        tokenizer.specialTokens = config.SpecialTokens;
        tokenizer.ChatTemplate = config.ChatTemplate;
        tokenizer.ModelMaxLength = config.MaxLength;
        return tokenizer;
    }

    /// <summary>Reads a single file: <c>tokenizer.json</c>, a SentencePiece or tiktoken model, or a WordPiece vocabulary.</summary>
    /// <exception cref="TokenizerException">It is broken; the message names the place.</exception>
    public static Tokenizer FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TokenizerFolder.ReadFile(path, TokenizerConfig.None);
    }

    /// <summary>Reads the text of a <c>tokenizer.json</c> (UTF-8).</summary>
    /// <exception cref="TokenizerException">It is broken; the message names the place.</exception>
    public static Tokenizer FromJson(ReadOnlyMemory<byte> utf8) => TokenizerJson.Parse(utf8, TokenizerJson.Read);

    /// <summary>Reads a WordPiece vocabulary, one token a line, with BERT's other stages.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lowercase">True to make letters small and take accents away, as uncased models do.</param>
    public static Tokenizer FromWordPieceVocabulary(string path, bool lowercase = true)
    {
        ArgumentNullException.ThrowIfNull(path);
        return VocabularyFiles.WordPiece(path, TokenizerConfig.Of("do_lower_case", lowercase));
    }

    /// <summary>Reads a byte-level BPE vocabulary (JSON) with its merges, as GPT-2's. Special tokens in text are text: in a folder, <see cref="FromPretrained"/> knows them.</summary>
    public static Tokenizer FromBpeVocabulary(string vocabularyPath, string mergesPath)
    {
        ArgumentNullException.ThrowIfNull(vocabularyPath);
        ArgumentNullException.ThrowIfNull(mergesPath);
        return VocabularyFiles.ByteBpe(vocabularyPath, mergesPath, TokenizerConfig.None, []);
    }

    /// <summary>Writes it as <c>tokenizer.json</c>.</summary>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileStream stream = File.Create(path);
        TokenizerJson.Write(this, stream);
    }

    /// <summary>Writes it as the text of a <c>tokenizer.json</c>.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        TokenizerJson.Write(this, stream);
    }
}
