namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    /// <summary>Far enough from singular for differences.</summary>
    private static Tensor Regular(Tensor x) => x + Tensor.Eye(x.Shape[-1], dtype: x.DType) * 3.0;

    private static Tensor Symmetric(Tensor x) => x + x.MT;

    private static Tensor Positive(Tensor x) => x.MatMul(x.MT) + Tensor.Eye(x.Shape[-2], dtype: x.DType);

    /// <summary>Signs of decompositions are free: the largest element of each column is made positive.</summary>
    private static Tensor Signed(Tensor columns)
    {
        var largest = columns.Detach().Abs().ArgMax(-2, keepDim: true);
        return columns * columns.Gather(columns.Rank - 2, largest).Detach().Sign();
    }

    private static Tensor Unit(int batch, int n) => Build([batch, n, n], i => i[1] == i[2] ? 1 : 0);

    private static double Minor(Func<int, int, double> m) =>
        m(0, 0) * (m(1, 1) * m(2, 2) - m(1, 2) * m(2, 1)) - m(0, 1) * (m(1, 0) * m(2, 2) - m(1, 2) * m(2, 0)) + m(0, 2) * (m(1, 0) * m(2, 1) - m(1, 1) * m(2, 0));

    private static Tensor Sum(int[] shape, int inner, Func<int[], int, double> product) => Build(shape, i => Enumerable.Range(0, inner).Sum(k => product(i, k)));

    private static OperationCase[] Linalg =>
    [
        new("inverse", x => Regular(x[0]).Inverse(), [2, 4, 4]) { IsTwiceDifferentiable = true },
        new("inverse times matrix", x => Regular(x[0]).Inverse().MatMul(Regular(x[0])), [2, 4, 4]) { Reference = _ => Unit(2, 4) },
        new("solve", x => Regular(x[0]).Solve(x[1]), [3, 3], [2, 3, 2]) { IsTwiceDifferentiable = true },
        new("solve vector", x => Regular(x[0]).MatMul(Regular(x[0]).Solve(x[1])), [5, 5], [5]) { Reference = x => x[1] },
        new("determinant", x => x[0].Determinant(), [2, 3, 3]) { Reference = x => Build([2], i => Minor((r, c) => At(x[0], i[0], r, c))), IsTwiceDifferentiable = true },
        new("determinant of singular", x => (x[0].Unsqueeze(2) * x[0].Unsqueeze(1) * 0.5).Determinant(), [2, 2]) { Reference = _ => Tensor.Zeros([2], DType.Float64) },
        new("slogDet", x => Regular(x[0]).SlogDet().LogAbsDet, [2, 3, 3]) { Reference = x => Build([2], i => Math.Log(Math.Abs(Minor((r, c) => At(x[0], i[0], r, c) + (r == c ? 3 : 0))))), IsTwiceDifferentiable = true },
        new("cholesky", x => Positive(x[0]).Cholesky(), [2, 3, 3]) { IsTwiceDifferentiable = true },
        new("cholesky squared", x => Positive(x[0]).Cholesky().MatMul(Positive(x[0]).Cholesky().MT), [2, 5, 5]) { Reference = x => Positive(x[0]) },
        new("solveTriangular lower", x => Regular(x[0]).SolveTriangular(x[1], upper: false), [3, 3], [3, 2]) { IsTwiceDifferentiable = true },
        new("solveTriangular upper unit", x => x[0].SolveTriangular(x[1], upper: true, unitDiagonal: true), [3, 3], [2, 3, 2]) { IsTwiceDifferentiable = true },
        new("solveTriangular times matrix", x => Regular(x[0]).Triu().MatMul(Regular(x[0]).SolveTriangular(x[1], upper: true)), [4, 4], [4, 2]) { Reference = x => x[1] },
        new("qr q", x => x[0].QR().Q, [2, 4, 3]) { IsTwiceDifferentiable = true },
        new("qr r", x => x[0].QR().R, [3, 3]) { IsTwiceDifferentiable = true },
        new("qr wide", x => x[0].QR().R, [2, 4]),
        new("qr product", x => x[0].QR().Q.MatMul(x[0].QR().R), [2, 3, 5]) { Reference = x => x[0] },
        new("qr orthonormal", x => x[0].QR().Q.MT.MatMul(x[0].QR().Q), [2, 5, 3]) { Reference = _ => Unit(2, 3) },
        new("eigh values", x => Symmetric(x[0]).Eigh().Values, [2, 4, 4]) { IsTwiceDifferentiable = true, Float32Tolerance = 1e-4 },
        new("eigh vectors", x => Signed(Symmetric(x[0]).Eigh().Vectors), [3, 3]) { IsTwiceDifferentiable = true, Float32Tolerance = 1e-4 },
        new("eigh product", x => Rebuilt(Symmetric(x[0])), [2, 6, 6]) { Reference = x => Symmetric(x[0]) },
        new("svd s", x => x[0].SVD().S, [2, 4, 3]) { IsTwiceDifferentiable = true },
        new("svd u", x => Signed(x[0].SVD().U), [4, 3]) { IsTwiceDifferentiable = true, Float32Tolerance = 1e-4 },
        new("svd vh", x => Signed(x[0].SVD().Vh.MT), [2, 4]) { IsTwiceDifferentiable = true, Float32Tolerance = 1e-4 },
        new("svd product", x => (x[0].SVD().U * x[0].SVD().S.Unsqueeze(-2)).MatMul(x[0].SVD().Vh), [2, 3, 5]) { Reference = x => x[0] },
        new("leastSquares", x => x[0].LeastSquares(x[1]), [5, 3], [5, 2]) { Reference = x => x[0].MT.MatMul(x[0]).Solve(x[0].MT.MatMul(x[1])), IsTwiceDifferentiable = true, Float32Tolerance = 1e-4 },
        new("leastSquares wide", x => x[0].LeastSquares(x[1]), [2, 4], [2]) { Reference = x => x[0].MT.MatMul(x[0].MatMul(x[0].MT).Solve(x[1])) },
        new("pseudoInverse tall", x => x[0].PseudoInverse(), [2, 4, 3]) { Reference = x => x[0].MT.MatMul(x[0]).Inverse().MatMul(x[0].MT), IsTwiceDifferentiable = true, Float32Tolerance = 1e-4 },
        new("pseudoInverse wide", x => x[0].PseudoInverse(), [2, 4]) { Reference = x => x[0].MT.MatMul(x[0].MatMul(x[0].MT).Inverse()), IsTwiceDifferentiable = true },
        new("matrixPower", x => x[0].MatrixPower(5), [2, 3, 3]) { Reference = x => x[0].MatMul(x[0]).MatMul(x[0]).MatMul(x[0]).MatMul(x[0]), IsTwiceDifferentiable = true, Float32Tolerance = 1e-4 },
        new("matrixPower negative", x => Regular(x[0]).MatrixPower(-2), [3, 3]) { Reference = x => Regular(x[0]).Inverse().MatMul(Regular(x[0]).Inverse()) },
        new("matrixNorm", x => x[0].MatrixNorm(), [2, 3, 4]) { Reference = x => Build([2], i => Math.Sqrt(Enumerable.Range(0, 12).Sum(k => Math.Pow(At(x[0], i[0], k / 4, k % 4), 2)))) },
        new("matrixNorm 1", x => x[0].MatrixNorm(1), [3, 4]) { Reference = x => Build([], _ => Enumerable.Range(0, 4).Max(c => Enumerable.Range(0, 3).Sum(r => Math.Abs(At(x[0], r, c))))) },
        new("matrixNorm 2 and -2", x => x[0].MatrixNorm(2) + x[0].MatrixNorm(-2), [3, 4]),
        new("nuclearNorm", x => x[0].NuclearNorm(), [3, 4]),
        new("conditionNumber 1", x => Regular(x[0]).ConditionNumber(1), [3, 3]),
    ];

    private static Tensor Rebuilt(Tensor symmetric)
    {
        var (values, vectors) = symmetric.Eigh();
        return (vectors * values.Unsqueeze(-2)).MatMul(vectors.MT);
    }

    private static OperationCase[] Einsums =>
    [
        Einsum("ij,jk->ik", [[2, 3], [3, 4]], x => Sum([2, 4], 3, (i, k) => At(x[0], i[0], k) * At(x[1], k, i[1]))),
        Einsum("bhqd,bhkd->bhqk", [[2, 1, 3, 2], [2, 1, 4, 2]], x => Sum([2, 1, 3, 4], 2, (i, k) => At(x[0], i[0], 0, i[2], k) * At(x[1], i[0], 0, i[3], k))),
        Einsum("ii->i", [[3, 3]], x => Build([3], i => At(x[0], i[0], i[0]))),
        Einsum("ii", [[3, 3]], x => Sum([], 3, (_, k) => At(x[0], k, k))),
        Einsum("ba", [[2, 3]], x => Build([3, 2], i => At(x[0], i[1], i[0]))),
        Einsum("i,j->ji", [[2], [3]], x => Build([3, 2], i => At(x[0], i[1]) * At(x[1], i[0]))),
        Einsum("i,i->i", [[3], [3]], x => Build([3], i => At(x[0], i) * At(x[1], i))),
        Einsum("ij,j->", [[2, 3], [3]], x => Sum([], 6, (_, k) => At(x[0], k / 3, k % 3) * At(x[1], k % 3))),
        Einsum("...ij,...jk", [[2, 2, 3], [3, 2]], x => Sum([2, 2, 2], 3, (i, k) => At(x[0], i[0], i[1], k) * At(x[1], k, i[2]))),
        Einsum("i...,i...->...", [[3, 2], [3, 1]], x => Sum([2], 3, (i, k) => At(x[0], k, i[0]) * At(x[1], k, 0))),
        Einsum("ij,jk,kl->il", [[2, 3], [3, 4], [4, 2]], x => Sum([2, 2], 12, (i, k) => At(x[0], i[0], k / 4) * At(x[1], k / 4, k % 4) * At(x[2], k % 4, i[1]))),
        Einsum("a,ab,b", [[3], [3, 2], [2]], x => Sum([], 6, (_, k) => At(x[0], k / 2) * At(x[1], k / 2, k % 2) * At(x[2], k % 2))),
        Einsum("bij,bjj->bi", [[2, 3, 2], [2, 2, 2]], x => Sum([2, 3], 2, (i, k) => At(x[0], i[0], i[1], k) * At(x[1], i[0], k, k))),
    ];

    private static OperationCase Einsum(string equation, int[][] shapes, Func<Tensor[], Tensor> reference) =>
        new($"einsum {equation}", x => Tensor.Einsum(equation, x), shapes) { Reference = reference, IsTwiceDifferentiable = true };
}
