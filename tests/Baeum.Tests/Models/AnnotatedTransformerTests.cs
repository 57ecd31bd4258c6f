using Baeum.Models;

namespace Baeum.Tests.Models;

public sealed class AnnotatedTransformerTests
{
    private static readonly AnnotatedTransformerConfig Small = new(11, 11, LayerCount: 2, ModelSize: 16, FeedForwardSize: 32, HeadCount: 4, Dropout: 0);

    private static AnnotatedTransformer Build(AnnotatedTransformerConfig config, DType dtype = DType.Float64)
    {
        var model = new AnnotatedTransformer(ParamScope.Random(5, dtype), config);
        // biases and norms that are not 0 and 1, so that one left out is noticed
        foreach (Tensor parameter in model.Parameters().Where(p => p.Rank == 1)) parameter.InitializeInPlace(Initializers.Normal(0.5, 0.2), new PhiloxRandom((ulong)parameter.Count));
        return model;
    }

    private static readonly Tensor Source = Tensor.From([[1L, 4, 7, 2], [1, 9, 0, 0]]), Target = Tensor.From([[1L, 3, 5], [1, 8, 6]]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_computes_what_the_engines_layers_compute(bool normFirst)
    {
        var model = Build(Small with { NormFirst = normFirst });
        var settings = new TransformerSettings(16, 4, 32, Dropout: 0, NormFirst: normFirst, BatchFirst: true);
        var scope = ParamScope.Random(0, DType.Float64);
        var encoder = new TransformerEncoder(scope / "encoder", settings, 2, finalNorm: normFirst);
        var decoder = new TransformerDecoder(scope / "decoder", settings, 2, finalNorm: normFirst);
        var state = model.StateDict();
        encoder.LoadStateDict(Renamed(state, "encoder", hasMemory: false));
        decoder.LoadStateDict(Renamed(state, "decoder", hasMemory: true));

        Tensor Embedded(Tensor ids, string side) => ids.Embedding(state[side + "_embed.0.lut.weight"]) * Math.Sqrt(16) + PositionalEncoding.Table(ids.Shape[1], 16, DType.Float64);
        Tensor padding = Source.Eq(0);
        Tensor memory = encoder.Forward(Embedded(Source, "src"), keyPaddingMask: padding);
        Tensor hidden = decoder.Forward(Embedded(Target, "tgt"), memory, memoryKeyPaddingMask: padding, isCausal: true);
        Tensor expected = hidden.Linear(state["generator.proj.weight"], state["generator.proj.bias"]);
        Tensor actual = model.Forward(Source, Target);
        Assertions.Close(expected, actual, 1e-12);

        expected.Square().Sum().Backward();
        actual.Square().Sum().Backward();
        var gradients = model.NamedParameters().ToDictionary(p => p.Name, p => p.Value.Grad!);
        foreach (var (name, value) in encoder.NamedParameters()) Assertions.Close(value.Grad!, Renamed(gradients, "encoder", hasMemory: false)[name], 1e-10);
        foreach (var (name, value) in decoder.NamedParameters()) Assertions.Close(value.Grad!, Renamed(gradients, "decoder", hasMemory: true)[name], 1e-10);
    }

    /// <summary>Values by the names of the engine's layers, which are PyTorch's.</summary>
    private static Dictionary<string, Tensor> Renamed(IReadOnlyDictionary<string, Tensor> values, string part, bool hasMemory)
    {
        var renamed = new Dictionary<string, Tensor>();
        foreach (string kind in (string[])["weight", "bias"])
        {
            for (int i = 0; i < 2; i++)
            {
                string from = $"{part}.layers.{i}.", to = $"layers.{i}.";
                foreach (var (mine, theirs) in ((string, string)[])[("self_attn", "self_attn"), .. hasMemory ? [("src_attn", "multihead_attn")] : Array.Empty<(string, string)>()])
                {
                    renamed[$"{to}{theirs}.in_proj_{kind}"] = Tensor.Cat([.. Enumerable.Range(0, 3).Select(n => values[$"{from}{mine}.linears.{n}.{kind}"])], 0);
                    renamed[$"{to}{theirs}.out_proj.{kind}"] = values[$"{from}{mine}.linears.3.{kind}"];
                }
                for (int n = 0; n < (hasMemory ? 3 : 2); n++) renamed[$"{to}norm{n + 1}.{kind}"] = values[$"{from}sublayer.{n}.norm.{kind}"];
                renamed[$"{to}linear1.{kind}"] = values[$"{from}feed_forward.w_1.{kind}"];
                renamed[$"{to}linear2.{kind}"] = values[$"{from}feed_forward.w_2.{kind}"];
            }
            if (values.TryGetValue($"{part}.norm.{kind}", out var norm)) renamed[$"norm.{kind}"] = norm;
        }
        return renamed;
    }

    [Fact]
    public void Neither_padding_nor_what_comes_later_changes_a_score()
    {
        var model = Build(Small);
        Tensor scores = model.Forward(Source, Target);
        Tensor longer = Tensor.Cat([Source, Tensor.Zeros([2, 3], DType.Int64)], 1);
        Assertions.Close(scores, model.Forward(longer, Target), 1e-12);
        Tensor continued = Tensor.Cat([Target, Tensor.From([[2L, 4], [0, 0]])], 1);
        Assertions.Close(scores, model.Forward(Source, continued).Narrow(1, 0, 3), 1e-12);
        Tensor other = Tensor.From([[1L, 4, 7, 3], [1, 9, 0, 0]]);
        Tensor change = (model.Forward(other, Target) - scores).Abs().AMax([1, 2]);
        Assert.True(change[0].Item() > 1e-3, "a source symbol that is no padding counts");
        Assert.Equal(0, change[1].Item());
    }

    [Fact]
    public void Masks_hide_keys_and_not_queries()
    {
        Tensor ids = Tensor.From([[1L, 5, 0]]);
        Assert.Equal([true, true, false], AnnotatedTransformer.PaddingMask(ids).ToArray<bool>());
        Assert.Equal([1, 1, 3, 3], AnnotatedTransformer.TargetMask(ids).Shape);
        Assert.Equal([true, false, false, true, true, false, true, true, false], AnnotatedTransformer.TargetMask(ids).ToArray<bool>());
    }

    [Fact]
    public void Training_steps_lower_the_loss()
    {
        var model = new AnnotatedTransformer(ParamScope.Random(1), Small with { Dropout = 0.1 });
        var optimizer = new Adam(model.Parameters(), 3e-3);
        Tensor source = Tensor.RandInt(1, 11, [16, 6], new PhiloxRandom(2));
        var losses = new List<double>();
        for (int step = 0; step < 60; step++)
        {
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(source, source[.., ..^1]).Reshape(-1, 11).CrossEntropy(source[.., 1..].Reshape(-1));
            loss.Backward();
            optimizer.Step();
            losses.Add(loss.Item());
        }
        Assert.InRange(losses[0], 1.5, 5);
        Assert.True(losses.TakeLast(5).Average() < 0.5 * losses[0], $"{losses[0]} became {losses[^1]}");
    }

    [Fact]
    public void Greedy_decoding_writes_the_best_symbol_each_time_and_stops_at_the_end()
    {
        var model = Build(Small, DType.Float32);
        model.Eval();
        Tensor written = model.GreedyDecode(Source, 6, startId: 1);
        Assert.Equal([2, 6], written.Shape);
        Assert.Equal([1L, 1], written.Select(1, 0).ToArray<long>());
        Tensor best = model.Forward(Source, written[.., ..^1]).ArgMax(-1);
        Assert.Equal(written[.., 1..].ToArray<long>(), best.ToArray<long>());

        int end = (int)written[0, 2].ItemLong();
        long[] first = model.GreedyDecode(Source[..1], 6, startId: 1, endId: end).ToArray<long>();
        Assert.Equal(end, first[^1]);
        Assert.Equal(written[0].ToArray<long>()[..first.Length], first);
        Assert.Equal(Array.IndexOf(first, end, 1), first.Length - 1);
    }

    [Fact]
    public void One_embedding_may_serve_source_target_and_generator()
    {
        var model = Build(Small with { SharesEmbedding = true });
        var own = Build(Small);
        Assert.Equal(own.ParameterCount() - 2 * 11 * 16, model.ParameterCount());
        var state = model.StateDict();
        Assert.Equal(state["src_embed.0.lut.weight"].ToArray<double>(), state["generator.proj.weight"].ToArray<double>());
        Assert.Equal(own.StateDict().Keys.Order(), state.Keys.Order());
        var error = Assert.Throws<ArgumentException>(() => Build(Small with { SharesEmbedding = true, TargetVocabularySize = 12 }));
        Assert.Contains("one vocabulary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        var model = Build(Small with { PositionCount = 5 });
        Assert.Contains("vocabulary of 11", Assert.Throws<ArgumentException>(() => model.Forward(Source, Target + 10)).Message, StringComparison.Ordinal);
        Assert.Contains("5 positions", Assert.Throws<ArgumentException>(() => model.Encode(Tensor.Ones([1, 6], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Contains("2 sources do not fit 1 targets", Assert.Throws<ArgumentException>(() => model.Forward(Source, Target[..1])).Message, StringComparison.Ordinal);
        Assert.Contains("3 heads do not divide 16", Assert.Throws<ArgumentException>(() => Build(Small with { HeadCount = 3 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trace_holds_every_picture()
    {
        var trace = new Trace();
        Build(Small).Forward(Source, Target, trace);
        Assert.Equal(6, trace.HiddenStates.Count);
        Assert.Equal([2, 4, 4, 4], trace.Attentions[0].Shape);
        Assert.Equal([2, 4, 3, 3], trace.Attentions[2].Shape);
        Assert.Equal([2, 4, 3, 4], trace.CrossAttentions[1].Shape);
        Assert.Equal(0, trace.CrossAttentions[0][1, .., .., 2..].Sum().Item());
    }
}
