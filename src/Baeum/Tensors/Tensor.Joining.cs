namespace Baeum;

/// <summary>What <see cref="Tensor.Pad(int[], PadMode, double)"/> puts around a tensor.</summary>
public enum PadMode
{
    /// <summary>One value.</summary>
    Constant,

    /// <summary>The elements mirrored at the edge, the edge itself not repeated: c b | a b c | b a.</summary>
    Reflect,

    /// <summary>The outermost element again and again: a a | a b c | c c.</summary>
    Replicate,

    /// <summary>The elements from the other end: b c | a b c | a b.</summary>
    Circular,
}

public sealed partial class Tensor
{
    /// <summary>Tensors one after the other along a dimension; all other sizes must be equal. Types are promoted.</summary>
    public static Tensor Cat(IReadOnlyList<Tensor> tensors, int dim = 0) => CatOp.Apply(tensors, dim, nameof(Cat));

    /// <summary>Tensors of one shape side by side along a new dimension: n of [2, 3] with dim 1 give [2, n, 3].</summary>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors, int dim = 0)
    {
        if (tensors.Count == 0) throw new ArgumentException("Stack: needs at least one tensor.");
        var shape = tensors[0].Shape;
        int d = shape.Dim(dim, nameof(Stack), onePast: true);
        for (int i = 1; i < tensors.Count; i++)
        {
            if (!tensors[i].Shape.Equals(shape)) throw new ArgumentException($"Stack: tensor {i} has shape {tensors[i].Shape}, tensor 0 has {shape}; all must be equal.");
        }
        return CatOp.Apply([.. tensors.Select(x => x.Unsqueeze(d))], d, nameof(Stack));
    }

    /// <summary>Tensors side by side: joined along dimension 1, vectors and scalars along dimension 0.</summary>
    public static Tensor HStack(IReadOnlyList<Tensor> tensors) => CatOp.Apply([.. tensors.Select(x => x.Rank == 0 ? x.Reshape(1) : x)], tensors.Count > 0 && tensors[0].Rank > 1 ? 1 : 0, nameof(HStack));

    /// <summary>Tensors one below the other: joined along dimension 0, vectors as rows.</summary>
    public static Tensor VStack(IReadOnlyList<Tensor> tensors) => CatOp.Apply([.. tensors.Select(x => x.Rank < 2 ? x.Reshape(1, -1) : x)], 0, nameof(VStack));

    /// <summary>All tensors expanded to the shape to which they broadcast together; views.</summary>
    public static Tensor[] BroadcastTensors(IReadOnlyList<Tensor> tensors)
    {
        var shape = Shape.Scalar;
        foreach (var x in tensors) shape = Shape.Broadcast(shape, x.Shape, nameof(BroadcastTensors));
        return [.. tensors.Select(x => x.BroadcastTo(shape))];
    }

    /// <summary>Coordinates of a grid: from n vectors, n tensors of rank n. Views.</summary>
    /// <param name="vectors">The coordinates along each axis.</param>
    /// <param name="indexing">"ij": dimension 0 follows the first vector (matrices); "xy": dimension 1 does (pictures).</param>
    public static Tensor[] Meshgrid(IReadOnlyList<Tensor> vectors, string indexing = "ij")
    {
        if (indexing is not ("ij" or "xy")) throw new ArgumentException($"Meshgrid: indexing must be \"ij\" or \"xy\", got \"{indexing}\".");
        foreach (var x in vectors)
        {
            if (x.Rank > 1) throw new ArgumentException($"Meshgrid: needs vectors, got shape {x.Shape}.");
        }
        var shape = Shape.Create([.. vectors.Select(x => x.Count)]);
        var grids = new Tensor[vectors.Count];
        for (int i = 0; i < grids.Length; i++)
        {
            var sizes = Ones(grids.Length);
            sizes[i] = vectors[i].Count;
            grids[i] = vectors[i].Reshape(sizes).BroadcastTo(shape);
            if (indexing == "xy" && grids.Length > 1) grids[i] = grids[i].Transpose(0, 1);
        }
        return grids;
    }

    /// <summary>All combinations of the elements of vectors, one a row: [product of lengths, number of vectors]; one vector comes back as it is.</summary>
    public static Tensor CartesianProd(params IReadOnlyList<Tensor> vectors)
    {
        if (vectors.Count == 1) return vectors[0];
        return Stack([.. Meshgrid(vectors).Select(grid => grid.Reshape(-1))], dim: -1);
    }

