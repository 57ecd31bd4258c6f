namespace Baeum.Text;

/// <summary>How rare a term is taken to be: N documents, n of them with the term.</summary>
public enum InverseDocumentFrequency
{
    /// <summary>ln((1 + N) / (1 + n)) + 1: scikit-learn's default, as though one more document held every term.</summary>
    Smooth,

    /// <summary>ln(N / n) + 1: scikit-learn without smoothing.</summary>
    Plain,

    /// <summary>ln(N / (1 + n)): the textbook's; it is negative for a term of every document.</summary>
    Textbook,
}

/// <summary>How long a row becomes.</summary>
public enum RowNorm
{
    /// <summary>As it is.</summary>
    None,

    /// <summary>The absolute values sum to 1.</summary>
    L1,

    /// <summary>The squares sum to 1, so that a product of rows is their cosine.</summary>
    L2,
}

/// <summary>Weights counts by how much a term tells: often in this document, rarely in others (term frequency × inverse document frequency).</summary>
/// <param name="inverse">How rareness is measured.</param>
/// <param name="norm">How long each row becomes.</param>
/// <param name="sublinear">True: a count c weighs 1 + ln c, so that the tenth occurrence adds less than the second.</param>
public sealed class Tfidf(InverseDocumentFrequency inverse = InverseDocumentFrequency.Smooth, RowNorm norm = RowNorm.L2, bool sublinear = false)
{
    private double[]? weights;

    /// <summary>The weight of each term, [terms].</summary>
    /// <exception cref="InvalidOperationException">Nothing has been learned yet.</exception>
    public IReadOnlyList<double> Weights => weights ?? throw new InvalidOperationException("Tfidf: there are no weights yet; call FitTransform with the training counts first.");

    /// <summary>Learns how rare each term is, and weights the counts, [documents, terms].</summary>
    public SparseMatrix FitTransform(SparseMatrix counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        double documents = counts.Rows;
        weights = Array.ConvertAll(counts.RowsPerColumn(), n => inverse switch
        {
            InverseDocumentFrequency.Smooth => Math.Log((1 + documents) / (1 + n)) + 1,
            InverseDocumentFrequency.Plain => Math.Log(documents / n) + 1,
            _ => Math.Log(documents / (1 + n)),
        });
        return Transform(counts);
    }

    /// <summary>Weights other counts of the same terms, [documents, terms].</summary>
    /// <exception cref="ArgumentException">The number of terms differs.</exception>
    public SparseMatrix Transform(SparseMatrix counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.Columns != Weights.Count)
            throw new ArgumentException($"Tfidf.Transform: counts of {counts.Columns} terms, weights of {Weights.Count}; count with the same vocabulary.", nameof(counts));
        var values = new double[counts.Count];
        for (int row = 0; row < counts.Rows; row++)
        {
            double size = 0;
            int start = counts.RowStarts[row], end = counts.RowStarts[row + 1];
            for (int i = start; i < end; i++)
            {
                double frequency = sublinear ? 1 + Math.Log(counts.Values[i]) : counts.Values[i];
                values[i] = frequency * weights![counts.ColumnIndices[i]];
                size += norm == RowNorm.L1 ? Math.Abs(values[i]) : values[i] * values[i];
            }
            size = norm switch { RowNorm.L2 => Math.Sqrt(size), RowNorm.L1 => size, _ => 1 };
            for (int i = start; size > 0 && i < end; i++)
                values[i] /= size;
        }
        return counts.With(values);
    }
}
