using System.Text;
using Baeum.Plotting.Drawing;

namespace Baeum.Plotting.Text;

/// <summary>Draws figures with characters: lines as braille dots, coloured planes as shaded blocks, bars as bars.</summary>
internal sealed class TextFigure(int width, bool colors)
{
    private const int Rows = 14;
    private static readonly int[] Ansi = [34, 33, 32, 35, 93, 36, 37];
    private readonly List<string> lines = [];

    internal static IReadOnlyList<string> Draw(Figure figure, int width, bool colors)
    {
        var text = new TextFigure(Math.Max(20, width), colors);
        text.Title(figure.Title);
        foreach (Panel panel in figure.Panels)
            text.Add(panel);
        return text.lines;
    }

    private void Add(Panel panel)
    {
        if (lines.Count > 0)
            lines.Add("");
        Title(panel.Title);
        foreach (Layer layer in panel.Layers)
        {
            switch (layer)
            {
                case HeatMapLayer map: Shades(map.Values, map.RowLabels, map.ColumnLabels, ColorScale.Of(map), topFirst: true, panel); return;
                case SurfaceLayer surface: Shades(surface.Z, [], [], ColorScale.Of(surface), topFirst: false, panel); return;
                case ContourLayer contour: Shades(contour.Z, [], [], ColorScale.Of(contour), topFirst: false, panel); return;
                case RegionLayer region: Shades(region.Z, [], [], ColorScale.Of(new HeatMapLayer(region.Z, ColorMap.Grey, [], [], false, null, null)), topFirst: false, panel); return;
                case BarLayer: Bars(panel); return;
                case HistogramLayer histogram: Histogram(panel, histogram); return;
                case BoxLayer boxes: Boxes(boxes); return;
                case NetworkLayer network: lines.Add("  " + string.Join(" → ", network.Sizes)); return;
                default: break;
            }
        }
        Curves(panel);
    }

    private void Curves(Panel panel)
    {
        bool space = SpacePanel.Is(panel);
        (string Name, Series X, Series Y, bool Joined)[] curves = [.. panel.Layers.Select(layer => layer switch
        {
            LineLayer line => (line.Name, line.X, line.Y, true),
            ScatterLayer scatter => (scatter.Name, scatter.X, scatter.Y, false),
            PathLayer path => (path.Name, path.X, path.Y, true),
            // its outline, there and back
            BandLayer band => (band.Name, new Series([.. band.X.Items, .. band.X.Items.Reverse()]), new Series([.. band.Low.Items, .. band.High.Items.Reverse()]), true),
            // from above
            Path3DLayer path => (path.Name, path.X, path.Y, path.Joined),
            _ => ("", new Series([]), new Series([]), false),
        })];
        Limits limits = space ? Drawing.PanelLimits.Of(Flat(panel, curves)) : Drawing.PanelLimits.Of(panel);
        Ticks marks = panel.LogY ? Ticks.Logarithmic(limits.Bottom, limits.Top, 4) : Ticks.Linear(limits.Bottom, limits.Top, 4);
        int margin = Math.Min(width / 3, marks.Labels.Select(TextWidth.Of).Append(1).Max());
        int across = width - margin - 3;
        var canvas = new BrailleCanvas(across, Rows);
        (double X, double Y) At(double x, double y) => (
            (Frame.Along(x, panel.LogX) - limits.Left) / (limits.Right - limits.Left) * (canvas.DotsAcross - 1),
            (limits.Top - Frame.Along(y, panel.LogY)) / (limits.Top - limits.Bottom) * (canvas.DotsDown - 1));
        foreach (RuleLayer rule in panel.Layers.OfType<RuleLayer>())
            Rule(canvas, rule, At);
        bool lettered = curves.Count(curve => curve.X.Count > 0) > 1;
        var legend = new List<string>();
        int index = 0;
        foreach ((string name, Series x, Series y, bool joined) in curves)
        {
            if (x.Count == 0)
                continue;
            (double X, double Y)? before = null, last = null;
            for (int i = 0; i < x.Count; i++)
            {
                (double X, double Y) at = At(x.Items[i], y.Items[i]);
                bool drawn = double.IsFinite(at.X) && double.IsFinite(at.Y);
                if (drawn)
                    canvas.Line(joined && before is { } from ? from : at, at, index);
                before = drawn ? at : null;
                last = drawn ? at : last;
            }
            char letter = (char)('a' + index % 26);
            if (lettered && last is { } end)
                canvas.Letter((int)end.X, (int)end.Y, letter, index);
            if (name.Length > 0)
                legend.Add(Paint(lettered ? $"{letter} {name}" : name, index));
            index++;
        }
        if (legend.Count > 0)
            lines.Add(new string(' ', margin + 2) + string.Join("   ", legend));
        string[] labels = new string[Rows];
        for (int i = 0; i < marks.Major.Length; i++)
            labels[Math.Clamp((int)Math.Floor((limits.Top - marks.Major[i]) / (limits.Top - limits.Bottom) * (canvas.DotsDown - 1) / 4), 0, Rows - 1)] = marks.Labels[i];
        if (panel.YLabel.Length > 0)
            lines.Add(TextWidth.Cut(panel.YLabel, width));
        for (int row = 0; row < Rows; row++)
            lines.Add($"{TextWidth.PadLeft(labels[row] ?? "", margin)} {(labels[row] is null ? '│' : '┤')}{canvas.Row(row, Paint)}".TrimEnd());
        Bottom(panel, limits, margin, across);
    }

