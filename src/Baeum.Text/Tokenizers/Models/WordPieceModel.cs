using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>The longest pieces that the vocabulary has, from left to right (BERT; Schuster and Nakajima 2012).</summary>
public sealed class WordPieceModel : TokenModel
{
    private readonly TokenVocabulary vocabulary;
    private readonly string unknown, prefix;
    private readonly int unknownId, longest, longestPiece;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> continued;

    /// <summary>A model of its vocabulary.</summary>
    /// <param name="vocabulary">Tokens and ids.</param>
    /// <param name="unknown">The token for a word that cannot be cut.</param>
    /// <param name="prefix">What marks a piece within a word.</param>
    /// <param name="longestWord">Longer words (code points) are unknown.</param>
    public WordPieceModel(IEnumerable<KeyValuePair<string, int>> vocabulary, string unknown = "[UNK]", string prefix = "##", int longestWord = 100)
        : this(new TokenVocabulary(vocabulary), unknown, prefix, longestWord)
    {
    }

    private WordPieceModel(TokenVocabulary vocabulary, string unknown, string prefix, int longestWord)
    {
        (this.vocabulary, this.unknown, this.prefix, longest) = (vocabulary, unknown, prefix, longestWord);
        unknownId = vocabulary.IdOf(unknown);
        var inner = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in vocabulary.Entries)
        {
            longestPiece = Math.Max(longestPiece, token.Length);
            if (token.StartsWith(prefix, StringComparison.Ordinal))
                inner[token[prefix.Length..]] = id;
        }
        continued = inner.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Count;

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int>> Vocabulary => vocabulary.Entries;

    /// <summary>The token for a word that cannot be cut.</summary>
    public string Unknown => unknown;

    /// <inheritdoc/>
    public override int? IdOf(string token) => vocabulary.IdOf(token) is >= 0 and int id ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => vocabulary.TokenOf(id);

    internal static WordPieceModel Read(JsonPart json) => new(TokenVocabulary.Read(json["vocab"]), json.TextOrNull("unk_token") ?? "[UNK]",
        json.TextOrNull("continuing_subword_prefix") ?? "##", json.Number("max_input_chars_per_word", 100));

    internal override void Tokenize(ReadOnlySpan<char> word, List<Token> tokens, Workspace workspace)
    {
        int before = tokens.Count;
        // a char is at most one code point, so that only long words need counting
        bool known = word.Length <= longest || CodePoints(word) <= longest;
        for (int start = 0; known && start < word.Length;)
        {
            int end = Math.Min(word.Length, start + longestPiece), id = -1;
            for (; end > start; end--)
            {
                if (end < word.Length && char.IsLowSurrogate(word[end]))
                    continue;
                ReadOnlySpan<char> piece = word[start..end];
                if (start == 0)
                    id = vocabulary.IdOf(piece);
                else if (!continued.TryGetValue(piece, out id))
                    id = -1;
                if (id >= 0)
                    break;
            }
            known = id >= 0;
            tokens.Add(new Token(id, start, end));
            start = end;
        }
        if (known)
            return;
        if (unknownId < 0)
            throw new TokenizerException($"The word '{(word.Length > 50 ? word[..50] : word)}' cannot be cut into pieces of the vocabulary, and the unknown token '{unknown}' is not in it.");
        tokens.RemoveRange(before, tokens.Count - before);
        tokens.Add(new Token(unknownId, 0, word.Length));
    }

    internal override FastEncoder? Fast(Normalizer? normalizer, PreTokenizer? preTokenizer) =>
        normalizer is BertNormalizer bert && preTokenizer is BertPreTokenizer words ? new WordPieceEncoder(this, bert, words) : null;

    internal override void Write(Utf8JsonWriter json) => json.Part("WordPiece", () =>
    {
        json.WriteString("unk_token", unknown);
        json.WriteString("continuing_subword_prefix", prefix);
        json.WriteNumber("max_input_chars_per_word", longest);
        vocabulary.Write(json);
    });

    private static int CodePoints(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (Rune _ in word.EnumerateRunes())
            count++;
        return count;
    }
}
