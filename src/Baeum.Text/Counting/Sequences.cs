namespace Baeum.Text;

/// <summary>Makes sequences of one length, so that they stack into a table.</summary>
public static class Sequences
{
    /// <summary>Sequences of <paramref name="length"/> ids, row by row [sequences, length]: short ones filled up, long ones cut.</summary>
    /// <param name="sequences">The ids of each text.</param>
    /// <param name="length">How long all become; null: as long as the longest.</param>
    /// <param name="value">The id that fills.</param>
    /// <param name="left">True: filled at the front, so that the last word stands last in every row.</param>
    /// <param name="cutLeft">True: what is too long loses its beginning, otherwise its end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static int[,] Pad(IReadOnlyList<IReadOnlyList<int>> sequences, int? length = null, int value = 0, bool left = false, bool cutLeft = false)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        int columns = length ?? sequences.Select(sequence => sequence.Count).DefaultIfEmpty(0).Max();
        ArgumentOutOfRangeException.ThrowIfNegative(columns, nameof(length));
        var rows = new int[sequences.Count, columns];
        for (int row = 0; row < sequences.Count; row++)
        {
            IReadOnlyList<int> sequence = sequences[row];
            int kept = Math.Min(sequence.Count, columns), skipped = cutLeft ? sequence.Count - kept : 0, start = left ? columns - kept : 0;
            for (int i = 0; i < columns; i++)
                rows[row, i] = i >= start && i < start + kept ? sequence[skipped + i - start] : value;
        }
        return rows;
    }
}
