namespace Baeum.Tests.NN;

public class ProductTests
{
    [Theory]
    [InlineData(new[] { 2, 12, 128, 64 }, new[] { 2, 12, 128, 64 }, "MatMul: inner sizes differ: [2, 12, 128, 64] × [2, 12, 128, 64] (64 and 128). Did you mean b.Transpose(-1, -2)?")]
    [InlineData(new[] { 4, 3 }, new[] { 4, 5 }, "MatMul: inner sizes differ: [4, 3] × [4, 5] (3 and 4). Did you mean a.Transpose(-1, -2)?")]
    [InlineData(new[] { 2, 3 }, new[] { 4 }, "MatMul: inner sizes differ: [2, 3] × [4] (3 and 4).")]
    public void Sizes_that_differ_are_named_with_the_way_out(int[] a, int[] b, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => Tensor.Zeros(a).MatMul(Tensor.Zeros(b)));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Batches_that_do_not_broadcast_are_named()
    {
        var error = Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 3, 4]).MatMul(Tensor.Zeros([3, 4, 5])));
        Assert.Contains("[2] and [3]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 3, 4]).Bmm(Tensor.Zeros([1, 4, 5])));
        Assert.Throws<ArgumentException>(() => Tensor.Scalar(1).MatMul(Tensor.Zeros([1, 1])));
    }

    [Fact]
    public void Whole_numbers_multiply_as_whole_numbers()
    {
        var x = Tensor.Arange(6).Reshape(2, 3);
        Assert.Equal([5L, 14, 14, 50], x.MatMul(x.MT).ToArray<long>());
    }

    [Fact]
    public void Empty_operands_give_zeros_or_nothing()
    {
        Assert.Equal([0f, 0, 0, 0], Tensor.Zeros([2, 0]).MatMul(Tensor.Zeros([0, 2])).ToArray<float>());
        Assert.Equal([3, 0, 2], Tensor.Zeros([3, 0, 4]).MatMul(Tensor.Zeros([4, 2])).Shape);
        Assert.Equal([0, 5], Tensor.Zeros([0, 4]).Linear(Tensor.Zeros([5, 4]), Tensor.Zeros([5])).Shape);
        Assert.Equal([1f, 1], Tensor.Zeros([1, 0]).Linear(Tensor.Zeros([2, 0]), Tensor.Ones([2])).ToArray<float>());
    }

    [Fact]
    public void Gradients_of_an_expanded_sum_reach_both_operands()
    {
        var a = Tensor.Ones([2, 3], DType.Float64).RequireGrad();
        var b = Tensor.Full([3, 4], 2, DType.Float64).RequireGrad();
        a.MatMul(b).Sum().Backward();
        Assert.All(a.Grad!.ToArray<double>(), g => Assert.Equal(8, g));
        Assert.All(b.Grad!.ToArray<double>(), g => Assert.Equal(2, g));
    }

    [Fact]
    public void Linear_names_what_does_not_fit()
    {
        var x = Tensor.Zeros([2, 3]);
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => x.Linear(Tensor.Zeros([5, 4]))).Message, StringComparison.Ordinal);
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => x.Linear(Tensor.Zeros([5, 3]), Tensor.Zeros([4]))).Message, StringComparison.Ordinal);
        Assert.Contains("Float64", Assert.Throws<ArgumentException>(() => x.Linear(Tensor.Zeros([5, 3], DType.Float64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Modules_print_as_in_PyTorch()
    {
        var scope = ParamScope.Random(0);
        var model = new Sequential(scope, new Linear(scope / 0, 2, 8), new Identity(), new Linear(scope / 2, 8, 1, bias: false));
        Assert.Equal(
            "Sequential(\n  (0): Linear(in_features=2, out_features=8, bias=True)\n  (1): Identity()\n  (2): Linear(in_features=8, out_features=1, bias=False)\n)",
            model.ToString());
        Assert.Equal("Flatten(start_dim=1, end_dim=-1)", new Flatten().ToString());
    }
}
