namespace Baeum.Course.Plots;

/// <summary>What a plot shows: a title, two axes and named series of points.</summary>
/// <example><code>
/// lesson.Plot("loss", new Plot("Loss by step", "step", "loss").Line("gradient descent", steps, losses));
/// </code></example>
/// <param name="title">The line above it.</param>
/// <param name="xLabel">What runs along the bottom.</param>
/// <param name="yLabel">What runs up the side.</param>
public sealed class Plot(string title, string xLabel = "", string yLabel = "")
{
    private readonly List<PlotSeries> series = [];

    /// <summary>The line above the plot.</summary>
    public string Title { get; } = title;

    /// <summary>What runs along the bottom.</summary>
    public string XLabel { get; } = xLabel;

    /// <summary>What runs up the side.</summary>
    public string YLabel { get; } = yLabel;

    /// <summary>What is drawn, in this order.</summary>
    public IReadOnlyList<PlotSeries> Series => series;

    /// <summary>Adds points joined by a line; a value that is not finite interrupts it.</summary>
    public Plot Line(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) => Add(name, x, y, joined: true);

    /// <summary>Adds single points.</summary>
    public Plot Points(string name, IReadOnlyList<double> x, IReadOnlyList<double> y) => Add(name, x, y, joined: false);

    private Plot Add(string name, IReadOnlyList<double> x, IReadOnlyList<double> y, bool joined)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count)
            throw new ArgumentException($"Plot: series '{name}' has {x.Count} x and {y.Count} y; each point needs both", nameof(y));
        series.Add(new PlotSeries(name, [.. x], [.. y], joined));
        return this;
    }
}

/// <summary>A named row of points.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">Where along the bottom.</param>
/// <param name="Y">How high.</param>
/// <param name="Joined">True for a line, false for single points.</param>
public sealed record PlotSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, bool Joined);
