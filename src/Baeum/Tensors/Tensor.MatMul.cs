namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>The matrix product: [..., m, k] · [..., k, n] = [..., m, n]; the dimensions before the last two broadcast.</summary>
    /// <remarks>
    /// A vector on the left is a row, on the right a column, and its dimension of size one disappears again; two vectors give their inner
    /// product. Transposed and strided operands are read where they lie.
    /// </remarks>
    /// <exception cref="ArgumentException">The inner sizes differ, or the batch dimensions do not broadcast.</exception>
    public Tensor MatMul(Tensor other) => MatMulOp.Apply(this, other);

    /// <summary>The inner product of two vectors of the same length.</summary>
    /// <exception cref="ArgumentException">One is no vector, or the lengths differ.</exception>
    public Tensor Dot(Tensor other)
    {
        if (Rank != 1 || other.Rank != 1 || Count != other.Count) throw new ArgumentException($"Dot: needs two vectors of one length, got {Shape} and {other.Shape}. Products of matrices are MatMul.");
        return MatMulOp.Apply(this, other);
    }

    /// <summary>A matrix [m, k] times a vector [k].</summary>
    /// <exception cref="ArgumentException">The shapes are others.</exception>
    public Tensor Mv(Tensor vector)
    {
        if (Rank != 2 || vector.Rank != 1 || Shape[1] != vector.Count) throw new ArgumentException($"Mv: needs a matrix [m, k] and a vector [k], got {Shape} and {vector.Shape}.");
        return MatMulOp.Apply(this, vector);
    }

    /// <summary>The products of two lists of matrices: [batch, m, k] · [batch, k, n], without broadcasting.</summary>
    /// <exception cref="ArgumentException">The shapes are others.</exception>
    public Tensor Bmm(Tensor other)
    {
        if (Rank != 3 || other.Rank != 3 || Shape[0] != other.Shape[0]) throw new ArgumentException($"Bmm: needs shapes [batch, m, k] and [batch, k, n], got {Shape} and {other.Shape}; MatMul broadcasts.");
        return MatMulOp.Apply(this, other);
    }

    /// <summary>beta · this + alpha · (a · b), as PyTorch's <c>addmm</c>; this broadcasts to the product.</summary>
    public Tensor AddMM(Tensor a, Tensor b, double beta = 1, double alpha = 1)
    {
        if (a.Rank != 2 || b.Rank != 2) throw new ArgumentException($"AddMM: needs two matrices, got {a.Shape} and {b.Shape}.");
        var product = MatMulOp.Apply(a, b);
        return (beta == 1 ? this : this * beta) + (alpha == 1 ? product : product * alpha);
    }

    /// <summary>x · weightᵀ + bias: the last dimension [..., inputs] becomes [..., outputs].</summary>
    /// <param name="weight">[outputs, inputs], as PyTorch keeps it.</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public Tensor Linear(Tensor weight, Tensor? bias = null) => LinearOp.Apply(this, weight, bias);
}
