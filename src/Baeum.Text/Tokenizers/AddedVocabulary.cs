using System.Buffers;

namespace Baeum.Text;

/// <summary>Finds added tokens in text: the leftmost, and of those that begin there the longest.</summary>
internal sealed class AddedVocabulary
{
    private readonly Dictionary<(int Node, char Char), int> edges = [];
    private readonly List<AddedToken?> found = [null];
    private readonly SearchValues<char> firstChars;

    /// <param name="tokens">What to find, each by its content or by its content as normalised.</param>
    internal AddedVocabulary(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        var first = new HashSet<char>();
        foreach ((string content, AddedToken token) in tokens)
        {
            if (content.Length == 0)
                continue;
            first.Add(content[0]);
            int node = 0;
            foreach (char letter in content)
            {
                if (!edges.TryGetValue((node, letter), out int next))
                {
                    edges.Add((node, letter), next = found.Count);
                    found.Add(null);
                }
                node = next;
            }
            found[node] ??= token;
        }
        firstChars = SearchValues.Create([.. first]);
        IsEmpty = first.Count == 0;
    }

    internal bool IsEmpty { get; }

    /// <summary>True when no token can stand in the text: the common case, found out quickly.</summary>
    internal bool SurelyAbsent(ReadOnlySpan<char> text) => IsEmpty || !text.ContainsAny(firstChars) || Next(text, 0).Token is null;

    /// <summary>The next token at or after a place, as it stands there, without the spaces it may take along.</summary>
    internal (int Start, int End, AddedToken? Token) Next(ReadOnlySpan<char> text, int from)
    {
        while (from < text.Length && !IsEmpty)
        {
            int at = text[from..].IndexOfAny(firstChars);
            if (at < 0)
                break;
            at += from;
            int node = 0, end = 0;
            AddedToken? longest = null;
            for (int i = at; i < text.Length && edges.TryGetValue((node, text[i]), out node); i++)
            {
                if (found[node] is AddedToken token)
                    (longest, end) = (token, i + 1);
            }
            if (longest is not null)
                return (at, end, longest);
            from = at + 1;
        }
        return (text.Length, text.Length, null);
    }

    /// <summary>All of a text: stretches without a token, and tokens with the spaces they take along.</summary>
    internal List<(int Start, int End, AddedToken? Token)> Split(ReadOnlySpan<char> text)
    {
        var parts = new List<(int, int, AddedToken?)>();
        int done = 0, from = 0;
        while (true)
        {
            (int start, int end, AddedToken? token) = Next(text, from);
            if (token is null)
                break;
            from = end;
            if (token.SingleWord && (start > 0 && IsWordChar(text[start - 1]) || end < text.Length && IsWordChar(text[end])))
                continue;
            if (token.StripLeft)
            {
                while (start > done && char.IsWhiteSpace(text[start - 1]))
                    start--;
            }
            if (token.StripRight)
            {
                while (end < text.Length && char.IsWhiteSpace(text[end]))
                    end++;
            }
            // a match that began within spaces which the one before took along
            start = Math.Max(start, done);
            if (start > done)
                parts.Add((done, start, null));
            parts.Add((start, Math.Max(start, end), token));
            done = Math.Max(done, end);
        }
        if (done < text.Length)
            parts.Add((done, text.Length, null));
        return parts;
    }

    // halves of pairs count as letters: nearly all letters beyond the first plane are
    private static bool IsWordChar(char letter) => UnicodeClass.IsWord(letter) || char.IsSurrogate(letter);
}
