using Baeum.Kernels;

namespace Baeum;

/// <summary>The lower triangular l with l · lᵀ = a.</summary>
internal sealed class CholeskyOp(Tensor a, Tensor y) : Node(a)
{
    private readonly Saved y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a)
    {
        var source = a.Detach().Contiguous();
        var y = Tensor.Allocate(a.Shape, DType.Float64);
        for (int i = 0; i < Matrices.Batch(a).Count; i++)
        {
            int row = LinalgKernels.Cholesky(Matrices.Read(source, i), a.Shape[-1], Matrices.Write(y, i));
            if (row >= 0) throw Matrices.Fault("Cholesky", a, i, $"is not positive definite: the leading block of {row + 1} rows is not. Adding a small number to the diagonal may help.");
        }
        return Autograd.Records(a) ? y.Record(new CholeskyOp(a, y)) : y;
    }

    // Murray, "Differentiation of the Cholesky decomposition", 2016
    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var l = y.Get(this);
        var phi = l.MT.MatMul(grad).Tril();
        phi -= phi.Diagonal(0, -2, -1).DiagEmbed() * 0.5;
        var left = SolveTriangularOp.Apply(l.MT, phi, upper: true, unit: false, Name);
        var s = SolveTriangularOp.Apply(l.MT, left.MT, upper: true, unit: false, Name);
        pass.Send(0, (s + s.MT) * 0.5);
    }
}

/// <summary>q [..., m, n] with orthonormal columns and upper triangular r [..., n, n]; m is at least n.</summary>
internal sealed class QrOp(Tensor a, Tensor q, Tensor r) : MultiNode(2, [a])
{
    private readonly Saved q = q, r = r;

    protected internal override bool IsDifferentiable => true;

    internal static (Tensor Q, Tensor R) Apply(Tensor a)
    {
        int rows = a.Shape[-2], columns = a.Shape[-1];
        var batch = Matrices.Batch(a);
        var source = a.Detach().MT.Clone();
        Tensor q = Tensor.Allocate(source.Shape, DType.Float64), r = Tensor.Allocate(Matrices.Of(batch, columns, columns), DType.Float64);
        for (int i = 0; i < batch.Count; i++) LinalgKernels.Qr(Matrices.Write(source, i), rows, columns, Matrices.Write(q, i), Matrices.Write(r, i));
        q = q.MT.Contiguous();
        if (!Autograd.Records(a)) return (q, r);
        var node = new QrOp(a, q, r);
        return (q.Record(node, 0), r.Record(node, 1));
    }

    // Walter & Lehmann, "Algorithmic differentiation of linear algebra functions", 2010
    protected internal override void Backward(Tensor?[] grads, BackwardPass pass)
    {
        Tensor q = this.q.Get(this), r = this.r.Get(this);
        Tensor byQ = grads[0] ?? Tensor.ZerosLike(q), byR = grads[1] ?? Tensor.ZerosLike(r);
        var m = r.MatMul(byR.MT) - byQ.MT.MatMul(q);
        var symmetric = m.Tril() + m.Tril(-1).MT;
        pass.Send(0, SolveTriangularOp.Apply(r, (byQ + q.MatMul(symmetric)).MT, upper: true, unit: false, Name).MT);
    }
}

/// <summary>Eigenvalues and orthonormal eigenvectors (columns) of symmetric matrices.</summary>
internal sealed class EighOp(Tensor a, Tensor values, Tensor vectors) : MultiNode(2, [a])
{
    private readonly Saved values = values, vectors = vectors;

    protected internal override bool IsDifferentiable => true;

    internal static (Tensor Values, Tensor Vectors) Apply(Tensor a)
    {
        int n = a.Shape[-1];
        var batch = Matrices.Batch(a);
        var source = a.Detach().Contiguous();
        Tensor values = Tensor.Allocate(Matrices.Of(batch, n), DType.Float64), vectors = Tensor.Allocate(a.Shape, DType.Float64);
        for (int i = 0; i < batch.Count; i++)
        {
            if (!LinalgKernels.Eigh(Matrices.Read(source, i), n, values.Write<double>().Slice(i * n, n), Matrices.Write(vectors, i)))
                throw Matrices.Fault("Eigh", a, i, "does not converge; look for values that are not finite.");
        }
        vectors = vectors.MT.Contiguous();
        if (!Autograd.Records(a)) return (values, vectors);
        var node = new EighOp(a, values, vectors);
        return (values.Record(node, 0), vectors.Record(node, 1));
    }

