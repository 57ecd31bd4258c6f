using ScottPlot;
using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>What ScottPlot has no plottable for, drawn by us in its place among the layers and clipped to the axes.</summary>
internal sealed class Sketch(Action<SKCanvas> draw) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp) => draw(rp.Canvas);
}
