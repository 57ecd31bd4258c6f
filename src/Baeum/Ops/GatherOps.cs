using Baeum.Kernels;

namespace Baeum;

/// <summary>Places in contiguous memory: block r begins at <c>Starts[r]</c> and has <c>Width</c> elements; the blocks fill <c>Shape</c>.</summary>
internal readonly record struct Blocks(int[] Starts, int Width, Shape Shape)
{
    /// <summary>The same indices along a dimension for every place in the others; -1 stands for zeros.</summary>
    internal static Blocks Along(Shape shape, int dim, ReadOnlySpan<int> indices)
    {
        var (outer, size, inner) = shape.SplitAt(dim);
        var starts = GC.AllocateUninitializedArray<int>(outer * indices.Length);
        for (int o = 0, at = 0; o < outer; o++)
        {
            foreach (int i in indices) starts[at++] = i < 0 ? -1 : (o * size + i) * inner;
        }
        return new(starts, inner, shape.With(dim, indices.Length));
    }

    /// <summary>One index a place: index [i, j, ...] replaces the coordinate <paramref name="dim"/> of its own place.</summary>
    internal static Blocks Pointwise(Shape shape, int dim, Tensor index, string operation)
    {
        if (index.Rank != shape.Rank) throw new ArgumentException($"{operation}: index {index.Shape} must have as many dimensions as shape {shape}.");
        for (int d = 0; d < shape.Rank; d++)
        {
            if (d != dim && index.Shape[d] > shape[d]) throw new ArgumentException($"{operation}: index {index.Shape} is larger than shape {shape} at dimension {d}, which is not the indexed dimension {dim}.");
        }
        RequireInt64(index, operation);
        var given = index.Contiguous().Read<long>();
        var strides = shape.Strides.AsSpan().ToArray();
        int size = shape[dim], stride = strides[dim];
        strides[dim] = 0;
        var rows = Offsets(index.Shape.Sizes.AsSpan(0, index.Rank - 1), strides.AsSpan(0, index.Rank - 1));
        int width = index.Shape[-1], step = strides[^1];
        var starts = GC.AllocateUninitializedArray<int>(given.Length);
        for (int r = 0, i = 0; r < rows.Length; r++)
        {
            for (int j = 0; j < width; j++, i++)
            {
                long at = given[i] < 0 ? given[i] + size : given[i];
                if ((ulong)at >= (ulong)size) throw Outside(index, i, shape, dim, operation);
                starts[i] = rows[r] + j * step + (int)at * stride;
            }
        }
        return new(starts, 1, index.Shape);
    }

    /// <summary>The elements of an index tensor, counted from the front; negative ones count from the end.</summary>
    internal static int[] Indices(Tensor index, Shape shape, int dim, string operation)
    {
        RequireInt64(index, operation);
        var given = index.Contiguous().Read<long>();
        var indices = new int[given.Length];
        int size = shape[dim];
        for (int i = 0; i < given.Length; i++)
        {
            long at = given[i] < 0 ? given[i] + size : given[i];
            if ((ulong)at >= (ulong)size) throw Outside(index, i, shape, dim, operation);
            indices[i] = (int)at;
        }
        return indices;
    }

    private static void RequireInt64(Tensor index, string operation)
    {
        if (index.DType != DType.Int64) throw new ArgumentException($"{operation}: indices must be Int64, got {index.Describe()}; convert them with To(DType.Int64).");
    }

    private static ArgumentOutOfRangeException Outside(Tensor index, int place, Shape shape, int dim, string operation) =>
        new(nameof(index), $"{operation}: index {index.Contiguous().Read<long>()[place]} at place {place} of the index tensor {index.Shape} does not lie in dimension {dim} of shape {shape}.");

    /// <summary>Where the elements of strided memory lie, row by row.</summary>
    internal static int[] Offsets(ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides)
    {
        int count = 1;
        foreach (int size in sizes) count *= size;
        var offsets = new int[count];
        if (count == 0) return offsets;
        int filled = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            for (int i = 1; i < sizes[d]; i++)
            {
                for (int j = 0; j < filled; j++) offsets[i * filled + j] = offsets[j] + i * strides[d];
            }
            filled *= sizes[d];
        }
        return offsets;
    }

    /// <summary>The same places, -1 where a later block begins at the same one: those blocks leave no trace when written.</summary>
    internal Blocks Winners(int targetCount)
    {
        var owner = new int[targetCount];
        for (int r = 0; r < Starts.Length; r++)
        {
            if (Starts[r] >= 0) owner[Starts[r]] = r;
        }
        var starts = new int[Starts.Length];
        for (int r = 0; r < starts.Length; r++) starts[r] = Starts[r] >= 0 && owner[Starts[r]] == r ? Starts[r] : -1;
        return this with { Starts = starts };
    }
}

