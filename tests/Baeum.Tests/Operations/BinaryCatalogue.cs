using static Baeum.Tests.Operations.OperationCase;

namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    private static OperationCase Pair(string name, Func<Tensor, Tensor, Tensor> apply, Func<double, double, double> reference, Func<double, double>? domain = null) =>
        new(name, x => apply(x[0], x[1]), [3, 1, 4], [5, 4]) { Reference = Each(reference), Domain = domain ?? (x => x), IsTwiceDifferentiable = true };

    private static OperationCase[] BinaryMath =>
    [
        Pair("pow", (a, b) => a.Pow(b), Math.Pow, Positive),
        Pair("atan2", (a, b) => a.Atan2(b), Math.Atan2, AwayFromZero),
        Pair("maximum", (a, b) => a.Maximum(b), Math.Max),
        Pair("minimum", (a, b) => a.Minimum(b), Math.Min),
        Pair("hypot", (a, b) => a.Hypot(b), (a, b) => Math.Sqrt(a * a + b * b), AwayFromZero),
        Pair("fmod", (a, b) => (a * 3.0).Fmod(b), (a, b) => a * 3 % b, AwayFromZero),
        Pair("remainder", (a, b) => (a * 3.0).Remainder(b), (a, b) => a * 3 - Math.Floor(a * 3 / b) * b, AwayFromZero),
        Pair("floor divide", (a, b) => (a * 3.0).FloorDivide(b) * a, (a, b) => Math.Floor(a * 3 / b) * a, AwayFromZero),
        Pair("lerp", (a, b) => a.Lerp(b, 0.3), (a, b) => a + 0.3 * (b - a)),
        Pair("lerp from the end", (a, b) => a.Lerp(b, 0.8), (a, b) => a + 0.8 * (b - a)),
        Pair("lerp by tensor", (a, b) => a.Lerp(b, a), (a, b) => a + a * (b - a)),
        Pair("addcmul", (a, b) => a.AddCMul(a, b, 0.5), (a, b) => a + 0.5 * a * b),
        Pair("addcdiv", (a, b) => a.AddCDiv(a, b, 0.5), (a, b) => a + 0.5 * a / b, AwayFromZero),
        Pair("where", (a, b) => Tensor.Where(a > b, a * 2.0, b), (a, b) => a > b ? 2 * a : b),
        Pair("where number", (a, b) => Tensor.Where(a > b, 3, b) + a, (a, b) => (a > b ? 3 : b) + a),
        Pair("masked fill", (a, b) => a.MaskedFill(b > 0, -7) + b, (a, b) => (b > 0 ? -7 : a) + b),
        Pair("clamp by tensors", (a, b) => a.Clamp(b, b + 0.5), (a, b) => Math.Clamp(a, b, b + 0.5)),
        new("cosine similarity", x => x[0].CosineSimilarity(x[1], 1), [3, 5], [3, 5]) { Reference = x => (x[0] * x[1]).Sum(1) / ((x[0] * x[0]).Sum(1) * (x[1] * x[1]).Sum(1)).Sqrt(), IsTwiceDifferentiable = true },
        new("pairwise distance", x => x[0].PairwiseDistance(x[1], 3), [4, 5], [4, 5]) { Reference = x => (x[0] - x[1] + 1e-6).Abs().Pow(3.0).Sum(1).Pow(1.0 / 3), IsTwiceDifferentiable = true },
        new("normalize", x => x[0].Normalize(2, 0), [4, 3]) { Reference = x => x[0] / (x[0] * x[0]).Sum(0).Sqrt(), IsTwiceDifferentiable = true },
    ];
}
