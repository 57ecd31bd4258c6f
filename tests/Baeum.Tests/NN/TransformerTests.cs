using System.Text.Json;

namespace Baeum.Tests.NN;

public class TransformerTests
{
    public static TheoryData<string> GoldenLayers => ["mha", "encoder_layer_pre", "encoder_layer_post", "decoder_layer"];

    [Theory]
    [MemberData(nameof(GoldenLayers))]
    public void Values_and_gradients_are_those_of_PyTorch(string name)
    {
        var golden = Goldens.Open("core/layers").Cases.Single(c => c.Name == name);
        bool normFirst = golden.Arguments.TryGetProperty("norm_first", out var first) && first.ValueKind == JsonValueKind.True;
        bool gelu = golden.Arguments.TryGetProperty("activation", out var word) && word.GetString() == "gelu";
        var settings = new TransformerSettings(8, 2, 16, Dropout: 0, gelu ? TransformerActivation.Gelu : TransformerActivation.Relu, normFirst, BatchFirst: true);
        var scope = ParamScope.Random(0);
        switch (golden.Kind)
        {
            case "MultiheadAttention":
                var attention = new MultiheadAttention(scope, 8, 2, batchFirst: true);
                GoldenLayer.Check(golden, attention, inputs =>
                {
                    var (y, weights) = attention.Forward(inputs["q"], inputs["k"], inputs["v"], needWeights: true);
                    return [y, weights!];
                });
                break;
            case "TransformerEncoderLayer":
                var encoder = new TransformerEncoderLayer(scope, settings);
                GoldenLayer.Check(golden, encoder, inputs => [encoder.Forward(inputs["x"])]);
                break;
            default:
                var decoder = new TransformerDecoderLayer(scope, settings);
                GoldenLayer.Check(golden, decoder, inputs => [decoder.Forward(inputs["x"], inputs["memory"])]);
                break;
        }
    }

    [Fact]
    public void Fused_attention_equals_the_one_that_gives_its_weights()
    {
        var random = new PhiloxRandom(4);
        var attention = new MultiheadAttention(ParamScope.Random(1, DType.Float64), 12, 3, batchFirst: true);
        var x = Tensor.RandN([2, 5, 12], random, dtype: DType.Float64);
        var padding = Tensor.From<bool>([false, false, false, true, true, false, false, false, false, true], [2, 5]);
        var causal = Transformer.CausalMask(5, DType.Float64);
        var (fused, none) = attention.Forward(x, x, x, padding, causal);
        var (plain, weights) = attention.Forward(x, x, x, padding, causal.Ne(0), needWeights: true, averageWeights: false);
        Assert.Null(none);
        Assert.Equal([2, 3, 5, 5], weights!.Shape);
        Assertions.Close(plain, fused, 1e-12);
        Assertions.Close(plain, attention.Forward(x, x, x, padding, isCausal: true).Output, 1e-12);
        Assertions.Close(Tensor.Ones([2, 3, 5], DType.Float64), weights.Sum(-1), 1e-12);
        Assert.Equal(0, weights[0, .., .., 3..].Sum().Item());
    }

    [Fact]
    public void Keys_and_values_may_have_other_features()
    {
        var scope = ParamScope.Random(1);
        var attention = new MultiheadAttention(scope, 8, 2, keySize: 5, valueSize: 3);
        var random = new PhiloxRandom(4);
        var (y, _) = attention.Forward(Tensor.RandN([4, 2, 8], random), Tensor.RandN([6, 2, 5], random), Tensor.RandN([6, 2, 3], random));
        Assert.Equal([4, 2, 8], y.Shape);
        Assert.Equal(["q_proj_weight", "k_proj_weight", "v_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"], attention.NamedParameters().Select(p => p.Name));
    }

    [Fact]
    public void A_seed_gives_the_weights_of_PyTorch()
    {
        // torch.manual_seed(0); nn.MultiheadAttention(4, 2): first numbers of in_proj_weight and out_proj.weight
        var attention = new MultiheadAttention(ParamScope.Random(0), 4, 2);
        var parameters = attention.NamedParameters().ToDictionary(p => p.Name, p => p.Value);
        Assertions.Close(Tensor.From(FirstOfInput), parameters["in_proj_weight"][0], 1e-6);
        Assertions.Close(Tensor.From(FirstOfOutput), parameters["out_proj.weight"][0], 1e-6);
    }

    private static readonly float[] FirstOfInput = [0.222424164f, 0.508506715f, -0.126026362f, 0.458245516f], FirstOfOutput = [-0.00374341011f, 0.268221796f, -0.411522567f, -0.367969513f];

