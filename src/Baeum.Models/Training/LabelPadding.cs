namespace Baeum.Models;

/// <summary>Answers as a loss and a decoder take them.</summary>
public static class LabelPadding
{
    /// <summary>What a loss passes over.</summary>
    public const int Ignored = -100;

    /// <summary>Pads rows of ids on the right to the longest.</summary>
    /// <param name="rows">At least one row.</param>
    /// <param name="filler">What fills shorter rows; the standard is passed over by the loss.</param>
    /// <returns>Int64 [rows, time].</returns>
    /// <exception cref="ArgumentException">There is no row.</exception>
    public static Tensor Pad(IReadOnlyList<int[]> rows, int filler = Ignored)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("LabelPadding.Pad: there is no row.", nameof(rows));
        int length = Math.Max(1, rows.Max(row => row.Length));
        var values = new long[rows.Count * length];
        Array.Fill(values, filler);
        for (int row = 0; row < rows.Count; row++)
        {
            for (int t = 0; t < rows[row].Length; t++) values[row * length + t] = rows[row][t];
        }
        return Tensor.From(values).Reshape(rows.Count, length);
    }

    /// <summary>What a decoder sees while it learns the answers: a start in front, the last piece off, padding where the loss passes over.</summary>
    /// <param name="labels">Int64 [batch, time].</param>
    /// <param name="startId">The piece that begins every answer.</param>
    /// <param name="paddingId">What stands for <see cref="Ignored"/>.</param>
    /// <returns>Int64 [batch, time].</returns>
    public static Tensor ShiftRight(Tensor labels, int startId, int paddingId)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Tensor before = labels.Narrow(1, 0, labels.Shape[1] - 1);
        return Tensor.Cat([Tensor.Full([labels.Shape[0], 1], startId, DType.Int64), before.MaskedFill(before.Eq(Ignored), paddingId)], 1);
    }
}
