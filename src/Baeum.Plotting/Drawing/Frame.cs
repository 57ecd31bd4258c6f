using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>The ends of two axes, on logarithmic ones as powers of ten.</summary>
internal readonly record struct Limits(double Left, double Right, double Bottom, double Top)
{
    internal static Limits Union(IEnumerable<Limits> all) => all.Aggregate((a, b) => new Limits(
        Math.Min(a.Left, b.Left), Math.Max(a.Right, b.Right), Math.Min(a.Bottom, b.Bottom), Math.Max(a.Top, b.Top)));
}

/// <summary>Where on the canvas a panel's numbers lie.</summary>
internal sealed record Frame(SKRect Data, Limits Limits, bool LogX, bool LogY)
{
    internal float X(double x) => Data.Left + (float)((AlongX(x) - Limits.Left) / (Limits.Right - Limits.Left) * Data.Width);

    internal float Y(double y) => Data.Bottom - (float)((AlongY(y) - Limits.Bottom) / (Limits.Top - Limits.Bottom) * Data.Height);

    internal SKPoint At(double x, double y) => new(X(x), Y(y));

    /// <summary>A number as its axis counts: itself, or its power of ten; NaN where there is none.</summary>
    internal double AlongX(double x) => Along(x, LogX);

    /// <inheritdoc cref="AlongX"/>
    internal double AlongY(double y) => Along(y, LogY);

    internal static double Along(double value, bool log) => !log ? value : value > 0 ? Math.Log10(value) : double.NaN;
}
