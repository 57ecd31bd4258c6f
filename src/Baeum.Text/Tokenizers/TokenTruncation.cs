namespace Baeum.Text;

/// <summary>Which text of a pair gives tokens up.</summary>
public enum TruncationStrategy
{
    /// <summary>The longer one first.</summary>
    LongestFirst,

    /// <summary>Only the first.</summary>
    OnlyFirst,

    /// <summary>Only the second.</summary>
    OnlySecond,
}

/// <summary>How encodings are cut to a length.</summary>
/// <param name="MaxLength">The most tokens, special ones included.</param>
/// <param name="Strategy">Which text gives tokens up.</param>
/// <param name="Stride">How many tokens two overflowing windows share.</param>
/// <param name="Left">True to drop tokens at the beginning.</param>
public sealed record TokenTruncation(int MaxLength, TruncationStrategy Strategy = TruncationStrategy.LongestFirst, int Stride = 0, bool Left = false)
{
    /// <summary>Cuts one text or a pair so that <paramref name="addedTokens"/> more still fit.</summary>
    internal (Encoding First, Encoding? Second) Apply(Encoding first, Encoding? second, int addedTokens)
    {
        int room = Math.Max(0, MaxLength - addedTokens), total = first.Count + (second?.Count ?? 0);
        if (room == 0)
            return (Cut(first, 0), second is null ? null : Cut(second, 0));
        if (total <= room)
            return (first, second);
        if (Strategy == TruncationStrategy.LongestFirst)
            return LongestFirst(first, second, room);
        Encoding target = Strategy == TruncationStrategy.OnlyFirst ? first
            : second ?? throw new TokenizerException("Truncation OnlySecond: there is no second text.");
        int left = target.Count - (total - room);
        if (left <= 0)
            throw new TokenizerException($"Truncation {Strategy}: the text has {target.Count} tokens, {total - room} would have to go. Use LongestFirst or a greater MaxLength than {MaxLength}.");
        return Strategy == TruncationStrategy.OnlyFirst ? (Cut(first, left), second) : (first, Cut(second!, left));
    }

    private (Encoding First, Encoding? Second) LongestFirst(Encoding first, Encoding? second, int room)
    {
        if (second is null)
            return (Cut(first, room), null);
        int shorter = Math.Min(first.Count, second.Count);
        int longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
            (shorter, longer) = (room / 2, room / 2 + room % 2);
        return first.Count > second.Count ? (Cut(first, longer), Cut(second, shorter)) : (Cut(first, shorter), Cut(second, longer));
    }

    private Encoding Cut(Encoding encoding, int length) => encoding.Truncate(length, Stride, Left);
}

/// <summary>How encodings of a batch are brought to one length.</summary>
/// <param name="Id">The id to pad with.</param>
/// <param name="Token">Its string.</param>
/// <param name="Length">The length to reach; null: that of the batch's longest.</param>
/// <param name="MultipleOf">Lengths are rounded up to a multiple of this; 0: they are not.</param>
/// <param name="TypeId">The type id of padding.</param>
/// <param name="Left">True to pad at the beginning.</param>
public sealed record TokenPadding(int Id = 0, string Token = "[PAD]", int? Length = null, int MultipleOf = 0, int TypeId = 0, bool Left = false)
{
    // a length from a hostile file must not fill the memory
    private const int MostTokens = 1 << 22;

    internal void Apply(IReadOnlyList<Encoding> encodings)
    {
        if (encodings.Count == 0)
            return;
        int longest = encodings.Max(encoding => encoding.Count);
        long length = Length ?? longest;
        if (MultipleOf > 0 && length % MultipleOf > 0)
            length += MultipleOf - length % MultipleOf;
        if (length > MostTokens && length > longest)
            throw new TokenizerException($"Padding to {length} tokens: at most {MostTokens} make sense.");
        foreach (Encoding encoding in encodings)
            encoding.Pad((int)length, this);
    }
}
