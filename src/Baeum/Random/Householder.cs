namespace Baeum;

/// <summary>The QR decomposition by reflections (Householder, 1958), as far as a random orthogonal matrix needs it.</summary>
internal static class Householder
{
    /// <summary>
    /// Replaces a tall matrix [rows, columns], stored column by column, by the orthonormal factor of its QR decomposition whose triangular
    /// factor has a positive diagonal: with normally distributed entries that makes every orthogonal matrix equally likely
    /// (Mezzadri, "How to generate random matrices from the classical compact groups", 2007).
    /// </summary>
    internal static void Orthonormalize(Span<double> matrix, int rows, int columns)
    {
        var factors = new double[columns];
        var signs = new double[columns];
        for (int k = 0; k < columns; k++)
        {
            var column = matrix.Slice(k * rows, rows);
            double norm = 0;
            for (int i = k; i < rows; i++)
                norm += column[i] * column[i];
            norm = Math.Sqrt(norm);
            double head = column[k];
            // the reflection that adds to the head instead of cancelling in it leaves -sign(head)·norm on the diagonal
            double diagonal = head < 0 ? norm : -norm;
            signs[k] = diagonal < 0 ? -1 : 1;
            if (norm == 0)
                continue;
            factors[k] = (diagonal - head) / diagonal;
            for (int i = k + 1; i < rows; i++)
                column[i] /= head - diagonal;
            column[k] = 1;
            for (int j = k + 1; j < columns; j++)
                Reflect(column, matrix.Slice(j * rows, rows), factors[k], k);
        }
        var reflector = new double[rows];
        for (int k = columns - 1; k >= 0; k--)
        {
            var column = matrix.Slice(k * rows, rows);
            column.CopyTo(reflector);
            column.Clear();
            column[k] = 1;
            for (int j = k; j < columns; j++)
                Reflect(reflector, matrix.Slice(j * rows, rows), factors[k], k);
        }
        for (int k = 0; k < columns; k++)
        {
            foreach (ref double value in matrix.Slice(k * rows, rows))
                value *= signs[k];
        }
    }

    /// <summary>target -= factor · v (v · target), from element <paramref name="first"/> on.</summary>
    private static void Reflect(ReadOnlySpan<double> v, Span<double> target, double factor, int first)
    {
        double projection = 0;
        for (int i = first; i < v.Length; i++)
            projection += v[i] * target[i];
        projection *= factor;
        for (int i = first; i < v.Length; i++)
            target[i] -= projection * v[i];
    }
}
