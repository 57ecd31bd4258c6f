using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>
/// Batch and group normalisation of x [batch, channels, ...]. A plane is one channel of one example; planes share mean and variance
/// with the other planes of their group: the same channel of all examples (batch), or neighbouring channels of one example (group).
/// </summary>
internal sealed class ChannelNormOp(Tensor x, Tensor? weight, Tensor? bias, ChannelNormOp.Layout layout, Tensor mean, double[] inverse, bool usesBatch) : Node(x, weight, bias)
{
    private readonly Saved x = x, weight = weight, bias = bias;

    public override string Name => layout.PerGroup == 0 ? "BatchNorm" : "GroupNorm";

    protected internal override bool IsDifferentiable => true;

    /// <summary>How planes form groups.</summary>
    /// <param name="Batch">Examples.</param>
    /// <param name="Channels">Channels.</param>
    /// <param name="Size">Elements of a plane.</param>
    /// <param name="PerGroup">Channels of a group, or 0 for batch normalisation.</param>
    /// <param name="Epsilon">Added to the variance.</param>
    internal sealed record Layout(int Batch, int Channels, int Size, int PerGroup, double Epsilon)
    {
        internal int Planes => Batch * Channels;

        internal int Groups => PerGroup == 0 ? Channels : Planes / PerGroup;

        internal double ElementsPerGroup => (double)Size * Planes / Groups;

        internal int GroupOf(int plane) => PerGroup == 0 ? plane % Channels : plane / PerGroup;
    }

    /// <summary>The mean and variance of groups, as measured or as remembered.</summary>
    internal readonly record struct Statistics(double[] Mean, double[] Variance);

    /// <param name="x">[batch, channels, ...].</param>
    /// <param name="weight">[channels] or null.</param>
    /// <param name="bias">[channels] or null.</param>
    /// <param name="layout">How planes form groups.</param>
    /// <param name="given">Statistics to use instead of those of x.</param>
    /// <param name="measured">The statistics used.</param>
    internal static Tensor Apply(Tensor x, Tensor? weight, Tensor? bias, Layout layout, Statistics? given, out Statistics measured)
    {
        string name = layout.PerGroup == 0 ? "BatchNorm" : "GroupNorm";
        RowNormOp.Check(name, "weight", weight, Shape.Create([layout.Channels]), x);
        RowNormOp.Check(name, "bias", bias, Shape.Create([layout.Channels]), x);
        var planes = x.Contiguous();
        var y = Tensor.Allocate(x.Shape, x.DType);
        var mean = Tensor.Allocate(Shape.Create([layout.Planes]), x.DType);
        var inverse = new double[layout.Groups];
        measured = x.DType switch
        {
            DType.Float32 => Compute<float>(planes, weight, bias, layout, given, y, mean, inverse),
            DType.Float64 => Compute<double>(planes, weight, bias, layout, given, y, mean, inverse),
            _ => throw Binary.Unsupported(name, x.DType),
        };
        return Autograd.Records(x, weight, bias) ? y.Record(new ChannelNormOp(planes, weight, bias, layout, mean, inverse, given is null)) : y;
    }

    private static Statistics Compute<T>(Tensor x, Tensor? weight, Tensor? bias, Layout layout, Statistics? given, Tensor y, Tensor mean, double[] inverse) where T : unmanaged, INumber<T>
    {
        int planes = layout.Planes, size = layout.Size;
        var sums = Tensor.Allocate(mean.Shape, x.DType);
        var means = mean.Write<T>();
        var statistics = given ?? new Statistics(new double[layout.Groups], new double[layout.Groups]);
        if (given is null)
        {
            PlaneKernels.Sums(x.Read<T>(), sums.Write<T>(), planes, size);
            Gather(sums.Read<T>(), layout, statistics.Mean);
        }
        for (int p = 0; p < planes; p++) means[p] = T.CreateTruncating(statistics.Mean[layout.GroupOf(p)]);
        if (given is null)
        {
            PlaneKernels.Squares(x.Read<T>(), mean.Read<T>(), sums.Write<T>(), planes, size);
            Gather(sums.Read<T>(), layout, statistics.Variance);
        }
        for (int g = 0; g < inverse.Length; g++) inverse[g] = 1 / Math.Sqrt(statistics.Variance[g] + layout.Epsilon);

        var shift = Tensor.Allocate(mean.Shape, x.DType);
        Span<T> scales = sums.Write<T>(), shifts = shift.Write<T>();
        for (int p = 0; p < planes; p++)
        {
            int channel = p % layout.Channels;
            scales[p] = T.CreateTruncating(inverse[layout.GroupOf(p)] * At<T>(weight, channel, 1));
            shifts[p] = T.CreateTruncating(At<T>(bias, channel, 0));
        }
        PlaneKernels.Scale(x.Read<T>(), mean.Read<T>(), scales, shifts, y.Write<T>(), planes, size);
        return statistics;
    }

