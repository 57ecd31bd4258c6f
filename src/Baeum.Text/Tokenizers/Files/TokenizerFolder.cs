namespace Baeum.Text;

/// <summary>Finds out what kind of tokenizer a folder or a file holds.</summary>
internal static class TokenizerFolder
{
    // OpenAI's own files know no special tokens in text
    private static readonly (string Vocabulary, string Merges, string[] Special)[] BpeFiles = [("vocab.json", "merges.txt", VocabularyFiles.ByteBpeSpecial), ("encoder.json", "vocab.bpe", [])];
    private static readonly string[] ModelFiles = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "sentencepiece.model", "spm.model"];

    internal static Tokenizer Read(string folder, TokenizerConfig config)
    {
        if (Existing("tokenizer.json") is string json)
            return ReadFile(json, config);
        foreach (string name in ModelFiles)
        {
            if (Existing(name) is string model)
                return ReadFile(model, config);
        }
        foreach ((string vocabulary, string merges, string[] special) in BpeFiles)
        {
            if (Existing(vocabulary) is string found && Existing(merges) is string mergesFound)
                return VocabularyFiles.ByteBpe(found, mergesFound, config, special);
        }
        if (Existing("vocab.txt") is string words)
            return VocabularyFiles.WordPiece(words, config);
        if (Directory.EnumerateFiles(folder, "*.tiktoken").Order(StringComparer.Ordinal).FirstOrDefault() is string ranks)
            return ReadFile(ranks, config);
        throw new TokenizerException($"{folder}: holds no tokenizer (tokenizer.json, {string.Join(", ", ModelFiles)}, vocab.json with merges.txt, encoder.json with vocab.bpe, vocab.txt, *.tiktoken)");

        string? Existing(string name) => File.Exists(Path.Combine(folder, name)) ? Path.Combine(folder, name) : null;
    }

    internal static Tokenizer ReadFile(string path, TokenizerConfig config)
    {
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return InFile(path, () => TokenizerJson.Parse(File.ReadAllBytes(path), TokenizerJson.Read));
        if (path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            return VocabularyFiles.WordPiece(path, config);
        byte[] start = new byte[2048];
        using (FileStream stream = File.OpenRead(path))
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (path.EndsWith(".tiktoken", StringComparison.OrdinalIgnoreCase) || TiktokenFile.Looks(start))
            return InFile(path, () => TiktokenFile.Read(path, config));
        return WithConfig(Tokenizer.FromSentencePiece(path), config);
    }

    // a SentencePiece model says nothing about what is put around a text: the class that wrote the folder does
    private static Tokenizer WithConfig(Tokenizer plain, TokenizerConfig config)
    {
        string name = config.ClassName;
        bool llama = name.StartsWith("Llama", StringComparison.Ordinal) || name.StartsWith("Gemma", StringComparison.Ordinal), t5 = name.StartsWith("T5", StringComparison.Ordinal) || name.StartsWith("MT5", StringComparison.Ordinal);
        KeyValuePair<string, int>? before = config.Flag("add_bos_token", llama) ? Named("bos_token", "<s>") : null, after = config.Flag("add_eos_token", t5) ? Named("eos_token", "</s>") : null;
        var vocabulary = new Dictionary<string, int>(plain.Model.Vocabulary, StringComparer.Ordinal);
        AddedToken[] added = [.. config.AddedTokens(vocabulary, [])];
        return before is null && after is null && added.Length == 0 ? plain
            : new Tokenizer(plain.Model, plain.Normalizer, plain.PreTokenizer, before is null && after is null ? null : TemplatePostProcessor.Around(before, after), plain.Decoder, added);

        KeyValuePair<string, int>? Named(string role, string usual)
        {
            string token = config.Special(role) ?? usual;
            return plain.IdOf(token) is int id ? new(token, id) : null;
        }
    }

    private static Tokenizer InFile(string path, Func<Tokenizer> read)
    {
        try
        {
            return read();
        }
        catch (TokenizerException error) when (!error.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new TokenizerException($"{path}: {error.Message}", error);
        }
    }
}
