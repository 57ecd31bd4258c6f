using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>Running sums along a dimension, from the start or from the end.</summary>
internal sealed class CumSumOp(Tensor x, int dim, bool fromEnd) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int dim, bool fromEnd)
    {
        int d = x.Shape.Dim(dim, "CumSum");
        var source = Extreme.Comparable(x, "CumSum").Contiguous();
        var y = Tensor.Allocate(x.Shape, source.DType);
        switch (source.DType)
        {
            case DType.Float32: Run<float>(); break;
            case DType.Float64: Run<double>(); break;
            default: Run<long>(); break;
        }
        return Autograd.Records(x) ? y.Record(new CumSumOp(x, d, fromEnd)) : y;

        void Run<T>() where T : unmanaged, INumber<T>
        {
            var (outer, size, inner) = x.Shape.SplitAt(d);
            CumulativeLoops.Sum(source.Read<T>(), y.Write<T>(), outer, size, inner, fromEnd);
        }
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, Apply(grad, dim, !fromEnd));
}

/// <summary>Running products along a dimension.</summary>
internal sealed class CumProdOp(Tensor x, Tensor y, int dim) : Node(x)
{
    private readonly Saved x = x, y = y;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, int dim)
    {
        int d = x.Shape.Dim(dim, "CumProd");
        var source = Extreme.Comparable(x, "CumProd").Contiguous();
        var y = Tensor.Allocate(x.Shape, source.DType);
        switch (source.DType)
        {
            case DType.Float32: Run<float>(); break;
            case DType.Float64: Run<double>(); break;
            default: Run<long>(); break;
        }
        return Autograd.Records(x) ? y.Record(new CumProdOp(x, y, d)) : y;

        void Run<T>() where T : unmanaged, INumber<T>
        {
            var (outer, size, inner) = x.Shape.SplitAt(d);
            CumulativeLoops.Prod(source.Read<T>(), y.Write<T>(), outer, size, inner);
        }
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        Tensor input = x.Get(this), result = y.Get(this);
        if (!pass.CreatesGraph)
        {
            var dx = Tensor.Allocate(input.Shape, input.DType);
            if (dx.DType == DType.Float32) Gradient<float>(grad.Contiguous(), input.Contiguous(), result, dx);
            else Gradient<double>(grad.Contiguous(), input.Contiguous(), result, dx);
            pass.Send(0, dx);
        }
        else if (input.Rank == 0)
        {
            pass.Send(0, grad);
        }
        else if (!ProdOp.HasZero(input))
        {
            pass.Send(0, CumSumOp.Apply(grad * result, dim, fromEnd: true) / input);
        }
        else
        {
            // element k of x takes part in the products i >= k: the products without it, weighted with their gradients
            var products = Apply(ProdOp.WithoutEach(input, dim), -1) * (Tensor.Arange(input.Shape[dim]).Unsqueeze(1) <= Tensor.Arange(input.Shape[dim])).To(grad.DType);
            pass.Send(0, (products * grad.MoveDim(dim, -1).Unsqueeze(-2)).Sum(-1).MoveDim(-1, dim));
        }
    }

    private void Gradient<T>(Tensor grad, Tensor input, Tensor result, Tensor dx) where T : unmanaged, INumber<T>
    {
        var (outer, size, inner) = input.Shape.SplitAt(dim);
        CumulativeLoops.ProdGradient(grad.Read<T>(), input.Read<T>(), result.Read<T>(), dx.Write<T>(), outer, size, inner);
    }
}

/// <summary>The greatest or least element so far along a dimension; the gradient goes to its place.</summary>
internal sealed class CumExtremeOp(Tensor x, Tensor places, int dim, string name) : Node(x)
{
    private readonly Saved places = places;

    public override string Name => name;

    protected internal override bool IsDifferentiable => true;

    internal static ValuesAndIndices Apply(Tensor x, int dim, bool greatest, string name)
    {
        int d = x.Shape.Dim(dim, name);
        var source = Extreme.Comparable(x, name).Contiguous();
        var values = Tensor.Allocate(x.Shape, source.DType);
        var places = Tensor.Allocate(x.Shape, DType.Int64);
        switch (source.DType)
        {
            case DType.Float32: Run<float>(); break;
            case DType.Float64: Run<double>(); break;
            default: Run<long>(); break;
        }
        return new(Autograd.Records(x) ? values.Record(new CumExtremeOp(x, places, d, name)) : values, places);

        void Run<T>() where T : unmanaged, INumber<T>
        {
            var (outer, size, inner) = x.Shape.SplitAt(d);
            CumulativeLoops.Extreme(source.Read<T>(), values.Write<T>(), places.Write<long>(), outer, size, inner, greatest);
        }
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var chosen = places.Get(this);
        if (grad.Rank == 0)
        {
            pass.Send(0, grad);
        }
        else if (pass.CreatesGraph)
        {
            // [..., result, input]: 1 where the result came from the input
            var came = chosen.MoveDim(dim, -1).Unsqueeze(-1).Eq(Tensor.Arange(grad.Shape[dim])).To(grad.DType);
            pass.Send(0, (grad.MoveDim(dim, -1).Unsqueeze(-1) * came).Sum(-2).MoveDim(-1, dim));
        }
        else
        {
            var dx = Tensor.Allocate(grad.Shape, grad.DType);
            if (dx.DType == DType.Float32) Scatter<float>(grad.Contiguous(), chosen, dx);
            else Scatter<double>(grad.Contiguous(), chosen, dx);
            pass.Send(0, dx);
        }
    }

    private void Scatter<T>(Tensor grad, Tensor chosen, Tensor dx) where T : unmanaged, INumber<T>
    {
        var (outer, size, inner) = grad.Shape.SplitAt(dim);
        CumulativeLoops.ScatterAdd(grad.Read<T>(), chosen.Read<long>(), dx.Write<T>(), outer, size, inner);
    }
}
