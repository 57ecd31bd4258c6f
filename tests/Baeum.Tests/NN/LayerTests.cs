using Baeum.Kernels;

namespace Baeum.Tests.NN;

public class LayerTests
{
    private static Tensor Some(params int[] sizes) => Tensor.RandN(sizes, new PhiloxRandom(11));

    private static string Message(Action action)
    {
        var error = Assert.ThrowsAny<ArgumentException>(action);
        return error.Message;
    }

    [Fact]
    public void Layers_draw_the_values_that_PyTorch_draws()
    {
        var scope = ParamScope.Random(3);
        var conv = new Conv2d(scope / "a", 4, 6, (3, 2), groups: 2);
        var transposed = new ConvTranspose1d(scope / "b", 4, 6, 3);
        var bilinear = new Bilinear(scope / "c", 3, 2, 2);
        var embedding = new Embedding(scope / "d", 5, 3, paddingIdx: 1);
        var linear = new Linear(scope / "e", 4, 2);
        Begins(conv.Weight, -0.28621358f, -0.22772463f, -0.1236439f, -0.27311274f);
        Begins(conv.Bias!, -0.13094884f, 0.004304795f, 0.17738251f);
        Begins(transposed.Weight, 0.053717818f, 0.15858783f, -0.20312878f);
        Begins(transposed.Bias!, -0.16773884f, 0.22985347f);
        Begins(bilinear.Weight, 0.4346456f, 0.019750306f, 0.1463145f);
        Begins(bilinear.Bias!, -0.008526242f, -0.14980203f);
        Begins(embedding.Weight, 0.8533613f, 0.044494845f, -2.168527f, 0, 0, 0, -1.3777364f);
        Begins(linear.Weight, 0.27142388f, 0.43667793f, 0.44379503f);
        Begins(linear.Bias!, -0.33985156f, -0.33838403f);
    }

    private static void Begins(Tensor actual, params float[] expected) => Assertions.Close(Tensor.From(expected), actual.Flatten().Narrow(0, 0, expected.Length), 1e-6);

    [Fact]
    public void Layers_print_as_in_PyTorch()
    {
        var scope = ParamScope.Random(0);
        int place = 0;
        ParamScope Next() => scope / place++;
        Assert.Equal("Conv2d(3, 8, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1))", new Conv2d(Next(), 3, 8, 3, stride: 2, padding: 1).ToString());
        Assert.Equal("Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=same, dilation=(2, 2), bias=False)", new Conv2d(Next(), 3, 8, 3, padding: "same", dilation: 2, bias: false).ToString());
        Assert.Equal("Conv1d(4, 8, kernel_size=(5,), stride=(1,), groups=2)", new Conv1d(Next(), 4, 8, 5, groups: 2).ToString());
        Assert.Equal("ConvTranspose2d(3, 4, kernel_size=(2, 2), stride=(2, 2), output_padding=(1, 1))", new ConvTranspose2d(Next(), 3, 4, 2, 2, outputPadding: 1).ToString());
        Assert.Equal("MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=(1, 0), dilation=1, ceil_mode=False)", new MaxPool2d((2, 3), padding: (1, 0)).ToString());
        Assert.Equal("AvgPool1d(kernel_size=(3,), stride=(3,), padding=(0,))", new AvgPool1d(3).ToString());
        Assert.Equal("BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)", new BatchNorm2d(Next(), 4).ToString());
        Assert.Equal("LayerNorm((5,), eps=1e-06, elementwise_affine=True)", new LayerNorm(Next(), 5, 1e-6).ToString());
        Assert.Equal("GroupNorm(2, 4, eps=1e-05, affine=True)", new GroupNorm(Next(), 2, 4).ToString());
        Assert.Equal("Embedding(5, 3, padding_idx=1)", new Embedding(Next(), 5, 3, 1).ToString());
        Assert.Equal("Dropout(p=0.1, inplace=False)", new Dropout(Next(), 0.1).ToString());
        Assert.Equal("GELU(approximate='none')", new GELU().ToString());
        Assert.Equal("Softmax(dim=-1)", new Softmax(-1).ToString());
    }

