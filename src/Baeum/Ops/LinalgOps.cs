using System.Globalization;
using Baeum.Kernels;

namespace Baeum;

/// <summary>What the operations on batches of matrices share. All compute in Float64; the public methods convert.</summary>
internal static class Matrices
{
    /// <summary>Checks that a tensor holds matrices of numbers.</summary>
    internal static void Require(Tensor x, string operation, bool square)
    {
        if (x.Rank < 2) throw new ArgumentException($"{operation}: needs matrices [..., rows, columns], got shape {x.Shape}.");
        if (square && x.Shape[-1] != x.Shape[-2]) throw new ArgumentException($"{operation}: needs square matrices, got shape {x.Shape}.");
        if (!x.DType.IsCompute()) throw new NotSupportedException($"{operation}: needs Float32 or Float64, got {x.Describe()}; convert it with To(DType.Float64).");
    }

    /// <summary>The shape before the last two dimensions.</summary>
    internal static Shape Batch(Tensor x) => Shape.Create(x.Shape.Sizes.AsSpan(0, x.Rank - 2));

    internal static Shape Of(Shape batch, params ReadOnlySpan<int> sizes) => Shape.Own([.. batch.Sizes, .. sizes]);

    /// <summary>Matrix <paramref name="i"/> of a contiguous batch.</summary>
    internal static ReadOnlySpan<double> Read(Tensor x, int i) => x.Read<double>().Slice(i * x.Shape[-1] * x.Shape[-2], x.Shape[-1] * x.Shape[-2]);

    /// <inheritdoc cref="Read"/>
    internal static Span<double> Write(Tensor x, int i) => x.Write<double>().Slice(i * x.Shape[-1] * x.Shape[-2], x.Shape[-1] * x.Shape[-2]);

    /// <summary>Names a matrix of the batch in an error.</summary>
    internal static ArithmeticException Fault(string operation, Tensor x, int i, string what) => new(string.Create(CultureInfo.InvariantCulture,
        $"{operation}: {(x.Rank == 2 ? "the matrix" : $"matrix {i} of the batch")} {x.Shape} {what}"));

    internal static ArithmeticException Singular(string operation, Tensor x, int i, int column) =>
        Fault(operation, x, i, $"is singular: column {column} depends on the columns before it. PseudoInverse or LeastSquares accept such matrices; adding a small number to the diagonal makes it regular.");
}

/// <summary>a⁻¹ · b by LU decomposition with partial pivoting; batches are equal.</summary>
internal sealed class SolveOp(Tensor a, Tensor b, Tensor y) : Node(a, b)
{
    private readonly Saved a = a, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b, string operation)
    {
        int n = a.Shape[-1];
        var lu = a.Detach().Clone();
        var y = b.Detach().Clone();
        var pivots = new int[n];
        for (int i = 0; i < Matrices.Batch(a).Count; i++)
        {
            int singular = LinalgKernels.Lu(Matrices.Write(lu, i), n, pivots).Singular;
            if (singular >= 0) throw Matrices.Singular(operation, a, i, singular);
            LinalgKernels.LuSolve(Matrices.Read(lu, i), n, pivots, Matrices.Write(y, i), b.Shape[-1]);
        }
        return Autograd.Records(a, b) ? y.Record(new SolveOp(a, b, y)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var byB = Apply(a.Get(this).MT.Contiguous(), grad, Name);
        pass.Send(1, byB);
        if (pass.Needs(0)) pass.Send(0, -byB.MatMul(y.Get(this).MT));
    }
}

