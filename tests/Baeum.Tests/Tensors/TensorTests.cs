namespace Baeum.Tests.Tensors;

public class TensorTests
{
    private static readonly Tensor Counting = Tensor.Wrap([.. Enumerable.Range(0, 24).Select(i => (double)i)], [2, 3, 4]);

    [Fact]
    public void Views_share_memory()
    {
        var x = Tensor.Zeros([2, 3]);
        x.Transpose(0, 1)[1, 0] = Tensor.Scalar(5);
        Assert.Equal(5, x[0, 1].Item());
        Assert.False(x.Transpose(0, 1).IsContiguous);
        Assert.True(x[1].IsContiguous);
    }

    [Fact]
    public void Indexers_choose_as_NumPy_does()
    {
        Assert.Equal(new double[] { 1, 5, 9 }, Counting[0, .., 1].ToArray<double>());
        Assert.Equal(new double[] { 23 }, Counting[^1, ^1, -1].Reshape(1).ToArray<double>());
        Assert.Equal(new double[] { 12, 13, 14, 15, 16, 17, 18, 19 }, Counting[1, ..2].Flatten().ToArray<double>());
        Assert.Equal(new double[] { 2, 6, 10, 14, 18, 22 }, Counting[TensorIndex.Ellipsis, 2].Flatten().ToArray<double>());
        Assert.Equal([1, 2, 3, 2], Counting[TensorIndex.NewDimension, .., .., TensorIndex.Slice(1, null, 2)].Shape);
        Assert.Equal(new double[] { 3, 7, 11 }, Counting[0][.., ^1].ToArray<double>());
        Assert.Equal(0, Counting[5.., 0].Count);
    }

    [Fact]
    public void Negative_steps_are_refused_with_the_way_out()
    {
        var error = Assert.Throws<ArgumentException>(() => Counting[TensorIndex.Step(-1)]);
        Assert.Contains("Flip", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public void An_index_outside_names_dimension_and_shape(int index)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Counting[index]);
        Assert.Contains("[2, 3, 4]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reshape_infers_one_size_and_refuses_what_does_not_fit()
    {
        Assert.Equal([2, 12], Counting.Reshape(2, -1).Shape);
        Assert.Throws<ArgumentException>(() => Counting.Reshape(5, -1));
        Assert.Throws<ArgumentException>(() => Counting.Reshape(-1, -1));
        Assert.Throws<InvalidOperationException>(() => Counting.Transpose(0, 2).View(24));
    }

    [Fact]
    public void Types_meet_as_in_PyTorch()
    {
        var i = Tensor.From(1L, 2);
        var f = Tensor.From(1f, 2);
        var d = Tensor.Scalar(2, DType.Float64);
        Assert.Equal(DType.Float32, (i + f).DType);
        Assert.Equal(DType.Float32, (f + d).DType);
        Assert.Equal(DType.Float64, (i + d).DType);
        Assert.Equal(DType.Int64, (i + 1).DType);
        Assert.Equal(DType.Float32, (i + 1.5).DType);
        Assert.Equal(DType.Float32, (i / i).DType);
        Assert.Equal(DType.Int64, (Tensor.From(true, false) + Tensor.From(true, true)).DType);
    }

    [Fact]
    public void Empty_tensors_are_ordinary()
    {
        var empty = Tensor.Zeros([0, 3], DType.Float64).RequireGrad();
        var sum = (empty * 2.0).Sum();
        Assert.Equal(0, sum.Item());
        sum.Backward();
        Assert.Equal([0, 3], empty.Grad!.Shape);
        Assert.Equal([0.0, 0, 0], empty.Detach().Sum(0).ToArray<double>());
    }

    [Fact]
    public void Scopes_give_memory_back_and_keep_what_is_named()
    {
        Tensor lost, kept;
        using (var scope = TensorScope.Begin())
        {
            lost = Tensor.Ones([1000]) * 2.0;
            kept = scope.Keep(Tensor.Ones([1000]) * 3.0);
        }
        var error = Assert.Throws<InvalidOperationException>(() => lost + 1.0);
        Assert.Matches("^(Addition|Unary): .*already given back", error.Message); // the operator, or what it called where it was inlined
        Assert.Equal(3000, kept.Sum().Item());
    }

    [Fact]
    public void Gradients_of_leaves_survive_the_scope()
    {
        var w = Tensor.Ones([1000]).RequireGrad();
        using (TensorScope.Begin()) (w * w).Sum().Backward();
        Assert.Equal(2, w.Grad![0].Item());
    }

    [Fact]
    public void Linspace_and_arange_end_where_PyTorch_ends()
    {
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], Tensor.Linspace(0, 1, 5, DType.Float64).ToArray<double>());
        Assert.Equal([5L, 3, 1], Tensor.Arange(5, 0, -2).ToArray<long>());
        Assert.Equal(199, Tensor.Arange(0.01, 2.0, 0.01, DType.Float64).Count);
    }

    [Theory]
    [InlineData("tensor([[0.5000, 1.0000],\n        [1.5000, 2.0000]])", 0.5)]
    [InlineData("tensor([[1., 2.],\n        [3., 4.]])", 1)]
    [InlineData("tensor([[1.0000e-05, 2.0000e-05],\n        [3.0000e-05, 4.0000e-05]])", 1e-5)]
    public void Prints_as_PyTorch(string expected, double factor)
    {
        var x = Tensor.Wrap([1 * factor, 2 * factor, 3 * factor, 4 * factor], [2, 2]).To(DType.Float32);
        Assert.Equal(expected, x.ToString());
    }

    [Fact]
    public void Prints_types_and_history_as_PyTorch()
    {
        Assert.Equal("tensor([1, 2, 3])", Tensor.From(1L, 2, 3).ToString());
        Assert.Equal("tensor([ True, False])", Tensor.From(true, false).ToString());
        Assert.Equal("tensor(2., dtype=float64, requires_grad=True)", Tensor.Scalar(2, DType.Float64).RequireGrad().ToString());
        Assert.Equal("tensor([], size=(0, 3))", Tensor.Zeros([0, 3]).ToString());
        Assert.Equal("tensor([    nan, -1.5000,     inf])", Tensor.From(float.NaN, -1.5f, float.PositiveInfinity).ToString());
    }

    [Fact]
    public void BFloat16_and_half_round_to_nearest()
    {
        var x = Tensor.From(1f, 3.14159274f, -1e-3f, float.NaN);
        Assert.Equal([1f, 3.140625f, -0.0009994507f, float.NaN], x.To(DType.BFloat16).To(DType.Float32).ToArray<float>());
        Assert.Equal([1f, 3.140625f, -0.0010004044f, float.NaN], x.To(DType.Float16).To(DType.Float32).ToArray<float>());
    }
}
