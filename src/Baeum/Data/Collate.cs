namespace Baeum;

/// <summary>Sequences of token ids of different lengths, made rectangular.</summary>
/// <param name="Ids">The ids, filled up at the end, Int64 [batch, longest].</param>
/// <param name="Mask">True where an id stands and false where it was filled up, Bool [batch, longest].</param>
/// <param name="Lengths">The lengths before, Int64 [batch].</param>
public sealed record PaddedBatch(Tensor Ids, Tensor Mask, Tensor Lengths);

/// <summary>Makes batches of examples.</summary>
public static class Collate
{
    /// <summary>Puts tensors of one shape and type on each other: [...] each to [batch, ...].</summary>
    /// <exception cref="ArgumentException">There is none, or shapes or types differ.</exception>
    public static Tensor Stack(IReadOnlyList<Tensor> tensors)
    {
        if (tensors.Count == 0) throw new ArgumentException("Collate.Stack: there are no tensors.");
        var first = tensors[0];
        for (int i = 1; i < tensors.Count; i++)
        {
            if (!tensors[i].Shape.Equals(first.Shape) || tensors[i].DType != first.DType)
                throw new ArgumentException($"Collate.Stack: example {i} is {tensors[i].Describe()}, example 0 is {first.Describe()}; pad or resize them first.");
        }
        var batch = Tensor.Allocate(first.Shape.Insert(0, tensors.Count), first.DType);
        for (int i = 0; i < tensors.Count; i++)
            CopyOp.Into(new Tensor(batch.storage, first.Shape, batch.offset + i * first.Count), tensors[i].Detach());
        return batch;
    }

    /// <summary>Stacks each of the tensors of examples that have several, as those of <see cref="TensorDataset"/>.</summary>
    public static Tensor[] StackEach(IReadOnlyList<Tensor[]> examples) =>
        [.. Enumerable.Range(0, examples.Count == 0 ? 0 : examples[0].Length).Select(column => Stack([.. examples.Select(e => e[column])]))];

    /// <summary>Fills sequences of ids up to the longest.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="padding">The id to fill with.</param>
    /// <param name="multipleOf">The width is rounded up to a multiple of this.</param>
    public static PaddedBatch Pad(IReadOnlyList<long[]> sequences, long padding = 0, int multipleOf = 1)
    {
        if (multipleOf < 1) throw new ArgumentException($"Collate.Pad: the width cannot be a multiple of {multipleOf}.", nameof(multipleOf));
        int longest = sequences.Count == 0 ? 0 : sequences.Max(s => s.Length);
        int width = checked((longest + multipleOf - 1) / multipleOf * multipleOf);
        var ids = Tensor.Allocate([sequences.Count, width], DType.Int64);
        var mask = Tensor.Allocate([sequences.Count, width], DType.Bool);
        ids.Write<long>().Fill(padding);
        mask.Write<bool>().Clear();
        for (int i = 0; i < sequences.Count; i++)
        {
            sequences[i].CopyTo(ids.Write<long>()[(i * width)..]);
            mask.Write<bool>().Slice(i * width, sequences[i].Length).Fill(true);
        }
        return new PaddedBatch(ids, mask, Tensor.From([.. sequences.Select(s => (long)s.Length)]));
    }
}
