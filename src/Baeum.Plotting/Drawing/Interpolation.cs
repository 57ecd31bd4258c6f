using System.Runtime.CompilerServices;

namespace Baeum.Plotting.Drawing;

/// <summary>The heights of a grid between its points: bilinear, a row of pixels at a time.</summary>
internal sealed class Interpolation
{
    private readonly double[,] heights;
    private readonly (int Index, double Share)[] across, down;
    private readonly double[] row;

    /// <param name="x">Where the grid's columns stand, rising or falling.</param>
    /// <param name="y">Where its rows stand.</param>
    /// <param name="z">The heights.</param>
    /// <param name="xs">Where the columns of pixels stand.</param>
    /// <param name="ys">Where the rows of pixels stand.</param>
    internal Interpolation(Series x, Series y, Grid z, double[] xs, double[] ys)
    {
        heights = z.Items;
        (across, down) = ([.. xs.Select(value => Place(x, value))], [.. ys.Select(value => Place(y, value))]);
        row = new double[xs.Length];
    }

    /// <summary>The heights along a row of pixels; valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ReadOnlySpan<double> Row(int i)
    {
        (int top, double v) = down[i];
        int bottom = Math.Min(top + 1, heights.GetLength(0) - 1), last = heights.GetLength(1) - 1;
        for (int j = 0; j < across.Length; j++)
        {
            (int left, double u) = across[j];
            int right = Math.Min(left + 1, last);
            row[j] = (1 - v) * ((1 - u) * heights[top, left] + u * heights[top, right]) + v * ((1 - u) * heights[bottom, left] + u * heights[bottom, right]);
        }
        return row;
    }

    /// <summary>The class numbers along a row of pixels: of those at the four corners, the one with most weight; -1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int[] Classes(int i)
    {
        (int top, double v) = down[i];
        int bottom = Math.Min(top + 1, heights.GetLength(0) - 1), last = heights.GetLength(1) - 1;
        var classes = new int[across.Length];
        Span<int> number = stackalloc int[4];
        Span<double> weight = stackalloc double[4];
        for (int j = 0; j < classes.Length; j++)
        {
            (int left, double u) = across[j];
            int right = Math.Min(left + 1, last);
            (number[0], number[1], number[2], number[3]) = (Class(top, left), Class(top, right), Class(bottom, left), Class(bottom, right));
            (weight[0], weight[1], weight[2], weight[3]) = ((1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u);
            (int best, double most) = (number[0], -1);
            for (int a = 0; a < 4; a++)
            {
                double sum = 0;
                for (int b = 0; b < 4; b++)
                    sum += number[b] == number[a] ? weight[b] : 0;
                (best, most) = sum > most ? (number[a], sum) : (best, most);
            }
            classes[j] = best;
        }
        return classes;
    }

    private int Class(int i, int j) => double.IsFinite(heights[i, j]) ? (int)Math.Round(heights[i, j]) : -1;

    private static (int Index, double Share) Place(Series axis, double value)
    {
        double[] marks = axis.Items;
        if (marks.Length < 2)
            return (0, 0);
        bool rising = marks[^1] > marks[0];
        int low = 0, high = marks.Length - 1;
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            if (marks[middle] <= value == rising)
                low = middle;
            else
                high = middle;
        }
        return (low, Math.Clamp((value - marks[low]) / (marks[high] - marks[low]), 0, 1));
    }
}
