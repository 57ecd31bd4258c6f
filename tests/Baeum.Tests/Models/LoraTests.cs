using Baeum.Models;

namespace Baeum.Tests.Models;

public sealed class LoraTests
{
    private static readonly LoraConfig Small = new(["query", "value"], Rank: 2, Alpha: 4);

    private static Tensor Ids => Tensor.From([4L, 5, 6]).Reshape(1, 3);

    private static BertForSequenceClassification Model()
    {
        var model = new BertForSequenceClassification(ParamScope.Random(1), new BertConfig(50, HiddenSize: 16, LayerCount: 2, HeadCount: 2, IntermediateSize: 32, PositionCount: 12));
        model.Eval();
        return model;
    }

    private static float[] Trained(BertForSequenceClassification model, Lora lora)
    {
        var optimizer = new Adam(lora.Parameters(), 0.05);
        for (int step = 0; step < 5; step++)
        {
            optimizer.ZeroGrad();
            model.Forward(Ids).CrossEntropy(Tensor.From([1L])).Backward();
            optimizer.Step();
        }
        return model.Forward(Ids).ToArray<float>();
    }

    [Fact]
    public void At_first_nothing_changes_and_only_adapters_are_trained()
    {
        var model = Model();
        float[] before = model.Forward(Ids).ToArray<float>();
        var weights = model.StateDict().ToDictionary(entry => entry.Key, entry => entry.Value.Clone());
        var lora = Lora.Inject(model, Small, new TorchRandom(2));
        Assert.Equal(before, model.Forward(Ids).ToArray<float>());
        Assert.Equal(2 * 2 * 2 * 2 * 16, lora.Parameters().Sum(p => p.Count));
        Assert.NotEqual(before, Trained(model, lora));
        Assert.All(model.StateDict(), entry => Assert.Equal(weights[entry.Key].ToArray<float>(), entry.Value.ToArray<float>()));
        Assert.All(model.Parameters(), parameter => Assert.Null(parameter.Grad));
    }

    [Fact]
    public void Merged_and_loaded_adapters_give_the_same_scores()
    {
        using var folder = new TemporaryFolder();
        var model = Model();
        var lora = Lora.Inject(model, Small, new TorchRandom(2));
        float[] trained = Trained(model, lora);
        lora.Save(folder.Path, "owner/name");
        lora.Merge();
        Assertions.Close(Tensor.From(trained), model.Forward(Ids).Reshape(-1), 1e-5);
        var other = Model();
        Lora.Load(other, folder.Path);
        Assert.Equal(trained, other.Forward(Ids).ToArray<float>());
        Assert.Contains("base_model.model.bert.encoder.layer.1.attention.self.value.lora_B.weight", Safetensors.Load(folder.File("adapter_model.safetensors")).Keys);
        Assert.Contains("\"r\": 2", File.ReadAllText(folder.File("adapter_config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("called 'quary'; near are query", Assert.Throws<ModelException>(() => Lora.Inject(Model(), new LoraConfig(["quary"]), new TorchRandom(1))).Message, StringComparison.Ordinal);
        var model = Model();
        var lora = Lora.Inject(model, Small, new TorchRandom(2));
        Assert.Contains("has an adapter already", Assert.Throws<ModelException>(() => Lora.Inject(model, Small, new TorchRandom(1))).Message, StringComparison.Ordinal);
        lora.Save(folder.Path);
        string json = File.ReadAllText(folder.File("adapter_config.json"));
        File.WriteAllText(folder.File("adapter_config.json"), json.Replace("\"r\": 2", "\"r\": 3", StringComparison.Ordinal));
        Assert.Contains("the model needs [3, 16]", Assert.Throws<CheckpointException>(() => Lora.Load(Model(), folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.File("adapter_config.json"), json.Replace("\"LORA\"", "\"IA3\"", StringComparison.Ordinal));
        Assert.Contains("'IA3'", Assert.Throws<ModelException>(() => Lora.Load(Model(), folder.Path)).Message, StringComparison.Ordinal);
    }
}
