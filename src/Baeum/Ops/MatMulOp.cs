using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>The matrix product of the last two dimensions; the dimensions before them broadcast.</summary>
internal sealed class MatMulOp(Tensor a, Tensor b) : Node(a, b)
{
    private readonly Saved a = a, b = b;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor a, Tensor b)
    {
        CheckShapes(a, b);
        var dtype = DTypes.Promote(a.DType, b.DType);
        if (dtype == DType.Bool) dtype = DType.Int64;
        (a, b) = (a.To(dtype), b.To(dtype));
        if (b.Rank == 1) return Apply(a, b.Unsqueeze(1)).Squeeze(-1);
        if (a.Rank == 1) return Apply(a.Unsqueeze(0), b).Squeeze(-2);
        var y = dtype switch
        {
            DType.Float32 => Compute<float>(a, b),
            DType.Float64 => Compute<double>(a, b),
            DType.Int64 => Compute<long>(a, b),
            _ => throw Binary.Unsupported("MatMul", dtype),
        };
        return Autograd.Records(a, b) ? y.Record(new MatMulOp(a, b)) : y;
    }

    private static Tensor Compute<T>(Tensor a, Tensor b) where T : unmanaged, INumber<T>
    {
        int[] aSizes = a.Shape.Sizes, bSizes = b.Shape.Sizes, aStrides = a.StrideArray, bStrides = b.StrideArray;
        int m = aSizes[^2], k = aSizes[^1], n = bSizes[^1];
        int aRow = aStrides[^2], aColumn = aStrides[^1], bRow = bStrides[^2], bColumn = bStrides[^1];
        if (b.Rank == 2 && RowStride(a) is { } rowStride)
        {
            var flat = Tensor.Allocate(a.Shape.With(a.Rank - 1, n), a.DType);
            int rows = k == 0 ? flat.Count / Math.Max(1, n) : a.Count / k;
            ProductKernels.Product(rows, n, k, a.Strided<T>(), rowStride, aColumn, b.Strided<T>(), bRow, bColumn, flat.Write<T>(), n, accumulate: false);
            return flat;
        }
        Shape aBatch = Shape.Create(aSizes.AsSpan(0, a.Rank - 2)), bBatch = Shape.Create(bSizes.AsSpan(0, b.Rank - 2));
        var batch = Shape.Broadcast(aBatch, bBatch, "MatMul");
        var y = Tensor.Allocate(Shape.Own([.. batch.Sizes, m, n]), a.DType);
        var where = new ProductKernels.Batch(batch.Sizes, BatchStrides(aBatch, aStrides, batch), BatchStrides(bBatch, bStrides, batch));
        if (y.Count > 0) ProductKernels.Products(batch.Count, where, m, n, k, a.Strided<T>(), aRow, aColumn, b.Strided<T>(), bRow, bColumn, y.Write<T>());
        return y;
    }

    /// <summary>The distance between rows if all dimensions but the last can be walked as one, else null.</summary>
    internal static int? RowStride(Tensor x)
    {
        if (x.IsContiguous) return x.Shape.Sizes[^1];
        int[] sizes = x.Shape.Sizes, strides = x.StrideArray;
        int next = -1;
        for (int d = x.Rank - 2; d >= 0; d--)
        {
            if (sizes[d] == 1) continue;
            if (next >= 0 && strides[d] != strides[next] * sizes[next]) return null;
            next = d;
        }
        int innermost = x.Rank - 2;
        while (innermost > 0 && sizes[innermost] == 1) innermost--;
        return strides[innermost];
    }

    private static int[] BatchStrides(Shape own, int[] strides, Shape batch)
    {
        var steps = new int[batch.Rank];
        int lead = batch.Rank - own.Rank;
        for (int d = lead; d < steps.Length; d++) steps[d] = own.Sizes[d - lead] == 1 ? 0 : strides[d - lead];
        return steps;
    }

    private static void CheckShapes(Tensor a, Tensor b)
    {
        if (a.Rank == 0 || b.Rank == 0) throw new ArgumentException($"MatMul: {a.Shape} × {b.Shape}: a tensor without dimensions has no rows or columns; multiply by a number with the operator *.");
        int left = a.Shape.Sizes[^1], right = b.Shape.Sizes[b.Rank == 1 ? 0 : ^2];
        if (left == right) return;
        string hint = b.Rank >= 2 && b.Shape.Sizes[^1] == left ? " Did you mean b.Transpose(-1, -2)?"
            : a.Rank >= 2 && a.Shape.Sizes[^2] == right ? " Did you mean a.Transpose(-1, -2)?"
            : "";
        throw new ArgumentException($"MatMul: inner sizes differ: {a.Shape} × {b.Shape} ({left} and {right}).{hint}");
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        Tensor a = this.a.Get(this), b = this.b.Get(this);
        if (pass.Needs(0)) pass.Send(0, Apply(grad, b.MT));
        if (!pass.Needs(1)) return;
        // one matrix used for a whole batch: one long product instead of a product for each and a sum
        if (b.Rank == 2 && a.Rank > 2) pass.Send(1, Apply(a.Reshape(grad.Count / Math.Max(1, b.Shape[1]), a.Shape[^1]).MT, grad.Reshape(-1, b.Shape[1])));
        else pass.Send(1, Apply(a.MT, grad));
    }
}
