using Baeum.Models;

namespace Baeum.Cli.Bench;

/// <summary>Training steps of two recipes, with the sizes of their usual batches (one of them also with that of 64 pairs) and their dropout.</summary>
internal static class ModelWorkloads
{
    internal static IEnumerable<Workload> All =>
    [
        new("train_minilm_6L384_b32x24_adamw", Classify, Tokens: 32 * 24, Warm: 2, Repeats: 5),
        new("train_t5_6L256_b14x25_adamw", () => Translate(14), Tokens: 14 * 25, Warm: 3, Repeats: 5),
        new("train_t5_6L256_b64x25_adamw", () => Translate(64), Tokens: 64 * 25, Warm: 2, Repeats: 5),
    ];

    private static Action Classify()
    {
        var random = new PhiloxRandom(0);
        var config = new BertConfig(30522, 384, 6, 12, 1536) { Labels = ["sadness", "joy", "love", "anger", "fear", "surprise"] };
        var model = new BertForSequenceClassification(ParamScope.Random(random), config);
        Tensor ids = Tensor.RandInt(0, config.VocabularySize, [32, 24], random), classes = Tensor.RandInt(0, 6, [32], random);
        return TrainingWorkloads.Step(new AdamW(model.Parameters(), 1e-4, weightDecay: 0.01), () => model.Forward(ids).CrossEntropy(classes));
    }

    private static Action Translate(int batchSize)
    {
        var random = new PhiloxRandom(0);
        var config = new T5Config(8000, 256, 64, 4, 1024, 3, 3);
        var model = new T5ForConditionalGeneration(ParamScope.Random(random), config);
        Tensor source = Tensor.RandInt(0, config.VocabularySize, [batchSize, 25], random), target = Tensor.RandInt(0, config.VocabularySize, [batchSize, 25], random);
        IReadOnlyList<Tensor> parameters = model.Parameters();
        var optimizer = new AdamW(parameters.ToArray(), 6e-4, weightDecay: 0.01);
        return () =>
        {
            using var scope = TensorScope.Begin();
            optimizer.ZeroGrad();
            model.Decode(model.ShiftRight(target), model.Encode(source)).Flatten(0, 1).CrossEntropy(target.Flatten(), labelSmoothing: 0.1).Backward();
            GradientClipping.ClipGradNorm(parameters, 1);
            optimizer.Step();
        };
    }
}
