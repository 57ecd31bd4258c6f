using System.Numerics;
using System.Text;

namespace Baeum.Text;

/// <summary>
/// SentencePiece's byte-pair encoding: of all neighbours whose text together is a piece, those with the best score are joined, the leftmost first. Characters
/// that are no piece themselves may still be a part of one.
/// </summary>
internal sealed class SentencePieceMerger
{
    private const int ShortSegment = 32;
    private const ulong NoPair = ulong.MaxValue;

    private readonly List<SentencePieceEntry> pieces;
    private readonly PieceTrie? userDefined;
    private readonly Dictionary<int, int> symbolOfRune = [];
    private readonly int[] symbolOfChar = new int[char.MaxValue + 1];
    // open addressing: left and right symbol to the rank of the score and the piece
    private readonly (ulong Key, ulong Value)[] pairs;
    // most characters of a foreign script are in no pair: known without looking
    private readonly bool[] isLeft, isRight;
    private readonly bool hasUnused;
    // characters that are no pieces, as symbols after those of the pieces
    private readonly List<int> loneRunes = [];

    /// <summary>Prepares the merges of a model.</summary>
    /// <param name="pieces">All its pieces.</param>
    /// <param name="userDefined">Those that always stay whole, if any.</param>
    internal SentencePieceMerger(List<SentencePieceEntry> pieces, PieceTrie? userDefined)
    {
        (this.pieces, this.userDefined) = (pieces, userDefined);
        Array.Fill(symbolOfChar, -1);
        var symbols = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < pieces.Count; id++)
        {
            if (IsText(pieces[id].Kind))
                symbols.Add(pieces[id].Text, id);
        }
        hasUnused = pieces.Any(piece => piece.Kind == SentencePieceKind.Unused);
        AddCharacters(symbols);
        List<(ulong Key, ulong Value)> found = FindPairs(symbols);
        pairs = new (ulong, ulong)[(int)BitOperations.RoundUpToPowerOf2((uint)(2 * found.Count) + 2)];
        pairs.AsSpan().Fill((NoPair, NoPair));
        isLeft = new bool[pieces.Count + loneRunes.Count];
        isRight = new bool[isLeft.Length];
        foreach ((ulong key, ulong value) in found)
        {
            Slot(key) = (key, value);
            isLeft[key >> 32] = isRight[(uint)key] = true;
        }
    }

    /// <summary>Cuts a segment of text; the path goes to the memory.</summary>
    internal void Run(ReadOnlySpan<char> segment, SegmentMemory memory)
    {
        memory.Parts.Clear();
        int count = Cut(segment, memory.Symbols(segment.Length));
        if (count <= ShortSegment)
            MergeShort(memory, count);
        else
            MergeLong(memory, count);
    }

    private static bool IsText(SentencePieceKind kind) => kind is SentencePieceKind.Normal or SentencePieceKind.UserDefined or SentencePieceKind.Unused;

    private void AddCharacters(Dictionary<string, int> symbols)
    {
        foreach (SentencePieceEntry piece in pieces)
        {
            if (!IsText(piece.Kind))
                continue;
            foreach (Rune rune in piece.Text.EnumerateRunes())
            {
                if (symbolOfRune.ContainsKey(rune.Value))
                    continue;
                string text = rune.ToString();
                if (!symbols.TryGetValue(text, out int symbol))
                {
                    symbol = pieces.Count + loneRunes.Count;
                    loneRunes.Add(rune.Value);
                    symbols.Add(text, symbol);
                }
                symbolOfRune[rune.Value] = symbol;
                if (rune.IsBmp)
                    symbolOfChar[rune.Value] = symbol;
            }
        }
    }

    private List<(ulong Key, ulong Value)> FindPairs(Dictionary<string, int> symbols)
    {
        // equal scores are equal ranks: then the place decides
        float[] scores = [.. pieces.Where(piece => IsText(piece.Kind)).Select(piece => piece.Score).Distinct().OrderDescending()];
        var lengths = new HashSet<int>(symbols.Keys.Select(text => text.Length));
        var lookup = symbols.GetAlternateLookup<ReadOnlySpan<char>>();
        var found = new List<(ulong, ulong)>(4 * pieces.Count);
        for (int id = 0; id < pieces.Count; id++)
        {
            string text = pieces[id].Text;
            if (!IsText(pieces[id].Kind))
                continue;
            ulong value = (ulong)Array.BinarySearch(scores, pieces[id].Score, Comparer<float>.Create((a, b) => b.CompareTo(a))) << 32 | (uint)id;
            for (int cut = 1; cut < text.Length; cut++)
            {
                if (lengths.Contains(cut) && lengths.Contains(text.Length - cut) && lookup.TryGetValue(text.AsSpan(0, cut), out int left)
                    && lookup.TryGetValue(text.AsSpan(cut), out int right))
                    found.Add((Key(left, right), value));
            }
        }
        return found;
    }

    private int Cut(ReadOnlySpan<char> segment, Span<MergeSymbol> symbols)
    {
        int count = 0;
        for (int at = 0; at < segment.Length;)
        {
            int whole = userDefined?.LongestPrefix(segment[at..]) ?? 0;
            if (whole > 0)
            {
                symbols[count++] = new MergeSymbol(userDefined!.Find(segment.Slice(at, whole)), whole, Frozen: true);
                at += whole;
                continue;
            }
            char c = segment[at];
            bool pair = char.IsHighSurrogate(c) && at + 1 < segment.Length && char.IsLowSurrogate(segment[at + 1]);
            int symbol = pair ? symbolOfRune.GetValueOrDefault(char.ConvertToUtf32(c, segment[at + 1]), -1) : symbolOfChar[c];
            symbols[count++] = new MergeSymbol(symbol, pair ? 2 : 1, Frozen: false);
            at += pair ? 2 : 1;
        }
        return count;
    }

    // few symbols: looking at all of them for every merge is faster than any bookkeeping
    private void MergeShort(SegmentMemory memory, int count)
    {
        Span<MergeSymbol> symbols = memory.Symbols(count);
        Span<ulong> merges = stackalloc ulong[ShortSegment];
        for (int i = 0; i + 1 < count; i++)
            merges[i] = Look(symbols[i], symbols[i + 1], memory);
        while (count > 1)
        {
            int best = -1;
            ulong rank = NoPair >> 32;
            for (int i = 0; i + 1 < count; i++)
            {
                if (merges[i] >> 32 < rank)
                    (best, rank) = (i, merges[i] >> 32);
            }
            if (best < 0)
                break;
            symbols[best] = new MergeSymbol((int)(uint)merges[best], symbols[best].Length + symbols[best + 1].Length, Frozen: false);
            count--;
            symbols[(best + 2)..(count + 1)].CopyTo(symbols[(best + 1)..]);
            if (best + 1 < count)
                merges[(best + 2)..count].CopyTo(merges[(best + 1)..]);
            if (best > 0)
                merges[best - 1] = Look(symbols[best - 1], symbols[best], memory);
            if (best + 1 < count)
                merges[best] = Look(symbols[best], symbols[best + 1], memory);
        }
        for (int i = 0; i < count; i++)
            Emit(symbols[i], memory);
    }

    private void MergeLong(SegmentMemory memory, int count)
    {
        Span<MergeSymbol> symbols = memory.Symbols(count);
        (int Previous, int Next)[] links = new (int, int)[count];
        var queue = new PriorityQueue<(int Id, int Length), ulong>(count);
        for (int i = 0; i < count; i++)
        {
            links[i] = (i - 1, i + 1 < count ? i + 1 : -1);
            if (i + 1 < count)
                Offer(symbols, i, i + 1);
        }
        while (queue.TryDequeue(out (int Id, int Length) merged, out ulong priority))
        {
            int left = (int)(uint)priority, right = links[left].Next;
            // a symbol of length 0 is gone; another length means that one of the two has grown since
            if (symbols[left].Length == 0 || right < 0 || symbols[left].Length + symbols[right].Length != merged.Length)
                continue;
            symbols[left] = new MergeSymbol(merged.Id, merged.Length, Frozen: false);
            symbols[right] = default;
            int next = links[right].Next;
            links[left].Next = next;
            if (next >= 0)
                links[next].Previous = left;
            if (links[left].Previous >= 0)
                Offer(symbols, links[left].Previous, left);
            if (next >= 0)
                Offer(symbols, left, next);
        }
        for (int i = 0; i >= 0; i = links[i].Next)
            Emit(symbols[i], memory);

        void Offer(ReadOnlySpan<MergeSymbol> symbols, int left, int right)
        {
            ulong merge = Look(symbols[left], symbols[right], memory);
            if (merge != NoPair)
                queue.Enqueue(((int)(uint)merge, symbols[left].Length + symbols[right].Length), merge >> 32 << 32 | (uint)left);
        }
    }

    private ulong Look(MergeSymbol left, MergeSymbol right, SegmentMemory memory)
    {
        if (left.Frozen || right.Frozen || left.Symbol < 0 || right.Symbol < 0 || !isLeft[left.Symbol] || !isRight[right.Symbol])
            return NoPair;
        ulong value = Slot(Key(left.Symbol, right.Symbol)).Value;
        if (hasUnused && value != NoPair && pieces[(int)(uint)value].Kind == SentencePieceKind.Unused)
            memory.Parts[(int)(uint)value] = (left, right);
        return value;
    }

    // a piece that is switched off falls apart into what it was last made of
    private void Emit(MergeSymbol symbol, SegmentMemory memory)
    {
        if (!hasUnused)
        {
            memory.Add(new PathPiece(symbol.Symbol < pieces.Count ? symbol.Symbol : -1, symbol.Length));
            return;
        }
        var open = new Stack<MergeSymbol>([symbol]);
        while (open.TryPop(out MergeSymbol next))
        {
            bool isPiece = next.Symbol >= 0 && next.Symbol < pieces.Count;
            if (isPiece && pieces[next.Symbol].Kind == SentencePieceKind.Unused && memory.Parts.TryGetValue(next.Symbol, out (MergeSymbol Left, MergeSymbol Right) parts))
            {
                open.Push(parts.Right);
                open.Push(parts.Left);
                continue;
            }
            memory.Add(new PathPiece(isPiece ? next.Symbol : -1, next.Length));
        }
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;

    private ref (ulong Key, ulong Value) Slot(ulong key)
    {
        uint hash = (uint)(key * 0x9E3779B97F4A7C15 >> 32);
        for (uint at = hash; ; at++)
        {
            ref (ulong Key, ulong Value) slot = ref pairs[at & (uint)(pairs.Length - 1)];
            if (slot.Key == key || slot.Key == NoPair)
                return ref slot;
        }
    }
}

/// <summary>A stretch of text on its way to becoming a piece.</summary>
/// <param name="Symbol">The piece, or a number after the pieces' for a character that is none but is a part of some; -1: not even that.</param>
/// <param name="Length">Its chars.</param>
/// <param name="Frozen">True when it takes no part in merges.</param>
internal readonly record struct MergeSymbol(int Symbol, int Length, bool Frozen);
