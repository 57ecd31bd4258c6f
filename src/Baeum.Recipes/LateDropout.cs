namespace Baeum.Recipes;

/// <summary>
/// Lets a model learn without dropout at first ("Dropout reduces underfitting", Liu and others, 2023: late dropout): what is seen few
/// times cannot be learned by heart yet, and the noise only slows it.
/// </summary>
/// <param name="firstEpoch">The first epoch with dropout, from 1. Before it the model stands in evaluation mode, so it should have no other layer that knows modes.</param>
internal sealed class LateDropout(int firstEpoch) : TrainingCallback
{
    public override void OnEpochStart(TrainingRun run)
    {
        if (run.Epoch + 1 < firstEpoch) run.Model.Eval();
    }
}
