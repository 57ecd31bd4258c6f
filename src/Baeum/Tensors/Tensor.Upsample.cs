using System.Globalization;

namespace Baeum;

/// <summary>How new pixels are made from old ones.</summary>
public enum UpsampleMode
{
    /// <summary>The pixel below.</summary>
    Nearest,

    /// <summary>A straight line between the two neighbours of [batch, channels, length].</summary>
    Linear,

    /// <summary>Straight lines between the four neighbours of [batch, channels, height, width].</summary>
    Bilinear,
}

public sealed partial class Tensor
{
    /// <summary>Images [batch, channels, height, width] or rows [batch, channels, length] in another size, by a factor.</summary>
    /// <param name="scaleFactor">How many times larger.</param>
    /// <param name="mode">How new pixels are made.</param>
    /// <param name="alignCorners">Whether the outermost pixels keep their places (linear modes only).</param>
    public Tensor Upsample(double scaleFactor, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false)
    {
        if (!(scaleFactor > 0) || double.IsInfinity(scaleFactor)) throw new ArgumentException($"Upsample: the factor must be positive, got {scaleFactor.ToString(CultureInfo.InvariantCulture)}.");
        return Resample((int)Math.Floor(Shape[^1] * scaleFactor), Rank == 4 ? (int)Math.Floor(Shape[^2] * scaleFactor) : 1, 1 / scaleFactor, mode, alignCorners);
    }

    /// <summary>Images [batch, channels, height, width] in another size.</summary>
    /// <param name="size">Height and width; for rows [batch, channels, length] only the width counts.</param>
    /// <param name="mode">How new pixels are made.</param>
    /// <param name="alignCorners">Whether the outermost pixels keep their places (linear modes only).</param>
    public Tensor UpsampleTo(Size2D size, UpsampleMode mode = UpsampleMode.Nearest, bool alignCorners = false) => Resample(size.Width, size.Height, null, mode, alignCorners);

    private Tensor Resample(int width, int height, double? scale, UpsampleMode mode, bool alignCorners)
    {
        bool isImage = mode == UpsampleMode.Bilinear || (mode == UpsampleMode.Nearest && Rank == 4);
        if (Rank != (isImage ? 4 : 3)) throw new ArgumentException($"Upsample: {mode} needs {(mode == UpsampleMode.Linear ? "[batch, channels, length]" : "[batch, channels, height, width]")}, got {Shape}.");
        if (alignCorners && mode == UpsampleMode.Nearest) throw new ArgumentException("Upsample: alignCorners is for the linear modes only.");
        if (width <= 0 || height <= 0 || Shape[^1] == 0 || (isImage && Shape[^2] == 0)) throw new ArgumentException($"Upsample: x {Shape} would become {height} by {width}; no size may be 0.");
        var x = isImage ? this : Unsqueeze(-2);
        var y = UpsampleOp.Apply(x, isImage ? Along(-2, height) : Resampling.Nearest(1, 1, 1), Along(-1, width));
        return isImage ? y : y.Squeeze(-2);

        Resampling Along(int dim, int count)
        {
            double step = scale ?? (double)x.Shape[dim] / count;
            return mode == UpsampleMode.Nearest ? Resampling.Nearest(x.Shape[dim], count, step) : Resampling.Linear(x.Shape[dim], count, step, alignCorners);
        }
    }
}
