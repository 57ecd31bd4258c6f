using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>
/// The shape of a strided loop after merging: size-1 dimensions are dropped and neighbours that every operand walks as one are joined,
/// so that most loops end up with one or two dimensions. Strides count elements; 0 repeats (broadcast). The output is contiguous.
/// </summary>
internal unsafe ref struct Layout
{
    public const int MaxRank = 16;

    private fixed int sizes[MaxRank];
    private fixed int strides[3 * MaxRank];

    /// <summary>Dimensions left, at least one.</summary>
    public int Rank { get; private set; }
    /// <summary>Elements of the output.</summary>
    public int Length { get; private set; }
    public int Inner { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] public readonly int Size(int d) => sizes[d];
    [MethodImpl(MethodImplOptions.AggressiveInlining)] public readonly nint Stride(int operand, int d) => strides[operand * MaxRank + d];
    public readonly nint InnerStride(int operand) => strides[operand * MaxRank + Rank - 1];

    [SkipLocalsInit]
    public Layout(ReadOnlySpan<int> shape, ReadOnlySpan<int> a, ReadOnlySpan<int> b, ReadOnlySpan<int> c, int operands)
    {
        int rank = 0, length = 1;
        for (int d = 0; d < shape.Length; d++)
        {
            int size = shape[d];
            length = checked(length * size);
            if (size == 1) continue;
            int sa = a[d], sb = operands > 1 ? b[d] : 0, sc = operands > 2 ? c[d] : 0;
            int last = rank - 1;
            if (rank > 0 && strides[last] == sa * size && strides[MaxRank + last] == sb * size && strides[2 * MaxRank + last] == sc * size)
            {
                sizes[last] *= size;
            }
            else
            {
                if (rank == MaxRank) throw new ArgumentException($"A loop over {shape.Length} dimensions that cannot be merged to {MaxRank}.");
                last = rank++;
                sizes[last] = size;
            }
            strides[last] = sa;
            strides[MaxRank + last] = sb;
            strides[2 * MaxRank + last] = sc;
        }
        if (rank == 0)
        {
            rank = 1;
            sizes[0] = 1;
            strides[0] = strides[MaxRank] = strides[2 * MaxRank] = 0;
        }
        Rank = rank;
        Length = length;
        Inner = sizes[rank - 1];
    }

    /// <summary>Where an operand stands at the row (all dimensions but the last) of this number.</summary>
    public readonly nint Offset(int operand, long row)
    {
        nint offset = 0;
        for (int d = Rank - 2; d >= 0; d--)
        {
            (row, long index) = Math.DivRem(row, sizes[d]);
            offset += (nint)index * strides[operand * MaxRank + d];
        }
        return offset;
    }
}
