namespace Baeum.Recipes;

/// <summary>Reads tables of texts and their translations.</summary>
internal static class ParallelTexts
{
    /// <summary>
    /// The pairs of a file, one a line, its columns parted by tabs, perhaps compressed by gzip; lines in which a side is empty are passed over.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns of text and translation, from 1.</param>
    /// <exception cref="RecipeException">A line has fewer columns, or there is no pair.</exception>
    internal static List<(string Source, string Target)> Read(string path, (int Source, int Target) columns)
    {
        using var reader = new StringReader(TextFile.Decode(TextFile.ReadBytes(path), path));
        var pairs = new List<(string, string)>();
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            string[] fields = line.Split('\t');
            int most = Math.Max(columns.Source, columns.Target);
            if (fields.Length < most) throw new RecipeException(FormattableString.Invariant($"{path}: line {number} has {fields.Length} columns parted by tabs; column {most} is asked for."));
            (string source, string target) = (fields[columns.Source - 1].Trim(), fields[columns.Target - 1].Trim());
            if (source.Length > 0 && target.Length > 0) pairs.Add((source, target));
        }
        return pairs.Count > 0 ? pairs : throw new RecipeException($"{path}: there is no pair of texts in it.");
    }

    /// <summary>Takes some pairs out, evenly spread, and from the rest whatever shares a side with one of them.</summary>
    internal static (List<(string Source, string Target)> HeldOut, List<(string Source, string Target)> Others) HoldOut(List<(string Source, string Target)> pairs, int count)
    {
        int step = pairs.Count / count;
        List<(string Source, string Target)> held = [.. pairs.Where((_, i) => i % step == (step - 1) / 2).Take(count)];
        HashSet<string> sources = [.. held.Select(pair => pair.Source)], targets = [.. held.Select(pair => pair.Target)];
        return (held, [.. pairs.Where(pair => !sources.Contains(pair.Source) && !targets.Contains(pair.Target))]);
    }
}
