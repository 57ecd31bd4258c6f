namespace Baeum.Text;

/// <summary>One step of turning one sequence into another.</summary>
public enum EditKind
{
    /// <summary>The element stays.</summary>
    Keep,

    /// <summary>It becomes another.</summary>
    Replace,

    /// <summary>An element is put in.</summary>
    Insert,

    /// <summary>It is taken out.</summary>
    Delete,
}

/// <summary>How many insertions, deletions and replacements turn one sequence into another (Levenshtein, 1965).</summary>
public static class EditDistance
{
    /// <summary>The least number of steps between two sequences: characters, words, letters of Hangul.</summary>
    /// <remarks>Keeps one row of the table: memory grows with the second sequence, time with the product of both.</remarks>
    public static int Levenshtein<T>(ReadOnlySpan<T> from, ReadOnlySpan<T> to) where T : IEquatable<T>
    {
        var row = new int[to.Length + 1];
        for (int j = 0; j < row.Length; j++)
            row[j] = j;
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.Length; j++)
            {
                int replaced = diagonal + (from[i - 1].Equals(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }

    /// <summary>The least number of characters to change.</summary>
    public static int Levenshtein(string from, string to) => Levenshtein<char>(from.AsSpan(), to.AsSpan());

    /// <summary>The same on the letters of Hangul, so that 강 and 간 differ by one of three letters and not by a whole syllable.</summary>
    public static int LevenshteinOfJamo(string from, string to) => Levenshtein(Hangul.Split(from), Hangul.Split(to));

    /// <summary>The distances between all beginnings, [from + 1, to + 1]; the last element is the distance.</summary>
    public static int[,] Table<T>(IReadOnlyList<T> from, IReadOnlyList<T> to) where T : IEquatable<T>
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        var table = new int[from.Count + 1, to.Count + 1];
        for (int i = 0; i <= from.Count; i++)
        {
            for (int j = 0; j <= to.Count; j++)
            {
                table[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(table[i - 1, j - 1] + (from[i - 1].Equals(to[j - 1]) ? 0 : 1), Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
            }
        }
        return table;
    }

    /// <summary>A shortest way from one to the other: what happens, and at which places (From, To) it does.</summary>
    public static IReadOnlyList<(EditKind Kind, int From, int To)> Path<T>(IReadOnlyList<T> from, IReadOnlyList<T> to) where T : IEquatable<T>
    {
        int[,] table = Table(from, to);
        var path = new List<(EditKind, int, int)>();
        for (int i = from.Count, j = to.Count; i > 0 || j > 0;)
        {
            if (i > 0 && j > 0 && table[i, j] == table[i - 1, j - 1] + (from[i - 1].Equals(to[j - 1]) ? 0 : 1))
            {
                i--;
                j--;
                path.Add((from[i].Equals(to[j]) ? EditKind.Keep : EditKind.Replace, i, j));
            }
            else if (i > 0 && table[i, j] == table[i - 1, j] + 1)
            {
                path.Add((EditKind.Delete, --i, j));
            }
            else
            {
                path.Add((EditKind.Insert, i, --j));
            }
        }
        path.Reverse();
        return path;
    }
}
