using System.Text.Json.Nodes;
using Baeum.Models;

namespace Baeum.Tests.Models;

public sealed class CheckpointTests
{
    private static readonly BertConfig Small = new(50, HiddenSize: 16, LayerCount: 2, HeadCount: 2, IntermediateSize: 32, PositionCount: 12) { Labels = ["sad", "glad", "calm"] };

    private static Tensor Ids(params long[] ids) => Tensor.From(ids).Reshape(1, -1);

    private static BertForSequenceClassification Classifier(int seed = 1)
    {
        var model = new BertForSequenceClassification(ParamScope.Random(seed), Small);
        model.Eval();
        return model;
    }

    [Fact]
    public void A_saved_model_loads_as_it_was()
    {
        using var folder = new TemporaryFolder();
        var model = Classifier();
        model.Save(folder.Path);
        var loaded = BertForSequenceClassification.FromPretrained(folder.Path);
        Assert.Equal(Small.Labels, loaded.Config.Labels);
        Assert.Equal(Small with { Labels = [] }, (BertConfig)loaded.Config with { Labels = [] });
        Assert.Equal(model.Forward(Ids(4, 5, 6)).ToArray<float>(), loaded.Forward(Ids(4, 5, 6)).ToArray<float>());
        Assert.False(loaded.IsTraining);
    }

    [Fact]
    public void Half_precision_takes_half_the_room_and_stays_near()
    {
        using var folder = new TemporaryFolder();
        var model = Classifier();
        model.Save(Path.Combine(folder.Path, "single"));
        model.Save(Path.Combine(folder.Path, "half"), halfPrecision: true);
        long Size(string name) => new FileInfo(Path.Combine(folder.Path, name, "model.safetensors")).Length;
        Assert.True(Size("half") < 0.65 * Size("single"));
        Assertions.Close(model.Forward(Ids(4, 5, 6)), BertForSequenceClassification.FromPretrained(Path.Combine(folder.Path, "half")).Forward(Ids(4, 5, 6)), 5e-3);
    }

    [Fact]
    public void A_base_checkpoint_gets_a_new_head_and_a_head_is_left_behind()
    {
        using var folder = new TemporaryFolder();
        var trained = Classifier();
        trained.Save(folder.Path);
        var encoder = Bert.FromPretrained(folder.Path);
        var names = BertForTokenClassification.FromPretrained(folder.Path, ["O", "B", "I", "E"]);
        var expected = encoder.Forward(Ids(4, 5, 6));
        var trace = new Trace();
        Assert.Equal([1, 3, 4], names.Forward(Ids(4, 5, 6), trace: trace).Shape.ToArray());
        Assert.Equal(expected.ToArray<float>(), trace.HiddenStates[^1].ToArray<float>());
        // and from the bare encoder's names, as a BertModel is saved
        Safetensors.Save(folder.File("model.safetensors"), encoder.StateDict());
        var again = BertForSequenceClassification.FromPretrained(folder.Path, ["a", "b"]);
        Assert.Equal([1, 2], again.Forward(Ids(4, 5, 6)).Shape.ToArray());
    }

    [Fact]
    public void What_does_not_fit_stands_in_one_table()
    {
        using var folder = new TemporaryFolder();
        var model = Classifier();
        model.Save(folder.Path);
        var state = model.StateDict();
        state.Remove("bert.encoder.layer.1.output.dense.bias");
        state["bert.encoder.layer.7.output.dense.bias"] = Tensor.Zeros([16]);
        state["classifier.weight"] = Tensor.Zeros([4, 16]);
        Safetensors.Save(folder.File("model.safetensors"), state);
        string message = Assert.Throws<CheckpointException>(() => BertForSequenceClassification.FromPretrained(folder.Path)).Message;
        Assert.Contains("1 missing, 1 unexpected, 1 of another shape", message, StringComparison.Ordinal);
        Assert.Contains("bert.encoder.layer.1.output.dense.bias (is it bert.encoder.layer.7.output.dense.bias?)", message, StringComparison.Ordinal);
        Assert.Contains("the model has [3, 16], the file [4, 16]", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "'vocab_size' is missing")]
    [InlineData("[1]", "not a JSON object")]
    [InlineData("{\"vocab_size\": -3, \"hidden_size\": 16, \"num_hidden_layers\": 1, \"num_attention_heads\": 2, \"intermediate_size\": 8}", "'vocab_size' is -3")]
    [InlineData("{\"vocab_size\": \"many\"}", "'vocab_size' is \"many\"")]
    [InlineData("{\"vocab_size\": 50", "cannot be read")]
    public void A_broken_configuration_is_named(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        Classifier().Save(folder.Path);
        File.WriteAllText(folder.File("config.json"), json);
        Assert.Contains(expected, Assert.Throws<ModelException>(() => BertForSequenceClassification.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_configuration_and_an_unknown_activation_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no config.json", Assert.Throws<ModelException>(() => Bert.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
        Classifier().Save(folder.Path);
        var fields = JsonNode.Parse(File.ReadAllText(folder.File("config.json")))!.AsObject();
        fields["hidden_act"] = "mish";
        File.WriteAllText(folder.File("config.json"), fields.ToJsonString());
        Assert.Contains("'mish' is not known", Assert.Throws<ModelException>(() => Bert.FromPretrained(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_do_not_fit_are_refused_with_the_reason()
    {
        var model = Classifier();
        Assert.Contains("outside its vocabulary of 50", Assert.Throws<ArgumentException>(() => model.Forward(Ids(4, 50))).Message, StringComparison.Ordinal);
        Assert.Contains("more than its 12 positions", Assert.Throws<ArgumentException>(() => model.Forward(Tensor.Zeros([1, 13], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Contains("are empty", Assert.Throws<ArgumentException>(() => model.Forward(Tensor.Zeros([1, 0], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Contains("attention mask", Assert.Throws<ArgumentException>(() => model.Forward(Ids(4, 5), Tensor.Ones([1, 3], DType.Int64))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_changes_nothing()
    {
        var model = Classifier();
        var padded = model.Forward(Ids(4, 5, 6, 0, 0), Tensor.From([1L, 1, 1, 0, 0]).Reshape(1, 5));
        Assertions.Close(model.Forward(Ids(4, 5, 6)), padded, 1e-5);
    }
}
