using System.Globalization;

namespace Baeum;

/// <summary>Changes an optimiser's learning rates as training goes on.</summary>
/// <remarks>
/// <code>
/// var schedule = new CosineAnnealing(optimizer, steps: 1000);
/// ... optimizer.Step(); schedule.Step();
/// </code>
/// Making one sets the rates of step 0 at once. Rates are computed from the step's number and from the rates that the groups had before
/// their first schedule, not from the step before: they do not drift, and the number of steps is the whole state.
/// </remarks>
public abstract class Schedule
{
    private readonly Optimizer optimizer;
    private readonly Func<double, int, double> rate;
    private readonly Func<int, double>? momentum;

    /// <summary>A schedule by a formula.</summary>
    /// <param name="optimizer">Whose learning rates are changed.</param>
    /// <param name="rate">The learning rate from a group's first rate and the number of steps taken.</param>
    /// <param name="momentum">The momentum from the number of steps taken; null leaves it alone.</param>
    private protected Schedule(Optimizer optimizer, Func<double, int, double> rate, Func<int, double>? momentum = null)
    {
        this.optimizer = optimizer;
        this.rate = rate;
        this.momentum = momentum;
        foreach (var group in optimizer.Groups) group.BaseLearningRate ??= group.LearningRate;
        Apply();
    }

    /// <summary>Steps taken.</summary>
    public int StepCount { get; private protected set; }

    /// <summary>The present learning rate of the first group.</summary>
    public double LearningRate => optimizer.LearningRate;

    private protected IReadOnlyList<ParameterGroup> Groups => optimizer.Groups;

    /// <summary>Goes on by one step.</summary>
    public virtual void Step()
    {
        StepCount++;
        Apply();
    }

    /// <summary>What <see cref="LoadStateDict"/> needs, as tensors that can be written with safetensors.</summary>
    public virtual Dictionary<string, Tensor> StateDict() => new() { ["step"] = Tensor.From<long>([StepCount], Shape.Scalar) };

    /// <summary>Goes to the step at which <see cref="StateDict"/> was called.</summary>
    /// <exception cref="CheckpointException">The state comes from another kind of schedule.</exception>
    public virtual void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        var mine = StateDict();
        StateReport.Throw([.. mine.Keys.Where(key => !state.ContainsKey(key))], [.. state.Keys.Where(key => !mine.ContainsKey(key))], [], $"{GetType().Name}.{nameof(LoadStateDict)}");
        StepCount = (int)state["step"].ItemLong();
        Apply();
    }

    internal double Rate(double baseRate, int step) => rate(baseRate, step);

    /// <summary>Sets the rates of the present step; also used by a schedule that is made of others.</summary>
    private protected void Apply()
    {
        foreach (var group in optimizer.Groups)
        {
            group.LearningRate = rate(group.BaseLearningRate ?? group.LearningRate, StepCount);
            if (momentum is not null) group.Momentum = momentum(StepCount);
        }
    }

    /// <summary>Refuses a length that is not positive.</summary>
    internal static int Positive(int value, string schedule, string argument) => value > 0
        ? value
        : throw new ArgumentOutOfRangeException(argument, string.Create(CultureInfo.InvariantCulture, $"{schedule}: {argument} is {value}; it must be at least 1."));

    /// <summary>Half a cosine from <paramref name="start"/> at part 0 to <paramref name="end"/> at part 1.</summary>
    internal static double HalfCosine(double start, double end, double part) => end + (start - end) / 2 * (1 + Math.Cos(Math.PI * part));
}
