using System.Text.Json;

namespace Baeum.Text;

/// <summary>A part of a template: one of the texts, or a special token.</summary>
/// <param name="Sequence">0 for the first text, 1 for the second; null for a special token.</param>
/// <param name="Token">The special token's name; null for a text.</param>
/// <param name="TypeId">The type id of its tokens.</param>
public readonly record struct TemplatePart(int? Sequence, string? Token, int TypeId);

/// <summary>Puts texts and special tokens in an order: <c>[CLS] A [SEP]</c> and <c>[CLS] A [SEP] B [SEP]</c>.</summary>
public sealed class TemplatePostProcessor : PostProcessor
{
    private readonly TemplatePart[] single, pair;
    private readonly SortedDictionary<string, (int[] Ids, string[] Tokens)> specialTokens;

    /// <summary>A template.</summary>
    /// <param name="single">The order for one text.</param>
    /// <param name="pair">The order for two.</param>
    /// <param name="specialTokens">The ids and strings that a special token's name stands for.</param>
    /// <exception cref="TokenizerException">A template names a token that is not there.</exception>
    public TemplatePostProcessor(IEnumerable<TemplatePart> single, IEnumerable<TemplatePart> pair, IEnumerable<KeyValuePair<string, (int[] Ids, string[] Tokens)>> specialTokens)
    {
        (this.single, this.pair) = ([.. single], [.. pair]);
        this.specialTokens = new SortedDictionary<string, (int[] Ids, string[] Tokens)>(specialTokens.ToDictionary(), StringComparer.Ordinal);
        foreach (TemplatePart part in this.single.Concat(this.pair))
        {
            if (part.Token is not null && !this.specialTokens.ContainsKey(part.Token))
                throw new TokenizerException($"The template names the special token '{part.Token}', which is not among its special tokens.");
        }
        if (this.single.Any(part => part.Sequence == 1))
            throw new TokenizerException("The template for a single text asks for a second one.");
    }

    /// <summary>One special token before a text, one after it, as most models have it; null: none.</summary>
    public static TemplatePostProcessor Around(KeyValuePair<string, int>? before, KeyValuePair<string, int>? after)
    {
        var tokens = new Dictionary<string, (int[], string[])>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, int>? token in (KeyValuePair<string, int>?[])[before, after])
        {
            if (token is { } named)
                tokens[named.Key] = ([named.Value], [named.Key]);
        }
        return new TemplatePostProcessor(Order(0, 0), [.. Order(0, 0), .. Order(1, 1)], tokens);

        IEnumerable<TemplatePart> Order(int sequence, int type)
        {
            if (before is { } first)
                yield return new TemplatePart(null, first.Key, type);
            yield return new TemplatePart(sequence, null, type);
            if (after is { } last)
                yield return new TemplatePart(null, last.Key, type);
        }
    }

    /// <inheritdoc/>
    public override int AddedTokens(bool pair) => (pair ? this.pair : single).Sum(part => part.Token is null ? 0 : specialTokens[part.Token].Ids.Length);

    internal static TemplatePostProcessor Read(JsonPart json)
    {
        JsonPart tokens = json["special_tokens"];
        return new TemplatePostProcessor(ReadOrder(json["single"]), ReadOrder(json["pair"]), tokens.IsNull ? [] : tokens.Members().Select(ReadToken));
    }

    internal override List<Encoding> Apply(List<Encoding> encodings, bool addSpecialTokens)
    {
        var parts = new List<Encoding>();
        foreach (TemplatePart part in encodings.Count > 1 ? pair : single)
        {
            if (part.Sequence is int sequence)
            {
                encodings[sequence].SetTypeIds(part.TypeId);
                parts.Add(encodings[sequence]);
            }
            else if (addSpecialTokens)
            {
                (int[] ids, string[] names) = specialTokens[part.Token!];
                parts.Add(Encoding.OfSpecial(ids, names, part.TypeId));
            }
        }
        return parts;
    }

    internal override void Write(Utf8JsonWriter json) => json.Part("TemplateProcessing", () =>
    {
        json.List("single", single, part => WritePart(json, part));
        json.List("pair", pair, part => WritePart(json, part));
        json.WriteStartObject("special_tokens");
        foreach ((string name, (int[] ids, string[] names)) in specialTokens)
        {
            json.WriteStartObject(name);
            json.WriteString("id", name);
            json.List("ids", ids, json.WriteNumberValue);
            json.List("tokens", names, json.WriteStringValue);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    });

    private static KeyValuePair<string, (int[] Ids, string[] Tokens)> ReadToken((string Name, JsonPart Value) member)
    {
        int[] ids = [.. member.Value["ids"].Items().Select(id => id.Int())];
        string[] tokens = [.. member.Value["tokens"].Items().Select(token => token.String())];
        return ids.Length == tokens.Length ? new(member.Name, (ids, tokens)) : throw member.Value.Error($"{ids.Length} ids, but {tokens.Length} tokens");
    }

    private static IEnumerable<TemplatePart> ReadOrder(JsonPart json) => json.Items().Select(part =>
    {
        if (part.Has("SpecialToken"))
            return new TemplatePart(null, part["SpecialToken"].Text("id"), part["SpecialToken"].Number("type_id", 0));
        JsonPart sequence = part["Sequence"];
        return new TemplatePart(sequence.Text("id") switch { "A" => 0, "B" => 1, string other => throw sequence.Error($"'{other}' should be A or B") }, null, sequence.Number("type_id", 0));
    });

    private static void WritePart(Utf8JsonWriter json, TemplatePart part)
    {
        json.WriteStartObject();
        json.WriteStartObject(part.Token is null ? "Sequence" : "SpecialToken");
        json.WriteString("id", part.Token ?? (part.Sequence == 0 ? "A" : "B"));
        json.WriteNumber("type_id", part.TypeId);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
