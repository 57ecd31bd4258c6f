using System.Text.Json;

namespace Baeum.Tests;

public sealed class MetricsTests
{
    private const double Tolerance = 1e-9;
    private static readonly JsonElement Book = JsonDocument.Parse(File.ReadAllBytes(Goldens.Path("metrics/metrics.json"))).RootElement;

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];

    private static long[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetInt64())];

    [Fact]
    public void ClassificationEqualsTheGoldenBook()
    {
        foreach (var golden in Book.GetProperty("classification").EnumerateArray())
        {
            var actual = Ids(golden.GetProperty("true"));
            var predicted = Ids(golden.GetProperty("predicted"));
            double[][] rows = [.. golden.GetProperty("scores").EnumerateArray().Select(Numbers)];
            double[] scores = [.. rows.SelectMany(r => r)];
            var report = Metrics.Classification(actual, predicted);
            Assert.Equal(golden.GetProperty("accuracy").GetDouble(), report.Accuracy, Tolerance);
            Assert.Equal(report.Accuracy, Metrics.Accuracy(actual, predicted), Tolerance);
            Assert.Equal(report.Accuracy, Metrics.Accuracy(Tensor.From(actual), Tensor.From(predicted)), Tolerance);
            Assert.Equal(golden.GetProperty("mcc").GetDouble(), report.MatthewsCorrelation, Tolerance);
            Assert.Equal(golden.GetProperty("log_loss").GetDouble(), Metrics.LogLoss(actual, scores), Tolerance);
            AssertEqual(golden.GetProperty("macro"), report.Macro);
            AssertEqual(golden.GetProperty("micro"), report.Micro);
            AssertEqual(golden.GetProperty("weighted"), report.Weighted);
            var confusion = golden.GetProperty("confusion");
            for (int i = 0; i < rows[0].Length; i++)
            {
                for (int j = 0; j < rows[0].Length; j++) Assert.Equal(confusion[i][j].GetInt64(), report.Confusion[i, j]);
            }
            if (golden.TryGetProperty("roc_auc_ovr", out var area))
            {
                Assert.Equal(area.GetDouble(), Metrics.RocAucOneVersusRest(actual, scores), Tolerance);
                continue;
            }
            var isPositive = Array.ConvertAll(actual, id => id == 1);
            double[] positive = [.. rows.Select(r => r[1])];
            Assert.Equal(golden.GetProperty("roc_auc").GetDouble(), Metrics.RocAuc(isPositive, positive), Tolerance);
            Assert.Equal(golden.GetProperty("average_precision").GetDouble(), Metrics.AveragePrecision(isPositive, positive), Tolerance);
            var curve = Metrics.RocCurve(isPositive, positive);
            Assert.Equal(Numbers(golden.GetProperty("fpr")), curve.Select(p => p.FalsePositiveRate));
            Assert.Equal(Numbers(golden.GetProperty("tpr")), curve.Select(p => p.TruePositiveRate));
            Assert.Equal(positive.Distinct().Count() + 1, Metrics.RocCurve(isPositive, positive, keepAll: true).Length);
        }
    }

    private static void AssertEqual(JsonElement expected, PrecisionRecall actual)
    {
        Assert.Equal(expected[0].GetDouble(), actual.Precision, Tolerance);
        Assert.Equal(expected[1].GetDouble(), actual.Recall, Tolerance);
        Assert.Equal(expected[2].GetDouble(), actual.F1, Tolerance);
    }

    [Fact]
    public void CorrelationEqualsTheGoldenBook()
    {
        foreach (var golden in Book.GetProperty("correlation").EnumerateArray())
        {
            double[] x = Numbers(golden.GetProperty("x")), y = Numbers(golden.GetProperty("y"));
            Assert.Equal(golden.GetProperty("pearson").GetDouble(), Metrics.Pearson(x, y), Tolerance);
            Assert.Equal(golden.GetProperty("spearman").GetDouble(), Metrics.Spearman(x, y), Tolerance);
            Assert.Equal(golden.GetProperty("kendall").GetDouble(), Metrics.Kendall(x, y), Tolerance);
            Assert.Equal(golden.GetProperty("mse").GetDouble(), Metrics.MeanSquaredError(x, y), Tolerance);
            Assert.Equal(golden.GetProperty("mae").GetDouble(), Metrics.MeanAbsoluteError(x, y), Tolerance);
            Assert.Equal(golden.GetProperty("r2").GetDouble(), Metrics.R2(x, y), Tolerance);
        }
    }

    [Fact]
    public void AClassThatNeverOccursDoesNotCount()
    {
        var report = Metrics.Classification([0, 0, 2], [0, 2, 2], classCount: 4);
        Assert.Equal(4, report.PerClass.Count);
        Assert.Equal(new PrecisionRecall(0, 0, 0), report.PerClass[1]);
        Assert.Equal((1 + 0.5) / 2, report.Macro.Precision, Tolerance);
        Assert.Equal(2.0 / 3, report.Accuracy, Tolerance);
        Assert.Equal(0, Metrics.Classification([1, 1], [1, 1]).MatthewsCorrelation);
    }

    [Fact]
    public void WhatCannotBeJudgedIsRefused()
    {
        Assert.Contains("no examples", Assert.Throws<ArgumentException>(() => Metrics.Accuracy(Array.Empty<long>(), Array.Empty<long>())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Metrics.Accuracy([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => Metrics.Accuracy(Tensor.From([1L, 2]), Tensor.From([[1L, 2]])));
        Assert.Contains("class id 3 at place 1", Assert.Throws<ArgumentException>(() => Metrics.Classification([0, 3], [0, 0], 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Metrics.Classification([0, -1], [0, 0]));
        Assert.Throws<ArgumentException>(() => Metrics.Classification([long.MaxValue], [0]));
        Assert.Throws<ArgumentException>(() => Metrics.LogLoss([0], [1.5, -0.5]));
        Assert.Throws<ArgumentException>(() => Metrics.LogLoss([0], [double.NaN, 1]));
        Assert.Throws<ArgumentException>(() => Metrics.LogLoss([0, 1], [0.5, 0.5, 1]));
        Assert.Throws<ArgumentException>(() => Metrics.LogLoss([2], [0.5, 0.5]));
        Assert.Throws<ArgumentException>(() => Metrics.RocAuc([true, true], [1, 2]));
        Assert.Throws<ArgumentException>(() => Metrics.RocAuc([true, false], [1, double.NaN]));
        Assert.Throws<ArgumentException>(() => Metrics.Pearson([1, 1], [1, 2]));
        Assert.Throws<ArgumentException>(() => Metrics.Spearman([1, double.NaN], [1, 2]));
        Assert.Throws<ArgumentException>(() => Metrics.Kendall([1], [1]));
        Assert.Throws<ArgumentException>(() => Metrics.R2([1, 1], [1, 2]));
        Assert.Throws<ArgumentException>(() => Metrics.MeanSquaredError([], []));
    }
}
