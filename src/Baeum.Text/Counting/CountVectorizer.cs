using System.Runtime.InteropServices;

namespace Baeum.Text;

/// <summary>Turns texts into counts of terms: the table of documents by terms.</summary>
/// <param name="analyzer">How texts are cut into terms; null: words (<see cref="TextAnalyzer.Words"/>).</param>
/// <param name="minDocuments">Terms of fewer documents are left out.</param>
/// <param name="maxTerms">At most this many terms, the most frequent ones; of equal ones the first by the alphabet.</param>
public sealed class CountVectorizer(TextAnalyzer? analyzer = null, int minDocuments = 1, int maxTerms = int.MaxValue)
{
    private readonly TextAnalyzer analyzer = analyzer ?? TextAnalyzer.Words();
    private Vocabulary? vocabulary;

    /// <summary>Counts with a vocabulary that is given, in its order.</summary>
    public CountVectorizer(Vocabulary vocabulary, TextAnalyzer? analyzer = null) : this(analyzer) => this.vocabulary = vocabulary;

    /// <summary>The terms in the order of the columns, by their Unicode numbers.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been counted yet.</exception>
    public Vocabulary Vocabulary => vocabulary ?? throw new InvalidOperationException("CountVectorizer: there is no vocabulary yet; call FitTransform with the training texts first.");

    /// <summary>Learns the terms of the texts and counts them, [documents, terms].</summary>
    public SparseMatrix FitTransform(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        SparseMatrix all = Count(texts, ids, grow: true);
        int[] documents = all.RowsPerColumn();
        string[] terms = new string[ids.Count];
        foreach ((string term, int id) in ids)
            terms[id] = term;
        IEnumerable<int> kept = Enumerable.Range(0, terms.Length).Where(id => documents[id] >= minDocuments);
        if (maxTerms < terms.Length)
        {
            var totals = new double[terms.Length];
            for (int i = 0; i < all.Count; i++)
                totals[all.ColumnIndices[i]] += all.Values[i];
            kept = kept.OrderByDescending(id => totals[id]).ThenBy(id => terms[id], CodePointOrder.Instance).Take(maxTerms);
        }
        int[] order = [.. kept];
        Array.Sort(Array.ConvertAll(order, id => terms[id]), order, CodePointOrder.Instance);
        vocabulary = new Vocabulary(order.Select(id => terms[id]));
        var columns = new int[terms.Length];
        Array.Fill(columns, -1);
        for (int column = 0; column < order.Length; column++)
            columns[order[column]] = column;
        return Renumber(all, columns, order.Length);
    }

    /// <summary>Counts the known terms of texts, [documents, terms]; others are passed over.</summary>
    public SparseMatrix Transform(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Count(texts, Vocabulary.Ids, grow: false);
    }

    private SparseMatrix Count(IEnumerable<string> texts, Dictionary<string, int> ids, bool grow)
    {
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var starts = new List<int> { 0 };
        var columns = new List<int>();
        var values = new List<double>();
        // position of a term's count in the present document
        var places = new List<int>();
        int documentStart = 0;
        foreach (string text in texts)
        {
            documentStart = columns.Count;
            analyzer.Visit(text, term =>
            {
                if (!lookup.TryGetValue(term, out int id))
                {
                    if (!grow)
                        return;
                    lookup[term] = id = ids.Count;
                }
                while (places.Count <= id)
                    places.Add(-1);
                if (places[id] >= documentStart)
                {
                    CollectionsMarshal.AsSpan(values)[places[id]]++;
                    return;
                }
                places[id] = columns.Count;
                columns.Add(id);
                values.Add(1);
            });
            // new terms are numbered again in the end, and sorted then
            if (!grow)
                CollectionsMarshal.AsSpan(columns)[documentStart..].Sort(CollectionsMarshal.AsSpan(values)[documentStart..]);
            starts.Add(columns.Count);
        }
        return new SparseMatrix(ids.Count, [.. starts], [.. columns], [.. values]);
    }

    private static SparseMatrix Renumber(SparseMatrix matrix, int[] columns, int count)
    {
        int kept = matrix.ColumnIndices.Count(column => columns[column] >= 0), at = 0;
        int[] starts = new int[matrix.Rows + 1], indices = new int[kept];
        var values = new double[kept];
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int i = matrix.RowStarts[row]; i < matrix.RowStarts[row + 1]; i++)
            {
                int column = columns[matrix.ColumnIndices[i]];
                if (column >= 0)
                    (indices[at], values[at++]) = (column, matrix.Values[i]);
            }
            starts[row + 1] = at;
            Array.Sort(indices, values, starts[row], at - starts[row]);
        }
        return new SparseMatrix(count, starts, indices, values);
    }
}
