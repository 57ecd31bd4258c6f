using static Baeum.Tests.Operations.OperationCase;

namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    private static OperationCase Holds(string name, Func<Tensor, Tensor, Tensor> apply, Func<double, double, bool> reference) =>
        new(name, x => apply(x[0], x[1]), [3, 1, 4], [5, 4]) { Reference = x => Each((a, b) => reference(a, b) ? 1 : 0)(x), HasGradient = false, Domain = x => Math.Round(2 * x) };

    private static OperationCase[] Comparisons =>
    [
        Holds("less", (a, b) => a < b, (a, b) => a < b),
        Holds("less or equal", (a, b) => a <= b, (a, b) => a <= b),
        Holds("greater", (a, b) => a > b, (a, b) => a > b),
        Holds("greater or equal", (a, b) => a >= b, (a, b) => a >= b),
        Holds("equal", (a, b) => a.Eq(b), (a, b) => a == b),
        Holds("not equal", (a, b) => a.Ne(b), (a, b) => a != b),
        Holds("number on the left", (a, b) => (1.0 > a) & (b >= 1), (a, b) => 1 > a && b >= 1),
        Holds("and", (a, b) => (a > 0) & (b > 0), (a, b) => a > 0 && b > 0),
        Holds("or", (a, b) => (a > 0) | (b > 0), (a, b) => a > 0 || b > 0),
        Holds("xor", (a, b) => (a > 0) ^ (b > 0), (a, b) => a > 0 != b > 0),
        Holds("not", (a, b) => !(a > b), (a, b) => !(a > b)),
        Holds("logical and", (a, b) => a.LogicalAnd(b), (a, b) => a != 0 && b != 0),
        Holds("logical or", (a, b) => a.LogicalOr(b), (a, b) => a != 0 || b != 0),
        Holds("logical xor", (a, b) => a.LogicalXor(b), (a, b) => a != 0 != (b != 0)),
        Holds("close", (a, b) => a.IsClose(b, 0.2, 0.5), (a, b) => Math.Abs(a - b) <= 0.5 + 0.2 * Math.Abs(b)),
        Holds("is nan", (a, b) => (a / b).IsNaN(), (a, b) => double.IsNaN(a / b)),
        Holds("is infinite", (a, b) => (a / b).IsInf(), (a, b) => double.IsInfinity(a / b)),
        Holds("is finite", (a, b) => (a / b).IsFinite(), (a, b) => double.IsFinite(a / b)),
    ];
}