    [Fact]
    public void Convolutions_name_what_does_not_fit()
    {
        var x = Some(2, 3, 5, 5);
        Assert.Contains("sees 4 channels, but x has 3", Message(() => x.Conv2d(Some(2, 4, 3, 3))), StringComparison.Ordinal);
        Assert.Contains("2 groups must divide", Message(() => x.Conv2d(Some(2, 1, 3, 3), groups: 2)), StringComparison.Ordinal);
        Assert.Contains("larger than the height 5", Message(() => x.Conv2d(Some(2, 3, 6, 3))), StringComparison.Ordinal);
        Assert.Contains("reaches over 7", Message(() => x.Conv2d(Some(2, 3, 3, 3), dilation: 3)), StringComparison.Ordinal);
        Assert.Contains("stride 1", Message(() => x.Conv2d(Some(2, 3, 3, 3), stride: 2, padding: "same")), StringComparison.Ordinal);
        Assert.Contains("the 2 outputs", Message(() => x.Conv2d(Some(2, 3, 3, 3), Some(3))), StringComparison.Ordinal);
        Assert.Contains("Float64", Message(() => x.To(DType.Float64).Conv2d(Some(2, 3, 3, 3))), StringComparison.Ordinal);
        Assert.Contains("[batch, channels, height, width]", Message(() => Some(5, 5).Conv2d(Some(2, 3, 3, 3))), StringComparison.Ordinal);
        Assert.Contains("outputPadding", Message(() => x.ConvTranspose2d(Some(3, 2, 3, 3), outputPadding: 1)), StringComparison.Ordinal);
        Assert.Contains("neither", Message(() => _ = (Padding)"full"), StringComparison.Ordinal);
        Assert.Contains("3 groups must divide", Message(() => new Conv2d(ParamScope.Random(0), 4, 6, 3, groups: 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Poolings_and_resizing_name_what_does_not_fit()
    {
        Assert.Contains("larger than the height 1", Message(() => Some(1, 3, 1, 5).MaxPool2d(2)), StringComparison.Ordinal);
        Assert.Contains("more than half", Message(() => Some(1, 3, 5, 5).AvgPool2d(2, padding: 2)), StringComparison.Ordinal);
        Assert.Contains("must be positive", Message(() => Some(1, 3, 5, 5).AdaptiveAvgPool2d(0)), StringComparison.Ordinal);
        Assert.Contains("[batch, channels, height, width]", Message(() => Some(3, 5).Upsample(2, UpsampleMode.Bilinear)), StringComparison.Ordinal);
        Assert.Contains("columns", Message(() => Some(1, 9, 5).Col2Im(4, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Max_pooling_tells_places_and_lets_NaN_through()
    {
        var (values, places) = Tensor.From(1f, 9, 2, 3, 4, 5, 6, 7).Reshape(1, 2, 4).MaxPool2dWithIndices(2);
        Assert.Equal([9f, 7], values.ToArray<float>());
        Assert.Equal([1L, 7], places.ToArray<long>());
        (values, places) = Tensor.From(1f, float.PositiveInfinity, 2, 3, 4, float.NegativeInfinity, float.NaN, 7).Reshape(1, 2, 4).MaxPool2dWithIndices(2);
        Assert.Equal([float.PositiveInfinity, float.NaN], values.ToArray<float>());
        Assert.Equal([1L, 6], places.ToArray<long>());
        Assert.Equal([float.NaN, 3f], Tensor.From(1f, float.NaN, 3, 2).Reshape(1, 4).MaxPool1d(2).ToArray<float>());
    }

    [Fact]
    public void Normalisations_name_what_does_not_fit()
    {
        Assert.Contains("must end in the normalised shape [4]", Message(() => Some(2, 3).LayerNorm([4])), StringComparison.Ordinal);
        Assert.Contains("weight must have the shape [3]", Message(() => Some(2, 3).LayerNorm([3], Some(2))), StringComparison.Ordinal);
        Assert.Contains("3 groups do not divide the 4 channels", Message(() => Some(2, 4, 5).GroupNorm(3)), StringComparison.Ordinal);
        Assert.Contains("training needs at least two", Message(() => new BatchNorm1d(ParamScope.Random(0), 3).Forward(Some(1, 3))), StringComparison.Ordinal);
        Assert.Contains("4 channels, the layer 3", Message(() => new BatchNorm1d(ParamScope.Random(0), 3).Forward(Some(2, 4))), StringComparison.Ordinal);
        Assert.Contains("[batch, channels, height, width]", Message(() => new BatchNorm2d(ParamScope.Random(0), 3).Forward(Some(2, 3))), StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_norm_without_momentum_remembers_the_average_of_all_batches()
    {
        var layer = new BatchNorm1d(ParamScope.Random(0, DType.Float64), 1, momentum: null);
        layer.Forward(Tensor.From(1.0, 3).Reshape(2, 1));
        layer.Forward(Tensor.From(5.0, 7).Reshape(2, 1));
        Assert.Equal(4, layer.RunningMean!.Item(), 12);
        Assert.Equal(2, layer.RunningVariance!.Item(), 12);
        Assert.Equal(2, layer.BatchesSeen!.ItemLong());
        layer.Eval();
        Assert.Equal((8 - 4) / Math.Sqrt(2 + 1e-5), layer.Forward(Tensor.From(8.0).Reshape(1, 1)).Item(), 12);
        Assert.Equal(["weight", "bias", "running_mean", "running_var", "num_batches_tracked"], layer.StateDict().Keys);
    }

    [Fact]
    public void Embedding_checks_ids_and_leaves_the_padding_row_alone()
    {
        var layer = new Embedding(ParamScope.Random(0), 4, 3, paddingIdx: -1);
        Assert.Equal([0f, 0, 0], layer.Weight[3].ToArray<float>());
        layer.Forward(Tensor.From(3L, 1, 3, 1)).Sum().Backward();
        Assert.Equal([0f, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0], layer.Weight.Grad!.ToArray<float>());
        Assert.Contains("id 4 (element 1 of ids [2]) lies outside the table of 4 rows", Message(() => layer.Forward(Tensor.From(0L, 4))), StringComparison.Ordinal);
        Assert.Contains("id -1", Message(() => layer.Forward(Tensor.From(-1L))), StringComparison.Ordinal);
        Assert.Contains("Int64", Message(() => layer.Forward(Tensor.From(1f))), StringComparison.Ordinal);
    }

    [Fact]
    public void Dropout_drops_in_training_only_and_keeps_the_expectation()
    {
        var layer = new Dropout(ParamScope.Random(new PhiloxRandom(5)), 0.25);
        var x = Tensor.Ones([40_000]);
        var y = layer.Forward(x).ToArray<float>();
        Assert.All(y, value => Assert.True(value is 0 || Math.Abs(value - 1 / 0.75f) < 1e-6f));
        Assert.InRange(y.Average(), 0.98, 1.02);
        Assert.NotEqual(y, layer.Forward(x).ToArray<float>());
        Assert.Equal(y, new Dropout(ParamScope.Random(new PhiloxRandom(5)), 0.25).Forward(x).ToArray<float>());
        layer.Eval();
        Assert.Same(x, layer.Forward(x));
        Assert.All(x.Dropout(1, new PhiloxRandom(5)).ToArray<float>(), value => Assert.Equal(0, value));
        Assert.Contains("between 0 and 1", Message(() => x.Dropout(1.5, new PhiloxRandom(0))), StringComparison.Ordinal);
    }

    [Fact]
    public void Dropout_and_its_gradient_use_one_mask()
    {
        var x = Tensor.Ones([1000]).RequireGrad();
        var y = x.Dropout(0.5, new PhiloxRandom(1));
        y.Sum().Backward();
        Assert.Equal(y.ToArray<float>(), x.Grad!.ToArray<float>());
    }

    public static TheoryData<string> Parallel => ["conv", "layer norm", "batch norm", "max pool", "embedding"];

    [Theory]
    [MemberData(nameof(Parallel))]
    public void One_and_many_threads_give_the_same_bits(string what)
    {
        var scope = ParamScope.Random(1);
        Layer layer = what switch
        {
            "conv" => new Conv2d(scope, 8, 12, 3, padding: 1, groups: 2),
            "layer norm" => new LayerNorm(scope, 20),
            "batch norm" => new BatchNorm2d(scope, 8),
            "max pool" => new MaxPool2d(3, 2, 1),
            _ => new Embedding(scope, 50, 300),
        };
        var input = what == "embedding" ? Tensor.RandInt(0, 50, [40, 40], new PhiloxRandom(2)) : Some(16, 8, 20, 20).RequireGrad();
        int before = Threads.Count;
        try
        {
            var results = new List<float[]>();
            foreach (int threads in new[] { 1, 4 })
            {
                Threads.Count = threads;
                layer.ZeroGrad();
                input.ClearGrad();
                var y = layer.Forward(input);
                (y * y).Sum().Backward();
                results.Add([.. y.ToArray<float>(), .. input.Grad?.ToArray<float>() ?? [], .. layer.Parameters().SelectMany(p => p.Grad!.ToArray<float>())]);
            }
            Assert.Equal(results[0], results[1]);
        }
        finally
        {
            Threads.Count = before;
        }
    }

    [Fact]
    public void A_model_finds_and_names_all_its_parts()
    {
        var scope = ParamScope.Random(0);
        var blocks = new ModuleList<Linear>(scope / "blocks", 3, place => new Linear(place / "proj", 4, 4, bias: false));
        Assert.Equal(3, blocks.Count);
        Assert.Equal(["blocks.0.proj.weight", "blocks.1.proj.weight", "blocks.2.proj.weight"], scope.Parameters.Select(p => p.Name));
        Assert.Equal("ModuleList(\n  (0): Linear(in_features=4, out_features=4, bias=False)\n  (1): Linear(in_features=4, out_features=4, bias=False)\n  (2): Linear(in_features=4, out_features=4, bias=False)\n)", blocks.ToString());
    }

    [Fact]
    public void Initialisers_fill_tensors_that_exist()
    {
        var layer = new Linear(ParamScope.Random(0), 3, 3);
        layer.Weight.InitializeInPlace(Initializers.Orthogonal(), new TorchRandom(1));
        Assertions.Close(Tensor.Eye(3), layer.Weight.Detach().MatMul(layer.Weight.Detach().MT), 1e-6);
        layer.Bias!.InitializeInPlace(Initializers.Constant(2), new TorchRandom(1));
        Assert.Equal([2f, 2, 2], layer.Bias!.ToArray<float>());
    }
}
