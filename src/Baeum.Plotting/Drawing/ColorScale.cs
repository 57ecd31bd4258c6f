using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Turns numbers into colours, evenly or (contours of a narrow valley) bent so that the middle value gets the middle colour.</summary>
internal sealed class ColorScale
{
    private readonly ColorMap map;
    private readonly double bend;

    private ColorScale(ColorMap map, double low, double high, double bend = 1, int bands = 0)
    {
        if (!(low < high))
            (low, high) = low == high ? (low - 0.5, high + 0.5) : (0, 1);
        (this.map, Low, High, this.bend, Bands) = (map, low, high, bend, bands);
    }

    internal double Low { get; }

    internal double High { get; }

    /// <summary>How many steps the colours take; 0: they flow.</summary>
    internal int Bands { get; }

    /// <summary>The heights between the bands.</summary>
    internal IEnumerable<double> Levels => Enumerable.Range(1, Math.Max(0, Bands - 1)).Select(i => Value(i / (double)Bands));

    internal static ColorScale Of(HeatMapLayer layer) => Flat(layer.Values, layer.Map, layer.Low, layer.High);

    internal static ColorScale Of(SurfaceLayer layer) => Flat(layer.Z, layer.Map, null, null);

    internal static ColorScale Of(ContourLayer layer)
    {
        double[] heights = [.. layer.Z.Items.Cast<double>().Where(double.IsFinite).Order()];
        if (heights.Length == 0)
            return new ColorScale(layer.Map, 0, 1, 1, layer.Levels + 1);
        (double low, double high) = Ends(heights[0], heights[^1], layer.Map, null, null);
        double middle = (heights[heights.Length / 2] - low) / (high - low);
        double bend = layer.Map == ColorMap.Diverging || !(middle is > 0 and < 1) ? 1 : Math.Clamp(Math.Log(middle) / Math.Log(0.5), 1, 4);
        return new ColorScale(layer.Map, low, high, bend, layer.Levels + 1);
    }

    /// <summary>The scale that needs a colour bar beside the axes; numbers that stand in the cells need none.</summary>
    internal static ColorScale? ForBar(Layer layer) => layer switch
    {
        HeatMapLayer { ShowValues: false } heat => Of(heat),
        ContourLayer contour => Of(contour),
        _ => null,
    };

    internal double Fraction(double value) => Math.Pow(Math.Clamp((value - Low) / (High - Low), 0, 1), 1 / bend);

    internal SKColor At(double value) => double.IsFinite(value) ? AtFraction(Fraction(value)) : Palette.Missing;

    internal SKColor AtFraction(double fraction) => Palette.Map(map, Bands == 0 ? fraction : Math.Min(Math.Floor(fraction * Bands), Bands - 1) / Math.Max(1, Bands - 1));

    internal Ticks Ticks()
    {
        if (bend == 1)
            return Drawing.Ticks.Linear(Low, High, 6);
        double[] marks = [.. Enumerable.Range(0, 6).Select(i => Value(i / 5.0))];
        return new Ticks(marks, [.. marks.Select(Drawing.Ticks.Number)], []);
    }

    private double Value(double fraction) => Low + (High - Low) * Math.Pow(fraction, bend);

    private static ColorScale Flat(Grid values, ColorMap map, double? low, double? high)
    {
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        foreach (double value in values.Items)
        {
            if (double.IsFinite(value))
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }
        if (least > most)
            (least, most) = (0, 1);
        (least, most) = Ends(least, most, map, low, high);
        return new ColorScale(map, least, most);
    }

    // numbers with a sign are coloured symmetrically: white is zero
    private static (double Low, double High) Ends(double least, double most, ColorMap map, double? low, double? high)
    {
        if (map != ColorMap.Diverging)
            return (low ?? least, high ?? most);
        double size = Math.Max(Math.Abs(least), Math.Abs(most));
        return (low ?? -(high ?? size), high ?? -(low ?? -size));
    }
}
