namespace Baeum.Tests.Tensors;

public class IndexingTests
{
    private static Tensor Counting() => Tensor.Arange(0, 24).To(DType.Float64).Reshape(2, 3, 4);

    [Fact]
    public void Index_tensors_side_by_side_stay_in_place_and_apart_come_first()
    {
        var x = Tensor.Zeros([2, 3, 4, 5]);
        var i = Tensor.From([[0L, 1, 0], [1, 0, 1]]);
        Assert.Equal([2, 3, 3, 4, 5], x[i].Shape);
        Assert.Equal([2, 2, 3, 5], x[.., i, i].Shape);
        Assert.Equal([2, 3, 3, 5], x[i, .., i].Shape);
        Assert.Equal([2, 3, 3, 5], x[0, .., i].Shape);
        Assert.Equal([2, 3, 3, 4], x[TensorIndex.Ellipsis, 0][i].Shape);
        Assert.Equal([2, 3, 2, 3], x[.., .., i, 1].Shape);
    }

    [Fact]
    public void Writing_through_indices_reaches_strided_memory()
    {
        var x = Counting();
        x.Transpose(0, 2)[Tensor.From(0L, -1), .., 1] = Tensor.From([[-1.0], [-2.0]]);
        Assert.Equal([12.0, 13, 14, 15], Counting()[1, 0].ToArray<double>());
        Assert.Equal([-1.0, 13, 14, -2], x[1, 0].ToArray<double>());
        Assert.Equal([-1.0, 21, 22, -2], x[1, 2].ToArray<double>());
        Assert.Equal([0.0, 1, 2, 3], x[0, 0].ToArray<double>());
    }

    [Fact]
    public void Masks_choose_and_are_written_through()
    {
        var x = Counting();
        var mask = x > 20.0;
        Assert.Equal([21.0, 22, 23], x[mask].ToArray<double>());
        x[mask] = Tensor.Scalar(0, DType.Float64);
        Assert.Equal(210, x.Sum().Item());
        Assert.Equal([0, 4], x[Tensor.From(false, false), 0].Shape);
        Assert.Equal([1, 2, 3, 4], x[Tensor.Full(Shape.Scalar, 1, DType.Bool)].Shape);
    }

    [Fact]
    public void Repeated_indices_accumulate_when_asked_and_the_last_one_wins_otherwise()
    {
        var index = Tensor.From(1L, 1, 0);
        var x = Tensor.Zeros([3]);
        x.IndexPutInPlace([index], Tensor.From(1f, 2, 3), accumulate: true);
        Assert.Equal([3f, 3, 0], x.ToArray<float>());
        x[index] = Tensor.From(1f, 2, 3);
        Assert.Equal([3f, 2, 0], x.ToArray<float>());
    }

    [Fact]
    public void A_tensor_can_be_shifted_onto_itself()
    {
        var x = Tensor.Arange(5);
        x[1..] = x[..^1];
        Assert.Equal([0L, 0, 1, 2, 3], x.ToArray<long>());
        x[Tensor.From(0L, 1, 2)] = x[2..];
        Assert.Equal([1L, 2, 3, 2, 3], x.ToArray<long>());
    }

