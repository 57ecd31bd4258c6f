namespace Baeum;

/// <summary>How far a training is: what callbacks see.</summary>
public sealed class TrainingRun
{
    internal TrainingRun(Module model, Optimizer optimizer, ExponentialMovingAverage? average)
    {
        Model = model;
        Optimizer = optimizer;
        Average = average;
    }

    /// <summary>What is trained.</summary>
    public Module Model { get; }

    /// <summary>What trains it.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The average of the weights that is validated, if there is one.</summary>
    public ExponentialMovingAverage? Average { get; }

    /// <summary>The epoch, from 0; after the last step of one it is still that one.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Steps of the optimiser taken since the beginning, also before an interruption.</summary>
    public int Step { get; internal set; }

    /// <summary>Batches taken from the data in this epoch.</summary>
    public int BatchInEpoch { get; internal set; }

    /// <summary>How many steps there will be, if it is known.</summary>
    public int? TotalSteps { get; internal set; }

    /// <summary>The loss of the last step, before it was taken.</summary>
    public double Loss { get; internal set; } = double.NaN;

    /// <summary>The 2-norm of all gradients in the last step before clipping; NaN where nothing clips by norm.</summary>
    public double GradientNorm { get; internal set; } = double.NaN;

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; internal set; }

    /// <summary>The mean loss of this epoch so far.</summary>
    public double EpochLoss => EpochLossCount == 0 ? double.NaN : EpochLossSum / EpochLossCount;

    /// <summary>The validation loss of the last epoch; NaN where there is none.</summary>
    public double ValidationLoss { get; internal set; } = double.NaN;

    /// <summary>What to watch: the validation loss, or the mean loss of the epoch without validation.</summary>
    public double Measure => double.IsNaN(ValidationLoss) ? EpochLoss : ValidationLoss;

    /// <summary>Why the training ends before its time; null while it does not.</summary>
    public string? StopReason { get; private set; }

    internal double EpochLossSum { get; set; }

    internal long EpochLossCount { get; set; }

    /// <summary>Ends the training after the present step or epoch.</summary>
    public void Stop(string reason) => StopReason ??= reason;
}