    /// <summary>Matrices along the diagonal, zeros elsewhere; vectors count as rows.</summary>
    public static Tensor BlockDiag(params IReadOnlyList<Tensor> matrices)
    {
        foreach (var x in matrices)
        {
            if (x.Rank > 2) throw new ArgumentException($"BlockDiag: needs matrices, got shape {x.Shape}.");
        }
        var blocks = matrices.Select(x => x.Rank == 2 ? x : x.Reshape(1, -1)).ToArray();
        int width = blocks.Sum(x => x.Shape[1]), left = 0;
        for (int i = 0; i < blocks.Length; i++)
        {
            int own = blocks[i].Shape[1];
            blocks[i] = blocks[i].Pad([left, width - left - own]);
            left += own;
        }
        return CatOp.Apply(blocks, 0, nameof(BlockDiag));
    }

    /// <summary>Makes a tensor larger at its borders.</summary>
    /// <param name="pad">
    /// Pairs (before, after) from the last dimension backwards, as in PyTorch: [left, right, top, bottom] for pictures. Negative numbers
    /// of a constant pad cut off.
    /// </param>
    /// <param name="mode">What is put there.</param>
    /// <param name="value">The value of <see cref="PadMode.Constant"/>.</param>
    public Tensor Pad(int[] pad, PadMode mode = PadMode.Constant, double value = 0)
    {
        if (pad.Length % 2 != 0 || pad.Length > 2 * Rank) throw new ArgumentException($"Pad: {Shape.Format(pad)} must hold a pair (before, after) for each of at most {Rank} dimensions of shape {Shape}, the last dimension first.");
        var x = this;
        if (mode != PadMode.Constant)
        {
            for (int i = 0; i < pad.Length / 2; i++) x = x.PadAlong(Rank - 1 - i, pad[2 * i], pad[2 * i + 1], mode);
            return x;
        }
        var before = new int[Rank];
        var sizes = Shape.ToArray();
        for (int i = 0; i < pad.Length / 2; i++)
        {
            int d = Rank - 1 - i, start = Math.Max(0, -pad[2 * i]), end = sizes[d] - Math.Max(0, -pad[2 * i + 1]);
            if (start > end) throw new ArgumentException($"Pad: {Shape.Format(pad)} cuts more off dimension {d} of shape {Shape} than there is.");
            if (end - start < sizes[d]) x = x.Narrow(d, start, end - start);
            before[d] = Math.Max(0, pad[2 * i]);
            sizes[d] = checked(before[d] + end - start + Math.Max(0, pad[2 * i + 1]));
        }
        return PadOp.Apply(x, before, Shape.Own(sizes), value);
    }

    private Tensor PadAlong(int dim, int before, int after, PadMode mode)
    {
        if (before == 0 && after == 0) return this;
        int size = Shape[dim], most = mode switch { PadMode.Reflect => size - 1, PadMode.Circular => size, _ => size == 0 ? 0 : int.MaxValue };
        if (before < 0 || after < 0) throw new ArgumentException($"Pad: {mode} takes no negative numbers, got {before} and {after} for dimension {dim}; cut with Narrow instead.");
        if (before > most || after > most) throw new ArgumentException($"Pad: {mode} can add at most {most} elements to dimension {dim} of shape {Shape}, got {before} and {after}.");
        var indices = new int[before + size + after];
        for (int i = 0; i < indices.Length; i++)
        {
            int at = i - before;
            indices[i] = mode switch
            {
                PadMode.Reflect => at < 0 ? -at : at < size ? at : 2 * (size - 1) - at,
                PadMode.Replicate => Math.Clamp(at, 0, size - 1),
                _ => (at + size) % size,
            };
        }
        return TakeOp.Apply(this, Blocks.Along(Shape, dim, indices));
    }

    /// <summary>Repeats the whole tensor along each dimension; more numbers than dimensions add dimensions in front.</summary>
    public Tensor Repeat(params ReadOnlySpan<int> repeats)
    {
        int lead = repeats.Length - Rank;
        if (lead < 0) throw new ArgumentException($"Repeat: {Shape.Format(repeats)} must name at least the {Rank} dimensions of shape {Shape}; Tile accepts fewer.");
        int[] sizes = [.. Ones(lead), .. Shape.Sizes], split = new int[2 * sizes.Length], full = new int[2 * sizes.Length];
        for (int d = 0; d < sizes.Length; d++)
        {
            if (repeats[d] < 0) throw new ArgumentException($"Repeat: numbers must not be negative, got {Shape.Format(repeats)}.");
            (split[2 * d], split[2 * d + 1]) = (1, sizes[d]);
            (full[2 * d], full[2 * d + 1]) = (repeats[d], sizes[d]);
            sizes[d] = checked(sizes[d] * repeats[d]);
        }
        var y = Reshape(split).BroadcastTo(Shape.Own(full)).Reshape(Shape.Own(sizes));
        return ReferenceEquals(y.storage, storage) ? y.Clone() : y;
    }

