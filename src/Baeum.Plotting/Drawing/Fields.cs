using System.Globalization;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Coloured planes: heat maps, filled contours and regions, computed pixel by pixel.</summary>
internal static class Fields
{
    internal static void HeatMap(SKCanvas canvas, Frame frame, HeatMapLayer layer, float scale)
    {
        ColorScale colors = ColorScale.Of(layer);
        (int rows, int columns) = (layer.Values.Rows, layer.Values.Columns);
        var cells = new uint[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                cells[row, column] = (uint)colors.At(layer.Values.Items[row, column]);
        }
        Paint(canvas, frame, (-0.5, columns - 0.5, -0.5, rows - 0.5), scale, (xs, ys) =>
        {
            int[] column = [.. xs.Select(x => Math.Clamp((int)Math.Floor(x + 0.5), 0, columns - 1))];
            int[] row = [.. ys.Select(y => Math.Clamp((int)Math.Floor(y + 0.5), 0, rows - 1))];
            return (i, pixels) =>
            {
                for (int j = 0; j < pixels.Length; j++)
                    pixels[j] = cells[row[i], column[j]];
            };
        });
        if (layer.ShowValues)
            WriteValues(canvas, frame, layer, colors);
    }

    internal static void Contour(SKCanvas canvas, Frame frame, ContourLayer layer, float scale)
    {
        ColorScale colors = ColorScale.Of(layer);
        if (layer.Filled)
        {
            Paint(canvas, frame, Ends(layer.X, layer.Y), scale, (xs, ys) =>
            {
                Interpolation between = new(layer.X, layer.Y, layer.Z, xs, ys);
                return (i, pixels) => colors.Paint(between.Row(i), pixels);
            });
        }
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = layer.Filled ? 0.7f : 1.6f, StrokeCap = SKStrokeCap.Round };
        foreach (double level in colors.Levels)
        {
            paint.Color = layer.Filled ? SKColors.White.WithAlpha(120) : Readable(colors.At(level));
            using SKPath path = LevelPath(frame, layer.X, layer.Y, layer.Z, level);
            canvas.DrawPath(path, paint);
        }
    }

    internal static void Regions(SKCanvas canvas, Frame frame, RegionLayer layer, float scale)
    {
        if (layer.Boundary is not double boundary)
        {
            Classes(canvas, frame, layer, scale);
            return;
        }
        ColorScale colors = ColorScale.AroundBoundary(layer.Z, boundary);
        Paint(canvas, frame, Ends(layer.X, layer.Y), scale, (xs, ys) =>
        {
            Interpolation between = new(layer.X, layer.Y, layer.Z, xs, ys);
            return (i, pixels) => colors.Paint(between.Row(i), pixels);
        });
        using var paint = new SKPaint { IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 2, Color = Palette.Ink, StrokeCap = SKStrokeCap.Round };
        using SKPath path = LevelPath(frame, layer.X, layer.Y, layer.Z, boundary);
        canvas.DrawPath(path, paint);
    }

    /// <summary>Colours one row of pixels.</summary>
    private delegate void RowPainter(int row, Span<uint> pixels);

    /// <summary>The line of one height, cell by cell.</summary>
    internal static IEnumerable<((double X, double Y) From, (double X, double Y) To)> Level(Series x, Series y, Grid z, double level)
    {
        for (int row = 0; row + 1 < z.Rows; row++)
        {
            for (int column = 0; column + 1 < z.Columns; column++)
            {
                (double a, double b, double c, double d) = (z.Items[row, column], z.Items[row, column + 1], z.Items[row + 1, column + 1], z.Items[row + 1, column]);
                // most cells lie wholly above or below; a missing corner compares as false
                if (!(Math.Min(Math.Min(a, b), Math.Min(c, d)) <= level && Math.Max(Math.Max(a, b), Math.Max(c, d)) > level))
                    continue;
                // the corners in turn; a side is crossed where one end lies above the level and the other does not
                (double X, double Y, double Z)[] corners =
                [
                    (x.Items[column], y.Items[row], a),
                    (x.Items[column + 1], y.Items[row], b),
                    (x.Items[column + 1], y.Items[row + 1], c),
                    (x.Items[column], y.Items[row + 1], d),
                ];
                var crossings = new List<(double, double)>(4);
                for (int side = 0; side < 4; side++)
                {
                    (double X, double Y, double Z) from = corners[side], to = corners[(side + 1) % 4];
                    if (from.Z > level == to.Z > level)
                        continue;
                    double share = (level - from.Z) / (to.Z - from.Z);
                    crossings.Add((from.X + share * (to.X - from.X), from.Y + share * (to.Y - from.Y)));
                }
                if (crossings.Count == 2)
                {
                    yield return (crossings[0], crossings[1]);
                }
                else if (crossings.Count == 4)
                {
                    // a saddle: the middle of the cell decides which corners belong together
                    bool joined = corners.Average(corner => corner.Z) > level == corners[0].Z > level;
                    yield return (crossings[0], crossings[joined ? 1 : 3]);
                    yield return (crossings[2], crossings[joined ? 3 : 1]);
                }
            }
        }
    }

    // of the classes at the four corners, the one with most weight: the borders run straight from cell to cell instead of in stairs
    private static void Classes(SKCanvas canvas, Frame frame, RegionLayer layer, float scale) => Paint(canvas, frame, Ends(layer.X, layer.Y), scale, (xs, ys) =>
    {
        Interpolation between = new(layer.X, layer.Y, layer.Z, xs, ys);
        int[]? above = null;
        return (i, pixels) =>
        {
            int[] now = between.Classes(i);
            for (int j = 0; j < pixels.Length; j++)
            {
                bool edge = (j > 0 && now[j - 1] != now[j]) || (above is not null && above[j] != now[j]);
                pixels[j] = (uint)(edge ? Palette.Ink : now[j] < 0 ? Palette.Missing : Palette.Mix(SKColors.White, Palette.At(now[j]), 0.32));
            }
            above = now;
        };
    });

    private static void WriteValues(SKCanvas canvas, Frame frame, HeatMapLayer layer, ColorScale colors)
    {
        bool whole = layer.Values.Items.Cast<double>().All(value => !double.IsFinite(value) || value == Math.Round(value));
        // two decimals, unless they would hide what there is to see
        bool small = layer.Values.Items.Cast<double>().All(value => !(Math.Abs(value) >= 0.1));
        string Form(double value) =>
            !double.IsFinite(value) ? Ticks.Number(value)
            : whole ? value.ToString("0", CultureInfo.InvariantCulture)
            : small || Math.Abs(value) is >= 1000 or (> 0 and < 0.005) ? Ticks.Number(value)
            : value.ToString(Math.Abs(value) >= 100 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
        float width = Math.Abs(frame.X(1) - frame.X(0)), height = Math.Abs(frame.Y(1) - frame.Y(0));
        string longest = layer.Values.Items.Cast<double>().Select(Form).MaxBy(text => text.Length) ?? "";
        float size = Math.Min(Words.Fit(longest, width - 4, 13), height * 0.7f);
        for (int row = 0; row < layer.Values.Rows; row++)
        {
            for (int column = 0; column < layer.Values.Columns; column++)
            {
                double value = layer.Values.Items[row, column];
                Words.Draw(canvas, Form(value), frame.X(column), frame.Y(row), size, Palette.On(colors.At(value)));
            }
        }
    }

    private static SKPath LevelPath(Frame frame, Series x, Series y, Grid z, double level)
    {
        var path = new SKPath();
        foreach (((double X, double Y) from, (double X, double Y) to) in Level(x, y, z, level))
        {
            path.MoveTo(frame.At(from.X, from.Y));
            path.LineTo(frame.At(to.X, to.Y));
        }
        return path;
    }

    // thin lines of the lightest colours would vanish on white
    private static SKColor Readable(SKColor color)
    {
        double light = (0.299 * color.Red + 0.587 * color.Green + 0.114 * color.Blue) / 255;
        return light > 0.62 ? Palette.Mix(color, SKColors.Black, (light - 0.62) / light) : color;
    }

    private static (double Left, double Right, double Bottom, double Top) Ends(Series x, Series y) => (x.Items.Min(), x.Items.Max(), y.Items.Min(), y.Items.Max());

    private static void Paint(SKCanvas canvas, Frame frame, (double Left, double Right, double Bottom, double Top) ends, float scale, Func<double[], double[], RowPainter> painterOf)
    {
        float x0 = frame.X(ends.Left), x1 = frame.X(ends.Right), y0 = frame.Y(ends.Bottom), y1 = frame.Y(ends.Top);
        var box = SKRect.Intersect(new SKRect(Math.Min(x0, x1), Math.Min(y0, y1), Math.Max(x0, x1), Math.Max(y0, y1)), frame.Data);
        // whole pixels of the enlarged canvas: no cell is a pixel wider than its neighbour by resampling
        int left = (int)Math.Round(box.Left * scale), right = (int)Math.Round(box.Right * scale), top = (int)Math.Round(box.Top * scale), bottom = (int)Math.Round(box.Bottom * scale);
        (int width, int height) = (right - left, bottom - top);
        if (width <= 0 || height <= 0)
            return;
        double[] xs = [.. Enumerable.Range(0, width).Select(j => Value(frame.Limits.Left, frame.Limits.Right, ((left + j + 0.5) / scale - frame.Data.Left) / frame.Data.Width, frame.LogX))];
        double[] ys = [.. Enumerable.Range(0, height).Select(i => Value(frame.Limits.Bottom, frame.Limits.Top, (frame.Data.Bottom - (top + i + 0.5) / scale) / frame.Data.Height, frame.LogY))];
        RowPainter paint = painterOf(xs, ys);
        using var bitmap = new SKBitmap(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        Span<uint> pixels = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        for (int i = 0; i < height; i++)
            paint(i, pixels.Slice(i * width, width));
        using SKImage image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(image, new SKRect(left / scale, top / scale, right / scale, bottom / scale), new SKSamplingOptions(SKFilterMode.Nearest));
    }

    private static double Value(double from, double to, double share, bool log)
    {
        double along = from + share * (to - from);
        return log ? Math.Pow(10, along) : along;
    }
}
