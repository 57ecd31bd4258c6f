namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>
    /// One element of a dimension for each place of <paramref name="index"/>: for dim 1, y[i, j, k] = x[i, index[i, j, k], k].
    /// </summary>
    /// <param name="dim">The dimension that is indexed.</param>
    /// <param name="index">Int64, as many dimensions as this tensor, none larger than its own but <paramref name="dim"/>; negative indices count from the end.</param>
    public Tensor Gather(int dim, Tensor index)
    {
        if (Rank == 0 && index.Rank == 0) return Reshape(1).Gather(dim, index.Reshape(1)).Reshape(Shape.Scalar);
        return TakeOp.Apply(this, Blocks.Pointwise(Shape, Shape.Dim(dim, nameof(Gather)), index, nameof(Gather)));
    }

    /// <summary>
    /// A copy with elements replaced: for dim 1, y[i, index[i, j, k], k] = source[i, j, k]. Where an index repeats, the last one counts.
    /// </summary>
    /// <param name="dim">The dimension that is indexed.</param>
    /// <param name="index">Int64, as for <see cref="Gather"/>.</param>
    /// <param name="source">Broadcasts to the shape of <paramref name="index"/>.</param>
    public Tensor Scatter(int dim, Tensor index, Tensor source) => Scatter(dim, index, source, accumulate: false, nameof(Scatter));

    /// <summary>A copy with one number written at the places named; see <see cref="Scatter(int, Tensor, Tensor)"/>.</summary>
    public Tensor Scatter(int dim, Tensor index, double value) => Scatter(dim, index, Scalar(value, DType));

    /// <summary>A copy to which elements are added: for dim 1, y[i, index[i, j, k], k] += source[i, j, k]; repeated indices add up.</summary>
    public Tensor ScatterAdd(int dim, Tensor index, Tensor source) => Scatter(dim, index, source, accumulate: true, nameof(ScatterAdd));

    private Tensor Scatter(int dim, Tensor index, Tensor source, bool accumulate, string operation)
    {
        var blocks = Blocks.Pointwise(Shape, Shape.Dim(dim, operation), index, operation);
        return ScatterOp.Apply(this, source.BroadcastTo(index.Shape), blocks, accumulate, operation);
    }

    /// <summary>The slices along a dimension that a vector names: x[index] for dim 0, gradients of repeated indices add up.</summary>
    /// <param name="dim">The dimension.</param>
    /// <param name="index">Int64 [n]; negative indices count from the end.</param>
    public Tensor IndexSelect(int dim, Tensor index) => TakeOp.Apply(this, Slices(dim, index, nameof(IndexSelect)));

    /// <summary>A copy to whose slices along a dimension those of <paramref name="source"/> are added; repeated indices add up.</summary>
    /// <param name="dim">The dimension.</param>
    /// <param name="index">Int64 [n].</param>
    /// <param name="source">In the shape of this tensor with size n at <paramref name="dim"/>, or broadcast to it.</param>
    public Tensor IndexAdd(int dim, Tensor index, Tensor source)
    {
        var blocks = Slices(dim, index, nameof(IndexAdd));
        return ScatterOp.Apply(this, source.BroadcastTo(blocks.Shape), blocks, accumulate: true, nameof(IndexAdd));
    }

    private Blocks Slices(int dim, Tensor index, string operation)
    {
        int d = Shape.Dim(dim, operation);
        if (Rank == 0 || index.Rank > 1) throw new ArgumentException($"{operation}: needs a tensor with dimensions and an index vector, got shapes {Shape} and {index.Shape}.");
        return Blocks.Along(Shape, d, Blocks.Indices(index, Shape, d, operation));
    }

    /// <summary>The elements where a mask is true, as a vector; mask and tensor broadcast.</summary>
    public Tensor MaskedSelect(Tensor mask)
    {
        if (mask.DType != DType.Bool) throw new ArgumentException($"MaskedSelect: the mask must be Bool, got {mask.Describe()}.");
        var shape = Shape.Broadcast(Shape, mask.Shape, nameof(MaskedSelect));
        return BroadcastTo(shape).Reshape(-1)[mask.BroadcastTo(shape).Reshape(-1)];
    }

    /// <summary>As <see cref="Gather"/>, but sizes other than that of <paramref name="dim"/> broadcast; without a dimension the flattened tensor is indexed.</summary>
    public Tensor TakeAlongDim(Tensor index, int? dim = null)
    {
        if (dim is not { } named) return Reshape(-1).Gather(0, index.Reshape(-1));
        int d = Shape.Dim(named, nameof(TakeAlongDim));
        if (index.Rank != Rank) throw new ArgumentException($"TakeAlongDim: index {index.Shape} must have as many dimensions as shape {Shape}.");
        var joint = Shape.Broadcast(Shape.With(d, 1), index.Shape.With(d, 1), nameof(TakeAlongDim));
        return BroadcastTo(joint.With(d, Shape[d])).Gather(d, index.BroadcastTo(joint.With(d, index.Shape[d])));
    }

    /// <summary>The coordinates of all elements that are not zero, row by row: Int64 [n, rank].</summary>
    public Tensor NonZero()
    {
        var mask = To(DType.Bool).Contiguous().Read<bool>();
        var found = new List<int>();
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i]) found.Add(i);
        }
        var y = Allocate([found.Count, Rank], DType.Int64);
        var places = y.Write<long>();
        var strides = Shape.Strides;
        for (int i = 0, at = 0; i < found.Count; i++)
        {
            for (int d = 0, rest = found[i]; d < Rank; rest %= strides[d++]) places[at++] = rest / strides[d];
        }
        return y;
    }

    /// <summary>NumPy's name for <see cref="NonZero"/>.</summary>
    public Tensor ArgWhere() => NonZero();

    /// <summary>The lower triangle of each matrix, zeros above it.</summary>
    /// <param name="diagonal">The last diagonal that is kept: 0 the main one, positive above it.</param>
    public Tensor Tril(int diagonal = 0) => TriangleOp.Apply(this, diagonal, upper: false, nameof(Tril));

    /// <summary>The upper triangle of each matrix, zeros below it.</summary>
    /// <param name="diagonal">The first diagonal that is kept: 0 the main one, positive above it.</param>
    public Tensor Triu(int diagonal = 0) => TriangleOp.Apply(this, diagonal, upper: true, nameof(Triu));

    /// <summary>A matrix with a vector on a diagonal, or the diagonal of a matrix as a new vector.</summary>
    /// <param name="diagonal">0 the main diagonal, positive above it.</param>
    public Tensor Diag(int diagonal = 0) => Rank switch
    {
        1 => DiagEmbed(diagonal),
        2 => Diagonal(diagonal).Clone(),
        _ => throw new ArgumentException($"Diag: needs a vector or a matrix, got shape {Shape}; Diagonal and DiagEmbed work on batches."),
    };

    /// <summary>The diagonal of two dimensions as a new last dimension; a view.</summary>
    /// <param name="offset">0 the main diagonal, positive towards larger indices of <paramref name="dim1"/>.</param>
    /// <param name="dim0">The rows.</param>
    /// <param name="dim1">The columns.</param>
    public Tensor Diagonal(int offset = 0, int dim0 = 0, int dim1 = 1)
    {
        int a = Shape.Dim(dim0, nameof(Diagonal)), b = Shape.Dim(dim1, nameof(Diagonal));
        if (Rank < 2 || a == b) throw new ArgumentException($"Diagonal: needs two different dimensions of shape {Shape}, got {dim0} and {dim1}.");
        return DiagonalOp.Apply(this, offset, a, b);
    }

    /// <summary>Matrices with the vectors of the last dimension on a diagonal: [..., n] to [..., n, n] (larger by the offset).</summary>
    public Tensor DiagEmbed(int offset = 0)
    {
        if (Rank == 0) throw new ArgumentException("DiagEmbed: the tensor has no dimensions.");
        int size = Shape[-1] + Math.Abs(offset);
        return DiagonalScatterOp.Apply(this, offset, Rank - 1, Rank, Shape.Own([.. Shape.Sizes[..^1], size, size]));
    }

    /// <summary>The sum of the main diagonal of a matrix.</summary>
    public Tensor Trace() => Rank == 2 ? Diagonal().Sum() : throw new ArgumentException($"Trace: needs a matrix, got shape {Shape}; use Diagonal(0, -2, -1).Sum(-1) for a batch.");

    /// <summary>All products of the elements of two vectors: [n] and [m] to [n, m].</summary>
    public Tensor Outer(Tensor other) => Rank == 1 && other.Rank == 1 ? Unsqueeze(1) * other : throw new ArgumentException($"Outer: needs two vectors, got shapes {Shape} and {other.Shape}.");

    /// <summary>The Kronecker product: every element of this tensor times the whole other one, sizes multiply.</summary>
    public Tensor Kron(Tensor other)
    {
        int rank = Math.Max(Rank, other.Rank);
        int[] a = [.. Ones(rank - Rank), .. Shape.Sizes], b = [.. Ones(rank - other.Rank), .. other.Shape.Sizes];
        int[] left = new int[2 * rank], right = new int[2 * rank], sizes = new int[rank];
        for (int d = 0; d < rank; d++)
        {
            (left[2 * d], left[2 * d + 1]) = (a[d], 1);
            (right[2 * d], right[2 * d + 1]) = (1, b[d]);
            sizes[d] = checked(a[d] * b[d]);
        }
        return (Reshape(left) * other.Reshape(right)).Reshape(Shape.Own(sizes));
    }

    /// <summary>The vector product along a dimension of size three; the others broadcast.</summary>
    public Tensor Cross(Tensor other, int dim = -1)
    {
        var shape = Shape.Broadcast(Shape, other.Shape, nameof(Cross));
        int d = shape.Dim(dim, nameof(Cross));
        if (shape.Rank == 0 || shape[d] != 3) throw new ArgumentException($"Cross: needs size 3 at dimension {dim}, got shapes {Shape} and {other.Shape}.");
        Tensor a = BroadcastTo(shape), b = other.BroadcastTo(shape);
        return a.Roll(-1, d) * b.Roll(-2, d) - a.Roll(-2, d) * b.Roll(-1, d);
    }
}
