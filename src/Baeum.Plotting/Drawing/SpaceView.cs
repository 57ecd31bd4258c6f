using SkiaSharp;

namespace Baeum.Plotting.Drawing;

/// <summary>A point in space as the reader sees it.</summary>
/// <param name="At">Where on the canvas.</param>
/// <param name="Depth">How near: larger is nearer.</param>
/// <param name="Place">Where in the box, from -1 to 1 each.</param>
internal readonly record struct Spot(SKPoint At, double Depth, (double X, double Y, double Z) Place);

/// <summary>Projects a panel's space onto the canvas: parallel rays, seen from an azimuth and an elevation.</summary>
internal sealed class SpaceView
{
    private readonly (double Low, double High) x, y, z;
    private readonly double sinA, cosA, sinE, cosE, highX, highY, highZ, perUnit, centreX, centreY;

    internal SpaceView(Panel panel, SKRect area)
    {
        (x, y, z) = (Range(panel, panel.XLimits, 0), Range(panel, panel.YLimits, 1), Range(panel, panel.ZLimits, 2));
        (highX, highY, highZ) = (1, 1, 0.8);
        if (panel.EqualAxes)
        {
            double most = Math.Max(x.High - x.Low, Math.Max(y.High - y.Low, z.High - z.Low));
            (highX, highY, highZ) = ((x.High - x.Low) / most, (y.High - y.Low) / most, (z.High - z.Low) / most);
        }
        (sinA, cosA) = Math.SinCos(panel.View.Azimuth * Math.PI / 180);
        (sinE, cosE) = Math.SinCos(panel.View.Elevation * Math.PI / 180);
        // the sphere around the box keeps its size while the view turns: an animation does not breathe
        double around = Math.Sqrt(highX * highX + highY * highY), width = 2 * around, height = 2 * (around * Math.Abs(sinE) + highZ * cosE);
        perUnit = Math.Min((area.Width - 110) / width, (area.Height - 66) / height);
        (centreX, centreY) = (area.MidX, area.MidY - 6);
    }

    internal (double Low, double High) X => x;

    internal (double Low, double High) Y => y;

    internal (double Low, double High) Z => z;

    /// <summary>The height of the ground that is seen: below, or above when one looks from underneath.</summary>
    internal double Floor => sinE >= 0 ? z.Low : z.High;

    /// <summary>+1 when the reader stands on the side of large values, -1 otherwise.</summary>
    internal (int X, int Y) Side => (cosA >= 0 ? 1 : -1, sinA >= 0 ? 1 : -1);

    internal Spot Project(double x, double y, double z) => Place(
        highX * (2 * (x - this.x.Low) / (this.x.High - this.x.Low) - 1),
        highY * (2 * (y - this.y.Low) / (this.y.High - this.y.Low) - 1),
        // what is beyond the box is cut flat at its lid
        highZ * (2 * (Math.Clamp(z, this.z.Low, this.z.High) - this.z.Low) / (this.z.High - this.z.Low) - 1));

    private Spot Place(double px, double py, double pz)
    {
        double right = -sinA * px + cosA * py, up = -sinE * cosA * px - sinE * sinA * py + cosE * pz, toward = cosE * cosA * px + cosE * sinA * py + sinE * pz;
        return new Spot(new SKPoint((float)(centreX + perUnit * right), (float)(centreY - perUnit * up)), toward, (px, py, pz));
    }

    private static (double Low, double High) Range(Panel panel, (double Low, double High)? wanted, int axis)
    {
        if (wanted is (double Low, double High) given)
            return given.Low < given.High ? given : throw new ArgumentException(FormattableString.Invariant($"Panel '{panel.Title}': an axis cannot run from {given.Low} to {given.High}"));
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (Layer layer in panel.Layers)
        {
            IEnumerable<double> values = (layer, axis) switch
            {
                (SurfaceLayer surface, 0) => surface.X.Items,
                (SurfaceLayer surface, 1) => surface.Y.Items,
                (SurfaceLayer surface, _) => surface.Z.Items.Cast<double>(),
                (Path3DLayer path, 0) => path.X.Items,
                (Path3DLayer path, 1) => path.Y.Items,
                (Path3DLayer path, _) => path.Z.Items,
                _ => [],
            };
            foreach (double value in values.Where(double.IsFinite))
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }
        // contours on the ground are seen where the surface floats above it
        if (axis == 2 && low < high && panel.Layers.Any(layer => layer is SurfaceLayer { Floor: true }))
            low -= 0.45 * (high - low);
        return low > high ? (0, 1) : low < high ? (low, high) : (low - Math.Max(1, Math.Abs(low)) / 2, high + Math.Max(1, Math.Abs(high)) / 2);
    }
}
