using Baeum.Plotting;
using Baeum.Plotting.Drawing;
using SkiaSharp;

namespace Baeum.Tests.Plotting;

public class GeometryTests
{
    private static readonly SKRect Area = new(0, 0, 600, 500);

    [Theory]
    // seen from above with y upwards, from the front, and from the side: which way x, y and z run
    [InlineData(-90, 90, 1, 0, 0, 1, 0, 0)]
    [InlineData(-90, 0, 1, 0, 0, 0, 0, 1)]
    [InlineData(0, 0, 0, 0, 1, 0, 0, 1)]
    public void The_axes_run_as_they_are_seen(double azimuth, double elevation, int rightX, int upX, int rightY, int upY, int rightZ, int upZ)
    {
        Panel panel = new Panel { View = (azimuth, elevation), XLimits = (-1, 1), YLimits = (-1, 1), ZLimits = (-1, 1) }.Scatter3D([0], [0], [0]);
        var view = new SpaceView(panel, Area);
        SKPoint middle = view.Project(0, 0, 0).At;
        (int, int) Way(double x, double y, double z)
        {
            SKPoint at = view.Project(x, y, z).At;
            return (Math.Sign(Math.Round(at.X - middle.X, 2)), Math.Sign(Math.Round(middle.Y - at.Y, 2)));
        }
        Assert.Equal([(rightX, upX), (rightY, upY), (rightZ, upZ)], [Way(1, 0, 0), Way(0, 1, 0), Way(0, 0, 1)]);
    }

    [Fact]
    public void A_turned_view_follows_the_cosine()
    {
        Panel panel = new Panel { View = (-60, 0), XLimits = (-1, 1), YLimits = (-1, 1), ZLimits = (-1, 1) }.Scatter3D([0], [0], [0]);
        var view = new SpaceView(panel, Area);
        float x = view.Project(1, 0, 0).At.X - view.Project(0, 0, 0).At.X, y = view.Project(0, 1, 0).At.X - view.Project(0, 0, 0).At.X;
        // right = (-sin a, cos a): sin 60° and cos 60°
        Assert.Equal(Math.Sqrt(3), x / y, 1e-4);
        Assert.True(view.Project(0, -1, 0).Depth > view.Project(0, 1, 0).Depth);
    }

    [Fact]
    public void The_nearer_surface_hides_the_one_behind()
    {
        double[] axis = [0, 1];
        Panel panel = new Panel { View = (-90, 89), ZLimits = (0, 1) }.Surface(axis, axis, new double[,] { { 0, 0 }, { 0, 0 } }).WireFrame(axis, axis, new double[,] { { 1, 1 }, { 1, 1 } });
        using SKBitmap wireAbove = Picture.Bitmap(panel, 1);
        Panel turned = new Panel { View = (-90, -89), ZLimits = (0, 1) }.Surface(axis, axis, new double[,] { { 0, 0 }, { 0, 0 } }).WireFrame(axis, axis, new double[,] { { 1, 1 }, { 1, 1 } });
        using SKBitmap surfaceAbove = Picture.Bitmap(turned, 1);
        SKColor under = wireAbove.GetPixel(wireAbove.Width / 2, wireAbove.Height / 2), above = surfaceAbove.GetPixel(surfaceAbove.Width / 2, surfaceAbove.Height / 2);
        // white veils what is behind a wire frame
        Assert.True(under.Red > 180 && above.Red < 120, $"{under} {above}");
    }

    [Fact]
    public void A_level_is_crossed_where_the_plane_reaches_it()
    {
        double[] axis = [0, 1, 2];
        var lines = Fields.Level(axis, axis, Grid.Of(axis, axis, (x, y) => x + 0 * y), 0.25).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Equal((0.25, 0.25), (line.From.X, line.To.X)));
    }

    [Fact]
    public void Heights_between_points_are_bilinear()
    {
        double[] axis = [0, 2];
        var between = new Interpolation(axis, axis, new double[,] { { 0, 2 }, { 4, 8 } }, [0, 1, 2], [1]);
        Assert.Equal([2, 3.5, 5], between.Row(0).ToArray());
    }

    [Fact]
    public void A_border_between_classes_runs_through_the_middle()
    {
        double[] axis = [0, 1];
        var between = new Interpolation(axis, axis, new double[,] { { 0, 3 }, { 0, 3 } }, [0.1, 0.4, 0.6, 0.9], [0.5]);
        Assert.Equal([0, 0, 3, 3], between.Classes(0));
    }

    [Fact]
    public void Boxes_are_quartiles_and_whiskers()
    {
        var (low, first, median, third, high) = PlaneShapes.Summary([1, 2, 3, 4, 100]);
        Assert.Equal((1, 2, 3, 4, 4), (low, first, median, third, high));
    }

    [Fact]
    public void Histograms_count_each_value_once()
    {
        Panel panel = new Panel().Histogram([0, 0.1, 0.5, 1, double.NaN], 2);
        var layer = (HistogramLayer)panel.Layers[0];
        Assert.Equal([2, 2], PanelLimits.Counts(layer, PanelLimits.HistogramRange(panel)));
        Assert.Equal([1, 1], PanelLimits.Counts(layer with { Density = true }, (0, 1)));
    }

    [Theory]
    [InlineData(0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-2, 3, 5, "-2 -1 0 1 2 3")]
    [InlineData(0, 0.00004, 4, "0 10⁻⁵ 2×10⁻⁵ 3×10⁻⁵ 4×10⁻⁵")]
    [InlineData(0, 3e6, 3, "0 10⁶ 2×10⁶ 3×10⁶")]
    public void Ticks_are_round(double low, double high, int wanted, string labels) => Assert.Equal(labels, string.Join(' ', Ticks.Linear(low, high, wanted).Labels));

    [Theory]
    [InlineData(-3, 0, 8, "10⁻³ 10⁻² 10⁻¹ 10⁰")]
    [InlineData(-12, 0, 5, "10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 10⁰")]
    [InlineData(0.2, 0.9, 5, "2 3 5")]
    public void Logarithmic_ticks_are_powers(double low, double high, int wanted, string labels) => Assert.Equal(labels, string.Join(' ', Ticks.Logarithmic(low, high, wanted).Labels));
}
