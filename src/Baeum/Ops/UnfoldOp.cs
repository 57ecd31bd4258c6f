using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Windows as columns: [batch, channels, height, width] becomes [batch, channels · kernel, positions].</summary>
internal sealed class Im2ColOp(Tensor x, ConvGeometry geometry) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, ConvGeometry geometry)
    {
        var y = Tensor.Allocate(Shape.Create([geometry.Batch, geometry.Window, geometry.Positions]), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Compute<float>(x.Contiguous(), y, geometry); break;
            case DType.Float64: Compute<double>(x.Contiguous(), y, geometry); break;
            default: throw Binary.Unsupported("Im2Col", x.DType);
        }
        return Autograd.Records(x) ? y.Record(new Im2ColOp(x, geometry)) : y;
    }

    private static void Compute<T>(Tensor x, Tensor y, ConvGeometry g) where T : unmanaged, INumber<T>
    {
        int image = g.Channels * g.Plane, windows = g.Window * g.Positions;
        for (int b = 0; b < g.Batch; b++) WindowKernels.Gather(x.Read<T>().Slice(b * image, image), g, g.Channels, y.Write<T>().Slice(b * windows, windows), g.Positions, 0, g.Positions);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Col2ImOp.Apply(grad, geometry));
}

/// <summary>The transpose: columns added up in the image.</summary>
internal sealed class Col2ImOp(Tensor x, ConvGeometry geometry) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, ConvGeometry geometry)
    {
        var y = Tensor.Zeros(Shape.Create([geometry.Batch, geometry.Channels, geometry.Height, geometry.Width]), x.DType);
        switch (x.DType)
        {
            case DType.Float32: Compute<float>(x.Contiguous(), y, geometry); break;
            case DType.Float64: Compute<double>(x.Contiguous(), y, geometry); break;
            default: throw Binary.Unsupported("Col2Im", x.DType);
        }
        return Autograd.Records(x) ? y.Record(new Col2ImOp(x, geometry)) : y;
    }

    private static void Compute<T>(Tensor x, Tensor y, ConvGeometry g) where T : unmanaged, INumber<T>
    {
        int image = g.Channels * g.Plane, windows = g.Window * g.Positions;
        for (int b = 0; b < g.Batch; b++) WindowKernels.Scatter(x.Read<T>().Slice(b * windows, windows), g.Positions, g, g.Channels, y.Write<T>().Slice(b * image, image), 0, g.Positions);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Im2ColOp.Apply(grad, geometry));
}
