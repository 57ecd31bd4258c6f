namespace Baeum.Text;

/// <summary>A text as a model reads it: one entry a token in every list.</summary>
public sealed class Encoding
{
    private int[] ids, typeIds, attentionMask, specialTokensMask, sequenceIds;
    private string[] tokens;
    private (int Start, int End)[] offsets;
    private int?[] wordIds;

    internal Encoding(int[] ids, string[] tokens, (int Start, int End)[] offsets, int?[] wordIds, int typeId, int sequence, bool special = false)
    {
        (this.ids, this.tokens, this.offsets, this.wordIds) = (ids, tokens, offsets, wordIds);
        typeIds = Filled(typeId);
        attentionMask = Filled(1);
        specialTokensMask = Filled(special ? 1 : 0);
        sequenceIds = Filled(special ? -1 : sequence);

        int[] Filled(int value)
        {
            int[] values = new int[ids.Length];
            Array.Fill(values, value);
            return values;
        }
    }

    /// <summary>Special tokens, which come from no text.</summary>
    internal static Encoding OfSpecial(int[] ids, string[] tokens, int typeId) => new([.. ids], [.. tokens], new (int, int)[ids.Length], new int?[ids.Length], typeId, -1, special: true);

    private Encoding(Encoding from, Range range)
    {
        (ids, tokens, offsets, wordIds) = (from.ids[range], from.tokens[range], from.offsets[range], from.wordIds[range]);
        (typeIds, attentionMask, specialTokensMask, sequenceIds) = (from.typeIds[range], from.attentionMask[range], from.specialTokensMask[range], from.sequenceIds[range]);
    }

    /// <summary>How many tokens.</summary>
    public int Count => ids.Length;

    /// <summary>The numbers that go into the model.</summary>
    public IReadOnlyList<int> Ids => ids;

    /// <summary>The tokens' strings.</summary>
    public IReadOnlyList<string> Tokens => tokens;

    /// <summary>Where each token comes from in the original text, in chars, the end not included; (0, 0) for what was added.</summary>
    public IReadOnlyList<(int Start, int End)> Offsets => offsets;

    /// <summary>The number of the word (as the pre-tokenizer cut it) that each token belongs to; null for what was added.</summary>
    public IReadOnlyList<int?> WordIds => wordIds;

    /// <summary>0 for the first text and 1 for the second, as the model wants it.</summary>
    public IReadOnlyList<int> TypeIds => typeIds;

    /// <summary>1 for tokens, 0 for padding.</summary>
    public IReadOnlyList<int> AttentionMask => attentionMask;

    /// <summary>1 for special tokens and padding that were added, 0 for tokens of the text.</summary>
    public IReadOnlyList<int> SpecialTokensMask => specialTokensMask;

    /// <summary>0 for tokens of the first text, 1 for those of the second, -1 for what was added.</summary>
    public IReadOnlyList<int> SequenceIds => sequenceIds;

    /// <summary>What truncation cut off, in windows of the same length.</summary>
    public IReadOnlyList<Encoding> Overflowing { get; internal set; } = [];

    /// <summary>A copy of the ids, to build a tensor from.</summary>
    public int[] ToArray() => [.. ids];

    internal (int Start, int End)[] OffsetArray => offsets;

    internal void SetTypeIds(int typeId)
    {
        Array.Fill(typeIds, typeId);
        foreach (Encoding part in Overflowing)
            part.SetTypeIds(typeId);
    }

    /// <summary>Keeps so many tokens; the rest becomes <see cref="Overflowing"/>, in windows that share <paramref name="stride"/> tokens.</summary>
    internal Encoding Truncate(int length, int stride, bool left)
    {
        if (length >= Count)
            return this;
        if (length == 0)
            return new Encoding(this, ..0) { Overflowing = [this] };
        if (stride >= length)
            throw new TokenizerException($"Truncation: the stride {stride} must be less than the {length} tokens that remain of a text after special tokens.");
        var windows = new List<Encoding>();
        int step = length - stride;
        for (int at = left ? Count : 0; ; at += left ? -step : step)
        {
            (int start, int end) = left ? (Math.Max(0, at - length), at) : (at, Math.Min(at + length, Count));
            windows.Add(new Encoding(this, start..end));
            if (left ? start == 0 : end == Count)
                break;
        }
        windows[0].Overflowing = windows[1..];
        return windows[0];
    }

    internal void Pad(int length, TokenPadding padding)
    {
        foreach (Encoding part in Overflowing)
            part.Pad(length, padding);
        int count = length - Count;
        if (count <= 0)
            return;
        bool left = padding.Left;
        ids = Extended(ids, count, padding.Id, left);
        tokens = Extended(tokens, count, padding.Token, left);
        offsets = Extended(offsets, count, (0, 0), left);
        wordIds = Extended(wordIds, count, null, left);
        typeIds = Extended(typeIds, count, padding.TypeId, left);
        attentionMask = Extended(attentionMask, count, 0, left);
        specialTokensMask = Extended(specialTokensMask, count, 1, left);
        sequenceIds = Extended(sequenceIds, count, -1, left);
    }

    /// <summary>One encoding after the other; overflowing windows are combined with all others.</summary>
    internal static Encoding Join(IReadOnlyList<Encoding> parts)
    {
        if (parts.Count == 1)
            return parts[0];
        Encoding joined = parts.Count == 0 ? new Encoding([], [], [], [], 0, 0) : parts[0];
        for (int i = 1; i < parts.Count; i++)
            joined = joined.Followed(parts[i]);
        return joined;
    }

    private Encoding Followed(Encoding next)
    {
        var overflowing = new List<Encoding>();
        foreach (Encoding mine in Overflowing)
        {
            overflowing.Add(mine.Followed(next));
            overflowing.AddRange(next.Overflowing.Select(other => mine.WithoutOverflow().Followed(other)));
        }
        overflowing.AddRange(next.Overflowing.Select(other => WithoutOverflow().Followed(other)));
        Encoding joined = WithoutOverflow();
        joined.ids = [.. ids, .. next.ids];
        joined.tokens = [.. tokens, .. next.tokens];
        joined.offsets = [.. offsets, .. next.offsets];
        joined.wordIds = [.. wordIds, .. next.wordIds];
        joined.typeIds = [.. typeIds, .. next.typeIds];
        joined.attentionMask = [.. attentionMask, .. next.attentionMask];
        joined.specialTokensMask = [.. specialTokensMask, .. next.specialTokensMask];
        joined.sequenceIds = [.. sequenceIds, .. next.sequenceIds];
        joined.Overflowing = overflowing;
        return joined;
    }

    private Encoding WithoutOverflow() => new(this, ..);

    private static T[] Extended<T>(T[] values, int count, T with, bool left)
    {
        var longer = new T[values.Length + count];
        Array.Copy(values, 0, longer, left ? count : 0, values.Length);
        Array.Fill(longer, with, left ? 0 : values.Length, count);
        return longer;
    }
}
