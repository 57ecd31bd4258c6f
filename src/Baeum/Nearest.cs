namespace Baeum;

/// <summary>Finds the names that a mistyped word most likely stands for; error messages end with them.</summary>
public static class Nearest
{
    /// <summary>The candidates close to <paramref name="word"/>, nearest first; empty when nothing is close.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="candidates">The names that exist.</param>
    /// <param name="count">At most so many names.</param>
    public static IReadOnlyList<string> Names(string word, IEnumerable<string> candidates, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(candidates);
        // one slip in a short word, about one in three letters of a longer one: beyond that a suggestion only confuses
        int allowed = Math.Max(1, word.Length / 3);
        return candidates.Distinct(StringComparer.Ordinal)
            .Select(name => (name, distance: Score(word, name)))
            .Where(pair => pair.distance <= allowed)
            .OrderBy(pair => pair.distance).ThenBy(pair => pair.name, StringComparer.Ordinal)
            .Take(count).Select(pair => pair.name).ToArray();
    }

    /// <summary>How many letters must be inserted, removed, changed or swapped with their neighbour to turn one word into the other (Damerau 1964), case aside.</summary>
    public static int Distance(string from, string to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        string a = from.ToLowerInvariant(), b = to.ToLowerInvariant();
        int[] before = new int[b.Length + 1], previous = new int[b.Length + 1], current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(change, 1 + Math.Min(previous[j], current[j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
            }
            (before, previous, current) = (previous, current, before);
        }
        return previous[b.Length];
    }

    // the beginning of a name (at least two letters) is an abbreviation, not a slip
    private static int Score(string word, string name) =>
        word.Length >= 2 && name.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(word, name);
}
