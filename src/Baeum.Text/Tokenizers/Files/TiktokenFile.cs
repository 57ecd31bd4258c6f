using System.Globalization;

namespace Baeum.Text;

/// <summary>OpenAI's vocabularies (also Llama 3's): a line a token, its bytes in base64 and its rank.</summary>
internal static class TiktokenFile
{
    private const string O200K = @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // longer tokens exist in no vocabulary; each is looked at in all its splits
    private const int LongestToken = 1024;

    // a vocabulary of up to so many tokens is cut by the pattern beside it
    private static readonly (string Name, int Tokens, string? Pattern, (string Token, int Id)[] Special)[] Known =
    [
        ("r50k", 50_300, null, [("<|endoftext|>", 50256)]),
        ("p50k", 50_300, null, [("<|endoftext|>", 50256)]),
        ("cl100k", 150_000, WordScanner.Cl100KPattern, [("<|endoftext|>", 100257), ("<|fim_prefix|>", 100258), ("<|fim_middle|>", 100259), ("<|fim_suffix|>", 100260), ("<|endofprompt|>", 100276)]),
        ("o200k", int.MaxValue, O200K, [("<|endoftext|>", 199999), ("<|endofprompt|>", 200018)]),
    ];

    /// <summary>True for a file that begins as one of these.</summary>
    internal static bool Looks(ReadOnlySpan<byte> start)
    {
        int end = start.IndexOf((byte)'\n');
        string line = System.Text.Encoding.Latin1.GetString(end < 0 ? start : start[..end]).TrimEnd('\r');
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && Convert.TryFromBase64String(line[..space], new byte[LongestToken], out _) && int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>Reads one; the file's name, or how many tokens it holds, tells the pattern that cuts words.</summary>
    internal static Tokenizer Read(string path, TokenizerConfig config)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] lines = TextLines.Read(path);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            (string token, int rank) = Parse(lines[i]) ?? throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {i + 1}: should be bytes in base64, a space and a rank"));
            if (!vocabulary.TryAdd(token, rank))
                throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {i + 1}: the token is there twice"));
        }
        string name = Path.GetFileName(path);
        var known = Known.FirstOrDefault(entry => name.Contains(entry.Name, StringComparison.OrdinalIgnoreCase));
        bool named = known.Name is not null;
        if (!named)
            known = Known.First(entry => vocabulary.Count <= entry.Tokens);
        PreTokenizer preTokenizer = known.Pattern is null ? new ByteLevelPreTokenizer(addPrefixSpace: false)
            : new PreTokenizerSequence(SplitPreTokenizer.ByRegex(known.Pattern), new ByteLevelPreTokenizer(addPrefixSpace: false, useRegex: false));
        IEnumerable<AddedToken> special = named ? known.Special.Where(token => !vocabulary.ContainsValue(token.Id)).Select(token => new AddedToken(token.Token, token.Id, Special: true)) : [];
        return new Tokenizer(new BpeModel(vocabulary, Merges(vocabulary), new BpeOptions(IgnoreMerges: true)), null, preTokenizer, null, new ByteLevelDecoder(),
            special.Concat(config.AddedTokens(vocabulary, [])));
    }

    private static (string Token, int Rank)? Parse(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        byte[] bytes = new byte[LongestToken];
        if (space <= 0 || !Convert.TryFromBase64String(line[..space], bytes, out int count) || count == 0
            || !int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int rank))
            return null;
        return (string.Create(count, bytes, static (chars, source) =>
        {
            for (int i = 0; i < chars.Length; i++)
                chars[i] = ByteAlphabet.Char(source[i]);
        }), rank);
    }

    // any two neighbours that make a token may join, the one of lowest rank first: every split of every token is a merge
    private static List<(string Left, string Right)> Merges(Dictionary<string, int> vocabulary)
    {
        var known = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<(string, string)>();
        foreach (string token in vocabulary.OrderBy(entry => entry.Value).Select(entry => entry.Key))
        {
            var splits = new List<(int Left, int Right, int At)>();
            for (int at = 1; at < token.Length; at++)
            {
                if (known.TryGetValue(token.AsSpan(0, at), out int left) && known.TryGetValue(token.AsSpan(at), out int right))
                    splits.Add((left, right, at));
            }
            splits.Sort();
            foreach ((_, _, int at) in splits)
                merges.Add((token[..at], token[at..]));
        }
        return merges;
    }
}
