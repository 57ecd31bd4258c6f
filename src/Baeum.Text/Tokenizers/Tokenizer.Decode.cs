namespace Baeum.Text;

/// <content>The way back.</content>
public sealed partial class Tokenizer
{
    /// <summary>The text of some ids; ids that no token has are left out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">False to show special tokens.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var tokens = new List<string>();
        foreach (int id in ids)
        {
            AddedToken? added = addedById.GetValueOrDefault(id);
            string? token = added?.Content ?? Model.TokenOf(id);
            bool special = added?.Special ?? (token is not null && addedByContent.TryGetValue(token, out AddedToken? same) && same.Special);
            if (token is not null && !(skipSpecialTokens && special))
                tokens.Add(token);
        }
        return Decoder is null ? string.Join(' ', tokens) : string.Concat(Decoder.Apply(tokens));
    }

    /// <summary>A decoder for ids that come one at a time, as a model generates them.</summary>
    public DecodeStream Stream(bool skipSpecialTokens = true) => new(this, skipSpecialTokens);
}

/// <summary>Decodes ids as they come: a character that spans several tokens appears when it is whole, spaces as they would in the whole text.</summary>
public sealed class DecodeStream
{
    // the context that a decoder looks back on is short; what lies further back cannot change any more
    private const int Window = 16;
    private const char Broken = '\uFFFD';

    private readonly Tokenizer tokenizer;
    private readonly bool skipSpecialTokens;
    private readonly List<int> ids = [];
    private int settled;
    private string shown = "";

    internal DecodeStream(Tokenizer tokenizer, bool skipSpecialTokens) => (this.tokenizer, this.skipSpecialTokens) = (tokenizer, skipSpecialTokens);

    /// <summary>Takes the next id; gives the text that is now certain, often none.</summary>
    public string Add(int id)
    {
        ids.Add(id);
        string text = tokenizer.Decode(ids, skipSpecialTokens);
        bool open = text.Length > 0 && text[^1] == Broken;
        if (!open)
            settled = ids.Count;
        // an unfinished character decodes to U+FFFD; four bytes are the most one may wait for
        if (text.Length <= shown.Length || (open && ids.Count - settled < 4))
            return "";
        return Show(text);
    }

    /// <summary>What was held back at the end.</summary>
    public string Finish() => Show(tokenizer.Decode(ids, skipSpecialTokens));

    private string Show(string text)
    {
        int same = text.AsSpan().CommonPrefixLength(shown);
        string more = text.Length > shown.Length ? text[Math.Max(same, 0)..] : "";
        settled = ids.Count;
        if (ids.Count > 2 * Window)
        {
            ids.RemoveRange(0, ids.Count - Window);
            settled = ids.Count;
            shown = tokenizer.Decode(ids, skipSpecialTokens);
        }
        else
        {
            shown = text;
        }
        return more;
    }
}
