using System.Text;
using Baeum.Plotting.Drawing;
using SkiaSharp;

namespace Baeum.Plotting;

/// <summary>Draws figures into files' formats; the same figure gives the same bytes on every machine of one kind.</summary>
public static class Picture
{
    private const float Standard = 1.5f;

    /// <summary>A PNG.</summary>
    /// <param name="figure">What is drawn.</param>
    /// <param name="scale">Pixels for each unit of length; 1.5 reads well on dense screens too.</param>
    public static byte[] Png(Figure figure, double scale = Standard)
    {
        ArgumentNullException.ThrowIfNull(figure);
        using SKBitmap bitmap = Bitmap(figure, (float)scale);
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, 6))!;
        return data.ToArray();
    }

    /// <summary>An SVG. Its words stay words: a browser without our font draws them with one of its own Korean fonts.</summary>
    /// <param name="figure">What is drawn.</param>
    public static string Svg(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var layout = new FigureCanvas(figure);
        using var stream = new MemoryStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, layout.Width, layout.Height), stream))
            layout.Draw(canvas, Standard);
        return Encoding.UTF8.GetString(stream.ToArray())
            .Replace("font-family=\"NanumSquare", "font-family=\"NanumSquare, 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif", StringComparison.Ordinal)
            .Replace("font-family=\"DejaVu Sans", "font-family=\"DejaVu Sans, sans-serif", StringComparison.Ordinal);
    }

    internal static SKBitmap Bitmap(Figure figure, float scale)
    {
        var layout = new FigureCanvas(figure);
        var bitmap = new SKBitmap((int)Math.Ceiling(layout.Width * scale), (int)Math.Ceiling(layout.Height * scale), SKColorType.Bgra8888, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        canvas.Scale(scale);
        layout.Draw(canvas, scale);
        return bitmap;
    }
}
