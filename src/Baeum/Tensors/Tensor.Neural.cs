using System.Globalization;

namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>The rows of a table that these ids name: ids [...] and table [count, size] give [..., size].</summary>
    /// <param name="table">[count, size].</param>
    /// <param name="paddingIndex">The row that gets no gradient, from the end if negative; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id lies outside the table.</exception>
    public Tensor Embedding(Tensor table, int? paddingIndex = null) => EmbeddingOp.Apply(this, table, PaddingRow(table.Shape, paddingIndex));

    /// <summary>Sets each element to zero with a probability and enlarges the others, so that the expectation stays (Srivastava and others, 2014).</summary>
    /// <param name="probability">Of being dropped, 0 to 1.</param>
    /// <param name="generator">Where the mask comes from; one draw an element, in their order.</param>
    /// <param name="training">Without training nothing is dropped.</param>
    public Tensor Dropout(double probability, RandomGenerator generator, bool training = true)
    {
        CheckDropout(probability, nameof(Dropout));
        if (!training || probability == 0) return this;
        return DropoutOp.Apply(this, DrawKept(Shape, probability, generator), KeptScale(probability));
    }

    /// <summary>Which elements dropout keeps, Bool.</summary>
    internal static Tensor DrawKept(Shape shape, double probability, RandomGenerator generator)
    {
        var kept = Allocate(shape, DType.Bool);
        if (probability == 1) kept.Write<bool>().Clear();
        else generator.Bernoulli(kept.Write<bool>(), 1 - probability);
        return kept;
    }

    /// <summary>What dropout multiplies those by.</summary>
    internal static double KeptScale(double probability) => probability == 1 ? 0 : 1 / (1 - probability);

    /// <summary>As <see cref="Dropout"/>, but whole channels of [batch, channels, ...] at once (Tompson and others, 2015).</summary>
    /// <param name="probability">Of being dropped, 0 to 1.</param>
    /// <param name="generator">Where the mask comes from; one draw a channel.</param>
    /// <param name="training">Without training nothing is dropped.</param>
    public Tensor ChannelDropout(double probability, RandomGenerator generator, bool training = true)
    {
        CheckDropout(probability, nameof(ChannelDropout));
        if (Rank < 2) throw new ArgumentException($"ChannelDropout: x must be [batch, channels, ...], got {Shape}.");
        if (!training || probability == 0) return this;
        var sizes = new int[Rank];
        Array.Fill(sizes, 1);
        (sizes[0], sizes[1]) = (Shape[0], Shape[1]);
        return this * Ones(Shape.Own(sizes), DType).Dropout(probability, generator);
    }

    internal static void CheckDropout(double probability, string name)
    {
        if (!(probability >= 0 && probability <= 1)) throw new ArgumentException($"{name}: the probability must lie between 0 and 1, got {probability.ToString(CultureInfo.InvariantCulture)}.");
    }

    internal static int PaddingRow(Shape table, int? paddingIndex)
    {
        if (paddingIndex is not { } index || table.Rank != 2) return -1;
        int row = index < 0 ? index + table[0] : index;
        return (uint)row < (uint)table[0] ? row : throw new ArgumentException($"Embedding: there is no padding row {index} in a table {table}.");
    }
}
