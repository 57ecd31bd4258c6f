namespace Baeum.Plotting;

/// <summary>One system of axes with what is drawn in it; methods add layers and return the panel. It knows nothing of how it is drawn.</summary>
/// <example><code>
/// lesson.Plot("loss", new Panel("Loss", "update", "mean loss") { LogY = true }.Line(updates, losses, "as published"));
/// </code></example>
/// <param name="title">The line above it.</param>
/// <param name="xLabel">What runs along the bottom.</param>
/// <param name="yLabel">What runs up the side.</param>
/// <param name="zLabel">What runs upward in space.</param>
public sealed class Panel(string title = "", string xLabel = "", string yLabel = "", string zLabel = "")
{
    private readonly List<Layer> layers = [];

    /// <summary>The line above it.</summary>
    public string Title { get; } = title;

    /// <summary>What runs along the bottom.</summary>
    public string XLabel { get; } = xLabel;

    /// <summary>What runs up the side.</summary>
    public string YLabel { get; } = yLabel;

    /// <summary>What runs upward in space.</summary>
    public string ZLabel { get; } = zLabel;

    /// <summary>What is drawn, the first at the back.</summary>
    public IReadOnlyList<Layer> Layers => layers;

    /// <summary>A logarithmic x axis; values that are not positive are left out.</summary>
    public bool LogX { get; init; }

    /// <summary>A logarithmic y axis; values that are not positive are left out.</summary>
    public bool LogY { get; init; }

    /// <summary>One unit of x is as long as one unit of y.</summary>
    public bool EqualAxes { get; init; }

    /// <summary>False: no axes, ticks or grid.</summary>
    public bool Axes { get; init; } = true;

    /// <summary>The ends of the x axis; null: where the data end.</summary>
    public (double Low, double High)? XLimits { get; init; }

    /// <summary>The ends of the y axis; null: where the data end.</summary>
    public (double Low, double High)? YLimits { get; init; }

    /// <summary>The ends of the z axis; null: where the data end.</summary>
    public (double Low, double High)? ZLimits { get; init; }

    /// <summary>From where a panel in space is seen: degrees about the z axis, and degrees above the ground.</summary>
    public (double Azimuth, double Elevation) View { get; init; } = (-60, 30);

    /// <summary>Adds points joined by a line; a value that is not finite interrupts it.</summary>
    public Panel Line(Series x, Series y, string name = "", Color color = Color.Next, bool dashed = false, double width = 2) =>
        Add(new LineLayer(x, Same("Line", name, x, y), name, color, dashed, width));

    /// <summary>Adds the curve of a function between two ends.</summary>
    public Panel Curve(Func<double, double> function, double low, double high, string name = "", Color color = Color.Next, bool dashed = false, int points = 401)
    {
        ArgumentNullException.ThrowIfNull(function);
        double[] x = [.. from i in Enumerable.Range(0, points) select low + (high - low) * i / (points - 1)];
        double[] y = [.. x.Select(function)];
        return Line(x, y, name, color, dashed);
    }

    /// <summary>Adds single points.</summary>
    public Panel Scatter(Series x, Series y, string name = "", Color color = Color.Next, double size = 8) =>
        Add(new ScatterLayer(x, Same("Scatter", name, x, y), name, color, size));

    /// <summary>Adds the way of an optimiser: each step a point, its start and end marked.</summary>
    public Panel Path(Series x, Series y, string name = "", Color color = Color.Next) => Add(new PathLayer(x, Same("Path", name, x, y), name, color));

    /// <summary>Fills the area between two curves.</summary>
    public Panel Band(Series x, Series low, Series high, string name = "", Color color = Color.Next) =>
        Add(new BandLayer(x, Same("Band", name, x, low), Same("Band", name, x, high), name, color));

    /// <summary>Counts values in equal intervals.</summary>
    public Panel Histogram(Series values, int bins = 30, string name = "", Color color = Color.Next, bool density = false) =>
        bins < 1 ? throw new ArgumentOutOfRangeException(nameof(bins), bins, "Histogram: needs at least one interval") : Add(new HistogramLayer(values, bins, name, color, density));

