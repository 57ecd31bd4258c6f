using System.Collections;
using System.Runtime.CompilerServices;

namespace Baeum;

/// <summary>The sizes of a tensor's dimensions, outermost first; immutable. Written as a collection expression: <c>[2, 3]</c>.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<int>, IEquatable<Shape>
{
    /// <summary>The shape of a tensor without dimensions: one element.</summary>
    public static readonly Shape Scalar = new([]);

    internal readonly int[] Sizes;
    private int[]? strides;
    private int[]? turnedStrides;

    // layers ask the shape of their input for the same change in every step
    private Shape?[]? lastWith;
    private Shape? lastWithout, turned;

    private Shape(int[] sizes)
    {
        Sizes = sizes;
        long count = 1;
        foreach (int size in sizes)
        {
            if (size < 0) throw new ArgumentException($"Shape: sizes must not be negative, got {Format(sizes)}.");
            count *= size;
            if (count > int.MaxValue) throw new ArgumentException($"Shape: {Format(sizes)} has more than {int.MaxValue} elements, the most a tensor can hold.");
        }
        Count = (int)count;
    }

    /// <summary>Builds a shape from sizes.</summary>
    public static Shape Create(ReadOnlySpan<int> sizes) => sizes.Length == 0 ? Scalar : new(sizes.ToArray());

    /// <summary>Takes an array over without copying it; the caller must not change it afterwards.</summary>
    internal static Shape Own(int[] sizes) => sizes.Length == 0 ? Scalar : new(sizes);

    /// <summary>The number of dimensions.</summary>
    public int Rank => Sizes.Length;

    /// <summary>The number of dimensions, under the name that the compiler asks for in <c>[.. shape, 3]</c>; without it, it would take <see cref="Count"/>.</summary>
    public int Length => Sizes.Length;

    /// <summary>The number of elements: the product of the sizes, 1 without dimensions.</summary>
    public int Count { get; }

    int IReadOnlyCollection<int>.Count => Sizes.Length;

    /// <summary>The size of a dimension; negative dimensions count from the end.</summary>
    public int this[int dim] => Sizes[dim < 0 ? dim + Sizes.Length : dim];

    /// <summary>The size of a dimension, also from the end: <c>shape[^1]</c>.</summary>
    public int this[Index dim] => Sizes[dim];

    /// <summary>Row-major strides in elements.</summary>
    internal int[] Strides
    {
        get
        {
            if (strides is { } known) return known;
            var made = new int[Sizes.Length];
            int step = 1;
            for (int d = made.Length - 1; d >= 0; d--)
            {
                made[d] = step;
                step *= Math.Max(1, Sizes[d]);
            }
            return strides = made;
        }
    }

    /// <summary>The sizes as a span.</summary>
    public ReadOnlySpan<int> AsSpan() => Sizes;

    /// <summary>A copy of the sizes.</summary>
    public int[] ToArray() => Sizes.AsSpan().ToArray();

    /// <summary>Counts a dimension from the front; throws with the operation's name if it does not exist.</summary>
    internal int Dim(int dim, string operation, bool onePast = false)
    {
        int rank = Sizes.Length + (onePast ? 1 : 0);
        int front = dim < 0 ? dim + rank : dim;
        if (rank == 0 && dim is 0 or -1) return 0;
        if ((uint)front >= (uint)rank) throw new ArgumentException($"{operation}: there is no dimension {dim} in shape {this}; allowed are {-rank} to {rank - 1}.");
        return front;
    }

    /// <summary>This shape with another size at a dimension.</summary>
    internal Shape With(int dim, int size)
    {
        var known = lastWith ??= new Shape?[Sizes.Length];
        if (known[dim] is { } last && last.Sizes[dim] == size) return last;
        var sizes = ToArray();
        sizes[dim] = size;
        return known[dim] = Own(sizes);
    }

    /// <summary>This shape without a dimension.</summary>
    internal Shape Without(int dim)
    {
        if (lastWithout is { } last && last.Sizes.AsSpan(0, dim).SequenceEqual(Sizes.AsSpan(0, dim)) && last.Sizes.AsSpan(dim).SequenceEqual(Sizes.AsSpan(dim + 1))) return last;
        return lastWithout = Own([.. Sizes.AsSpan(0, dim), .. Sizes.AsSpan(dim + 1)]);
    }

    /// <summary>Of a matrix: columns and rows exchanged.</summary>
    internal Shape Turned => turned ??= Own([Sizes[1], Sizes[0]]);

    /// <summary>The strides that show a row-major matrix of this shape turned; nobody changes them.</summary>
    internal int[] TurnedStrides => turnedStrides ??= [1, Strides[0]];

    /// <summary>This shape with a dimension put in.</summary>
    internal Shape Insert(int dim, int size) => Own([.. Sizes.AsSpan(0, dim), size, .. Sizes.AsSpan(dim)]);

    /// <summary>Splits the shape at a dimension: elements before it, in it, after it.</summary>
    internal (int Outer, int Size, int Inner) SplitAt(int dim)
    {
        if (Sizes.Length == 0) return (1, 1, 1);
        int outer = 1, inner = 1;
        for (int d = 0; d < dim; d++) outer *= Sizes[d];
        for (int d = dim + 1; d < Sizes.Length; d++) inner *= Sizes[d];
        return (outer, Sizes[dim], inner);
    }

    /// <summary>The shape two shapes broadcast to by NumPy's rule: aligned at the end, sizes equal or one of them 1.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Shape Broadcast(Shape a, Shape b, string operation = "Broadcast")
    {
        if (ReferenceEquals(a, b) || Holds(a, b)) return a;
        if (Holds(b, a)) return b;
        var sizes = new int[Math.Max(a.Rank, b.Rank)];
        for (int d = 1; d <= sizes.Length; d++)
        {
            int left = d <= a.Rank ? a.Sizes[^d] : 1, right = d <= b.Rank ? b.Sizes[^d] : 1;
            if (left != right && left != 1 && right != 1)
                throw new ArgumentException($"{operation}: shapes {a} and {b} do not broadcast: sizes {left} and {right} at dimension -{d} differ and neither is 1.");
            sizes[^d] = left == 1 ? right : left;
        }
        return Own(sizes);
    }

    /// <summary>Whether the shape that two broadcast to is the first.</summary>
    private static bool Holds(Shape all, Shape part)
    {
        int lead = all.Rank - part.Rank;
        if (lead < 0) return false;
        for (int d = 0; d < part.Sizes.Length; d++)
        {
            if (part.Sizes[d] != all.Sizes[d + lead] && part.Sizes[d] != 1) return false;
        }
        return true;
    }

    /// <summary>Replaces one -1 by the size that keeps the number of elements.</summary>
    internal static Shape Infer(ReadOnlySpan<int> sizes, int count, string operation)
    {
        int unknown = -1;
        long known = 1;
        for (int d = 0; d < sizes.Length; d++)
        {
            if (sizes[d] == -1)
            {
                if (unknown >= 0) throw new ArgumentException($"{operation}: only one size may be -1, got {Format(sizes)}.");
                unknown = d;
            }
            else if (sizes[d] < 0)
            {
                throw new ArgumentException($"{operation}: sizes must be -1 or not negative, got {Format(sizes)}.");
            }
            else
            {
                known *= sizes[d];
            }
        }
        var shape = sizes.ToArray();
        if (unknown >= 0)
        {
            if (known == 0 || count % known != 0) throw new ArgumentException($"{operation}: {count} elements do not fit into {Format(sizes)}.");
            shape[unknown] = (int)(count / known);
        }
        else if (known != count)
        {
            throw new ArgumentException($"{operation}: {count} elements do not fit into {Format(sizes)}, which has {known}.");
        }
        return Own(shape);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && (ReferenceEquals(this, other) || Sizes.AsSpan().SequenceEqual(other.Sizes));

    /// <inheritdoc/>
    public override bool Equals(object? other) => Equals(other as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int size in Sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>Writes the shape as <c>[2, 3]</c>.</summary>
    public override string ToString() => Format(Sizes);

    internal static string Format(ReadOnlySpan<int> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Sizes.GetEnumerator();

    /// <summary>An array of sizes is a shape.</summary>
    public static implicit operator Shape(int[] sizes) => Create(sizes);
}
