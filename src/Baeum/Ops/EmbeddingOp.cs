using System.Globalization;
using Baeum.Kernels;

namespace Baeum;

/// <summary>The rows of a table [count, size] by ids of any shape: [..., size].</summary>
internal sealed class EmbeddingOp(Tensor table, Tensor ids, int paddingIndex) : Node(table)
{
    private readonly Saved ids = ids;
    private readonly Shape tableShape = table.Shape;

    protected internal override bool IsDifferentiable => true;

    /// <param name="ids">Int64, any shape.</param>
    /// <param name="table">[count, size].</param>
    /// <param name="paddingIndex">The row that gets no gradient, or -1.</param>
    internal static Tensor Apply(Tensor ids, Tensor table, int paddingIndex)
    {
        if (table.Rank != 2) throw new ArgumentException($"Embedding: the table must be [count, size], got {table.Shape}.");
        if (ids.DType != DType.Int64) throw new ArgumentException($"Embedding: ids must be Int64, got {ids.Describe()}; convert them with To(DType.Int64).");
        var numbers = ids.Contiguous();
        CheckRange(numbers.Read<long>(), ids.Shape, table.Shape[0]);
        var y = Tensor.Allocate(Shape.Own([.. ids.Shape.Sizes, table.Shape[1]]), table.DType);
        var rows = table.Contiguous();
        switch (table.DType)
        {
            case DType.Float32: EmbeddingKernels.Gather(rows.Read<float>(), numbers.Read<long>(), y.Write<float>(), table.Shape[1]); break;
            case DType.Float64: EmbeddingKernels.Gather(rows.Read<double>(), numbers.Read<long>(), y.Write<double>(), table.Shape[1]); break;
            default: throw Binary.Unsupported("Embedding", table.DType);
        }
        return Autograd.Records(table) ? y.Record(new EmbeddingOp(table, numbers, paddingIndex)) : y;
    }

    private static void CheckRange(ReadOnlySpan<long> ids, Shape shape, int count)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            if ((ulong)ids[i] >= (ulong)count)
                throw new ArgumentOutOfRangeException(nameof(ids), string.Create(CultureInfo.InvariantCulture, $"Embedding: id {ids[i]} (element {i} of ids {shape}) lies outside the table of {count} rows; ids go from 0 to {count - 1}."));
        }
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        if (!pass.Needs(0)) return;
        // tied tables have a gradient already: rows are added to it, without a table of zeros between
        if (!pass.AddTo(0, table => EmbeddingGradientOp.Add(grad, ids.Get(this), table, paddingIndex)))
            pass.Send(0, EmbeddingGradientOp.Apply(grad, ids.Get(this), tableShape, paddingIndex));
    }
}

/// <summary>The transpose: rows added up in a table of zeros.</summary>
internal sealed class EmbeddingGradientOp(Tensor rows, Tensor ids, int paddingIndex) : Node(rows)
{
    private readonly Saved ids = ids;

    protected internal override bool IsDifferentiable => true;

    internal static Tensor Apply(Tensor rows, Tensor ids, Shape tableShape, int paddingIndex)
    {
        var table = Tensor.Zeros(tableShape, rows.DType);
        Add(rows, ids, table, paddingIndex);
        return Autograd.Records(rows) ? table.Record(new EmbeddingGradientOp(rows, ids, paddingIndex)) : table;
    }

    internal static void Add(Tensor rows, Tensor ids, Tensor table, int paddingIndex)
    {
        var values = rows.Contiguous();
        if (rows.DType == DType.Float32) EmbeddingKernels.Add(values.Read<float>(), ids.Read<long>(), table.Write<float>(), table.Shape[1], paddingIndex);
        else EmbeddingKernels.Add(values.Read<double>(), ids.Read<long>(), table.Write<double>(), table.Shape[1], paddingIndex);
    }

    protected internal override void Backward(Tensor grad, BackwardPass pass)
    {
        var chosen = EmbeddingOp.Apply(ids.Get(this), grad, -1);
        if (paddingIndex >= 0) chosen *= Tensor.Wrap([.. ids.Get(this).ToArray<long>().Select(id => id == paddingIndex ? 0.0 : 1)], ids.Get(this).Shape).Unsqueeze(-1).To(grad.DType);
        pass.Send(0, chosen);
    }
}
