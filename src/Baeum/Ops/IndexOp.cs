namespace Baeum;

/// <summary>Choosing and writing elements by index tensors and masks, by NumPy's rules.</summary>
internal static class IndexOp
{
    /// <param name="x">What is indexed.</param>
    /// <param name="indices">Index tensors and masks with the (first) dimension each one indexes, in order.</param>
    /// <param name="adjacent">Whether they stand side by side: their dimensions then take the place of the indexed ones, else they come first.</param>
    internal static Tensor Apply(Tensor x, List<(int Dim, Tensor Indices)> indices, bool adjacent)
    {
        var source = x.Contiguous();
        return TakeOp.Apply(source, Table(source.Shape, source.StrideArray, indices, adjacent));
    }

    /// <summary>Writes into the memory of a view; values broadcast to the chosen places.</summary>
    internal static void Put(Tensor target, List<(int Dim, Tensor Indices)> indices, bool adjacent, Tensor values, bool accumulate)
    {
        var table = Table(target.Shape, target.StrideArray, indices, adjacent);
        if (!Shape.Broadcast(table.Shape, values.Shape, "Indexer").Equals(table.Shape)) throw new ArgumentException($"Indexer: values of shape {values.Shape} do not fit the chosen places of shape {table.Shape}.");
        ScatterOp.Write(target, ExpandOp.Apply(values, table.Shape), table, accumulate, "Indexer");
    }

    private static Blocks Table(Shape shape, int[] strides, List<(int Dim, Tensor Indices)> indices, bool adjacent)
    {
        var places = new List<(Shape Shape, int[] Offsets)>();
        var indexed = new bool[shape.Rank];
        foreach (var (dim, tensor) in indices)
        {
            if (tensor.DType != DType.Bool)
            {
                int stride = strides[dim];
                places.Add((tensor.Shape, Array.ConvertAll(Blocks.Indices(tensor, shape, dim, "Indexer"), i => i * stride)));
                indexed[dim] = true;
                continue;
            }
            for (int d = 0; d < tensor.Rank; d++)
            {
                if (tensor.Shape[d] != shape[dim + d]) throw new ArgumentException($"Indexer: a mask of shape {tensor.Shape} does not fit shape {shape} at dimension {dim + d}: sizes {tensor.Shape[d]} and {shape[dim + d]}.");
                indexed[dim + d] = true;
            }
            var all = Blocks.Offsets(tensor.Shape.Sizes, strides.AsSpan(dim, tensor.Rank));
            var mask = tensor.Contiguous().Read<bool>();
            var chosen = new List<int>();
            for (int i = 0; i < all.Length; i++)
            {
                if (mask[i]) chosen.Add(all[i]);
            }
            places.Add(([chosen.Count], [.. chosen]));
        }
        var (joint, offsets) = Join(places);

        int first = Array.IndexOf(indexed, true), last = Array.LastIndexOf(indexed, true);
        int width = 1, block = shape.Rank;
        while (block > last + 1 && (strides[block - 1] == width || shape[block - 1] == 1)) width *= shape[--block];
        int[] before = [.. Enumerable.Range(0, adjacent ? first : 0)];
        int[] after = [.. Enumerable.Range(before.Length, block - before.Length).Where(d => !indexed[d])];
        var lead = Blocks.Offsets(Pick(shape.Sizes, before), Pick(strides, before));
        var rest = Blocks.Offsets(Pick(shape.Sizes, after), Pick(strides, after));
        var starts = new int[lead.Length * offsets.Length * rest.Length];
        int at = 0;
        foreach (int l in lead)
        {
            foreach (int o in offsets)
            {
                foreach (int r in rest) starts[at++] = l + o + r;
            }
        }
        return new(starts, width, Shape.Create([.. Pick(shape.Sizes, before), .. joint.Sizes, .. Pick(shape.Sizes, after), .. shape.Sizes[block..]]));
    }

    /// <summary>Broadcasts the offsets that all index tensors name, and adds them up.</summary>
    private static (Shape Joint, int[] Offsets) Join(List<(Shape Shape, int[] Offsets)> places)
    {
        if (places.Count == 1) return places[0];
        var joint = Shape.Scalar;
        foreach (var (shape, _) in places) joint = Shape.Broadcast(joint, shape, $"Indexer: index tensors of shapes {string.Join(", ", places.Select(p => p.Shape))}");
        var sum = new int[joint.Count];
        foreach (var (shape, offsets) in places)
        {
            var strides = new int[joint.Rank];
            for (int d = 1; d <= shape.Rank; d++) strides[^d] = shape[^d] == 1 ? 0 : shape.Strides[^d];
            var from = Blocks.Offsets(joint.Sizes, strides);
            for (int i = 0; i < sum.Length; i++) sum[i] += offsets[from[i]];
        }
        return (joint, sum);
    }

    private static int[] Pick(int[] values, int[] dims) => Array.ConvertAll(dims, d => values[d]);
}
