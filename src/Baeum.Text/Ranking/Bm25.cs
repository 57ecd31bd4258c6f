namespace Baeum.Text;

/// <summary>Orders documents by how well they answer a query (Okapi BM25; Robertson and Zaragoza, 2009).</summary>
/// <remarks>
/// A term of the query adds idf · tf (k1 + 1) / (tf + k1 (1 - b + b · length / mean length)), with idf = ln(1 + (N - n + ½) / (n + ½)): rare terms count more, repeated ones ever less, and
/// long documents must mention a term more often.
/// </remarks>
public sealed class Bm25
{
    private readonly Dictionary<string, List<(int Document, int Count)>> postings = new(StringComparer.Ordinal);
    private readonly List<int> lengths = [];
    private readonly double meanLength, k1, b;

    /// <summary>Indexes documents.</summary>
    /// <param name="documents">Documents as lists of words; their number is their place.</param>
    /// <param name="k1">How soon repeated words stop counting.</param>
    /// <param name="b">How much length counts, 0 to 1.</param>
    public Bm25(IEnumerable<IEnumerable<string>> documents, double k1 = 1.2, double b = 0.75)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentOutOfRangeException.ThrowIfNegative(k1);
        if (b is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(b), b, "Bm25: b lies between 0 and 1.");
        (this.k1, this.b) = (k1, b);
        foreach (IEnumerable<string> document in documents)
        {
            int length = 0;
            foreach (string word in document)
            {
                if (!postings.TryGetValue(word, out List<(int Document, int Count)>? places))
                    postings[word] = places = [];
                if (places.Count > 0 && places[^1].Document == lengths.Count)
                    places[^1] = (lengths.Count, places[^1].Count + 1);
                else
                    places.Add((lengths.Count, 1));
                length++;
            }
            lengths.Add(length);
        }
        meanLength = lengths.Count == 0 ? 0 : lengths.Average();
    }

    /// <summary>How many documents there are.</summary>
    public int Count => lengths.Count;

    /// <summary>How much a word's presence tells; more for rare words.</summary>
    public double InverseDocumentFrequency(string word)
    {
        int n = postings.TryGetValue(word, out List<(int Document, int Count)>? places) ? places.Count : 0;
        return Math.Log(1 + (lengths.Count - n + 0.5) / (n + 0.5));
    }

    /// <summary>The score of every document for a query; 0 where no word of it occurs. A word that stands twice in the query counts twice.</summary>
    public double[] Scores(IEnumerable<string> query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var scores = new double[lengths.Count];
        foreach (string word in query)
        {
            if (!postings.TryGetValue(word, out List<(int Document, int Count)>? places))
                continue;
            double weight = InverseDocumentFrequency(word) * (k1 + 1);
            foreach ((int document, int count) in places)
                scores[document] += weight * count / (count + k1 * (1 - b + b * lengths[document] / meanLength));
        }
        return scores;
    }

    /// <summary>The documents that fit best, best first; of equal ones the earlier first. Documents without any word of the query are left out.</summary>
    public IReadOnlyList<(int Document, double Score)> Search(IEnumerable<string> query, int most = 10)
    {
        double[] scores = Scores(query);
        return [.. Enumerable.Range(0, scores.Length).Where(document => scores[document] > 0).OrderByDescending(document => scores[document]).Take(most).Select(document => (document, scores[document]))];
    }
}
