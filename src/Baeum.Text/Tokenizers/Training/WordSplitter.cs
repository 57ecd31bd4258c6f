using System.Text;

namespace Baeum.Text;

/// <summary>
/// Cuts texts into the words to be counted. The general way runs the tokenizer's stages over every text; where these never look across a space, the stretches
/// between spaces are counted as they stand, and the stages run once for each distinct one.
/// </summary>
internal abstract class WordSplitter
{
    /// <summary>Counts the words of a text.</summary>
    internal abstract void Count(string text, WordCounts counts);

    /// <summary>Does what was put off, once a distinct word.</summary>
    internal virtual WordCounts Finish(WordCounts counts) => counts;

    internal static WordSplitter For(Normalizer? normalizer, PreTokenizer? preTokenizer) => (normalizer, preTokenizer) switch
    {
        (null or UnicodeNormalizer, ByteLevelPreTokenizer { UseRegex: true } bytes) => new ByteLevel(normalizer, bytes),
        (null, MetaspacePreTokenizer { Splits: true, Scheme: not PrependScheme.First } spaces) => new Metaspace(spaces),
        (BertNormalizer, BertPreTokenizer) => new General(normalizer, preTokenizer, betweenSpaces: true),
        (NormalizerSequence { Stages: [NmtNormalizer, UnicodeNormalizer, ReplaceNormalizer { Content: " " }] }, MetaspacePreTokenizer { Splits: true, Scheme: PrependScheme.Always }) =>
            new General(normalizer, preTokenizer, betweenSpaces: true),
        _ => new General(normalizer, preTokenizer, betweenSpaces: false),
    };

    private sealed class General(Normalizer? normalizer, PreTokenizer? preTokenizer, bool betweenSpaces) : WordSplitter
    {
        internal override void Count(string text, WordCounts counts)
        {
            if (!betweenSpaces)
            {
                Run(text, 1, counts);
                return;
            }
            foreach (Range range in text.AsSpan().SplitAny(' ', '\t', '\r', '\n'))
                counts.Add(text.AsSpan()[range]);
        }

        internal override WordCounts Finish(WordCounts counts)
        {
            if (!betweenSpaces)
                return counts;
            var words = new WordCounts();
            foreach ((string stretch, long times) in counts.Sorted())
                Run(stretch, times, words);
            return words;
        }

        private void Run(string text, long times, WordCounts counts)
        {
            var aligned = new AlignedText(text);
            normalizer?.Apply(aligned);
            var pieces = new PieceList(aligned);
            preTokenizer?.Apply(pieces);
            foreach (Piece piece in pieces.Pieces)
                counts.Add(piece.Text.Chars, times);
        }
    }

    private sealed class ByteLevel(Normalizer? normalizer, ByteLevelPreTokenizer preTokenizer) : WordSplitter
    {
        internal override void Count(string text, WordCounts counts)
        {
            if (preTokenizer.AddPrefixSpace && !text.StartsWith(' '))
                text = " " + text;
            Cut(text, 1, counts);
        }

        // a form such as NFD changes letters, hardly ever where words end: it is applied to the distinct words, which are then cut again
        internal override WordCounts Finish(WordCounts counts)
        {
            if (normalizer is not null)
            {
                WordCounts raw = counts;
                counts = new WordCounts();
                foreach ((string word, long times) in raw.Sorted())
                    Cut(normalizer.Normalize(word), times, counts);
            }
            var words = new WordCounts();
            foreach ((string word, long times) in counts.Sorted())
            {
                var visible = new StringBuilder(word.Length);
                foreach (byte b in System.Text.Encoding.UTF8.GetBytes(word))
                    visible.Append(ByteAlphabet.Char(b));
                words.Add(visible.ToString(), times);
            }
            return words;
        }

        private static void Cut(string text, long times, WordCounts counts)
        {
            for (int at = 0; at < text.Length;)
            {
                int end = WordScanner.OfGpt2.Next(text, at);
                counts.Add(text.AsSpan(at, end - at), times);
                at = end;
            }
        }
    }

    private sealed class Metaspace(MetaspacePreTokenizer preTokenizer) : WordSplitter
    {
        private readonly char sign = preTokenizer.Replacement;

        internal override void Count(string text, WordCounts counts)
        {
            text = text.Replace(' ', sign);
            if (preTokenizer.Scheme == PrependScheme.Always && text.Length > 0 && text[0] != sign)
                text = sign + text;
            for (int at = 0; at < text.Length;)
            {
                int next = text.AsSpan(at + 1).IndexOf(sign);
                int end = next < 0 ? text.Length : at + 1 + next;
                counts.Add(text.AsSpan(at, end - at));
                at = end;
            }
        }
    }
}
