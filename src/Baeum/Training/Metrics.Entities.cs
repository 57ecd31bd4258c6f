namespace Baeum;

/// <summary>A named thing in a row of tags.</summary>
/// <param name="Kind">What it is: PS, LC, …</param>
/// <param name="First">The place of its first tag.</param>
/// <param name="Last">The place of its last tag.</param>
public readonly record struct Entity(string Kind, int First, int Last);

/// <summary>How well whole entities were found: those with the right kind, beginning and end count.</summary>
/// <param name="Micro">Over all entities together.</param>
/// <param name="Macro">The mean over the kinds that occur or are predicted.</param>
/// <param name="PerKind">For each of those kinds, by the alphabet.</param>
public sealed record EntityReport(PrecisionRecall Micro, PrecisionRecall Macro, IReadOnlyList<(string Kind, PrecisionRecall Scores)> PerKind);

public static partial class Metrics
{
    /// <summary>
    /// The entities of a row of tags such as B-PS, I-PS, O; E- and S- end one as well. As in seqeval and CoNLL's script, an I- that follows nothing of its kind begins an entity.
    /// </summary>
    public static IReadOnlyList<Entity> Entities(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        var found = new List<Entity>();
        int first = 0;
        (char part, string kind) before = ('O', "_");
        for (int i = 0; i <= tags.Count; i++)
        {
            (char part, string kind) now = i < tags.Count ? Tag(tags[i]) : ('O', "_");
            bool inside = before.part is not ('O' or '.');
            if (before.part is 'E' or 'S' || (before.part is 'B' or 'I' && now.part is 'B' or 'S' or 'O') || (inside && before.kind != now.kind))
                found.Add(new Entity(before.kind, first, i - 1));
            if (now.part is 'B' or 'S' || (before.part is 'E' or 'S' or 'O' && now.part is 'E' or 'I') || (now.part is not ('O' or '.') && before.kind != now.kind))
                first = i;
            before = now;
        }
        return found;
    }

    /// <summary>Compares the entities of rows of tags.</summary>
    /// <param name="actual">The true tags of each row.</param>
    /// <param name="predicted">The predicted tags, as many for each row.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static EntityReport EntityScores(IReadOnlyList<IReadOnlyList<string>> actual, IReadOnlyList<IReadOnlyList<string>> predicted)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(predicted);
        if (actual.Count != predicted.Count)
            throw new ArgumentException($"EntityScores: {actual.Count} true rows of tags, {predicted.Count} predicted.", nameof(predicted));
        HashSet<(int, Entity)> truth = [], said = [];
        for (int row = 0; row < actual.Count; row++)
        {
            if (actual[row].Count != predicted[row].Count)
                throw new ArgumentException($"EntityScores: row {row} has {actual[row].Count} true tags and {predicted[row].Count} predicted.", nameof(predicted));
            truth.UnionWith(Entities(actual[row]).Select(entity => (row, entity)));
            said.UnionWith(Entities(predicted[row]).Select(entity => (row, entity)));
        }
        string[] kinds = [.. truth.Concat(said).Select(entity => entity.Item2.Kind).Distinct().Order(StringComparer.Ordinal)];
        (string Kind, PrecisionRecall Scores)[] each = [.. kinds.Select(kind => (kind, Of(entity => entity.Kind == kind)))];
        var macro = each.Length == 0 ? default : new PrecisionRecall(each.Average(e => e.Scores.Precision), each.Average(e => e.Scores.Recall), each.Average(e => e.Scores.F1));
        return new EntityReport(Of(_ => true), macro, each);

        PrecisionRecall Of(Func<Entity, bool> counts) => PrecisionRecall.Of(
            truth.Count(entity => counts(entity.Item2) && said.Contains(entity)), said.Count(entity => counts(entity.Item2)), truth.Count(entity => counts(entity.Item2)));
    }

    // PS of B-PS; a tag without a kind has the kind _
    private static (char Part, string Kind) Tag(string tag)
    {
        if (string.IsNullOrEmpty(tag))
            throw new ArgumentException("Entities: a tag is empty; what is no entity has the tag O.", nameof(tag));
        string rest = tag[1..];
        int hyphen = rest.IndexOf('-', StringComparison.Ordinal);
        string kind = hyphen < 0 ? rest : rest[(hyphen + 1)..];
        return (tag[0], kind.Length == 0 ? "_" : kind);
    }
}
