using System.Text.Json;

namespace Baeum.Text;

/// <summary>Whole words, or the token for what is unknown.</summary>
public sealed class WordLevelModel : TokenModel
{
    private readonly TokenVocabulary vocabulary;
    private readonly string unknown;
    private readonly int unknownId;

    private WordLevelModel(TokenVocabulary vocabulary, string unknown)
    {
        (this.vocabulary, this.unknown) = (vocabulary, unknown);
        unknownId = vocabulary.IdOf(unknown);
    }

    /// <summary>A vocabulary of words.</summary>
    public WordLevelModel(IEnumerable<KeyValuePair<string, int>> vocabulary, string unknown = "<unk>") : this(new TokenVocabulary(vocabulary), unknown)
    {
    }

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Count;

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, int>> Vocabulary => vocabulary.Entries;

    /// <inheritdoc/>
    public override int? IdOf(string token) => vocabulary.IdOf(token) is >= 0 and int id ? id : null;

    /// <inheritdoc/>
    public override string? TokenOf(int id) => vocabulary.TokenOf(id);

    internal static WordLevelModel Read(JsonPart json) => new(TokenVocabulary.Read(json["vocab"]), json.TextOrNull("unk_token") ?? "<unk>");

    internal override void Tokenize(ReadOnlySpan<char> word, List<Token> tokens, Workspace workspace)
    {
        int id = vocabulary.IdOf(word);
        if (id < 0)
            id = unknownId >= 0 ? unknownId : throw new TokenizerException($"The word '{word}' is not in the vocabulary, and neither is the unknown token '{unknown}'.");
        tokens.Add(new Token(id, 0, word.Length));
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("WordLevel", () =>
    {
        vocabulary.Write(json);
        json.WriteString("unk_token", unknown);
    });
}
