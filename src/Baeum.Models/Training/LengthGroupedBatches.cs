using System.Collections;

namespace Baeum.Models;

/// <summary>
/// Batches of alike long examples, so that little is padded: the examples are put into random order, parts of it sorted by length and cut into
/// batches, and the batches put into random order. Each enumeration is an epoch with an order of its own.
/// </summary>
public sealed class LengthGroupedBatches : IReadOnlyCollection<int[]>
{
    // sorting all examples would make the same ones meet in every epoch
    private const int BatchesSortedTogether = 50;
    private readonly IReadOnlyList<int> lengths;
    private readonly int batchSize;
    private readonly RandomGenerator generator;

    /// <summary>Batches of the numbers of examples.</summary>
    /// <param name="lengths">How long each example is.</param>
    /// <param name="batchSize">Examples of a batch; the last may have fewer.</param>
    /// <param name="generator">Draws the orders.</param>
    /// <exception cref="ArgumentException">The batch size is below 1.</exception>
    public LengthGroupedBatches(IReadOnlyList<int> lengths, int batchSize, RandomGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentNullException.ThrowIfNull(generator);
        if (batchSize < 1) throw new ArgumentException($"LengthGroupedBatches: the batch size {batchSize} is below 1.", nameof(batchSize));
        (this.lengths, this.batchSize, this.generator) = (lengths, batchSize, generator);
    }

    /// <summary>How many batches an epoch has.</summary>
    public int Count => (lengths.Count + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public IEnumerator<int[]> GetEnumerator()
    {
        int[][] batches = [.. generator.Permutation(lengths.Count)
            .Chunk(checked(batchSize * BatchesSortedTogether))
            .SelectMany(part => part.OrderBy(example => lengths[example]).Chunk(batchSize))];
        generator.Shuffle<int[]>(batches);
        return ((IEnumerable<int[]>)batches).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