    /// <summary>Averages of the groups from sums of the planes.</summary>
    private static void Gather<T>(ReadOnlySpan<T> sums, Layout layout, double[] averages) where T : unmanaged, INumber<T>
    {
        Array.Clear(averages);
        for (int p = 0; p < sums.Length; p++) averages[layout.GroupOf(p)] += double.CreateTruncating(sums[p]);
        for (int g = 0; g < averages.Length; g++) averages[g] /= layout.ElementsPerGroup;
    }

    private static double At<T>(Tensor? parameter, int channel, double absent) where T : unmanaged, INumber<T> =>
        parameter is null ? absent : double.CreateTruncating(parameter.Strided<T>()[channel * parameter.StrideArray[0]]);

    /// <summary>The same in elementary operations.</summary>
    private Tensor Compose(Tensor x, Tensor? weight, Tensor? bias)
    {
        int batch = layout.Batch, channels = layout.Channels, size = layout.Size, groups = channels / Math.Max(1, layout.PerGroup);
        Tensor normal;
        if (!usesBatch)
        {
            var scale = Tensor.Wrap(inverse, [1, channels, 1]).To(x.DType);
            normal = (x.Reshape(batch, channels, size) - mean.Slice(0, 0, channels).Reshape(1, channels, 1)) * scale;
        }
        else
        {
            var parts = layout.PerGroup == 0 ? x.Reshape(batch, channels, size) : x.Reshape(batch, groups, size * layout.PerGroup);
            int[] dims = layout.PerGroup == 0 ? [0, 2] : [2];
            var centred = parts - parts.Sum(dims, keepDim: true) / layout.ElementsPerGroup;
            normal = (centred * ((centred * centred).Sum(dims, keepDim: true) / layout.ElementsPerGroup + layout.Epsilon).Rsqrt()).Reshape(batch, channels, size);
        }
        if (weight is not null) normal *= weight.Reshape(1, channels, 1);
        if (bias is not null) normal += bias.Reshape(1, channels, 1);
        return normal.Reshape(x.Shape);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var x = this.x.Get(this);
        var weight = this.weight.IsPresent ? this.weight.Get(this) : null;
        if (pass.CreatesGraph)
        {
            var bias = this.bias.IsPresent ? this.bias.Get(this) : null;
            Composition.SendGradients(pass, grad, [x, weight, bias], all => Compose(all[0]!, all[1], all[2]));
        }
        else if (grad.DType == DType.Float32)
        {
            Send<float>(grad.Contiguous(), x, weight, pass);
        }
        else
        {
            Send<double>(grad.Contiguous(), x, weight, pass);
        }
    }

    private void Send<T>(Tensor grad, Tensor x, Tensor? weight, BackwardPass pass) where T : unmanaged, INumber<T>
    {
        int planes = layout.Planes, size = layout.Size, channels = layout.Channels;
        Tensor sum = Tensor.Allocate(mean.Shape, x.DType), dot = Tensor.Allocate(mean.Shape, x.DType), factor = Tensor.Allocate(mean.Shape, x.DType);
        PlaneKernels.Sums(grad.Read<T>(), sum.Write<T>(), planes, size);
        PlaneKernels.Dots(grad.Read<T>(), x.Read<T>(), mean.Read<T>(), dot.Write<T>(), planes, size);
        Span<T> sums = sum.Write<T>(), dots = dot.Write<T>(), factors = factor.Write<T>();
        double[] dWeight = new double[channels], dBias = new double[channels], averageG = new double[layout.Groups], averageGH = new double[layout.Groups];
        for (int p = 0; p < planes; p++)
        {
            int channel = p % channels, group = layout.GroupOf(p);
            double s = double.CreateTruncating(sums[p]), d = double.CreateTruncating(dots[p]) * inverse[group], w = At<T>(weight, channel, 1);
            dBias[channel] += s;
            dWeight[channel] += d;
            averageG[group] += w * s / layout.ElementsPerGroup;
            averageGH[group] += w * d / layout.ElementsPerGroup;
        }
        if (pass.Needs(0))
        {
            // from here on the sums hold the coefficients of dx = inverse·(g - average(g) - h·average(g·h))
            for (int p = 0; p < planes; p++)
            {
                int group = layout.GroupOf(p);
                double r = inverse[group];
                factors[p] = T.CreateTruncating(r * At<T>(weight, p % channels, 1));
                dots[p] = usesBatch ? T.CreateTruncating(-r * r * averageGH[group]) : T.Zero;
                sums[p] = usesBatch ? T.CreateTruncating(-r * averageG[group]) : T.Zero;
            }
            var dx = Tensor.Allocate(x.Shape, x.DType);
            PlaneKernels.Combine(grad.Read<T>(), x.Read<T>(), mean.Read<T>(), factors, dots, sums, dx.Write<T>(), planes, size);
            pass.Send(0, dx);
        }
        if (pass.Needs(1)) pass.Send(1, Tensor.Wrap(dWeight).To(x.DType));
        if (pass.Needs(2)) pass.Send(2, Tensor.Wrap(dBias).To(x.DType));
    }
}
