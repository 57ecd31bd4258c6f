namespace Baeum.Text;

/// <summary>
/// The short cut of BPE over text whose spaces became ▁ (Llama 2, Mistral, Gemma): where no merge joins a ▁ to what stands before it,
/// the text may be cut before every run of ▁ and its words taken from a cache; the merges within a word never look beyond it.
/// </summary>
internal sealed class MetaspaceBpeEncoder : FastEncoder
{
    private const char Sign = '▁';

    private readonly BpeModel model;
    private readonly PrependScheme scheme;
    private readonly bool skipWhenThere, everySign;

    private MetaspaceBpeEncoder(BpeModel model, PrependScheme scheme, bool skipWhenThere, bool everySign) =>
        (this.model, this.scheme, this.skipWhenThere, this.everySign) = (model, scheme, skipWhenThere, everySign);

    internal static MetaspaceBpeEncoder? For(BpeModel model, Normalizer? normalizer, PreTokenizer? preTokenizer)
    {
        MetaspaceBpeEncoder? encoder = (normalizer, preTokenizer) switch
        {
            (NormalizerSequence { Stages: [PrependNormalizer { Prefix: "▁" }, ReplaceNormalizer { Literal: " ", Content: "▁" }] }, null) =>
                new MetaspaceBpeEncoder(model, PrependScheme.Always, skipWhenThere: false, everySign: false),
            (ReplaceNormalizer { Literal: " ", Content: "▁" }, null) => new MetaspaceBpeEncoder(model, PrependScheme.Never, skipWhenThere: false, everySign: false),
            (null, MetaspacePreTokenizer { Replacement: Sign } sign) => new MetaspaceBpeEncoder(model, sign.Scheme, skipWhenThere: true, sign.Splits),
            _ => null,
        };
        return encoder is not null && CutsAreSafe(model) ? encoder : null;
    }

    internal override void Encode(ReadOnlySpan<char> text, bool first, Workspace workspace)
    {
        if (text.IsEmpty)
            return;
        BpeMerger merger = model.Merger(workspace);
        if (merger.Chars.Length <= text.Length)
            merger.Chars = new char[2 * (text.Length + 1)];
        char[] buffer = merger.Chars;
        bool prefix = (scheme == PrependScheme.Always || (scheme == PrependScheme.First && first)) && !(skipWhenThere && text[0] is ' ' or Sign);
        int from = prefix ? 1 : 0;
        buffer[0] = Sign;
        text.Replace(buffer.AsSpan(from), ' ', Sign);
        ReadOnlySpan<char> signed = buffer.AsSpan(0, from + text.Length);
        IdList ids = workspace.Ids;
        for (int at = 0; at < signed.Length;)
        {
            int end = at + 1;
            if (!everySign)
            {
                end = at;
                while (end < signed.Length && signed[end] == Sign)
                    end++;
            }
            int next = signed[end..].IndexOf(Sign);
            end = next < 0 ? signed.Length : end + next;
            model.TokenizeIds(signed[at..end], ids, workspace);
            at = end;
        }
    }

    // no merge may join a sign to a character before it, and no run of unknown characters may be fused across a cut
    private static bool CutsAreSafe(BpeModel model)
    {
        BpeOptions options = model.Options;
        if (options.ContinuingSubwordPrefix is not null || options.EndOfWordSuffix is not null || options.IgnoreMerges)
            return false;
        if (options is { FuseUnknown: true, Unknown: not null } && !model.KnowsAllBytes)
            return false;
        foreach (string token in model.MergedTokens)
        {
            int last = token.LastIndexOf(Sign);
            if (last > 0 && token.AsSpan(0, last).ContainsAnyExcept(Sign))
                return false;
        }
        return true;
    }
}
