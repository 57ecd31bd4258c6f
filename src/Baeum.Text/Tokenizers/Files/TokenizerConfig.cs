using System.Globalization;

namespace Baeum.Text;

/// <summary>What <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c> and <c>added_tokens.json</c> beside a vocabulary say.</summary>
internal sealed class TokenizerConfig
{
    private readonly Dictionary<string, bool> flags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> special = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AddedToken> added = new(StringComparer.Ordinal);

    /// <summary>Nothing said.</summary>
    internal static TokenizerConfig None { get; } = new();

    /// <summary>The class that wrote it, such as <c>Qwen2Tokenizer</c>.</summary>
    internal string ClassName { get; private set; } = "";

    internal string? ChatTemplate { get; private set; }

    internal int? MaxLength { get; private set; }

    internal IReadOnlyDictionary<string, string> SpecialTokens => special;

    /// <summary>Reads what is there of the three files.</summary>
    internal static TokenizerConfig Read(string folder)
    {
        var config = new TokenizerConfig();
        config.ReadFile(Path.Combine(folder, "added_tokens.json"), root =>
        {
            foreach ((string token, JsonPart id) in root.Members())
                config.added[token] = new AddedToken(token, id.Int(), Normalized: true);
        });
        config.ReadFile(Path.Combine(folder, "special_tokens_map.json"), config.ReadSpecial);
        config.ReadFile(Path.Combine(folder, "tokenizer_config.json"), root =>
        {
            config.ReadSpecial(root);
            config.ReadOptions(root);
        });
        string template = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(template))
            config.ChatTemplate = string.Join('\n', TextLines.Read(template));
        return config;
    }

    /// <summary>One option and nothing else.</summary>
    internal static TokenizerConfig Of(string flag, bool value)
    {
        var config = new TokenizerConfig();
        config.flags[flag] = value;
        return config;
    }

    internal bool Flag(string name, bool standard) => flags.TryGetValue(name, out bool value) ? value : standard;

    internal bool? FlagOrNull(string name) => flags.TryGetValue(name, out bool value) ? value : null;

    /// <summary>The token of a role, such as <c>unk_token</c>.</summary>
    internal string? Special(string role) => special.GetValueOrDefault(role);

    /// <summary>The tokens to find before the model sees the text: those that the files name, and of the usual ones those in the vocabulary.</summary>
    internal IEnumerable<AddedToken> AddedTokens(Dictionary<string, int> vocabulary, string[] usual)
    {
        var all = new Dictionary<string, AddedToken>(added, StringComparer.Ordinal);
        foreach (string token in usual.Concat(special.Values))
        {
            if (all.TryGetValue(token, out AddedToken? known))
                all[token] = known with { Special = true };
            else if (vocabulary.TryGetValue(token, out int id))
                all[token] = new AddedToken(token, id, Special: true);
        }
        return all.Values;
    }

    private void ReadFile(string path, Action<JsonPart> read)
    {
        if (!File.Exists(path))
            return;
        try
        {
            TokenizerJson.Parse(File.ReadAllBytes(path), root =>
            {
                read(root);
                return true;
            });
        }
        catch (TokenizerException error)
        {
            throw new TokenizerException($"{path}: {error.Message}", error);
        }
    }

    private void ReadSpecial(JsonPart root)
    {
        foreach (string name in Tokenizer.SpecialRoles)
        {
            JsonPart token = root[name];
            if (token.IsString)
                special[name] = token.String();
            else if (token.IsObject)
                special[name] = token.Text("content");
        }
    }

    private void ReadOptions(JsonPart root)
    {
        foreach (string name in (string[])["do_lower_case", "strip_accents", "tokenize_chinese_chars", "add_prefix_space", "add_bos_token", "add_eos_token"])
        {
            if (root.Has(name))
                flags[name] = root[name].Bool();
        }
        ClassName = root.TextOrNull("tokenizer_class") ?? "";
        // lengths such as 1e30 mean that there is none
        if (root.Has("model_max_length") && root["model_max_length"].Double() is >= 1 and < int.MaxValue and double length)
            MaxLength = (int)length;
        if (root["chat_template"].IsString)
            ChatTemplate = root.Text("chat_template");
        else if (root["chat_template"].IsArray)
            ChatTemplate = root["chat_template"].Items().Where(item => item.TextOrNull("name") == "default").Select(item => item.Text("template")).FirstOrDefault();
        if (!root.Has("added_tokens_decoder"))
            return;
        foreach ((string id, JsonPart token) in root["added_tokens_decoder"].Members())
        {
            if (!int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                throw token.Error("its name should be an id");
            added[token.Text("content")] = TokenizerJson.ReadAddedToken(token, number);
        }
    }
}
