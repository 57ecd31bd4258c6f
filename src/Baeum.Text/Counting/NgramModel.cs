namespace Baeum.Text;

/// <summary>How an n-gram model shares probability with what it has not seen.</summary>
public enum Smoothing
{
    /// <summary>None: relative frequencies; unseen is impossible.</summary>
    None,

    /// <summary>Every word is counted k times more: (c + k) / (C + kV) (Laplace for k = 1, Lidstone).</summary>
    AddK,

    /// <summary>
    /// Interpolated Kneser-Ney: a discount d is taken off every count and given to the shorter context, in which a word counts not by how often it occurs but
    /// after how many different words it does (Kneser and Ney, 1995; Chen and Goodman, 1998).
    /// </summary>
    KneserNey,
}

/// <summary>A language model that looks at the last n - 1 words only.</summary>
public sealed class NgramModel
{
    /// <summary>Stands before the first word.</summary>
    public const string Start = "<s>";

    /// <summary>Stands after the last word, and is predicted like one.</summary>
    public const string End = "</s>";

    /// <summary>Stands for words that the training text does not have.</summary>
    public const string Unknown = "<unk>";

    private const char Between = '\u001F';

    private sealed class Context
    {
        internal readonly Dictionary<string, double> Counts = new(StringComparer.Ordinal);
        internal double Total;
    }

    // by the words before, joined; in the longest order true counts, below it (Kneser-Ney) numbers of different left neighbours
    private readonly Dictionary<string, Context>[] contexts;
    private readonly HashSet<string> words = new(StringComparer.Ordinal) { End, Unknown };
    private readonly Smoothing smoothing;
    private readonly double amount;

    /// <summary>Counts the n-grams of sentences.</summary>
    /// <param name="sentences">Sentences as lists of words.</param>
    /// <param name="order">n: 1 looks at no word before, 2 at one, 3 at two.</param>
    /// <param name="smoothing">What unseen n-grams get.</param>
    /// <param name="amount">k of <see cref="Smoothing.AddK"/>, or the discount of <see cref="Smoothing.KneserNey"/>; null: 1 and 0.75.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is less than 1, or the amount is out of range.</exception>
    public NgramModel(IEnumerable<IReadOnlyList<string>> sentences, int order, Smoothing smoothing = Smoothing.KneserNey, double? amount = null)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        this.smoothing = smoothing;
        this.amount = amount ?? (smoothing == Smoothing.AddK ? 1 : 0.75);
        if (this.amount < 0 || (smoothing == Smoothing.KneserNey && this.amount > 1))
            throw new ArgumentOutOfRangeException(nameof(amount), this.amount, "NgramModel: an added count is at least 0, a discount lies between 0 and 1.");
        contexts = [.. Enumerable.Range(0, order).Select(_ => new Dictionary<string, Context>(StringComparer.Ordinal))];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (IReadOnlyList<string> sentence in sentences)
        {
            string[] padded = Padded(sentence);
            words.UnionWith(sentence);
            for (int i = order - 1; i < padded.Length; i++)
            {
                for (int n = 1; n <= order; n++)
                {
                    // below the longest order an n-gram counts once for each word that stands before it
                    bool counts = n == order || smoothing != Smoothing.KneserNey || seen.Add(string.Join(Between, padded, i - n, n + 1));
                    if (counts)
                        Add(n, string.Join(Between, padded, i - n + 1, n - 1), padded[i]);
                }
            }
        }
        if (contexts[0].Count == 0)
            throw new ArgumentException("NgramModel: there is no sentence to learn from.", nameof(sentences));
    }

    /// <summary>How many words it looks at, the predicted one included.</summary>
    public int Order => contexts.Length;

    /// <summary>All words that it can predict, with the end of a sentence and the unknown word.</summary>
    public IReadOnlyCollection<string> Words => words;

    /// <summary>The probability of a word after others; of those only the last n - 1 count.</summary>
    public double Probability(IReadOnlyList<string> before, string word)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(word);
        IEnumerable<string> start = Enumerable.Repeat(Start, Math.Max(0, Order - 1 - before.Count));
        string[] context = [.. start.Concat(before.Skip(Math.Max(0, before.Count - Order + 1))).Select(Known)];
        return Probability(context, Known(word), Order);
    }

    /// <summary>The natural logarithm of a sentence's probability, its end included.</summary>
    public double LogProbability(IReadOnlyList<string> sentence)
    {
        string[] padded = [.. Padded(sentence).Select(Known)];
        double sum = 0;
        for (int i = Order - 1; i < padded.Length; i++)
            sum += Math.Log(Probability(padded[(i - Order + 1)..i], padded[i], Order));
        return sum;
    }

    /// <summary>Among how many equally likely words the model chooses on average: exp(-mean log probability), ends of sentences included.</summary>
    public double Perplexity(IEnumerable<IReadOnlyList<string>> sentences)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        double sum = 0;
        long count = 0;
        foreach (IReadOnlyList<string> sentence in sentences)
        {
            sum += LogProbability(sentence);
            count += sentence.Count + 1;
        }
        return Math.Exp(-sum / count);
    }

    /// <summary>Writes a sentence: each word drawn by its probability after those before.</summary>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="maxWords">Where it stops at the latest.</param>
    public IReadOnlyList<string> Generate(Random random, int maxWords = 50)
    {
        ArgumentNullException.ThrowIfNull(random);
        string[] candidates = [.. words.Where(word => word != Unknown).Order(StringComparer.Ordinal)];
        var sentence = new List<string>();
        while (sentence.Count < maxWords)
        {
            double[] chances = [.. candidates.Select(word => Probability(sentence, word))];
            double at = random.NextDouble() * chances.Sum();
            int chosen = 0;
            while (chosen < chances.Length - 1 && (at -= chances[chosen]) >= 0)
                chosen++;
            if (candidates[chosen] == End)
                break;
            sentence.Add(candidates[chosen]);
        }
        return sentence;
    }

    private double Probability(string[] context, string word, int n)
    {
        contexts[n - 1].TryGetValue(string.Join(Between, context, context.Length - (n - 1), n - 1), out Context? seen);
        double count = seen is not null && seen.Counts.TryGetValue(word, out double c) ? c : 0, total = seen?.Total ?? 0;
        if (smoothing == Smoothing.None)
            return total == 0 ? 0 : count / total;
        if (smoothing == Smoothing.AddK)
            return total + amount * words.Count == 0 ? 0 : (count + amount) / (total + amount * words.Count);
        double shorter = n == 1 ? 1.0 / words.Count : Probability(context, word, n - 1);
        return seen is null ? shorter : Math.Max(count - amount, 0) / total + amount * seen.Counts.Count / total * shorter;
    }

    private void Add(int n, string context, string word)
    {
        if (!contexts[n - 1].TryGetValue(context, out Context? entry))
            contexts[n - 1][context] = entry = new Context();
        entry.Counts[word] = entry.Counts.GetValueOrDefault(word) + 1;
        entry.Total++;
    }

    private string Known(string word) => word == Start || words.Contains(word) ? word : Unknown;

    private string[] Padded(IReadOnlyList<string> sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return [.. Enumerable.Repeat(Start, Order - 1), .. sentence, End];
    }
}
