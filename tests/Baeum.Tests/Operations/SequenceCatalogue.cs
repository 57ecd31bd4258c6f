namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    /// <summary>Attention by its definition, one query after the other, for [batch, heads, time, size].</summary>
    private static Tensor PlainAttention(Tensor q, Tensor k, Tensor v, Func<int, int, int, int, double>? mask = null)
    {
        int batch = q.Shape[0], heads = q.Shape[1], queries = q.Shape[2], keys = k.Shape[2], size = q.Shape[3], group = heads / k.Shape[1];
        var rows = new List<Tensor>();
        for (int b = 0; b < batch; b++)
            for (int h = 0; h < heads; h++)
                for (int i = 0; i < queries; i++)
                {
                    var scores = new double[keys];
                    for (int j = 0; j < keys; j++) scores[j] = (q[b, h, i] * k[b, h / group, j]).Sum().Item() / Math.Sqrt(size) + (mask?.Invoke(b, h, i, j) ?? 0);
                    double top = scores.Max();
                    double[] weights = [.. scores.Select(s => double.IsNegativeInfinity(top) ? 0 : Math.Exp(s - top))];
                    var sum = Tensor.Zeros([v.Shape[3]], DType.Float64);
                    for (int j = 0; j < keys; j++) sum += v[b, h / group, j] * (double.IsNegativeInfinity(top) ? 0 : weights[j] / weights.Sum());
                    rows.Add(sum);
                }
        return Tensor.Stack(rows).Reshape(batch, heads, queries, v.Shape[3]);
    }

    private static Tensor SomeMask(int queries, int keys) => Tensor.Wrap([.. Enumerable.Range(0, queries * keys).Select(i => i / keys != 1 && i % 3 != 1)], [queries, keys]);

    private static double Hidden(int i, int j, int keys) => i != 1 && (i * keys + j) % 3 != 1 ? 0 : double.NegativeInfinity;

    private static OperationCase[] SequenceCases =>
    [
        new("attention", x => x[0].ScaledDotProductAttention(x[1], x[2]), [2, 2, 3, 4], [2, 2, 5, 4], [2, 2, 5, 3]) { Reference = x => PlainAttention(x[0], x[1], x[2]), IsTwiceDifferentiable = true },
        new("attention causal", x => x[0].ScaledDotProductAttention(x[1], x[2], isCausal: true), [1, 2, 5, 4], [1, 2, 5, 4], [1, 2, 5, 4])
            { Reference = x => PlainAttention(x[0], x[1], x[2], (_, _, i, j) => j <= i ? 0 : double.NegativeInfinity), IsTwiceDifferentiable = true },
        new("attention grouped", x => x[0].ScaledDotProductAttention(x[1], x[2], isCausal: true), [2, 4, 3, 4], [2, 2, 3, 4], [2, 2, 3, 4])
            { Reference = x => PlainAttention(x[0], x[1], x[2], (_, _, i, j) => j <= i ? 0 : double.NegativeInfinity), IsTwiceDifferentiable = true },
        new("attention of many tiles", x => x[0].ScaledDotProductAttention(x[1], x[2], isCausal: true).Sum(-1), [1, 1, 70, 2], [1, 1, 70, 2], [1, 1, 70, 2])
            { Reference = x => PlainAttention(x[0], x[1], x[2], (_, _, i, j) => j <= i ? 0 : double.NegativeInfinity).Sum(-1) },
        new("attention truth mask", x => x[0].ScaledDotProductAttention(x[1], x[2], SomeMask(3, 5)), [2, 2, 3, 4], [2, 2, 5, 4], [2, 2, 5, 4])
            { Reference = x => PlainAttention(x[0], x[1], x[2], (_, _, i, j) => Hidden(i, j, 5)), IsTwiceDifferentiable = true },
        new("attention learned bias", x => x[0].ScaledDotProductAttention(x[1], x[2], x[3]), [2, 2, 3, 4], [2, 2, 5, 4], [2, 2, 5, 4], [2, 3, 5])
            { Reference = x => PlainAttention(x[0], x[1], x[2], (_, h, i, j) => x[3][h, i, j].Item()) },
        new("attention three dimensions", x => x[0].ScaledDotProductAttention(x[1], x[2], scale: 0.5), [3, 3, 4], [3, 5, 4], [3, 5, 4])
            { Reference = x => PlainAttention(x[0].Unsqueeze(0), x[1].Unsqueeze(0), x[2].Unsqueeze(0)).Squeeze(0) },
    ];
}
