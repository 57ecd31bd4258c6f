using ScottPlot;
using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Hands each layer of a panel to ScottPlot, or draws it where ScottPlot has nothing of its kind.</summary>
internal static class PlaneLayers
{
    internal static IEnumerable<LegendEntry> Entries(Panel panel)
    {
        SKColor[] colors = Palette.Assign(panel.Layers);
        int shape = 0;
        for (int i = 0; i < panel.Layers.Count; i++)
        {
            LegendEntry? entry = panel.Layers[i] switch
            {
                LineLayer line => new LegendEntry(line.Name, colors[i], line.Dashed ? Swatch.Dashes : Swatch.Line),
                ScatterLayer scatter => new LegendEntry(scatter.Name, colors[i], Swatch.Point, shape++),
                PathLayer path => new LegendEntry(path.Name, colors[i], Swatch.Path),
                BandLayer band => new LegendEntry(band.Name, colors[i].WithAlpha(90), Swatch.Area),
                HistogramLayer histogram => new LegendEntry(histogram.Name, colors[i].WithAlpha(180), Swatch.Area),
                BarLayer bar => new LegendEntry(bar.Name, colors[i], Swatch.Area),
                RuleLayer rule => new LegendEntry(rule.Name, colors[i], rule.Dashed ? Swatch.Dashes : Swatch.Line),
                Path3DLayer path => new LegendEntry(path.Name, colors[i], path.Joined ? Swatch.Line : Swatch.Point),
                _ => null,
            };
            if (entry is not null && entry.Name.Length > 0)
                yield return entry;
        }
    }

    internal static void Add(Plot plot, Panel panel, Frame frame, float scale)
    {
        SKColor[] colors = Palette.Assign(panel.Layers);
        int shape = 0, bars = 0, barLayers = panel.Layers.Count(layer => layer is BarLayer);
        IReadOnlyList<string> categories = PanelLimits.Categories(panel);
        bool field = PanelLimits.HasField(panel);
        for (int i = 0; i < panel.Layers.Count; i++)
        {
            SKColor color = colors[i];
            switch (panel.Layers[i])
            {
                case LineLayer line: Line(plot, frame, line.X, line.Y, color, (float)line.Width, line.Dashed); break;
                case ScatterLayer scatter: Points(plot, frame, scatter, color, shape++); break;
                case PathLayer path: Path(plot, frame, path, color, field); break;
                case BandLayer band: Band(plot, frame, band, color); break;
                case HistogramLayer histogram: Histogram(plot, panel, frame, histogram, color); break;
                case BarLayer bar: Bars(plot, frame, bar, color, categories, bars++, barLayers); break;
                case BoxLayer boxes: plot.Add.Plottable(new Sketch(canvas => PlaneShapes.Boxes(canvas, frame, boxes, categories))); break;
                case HeatMapLayer map: plot.Add.Plottable(new Sketch(canvas => Fields.HeatMap(canvas, frame, map, scale))); break;
                case ContourLayer contour: plot.Add.Plottable(new Sketch(canvas => Fields.Contour(canvas, frame, contour, scale))); break;
                case RegionLayer region: plot.Add.Plottable(new Sketch(canvas => Fields.Regions(canvas, frame, region, scale))); break;
                case RuleLayer rule: Rule(plot, frame, rule, color); break;
                case TextLayer text: plot.Add.Plottable(new Sketch(canvas => PlaneShapes.Text(canvas, frame, text, color))); break;
                case ArrowLayer arrow: plot.Add.Plottable(new Sketch(canvas => PlaneShapes.Arrow(canvas, frame, arrow, color))); break;
                case NetworkLayer network: plot.Add.Plottable(new Sketch(canvas => NetworkDrawing.Draw(canvas, frame.Data, network))); break;
                default: throw new NotSupportedException($"Panel '{panel.Title}': {panel.Layers[i].GetType().Name} cannot be drawn in the plane");
            }
        }
    }

    private static void Line(Plot plot, Frame frame, Series x, Series y, SKColor color, float width, bool dashed)
    {
        foreach ((double[] xs, double[] ys) in Pieces(frame, x, y))
        {
            var line = plot.Add.ScatterLine(xs, ys, Palette.Scott(color));
            line.LineWidth = width;
            line.LinePattern = dashed ? LinePattern.Dashed : LinePattern.Solid;
            if (xs.Length == 1)
                plot.Add.Plottable(new Sketch(canvas => Legend.DrawPoint(canvas, Pixel(frame, xs[0], ys[0]), width + 2, 0, color)));
        }
    }

    private static void Points(Plot plot, Frame frame, ScatterLayer layer, SKColor color, int shape)
    {
        (double[] xs, double[] ys) = Finite(frame, layer.X, layer.Y);
        plot.Add.Plottable(new Sketch(canvas =>
        {
            for (int i = 0; i < xs.Length; i++)
                Legend.DrawPoint(canvas, Pixel(frame, xs[i], ys[i]), (float)layer.Size, shape, color);
        }));
    }

    private static void Path(Plot plot, Frame frame, PathLayer layer, SKColor color, bool field)
    {
        if (field)
            Line(plot, frame, layer.X, layer.Y, SKColors.White.WithAlpha(200), 4.5f, dashed: false);
        Line(plot, frame, layer.X, layer.Y, color, 2, dashed: false);
        (double[] xs, double[] ys) = Finite(frame, layer.X, layer.Y);
        plot.Add.Plottable(new Sketch(canvas => PlaneShapes.Steps(canvas, [.. xs.Zip(ys, (x, y) => Pixel(frame, x, y))], color)));
    }

