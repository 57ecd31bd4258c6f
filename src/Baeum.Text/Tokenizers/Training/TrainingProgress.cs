namespace Baeum.Text;

/// <summary>What a training is busy with.</summary>
public enum TrainingStage
{
    /// <summary>Reading texts and counting their words; the total is not known beforehand.</summary>
    Counting,

    /// <summary>BPE: one merge after the other; Unigram: estimating probabilities, dropping pieces.</summary>
    Learning,
}

/// <summary>How far a training is.</summary>
/// <param name="Stage">What it does.</param>
/// <param name="Done">Texts counted, merges made, or pieces dropped.</param>
/// <param name="Total">Of how many; 0: not known.</param>
public readonly record struct TrainingProgress(TrainingStage Stage, long Done, long Total);
