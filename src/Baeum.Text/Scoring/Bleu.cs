namespace Baeum.Text;

/// <summary>What BLEU does with an order of n-grams that has no match.</summary>
public enum BleuSmoothing
{
    /// <summary>Nothing: the score is then 0.</summary>
    None,

    /// <summary>It counts as a small number of matches (0.1).</summary>
    Floor,

    /// <summary>From pairs on, one is added to matches and n-grams of every order.</summary>
    AddK,

    /// <summary>The first such order counts as half a match, the next as a quarter, and so on; the standard.</summary>
    Exponential,
}

/// <summary>A BLEU score and what it is made of.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Precisions">Of the n-grams of 1 to 4 words, the share in per cent that a reference has.</param>
/// <param name="BrevityPenalty">Less than 1 where the translations are shorter than the references.</param>
/// <param name="Length">Words of the translations.</param>
/// <param name="ReferenceLength">Words of the references that are nearest in length.</param>
public sealed record BleuScore(double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, long Length, long ReferenceLength);

/// <summary>How much of a translation's n-grams stand in reference translations (Papineni et al., 2002), as sacreBLEU computes it (Post, 2018).</summary>
public static class Bleu
{
    private const int Orders = 4;

    /// <summary>The score of a whole set: matches of all sentences are added up before anything is divided.</summary>
    /// <param name="translations">The sentences to be judged.</param>
    /// <param name="references">One or more sets of references, each as long as the translations.</param>
    /// <param name="tokenize">How sentences are cut into words; null: <see cref="BleuTokenizer.Mteval13A"/>.</param>
    /// <param name="smoothing">What an order without matches counts.</param>
    /// <param name="effectiveOrder">True: orders for which a sentence is too short do not count; for single sentences.</param>
    /// <exception cref="ArgumentException">There is no set of references, or one has another length.</exception>
    public static BleuScore Corpus(
        IReadOnlyList<string> translations, IReadOnlyList<IReadOnlyList<string>> references, Func<string, string[]>? tokenize = null,
        BleuSmoothing smoothing = BleuSmoothing.Exponential, bool effectiveOrder = false)
    {
        CheckReferences(nameof(Bleu), translations, references);
        tokenize ??= BleuTokenizer.Mteval13A;
        long length = 0, referenceLength = 0;
        double[] correct = new double[Orders], total = new double[Orders];
        for (int i = 0; i < translations.Count; i++)
        {
            string[] words = tokenize(translations[i].TrimEnd());
            string[][] wanted = [.. references.Select(set => tokenize(set[i].TrimEnd()))];
            length += words.Length;
            // the reference that is nearest in length; of two the shorter
            referenceLength += wanted.Select(reference => reference.Length).OrderBy(size => Math.Abs(size - words.Length)).ThenBy(size => size).First();
            for (int n = 1; n <= Orders; n++)
            {
                Dictionary<string, int> most = [];
                foreach (string[] reference in wanted)
                {
                    foreach ((string gram, int count) in Ngrams.Count(reference, n))
                        most[gram] = Math.Max(count, most.GetValueOrDefault(gram));
                }
                correct[n - 1] += Ngrams.Common(Ngrams.Count(words, n), most);
                total[n - 1] += Math.Max(0, words.Length - n + 1);
            }
        }
        return Score(correct, total, length, referenceLength, smoothing, effectiveOrder);
    }

    /// <summary>The score of one sentence; orders for which it is too short do not count.</summary>
    public static BleuScore Sentence(string translation, IReadOnlyList<string> references, Func<string, string[]>? tokenize = null, BleuSmoothing smoothing = BleuSmoothing.Exponential)
    {
        ArgumentNullException.ThrowIfNull(references);
        return Corpus([translation], [.. references.Select(reference => (IReadOnlyList<string>)[reference])], tokenize, smoothing, effectiveOrder: true);
    }

    internal static void CheckReferences(string operation, IReadOnlyList<string> translations, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(translations);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
            throw new ArgumentException($"{operation}: there is no set of references.", nameof(references));
        foreach (IReadOnlyList<string> set in references)
        {
            if (set.Count != translations.Count)
                throw new ArgumentException($"{operation}: {translations.Count} translations and a set of {set.Count} references; each translation needs one.", nameof(references));
        }
    }

    private static BleuScore Score(double[] correct, double[] total, long length, long referenceLength, BleuSmoothing smoothing, bool effectiveOrder)
    {
        double penalty = length >= referenceLength ? 1 : length == 0 ? 0 : Math.Exp(1 - (double)referenceLength / length);
        var precisions = new double[Orders];
        if (correct.Sum() == 0)
            return new BleuScore(0, precisions, penalty, length, referenceLength);
        double missed = 1;
        int orders = Orders;
        for (int n = 0; n < Orders; n++)
        {
            double matches = correct[n], all = total[n];
            if (smoothing == BleuSmoothing.AddK && n > 0)
                (matches, all) = (matches + 1, all + 1);
            if (all == 0)
                break;
            if (effectiveOrder)
                orders = n + 1;
            if (matches > 0)
                precisions[n] = 100 * matches / all;
            else if (smoothing == BleuSmoothing.Exponential)
                precisions[n] = 100 / ((missed *= 2) * all);
            else if (smoothing == BleuSmoothing.Floor)
                precisions[n] = 100 * 0.1 / all;
        }
        double score = penalty * Math.Exp(precisions.Take(orders).Sum(Math.Log) / orders);
        return new BleuScore(score, precisions, penalty, length, referenceLength);
    }
}
