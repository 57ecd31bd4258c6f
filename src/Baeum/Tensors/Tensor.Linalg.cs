namespace Baeum;

// Linear algebra on matrices [..., rows, columns]; leading dimensions are a batch. Float32 is computed in Float64 and rounded at the end.
// Gradients flow through all of them; those of eigenvectors and singular vectors exist only where the values differ.
public sealed partial class Tensor
{
    /// <summary>The inverses of square matrices.</summary>
    /// <exception cref="ArithmeticException">A matrix is singular; the message says which.</exception>
    public Tensor Inverse()
    {
        Matrices.Require(this, nameof(Inverse), square: true);
        var unit = Eye(Shape[-1], dtype: DType.Float64).BroadcastTo(Shape);
        return SolveOp.Apply(To(DType.Float64), unit, nameof(Inverse)).To(DType);
    }

    /// <summary>The solution x of this · x = b: [..., n, n] and [..., n, columns], or [n] for one vector. Batches broadcast.</summary>
    /// <exception cref="ArithmeticException">A matrix is singular; the message says which.</exception>
    public Tensor Solve(Tensor b)
    {
        Matrices.Require(this, nameof(Solve), square: true);
        return WithColumns(b, nameof(Solve), static (a, columns) => SolveOp.Apply(a, columns, nameof(Solve)));
    }

    /// <summary>The solution x of this · x = b for triangular matrices, of which only one triangle is read.</summary>
    /// <param name="b">[..., n, columns], or [n] for one vector.</param>
    /// <param name="upper">Whether the upper triangle is read.</param>
    /// <param name="unitDiagonal">Whether the diagonal counts as ones.</param>
    public Tensor SolveTriangular(Tensor b, bool upper, bool unitDiagonal = false)
    {
        Matrices.Require(this, nameof(SolveTriangular), square: true);
        return WithColumns(b, nameof(SolveTriangular), (a, columns) => SolveTriangularOp.Apply(a, columns, upper, unitDiagonal, nameof(SolveTriangular)));
    }

    /// <summary>
    /// The x with the least |this · x - b|, and of several such the shortest: [..., m, n] and [..., m, columns], or [m] for one vector.
    /// </summary>
    /// <remarks>Householder's QR where the columns are independent, the pseudo-inverse otherwise.</remarks>
    public Tensor LeastSquares(Tensor b)
    {
        Matrices.Require(this, nameof(LeastSquares), square: false);
        return WithColumns(b, nameof(LeastSquares), static (a, columns) =>
        {
            if (a.Shape[-2] < a.Shape[-1]) return a.PseudoInverse().MatMul(columns);
            var (q, r) = a.QR();
            return HasFullRank(r) ? SolveTriangularOp.Apply(r, q.MT.MatMul(columns), upper: true, unit: false, nameof(LeastSquares)) : a.PseudoInverse().MatMul(columns);
        });
    }

    private static bool HasFullRank(Tensor r)
    {
        var diagonal = r.Detach().Diagonal(0, -2, -1).ToArray<double>();
        int n = r.Shape[-1];
        for (int first = 0; first < diagonal.Length; first += n)
        {
            var sizes = diagonal[first..(first + n)].Select(Math.Abs).ToArray();
            if (!(sizes.Min() > 1e-12 * sizes.Max())) return false;
        }
        return true;
    }

    /// <summary>Brings two operands to Float64 and one batch shape, computes, and gives the result in their own type and shape.</summary>
    private Tensor WithColumns(Tensor b, string operation, Func<Tensor, Tensor, Tensor> compute)
    {
        bool isVector = b.Rank == 1 || (b.Rank == Rank - 1 && b.Shape.Equals(Shape.Without(Rank - 1)));
        var columns = isVector ? b.Unsqueeze(-1) : b;
        Matrices.Require(columns, operation, square: false);
        if (columns.Shape[-2] != Shape[-2]) throw new ArgumentException($"{operation}: a {Shape} and b {b.Shape} do not fit: {Shape[-2]} rows and {columns.Shape[-2]}.");
        var batch = Shape.Broadcast(Matrices.Batch(this), Matrices.Batch(columns), operation);
        var x = compute(
            To(DType.Float64).BroadcastTo(Matrices.Of(batch, Shape[-2], Shape[-1])),
            columns.To(DType.Float64).BroadcastTo(Matrices.Of(batch, columns.Shape[-2], columns.Shape[-1])));
        return (isVector ? x.Squeeze(-1) : x).To(DTypes.Promote(DType, b.DType));
    }

    /// <summary>The determinants of square matrices: [..., n, n] to [...].</summary>
    public Tensor Determinant()
    {
        Matrices.Require(this, nameof(Determinant), square: true);
        return DeterminantOp.Apply(To(DType.Float64)).To(DType);
    }

    /// <summary>The sign (0 if singular) and the logarithm of the absolute value of determinants, which do not overflow.</summary>
    public (Tensor Sign, Tensor LogAbsDet) SlogDet()
    {
        Matrices.Require(this, nameof(SlogDet), square: true);
        var (sign, log) = SlogDetOp.Apply(To(DType.Float64));
        return (sign.To(DType), log.To(DType));
    }

    /// <summary>The lower triangular l with l · lᵀ equal to this symmetric positive definite matrix, of which the lower triangle is read.</summary>
    /// <exception cref="ArithmeticException">A matrix is not positive definite; the message says which.</exception>
    public Tensor Cholesky()
    {
        Matrices.Require(this, nameof(Cholesky), square: true);
        return CholeskyOp.Apply(To(DType.Float64)).To(DType);
    }