    /// <summary>As <see cref="Repeat"/>; fewer numbers than dimensions count for the last ones.</summary>
    public Tensor Tile(params ReadOnlySpan<int> repeats) => Repeat(repeats.Length >= Rank ? repeats : [.. Ones(Rank - repeats.Length), .. repeats]);

    /// <summary>Repeats every element along a dimension: a b becomes a a b b.</summary>
    public Tensor RepeatInterleave(int repeats, int dim)
    {
        int d = Shape.Dim(dim, nameof(RepeatInterleave));
        if (repeats < 0) throw new ArgumentException($"RepeatInterleave: the number must not be negative, got {repeats}.");
        if (Rank == 0) return Reshape(1).RepeatInterleave(repeats, 0);
        return Unsqueeze(d + 1).BroadcastTo(Shape.Insert(d + 1, repeats)).Reshape(Shape.With(d, checked(Shape[d] * repeats)));
    }

    /// <summary>Repeats the elements along a dimension, each as often as <paramref name="repeats"/> (Int64 [size of the dimension]) says.</summary>
    public Tensor RepeatInterleave(Tensor repeats, int dim)
    {
        int d = Shape.Dim(dim, nameof(RepeatInterleave));
        if (Rank == 0) throw new ArgumentException("RepeatInterleave: the tensor has no dimensions.");
        if (repeats.DType != DType.Int64 || repeats.Rank != 1 || repeats.Count != Shape[d]) throw new ArgumentException($"RepeatInterleave: repeats must be Int64 [{Shape[d]}], the size of dimension {dim} of shape {Shape}; got {repeats.Describe()}.");
        var counts = repeats.ToArray<long>();
        var indices = new List<int>();
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0) throw new ArgumentException($"RepeatInterleave: numbers must not be negative, got {counts[i]} at place {i}.");
            if (counts[i] > Array.MaxLength - indices.Count) throw new ArgumentException($"RepeatInterleave: the result would be too large at place {i}, {counts[i]} times.");
            indices.AddRange(Enumerable.Repeat(i, (int)counts[i]));
        }
        return TakeOp.Apply(this, Blocks.Along(Shape, d, indices.ToArray()));
    }

    /// <summary>Turns dimensions round, all of them if none is named: the last element becomes the first.</summary>
    public Tensor Flip(params ReadOnlySpan<int> dims)
    {
        var x = this;
        foreach (int d in Reduction.Dims(this, dims, nameof(Flip)))
        {
            if (Rank > 0) x = FlipOp.Apply(x, d);
        }
        return ReferenceEquals(x, this) ? Clone() : x;
    }

    /// <summary>Moves the elements along a dimension by a number of places; what falls off comes in at the other end.</summary>
    public Tensor Roll(int shift, int dim) => Roll([shift], [dim]);

    /// <summary>Moves the elements of the flattened tensor; the shape stays.</summary>
    public Tensor Roll(int shift) => Reshape(-1).Roll([shift], [0]).Reshape(Shape);

    /// <summary>Moves the elements along several dimensions, each by its own number of places.</summary>
    public Tensor Roll(int[] shifts, int[] dims)
    {
        if (shifts.Length != dims.Length) throw new ArgumentException($"Roll: {shifts.Length} shifts for {dims.Length} dimensions.");
        var x = this;
        for (int i = 0; i < dims.Length; i++)
        {
            int d = Shape.Dim(dims[i], nameof(Roll)), size = Rank == 0 ? 0 : Shape[d];
            if (size == 0) continue;
            x = RollOp.Apply(x, d, (int)((shifts[i] % (long)size + size) % size));
        }
        return ReferenceEquals(x, this) ? Clone() : x;
    }

    /// <summary>Turns the plane of two dimensions by 90 degrees <paramref name="times"/> times, from the first dimension towards the second.</summary>
    public Tensor Rot90(int times = 1, int dim0 = 0, int dim1 = 1)
    {
        int a = Shape.Dim(dim0, nameof(Rot90)), b = Shape.Dim(dim1, nameof(Rot90));
        if (a == b) throw new ArgumentException($"Rot90: needs two different dimensions of shape {Shape}, got {dim0} and {dim1}.");
        return (times & 3) switch
        {
            0 => Clone(),
            1 => Flip(b).Transpose(a, b),
            2 => Flip(a, b),
            _ => Transpose(a, b).Flip(b),
        };
    }
}
