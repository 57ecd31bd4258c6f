using Baeum.Kernels;

namespace Baeum;

/// <summary>
/// Where along one dimension each new pixel comes from: between the old pixels Low[i] and High[i], the second with weight Part[i].
/// </summary>
internal sealed record Resampling(int[] Low, int[] High, double[] Part, int Size)
{
    internal int Count => Low.Length;

    /// <summary>The old pixel below the new one.</summary>
    internal static Resampling Nearest(int size, int count, double scale)
    {
        var low = new int[count];
        for (int i = 0; i < count; i++) low[i] = Math.Min((int)Math.Floor(i * scale), size - 1);
        return new(low, low, new double[count], size);
    }

    /// <summary>A straight line between neighbours; pixels are squares with centres, or with aligned corners points from end to end.</summary>
    internal static Resampling Linear(int size, int count, double scale, bool alignCorners)
    {
        int[] low = new int[count], high = new int[count];
        var part = new double[count];
        for (int i = 0; i < count; i++)
        {
            double at = alignCorners ? count > 1 ? i * ((size - 1) / (count - 1.0)) : 0 : Math.Max(0, (i + 0.5) * scale - 0.5);
            low[i] = Math.Min((int)at, size - 1);
            high[i] = Math.Min(low[i] + 1, size - 1);
            part[i] = Math.Min(at - low[i], 1);
        }
        return new(low, high, part, size);
    }
}

/// <summary>Images in another size: x [..., height, width].</summary>
internal sealed class UpsampleOp(Tensor x, Resampling rows, Resampling columns) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Resampling rows, Resampling columns)
    {
        var planes = x.Contiguous();
        var y = Tensor.Allocate(Shape.Own([.. x.Shape.Sizes.AsSpan(0, x.Rank - 2), rows.Count, columns.Count]), x.DType);
        switch (x.DType)
        {
            case DType.Float32: ResampleKernels.Spread(planes.Read<float>(), y.Write<float>(), rows.Low, rows.High, rows.Part, rows.Size, columns.Low, columns.High, columns.Part, columns.Size); break;
            case DType.Float64: ResampleKernels.Spread(planes.Read<double>(), y.Write<double>(), rows.Low, rows.High, rows.Part, rows.Size, columns.Low, columns.High, columns.Part, columns.Size); break;
            default: throw Binary.Unsupported("Upsample", x.DType);
        }
        return Autograd.Records(x) ? y.Record(new UpsampleOp(x, rows, columns)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, UpsampleGradientOp.Apply(grad, rows, columns));
}

/// <summary>The transpose: every new pixel gives its value back to the old ones that it came from.</summary>
internal sealed class UpsampleGradientOp(Tensor x, Resampling rows, Resampling columns) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Resampling rows, Resampling columns)
    {
        var planes = x.Contiguous();
        var y = Tensor.Zeros(Shape.Own([.. x.Shape.Sizes.AsSpan(0, x.Rank - 2), rows.Size, columns.Size]), x.DType);
        if (x.DType == DType.Float32) ResampleKernels.Gather(planes.Read<float>(), y.Write<float>(), rows.Low, rows.High, rows.Part, rows.Size, columns.Low, columns.High, columns.Part, columns.Size);
        else ResampleKernels.Gather(planes.Read<double>(), y.Write<double>(), rows.Low, rows.High, rows.Part, rows.Size, columns.Low, columns.High, columns.Part, columns.Size);
        return Autograd.Records(x) ? y.Record(new UpsampleGradientOp(x, rows, columns)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, UpsampleOp.Apply(grad, rows, columns));
}
