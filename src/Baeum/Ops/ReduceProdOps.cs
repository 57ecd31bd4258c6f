using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>The product along a dimension; truth values and whole numbers multiply as Int64.</summary>
internal sealed class ProdOp(Tensor x, Tensor y, int dim, Shape kept) : Node(x)
{
    private readonly Saved x = x, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int dim, bool keepDim)
    {
        int d = x.Shape.Dim(dim, "Prod");
        if (x.Rank == 0) return Apply(x.Reshape(1), 0, keepDim: false);
        var source = Extreme.Comparable(x, "Prod").Contiguous();
        var (kept, shape) = Reduction.Shapes(x, [d], keepDim);
        var y = Tensor.Allocate(shape, source.DType);
        switch (source.DType)
        {
            case DType.Float32: Run<float>(); break;
            case DType.Float64: Run<double>(); break;
            default: Run<long>(); break;
        }
        return Autograd.Records(x) ? y.Record(new ProdOp(x, y, d, kept)) : y;

        void Run<T>() where T : unmanaged, INumber<T>
        {
            var (outer, size, inner) = x.Shape.SplitAt(d);
            ReduceLoops.Prod(source.Read<T>(), y.Write<T>(), outer, size, inner);
        }
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var input = x.Get(this);
        if (!pass.CreatesGraph)
        {
            var dx = Tensor.Allocate(input.Shape, input.DType);
            if (dx.DType == DType.Float32) Gradient<float>(grad.Contiguous(), input.Contiguous(), dx);
            else Gradient<double>(grad.Contiguous(), input.Contiguous(), dx);
            pass.Send(0, dx);
            return;
        }
        var others = HasZero(input) ? Apply(WithoutEach(input, dim), -1, keepDim: false).MoveDim(-1, dim) : y.Get(this).Reshape(kept) / input;
        pass.Send(0, grad.Reshape(kept) * others);
    }

    internal static bool HasZero(Tensor x) => x.Detach().Eq(0).AsSpan<bool>().Contains(true);

    /// <summary>The dimension moved to the end and the elements along it once for each of them, with a one in its place: [..., left out, element].</summary>
    internal static Tensor WithoutEach(Tensor x, int dim) => Tensor.Where(Tensor.Eye(x.Shape[dim], dtype: DType.Bool), 1, x.MoveDim(dim, -1).Unsqueeze(-2));

    private void Gradient<T>(Tensor grad, Tensor input, Tensor dx) where T : unmanaged, INumber<T>
    {
        var (outer, size, inner) = input.Shape.SplitAt(dim);
        CumulativeLoops.ProductOfOthers(grad.Read<T>(), input.Read<T>(), dx.Write<T>(), outer, size, inner);
    }
}

/// <summary>Elements by their rank in ascending order.</summary>
internal static class OrderStatistics
{
    /// <summary>The elements of some ranks along a dimension, with their places; gradients go to those places.</summary>
    internal static ValuesAndIndices[] Apply(Tensor x, int dim, bool keepDim, int[] ranks, string name)
    {
        int d = x.Shape.Dim(dim, name);
        var source = Extreme.Comparable(x, name).Contiguous();
        var shape = Reduction.Shapes(x, x.Rank == 0 ? [] : [d], keepDim).Result;
        Tensor values = Tensor.Allocate(Shape.Own([ranks.Length, .. shape.Sizes]), source.DType), places = Tensor.Allocate(values.Shape, DType.Int64);
        switch (source.DType)
        {
            case DType.Float32: Run<float>(); break;
            case DType.Float64: Run<double>(); break;
            default: Run<long>(); break;
        }
        return [.. Enumerable.Range(0, ranks.Length).Select(k => PickOp.Record(x, values.Select(0, k).To(x.DType), places.Select(0, k), d, name))];

        void Run<T>() where T : unmanaged, INumber<T>
        {
            var (outer, size, inner) = x.Shape.SplitAt(d);
            if (size == 0) throw Extreme.Empty(x, name);
            CumulativeLoops.Ranks(source.Read<T>(), ranks, values.Write<T>(), places.Write<long>(), outer, size, inner);
        }
    }

    /// <summary>The element in the middle, the lower of two.</summary>
    internal static ValuesAndIndices Median(Tensor x, int dim, bool keepDim)
    {
        int size = x.Shape.SplitAt(x.Shape.Dim(dim, "Median")).Size;
        return Apply(x, dim, keepDim, [Math.Max(0, size - 1) / 2], "Median")[0];
    }

    /// <summary>On the straight line between the two nearest elements.</summary>
    internal static Tensor Quantile(Tensor x, double q, int dim, bool keepDim)
    {
        Reduction.RequireFloating(x, "Quantile");
        if (!(q >= 0 && q <= 1)) throw new ArgumentOutOfRangeException(nameof(q), q, "Quantile: q must lie between 0 and 1.");
        int size = x.Shape.SplitAt(x.Shape.Dim(dim, "Quantile")).Size;
        double place = q * Math.Max(0, size - 1);
        int low = (int)place;
        if (low == place) return Apply(x, dim, keepDim, [low], "Quantile")[0].Values;
        var ends = Apply(x, dim, keepDim, [low, low + 1], "Quantile");
        return ends[0].Values.Lerp(ends[1].Values, place - low);
    }
}
