namespace Baeum.Tests.NN;

public class LossTests
{
    public static TheoryData<string> GoldenLosses => [.. Goldens.Open("core/losses").Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(GoldenLosses))]
    public void Value_and_gradients_are_those_of_PyTorch(string name)
    {
        var golden = Goldens.Open("core/losses").Cases.Single(c => c.Name == name);
        var inputs = golden.Roles("inputs").ToDictionary(role => role, role => Read(golden.Input(role)));
        foreach (string role in golden.Roles("grads")) inputs[role].RequiresGrad = true;
        var y = Compute(golden, inputs);
        Assertions.Close(Read(golden.Output("y")).Reshape(y.Shape), y, 1e-10);
        y.Backward(Tensor.OnesLike(y));
        foreach (string role in golden.Roles("grads")) Assertions.Close(Read(golden.Gradient(role)), inputs[role].Grad!, 1e-10);
    }

    private static Tensor Read(GoldenArray array) => array.DataType == "I64" ? Tensor.Wrap(array.ToLongs(), array.Shape) : Tensor.Wrap(array.ToDoubles(), array.Shape);

    private static Tensor Compute(GoldenCase golden, Dictionary<string, Tensor> inputs)
    {
        double Number(string argument, double otherwise) => golden.Arguments.TryGetProperty(argument, out var value) ? value.GetDouble() : otherwise;
        var reduction = golden.Arguments.TryGetProperty("reduction", out var word) ? Enum.Parse<LossReduction>(word.GetString()!, ignoreCase: true) : LossReduction.Mean;
        var x = inputs.GetValueOrDefault("x")!;
        var t = inputs.GetValueOrDefault("t")!;
        return golden.Kind switch
        {
            "mse_loss" => x.MseLoss(t, reduction),
            "binary_cross_entropy" => x.BinaryCrossEntropy(t, reduction: reduction),
            "binary_cross_entropy_with_logits" => x.BinaryCrossEntropyWithLogits(t, posWeight: inputs.GetValueOrDefault("pw"), reduction: reduction),
            "cross_entropy" => x.CrossEntropy(t, inputs.GetValueOrDefault("w"), labelSmoothing: Number("label_smoothing", 0), reduction: reduction),
            "nll_loss" => x.LogSoftmax(-1).NllLoss(t, reduction: reduction),
            "kl_div" => x.LogSoftmax(-1).KlDivLoss(t, reduction),
            "cosine_embedding_loss" => inputs["a"].CosineEmbeddingLoss(inputs["b"], t, Number("margin", 0), reduction),
            "triplet_margin_loss" => inputs["anchor"].TripletMarginLoss(inputs["a"], inputs["b"], reduction: reduction),

            "l1_loss" => x.L1Loss(t, reduction),
            "smooth_l1_loss" => x.SmoothL1Loss(t, Number("beta", 1), reduction),
            "huber_loss" => x.HuberLoss(t, Number("delta", 1), reduction),
            "hinge_embedding_loss" => x.HingeEmbeddingLoss(t, reduction: reduction),


            _ => throw new NotSupportedException(golden.Kind),
        };
    }

    [Fact]
    public void A_class_id_outside_the_classes_is_named_with_its_place()
    {
        var error = Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 3, 4]).CrossEntropy(Tensor.From<long>([0, 1, 2, 0, 1, 2, 3, 0], [2, 4])));
        Assert.StartsWith("CrossEntropy: class id 3 at [1, 2] lies outside 0 to 2.", error.Message, StringComparison.Ordinal);
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 3]).NllLoss(Tensor.From(0L, -1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_that_do_not_fit_are_named_with_the_way_out()
    {
        var x = Tensor.Zeros([4, 1]);
        Assert.Equal(
            "MseLoss: the target [4] does not fit the prediction [4, 1]. Did you mean target.Reshape(4, 1)?",
            Assert.Throws<ArgumentException>(() => x.MseLoss(Tensor.Zeros([4]))).Message);
        var sequence = Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 5, 7]).CrossEntropy(Tensor.Zeros([2, 5], DType.Int64)));
        Assert.Contains("x.Flatten(0, -2).CrossEntropy(ids.Flatten())", sequence.Message, StringComparison.Ordinal);
        Assert.Contains("Squeeze(1)", Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 5]).CrossEntropy(Tensor.Zeros([2, 1], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 5]).CrossEntropy(Tensor.Zeros([2]))).Message, StringComparison.Ordinal);
        Assert.Contains("Float32", Assert.Throws<ArgumentException>(() => Tensor.Zeros([2], DType.Int64).MseLoss(Tensor.Zeros([2]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NaN_in_a_target_is_blamed_and_NaN_in_a_prediction_passes_on()
    {
        var target = Tensor.From([[0.0, 1], [double.NaN, 1]]);
        Assert.Contains("NaN at [1, 0]", Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 2], DType.Float64).BinaryCrossEntropyWithLogits(target)).Message, StringComparison.Ordinal);
        Assert.Contains("NaN at [1, 0]", Assert.Throws<ArgumentException>(() => Tensor.Zeros([2, 2], DType.Float64).MseLoss(target, LossReduction.None)).Message, StringComparison.Ordinal);
        Assert.Equal(double.NaN, target.MseLoss(Tensor.Zeros([2, 2], DType.Float64)).Item());
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.25)]
    public void A_prediction_that_is_no_probability_is_named(double value)
    {
        var error = Assert.Throws<ArgumentException>(() => Tensor.From(0.5, value).BinaryCrossEntropy(Tensor.From(0.0, 1)));
        Assert.Contains(FormattableString.Invariant($"at [1] is {value}"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_batch_has_no_mean()
    {
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => Tensor.Zeros([0, 3]).MseLoss(Tensor.Zeros([0, 3]))).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => Tensor.Zeros([0, 3]).CrossEntropy(Tensor.Zeros([0], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Equal(0, Tensor.Zeros([0, 3]).CrossEntropy(Tensor.Zeros([0], DType.Int64), reduction: LossReduction.Sum).Item());
    }

    [Fact]
    public void Logits_of_any_size_give_finite_losses()
    {
        var x = Tensor.From(1e4f, -1e4f, 0).RequireGrad();
        var loss = x.BinaryCrossEntropyWithLogits(Tensor.From(0f, 1, 1), reduction: LossReduction.Sum);
        Assert.Equal(20000.693147, loss.Item(), 1e-3);
        loss.Backward();
        Assert.Equal([1f, -1, -0.5f], x.Grad!.ToArray<float>());
        Assert.Equal(2e4, Tensor.From([[1e4, -1e4, 0]]).CrossEntropy(Tensor.From(1L)).Item(), 1e-6);
    }

    [Fact]
    public void Ignored_rows_count_for_nothing()
    {
        var x = Tensor.From([[1.0, 2, 3], [3, 1, 2]]).RequireGrad();
        var loss = x.CrossEntropy(Tensor.From(2L, -100));
        Assert.Equal(x.Detach()[..1].CrossEntropy(Tensor.From(2L)).Item(), loss.Item(), 1e-14);
        loss.Backward();
        Assert.Equal([0.0, 0, 0], x.Grad![1].ToArray<double>());
        Assert.Equal(double.NaN, x.CrossEntropy(Tensor.From(-100L, -100)).Item());
    }

    [Fact]
    public void Sums_over_many_elements_keep_their_precision()
    {
        var x = Tensor.Full([1 << 20], 0.1);
        Assert.Equal((1 << 20) * 0.01, x.MseLoss(Tensor.Zeros([1 << 20]), LossReduction.Sum).Item(), 1e-2);
    }
}
