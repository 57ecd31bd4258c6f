namespace Baeum.Text;

/// <summary>Latent Dirichlet allocation: every document mixes topics, every topic prefers words (Blei, Ng and Jordan, 2003).</summary>
/// <remarks>
/// Learned by collapsed Gibbs sampling (Griffiths and Steyvers, 2004): every word of every document has a topic, and each is drawn anew in turn by
/// (topic's share in the document + α) · (word's share in the topic + β). The same seed gives the same topics on every machine.
/// </remarks>
public sealed class TopicModel
{
    private readonly int[,] documentTopics, topicTerms;
    private readonly int[] topicTotals;
    private readonly double alpha, beta;

    private TopicModel(int[,] documentTopics, int[,] topicTerms, int[] topicTotals, double alpha, double beta) =>
        (this.documentTopics, this.topicTerms, this.topicTotals, this.alpha, this.beta) = (documentTopics, topicTerms, topicTotals, alpha, beta);

    /// <summary>Learns topics from counts.</summary>
    /// <param name="counts">How often each term stands in each document, [documents, terms]; whole numbers.</param>
    /// <param name="topics">How many topics.</param>
    /// <param name="rounds">How often every word's topic is drawn.</param>
    /// <param name="alpha">How readily a document takes up a topic that it has not.</param>
    /// <param name="beta">How readily a topic takes up a word that it has not.</param>
    /// <param name="seed">Where the chances start.</param>
    /// <param name="progress">Hears each round and the logarithm of the words' probability per word.</param>
    public static TopicModel Fit(SparseMatrix counts, int topics, int rounds = 200, double alpha = 0.1, double beta = 0.01, int seed = 0, Action<int, double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfLessThan(topics, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        var random = new Random(seed);
        List<int> documents = [], terms = [], assigned = [];
        var model = new TopicModel(new int[counts.Rows, topics], new int[topics, counts.Columns], new int[topics], alpha, beta);
        for (int row = 0; row < counts.Rows; row++)
        {
            for (int i = counts.RowStarts[row]; i < counts.RowStarts[row + 1]; i++)
            {
                for (int n = 0; n < counts.Values[i]; n++)
                {
                    documents.Add(row);
                    terms.Add(counts.ColumnIndices[i]);
                    assigned.Add(random.Next(topics));
                    model.Move(row, counts.ColumnIndices[i], assigned[^1], 1);
                }
            }
        }
        var weights = new double[topics];
        for (int round = 1; round <= rounds; round++)
        {
            for (int w = 0; w < assigned.Count; w++)
            {
                (int document, int term) = (documents[w], terms[w]);
                model.Move(document, term, assigned[w], -1);
                assigned[w] = model.Draw(document, term, weights, random);
                model.Move(document, term, assigned[w], 1);
            }
            progress?.Invoke(round, model.LogLikelihood(documents, terms));
        }
        return model;
    }

    /// <summary>The share of each topic in each document, [documents, topics]; rows sum to 1.</summary>
    public double[,] DocumentTopics()
    {
        int topics = topicTotals.Length;
        var shares = new double[documentTopics.GetLength(0), topics];
        for (int d = 0; d < shares.GetLength(0); d++)
        {
            double total = topics * alpha;
            for (int t = 0; t < topics; t++)
                total += documentTopics[d, t];
            for (int t = 0; t < topics; t++)
                shares[d, t] = (documentTopics[d, t] + alpha) / total;
        }
        return shares;
    }

    /// <summary>The probability of each term in each topic, [topics, terms]; rows sum to 1.</summary>
    public double[,] TopicTerms()
    {
        var shares = new double[topicTotals.Length, topicTerms.GetLength(1)];
        for (int t = 0; t < topicTotals.Length; t++)
        {
            for (int term = 0; term < shares.GetLength(1); term++)
                shares[t, term] = TermShare(t, term);
        }
        return shares;
    }

    private double TermShare(int topic, int term) => (topicTerms[topic, term] + beta) / (topicTotals[topic] + beta * topicTerms.GetLength(1));

    private void Move(int document, int term, int topic, int by)
    {
        documentTopics[document, topic] += by;
        topicTerms[topic, term] += by;
        topicTotals[topic] += by;
    }

    private int Draw(int document, int term, double[] weights, Random random)
    {
        double sum = 0;
        for (int t = 0; t < weights.Length; t++)
            sum += weights[t] = (documentTopics[document, t] + alpha) * TermShare(t, term);
        double at = random.NextDouble() * sum;
        int topic = 0;
        while (topic < weights.Length - 1 && (at -= weights[topic]) >= 0)
            topic++;
        return topic;
    }

    private double LogLikelihood(List<int> documents, List<int> terms)
    {
        double[,] mix = DocumentTopics();
        double sum = 0;
        for (int w = 0; w < terms.Count; w++)
        {
            double p = 0;
            for (int t = 0; t < topicTotals.Length; t++)
                p += mix[documents[w], t] * TermShare(t, terms[w]);
            sum += Math.Log(p);
        }
        return sum / terms.Count;
    }
}
