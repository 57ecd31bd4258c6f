using System.Globalization;
using System.Text.Json;
using Baeum.Text;

namespace Baeum.Cli.Verify;

/// <summary>
/// Tokenizers and what they make of awkward texts. Books of their own layout: texts with ids, tokens, offsets and the text decoded again;
/// <c>real-vocabularies</c> has the ids by the vocabularies in the data folder beside the books.
/// </summary>
internal static class TokenizerCases
{
    private static readonly Dictionary<string, Func<string, Tokenizer>> RealVocabularies = new(StringComparer.Ordinal)
    {
        ["gpt2"] = folder => Tokenizer.FromBpeVocabulary(Path.Combine(folder, "gpt2.encoder.json"), Path.Combine(folder, "gpt2.vocab.bpe")),
        ["bert-base-uncased"] = folder => Tokenizer.FromWordPieceVocabulary(Path.Combine(folder, "bert-base-uncased.vocab.txt")),
        ["kcbert"] = folder => Tokenizer.FromWordPieceVocabulary(Path.Combine(folder, "kcbert.vocab.txt"), lowercase: false),
        ["all-MiniLM-L6-v2"] = folder => Tokenizer.FromFile(Path.Combine(folder, "all-MiniLM-L6-v2.tokenizer.json")),
        ["phi3_llama2bpe"] = folder => Tokenizer.FromFile(Path.Combine(folder, "phi3_llama2bpe.tokenizer.json")),
        ["ke-t5"] = folder => Tokenizer.FromFile(Path.Combine(folder, "ke-t5.sentencepiece.model")),
        ["llama2"] = folder => Tokenizer.FromFile(Path.Combine(folder, "llama2.tokenizer.model")),
    };

    /// <summary>The comparisons of a book; null when it is not about tokenizers.</summary>
    internal static IEnumerable<Comparison>? Of(Book book, JsonElement root)
    {
        if (book.Subject == "real-vocabularies")
            return OfRealVocabularies(book, root);
        string? file = ((string[])[".tokenizer.json", ".model"]).Select(end => Path.Combine(Path.GetDirectoryName(book.Path)!, book.Subject + end)).FirstOrDefault(File.Exists);
        return file is null ? null : OfTrained(book, root, file);
    }

    private static IEnumerable<Comparison> OfTrained(Book book, JsonElement root, string file)
    {
        var tokenizer = new Lazy<Tokenizer>(() => Open(file));
        int number = 0;
        foreach (JsonElement example in root.GetProperty("cases").EnumerateArray())
        {
            yield return new Comparison(FormattableString.Invariant($"{book.Name}/{number++}"), () => Exact(note => Hold(tokenizer.Value, example, note)));
        }
        if (root.TryGetProperty("pair", out JsonElement pair))
            yield return new Comparison($"{book.Name}/pair", () => Exact(note => HoldPair(tokenizer.Value, pair, note)));
        yield return new Comparison($"{book.Name}/vocab_size", () => Exact(note => Same("vocab_size", [tokenizer.Value.VocabularySize], [root.GetProperty("vocab_size").GetInt32()], note)));
    }

