namespace Baeum.Recipes;

/// <summary>Texts with their classes: a table with a header, one example a line.</summary>
/// <param name="Texts">The texts.</param>
/// <param name="Classes">The number of each text's class.</param>
internal sealed record LabelledTexts(IReadOnlyList<string> Texts, IReadOnlyList<int> Classes)
{
    /// <summary>Reads a file into rows of text and label.</summary>
    /// <exception cref="RecipeException">A column or a field is missing.</exception>
    internal static List<(string Text, string Label)> Rows(string path, string separator, string textColumn, string labelColumn)
    {
        using var reader = new StringReader(TextFile.Decode(TextFile.ReadBytes(path), path));
        string[] header = (reader.ReadLine() ?? "").Split(separator);
        int text = Column(textColumn), label = Column(labelColumn);
        var rows = new List<(string, string)>();
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            string[] fields = line.Split(separator);
            if (fields.Length != header.Length) throw new RecipeException($"{path}: line {number} has {fields.Length} fields, the header {header.Length}; data.separator is '{separator}'.");
            rows.Add((fields[text], fields[label]));
        }
        return rows.Count > 0 ? rows : throw new RecipeException($"{path}: there is no example in it.");

        int Column(string name) => Array.IndexOf(header, name) is >= 0 and int place
            ? place
            : throw new RecipeException($"{path}: there is no column '{name}'.{RecipeSection.Suggest(name, header)} Its header, cut at '{separator}', is {string.Join(", ", header)}.");
    }

    /// <summary>Rows as texts and numbers of classes.</summary>
    /// <exception cref="RecipeException">A label is not among the classes.</exception>
    internal static LabelledTexts Of(List<(string Text, string Label)> rows, IReadOnlyList<string> labels, string path)
    {
        var numbers = labels.Select(KeyValuePair.Create).ToDictionary(StringComparer.Ordinal);
        int[] classes = [.. rows.Select((row, i) => numbers.TryGetValue(row.Label, out int number)
            ? number
            : throw new RecipeException($"{path}: example {i + 1} has the unknown label '{row.Label}'.{RecipeSection.Suggest(row.Label, labels)} There are: {string.Join(", ", labels)}."))];
        return new([.. rows.Select(row => row.Text)], classes);
    }
}
