using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Layer normalisation over the last dimensions, or with <c>isCentred</c> false RMS normalisation.</summary>
internal sealed class RowNormOp(Tensor x, Tensor? weight, Tensor? bias, Tensor mean, Tensor inverse, int columns, double epsilon, bool isCentred) : Node(x, weight, bias)
{
    private readonly Saved x = x, weight = weight, bias = bias;

    public override string Name => isCentred ? "LayerNorm" : "RmsNorm";

    protected internal override bool IsDifferentiable => true;

    /// <param name="x">[..., normalised].</param>
    /// <param name="normalized">The last sizes of x.</param>
    /// <param name="weight">In the shape <paramref name="normalized"/>, or null for ones.</param>
    /// <param name="bias">In the shape <paramref name="normalized"/>, or null for zeros.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="isCentred">Whether the mean is taken away.</param>
    internal static Tensor Apply(Tensor x, Shape normalized, Tensor? weight, Tensor? bias, double epsilon, bool isCentred)
    {
        string name = isCentred ? "LayerNorm" : "RmsNorm";
        if (normalized.Rank == 0 || normalized.Rank > x.Rank || !x.Shape.Sizes.AsSpan(x.Rank - normalized.Rank).SequenceEqual(normalized.Sizes))
            throw new ArgumentException($"{name}: x {x.Shape} must end in the normalised shape {normalized}.");
        Check(name, "weight", weight, normalized, x);
        Check(name, "bias", bias, normalized, x);
        var rows = x.Contiguous();
        int columns = normalized.Count, count = columns == 0 ? 0 : x.Count / columns;
        var y = Tensor.Allocate(x.Shape, x.DType);
        Tensor mean = Tensor.Allocate(Shape.Create([count]), x.DType), inverse = Tensor.Allocate(Shape.Create([count]), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Compute<float>(rows, weight, bias, y, mean, inverse, columns, epsilon, isCentred); break;
            case DType.Float64: Compute<double>(rows, weight, bias, y, mean, inverse, columns, epsilon, isCentred); break;
            default: throw Binary.Unsupported(name, x.DType);
        }
        return Autograd.Records(x, weight, bias) ? y.Record(new RowNormOp(rows, weight, bias, mean, inverse, columns, epsilon, isCentred)) : y;
    }

    /// <summary>The same in elementary operations.</summary>
    internal static Tensor Compose(Tensor x, Tensor? weight, Tensor? bias, int columns, double epsilon, bool isCentred)
    {
        var rows = x.Reshape(-1, columns);
        if (isCentred) rows -= rows.Sum(1, keepDim: true) / columns;
        var y = (rows * ((rows * rows).Sum(1, keepDim: true) / columns + epsilon).Rsqrt()).Reshape(x.Shape);
        if (weight is not null) y *= weight;
        return bias is null ? y : y + bias;
    }

    internal static void Check(string name, string role, Tensor? parameter, Shape shape, Tensor x)
    {
        if (parameter is null) return;
        if (!parameter.Shape.Equals(shape)) throw new ArgumentException($"{name}: {role} must have the shape {shape}, got {parameter.Shape}.");
        if (parameter.DType != x.DType) throw new ArgumentException($"{name}: x is {x.DType}, {role} {parameter.DType}; convert one with To(...).");
    }

    private static void Compute<T>(Tensor x, Tensor? weight, Tensor? bias, Tensor y, Tensor mean, Tensor inverse, int columns, double epsilon, bool isCentred) where T : unmanaged, INumber<T>
    {
        if (y.Count == 0) return;
        var ones = (weight ?? Tensor.Ones([columns], x.DType)).Contiguous();
        var zeros = (bias ?? Tensor.Zeros([columns], x.DType)).Contiguous();
        NormKernels.Rows(x.Read<T>(), ones.Read<T>(), zeros.Read<T>(), y.Write<T>(), mean.Write<T>(), inverse.Write<T>(), mean.Count, columns, epsilon, isCentred);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var x = this.x.Get(this);
        var weight = this.weight.IsPresent ? this.weight.Get(this) : null;
        if (pass.CreatesGraph)
        {
            var bias = this.bias.IsPresent ? this.bias.Get(this) : null;
            Composition.SendGradients(pass, grad, [x, weight, bias], all => Compose(all[0]!, all[1], all[2], columns, epsilon, isCentred));
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
        var dx = Tensor.Allocate(x.Shape, x.DType);
        int rows = mean.Count, partials = NormKernels.Partials(rows, columns);
        var sums = Tensor.Allocate(Shape.Create([partials, 2, columns]), x.DType);
        var scale = (weight ?? Tensor.Ones([columns], x.DType)).Contiguous();
        if (x.Count > 0) NormKernels.RowsBackward(grad.Read<T>(), x.Read<T>(), scale.Read<T>(), mean.Read<T>(), inverse.Read<T>(), dx.Write<T>(), sums.Write<T>(), rows, columns, isCentred);
        pass.Send(0, dx);
        if (!pass.Needs(1) && !pass.Needs(2)) return;
        var total = sums.Sum(0);
        if (pass.Needs(1)) pass.Send(1, total[0].Clone().Reshape(weight!.Shape));
        if (pass.Needs(2)) pass.Send(2, total[1].Clone().Reshape(bias.Get(this).Shape));
    }
}