    [Fact]
    public void A_transformer_has_the_names_of_PyTorch_and_equal_layers_differ_only_in_drawn_matrices()
    {
        var settings = new TransformerSettings(8, 2, 16, Dropout: 0, BatchFirst: true);
        var model = new Transformer(ParamScope.Random(3), settings, 2, 2);
        var names = model.NamedParameters().Select(p => p.Name).ToHashSet();
        Assert.Contains("encoder.layers.1.self_attn.in_proj_weight", names);
        Assert.Contains("decoder.layers.0.multihead_attn.out_proj.bias", names);
        Assert.Contains("decoder.norm.weight", names);
        var random = new PhiloxRandom(4);
        Tensor source = Tensor.RandN([2, 6, 8], random), target = Tensor.RandN([2, 4, 8], random);
        var y = model.Forward(source, target, targetMask: Transformer.CausalMask(4));
        Assertions.Close(y, model.Forward(source, target, targetIsCausal: true), 1e-6);
        // a causal decoder's first outputs do not depend on what follows
        Assertions.Close(y[.., ..2], model.Forward(source, target[.., ..2], targetIsCausal: true), 1e-5);
    }

    [Fact]
    public void Copies_of_a_layer_begin_equal_and_train_apart()
    {
        var encoder = new TransformerEncoder(ParamScope.Random(3), new TransformerSettings(8, 2, 16), 2);
        var state = encoder.StateDict();
        Assert.Equal(state["layers.0.linear1.weight"].ToArray<float>(), state["layers.1.linear1.weight"].ToArray<float>());
        Assert.NotSame(state["layers.0.linear1.weight"], state["layers.1.linear1.weight"]);
    }

    [Fact]
    public void Dropout_needs_a_generator_and_acts_in_training_only()
    {
        var x = Tensor.RandN([1, 2, 3, 4], new PhiloxRandom(4));
        Assert.Contains("generator", Assert.Throws<ArgumentException>(() => x.ScaledDotProductAttention(x, x, dropout: 0.5)).Message, StringComparison.Ordinal);
        var layer = new TransformerEncoderLayer(ParamScope.Random(0), 4, 2, 8, dropout: 0.5, batchFirst: true);
        Assert.NotEqual(layer.Forward(x[0]).ToArray<float>(), layer.Forward(x[0]).ToArray<float>());
        layer.Eval();
        Assert.Equal(layer.Forward(x[0]).ToArray<float>(), layer.Forward(x[0]).ToArray<float>());
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        var x = Tensor.Zeros([2, 4, 3, 8]);
        Assert.Contains("sizes of query and key differ (8 and 7)", Assert.Throws<ArgumentException>(() => x.ScaledDotProductAttention(Tensor.Zeros([2, 4, 3, 7]), x)).Message, StringComparison.Ordinal);
        Assert.Contains("must divide", Assert.Throws<ArgumentException>(() => x.ScaledDotProductAttention(Tensor.Zeros([2, 3, 3, 8]), Tensor.Zeros([2, 3, 3, 8]))).Message, StringComparison.Ordinal);
        Assert.Contains("mask [2, 2]", Assert.Throws<ArgumentException>(() => x.ScaledDotProductAttention(x, x, Tensor.Zeros([2, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("do not divide", Assert.Throws<ArgumentException>(() => new MultiheadAttention(ParamScope.Random(0), 8, 3)).Message, StringComparison.Ordinal);
        var attention = new MultiheadAttention(ParamScope.Random(0), 8, 2, batchFirst: true);
        Assert.Contains("padding mask [2, 4]", Assert.Throws<ArgumentException>(() => attention.Forward(x[0], x[0], x[0], Tensor.Zeros([2, 4], DType.Bool))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_are_sines_and_cosines()
    {
        var table = PositionalEncoding.Table(3, 4, DType.Float64);
        Assertions.Close(Tensor.From([[0.0, 1, 0, 1], [Math.Sin(1), Math.Cos(1), Math.Sin(0.01), Math.Cos(0.01)], [Math.Sin(2), Math.Cos(2), Math.Sin(0.02), Math.Cos(0.02)]]), table, 1e-14);
        var layer = new PositionalEncoding(ParamScope.Random(0), 4, longest: 3, dropout: 0);
        Assertions.Close(table, layer.Forward(Tensor.Zeros([2, 3, 4]))[1], 1e-6);
        Assert.Contains("4 positions", Assert.Throws<ArgumentException>(() => layer.Forward(Tensor.Zeros([2, 4, 4]))).Message, StringComparison.Ordinal);
    }
}
