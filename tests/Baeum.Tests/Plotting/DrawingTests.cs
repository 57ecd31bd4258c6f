using System.Xml.Linq;
using Baeum.Plotting;
using Baeum.Plotting.Drawing;
using SkiaSharp;

namespace Baeum.Tests.Plotting;

public class DrawingTests
{
    private static readonly SKRect Area = new(10, 10, 730, 450);

    public static TheoryData<string> Kinds => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_drawn_with_nothing_cut_at_the_rim(string kind)
    {
        using SKBitmap picture = Picture.Bitmap(Samples.All[kind](), 1);
        int ink = 0;
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                bool white = picture.GetPixel(x, y) == SKColors.White;
                ink += white ? 0 : 1;
                bool rim = x < 2 || y < 2 || x >= picture.Width - 2 || y >= picture.Height - 2;
                Assert.True(white || !rim, $"{kind}: something is drawn at ({x}, {y}), at the rim of {picture.Width} × {picture.Height}");
            }
        }
        Assert.True(ink > 1000, $"{kind}: only {ink} pixels are drawn");
        using SKBitmap read = SKBitmap.Decode(Picture.Png(Samples.All[kind](), 2));
        Assert.Equal((2 * picture.Width, 2 * picture.Height), (read.Width, read.Height));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_an_svg_whose_words_are_words(string kind)
    {
        Figure figure = Samples.All[kind]();
        XElement svg = XDocument.Parse(Picture.Svg(figure)).Root!;
        string words = string.Concat(svg.Value.Where(letter => !char.IsWhiteSpace(letter)));
        string[] wanted = [figure.Title, .. figure.Panels.SelectMany(panel => (string[])[panel.Title, panel.Axes ? panel.XLabel : ""])];
        foreach (string word in wanted.SelectMany(title => title.Split(' ')))
            Assert.Contains(word, words, StringComparison.Ordinal);
        Assert.All(
            from element in svg.Descendants() let family = (string?)element.Attribute("font-family") where family is not null select family,
            family => Assert.EndsWith("sans-serif", family, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(9, 8)]
    public void A_point_lies_where_its_numbers_say(double x, double y)
    {
        Panel panel = new Panel("t", "x", "y") { XLimits = (0, 10), YLimits = (0, 10) }.Scatter([x], [y], size: 12);
        Frame frame = new PlanePanel(panel, PanelLimits.Of(panel), Area, 1).Frame;
        SKPoint centre = CentreOf(panel, Palette.Of(Color.Blue));
        Assert.Equal(frame.Data.Left + x / 10 * frame.Data.Width, centre.X, 0.7);
        Assert.Equal(frame.Data.Bottom - y / 10 * frame.Data.Height, centre.Y, 0.7);
    }

    [Fact]
    public void A_point_on_logarithmic_axes_lies_between_its_powers_of_ten()
    {
        Panel panel = new Panel { LogX = true, LogY = true, XLimits = (1, 100), YLimits = (1, 1e4) }.Scatter([10], [10], size: 12);
        Frame frame = new PlanePanel(panel, PanelLimits.Of(panel), Area, 1).Frame;
        SKPoint centre = CentreOf(panel, Palette.Of(Color.Blue));
        Assert.Equal(frame.Data.MidX, centre.X, 0.7);
        Assert.Equal(frame.Data.Bottom - frame.Data.Height / 4, centre.Y, 0.7);
    }

    [Fact]
    public void A_matrix_has_its_first_row_at_the_top()
    {
        Panel panel = new Panel { Axes = false }.HeatMap(new double[,] { { 1, 0 }, { 0, 0 } }, ColorMap.Grey);
        Frame frame = new PlanePanel(panel, PanelLimits.Of(panel), Area, 1).Frame;
        using SKBitmap picture = Picture.Bitmap(panel, 1);
        SKColor At(double column, double row) => picture.GetPixel((int)frame.X(column), (int)frame.Y(row));
        Assert.Equal([SKColors.White, SKColors.Black, SKColors.Black, SKColors.Black], [At(0, 0), At(1, 0), At(0, 1), At(1, 1)]);
        Assert.True(frame.Y(0) < frame.Y(1));
    }

    [Fact]
    public void Equal_axes_have_equal_units()
    {
        Panel panel = new Panel { EqualAxes = true, XLimits = (0, 30), YLimits = (0, 10) }.Line([0, 1], [0, 1]);
        Frame frame = new PlanePanel(panel, PanelLimits.Of(panel), Area, 1).Frame;
        Assert.Equal(frame.X(7) - frame.X(3), frame.Y(3) - frame.Y(7), 1e-3);
    }

    [Fact]
    public void A_boundary_separates_the_two_colours_of_its_sides()
    {
        double[] axis = [-1, 0, 1];
        Panel panel = new Panel().Regions(axis, axis, Grid.Of(axis, axis, (x, _) => x), 0);
        Frame frame = new PlanePanel(panel, PanelLimits.Of(panel), Area, 1).Frame;
        using SKBitmap picture = Picture.Bitmap(panel, 1);
        SKColor At(double x) => picture.GetPixel((int)frame.X(x), (int)frame.Data.MidY);
        Assert.True(At(-0.8).Blue > At(-0.8).Red && At(0.8).Red > At(0.8).Blue);
        // the middle of a line two pixels wide
        Assert.True(At(0).Red < 100);
    }

    [Fact]
    public void The_next_colour_is_one_that_no_earlier_layer_has()
    {
        Panel panel = new Panel().Line([0], [0]).Line([0], [0], color: Color.Vermilion).Line([0], [0]).Text(0, 0, "t").Bars(["a"], [1]);
        Assert.Equal([Color.Blue, Color.Vermilion, Color.Green, Color.Black, Color.Pink], Palette.Assign(panel.Layers).Select(color => Enum.GetValues<Color>().Skip(1).First(name => Palette.Of(name) == color)));
    }

    [Fact]
    public void Limits_that_make_no_axis_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Picture.Png(new Panel { XLimits = (1, 1) }.Line([0, 1], [0, 1])));
        Assert.Throws<ArgumentException>(() => Picture.Png(new Panel { LogY = true, YLimits = (0, 1) }.Line([0, 1], [0, 1])));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1000)]
    public void Empty_and_constant_data_still_give_a_picture(int points, double value)
    {
        double[] y = [.. Enumerable.Repeat(value, points)];
        Assert.NotEmpty(Picture.Png(new Panel("t").Line([.. Enumerable.Range(0, points)], y, "a").Scatter([.. Enumerable.Range(0, points)], y)));
        Assert.NotEmpty(Picture.Png(new Panel("t") { LogY = true }.Line([.. Enumerable.Range(0, points)], [.. y.Select(v => -v)], "a")));
        Assert.NotEmpty(Picture.Text(new Panel("t").Line([.. Enumerable.Range(0, points)], y, "a")));
    }

    [Fact]
    public void A_thumbnail_is_narrow_small_and_keeps_white()
    {
        byte[] small = Picture.Thumbnail(Picture.Png(Samples.All["contour"]()), 400, 15_000);
        using SKBitmap picture = SKBitmap.Decode(small);
        Assert.True(picture.Width <= 400 && small.Length <= 15_000);
        Assert.Equal(SKColors.White, picture.GetPixel(0, 0));
    }

    private static SKPoint CentreOf(Panel panel, SKColor color)
    {
        using SKBitmap picture = Picture.Bitmap(panel, 1);
        var found = (from y in Enumerable.Range(0, picture.Height) from x in Enumerable.Range(0, picture.Width) where picture.GetPixel(x, y) == color select (x, y)).ToArray();
        Assert.NotEmpty(found);
        return new SKPoint((float)found.Average(point => point.x + 0.5), (float)found.Average(point => point.y + 0.5));
    }
}
