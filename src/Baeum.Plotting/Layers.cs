using System.Text.Json.Serialization;

namespace Baeum.Plotting;

/// <summary>One thing drawn in a panel.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LineLayer), "line")]
[JsonDerivedType(typeof(ScatterLayer), "scatter")]
[JsonDerivedType(typeof(PathLayer), "path")]
[JsonDerivedType(typeof(BandLayer), "band")]
[JsonDerivedType(typeof(HistogramLayer), "histogram")]
[JsonDerivedType(typeof(BarLayer), "bar")]
[JsonDerivedType(typeof(BoxLayer), "box")]
[JsonDerivedType(typeof(HeatMapLayer), "heatMap")]
[JsonDerivedType(typeof(ContourLayer), "contour")]
[JsonDerivedType(typeof(RegionLayer), "region")]
[JsonDerivedType(typeof(RuleLayer), "rule")]
[JsonDerivedType(typeof(TextLayer), "text")]
[JsonDerivedType(typeof(ArrowLayer), "arrow")]
[JsonDerivedType(typeof(NetworkLayer), "network")]
[JsonDerivedType(typeof(SurfaceLayer), "surface")]
[JsonDerivedType(typeof(Path3DLayer), "path3D")]
public abstract record Layer;

/// <summary>Points joined by a line; a value that is not finite interrupts it.</summary>
public sealed record LineLayer(Series X, Series Y, string Name, Color Color, bool Dashed, double Width) : Layer;

/// <summary>Single points; <c>Size</c> is their diameter in pixels.</summary>
public sealed record ScatterLayer(Series X, Series Y, string Name, Color Color, double Size) : Layer;

/// <summary>The way of an optimiser: a line with a point at each step, an open circle at the start and a filled one at the end.</summary>
public sealed record PathLayer(Series X, Series Y, string Name, Color Color) : Layer;

/// <summary>The area between two curves.</summary>
public sealed record BandLayer(Series X, Series Low, Series High, string Name, Color Color) : Layer;

/// <summary>How often the values fall into each of <c>Bins</c> equal intervals; <c>Density</c> makes the area one.</summary>
public sealed record HistogramLayer(Series Values, int Bins, string Name, Color Color, bool Density) : Layer;

/// <summary>A bar a label; several bar layers stand side by side.</summary>
public sealed record BarLayer(IReadOnlyList<string> Labels, Series Values, string Name, Color Color) : Layer;

/// <summary>A box a label: quartiles, median, whiskers at 1.5 times the box, outliers as points.</summary>
public sealed record BoxLayer(IReadOnlyList<string> Labels, IReadOnlyList<Series> Values) : Layer;

/// <summary>A matrix as coloured cells, the first row at the top; labels at its rows and columns, its numbers inside if asked for.</summary>
public sealed record HeatMapLayer(Grid Values, ColorMap Map, IReadOnlyList<string> RowLabels, IReadOnlyList<string> ColumnLabels, bool ShowValues, double? Low, double? High) : Layer;

/// <summary>Lines of equal height of <c>Z[row, column]</c> over <c>X[column]</c> and <c>Y[row]</c>; filled: the areas between them coloured.</summary>
public sealed record ContourLayer(Series X, Series Y, Grid Z, int Levels, bool Filled, ColorMap Map) : Layer;

/// <summary>Where a classifier changes its mind: the plane coloured by <c>Z</c> around <c>Boundary</c>, with the line itself. For several classes <c>Z</c> holds class numbers.</summary>
public sealed record RegionLayer(Series X, Series Y, Grid Z, double? Boundary) : Layer;

/// <summary>A straight line over the whole panel, at a value of x (vertical) or y.</summary>
public sealed record RuleLayer(double At, bool Vertical, string Name, Color Color, bool Dashed) : Layer;

/// <summary>Words at a point.</summary>
public sealed record TextLayer(double X, double Y, string Text, Color Color) : Layer;

/// <summary>An arrow from one point to another.</summary>
public sealed record ArrowLayer(double FromX, double FromY, double ToX, double ToY, string Text, Color Color) : Layer;

/// <summary>A network as circles and lines: width and colour of a line show its weight. <c>Weights[k]</c> is <c>[outputs, inputs]</c>; names stand in the circles.</summary>
public sealed record NetworkLayer(IReadOnlyList<int> Sizes, IReadOnlyList<Grid> Weights, IReadOnlyList<IReadOnlyList<string>> Names, bool ShowValues) : Layer;

/// <summary>The surface <c>Z[row, column]</c> over <c>X[column]</c> and <c>Y[row]</c>, coloured by height or as a wire frame; <c>Floor</c>: its contours stand on the ground below it.</summary>
public sealed record SurfaceLayer(Series X, Series Y, Grid Z, bool Wire, ColorMap Map, bool Floor) : Layer;

/// <summary>A line or single points in space.</summary>
public sealed record Path3DLayer(Series X, Series Y, Series Z, string Name, Color Color, bool Joined) : Layer;
