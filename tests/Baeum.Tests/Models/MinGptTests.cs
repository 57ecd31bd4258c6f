using System.Runtime.InteropServices;
using System.Text.Json;
using Baeum.Inference;
using Baeum.Models;
using Baeum.Tests.Text;

namespace Baeum.Tests.Models;

public sealed class MinGptTests
{
    [Fact]
    public void A_network_that_minGPT_trained_computes_what_it_computed_there()
    {
        var state = Read("data/models/mingpt_nano_sort.model.json");
        var there = Read("data/models/mingpt_nano_sort.partials.json");
        Gpt2LMHeadModel model = MinGpt.FromStateDict(state, headCount: 3);
        Assert.Equal(85_728, model.ParameterCount());
        using var quiet = Autograd.NoGrad();
        var trace = new Trace();
        Tensor logits = model.Forward(there["idx"].To(DType.Int64), trace: trace);
        Assertions.Close(there["x"], trace.HiddenStates[0], 2e-6);
        for (int block = 0; block < 2; block++) Assertions.Close(there[$"block{block}"], trace.HiddenStates[block + 1], 2e-6);
        Assertions.Close(there["ln_f"], trace.HiddenStates[^1], 2e-6);
        Assertions.Close(there["lm_head"], logits, 2e-6);
        Assertions.Close(there["probs"], logits.Softmax(-1), 2e-6);
        Assert.Equal([0L, 0, 0, 1, 1, 2], TextGenerator.Generate(model, Tensor.From([0L, 0, 2, 1, 0, 1]).Reshape(1, -1), null, new GenerationOptions { MaxNewTokens = 6 }).ToArray<long>()[6..]);
    }

