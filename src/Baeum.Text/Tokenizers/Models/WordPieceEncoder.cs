using System.Collections.Concurrent;
using System.Text;

namespace Baeum.Text;

/// <summary>
/// The short cut of BERT's tokenizers. Its normalizer works code point by code point, so that a table tells what each becomes (and is filled as they come);
/// the words as they stand in the text are looked up in a cache, and only new ones are normalised and cut.
/// </summary>
internal sealed class WordPieceEncoder(WordPieceModel model, BertNormalizer normalizer, BertPreTokenizer preTokenizer) : FastEncoder
{
    private const byte Unseen = 0, InWord = 1, Vanishes = 2, Space = 3, Alone = 4, Irregular = 5;

    private readonly byte[] kinds = new byte[0x10000];
    private readonly string[] becomes = new string[0x10000];
    private readonly ConcurrentDictionary<int, (byte Kind, string Becomes)> beyond = new();

    internal override void Encode(ReadOnlySpan<char> text, bool first, Workspace workspace)
    {
        Scratch scratch = (Scratch)(workspace.Model ??= new Scratch());
        int before = workspace.Ids.Count, start = -1;
        for (int at = 0; at < text.Length;)
        {
            byte kind = kinds[text[at]];
            int length = 1;
            if (kind == Unseen)
                kind = Look(text, at, out length);
            if (kind <= Vanishes)
            {
                if (start < 0)
                    start = at;
                at += length;
                continue;
            }
            if (start >= 0)
                AddWord(text[start..at], workspace, scratch);
            start = -1;
            if (kind == Alone)
            {
                AddWord(text.Slice(at, length), workspace, scratch);
            }
            else if (kind == Irregular)
            {
                workspace.Ids.Truncate(before);
                EncodeWhole(text, workspace);
                return;
            }
            at += length;
        }
        if (start >= 0)
            AddWord(text[start..], workspace, scratch);
    }

    private void AddWord(ReadOnlySpan<char> word, Workspace workspace, Scratch scratch)
    {
        bool keep = word.Length <= WordCache.LongestWord;
        uint hash = keep ? WordCache.Hash(word) : 0;
        if (keep && scratch.Cache.TryAdd(word, hash, workspace.Ids))
            return;
        scratch.Word.Clear();
        for (int at = 0; at < word.Length;)
        {
            Look(word, at, out int length);
            scratch.Word.Append(length == 1 ? becomes[word[at]] : beyond[char.ConvertToUtf32(word[at], word[at + 1])].Becomes);
            at += length;
        }
        int before = workspace.Ids.Count;
        if (scratch.Word.Length > 0)
            model.TokenizeIds(scratch.Word.ToString(), workspace.Ids, workspace);
        if (keep)
            scratch.Cache.Insert(word, hash, workspace.Ids.Items[before..]);
    }

    // a character that becomes several words: the whole text goes the long way
    private void EncodeWhole(ReadOnlySpan<char> text, Workspace workspace)
    {
        foreach ((string word, _, _) in preTokenizer.Split(normalizer.Normalize(new string(text))))
            model.TokenizeIds(word, workspace.Ids, workspace);
    }

    private byte Look(ReadOnlySpan<char> text, int at, out int length)
    {
        char letter = text[at];
        length = 1;
        if (char.IsHighSurrogate(letter) && at + 1 < text.Length)
        {
            length = 2;
            return beyond.GetOrAdd(char.ConvertToUtf32(letter, text[at + 1]), code => Classify(char.ConvertFromUtf32(code))).Kind;
        }
        byte kind = kinds[letter];
        if (kind != Unseen)
            return kind;
        (kind, becomes[letter]) = Classify(letter.ToString());
        // other threads read without a lock: what it becomes is there before its kind
        Volatile.Write(ref kinds[letter], kind);
        return kind;
    }

    private (byte Kind, string Becomes) Classify(string character)
    {
        string normal = normalizer.Normalize(character), word = normal.Trim();
        if (normal.Length == 0)
            return (Vanishes, "");
        if (word.Length == 0)
            return (Space, "");
        bool single = Rune.GetRuneAt(word, 0).Utf16SequenceLength == word.Length;
        if (word.EnumerateRunes().Any(rune => Rune.IsWhiteSpace(rune) || UnicodeClass.IsBertPunctuation(rune)))
            return (single ? Alone : Irregular, word);
        return (normal.Length == word.Length ? InWord : single ? Alone : Irregular, word);
    }

    private sealed class Scratch
    {
        internal WordCache Cache { get; } = new();

        internal StringBuilder Word { get; } = new();
    }
}
