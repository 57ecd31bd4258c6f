using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Chooses elements of every plane by their places: what a max pooling does once it knows where the largest stand.</summary>
internal sealed class MaxPoolOp(Tensor x, Tensor places) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static (Tensor Y, Tensor Places) Apply(Tensor x, PoolWindows rows, PoolWindows columns, string name)
    {
        var planes = x.Contiguous();
        var shape = PoolShapes.Result(x.Shape, rows, columns);
        Tensor y = Tensor.Allocate(shape, x.DType), places = Tensor.Allocate(shape, DType.Int64);
        switch (x.DType)
        {
            case DType.Float32: Compute<float>(planes, y, places, rows, columns); break;
            case DType.Float64: Compute<double>(planes, y, places, rows, columns); break;
            default: throw Binary.Unsupported(name, x.DType);
        }
        return (Autograd.Records(x) ? y.Record(new MaxPoolOp(x, places)) : y, places);
    }

    private static void Compute<T>(Tensor x, Tensor y, Tensor places, PoolWindows rows, PoolWindows columns) where T : unmanaged, INumber<T>
    {
        int width = x.Shape[^1], plane = x.Shape[^2] * width;
        if (y.Count > 0) PoolKernels.Max(x.Read<T>(), y.Write<T>(), places.Write<long>(), x.Count / plane, width, plane, rows, columns);
    }

    /// <summary>The elements of x at the places.</summary>
    internal static Tensor Pick(Tensor x, Tensor places)
    {
        var planes = x.Contiguous();
        var y = Tensor.Allocate(places.Shape, x.DType);
        int from = x.Shape[^1] * x.Shape[^2], to = places.Shape[^1] * places.Shape[^2], count = to == 0 ? 0 : y.Count / to;
        if (x.DType == DType.Float32) PoolKernels.Pick(planes.Read<float>(), places.Read<long>(), y.Write<float>(), count, from, to);
        else PoolKernels.Pick(planes.Read<double>(), places.Read<long>(), y.Write<double>(), count, from, to);
        return Autograd.Records(x) ? y.Record(new MaxPoolOp(x, places)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, MaxUnpoolOp.Apply(grad, places, inputShape));
}

/// <summary>The transpose: values added at their places in planes of zeros.</summary>
internal sealed class MaxUnpoolOp(Tensor x, Tensor places) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Tensor places, Shape shape)
    {
        var values = x.Contiguous();
        var y = Tensor.Allocate(shape, x.DType);
        int from = shape[^1] * shape[^2], to = places.Shape[^1] * places.Shape[^2], count = from == 0 ? 0 : y.Count / from;
        if (x.DType == DType.Float32) PoolKernels.Put(values.Read<float>(), places.Read<long>(), y.Write<float>(), count, from, to);
        else PoolKernels.Put(values.Read<double>(), places.Read<long>(), y.Write<double>(), count, from, to);
        return Autograd.Records(x) ? y.Record(new MaxUnpoolOp(x, places)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, MaxPoolOp.Pick(grad, places));
}

/// <summary>Averages of windows.</summary>
internal sealed class AveragePoolOp(Tensor x, PoolWindows rows, PoolWindows columns) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, PoolWindows rows, PoolWindows columns, string name)
    {
        var planes = x.Contiguous();
        var y = Tensor.Allocate(PoolShapes.Result(x.Shape, rows, columns), x.DType);
        int width = x.Shape[^1], plane = x.Shape[^2] * width, count = y.Count == 0 ? 0 : x.Count / plane;
        switch (x.DType)
        {
            case DType.Float32: PoolKernels.Average(planes.Read<float>(), y.Write<float>(), count, width, plane, rows, columns); break;
            case DType.Float64: PoolKernels.Average(planes.Read<double>(), y.Write<double>(), count, width, plane, rows, columns); break;
            default: throw Binary.Unsupported(name, x.DType);
        }
        return Autograd.Records(x) ? y.Record(new AveragePoolOp(x, rows, columns)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, AveragePoolGradientOp.Apply(grad, inputShape, rows, columns));
}

/// <summary>The transpose: values spread over their windows.</summary>
internal sealed class AveragePoolGradientOp(Tensor x, PoolWindows rows, PoolWindows columns) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Shape shape, PoolWindows rows, PoolWindows columns)
    {
        var values = x.Contiguous();
        var y = Tensor.Allocate(shape, x.DType);
        int width = shape[^1], plane = shape[^2] * width, count = y.Count == 0 ? 0 : y.Count / plane;
        if (x.DType == DType.Float32) PoolKernels.Spread(values.Read<float>(), y.Write<float>(), count, width, plane, rows, columns);
        else PoolKernels.Spread(values.Read<double>(), y.Write<double>(), count, width, plane, rows, columns);
        return Autograd.Records(x) ? y.Record(new AveragePoolGradientOp(x, rows, columns)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, AveragePoolOp.Apply(grad, rows, columns, Name));
}

/// <summary>Works out the windows of poolings.</summary>
internal static class PoolShapes
{
    internal static Shape Result(Shape x, PoolWindows rows, PoolWindows columns) => Shape.Own([.. x.Sizes.AsSpan(0, x.Rank - 2), rows.Count, columns.Count]);

    /// <summary>Windows of one size along a dimension.</summary>
    internal static PoolWindows Regular(int size, int kernel, int stride, int padding, int dilation, bool ceilMode, bool countPadding, string name, string dimension)
    {
        if (stride <= 0 || dilation <= 0) throw new ArgumentException($"{name}: stride and dilation must be positive, got {stride} and {dilation}.");
        if (padding > kernel / 2) throw new ArgumentException($"{name}: padding {padding} is more than half of the kernel {kernel}: some windows would be empty.");
        int count = ConvShapes.OutSize(size, kernel, stride, padding, dilation, name, dimension), reach = dilation * (kernel - 1) + 1;
        // a last window that hangs over the end is allowed if it begins inside
        if (ceilMode && (size + 2 * padding - reach) % stride != 0 && count * stride < size + padding) count++;
        var windows = new PoolWindows(new int[count], new int[count], new int[count], dilation);
        for (int i = 0; i < count; i++)
        {
            int start = i * stride - padding, end = Math.Min(start + reach, size + padding), length = end - start;
            while (start < 0) start += dilation;
            end = Math.Min(end, size);
            if (start >= end) throw new ArgumentException($"{name}: window {i} of kernel {kernel} with dilation {dilation} and padding {padding} sees nothing of the {dimension} {size}.");
            (windows.Start[i], windows.End[i], windows.Divisor[i]) = (start, end, countPadding ? length : end - start);
        }
        return windows;
    }

    /// <summary>As many windows as asked for, as equal as whole numbers allow.</summary>
    internal static PoolWindows Adaptive(int size, int count, string name)
    {
        if (count <= 0 || size == 0) throw new ArgumentException($"{name}: the output size must be positive and the input not empty, got {count} for a size of {size}.");
        var windows = new PoolWindows(new int[count], new int[count], new int[count], 1);
        for (int i = 0; i < count; i++)
        {
            windows.Start[i] = (int)((long)i * size / count);
            windows.End[i] = (int)(((i + 1L) * size + count - 1) / count);
            windows.Divisor[i] = windows.End[i] - windows.Start[i];
        }
        return windows;
    }
}
