namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    /// <summary>The rows of a matrix, each in order.</summary>
    private static Tensor Sorted(Tensor x, int count, bool descending) =>
        Build([x.Shape[0], count], i =>
        {
            var row = Enumerable.Range(0, x.Shape[1]).Select(j => At(x, i[0], j)).Order().ToArray();
            return descending ? row[^(i[1] + 1)] : row[i[1]];
        });

    private static OperationCase[] Sorting =>
    [
        new("sort", x => x[0].Sort().Values, [3, 7]) { Reference = x => Sorted(x[0], 7, descending: false), IsTwiceDifferentiable = true },
        new("sort dim 0 descending", x => x[0].Sort(0, descending: true).Values, [5, 2]) { Reference = x => Sorted(x[0].Transpose(0, 1), 5, descending: true).Transpose(0, 1), IsTwiceDifferentiable = true },
        new("argsort gathers the order", x => x[0].Gather(1, x[0].ArgSort(1)), [3, 300]) { Reference = x => Sorted(x[0], 300, descending: false), HasGradient = false },
        new("msort", x => x[0].MSort(), [5, 2]) { Reference = x => Sorted(x[0].Transpose(0, 1), 5, descending: false).Transpose(0, 1) },
        new("topk", x => x[0].TopK(3).Values, [4, 9]) { Reference = x => Sorted(x[0], 3, descending: true), IsTwiceDifferentiable = true },
        new("topk smallest of many", x => x[0].TopK(150, largest: false).Values, [2, 200]) { Reference = x => Sorted(x[0], 150, descending: false), HasGradient = false },
        new("kthValue", x => x[0].KthValue(2, 1).Values, [3, 5]) { Reference = x => Sorted(x[0], 2, descending: false)[.., 1], IsTwiceDifferentiable = true },
    ];
}
