using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>
/// A SentencePiece model, byte-pair encoding or Unigram, exact to the library: it sees the whole text at once, normalised, with U+2581 for spaces
/// (Kudo and Richardson 2018).
/// </summary>
public sealed class SentencePieceModel : TokenModel
{
    private readonly SentencePieceFile file;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly int[] byteIds = new int[256];
    private readonly int unknownId;
    private readonly UnigramSearch? search;
    private readonly SentencePieceMerger? merger;
    private readonly SegmentEnd segmentEnd;

    internal SentencePieceModel(SentencePieceFile file)
    {
        this.file = file;
        var texts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < file.Pieces.Count; id++)
        {
            SentencePieceEntry piece = file.Pieces[id];
            bool isText = piece.Kind is SentencePieceKind.Normal or SentencePieceKind.UserDefined or SentencePieceKind.Unused;
            (isText ? texts : ids).Add(piece.Text, id);
            if (piece.Kind == SentencePieceKind.Unknown)
                unknownId = id;
            if (piece.Kind == SentencePieceKind.Byte)
                byteIds[SentencePieceFile.ByteOf(piece.Text)] = id;
        }
        // marks come before pieces of the same text
        foreach ((string text, int id) in texts)
            ids.TryAdd(text, id);
        segmentEnd = FindSegmentEnd(texts.Keys);
        PieceTrie? whole = UserDefined(file);
        if (file.IsBpe)
            merger = new SentencePieceMerger(file.Pieces, whole);
        else
            search = Search(file, texts);
    }

    // where text may be cut without cutting any piece: words and their spaces repeat, and what repeats need not be searched again
    private enum SegmentEnd
    {
        Nowhere,
        BeforeSpace,
        AfterSpace,
    }

    /// <inheritdoc/>
    public override int VocabularySize => file.Pieces.Count;

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int>> Vocabulary => ids;

    /// <inheritdoc/>
    public override int? IdOf(string token) => ids.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => (uint)id < (uint)file.Pieces.Count ? file.Pieces[id].Text : null;

    /// <summary>What an id is for; ids outside the vocabulary are unknown.</summary>
    internal SentencePieceKind KindOf(int id) => (uint)id < (uint)file.Pieces.Count ? file.Pieces[id].Kind : SentencePieceKind.Unknown;

    /// <summary>The id that stands for everything unknown.</summary>
    internal int UnknownId => unknownId;

    /// <summary>The user-defined pieces; null when there are none.</summary>
    internal static PieceTrie? UserDefined(SentencePieceFile file)
    {
        KeyValuePair<string, int>[] found = [.. file.Pieces.Select((piece, id) => (piece, id)).Where(entry => entry.piece.Kind == SentencePieceKind.UserDefined)
            .Select(entry => KeyValuePair.Create(entry.piece.Text, entry.id))];
        return found.Length == 0 ? null : new PieceTrie(found);
    }

    /// <summary>The file it was read from.</summary>
    internal SentencePieceFile File => file;

    /// <summary>Whether a piece goes on behind a space, so that words cannot be cut one by one.</summary>
    internal bool HasPiecesAcrossSpaces => segmentEnd != SegmentEnd.BeforeSpace;

    // SentencePieceJson writes all stages together; none of them has a form of its own
    internal static InvalidOperationException NotInJson() => new("SentencePiece's stages are written by SentencePieceJson.");

    /// <inheritdoc/>
    internal override void Tokenize(ReadOnlySpan<char> word, List<Token> tokens, Workspace workspace)
    {
        SegmentMemory memory = SegmentMemory.Of(workspace);
        double score = 0;
        int from = tokens.Count;
        for (int start = 0; start < word.Length;)
        {
            int end = Cut(word, start, ref score, memory, out ReadOnlySpan<PathPiece> path);
            foreach (PathPiece piece in path)
            {
                AddTokens(piece, word.Slice(start, piece.Length), start, tokens, from);
                start += piece.Length;
            }
            start = end;
        }
    }

    /// <inheritdoc/>
    internal override void TokenizeIds(ReadOnlySpan<char> word, IdList ids, Workspace workspace)
    {
        SegmentMemory memory = SegmentMemory.Of(workspace);
        double score = 0;
        bool afterUnknown = false;
        for (int start = 0; start < word.Length;)
        {
            int end = Cut(word, start, ref score, memory, out ReadOnlySpan<PathPiece> path);
            foreach (PathPiece piece in path)
            {
                if (piece.Id >= 0)
                    ids.Add(piece.Id);
                else if (file.ByteFallback)
                    AddBytes(word.Slice(start, piece.Length), ids);
                else if (!afterUnknown)
                    ids.Add(unknownId);
                afterUnknown = piece.Id < 0;
                start += piece.Length;
            }
            start = end;
        }
    }

    /// <inheritdoc/>
    internal override FastEncoder? Fast(Normalizer? normalizer, PreTokenizer? preTokenizer) =>
        normalizer is SentencePieceNormalizer own && preTokenizer is null ? new ShortCut(this, own) : null;

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json) => throw NotInJson();

    private static UnigramSearch Search(SentencePieceFile file, Dictionary<string, int> texts)
    {
        double[] scores = Scores(file, out double least);
        var trie = new PieceTrie(texts.Where(entry => file.Pieces[entry.Value].Kind != SentencePieceKind.Unused));
        return new UnigramSearch(trie, scores, (float)least - (float)UnigramSearch.UnknownPenalty, single: true);
    }

    /// <summary>The scores by id, and the smallest of a piece of text.</summary>
    internal static double[] Scores(SentencePieceFile file, out double least)
    {
        var scores = new double[file.Pieces.Count];
        // the library takes the smallest positive number for the largest score when all are negative; only user-defined pieces feel it
        (float smallest, float largest) = (float.MaxValue, 1.17549435e-38f);
        foreach (SentencePieceEntry piece in file.Pieces.Where(piece => piece.Kind == SentencePieceKind.Normal))
            (smallest, largest) = (Math.Min(smallest, piece.Score), Math.Max(largest, piece.Score));
        for (int id = 0; id < scores.Length; id++)
        {
            SentencePieceEntry piece = file.Pieces[id];
            scores[id] = piece.Kind == SentencePieceKind.UserDefined ? (System.Text.Encoding.UTF8.GetByteCount(piece.Text) * largest) - 0.1 : piece.Score;
        }
        least = smallest;
        return scores;
    }

    private static SegmentEnd FindSegmentEnd(IEnumerable<string> texts)
    {
        bool before = true, after = true;
        foreach (string text in texts)
        {
            for (int i = 1; i < text.Length; i++)
            {
                bool space = text[i] == SentencePieceNormalizer.SpaceMark, spaceBefore = text[i - 1] == SentencePieceNormalizer.SpaceMark;
                before &= !space || spaceBefore;
                after &= !spaceBefore || space;
            }
        }
        return before ? SegmentEnd.BeforeSpace : after ? SegmentEnd.AfterSpace : SegmentEnd.Nowhere;
    }

    // how the segment that begins at a place is cut; valid until the next call
    private int Cut(ReadOnlySpan<char> text, int start, ref double score, SegmentMemory memory, out ReadOnlySpan<PathPiece> path)
    {
        ReadOnlySpan<char> segment = text[start..];
        segment = segment[..LengthOf(segment)];
        SegmentCache cache = memory.Cache;
        bool brief = segment.Length <= SegmentCache.LongestSegment;
        int known = brief ? cache.Find(segment) : -1;
        if (known >= 0 && (search is null || cache.Margin(known) > search.RoundingBound(score, segment.Length)))
        {
            path = cache.Path(known);
            score = search?.Add(score, path) ?? 0;
            return start + segment.Length;
        }
        memory.Clear();
        double margin = 0;
        if (search is null)
            merger!.Run(segment, memory);
        else
            margin = -search.RoundingBound(score, segment.Length) + search.Run(segment, ref score, memory);
        path = memory.Path;
        if (known >= 0)
            cache.Margin(known) = Math.Max(cache.Margin(known), margin);
        else if (brief)
            cache.Add(segment, path, margin);
        return start + segment.Length;
    }

    private int LengthOf(ReadOnlySpan<char> text)
    {
        const char space = SentencePieceNormalizer.SpaceMark;
        int length;
        switch (segmentEnd)
        {
            case SegmentEnd.BeforeSpace:
                int spaces = 0;
                while (spaces < text.Length && text[spaces] == space)
                    spaces++;
                length = text[spaces..].IndexOf(space);
                return length < 0 ? text.Length : spaces + length;
            case SegmentEnd.AfterSpace:
                length = text.IndexOf(space);
                if (length < 0)
                    return text.Length;
                while (length < text.Length && text[length] == space)
                    length++;
                return length;
            default:
                return text.Length;
        }
    }

    private void AddTokens(PathPiece piece, ReadOnlySpan<char> text, int start, List<Token> tokens, int from)
    {
        if (piece.Id >= 0)
        {
            tokens.Add(new Token(piece.Id, start, start + piece.Length));
            return;
        }
        if (!file.ByteFallback)
        {
            // neighbours that are unknown become one token
            if (tokens.Count > from && tokens[^1] is { Surface: true } last && last.End == start)
                tokens[^1] = last with { End = start + piece.Length };
            else
                tokens.Add(new Token(unknownId, start, start + piece.Length, Surface: true));
            return;
        }
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
                tokens.Add(new Token(byteIds[b], start, start + rune.Utf16SequenceLength));
            start += rune.Utf16SequenceLength;
        }
    }

    private void AddBytes(ReadOnlySpan<char> text, IdList ids)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            foreach (byte b in utf8[..rune.EncodeToUtf8(utf8)])
                ids.Add(byteIds[b]);
        }
    }

    private sealed class ShortCut(SentencePieceModel model, SentencePieceNormalizer normalizer) : FastEncoder
    {
        internal override void Encode(ReadOnlySpan<char> text, bool first, Workspace workspace)
        {
            NormalizedText normalized = SegmentMemory.Of(workspace).Normalized;
            normalizer.Run(text, normalized);
            model.TokenizeIds(normalized.Chars, workspace.Ids, workspace);
        }
    }
}