    private static void Band(Plot plot, Frame frame, BandLayer layer, SKColor color)
    {
        var x = new List<double>();
        var low = new List<double>();
        var high = new List<double>();
        for (int i = 0; i < layer.X.Count; i++)
        {
            (double at, double from, double to) = (frame.AlongX(layer.X.Items[i]), frame.AlongY(layer.Low.Items[i]), frame.AlongY(layer.High.Items[i]));
            if (!double.IsFinite(at) || !double.IsFinite(from) || !double.IsFinite(to))
                continue;
            x.Add(at);
            low.Add(from);
            high.Add(to);
        }
        if (x.Count < 2)
            return;
        var fill = plot.Add.FillY([.. x], [.. low], [.. high]);
        fill.FillColor = Palette.Scott(color.WithAlpha(70));
        fill.LineStyle.IsVisible = false;
        fill.MarkerStyle.IsVisible = false;
    }

    private static void Histogram(Plot plot, Panel panel, Frame frame, HistogramLayer layer, SKColor color)
    {
        var range = PanelLimits.HistogramRange(panel);
        double[] counts = PanelLimits.Counts(layer, range);
        double width = (range.High - range.Low) / layer.Bins;
        bool several = panel.Layers.Count(other => other is HistogramLayer) > 1;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                Bar(plot, frame, range.Low + i * width, range.Low + (i + 1) * width, counts[i], color.WithAlpha(several ? (byte)120 : (byte)200), outlined: true);
        }
    }

    private static void Bars(Plot plot, Frame frame, BarLayer layer, SKColor color, IReadOnlyList<string> categories, int index, int count)
    {
        double width = 0.8 / count;
        for (int i = 0; i < layer.Labels.Count; i++)
        {
            double at = categories.TakeWhile(label => label != layer.Labels[i]).Count() - 0.4 + index * width;
            Bar(plot, frame, at + 0.02 * width, at + 0.98 * width, layer.Values.Items[i], color, outlined: false);
        }
        plot.Add.HorizontalLine(frame.LogY ? frame.Limits.Bottom : 0, 1, Palette.Scott(Palette.Ink));
    }

    private static void Bar(Plot plot, Frame frame, double from, double to, double height, SKColor color, bool outlined)
    {
        (double left, double right, double top) = (frame.AlongX(from), frame.AlongX(to), frame.AlongY(height));
        if (!double.IsFinite(left) || !double.IsFinite(right) || !double.IsFinite(top))
            return;
        var bar = plot.Add.Bar(new Bar { Position = (left + right) / 2, Size = right - left, Value = top, ValueBase = frame.LogY ? frame.Limits.Bottom : 0 });
        bar.Color = Palette.Scott(color);
        foreach (Bar one in bar.Bars)
        {
            one.LineWidth = outlined ? 0.7f : 0;
            one.LineColor = Colors.White;
        }
    }

    private static void Rule(Plot plot, Frame frame, RuleLayer layer, SKColor color)
    {
        double at = layer.Vertical ? frame.AlongX(layer.At) : frame.AlongY(layer.At);
        if (!double.IsFinite(at))
            return;
        LinePattern pattern = layer.Dashed ? LinePattern.Dashed : LinePattern.Solid;
        if (layer.Vertical)
            plot.Add.VerticalLine(at, 1.5f, Palette.Scott(color), pattern);
        else
            plot.Add.HorizontalLine(at, 1.5f, Palette.Scott(color), pattern);
    }

    private static SKPoint Pixel(Frame frame, double alongX, double alongY) => new(
        frame.Data.Left + (float)((alongX - frame.Limits.Left) / (frame.Limits.Right - frame.Limits.Left)) * frame.Data.Width,
        frame.Data.Bottom - (float)((alongY - frame.Limits.Bottom) / (frame.Limits.Top - frame.Limits.Bottom)) * frame.Data.Height);

    private static (double[] X, double[] Y) Finite(Frame frame, Series x, Series y)
    {
        (double X, double Y)[] points = [.. x.Items.Zip(y.Items, (a, b) => (X: frame.AlongX(a), Y: frame.AlongY(b))).Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        return ([.. points.Select(point => point.X)], [.. points.Select(point => point.Y)]);
    }

    // a line is cut where a value is missing
    private static IEnumerable<(double[] X, double[] Y)> Pieces(Frame frame, Series x, Series y)
    {
        var xs = new List<double>();
        var ys = new List<double>();
        for (int i = 0; i <= x.Count; i++)
        {
            double atX = i < x.Count ? frame.AlongX(x.Items[i]) : double.NaN, atY = i < x.Count ? frame.AlongY(y.Items[i]) : double.NaN;
            if (double.IsFinite(atX) && double.IsFinite(atY))
            {
                xs.Add(atX);
                ys.Add(atY);
                continue;
            }
            if (xs.Count > 0)
                yield return Thin([.. xs], [.. ys], (frame.Limits.Right - frame.Limits.Left) / (2 * frame.Data.Width));
            xs.Clear();
            ys.Clear();
        }
    }

    // of the many points that fall into one half pixel from left to right, the lowest and the highest show all there is to see
    private static (double[] X, double[] Y) Thin(double[] x, double[] y, double pixel)
    {
        if (x.Length < 2000)
            return (x, y);
        var xs = new List<double>();
        var ys = new List<double>();
        for (int first = 0; first < x.Length;)
        {
            int last = first, low = first, high = first;
            while (last + 1 < x.Length && x[last + 1] >= x[last] && x[last + 1] - x[first] < pixel)
            {
                last++;
                low = y[last] < y[low] ? last : low;
                high = y[last] > y[high] ? last : high;
            }
            foreach (int keep in new SortedSet<int> { first, low, high, last })
            {
                xs.Add(x[keep]);
                ys.Add(y[keep]);
            }
            first = last + 1;
        }
        return ([.. xs], [.. ys]);
    }
}
