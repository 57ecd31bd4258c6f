namespace Baeum;

public static partial class Metrics
{
    /// <summary>The mean of the squared differences.</summary>
    /// <exception cref="ArgumentException">Nothing is given, the lengths differ, or a value is NaN.</exception>
    public static double MeanSquaredError(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted)
    {
        CheckPairs(nameof(MeanSquaredError), actual, predicted, 1);
        double sum = 0;
        for (int i = 0; i < actual.Length; i++) sum += (actual[i] - predicted[i]) * (actual[i] - predicted[i]);
        return sum / actual.Length;
    }

    /// <summary>The mean of the absolute differences.</summary>
    /// <exception cref="ArgumentException">Nothing is given, the lengths differ, or a value is NaN.</exception>
    public static double MeanAbsoluteError(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted)
    {
        CheckPairs(nameof(MeanAbsoluteError), actual, predicted, 1);
        double sum = 0;
        for (int i = 0; i < actual.Length; i++) sum += Math.Abs(actual[i] - predicted[i]);
        return sum / actual.Length;
    }

    /// <summary>The coefficient of determination R²: 1 minus the squared error over the variance; 1 at best, 0 for always saying the mean.</summary>
    /// <exception cref="ArgumentException">Fewer than two values, the lengths differ, a value is NaN, or all true values are equal.</exception>
    public static double R2(ReadOnlySpan<double> actual, ReadOnlySpan<double> predicted)
    {
        CheckPairs(nameof(R2), actual, predicted, 2);
        double mean = Mean(actual), spread = 0;
        foreach (double value in actual) spread += (value - mean) * (value - mean);
        if (spread == 0) throw new ArgumentException("R2: all true values are equal, so there is no variance to explain.");
        return 1 - MeanSquaredError(actual, predicted) * actual.Length / spread;
    }

    /// <summary>Pearson's correlation: how nearly the points lie on a straight line, -1 to 1.</summary>
    /// <exception cref="ArgumentException">Fewer than two values, the lengths differ, a value is NaN, or all values of one side are equal.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        CheckPairs(nameof(Pearson), x, y, 2);
        double meanX = Mean(x), meanY = Mean(y), xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        if (xx == 0 || yy == 0) throw new ArgumentException("Pearson: all values of one side are equal, so there is nothing to correlate.");
        return Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
    }

    /// <summary>Spearman's correlation: Pearson's of the ranks; equal values share their mean rank.</summary>
    /// <inheritdoc cref="Pearson"/>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        CheckPairs(nameof(Spearman), x, y, 2);
        return Pearson(Ranks(x), Ranks(y));
    }

    /// <summary>
    /// Kendall's tau-b: of all pairs of points, those in one order on both sides minus those in opposite orders, corrected for ties.
    /// </summary>
    /// <remarks>Compares all pairs: time grows with the square of the length.</remarks>
    /// <inheritdoc cref="Pearson"/>
    public static double Kendall(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        CheckPairs(nameof(Kendall), x, y, 2);
        long balance = 0, orderedX = 0, orderedY = 0;
        for (int i = 1; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int signX = x[i].CompareTo(x[j]), signY = y[i].CompareTo(y[j]);
                balance += signX * signY;
                orderedX += signX * signX;
                orderedY += signY * signY;
            }
        }
        if (orderedX == 0 || orderedY == 0) throw new ArgumentException("Kendall: all values of one side are equal, so there is nothing to correlate.");
        return balance / (Math.Sqrt(orderedX) * Math.Sqrt(orderedY));
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        var ranks = new double[order.Length];
        for (int first = 0; first < order.Length;)
        {
            int last = first;
            while (last + 1 < order.Length && sorted[last + 1] == sorted[first]) last++;
            for (int i = first; i <= last; i++) ranks[order[i]] = (first + last) / 2.0 + 1;
            first = last + 1;
        }
        return ranks;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }

    private static void CheckPairs(string operation, ReadOnlySpan<double> a, ReadOnlySpan<double> b, int fewest)
    {
        if (a.Length < fewest) throw new ArgumentException($"{operation}: {a.Length} values are given, at least {fewest} are needed.");
        if (a.Length != b.Length) throw new ArgumentException($"{operation}: {a.Length} values on one side, {b.Length} on the other.");
        for (int i = 0; i < a.Length; i++)
        {
            if (double.IsNaN(a[i]) || double.IsNaN(b[i])) throw new ArgumentException($"{operation}: the value at place {i} is NaN.");
        }
    }
}
