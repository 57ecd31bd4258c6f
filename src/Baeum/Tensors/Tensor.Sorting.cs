using System.Globalization;

namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>
    /// The elements in order along a dimension, and the index at which each one stood. Equal elements keep their order; NaN is the largest.
    /// Gradients flow through the values.
    /// </summary>
    public ValuesAndIndices Sort(int dim = -1, bool descending = false)
    {
        int d = Shape.Dim(dim, nameof(Sort));
        return SortOps.First(this, d, Rank == 0 ? 1 : Shape[d], descending, nameof(Sort));
    }

    /// <summary>The indices that put a dimension in order, Int64; equal elements keep their order.</summary>
    public Tensor ArgSort(int dim = -1, bool descending = false) => Detach().Sort(dim, descending).Indices;

    /// <summary>The elements in ascending order along dimension 0.</summary>
    public Tensor MSort() => Sort(0).Values;

    /// <summary>The largest (or smallest) elements along a dimension, the most extreme first, and their indices.</summary>
    /// <param name="count">How many, at most the size of the dimension.</param>
    /// <param name="dim">The dimension.</param>
    /// <param name="largest">Whether the largest are wanted.</param>
    public ValuesAndIndices TopK(int count, int dim = -1, bool largest = true)
    {
        int d = Shape.Dim(dim, nameof(TopK)), size = Rank == 0 ? 1 : Shape[d];
        if (count < 0 || count > size) throw new ArgumentException($"TopK: cannot choose {count} elements from dimension {dim} of shape {Shape}, which has {size}.");
        return SortOps.First(this, d, count, largest, nameof(TopK));
    }

    /// <summary>The k-th smallest element along a dimension (1 is the smallest) and its index.</summary>
    public ValuesAndIndices KthValue(int k, int dim = -1, bool keepDim = false)
    {
        int d = Shape.Dim(dim, nameof(KthValue)), size = Rank == 0 ? 1 : Shape[d];
        if (k < 1 || k > size) throw new ArgumentException($"KthValue: there is no {k}. smallest element in dimension {dim} of shape {Shape}; k goes from 1 to {size}.");
        var (values, indices) = SortOps.First(this, d, k, descending: false, nameof(KthValue));
        if (Rank == 0) return new(values, indices);
        (values, indices) = (values.Narrow(d, k - 1, 1), indices.Narrow(d, k - 1, 1));
        return keepDim ? new(values, indices) : new(values.Squeeze(d), indices.Squeeze(d));
    }

    /// <summary>The different elements in ascending order.</summary>
    /// <returns>
    /// Values [n]; Inverse, Int64 in the shape of this tensor: where each element stands in Values; Counts, Int64 [n]: how often each occurs.
    /// </returns>
    public (Tensor Values, Tensor Inverse, Tensor Counts) Unique()
    {
        Autograd.RefuseGradient(nameof(Unique), this);
        var (values, order) = Reshape(-1).Sort();
        var places = order.Read<long>();
        var firsts = SortOps.Firsts(values);
        var inverse = new long[Count];
        var counts = new long[firsts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            int end = i + 1 < firsts.Length ? firsts[i + 1] : Count;
            counts[i] = end - firsts[i];
            for (int j = firsts[i]; j < end; j++) inverse[places[j]] = i;
        }
        return (TakeOp.Apply(values, Blocks.Along(values.Shape, 0, firsts)), Wrap(inverse, Shape), Wrap(counts));
    }

    /// <summary>How often each whole number occurs: Int64 [largest + 1], or the sums of weights.</summary>
    /// <param name="weights">In the shape of this tensor; each occurrence then counts that much, and the result has its type.</param>
    /// <param name="minLength">The result is at least this long.</param>
    /// <exception cref="ArgumentException">This is no Int64 vector, or it holds a negative number.</exception>
    public Tensor BinCount(Tensor? weights = null, int minLength = 0)
    {
        if (DType != DType.Int64 || Rank != 1) throw new ArgumentException($"BinCount: needs a vector of Int64, got {Describe()}.");
        if (weights is not null && !weights.Shape.Equals(Shape)) throw new ArgumentException($"BinCount: weights of shape {weights.Shape} for numbers of shape {Shape}.");
        long size = minLength;
        foreach (long number in Contiguous().Read<long>())
        {
            if (number < 0 || number >= Array.MaxLength) throw new ArgumentException($"BinCount: numbers must lie between 0 and {Array.MaxLength - 1}, got {number}.");
            size = Math.Max(size, number + 1);
        }
        weights ??= Ones(Shape, DType.Int64);
        return Zeros([(int)size], weights.DType).IndexAdd(0, this, weights);
    }

    /// <summary>
    /// Where values would have to be put into this ordered tensor: Int64 in the shape of <paramref name="values"/>. This tensor is a vector,
    /// or has the leading dimensions of the values, each row ordered for itself.
    /// </summary>
    /// <param name="values">What is looked for.</param>
    /// <param name="right">Behind equal elements instead of before them.</param>
    public Tensor SearchSorted(Tensor values, bool right = false)
    {
        bool shared = Rank == 1;
        if (!shared && (Rank == 0 || Rank != values.Rank || !Shape.With(Rank - 1, 1).Equals(values.Shape.With(Rank - 1, 1))))
            throw new ArgumentException($"SearchSorted: the ordered tensor of shape {Shape} must be a vector or have the leading sizes of the values, shape {values.Shape}.");
        var dtype = DTypes.Promote(DType, values.DType);
        return SortOps.Search(Detach().To(dtype).Contiguous(), values.Detach().To(dtype).Contiguous(), shared, right);
    }

    /// <summary>How many elements fall into each of some bins of equal width; what lies outside is not counted.</summary>
    /// <param name="bins">The number of bins.</param>
    /// <param name="minimum">The left edge of the first bin; the smallest element if it is not given.</param>
    /// <param name="maximum">The right edge of the last bin, which belongs to it; the largest element if it is not given.</param>
    /// <returns>Counts, Int64 [bins]; Edges, Float64 [bins + 1].</returns>
    public (Tensor Counts, Tensor Edges) Histogram(int bins, double? minimum = null, double? maximum = null)
    {
        if (bins < 1) throw new ArgumentException($"Histogram: needs at least one bin, got {bins}.");
        var values = Detach().To(DType.Float64).ToArray<double>();
        double low = minimum ?? (values.Length == 0 ? 0 : values.Min()), high = maximum ?? (values.Length == 0 ? 1 : values.Max());
        if (!double.IsFinite(low) || !double.IsFinite(high) || low > high) throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Histogram: the range {low} to {high} is not a finite interval; give minimum and maximum."));
        if (low == high) (low, high) = (low - 0.5, high + 0.5);
        var edges = Linspace(low, high, bins + 1, DType.Float64).ToArray<double>();
        var counts = new long[bins];
        foreach (double x in values)
        {
            if (!(x >= low && x <= high)) continue;
            int bin = Math.Min((int)((x - low) / (high - low) * bins), bins - 1);
            // the division rounds: the edges decide
            if (x < edges[bin]) bin--;
            else if (bin < bins - 1 && x >= edges[bin + 1]) bin++;
            counts[bin]++;
        }
        return (Wrap(counts), Wrap(edges));
    }
}
