using System.Text.Json;

namespace Baeum.Tests;

public sealed class TrainerTests
{
    private static Tensor MeanSquare(Tensor difference) => (difference * difference).Sum() / difference.Count;

    private static (Linear Model, Trainer<(Tensor X, Tensor Y)> Trainer) Create(int accumulation)
    {
        var model = new Linear(ParamScope.Random(seed: 0, DType.Float64) / "layer", 4, 2);
        var optimizer = new SGD(model.Parameters(), 0.1, momentum: 0.9);
        return (model, new(model, optimizer, batch => MeanSquare(model.Forward(batch.X) - batch.Y)) { AccumulationSteps = accumulation, ClipNorm = 0.3 });
    }

    [Fact]
    public void AccumulatedGradientsEqualTheLargeBatch()
    {
        Tensor x = Tensor.RandN([12, 4], new NumPyRandom(1), dtype: DType.Float64), y = Tensor.RandN([12, 2], new NumPyRandom(2), dtype: DType.Float64);
        var (large, whole) = Create(1);
        var (small, parts) = Create(3);
        // the last step of an epoch has one batch only
        var first = whole.Fit([(x[..9], y[..9]), (x[9..], y[9..])], epochs: 4);
        var second = parts.Fit([(x[..3], y[..3]), (x[3..6], y[3..6]), (x[6..9], y[6..9]), (x[9..], y[9..])], epochs: 4);
        Assert.Equal(8, first.Step);
        Assert.Equal(8, second.Step);
        foreach (var (a, b) in large.Parameters().Zip(small.Parameters())) Assertions.Close(a, b, 1e-13);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ALossThatIsNoNumberStopsBeforeTheStep(double bad)
    {
        var model = new Linear(ParamScope.Random(seed: 0) / "layer", 2, 1);
        int batch = 0;
        float[]? before = null;
        var trainer = new Trainer<Tensor>(model, new SGD(model.Parameters(), 0.1), x =>
        {
            if (++batch == 3) before = model.Parameters()[0].ToArray<float>();
            return model.Forward(x).Sum() * (batch == 3 ? bad : 1);
        });
        var error = Assert.Throws<TrainingException>(() => trainer.Fit([Tensor.Ones([1, 2]), Tensor.Ones([1, 2]), Tensor.Ones([1, 2])], epochs: 1));
        Assert.Contains("step 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("DetectAnomaly", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters()[0].ToArray<float>());
    }

    [Fact]
    public void EvaluationRecordsNothingAndPutsTheModesBack()
    {
        var scope = ParamScope.Random(seed: 0);
        var inner = new Linear(scope / "0", 2, 2);
        var frozen = new Linear(scope / "1", 2, 2);
        var model = new Sequential(scope, inner, frozen);
        frozen.Eval();
        var trainer = new Trainer<Tensor>(model, new SGD(model.Parameters()), x =>
        {
            Assert.False(model.IsTraining || inner.IsTraining || Autograd.IsRecording);
            return model.Forward(x).Sum();
        })
        { BatchWeight = x => x.Shape[0] };
        Tensor a = Tensor.Ones([1, 2]), b = Tensor.Full([3, 2], 2);
        double expected;
        using (Autograd.NoGrad()) expected = (model.Forward(a).Sum().Item() + 3 * model.Forward(b).Sum().Item()) / 4;
        Assert.Equal(expected, trainer.Evaluate([a, b]), 1e-5);
        Assert.True(model.IsTraining && inner.IsTraining && Autograd.IsRecording);
        Assert.False(frozen.IsTraining);
        Assert.All(model.Parameters(), p => Assert.Null(p.Grad));
    }

    // where everything is pooled, the other tests never leave it alone
    [Fact]
    [Trait("Leg", "once")]
    public void TheMemoryOfEachStepComesBack()
    {
        var model = new Linear(ParamScope.Random(seed: 0) / "layer", 300, 300);
        var kept = new List<long>();
        var trainer = new Trainer<Tensor>(model, new Adam(model.Parameters()), x => MeanSquare(model.Forward(x)));
        var data = Enumerable.Range(0, 6).Select(_ =>
        {
            kept.Add(TensorPool.Allocated);
            return Tensor.Ones([300, 300]);
        });
        trainer.Fit(data, epochs: 1);
        // other tests use the pool meanwhile, so only a step that needs nothing new is asked for
        Assert.Contains(Enumerable.Range(2, 4), i => kept[i] - kept[i - 1] <= 1);
    }

    [Fact]
    public void TheScheduleCanGoByEpochs()
    {
        var model = new Linear(ParamScope.Random(seed: 0) / "layer", 2, 1);
        var optimizer = new SGD(model.Parameters(), 1e-3);
        var history = new History();
        var trainer = new Trainer<Tensor>(model, optimizer, x => MeanSquare(model.Forward(x))) { Schedule = new StepSchedule(optimizer, 1, 0.5), ScheduleEvery = ScheduleUnit.Epoch, Callbacks = [history] };
        trainer.Fit([Tensor.Ones([1, 2]), Tensor.Ones([1, 2])], epochs: 2);
        Assert.Equal([1e-3, 1e-3, 5e-4, 5e-4], history.Steps.Select(s => s.LearningRate));
    }

    [Fact]
    public void TrainingStopsWhenValidationStopsImproving()
    {
        using var folder = new TemporaryFolder();
        var model = new Linear(ParamScope.Random(seed: 0) / "layer", 1, 1, bias: false);
        double[] validation = [5, 4, 6, 4, 3.5, 9, 9, 9];
        var best = new BestCheckpoint(folder.File("best.safetensors"));
        int epoch = 0;
        var trainer = new Trainer<int>(model, new SGD(model.Parameters(), 0.01), kind => model.Forward(Tensor.Ones([1, 1])).Sum() * (kind == 0 ? 1 : 0) + (kind == 0 ? 0 : validation[epoch++]))
        { Callbacks = [new EarlyStopping(patience: 2), best, new Weights()] };
        var run = trainer.Fit([0], epochs: 20, validation: [1]);
        Assert.Equal(8, epoch);
        Assert.Contains("no improvement on 3.5", run.StopReason, StringComparison.Ordinal);
        Assert.Equal(3.5, best.Best);
        Assert.Equal(Weights.Seen[4], Safetensors.Load(folder.File("best.safetensors"))["weight"].Item());
    }

    private sealed class Weights : TrainingCallback
    {
        internal static readonly List<double> Seen = [];

        public override void OnEpoch(TrainingRun run) => Seen.Add(run.Model.Parameters()[0].Item());
    }

    [Fact]
    public void HistoryIsWrittenAsTableAndJson()
    {
        using var folder = new TemporaryFolder();
        var problem = new TrainingProblem();
        problem.Run();
        problem.History.WriteCsv(folder.File("history.csv"));
        problem.History.WriteJson(folder.File("history.json"));
        var table = CsvTable.Read(folder.File("history.csv"));
        Assert.Equal(["step", "epoch", "loss", "learning_rate", "gradient_norm"], table.Names);
        Assert.Equal(problem.History.Steps.Select(s => s.Loss), table["loss"].Numbers);
        var json = JsonDocument.Parse(File.ReadAllBytes(folder.File("history.json"))).RootElement;
        Assert.Equal(problem.History.Epochs[1].ValidationLoss, json.GetProperty("epochs")[1].GetProperty("validation_loss").GetDouble());
        Assert.Equal(TrainingProblem.Steps, json.GetProperty("steps").GetArrayLength());
    }

    [Fact]
    public void ProgressIsPlainLinesWithoutATerminal()
    {
        var writer = new StringWriter { NewLine = "\n" };
        var problem = new TrainingProblem(null, false, null, new ProgressReport(everySteps: 5, writer));
        problem.Run();
        string[] lines = writer.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2 + 2 + 1, lines.Length);
        Assert.StartsWith("step 5  loss ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("epoch 0 done  step 7  loss ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\r', writer.ToString());
    }

    [Fact]
    public void DataThatRunsDryIsExplained()
    {
        var problem = new TrainingProblem();
        Assert.Contains("no batch", Assert.Throws<TrainingException>(() => problem.Trainer.Fit([], epochs: 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => problem.Trainer.Fit(problem.Data));
    }
}
