using System.Collections;

namespace Baeum.Models;

/// <summary>
/// Batches of pairs with about the same number of pieces, padding included: many short pairs or a few long ones. Pairs of alike length on
/// both sides meet, so that little is padded and every step costs about the same. Each enumeration is an epoch with an order of its own.
/// </summary>
public sealed class PieceBudgetBatches : IReadOnlyCollection<int[]>
{
    // pairs whose answers differ by up to a sixth in length count as alike; within them the source's length decides
    private const double ClassesPerE = 6;
    private readonly IReadOnlyList<(int Source, int Target)> lengths;
    private readonly int budget;
    private readonly RandomGenerator generator;

    /// <summary>Batches of the numbers of pairs.</summary>
    /// <param name="lengths">Pieces of each pair's two sides.</param>
    /// <param name="budget">The most pieces of a batch, both sides and padding; a pair that is longer by itself is a batch of its own.</param>
    /// <param name="generator">Draws the orders.</param>
    /// <exception cref="ArgumentException">The budget is below 1.</exception>
    public PieceBudgetBatches(IReadOnlyList<(int Source, int Target)> lengths, int budget, RandomGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentNullException.ThrowIfNull(generator);
        if (budget < 1) throw new ArgumentException($"PieceBudgetBatches: the budget of {budget} pieces is below 1.", nameof(budget));
        (this.lengths, this.budget, this.generator) = (lengths, budget, generator);
        // equally long pairs change places between epochs, the lengths in order do not
        Count = Cut([.. Enumerable.Range(0, lengths.Count)]).Count;
    }

    /// <summary>How many batches an epoch has.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public IEnumerator<int[]> GetEnumerator()
    {
        int[][] batches = [.. Cut(generator.Permutation(lengths.Count))];
        generator.Shuffle<int[]>(batches);
        return ((IEnumerable<int[]>)batches).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<int[]> Cut(int[] order)
    {
        var batches = new List<int[]>();
        var batch = new List<int>();
        int source = 0, target = 0;
        foreach (int pair in order.OrderBy(Class).ThenBy(pair => lengths[pair].Source).ThenBy(pair => lengths[pair].Target))
        {
            int longerSource = Math.Max(source, lengths[pair].Source), longerTarget = Math.Max(target, lengths[pair].Target);
            if (batch.Count > 0 && (batch.Count + 1L) * (longerSource + longerTarget) > budget)
            {
                batches.Add([.. batch]);
                batch.Clear();
                (longerSource, longerTarget) = lengths[pair];
            }
            batch.Add(pair);
            (source, target) = (longerSource, longerTarget);
        }
        if (batch.Count > 0) batches.Add([.. batch]);
        return batches;
    }

    private double Class(int pair) => Math.Round(Math.Log(Math.Max(1, lengths[pair].Target)) * ClassesPerE);
}
