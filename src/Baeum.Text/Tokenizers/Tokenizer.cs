using System.Collections.Concurrent;
using System.Globalization;

namespace Baeum.Text;

/// <summary>
/// Text to ids and back, as the model was trained with: normalizer, pre-tokenizer, model, post-processor, decoder and added tokens.
/// May be used by several threads at once. Read one with <see cref="FromPretrained"/> or <see cref="FromFile"/>.
/// </summary>
public sealed partial class Tokenizer
{
    private readonly ConcurrentBag<Workspace> workspaces = [];
    private readonly Dictionary<string, AddedToken> addedByContent = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> addedById = [];
    private readonly AddedVocabulary rawTokens, normalizedTokens, suspects;
    private readonly FastEncoder? fast;
    private readonly Lazy<(int[] Before, int[] After)?> frame;

    /// <summary>A tokenizer of its parts.</summary>
    /// <param name="model">What makes tokens of words.</param>
    /// <param name="normalizer">Rewrites text first.</param>
    /// <param name="preTokenizer">Cuts it into words.</param>
    /// <param name="postProcessor">Adds special tokens.</param>
    /// <param name="decoder">The way back.</param>
    /// <param name="addedTokens">Tokens found before anything else.</param>
    /// <exception cref="TokenizerException">Two added tokens share an id.</exception>
    public Tokenizer(TokenModel model, Normalizer? normalizer = null, PreTokenizer? preTokenizer = null, PostProcessor? postProcessor = null, Decoder? decoder = null,
        IEnumerable<AddedToken>? addedTokens = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (Model, Normalizer, PreTokenizer, PostProcessor, Decoder) = (model, normalizer, preTokenizer, postProcessor, decoder);
        foreach (AddedToken token in addedTokens ?? [])
        {
            if (token.Content.Length == 0)
                continue;
            if (addedById.TryGetValue(token.Id, out AddedToken? other) && other.Content != token.Content)
                throw new TokenizerException($"The added tokens '{other.Content}' and '{token.Content}' share the id {token.Id}.");
            addedById[token.Id] = addedByContent[token.Content] = token;
        }
        rawTokens = new AddedVocabulary(addedById.Values.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        normalizedTokens = new AddedVocabulary(addedById.Values.Where(token => token.Normalized)
            .Select(token => (normalizer?.Normalize(token.Content) ?? token.Content, token)));
        VocabularySize = model.VocabularySize + addedByContent.Keys.Count(content => model.IdOf(content) is null);
        // spaces apart, such a normalizer leaves text as it is: a token it would reveal already stands there
        bool spacesOnly = SignsSpacesOnly(normalizer);
        suspects = new AddedVocabulary(!spacesOnly ? [] : addedById.Values.Where(token => token.Normalized).Select(token => (token.Content.Trim(' ', '▁'), token)));
        fast = normalizedTokens.IsEmpty || normalizer is null || (spacesOnly && addedById.Values.All(token => !token.Normalized || token.Content.Trim(' ', '▁').Length > 0))
            ? model.Fast(normalizer, preTokenizer) : null;
        frame = new Lazy<(int[] Before, int[] After)?>(FindFrame);
    }

    /// <summary>Rewrites text first; null: nothing does.</summary>
    public Normalizer? Normalizer { get; }

    /// <summary>Cuts text into words; null: the model sees all of it at once.</summary>
    public PreTokenizer? PreTokenizer { get; }

    /// <summary>Makes tokens of words.</summary>
    public TokenModel Model { get; }

    /// <summary>Adds special tokens; null: none are added.</summary>
    public PostProcessor? PostProcessor { get; }

    /// <summary>Makes text of tokens; null: they are joined by spaces.</summary>
    public Decoder? Decoder { get; }

    /// <summary>How encodings are cut; null: they are not.</summary>
    public TokenTruncation? Truncation { get; set; }

    /// <summary>How encodings are padded; null: they are not.</summary>
    public TokenPadding? Padding { get; set; }

    /// <summary>The tokens found before anything else, by id.</summary>
    public IEnumerable<AddedToken> AddedTokens => addedById.Values.OrderBy(token => token.Id);

    /// <summary>How many tokens there are, added ones included.</summary>
    public int VocabularySize { get; }

    /// <summary>A token's id; null when there is no such token.</summary>
    public int? IdOf(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return addedByContent.TryGetValue(token, out AddedToken? added) ? added.Id : Model.IdOf(token);
    }

    /// <summary>An id's token; null when there is none.</summary>
    public string? TokenOf(int id) => addedById.TryGetValue(id, out AddedToken? added) ? added.Content : Model.TokenOf(id);

    /// <summary>All tokens with their ids, added ones included.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary()
    {
        var all = new Dictionary<string, int>(Model.Vocabulary, StringComparer.Ordinal);
        foreach (AddedToken token in addedById.Values)
            all[token.Content] = token.Id;
        return all;
    }

    /// <summary>A text's tokens with everything known about them.</summary>
    /// <param name="text">Any text; halves of surrogate pairs count as U+FFFD.</param>
    /// <param name="addSpecialTokens">False to leave out what the post-processor adds.</param>
    public Encoding Encode(string text, bool addSpecialTokens = true)
    {
        Encoding encoding = Finish(text, null, addSpecialTokens);
        Padding?.Apply([encoding]);
        return encoding;
    }

    /// <summary>A pair of texts as one sequence.</summary>
    public Encoding Encode(string first, string second, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(second);
        Encoding encoding = Finish(first, second, addSpecialTokens);
        Padding?.Apply([encoding]);
        return encoding;
    }

    /// <summary>Many texts, on all cores, padded together.</summary>
    public IReadOnlyList<Encoding> EncodeBatch(IReadOnlyList<string> texts, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var encodings = new Encoding[texts.Count];
        Parallel.For(0, texts.Count, i => encodings[i] = Finish(texts[i], null, addSpecialTokens));
        Padding?.Apply(encodings);
        return encodings;
    }

    /// <summary>Many pairs, on all cores, padded together.</summary>
    public IReadOnlyList<Encoding> EncodeBatch(IReadOnlyList<(string First, string Second)> pairs, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var encodings = new Encoding[pairs.Count];
        Parallel.For(0, pairs.Count, i => encodings[i] = Finish(pairs[i].First, pairs[i].Second, addSpecialTokens));
        Padding?.Apply(encodings);
        return encodings;
    }

    private Encoding Finish(string first, string? second, bool addSpecialTokens)
    {
        Encoding one = EncodeOne(first, 0);
        Encoding? two = second is null ? null : EncodeOne(second, 1);
        if (Truncation is not null)
            (one, two) = Truncation.Apply(one, two, addSpecialTokens ? PostProcessor?.AddedTokens(two is not null) ?? 0 : 0);
        List<Encoding> parts = two is null ? [one] : [one, two];
        return Encoding.Join(PostProcessor?.Apply(parts, addSpecialTokens) ?? parts);
    }

    private Encoding EncodeOne(string text, int sequence)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pieces = new PieceList(new AlignedText(Surrogates.Repair(text)));
        pieces.Split((_, part) => Extract(rawTokens, part));
        pieces.Split((_, part) =>
        {
            Normalizer?.Apply(part);
            return Extract(normalizedTokens, part);
        });
        PreTokenizer?.Apply(pieces);
        Workspace workspace = Rent();
        int count = 0;
        foreach (Piece piece in pieces.Pieces)
        {
            if (piece.Tokens is null)
                Model.Tokenize(piece.Text.Chars, piece.Tokens = [], workspace);
            count += piece.Tokens.Count;
        }
        workspaces.Add(workspace);
        return Collect(pieces.Pieces, count, sequence);
    }

