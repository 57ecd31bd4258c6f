using Baeum.Plotting;

namespace Baeum.Tests.Plotting;

public class JsonTests
{
    public static TheoryData<string> Kinds => [.. Samples.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_figure_comes_back_as_it_was(string kind)
    {
        Figure figure = Samples.All[kind]();
        string json = figure.ToJson();
        Figure read = Figure.FromJson(json);
        Assert.Equal(json, read.ToJson());
        Assert.Equal(figure.Panels.SelectMany(panel => panel.Layers).Select(layer => layer.GetType()), read.Panels.SelectMany(panel => panel.Layers).Select(layer => layer.GetType()));
        Assert.Equal(Picture.Png(figure, 0.5), Picture.Png(read, 0.5));
    }

    [Fact]
    public void What_is_no_number_is_null()
    {
        string json = ((Figure)new Panel("한글").Line([1, double.NaN], [double.PositiveInfinity, 2])).ToJson();
        Assert.Contains("\"kind\":\"line\"", json, StringComparison.Ordinal);
        Assert.Contains("[1,null]", json, StringComparison.Ordinal);
        Assert.Contains("[null,2]", json, StringComparison.Ordinal);
        Assert.Contains("한글", json, StringComparison.Ordinal);
        Assert.Equal([1, double.NaN], ((LineLayer)Figure.FromJson(json).Panels[0].Layers[0]).X.Items);
    }

    [Fact]
    public void Settings_come_back()
    {
        var figure = new Figure("t", 1, [new Panel("p") { LogX = true, XLimits = (1, 2), View = (10, 20), Axes = false }.Line([1], [2])]) { ShareX = true, PanelWidth = 300 };
        Figure read = Figure.FromJson(figure.ToJson());
        Panel panel = read.Panels[0];
        Assert.Equal((true, 300, null), (read.ShareX, read.PanelWidth, read.PanelHeight));
        Assert.Equal((true, false, (1.0, 2.0), (10.0, 20.0)), (panel.LogX, panel.Axes, panel.XLimits!.Value, panel.View));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"columns":1,"panels":[null]}""")]
    [InlineData("""{"columns":1,"panels":[{"layers":[null]}]}""")]
    [InlineData("""{"columns":1,"panels":[{"layers":[{"kind":"nothing"}]}]}""")]
    [InlineData("""{"columns":1,"panels":[{"layers":[{"kind":"line","x":[1,2],"y":[1],"name":"a","color":"blue"}]}]}""")]
    [InlineData("""{"columns":1,"panels":[{"layers":[{"kind":"line","name":"a","color":"blue"}]}]}""")]
    [InlineData("""{"columns":1,"panels":[{"xLimits":[1],"layers":[]}]}""")]
    [InlineData("""{"columns":1,"panels":[{"layers":[{"kind":"heatMap","values":[[1,2],[3]],"rowLabels":[],"columnLabels":[]}]}]}""")]
    public void What_is_no_figure_is_refused(string json) => Assert.Throws<FormatException>(() => Figure.FromJson(json));
}
