namespace Baeum.Course;

/// <summary>A published figure: a number, or an array of any rank in row-major order.</summary>
/// <param name="Values">The numbers.</param>
/// <param name="Shape">Its sizes; empty for a single number.</param>
public sealed record FigureValue(IReadOnlyList<double> Values, IReadOnlyList<int> Shape);

/// <summary>A figure held against what it should be: it passes when every element has |value - expected| ≤ tolerance · max(1, |expected|).</summary>
/// <param name="Name">The figure's name.</param>
/// <param name="Value">What was computed.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Tolerance">The error allowed: relative above one, absolute below.</param>
public sealed record LessonCheck(string Name, FigureValue Value, FigureValue Expected, double Tolerance)
{
    /// <summary>The largest |value - expected| / max(1, |expected|); NaN when a value is not a number.</summary>
    public double Error
    {
        get
        {
            if (!Value.Shape.SequenceEqual(Expected.Shape))
                return double.PositiveInfinity;
            double worst = 0;
            for (int i = 0; i < Value.Values.Count; i++)
            {
                double value = Value.Values[i], expected = Expected.Values[i];
                double error = value.Equals(expected) ? 0 : Math.Abs(value - expected) / Math.Max(1, Math.Abs(expected));
                worst = double.IsNaN(error) || double.IsNaN(worst) ? double.NaN : Math.Max(worst, error);
            }
            return worst;
        }
    }

    /// <summary>True when the figure is what it should be.</summary>
    public bool Ok => Error <= Tolerance;
}

/// <summary>What a run of a chapter brought to light.</summary>
public sealed class LessonReport
{
    private readonly Dictionary<string, FigureValue> metrics = new(StringComparer.Ordinal);

    /// <summary>The figures by name, in the order of publication.</summary>
    public IReadOnlyDictionary<string, FigureValue> Metrics => metrics;

    /// <summary>The figures that were held against what they should be.</summary>
    public List<LessonCheck> Checks { get; } = [];

    /// <summary>The pictures written.</summary>
    public List<string> Figures { get; } = [];

    /// <summary>Seconds from the chapter's first line to its last.</summary>
    public double Seconds { get; internal set; }

    /// <summary>True when no check fell short.</summary>
    public bool Ok => Checks.TrueForAll(check => check.Ok);

    internal void Publish(string name, FigureValue value)
    {
        if (!metrics.TryAdd(name, value))
            throw new ArgumentException($"lesson.Figure: the name '{name}' was already published; every figure has a name of its own", nameof(name));
    }
}
