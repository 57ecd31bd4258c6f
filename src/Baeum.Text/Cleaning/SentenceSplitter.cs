using System.Collections.Frozen;

namespace Baeum.Text;

/// <summary>Cuts a text into sentences, English and Korean, by rule.</summary>
/// <remarks>
/// A sentence ends at . ! ? … or 。 and closing quotes or brackets after it, when white space or the end follows. None ends when a small letter follows, nor does a full stop after an
/// abbreviation (Dr.) or a single capital (J. Kim), or inside a number. A line break with an empty line ends one always.
/// </remarks>
public static class SentenceSplitter
{
    private static readonly FrozenSet<string> Abbreviations = new[]
    {
        "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "etc", "e.g", "i.e", "cf", "fig", "no", "vol", "pp", "al", "inc", "ltd", "co", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "u.s", "a.m", "p.m",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const string Ends = ".!?…。！？", Closers = "\"'”’)]」』》>";

    /// <summary>The sentences in their order, without white space at their ends; empty ones are left out.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sentences = new List<string>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool emptyLine = text[i] == '\n' && NextIsEmptyLine(text, i);
            if (!emptyLine && !Ends.Contains(text[i]))
                continue;
            int end = i + 1;
            while (end < text.Length && (Ends.Contains(text[end]) || Closers.Contains(text[end])))
                end++;
            bool wide = text[i] is '。' or '！' or '？';
            if (!emptyLine && !wide && ((end < text.Length && !char.IsWhiteSpace(text[end])) || GoesOn(text, start, i, end)))
            {
                i = end - 1;
                continue;
            }
            Add(text[start..end]);
            start = end;
            i = end - 1;
        }
        Add(text[start..]);
        return sentences;

        void Add(string sentence)
        {
            sentence = sentence.Trim();
            if (sentence.Length > 0)
                sentences.Add(sentence);
        }
    }

    private static bool NextIsEmptyLine(string text, int lineEnd)
    {
        int i = lineEnd + 1;
        while (i < text.Length && text[i] is (' ' or '\t' or '\r'))
            i++;
        return i < text.Length && text[i] == '\n';
    }

    // a small letter follows, or a full stop belongs to the word before it
    private static bool GoesOn(string text, int start, int stop, int end)
    {
        int next = end;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
            next++;
        if (next < text.Length && char.IsLower(text[next]))
            return true;
        if (text[stop] != '.' || end > stop + 1)
            return false;
        int word = stop;
        while (word > start && (char.IsAsciiLetter(text[word - 1]) || text[word - 1] == '.'))
            word--;
        return next < text.Length && ((stop - word == 1 && char.IsAsciiLetterUpper(text[word])) || Abbreviations.Contains(text[word..stop]));
    }
}
