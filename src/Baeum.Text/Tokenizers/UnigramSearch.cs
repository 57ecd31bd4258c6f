using System.Runtime.CompilerServices;

namespace Baeum.Text;

/// <summary>
/// The most probable way to cut text into pieces that are drawn independently (Kudo 2018): Viterbi's algorithm, the places from left to right. Linear in the
/// text's length; the memory is given back at places that no piece reaches across.
/// </summary>
internal sealed class UnigramSearch
{
    /// <summary>How much less probable than the least probable piece an unknown character is.</summary>
    internal const double UnknownPenalty = 10;

    private const int LongestStretch = 1 << 12;

    private static readonly State Unreached = new() { Best = double.NegativeInfinity };

    private readonly PieceTrie trie;
    private readonly double[] scores;
    private readonly double unknownScore;
    private readonly double largestStep;
    private readonly int farthestStep;
    private readonly bool single;

    /// <summary>Prepares it.</summary>
    /// <param name="trie">The pieces.</param>
    /// <param name="scores">Their log probabilities by id.</param>
    /// <param name="unknownScore">The log probability of a character that is no piece.</param>
    /// <param name="single">True to round sums to single precision as SentencePiece does, so that ties fall as they do there.</param>
    internal UnigramSearch(PieceTrie trie, double[] scores, double unknownScore, bool single)
    {
        this.trie = trie;
        this.scores = scores;
        this.unknownScore = unknownScore;
        this.single = single;
        farthestStep = Math.Max(2, trie.LongestEntry);
        largestStep = scores.Append(unknownScore).Max(Math.Abs);
    }

    /// <summary>Finds the best path.</summary>
    /// <param name="text">The text.</param>
    /// <param name="score">The score of what lies before it; then of all.</param>
    /// <param name="memory">Takes the path at its end.</param>
    /// <returns>By how much, at the least, each choice on the path was better than the next best.</returns>
    internal double Run(ReadOnlySpan<char> text, ref double score, SegmentMemory memory)
    {
        double margin = double.PositiveInfinity;
        // states hold the places from origin on; those up to ready are prepared, and no piece so far reaches beyond reach
        int origin = 0, ready = 0, reach = 0;
        State[] states = memory.States(1);
        states[0] = new State { Best = score };
        for (int start = 0; start < text.Length;)
        {
            if (start == reach && start - origin >= LongestStretch)
            {
                margin = Math.Min(margin, Backtrack(states, start - origin, memory));
                states[0] = states[start - origin];
                origin = ready = start;
            }
            int farthest = Math.Min(text.Length, start + farthestStep);
            if (farthest > ready)
            {
                states = memory.States(farthest - origin + 1);
                states.AsSpan(ready - origin + 1, farthest - ready).Fill(Unreached);
                ready = farthest;
            }
            double before = states[start - origin].Best;
            int width = char.IsHighSurrogate(text[start]) && start + 1 < text.Length && char.IsLowSurrogate(text[start + 1]) ? 2 : 1;
            bool wholeCharacter = false;
            int node = PieceTrie.Root;
            for (int end = start; end < text.Length;)
            {
                node = trie.Next(node, text[end++]);
                if (node < 0)
                    break;
                int id = trie.IdAt(node);
                if (id < 0)
                    continue;
                wholeCharacter |= end - start == width;
                reach = Math.Max(reach, end);
                Offer(ref states[end - origin], before + scores[id], start - origin, id);
            }
            if (!wholeCharacter)
            {
                reach = Math.Max(reach, start + width);
                Offer(ref states[start + width - origin], Round(before + unknownScore), start - origin, -1);
            }
            start += width;
        }
        margin = Math.Min(margin, Backtrack(states, text.Length - origin, memory));
        score = states[text.Length - origin].Best;
        return margin;
    }

    /// <summary>The score after some more pieces, rounded at every step as the search does.</summary>
    internal double Add(double score, ReadOnlySpan<PathPiece> path)
    {
        foreach (PathPiece piece in path)
            score = Round(score + (piece.Id < 0 ? unknownScore : scores[piece.Id]));
        return score;
    }

    /// <summary>How far rounding can move the difference of two paths through a segment that begins at a score.</summary>
    internal double RoundingBound(double score, int length) => single ? (length + 1) * (Math.Abs(score) + (length * largestStep)) * 1.2e-7 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(ref State state, double candidate, int start, int id)
    {
        double gap = candidate - state.Best;
        if (gap > 0)
            state = new State { Best = Round(candidate), Gap = gap, Start = start, Id = id };
        else
            state.Gap = Math.Min(state.Gap, -gap);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Round(double value) => single ? (float)value : value;

    private static double Backtrack(State[] states, int end, SegmentMemory memory)
    {
        double margin = double.PositiveInfinity;
        int first = memory.Path.Length;
        for (int at = end; at > 0; at = states[at].Start)
        {
            memory.Add(new PathPiece(states[at].Id, at - states[at].Start));
            margin = Math.Min(margin, states[at].Gap);
        }
        memory.Reverse(first);
        return margin;
    }

    /// <summary>The best way to a place.</summary>
    internal struct State
    {
        internal double Best, Gap;
        internal int Start, Id;
    }
}