    /// <summary>Adds a bar a label; a second call stands beside the first.</summary>
    public Panel Bars(IReadOnlyList<string> labels, Series values, string name = "", Color color = Color.Next)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != values.Count)
            throw new ArgumentException($"Bars: {labels.Count} labels for {values.Count} values", nameof(values));
        return Add(new BarLayer(labels, values, name, color));
    }

    /// <summary>Adds a box a label: quartiles, median, whiskers, outliers.</summary>
    public Panel Boxes(IReadOnlyList<string> labels, IReadOnlyList<Series> values)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(values);
        if (labels.Count != values.Count)
            throw new ArgumentException($"Boxes: {labels.Count} labels for {values.Count} rows of values", nameof(values));
        return Add(new BoxLayer(labels, values));
    }

    /// <summary>Adds a matrix as coloured cells, the first row at the top, with a colour bar unless the numbers stand in the cells. An attention map is one with words at rows and columns.</summary>
    public Panel HeatMap(Grid values, ColorMap map = ColorMap.Viridis, IReadOnlyList<string>? rows = null, IReadOnlyList<string>? columns = null, bool showValues = false, double? low = null, double? high = null)
    {
        if (rows is not null && rows.Count != values.Rows || columns is not null && columns.Count != values.Columns)
            throw new ArgumentException($"HeatMap: {rows?.Count} row labels and {columns?.Count} column labels do not fit a matrix [{values.Rows}, {values.Columns}]", nameof(rows));
        return Add(new HeatMapLayer(values, map, rows ?? [], columns ?? [], showValues, low, high));
    }

    /// <summary>Adds lines of equal height, or the filled areas between them.</summary>
    public Panel Contour(Series x, Series y, Grid z, int levels = 12, bool filled = false, ColorMap map = ColorMap.Viridis) =>
        Add(new ContourLayer(x, y, Fits("Contour", x, y, z), levels, filled, map));

    /// <summary>Colours the plane by a classifier's answer and draws where it changes: <paramref name="boundary"/> for a probability, null where <paramref name="z"/> holds class numbers.</summary>
    public Panel Regions(Series x, Series y, Grid z, double? boundary = 0.5) => Add(new RegionLayer(x, y, Fits("Regions", x, y, z), boundary));

    /// <summary>Adds a vertical line over the whole panel.</summary>
    public Panel VerticalLine(double x, string name = "", Color color = Color.Grey, bool dashed = true) => Add(new RuleLayer(x, true, name, color, dashed));

    /// <summary>Adds a horizontal line over the whole panel.</summary>
    public Panel HorizontalLine(double y, string name = "", Color color = Color.Grey, bool dashed = true) => Add(new RuleLayer(y, false, name, color, dashed));

    /// <summary>Writes words at a point.</summary>
    public Panel Text(double x, double y, string text, Color color = Color.Black) => Add(new TextLayer(x, y, text, color));

    /// <summary>Draws an arrow, with words at its start.</summary>
    public Panel Arrow(double fromX, double fromY, double toX, double toY, string text = "", Color color = Color.Black) => Add(new ArrowLayer(fromX, fromY, toX, toY, text, color));

    /// <summary>Draws a network: one column of circles a layer, lines as wide as their weights, red for positive and blue for negative ones.</summary>
    /// <param name="sizes">The units of each layer, inputs first.</param>
    /// <param name="weights">The matrices between them, <c>[outputs, inputs]</c>; none: lines without weights.</param>
    /// <param name="names">What stands in the circles of each layer.</param>
    /// <param name="showValues">True: the weights' numbers stand at the lines.</param>
    public Panel Network(IReadOnlyList<int> sizes, IReadOnlyList<Grid>? weights = null, IReadOnlyList<IReadOnlyList<string>>? names = null, bool showValues = false)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (weights is not null && weights.Count != sizes.Count - 1)
            throw new ArgumentException($"Network: {sizes.Count} layers need {sizes.Count - 1} weight matrices, not {weights.Count}", nameof(weights));
        for (int k = 0; k < (weights?.Count ?? 0); k++)
        {
            if (weights![k].Rows != sizes[k + 1] || weights[k].Columns != sizes[k])
                throw new ArgumentException($"Network: weights {k} are [{weights[k].Rows}, {weights[k].Columns}]; layers of {sizes[k]} and {sizes[k + 1]} units need [{sizes[k + 1]}, {sizes[k]}]", nameof(weights));
        }
        return Add(new NetworkLayer(sizes, weights ?? [], names ?? [], showValues));
    }

    /// <summary>Adds a surface over a plane, coloured by height; <paramref name="floor"/> draws its contours on the ground as well.</summary>
    public Panel Surface(Series x, Series y, Grid z, ColorMap map = ColorMap.Viridis, bool floor = false) => Add(new SurfaceLayer(x, y, Fits("Surface", x, y, z), false, map, floor));

    /// <summary>Adds a surface as a net of lines; <paramref name="floor"/> draws its contours on the ground as well.</summary>
    public Panel WireFrame(Series x, Series y, Grid z, bool floor = false) => Add(new SurfaceLayer(x, y, Fits("WireFrame", x, y, z), true, ColorMap.Viridis, floor));

    /// <summary>Adds a line in space.</summary>
    public Panel Line3D(Series x, Series y, Series z, string name = "", Color color = Color.Next) =>
        Add(new Path3DLayer(x, Same("Line3D", name, x, y), Same("Line3D", name, x, z), name, color, true));

    /// <summary>Adds single points in space.</summary>
    public Panel Scatter3D(Series x, Series y, Series z, string name = "", Color color = Color.Next) =>
        Add(new Path3DLayer(x, Same("Scatter3D", name, x, y), Same("Scatter3D", name, x, z), name, color, false));

    private Panel Add(Layer layer)
    {
        bool space = layer is SurfaceLayer or Path3DLayer;
        if (layers.Count > 0 && space != (layers[0] is SurfaceLayer or Path3DLayer))
            throw new ArgumentException($"Panel '{Title}': layers in the plane and in space cannot share axes; give each its own panel");
        layers.Add(layer);
        return this;
    }

    private static Series Same(string kind, string name, Series x, Series other) => x.Count == other.Count
        ? other
        : throw new ArgumentException($"{kind}: '{name}' has {x.Count} x and {other.Count} other coordinates; each point needs all of them", nameof(other));

    private static Grid Fits(string kind, Series x, Series y, Grid z) => x.Count == z.Columns && y.Count == z.Rows
        ? z
        : throw new ArgumentException($"{kind}: z [{z.Rows}, {z.Columns}] does not fit {x.Count} x and {y.Count} y; it needs [{y.Count}, {x.Count}]", nameof(z));
}
