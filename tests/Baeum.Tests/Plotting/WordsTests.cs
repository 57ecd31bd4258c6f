using Baeum.Plotting.Drawing;
using SkiaSharp;

namespace Baeum.Tests.Plotting;

public class WordsTests
{
    [Fact]
    public void Every_letter_that_lessons_use_is_in_a_font() =>
        Assert.True(Words.Has("손실 뷁힣 loss ₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ×÷·−±√∑∂∇∞≈≤≥≠→←↑↓ σμηθλαβγδεφπωΔΣΩ ŷ “”‘’…–— °½∈‖∘⊙⊗✓"));

    [Fact]
    public void Korean_letters_are_not_the_box_of_a_missing_one()
    {
        string missing = Ink("\uE123");
        string[] letters = [Ink("한"), Ink("글"), Ink("₀"), Ink("ŷ")];
        Assert.DoesNotContain(missing, letters);
        Assert.Equal(letters.Length, letters.Distinct().Count());
        Assert.NotEqual(Ink("한"), Ink("한", bold: true));
    }

    [Fact]
    public void Text_is_as_wide_as_measured()
    {
        const string Text = "학습률 lr = 10⁻³";
        float width = Words.Width(Text, 20);
        using var bitmap = Canvas(canvas => Words.Draw(canvas, Text, 20, 50, 20, SKColors.Black, across: 0));
        int[] columns = [.. Enumerable.Range(0, bitmap.Width).Where(x => Enumerable.Range(0, bitmap.Height).Any(y => bitmap.GetPixel(x, y) != SKColors.White))];
        Assert.InRange(columns[0], 19, 23);
        Assert.InRange(columns[^1], 20 + width - 4, 20 + width + 1);
    }

    [Fact]
    public void Long_lines_are_wrapped_at_blanks_or_shrunk()
    {
        Assert.Equal(["가나 다라", "마바"], Words.Wrap("가나 다라 마바", Words.Width("가나 다라", 15) + 1, 15));
        Assert.True(Words.Width("abcdefghij", Words.Fit("abcdefghij", 40, 15)) <= 40.01f);
        Assert.Equal(15, Words.Fit("a", 40, 15));
    }

    private static string Ink(string text, bool bold = false)
    {
        using SKBitmap bitmap = Canvas(canvas => Words.Draw(canvas, text, 50, 50, 30, SKColors.Black, bold: bold));
        return Convert.ToBase64String(bitmap.GetPixelSpan());
    }

    private static SKBitmap Canvas(Action<SKCanvas> draw)
    {
        var bitmap = new SKBitmap(300, 100);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        draw(canvas);
        return bitmap;
    }
}
