namespace Baeum.Tests.AutogradTests;

public class AutogradTests
{
    private static Tensor Leaf(params double[] values) => Tensor.From(values).RequireGrad();

    [Fact]
    public void Gradients_add_up_on_leaves_over_passes()
    {
        var x = Leaf(1, 2, 3);
        (x * x).Sum().Backward();
        Assert.Equal([2.0, 4, 6], x.Grad!.ToArray<double>());
        (x * x).Sum().Backward();
        Assert.Equal([4.0, 8, 12], x.Grad!.ToArray<double>());
        x.ClearGrad();
        Assert.Null(x.Grad);
    }

    [Fact]
    public void A_gradient_handed_to_two_leaves_is_not_shared()
    {
        var a = Leaf(1, 2);
        var b = Leaf(3, 4);
        (a + b).Sum().Backward();
        a.Grad!.MulInPlace(10);
        Assert.Equal([1.0, 1], b.Grad!.ToArray<double>());
    }

    [Fact]
    public void Threads_that_share_a_leaf_lose_no_gradient()
    {
        for (int round = 0; round < 200; round++)
        {
            Tensor w = Tensor.Ones([3]).RequireGrad();
            Parallel.For(0, 8, _ => w.Sum().Backward());
            Assert.Equal([8f, 8, 8], w.Grad!.ToArray<float>());
        }
    }

    [Fact]
    public void The_retained_gradient_of_a_loss_belongs_to_its_reader()
    {
        Tensor w = Tensor.Ones([2]).RequireGrad();
        Tensor loss = w.Sum().RetainGrad();
        loss.Backward();
        loss.Grad!.MulInPlace(5);
        Tensor other = w.Sum();
        w.Grad = null;
        other.Backward();
        Assert.Equal([1f, 1], w.Grad!.ToArray<float>());
    }

    [Fact]
    public void A_diamond_adds_both_ways()
    {
        var x = Leaf(3);
        var y = x * 2.0;
        (y * y + y).Sum().Backward(); // 4x² + 2x
        Assert.Equal(26, x.Grad!.Item());
    }

    [Fact]
    public void A_chain_of_100_000_operations_runs_backward()
    {
        var x = Leaf(1);
        var y = x;
        for (int i = 0; i < 100_000; i++) y += 0.001;
        y.Backward();
        Assert.Equal(1, x.Grad!.Item());
    }

    [Fact]
    public void The_graph_is_freed_unless_retained()
    {
        var x = Leaf(2);
        var y = x * x;
        y.Backward(retainGraph: true);
        y.Backward();
        Assert.Equal(8, x.Grad!.Item());
        var error = Assert.Throws<InvalidOperationException>(() => y.Backward());
        Assert.Contains("Mul", error.Message, StringComparison.Ordinal);
        Assert.Contains("retainGraph", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overwriting_a_saved_tensor_names_both_operations()
    {
        var x = Leaf(2);
        var factor = Tensor.From(5.0);
        var y = x * factor;
        factor.AddInPlace(1);
        var error = Assert.Throws<InvalidOperationException>(() => y.Backward());
        Assert.Contains("Mul", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddInPlace", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_place_changes_of_recorded_tensors_are_refused()
    {
        var x = Leaf(2);
        Assert.Throws<InvalidOperationException>(() => x.AddInPlace(1));
        Assert.Throws<InvalidOperationException>(() => x[0] = Tensor.Scalar(1, DType.Float64));
        using (Autograd.NoGrad()) x.AddInPlace(1);
        Assert.Equal(3, x.Item());
    }

    [Fact]
    public void Grad_leaves_the_leaves_alone_and_reaches_computed_tensors()
    {
        var x = Leaf(3);
        var w = Leaf(2);
        var y = x * x;
        var z = y * w;
        var gradients = Autograd.Grad(z, [x, y]);
        Assert.Equal(12, gradients[0].Item());
        Assert.Equal(2, gradients[1].Item());
        Assert.Null(x.Grad);
        Assert.Null(w.Grad);
    }

    [Fact]
    public void Grad_of_an_independent_tensor_is_an_error_or_zero()
    {
        var x = Leaf(3);
        var other = Leaf(1, 2);
        Assert.Throws<InvalidOperationException>(() => Autograd.Grad(x * x, [other]));
        Assert.Equal([0.0, 0], Autograd.Grad(x * x, [other], allowUnused: true)[0].ToArray<double>());
    }

    [Fact]
    public void Third_derivative_of_a_cube()
    {
        var x = Leaf(2);
        var first = Autograd.Grad(x * x * x, x, createGraph: true);
        var second = Autograd.Grad(first, x, createGraph: true);
        var third = Autograd.Grad(second, x);
        Assert.Equal(12, first.Item());
        Assert.Equal(12, second.Item());
        Assert.Equal(6, third.Item());
    }

    [Fact]
    public void Hooks_see_and_replace_the_complete_gradient()
    {
        var x = Leaf(3);
        var y = x * 2.0;
        double seen = 0;
        var hook = y.RegisterHook(g =>
        {
            seen = g.Item();
            return g * 10.0;
        });
        (y + y).Backward();
        Assert.Equal(2, seen);
        Assert.Equal(40, x.Grad!.Item());
        hook.Dispose();
        x.ClearGrad();
        (x * 2.0).Backward();
        Assert.Equal(2, x.Grad!.Item());
    }

    [Fact]
    public void Retained_gradients_of_computed_tensors_can_be_read()
    {
        var x = Leaf(3);
        var y = (x * 2.0).RetainGrad();
        (y * y).Backward();
        Assert.Equal(12, y.Grad!.Item());
    }

    [Fact]
    public void NoGrad_and_Detach_record_nothing()
    {
        var x = Leaf(3);
        using (Autograd.NoGrad()) Assert.False((x * x).RequiresGrad);
        Assert.False((x.Detach() * 2.0).RequiresGrad);
        Assert.True((x * 2.0).RequiresGrad);
        Assert.Throws<InvalidOperationException>(() => x.Detach().Backward());
    }

    [Fact]
    public void Anomaly_mode_names_the_operation_that_made_the_NaN()
    {
        var x = Leaf(0);
        using var _ = Autograd.DetectAnomaly();
        var error = Assert.Throws<AnomalyException>(() => x / x);
        Assert.Contains("Div", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_in_a_backward_pass_leaves_no_trace()
    {
        var x = Leaf(3);
        var y = x * 2.0;
        var hook = y.RegisterHook(_ => throw new FormatException());
        Assert.Throws<FormatException>(() => (y * y).Backward(retainGraph: true));
        hook.Dispose();
        x.ClearGrad();
        (y * y).Backward();
        Assert.Equal(24, x.Grad!.Item());
    }
}
