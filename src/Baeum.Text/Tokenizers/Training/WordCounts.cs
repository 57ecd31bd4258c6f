using System.Collections.Concurrent;

namespace Baeum.Text;

/// <summary>
/// The distinct words of many texts and how often each occurs: all that the trainers need to know. Only this table stays in memory, not the texts.
/// </summary>
public sealed class WordCounts
{
    private const int ChunkChars = 1 << 18;

    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> lookup;

    /// <summary>An empty table.</summary>
    public WordCounts() => lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>How many distinct words there are.</summary>
    public int Count => counts.Count;

    /// <summary>The words in the order of their UTF-16 units, whatever order they were counted in.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Sorted()
    {
        KeyValuePair<string, long>[] sorted = [.. counts];
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return sorted;
    }

    /// <summary>Counts a word.</summary>
    public void Add(ReadOnlySpan<char> word, long times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(times);
        if (word.IsEmpty)
            return;
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(lookup, word, out _) += times;
    }

    /// <summary>Counts the words that two stages of a tokenizer cut texts into. Texts are read one after the other and counted by several threads; the result does not depend on how many.</summary>
    /// <param name="texts">The texts, for instance the lines of files; read once.</param>
    /// <param name="normalizer">Rewrites a text first; null: nothing does.</param>
    /// <param name="preTokenizer">Cuts it into words; null: a text is a word.</param>
    /// <param name="progress">Told after every quarter of a million chars or so.</param>
    /// <param name="threads">How many threads count; 0: one a core.</param>
    /// <param name="cancellation">Stops it.</param>
    public static WordCounts Of(IEnumerable<string> texts, Normalizer? normalizer, PreTokenizer? preTokenizer, IProgress<TrainingProgress>? progress = null, int threads = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        WordSplitter splitter = WordSplitter.For(normalizer, preTokenizer);
        var parts = new ConcurrentBag<WordCounts>();
        long done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads, CancellationToken = cancellation };
        // the reader hands over one chunk at a time, so that what is read ahead stays small
        Parallel.ForEach(Partitioner.Create(Chunks(texts), EnumerablePartitionerOptions.NoBuffering), options, () => new WordCounts(), (chunk, _, part) =>
        {
            foreach (string text in chunk)
                splitter.Count(Surrogates.Repair(text), part);
            progress?.Report(new TrainingProgress(TrainingStage.Counting, Interlocked.Add(ref done, chunk.Count), 0));
            return part;
        }, parts.Add);
        var all = new WordCounts();
        foreach (WordCounts part in parts)
        {
            foreach ((string word, long count) in part.counts)
                all.Add(word, count);
        }
        return splitter.Finish(all);
    }

    private static IEnumerable<List<string>> Chunks(IEnumerable<string> texts)
    {
        var chunk = new List<string>();
        int chars = 0;
        foreach (string text in texts)
        {
            chunk.Add(text ?? throw new ArgumentNullException(nameof(texts), "A text is null."));
            chars += text.Length;
            if (chars < ChunkChars)
                continue;
            yield return chunk;
            (chunk, chars) = ([], 0);
        }
        if (chunk.Count > 0)
            yield return chunk;
    }
}