    private static Panel Flat(Panel panel, (string Name, Series X, Series Y, bool Joined)[] curves)
    {
        var flat = new Panel(panel.Title, panel.XLabel, panel.YLabel);
        foreach ((string name, Series x, Series y, _) in curves.Where(curve => curve.X.Count > 0))
            flat.Line(x, y, name);
        return flat;
    }

    private static void Rule(BrailleCanvas canvas, RuleLayer rule, Func<double, double, (double X, double Y)> at)
    {
        // every fourth dot: a rule stays behind the curves
        (double x, double y) = at(rule.At, rule.At);
        double place = rule.Vertical ? x : y;
        for (int i = 0; double.IsFinite(place) && i < (rule.Vertical ? canvas.DotsDown : canvas.DotsAcross); i += 4)
            canvas.Dot(rule.Vertical ? (int)place : i, rule.Vertical ? i : (int)place, 6);
    }

    private void Bottom(Panel panel, Limits limits, int margin, int across)
    {
        Ticks marks = panel.LogX ? Ticks.Logarithmic(limits.Left, limits.Right, across / 12) : Ticks.Linear(limits.Left, limits.Right, Math.Min(8, across / 10));
        var axis = new StringBuilder(new string('─', across));
        var labels = new StringBuilder();
        for (int i = 0; i < marks.Major.Length; i++)
        {
            int column = Math.Clamp((int)((marks.Major[i] - limits.Left) / (limits.Right - limits.Left) * (2 * across - 1) / 2), 0, across - 1);
            axis[column] = '┬';
            int start = Math.Clamp(column - TextWidth.Of(marks.Labels[i]) / 2, 0, Math.Max(0, across - TextWidth.Of(marks.Labels[i])));
            int used = TextWidth.Of(labels.ToString());
            if (start > used || used == 0)
                labels.Append(' ', start - used).Append(marks.Labels[i]);
        }
        string indent = new(' ', margin + 2);
        lines.Add($"{new string(' ', margin + 1)}└{axis}");
        lines.Add(indent + labels);
        if (panel.XLabel.Length > 0)
            lines.Add(indent + Centred(panel.XLabel, across));
    }

    private void Shades(Grid values, IReadOnlyList<string> rowLabels, IReadOnlyList<string> columnLabels, ColorScale scale, bool topFirst, Panel panel)
    {
        const string shades = " ░▒▓█";
        int margin = Math.Min(width / 3, rowLabels.Select(TextWidth.Of).Append(0).Max()), room = width - margin - 2;
        // a character is about twice as high as wide
        int perCell = Math.Max(1, Math.Min(room / values.Columns, columnLabels.Count > 0 ? Math.Max(2, columnLabels.Max(TextWidth.Of) + 1) : 2));
        int columns = Math.Min(values.Columns, room / perCell), rows = Math.Min(values.Rows, rowLabels.Count > 0 ? values.Rows : 28);
        for (int i = 0; i < rows; i++)
        {
            int row = (topFirst ? i : rows - 1 - i) * values.Rows / rows;
            var line = new StringBuilder();
            for (int j = 0; j < columns; j++)
            {
                double value = values.Items[row, j * values.Columns / columns];
                char shade = double.IsFinite(value) ? shades[Math.Min((int)(scale.Fraction(value) * shades.Length), shades.Length - 1)] : '?';
                line.Append(shade, perCell);
            }
            lines.Add($"{TextWidth.PadLeft(rowLabels.Count > 0 ? TextWidth.Cut(rowLabels[row], margin) : "", margin)} {line}".TrimEnd());
        }
        if (columnLabels.Count > 0 && columns == values.Columns && perCell > columnLabels.Max(TextWidth.Of))
            lines.Add((new string(' ', margin + 1) + string.Concat(columnLabels.Select(label => TextWidth.PadRight(TextWidth.Cut(label, perCell - 1), perCell)))).TrimEnd());
        if (panel.XLabel.Length > 0)
            lines.Add(new string(' ', margin + 1) + Centred(panel.XLabel, columns * perCell));
        lines.Add($"{new string(' ', margin + 1)}'{shades[0]}' {Ticks.Number(scale.Low)}  …  {shades[^1]} {Ticks.Number(scale.High)}");
    }

