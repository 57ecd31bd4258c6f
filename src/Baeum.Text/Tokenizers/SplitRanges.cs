namespace Baeum.Text;

/// <summary>What becomes of the delimiters when text is cut: for <c>the-final--countdown</c> cut at <c>-</c>.</summary>
public enum SplitBehavior
{
    /// <summary>the, final, countdown</summary>
    Removed,

    /// <summary>the, -, final, -, -, countdown</summary>
    Isolated,

    /// <summary>the-, final-, -, countdown</summary>
    MergedWithPrevious,

    /// <summary>the, -final, -, -countdown</summary>
    MergedWithNext,

    /// <summary>the, -, final, --, countdown</summary>
    Contiguous,
}

/// <summary>Turns the places of delimiters into the ranges that remain.</summary>
internal static class SplitRanges
{
    /// <param name="matches">The delimiters, ascending.</param>
    /// <param name="length">The text's length.</param>
    /// <param name="behavior">What becomes of them.</param>
    /// <param name="invert">True when the matches are the words and the gaps the delimiters.</param>
    internal static List<(int Start, int End)> Of(List<(int Start, int End)> matches, int length, SplitBehavior behavior, bool invert = false)
    {
        var all = new List<(int Start, int End, bool Delimiter)>(2 * matches.Count + 1);
        int at = 0;
        foreach ((int start, int end) in matches)
        {
            if (start > at)
                all.Add((at, start, invert));
            if (end > start || start >= at)
                all.Add((start, end, !invert));
            at = Math.Max(at, end);
        }
        if (at < length)
            all.Add((at, length, invert));
        if (behavior == SplitBehavior.MergedWithNext)
            all.Reverse();
        var kept = new List<(int Start, int End)>(all.Count);
        bool previous = false;
        foreach ((int start, int end, bool delimiter) in all)
        {
            bool join = behavior switch
            {
                SplitBehavior.Contiguous => delimiter == previous,
                SplitBehavior.MergedWithPrevious or SplitBehavior.MergedWithNext => delimiter && !previous,
                _ => false,
            };
            previous = delimiter;
            if (behavior == SplitBehavior.Removed && delimiter)
                continue;
            if (join && kept.Count > 0)
                kept[^1] = (Math.Min(kept[^1].Start, start), Math.Max(kept[^1].End, end));
            else
                kept.Add((start, end));
        }
        if (behavior == SplitBehavior.MergedWithNext)
            kept.Reverse();
        return kept;
    }
}
