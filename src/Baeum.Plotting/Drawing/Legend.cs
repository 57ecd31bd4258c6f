using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>How an entry of the legend is marked.</summary>
internal enum Swatch
{
    Line,
    Dashes,
    Point,
    Path,
    Area,
}

/// <summary>A name and its mark.</summary>
internal sealed record LegendEntry(string Name, SKColor Color, Swatch Swatch, int Shape = 0);

/// <summary>The names of what is drawn, in rows between title and axes: there they hide nothing.</summary>
internal sealed class Legend
{
    private const float Size = 12.5f, RowHeight = 19, Mark = 22, Gap = 16;
    private readonly List<List<(LegendEntry Entry, float Width)>> rows = [];

    internal Legend(IEnumerable<LegendEntry> entries, float width)
    {
        float used = float.MaxValue;
        foreach (LegendEntry entry in entries)
        {
            float own = Math.Min(width, Mark + 6 + Words.Width(entry.Name, Size));
            if (used + Gap + own > width)
            {
                rows.Add([]);
                used = -Gap;
            }
            rows[^1].Add((entry, own));
            used += Gap + own;
        }
    }

    internal float Height => rows.Count == 0 ? 0 : rows.Count * RowHeight + 4;

    internal void Draw(SKCanvas canvas, float centre, float top, float low, float high)
    {
        foreach (List<(LegendEntry Entry, float Width)> row in rows)
        {
            float width = row.Sum(item => item.Width) + Gap * (row.Count - 1);
            float x = Math.Clamp(centre - width / 2, low, Math.Max(low, high - width));
            foreach ((LegendEntry entry, float own) in row)
            {
                DrawMark(canvas, entry, x, top + RowHeight / 2);
                Words.Draw(canvas, entry.Name, x + Mark + 6, top + RowHeight / 2, Words.Fit(entry.Name, own - Mark - 6, Size), Palette.Ink, across: 0);
                x += own + Gap;
            }
            top += RowHeight;
        }
    }

    /// <summary>A point's shape: circle, square, triangle or diamond, so that colour is not all that tells classes apart.</summary>
    internal static void DrawPoint(SKCanvas canvas, SKPoint at, float size, int shape, SKColor color)
    {
        float r = size / 2;
        using var path = new SKPath();
        switch (shape % 4)
        {
            case 0:
                path.AddCircle(at.X, at.Y, r);
                break;
            case 1:
                path.AddRect(new SKRect(at.X - r * 0.9f, at.Y - r * 0.9f, at.X + r * 0.9f, at.Y + r * 0.9f));
                break;
            case 2:
                path.AddPoly([new(at.X, at.Y - r * 1.15f), new(at.X + r * 1.1f, at.Y + r * 0.85f), new(at.X - r * 1.1f, at.Y + r * 0.85f)]);
                break;
            default:
                path.AddPoly([new(at.X, at.Y - r * 1.25f), new(at.X + r * 1.1f, at.Y), new(at.X, at.Y + r * 1.25f), new(at.X - r * 1.1f, at.Y)]);
                break;
        }
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        canvas.DrawPath(path, paint);
        if (size < 5)
            return;
        paint.Style = SKPaintStyle.Stroke;
        paint.Color = SKColors.White;
        paint.StrokeWidth = 0.8f;
        canvas.DrawPath(path, paint);
    }

    private static void DrawMark(SKCanvas canvas, LegendEntry entry, float x, float y)
    {
        using var paint = new SKPaint { IsAntialias = true, Color = entry.Color, StrokeWidth = 2.4f, Style = SKPaintStyle.Stroke };
        using SKPathEffect? dashes = entry.Swatch == Swatch.Dashes ? SKPathEffect.CreateDash([6, 4], 0) : null;
        paint.PathEffect = dashes;
        if (entry.Swatch is Swatch.Line or Swatch.Dashes or Swatch.Path)
            canvas.DrawLine(x, y, x + Mark, y, paint);
        if (entry.Swatch is Swatch.Point or Swatch.Path)
            DrawPoint(canvas, new SKPoint(x + Mark / 2, y), 9, entry.Shape, entry.Color);
        if (entry.Swatch != Swatch.Area)
            return;
        paint.Style = SKPaintStyle.Fill;
        canvas.DrawRect(x + 3, y - 6, 16, 12, paint);
    }
}
