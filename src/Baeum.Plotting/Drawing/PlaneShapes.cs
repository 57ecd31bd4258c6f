using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Boxes, words, arrows and an optimiser's steps.</summary>
internal static class PlaneShapes
{
    internal static void Boxes(SKCanvas canvas, Frame frame, BoxLayer layer, IReadOnlyList<string> categories)
    {
        using var fill = new SKPaint { IsAntialias = true };
        using var line = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.5f, Color = Palette.Ink };
        for (int i = 0; i < layer.Labels.Count; i++)
        {
            double[] sorted = [.. layer.Values[i].Items.Where(double.IsFinite).Order()];
            if (sorted.Length == 0)
                continue;
            (double low, double first, double median, double third, double high) = Summary(sorted);
            int place = categories.TakeWhile(label => label != layer.Labels[i]).Count();
            float x = frame.X(place), left = frame.X(place - 0.28), right = frame.X(place + 0.28), cap = (right - left) / 4;
            canvas.DrawLine(x, frame.Y(low), x, frame.Y(high), line);
            canvas.DrawLine(x - cap, frame.Y(low), x + cap, frame.Y(low), line);
            canvas.DrawLine(x - cap, frame.Y(high), x + cap, frame.Y(high), line);
            var box = new SKRect(left, frame.Y(third), right, frame.Y(first));
            fill.Color = Palette.Mix(SKColors.White, Palette.At(i), 0.45);
            canvas.DrawRect(box, fill);
            canvas.DrawRect(box, line);
            line.StrokeWidth = 3;
            canvas.DrawLine(left, frame.Y(median), right, frame.Y(median), line);
            line.StrokeWidth = 1.5f;
            foreach (double outlier in sorted.Where(value => value < low || value > high))
                Legend.DrawPoint(canvas, new SKPoint(x, frame.Y(outlier)), 6, 0, Palette.At(i));
        }
    }

    /// <summary>Whiskers, quartiles (interpolated, as NumPy does) and median of sorted values.</summary>
    internal static (double Low, double First, double Median, double Third, double High) Summary(double[] sorted)
    {
        double Quantile(double share)
        {
            double at = share * (sorted.Length - 1);
            int below = (int)at;
            return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
        }
        double first = Quantile(0.25), third = Quantile(0.75), reach = 1.5 * (third - first);
        return (sorted.First(value => value >= first - reach), first, Quantile(0.5), third, sorted.Last(value => value <= third + reach));
    }

    internal static void Text(SKCanvas canvas, Frame frame, TextLayer layer, SKColor color)
    {
        SKPoint at = frame.At(layer.X, layer.Y);
        if (!float.IsFinite(at.X) || !float.IsFinite(at.Y))
            return;
        string[] lines = layer.Text.Split('\n');
        float half = lines.Max(line => Words.Width(line, 12.5f)) / 2;
        // words at the rim stay whole
        float x = Math.Clamp(at.X, frame.Data.Left + half + 3, Math.Max(frame.Data.Left + half + 3, frame.Data.Right - half - 3));
        float y = Math.Clamp(at.Y, frame.Data.Top + 9, frame.Data.Bottom - 9) - (lines.Length - 1) * 8;
        foreach (string line in lines)
        {
            Words.Draw(canvas, line, x, y, 12.5f, color, halo: true);
            y += 16;
        }
    }

    internal static void Arrow(SKCanvas canvas, Frame frame, ArrowLayer layer, SKColor color)
    {
        SKPoint from = frame.At(layer.FromX, layer.FromY), to = frame.At(layer.ToX, layer.ToY);
        float length = SKPoint.Distance(from, to);
        if (!float.IsFinite(length))
            return;
        using var paint = new SKPaint { IsAntialias = true, Color = color, StrokeWidth = 1.8f, Style = SKPaintStyle.Stroke };
        if (length > 0.5f)
        {
            SKPoint along = new((to.X - from.X) / length, (to.Y - from.Y) / length);
            float head = Math.Min(10, length * 0.6f);
            SKPoint neck = new(to.X - along.X * head, to.Y - along.Y * head);
            canvas.DrawLine(from, neck, paint);
            using var tip = new SKPath();
            tip.AddPoly([to, new(neck.X - along.Y * head * 0.42f, neck.Y + along.X * head * 0.42f), new(neck.X + along.Y * head * 0.42f, neck.Y - along.X * head * 0.42f)]);
            paint.Style = SKPaintStyle.Fill;
            canvas.DrawPath(tip, paint);
        }
        if (layer.Text.Length == 0)
            return;
        // the words stand behind the arrow's tail, where the arrow does not cross them
        float half = Words.Width(layer.Text, 12.5f) / 2;
        float dx = length > 0.5f ? (from.X - to.X) / length : 0, dy = length > 0.5f ? (from.Y - to.Y) / length : -1;
        float x = Math.Clamp(from.X + dx * (half + 5), frame.Data.Left + half + 3, Math.Max(frame.Data.Left + half + 3, frame.Data.Right - half - 3));
        float y = Math.Clamp(from.Y + dy * 12, frame.Data.Top + 9, frame.Data.Bottom - 9);
        Words.Draw(canvas, layer.Text, x, y, 12.5f, color, halo: true);
    }

    /// <summary>A point at each step, an open circle at the start and a filled one at the end.</summary>
    internal static void Steps(SKCanvas canvas, SKPoint[] points, SKColor color)
    {
        if (points.Length == 0)
            return;
        // a dot at each of thousands of steps would be a thick line
        float size = points.Length switch { <= 60 => 6, <= 300 => 4, _ => 0 };
        for (int i = 1; size > 0 && i < points.Length - 1; i++)
            Legend.DrawPoint(canvas, points[i], size, 0, color);
        using var paint = new SKPaint { IsAntialias = true, Color = SKColors.White };
        canvas.DrawCircle(points[0], 5.5f, paint);
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = 2;
        paint.Color = color;
        canvas.DrawCircle(points[0], 5.5f, paint);
        Legend.DrawPoint(canvas, points[^1], 12, 0, color);
    }
}
