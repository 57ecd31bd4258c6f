using System.Diagnostics;
using System.Text.Json;

namespace Baeum.Recipes;

/// <summary>A measurement during a training.</summary>
/// <param name="Step">Steps taken by then.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Seconds">Seconds of training by then, measurements not counted.</param>
/// <param name="Loss">The mean training loss of the epoch so far.</param>
/// <param name="Figures">What was measured.</param>
internal sealed record RecipeEvaluation(int Step, int Epoch, double Seconds, double Loss, Dictionary<string, double> Figures);

/// <summary>Measures after each epoch, or every so many steps; keeps the best weights; tells how far the training is.</summary>
internal sealed class RecipeWatch(RecipeTask task, string folder, string bestFigure, int? every, int totalSteps, IProgress<RecipeProgress>? progress, CancellationToken cancellation) : TrainingCallback
{
    private const long MostIdleBytes = 2L << 30;
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Stopwatch watch = new();
    private readonly string evaluationsFile = Path.Combine(folder, "evaluations.json"), bestFile = Path.Combine(folder, "best.safetensors");
    private List<RecipeEvaluation> evaluations = [];
    private double earlierSeconds, smoothLoss = double.NaN;
    private int firstStep;

    /// <summary>The measurements in order.</summary>
    internal IReadOnlyList<RecipeEvaluation> Evaluations => evaluations;

    /// <summary>Seconds of training, without measurements, those before an interruption included.</summary>
    internal double Seconds => earlierSeconds + watch.Elapsed.TotalSeconds;

    private bool IsLowerBetter => bestFigure.EndsWith("loss", StringComparison.Ordinal) || bestFigure.EndsWith("perplexity", StringComparison.Ordinal);

    public override void OnStart(TrainingRun run)
    {
        // what was measured after the checkpoint that is taken up will be measured again
        if (run.Step > 0 && File.Exists(evaluationsFile)) evaluations = [.. JsonSerializer.Deserialize<List<RecipeEvaluation>>(File.ReadAllText(evaluationsFile), Json)!.Where(e => e.Step <= run.Step)];
        firstStep = run.Step;
        if (run.Step > 0) Report(run, null, isResumed: true);
        watch.Start();
    }

    public override void OnStep(TrainingRun run)
    {
        // texts of ever other lengths leave arrays of ever other sizes in the pool, and what it drops must also be collected
        if (TensorPool.IdleBytes > MostIdleBytes)
        {
            TensorPool.Trim();
            GC.Collect();
        }
        smoothLoss = double.IsNaN(smoothLoss) ? run.Loss : 0.95 * smoothLoss + 0.05 * run.Loss;
        if (every is { } steps && (run.Step % steps == 0 || run.Step == totalSteps)) Evaluate(run);
        else Report(run, null);
    }

    public override void OnEpoch(TrainingRun run)
    {
        if (every is null) Evaluate(run);
    }

    public override void OnEnd(TrainingRun run)
    {
        // steps may end within an epoch
        if (every is null && run.StopReason is null && evaluations.LastOrDefault()?.Step != run.Step) Evaluate(run);
        watch.Stop();
    }

    public override Dictionary<string, Tensor> StateDict() => new() { ["seconds"] = Tensor.Scalar(Seconds, DType.Float64), ["loss"] = Tensor.Scalar(smoothLoss, DType.Float64) };

    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state) => (earlierSeconds, smoothLoss) = (state["seconds"].Item(), state["loss"].Item());

    /// <summary>Measures the model in evaluation mode; afterwards it stands in the mode it had.</summary>
    internal IReadOnlyList<RecipeFigure> Measure(bool isFinal)
    {
        using var quiet = Autograd.NoGrad();
        bool wasTraining = task.Model.IsTraining;
        task.Model.Eval();
        IReadOnlyList<RecipeFigure> figures = task.Evaluate(isFinal, cancellation);
        task.Model.Train(wasTraining);
        return figures;
    }

    /// <summary>Puts the best weights into the model.</summary>
    internal void TakeBest(TrainingRun run)
    {
        using var quiet = Autograd.NoGrad();
        run.Model.LoadStateDict(Safetensors.Load(bestFile));
    }

    /// <summary>Writes steps and measurements as one JSON object; what is not a number is null.</summary>
    internal void WriteHistory(string path, History history) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, new
    {
        Seconds,
        Steps = history.Steps.Select(s => new { s.Step, s.Epoch, Loss = Finite(s.Loss), LearningRate = Finite(s.LearningRate), GradientNorm = Finite(s.GradientNorm) }),
        Evaluations = evaluations.Select(e => new { e.Step, e.Epoch, e.Seconds, Loss = Finite(e.Loss), Figures = e.Figures.ToDictionary(f => f.Key, f => Finite(f.Value)) }),
    }, Json));

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private void Evaluate(TrainingRun run)
    {
        watch.Stop();
        IReadOnlyList<RecipeFigure> figures = Measure(isFinal: false);
        evaluations.RemoveAll(e => e.Step == run.Step);
        double value = Value(figures.ToDictionary(f => f.Name, f => f.Value));
        if (evaluations.All(e => Value(e.Figures) < value)) Safetensors.Save(bestFile, run.Model.StateDict());
        evaluations.Add(new(run.Step, run.Epoch, Seconds, run.EpochLoss, figures.ToDictionary(f => f.Name, f => f.Value)));
        AtomicFile.WriteText(evaluationsFile, JsonSerializer.Serialize(evaluations, Json));
        Report(run, figures);
        watch.Start();
    }

    /// <summary>The figure that decides, such that more is better; what is not a number is worst.</summary>
    private double Value(Dictionary<string, double> figures)
    {
        double value = IsLowerBetter ? -figures[bestFigure] : figures[bestFigure];
        return double.IsNaN(value) ? double.MinValue : value;
    }

    private void Report(TrainingRun run, IReadOnlyList<RecipeFigure>? figures, bool isResumed = false)
    {
        int taken = run.Step - firstStep;
        double left = taken > 0 ? watch.Elapsed.TotalSeconds / taken * (totalSteps - run.Step) : double.NaN;
        progress?.Report(new(run.Step, totalSteps, run.Epoch, smoothLoss, run.LearningRate, left, figures, isResumed));
    }
}
