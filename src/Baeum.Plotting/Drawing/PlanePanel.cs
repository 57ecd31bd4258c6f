using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>One panel in the plane: ScottPlot draws axes, grid and data into the place that is left beside the words, which are ours.</summary>
internal sealed class PlanePanel
{
    private const float TickSize = 11.5f, LabelSize = 13, BarWidth = 14;
    private readonly Panel panel;
    private readonly SKRect area;
    private readonly float scale, titleSize;
    private readonly IReadOnlyList<string> title;
    private readonly Legend legend;
    private readonly Ticks xTicks, yTicks, barTicks;
    private readonly ColorScale? bar;
    private readonly float turned;
    private readonly Frame frame;

    internal PlanePanel(Panel panel, Limits limits, SKRect area, float scale)
    {
        (this.panel, this.area, this.scale) = (panel, area, scale);
        titleSize = area.Width >= 420 ? 15 : 13;
        title = Words.Wrap(panel.Title, area.Width - 16, titleSize, bold: true);
        legend = new Legend(PlaneLayers.Entries(panel), area.Width - 24);
        bar = panel.Axes ? panel.Layers.Select(ColorScale.ForBar).FirstOrDefault(found => found is not null) : null;
        barTicks = bar?.Ticks() ?? new Ticks([], [], []);

        float top = area.Top + (title.Count == 0 ? 6 : 6 + title.Count * (titleSize + 5)) + legend.Height + 5;
        bool axes = panel.Axes && !panel.Layers.Any(layer => layer is NetworkLayer);
        if (!axes)
        {
            (xTicks, yTicks) = (new Ticks([], [], []), new Ticks([], [], []));
            float margin = panel.Layers.Any(layer => layer is NetworkLayer) ? 10 : 4;
            frame = Framed(new SKRect(area.Left + margin, top, area.Right - margin, area.Bottom - margin), limits);
            return;
        }
        yTicks = TicksOf(limits.Bottom, limits.Top, panel.LogY, (int)(area.Height / 55), RowLabels(panel), RowCount(panel));
        float left = area.Left + 10 + Widest(yTicks) + (panel.YLabel.Length > 0 ? 22 : 2);
        float right = area.Right - (bar is null ? 14 : 26 + BarWidth + Widest(barTicks));
        IReadOnlyList<string> columns = ColumnLabels(panel);
        xTicks = TicksOf(limits.Left, limits.Right, panel.LogX, (int)((right - left) / 75), columns, ColumnCount(panel));
        // labels too wide for their places are turned
        float place = columns.Count == 0 ? float.MaxValue : (right - left) / columns.Count;
        turned = Widest(xTicks) > place - 4 ? (TickSize + 3 > place ? -90 : -40) : 0;
        float under = turned switch { 0 => 20, -90 => Widest(xTicks) + 10, _ => Widest(xTicks) * 0.66f + 16 };
        float bottom = area.Bottom - under - (panel.XLabel.Length > 0 ? 22 : 4);
        if (turned == 0 && xTicks.Labels.Length > 0)
            right -= bar is null ? Math.Max(0, Words.Width(xTicks.Labels[^1], TickSize) / 2 - 14) : 0;
        frame = Framed(new SKRect(left, top, right, bottom), limits);
    }

    /// <summary>Where the axes lie.</summary>
    internal Frame Frame => frame;

    internal void Draw(SKCanvas canvas)
    {
        var plot = new Plot();
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.SetLimits(frame.Limits.Left, frame.Limits.Right, frame.Limits.Bottom, frame.Limits.Top);
        plot.Layout.Fixed(new PixelPadding(frame.Data.Left - area.Left, area.Right - frame.Data.Right, area.Bottom - frame.Data.Bottom, frame.Data.Top - area.Top));
        bool axes = xTicks.Major.Length + yTicks.Major.Length > 0;
        if (axes)
            Axes(plot);
        else
            plot.HideAxesAndGrid();
        PlaneLayers.Add(plot, panel, frame, scale);
        canvas.Save();
        plot.Render(canvas, new PixelRect(area.Left, area.Right, area.Bottom, area.Top));
        canvas.Restore();
        Write(canvas);
        if (bar is not null)
            DrawBar(canvas, bar);
    }

    private void Axes(Plot plot)
    {
        foreach ((IAxis axis, Ticks ticks) in ((IAxis, Ticks)[])[(plot.Axes.Bottom, xTicks), (plot.Axes.Left, yTicks)])
        {
            var marks = new NumericManual();
            foreach (double at in ticks.Major)
                marks.AddMajor(at, "");
            foreach (double at in ticks.Minor)
                marks.AddMinor(at);
            axis.TickGenerator = marks;
            axis.FrameLineStyle.Color = Palette.Scott(Palette.Ink);
        }
        bool field = PanelLimits.HasField(panel);
        plot.Axes.Top.FrameLineStyle.IsVisible = field;
        plot.Axes.Right.FrameLineStyle.IsVisible = field;
        plot.Grid.MajorLineColor = Palette.Scott(Palette.Faint);
        // categories need no line through their middle, and coloured planes hide a grid anyway
        plot.Grid.XAxisStyle.IsVisible = PanelLimits.Categories(panel).Count == 0 && !field;
        plot.Grid.YAxisStyle.IsVisible = !field;
    }

