namespace Baeum.Recipes;

/// <summary>How far a training is.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Loss">The loss, smoothed over some steps.</param>
/// <param name="LearningRate">The rate of the last step.</param>
/// <param name="SecondsLeft">How long the rest will take.</param>
/// <param name="Figures">What was just measured; null between two measurements.</param>
/// <param name="IsResumed">Whether this is where an interrupted training goes on.</param>
public sealed record RecipeProgress(int Step, int TotalSteps, int Epoch, double Loss, double LearningRate, double SecondsLeft, IReadOnlyList<RecipeFigure>? Figures, bool IsResumed);

/// <summary>
/// Carries a recipe out: trains, measures, keeps the best weights, and writes the model's folder with its history and its card. What is
/// interrupted, even killed, goes on from its last checkpoint when the same recipe is run into the same folder again.
/// </summary>
public sealed class RecipeRun
{
    private readonly Recipe recipe;
    private readonly RecipeTask task;
    private readonly RecipeOptimizer settings;
    private readonly string folder, best;
    private readonly int? evaluateEvery;

    /// <summary>Reads all that the recipe says; nothing is loaded yet.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="dataFolder">Where its data lie.</param>
    /// <param name="outputFolder">Where the model goes; what belongs to an unfinished training lies in <c>training</c> below it.</param>
    /// <exception cref="RecipeException">A key or value of the recipe is wrong.</exception>
    public RecipeRun(Recipe recipe, string dataFolder, string outputFolder)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        this.recipe = recipe;
        folder = outputFolder;
        task = RecipeTask.Of(recipe, dataFolder);
        settings = new RecipeOptimizer(recipe.Optimizer);
        best = recipe.Evaluation.Word("best", task.Measures[0], task.Measures);
        evaluateEvery = recipe.Evaluation.Has("every") ? recipe.Evaluation.Int("every") : null;
        ModelCard.ReadKeys(recipe);
        recipe.RefuseUnknownKeys();
    }

    /// <summary>Told of each step and measurement.</summary>
    public IProgress<RecipeProgress>? Progress { get; init; }

    /// <summary>Trains, or goes on training, to the end.</summary>
    /// <returns>The figures of the model that was saved.</returns>
    /// <exception cref="RecipeException">The data are wrong, or the folder holds an unfinished training of another recipe.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; a checkpoint is left.</exception>
    public IReadOnlyList<RecipeFigure> Run(CancellationToken cancellation = default)
    {
        ModelFolderWriter.Recover(folder);
        string work = Path.Combine(folder, "training");
        ClaimFolder(work);
        task.Prepare(cancellation);
        var order = new PhiloxRandom(task.Seed);
        IReadOnlyCollection<int[]> batches = task.Batches(settings.BatchSize, settings.GroupByLength, order);
        var optimizer = settings.Create(task);
        int totalSteps = settings.TotalSteps(batches.Count);
        var history = new History();
        var watch = new RecipeWatch(task, work, best, evaluateEvery, totalSteps, Progress, cancellation);
        var trainer = new Trainer<int[]>(task.Model, optimizer, task.Loss)
        {
            Schedule = settings.Schedule(optimizer, totalSteps),
            ClipNorm = settings.Clip > 0 ? settings.Clip : null,
            AccumulationSteps = settings.Accumulation,
            Callbacks = [history, watch, new LateDropout(settings.DropoutFromEpoch)],
            CheckpointFolder = Path.Combine(work, "checkpoints"),
            CheckpointEvery = settings.CheckpointEvery,
            KeptCheckpoints = 1,
            Resume = true,
            Generators = new Dictionary<string, RandomGenerator> { ["order"] = order, ["task"] = task.Generator },
        };
        TrainingRun run = trainer.Fit(batches, settings.Epochs, settings.Steps, cancellation: cancellation);
        cancellation.ThrowIfCancellationRequested();

        watch.TakeBest(run);
        IReadOnlyList<RecipeFigure> figures = watch.Measure(isFinal: true);
        ModelFolderWriter.Write(folder, saved =>
        {
            task.Save(saved);
            watch.WriteHistory(Path.Combine(saved, "history.json"), history);
            AtomicFile.WriteText(Path.Combine(saved, "recipe.json"), recipe.Json + "\n");
            AtomicFile.WriteText(Path.Combine(saved, "README.md"), ModelCard.Text(recipe, figures, watch.Evaluations, run.Step, watch.Seconds, task.Model.ParameterCount()));
        });
        Directory.Delete(work, recursive: true);
        return figures;
    }

    /// <summary>Notes in the folder what is being trained there, and refuses a folder in which something else is.</summary>
    private void ClaimFolder(string work)
    {
        string note = Path.Combine(work, "recipe.json");
        if (File.Exists(note) && File.ReadAllText(note) != recipe.Json)
            throw new RecipeException($"{folder} holds an unfinished training of another recipe ({note}). Run that one again to go on with it, name another folder with --out, or delete {work}.");
        AtomicFile.WriteText(note, recipe.Json);
    }
}
