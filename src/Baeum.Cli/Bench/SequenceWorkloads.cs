namespace Baeum.Cli.Bench;

/// <summary>Recurrent networks and Transformers, built as in the program that times PyTorch.</summary>
internal static class SequenceWorkloads
{
    internal static IEnumerable<Workload> All =>
    [
        new("train_lstm_256x256_t64_b32_sgd", () => Recurrent(new LSTM(ParamScope.Random(0), 256, 256, batchFirst: true), (lstm, x) => lstm.Forward(x).Output)),
        new("train_gru_256x256_t64_b32_sgd", () => Recurrent(new GRU(ParamScope.Random(0), 256, 256, batchFirst: true), (gru, x) => gru.Forward(x).Output)),
        new("train_nanogpt_cpu_4L4H128_t64_b12_adamw", () => Gpt(128, 4, 4, 64, 12), Tokens: 64 * 12, Warm: 3, Repeats: 5),
        new("train_gpt_6L6H384_t256_b4_adamw", () => Gpt(384, 6, 6, 256, 4), Tokens: 256 * 4, Warm: 3, Repeats: 5),
        new("train_transformer_copy_d512_N2_b30x10_adam", Copy, Warm: 2, Repeats: 5),
        new("infer_minilm_encoder_6L384_b8x128", Encode, Warm: 2, Repeats: 5),
    ];

    private static Action Recurrent<TLayer>(TLayer layer, Func<TLayer, Tensor, Tensor> forward) where TLayer : Module
    {
        Tensor x = Tensor.RandN([32, 64, 256], new PhiloxRandom(0));
        return TrainingWorkloads.Step(new SGD(layer.Parameters(), 0.01), () => forward(layer, x).Square().Mean());
    }

    private static Action Gpt(int width, int heads, int layers, int times, int batch)
    {
        const int Vocabulary = 65;
        var random = new PhiloxRandom(0);
        Tensor ids = Tensor.RandInt(0, Vocabulary, [batch, times], random), next = Tensor.RandInt(0, Vocabulary, [batch, times], random);
        var scope = ParamScope.Random(random);
        Embedding words = new(scope / "te", Vocabulary, width), places = new(scope / "pe", times, width);
        var blocks = new ModuleList<Block>(scope / "b", layers, place => new Block(place, width, heads));
        var norm = new LayerNorm(scope / "n", width);
        var head = new Linear(scope / "hd", width, Vocabulary, bias: false);
        Tensor[] parameters = [.. words.Parameters(), .. places.Parameters(), .. blocks.Parameters(), .. norm.Parameters(), .. head.Parameters()];
        var optimizer = new AdamW(parameters, 1e-3, weightDecay: 0.1);
        return () =>
        {
            using var scope = TensorScope.Begin();
            optimizer.ZeroGrad();
            Tensor x = words.Forward(ids) + places.Weight;
            foreach (Block block in blocks)
                x = block.Forward(x);
            head.Forward(norm.Forward(x)).Flatten(0, 1).CrossEntropy(next.Flatten()).Backward();
            GradientClipping.ClipGradNorm(parameters, 1);
            optimizer.Step();
        };
    }

    private static Action Copy()
    {
        var random = new PhiloxRandom(0);
        Tensor source = Tensor.RandInt(1, 11, [30, 10], random), target = Tensor.RandInt(1, 11, [30, 9], random);
        var scope = ParamScope.Random(random);
        var transformer = new Transformer(scope / "t", new TransformerSettings(512, 8, 2048, Dropout: 0, BatchFirst: true), 2, 2);
        var words = new Embedding(scope / "e", 11, 512);
        var head = new Linear(scope / "h", 512, 11);
        Tensor mask = Transformer.CausalMask(9);
        Tensor[] parameters = [.. transformer.Parameters(), .. words.Parameters(), .. head.Parameters()];
        return TrainingWorkloads.Step(new Adam(parameters, 1e-4),
            () => head.Forward(transformer.Forward(words.Forward(source), words.Forward(target), targetMask: mask)).Flatten(0, 1).CrossEntropy(target.Flatten()));
    }

    private static Action Encode()
    {
        Tensor x = Tensor.RandN([8, 128, 384], new PhiloxRandom(0));
        var encoder = new TransformerEncoder(ParamScope.Random(0), new TransformerSettings(384, 12, 1536, 0, TransformerActivation.Gelu, BatchFirst: true), 6);
        encoder.Eval();
        return () =>
        {
            using var pass = TensorScope.Begin();
            using Autograd.Restore quiet = Autograd.NoGrad();
            encoder.Forward(x);
        };
    }

    /// <summary>A block of a small GPT: attention and two linear layers, each behind a layer norm.</summary>
    private sealed class Block(ParamScope scope, int width, int heads) : Layer(scope)
    {
        private readonly LayerNorm first = new(scope / "n1", width), second = new(scope / "n2", width);
        private readonly Linear qkv = new(scope / "qkv", width, 3 * width), output = new(scope / "o", width, width);
        private readonly Linear up = new(scope / "f1", width, 4 * width), down = new(scope / "f2", 4 * width, width);

        public override Tensor Forward(Tensor x)
        {
            Tensor[] parts = qkv.Forward(first.Forward(x)).Chunk(3, 2);
            Tensor Heads(Tensor t) => t.Reshape(t.Shape[0], t.Shape[1], heads, width / heads).Transpose(1, 2);
            Tensor attended = Heads(parts[0]).ScaledDotProductAttention(Heads(parts[1]), Heads(parts[2]), isCausal: true);
            x = x + output.Forward(attended.Transpose(1, 2).Reshape(x.Shape));
            return x + down.Forward(up.Forward(second.Forward(x)).Gelu());
        }
    }
}
