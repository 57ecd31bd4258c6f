using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Baeum.Plotting.Drawing;
using Baeum.Plotting.Gif;
using Baeum.Plotting.Text;
using SkiaSharp;

namespace Baeum.Plotting;

/// <summary>Draws figures into files' formats; the same figure gives the same bytes on every machine of one kind.</summary>
public static partial class Picture
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
        using SKData data = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, 5))!;
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
            layout.Draw(canvas, 1);
        // Skia writes a blank as the first character that the font draws as one, which XML forbids; and it names the font alone
        string text = Encoding.UTF8.GetString(stream.ToArray()).Replace('\u0001', ' ');
        return FontFamily().Replace(text, family => family.Value.Contains("DejaVu", StringComparison.Ordinal)
            ? "font-family=\"DejaVu Sans, sans-serif\""
            : "font-family=\"NanumSquare, 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif\"");
    }

    /// <summary>An animated GIF that repeats without end.</summary>
    /// <param name="frames">The pictures, all of one size.</param>
    /// <param name="secondsPerFrame">How long each stands; GIF counts in hundredths of a second.</param>
    public static byte[] Gif(IReadOnlyList<Figure> frames, double secondsPerFrame = 0.1)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0)
            throw new ArgumentException("Gif: an animation needs at least one frame", nameof(frames));
        if (!(secondsPerFrame is >= 0.02 and <= 600))
            throw new ArgumentOutOfRangeException(nameof(secondsPerFrame), secondsPerFrame, "Gif: a frame stands 0.02 to 600 seconds");
        var pictures = new List<uint[]>();
        (int width, int height) = (0, 0);
        foreach (Figure frame in frames)
        {
            using SKBitmap bitmap = Bitmap(frame, 1);
            if (pictures.Count > 0 && (bitmap.Width, bitmap.Height) != (width, height))
                throw new ArgumentException($"Gif: frame {pictures.Count} is {bitmap.Width} × {bitmap.Height}, those before {width} × {height}; give all figures the same panels and title", nameof(frames));
            (width, height) = (bitmap.Width, bitmap.Height);
            pictures.Add(MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan()).ToArray());
        }
        using var stream = new MemoryStream();
        GifWriter.Write(stream, width, height, pictures, (int)Math.Round(secondsPerFrame * 100));
        return stream.ToArray();
    }

    /// <summary>Lines of characters for a terminal: curves as braille dots, coloured planes as shaded blocks, bars as bars.</summary>
    /// <param name="figure">What is drawn; its panels stand one below the other.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="colors">True: curves are told apart by ANSI colours as well as by letters.</param>
    public static IReadOnlyList<string> Text(Figure figure, int width = 80, bool colors = false)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return TextFigure.Draw(figure, width, colors);
    }

    /// <summary>A small PNG of a picture's file (of an animation: its last frame), of at most 255 colours.</summary>
    /// <param name="image">A PNG or GIF.</param>
    /// <param name="width">At most so many pixels across.</param>
    /// <param name="mostBytes">Narrower still until the file is no larger than this.</param>
    public static byte[] Thumbnail(byte[] image, int width, int mostBytes)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Drawing.Thumbnail.Of(image, width, mostBytes);
    }

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();

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
