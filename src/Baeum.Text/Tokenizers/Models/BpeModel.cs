using System.Globalization;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>Byte-pair encoding (Sennrich et al. 2016): characters, or bytes, joined by a ranked list of merges.</summary>
public sealed class BpeModel : TokenModel
{
    private readonly TokenVocabulary vocabulary;
    private readonly (int Left, int Right)[] mergeList;
    private readonly PairTable merges;
    private readonly BpeOptions options;
    private readonly int[] charIds = new int[0x10000];
    private readonly int[] fallbackIds = new int[256];
    private readonly int unknownId = -1;

    /// <summary>A model of its vocabulary and merges.</summary>
    /// <param name="vocabulary">Tokens and ids.</param>
    /// <param name="merges">The pairs to join, most important first.</param>
    /// <param name="options">What else it does.</param>
    /// <exception cref="TokenizerException">A merge names a token, or makes one, that is not in the vocabulary.</exception>
    public BpeModel(IEnumerable<KeyValuePair<string, int>> vocabulary, IEnumerable<(string Left, string Right)> merges, BpeOptions? options = null)
        : this(new TokenVocabulary(vocabulary), merges, options ?? new BpeOptions())
    {
    }

    internal BpeModel(TokenVocabulary vocabulary, IEnumerable<(string Left, string Right)> merges, BpeOptions options)
    {
        (this.vocabulary, this.options) = (vocabulary, options);
        var list = new List<(int Left, int Right, int Id)>();
        int prefix = options.ContinuingSubwordPrefix?.Length ?? 0;
        foreach ((string left, string right) in merges)
        {
            int leftId = Find(left), rightId = Find(right);
            if (right.Length < prefix)
                throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"merge {list.Count}: '{right}' is shorter than the prefix of continued pieces"));
            list.Add((leftId, rightId, Find(string.Concat(left, right.AsSpan(prefix)))));

