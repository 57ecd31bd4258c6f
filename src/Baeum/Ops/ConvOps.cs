using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

// L = Σ y·conv(x, weight) is linear in each of the three; the operations below are its derivatives by y, x and weight, and the gradient
// of each is made of the other two. A transposed convolution is the derivative by x.

/// <summary>conv(x, weight) + bias.</summary>
internal sealed class ConvOp(Tensor x, Tensor weight, Tensor? bias, ConvGeometry geometry) : Node(x, weight, bias)
{
    private readonly Saved x = x, weight = weight;

    protected internal override bool IsDifferentiable => true;

    /// <param name="x">[batch, channels, height, width].</param>
    /// <param name="weight">[outputs, channels / groups, kernelHeight, kernelWidth].</param>
    /// <param name="bias">[outputs] or null.</param>
    /// <param name="geometry">The sizes, which fit.</param>
    internal static Tensor Apply(Tensor x, Tensor weight, Tensor? bias, ConvGeometry geometry)
    {
        (x, weight, bias) = (x.Contiguous(), weight.Contiguous(), bias?.Contiguous());
        var y = Tensor.Allocate(Shape.Create([geometry.Batch, geometry.Outputs, geometry.OutHeight, geometry.OutWidth]), x.DType);
        if (x.DType == DType.Float32) Compute<float>(x, weight, bias, y, geometry);
        else Compute<double>(x, weight, bias, y, geometry);
        return Autograd.Records(x, weight, bias) ? y.Record(new ConvOp(x, weight, bias, geometry)) : y;
    }

    private static void Compute<T>(Tensor x, Tensor weight, Tensor? bias, Tensor y, ConvGeometry geometry) where T : unmanaged, INumber<T>
    {
        if (y.Count > 0) ConvKernels.Forward(x.Read<T>(), weight.Read<T>(), bias is null ? default : bias.Read<T>(), y.Write<T>(), geometry);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (pass.Needs(0)) pass.Send(0, ConvInputOp.Apply(grad, weight.Get(this), null, geometry));
        if (pass.Needs(1)) pass.Send(1, ConvWeightOp.Apply(x.Get(this), grad, geometry));
        if (pass.Needs(2)) pass.Send(2, grad.Reshape(geometry.Batch, geometry.Outputs, geometry.Positions).Sum([0, 2]));
    }
}

/// <summary>The gradient of x for the gradient y of the result: the transposed convolution, plus a bias [channels].</summary>
internal sealed class ConvInputOp(Tensor y, Tensor weight, Tensor? bias, ConvGeometry geometry) : Node(y, weight, bias)
{
    private readonly Saved y = y, weight = weight;

    public override string Name => "ConvTranspose";

    /// <summary>At how many places the kernel is laid down: the positions of y.</summary>
    internal int Placements => geometry.Batch * geometry.Positions;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor y, Tensor weight, Tensor? bias, ConvGeometry geometry)
    {
        (y, weight) = (y.Contiguous(), weight.Contiguous());
        var x = Tensor.Allocate(Shape.Create([geometry.Batch, geometry.Channels, geometry.Height, geometry.Width]), y.DType);
        if (x.Count > 0)
        {
            if (y.DType == DType.Float32) ConvKernels.Input(y.Read<float>(), weight.Read<float>(), x.Write<float>(), geometry);
            else ConvKernels.Input(y.Read<double>(), weight.Read<double>(), x.Write<double>(), geometry);
        }
        if (bias is not null) x.AddInPlace(bias.Detach().Reshape(geometry.Channels, 1, 1));
        return Autograd.Records(y, weight, bias) ? x.Record(new ConvInputOp(y, weight, bias, geometry)) : x;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (pass.Needs(0)) pass.Send(0, ConvOp.Apply(grad, weight.Get(this), null, geometry));
        if (pass.Needs(1)) pass.Send(1, ConvWeightOp.Apply(grad, y.Get(this), geometry));
        if (pass.Needs(2)) pass.Send(2, grad.Reshape(geometry.Batch, geometry.Channels, geometry.Plane).Sum([0, 2]));
    }
}

/// <summary>The gradient of the weight for the gradient y of the result.</summary>
internal sealed class ConvWeightOp(Tensor x, Tensor y, ConvGeometry geometry) : Node(x, y)
{
    private readonly Saved x = x, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Tensor y, ConvGeometry geometry)
    {
        (x, y) = (x.Contiguous(), y.Contiguous());
        int partials = ConvKernels.Partials(geometry);
        var sums = Tensor.Allocate(Shape.Create([partials, geometry.Outputs, geometry.GroupChannels, geometry.KernelHeight, geometry.KernelWidth]), x.DType);
        if (x.DType == DType.Float32) ConvKernels.Weight(x.Read<float>(), y.Read<float>(), sums.Write<float>(), geometry);
        else ConvKernels.Weight(x.Read<double>(), y.Read<double>(), sums.Write<double>(), geometry);
        var weight = partials == 1 ? sums.Reshape(sums.Shape.Without(0)) : sums.Sum(0);
        return Autograd.Records(x, y) ? weight.Record(new ConvWeightOp(x, y, geometry)) : weight;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (pass.Needs(0)) pass.Send(0, ConvInputOp.Apply(y.Get(this), grad, null, geometry));
        if (pass.Needs(1)) pass.Send(1, ConvOp.Apply(x.Get(this), grad, null, geometry));
    }
}
