using System.Globalization;
using System.Text;
using Baeum.Plotting;

namespace Baeum.Course;

/// <summary>Aligning and wrapping text in columns, where a Korean letter takes two.</summary>
public static class TextLayout
{
    /// <summary>Columns that the text takes in a terminal.</summary>
    public static int Width(string text) => TextWidth.Of(text);

    /// <summary>The text followed by blanks up to <paramref name="columns"/>.</summary>
    public static string PadRight(string text, int columns) => TextWidth.PadRight(text, columns);

    /// <summary>Blanks up to <paramref name="columns"/>, then the text.</summary>
    public static string PadLeft(string text, int columns) => TextWidth.PadLeft(text, columns);

    /// <summary>Breaks a text at blanks into lines of at most <paramref name="columns"/>; a single longer word stands alone.</summary>
    public static IReadOnlyList<string> Wrap(string text, int columns)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = new List<string>();
        var line = new StringBuilder();
        int used = 0;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int width = Width(word);
            if (used > 0 && used + 1 + width > columns)
            {
                lines.Add(line.ToString());
                line.Clear();
                used = 0;
            }
            if (used > 0)
            {
                line.Append(' ');
                used++;
            }
            line.Append(word);
            used += width;
        }
        if (used > 0 || lines.Count == 0)
            lines.Add(line.ToString());
        return lines;
    }

    /// <summary>A table with a header: columns of numbers to the right, of words to the left.</summary>
    public static IEnumerable<string> Table(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object>> rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        string[][] cells = rows.Select(row => row.Select(Cell).ToArray()).ToArray();
        bool[] numeric = columns.Select((_, c) => rows.Count > 0 && rows.All(row => c >= row.Count || row[c] is not string)).ToArray();
        int[] widths = columns.Select((name, c) => cells.Select(row => c < row.Length ? Width(row[c]) : 0).Append(Width(name)).Max()).ToArray();
        string Line(IReadOnlyList<string> row) => string.Join("  ", columns.Select((_, c) =>
        {
            string cell = c < row.Count ? row[c] : "";
            return numeric[c] ? PadLeft(cell, widths[c]) : PadRight(cell, widths[c]);
        })).TrimEnd();

        yield return Line(columns);
        yield return string.Join("  ", widths.Select(width => new string('─', width)));
        foreach (string[] row in cells)
            yield return Line(row);
    }

    /// <summary>A number with up to eight significant digits, written the same in every culture.</summary>
    public static string Number(double value) => value.ToString("G8", CultureInfo.InvariantCulture);

    private static string Cell(object value) => value switch
    {
        double number => Number(number),
        float number => Number(number),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };
}
