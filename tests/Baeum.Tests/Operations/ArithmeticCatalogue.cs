using static Baeum.Tests.Operations.OperationCase;

namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    private static double AwayFromZero(double x) => x + Math.CopySign(0.5, x);

    private static OperationCase[] Arithmetic =>
    [
        new("add", x => x[0] + x[1], [3, 4], [3, 4]) { Reference = Each((a, b) => a + b), IsTwiceDifferentiable = true },
        new("add broadcast", x => x[0] + x[1], [2, 1, 4], [3, 1]) { Reference = Each((a, b) => a + b), IsTwiceDifferentiable = true },
        new("sub", x => x[0] - x[1], [3, 4], [4]) { Reference = Each((a, b) => a - b), IsTwiceDifferentiable = true },
        new("mul", x => x[0] * x[1], [3, 4], [3, 4]) { Reference = Each((a, b) => a * b), IsTwiceDifferentiable = true },
        new("mul broadcast", x => x[0] * x[1], [5, 1], [1, 7]) { Reference = Each((a, b) => a * b), IsTwiceDifferentiable = true },
        new("div", x => x[0] / x[1], [3, 4], [3, 4]) { Reference = Each((a, b) => a / b), Domain = AwayFromZero, IsTwiceDifferentiable = true },
        new("div scalar", x => 2.5 / x[0] - x[0] * 3.0, [17]) { Reference = Each(a => 2.5 / a - 3 * a), Domain = AwayFromZero, IsTwiceDifferentiable = true },
    ];

    private static OperationCase[] Views =>
    [
        new("reshape", x => x[0].Reshape(4, -1), [2, 3, 4]) { IsTwiceDifferentiable = true },
        new("reshape of transpose", x => x[0].Transpose(0, 2).Reshape(6, 4), [2, 3, 4]) { IsTwiceDifferentiable = true },
        new("permute", x => x[0].Permute(2, 0, 1), [2, 3, 4]) { IsTwiceDifferentiable = true },
        new("expand", x => x[0].Expand(5, 3, 4), [3, 1]) { IsTwiceDifferentiable = true },
        new("slice", x => x[0][1.., TensorIndex.Slice(0, null, 2)], [4, 5]) { IsTwiceDifferentiable = true },
        new("select", x => x[0].Select(1, -1), [4, 5, 2]) { IsTwiceDifferentiable = true },
        new("squeeze unsqueeze", x => x[0].Squeeze(1).Unsqueeze(0), [4, 1, 2]) { IsTwiceDifferentiable = true },
        new("split", x => x[0].Split(2, 1)[1] * 2.0, [3, 5]) { IsTwiceDifferentiable = true },
    ];
}
