namespace Baeum;

/// <summary>Something that watches a training: reports, stops it, keeps the best weights.</summary>
public abstract class TrainingCallback
{
    /// <summary>Called once before the first step, after a checkpoint has been taken up.</summary>
    public virtual void OnStart(TrainingRun run)
    {
    }

    /// <summary>Called before the first step of each epoch, or before the first that is left of one that was interrupted; the model stands in training mode.</summary>
    public virtual void OnEpochStart(TrainingRun run)
    {
    }

    /// <summary>Called after each step of the optimiser.</summary>
    public virtual void OnStep(TrainingRun run)
    {
    }

    /// <summary>Called after each epoch and its validation.</summary>
    public virtual void OnEpoch(TrainingRun run)
    {
    }

    /// <summary>Called once at the end, also when the training was cancelled.</summary>
    public virtual void OnEnd(TrainingRun run)
    {
    }

    /// <summary>What a resumed training must know, for the checkpoint.</summary>
    public virtual Dictionary<string, Tensor> StateDict() => [];

    /// <summary>Takes up what <see cref="StateDict"/> gave.</summary>
    public virtual void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
    }
}
