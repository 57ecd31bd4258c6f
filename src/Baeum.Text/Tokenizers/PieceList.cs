namespace Baeum.Text;

/// <summary>A stretch of text that is tokenized by itself.</summary>
internal sealed class Piece(AlignedText text)
{
    internal AlignedText Text { get; } = text;

    /// <summary>Its tokens; null until the model has seen it. A piece that has tokens is split no further.</summary>
    internal List<Token>? Tokens { get; set; }
}

/// <summary>A text, cut into ever smaller pieces by the pre-tokenizers.</summary>
internal sealed class PieceList
{
    private List<Piece> pieces;

    internal PieceList(AlignedText text) => pieces = [new Piece(text)];

    internal IReadOnlyList<Piece> Pieces => pieces;

    /// <summary>Changes the text of all pieces that are not tokens yet.</summary>
    internal void Normalize(Action<AlignedText> normalize)
    {
        foreach (Piece piece in pieces)
        {
            if (piece.Tokens is null)
                normalize(piece.Text);
        }
    }

    /// <summary>Cuts every piece that is not a token yet; what comes out empty is dropped.</summary>
    /// <param name="split">Gives a piece's number and text, takes its parts in order.</param>
    internal void Split(Func<int, AlignedText, IEnumerable<Piece>> split)
    {
        var parts = new List<Piece>(pieces.Count);
        for (int i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Tokens is not null)
            {
                parts.Add(pieces[i]);
                continue;
            }
            foreach (Piece part in split(i, pieces[i].Text))
            {
                if (part.Text.Length > 0)
                    parts.Add(part);
            }
        }
        pieces = parts;
    }

    /// <summary>Cuts at delimiters: <paramref name="find"/> tells the ranges that match, and <paramref name="behavior"/> what becomes of them.</summary>
    internal void Split(Func<AlignedText, List<(int Start, int End)>> find, SplitBehavior behavior) => Split((_, text) =>
    {
        var parts = new List<Piece>();
        foreach ((int start, int end) in SplitRanges.Of(find(text), text.Length, behavior))
            parts.Add(new Piece(text.Slice(start, end)));
        return parts;
    });
}
