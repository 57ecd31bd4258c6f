namespace Baeum.Inference;

/// <summary>How a model goes on with a text; the meanings are those of Hugging Face's <c>generate</c>.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most new pieces.</summary>
    public int MaxNewTokens { get; init; } = 20;

    /// <summary>Pieces before which a text cannot end.</summary>
    public int MinNewTokens { get; init; }

    /// <summary>The pieces that end a text; none: it goes on to <see cref="MaxNewTokens"/>.</summary>
    public IReadOnlyList<int> EndIds { get; init; } = [];

    /// <summary>What stands behind the end of the shorter texts of a batch.</summary>
    public int PaddingId { get; init; }

    /// <summary>Beams of a search; 1: greedy or sampled.</summary>
    public int BeamCount { get; init; } = 1;

    /// <summary>Finished beams are compared by score / length^this; above 1 favours long texts.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>When a beam search ends.</summary>
    public BeamStopping EarlyStopping { get; init; } = BeamStopping.WhenNoBetter;

    /// <summary>No sequence of so many pieces occurs twice; 0: they may.</summary>
    public int NoRepeatNgramSize { get; init; }

    /// <summary>Divides the scores (multiplies negative ones) of pieces that occur already; 1: no change.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken from the score of each piece that was generated already.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Taken from the score of a piece for each time that it was generated.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Whether pieces are drawn by their probabilities rather than the best taken.</summary>
    public bool Sample { get; init; }

    /// <summary>Divides the scores before they become probabilities: below 1 bolder, above 1 more varied.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only so many best pieces are drawn from; 0: all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the best pieces that together reach this probability are drawn from.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Only pieces of at least this share of the best one's probability are drawn from.</summary>
    public double MinP { get; init; }

    /// <summary>Where the draws come from; needed with <see cref="Sample"/>.</summary>
    public RandomGenerator? Generator { get; init; }

    /// <summary>Called with each new piece of each row; false ends the generation. Not for beam search, which settles its pieces at the end.</summary>
    public Func<int, int, bool>? OnToken { get; init; }

    /// <summary>Throws if a value makes no sense.</summary>
    /// <exception cref="ArgumentException">One does; the message names it.</exception>
    internal void Check()
    {
        Require(MaxNewTokens >= 1, nameof(MaxNewTokens), MaxNewTokens, "1 or more");
        Require(BeamCount >= 1, nameof(BeamCount), BeamCount, "1 or more");
        Require(NoRepeatNgramSize >= 0, nameof(NoRepeatNgramSize), NoRepeatNgramSize, "0 or more");
        Require(RepetitionPenalty > 0, nameof(RepetitionPenalty), RepetitionPenalty, "above 0");
        Require(Temperature > 0, nameof(Temperature), Temperature, "above 0; for the best piece each time leave Sample off");
        Require(TopK >= 0, nameof(TopK), TopK, "0 or more");
        Require(TopP is > 0 and <= 1, nameof(TopP), TopP, "above 0 and at most 1");
        Require(MinP is >= 0 and <= 1, nameof(MinP), MinP, "from 0 to 1");
        if (Sample && Generator is null) throw new ArgumentException("GenerationOptions: Sample needs a Generator to draw from.");
        if (Sample && BeamCount > 1) throw new ArgumentException("GenerationOptions: a beam search does not sample; use one of them.");
    }

    private static void Require(bool fits, string name, double value, string allowed)
    {
        if (!fits) throw new ArgumentException(FormattableString.Invariant($"GenerationOptions: {name} is {value}; it must be {allowed}."));
    }
}

/// <summary>When a beam search ends.</summary>
public enum BeamStopping
{
    /// <summary>When the best running beam, ended now, would not beat the worst finished one.</summary>
    WhenNoBetter,

    /// <summary>When there are as many finished beams as beams.</summary>
    WhenFull,

    /// <summary>When no running beam could ever beat the worst finished one.</summary>
    Never,
}
