namespace Baeum;

/// <summary>Keeps the weights of the epoch with the lowest measure in a safetensors file (the averaged ones where an average is validated).</summary>
/// <param name="path">The file.</param>
public sealed class BestCheckpoint(string path) : TrainingCallback
{
    /// <summary>The lowest measure so far; infinity before the first epoch.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        if (!(run.Measure < Best)) return;
        Best = run.Measure;
        run.Average?.Apply();
        try
        {
            Safetensors.Save(path, run.Model.StateDict());
        }
        finally
        {
            run.Average?.Restore();
        }
    }

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> StateDict() => new() { ["best"] = Tensor.Scalar(Best, DType.Float64) };

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state) => Best = state["best"].Item();
}
