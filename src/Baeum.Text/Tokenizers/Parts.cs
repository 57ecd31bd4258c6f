using System.Text.Json;

namespace Baeum.Text;

/// <summary>The first stage: rewrites text (case, accents, Unicode forms) before it is cut.</summary>
public abstract class Normalizer
{
    /// <summary>The text as this stage leaves it.</summary>
    public string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var aligned = new AlignedText(Surrogates.Repair(text));
        Apply(aligned);
        return aligned.ToString();
    }

    /// <summary>Rewrites in place.</summary>
    internal abstract void Apply(AlignedText text);

    /// <summary>Writes its object of <c>tokenizer.json</c>.</summary>
    internal abstract void Write(Utf8JsonWriter json);
}

/// <summary>The second stage: cuts text into the words that the model sees one at a time.</summary>
public abstract class PreTokenizer
{
    /// <summary>The words of a text, with their place in it (chars).</summary>
    public IReadOnlyList<(string Word, int Start, int End)> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var pieces = new PieceList(new AlignedText(Surrogates.Repair(text)));
        Apply(pieces);
        return [.. pieces.Pieces.Select(piece => (piece.Text.ToString(), piece.Text.OriginalStart, piece.Text.OriginalEnd))];
    }

    /// <summary>Cuts the pieces further.</summary>
    internal abstract void Apply(PieceList pieces);

    /// <summary>Writes its object of <c>tokenizer.json</c>.</summary>
    internal abstract void Write(Utf8JsonWriter json);
}

/// <summary>The third stage: turns a word into tokens of its vocabulary. Shared by all threads; what changes while it works lies in the <see cref="Workspace"/>.</summary>
public abstract class TokenModel
{
    /// <summary>How many tokens it knows.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>A token's id; null when it is not in the vocabulary.</summary>
    public abstract int? IdOf(string token);

    /// <summary>An id's token; null when there is none.</summary>
    public abstract string? TokenOf(int id);

    /// <summary>All tokens with their ids.</summary>
    public abstract IEnumerable<KeyValuePair<string, int>> Vocabulary { get; }

    /// <summary>Adds the tokens of a word.</summary>
    internal abstract void Tokenize(ReadOnlySpan<char> word, List<Token> tokens, Workspace workspace);

    /// <summary>Adds the ids alone: the same ids as <see cref="Tokenize"/>, faster where the model has a way.</summary>
    internal virtual void TokenizeIds(ReadOnlySpan<char> word, IdList ids, Workspace workspace)
    {
        List<Token> tokens = workspace.Tokens;
        tokens.Clear();
        Tokenize(word, tokens, workspace);
        foreach (Token token in tokens)
            ids.Add(token.Id);
    }

    /// <summary>A short cut to ids with these parts around the model; null when there is none.</summary>
    internal virtual FastEncoder? Fast(Normalizer? normalizer, PreTokenizer? preTokenizer) => null;

    /// <summary>Writes its object of <c>tokenizer.json</c>.</summary>
    internal abstract void Write(Utf8JsonWriter json);
}

/// <summary>The fourth stage: adds special tokens and joins a pair.</summary>
public abstract class PostProcessor
{
    /// <summary>How many special tokens it adds to a single text, or to a pair.</summary>
    public abstract int AddedTokens(bool pair);

    /// <summary>One encoding a sequence in, the finished sequence of encodings out (to be joined).</summary>
    internal abstract List<Encoding> Apply(List<Encoding> encodings, bool addSpecialTokens);

    /// <summary>Writes its object of <c>tokenizer.json</c>.</summary>
    internal abstract void Write(Utf8JsonWriter json);
}

/// <summary>The way back: turns token strings into text.</summary>
public abstract class Decoder
{
    /// <summary>The text of some tokens.</summary>
    public string Decode(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return string.Concat(Apply([.. tokens]));
    }

    /// <summary>Rewrites the tokens; joined, they are the text.</summary>
    internal abstract List<string> Apply(List<string> tokens);

    /// <summary>Writes its object of <c>tokenizer.json</c>.</summary>
    internal abstract void Write(Utf8JsonWriter json);
}

/// <summary>What one thread needs while it encodes; kept from text to text.</summary>
internal sealed class Workspace
{
    internal IdList Ids { get; } = new();

    internal List<Token> Tokens { get; } = [];

    /// <summary>The model's own memory (cache, symbols), made by the model when first needed.</summary>
    internal object? Model { get; set; }
}
