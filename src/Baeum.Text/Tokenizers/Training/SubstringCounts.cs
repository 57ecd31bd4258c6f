using System.Text;

namespace Baeum.Text;

/// <summary>
/// The substrings of words that occur at least twice, with their counts. Length by length: a substring can only be frequent where both of its parts that are
/// one character shorter are, which keeps the table small.
/// </summary>
internal static class SubstringCounts
{
    /// <summary>Counts them.</summary>
    /// <param name="words">Words and their counts.</param>
    /// <param name="longest">The longest substring, in characters.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Substrings of two and more characters; those that are always followed by the same character stand only in their longer form.</returns>
    internal static List<(string Text, long Count, int Characters)> Of(IReadOnlyList<KeyValuePair<string, long>> words, int longest, CancellationToken cancellation)
    {
        var found = new List<(string, long, int)>();
        // where characters begin, and how long a frequent substring from there has been seen
        int[][] starts = [.. words.Select(word => CharacterStarts(word.Key))];
        bool[][] frequent = [.. starts.Select(places => Enumerable.Repeat(true, places.Length - 1).ToArray())];
        var shorter = new Dictionary<string, long>(StringComparer.Ordinal);
        for (int length = 2; length <= longest; length++)
        {
            cancellation.ThrowIfCancellationRequested();
            var counts = new Dictionary<string, long>(StringComparer.Ordinal);
            var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
            for (int word = 0; word < words.Count; word++)
            {
                int[] places = starts[word];
                for (int i = 0; i + length < places.Length; i++)
                {
                    if (frequent[word][i] && frequent[word][i + 1])
                        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(lookup, words[word].Key.AsSpan(places[i]..places[i + length]), out _) += words[word].Value;
                }
            }
            foreach ((string text, long count) in counts)
            {
                if (count < 2)
                    counts.Remove(text);
            }
            DropContinued(shorter, counts);
            Collect(shorter, length - 1, found);
            if (counts.Count == 0)
                return found;
            for (int word = 0; word < words.Count; word++)
            {
                int[] places = starts[word];
                bool[] here = frequent[word];
                for (int i = 0; i < here.Length; i++)
                    here[i] = here[i] && i + length < places.Length && lookup.ContainsKey(words[word].Key.AsSpan(places[i]..places[i + length]));
            }
            shorter = counts;
        }
        Collect(shorter, longest, found);
        return found;
    }

    private static int[] CharacterStarts(string word)
    {
        var starts = new List<int>(word.Length + 1);
        for (int at = 0; at < word.Length; at += Rune.GetRuneAt(word, at).Utf16SequenceLength)
            starts.Add(at);
        starts.Add(word.Length);
        return [.. starts];
    }

    private static void DropContinued(Dictionary<string, long> shorter, Dictionary<string, long> longer)
    {
        var lookup = shorter.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach ((string text, long count) in longer)
        {
            ReadOnlySpan<char> beginning = text.AsSpan(0, text.Length - (char.IsLowSurrogate(text[^1]) ? 2 : 1));
            if (lookup.TryGetValue(beginning, out long all) && all == count)
                lookup.Remove(beginning);
        }
    }

    private static void Collect(Dictionary<string, long> counts, int length, List<(string, long, int)> found)
    {
        foreach ((string text, long count) in counts)
            found.Add((text, count, length));
    }
}
