using Baeum.Course;

namespace Baeum.Tests.Course;

public class TextLayoutTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("배움", 4)]
    [InlineData("x² ≤ 1", 6)]
    public void AKoreanLetterTakesTwoColumns(string text, int columns)
    {
        Assert.Equal(columns, TextLayout.Width(text));
        Assert.Equal(10, TextLayout.Width(TextLayout.PadRight(text, 10)));
        Assert.Equal(10, TextLayout.Width(TextLayout.PadLeft(text, 10)));
    }

    [Fact]
    public void WrappedLinesFitAndLoseNoWord()
    {
        const string Text = "경사하강법으로 찾은 y = wx + b, 손으로 구한 기울기와 자동 미분의 비교";
        IReadOnlyList<string> lines = TextLayout.Wrap(Text, 20);
        Assert.All(lines, line => Assert.InRange(TextLayout.Width(line), 1, 20));
        Assert.Equal(Text, string.Join(' ', lines));
    }

    [Fact]
    public void TableColumnsAlign()
    {
        string[] lines = TextLayout.Table(["이름", "값"], [["손실", 0.5], ["accuracy", 12.25]]).ToArray();
        Assert.Single(lines.Select(TextLayout.Width).Distinct());
        Assert.Equal("accuracy  12.25", lines[^1]);
    }
}
