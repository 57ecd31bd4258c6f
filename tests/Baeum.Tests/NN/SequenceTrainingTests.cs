namespace Baeum.Tests.NN;

/// <summary>Trainings of sequence models, followed step by step beside PyTorch's.</summary>
public class SequenceTrainingTests
{
    private static readonly GoldenBook Book = Goldens.Open("training/training");

    [Fact]
    public void A_recurrent_language_model_learns_as_in_PyTorch()
    {
        var golden = Book.Cases.Single(c => c.Name == "lstm_lm");
        var scope = ParamScope.FromStateDict(Parameters(golden));
        var embed = new Embedding(scope / "embed", 40, 24);
        var lstm = new LSTM(scope / "lstm", 24, 24, 2, batchFirst: true);
        var head = new Linear(scope / "head", 24, 40);
        scope.Verify();
        Tensor[] parameters = [.. embed.Parameters(), .. lstm.Parameters(), .. head.Parameters()];
        var optimizer = new RMSprop(parameters, 0.005);
        var losses = golden.Output("loss").ToDoubles();
        var norms = golden.Output("grad_norm").ToDoubles();
        for (int step = 0; step < losses.Length; step++)
        {
            optimizer.LearningRate = 0.005 * Math.Pow(0.5, step / 10);
            optimizer.ZeroGrad();
            var loss = head.Forward(lstm.Forward(embed.Forward(Batch(golden, "batch0", step))).Output).Flatten(0, 1).CrossEntropy(Batch(golden, "batch1", step).Flatten());
            loss.Backward();
            Assert.Equal(losses[step], loss.Item(), losses[step] * 1e-3);
            Assert.Equal(norms[step], GradientClipping.ClipGradNorm(parameters, 1), norms[step] * 1e-3);
            optimizer.Step();
        }
    }

    [Fact]
    public void A_transformer_learns_to_copy_as_in_PyTorch()
    {
        const int width = 32, classes = 11;
        var golden = Book.Cases.Single(c => c.Name == "copy_task");
        var scope = ParamScope.FromStateDict(Parameters(golden));
        var source = new Embedding(scope / "src", classes, width);
        var target = new Embedding(scope / "tgt", classes, width);
        var transformer = new Transformer(scope / "t", new TransformerSettings(width, 4, 64, Dropout: 0, BatchFirst: true), 2, 2);
        var head = new Linear(scope / "out", width, classes);
        scope.Verify();
        var optimizer = new Adam((Tensor[])[.. source.Parameters(), .. target.Parameters(), .. transformer.Parameters(), .. head.Parameters()], 1, 0.9, 0.98, 1e-9);
        var losses = golden.Output("loss").ToDoubles();
        Tensor Embed(Embedding embedding, Tensor ids) => embedding.Forward(ids) * Math.Sqrt(width) + PositionalEncoding.Table(ids.Shape[1], width);
        // the rate climbs: later steps blow rounding errors up, in PyTorch's versions among one another too
        for (int step = 0; step < 24; step++)
        {
            optimizer.LearningRate = Math.Pow(width, -0.5) * Math.Min(Math.Pow(Math.Max(step, 1), -0.5), Math.Max(step, 1) * Math.Pow(40, -1.5));
            optimizer.ZeroGrad();
            var y = transformer.Forward(Embed(source, Batch(golden, "batch0", step)), Embed(target, Batch(golden, "batch1", step)), targetIsCausal: true);
            var ids = Batch(golden, "batch2", step).Flatten();
            var goal = Tensor.OneHot(ids, classes) * (0.9 - 0.1 / 9) + 0.1 / 9;
            goal = goal * Tensor.From<float>([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
            var loss = head.Forward(y).LogSoftmax(-1).Flatten(0, 1).KlDivLoss(goal, LossReduction.Sum) / ids.Count;
            loss.Backward();
            Assert.Equal(losses[step], loss.Item(), losses[step] * 1e-3);
            optimizer.Step();
        }
    }

    private static Dictionary<string, Tensor> Parameters(GoldenCase golden) =>
        golden.Roles("params").ToDictionary(role => role, role => Tensor.Wrap(golden.Parameter(role).ToSingles(), golden.Parameter(role).Shape));

    private static Tensor Batch(GoldenCase golden, string role, int step) => Tensor.Wrap(golden.Input(role).ToLongs(), golden.Input(role).Shape).Select(0, step);
}
