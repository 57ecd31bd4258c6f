using Baeum.Plotting;

namespace Baeum.Course;

/// <content>Figures, checks and pictures.</content>
public sealed partial class Lesson
{
    /// <summary>Publishes a number; with <paramref name="expected"/> it is also a check: |value - expected| ≤ tolerance · max(1, |expected|).</summary>
    /// <param name="name">Its name, dotted: <c>corrected.loss.final</c>.</param>
    /// <param name="value">What was computed.</param>
    /// <param name="expected">What it should be; null: only published.</param>
    /// <param name="tolerance">The error allowed.</param>
    public void Figure(string name, double value, double? expected = null, double tolerance = 1e-6) =>
        Publish(name, new FigureValue([value], []), expected is double number ? new FigureValue([number], []) : null, tolerance);

    /// <summary>Publishes a vector; with <paramref name="expected"/> it is also a check of every element.</summary>
    public void Figure(string name, double[] value, double[]? expected = null, double tolerance = 1e-6) =>
        Publish(name, Value(value), expected is null ? null : Value(expected), tolerance);

    /// <summary>Publishes a matrix; with <paramref name="expected"/> it is also a check of every element.</summary>
    public void Figure(string name, double[,] value, double[,]? expected = null, double tolerance = 1e-6) =>
        Publish(name, Value(value), expected is null ? null : Value(expected), tolerance);

    /// <summary>Publishes a tensor of any rank; with <paramref name="expected"/>, its elements row by row, it is also a check of every element.</summary>
    public void Figure(string name, Tensor value, double[]? expected = null, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (expected is not null && expected.Length != value.Count)
            throw new ArgumentException(Invariant($"lesson.Figure: '{name}': {expected.Length} expected numbers do not fit shape {value.Shape}, which has {value.Count} elements"), nameof(expected));
        int[] shape = value.Shape.ToArray();
        Publish(name, new FigureValue(value.Detach().To(DType.Float64).ToArray<double>(), shape), expected is null ? null : new FigureValue(expected, shape), tolerance);
    }

    /// <summary>Publishes a matrix and checks every element.</summary>
    public void Figure(string name, Tensor value, double[][] expected, double tolerance = 1e-6) =>
        Figure(name, value, [.. expected.SelectMany(row => row)], tolerance);

    /// <summary>Publishes a number that must lie between two bounds, where an exact one cannot be asked for.</summary>
    public void Range(string name, double value, double low, double high)
    {
        if (!(low <= high))
            throw new ArgumentException(Invariant($"lesson.Range: '{name}': low {low} is above high {high}"), nameof(low));
        double middle = low + (high - low) / 2;
        // a hair of slack keeps the bounds themselves inside after the rounding of middle and half width
        double tolerance = Math.Max(high - middle, middle - low) * (1 + 1e-12) / Math.Max(1, Math.Abs(middle));
        Publish(name, new FigureValue([value], []), new FigureValue([middle], []), tolerance, Invariant($"{low} … {high}"));
    }

    /// <summary>Draws a figure into <c>NAME.png</c> in the output folder, or as <c>--plot</c> asks; nothing under <c>--no-plots</c>.</summary>
    /// <param name="name">The file's name without its end.</param>
    /// <param name="figure">A figure, or a single panel.</param>
    public void Plot(string name, Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (!host.Options.Plots)
            return;
        if (host.Options.PlotForm == PlotForm.Text)
            Show(figure);
        else if (host.Options.PlotForm == PlotForm.Svg)
            WriteFile(name + ".svg", path => File.WriteAllText(path, Picture.Svg(figure)));
        else
            WriteFile(name + ".png", path => File.WriteAllBytes(path, Picture.Png(figure)));
    }

    /// <summary>Draws an animation into <c>NAME.gif</c> in the output folder, under <c>--plot text</c> its last picture; nothing under <c>--no-plots</c>.</summary>
    /// <param name="name">The file's name without its end.</param>
    /// <param name="frames">Its pictures, all of one size.</param>
    /// <param name="secondsPerFrame">How long each stands.</param>
    public void Animate(string name, IReadOnlyList<Figure> frames, double secondsPerFrame = 0.1)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (!host.Options.Plots)
            return;
        if (host.Options.PlotForm == PlotForm.Text && frames.Count > 0)
            Show(frames[^1]);
        else
            WriteFile(name + ".gif", path => File.WriteAllBytes(path, Picture.Gif(frames, secondsPerFrame)));
    }

    /// <summary>Draws a grey picture as <see cref="Plot"/> draws a figure.</summary>
    /// <param name="name">The file's name without its end.</param>
    /// <param name="pixels">Brightness, <c>[height, width]</c>.</param>
    /// <param name="low">What is black.</param>
    /// <param name="high">What is white.</param>
    public void Image(string name, double[,] pixels, double low = 0, double high = 1)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        Plot(name, new Figure("", 1, [new Panel { Axes = false, EqualAxes = true }.HeatMap(pixels, ColorMap.Grey, low: low, high: high)]) { PanelWidth = 220, PanelHeight = 220 });
    }

    private void Show(Figure figure)
    {
        Write("");
        foreach (string line in Picture.Text(figure, Terminal.Width, Terminal.Colours))
            Write(line);
        Write("");
    }

    private void WriteFile(string name, Action<string> write)
    {
        string path = Path.Combine(OutputFolder, name);
        write(path);
        host.Report.Figures.Add(path);
        Write($"  {TextLayout.PadRight(Messages.Picture, NameColumns)}{Path.GetRelativePath(Environment.CurrentDirectory, path)}");
    }

    private void Publish(string name, FigureValue value, FigureValue? expected, double tolerance, string? range = null)
    {
        host.Report.Publish(name, value);
        string line = $"  {TextLayout.PadRight(name, NameColumns - 1)} {TextLayout.PadRight(Show(value), 14)}";
        if (expected is null || Changed)
        {
            Write(line.TrimEnd());
            return;
        }
        var check = new LessonCheck(name, value, expected, tolerance);
        host.Report.Checks.Add(check);
        if (check.Ok)
        {
            Write($"{line} {Terminal.Green("✓")}");
            return;
        }
        string wanted = range ?? Show(expected);
        Write($"{line} {Terminal.Red("✗")} " + Messages.Expected(wanted, check.Error, tolerance));
    }

    private static FigureValue Value(double[] vector) => new([.. vector], [vector.Length]);

    private static FigureValue Value(double[,] matrix) => new([.. matrix.Cast<double>()], [matrix.GetLength(0), matrix.GetLength(1)]);

    private static string Show(FigureValue value)
    {
        if (value.Shape.Count == 0)
            return TextLayout.Number(value.Values[0]);
        if (value.Values.Count > 24)
            return $"[{string.Join(" × ", value.Shape)}]";
        int row = value.Shape[^1];
        if (value.Shape.Count == 1 || row == 0)
            return $"[{string.Join(", ", value.Values.Select(TextLayout.Number))}]";
        return $"[{string.Join(", ", value.Values.Chunk(row).Select(part => $"[{string.Join(", ", part.Select(TextLayout.Number))}]"))}]";
    }
}
