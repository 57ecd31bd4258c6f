using System.Globalization;

namespace Baeum;

/// <summary>Ends the training when the measure (validation loss, or the epoch's mean loss without validation) stops improving.</summary>
/// <param name="patience">How many epochs without improvement are allowed.</param>
/// <param name="minimumChange">By how much the measure must fall to count as an improvement.</param>
public sealed class EarlyStopping(int patience, double minimumChange = 0) : TrainingCallback
{
    private double best = double.PositiveInfinity;
    private int badEpochs;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run) => StopIfDue(run);

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        if (run.Measure < best - minimumChange)
        {
            best = run.Measure;
            badEpochs = 0;
        }
        else
        {
            badEpochs++;
        }
        StopIfDue(run);
    }

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> StateDict() => new() { ["best"] = Tensor.Scalar(best, DType.Float64), ["bad_epochs"] = Tensor.From<long>([badEpochs], Shape.Scalar) };

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        best = state["best"].Item();
        badEpochs = (int)state["bad_epochs"].ItemLong();
    }

    private void StopIfDue(TrainingRun run)
    {
        if (badEpochs > patience) run.Stop(string.Create(CultureInfo.InvariantCulture, $"no improvement on {best:G6} in {badEpochs} epochs"));
    }
}
