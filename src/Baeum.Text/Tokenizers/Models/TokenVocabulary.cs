using System.Globalization;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>Tokens and ids, both ways.</summary>
internal sealed class TokenVocabulary
{
    // far beyond any vocabulary, and little enough that a hostile file cannot fill the memory
    private const int MaxId = 1 << 24;

    private readonly Dictionary<string, int> ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly string?[] tokens;

    /// <exception cref="TokenizerException">An id is negative or absurdly large.</exception>
    internal TokenVocabulary(IEnumerable<KeyValuePair<string, int>> entries, int capacity = 0)
    {
        ids = new Dictionary<string, int>(capacity, StringComparer.Ordinal);
        int max = -1;
        foreach ((string token, int id) in entries)
        {
            if (id is < 0 or >= MaxId)
                throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"the token '{token}' has the id {id}; ids run from 0 to {MaxId - 1}"));
            ids[token] = id;
            max = Math.Max(max, id);
        }
        tokens = new string[max + 1];
        // where two tokens share an id, the first one is what it decodes to
        foreach ((string token, int id) in ids)
            tokens[id] ??= token;
        lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    internal int Count => ids.Count;

    internal IEnumerable<KeyValuePair<string, int>> Entries => ids;

    internal static TokenVocabulary Read(JsonPart json) => new(json.Members().Select(member => KeyValuePair.Create(member.Name, member.Value.Int())));

    /// <summary>The id; -1 when there is no such token.</summary>
    internal int IdOf(ReadOnlySpan<char> token) => lookup.TryGetValue(token, out int id) ? id : -1;

    internal string? TokenOf(int id) => (uint)id < (uint)tokens.Length ? tokens[id] : null;

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("vocab");
        foreach ((string token, int id) in ids.OrderBy(entry => entry.Value))
            json.WriteNumber(token, id);
        json.WriteEndObject();
    }
}
