namespace Baeum;

/// <summary>One point of a receiver operating characteristic.</summary>
/// <param name="FalsePositiveRate">Of what is not of the class, the share that scores at least the threshold.</param>
/// <param name="TruePositiveRate">Of what is of the class, the share that does.</param>
/// <param name="Threshold">The score from which on an example counts as of the class; infinite at the first point.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate, double Threshold);

public static partial class Metrics
{
    /// <summary>
    /// The receiver operating characteristic of scores for a class, from (0, 0) to (1, 1).
    /// </summary>
    /// <param name="isPositive">Whether each example is of the class, [examples].</param>
    /// <param name="scores">The scores, [examples]; only their order counts.</param>
    /// <param name="keepAll">Whether to keep the points in the middle of straight lines, which change neither picture nor area.</param>
    /// <exception cref="ArgumentException">Nothing is given, the lengths differ, a score is NaN, or all examples are of one kind.</exception>
    public static RocPoint[] RocCurve(ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> scores, bool keepAll = false)
    {
        var steps = CountByThreshold(nameof(RocCurve), isPositive, scores);
        double positives = steps[^1].Hits, negatives = steps[^1].Alarms;
        var points = new List<RocPoint> { new(0, 0, double.PositiveInfinity) };
        for (int i = 0; i < steps.Length; i++)
        {
            bool bends = i == 0 || i == steps.Length - 1
                || steps[i + 1].Hits - steps[i].Hits != steps[i].Hits - steps[i - 1].Hits
                || steps[i + 1].Alarms - steps[i].Alarms != steps[i].Alarms - steps[i - 1].Alarms;
            if (keepAll || bends) points.Add(new RocPoint(steps[i].Alarms / negatives, steps[i].Hits / positives, steps[i].Threshold));
        }
        return [.. points];
    }

    /// <summary>
    /// The area under the receiver operating characteristic: the probability that an example of the class scores above one that is not.
    /// </summary>
    /// <inheritdoc cref="RocCurve"/>
    public static double RocAuc(ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> scores)
    {
        var points = RocCurve(isPositive, scores);
        double area = 0;
        for (int i = 1; i < points.Length; i++)
            area += (points[i].FalsePositiveRate - points[i - 1].FalsePositiveRate) * (points[i].TruePositiveRate + points[i - 1].TruePositiveRate) / 2;
        return area;
    }

    /// <summary>The mean over the classes of <see cref="RocAuc(ReadOnlySpan{bool}, ReadOnlySpan{double})"/>, each class against the rest.</summary>
    /// <param name="actual">The true ids, [examples].</param>
    /// <param name="scores">The score of each class, [examples, classes], row by row.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, an id is out of range, a score is NaN, or a class never occurs.</exception>
    public static double RocAucOneVersusRest(ReadOnlySpan<long> actual, ReadOnlySpan<double> scores)
    {
        int classes = ClassCount(nameof(RocAucOneVersusRest), actual.Length, scores.Length);
        var isPositive = new bool[actual.Length];
        var column = new double[actual.Length];
        double sum = 0;
        for (int c = 0; c < classes; c++)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                CheckId(nameof(RocAucOneVersusRest), actual[i], classes, i);
                isPositive[i] = actual[i] == c;
                column[i] = scores[i * classes + c];
            }
            sum += RocAuc(isPositive, column);
        }
        return sum / classes;
    }

    /// <summary>The precision at every threshold, weighted by the recall that it gains: the area under precision over recall.</summary>
    /// <inheritdoc cref="RocCurve"/>
    public static double AveragePrecision(ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> scores)
    {
        var steps = CountByThreshold(nameof(AveragePrecision), isPositive, scores);
        double sum = 0;
        long before = 0;
        foreach (var (hits, alarms, _) in steps)
        {
            sum += (hits - before) * ((double)hits / (hits + alarms));
            before = hits;
        }
        return sum / before;
    }

    /// <summary>For every different score from the highest down: how many of the class, and how many others, score at least that.</summary>
    private static (long Hits, long Alarms, double Threshold)[] CountByThreshold(string operation, ReadOnlySpan<bool> isPositive, ReadOnlySpan<double> scores)
    {
        CheckLengths(operation, isPositive.Length, scores.Length);
        var sorted = scores.ToArray();
        var kinds = isPositive.ToArray();
        for (int i = 0; i < sorted.Length; i++)
        {
            if (double.IsNaN(sorted[i])) throw new ArgumentException($"{operation}: the score at place {i} is NaN.");
        }
        Array.Sort(sorted, kinds);
        var steps = new List<(long, long, double)>();
        long hits = 0, alarms = 0;
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            if (kinds[i]) hits++;
            else alarms++;
            if (i == 0 || sorted[i - 1] != sorted[i]) steps.Add((hits, alarms, sorted[i]));
        }
        if (hits == 0 || alarms == 0) throw new ArgumentException($"{operation}: all {sorted.Length} examples are of one kind, so nothing can be told apart.");
        return [.. steps];
    }
}
