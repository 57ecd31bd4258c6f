namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    /// <summary>The product by its definition, for operands whose batch dimensions are already equal or absent.</summary>
    private static Tensor PlainProduct(Tensor a, Tensor b)
    {
        var batch = Shape.Broadcast(Shape.Create(a.Shape.AsSpan()[..^2]), Shape.Create(b.Shape.AsSpan()[..^2]));
        int m = a.Shape[^2], k = a.Shape[^1], n = b.Shape[^1];
        var left = a.BroadcastTo([.. batch, m, k]).ToArray<double>();
        var right = b.BroadcastTo([.. batch, k, n]).ToArray<double>();
        var y = new double[batch.Count * m * n];
        for (int c = 0; c < batch.Count; c++)
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++)
                    for (int p = 0; p < k; p++) y[(c * m + i) * n + j] += left[(c * m + i) * k + p] * right[(c * k + p) * n + j];
        return Tensor.Wrap(y, [.. batch, m, n]);
    }

    private static Tensor PlainLinear(Tensor x, Tensor weight, Tensor bias) => PlainProduct(x, weight.MT) + bias;

    private static OperationCase[] Products =>
    [
        new("matmul", x => x[0].MatMul(x[1]), [3, 4], [4, 5]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul vectors", x => x[0].MatMul(x[1]), [7], [7]) { Reference = x => (x[0] * x[1]).Sum(), IsTwiceDifferentiable = true },
        new("matmul matrix vector", x => x[0].Mv(x[1]), [3, 4], [4]) { Reference = x => (x[0] * x[1]).Sum(1), IsTwiceDifferentiable = true },
        new("matmul vector matrices", x => x[0].MatMul(x[1]), [4], [2, 4, 3]) { Reference = x => PlainProduct(x[0].Reshape(1, 4), x[1]).Squeeze(1), IsTwiceDifferentiable = true },
        new("matmul batch", x => x[0].Bmm(x[1]), [2, 3, 4], [2, 4, 5]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul broadcast both", x => x[0].MatMul(x[1]), [2, 1, 3, 4], [3, 4, 2]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul one matrix for a batch", x => x[0].MatMul(x[1]), [2, 3, 4], [4, 5]) { Reference = x => PlainProduct(x[0], x[1]), IsTwiceDifferentiable = true },
        new("matmul transposed", x => x[0].MT.MatMul(x[1].MT), [2, 4, 3], [2, 5, 4]) { Reference = x => PlainProduct(x[0].MT, x[1].MT), IsTwiceDifferentiable = true },
        new("matmul heads", x => x[0].Reshape(2, 3, 2, 4).Transpose(1, 2).MatMul(x[1].Reshape(2, 3, 2, 4).Permute(0, 2, 3, 1)), [2, 3, 8], [2, 3, 8])
            { Reference = x => PlainProduct(x[0].Reshape(2, 3, 2, 4).Transpose(1, 2), x[1].Reshape(2, 3, 2, 4).Permute(0, 2, 3, 1)), IsTwiceDifferentiable = true },
        new("addmm", x => x[0].AddMM(x[1], x[2], beta: 0.5, alpha: 2), [5], [3, 4], [4, 5]) { Reference = x => x[0] * 0.5 + PlainProduct(x[1], x[2]) * 2.0, IsTwiceDifferentiable = true },
        new("linear", x => x[0].Linear(x[1], x[2]), [3, 4], [5, 4], [5]) { Reference = x => PlainLinear(x[0], x[1], x[2]), IsTwiceDifferentiable = true },
        new("linear of many dimensions", x => x[0].Linear(x[1], x[2]), [2, 1, 3, 4], [5, 4], [5]) { Reference = x => PlainLinear(x[0], x[1], x[2]), IsTwiceDifferentiable = true },
        new("linear of a vector", x => x[0].Linear(x[1]), [4], [5, 4]) { Reference = x => (x[1] * x[0]).Sum(1), IsTwiceDifferentiable = true },
    ];
}
