using System.Globalization;

namespace Baeum;

/// <summary>One column of a table: numbers, if every cell that is not missing is one, else texts.</summary>
public sealed class CsvColumn
{
    private static readonly HashSet<string> MissingNumbers = new(StringComparer.OrdinalIgnoreCase) { "", "NA", "N/A", "NaN", "null", "?" };

    private readonly string[] texts;
    private readonly double[]? numbers;

    /// <summary>A column of texts, which holds numbers if all of them are.</summary>
    public CsvColumn(string name, string[] texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Name = name;
        this.texts = texts;
        numbers = Infer(texts);
    }

    /// <summary>A column of numbers; NaN is a missing one.</summary>
    public CsvColumn(string name, double[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        Name = name;
        this.numbers = numbers;
        texts = Array.ConvertAll(numbers, number => double.IsNaN(number) ? "" : number.ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>The name in the header.</summary>
    public string Name { get; }

    /// <summary>The number of rows.</summary>
    public int Count => texts.Length;

    /// <summary>Whether the column holds numbers.</summary>
    public bool IsNumeric => numbers is not null;

    /// <summary>How many cells are missing: empty, and among numbers also NA, N/A, NaN, null and ?.</summary>
    public int MissingCount => Enumerable.Range(0, Count).Count(IsMissing);

    /// <summary>The cells as they stand in the file.</summary>
    public IReadOnlyList<string> Texts => texts;

    /// <summary>The numbers; NaN where one is missing.</summary>
    /// <exception cref="InvalidOperationException">The column holds texts; the message shows the first that is no number.</exception>
    public IReadOnlyList<double> Numbers => numbers ?? throw NotNumeric();

    /// <summary>Whether a cell is missing.</summary>
    public bool IsMissing(int row) => numbers is not null ? double.IsNaN(numbers[row]) : texts[row].Length == 0;

    /// <summary>The different texts in order, and for each row the place of its text among them: class ids from names.</summary>
    public (string[] Classes, long[] Ids) Encode()
    {
        string[] classes = [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return (classes, Array.ConvertAll(texts, text => (long)Array.BinarySearch(classes, text, StringComparer.Ordinal)));
    }

    private InvalidOperationException NotNumeric()
    {
        int row = Array.FindIndex(texts, text => !TryParse(text, out _));
        return new InvalidOperationException(row < 0
            ? $"CsvTable: column '{Name}' holds no numbers: every cell is missing."
            : string.Create(CultureInfo.InvariantCulture, $"CsvTable: column '{Name}' holds texts: row {row} is '{texts[row]}', not a number."));
    }

    private static double[]? Infer(string[] texts)
    {
        var numbers = new double[texts.Length];
        bool any = false;
        for (int i = 0; i < texts.Length; i++)
        {
            if (!TryParse(texts[i], out numbers[i])) return null;
            any |= !double.IsNaN(numbers[i]);
        }
        return any ? numbers : null;
    }

    private static bool TryParse(string text, out double number)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return true;
        number = double.NaN;
        return MissingNumbers.Contains(text.Trim());
    }
}
