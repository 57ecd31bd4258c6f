using System.Text;

namespace Baeum.Text;

/// <summary>
/// Learns a Unigram vocabulary (Kudo 2018): begins with all characters and many frequent substrings, estimates their probabilities by expectation maximisation,
/// and drops again and again the pieces whose loss costs the least likelihood, until the vocabulary is small enough.
/// </summary>
public sealed class UnigramTrainer
{
    // pieces that are expected less often than this in all of the text are dropped at once
    private const double LeastExpected = 0.5;

    // shares of the words, summed in order: the result does not depend on the number of threads
    private const int Shares = 8;

    /// <summary>How many pieces the vocabulary shall have, special ones included.</summary>
    public int VocabularySize { get; init; } = 8_000;

    /// <summary>Pieces that come first and are not learned.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<unk>"];

    /// <summary>How many substrings the search begins with.</summary>
    public int SeedSize { get; init; } = 1_000_000;

    /// <summary>The longest piece, in characters.</summary>
    public int LongestPiece { get; init; } = 16;

    /// <summary>What part of the pieces remains each time some are dropped.</summary>
    public double ShrinkingFactor { get; init; } = 0.75;

    /// <summary>Rounds of expectation maximisation between drops.</summary>
    public int Iterations { get; init; } = 2;

    /// <summary>What part of the text the characters of the vocabulary cover; rarer characters are unknown.</summary>
    public double CharacterCoverage { get; init; } = 0.9995;

