namespace Baeum.Text;

/// <summary>A matrix that keeps only what is not 0, row by row (compressed sparse rows): a table of documents by terms is almost empty.</summary>
/// <remarks>Row r's columns and values stand from <c>RowStarts[r]</c> up to <c>RowStarts[r + 1]</c>, columns in growing order.</remarks>
public sealed class SparseMatrix
{
    /// <summary>A matrix of these parts, which it keeps.</summary>
    /// <exception cref="ArgumentException">The parts do not fit one another.</exception>
    public SparseMatrix(int columns, int[] rowStarts, int[] columnIndices, double[] values)
    {
        ArgumentNullException.ThrowIfNull(rowStarts);
        ArgumentNullException.ThrowIfNull(columnIndices);
        ArgumentNullException.ThrowIfNull(values);
        if (rowStarts.Length == 0 || rowStarts[0] != 0 || rowStarts[^1] != columnIndices.Length || values.Length != columnIndices.Length)
            throw new ArgumentException($"SparseMatrix: {rowStarts.Length} row starts do not frame {columnIndices.Length} columns and {values.Length} values.");
        for (int row = 0; row + 1 < rowStarts.Length; row++)
        {
            if (rowStarts[row + 1] < rowStarts[row])
                throw new ArgumentException($"SparseMatrix: row {row} ends before it starts.", nameof(rowStarts));
        }
        foreach (int column in columnIndices)
        {
            if ((uint)column >= (uint)columns)
                throw new ArgumentException($"SparseMatrix: column {column} is outside 0 to {columns - 1}.", nameof(columnIndices));
        }
        (Columns, RowStarts, ColumnIndices, Values) = (columns, rowStarts, columnIndices, values);
    }

    /// <summary>How many rows.</summary>
    public int Rows => RowStarts.Length - 1;

    /// <summary>How many columns.</summary>
    public int Columns { get; }

    /// <summary>Where each row starts; one more than rows.</summary>
    public int[] RowStarts { get; }

    /// <summary>The column of each value.</summary>
    public int[] ColumnIndices { get; }

    /// <summary>What is not 0.</summary>
    public double[] Values { get; }

    /// <summary>How many values are kept.</summary>
    public int Count => Values.Length;

    /// <summary>The columns and values of a row.</summary>
    public (ReadOnlyMemory<int> Columns, ReadOnlyMemory<double> Values) Row(int row)
    {
        if ((uint)row >= (uint)Rows)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"SparseMatrix: there are {Rows} rows.");
        int start = RowStarts[row], length = RowStarts[row + 1] - start;
        return (ColumnIndices.AsMemory(start, length), Values.AsMemory(start, length));
    }

    /// <summary>The same with other values.</summary>
    internal SparseMatrix With(double[] values) => new(Columns, RowStarts, ColumnIndices, values);

    /// <summary>All values, zeros too, [rows, columns].</summary>
    public double[,] ToDense()
    {
        var dense = new double[Rows, Columns];
        for (int row = 0; row < Rows; row++)
        {
            for (int i = RowStarts[row]; i < RowStarts[row + 1]; i++)
                dense[row, ColumnIndices[i]] += Values[i];
        }
        return dense;
    }

    /// <summary>The values of a full matrix that are not 0.</summary>
    public static SparseMatrix FromDense(double[,] dense)
    {
        ArgumentNullException.ThrowIfNull(dense);
        int rows = dense.GetLength(0), columns = dense.GetLength(1);
        var starts = new int[rows + 1];
        var indices = new List<int>();
        var values = new List<double>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (dense[row, column] == 0)
                    continue;
                indices.Add(column);
                values.Add(dense[row, column]);
            }
            starts[row + 1] = indices.Count;
        }
        return new SparseMatrix(columns, starts, [.. indices], [.. values]);
    }

    /// <summary>In how many rows each column is not 0: the document frequency.</summary>
    public int[] RowsPerColumn()
    {
        var counts = new int[Columns];
        for (int i = 0; i < ColumnIndices.Length; i++)
        {
            if (Values[i] != 0)
                counts[ColumnIndices[i]]++;
        }
        return counts;
    }

    /// <summary>The scalar product of two rows.</summary>
    public double Dot(int a, int b)
    {
        double sum = 0;
        for (int i = RowStarts[a], j = RowStarts[b]; i < RowStarts[a + 1] && j < RowStarts[b + 1];)
        {
            int order = ColumnIndices[i].CompareTo(ColumnIndices[j]);
            if (order == 0)
                sum += Values[i++] * Values[j++];
            else if (order < 0)
                i++;
            else
                j++;
        }
        return sum;
    }

    /// <summary>The cosine between every two rows, [rows, rows]; 0 where a row is empty.</summary>
    public double[,] CosineSimilarities()
    {
        double[] norms = [.. Enumerable.Range(0, Rows).Select(row => Math.Sqrt(Dot(row, row)))];
        var cosines = new double[Rows, Rows];
        for (int a = 0; a < Rows; a++)
        {
            for (int b = 0; b <= a; b++)
                cosines[a, b] = cosines[b, a] = norms[a] == 0 || norms[b] == 0 ? 0 : Dot(a, b) / (norms[a] * norms[b]);
        }
        return cosines;
    }

    /// <summary>The product with a vector, [rows].</summary>
    public double[] Multiply(ReadOnlySpan<double> vector)
    {
        if (vector.Length != Columns)
            throw new ArgumentException($"SparseMatrix.Multiply: a matrix of {Columns} columns times a vector of {vector.Length}.", nameof(vector));
        var product = new double[Rows];
        for (int row = 0; row < product.Length; row++)
        {
            double sum = 0;
            for (int i = RowStarts[row]; i < RowStarts[row + 1]; i++)
                sum += Values[i] * vector[ColumnIndices[i]];
            product[row] = sum;
        }
        return product;
    }
}
