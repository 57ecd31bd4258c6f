using System.Globalization;

namespace Baeum;

public sealed partial class Tensor
{
    private const int SmallPlane = 8;

    /// <summary>(x - mean) / √(variance + epsilon) · weight + bias over the last dimensions (Ba and others, 2016).</summary>
    /// <param name="normalizedShape">The last sizes of this tensor.</param>
    /// <param name="weight">In that shape, or null.</param>
    /// <param name="bias">In that shape, or null.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public Tensor LayerNorm(Shape normalizedShape, Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5) =>
        RowNormOp.Apply(this, normalizedShape, weight, bias, epsilon, isCentred: true);

    /// <summary>x / √(mean(x²) + epsilon) · weight over the last dimensions (Zhang and Sennrich, 2019).</summary>
    /// <param name="normalizedShape">The last sizes of this tensor.</param>
    /// <param name="weight">In that shape, or null.</param>
    /// <param name="epsilon">Added to the mean square; by default the distance from 1 to the next number of the type.</param>
    public Tensor RmsNorm(Shape normalizedShape, Tensor? weight = null, double? epsilon = null) =>
        RowNormOp.Apply(this, normalizedShape, weight, null, epsilon ?? (DType == DType.Float64 ? Math.BitIncrement(1.0) - 1 : MathF.BitIncrement(1f) - 1), isCentred: false);

    /// <summary>Normalises groups of neighbouring channels of every example [batch, channels, ...] (Wu and He, 2018).</summary>
    /// <param name="groups">How many groups; must divide the channels.</param>
    /// <param name="weight">[channels], or null.</param>
    /// <param name="bias">[channels], or null.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public Tensor GroupNorm(int groups, Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5)
    {
        if (Rank < 2) throw new ArgumentException($"GroupNorm: x must be [batch, channels, ...], got {Shape}.");
        if (groups <= 0 || Shape[1] % groups != 0) throw new ArgumentException($"GroupNorm: {groups} groups do not divide the {Shape[1]} channels of x {Shape}.");
        var (batch, channels, size) = Shape.SplitAt(1);
        return ChannelNormOp.Apply(this, weight, bias, new(batch, channels, size, channels / groups, epsilon), given: null, out _);
    }

    /// <summary>Normalises every channel of every example [batch, channels, ...] by itself (Ulyanov and others, 2016).</summary>
    public Tensor InstanceNorm(Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5)
    {
        if (Rank < 3) throw new ArgumentException($"InstanceNorm: x must be [batch, channels, ...] with more dimensions, got {Shape}.");
        if (Count > 0 && Shape.SplitAt(1).Inner == 1) throw new ArgumentException($"InstanceNorm: x {Shape} has one value per channel, whose variance is nothing.");
        return GroupNorm(Shape[1], weight, bias, epsilon);
    }

    /// <summary>Normalises every channel of [batch, channels, ...] over the batch (Ioffe and Szegedy, 2015).</summary>
    /// <param name="runningMean">[channels]: used in evaluation, changed in training; null to always measure.</param>
    /// <param name="runningVariance">[channels], unbiased.</param>
    /// <param name="weight">[channels], or null.</param>
    /// <param name="bias">[channels], or null.</param>
    /// <param name="training">Whether to measure the batch rather than use what is remembered.</param>
    /// <param name="momentum">How much of the remembered values this batch replaces.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ArgumentException">The channels do not fit, or there is one value per channel while training.</exception>
    public Tensor BatchNorm(Tensor? runningMean, Tensor? runningVariance, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double epsilon = 1e-5)
    {
        if (Rank < 2) throw new ArgumentException($"BatchNorm: x must be [batch, channels, ...], got {Shape}.");
        var (batch, channels, size) = Shape.SplitAt(1);
        CheckRunning(runningMean, channels, nameof(runningMean));
        CheckRunning(runningVariance, channels, nameof(runningVariance));
        bool measure = training || runningMean is null || runningVariance is null;
        long each = (long)batch * size;
        if (measure && each <= 1)
            throw new ArgumentException($"BatchNorm: x {Shape} has {each.ToString(CultureInfo.InvariantCulture)} value per channel, and training needs at least two; use a larger batch, or Eval().");
        // short planes are joined over the batch, so that the loops are long
        bool joined = size < SmallPlane && batch > 1;
        var x = joined ? Reshape(batch, channels, size).Permute(1, 0, 2).Reshape(1, channels, batch * size) : this;
        var layout = new ChannelNormOp.Layout(joined ? 1 : batch, channels, joined ? batch * size : size, 0, epsilon);
        ChannelNormOp.Statistics? given = measure ? null : new(runningMean!.Detach().To(DType.Float64).ToArray<double>(), runningVariance!.Detach().To(DType.Float64).ToArray<double>());
        var y = ChannelNormOp.Apply(x, weight, bias, layout, given, out var measured);
        if (training && runningMean is not null && runningVariance is not null)
        {
            Remember(runningMean, measured.Mean, momentum, 1);
            Remember(runningVariance, measured.Variance, momentum, each / (each - 1.0));
        }
        return joined ? y.Reshape(channels, batch, size).Permute(1, 0, 2).Reshape(Shape) : y;
    }

    private static void CheckRunning(Tensor? running, int channels, string role)
    {
        if (running is not null && (running.Rank != 1 || running.Count != channels)) throw new ArgumentException($"BatchNorm: {role} must be [{channels}] for x with {channels} channels, got {running.Shape}.");
    }

    private static void Remember(Tensor running, double[] measured, double momentum, double factor)
    {
        var old = running.Detach().To(DType.Float64).ToArray<double>();
        for (int c = 0; c < old.Length; c++) old[c] = (1 - momentum) * old[c] + momentum * factor * measured[c];
        running.Detach().CopyFromInPlace(Wrap(old));
    }
}
