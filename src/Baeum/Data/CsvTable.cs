using System.Text;

namespace Baeum;

/// <summary>A table read from delimited text (RFC 4180), with a type for every column.</summary>
/// <remarks>
/// <code>
/// var table = CsvTable.Read("heights.csv");
/// Tensor x = table.ToTensor(["weight"]), y = table.ToTensor(["height"]);   // [rows, 1] each
/// </code>
/// </remarks>
public sealed class CsvTable
{
    private readonly CsvColumn[] columns;
    private readonly string source;

    /// <summary>A table of columns of one length.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public CsvTable(IEnumerable<CsvColumn> columns) : this(columns, "table")
    {
    }

    private CsvTable(IEnumerable<CsvColumn> columns, string source)
    {
        this.columns = [.. columns];
        this.source = source;
        if (this.columns.FirstOrDefault(c => c.Count != this.columns[0].Count) is { } other)
            throw new ArgumentException($"CsvTable: column '{other.Name}' has {other.Count} rows, column '{this.columns[0].Name}' has {this.columns[0].Count}.");
    }

    /// <summary>The number of rows, the header not counted.</summary>
    public int RowCount => columns.Length == 0 ? 0 : columns[0].Count;

    /// <summary>The columns from left to right.</summary>
    public IReadOnlyList<CsvColumn> Columns => columns;

    /// <summary>The names of the columns; a file may give two the same.</summary>
    public IReadOnlyList<string> Names => Array.ConvertAll(columns, c => c.Name);

    /// <summary>The column of this name, the leftmost if there are several.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists near names.</exception>
    public CsvColumn this[string name] => Array.Find(columns, c => c.Name == name) ?? throw Unknown(name);

    /// <summary>The column at a place, from 0.</summary>
    public CsvColumn Column(int index) => (uint)index < (uint)columns.Length
        ? columns[index]
        : throw new ArgumentException($"{source}: there is no column {index}; there are {columns.Length}, from 0.", nameof(index));

    /// <summary>Reads a file; gzip is recognised, and so are UTF-8 with or without a byte-order mark, UTF-16 with one, and CP949.</summary>
    /// <param name="path">The file.</param>
    /// <param name="delimiter">What stands between cells: a comma, or <c>'\t'</c>, <c>';'</c>, ...</param>
    /// <param name="header">Whether the first row names the columns; without, they are called 0, 1, 2, ...</param>
    /// <param name="encoding">The encoding, if it is not to be found out.</param>
    /// <exception cref="DataFileException">The file cannot be read or is broken; the message names file, line, column and what was expected.</exception>
    public static CsvTable Read(string path, char delimiter = ',', bool header = true, Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = TextFile.ReadBytes(path);
        return Parse(encoding is null ? TextFile.Decode(bytes, path) : encoding.GetString(bytes).TrimStart('\uFEFF'), delimiter, header, path);
    }

    /// <summary>Reads text.</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="text">The text.</param>
    /// <param name="delimiter">What stands between cells.</param>
    /// <param name="header">Whether the first row names the columns.</param>
    /// <param name="source">What error messages call the text.</param>
    public static CsvTable Parse(string text, char delimiter = ',', bool header = true, string source = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        if (delimiter is '"' or '\r' or '\n') throw new ArgumentException("CsvTable: a quote or a line end cannot stand between cells.", nameof(delimiter));
        var reader = new CsvReader(text, delimiter, source);
        var first = reader.ReadRow() ?? throw new DataFileException(source, "the file is empty; a row of names was expected.");
        var cells = first.ConvertAll(_ => new List<string>());
        if (!header) Add(first);
        while (reader.ReadRow() is { } row)
        {
            if (row.Count != cells.Count)
                throw new DataFileException(source, reader.RowLine, Math.Min(row.Count, cells.Count) + 1, $"{cells.Count} cells were expected, as in the first row, not {row.Count}.");
            Add(row);
        }
        return new CsvTable(cells.Select((column, i) => new CsvColumn(header ? first[i].Trim() : i.ToString(System.Globalization.CultureInfo.InvariantCulture), [.. column])), source);

        void Add(List<string> row)
        {
            for (int i = 0; i < row.Count; i++) cells[i].Add(row[i]);
        }
    }

    /// <summary>The columns of these names as [rows, columns]; all columns without names.</summary>
    /// <exception cref="DataFileException">A cell is missing or no number.</exception>
    public Tensor ToTensor(IEnumerable<string>? names = null, DType dtype = DType.Float32) =>
        ToTensor(names is null ? columns : [.. names.Select(name => this[name])], dtype);

    /// <summary>The columns at these places as [rows, columns]: <c>table.ToTensor(..4)</c>.</summary>
    /// <inheritdoc cref="ToTensor(IEnumerable{string}?, DType)"/>
    public Tensor ToTensor(Range places, DType dtype = DType.Float32) => ToTensor(columns[places], dtype);

    private Tensor ToTensor(CsvColumn[] chosen, DType dtype)
    {
        var values = new double[RowCount * chosen.Length];
        for (int c = 0; c < chosen.Length; c++)
        {
            if (!chosen[c].IsNumeric) throw new DataFileException(source, $"column '{chosen[c].Name}' cannot become a tensor: it holds texts; encode it as class ids first.");
            for (int row = 0; row < RowCount; row++)
            {
                if (chosen[c].IsMissing(row)) throw new DataFileException(source, $"row {row} (from 0) of column '{chosen[c].Name}' is missing; fill or drop it first.");
                values[row * chosen.Length + c] = chosen[c].Numbers[row];
            }
        }
        return Tensor.Wrap(values, [RowCount, chosen.Length]).To(dtype);
    }

    /// <summary>The rows for which a condition holds, for example those without missing cells: <c>table.Where(r => !table["age"].IsMissing(r))</c>.</summary>
    public CsvTable Where(Func<int, bool> condition)
    {
        int[] rows = [.. Enumerable.Range(0, RowCount).Where(condition)];
        return new CsvTable(columns.Select(c => new CsvColumn(c.Name, Array.ConvertAll(rows, row => c.Texts[row]))), source);
    }

    /// <summary>Writes the table as UTF-8, names first; the file appears complete or not at all.</summary>
    public void Write(string path, char delimiter = ',') => AtomicFile.WriteText(path, ToText(delimiter));

    /// <summary>The table as text, names first.</summary>
    public string ToText(char delimiter = ',')
    {
        var text = new StringBuilder();
        WriteRow(columns.Select(c => c.Name));
        for (int row = 0; row < RowCount; row++) WriteRow(columns.Select(c => c.Texts[row]));
        return text.ToString();

        void WriteRow(IEnumerable<string> cells) =>
            text.AppendJoin(delimiter, cells.Select(cell => NeedsQuotes(cell) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell)).Append('\n');

        // a row of one empty cell must not look like an empty line
        bool NeedsQuotes(string cell) => cell.AsSpan().IndexOfAny('"', '\r', '\n') >= 0 || cell.Contains(delimiter, StringComparison.Ordinal) || (cell.Length == 0 && columns.Length == 1);
    }

    /// <summary>Names, types and the first rows.</summary>
    public override string ToString() => $"{source}: {RowCount} rows of {string.Join(", ", columns.Select(c => $"{c.Name} ({(c.IsNumeric ? "number" : "text")})"))}";

    private ArgumentException Unknown(string name)
    {
        var near = Nearest.Names(name, Names);
        return new ArgumentException($"{source}: there is no column '{name}'; {(near.Count > 0 ? $"near are {string.Join(", ", near)}" : $"there are {string.Join(", ", Names)}")}.");
    }
}