/// <summary>Copies blocks out of a tensor; the way back adds them up, so that repeated indices accumulate.</summary>
internal sealed class TakeOp(Tensor x, Blocks blocks) : Node(x)
{
    private readonly Shape inputShape = x.Shape;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Blocks blocks)
    {
        var source = x.Contiguous();
        var y = Tensor.Allocate(blocks.Shape, x.DType);
        switch (x.DType.ByteSize())
        {
            case 1: Run<byte>(source, blocks, y); break;
            case 2: Run<ushort>(source, blocks, y); break;
            case 4: Run<uint>(source, blocks, y); break;
            default: Run<ulong>(source, blocks, y); break;
        }
        return Autograd.Records(x) ? y.Record(new TakeOp(x, blocks)) : y;
    }

    private static void Run<T>(Tensor x, Blocks blocks, Tensor y) where T : unmanaged => IndexKernels.Take(x.Strided<T>(), blocks.Starts, blocks.Width, y.Write<T>());

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, SpreadOp.Apply(grad, blocks, inputShape));
}

/// <summary>The transpose of <see cref="TakeOp"/>: zeros, to which the blocks are added.</summary>
internal sealed class SpreadOp(Tensor x, Blocks blocks) : Node(x)
{
    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor x, Blocks blocks, Shape shape)
    {
        var y = Tensor.Zeros(shape, x.DType);
        ScatterOp.Write(y, x, blocks, accumulate: true, "Scatter");
        return Autograd.Records(x) ? y.Record(new SpreadOp(x, blocks)) : y;
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass) => pass.Send(0, TakeOp.Apply(grad, blocks));
}

/// <summary>A copy of a tensor into which blocks are written, or to which they are added.</summary>
internal sealed class ScatterOp(Tensor x, Tensor source, Blocks blocks, bool accumulate) : Node(x, source)
{
    protected internal override bool IsDifferentiable => true;

    /// <param name="x">What is written into.</param>
    /// <param name="source">The blocks, in the shape of <paramref name="blocks"/>.</param>
    /// <param name="blocks">Where they go.</param>
    /// <param name="accumulate">Adds instead of writing.</param>
    /// <param name="operation">The public operation, for errors.</param>
    internal static Tensor Apply(Tensor x, Tensor source, Blocks blocks, bool accumulate, string operation)
    {
        source = source.To(x.DType);
        var y = x.Detach().Clone();
        Write(y, source, blocks, accumulate, operation);
        if (!Autograd.Records(x, source)) return y;
        return y.Record(new ScatterOp(x, source, accumulate ? blocks : blocks.Winners(x.Count), accumulate));
    }

    /// <summary>Writes into memory that the caller owns; starts count from the target's first element.</summary>
    internal static void Write(Tensor target, Tensor source, Blocks blocks, bool accumulate, string operation)
    {
        source = source.Detach().Contiguous();
        if (blocks.Width == 0) return;
        switch (target.DType)
        {
            case DType.Float32 when accumulate: Add<float>(target, source, blocks); break;
            case DType.Float64 when accumulate: Add<double>(target, source, blocks); break;
            case DType.Int64 when accumulate: Add<long>(target, source, blocks); break;
            case var dtype when accumulate: throw new NotSupportedException($"{operation}: cannot add {dtype} elements; convert with To(DType.Float32) or To(DType.Int64) first.");
            case DType.Bool: Put<byte>(target, source, blocks); break;
            case DType.Float16 or DType.BFloat16: Put<ushort>(target, source, blocks); break;
            case DType.Float32: Put<uint>(target, source, blocks); break;
            default: Put<ulong>(target, source, blocks); break;
        }
    }

    private static void Add<T>(Tensor target, Tensor source, Blocks blocks) where T : unmanaged, System.Numerics.INumber<T> =>
        IndexKernels.Add(source.Read<T>(), blocks.Starts, blocks.Width, target.Strided<T>());

    private static void Put<T>(Tensor target, Tensor source, Blocks blocks) where T : unmanaged =>
        IndexKernels.Put(source.Strided<T>(), blocks.Starts, blocks.Width, target.Strided<T>());

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (pass.Needs(0)) pass.Send(0, accumulate ? grad : Apply(grad, Tensor.Zeros(blocks.Shape, grad.DType), blocks, accumulate: false, Name));
        if (pass.Needs(1)) pass.Send(1, TakeOp.Apply(grad, blocks));
    }
}