    /// <summary>Reduced QR decomposition: [..., m, n] = q [..., m, k] · r [..., k, n], k the smaller of m and n.</summary>
    public (Tensor Q, Tensor R) QR()
    {
        Matrices.Require(this, nameof(QR), square: false);
        int rows = Shape[-2], columns = Shape[-1];
        var a = To(DType.Float64);
        var (q, r) = QrOp.Apply(columns > rows ? a.Narrow(-1, 0, rows) : a);
        if (columns > rows) r = Cat([r, q.MT.MatMul(a.Narrow(-1, rows, columns - rows))], -1);
        return (q.To(DType), r.To(DType));
    }

    /// <summary>Eigenvalues, ascending, [..., n] and orthonormal eigenvectors, columns of [..., n, n], of symmetric matrices, of which the lower triangle is read.</summary>
    public (Tensor Values, Tensor Vectors) Eigh()
    {
        Matrices.Require(this, nameof(Eigh), square: true);
        var (values, vectors) = EighOp.Apply(To(DType.Float64));
        return (values.To(DType), vectors.To(DType));
    }

    /// <summary>
    /// Reduced singular value decomposition: [..., m, n] = u [..., m, k] · diag(s) · vh [..., k, n], k the smaller of m and n, s descending.
    /// </summary>
    public (Tensor U, Tensor S, Tensor Vh) SVD()
    {
        Matrices.Require(this, nameof(SVD), square: false);
        var a = To(DType.Float64);
        if (Shape[-2] >= Shape[-1])
        {
            var (u, s, vh) = SvdOp.Apply(a);
            return (u.To(DType), s.To(DType), vh.To(DType));
        }
        var (left, values, right) = SvdOp.Apply(a.MT);
        return (right.MT.To(DType), values.To(DType), left.MT.To(DType));
    }

    /// <summary>The Moore-Penrose inverse [..., n, m] of [..., m, n].</summary>
    /// <param name="tolerance">Singular values up to this part of the largest count as zero; by default max(m, n) times the type's precision.</param>
    public Tensor PseudoInverse(double? tolerance = null)
    {
        Matrices.Require(this, nameof(PseudoInverse), square: false);
        return PseudoInverseOp.Apply(To(DType.Float64), tolerance ?? RankTolerance).To(DType);
    }

    /// <summary>The number of singular values above a part of the largest: Int64 [...].</summary>
    /// <param name="tolerance">That part; by default max(m, n) times the type's precision.</param>
    public Tensor MatrixRank(double? tolerance = null)
    {
        Matrices.Require(this, nameof(MatrixRank), square: false);
        var s = Detach().To(DType.Float64).SVD().S;
        int k = s.Shape[-1];
        var values = s.ToArray<double>();
        var ranks = new long[Matrices.Batch(this).Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] > (tolerance ?? RankTolerance) * values[i / k * k]) ranks[i / k]++;
        }
        return Wrap(ranks, Matrices.Batch(this));
    }

    private double RankTolerance => Math.Max(Shape[-1], Shape[-2]) * (DType == DType.Float32 ? 1.1920929e-7 : 2.220446049250313e-16);

    /// <summary>Square matrices multiplied with themselves; negative exponents take the inverse, 0 gives unit matrices.</summary>
    public Tensor MatrixPower(int exponent)
    {
        Matrices.Require(this, nameof(MatrixPower), square: true);
        if (exponent == 0) return Eye(Shape[-1], dtype: DType).BroadcastTo(Shape).Clone();
        var power = exponent < 0 ? Inverse() : this;
        Tensor? product = null;
        for (uint rest = (uint)Math.Abs((long)exponent); rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0) product = product is null ? power : product.MatMul(power);
            if (rest > 1) power = power.MatMul(power);
        }
        return product!;
    }

    /// <summary>A norm of matrices: [..., m, n] to [...].</summary>
    /// <param name="order">
    /// Null for Frobenius' norm; 1 and -1 the largest and smallest column sum of absolute values, infinity and -infinity the row sums; 2 and
    /// -2 the largest and smallest singular value.
    /// </param>
    public Tensor MatrixNorm(double? order = null)
    {
        Matrices.Require(this, nameof(MatrixNorm), square: false);
        return order switch
        {
            null => (this * this).Sum([-2, -1]).Sqrt(),
            1 => Abs().Sum(-2).AMax(-1),
            -1 => Abs().Sum(-2).AMin(-1),
            double.PositiveInfinity => Abs().Sum(-1).AMax(-1),
            double.NegativeInfinity => Abs().Sum(-1).AMin(-1),
            2 => SVD().S.Select(-1, 0),
            -2 => SVD().S.Select(-1, -1),
            _ => throw new ArgumentException(FormattableString.Invariant($"MatrixNorm: there is no norm of order {order}; choose null (Frobenius), 1, -1, 2, -2 or an infinity.")),
        };
    }

    /// <summary>The sum of the singular values: [..., m, n] to [...].</summary>
    public Tensor NuclearNorm() => SVD().S.Sum(-1);

    /// <summary>
    /// How much a relative error of the data can grow in a solution: the norm times the norm of the inverse; for order 2 (the default) the
    /// largest by the smallest singular value, for any shape.
    /// </summary>
    /// <param name="order">As in <see cref="MatrixNorm"/>; null means 2 here.</param>
    public Tensor ConditionNumber(double? order = null)
    {
        if (order is null or 2) return MatrixNorm(2) / MatrixNorm(-2);
        if (order is -2) return MatrixNorm(-2) / MatrixNorm(2);
        return MatrixNorm(order) * Inverse().MatrixNorm(order);
    }
}
