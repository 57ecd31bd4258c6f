using System.Text.Json;

namespace Baeum.Text;

/// <summary>
/// The most probable way to cut a word into pieces (Kudo 2018), as <c>tokenizer.json</c> defines it: sums in double precision, neighbouring unknown characters
/// one token. See <see cref="SentencePieceModel"/> for the library's own <c>.model</c> files.
/// </summary>
public sealed class UnigramModel : TokenModel
{
    private readonly (string Token, double Score)[] vocabulary;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly UnigramSearch search;
    private readonly int[]? byteIds;

    /// <summary>A model of its vocabulary.</summary>
    /// <param name="vocabulary">The pieces with their log probabilities; a piece's place is its id.</param>
    /// <param name="unknownId">The piece for unknown characters; null: they are an error.</param>
    /// <param name="byteFallback">Cut unknown characters into the bytes <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> where all of these are pieces.</param>
    /// <exception cref="TokenizerException">The vocabulary is empty, holds an empty piece or a score that is no number, or the unknown id lies outside.</exception>
    public UnigramModel(IEnumerable<(string Token, double Score)> vocabulary, int? unknownId, bool byteFallback = false)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        this.vocabulary = [.. vocabulary];
        (UnknownId, ByteFallback) = (unknownId, byteFallback);
        if (this.vocabulary.Length == 0)
            throw new TokenizerException("the vocabulary of a Unigram model is empty");
        if (unknownId is int unknown && (uint)unknown >= (uint)this.vocabulary.Length)
            throw new TokenizerException($"the unknown id {unknown} lies outside a vocabulary of {this.vocabulary.Length} pieces");
        for (int id = 0; id < this.vocabulary.Length; id++)
        {
            (string token, double score) = this.vocabulary[id];
            if (string.IsNullOrEmpty(token) || !double.IsFinite(score))
                throw new TokenizerException($"the piece {id}, '{token}', is empty or has no score");
            ids[token] = id;
        }
        lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        double[] scores = Array.ConvertAll(this.vocabulary, piece => piece.Score);
        search = new UnigramSearch(new PieceTrie(ids), scores, scores.Min() - UnigramSearch.UnknownPenalty, single: false);
        if (byteFallback)
        {
            int[] bytes = [.. Enumerable.Range(0, 256).Select(b => ids.GetValueOrDefault($"<0x{b:X2}>", -1))];
            byteIds = bytes.Contains(-1) ? null : bytes;
        }
    }

    /// <summary>The piece for unknown characters; null when there is none.</summary>
    public int? UnknownId { get; }

    /// <summary>True when unknown characters are cut into bytes.</summary>
    public bool ByteFallback { get; }

    /// <summary>The pieces and their log probabilities, by id.</summary>
    public IReadOnlyList<(string Token, double Score)> Pieces => vocabulary;

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Length;

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int>> Vocabulary => ids;

    /// <inheritdoc/>
    public override int? IdOf(string token) => ids.TryGetValue(token, out int id) ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => (uint)id < (uint)vocabulary.Length ? vocabulary[id].Token : null;

    internal static UnigramModel Read(JsonPart json)
    {
        var vocabulary = json["vocab"].Items().Select(ReadPiece);
        try
        {
            return new UnigramModel(vocabulary, json.Has("unk_id") ? json["unk_id"].Int() : null, json.Flag("byte_fallback"));
        }
        catch (TokenizerException error) when (!error.Message.StartsWith(json.Path, StringComparison.Ordinal))
        {
            throw json.Error(error.Message);
        }
    }

    /// <inheritdoc/>
    internal override void Tokenize(ReadOnlySpan<char> word, List<Token> tokens, Workspace workspace)
    {
        var runs = new Runs(Cut(word, SegmentMemory.Of(workspace)), UnknownId ?? -1);
        while (runs.Next(out int id, out int start, out int end))
        {
            if (id >= 0)
                tokens.Add(new Token(id, start, end));
            else if (lookup.TryGetValue(word[start..end], out id))
                tokens.Add(new Token(id, start, end));
            else if (byteIds is null)
                tokens.Add(new Token(Unknown(word[start..end]), start, end, Surface: true));
            else
                foreach (byte b in System.Text.Encoding.UTF8.GetBytes(word[start..end].ToArray()))
                    tokens.Add(new Token(byteIds[b], start, end));
        }
    }

    /// <inheritdoc/>
    internal override void TokenizeIds(ReadOnlySpan<char> word, IdList ids, Workspace workspace)
    {
        var runs = new Runs(Cut(word, SegmentMemory.Of(workspace)), UnknownId ?? -1);
        while (runs.Next(out int id, out int start, out int end))
        {
            if (id >= 0)
                ids.Add(id);
            else if (lookup.TryGetValue(word[start..end], out id))
                ids.Add(id);
            else if (byteIds is null)
                ids.Add(Unknown(word[start..end]));
            else
                foreach (byte b in System.Text.Encoding.UTF8.GetBytes(word[start..end].ToArray()))
                    ids.Add(byteIds[b]);
        }
    }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json) => json.Part("Unigram", () =>
    {
        if (UnknownId is int unknown)
            json.WriteNumber("unk_id", unknown);
        else
            json.WriteNull("unk_id");
        json.WriteStartArray("vocab");
        foreach ((string token, double score) in vocabulary)
        {
            json.WriteStartArray();
            json.WriteStringValue(token);
            json.WriteNumberValue(score);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteBoolean("byte_fallback", ByteFallback);
    });

    private static (string Token, double Score) ReadPiece(JsonPart json)
    {
        JsonPart[] pair = [.. json.Items().Take(3)];
        return pair.Length == 2 ? (pair[0].String(), pair[1].Double()) : throw json.Error("should be a piece and its score");
    }

    private int Unknown(ReadOnlySpan<char> text) => UnknownId ?? throw new TokenizerException($"'{(text.Length > 50 ? text[..50] : text)}' is not in the vocabulary, and the model has no piece for unknown text.");

    private ReadOnlySpan<PathPiece> Cut(ReadOnlySpan<char> word, SegmentMemory memory)
    {
        bool brief = word.Length <= SegmentCache.LongestSegment;
        int known = brief ? memory.Cache.Find(word) : -1;
        if (known >= 0)
            return memory.Cache.Path(known);
        memory.Clear();
        double score = 0;
        search.Run(word, ref score, memory);
        if (brief)
            memory.Cache.Add(word, memory.Path, 0);
        return memory.Path;
    }

    // the pieces of a path, those that are unknown joined
    private ref struct Runs(ReadOnlySpan<PathPiece> path, int unknownId)
    {
        private readonly ReadOnlySpan<PathPiece> path = path;
        private int at, place;

        internal bool Next(out int id, out int start, out int end)
        {
            start = end = place;
            id = -1;
            if (at == path.Length)
                return false;
            do
            {
                id = path[at].Id;
                end += path[at++].Length;
            }
            while (IsUnknown(id) && at < path.Length && IsUnknown(path[at].Id));
            id = IsUnknown(id) ? -1 : id;
            place = end;
            return true;
        }

        private readonly bool IsUnknown(int id) => id < 0 || id == unknownId;
    }
}
