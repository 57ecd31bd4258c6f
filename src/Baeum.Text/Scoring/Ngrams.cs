namespace Baeum.Text;

/// <summary>Counted n-grams, and the white space that the reference programs split at.</summary>
internal static class Ngrams
{
    private const char Between = '\0';

    /// <summary>Each n-gram with its count.</summary>
    internal static Dictionary<string, int> Count(IReadOnlyList<string> tokens, int n)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] window = new string[n];
        for (int i = 0; i + n <= tokens.Count; i++)
        {
            for (int k = 0; k < n; k++)
                window[k] = tokens[i + k];
            string gram = n == 1 ? window[0] : string.Join(Between, window);
            counts[gram] = counts.GetValueOrDefault(gram) + 1;
        }
        return counts;
    }

    /// <summary>How many n-grams two counts share.</summary>
    internal static int Common(Dictionary<string, int> a, Dictionary<string, int> b) => a.Sum(entry => Math.Min(entry.Value, b.GetValueOrDefault(entry.Key)));

    /// <summary>The code points as strings.</summary>
    internal static string[] Characters(string text)
    {
        var characters = new List<string>(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            characters.Add(text.Substring(i, length));
            i += length;
        }
        return [.. characters];
    }

    /// <summary>What stands between white space, as Python sees it: the four separators U+001C to U+001F count too.</summary>
    internal static string[] Words(string text)
    {
        var words = new List<string>();
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool space = i == text.Length || IsSpace(text[i]);
            if (!space && start < 0)
                start = i;
            if (space && start >= 0)
            {
                words.Add(text[start..i]);
                start = -1;
            }
        }
        return [.. words];
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\u001C' and <= '\u001F';
}
