namespace Baeum.Tests.Operations;

/// <summary>Empty tensors, single elements, NaN, infinities, ties and whole numbers: PyTorch's answers.</summary>
public sealed class MathEdgeTests
{
    private const double NaN = double.NaN, Infinity = double.PositiveInfinity;

    [Fact]
    public void Reductions_of_nothing()
    {
        var none = Tensor.Zeros([0, 3], DType.Float64);
        Assert.Equal(0, none.Sum().Item());
        Assert.Equal(1, none.Prod().Item());
        Assert.True(double.IsNaN(none.Mean().Item()));
        Assert.Equal([0, 0, 0], none.Sum(0).ToArray<double>());
        Assert.Equal([-Infinity, -Infinity, -Infinity], none.LogSumExp(0).ToArray<double>());
        Assert.Empty(none.Max(1).Values.ToArray<double>());
        Assert.Equal([0, 3], none.Softmax(1).Shape);
        Assert.Equal([0, 3], none.CumSum(0).Shape);
        Assert.True((bool)none.All());
        Assert.False((bool)none.Any());
        foreach (Func<Tensor> choose in new Func<Tensor>[] { () => none.Max(), () => none.Max(0).Values, () => none.AMin(0), () => none.ArgMax(), () => none.Median() })
        {
            Assert.Contains("no elements to choose from", Assert.Throws<ArgumentException>(choose).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Tensors_without_dimensions()
    {
        var x = Tensor.Scalar(-2, DType.Float64).RequireGrad();
        foreach (var y in new[] { x.Sum(), x.Sum(0), x.Mean(-1), x.Max(), x.Max(0).Values, x.Min(-1).Values, x.AMax(0), x.Prod(0), x.CumSum(0), x.CumProd(0), x.CumMax(0).Values, x.Median(), x.Median(0).Values, x.Quantile(0.4) })
        {
            Assert.Equal(Shape.Scalar, y.Shape);
            Assert.Equal(-2, y.Item());
            Assert.Equal(1, Autograd.Grad(y, x).Item());
        }
        Assert.Equal(0, x.ArgMax(0).ItemLong());
        Assert.Equal(1, x.Softmax(0).Item());
        Assert.Equal(2, x.Norm().Item());
        Assert.True(double.IsNaN(x.Var().Item()));
    }

    [Fact]
    public void NaN_beats_every_element()
    {
        var x = Tensor.From([[1.0, NaN, 3, NaN], [4, 5, 5, 2]]);
        Assert.True(double.IsNaN(x.Max().Item()));
        Assert.True(double.IsNaN(x.Median().Item()));
        var (values, indices) = x.Max(1);
        Assert.Equal([NaN, 5], values.ToArray<double>());
        Assert.Equal([1, 1], indices.ToArray<long>());
        Assert.Equal([1, 3], x.ArgMin(1).ToArray<long>());
        Assert.Equal([1, NaN, NaN, NaN, 4, 5, 5, 5], x.CumMax(1).Values.ToArray<double>());
        Assert.Equal([0, 1, 1, 3, 0, 1, 2, 2], x.CumMax(1).Indices.ToArray<long>());
        Assert.Equal([NaN, 4.5], x.Quantile(0.5, 1).ToArray<double>());
        Assert.Equal([NaN, 4], x.Median(1).Values.ToArray<double>());
        Assert.Equal([1, NaN, 3, NaN, 4, 5, 5, 2], x.Maximum(-x).ToArray<double>());
    }

    [Fact]
    public void Softmax_survives_huge_and_infinite_rows()
    {
        var x = Tensor.From([[1e308, -1e308, 0], [-Infinity, 0, 0], [-Infinity, -Infinity, -Infinity], [1000, 1001, 1000]]);
        var y = x.Softmax(1).ToArray<double>();
        Assert.Equal([1, 0, 0, 0, 0.5, 0.5, NaN, NaN, NaN], y[..9]);
        Assert.Equal(1 / (1 + 2 / Math.E), y[10], 1e-15);
        Assert.Equal(-1000, x.LogSoftmax(1)[3, 0].Item() + Math.Log(2 + Math.E) - 1000, 1e-12);
        var sums = x.RequireGrad().LogSumExp(1);
        Assert.Equal([1e308, Math.Log(2), -Infinity, 1001 + Math.Log(1 + 2 / Math.E)], sums.ToArray<double>());
        Assert.Equal([1, 0, 0, 0, 0.5, 0.5, 0, 0, 0], Autograd.Grad(sums.Sum(), x).ToArray<double>()[..9]);
    }

    [Fact]
    public void Ties_share_the_gradient_of_global_extremes_and_the_first_takes_that_along_a_dimension()
    {
        var x = Tensor.From(2.0, 5, 5, 1).RequireGrad();
        Assert.Equal([0, 0.5, 0.5, 0], Autograd.Grad(x.Max(), x).ToArray<double>());
        Assert.Equal([0, 0.5, 0.5, 0], Autograd.Grad(x.AMax(0), x).ToArray<double>());
        Assert.Equal([0, 1, 0, 0], Autograd.Grad(x.Max(0).Values, x).ToArray<double>());
        Assert.Equal([0, 0.5, 0.5, 0], Autograd.Grad(x.Maximum(5.0).Sum(), x).ToArray<double>());
        Assert.Equal(1, x.ArgMax().ItemLong());
    }

    [Fact]
    public void Gradients_where_there_is_no_direction_are_zero()
    {
        var x = Tensor.Zeros([3], DType.Float64).RequireGrad();
        foreach (var y in new[] { x.Norm(), x.Norm(3), x.Norm(1), x.Std(), x.Abs().Sum() })
        {
            Assert.Equal([0, 0, 0], Autograd.Grad(y, x).ToArray<double>());
        }
    }

    [Fact]
    public void Whole_numbers_stay_whole_where_PyTorch_keeps_them()
    {
        var a = Tensor.From(7L, -7, 7, -7);
        var b = Tensor.From(2L, 2, -2, -2);
        Assert.Equal([3, -4, -4, 3], a.FloorDivide(b).ToArray<long>());
        Assert.Equal([1, 1, -1, -1], a.Remainder(b).ToArray<long>());
        Assert.Equal([1, -1, 1, -1], a.Fmod(b).ToArray<long>());
        Assert.Equal([7, 2, 7, -2], a.Maximum(b).ToArray<long>());
        Assert.Equal([49, 49, 49, 49], a.Pow(2).ToArray<long>());
        Assert.Equal([7, -7, 7, -7], a.Floor().ToArray<long>());
        Assert.Equal([5, -5, 5, -5], a.Clamp(-5, 5).ToArray<long>());
        Assert.Equal([7, 0, 7, 0], a.CumSum(0).ToArray<long>());
        Assert.Equal(7L * 7 * 7 * 7, a.Prod().ItemLong());
        Assert.Equal(DType.Float32, a.Exp().DType);
        Assert.Equal(DType.Float32, a.Pow(0.5).DType);
        Assert.Equal([true, false, true, false], (a > 6L).ToArray<bool>());
        Assert.Equal([3, 2, -5, -2], (Tensor.From(1L, 6, -1, -2) ^ Tensor.From(2L, 4, 4, 0)).ToArray<long>());
        Assert.Throws<DivideByZeroException>(() => a.FloorDivide(Tensor.From(0L)));
        Assert.Contains("To(DType.Float32)", Assert.Throws<NotSupportedException>(() => a.Mean()).Message, StringComparison.Ordinal);
        Assert.Contains("negative whole power", Assert.Throws<ArgumentException>(() => a.Pow(-1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Truth_values_count_and_compare()
    {
        var x = Tensor.From(true, false, true);
        Assert.Equal(2, x.Sum().ItemLong());
        Assert.Equal([true, true, true], (x | !x).ToArray<bool>());
        Assert.Equal([true, false, true], x.Eq(Tensor.From(true)).ToArray<bool>());
        Assert.True((bool)x.Max());
        Assert.Contains("Bool or Int64", Assert.Throws<ArgumentException>(() => x & Tensor.From(1.0)).Message, StringComparison.Ordinal);
        Assert.Contains("must be Bool", Assert.Throws<ArgumentException>(() => Tensor.Where(Tensor.From(1L), x, x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Closeness_knows_infinities_and_NaN()
    {
        var a = Tensor.From(1, Infinity, NaN, Infinity);
        Assert.Equal([true, true, false, false], a.IsClose(Tensor.From(1 + 1e-9, Infinity, NaN, -Infinity)).ToArray<bool>());
        Assert.True(a.AllClose(a, equalNaN: true));
        Assert.False(a.AllClose(a));
    }

    [Fact]
    public void Comparisons_of_tensors_with_gradients_record_nothing()
    {
        var x = Tensor.From(1.0, -2).RequireGrad();
        Assert.False((x > 0).RequiresGrad);
        Assert.False(x.ArgMax().RequiresGrad);
        Assert.Equal([1, 0], Autograd.Grad(Tensor.Where(x > 0, x, 0).Sum() + x.Round().Sum() + x.Sign().Sum(), x).ToArray<double>());
    }

    [Fact]
    public void The_complementary_error_function_is_exact_in_its_tail()
    {
        // SciPy's figures
        double[] expected = [1.5417257900280018852e-8, 2.0884875837625447570e-45, 0.033894853524689272933];
        double[] actual = Tensor.From(4.0, 10, 1.5).Erfc().ToArray<double>();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(1, actual[i] / expected[i], 1e-13);
    }
}
