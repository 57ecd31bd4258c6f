namespace Baeum;

/// <summary>Precision, recall and their harmonic mean; 0 where a denominator is 0.</summary>
/// <param name="Precision">Of what was said to be of the class, the share that is.</param>
/// <param name="Recall">Of what is of the class, the share that was found.</param>
/// <param name="F1">2·precision·recall / (precision + recall).</param>
public readonly record struct PrecisionRecall(double Precision, double Recall, double F1)
{
    internal static PrecisionRecall Of(long hits, long predicted, long actual) => new(
        predicted == 0 ? 0 : (double)hits / predicted,
        actual == 0 ? 0 : (double)hits / actual,
        predicted + actual == 0 ? 0 : 2.0 * hits / (predicted + actual));
}

/// <summary>How well class ids were predicted.</summary>
public sealed class ClassificationReport
{
    internal ClassificationReport(long[,] confusion)
    {
        Confusion = confusion;
        int classes = confusion.GetLength(0);
        var hits = new long[classes];
        var actual = new long[classes];
        var predicted = new long[classes];
        for (int row = 0; row < classes; row++)
        {
            hits[row] = confusion[row, row];
            for (int column = 0; column < classes; column++)
            {
                actual[row] += confusion[row, column];
                predicted[column] += confusion[row, column];
            }
        }
        Count = actual.Sum();
        Support = actual;
        PerClass = [.. Enumerable.Range(0, classes).Select(c => PrecisionRecall.Of(hits[c], predicted[c], actual[c]))];
        // a class that neither occurs nor is predicted says nothing
        int[] seen = [.. Enumerable.Range(0, classes).Where(c => actual[c] + predicted[c] > 0)];
        Macro = Average(c => 1.0 / seen.Length);
        Weighted = Average(c => (double)actual[c] / Count);
        Micro = PrecisionRecall.Of(hits.Sum(), Count, Count);
        MatthewsCorrelation = Matthews(hits.Sum(), actual, predicted);

        PrecisionRecall Average(Func<int, double> weight) => new(
            seen.Sum(c => weight(c) * PerClass[c].Precision), seen.Sum(c => weight(c) * PerClass[c].Recall), seen.Sum(c => weight(c) * PerClass[c].F1));
    }

    /// <summary>How many examples there are.</summary>
    public long Count { get; }

    /// <summary>How often class row was predicted as class column, [classes, classes].</summary>
    public long[,] Confusion { get; }

    /// <summary>How many examples of each class there are.</summary>
    public IReadOnlyList<long> Support { get; }

    /// <summary>Precision, recall and F1 of each class.</summary>
    public IReadOnlyList<PrecisionRecall> PerClass { get; }

    /// <summary>The mean over the classes that occur or are predicted.</summary>
    public PrecisionRecall Macro { get; }

    /// <summary>Over all examples together; all three are then the accuracy.</summary>
    public PrecisionRecall Micro { get; }

    /// <summary>The mean over the classes, weighted by how often they occur.</summary>
    public PrecisionRecall Weighted { get; }

    /// <summary>The share of examples that were predicted right.</summary>
    public double Accuracy => Micro.Recall;

    /// <summary>
    /// The correlation of truth and prediction, 1 at best, 0 by chance (Matthews, 1975; for several classes Gorodkin, 2004).
    /// </summary>
    public double MatthewsCorrelation { get; }

    private double Matthews(long hits, long[] actual, long[] predicted)
    {
        double total = Count;
        double joint = 0, actualSquares = 0, predictedSquares = 0;
        for (int c = 0; c < actual.Length; c++)
        {
            joint += (double)actual[c] * predicted[c];
            actualSquares += (double)actual[c] * actual[c];
            predictedSquares += (double)predicted[c] * predicted[c];
        }
        double spread = (total * total - actualSquares) * (total * total - predictedSquares);
        return spread == 0 ? 0 : (hits * total - joint) / Math.Sqrt(spread);
    }
}

