using System.Text.Json;

namespace Baeum.Cli.Verify;

/// <summary>What models are judged by. This book is laid out by itself: lists of examples by kind, data and figures side by side.</summary>
internal static class MetricCases
{
    private const double Tolerance = 1e-9;

    private static readonly Dictionary<string, Action<Arguments, Comparer>> Kinds = new(StringComparer.Ordinal)
    {
        ["classification"] = Classification,
        ["correlation"] = Correlation,
    };

    internal static IEnumerable<Comparison> Of(Book book, JsonElement root)
    {
        foreach (JsonProperty kind in root.EnumerateObject().Where(kind => kind.Value.ValueKind == JsonValueKind.Array))
        {
            if (!Kinds.TryGetValue(kind.Name, out Action<Arguments, Comparer>? hold))
            {
                yield return new Comparison($"{book.Name}/{kind.Name}", null);
                continue;
            }
            int number = 0;
            foreach (JsonElement example in kind.Value.EnumerateArray())
                yield return new Comparison(FormattableString.Invariant($"{book.Name}/{kind.Name}_{number++}"), () => Run(example, hold));
        }
    }

    private static Outcome Run(JsonElement example, Action<Arguments, Comparer> hold)
    {
        var comparer = new Comparer(Tolerance);
        hold(new Arguments(example), comparer);
        return comparer.Outcome;
    }

    private static void Classification(Arguments example, Comparer comparer)
    {
        long[] actual = Ids(example, "true"), predicted = Ids(example, "predicted");
        double[][] scores = [.. example.Json.GetProperty("scores").EnumerateArray().Select(Numbers)];
        double[] flat = [.. scores.SelectMany(row => row)];
        ClassificationReport report = Metrics.Classification(actual, predicted);
        comparer.Hold("accuracy", [report.Accuracy], [example.Double("accuracy")]);
        comparer.Hold("confusion", [.. report.Confusion.Cast<long>().Select(count => (double)count)],
            [.. example.Json.GetProperty("confusion").EnumerateArray().SelectMany(Numbers)], exact: true);
        comparer.Hold("log_loss", [Metrics.LogLoss(actual, flat)], [example.Double("log_loss")]);
        comparer.Hold("mcc", [report.MatthewsCorrelation], [example.Double("mcc")]);
        foreach ((string name, PrecisionRecall means) in ((string, PrecisionRecall)[])[("macro", report.Macro), ("micro", report.Micro), ("weighted", report.Weighted)])
            comparer.Hold(name, [means.Precision, means.Recall, means.F1], example.Doubles(name));
        if (example.Has("roc_auc_ovr"))
            comparer.Hold("roc_auc_ovr", [Metrics.RocAucOneVersusRest(actual, flat)], [example.Double("roc_auc_ovr")]);
        if (!example.Has("roc_auc"))
            return;
        bool[] positive = [.. actual.Select(id => id == 1)];
        double[] score = [.. scores.Select(row => row[1])];
        RocPoint[] curve = Metrics.RocCurve(positive, score);
        comparer.Hold("roc_auc", [Metrics.RocAuc(positive, score)], [example.Double("roc_auc")]);
        comparer.Hold("average_precision", [Metrics.AveragePrecision(positive, score)], [example.Double("average_precision")]);
        comparer.Hold("fpr", [.. curve.Select(point => point.FalsePositiveRate)], example.Doubles("fpr"));
        comparer.Hold("tpr", [.. curve.Select(point => point.TruePositiveRate)], example.Doubles("tpr"));
    }

    private static void Correlation(Arguments example, Comparer comparer)
    {
        double[] x = example.Doubles("x"), y = example.Doubles("y");
        comparer.Hold("pearson", [Metrics.Pearson(x, y)], [example.Double("pearson")]);
        comparer.Hold("spearman", [Metrics.Spearman(x, y)], [example.Double("spearman")]);
        comparer.Hold("kendall", [Metrics.Kendall(x, y)], [example.Double("kendall")]);
        comparer.Hold("mse", [Metrics.MeanSquaredError(x, y)], [example.Double("mse")]);
        comparer.Hold("mae", [Metrics.MeanAbsoluteError(x, y)], [example.Double("mae")]);
        comparer.Hold("r2", [Metrics.R2(x, y)], [example.Double("r2")]);
    }

    private static long[] Ids(Arguments example, string name) => [.. example.Json.GetProperty(name).EnumerateArray().Select(id => id.GetInt64())];

    private static double[] Numbers(JsonElement row) => [.. row.EnumerateArray().Select(number => number.GetDouble())];
}