    [Fact]
    public void Weights_of_linear_layers_are_turned_and_missing_biases_are_zero()
    {
        var config = new Gpt2Config(11, 8, 12, 2, 3, HasBiases: false);
        var model = new Gpt2LMHeadModel(ParamScope.Random(1), config);
        model.Eval();
        string[] turned = ["c_attn.weight", "c_proj.weight", "c_fc.weight"];
        var state = model.NamedParameters().ToDictionary(entry => "_orig_mod." + entry.Name, entry => turned.Any(end => entry.Name.EndsWith(end, StringComparison.Ordinal)) ? entry.Value.Detach().T : entry.Value.Detach());
        Gpt2LMHeadModel other = MinGpt.FromStateDict(state, 3);
        Tensor ids = Tensor.From([3L, 1, 4, 1, 5]).Reshape(1, -1);
        Assertions.Close(model.Forward(ids).Detach(), other.Forward(ids).Detach(), 0);
        Assert.Equal(config.ToString(), other.Config.ToString());
        state.Remove("_orig_mod.transformer.h.1.ln_2.weight");
        Assert.Contains("transformer.h.1.ln_2.weight", Assert.Throws<CheckpointException>(() => MinGpt.FromStateDict(state, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("5 heads", Assert.Throws<ModelException>(() => MinGpt.FromStateDict(state, 5)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_saved_folder_has_all_names_of_GPT2_and_loads_again(bool hasBiases, bool tiesOutput)
    {
        using var folder = new TemporaryFolder();
        var model = new Gpt2LMHeadModel(ParamScope.Random(1), new Gpt2Config(11, 8, 12, 2, 3, HasBiases: hasBiases, TiesOutput: tiesOutput));
        model.Eval();
        model.Save(folder.Path);
        Gpt2LMHeadModel again = Gpt2LMHeadModel.FromPretrained(folder.Path);
        Tensor ids = Tensor.From([3L, 1, 4, 1, 5]).Reshape(1, -1);
        Assertions.Close(model.Forward(ids).Detach(), again.Forward(ids).Detach(), 0);
        var names = Safetensors.Load(System.IO.Path.Combine(folder.Path, "model.safetensors")).Keys;
        Assert.Contains("transformer.h.1.attn.c_attn.bias", names);
        Assert.Contains("transformer.ln_f.bias", names);
        Assert.Equal(!tiesOutput, names.Contains("lm_head.weight"));
    }

    [Theory]
    [InlineData("nano", 3, 48)]
    [InlineData("micro", 4, 128)]
    [InlineData("mini", 6, 192)]
    [InlineData("gopher-44m", 8, 512)]
    [InlineData("gpt2", 12, 768)]
    [InlineData("gpt2-xl", 48, 1600)]
    public void Sizes_have_names(string name, int layers, int size)
    {
        Gpt2Config config = Gpt2Config.Named(name);
        Assert.Equal((layers, size), (config.LayerCount, config.HiddenSize));
        // what the shapes make: embeddings, and 12·size² + 13·size a layer, and the last norm
        long expected = (50257L + 1024) * size + layers * (12L * size * size + 13L * size) + 2L * size;
        Assert.Equal(expected, new Gpt2LMHeadModel(ParamScope.ShapesOnly(), config).ParameterCount());
    }

    [Fact]
    public void New_weights_spread_as_GPT2s_do()
    {
        var model = new Gpt2LMHeadModel(ParamScope.Random(1), Gpt2Config.Named("micro", 1000, 64));
        var spread = model.NamedParameters().ToDictionary(entry => entry.Name, entry => entry.Value.Detach().Square().Mean().Sqrt().Item());
        Assert.Equal(0.02, spread["transformer.wte.weight"], 3);
        Assert.Equal(0.02, spread["transformer.h.0.mlp.c_fc.weight"], 3);
        Assert.Equal(0.02 / Math.Sqrt(8), spread["transformer.h.0.mlp.c_proj.weight"], 3);
        Assert.Equal(0, spread["transformer.h.3.attn.c_attn.bias"]);
    }

    [Fact]
    public void A_convolutional_network_trained_elsewhere_reads_digits_as_well_here()
    {
        string weights = SharedData.Path("data/models/mnist_cnn_burn.safetensors");
        Tensor images = Idx.Load(SharedData.Path("data/vision/mnist-t10k-images-idx3-ubyte.gz")), labels = Idx.Load(SharedData.Path("data/vision/mnist-t10k-labels-idx1-ubyte.gz"));
        var scope = ParamScope.FromStateDict(Safetensors.Load(weights));
        Conv2d[] convolutions = [new(scope / "conv1", 1, 8, 3), new(scope / "conv2", 8, 16, 3), new(scope / "conv3", 16, 24, 3)];
        var norm1 = new BatchNorm2d(scope / "norm1", 24);
        Linear fc1 = new(scope / "fc1", 24 * 22 * 22, 32), fc2 = new(scope / "fc2", 32, 10);
        var norm2 = new BatchNorm1d(scope / "norm2", 10);
        scope.Verify();
        norm1.Eval();
        norm2.Eval();
        using var quiet = Autograd.NoGrad();
        double right = 0, loss = 0;
        const int Batch = 250;
        for (int start = 0; start < 10_000; start += Batch)
        {
            using var memory = TensorScope.Begin();
            Tensor x = (images.Narrow(0, start, Batch).To(DType.Float32).Unsqueeze(1) / 255 - 0.1307) / 0.3081;
            foreach (Conv2d convolution in convolutions) x = convolution.Forward(x).Relu();
            Tensor scores = norm2.Forward(fc2.Forward(fc1.Forward(norm1.Forward(x).Flatten(1)).Relu()));
            Tensor wanted = labels.Narrow(0, start, Batch);
            loss += Batch * scores.CrossEntropy(wanted).Item();
            right += scores.ArgMax(1).Eq(wanted).CountNonzero().ItemLong();
        }
        Assert.Equal(0.9917, right / 10_000, 4);
        Assert.Equal(0.02809, loss / 10_000, 5);
    }

    private static Dictionary<string, Tensor> Read(string relative)
    {
        using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path(relative)));
        var tensors = new Dictionary<string, Tensor>();
        foreach (JsonProperty entry in file.RootElement.EnumerateObject().Where(entry => entry.Name != "config"))
        {
            float[] numbers = MemoryMarshal.Cast<byte, float>(entry.Value.GetProperty("data").GetBytesFromBase64()).ToArray();
            tensors[entry.Name] = Tensor.From(numbers).Reshape((int[])[.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())]);
        }
        return tensors;
    }
}
