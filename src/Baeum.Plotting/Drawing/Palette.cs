using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>The colours behind <see cref="Color"/> and <see cref="ColorMap"/>.</summary>
internal static class Palette
{
    internal static readonly SKColor Ink = new(0x22, 0x22, 0x22), Faint = new(0xE2, 0xE2, 0xE2), Missing = new(0xD0, 0xD0, 0xD0);

    private static readonly Color[] Order = [Color.Blue, Color.Vermilion, Color.Green, Color.Pink, Color.Orange, Color.Sky, Color.Black];

    private static readonly SKColor[] Viridis = Stops("440154 482878 3E4989 31688E 26828E 1F9E89 35B779 6DCD59 B4DE2C FDE725");

    private static readonly SKColor[] Diverging = Stops("2166AC 4393C3 92C5DE D1E5F0 F7F7F7 FDDBC7 F4A582 D6604D B2182B");

    private static readonly SKColor[] Greys = Stops("000000 FFFFFF");

    internal static SKColor Of(Color color) => color switch
    {
        Color.Blue => new(0x00, 0x72, 0xB2),
        Color.Vermilion => new(0xD5, 0x5E, 0x00),
        Color.Green => new(0x00, 0x9E, 0x73),
        Color.Pink => new(0xCC, 0x79, 0xA7),
        Color.Orange => new(0xE6, 0x9F, 0x00),
        Color.Sky => new(0x56, 0xB4, 0xE9),
        Color.Grey => new(0x88, 0x88, 0x88),
        _ => SKColors.Black,
    };

    /// <summary>The colour of the n-th class or row.</summary>
    internal static SKColor At(int index) => Of(Order[((index % Order.Length) + Order.Length) % Order.Length]);

    /// <summary>The colour of each layer: its own, or the first that none before it has.</summary>
    internal static SKColor[] Assign(IReadOnlyList<Layer> layers)
    {
        var used = new List<Color>();
        var colors = new SKColor[layers.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            Color color = Wanted(layers[i]);
            if (color == Color.Next)
            {
                if (Order.All(used.Contains))
                    used.Clear();
                color = Order.First(candidate => !used.Contains(candidate));
            }
            if (layers[i] is not (RuleLayer or TextLayer or ArrowLayer))
                used.Add(color);
            colors[i] = Of(color);
        }
        return colors;
    }

    /// <summary>The colour at a fraction from 0 to 1 of a map.</summary>
    internal static SKColor Map(ColorMap map, double fraction)
    {
        SKColor[] stops = map switch { ColorMap.Viridis => Viridis, ColorMap.Diverging => Diverging, _ => Greys };
        if (double.IsNaN(fraction))
            return Missing;
        double at = Math.Clamp(fraction, 0, 1) * (stops.Length - 1);
        int below = Math.Min((int)at, stops.Length - 2);
        return Mix(stops[below], stops[below + 1], at - below);
    }

    internal static SKColor Mix(SKColor from, SKColor to, double fraction) => new(
        (byte)Math.Round(from.Red + (to.Red - from.Red) * fraction),
        (byte)Math.Round(from.Green + (to.Green - from.Green) * fraction),
        (byte)Math.Round(from.Blue + (to.Blue - from.Blue) * fraction));

    /// <summary>Black or white, whichever reads better on the colour.</summary>
    internal static SKColor On(SKColor color) => 0.299 * color.Red + 0.587 * color.Green + 0.114 * color.Blue > 140 ? Ink : SKColors.White;

    internal static ScottPlot.Color Scott(SKColor color) => new(color.Red, color.Green, color.Blue, color.Alpha);

    private static Color Wanted(Layer layer) => layer switch
    {
        LineLayer line => line.Color,
        ScatterLayer scatter => scatter.Color,
        PathLayer path => path.Color,
        BandLayer band => band.Color,
        HistogramLayer histogram => histogram.Color,
        BarLayer bar => bar.Color,
        RuleLayer rule => rule.Color,
        TextLayer text => text.Color,
        ArrowLayer arrow => arrow.Color,
        Path3DLayer path => path.Color,
        SurfaceLayer { Wire: true } => Color.Next,
        // the others take their colours from a map and leave the palette alone
        _ => Color.Grey,
    };

    private static SKColor[] Stops(string text) => [.. text.Split(' ').Select(stop => SKColor.Parse(stop))];
}
