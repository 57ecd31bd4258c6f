using System.Text;

namespace Baeum.Text;

/// <summary>
/// Says in the stages of <c>tokenizer.json</c> what a SentencePiece model does, so that Python's tokenizers read it. The ids are the same; an unknown piece
/// is decoded to its own text there, not to the library's sign for it, and rules of the character map for several characters
/// work inside of a grapheme only.
/// </summary>
internal static class SentencePieceJson
{
    // below all others by so much that such a piece is never the best: marks, bytes and unused pieces are no text
    private const double Never = 1000;

    /// <summary>A tokenizer of stages that have a form in JSON.</summary>
    /// <exception cref="TokenizerException">The model does something for which there is none.</exception>
    internal static Tokenizer Convert(Tokenizer tokenizer, SentencePieceModel model)
    {
        SentencePieceFile file = model.File;
        SentencePieceRules rules = file.Normalization;
        bool hasWholePieces = file.Pieces.Exists(piece => piece.Kind == SentencePieceKind.UserDefined);
        Refuse(file.SpaceAsSuffix, "spaces behind words");
        Refuse(!rules.EscapeSpaces, "spaces that stay spaces");
        Refuse(file.Denormalization is { CharacterMap.Length: > 0 }, "rules for decoded text");
        Refuse(file.IsBpe && file.Pieces.Exists(piece => piece.Kind == SentencePieceKind.Unused), "pieces that are switched off");
        Refuse(file.IsBpe && hasWholePieces && rules.AddDummyPrefix, "pieces that always stay whole together with a space before the text");
        TokenModel pieces = file.IsBpe ? Bpe(file) : Unigram(file);
        IEnumerable<AddedToken> added = tokenizer.AddedTokens;
        if (file.IsBpe && hasWholePieces)
            added = added.Concat(file.Pieces.Select((piece, id) => (piece, id)).Where(entry => entry.piece.Kind == SentencePieceKind.UserDefined && tokenizer.AddedTokens.All(known => known.Id != entry.id))
                .Select(entry => new AddedToken(entry.piece.Text, entry.id)));
        return new Tokenizer(pieces, Normalizer(rules), file.IsBpe || model.HasPiecesAcrossSpaces ? null : new MetaspacePreTokenizer(scheme: PrependScheme.Never), tokenizer.PostProcessor, Decoder(rules), added)
        {
            Truncation = tokenizer.Truncation,
            Padding = tokenizer.Padding,
        };
    }

    private static void Refuse(bool isSo, string what)
    {
        if (isSo)
            throw new TokenizerException($"This SentencePiece model has {what}, for which tokenizer.json has no words; keep the tokenizer as its .model file.");
    }

    private static NormalizerSequence Normalizer(SentencePieceRules rules)
    {
        const string mark = "▁";
        var stages = new List<Normalizer>();
        if (rules.CharacterMap.Length > 0)
            stages.Add(new PrecompiledNormalizer(rules.CharacterMap));
        if (rules.RemoveExtraSpaces)
        {
            stages.Add(new ReplaceNormalizer(TextPattern.Expression(@"\A +| +\z"), ""));
            stages.Add(new ReplaceNormalizer(TextPattern.Expression(" {2,}"), " "));
        }
        if (rules.AddDummyPrefix)
            stages.Add(new PrependNormalizer(mark));
        stages.Add(new ReplaceNormalizer(" ", mark));
        return new NormalizerSequence(stages);
    }

    private static DecoderSequence Decoder(SentencePieceRules rules)
    {
        List<Decoder> stages = [new ReplaceDecoder("▁", " "), new ByteFallbackDecoder(), new FuseDecoder()];
        if (rules.AddDummyPrefix || rules.RemoveExtraSpaces)
            stages.Add(new StripDecoder(new Rune(' '), 1, 0));
        return new DecoderSequence(stages);
    }

    private static UnigramModel Unigram(SentencePieceFile file)
    {
        double[] scores = SentencePieceModel.Scores(file, out double least);
        IEnumerable<(string, double)> vocabulary = file.Pieces.Select((piece, id) => (piece.Text, piece.Kind is SentencePieceKind.Normal or SentencePieceKind.UserDefined ? scores[id] : least - Never));
        return new UnigramModel(vocabulary, file.Pieces.FindIndex(piece => piece.Kind == SentencePieceKind.Unknown), file.ByteFallback);
    }

    // what the library joins is whatever two neighbours make a piece, the best piece first: a list of all pairs in this order
    private static BpeModel Bpe(SentencePieceFile file)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < file.Pieces.Count; id++)
            ids.TryAdd(file.Pieces[id].Text, id);
        bool IsText(string text) => ids.TryGetValue(text, out int id) && file.Pieces[id].Kind == SentencePieceKind.Normal;
        var merges = new List<(string Left, string Right, float Score)>();
        foreach (SentencePieceEntry piece in file.Pieces.Where(piece => piece.Kind == SentencePieceKind.Normal))
        {
            for (int i = 1; i < piece.Text.Length; i++)
            {
                if (!char.IsLowSurrogate(piece.Text[i]) && IsText(piece.Text[..i]) && IsText(piece.Text[i..]))
                    merges.Add((piece.Text[..i], piece.Text[i..], piece.Score));
            }
        }
        string unknown = file.Pieces.Find(piece => piece.Kind == SentencePieceKind.Unknown).Text;
        return new BpeModel(ids, merges.OrderByDescending(merge => merge.Score).Select(merge => (merge.Left, merge.Right)), new BpeOptions(unknown, FuseUnknown: true, ByteFallback: file.ByteFallback));
    }
}
