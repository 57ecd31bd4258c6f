using System.Globalization;
using System.Text.Json;

namespace Baeum;

/// <summary>A checkpoint that was read: nothing of it has been applied yet.</summary>
internal sealed record LoadedCheckpoint(IReadOnlyDictionary<string, Tensor> Model, IReadOnlyDictionary<string, Tensor> Rest, SavedProgress Progress)
{
    internal Dictionary<string, byte[]> Generators => Progress.Generators;

    internal Dictionary<string, byte[]> EpochGenerators => Progress.EpochGenerators;
}

/// <summary>Where in the data and in time a checkpoint was made.</summary>
internal sealed record SavedProgress(int Epoch, int Step, int BatchInEpoch, double EpochLossSum, long EpochLossCount, double ValidationLoss, Dictionary<string, byte[]> Generators, Dictionary<string, byte[]> EpochGenerators);

/// <summary>Everything that the next steps depend on, to be written to a checkpoint and taken up from it.</summary>
/// <remarks>
/// <c>model.safetensors</c> holds the weights alone, for use elsewhere; <c>training.safetensors</c> the state of optimiser, schedule,
/// average and callbacks, and in its header the progress and the states of the random generators.
/// </remarks>
internal sealed class TrainingState(Module model, Optimizer optimizer, Schedule? schedule, ExponentialMovingAverage? average, IReadOnlyList<TrainingCallback> callbacks, Dictionary<string, RandomGenerator> generators)
{
    internal const string ModelFile = "model.safetensors", TrainingFile = "training.safetensors";
    private const string ProgressKey = "progress";
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    internal void Save(string folder, TrainingRun run, Dictionary<string, byte[]> epochGenerators)
    {
        var progress = new SavedProgress(run.Epoch, run.Step, run.BatchInEpoch, run.EpochLossSum, run.EpochLossCount, run.ValidationLoss, GetGenerators(), epochGenerators);
        Safetensors.Save(Path.Combine(folder, ModelFile), model.StateDict());
        Safetensors.Save(Path.Combine(folder, TrainingFile), Rest(), [new(ProgressKey, JsonSerializer.Serialize(progress, Json))]);
    }

    internal static LoadedCheckpoint Read(string folder)
    {
        var weights = Safetensors.Load(Path.Combine(folder, ModelFile));
        using var file = SafetensorsFile.Open(Path.Combine(folder, TrainingFile));
        try
        {
            var progress = file.Metadata.TryGetValue(ProgressKey, out string? text) ? JsonSerializer.Deserialize<SavedProgress>(text, Json) : null;
            if (progress is not { Generators: not null, EpochGenerators: not null }) throw new CheckpointException($"The checkpoint '{folder}' does not say how far the training was.");
            return new LoadedCheckpoint(weights, file.Names.ToDictionary(name => name, file.Read), progress);
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"The checkpoint '{folder}' has a damaged header: {error.Message}", error);
        }
    }

    internal void Apply(LoadedCheckpoint saved, TrainingRun run)
    {
        using var _ = Autograd.NoGrad();
        model.LoadStateDict(saved.Model);
        optimizer.LoadStateDict(Part(saved.Rest, "optimizer"));
        schedule?.LoadStateDict(Part(saved.Rest, "schedule"));
        average?.LoadStateDict(Part(saved.Rest, "average"));
        for (int i = 0; i < callbacks.Count; i++) callbacks[i].LoadStateDict(Part(saved.Rest, CallbackKey(i)));
        SetGenerators(saved.Generators);
        var progress = saved.Progress;
        (run.Epoch, run.Step, run.BatchInEpoch) = (progress.Epoch, progress.Step, progress.BatchInEpoch);
        (run.EpochLossSum, run.EpochLossCount, run.ValidationLoss) = (progress.EpochLossSum, progress.EpochLossCount, progress.ValidationLoss);
        run.LearningRate = optimizer.LearningRate;
    }

    internal Dictionary<string, byte[]> GetGenerators() => generators.ToDictionary(g => g.Key, g => g.Value.GetState());

    internal void SetGenerators(Dictionary<string, byte[]> states)
    {
        foreach (var (name, generator) in generators)
        {
            if (!states.TryGetValue(name, out var state)) throw new CheckpointException($"The checkpoint has no state for the random generator '{name}'; it has {string.Join(", ", states.Keys)}.");
            try
            {
                generator.SetState(state);
            }
            catch (ArgumentException error)
            {
                throw new CheckpointException($"The checkpoint's state of the random generator '{name}' does not fit: {error.Message}", error);
            }
        }
    }

    private Dictionary<string, Tensor> Rest()
    {
        var rest = new Dictionary<string, Tensor>();
        Add("optimizer", optimizer.StateDict());
        if (schedule is not null) Add("schedule", schedule.StateDict());
        if (average is not null) Add("average", average.StateDict());
        for (int i = 0; i < callbacks.Count; i++) Add(CallbackKey(i), callbacks[i].StateDict());
        return rest;

        void Add(string part, Dictionary<string, Tensor> state)
        {
            foreach (var (key, value) in state) rest[$"{part}/{key}"] = value;
        }
    }

    private static string CallbackKey(int index) => string.Create(CultureInfo.InvariantCulture, $"callbacks.{index}");

    private static Dictionary<string, Tensor> Part(IReadOnlyDictionary<string, Tensor> rest, string part) =>
        rest.Where(p => p.Key.StartsWith(part + "/", StringComparison.Ordinal)).ToDictionary(p => p.Key[(part.Length + 1)..], p => p.Value);
}