    /// <summary>Learns.</summary>
    /// <param name="words">The words and their counts.</param>
    /// <param name="progress">Told after every drop.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The pieces with their log probabilities: special ones first (0), then by probability.</returns>
    /// <exception cref="TokenizerException">There are no words, or more characters than the vocabulary may hold.</exception>
    public IReadOnlyList<(string Token, double Score)> Train(WordCounts words, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ShrinkingFactor, 1, nameof(ShrinkingFactor));
        if (words.Count == 0)
            throw new TokenizerException("There is nothing to learn from: the texts hold no words.");
        Dictionary<string, long> alphabet = Alphabet(words);
        int wanted = VocabularySize - SpecialTokens.Count;
        if (alphabet.Count > wanted)
            throw new TokenizerException($"The texts hold {alphabet.Count} characters, more than a vocabulary of {VocabularySize} has room for. Take a larger one or a smaller character coverage.");
        IReadOnlyList<KeyValuePair<string, long>> sentences = Covered(words, alphabet);
        Candidates pieces = Seeds(sentences, alphabet, cancellation);
        int seeds = pieces.Count, aim = Math.Max(wanted, wanted * 11 / 10);
        while (true)
        {
            for (int i = 0; i < Iterations; i++)
                Maximise(pieces, Expect(pieces, sentences, cancellation));
            int left = pieces.Scores.Count(double.IsFinite);
            progress?.Report(new TrainingProgress(TrainingStage.Learning, seeds - left, Math.Max(1, seeds - wanted)));
            if (left <= aim)
                break;
            pieces = Prune(pieces, sentences, Math.Max(aim, (int)(left * ShrinkingFactor)), cancellation);
        }
        return Finish(pieces, alphabet, wanted);
    }

    // d/dx ln Γ(x), by its asymptotic series beyond 7
    private static double Digamma(double x)
    {
        double result = 0;
        for (; x < 7; x++)
            result -= 1 / x;
        x -= 0.5;
        double square = 1 / (x * x);
        return result + Math.Log(x) + (square * ((1.0 / 24) - (square * ((7.0 / 960) - (square * ((31.0 / 8064) - (square * 127 / 30720)))))));
    }

    private static bool IsCharacter(string piece) => Rune.GetRuneAt(piece, 0).Utf16SequenceLength == piece.Length;

    private static double[] Expect(Candidates pieces, IReadOnlyList<KeyValuePair<string, long>> sentences, CancellationToken cancellation) =>
        SumShares(pieces, sentences, cancellation, (lattice, word, times, sums) => lattice.AddExpected(word, times, sums));

    private static double[] SumShares(Candidates pieces, IReadOnlyList<KeyValuePair<string, long>> sentences, CancellationToken cancellation,
        Action<UnigramLattice, string, long, double[]> add)
    {
        var shares = new double[Shares][];
        Parallel.For(0, Shares, new ParallelOptions { CancellationToken = cancellation }, share =>
        {
            UnigramLattice lattice = pieces.Lattice();
            var sums = new double[pieces.Count];
            foreach (int i in Share(sentences.Count, share))
                add(lattice, sentences[i].Key, sentences[i].Value, sums);
            shares[share] = sums;
        });
        double[] all = shares[0];
        foreach (double[] share in shares.AsSpan(1))
        {
            for (int i = 0; i < all.Length; i++)
                all[i] += share[i];
        }
        return all;
    }

    private static IEnumerable<int> Share(int count, int share)
    {
        int start = (int)((long)count * share / Shares), end = (int)((long)count * (share + 1) / Shares);
        return Enumerable.Range(start, end - start);
    }

    // Bayesian: the digamma function takes a little from rare pieces, which makes the vocabulary sparse. Characters stay, however rare
    private static void Maximise(Candidates pieces, double[] expected)
    {
        double sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (IsCharacter(pieces.Texts[i]))
                expected[i] = Math.Max(expected[i], LeastExpected);
            sum += expected[i] >= LeastExpected ? expected[i] : 0;
        }
        double logSum = Digamma(sum);
        for (int i = 0; i < expected.Length; i++)
            pieces.Scores[i] = expected[i] >= LeastExpected ? Digamma(expected[i]) - logSum : double.NegativeInfinity;
    }

    // keeps the pieces whose replacement by the next best pieces would cost the most
    private static Candidates Prune(Candidates pieces, IReadOnlyList<KeyValuePair<string, long>> sentences, int size, CancellationToken cancellation)
    {
        double[] frequency = SumShares(pieces, sentences, cancellation, (lattice, word, times, sums) =>
        {
            foreach (int id in lattice.Best(word, -1, out _))
                sums[id] += times;
        });
        double sum = frequency.Sum(), logSum = Math.Log(sum);
        var losses = new double[pieces.Count];
        Parallel.For(0, Shares, new ParallelOptions { CancellationToken = cancellation }, share =>
        {
            UnigramLattice lattice = pieces.Lattice();
            foreach (int id in Share(pieces.Count, share))
            {
                // characters are needed; what no best path uses is not
                if (IsCharacter(pieces.Texts[id]))
                    losses[id] = double.PositiveInfinity;
                else if (frequency[id] == 0)
                    losses[id] = double.NegativeInfinity;
                else
                    losses[id] = Loss(frequency[id], lattice.Best(pieces.Texts[id], id, out _));
            }

            // the log likelihood that is lost when all its occurrences become its replacement
            double Loss(double count, IReadOnlyList<int> replacement)
            {
                double logAlternative = 0, logAlternativeSum = Math.Log(sum + (count * (replacement.Count - 1)));
                foreach (int part in replacement)
                    logAlternative += Math.Log(frequency[part] + count) - logAlternativeSum;
                return count * (Math.Log(count) - logSum - logAlternative);
            }
        });
        int[] kept = [.. Enumerable.Range(0, pieces.Count).Where(id => losses[id] > double.NegativeInfinity).OrderByDescending(id => losses[id])
            .ThenBy(id => pieces.Texts[id], StringComparer.Ordinal).Take(size)];
        return new Candidates([.. kept.Select(id => pieces.Texts[id])], [.. kept.Select(id => pieces.Scores[id])]);
    }

    private Dictionary<string, long> Alphabet(WordCounts words)
    {
        var counts = new Dictionary<Rune, long>();
        foreach ((string word, long times) in words.Sorted())
        {
            foreach (Rune rune in word.EnumerateRunes())
                counts[rune] = counts.GetValueOrDefault(rune) + times;
        }
        double total = counts.Values.Sum(), covered = 0;
        var alphabet = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((Rune rune, long count) in counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key.Value))
        {
            if (covered >= CharacterCoverage * total)
                break;
            alphabet.Add(rune.ToString(), count);
            covered += count;
        }
        return alphabet;
    }

    // the words, cut where characters are not in the alphabet
    private static IReadOnlyList<KeyValuePair<string, long>> Covered(WordCounts words, Dictionary<string, long> alphabet)
    {
        var covered = new WordCounts();
        var runes = new HashSet<Rune>(alphabet.Keys.Select(text => Rune.GetRuneAt(text, 0)));
        foreach ((string word, long times) in words.Sorted())
        {
            int start = 0;
            for (int at = 0; at < word.Length;)
            {
                Rune rune = Rune.GetRuneAt(word, at);
                if (!runes.Contains(rune))
                {
                    covered.Add(word.AsSpan(start, at - start), times);
                    start = at + rune.Utf16SequenceLength;
                }
                at += rune.Utf16SequenceLength;
            }
            covered.Add(word.AsSpan(start), times);
        }
        return covered.Sorted();
    }

    private Candidates Seeds(IReadOnlyList<KeyValuePair<string, long>> sentences, Dictionary<string, long> alphabet, CancellationToken cancellation)
    {
        var seeds = alphabet.Select(entry => (Text: entry.Key, Score: (double)entry.Value)).ToList();
        IEnumerable<(string Text, double Score)> substrings = SubstringCounts.Of(sentences, LongestPiece, cancellation)
            .Select(found => (found.Text, Score: (double)found.Count * found.Characters));
        seeds.AddRange(substrings.OrderByDescending(seed => seed.Score).ThenBy(seed => seed.Text, StringComparer.Ordinal).Take(Math.Max(0, SeedSize - seeds.Count)));
        double logSum = Math.Log(seeds.Sum(seed => seed.Score));
        return new Candidates([.. seeds.Select(seed => seed.Text)], [.. seeds.Select(seed => Math.Log(seed.Score) - logSum)]);
    }

    private List<(string Token, double Score)> Finish(Candidates pieces, Dictionary<string, long> alphabet, int wanted)
    {
        var scores = new Dictionary<string, double>(StringComparer.Ordinal);
        for (int i = 0; i < pieces.Count; i++)
        {
            if (double.IsFinite(pieces.Scores[i]))
                scores.Add(pieces.Texts[i], pieces.Scores[i]);
        }
        var final = new List<(string Token, double Score)>();
        foreach (string character in alphabet.Keys)
            final.Add((character, scores.Remove(character, out double score) ? score : throw new InvalidOperationException(character)));
        foreach (string special in SpecialTokens)
            scores.Remove(special);
        final.AddRange(scores.OrderByDescending(piece => piece.Value).ThenBy(piece => piece.Key, StringComparer.Ordinal).Take(wanted - final.Count).Select(piece => (piece.Key, piece.Value)));
        final.Sort((a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : string.CompareOrdinal(a.Token, b.Token));
        return [.. SpecialTokens.Select(token => (token, 0.0)), .. final];
    }

    // the pieces still in the running; a score of minus infinity: dropped since the trie was built
    private sealed class Candidates(string[] texts, double[] scores)
    {
        private readonly PieceTrie trie = new(texts.Select(KeyValuePair.Create));

        internal string[] Texts { get; } = texts;

        internal double[] Scores { get; } = scores;

        internal int Count => Texts.Length;

        internal UnigramLattice Lattice() => new(trie, Scores);
    }
}