            int Find(string token) => vocabulary.IdOf(token) is >= 0 and int id ? id
                : throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"merge {list.Count} ('{left}' and '{right}'): '{token}' is not in the vocabulary"));
        }
        mergeList = [.. list.Select(merge => (merge.Left, merge.Right))];
        this.merges = new PairTable(list.Count);
        for (int rank = 0; rank < list.Count; rank++)
            this.merges.Set(list[rank].Left, list[rank].Right, rank, list[rank].Id);
        for (int i = 0; i < charIds.Length; i++)
        {
            char letter = (char)i;
            charIds[i] = char.IsSurrogate(letter) ? -1 : vocabulary.IdOf([letter]);
        }
        for (int i = 0; i < 256; i++)
            fallbackIds[i] = vocabulary.IdOf(string.Create(CultureInfo.InvariantCulture, $"<0x{i:X2}>"));
        if (options.Unknown is not null)
            unknownId = vocabulary.IdOf(options.Unknown);
    }

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Count;

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int>> Vocabulary => vocabulary.Entries;

    /// <summary>What else it does.</summary>
    public BpeOptions Options => options;

    /// <summary>The merges, most important first.</summary>
    public IEnumerable<(string Left, string Right)> Merges => mergeList.Select(merge => (vocabulary.TokenOf(merge.Left)!, vocabulary.TokenOf(merge.Right)!));

    /// <summary>The ids that merges make.</summary>
    internal IEnumerable<string> MergedTokens => Merges.Select(merge => merge.Left + merge.Right[(options.ContinuingSubwordPrefix?.Length ?? 0)..]);

    /// <summary>True when every character has an id or falls back to bytes, so that no text is unknown.</summary>
    internal bool KnowsAllBytes => options.ByteFallback && !fallbackIds.Contains(-1);

    /// <inheritdoc/>
    public override int? IdOf(string token) => vocabulary.IdOf(token) is >= 0 and int id ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => vocabulary.TokenOf(id);

    internal static BpeModel Read(JsonPart json)
    {
        BpeOptions options = new(json.TextOrNull("unk_token"), json.TextOrNull("continuing_subword_prefix"), json.TextOrNull("end_of_word_suffix"),
            json.Flag("fuse_unk"), json.Flag("byte_fallback"), json.Flag("ignore_merges"));
        return new BpeModel(TokenVocabulary.Read(json["vocab"]), json["merges"].Items().Select(ReadMerge), options);
    }

    /// <summary>A line of a merges file: two tokens and a space between.</summary>
    internal static (string Left, string Right)? ParseMerge(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return space <= 0 || space == line.Length - 1 || line.IndexOf(' ', space + 1) >= 0 ? null : (line[..space], line[(space + 1)..]);
    }

    internal BpeMerger Merger(Workspace workspace) => (BpeMerger)(workspace.Model ??= new BpeMerger(merges));

    internal override void Tokenize(ReadOnlySpan<char> word, List<Token> tokens, Workspace workspace)
    {
        BpeMerger merger = Merger(workspace);
        Fill(word, merger);
        for (int i = 0; i < merger.Count; i++)
            tokens.Add(merger[i]);
    }

    internal override void TokenizeIds(ReadOnlySpan<char> word, IdList ids, Workspace workspace)
    {
        BpeMerger merger = Merger(workspace);
        bool keep = word.Length <= WordCache.LongestWord;
        uint hash = keep ? WordCache.Hash(word) : 0;
        if (keep && merger.Cache.TryAdd(word, hash, ids))
            return;
        Fill(word, merger);
        ids.Add(merger.Ids);
        if (keep)
            merger.Cache.Insert(word, hash, merger.Ids);
    }

    /// <summary>The ids of a word whose bytes, as visible characters, are the model's alphabet.</summary>
    internal void TokenizeBytes(ReadOnlySpan<char> word, BpeMerger merger)
    {
        int most = 3 * word.Length;
        if (merger.Bytes.Length < most)
            merger.Bytes = new byte[2 * most];
        int count = System.Text.Encoding.UTF8.GetBytes(word, merger.Bytes);
        merger.Clear();
        if (options.IgnoreMerges && count <= WordCache.LongestWord * 3)
        {
            Span<char> shown = stackalloc char[WordCache.LongestWord * 3];
            for (int i = 0; i < count; i++)
                shown[i] = ByteAlphabet.Char(merger.Bytes[i]);
            int whole = vocabulary.IdOf(shown[..count]);
            if (whole >= 0)
            {
                merger.Add(whole, 0, word.Length);
                return;
            }
        }
        for (int i = 0; i < count; i++)
            merger.Add(charIds[ByteAlphabet.Char(merger.Bytes[i])], 0, 0);
        merger.Merge();
    }

    internal override FastEncoder? Fast(Normalizer? normalizer, PreTokenizer? preTokenizer) =>
        (FastEncoder?)ByteBpeEncoder.For(this, normalizer, preTokenizer) ?? MetaspaceBpeEncoder.For(this, normalizer, preTokenizer);

    /// <summary>True when all 256 bytes, as visible characters, are tokens, and nothing is added to words.</summary>
    internal bool HasByteAlphabet => options.ContinuingSubwordPrefix is null && options.EndOfWordSuffix is null
        && Enumerable.Range(0, 256).All(value => charIds[ByteAlphabet.Char((byte)value)] >= 0);

    internal override void Write(Utf8JsonWriter json) => json.Part("BPE", () =>
    {
        json.WriteNull("dropout");
        json.TextOrNull("unk_token", options.Unknown);
        json.TextOrNull("continuing_subword_prefix", options.ContinuingSubwordPrefix);
        json.TextOrNull("end_of_word_suffix", options.EndOfWordSuffix);
        json.WriteBoolean("fuse_unk", options.FuseUnknown);
        json.WriteBoolean("byte_fallback", options.ByteFallback);
        json.WriteBoolean("ignore_merges", options.IgnoreMerges);
        vocabulary.Write(json);
        json.List("merges", Merges, merge =>
        {
            json.WriteStartArray();
            json.WriteStringValue(merge.Left);
            json.WriteStringValue(merge.Right);
            json.WriteEndArray();
        });
    });

    private static (string Left, string Right) ReadMerge(JsonPart json)
    {
        if (json.IsString)
            return ParseMerge(json.String()) ?? throw json.Error("should be two tokens with a space between");
        return json.Items().ToArray() is [JsonPart left, JsonPart right] ? (left.String(), right.String()) : throw json.Error("should be two tokens");
    }

    // the word's symbols, merged
    private void Fill(ReadOnlySpan<char> word, BpeMerger merger)
    {
        merger.Clear();
        if (options.IgnoreMerges && vocabulary.IdOf(word) is >= 0 and int whole)
        {
            merger.Add(whole, 0, word.Length);
            return;
        }
        bool plain = options.ContinuingSubwordPrefix is null && options.EndOfWordSuffix is null, unknownBefore = false;
        for (int at = 0; at < word.Length;)
        {
            int length = char.IsHighSurrogate(word[at]) && at + 1 < word.Length ? 2 : 1;
            int id = plain && length == 1 ? charIds[word[at]] : Symbol(word, at, length);
            if (id >= 0)
                merger.Add(id, at, at + length);
            else if (options.ByteFallback && AddBytes(word, at, length, merger))
                id = 0;
            else if (unknownBefore && options.FuseUnknown)
                merger.Extend(at + length);
            else if (options.Unknown is not null)
                merger.Add(unknownId >= 0 ? unknownId : throw new TokenizerException($"'{word.Slice(at, length)}' is not in the vocabulary, and neither is the unknown token '{options.Unknown}'."), at, at + length);
            unknownBefore = id < 0 && options.Unknown is not null;
            at += length;
        }
        merger.Merge();
    }

    private int Symbol(ReadOnlySpan<char> word, int at, int length)
    {
        string prefix = at > 0 ? options.ContinuingSubwordPrefix ?? "" : "", suffix = at + length == word.Length ? options.EndOfWordSuffix ?? "" : "";
        return vocabulary.IdOf(string.Concat(prefix, word.Slice(at, length), suffix));
    }

    private bool AddBytes(ReadOnlySpan<char> word, int at, int length, BpeMerger merger)
    {
        Span<byte> bytes = stackalloc byte[256];
        // the bytes of the symbol as it was looked up, with what belongs to the word's ends
        string? prefix = at > 0 ? options.ContinuingSubwordPrefix : null, suffix = at + length == word.Length ? options.EndOfWordSuffix : null;
        ReadOnlySpan<char> symbol = prefix is null && suffix is null ? word.Slice(at, length) : string.Concat(prefix, word.Slice(at, length), suffix);
        if (!System.Text.Encoding.UTF8.TryGetBytes(symbol, bytes, out int count))
            return false;
        for (int i = 0; i < count; i++)
        {
            if (fallbackIds[bytes[i]] < 0)
                return false;
        }
        for (int i = 0; i < count; i++)
            merger.Add(fallbackIds[bytes[i]], at, at + length);
        return true;
    }
}

/// <summary>What a BPE model does besides merging.</summary>
/// <param name="Unknown">The token for characters it does not know; null: they vanish.</param>
/// <param name="ContinuingSubwordPrefix">Written before every symbol but a word's first.</param>
/// <param name="EndOfWordSuffix">Written after a word's last symbol.</param>
/// <param name="FuseUnknown">One unknown token for a run of unknown characters.</param>
/// <param name="ByteFallback">Unknown characters become their UTF-8 bytes, <c>&lt;0xEA&gt;</c>.</param>
/// <param name="IgnoreMerges">A word that is a token is that token, whatever the merges say.</param>
public sealed record BpeOptions(string? Unknown = null, string? ContinuingSubwordPrefix = null, string? EndOfWordSuffix = null,
    bool FuseUnknown = false, bool ByteFallback = false, bool IgnoreMerges = false);