    protected internal override void Backward(Tensor?[] grads, BackwardPass pass)
    {
        Tensor w = values.Get(this), v = vectors.Get(this);
        var inner = grads[0] is { } byValues ? byValues.DiagEmbed() : Tensor.ZerosLike(v);
        if (grads[1] is { } byVectors)
        {
            // ones on the diagonal, where the numerator does not matter: vectors keep their length
            var distances = w.Unsqueeze(-2) - w.Unsqueeze(-1) + Tensor.Eye(w.Shape[-1], dtype: w.DType);
            var turned = v.MT.MatMul(byVectors) / distances;
            inner += turned - turned.Diagonal(0, -2, -1).DiagEmbed();
        }
        pass.Send(0, v.MatMul(inner).MatMul(v.MT));
    }
}

/// <summary>a [..., m, n] = u · diag(s) · vh, m at least n; s descending.</summary>
internal sealed class SvdOp(Tensor a, Tensor u, Tensor s, Tensor vh) : MultiNode(3, [a])
{
    private readonly Saved u = u, s = s, vh = vh;

    protected internal override bool IsDifferentiable => true;

    internal static (Tensor U, Tensor S, Tensor Vh) Apply(Tensor a)
    {
        int rows = a.Shape[-2], columns = a.Shape[-1];
        var batch = Matrices.Batch(a);
        var u = a.Detach().MT.Clone();
        Tensor s = Tensor.Allocate(Matrices.Of(batch, columns), DType.Float64), vh = Tensor.Allocate(Matrices.Of(batch, columns, columns), DType.Float64);
        for (int i = 0; i < batch.Count; i++)
        {
            if (!LinalgKernels.Svd(Matrices.Write(u, i), rows, columns, s.Write<double>().Slice(i * columns, columns), Matrices.Write(vh, i)))
                throw Matrices.Fault("SVD", a, i, "does not converge; look for values that are not finite.");
        }
        u = u.MT.Contiguous();
        if (!Autograd.Records(a)) return (u, s, vh);
        var node = new SvdOp(a, u, s, vh);
        return (u.Record(node, 0), s.Record(node, 1), vh.Record(node, 2));
    }

    // Townsend, "Differentiating the singular value decomposition", 2016
    protected internal override void Backward(Tensor?[] grads, BackwardPass pass)
    {
        Tensor u = this.u.Get(this), s = this.s.Get(this), vh = this.vh.Get(this);
        Tensor row = s.Unsqueeze(-2), column = s.Unsqueeze(-1);
        var distances = row * row - column * column + Tensor.Eye(s.Shape[-1], dtype: s.DType);
        var inner = grads[1] is { } byS ? byS.DiagEmbed() : Tensor.ZerosLike(vh);
        if (grads[0] is { } byU) inner += Skew(u.MT.MatMul(byU)) / distances * row;
        if (grads[2] is { } byVh) inner += column * (Skew(vh.MatMul(byVh.MT)) / distances);
        var byA = u.MatMul(inner).MatMul(vh);
        if (grads[0] is { } outside && u.Shape[-2] > u.Shape[-1]) byA += ((outside - u.MatMul(u.MT.MatMul(outside))) / row).MatMul(vh);
        pass.Send(0, byA);
    }

    private static Tensor Skew(Tensor x) => x - x.MT;
}

/// <summary>The Moore-Penrose inverse, from singular values above a limit.</summary>
internal sealed class PseudoInverseOp(Tensor a, Tensor y) : Node(a)
{
    private readonly Saved a = a, y = y;

    protected internal override bool IsDifferentiable => true;

    /// <param name="a">[..., m, n].</param>
    /// <param name="tolerance">Singular values up to this part of the largest count as zero.</param>
    internal static Tensor Apply(Tensor a, double tolerance)
    {
        var (u, s, vh) = a.Detach().SVD();
        var values = s.ToArray<double>();
        int k = s.Shape[-1];
        for (int first = 0; first < values.Length; first += k)
        {
            double limit = tolerance * values[first];
            for (int i = first; i < first + k; i++) values[i] = values[i] > limit ? 1 / values[i] : 0;
        }
        var y = (vh.MT * Tensor.Wrap(values, s.Shape).Unsqueeze(-2)).MatMul(u.MT);
        return Autograd.Records(a) ? y.Record(new PseudoInverseOp(a, y)) : y;
    }

    // Golub & Pereyra, "The differentiation of pseudo-inverses", 1973
    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        Tensor a = this.a.Get(this), p = y.Get(this), g = grad.MT, pt = p.MT;
        var left = g.MatMul(p).MatMul(pt);
        var right = pt.MatMul(p).MatMul(g);
        pass.Send(0, left - a.MatMul(p.MatMul(left)) + right - right.MatMul(p).MatMul(a) - pt.MatMul(grad).MatMul(pt));
    }
}
