using System.Text;

namespace Baeum.Text;

/// <summary>A vocabulary learned by merging pairs.</summary>
/// <param name="Tokens">The tokens; a token's place is its id.</param>
/// <param name="Merges">The pairs in the order in which they are merged.</param>
public sealed record BpeVocabulary(IReadOnlyList<string> Tokens, IReadOnlyList<(string Left, string Right)> Merges);

/// <summary>
/// Learns byte-pair encoding (Sennrich, Haddow and Birch 2016): the most frequent pair of neighbours becomes a token, again and again; of equally frequent pairs
/// the one with the smaller ids. With <see cref="ContinuingPrefix"/> also the vocabularies of WordPiece, as the Rust library trains them.
/// </summary>
public sealed class BpeTrainer
{
    /// <summary>How many tokens the vocabulary shall have.</summary>
    public int VocabularySize { get; init; } = 30_000;

    /// <summary>Rarer pairs are not merged.</summary>
    public long MinimumFrequency { get; init; }

    /// <summary>Tokens that come first and are not learned.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    /// <summary>At most so many characters; the rarest are dropped. 0: no limit.</summary>
    public int AlphabetLimit { get; init; }

    /// <summary>Characters that are in the alphabet whether they occur or not.</summary>
    public IReadOnlyCollection<Rune> InitialAlphabet { get; init; } = [];

    /// <summary>What marks a token within a word, as <c>##</c>; null: nothing.</summary>
    public string? ContinuingPrefix { get; init; }

    /// <summary>What marks a token at a word's end; null: nothing.</summary>
    public string? WordSuffix { get; init; }

    /// <summary>Longer tokens (in characters) are not made. 0: no limit.</summary>
    public int LongestToken { get; init; }

    /// <summary>Learns.</summary>
    /// <param name="words">The words and their counts.</param>
    /// <param name="progress">Told every hundred merges.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="TokenizerException">There are no words.</exception>
    public BpeVocabulary Train(WordCounts words, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0)
            throw new TokenizerException("There is nothing to learn from: the texts hold no words.");
        IReadOnlyList<KeyValuePair<string, long>> sorted = words.Sorted();
        var tokens = new TokenTable();
        foreach (string token in SpecialTokens)
            tokens.Add(token);
        foreach (Rune rune in Alphabet(sorted))
            tokens.Add(rune.ToString());
        MergeCorpus corpus = Cut(sorted, tokens);
        var merges = new Dictionary<(int, int), int>();
        int total = Math.Max(0, VocabularySize - tokens.Count);
        for (int rank = 0; tokens.Count < VocabularySize; rank++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (rank % 100 == 0)
                progress?.Report(new TrainingProgress(TrainingStage.Learning, rank, total));
            if (!corpus.TryTakeMostFrequent(Math.Max(1, MinimumFrequency), out int left, out int right))
                break;
            string rest = tokens[right];
            if (ContinuingPrefix is not null && rest.StartsWith(ContinuingPrefix, StringComparison.Ordinal))
                rest = rest[ContinuingPrefix.Length..];
            // two ways to the same text are one token; a pair that comes back counts from its last merge
            int merged = tokens.Add(tokens[left] + rest);
            merges[(left, right)] = rank;
            corpus.Merge(merged, tokens.LengthOf(merged, left, right), LongestToken == 0 ? int.MaxValue : LongestToken);
        }
        progress?.Report(new TrainingProgress(TrainingStage.Learning, total, total));
        return new BpeVocabulary(tokens.All, [.. merges.OrderBy(merge => merge.Value).Select(merge => (tokens[merge.Key.Item1], tokens[merge.Key.Item2]))]);
    }

    private IEnumerable<Rune> Alphabet(IReadOnlyList<KeyValuePair<string, long>> words)
    {
        var counts = new Dictionary<Rune, long>();
        foreach ((string word, long count) in words)
        {
            foreach (Rune rune in word.EnumerateRunes())
                counts[rune] = counts.GetValueOrDefault(rune) + count;
        }
        foreach (Rune rune in InitialAlphabet)
            counts[rune] = long.MaxValue;
        IEnumerable<Rune> kept = counts.Keys;
        if (AlphabetLimit > 0 && counts.Count > AlphabetLimit)
            kept = counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key.Value).Take(AlphabetLimit).Select(entry => entry.Key);
        return kept.Order();
    }

    private MergeCorpus Cut(IReadOnlyList<KeyValuePair<string, long>> words, TokenTable tokens)
    {
        var corpus = new MergeCorpus(words.Count);
        // ids of characters that are first in a word, inner, last and alone
        var ids = new Dictionary<(Rune, bool First, bool Last), int>();
        bool marked = ContinuingPrefix is not null || WordSuffix is not null;
        foreach ((string word, long count) in words)
        {
            for (int at = 0; at < word.Length;)
            {
                Rune rune = Rune.GetRuneAt(word, at);
                bool first = at == 0 || !marked;
                at += rune.Utf16SequenceLength;
                bool last = at == word.Length && marked;
                if (!ids.TryGetValue((rune, first, last), out int id))
                {
                    string text = rune.ToString();
                    id = !tokens.Contains(text) ? -1 : tokens.Add((first ? "" : ContinuingPrefix) + text + (last ? WordSuffix : ""));
                    ids.Add((rune, first, last), id);
                }
                if (id >= 0)
                    corpus.AddSymbol(id);
            }
            corpus.EndWord(count);
        }
        corpus.CountPairs();
        return corpus;
    }

    private sealed class TokenTable
    {
        private readonly List<string> tokens = [];
        private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
        private readonly Dictionary<int, int> lengths = [];

        internal int Count => tokens.Count;

        internal IReadOnlyList<string> All => tokens;

        internal string this[int id] => tokens[id];

        internal bool Contains(string token) => ids.ContainsKey(token);

        internal int Add(string token)
        {
            if (ids.TryGetValue(token, out int id))
                return id;
            ids.Add(token, tokens.Count);
            tokens.Add(token);
            return tokens.Count - 1;
        }

        // characters count 1
        internal int LengthOf(int merged, int left, int right) => lengths[merged] = lengths.GetValueOrDefault(left, 1) + lengths.GetValueOrDefault(right, 1);
    }
}