    private Encoding Collect(IReadOnlyList<Piece> pieces, int count, int sequence)
    {
        var (ids, tokens, offsets, words) = (new int[count], new string[count], new (int, int)[count], new int?[count]);
        int at = 0;
        for (int word = 0; word < pieces.Count; word++)
        {
            foreach (Token token in pieces[word].Tokens!)
            {
                ids[at] = token.Id;
                tokens[at] = token.Surface ? new string(pieces[word].Text.Chars[token.Start..token.End])
                    : Model.TokenOf(token.Id) ?? TokenOf(token.Id) ?? throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"The model gave the id {token.Id}, which no token has."));
                offsets[at] = pieces[word].Text.ToOriginal(token.Start, token.End);
                words[at++] = word;
            }
        }
        return new Encoding(ids, tokens, offsets, words, sequence, sequence);
    }

    private static IEnumerable<Piece> Extract(AddedVocabulary vocabulary, AlignedText text)
    {
        if (vocabulary.SurelyAbsent(text.Chars))
            return [new Piece(text)];
        return vocabulary.Split(text.Chars).Select(part => part.Token is null
            ? new Piece(text.Slice(part.Start, part.End))
            : new Piece(text.Slice(part.Start, part.End)) { Tokens = [new Token(part.Token.Id, 0, part.End - part.Start, Surface: true)] });
    }

    private static bool SignsSpacesOnly(Normalizer? normalizer) => normalizer switch
    {
        PrependNormalizer { Prefix: "▁" } or ReplaceNormalizer { Literal: " ", Content: "▁" } => true,
        NormalizerSequence sequence => sequence.Stages.All(SignsSpacesOnly),
        _ => false,
    };

    private Workspace Rent() => workspaces.TryTake(out Workspace? workspace) ? workspace : new Workspace();
}
