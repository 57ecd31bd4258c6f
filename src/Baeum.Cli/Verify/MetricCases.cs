using System.Text.Json;
using Baeum.Text;

namespace Baeum.Cli.Verify;

/// <summary>What models are judged by. This book is laid out by itself: lists of examples by kind, data and figures side by side.</summary>
internal static class MetricCases
{
    private const double Tolerance = 1e-9;

    private static readonly Dictionary<string, Action<Arguments, Comparer>> Kinds = new(StringComparer.Ordinal)
    {
        ["bleu"] = Translation,
        ["chrf"] = CharacterGrams,
        ["rouge"] = Summary,
        ["ner"] = Entities,
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

    private static void Translation(Arguments example, Comparer comparer)
    {
        Func<string, string[]> tokenize = example.Text("tokenize", "13a") switch
        {
            "13a" => BleuTokenizer.Mteval13A,
            "intl" => BleuTokenizer.International,
            "char" => BleuTokenizer.Characters,
            "none" => BleuTokenizer.None,
            string other => throw new InvalidDataException($"the tokenizer '{other}' is not known"),
        };
        BleuSmoothing smoothing = example.Text("smooth", "exp") switch
        {
            "exp" => BleuSmoothing.Exponential,
            "floor" => BleuSmoothing.Floor,
            "add-k" => BleuSmoothing.AddK,
            "none" => BleuSmoothing.None,
            string other => throw new InvalidDataException($"the smoothing '{other}' is not known"),
        };
        BleuScore score = Bleu.Corpus(example.Texts("hyp"), References(example), tokenize, smoothing, effectiveOrder: example.Bool("sentence"));
        comparer.Hold("score", [score.Score], [example.Double("score")]);
        if (!example.Has("precisions"))
            return;
        comparer.Hold("precisions", score.Precisions, example.Doubles("precisions"));
        comparer.Hold("bp", [score.BrevityPenalty], [example.Double("bp")]);
        comparer.Hold("lengths", [score.Length, score.ReferenceLength], [example.Double("sys_len"), example.Double("ref_len")], exact: true);
    }

    private static void CharacterGrams(Arguments example, Comparer comparer) =>
        comparer.Hold("score", [Chrf.Corpus(example.Texts("hyp"), References(example), example.Int("word_order"))], [example.Double("score")]);

    private static void Summary(Arguments example, Comparer comparer)
    {
        string summary = example.Text("hyp"), reference = example.Text("ref");
        foreach ((string name, RougeScore score) in ((string, RougeScore)[])[("rouge1", Rouge.N(1, summary, reference)), ("rouge2", Rouge.N(2, summary, reference)), ("rougeL", Rouge.L(summary, reference))])
            comparer.Hold(name, [score.Precision, score.Recall, score.F1], example.Doubles(name));
    }

    private static void Entities(Arguments example, Comparer comparer)
    {
        EntityReport report = Metrics.EntityScores(TextRows(example, "true"), TextRows(example, "predicted"));
        comparer.Hold("micro", [report.Micro.Precision, report.Micro.Recall, report.Micro.F1], [example.Double("precision"), example.Double("recall"), example.Double("f1")]);
        comparer.Hold("macro_f1", [report.Macro.F1], [example.Double("macro_f1")]);
    }

    private static string[][] References(Arguments example) => TextRows(example, "refs");

    private static string[][] TextRows(Arguments example, string name) =>
        [.. example.Json.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(text => text.GetString() ?? "").ToArray())];

    private static long[] Ids(Arguments example, string name) => [.. example.Json.GetProperty(name).EnumerateArray().Select(id => id.GetInt64())];

    private static double[] Numbers(JsonElement row) => [.. row.EnumerateArray().Select(number => number.GetDouble())];
}
