using Baeum.Text;

namespace Baeum.Models;

/// <summary>A batch with hidden pieces.</summary>
/// <param name="Input">The texts with some pieces changed.</param>
/// <param name="Places">Int64 [chosen]: which pieces were chosen, as places in the flattened [batch · time].</param>
/// <param name="Targets">Int64 [chosen]: what stood there.</param>
public sealed record MaskedBatch(TextBatch Input, Tensor Places, Tensor Targets);

/// <summary>How often what was done with pieces.</summary>
/// <param name="Pieces">Pieces that could be chosen.</param>
/// <param name="Masked">Chosen, and [MASK] put in their place.</param>
/// <param name="Replaced">Chosen, and a random piece put in their place.</param>
/// <param name="Kept">Chosen, and left as they are.</param>
public readonly record struct MaskingCounts(long Pieces, long Masked, long Replaced, long Kept)
{
    /// <summary>Pieces that the model is asked for.</summary>
    public long Chosen => Masked + Replaced + Kept;
}

/// <summary>
/// Hides pieces for a masked language model (Devlin and others, 2018): each piece is chosen with a probability of 15 %; of the chosen 80 %
/// become [MASK], 10 % a random piece, and 10 % stay, so that the model cannot rely on [MASK] to know what it is asked for.
/// </summary>
public sealed class MaskedLanguageCollator
{
    private readonly int maskId, vocabularySize, paddingId;
    private readonly double probability, maskedShare, replacedShare;

    /// <summary>A collator.</summary>
    /// <param name="maskId">The id of [MASK].</param>
    /// <param name="vocabularySize">Random pieces are drawn from all ids below it.</param>
    /// <param name="probability">Which share of the pieces is chosen.</param>
    /// <param name="maskedShare">Which share of the chosen becomes [MASK].</param>
    /// <param name="replacedShare">Which share of the chosen becomes a random piece.</param>
    /// <param name="paddingId">What fills shorter texts.</param>
    /// <exception cref="ArgumentException">A share lies outside 0 to 1, or both together above 1.</exception>
    public MaskedLanguageCollator(int maskId, int vocabularySize, double probability = 0.15, double maskedShare = 0.8, double replacedShare = 0.1, int paddingId = 0)
    {
        if (!(probability > 0 && probability <= 1)) throw new ArgumentException($"MaskedLanguageCollator: the probability {probability} is not above 0 and at most 1.", nameof(probability));
        if (!(maskedShare >= 0 && replacedShare >= 0 && maskedShare + replacedShare <= 1))
            throw new ArgumentException($"MaskedLanguageCollator: the shares {maskedShare} and {replacedShare} are not parts of a whole.", nameof(maskedShare));
        (this.maskId, this.vocabularySize, this.probability, this.maskedShare, this.replacedShare, this.paddingId) = (maskId, vocabularySize, probability, maskedShare, replacedShare, paddingId);
    }

    /// <summary>What was done since the beginning.</summary>
    public MaskingCounts Counts { get; private set; }

    /// <summary>Hides pieces of some texts; marks such as [CLS] and [SEP] are never chosen. At least one piece is, where there is any.</summary>
    /// <param name="encodings">The texts.</param>
    /// <param name="generator">Draws what is chosen.</param>
    public MaskedBatch Collate(IReadOnlyList<Encoding> encodings, RandomGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(encodings);
        ArgumentNullException.ThrowIfNull(generator);
        TextBatch batch = TextBatch.Of(encodings, paddingId);
        int length = batch.Ids.Shape[1];
        long[] ids = batch.Ids.ToArray<long>();
        int[] candidates = [.. encodings.SelectMany((encoding, row) => Enumerable.Range(0, encoding.Count).Where(t => encoding.SpecialTokensMask[t] == 0).Select(t => row * length + t))];
        var draws = new double[candidates.Length];
        generator.Uniform(draws);
        if (draws.Length > 0 && draws.Min() >= probability) draws[Array.IndexOf(draws, draws.Min())] = 0;
        int[] chosen = [.. Enumerable.Range(0, draws.Length).Where(i => draws[i] < probability)];
        long[] places = [.. chosen.Select(i => (long)candidates[i])];
        long[] targets = [.. places.Select(place => ids[place])];
        var random = new long[chosen.Length];
        generator.Integers(random, 0, vocabularySize);
        long masked = 0, replaced = 0;
        for (int i = 0; i < chosen.Length; i++)
        {
            // a draw below the probability is, divided by it, an even draw of its own
            double share = draws[chosen[i]] / probability;
            if (share < maskedShare)
            {
                ids[places[i]] = maskId;
                masked++;
            }
            else if (share < maskedShare + replacedShare)
            {
                ids[places[i]] = random[i];
                replaced++;
            }
        }
        Counts = new(Counts.Pieces + candidates.Length, Counts.Masked + masked, Counts.Replaced + replaced, Counts.Kept + chosen.Length - masked - replaced);
        return new(batch with { Ids = Tensor.From(ids).Reshape(batch.Ids.Shape) }, Tensor.From(places), Tensor.From(targets));
    }
}
