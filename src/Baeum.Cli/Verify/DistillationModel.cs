namespace Baeum.Cli.Verify;

/// <summary>A small DistilBERT taught by a BERT (Sanh et al. 2019): soft targets, the masked words themselves, and the direction of the hidden states.</summary>
internal static class DistillationModel
{
    // what the book does not tell: PyTorch's AdamW with its own decay, four heads
    private const int Heads = 4;
    private const double Rate = 5e-3, Temperature = 2;

    internal static TrainingCases.Training Create(GoldenCase golden)
    {
        Dictionary<string, Tensor> student = TrainingCases.Leaves(golden);
        var teacher = Safetensors.Load(Path.Combine(Path.GetDirectoryName(golden.BookPath) ?? "", "distillation-teacher.safetensors"));
        var optimizer = new AdamW(golden.Arguments.Texts("parameter_names").Select(name => student[name]).ToArray(), Rate);
        return new TrainingCases.Training(batch => Loss(student, teacher, batch[0], batch[1]), student, optimizer);
    }

    private static Tensor Loss(IReadOnlyDictionary<string, Tensor> student, IReadOnlyDictionary<string, Tensor> teacher, Tensor ids, Tensor labels)
    {
        Tensor teacherLogits, teacherHidden;
        using (Autograd.NoGrad())
            (teacherLogits, teacherHidden) = Bert(teacher, ids);
        (Tensor logits, Tensor hidden) = DistilBert(student, ids);
        long[] masked = labels.ToArray<long>().Select((label, place) => label == -100 ? -1L : place).Where(place => place >= 0).ToArray();
        Tensor places = Tensor.From(masked);
        Tensor Masked(Tensor x) => x.Flatten(0, 1).IndexSelect(0, places) / Temperature;
        Tensor soft = Masked(logits).LogSoftmax(-1).KlDivLoss(Masked(teacherLogits).Softmax(-1), LossReduction.BatchMean) * (Temperature * Temperature);
        Tensor words = logits.Flatten(0, 1).CrossEntropy(labels.Flatten());
        Tensor direction = (1 - hidden.Flatten(0, 1).CosineSimilarity(teacherHidden.Flatten(0, 1), 1)).Mean();
        return soft * 5 + words * 2 + direction;
    }

    private static (Tensor Logits, Tensor Hidden) Bert(IReadOnlyDictionary<string, Tensor> p, Tensor ids)
    {
        Tensor words = p["bert.embeddings.word_embeddings.weight"];
        Tensor x = ids.Embedding(words) + p["bert.embeddings.position_embeddings.weight"].Narrow(0, 0, ids.Shape[1]) + p["bert.embeddings.token_type_embeddings.weight"].Select(0, 0);
        x = Norm(p, "bert.embeddings.LayerNorm", x);
        for (int i = 0; p.ContainsKey(FormattableString.Invariant($"bert.encoder.layer.{i}.output.dense.weight")); i++)
        {
            string layer = FormattableString.Invariant($"bert.encoder.layer.{i}.");
            x = Block(p, x, layer + "attention.self.query", layer + "attention.self.key", layer + "attention.self.value", layer + "attention.output.dense",
                layer + "attention.output.LayerNorm", layer + "intermediate.dense", layer + "output.dense", layer + "output.LayerNorm");
        }
        Tensor y = Norm(p, "cls.predictions.transform.LayerNorm", Dense(p, "cls.predictions.transform.dense", x).Gelu());
        return (TrainingModels.Project(y, words, p["cls.predictions.bias"]), x);
    }

    private static (Tensor Logits, Tensor Hidden) DistilBert(IReadOnlyDictionary<string, Tensor> p, Tensor ids)
    {
        Tensor words = p["distilbert.embeddings.word_embeddings.weight"];
        Tensor x = Norm(p, "distilbert.embeddings.LayerNorm", ids.Embedding(words) + p["distilbert.embeddings.position_embeddings.weight"].Narrow(0, 0, ids.Shape[1]));
        for (int i = 0; p.ContainsKey(FormattableString.Invariant($"distilbert.transformer.layer.{i}.ffn.lin1.weight")); i++)
        {
            string layer = FormattableString.Invariant($"distilbert.transformer.layer.{i}.");
            x = Block(p, x, layer + "attention.q_lin", layer + "attention.k_lin", layer + "attention.v_lin", layer + "attention.out_lin",
                layer + "sa_layer_norm", layer + "ffn.lin1", layer + "ffn.lin2", layer + "output_layer_norm");
        }
        Tensor y = Norm(p, "vocab_layer_norm", Dense(p, "vocab_transform", x).Gelu());
        return (TrainingModels.Project(y, words, p["vocab_projector.bias"]), x);
    }

    private static Tensor Block(
        IReadOnlyDictionary<string, Tensor> p, Tensor x, string query, string key, string value, string output, string norm, string up, string down, string lastNorm)
    {
        Tensor attended = TrainingModels.Attention(Dense(p, query, x), Dense(p, key, x), Dense(p, value, x), Heads);
        x = Norm(p, norm, Dense(p, output, attended) + x);
        return Norm(p, lastNorm, Dense(p, down, Dense(p, up, x).Gelu()) + x);
    }

    private static Tensor Dense(IReadOnlyDictionary<string, Tensor> p, string name, Tensor x) => TrainingModels.Project(x, p[name + ".weight"], p[name + ".bias"]);

    private static Tensor Norm(IReadOnlyDictionary<string, Tensor> p, string name, Tensor x) => x.LayerNorm([x.Shape[-1]], p[name + ".weight"], p[name + ".bias"], 1e-12);
}
