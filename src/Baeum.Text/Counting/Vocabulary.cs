namespace Baeum.Text;

/// <summary>The words that are known, and their ids.</summary>
public sealed class Vocabulary
{
    private readonly Dictionary<string, int> ids;
    private readonly string[] words;

    /// <summary>A vocabulary of these words in this order; the first has id 0.</summary>
    /// <param name="words">The words, each once.</param>
    /// <param name="unknown">The word whose id stands for all others; null: there is none.</param>
    /// <exception cref="ArgumentException">A word occurs twice, or the unknown word is not among them.</exception>
    public Vocabulary(IEnumerable<string> words, string? unknown = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        this.words = [.. words];
        ids = new Dictionary<string, int>(this.words.Length, StringComparer.Ordinal);
        foreach (string word in this.words)
        {
            if (!ids.TryAdd(word, ids.Count))
                throw new ArgumentException($"Vocabulary: '{word}' stands in the list twice.", nameof(words));
        }
        if (unknown is not null)
            UnknownId = ids.TryGetValue(unknown, out int id) ? id : throw new ArgumentException($"Vocabulary: '{unknown}' is to stand for unknown words but is not among the words; put it first.", nameof(unknown));
    }

    /// <summary>Counts words and numbers them by how often they occur; words of equal count stand in the order in which they first occurred.</summary>
    /// <param name="texts">Texts as lists of words.</param>
    /// <param name="minCount">Rarer words are left out.</param>
    /// <param name="maxSize">At most this many words, the special ones included.</param>
    /// <param name="special">Words that come first whether they occur or not, such as <c>&lt;pad&gt;</c> and <c>&lt;unk&gt;</c>.</param>
    /// <param name="unknown">The word that stands for all others.</param>
    public static Vocabulary Build(
        IEnumerable<IEnumerable<string>> texts, int minCount = 1, int maxSize = int.MaxValue, IReadOnlyList<string>? special = null, string? unknown = null)
    {
        IReadOnlyList<string> first = special ?? [];
        IEnumerable<string> frequent = Count(texts).Where(entry => entry.Count >= minCount && !first.Contains(entry.Word)).Select(entry => entry.Word);
        return new Vocabulary(first.Concat(frequent).Take(maxSize), unknown);
    }

    /// <summary>Each word with its count, the most frequent first; equal counts in the order in which the words first occurred.</summary>
    public static IReadOnlyList<(string Word, int Count)> Count(IEnumerable<IEnumerable<string>> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (string word in texts.SelectMany(text => text))
        {
            if (counts.TryAdd(word, 1))
                order.Add(word);
            else
                counts[word]++;
        }
        return [.. order.Select(word => (word, counts[word])).OrderByDescending(entry => entry.Item2)];
    }

    /// <summary>How many words are known.</summary>
    public int Size => words.Length;

    /// <summary>The id that unknown words get; null: they have none.</summary>
    public int? UnknownId { get; }

    /// <summary>The words in the order of their ids.</summary>
    public IReadOnlyList<string> Words => words;

    /// <summary>The word of an id.</summary>
    public string this[int id] => id >= 0 && id < words.Length ? words[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"Vocabulary: there are {words.Length} words, with ids from 0.");

    /// <summary>The id of a word; that of the unknown word, or -1, where it is not known.</summary>
    public int Id(string word) => ids.TryGetValue(word, out int id) ? id : UnknownId ?? -1;

    /// <summary>True when the word itself is known.</summary>
    public bool Contains(string word) => ids.ContainsKey(word);

    /// <summary>The ids of a text; unknown words are left out where no word stands for them.</summary>
    public int[] Encode(IEnumerable<string> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Select(Id).Where(id => id >= 0)];
    }

    /// <summary>The words of ids.</summary>
    public string[] Decode(IEnumerable<int> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Select(id => this[id])];
    }

    internal Dictionary<string, int> Ids => ids;
}
