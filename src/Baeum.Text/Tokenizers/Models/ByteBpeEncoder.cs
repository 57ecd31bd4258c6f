using System.Text;

namespace Baeum.Text;

/// <summary>The short cut of byte-level BPE (GPT-2, Llama 3, Qwen): a scanner finds words, a cache knows most of them, the others are merged from bytes.</summary>
internal sealed class ByteBpeEncoder : FastEncoder
{
    private readonly BpeModel model;
    private readonly WordScanner? scanner;
    private readonly SplitPreTokenizer[] splits;
    private readonly bool prefixSpace, composed;

    private ByteBpeEncoder(BpeModel model, WordScanner? scanner, SplitPreTokenizer[] splits, bool prefixSpace, bool composed) =>
        (this.model, this.scanner, this.splits, this.prefixSpace, this.composed) = (model, scanner, splits, prefixSpace, composed);

    internal static ByteBpeEncoder? For(BpeModel model, Normalizer? normalizer, PreTokenizer? preTokenizer)
    {
        if (normalizer is not (null or UnicodeNormalizer { Form: NormalizationForm.FormC }) || !model.HasByteAlphabet)
            return null;
        bool composed = normalizer is not null;
        if (preTokenizer is ByteLevelPreTokenizer bytes)
            return new ByteBpeEncoder(model, bytes.UseRegex ? WordScanner.OfGpt2 : null, [], bytes.AddPrefixSpace, composed);
        if (preTokenizer is not PreTokenizerSequence { Stages: var stages } || stages.Count == 0 || stages[^1] is not ByteLevelPreTokenizer { AddPrefixSpace: false } last)
            return null;
        SplitPreTokenizer[] splits = [.. stages.OfType<SplitPreTokenizer>()];
        if (splits.Length != stages.Count - 1)
            return null;
        return splits is [{ Scanner: WordScanner known }] && !last.UseRegex
            ? new ByteBpeEncoder(model, known, [], prefixSpace: false, composed)
            : new ByteBpeEncoder(model, last.UseRegex ? WordScanner.OfGpt2 : null, splits, prefixSpace: false, composed);
    }

    internal override void Encode(ReadOnlySpan<char> text, bool first, Workspace workspace)
    {
        if (text.IsEmpty)
            return;
        BpeMerger merger = model.Merger(workspace);
        if (composed && text.ContainsAnyExceptInRange('\0', '\u02FF'))
            text = UnicodeForms.Normalize(new string(text), NormalizationForm.FormC);
        if (prefixSpace && text[0] != ' ')
        {
            if (merger.Chars.Length <= text.Length)
                merger.Chars = new char[2 * (text.Length + 1)];
            merger.Chars[0] = ' ';
            text.CopyTo(merger.Chars.AsSpan(1));
            text = merger.Chars.AsSpan(0, text.Length + 1);
        }
        Cut(text, 0, merger, workspace.Ids);
    }

    // the pieces of one split, cut by the next
    private void Cut(ReadOnlySpan<char> text, int split, BpeMerger merger, IdList ids)
    {
        if (split == splits.Length)
        {
            Scan(text, merger, ids);
            return;
        }
        foreach ((int start, int end) in splits[split].Ranges(text))
            Cut(text[start..end], split + 1, merger, ids);
    }

    private void Scan(ReadOnlySpan<char> text, BpeMerger merger, IdList ids)
    {
        WordCache cache = merger.Cache;
        for (int at = 0; at < text.Length;)
        {
            int end = scanner is null ? text.Length : scanner.Next(text, at);
            ReadOnlySpan<char> word = text[at..end];
            at = end;
            bool keep = word.Length <= WordCache.LongestWord;
            uint hash = keep ? WordCache.Hash(word) : 0;
            if (keep && cache.TryAdd(word, hash, ids))
                continue;
            model.TokenizeBytes(word, merger);
            ids.Add(merger.Ids);
            if (keep)
                cache.Insert(word, hash, merger.Ids);
        }
    }
}
