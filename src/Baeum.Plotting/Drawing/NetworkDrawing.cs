using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>A network: a column of circles for each layer, a line for each weight.</summary>
internal static class NetworkDrawing
{
    internal static void Draw(SKCanvas canvas, SKRect box, NetworkLayer network)
    {
        int most = network.Sizes.Max();
        float radius = Math.Clamp(Math.Min(box.Height / most * 0.36f, box.Width / network.Sizes.Count * 0.2f), 2, 24);
        SKPoint At(int layer, int unit)
        {
            float x = network.Sizes.Count == 1 ? box.MidX : box.Left + radius + 4 + (box.Width - 2 * radius - 8) * layer / (network.Sizes.Count - 1);
            float spacing = Math.Min(box.Height / network.Sizes[layer], 5 * radius);
            return new SKPoint(x, box.MidY + (unit - (network.Sizes[layer] - 1) / 2f) * spacing);
        }
        double largest = network.Weights.SelectMany(weights => weights.Items.Cast<double>()).Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        using var line = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke };
        for (int k = 0; k + 1 < network.Sizes.Count; k++)
        {
            for (int from = 0; from < network.Sizes[k]; from++)
            {
                for (int to = 0; to < network.Sizes[k + 1]; to++)
                {
                    double weight = k < network.Weights.Count ? network.Weights[k].Items[to, from] : double.NaN;
                    line.Color = !double.IsFinite(weight) ? Palette.Of(Color.Grey) : Palette.Of(weight < 0 ? Color.Blue : Color.Vermilion).WithAlpha((byte)(110 + 120 * Math.Abs(weight) / Math.Max(largest, 1e-300)));
                    line.StrokeWidth = double.IsFinite(weight) && largest > 0 ? (float)(0.4 + 4.6 * Math.Abs(weight) / largest) : 1;
                    canvas.DrawLine(At(k, from), At(k + 1, to), line);
                }
            }
        }
        for (int layer = 0; layer < network.Sizes.Count; layer++)
        {
            for (int unit = 0; unit < network.Sizes[layer]; unit++)
                Unit(canvas, At(layer, unit), radius, layer < network.Names.Count && unit < network.Names[layer].Count ? network.Names[layer][unit] : "");
        }
        for (int k = 0; network.ShowValues && k < network.Weights.Count; k++)
        {
            for (int from = 0; from < network.Sizes[k]; from++)
            {
                for (int to = 0; to < network.Sizes[k + 1]; to++)
                    Value(canvas, At(k, from), At(k + 1, to), network.Weights[k].Items[to, from]);
            }
        }
    }

    private static void Unit(SKCanvas canvas, SKPoint at, float radius, string name)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = new SKColor(0xF4, 0xF4, 0xF8) };
        canvas.DrawCircle(at, radius, paint);
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = radius > 6 ? 1.5f : 0.8f;
        paint.Color = Palette.Ink;
        canvas.DrawCircle(at, radius, paint);
        Words.Draw(canvas, name, at.X, at.Y, Words.Fit(name, 1.7f * radius, Math.Min(13, radius)), Palette.Ink);
    }

    // lines cross in the middle between two layers, so the numbers stand well before it
    private static void Value(SKCanvas canvas, SKPoint from, SKPoint to, double weight)
    {
        const float share = 0.3f, size = 12;
        string text = Ticks.Number(Math.Round(weight, 2));
        float x = from.X + share * (to.X - from.X), y = from.Y + share * (to.Y - from.Y), half = Words.Width(text, size, bold: true) / 2 + 3;
        using var plate = new SKPaint { IsAntialias = true, Color = SKColors.White.WithAlpha(235) };
        canvas.DrawRoundRect(new SKRect(x - half, y - 9, x + half, y + 9), 4, 4, plate);
        Words.Draw(canvas, text, x, y, size, Palette.Of(weight < 0 ? Color.Blue : Color.Vermilion), bold: true);
    }
}
