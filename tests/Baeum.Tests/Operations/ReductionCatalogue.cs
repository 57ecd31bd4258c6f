namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    /// <summary>A reduction of the middle of [2, 5, 3], held against a function of its columns.</summary>
    private static OperationCase Middle(string name, Func<Tensor, Tensor> apply, Func<double[], double> reference, Func<double, double>? domain = null, bool keepDim = false) =>
        new(name, x => apply(x[0]), [2, 5, 3])
        {
            Domain = domain ?? (x => x),
            IsTwiceDifferentiable = true,
            Reference = x => Tensor.Wrap(Columns(x[0]).Select(reference).ToArray(), keepDim ? [2, 1, 3] : [2, 3]),
        };

    /// <summary>A function that keeps the middle of [2, 5, 3].</summary>
    private static OperationCase Along(string name, Func<Tensor, Tensor> apply, Func<double[], double[]> reference, Func<double, double>? domain = null) =>
        new(name, x => apply(x[0]), [2, 5, 3])
        {
            Domain = domain ?? (x => x),
            IsTwiceDifferentiable = true,
            Reference = x =>
            {
                var columns = Columns(x[0]).Select(reference).ToArray();
                return Tensor.Wrap([.. Enumerable.Range(0, 30).Select(k => columns[k / 15 * 3 + k % 3][k / 3 % 5])], x[0].Shape);
            },
        };

    private static IEnumerable<double[]> Columns(Tensor x)
    {
        var values = x.ToArray<double>();
        for (int o = 0; o < 2; o++)
        {
            for (int i = 0; i < 3; i++) yield return [.. Enumerable.Range(0, 5).Select(r => values[(o * 5 + r) * 3 + i])];
        }
    }

    private static double[] Scan(double[] row, Func<double, double, double> join)
    {
        var y = (double[])row.Clone();
        for (int i = 1; i < y.Length; i++) y[i] = join(y[i - 1], row[i]);
        return y;
    }

    private static double Variance(double[] row, double correction) => row.Sum(v => Math.Pow(v - row.Average(), 2)) / (row.Length - correction);

    private static OperationCase Whole(string name, Func<Tensor, Tensor> apply, Func<double[], double> reference, Func<double, double>? domain = null) =>
        new(name, x => apply(x[0]), [3, 4]) { Domain = domain ?? (x => x), IsTwiceDifferentiable = true, Reference = x => Tensor.Scalar(reference(x[0].ToArray<double>()), DType.Float64) };

    private static OperationCase[] Reductions =>
    [
        Whole("sum", x => x.Sum(), v => v.Sum()),
        Whole("mean", x => x.Mean(), v => v.Average()),
        Whole("max", x => x.Max(), v => v.Max()),
        Whole("min", x => x.Min(), v => v.Min()),
        Whole("prod", x => x.Prod(), v => v.Aggregate((a, b) => a * b)),
        Whole("var", x => x.Var(), v => Variance(v, 1)),
        Whole("std", x => x.Std(0.0), v => Math.Sqrt(Variance(v, 0))),
        Whole("norm", x => x.Norm(), v => Math.Sqrt(v.Sum(a => a * a))),
        Whole("median", x => x.Median(), v => v.Order().ElementAt(5)),
        Whole("quantile", x => x.Quantile(0.3), v => v.Order().ElementAt(3) * 0.7 + v.Order().ElementAt(4) * 0.3),
        Middle("sum of dim", x => x.Sum(1), v => v.Sum()),
        Middle("sum keeping dim", x => x.Sum(-2, keepDim: true), v => v.Sum(), keepDim: true),
        Middle("mean of dim", x => x.Mean(1), v => v.Average()),
        Middle("max of dim", x => x.Max(1).Values, v => v.Max()),
        Middle("min of dim", x => x.Min(1, keepDim: true).Values, v => v.Min(), keepDim: true),
        Middle("amax", x => x.AMax(1), v => v.Max()),
        Middle("amin", x => x.AMin(1, keepDim: true), v => v.Min(), keepDim: true),
        Middle("prod of dim", x => x.Prod(1), v => v.Aggregate((a, b) => a * b)),
        new("prod with zeros", x => (x[0] * Tensor.From(1f, 0, 1, 1).Unsqueeze(1)).Prod(1), [2, 4, 3]) { Reference = x => x[0].Sum(1) * 0.0, IsTwiceDifferentiable = true },
        Middle("var of dim", x => x.Var(1), v => Variance(v, 1)),
        Middle("var uncorrected", x => x.Var(1, 0, keepDim: true), v => Variance(v, 0), keepDim: true),
        Middle("std of dim", x => x.Std(1), v => Math.Sqrt(Variance(v, 1))),
        Middle("1-norm", x => x.Norm(1, 1), v => v.Sum(Math.Abs), AwayFromZero),
        Middle("2-norm", x => x.Norm(2, 1), v => Math.Sqrt(v.Sum(a => a * a))),
        Middle("3-norm", x => x.Norm(3, 1), v => Math.Cbrt(v.Sum(a => Math.Pow(Math.Abs(a), 3))), AwayFromZero),
        Middle("infinity norm", x => x.Norm(double.PositiveInfinity, 1), v => v.Max(Math.Abs)),
        Middle("logsumexp", x => x.LogSumExp(1), v => Math.Log(v.Sum(Math.Exp))),
        Middle("median of dim", x => x.Median(1).Values, v => v.Order().ElementAt(2)),
        Middle("quantile of dim", x => x.Quantile(0.6, 1), v => v.Order().ElementAt(2) * 0.6 + v.Order().ElementAt(3) * 0.4),
        Middle("argmax", x => x.ArgMax(1), v => Array.IndexOf(v, v.Max())) with { HasGradient = false, IsTwiceDifferentiable = false },
        Middle("argmin", x => x.ArgMin(1), v => Array.IndexOf(v, v.Min())) with { HasGradient = false, IsTwiceDifferentiable = false },
        Middle("count nonzero", x => x.Relu().CountNonzero(1), v => v.Count(a => a > 0)) with { HasGradient = false, IsTwiceDifferentiable = false },
        Middle("any", x => (x > 1).Any(1), v => v.Any(a => a > 1) ? 1 : 0) with { HasGradient = false, IsTwiceDifferentiable = false },
        Middle("all", x => (x > -1).All(1), v => v.All(a => a > -1) ? 1 : 0) with { HasGradient = false, IsTwiceDifferentiable = false },
        new("sum of outer dims", x => x[0].Sum([0, 2]), [4, 5, 3]) { Reference = x => x[0].Sum(2).Sum(0), IsTwiceDifferentiable = true },
        new("amax of outer dims", x => x[0].AMax([0, -1], keepDim: true), [4, 5, 3]) { Reference = x => x[0].AMax(2, true).AMax(0, true), IsTwiceDifferentiable = true },
        new("var of outer dims", x => x[0].Var([0, 2]), [2, 3, 4]) { Reference = x => x[0].Transpose(0, 1).Reshape(3, 8).Var(1), IsTwiceDifferentiable = true },
        Along("softmax", x => x.Softmax(1), v => [.. v.Select(a => Math.Exp(a) / v.Sum(Math.Exp))]),
        Along("log softmax", x => x.LogSoftmax(1), v => [.. v.Select(a => a - Math.Log(v.Sum(Math.Exp)))]),
        Along("cumsum", x => x.CumSum(1), v => Scan(v, (a, b) => a + b)),
        Along("cumprod", x => x.CumProd(1), v => Scan(v, (a, b) => a * b)),
        Along("cumprod with zeros", x => (x * Tensor.From(1f, 0, 1, 1, 0).Unsqueeze(1)).CumProd(1), v => [v[0], 0, 0, 0, 0]),
        Along("cummax", x => x.CumMax(1).Values, v => Scan(v, Math.Max)),
        Along("cummin", x => x.CumMin(1).Values, v => Scan(v, Math.Min)),
    ];
}
