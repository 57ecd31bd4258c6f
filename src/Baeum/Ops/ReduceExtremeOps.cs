using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>The greatest or least element over some dimensions; ties share the gradient equally.</summary>
internal sealed class ExtremeOp(Tensor x, Tensor y, int[] dims, Shape kept, string name) : Node(x)
{
    private readonly Saved x = x, y = y;

    public override string Name => name;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int[] dims, bool keepDim, bool greatest, string name)
    {
        var source = Extreme.Comparable(x, name);
        var (kept, shape) = Reduction.Shapes(x, dims, keepDim);
        var (rows, outer, size, inner) = Reduction.Block(source, dims);
        if (size == 0) throw Extreme.Empty(x, name);
        var y = Tensor.Allocate(shape, source.DType);
        Extreme.Run(rows, y, null, outer, size, inner, greatest);
        if (y.DType != x.DType) y = y.To(x.DType);
        return Record(x, y, dims, kept, name);
    }

    /// <summary>Records a result that equals some of the elements it was chosen from.</summary>
    internal static Tensor Record(Tensor x, Tensor y, int[] dims, Shape kept, string name) => Autograd.Records(x) ? y.Record(new ExtremeOp(x, y, dims, kept, name)) : y;

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var ties = UnaryRules.Step(x.Get(this).Eq(y.Get(this).Detach().Reshape(kept)), grad);
        pass.Send(0, grad.Reshape(kept) * (ties / SumOp.Apply(ties, dims, keepDim: true)));
    }
}

/// <summary>One element chosen along a dimension; the gradient goes to its place.</summary>
internal sealed class PickOp(Tensor x, Tensor places, int dim, Shape kept, string name) : Node(x)
{
    private readonly Shape inputShape = x.Shape;
    private readonly Saved places = places;

    public override string Name => name;

    protected internal override bool IsDifferentiable => true;

    /// <summary>The greatest or least elements along a dimension and the first place of each, Int64.</summary>
    internal static ValuesAndIndices Apply(Tensor x, int dim, bool keepDim, bool greatest, string name)
    {
        int d = x.Shape.Dim(dim, name);
        var source = Extreme.Comparable(x, name).Contiguous();
        var (outer, size, inner) = x.Shape.SplitAt(d);
        if (size == 0) throw Extreme.Empty(x, name);
        var shape = Reduction.Shapes(x, x.Rank == 0 ? [] : [d], keepDim).Result;
        var values = Tensor.Allocate(shape, source.DType);
        var places = Tensor.Allocate(shape, DType.Int64);
        Extreme.Run(source, values, places, outer, size, inner, greatest);
        return Record(x, values.To(x.DType), places, d, name);
    }

    /// <summary>Records values that were taken from places along a dimension.</summary>
    internal static ValuesAndIndices Record(Tensor x, Tensor values, Tensor places, int dim, string name)
    {
        var kept = x.Rank == 0 ? x.Shape : x.Shape.With(dim, 1);
        return new(Autograd.Records(x) ? values.Record(new PickOp(x, places, dim, kept, name)) : values, places);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var chosen = places.Get(this);
        if (inputShape.Rank == 0)
        {
            pass.Send(0, grad);
        }
        else if (pass.CreatesGraph)
        {
            int size = inputShape[dim];
            var along = Tensor.Arange(size).Reshape(Shape.Own([.. Enumerable.Range(0, inputShape.Rank).Select(d => d == dim ? size : 1)]));
            pass.Send(0, grad.Reshape(kept) * UnaryRules.Step(along.Eq(chosen.Reshape(kept)), grad));
        }
        else
        {
            var dx = Tensor.Allocate(inputShape, grad.DType);
            var (outer, size, inner) = inputShape.SplitAt(dim);
            grad = grad.Contiguous();
            if (grad.DType == DType.Float32) ReduceLoops.Scatter(grad.Read<float>(), chosen.Read<long>(), dx.Write<float>(), outer, size, inner);
            else ReduceLoops.Scatter(grad.Read<double>(), chosen.Read<long>(), dx.Write<double>(), outer, size, inner);
            pass.Send(0, dx);
        }
    }
}

internal static class Extreme
{
    /// <summary>The places of the greatest or least elements; no gradient flows through places.</summary>
    internal static Tensor Places(Tensor x, int? dim, bool keepDim, bool greatest, string name)
    {
        x = x.Detach();
        if (dim is { } d) return PickOp.Apply(x, d, keepDim, greatest, name).Indices;
        var places = PickOp.Apply(x.Reshape(-1), 0, keepDim: false, greatest, name).Indices;
        return keepDim ? places.Reshape(Shape.Own([.. Enumerable.Repeat(1, x.Rank)])) : places;
    }

    /// <summary>Truth values as whole numbers; types that are for storage only are refused.</summary>
    internal static Tensor Comparable(Tensor x, string name) => x.DType switch
    {
        DType.Bool => x.To(DType.Int64),
        DType.Float16 or DType.BFloat16 => throw Binary.Unsupported(name, x.DType),
        _ => x,
    };

    internal static void Run(Tensor x, Tensor values, Tensor? places, int outer, int size, int inner, bool greatest)
    {
        switch (x.DType)
        {
            case DType.Float32: Run<float>(); break;
            case DType.Float64: Run<double>(); break;
            default: Run<long>(); break;
        }

        void Run<T>() where T : unmanaged, INumber<T> => ReduceLoops.Extreme(x.Read<T>(), values.Write<T>(), places is null ? default : places.Write<long>(), outer, size, inner, greatest);
    }

    internal static ArgumentException Empty(Tensor x, string name) => new($"{name}: the tensor {x.Describe()} has no elements to choose from.");
}
