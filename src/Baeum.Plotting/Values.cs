using System.Runtime.CompilerServices;

namespace Baeum.Plotting;

/// <summary>A row of numbers to be drawn; arrays, lists, tensors of any shape and <c>[1, 2, .. more]</c> convert to it.</summary>
/// <param name="Items">The numbers.</param>
[CollectionBuilder(typeof(Series), nameof(Create))]
public readonly record struct Series(double[] Items)
{
    /// <summary>How many there are.</summary>
    public int Count => Items.Length;

    /// <summary>The numbers one after the other.</summary>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)Items).GetEnumerator();

    /// <summary>Makes <c>[1, 2, .. more]</c> a series.</summary>
    public static Series Create(ReadOnlySpan<double> values) => new(values.ToArray());

    /// <summary>Takes the numbers of an array.</summary>
    public static implicit operator Series(double[] values) => new(values);

    /// <summary>Takes the numbers of an array.</summary>
    public static implicit operator Series(float[] values) => new([.. values.Select(value => (double)value)]);

    /// <summary>Takes the numbers of an array.</summary>
    public static implicit operator Series(int[] values) => new([.. values.Select(value => (double)value)]);

    /// <summary>Takes the numbers of a list.</summary>
    public static implicit operator Series(List<double> values) => new([.. values]);

    /// <summary>Takes the numbers of a tensor, row by row.</summary>
    public static implicit operator Series(Tensor values) => new(values.Detach().To(DType.Float64).ToArray<double>());
}

/// <summary>A matrix of numbers to be drawn, <c>[rows, columns]</c>; two-dimensional arrays and tensors convert to it.</summary>
/// <param name="Items">The numbers.</param>
public readonly record struct Grid(double[,] Items)
{
    /// <summary>How many rows it has.</summary>
    public int Rows => Items.GetLength(0);

    /// <summary>How many columns it has.</summary>
    public int Columns => Items.GetLength(1);

    /// <summary>Takes the numbers of a matrix.</summary>
    public static implicit operator Grid(double[,] values) => new(values);

    /// <summary>Takes the numbers of a tensor <c>[rows, columns]</c>; leading sizes of one are dropped.</summary>
    public static implicit operator Grid(Tensor values)
    {
        int rank = values.Shape.Rank;
        if (rank < 2 || values.Count != values.Shape[rank - 2] * values.Shape[rank - 1])
            throw new ArgumentException($"Grid: needs a matrix [rows, columns], not shape {values.Shape}; take one picture of a batch with x[0]", nameof(values));
        double[] flat = values.Detach().To(DType.Float64).ToArray<double>();
        var items = new double[values.Shape[rank - 2], values.Shape[rank - 1]];
        Buffer.BlockCopy(flat, 0, items, 0, flat.Length * sizeof(double));
        return new Grid(items);
    }

    /// <summary>The values of a function on a rectangle: <c>rows</c> runs over <paramref name="y"/>, <c>columns</c> over <paramref name="x"/>.</summary>
    public static Grid Of(Series x, Series y, Func<double, double, double> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var items = new double[y.Count, x.Count];
        for (int row = 0; row < y.Count; row++)
        {
            for (int column = 0; column < x.Count; column++)
                items[row, column] = function(x.Items[column], y.Items[row]);
        }
        return new Grid(items);
    }
}
