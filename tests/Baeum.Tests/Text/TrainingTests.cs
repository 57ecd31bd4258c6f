using System.Text.Json;
using Baeum.Text;

namespace Baeum.Tests;

public sealed class TrainingTests
{
    private static readonly string[] Korean =
    [
        "나는 밥을 먹었다", "너는 밥을 먹는다", "우리는 물을 마셨다", "그들은 물을 마신다", "밥과 물이 있다", "먹는 밥이 맛있다", "마시는 물이 맑다", "café 밥",
        "he reads the books", "she read the book", "the reader is reading", "they read books",
    ];

    [Fact]
    public void MergesEqualTheRustLibrarys()
    {
        (Tokenizer golden, string[] vocabulary, JsonElement json) = Open("gpt2-bytelevel-bpe");
        WordCounts words = WordCounts.Of(File.ReadLines(SharedData.Path("goldens/tokenizers/training-corpus.txt")), golden.Normalizer, golden.PreTokenizer);
        BpeVocabulary learned = new BpeTrainer
        {
            VocabularySize = vocabulary.Length,
            SpecialTokens = ["<|endoftext|>"],
            InitialAlphabet = [.. Enumerable.Range(0, 256).Select(b => new System.Text.Rune(ByteAlphabet.Char((byte)b)))],
        }.Train(words);
        Assert.Equal(vocabulary, learned.Tokens);
        Assert.Equal(json.GetProperty("model").GetProperty("merges").EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!)), learned.Merges);
    }

    [Theory]
    [InlineData("bert-wordpiece-cased", 942)]
    [InlineData("bert-wordpiece-uncased", 238)]
    public void WordPiecesEqualTheRustLibrarys(string name, int given)
    {
        (Tokenizer golden, string[] vocabulary, _) = Open(name);
        WordCounts words = WordCounts.Of(File.ReadLines(SharedData.Path("goldens/tokenizers/training-corpus.txt")), golden.Normalizer, golden.PreTokenizer);
        string[] special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
        var trainer = new BpeTrainer { VocabularySize = vocabulary.Length, SpecialTokens = special, ContinuingPrefix = "##" };
        // the library numbers its inner characters in the order of a hash table, and equally frequent pairs by these numbers: three tokens at the end hang on it
        IReadOnlyList<string> learned = trainer.Train(words).Tokens;
        Assert.Equal(vocabulary[..given].Order(StringComparer.Ordinal), learned.Take(given).Order(StringComparer.Ordinal));
        Assert.InRange(learned.Except(vocabulary).Count(), 0, 3);
        // with its numbers, everything is the same
        trainer = new BpeTrainer { VocabularySize = vocabulary.Length, SpecialTokens = vocabulary[..given], ContinuingPrefix = "##" };
        Assert.Equal(vocabulary, trainer.Train(words).Tokens);
    }

    [Fact]
    public void TheMostFrequentPairIsMergedFirst()
    {
        // the example of Sennrich, Haddow and Birch: low, lower, newest, widest
        var words = new WordCounts();
        foreach ((string word, int times) in new[] { ("low", 5), ("lower", 2), ("newest", 6), ("widest", 3) })
            words.Add(word, times);
        BpeVocabulary learned = new BpeTrainer { VocabularySize = 15, WordSuffix = "</w>" }.Train(words);
        // e-s and s-t occur nine times each; the smaller numbers win, and t</w> has the largest
        Assert.Equal([("e", "s"), ("es", "t</w>")], learned.Merges.Take(2));
        learned = new BpeTrainer { VocabularySize = 12 }.Train(words);
        Assert.Equal(["d", "e", "i", "l", "n", "o", "r", "s", "t", "w", "es", "est"], learned.Tokens);
    }

    [Fact]
    public void RunsOfOneCharacterAreCountedAsTheyAreMerged()
    {
        var words = new WordCounts();
        words.Add("aaaaa", 3);
        words.Add("aab", 1);
        BpeVocabulary learned = new BpeTrainer { VocabularySize = 5 }.Train(words);
        // aaaaa is aa aa a: the pair (aa, aa) occurs three times, (aa, a) three times
        Assert.Equal(["a", "b", "aa", "aaa"], learned.Tokens.Take(4));
        Assert.Equal([("a", "a"), ("aa", "a")], learned.Merges.Take(2));
    }

    [Fact]
    public void TwoWaysToATokenAreOneToken()
    {
        // abc comes from ab+c and from a+bc; every entry of the merges must exist, none twice
        var words = new WordCounts();
        foreach ((string word, int times) in new[] { ("ab", 10), ("bc", 9), ("abc", 8), ("abcabc", 5), ("xbc", 9), ("abd", 4) })
            words.Add(word, times);
        BpeVocabulary learned = new BpeTrainer { VocabularySize = 100 }.Train(words);
        Assert.Equal(learned.Tokens.Count, learned.Tokens.Distinct().Count());
        Assert.Equal(learned.Merges.Count, learned.Merges.Distinct().Count());
        Assert.All(learned.Merges, merge => Assert.Contains(merge.Left + merge.Right, learned.Tokens));
        Assert.Contains("abcabc", learned.Tokens);
    }

    [Fact]
    public void LimitsAreKept()
    {
        WordCounts words = WordCounts.Of(Korean, null, new WhitespaceSplitPreTokenizer());
        BpeVocabulary learned = new BpeTrainer { VocabularySize = 200, LongestToken = 3, AlphabetLimit = 20, MinimumFrequency = 2 }.Train(words);
        Assert.Equal(20, learned.Tokens.Count(token => token.Length == 1));
        Assert.InRange(learned.Tokens.Max(token => token.Length), 2, 3);
    }

    [Theory]
    [InlineData(TokenizerKind.ByteBpe, false)]
    [InlineData(TokenizerKind.ByteBpe, true)]
    [InlineData(TokenizerKind.Bpe, false)]
    [InlineData(TokenizerKind.Bpe, true)]
    [InlineData(TokenizerKind.WordPiece, false)]
    [InlineData(TokenizerKind.WordPiece, true)]
    [InlineData(TokenizerKind.Unigram, false)]
    [InlineData(TokenizerKind.Unigram, true)]
    public void ATrainedTokenizerCutsAndJoins(TokenizerKind kind, bool jamo)
    {
        var trainer = new TokenizerTrainer { Kind = kind, VocabularySize = 340, MinimumFrequency = 1, SplitJamo = jamo };
        string[] texts = [.. Enumerable.Repeat(Korean, 10).SelectMany(text => text)];
        Tokenizer tokenizer = trainer.Train(texts);
        Assert.InRange(tokenizer.VocabularySize, 40, 340);
        foreach (string text in Korean)
        {
            int[] ids = tokenizer.EncodeToIds(text);
            Assert.Equal(text, tokenizer.Decode(ids));
            Assert.Equal(ids, tokenizer.Encode(text).Ids);
            Assert.True(ids.Length < System.Text.Encoding.UTF8.GetByteCount(text.Normalize(System.Text.NormalizationForm.FormD)), $"{kind} learned nothing: {string.Join(' ', tokenizer.Encode(text).Tokens)}");
        }
        using var stream = new MemoryStream();
        tokenizer.Save(stream);
        Tokenizer again = Tokenizer.FromJson(stream.ToArray());
        Assert.All(Korean, text => Assert.Equal(tokenizer.EncodeToIds(text), again.EncodeToIds(text)));
        Assert.All(Korean, text => Assert.Equal(text, again.Decode(again.EncodeToIds(text))));
        // the same texts in another order, counted in other shares: the same tokenizer
        using var other = new MemoryStream();
        trainer.Train(texts.Reverse()).Save(other);
        Assert.Equal(stream.ToArray(), other.ToArray());
    }

    [Fact]
    public void ATrainedWordPieceJoinsPairsAsBertDoes()
    {
        Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 340, MinimumFrequency = 1 }.Train(["to be or not to be"]);
        Encoding pair = tokenizer.Encode("to be", "not to");
        Assert.Equal(["[CLS]", "to", "be", "[SEP]", "not", "to", "[SEP]"], pair.Tokens);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1], pair.TypeIds);
    }

    [Fact]
    public void UnigramFindsThePiecesOfATextMadeOfThem()
    {
        // sentences drawn from five words without spaces: the words must come out as pieces
        string[] pieces = ["apfel", "birne", "kirsche", "traube", "melone"];
        var random = new Random(1);
        var words = new WordCounts();
        for (int i = 0; i < 400; i++)
            words.Add(string.Concat(Enumerable.Range(0, 2 + random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)])));
        IReadOnlyList<(string Token, double Score)> learned = new UnigramTrainer { VocabularySize = 23, CharacterCoverage = 1 }.Train(words);
        Assert.Equal(23, learned.Count);
        Assert.Equal(pieces.Order(), learned.Skip(1).Take(5).Select(piece => piece.Token).Order());
        // their probabilities are about a fifth each
        Assert.All(learned.Skip(1).Take(5), piece => Assert.InRange(Math.Exp(piece.Score), 0.15, 0.25));
    }

    [Fact]
    public void ExpectedCountsEqualTheSumOverAllPaths()
    {
        string[] texts = ["a", "b", "ab", "ba", "aba"];
        double[] scores = [-1, -1.5, -1.2, -2.2, -1.9];
        var lattice = new UnigramLattice(new PieceTrie(texts.Select(KeyValuePair.Create)), scores);
        var expected = new double[5];
        double logLikelihood = lattice.AddExpected("ababa", 3, expected);
        var byHand = new double[5];
        double total = 0;
        foreach (int[] path in Paths("ababa"))
            total += Math.Exp(path.Sum(id => scores[id]));
        foreach (int[] path in Paths("ababa"))
        {
            foreach (int id in path)
                byHand[id] += 3 * Math.Exp(path.Sum(part => scores[part])) / total;
        }
        Assert.Equal(Math.Log(total), logLikelihood, 1e-12);
        for (int id = 0; id < 5; id++)
            Assert.Equal(byHand[id], expected[id], 1e-12);

        IEnumerable<int[]> Paths(string text) => text.Length == 0 ? [[]]
            : Enumerable.Range(0, 5).Where(id => text.StartsWith(texts[id], StringComparison.Ordinal)).SelectMany(id => Paths(text[texts[id].Length..]).Select(rest => (int[])[id, .. rest]));
    }

    [Fact]
    public void FrequentSubstringsAreAllThere()
    {
        var words = new WordCounts();
        foreach (string word in new[] { "banana", "bandana", "ban", "한국어", "한국" })
            words.Add(word, word == "ban" ? 2 : 1);
        Dictionary<string, long> found = SubstringCounts.Of(words.Sorted(), 4, CancellationToken.None).ToDictionary(entry => entry.Text, entry => entry.Count);
        Assert.Equal(4, found["ban"]);
        Assert.Equal(6, found["an"]);
        Assert.Equal(2, found["한국"]);
        // always followed by an n, or only once there
        Assert.DoesNotContain("ba", found.Keys);
        Assert.DoesNotContain("국어", found.Keys);
    }

    [Fact]
    public void TrainingStopsWhenAsked()
    {
        using var stop = new CancellationTokenSource();
        int reports = 0;
        var progress = new Reporter(_ =>
        {
            if (++reports == 1)
                stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => new TokenizerTrainer { VocabularySize = 400 }.Train(Korean, progress, stop.Token));
        Assert.Equal(1, reports);
    }

    [Fact]
    public void NothingToLearnFromIsSaid()
    {
        Assert.Contains("nothing to learn", Assert.Throws<TokenizerException>(() => new TokenizerTrainer().Train([])).Message, StringComparison.Ordinal);
        Assert.Contains("too small", Assert.Throws<TokenizerException>(() => new TokenizerTrainer { VocabularySize = 100 }.Train(Korean)).Message, StringComparison.Ordinal);
        Assert.Contains("coverage", Assert.Throws<TokenizerException>(() => new TokenizerTrainer { Kind = TokenizerKind.Unigram, VocabularySize = 20 }.Train(Korean)).Message, StringComparison.Ordinal);
    }

    private static (Tokenizer Tokenizer, string[] Vocabulary, JsonElement Json) Open(string name)
    {
        string path = SharedData.Path($"goldens/tokenizers/{name}.tokenizer.json");
        JsonElement json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        return (Tokenizer.FromFile(path), [.. json.GetProperty("model").GetProperty("vocab").EnumerateObject().OrderBy(entry => entry.Value.GetInt32()).Select(entry => entry.Name)], json);
    }

    private sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