    private void Bars(Panel panel)
    {
        BarLayer[] layers = [.. panel.Layers.OfType<BarLayer>()];
        IEnumerable<(string, double, int)> bars = Drawing.PanelLimits.Categories(panel).SelectMany(label => layers.Select((layer, k) => (label, layer, k)).SelectMany(item =>
            item.layer.Labels.Select((own, i) => (own, i)).Where(place => place.own == label)
                .Select(place => (item.k == 0 ? label : "", item.layer.Values.Items[place.i], item.k))));
        Horizontal([.. bars]);
        string[] names = [.. layers.Select((layer, k) => layer.Name.Length > 0 ? Paint("█", k) + " " + layer.Name : "").Where(name => name.Length > 0)];
        if (names.Length > 0)
            lines.Add("  " + string.Join("   ", names));
    }

    private void Histogram(Panel panel, HistogramLayer layer)
    {
        var range = Drawing.PanelLimits.HistogramRange(panel);
        // few enough bars for a screen
        var coarse = layer with { Bins = Math.Min(layer.Bins, 20) };
        double[] counts = Drawing.PanelLimits.Counts(coarse, range);
        double step = (range.High - range.Low) / counts.Length;
        Horizontal([.. counts.Select((count, i) => (Ticks.Number(range.Low + (i + 0.5) * step), count, 0))]);
    }

    private void Horizontal(IReadOnlyList<(string Label, double Value, int Ink)> bars)
    {
        int margin = Math.Min(width / 3, bars.Select(bar => TextWidth.Of(bar.Label)).Append(0).Max());
        double most = bars.Select(bar => Math.Abs(bar.Value)).Where(double.IsFinite).Append(0).Max();
        int room = width - margin - 12;
        foreach ((string label, double value, int ink) in bars)
        {
            double eighths = most > 0 && double.IsFinite(value) ? Math.Round(Math.Abs(value) / most * room * 8) : 0;
            string bar = new string('█', (int)eighths / 8) + (eighths % 8 > 0 ? "▏▎▍▌▋▊▉"[(int)eighths % 8 - 1].ToString() : "");
            lines.Add($"{TextWidth.PadLeft(TextWidth.Cut(label, margin), margin)} │{Paint(bar, ink)} {Ticks.Number(value)}");
        }
    }

    private void Boxes(BoxLayer boxes)
    {
        int margin = Math.Min(width / 3, boxes.Labels.Select(TextWidth.Of).Append(0).Max());
        for (int i = 0; i < boxes.Labels.Count; i++)
        {
            double[] sorted = [.. boxes.Values[i].Items.Where(double.IsFinite).Order()];
            if (sorted.Length == 0)
                continue;
            (double low, double first, double median, double third, double high) = PlaneShapes.Summary(sorted);
            lines.Add($"{TextWidth.PadLeft(TextWidth.Cut(boxes.Labels[i], margin), margin)}  {Ticks.Number(low)} ├─[ {Ticks.Number(first)} │ {Ticks.Number(median)} │ {Ticks.Number(third)} ]─┤ {Ticks.Number(high)}");
        }
    }

    private void Title(string title)
    {
        if (title.Length > 0)
            lines.Add(Centred(title, width));
    }

    private static string Centred(string text, int columns) => new string(' ', Math.Max(0, (columns - TextWidth.Of(text)) / 2)) + text;

    private string Paint(string text, int ink) => colors && text.Length > 0 ? $"\e[{Ansi[ink % Ansi.Length]}m{text}\e[0m" : text;
}
