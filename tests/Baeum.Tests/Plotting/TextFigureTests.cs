using Baeum.Plotting;
using Baeum.Plotting.Text;

namespace Baeum.Tests.Plotting;

public class TextFigureTests
{
    [Fact]
    public void Dots_fill_the_eight_places_of_a_character()
    {
        string seen = "";
        for (int y = 0; y < 4; y++)
        {
            for (int x = 0; x < 2; x++)
            {
                var canvas = new BrailleCanvas(1, 1);
                canvas.Dot(x, y, 0);
                canvas.Dot(2, 0, 0);
                seen += canvas.Row(0, (text, _) => text);
            }
        }
        Assert.Equal("⠁⠈⠂⠐⠄⠠⡀⢀", seen);
    }

    [Fact]
    public void A_diagonal_rises_from_corner_to_corner()
    {
        var canvas = new BrailleCanvas(4, 2);
        canvas.Line((0, 7), (7, 0), 0);
        Assert.Equal(["  ⡠⠊", "⡠⠊  "], [canvas.Row(0, (text, _) => text), canvas.Row(1, (text, _) => text)]);
    }

    [Fact]
    public void A_heat_map_is_shaded_and_its_korean_labels_aligned()
    {
        Panel panel = new Panel("제목").HeatMap(new double[,] { { 0, 1 }, { 0.5, 0.25 } }, rows: ["나는", "b"], columns: ["x", "y"]);
        Assert.Equal(
            [
                "                  제목",
                "나는   ██",
                "   b ▒▒░░",
                "     x y",
                "     ' ' 0  …  █ 1",
            ],
            Picture.Text(panel, 40));
    }

    [Fact]
    public void Bars_are_as_long_as_their_values()
    {
        Panel panel = new Panel().Bars(["하나", "two"], [4, 1], "값");
        Assert.Equal(["하나 │████████ 4", " two │██ 1", "  █ 값"], Picture.Text(panel, 24));
    }

    [Fact]
    public void A_line_chart_has_axes_letters_and_labels_and_keeps_to_its_width()
    {
        Panel panel = new Panel("손실", "갱신", "loss").Line([0, 10], [0, 1], "가").Line([0, 10], [1, 0], "나");
        IReadOnlyList<string> lines = Picture.Text(panel, 50);
        Assert.All(lines, line => Assert.True(TextWidth.Of(line) <= 50, line));
        Assert.Contains(lines, line => line.Contains("a 가   b 나", StringComparison.Ordinal));
        // each letter stands at its line's last point, at the right
        string high = lines.First(line => line.EndsWith('a')), low = lines.First(line => line.EndsWith('b'));
        Assert.True(lines.ToList().IndexOf(high) < lines.ToList().IndexOf(low));
        Assert.Contains(lines, line => line.TrimStart().StartsWith("1.0 ┤", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Trim() == "갱신");
    }

    [Fact]
    public void Colours_are_used_only_where_wanted()
    {
        Figure figure = new Panel().Line([0, 1], [0, 1], "a");
        Assert.DoesNotContain('\e', string.Concat(Picture.Text(figure, 60)));
        Assert.Contains('\e', string.Concat(Picture.Text(figure, 60, colors: true)));
    }

    public static TheoryData<string> Kinds => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_fits_into_the_terminal(string kind)
    {
        foreach (int width in (int[])[40, 80])
            Assert.All(Picture.Text(Samples.All[kind](), width), line => Assert.True(kind == "panels" || TextWidth.Of(line) <= width, $"{kind}: '{line}' is wider than {width}"));
    }
}
