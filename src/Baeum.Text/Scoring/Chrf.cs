namespace Baeum.Text;

/// <summary>How far the character n-grams of translations and references agree (Popović, 2015), as sacreBLEU computes it; good for languages that glue words together.</summary>
public static class Chrf
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    private const int CharacterOrders = 6;

    /// <summary>chrF of a whole set, 0 to 100; with words of 1 and 2 it is chrF++.</summary>
    /// <param name="translations">The sentences to be judged.</param>
    /// <param name="references">One or more sets of references, each as long as the translations.</param>
    /// <param name="wordOrders">Up to how many words n-grams of words are counted as well: 0 for chrF, 2 for chrF++.</param>
    /// <param name="beta">How many times as much recall counts as precision.</param>
    /// <exception cref="ArgumentException">There is no set of references, or one has another length.</exception>
    public static double Corpus(IReadOnlyList<string> translations, IReadOnlyList<IReadOnlyList<string>> references, int wordOrders = 0, double beta = 2)
    {
        Bleu.CheckReferences(nameof(Chrf), translations, references);
        ArgumentOutOfRangeException.ThrowIfNegative(wordOrders);
        var sums = new Matches[CharacterOrders + wordOrders];
        for (int i = 0; i < translations.Count; i++)
        {
            Dictionary<string, int>[] got = Grams(translations[i], wordOrders);
            // of several references the one that fits best counts; of equal ones the first
            Matches[] best = references.Select(set => Compare(got, Grams(set[i], wordOrders))).MaxBy(matches => Score(matches, beta))!;
            for (int n = 0; n < sums.Length; n++)
                sums[n] = new Matches(sums[n].Got + best[n].Got, sums[n].Wanted + best[n].Wanted, sums[n].Common + best[n].Common);
        }
        return Score(sums, beta);
    }

    /// <summary>chrF of one sentence.</summary>
    public static double Sentence(string translation, IReadOnlyList<string> references, int wordOrders = 0, double beta = 2)
    {
        ArgumentNullException.ThrowIfNull(references);
        return Corpus([translation], [.. references.Select(reference => (IReadOnlyList<string>)[reference])], wordOrders, beta);
    }

    private readonly record struct Matches(long Got, long Wanted, long Common);

    private static Dictionary<string, int>[] Grams(string sentence, int wordOrders)
    {
        string[] words = Ngrams.Words(sentence), characters = Ngrams.Characters(string.Concat(words)), split = [.. words.SelectMany(Split)];
        return [.. Enumerable.Range(1, CharacterOrders).Select(n => Ngrams.Count(characters, n)), .. Enumerable.Range(1, wordOrders).Select(n => Ngrams.Count(split, n))];
    }

    // one sign of punctuation at the end, or else at the beginning, stands by itself
    private static IEnumerable<string> Split(string word) =>
        Ngrams.Characters(word).Length == 1 ? [word]
        : Punctuation.Contains(word[^1]) ? [word[..^1], word[^1..]]
        : Punctuation.Contains(word[0]) ? [word[..1], word[1..]]
        : [word];

    private static Matches[] Compare(Dictionary<string, int>[] got, Dictionary<string, int>[] wanted) =>
        [.. got.Zip(wanted, (a, b) => new Matches(b.Count == 0 ? 0 : a.Values.Sum(), b.Values.Sum(), Ngrams.Common(a, b)))];

    private static double Score(Matches[] matches, double beta)
    {
        double precision = 0, recall = 0;
        int orders = 0;
        // an order for which either side is too short does not count
        foreach (Matches order in matches.Where(order => order.Got > 0 && order.Wanted > 0))
        {
            precision += (double)order.Common / order.Got;
            recall += (double)order.Common / order.Wanted;
            orders++;
        }
        if (precision + recall == 0)
            return 0;
        (precision, recall) = (precision / orders, recall / orders);
        return 100 * (1 + beta * beta) * precision * recall / (beta * beta * precision + recall);
    }
}
