using Baeum.Kernels;

namespace Baeum;

/// <summary>Orders along a dimension. The values are gathered with the order, so their gradient is the gather's.</summary>
internal static class SortOps
{
    /// <summary>The first <paramref name="count"/> elements in order and their indices, both with the dimension cut to that size.</summary>
    internal static ValuesAndIndices First(Tensor x, int dim, int count, bool descending, string operation)
    {
        if (x.Rank == 0)
        {
            var (value, index) = First(x.Reshape(1), 0, count, descending, operation);
            return new(value.Reshape(Shape.Scalar), index.Reshape(Shape.Scalar));
        }
        var rows = x.MoveDim(dim, -1).Contiguous();
        int size = rows.Shape[-1];
        var indices = Order(rows, count, descending, operation);
        var order = indices.Read<long>();
        var starts = new int[order.Length];
        for (int i = 0; i < starts.Length; i++) starts[i] = (int)(i / count * (long)size + order[i]);
        var values = TakeOp.Apply(rows, new Blocks(starts, 1, indices.Shape));
        return new(values.MoveDim(-1, dim).Contiguous(), indices.MoveDim(-1, dim).Contiguous());
    }

    /// <summary>The order of the last dimension.</summary>
    internal static Tensor Order(Tensor rows, int count, bool descending, string operation)
    {
        var order = Tensor.Allocate(rows.Shape.With(rows.Rank - 1, count), DType.Int64);
        switch (rows.DType)
        {
            case DType.Float32: SortKernels.Order(rows.Read<float>(), rows.Shape[-1], count, descending, order.Write<long>()); break;
            case DType.Float64: SortKernels.Order(rows.Read<double>(), rows.Shape[-1], count, descending, order.Write<long>()); break;
            case DType.Int64: SortKernels.Order(rows.Read<long>(), rows.Shape[-1], count, descending, order.Write<long>()); break;
            case DType.Bool: SortKernels.Order(rows.Read<bool>(), rows.Shape[-1], count, descending, order.Write<long>()); break;
            default: throw Binary.Unsupported(operation, rows.DType);
        }
        return order;
    }

    /// <summary>Where new values begin in an ordered vector.</summary>
    internal static int[] Firsts(Tensor ordered) =>
    [
        .. ordered.DType switch
        {
            DType.Float32 => SortKernels.Firsts(ordered.Read<float>()),
            DType.Float64 => SortKernels.Firsts(ordered.Read<double>()),
            DType.Int64 => SortKernels.Firsts(ordered.Read<long>()),
            _ => SortKernels.Firsts(ordered.Read<bool>()),
        },
    ];

    /// <summary>Places of values in ordered rows, or all in one ordered vector.</summary>
    internal static Tensor Search(Tensor ordered, Tensor values, bool shared, bool right)
    {
        var places = Tensor.Allocate(values.Shape, DType.Int64);
        switch (ordered.DType)
        {
            case DType.Float32: Search<float>(ordered, values, places, shared, right); break;
            case DType.Float64: Search<double>(ordered, values, places, shared, right); break;
            case DType.Int64: Search<long>(ordered, values, places, shared, right); break;
            case var dtype: throw Binary.Unsupported("SearchSorted", dtype);
        }
        return places;
    }

    private static void Search<T>(Tensor ordered, Tensor values, Tensor places, bool shared, bool right) where T : unmanaged
    {
        int size = ordered.Shape[-1], width = shared ? values.Count : values.Shape[-1];
        for (int r = 0; width > 0 && r < values.Count / width; r++)
            SortKernels.Search(ordered.Read<T>().Slice(shared ? 0 : r * size, size), values.Read<T>().Slice(r * width, width), right, places.Write<long>().Slice(r * width, width));
    }
}
