namespace Baeum.Models;

/// <summary>
/// T5's pre-training task (Raffel and others, 2020): spans of a text are each replaced by one sentinel, and the answer is the sentinels with
/// what they stand for.
/// </summary>
/// <remarks>
/// "Thank you for inviting me to your party last week" becomes "Thank you ⟨0⟩ me to your party ⟨1⟩ week" with the answer
/// "⟨0⟩ for inviting ⟨1⟩ last". Every token of the text stands in exactly one of the two.
/// </remarks>
public sealed class SpanCorruption
{
    private readonly IReadOnlyList<int> sentinels;
    private readonly int? endId;
    private readonly double density, meanLength;

    /// <summary>Corruption with some sentinels.</summary>
    /// <param name="sentinels">The ids of the sentinels in the order of their use, such as those of <c>&lt;extra_id_0&gt;</c> and so on.</param>
    /// <param name="endId">What ends both sides; null: nothing.</param>
    /// <param name="density">Which share of the pieces is taken out.</param>
    /// <param name="meanLength">How long a span is in the mean.</param>
    /// <exception cref="ArgumentException">There is no sentinel, the density is not between 0 and 1, or the length below 1.</exception>
    public SpanCorruption(IReadOnlyList<int> sentinels, int? endId = null, double density = 0.15, double meanLength = 3)
    {
        ArgumentNullException.ThrowIfNull(sentinels);
        if (sentinels.Count == 0) throw new ArgumentException("SpanCorruption: there is no sentinel.", nameof(sentinels));
        if (!(density > 0 && density < 1)) throw new ArgumentException($"SpanCorruption: the density {density} is not between 0 and 1.", nameof(density));
        if (!(meanLength >= 1)) throw new ArgumentException($"SpanCorruption: the mean length {meanLength} is below 1.", nameof(meanLength));
        (this.sentinels, this.endId, this.density, this.meanLength) = (sentinels, endId, density, meanLength);
    }

    /// <summary>Takes spans out of a text.</summary>
    /// <param name="ids">At least two pieces.</param>
    /// <param name="generator">Draws where.</param>
    /// <returns>The text with sentinels, and the answer.</returns>
    /// <exception cref="ArgumentException">There are fewer than two pieces.</exception>
    public (int[] Inputs, int[] Targets) Corrupt(IReadOnlyList<int> ids, RandomGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(generator);
        if (ids.Count < 2) throw new ArgumentException($"SpanCorruption: of {ids.Count} pieces none can be taken out and one stay.", nameof(ids));
        int removed = Math.Clamp((int)Math.Round(ids.Count * density), 1, ids.Count - 1);
        int spans = Math.Clamp((int)Math.Round(removed / meanLength), 1, Math.Min(sentinels.Count, Math.Min(removed, ids.Count - removed)));
        int[] kept = Parts(ids.Count - removed, spans, generator), taken = Parts(removed, spans, generator);
        var inputs = new List<int>();
        var targets = new List<int>();
        int place = 0;
        for (int span = 0; span < spans; span++)
        {
            for (int i = 0; i < kept[span]; i++) inputs.Add(ids[place++]);
            inputs.Add(sentinels[span]);
            targets.Add(sentinels[span]);
            for (int i = 0; i < taken[span]; i++) targets.Add(ids[place++]);
        }
        if (endId is { } end)
        {
            inputs.Add(end);
            targets.Add(end);
        }
        return ([.. inputs], [.. targets]);
    }

    /// <summary>A number as a sum of so many numbers above 0; every such sum is equally likely.</summary>
    private static int[] Parts(int total, int count, RandomGenerator generator)
    {
        int[] cuts = [0, .. generator.Permutation(total - 1)[..(count - 1)].Select(cut => cut + 1).Order(), total];
        return [.. Enumerable.Range(0, count).Select(i => cuts[i + 1] - cuts[i])];
    }
}
