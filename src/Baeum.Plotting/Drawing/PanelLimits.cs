namespace Baeum.Plotting.Drawing;

/// <summary>Finds the ends of a panel's axes from what is drawn in it.</summary>
internal sealed class PanelLimits
{
    private readonly Panel panel;
    private double left = double.PositiveInfinity, right = double.NegativeInfinity, bottom = double.PositiveInfinity, top = double.NegativeInfinity;

    private PanelLimits(Panel panel) => this.panel = panel;

    internal static Limits Of(Panel panel) => new PanelLimits(panel).Measure();

    /// <summary>The common interval of all of a panel's histograms: their bars stand on the same marks.</summary>
    internal static (double Low, double High) HistogramRange(Panel panel)
    {
        double[] values = [.. panel.Layers.OfType<HistogramLayer>().SelectMany(layer => layer.Values.Items).Where(double.IsFinite)];
        if (values.Length == 0)
            return (0, 1);
        double low = values.Min(), high = values.Max();
        return low < high ? (low, high) : (low - 0.5, high + 0.5);
    }

    internal static double[] Counts(HistogramLayer layer, (double Low, double High) range)
    {
        var counts = new double[layer.Bins];
        double width = (range.High - range.Low) / layer.Bins;
        foreach (double value in layer.Values.Items.Where(double.IsFinite))
            counts[Math.Clamp((int)((value - range.Low) / width), 0, layer.Bins - 1)]++;
        double total = counts.Sum() * width;
        return layer.Density && total > 0 ? [.. counts.Select(count => count / total)] : counts;
    }

    /// <summary>The labels of all bar or box layers, each once.</summary>
    internal static IReadOnlyList<string> Categories(Panel panel) =>
        [.. panel.Layers.SelectMany(layer => layer switch { BarLayer bar => bar.Labels, BoxLayer box => box.Labels, _ => [] }).Distinct()];

    internal static bool HasField(Panel panel) => panel.Layers.Any(IsField);

    private static bool IsField(Layer layer) => layer is HeatMapLayer or ContourLayer or RegionLayer;

    private Limits Measure()
    {
        bool field = HasField(panel);
        // a coloured plane says by itself what is to be seen: a path that leaves it does not make it smaller
        foreach (Layer layer in panel.Layers.Where(layer => !field || IsField(layer)))
            Add(layer);
        bool categories = Categories(panel).Count > 0;
        bool fromZero = panel.Layers.Any(layer => layer is BarLayer or HistogramLayer);
        (left, right) = Widen(left, right, field || categories ? 0 : 0.04, fromZero: false);
        (bottom, top) = Widen(bottom, top, field ? 0 : 0.05, fromZero && !panel.LogY);
        if (panel.XLimits is var (lowX, highX))
            (left, right) = (Frame.Along(lowX, panel.LogX), Frame.Along(highX, panel.LogX));
        if (panel.YLimits is var (lowY, highY))
            (bottom, top) = (Frame.Along(lowY, panel.LogY), Frame.Along(highY, panel.LogY));
        if (!double.IsFinite(left) || !double.IsFinite(right) || left == right || !double.IsFinite(bottom) || !double.IsFinite(top) || bottom == top)
            throw new ArgumentException(FormattableString.Invariant($"Panel '{panel.Title}': the axes cannot run from {panel.XLimits} and {panel.YLimits}; the ends must differ, and be positive on a logarithmic axis"));
        // a matrix has its first row at the top
        return panel.Layers.Any(layer => layer is HeatMapLayer) && panel.YLimits is null ? new Limits(left, right, top, bottom) : new Limits(left, right, bottom, top);
    }

    private void Add(Layer layer)
    {
        switch (layer)
        {
            case LineLayer line: Points(line.X, line.Y); break;
            case ScatterLayer scatter: Points(scatter.X, scatter.Y); break;
            case PathLayer path: Points(path.X, path.Y); break;
            case BandLayer band: Points(band.X, band.Low); Points(band.X, band.High); break;
            case ContourLayer contour: Box(contour.X.Items.Min(), contour.X.Items.Max(), contour.Y.Items.Min(), contour.Y.Items.Max()); break;
            case RegionLayer region: Box(region.X.Items.Min(), region.X.Items.Max(), region.Y.Items.Min(), region.Y.Items.Max()); break;
            case HeatMapLayer map: Box(-0.5, map.Values.Columns - 0.5, -0.5, map.Values.Rows - 0.5); break;
            case TextLayer text: Point(text.X, text.Y); break;
            case ArrowLayer arrow: Point(arrow.FromX, arrow.FromY); Point(arrow.ToX, arrow.ToY); break;
            case RuleLayer { Vertical: true } rule: AcrossX(rule.At); break;
            case RuleLayer rule: AcrossY(rule.At); break;
            case HistogramLayer histogram:
                var range = HistogramRange(panel);
                Box(range.Low, range.High, panel.LogY ? double.NaN : 0, Counts(histogram, range).Max());
                break;
            case BarLayer bar:
                foreach (double value in bar.Values.Items)
                    AcrossY(value);
                Box(-0.6, Categories(panel).Count - 0.4, panel.LogY ? double.NaN : 0, double.NaN);
                break;
            case BoxLayer box:
                foreach (double value in box.Values.SelectMany(values => values.Items))
                    AcrossY(value);
                Box(-0.6, Categories(panel).Count - 0.4, double.NaN, double.NaN);
                break;
            default: break;
        }
    }

    private void Points(Series x, Series y)
    {
        for (int i = 0; i < x.Count; i++)
        {
            // a point that has no place in one direction must not stretch the other
            if (double.IsFinite(Frame.Along(x.Items[i], panel.LogX)) && double.IsFinite(Frame.Along(y.Items[i], panel.LogY)))
                Point(x.Items[i], y.Items[i]);
        }
    }

    private void Box(double x0, double x1, double y0, double y1)
    {
        Point(x0, y0);
        Point(x1, y1);
    }

    private void Point(double x, double y)
    {
        AcrossX(x);
        AcrossY(y);
    }

    private void AcrossX(double x)
    {
        x = Frame.Along(x, panel.LogX);
        if (double.IsFinite(x))
            (left, right) = (Math.Min(left, x), Math.Max(right, x));
    }

    private void AcrossY(double y)
    {
        y = Frame.Along(y, panel.LogY);
        if (double.IsFinite(y))
            (bottom, top) = (Math.Min(bottom, y), Math.Max(top, y));
    }

    private static (double Low, double High) Widen(double low, double high, double share, bool fromZero)
    {
        if (low > high)
            return (0, 1);
        // a constant curve gets room of its own size around it
        double margin = high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)) ? Math.Max(Math.Abs(high), 1) / 2 : share * (high - low);
        return (fromZero && low == 0 ? 0 : low - margin, fromZero && high == 0 && low < 0 ? 0 : high + margin);
    }
}
