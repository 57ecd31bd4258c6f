using System.Runtime.CompilerServices;
using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Turns numbers into colours, evenly or (contours of a narrow valley) bent so that the middle value gets the middle colour.</summary>
internal sealed class ColorScale
{
    // enough for any number of bands to fall on nearly the right pixel
    private const int TableSize = 1024;
    private readonly ColorMap map;
    private readonly double bend;
    private uint[]? table;

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

    /// <summary>Light tints of the first two colours of the palette, paler towards the height at which one turns into the other.</summary>
    internal static ColorScale AroundBoundary(Grid heights, double boundary)
    {
        double reach = 0;
        foreach (double value in heights.Items)
            reach = double.IsFinite(value) ? Math.Max(reach, Math.Abs(value - boundary)) : reach;
        reach = reach == 0 ? 1 : reach;
        // steps too fine to see, and few enough to compress well
        const int steps = 32;
        return new ColorScale(ColorMap.Viridis, boundary - reach, boundary + reach)
        {
            table = [.. Enumerable.Range(0, TableSize).Select(i =>
            {
                double side = (Math.Floor((i + 0.5) / TableSize * steps) + 0.5) / steps * 2 - 1;
                return (uint)Palette.Mix(SKColors.White, Palette.At(side < 0 ? 0 : 1), 0.12 + 0.3 * Math.Abs(side));
            })],
        };
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

    /// <summary>The colours of many heights at once: a row of pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Paint(ReadOnlySpan<double> heights, Span<uint> pixels)
    {
        uint[] colors = table ??= [.. Enumerable.Range(0, TableSize).Select(i => (uint)AtFraction((i + 0.5) / TableSize))];
        double perUnit = 1 / (High - Low), power = 1 / bend;
        for (int i = 0; i < heights.Length; i++)
        {
            double share = (heights[i] - Low) * perUnit;
            if (double.IsNaN(share))
            {
                pixels[i] = (uint)Palette.Missing;
                continue;
            }
            share = Math.Clamp(share, 0, 1);
            if (power != 1)
                share = Math.Pow(share, power);
            pixels[i] = colors[Math.Min((int)(share * TableSize), TableSize - 1)];
        }
    }

    internal SKColor AtFraction(double fraction) => Palette.Map(map, Bands == 0 ? fraction : Math.Min(Math.Floor(fraction * Bands), Bands - 1) / Math.Max(1, Bands - 1));

    internal Ticks Ticks()
    {
        if (bend == 1)
            return Drawing.Ticks.Linear(Low, High, 6);
        // one digit each, near the places that divide a bent scale evenly
        double[] marks = [.. Enumerable.Range(0, 6).Select(i => Value(i / 5.0)).Select(OneDigit).Where(mark => mark >= Low && mark <= High).Distinct()];
        return new Ticks(marks, [.. marks.Select(Drawing.Ticks.Number)], []);
    }

    private static double OneDigit(double value)
    {
        double power = value == 0 ? 1 : Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))));
        return Math.Round(value / power) * power;
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
