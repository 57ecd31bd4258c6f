using System.Text;
using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>Measures and draws text with the fonts that are shipped: no machine needs any of its own.</summary>
internal static class Words
{
    private static readonly SKTypeface Regular = Load("NanumSquareR.ttf"), Bold = Load("NanumSquareB.ttf"), Symbols = Load("DejaVuSans.ttf");

    internal static float Width(string text, float size, bool bold = false)
    {
        float width = 0;
        foreach ((string run, SKTypeface face) in Runs(text, bold))
        {
            using var font = new SKFont(face, size);
            width += font.MeasureText(run);
        }
        return width;
    }

    /// <summary>Breaks a text at blanks into lines no wider than <paramref name="width"/>; a longer word stands alone.</summary>
    internal static IReadOnlyList<string> Wrap(string text, float width, float size, bool bold = false)
    {
        var lines = new List<string>();
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && Width(lines[^1] + " " + word, size, bold) <= width)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }
        return lines;
    }

    /// <summary>The size, at most the given one, at which the text is no wider than <paramref name="width"/>.</summary>
    internal static float Fit(string text, float width, float size, bool bold = false) => Math.Clamp(size * width / Math.Max(1, Width(text, size, bold)), 6, size);

    /// <param name="canvas">Where.</param>
    /// <param name="text">What.</param>
    /// <param name="x">The point to which the text is aligned.</param>
    /// <param name="y">The point to which the text is aligned.</param>
    /// <param name="size">Its height in pixels.</param>
    /// <param name="color">Its colour.</param>
    /// <param name="across">0: the text begins at x, 0.5: is centred, 1: ends there.</param>
    /// <param name="down">0: the text hangs below y, 0.5: is centred, 1: stands on it.</param>
    /// <param name="bold">Heavier letters.</param>
    /// <param name="angle">Degrees, clockwise about the point.</param>
    /// <param name="halo">A white rim that keeps it readable on lines and colours.</param>
    internal static void Draw(SKCanvas canvas, string text, float x, float y, float size, SKColor color, float across = 0.5f, float down = 0.5f, bool bold = false, float angle = 0, bool halo = false)
    {
        if (text.Length == 0)
            return;
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(angle);
        float left = -across * Width(text, size, bold), baseline = size * (0.84f - 0.98f * down);
        using var paint = new SKPaint { IsAntialias = true, Color = color };
        using var rim = new SKPaint { IsAntialias = true, Color = SKColors.White.WithAlpha(220), Style = SKPaintStyle.Stroke, StrokeWidth = size / 4, StrokeJoin = SKStrokeJoin.Round };
        foreach ((string run, SKTypeface face) in Runs(text, bold))
        {
            using var font = new SKFont(face, size) { Subpixel = true, Hinting = SKFontHinting.None };
            if (halo)
                canvas.DrawText(run, left, baseline, SKTextAlign.Left, font, rim);
            canvas.DrawText(run, left, baseline, SKTextAlign.Left, font, paint);
            left += font.MeasureText(run);
        }
        canvas.Restore();
    }

    /// <summary>True when one of the fonts has every letter of the text.</summary>
    internal static bool Has(string text) => text.EnumerateRunes().All(rune => Regular.ContainsGlyph(rune.Value) || Symbols.ContainsGlyph(rune.Value));

    // NanumSquare has some small raised and lowered digits but not all: the symbol font draws every one of them, so that they look alike
    private static IEnumerable<(string Run, SKTypeface Face)> Runs(string text, bool bold)
    {
        SKTypeface letters = bold ? Bold : Regular, current = letters;
        var run = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool script = rune.Value is 0xB2 or 0xB3 or 0xB9 or (>= 0x2070 and <= 0x209C) or (>= 0x0300 and <= 0x036F);
            SKTypeface face = !script && letters.ContainsGlyph(rune.Value) ? letters : Symbols;
            if (face != current && run.Length > 0)
            {
                yield return (run.ToString(), current);
                run.Clear();
            }
            current = face;
            run.Append(rune.ToString());
        }
        if (run.Length > 0)
            yield return (run.ToString(), current);
    }

    private static SKTypeface Load(string name)
    {
        using Stream stream = typeof(Words).Assembly.GetManifestResourceStream("Baeum.Plotting." + name)!;
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
