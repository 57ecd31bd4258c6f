using Baeum.Plotting;

namespace Baeum.Tests.Plotting;

/// <summary>A figure of every kind, with labels in both languages.</summary>
internal static class Samples
{
    private static readonly double[] Axis = [.. from i in Enumerable.Range(-10, 21) select i / 5.0];

    internal static readonly IReadOnlyDictionary<string, Func<Figure>> All = new Dictionary<string, Func<Figure>>
    {
        ["line"] = () => Plane().Line([0, 1, 2, 3], [1, double.NaN, 3, 2], "손실").Line([0, 3], [2, 2], "dashed", dashed: true),
        ["curve"] = () => Plane().Curve(Math.Sin, -3, 3, "sin x"),
        ["scatter"] = () => Plane().Scatter([0, 1, 2], [2, 1, 0], "점").Scatter([1], [2], "b", Color.Green, 3),
        ["path"] = () => Plane().Path([0, 1, 1.5], [0, 1, 1.2], "SGD"),
        ["band"] = () => Plane().Band([0, 1, 2], [0, 1, 0], [1, 2, 1], "±σ"),
        ["histogram"] = () => Plane().Histogram([1, 2, 2, 3, 3, 3], 3, "표본").Histogram([2, 2], 3, density: true),
        ["bars"] = () => Plane().Bars(["가", "b"], [1, -2], "학습").Bars(["가", "b"], [2, 1], "시험"),
        ["boxes"] = () => Plane().Boxes(["첫째", "second"], [[1, 2, 3, 4, 100], [2, 2, 3]]),
        ["heatMap"] = () => Plane().HeatMap(new double[,] { { 0, 1, 2 }, { 3, 4, double.NaN } }, rows: ["행", "row"], columns: ["a very long column", "둘", "c"]),
        ["values"] = () => new Panel("값") { EqualAxes = true }.HeatMap(new double[,] { { -1.5, 0 }, { 0.25, 1000 } }, ColorMap.Diverging, showValues: true),
        ["contour"] = () => Plane().Contour(Axis, Axis, Bowl).Contour(Axis, Axis, Bowl, filled: true),
        ["regions"] = () => Plane().Regions(Axis, Axis, Bowl, 1).Scatter([0], [0], "안"),
        ["classes"] = () => Plane().Regions(Axis, Axis, Grid.Of(Axis, Axis, (x, y) => x > y ? 2 : 0), null),
        ["rules"] = () => Plane().VerticalLine(1, "평균").HorizontalLine(2, "goal", dashed: false).Line([0, 3], [0, 3]),
        ["words"] = () => Plane().Line([0, 1], [0, 1]).Text(0, 0, "가장자리의 긴 글이라도 잘리지 않습니다").Arrow(0.2, 0.9, 0.5, 0.5, "여기"),
        ["network"] = () => new Panel("신경망").Network([2, 3, 1], [new double[3, 2] { { 1, -1 }, { 0.5, 2 }, { 0, 0 } }, new double[1, 3] { { 1, 2, -3 } }], [["x₁", "x₂"], ["a", "b", "c"], ["ŷ"]], showValues: true),
        ["surface"] = () => Space().Surface(Axis, Axis, Bowl, floor: true).Line3D([-1, 0, 1], [0, 0, 0], [1, 0, 1], "경로"),
        ["wireFrame"] = () => Space().WireFrame(Axis, Axis, Bowl).Scatter3D([0], [0], [0], "최소"),
        ["logarithmic"] = () => new Panel("로그", "lr", "loss") { LogX = true, LogY = true }.Line([1e-4, 1e-2, 0], [1, 1e-3, 1], "Adam"),
        ["images"] = () => Figure.Images("그림", 3, [new double[,] { { 0, 1 }, { 1, 0 } }, new double[,] { { 1, 1 }, { 1, 1 } }], ["하나", "two"]),
        ["panels"] = () => new Figure("여러 칸 — several panels under one rather long title that has to be wrapped somewhere", 2, [Plane().Line([0, 1], [0, 1]), Space().Surface(Axis, Axis, Bowl), Plane().Line([5, 6], [-1, 1])]) { ShareX = true, ShareY = true },
    };

    internal static Grid Bowl => Grid.Of(Axis, Axis, (x, y) => x * x + y * y);

    private static Panel Plane() => new("제목 <1> & title", "가로 x₁", "세로 y");

    private static Panel Space() => new("공간", "x", "y", "높이") { View = (-50, 25) };
}