/// <summary>a⁻¹ · b for triangular a, of which only that triangle is read; batches are equal.</summary>
internal sealed class SolveTriangularOp(Tensor a, Tensor b, Tensor y, bool upper, bool unit) : Node(a, b)
{
    private readonly Saved a = a, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b, bool upper, bool unit, string operation)
    {
        var factors = a.Detach().Contiguous();
        var y = b.Detach().Clone();
        for (int i = 0; i < Matrices.Batch(a).Count; i++)
        {
            if (!LinalgKernels.SolveTriangular(Matrices.Read(factors, i), a.Shape[-1], Matrices.Write(y, i), b.Shape[-1], upper, unit))
                throw Matrices.Fault(operation, a, i, "is singular: there is a zero on its diagonal.");
        }
        return Autograd.Records(a, b) ? y.Record(new SolveTriangularOp(a, b, y, upper, unit)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var byB = Apply(a.Get(this).MT, grad, !upper, unit, Name);
        pass.Send(1, byB);
        if (!pass.Needs(0)) return;
        var byA = -byB.MatMul(y.Get(this).MT);
        pass.Send(0, upper ? byA.Triu(unit ? 1 : 0) : byA.Tril(unit ? -1 : 0));
    }
}

/// <summary>The sign and the logarithm of the absolute value of determinants.</summary>
internal sealed class SlogDetOp(Tensor a) : Node(a)
{
    private readonly Saved a = a;

    protected internal override bool IsDifferentiable => true;

    internal static (Tensor Sign, Tensor Log) Apply(Tensor a)
    {
        var (sign, log) = Compute(a);
        return (sign, Autograd.Records(a) ? log.Record(new SlogDetOp(a)) : log);
    }

    internal static (Tensor Sign, Tensor Log) Compute(Tensor a)
    {
        int n = a.Shape[-1];
        var lu = a.Detach().Clone();
        var batch = Matrices.Batch(a);
        Tensor sign = Tensor.Allocate(batch, DType.Float64), log = Tensor.Allocate(batch, DType.Float64);
        var pivots = new int[n];
        for (int i = 0; i < batch.Count; i++)
        {
            var matrix = Matrices.Write(lu, i);
            double signs = LinalgKernels.Lu(matrix, n, pivots).Sign, logs = 0;
            for (int d = 0; d < n; d++)
            {
                double pivot = matrix[d * n + d];
                signs *= double.IsNaN(pivot) ? pivot : Math.Sign(pivot);
                logs += Math.Log(Math.Abs(pivot));
            }
            (sign.Write<double>()[i], log.Write<double>()[i]) = (signs, logs);
        }
        return (sign, log);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, grad.Unsqueeze(-1).Unsqueeze(-1) * a.Get(this).Inverse().MT);
}

/// <summary>Determinants: the product of the pivots.</summary>
internal sealed class DeterminantOp(Tensor a, Tensor y) : Node(a)
{
    private readonly Saved a = a, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a)
    {
        int n = a.Shape[-1];
        var lu = a.Detach().Clone();
        var y = Tensor.Allocate(Matrices.Batch(a), DType.Float64);
        var pivots = new int[n];
        for (int i = 0; i < y.Count; i++)
        {
            var matrix = Matrices.Write(lu, i);
            double product = LinalgKernels.Lu(matrix, n, pivots).Sign;
            for (int d = 0; d < n; d++) product *= matrix[d * n + d];
            y.Write<double>()[i] = product;
        }
        return Autograd.Records(a) ? y.Record(new DeterminantOp(a, y)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        Tensor a = this.a.Get(this), y = this.y.Get(this);
        bool regular = true;
        foreach (double determinant in y.Read<double>()) regular &= determinant != 0;
        // the cofactors; where a matrix is singular there is no inverse, and they come from its singular values
        var byA = regular ? y.Unsqueeze(-1).Unsqueeze(-1) * a.Inverse().MT : Cofactors(a);
        pass.Send(0, grad.Unsqueeze(-1).Unsqueeze(-1) * byA);
    }

    private static Tensor Cofactors(Tensor a)
    {
        var (u, s, vh) = a.SVD();
        int n = a.Shape[-1];
        var others = new List<Tensor>();
        for (int i = 0; i < n; i++)
        {
            var product = Tensor.Ones(s.Shape.Without(s.Rank - 1), s.DType);
            for (int j = 0; j < n; j++)
            {
                if (j != i) product *= s.Select(-1, j);
            }
            others.Add(product);
        }
        var sign = (Apply(u) * Apply(vh)).Unsqueeze(-1).Unsqueeze(-1);
        return sign * (u * Tensor.Stack(others, -1).Unsqueeze(-2)).MatMul(vh);
    }
}