    [Fact]
    public void Errors_name_index_dimension_and_shapes()
    {
        var x = Counting();
        Assert.Contains("index 3 at place 1", Assert.Throws<ArgumentOutOfRangeException>(() => x[.., Tensor.From(0L, 3)]).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => x[.., Tensor.Zeros([2, 3], DType.Bool)]).Message, StringComparison.Ordinal);
        Assert.Contains("[2], [3]", Assert.Throws<ArgumentException>(() => x[Tensor.From(0L, 1), Tensor.From(0L, 1, 2)]).Message, StringComparison.Ordinal);
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => { x[Tensor.From(0L, 1), 0, 0] = Tensor.Zeros([4]); }).Message, StringComparison.Ordinal);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>(() => x[Tensor.From(0f, 1)]).Message, StringComparison.Ordinal);
        Assert.Contains("matrix 1 of the batch", Assert.Throws<ArithmeticException>(() => Tensor.Stack([Tensor.Eye(2), Tensor.Ones([2, 2])]).Inverse()).Message, StringComparison.Ordinal);
        Assert.Contains("positive definite", Assert.Throws<ArithmeticException>(() => (-Tensor.Eye(2)).Cholesky()).Message, StringComparison.Ordinal);
        Assert.Contains("label 'j' has size 3", Assert.Throws<ArgumentException>(() => Tensor.Einsum("ij,jk", Tensor.Zeros([2, 3]), Tensor.Zeros([4, 5]))).Message, StringComparison.Ordinal);
        Assert.Contains("tensor 1 has shape [3]", Assert.Throws<ArgumentException>(() => Tensor.Stack([Tensor.Zeros([2]), Tensor.Zeros([3])])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_into_a_recorded_computation_is_refused()
    {
        var x = Counting().RequireGrad();
        Assert.Throws<InvalidOperationException>(() => { x[Tensor.From(0L)] = Tensor.Scalar(1); });
        Assert.Throws<InvalidOperationException>(() => x.IndexPutInPlace([0], Tensor.Scalar(1)));
    }

    [Fact]
    public void Sorting_is_stable_and_puts_NaN_last()
    {
        var x = Tensor.From(2.0, double.NaN, -0.0, 0.0, double.NegativeInfinity, 2.0);
        Assert.Equal([4L, 2, 3, 0, 5, 1], x.ArgSort().ToArray<long>());
        Assert.Equal([1L, 0, 5, 2, 3, 4], x.ArgSort(descending: true).ToArray<long>());
        Assert.Equal([1L, 0, 5], x.TopK(3).Indices.ToArray<long>());
        Assert.Equal(5, Tensor.Scalar(5).Sort().Values.Item());
        Assert.Equal([0, 3], Tensor.Zeros([0, 3]).Sort().Values.Shape);
    }

    [Fact]
    public void Unique_counts_and_finds_back()
    {
        var x = Tensor.From([[3L, 1], [3, 2]]);
        var (values, inverse, counts) = x.Unique();
        Assert.Equal([1L, 2, 3], values.ToArray<long>());
        Assert.Equal([1L, 1, 2], counts.ToArray<long>());
        Assert.Equal(x.ToArray<long>(), values[inverse].ToArray<long>());
    }

    [Fact]
    public void Counting_and_searching_agree_with_NumPy()
    {
        Assert.Equal([0L, 2, 0, 1, 0], Tensor.From(1L, 3, 1).BinCount(minLength: 5).ToArray<long>());
        Assert.Equal([0.0, 3], Tensor.From(1L, 1).BinCount(Tensor.From(1.0, 2)).ToArray<double>());
        Assert.Throws<ArgumentException>(() => Tensor.From(-1L).BinCount());
        var edges = Tensor.From(1.0, 2, 2, 3);
        Assert.Equal([0L, 1, 4], edges.SearchSorted(Tensor.From(0.5, 2, 9)).ToArray<long>());
        Assert.Equal([0L, 3, 4], edges.SearchSorted(Tensor.From(0.5, 2, 9), right: true).ToArray<long>());
        Assert.Equal([2L, 0, 1], Tensor.From(0.0, 0.1, 3, 7).Histogram(3, 0, 3).Counts.ToArray<long>());
        Assert.Equal([[0L, 1], [1, 0]], Tensor.From([[0.0, 2], [1, 0]]).NonZero().Unbind().Select(row => row.ToArray<long>()));
    }

    [Fact]
    public void Decompositions_of_rank_deficient_and_empty_matrices_are_complete()
    {
        var x = Tensor.From([[1.0, 2, 3], [2, 4, 6], [0, 0, 0]]);
        var (u, s, vh) = x.SVD();
        Assertions.Close(Tensor.Eye(3, dtype: DType.Float64), u.MT.MatMul(u), 1e-12);
        Assertions.Close(x, (u * s.Unsqueeze(-2)).MatMul(vh), 1e-12);
        Assert.Equal(1, x.MatrixRank().ItemLong());
        Assertions.Close(x, x.MatMul(x.PseudoInverse()).MatMul(x), 1e-12);
        Assert.Equal(0, x.Determinant().Item());
        Assert.Equal(double.NegativeInfinity, x.SlogDet().LogAbsDet.Item());
        Assert.Equal(1, Tensor.Zeros([0, 0]).Determinant().Item());
        Assert.Equal([0, 2, 2], Tensor.Zeros([0, 2, 2]).Inverse().Shape);
        Assert.Equal(DType.Float32, Tensor.Eye(3).Eigh().Values.DType);
    }
}