    private void Write(SKCanvas canvas)
    {
        float centre = (frame.Data.Left + frame.Data.Right) / 2;
        for (int line = 0; line < title.Count; line++)
        {
            float size = Words.Fit(title[line], area.Width - 8, titleSize, bold: true), width = Words.Width(title[line], size, bold: true);
            // over the axes where it fits, inside the panel in any case
            float x = Math.Clamp(centre, area.Left + 4 + width / 2, Math.Max(area.Left + 4 + width / 2, area.Right - 4 - width / 2));
            Words.Draw(canvas, title[line], x, area.Top + 6 + (line + 0.5f) * (titleSize + 5), size, Palette.Ink, bold: true);
        }
        legend.Draw(canvas, centre, frame.Data.Top - legend.Height - 5, area.Left + 6, area.Right - 6);
        for (int i = 0; i < xTicks.Major.Length; i++)
        {
            float x = frame.Data.Left + (float)((xTicks.Major[i] - frame.Limits.Left) / (frame.Limits.Right - frame.Limits.Left)) * frame.Data.Width;
            Words.Draw(canvas, xTicks.Labels[i], x, frame.Data.Bottom + (turned == 0 ? 14 : 8), TickSize, Palette.Ink, across: turned == 0 ? 0.5f : 1, angle: turned);
        }
        for (int i = 0; i < yTicks.Major.Length; i++)
        {
            float y = frame.Data.Bottom - (float)((yTicks.Major[i] - frame.Limits.Bottom) / (frame.Limits.Top - frame.Limits.Bottom)) * frame.Data.Height;
            Words.Draw(canvas, yTicks.Labels[i], frame.Data.Left - 8, y, TickSize, Palette.Ink, across: 1);
        }
        if (!panel.Axes)
            return;
        float below = Math.Min(area.Bottom - 12, frame.Data.Bottom + (turned == 0 ? 34 : turned == -90 ? Widest(xTicks) + 24 : Widest(xTicks) * 0.66f + 30));
        Words.Draw(canvas, panel.XLabel, centre, below, Words.Fit(panel.XLabel, Math.Max(frame.Data.Width, area.Width * 0.6f), LabelSize), Palette.Ink);
        float beside = Math.Max(area.Left + 11, frame.Data.Left - Widest(yTicks) - 21);
        Words.Draw(canvas, panel.YLabel, beside, (frame.Data.Top + frame.Data.Bottom) / 2, Words.Fit(panel.YLabel, Math.Max(frame.Data.Height, area.Height * 0.6f), LabelSize), Palette.Ink, angle: -90);
    }

    private void DrawBar(SKCanvas canvas, ColorScale colors)
    {
        var box = new SKRect(frame.Data.Right + 10, frame.Data.Top, frame.Data.Right + 10 + BarWidth, frame.Data.Bottom);
        using var paint = new SKPaint { Style = SKPaintStyle.Fill };
        const int slices = 128;
        for (int i = 0; i < slices; i++)
        {
            paint.Color = colors.AtFraction((i + 0.5) / slices);
            float low = box.Bottom - box.Height * i / slices;
            canvas.DrawRect(new SKRect(box.Left, box.Bottom - box.Height * (i + 1) / slices - 0.3f, box.Right, low), paint);
        }
        paint.Style = SKPaintStyle.Stroke;
        paint.Color = Palette.Ink;
        canvas.DrawRect(box, paint);
        for (int i = 0; i < barTicks.Major.Length; i++)
        {
            float y = box.Bottom - (float)(colors.Fraction(barTicks.Major[i]) * box.Height);
            canvas.DrawLine(box.Right, y, box.Right + 3, y, paint);
            Words.Draw(canvas, barTicks.Labels[i], box.Right + 6, y, TickSize, Palette.Ink, across: 0);
        }
    }

    // equal axes: the place shrinks to the shape of the data rather than showing emptiness
    private Frame Framed(SKRect data, Limits limits)
    {
        data.Right = Math.Max(data.Right, data.Left + 20);
        data.Bottom = Math.Max(data.Bottom, data.Top + 20);
        if (panel.EqualAxes)
        {
            double wide = Math.Abs(limits.Right - limits.Left), high = Math.Abs(limits.Top - limits.Bottom);
            float perUnit = (float)Math.Min(data.Width / wide, data.Height / high);
            float width = (float)wide * perUnit, height = (float)high * perUnit;
            float x = data.Left + (data.Width - width) / 2, y = data.Top + (data.Height - height) / 2;
            data = new SKRect(x, y, x + width, y + height);
        }
        return new Frame(data, limits, panel.LogX, panel.LogY);
    }

    private static Ticks TicksOf(double from, double to, bool log, int wanted, IReadOnlyList<string> labels, int count)
    {
        if (labels.Count > 0)
            return new Ticks([.. Enumerable.Range(0, labels.Count).Select(i => (double)i)], [.. labels], []);
        (double low, double high) = (Math.Min(from, to), Math.Max(from, to));
        wanted = Math.Clamp(wanted, 2, 10);
        return log ? Plotting.Drawing.Ticks.Logarithmic(low, high, wanted) : Plotting.Drawing.Ticks.Linear(low, high, wanted, whole: count > 0);
    }

    private static float Widest(Ticks ticks) => ticks.Labels.Length == 0 ? 0 : ticks.Labels.Max(label => Words.Width(label, TickSize));

    private static IReadOnlyList<string> RowLabels(Panel panel) => panel.Layers.OfType<HeatMapLayer>().FirstOrDefault()?.RowLabels ?? [];

    private static IReadOnlyList<string> ColumnLabels(Panel panel) =>
        panel.Layers.OfType<HeatMapLayer>().FirstOrDefault()?.ColumnLabels is { Count: > 0 } columns ? columns : PanelLimits.Categories(panel);

    private static int RowCount(Panel panel) => panel.Layers.OfType<HeatMapLayer>().FirstOrDefault()?.Values.Rows ?? 0;

    private static int ColumnCount(Panel panel) => panel.Layers.OfType<HeatMapLayer>().FirstOrDefault()?.Values.Columns ?? 0;
}
