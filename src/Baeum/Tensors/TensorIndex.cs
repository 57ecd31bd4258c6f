namespace Baeum;

/// <summary>
/// One position of an indexer: a number, a range, every step-th, a tensor of indices or a mask, a new dimension, or all dimensions
/// that are not named: <c>x[1..3, .., ^1]</c>, <c>x[mask]</c>, <c>x[TensorIndex.Ellipsis, 0]</c>, <c>x[.., TensorIndex.Step(2)]</c>.
/// </summary>
public readonly struct TensorIndex
{
    internal enum Kind
    {
        Number,
        Range,
        Tensor,
        NewDimension,
        Ellipsis,
    }

    internal Kind What { get; private init; }

    internal Index At { get; private init; }

    internal int? Start { get; private init; }

    internal int? Stop { get; private init; }

    internal int Every { get; private init; }

    internal Tensor? Indices { get; private init; }

    /// <summary>How many dimensions an index tensor or mask chooses from.</summary>
    internal int Covers => Indices!.DType == DType.Bool ? Indices.Rank : 1;

    /// <summary>All dimensions that the other positions do not name.</summary>
    public static TensorIndex Ellipsis { get; } = new() { What = Kind.Ellipsis };

    /// <summary>A new dimension of size one.</summary>
    public static TensorIndex NewDimension { get; } = new() { What = Kind.NewDimension };

    /// <summary>From <paramref name="start"/> to before <paramref name="stop"/>, every <paramref name="step"/>-th; bounds as in Python.</summary>
    /// <exception cref="ArgumentException">The step is not positive; turn a dimension round with Flip.</exception>
    public static TensorIndex Slice(int? start, int? stop, int step = 1) => new() { What = Kind.Range, Start = start, Stop = stop, Every = step };

    /// <summary>Every <paramref name="step"/>-th index.</summary>
    public static TensorIndex Step(int step) => Slice(null, null, step);

    /// <summary>One index, which removes the dimension.</summary>
    public static implicit operator TensorIndex(int index) => new() { What = Kind.Number, At = index < 0 ? new Index(-index, fromEnd: true) : index };

    /// <summary>One index, from the end if written <c>^n</c>; removes the dimension.</summary>
    public static implicit operator TensorIndex(Index index) => new() { What = Kind.Number, At = index };

    /// <summary>A range of indices; <c>..</c> is all.</summary>
    public static implicit operator TensorIndex(Range range) => new() { What = Kind.Range, Start = Bound(range.Start), Stop = range.End.Equals(Index.End) ? null : Bound(range.End), Every = 1 };

    /// <summary>Indices (Int64) or a mask (Bool).</summary>
    public static implicit operator TensorIndex(Tensor indices) =>
        indices.DType is DType.Int64 or DType.Bool
            ? new() { What = Kind.Tensor, Indices = indices }
            : throw new ArgumentException($"Indexer: an index tensor must be Int64, a mask Bool; got {indices.Describe()}. Convert it with To(DType.Int64) or compare it.");

    private static int Bound(Index index) => index.IsFromEnd ? index.Value == 0 ? int.MaxValue : -index.Value : index.Value;

    /// <summary>The first index and the number of indices of a slice; bounds are cut to the dimension as in Python.</summary>
    internal static (int First, int Length) Bounds(int? start, int? stop, int step, int size, string operation)
    {
        if (step <= 0) throw new ArgumentException($"{operation}: the step must be positive, got {step}. To go backwards, turn the dimension round with Flip(dim) first.");
        int first = Cut(start ?? 0, size), last = Cut(stop ?? size, size);
        return (first, last <= first ? 0 : (last - first - 1) / step + 1);
    }

    private static int Cut(int bound, int size) => Math.Clamp(bound < 0 ? bound + size : bound, 0, size);
}
