namespace Baeum;

/// <summary>Lowers the learning rate when a measure has not improved for some time, as PyTorch's <c>ReduceLROnPlateau</c>.</summary>
/// <remarks>Call <see cref="Step(double)"/> with the measure, for example once an epoch with the validation loss.</remarks>
public sealed class ReduceOnPlateau : Schedule
{
    private readonly bool maximize, relativeThreshold;
    private readonly double factor, threshold, minimum, epsilon;
    private readonly int patience, cooldown;
    private double best;
    private int badSteps, coolingSteps;

    /// <summary>A schedule that waits.</summary>
    /// <param name="optimizer">Whose learning rates are lowered.</param>
    /// <param name="factor">What the rate is multiplied with, below 1.</param>
    /// <param name="patience">How many steps without improvement are allowed.</param>
    /// <param name="threshold">What counts as an improvement: a part of the best so far, or a difference.</param>
    /// <param name="relativeThreshold">Whether <paramref name="threshold"/> is a part of the best so far.</param>
    /// <param name="cooldown">Steps to wait after lowering.</param>
    /// <param name="minimum">The lowest learning rate.</param>
    /// <param name="epsilon">Rates are not changed by less than this.</param>
    /// <param name="maximize">Whether larger measures are better.</param>
    public ReduceOnPlateau(Optimizer optimizer, double factor = 0.1, int patience = 10, double threshold = 1e-4, bool relativeThreshold = true, int cooldown = 0, double minimum = 0, double epsilon = 1e-8, bool maximize = false)
        : base(optimizer, (rate, _) => rate)
    {
        if (!(factor is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(factor), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ReduceOnPlateau: factor is {factor}; it must lie between 0 and 1."));
        this.factor = factor;
        this.patience = patience;
        this.threshold = threshold;
        this.relativeThreshold = relativeThreshold;
        this.cooldown = cooldown;
        this.minimum = minimum;
        this.epsilon = epsilon;
        this.maximize = maximize;
        best = maximize ? double.NegativeInfinity : double.PositiveInfinity;
    }

    /// <summary>Throws: this schedule needs a measure.</summary>
    public override void Step() => throw new InvalidOperationException("ReduceOnPlateau: Step needs the measure to watch; call Step(validationLoss).");

    /// <summary>Goes on by one step and lowers the rates if the measure has not improved for too long.</summary>
    public void Step(double measure)
    {
        StepCount++;
        if (IsBetter(measure))
        {
            best = measure;
            badSteps = 0;
        }
        else
        {
            badSteps++;
        }
        if (coolingSteps > 0)
        {
            coolingSteps--;
            badSteps = 0;
        }
        if (badSteps <= patience) return;
        foreach (var group in Groups)
        {
            double lower = Math.Max(group.LearningRate * factor, minimum);
            if (group.LearningRate - lower > epsilon) group.LearningRate = lower;
        }
        coolingSteps = cooldown;
        badSteps = 0;
    }

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> StateDict() => new(base.StateDict())
    {
        ["best"] = Tensor.Scalar(best, DType.Float64),
        ["bad_steps"] = Tensor.From<long>([badSteps], Shape.Scalar),
        ["cooling_steps"] = Tensor.From<long>([coolingSteps], Shape.Scalar),
        ["rates"] = Tensor.From<double>([.. Groups.Select(group => group.LearningRate)]),
    };

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        base.LoadStateDict(state);
        best = state["best"].Item();
        badSteps = (int)state["bad_steps"].ItemLong();
        coolingSteps = (int)state["cooling_steps"].ItemLong();
        var rates = state["rates"].ToArray<double>();
        if (rates.Length != Groups.Count) throw new CheckpointException($"ReduceOnPlateau.LoadStateDict: the state has {rates.Length} learning rates, the optimiser {Groups.Count} groups.");
        for (int g = 0; g < rates.Length; g++) Groups[g].LearningRate = rates[g];
    }

    private bool IsBetter(double measure) => (maximize, relativeThreshold) switch
    {
        (false, true) => measure < best * (1 - threshold),
        (false, false) => measure < best - threshold,
        (true, true) => measure > best * (1 + threshold),
        (true, false) => measure > best + threshold,
    };
}