/// <summary>What a model is judged by. Everything is computed in double precision over spans; truth comes first.</summary>
public static partial class Metrics
{
    /// <summary>The share of ids that are equal.</summary>
    /// <exception cref="ArgumentException">Nothing is given, or the lengths differ.</exception>
    public static double Accuracy(ReadOnlySpan<long> actual, ReadOnlySpan<long> predicted)
    {
        CheckLengths(nameof(Accuracy), actual.Length, predicted.Length);
        long hits = 0;
        for (int i = 0; i < actual.Length; i++) hits += actual[i] == predicted[i] ? 1 : 0;
        return (double)hits / actual.Length;
    }

    /// <summary>The share of ids that are equal, of Int64 tensors of one shape.</summary>
    /// <exception cref="ArgumentException">Nothing is given, or the shapes differ.</exception>
    public static double Accuracy(Tensor actual, Tensor predicted)
    {
        if (!actual.Shape.Equals(predicted.Shape)) throw new ArgumentException($"Accuracy: the shapes {actual.Shape} and {predicted.Shape} differ.");
        return Accuracy(actual.ToArray<long>(), predicted.ToArray<long>());
    }

    /// <summary>Confusion, accuracy, precision, recall, F1 and Matthews' correlation of predicted class ids.</summary>
    /// <param name="actual">The true ids, [examples].</param>
    /// <param name="predicted">The predicted ids, [examples].</param>
    /// <param name="classCount">How many classes there are; one more than the largest id if not given.</param>
    /// <exception cref="ArgumentException">Nothing is given, the lengths differ, or an id lies outside 0 to classes - 1.</exception>
    public static ClassificationReport Classification(ReadOnlySpan<long> actual, ReadOnlySpan<long> predicted, int? classCount = null)
    {
        CheckLengths(nameof(Classification), actual.Length, predicted.Length);
        long most = 0;
        foreach (long id in actual) most = Math.Max(most, id);
        foreach (long id in predicted) most = Math.Max(most, id);
        const int MostClasses = 20_000;
        long classes = classCount ?? most + 1;
        if (classes is < 1 or > MostClasses) throw new ArgumentException($"Classification: {classes} classes; 1 to {MostClasses} can be compared.");
        var confusion = new long[classes, classes];
        for (int i = 0; i < actual.Length; i++)
        {
            CheckId(nameof(Classification), actual[i], classes, i);
            CheckId(nameof(Classification), predicted[i], classes, i);
            confusion[actual[i], predicted[i]]++;
        }
        return new ClassificationReport(confusion);
    }

    /// <summary>The mean of -ln of the probability given to the true class (cross entropy in nats).</summary>
    /// <param name="actual">The true ids, [examples].</param>
    /// <param name="probabilities">The probability of each class, [examples, classes], row by row.</param>
    /// <exception cref="ArgumentException">Nothing is given, the lengths do not fit, an id is out of range, or a probability is not one.</exception>
    public static double LogLoss(ReadOnlySpan<long> actual, ReadOnlySpan<double> probabilities)
    {
        int classes = ClassCount(nameof(LogLoss), actual.Length, probabilities.Length);
        double sum = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            CheckId(nameof(LogLoss), actual[i], classes, i);
            foreach (double p in probabilities.Slice(i * classes, classes))
            {
                if (!(p >= 0 && p <= 1)) throw new ArgumentException($"LogLoss: {p} in row {i} is not a probability; apply a soft-max first.");
            }
            // a certain miss would cost infinitely much; clipped as scikit-learn does
            sum -= Math.Log(Math.Max(probabilities[i * classes + (int)actual[i]], double.BitIncrement(1) - 1));
        }
        return sum / actual.Length;
    }

    private static int ClassCount(string operation, int examples, int scores)
    {
        if (examples == 0) throw new ArgumentException($"{operation}: there are no examples.");
        if (scores == 0 || scores % examples != 0) throw new ArgumentException($"{operation}: {scores} scores are not a row of classes for each of {examples} examples.");
        return scores / examples;
    }

    private static void CheckLengths(string operation, int actual, int predicted)
    {
        if (actual == 0) throw new ArgumentException($"{operation}: there are no examples.");
        if (actual != predicted) throw new ArgumentException($"{operation}: there are {actual} true values, but {predicted} predicted ones.");
    }

    private static void CheckId(string operation, long id, long classes, int place)
    {
        if ((ulong)id >= (ulong)classes) throw new ArgumentException($"{operation}: the class id {id} at place {place} lies outside 0 to {classes - 1}.");
    }
}
