namespace Baeum.Cli.Verify;

/// <summary>Sequence models written out in plain operations, so that fused layers cannot hide an error of their own.</summary>
internal static class TrainingModels
{
    /// <summary>Attention of queries [batch, time, width] to keys and values, in heads; the result is [batch, time, width].</summary>
    internal static Tensor Attention(Tensor query, Tensor key, Tensor value, int heads, bool causal = false)
    {
        int size = query.Shape[2] / heads;
        Tensor Heads(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], heads, size).Transpose(1, 2);
        Tensor scores = Heads(query).MatMul(Heads(key).Transpose(-1, -2)) / Math.Sqrt(size);
        if (causal)
        {
            int times = query.Shape[1];
            Tensor future = Tensor.Arange(times).Reshape(1, times) > Tensor.Arange(times).Reshape(times, 1);
            scores = scores.MaskedFill(future, double.NegativeInfinity);
        }
        return scores.Softmax(-1).MatMul(Heads(value)).Transpose(1, 2).Reshape(query.Shape);
    }

    internal static Tensor Project(Tensor x, Tensor weight, Tensor bias) => x.MatMul(weight.T) + bias;

    /// <summary>Embedding, two LSTM layers, linear head.</summary>
    internal static TrainingCases.Training RecurrentLanguageModel(GoldenCase golden)
    {
        Dictionary<string, Tensor> p = TrainingCases.Leaves(golden);
        Arguments args = golden.Arguments;
        Tensor Layer(Tensor x, int layer)
        {
            string End(string name) => FormattableString.Invariant($"lstm.{name}_l{layer}");
            int width = p[End("weight_hh")].Shape[1];
            Tensor h = Tensor.Zeros([x.Shape[0], width]), c = Tensor.Zeros([x.Shape[0], width]);
            var outputs = new List<Tensor>();
            for (int t = 0; t < x.Shape[1]; t++)
            {
                Tensor gates = Project(x.Select(1, t), p[End("weight_ih")], p[End("bias_ih")]) + Project(h, p[End("weight_hh")], p[End("bias_hh")]);
                Tensor[] part = gates.Chunk(4, 1);
                c = part[1].Sigmoid() * c + part[0].Sigmoid() * part[2].Tanh();
                h = part[3].Sigmoid() * c.Tanh();
                outputs.Add(h);
            }
            return Tensor.Stack(outputs, 1);
        }
        Tensor Loss(Tensor[] batch)
        {
            Tensor x = Layer(Layer(batch[0].Embedding(p["embed.weight"]), 0), 1);
            return Project(x, p["head.weight"], p["head.bias"]).Flatten(0, 1).CrossEntropy(batch[1].Flatten());
        }
        return new TrainingCases.Training(Loss, p, new RMSprop(p.Values.ToArray(), args.Double("lr")), step => args.Double("lr") * Math.Pow(0.5, step / 10));
    }

    /// <summary>GPT-2 as Hugging Face names it; its linear layers keep their weights [in, out].</summary>
    internal static TrainingCases.Training Gpt2(GoldenCase golden)
    {
        Dictionary<string, Tensor> p = TrainingCases.Leaves(golden);
        Arguments args = golden.Arguments, config = new(args.Json.GetProperty("config"));
        Tensor Norm(string name, Tensor x) => x.LayerNorm([x.Shape[-1]], p[name + ".weight"], p[name + ".bias"], 1e-5);
        Tensor Conv(string name, Tensor x) => x.MatMul(p[name + ".weight"]) + p[name + ".bias"];
        Tensor Loss(Tensor[] batch)
        {
            Tensor x = batch[0].Embedding(p["transformer.wte.weight"]) + p["transformer.wpe.weight"].Narrow(0, 0, batch[0].Shape[1]);
            for (int i = 0; i < config.Int("n_layer"); i++)
            {
                string block = FormattableString.Invariant($"transformer.h.{i}.");
                Tensor[] qkv = Conv(block + "attn.c_attn", Norm(block + "ln_1", x)).Chunk(3, 2);
                x = x + Conv(block + "attn.c_proj", Attention(qkv[0], qkv[1], qkv[2], config.Int("n_head"), causal: true));
                x = x + Conv(block + "mlp.c_proj", Conv(block + "mlp.c_fc", Norm(block + "ln_2", x)).Gelu(tanhApproximation: true));
            }
            return Norm("transformer.ln_f", x).MatMul(p["transformer.wte.weight"].T).Flatten(0, 1).CrossEntropy(batch[1].Flatten());
        }
        Tensor[] trained = args.Texts("parameter_names").Select(name => p[name]).ToArray();
        double rate = args.Double("lr");
        ParameterGroup[] groups =
        [
            new(trained.Where(tensor => tensor.Rank >= 2), weightDecay: 0.1),
            new(trained.Where(tensor => tensor.Rank < 2), weightDecay: 0),
        ];
        var optimizer = new AdamW(groups, rate, args.Doubles("betas")[0], args.Doubles("betas")[1]);
        return new TrainingCases.Training(Loss, p, optimizer, step => rate * Math.Min(1, (step + 1) / 10.0) * 0.5 * (1 + Math.Cos(Math.PI * step / 60)));
    }

    /// <summary>The encoder-decoder of the copy task: layers normalised after each part, and once more after each stack.</summary>
    internal static TrainingCases.Training CopyTask(GoldenCase golden)
    {
        const int Width = 32, Heads = 4, Classes = 11;
        Dictionary<string, Tensor> p = TrainingCases.Leaves(golden);
        Tensor Norm(string name, Tensor x) => x.LayerNorm([Width], p[name + ".weight"], p[name + ".bias"], 1e-5);
        Tensor Dense(string name, Tensor x) => Project(x, p[name + ".weight"], p[name + ".bias"]);
        Tensor Attend(string name, Tensor x, Tensor memory, bool causal)
        {
            Tensor[] weights = p[name + ".in_proj_weight"].Chunk(3), biases = p[name + ".in_proj_bias"].Chunk(3);
            return Dense(name + ".out_proj", Attention(Project(x, weights[0], biases[0]), Project(memory, weights[1], biases[1]), Project(memory, weights[2], biases[2]), Heads, causal));
        }
        Tensor Embed(string name, Tensor ids) => ids.Embedding(p[name]) * Math.Sqrt(Width) + Sinusoids(ids.Shape[1], Width);
        Tensor Loss(Tensor[] batch)
        {
            Tensor memory = Embed("src.weight", batch[0]), x = Embed("tgt.weight", batch[1]);
            for (int i = 0; i < 2; i++)
            {
                string layer = FormattableString.Invariant($"t.encoder.layers.{i}.");
                memory = Norm(layer + "norm1", memory + Attend(layer + "self_attn", memory, memory, causal: false));
                memory = Norm(layer + "norm2", memory + Dense(layer + "linear2", Dense(layer + "linear1", memory).Relu()));
            }
            memory = Norm("t.encoder.norm", memory);
            for (int i = 0; i < 2; i++)
            {
                string layer = FormattableString.Invariant($"t.decoder.layers.{i}.");
                x = Norm(layer + "norm1", x + Attend(layer + "self_attn", x, x, causal: true));
                x = Norm(layer + "norm2", x + Attend(layer + "multihead_attn", x, memory, causal: false));
                x = Norm(layer + "norm3", x + Dense(layer + "linear2", Dense(layer + "linear1", x).Relu()));
            }
            Tensor logProbabilities = Dense("out", Norm("t.decoder.norm", x)).LogSoftmax(-1).Flatten(0, 1);
            Tensor targets = Smoothed(batch[2].Flatten(), Classes);
            return logProbabilities.KlDivLoss(targets, LossReduction.Sum) / batch[2].Count;
        }
        Arguments args = golden.Arguments;
        var optimizer = new Adam(args.Texts("parameter_names").Select(name => p[name]).ToArray(), 1, args.Doubles("betas")[0], args.Doubles("betas")[1], args.Double("eps"));
        // the rate climbs to 0.03, where one rounding error grows a thousandfold in ten steps: from step 30 on PyTorch 1.13, PyTorch 2.13 and
        // either of them in double precision differ by 0.2 to 1 per cent from one another
        return new TrainingCases.Training(Loss, p, optimizer,
            step => Math.Pow(Width, -0.5) * Math.Min(Math.Pow(Math.Max(step, 1), -0.5), Math.Max(step, 1) * Math.Pow(40, -1.5)), Steady: 24);
    }

    // 0.9 for the target, 0.1 shared by the others, nothing for padding (class 0)
    private static Tensor Smoothed(Tensor ids, int classes)
    {
        long[] targets = ids.ToArray<long>();
        float[] values = new float[targets.Length * classes];
        Array.Fill(values, 0.1f / (classes - 2));
        for (int row = 0; row < targets.Length; row++)
        {
            values[row * classes] = 0;
            values[row * classes + targets[row]] = 0.9f;
        }
        return Tensor.Wrap(values, [targets.Length, classes]);
    }

    private static Tensor Sinusoids(int times, int width)
    {
        float[] values = new float[times * width];
        for (int t = 0; t < times; t++)
        {
            for (int i = 0; i < width; i++)
            {
                double angle = t / Math.Pow(10000, i / 2 * 2 / (double)width);
                values[t * width + i] = (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
        return Tensor.Wrap(values, [times, width]);
    }
}
