namespace Baeum.Text;

/// <summary>Multinomial naive Bayes: a class is likely when it is frequent and when its texts use the words of this one.</summary>
/// <remarks>ln p(c | text) = ln p(c) + Σ count(w) · ln p(w | c) + const, with p(w | c) = (count of w in c + α) / (all words of c + αV).</remarks>
public sealed class NaiveBayes
{
    private NaiveBayes(double[] logPriors, double[,] logLikelihoods) => (LogPriors, LogLikelihoods) = (logPriors, logLikelihoods);

    /// <summary>How frequent each class is, as logarithms, [classes].</summary>
    public double[] LogPriors { get; }

    /// <summary>How likely each term is in each class, as logarithms, [classes, terms].</summary>
    public double[,] LogLikelihoods { get; }

    /// <summary>Counts the terms of each class.</summary>
    /// <param name="counts">Counts or weights, [documents, terms], none negative.</param>
    /// <param name="labels">The class of each document, from 0.</param>
    /// <param name="alpha">What is added to every count; 1 is Laplace's.</param>
    /// <exception cref="ArgumentException">The lengths differ, nothing is given, or a label is negative.</exception>
    public static NaiveBayes Fit(SparseMatrix counts, IReadOnlyList<int> labels, double alpha = 1)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentOutOfRangeException.ThrowIfNegative(alpha);
        if (labels.Count != counts.Rows || labels.Count == 0)
            throw new ArgumentException($"NaiveBayes.Fit: {counts.Rows} documents and {labels.Count} labels; each document needs one.", nameof(labels));
        if (labels.Min() < 0)
            throw new ArgumentException($"NaiveBayes.Fit: the label {labels.Min()} is negative; classes are numbered from 0.", nameof(labels));
        int classes = labels.Max() + 1, terms = counts.Columns;
        double[] documents = new double[classes], totals = new double[classes];
        var likelihoods = new double[classes, terms];
        for (int row = 0; row < counts.Rows; row++)
        {
            int label = labels[row];
            documents[label]++;
            for (int i = counts.RowStarts[row]; i < counts.RowStarts[row + 1]; i++)
            {
                likelihoods[label, counts.ColumnIndices[i]] += counts.Values[i];
                totals[label] += counts.Values[i];
            }
        }
        for (int c = 0; c < classes; c++)
        {
            for (int term = 0; term < terms; term++)
                likelihoods[c, term] = Math.Log(likelihoods[c, term] + alpha) - Math.Log(totals[c] + alpha * terms);
        }
        return new NaiveBayes(Array.ConvertAll(documents, n => Math.Log(n / labels.Count)), likelihoods);
    }

    /// <summary>The logarithm of each class's probability for each document, [documents, classes].</summary>
    public double[,] LogProbabilities(SparseMatrix counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Columns != LogLikelihoods.GetLength(1))
            throw new ArgumentException($"NaiveBayes: counts of {counts.Columns} terms, learned from {LogLikelihoods.GetLength(1)}; count with the same vocabulary.", nameof(counts));
        int classes = LogPriors.Length;
        var scores = new double[counts.Rows, classes];
        for (int row = 0; row < counts.Rows; row++)
        {
            double highest = double.NegativeInfinity, sum = 0;
            for (int c = 0; c < classes; c++)
            {
                double score = LogPriors[c];
                for (int i = counts.RowStarts[row]; i < counts.RowStarts[row + 1]; i++)
                    score += counts.Values[i] * LogLikelihoods[c, counts.ColumnIndices[i]];
                scores[row, c] = score;
                highest = Math.Max(highest, score);
            }
            for (int c = 0; c < classes; c++)
                sum += Math.Exp(scores[row, c] - highest);
            for (int c = 0; c < classes; c++)
                scores[row, c] -= highest + Math.Log(sum);
        }
        return scores;
    }

    /// <summary>The most probable class of each document.</summary>
    public int[] Predict(SparseMatrix counts)
    {
        double[,] scores = LogProbabilities(counts);
        return [.. Enumerable.Range(0, scores.GetLength(0)).Select(row => Enumerable.Range(0, scores.GetLength(1)).MaxBy(c => scores[row, c]))];
    }
}
