using System.Globalization;
using System.Net;
using System.Text;

namespace Baeum.Course.Plots;

/// <summary>Draws a <see cref="Plot"/> as SVG: axes with round ticks, a grid, the legend between title and curves.</summary>
internal sealed class SvgChart
{
    private const double Width = 720, Left = 72, Right = 24, Bottom = 60, Area = 336, LegendRow = 20;

    // Okabe and Ito's palette, told apart by colour-blind readers too
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    private readonly Plot plot;
    private readonly Axis x, y;
    private readonly List<(double X, int Row)> legend = [];
    private readonly double top, height;

    private SvgChart(Plot plot)
    {
        this.plot = plot;
        x = Axis.Over(plot.Series.SelectMany(series => series.X));
        y = Axis.Over(plot.Series.SelectMany(series => series.Y));
        double at = Left;
        int row = 0;
        foreach (PlotSeries series in plot.Series)
        {
            double width = 44 + 7.5 * TextLayout.Width(series.Name);
            if (at > Left && at + width > Width - Right)
                (at, row) = (Left, row + 1);
            legend.Add((at, row));
            at += width;
        }
        top = 48 + (plot.Series.Count == 0 ? 0 : LegendRow * (row + 1));
        height = top + Area + Bottom;
    }

    internal static string Draw(Plot plot) => new SvgChart(plot).Draw();

    private string Draw()
    {
        var svg = new StringBuilder();
        svg.Append(Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="NanumSquare, 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif" font-size="13">
            <rect width="{Width}" height="{height}" fill="#fff"/>
            <text x="{Width / 2}" y="28" text-anchor="middle" font-size="17">{Escape(plot.Title)}</text>
            <text x="{(Left + Width - Right) / 2}" y="{height - 14}" text-anchor="middle">{Escape(plot.XLabel)}</text>
            <text transform="translate(18 {(top + height - Bottom) / 2}) rotate(-90)" text-anchor="middle">{Escape(plot.YLabel)}</text>

            """));
        foreach (double tick in x.Ticks)
            svg.Append(Invariant($"<path d=\"M{X(tick):0.##} {top}V{height - Bottom}\" stroke=\"#e4e4e4\"/><text x=\"{X(tick):0.##}\" y=\"{height - Bottom + 20}\" text-anchor=\"middle\" fill=\"#444\">{x.Label(tick)}</text>\n"));
        foreach (double tick in y.Ticks)
            svg.Append(Invariant($"<path d=\"M{Left} {Y(tick):0.##}H{Width - Right}\" stroke=\"#e4e4e4\"/><text x=\"{Left - 8}\" y=\"{Y(tick) + 4:0.##}\" text-anchor=\"end\" fill=\"#444\">{y.Label(tick)}</text>\n"));
        svg.Append(Invariant($"<path d=\"M{Left} {top}V{height - Bottom}H{Width - Right}\" fill=\"none\" stroke=\"#444\"/>\n"));
        for (int i = 0; i < plot.Series.Count; i++)
        {
            PlotSeries series = plot.Series[i];
            string colour = Colours[i % Colours.Length];
            svg.Append(series.Joined ? Line(series, colour) : Points(series, colour));
            svg.Append(Invariant($"<rect x=\"{legend[i].X}\" y=\"{42 + LegendRow * legend[i].Row}\" width=\"16\" height=\"4\" fill=\"{colour}\"/><text x=\"{legend[i].X + 22}\" y=\"{49 + LegendRow * legend[i].Row}\">{Escape(series.Name)}</text>\n"));
        }
        return svg.Append("</svg>\n").ToString();
    }

    private string Line(PlotSeries series, string colour)
    {
        var path = new StringBuilder();
        bool down = false;
        for (int i = 0; i < series.X.Count; i++)
        {
            bool drawn = double.IsFinite(series.X[i]) && double.IsFinite(series.Y[i]);
            if (drawn)
                path.Append(Invariant($"{(down ? 'L' : 'M')}{X(series.X[i]):0.##} {Y(series.Y[i]):0.##}"));
            down = drawn;
        }
        return $"<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"/>\n";
    }

    private string Points(PlotSeries series, string colour) => string.Concat(series.X.Zip(series.Y)
        .Where(point => double.IsFinite(point.First) && double.IsFinite(point.Second))
        .Select(point => Invariant($"<circle cx=\"{X(point.First):0.##}\" cy=\"{Y(point.Second):0.##}\" r=\"3.5\" fill=\"{colour}\"/>\n")));

    private double X(double value) => Left + (Width - Left - Right) * x.Fraction(value);

    private double Y(double value) => top + Area * (1 - y.Fraction(value));

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private readonly record struct Axis(double Low, double High, double Step)
    {
        internal IEnumerable<double> Ticks
        {
            get
            {
                Axis axis = this;
                double first = Math.Ceiling(Low / Step - 1e-9);
                return Enumerable.Range(0, 1 + (int)Math.Floor(High / Step - first + 1e-9)).Select(i => (first + i) * axis.Step);
            }
        }

        internal double Fraction(double value) => (value - Low) / (High - Low);

        internal string Label(double tick)
        {
            int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 12);
            return Math.Abs(tick) is >= 1e6 or (> 0 and < 1e-4)
                ? tick.ToString("0.##e+0", CultureInfo.InvariantCulture)
                : (tick == 0 ? 0 : tick).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        // a step of 1, 2 or 5 times a power of ten that gives about six ticks
        internal static Axis Over(IEnumerable<double> values)
        {
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            foreach (double value in values.Where(double.IsFinite))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            if (low > high)
                (low, high) = (0, 1);
            double margin = low == high ? Math.Max(1, Math.Abs(low)) / 2 : (high - low) * 0.04;
            (low, high) = (low - margin, high + margin);
            double rough = (high - low) / 6, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
            double step = power * (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
            return new Axis(low, high, step);
        }
    }
}
