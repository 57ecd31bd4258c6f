using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>One panel in space: surfaces and lines in a box, drawn from back to front.</summary>
internal static class SpacePanel
{
    private const float TickSize = 11, LabelSize = 13;
    private const int MostCells = 44;

    internal static bool Is(Panel panel) => panel.Layers.Count > 0 && panel.Layers[0] is SurfaceLayer or Path3DLayer;

    internal static void Draw(SKCanvas canvas, Panel panel, SKRect area)
    {
        float titleSize = area.Width >= 420 ? 15 : 13, top = area.Top + 6;
        foreach (string line in Words.Wrap(panel.Title, area.Width - 16, titleSize, bold: true))
        {
            Words.Draw(canvas, line, area.MidX, top + (titleSize + 5) / 2, Words.Fit(line, area.Width - 16, titleSize, bold: true), Palette.Ink, bold: true);
            top += titleSize + 5;
        }
        var legend = new Legend(PlaneLayers.Entries(panel), area.Width - 24);
        legend.Draw(canvas, area.MidX, top, area.Left + 6, area.Right - 6);
        var view = new SpaceView(panel, new SKRect(area.Left + 8, top + legend.Height, area.Right - 8, area.Bottom - 6));
        SpaceBox.Draw(canvas, panel, view, TickSize, LabelSize);

        SKColor[] colors = Palette.Assign(panel.Layers);
        var pieces = new List<(double Depth, Action Draw)>();
        for (int i = 0; i < panel.Layers.Count; i++)
        {
            if (panel.Layers[i] is SurfaceLayer surface)
            {
                if (surface.Floor)
                    Floor(canvas, surface, view);
                Surface(canvas, surface, view, colors[i], pieces);
            }
            else if (panel.Layers[i] is Path3DLayer path)
            {
                Path(canvas, path, view, colors[i], pieces);
            }
        }
        // stable: what is as far as another keeps the order of the layers
        foreach ((_, Action draw) in pieces.OrderBy(piece => piece.Depth))
            draw();
        // what a surface hides of a path shines through it
        var through = new List<(double Depth, Action Draw)>();
        for (int i = 0; i < panel.Layers.Count; i++)
        {
            if (panel.Layers[i] is Path3DLayer path && panel.Layers.Any(layer => layer is SurfaceLayer))
                Path(canvas, path, view, colors[i].WithAlpha(140), through);
        }
        foreach ((_, Action draw) in through)
            draw();
    }

    private static void Surface(SKCanvas canvas, SurfaceLayer layer, SpaceView view, SKColor wire, List<(double, Action)> pieces)
    {
        ColorScale colors = ColorScale.Of(layer);
        int[] rows = Thinned(layer.Z.Rows), columns = Thinned(layer.Z.Columns);
        for (int i = 0; i + 1 < rows.Length; i++)
        {
            for (int j = 0; j + 1 < columns.Length; j++)
            {
                (int Row, int Column)[] corners = [(rows[i], columns[j]), (rows[i], columns[j + 1]), (rows[i + 1], columns[j + 1]), (rows[i + 1], columns[j])];
                Spot[] spots = [.. corners.Select(corner => view.Project(layer.X.Items[corner.Column], layer.Y.Items[corner.Row], layer.Z.Items[corner.Row, corner.Column]))];
                if (spots.Any(spot => !double.IsFinite(spot.Depth)))
                    continue;
                double height = corners.Average(corner => layer.Z.Items[corner.Row, corner.Column]);
                SKColor fill = layer.Wire ? SKColors.White.WithAlpha(200) : Shade(colors.At(height), spots);
                SKColor edge = layer.Wire ? wire : Palette.Mix(fill, SKColors.Black, 0.18);
                pieces.Add((spots.Average(spot => spot.Depth), () => Face(canvas, spots, fill, edge, layer.Wire ? 1.1f : 0.6f)));
            }
        }
    }

    private static void Face(SKCanvas canvas, Spot[] spots, SKColor fill, SKColor edge, float width)
    {
        using var path = new SKPath();
        path.AddPoly([.. spots.Select(spot => spot.At)]);
        using var paint = new SKPaint { IsAntialias = true, Color = fill };
        canvas.DrawPath(path, paint);
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = width;
        paint.StrokeJoin = SKStrokeJoin.Round;
        paint.Color = edge;
        canvas.DrawPath(path, paint);
    }

    // a light from the upper left: the colour still tells the height, the brightness the slope
    private static SKColor Shade(SKColor color, Spot[] spots)
    {
        (double X, double Y, double Z) a = Minus(spots[2].Place, spots[0].Place), b = Minus(spots[3].Place, spots[1].Place);
        (double X, double Y, double Z) normal = (a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);
        double length = Math.Sqrt(normal.X * normal.X + normal.Y * normal.Y + normal.Z * normal.Z);
        if (length == 0)
            return color;
        double light = Math.Abs(-0.45 * normal.X - 0.35 * normal.Y + 0.82 * normal.Z) / length;
        return light < 0.75 ? Palette.Mix(color, SKColors.Black, (0.75 - light) * 0.3) : Palette.Mix(color, SKColors.White, (light - 0.75) * 0.5);
    }

    private static void Floor(SKCanvas canvas, SurfaceLayer layer, SpaceView view)
    {
        ColorScale colors = ColorScale.Of(new ContourLayer(layer.X, layer.Y, layer.Z, 10, false, layer.Map));
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.3f };
        foreach (double level in colors.Levels)
        {
            paint.Color = colors.At(level);
            foreach (((double X, double Y) from, (double X, double Y) to) in Fields.Level(layer.X, layer.Y, layer.Z, level))
                canvas.DrawLine(view.Project(from.X, from.Y, view.Floor).At, view.Project(to.X, to.Y, view.Floor).At, paint);
        }
    }

    private static void Path(SKCanvas canvas, Path3DLayer layer, SpaceView view, SKColor color, List<(double, Action)> pieces)
    {
        Spot[] spots = [.. Enumerable.Range(0, layer.X.Count).Select(i => view.Project(layer.X.Items[i], layer.Y.Items[i], layer.Z.Items[i]))];
        // what lies on a surface is seen: it counts as a little nearer
        const double lift = 0.06;
        for (int i = 0; i < spots.Length; i++)
        {
            Spot spot = spots[i];
            if (!double.IsFinite(spot.Depth))
                continue;
            if (!layer.Joined)
            {
                pieces.Add((spot.Depth + lift, () => Legend.DrawPoint(canvas, spot.At, 8, 0, color)));
            }
            else if (i + 1 < spots.Length && double.IsFinite(spots[i + 1].Depth))
            {
                Spot next = spots[i + 1];
                pieces.Add(((spot.Depth + next.Depth) / 2 + lift, () =>
                {
                    using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 2.2f, StrokeCap = SKStrokeCap.Round, Color = color };
                    canvas.DrawLine(spot.At, next.At, paint);
                }
                ));
            }
        }
    }

    private static int[] Thinned(int count)
    {
        int step = Math.Max(1, (int)Math.Ceiling((count - 1) / (double)MostCells));
        return [.. Enumerable.Range(0, count).Where(i => i % step == 0 && i != count - 1), count - 1];
    }

    private static (double X, double Y, double Z) Minus((double X, double Y, double Z) a, (double X, double Y, double Z) b) => (a.X - b.X, a.Y - b.Y, a.Z - b.Z);
}
