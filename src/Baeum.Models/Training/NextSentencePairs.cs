namespace Baeum.Models;

/// <summary>
/// Pairs of sentences for BERT's second task (Devlin and others, 2018): half of the time the second follows the first in its document, half of
/// the time it is one of another document.
/// </summary>
/// <typeparam name="T">A sentence: text, or pieces.</typeparam>
public sealed class NextSentencePairs<T>
{
    private readonly IReadOnlyList<IReadOnlyList<T>> documents;
    private readonly (int Document, int Sentence)[] places;

    /// <summary>Pairs from documents.</summary>
    /// <param name="documents">At least two, each a list of sentences in order.</param>
    /// <exception cref="ArgumentException">There are fewer than two documents with a sentence, or no sentence follows another.</exception>
    public NextSentencePairs(IReadOnlyList<IReadOnlyList<T>> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        this.documents = [.. documents.Where(document => document.Count > 0)];
        if (this.documents.Count < 2) throw new ArgumentException($"NextSentencePairs: {this.documents.Count} documents with sentences; a sentence of another document needs two.", nameof(documents));
        places = [.. this.documents.SelectMany((document, number) => Enumerable.Range(0, document.Count - 1).Select(sentence => (number, sentence)))];
        if (places.Length == 0) throw new ArgumentException("NextSentencePairs: no document has two sentences.", nameof(documents));
    }

    /// <summary>How many sentences have one after them.</summary>
    public int Count => places.Length;

    /// <summary>A pair whose first sentence stands at a place.</summary>
    /// <param name="place">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="generator">Draws whether the second follows, and if not, which it is.</param>
    public (T First, T Second, bool Follows) Draw(int place, RandomGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var (document, sentence) = places[place];
        Span<double> draws = stackalloc double[3];
        generator.Uniform(draws);
        T first = documents[document][sentence];
        if (draws[0] < 0.5) return (first, documents[document][sentence + 1], true);
        // of the other documents each alike
        int other = (int)(draws[1] * (documents.Count - 1));
        IReadOnlyList<T> stranger = documents[other < document ? other : other + 1];
        return (first, stranger[(int)(draws[2] * stranger.Count)], false);
    }
}