    private static IEnumerable<Comparison> OfRealVocabularies(Book book, JsonElement root)
    {
        string folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(book.Path)!, "..", "..", "data", "tokenizers"));
        JsonElement[] examples = [.. root.GetProperty("cases").EnumerateArray()];
        foreach ((string name, Func<string, Tokenizer> open) in RealVocabularies)
        {
            if (!Directory.Exists(folder))
            {
                yield return new Comparison($"{book.Name}/{name}", null);
                continue;
            }
            var tokenizer = new Lazy<Tokenizer>(() => Plain(open(folder)));
            int number = 0;
            foreach (JsonElement example in examples.Where(example => example.GetProperty("ids").TryGetProperty(name, out _)))
                yield return new Comparison(FormattableString.Invariant($"{book.Name}/{name}_{number++}"), () => Exact(note => HoldIds(tokenizer.Value, name, example, note)));
        }
    }

    private static Tokenizer Open(string file) => Plain(Tokenizer.FromFile(file));

    // the figures were taken without truncation and padding
    private static Tokenizer Plain(Tokenizer tokenizer)
    {
        (tokenizer.Truncation, tokenizer.Padding) = (null, null);
        return tokenizer;
    }

    private static void Hold(Tokenizer tokenizer, JsonElement example, Action<string> note)
    {
        string text = example.GetProperty("text").GetString()!;
        Encoding encoding = tokenizer.Encode(text);
        int[] ids = Ints(example.GetProperty("ids"));
        Same("ids", encoding.Ids, ids, note);
        Same("ids (fast)", tokenizer.EncodeToIds(text), ids, note);
        foreach (string name in (string[])["tokens", "pieces"])
        {
            if (example.TryGetProperty(name, out JsonElement tokens))
                Same(name, encoding.Tokens, [.. tokens.EnumerateArray().Select(token => token.GetString()!)], note);
        }
        if (example.TryGetProperty("offsets", out JsonElement offsets))
            Same("offsets", [.. encoding.Offsets.Select(range => (CodePoints(text, range.Start), CodePoints(text, range.End)))], [.. offsets.EnumerateArray().Select(range => (range[0].GetInt32(), range[1].GetInt32()))], note);
        HoldDecoded(tokenizer, ids, example.GetProperty("decoded").GetString()!, note);
    }

    private static void HoldPair(Tokenizer tokenizer, JsonElement pair, Action<string> note)
    {
        // the pair's texts are not in the book: what it was made from is
        Encoding encoding = tokenizer.Encode("How are you?", "I am fine.");
        Same("ids", encoding.Ids, Ints(pair.GetProperty("ids")), note);
        Same("type_ids", encoding.TypeIds, Ints(pair.GetProperty("type_ids")), note);
    }

    private static void HoldIds(Tokenizer tokenizer, string name, JsonElement example, Action<string> note)
    {
        string text = example.GetProperty("text").GetString()!;
        int[] ids = Ints(example.GetProperty("ids").GetProperty(name));
        Same("ids", tokenizer.Encode(text).Ids, ids, note);
        Same("ids (fast)", tokenizer.EncodeToIds(text), ids, note);
        if (example.TryGetProperty("decoded", out JsonElement decoded) && decoded.TryGetProperty(name, out JsonElement wanted))
            HoldDecoded(tokenizer, ids, wanted.GetString()!, note);
    }

    private static void HoldDecoded(Tokenizer tokenizer, int[] ids, string wanted, Action<string> note)
    {
        Same("decoded", tokenizer.Decode(ids).ToCharArray(), wanted.ToCharArray(), note);
        // what is no UTF-8 looks different before its end has come
        if (wanted.Contains('\uFFFD'))
            return;
        DecodeStream stream = tokenizer.Stream();
        Same("streamed", (string.Concat(ids.Select(stream.Add)) + stream.Finish()).ToCharArray(), wanted.ToCharArray(), note);
    }

    private static Outcome Exact(Action<Action<string>> hold)
    {
        string? difference = null;
        hold(found => difference ??= found);
        return new Outcome(difference is null ? 0 : double.PositiveInfinity, 0, difference ?? "");
    }

    private static void Same<T>(string what, IReadOnlyList<T> got, IReadOnlyList<T> wanted, Action<string> note)
    {
        for (int i = 0; i < Math.Max(got.Count, wanted.Count); i++)
        {
            if (i < got.Count && i < wanted.Count && EqualityComparer<T>.Default.Equals(got[i], wanted[i]))
                continue;
            note(string.Create(CultureInfo.InvariantCulture, $"{what}[{i}]: {(i < got.Count ? $"'{got[i]}'" : "nothing")} instead of {(i < wanted.Count ? $"'{wanted[i]}'" : "nothing")}"));
            return;
        }
    }

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetInt32())];

    // the books count code points where .NET counts chars
    private static int CodePoints(string text, int chars) => text.AsSpan(0, chars).Length - text.AsSpan(0, chars).ToArray().Count(char.IsLowSurrogate);
}
