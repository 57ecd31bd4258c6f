using System.IO.Compression;

namespace Baeum.Course;

/// <content>Tables and texts.</content>
public sealed partial class Lesson
{
    /// <summary>
    /// One of the course's tables (see <see cref="CourseData.Table"/>), or the reader's own from <c>--data FILE</c>: a CSV file that has the same
    /// columns by name, in any order and among others, all of them numbers without gaps.
    /// </summary>
    /// <param name="name">The course's table, a literal: the catalogue reads it from the text.</param>
    /// <param name="leastRows">How many rows the chapter needs.</param>
    /// <exception cref="LessonUsageException">The file cannot be read, or lacks columns, numbers or rows.</exception>
    public CsvTable Data(string name, int leastRows = 2)
    {
        CsvTable standard = CourseData.Table(name);
        if (host.Options.DataFile is not string path)
            return standard;
        changed.Add($"data={Path.GetFileName(path)}");
        CsvTable own;
        try
        {
            own = CsvTable.Read(path);
        }
        catch (Exception error) when (error is DataFileException or IOException or UnauthorizedAccessException)
        {
            Refuse(Messages.DataUnreadable(error.Message.ReplaceLineEndings(" ")));
            throw;
        }
        string[] missing = [.. standard.Names.Except(own.Names)];
        if (missing.Length > 0)
            Refuse(Messages.DataLacksColumns(path, missing, standard.Names));
        CsvColumn[] columns = [.. standard.Names.Select(column => own[column])];
        foreach (CsvColumn column in columns)
        {
            if (!column.IsNumeric)
                Refuse(Messages.DataNotNumeric(path, column.Name));
            if (column.MissingCount > 0)
                Refuse(Messages.DataHasGaps(path, column.Name, column.MissingCount));
        }
        if (own.RowCount < leastRows)
            Refuse(Messages.DataTooShort(path, own.RowCount, leastRows));
        return new CsvTable(columns);
    }

    /// <summary>The path of a real file that is other people's and lies in <c>../shared/data</c> beside the course's folder; null where it is absent.</summary>
    /// <param name="name">The file below that folder, with forward slashes.</param>
    public string? RealFile(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string path = Path.GetFullPath(Path.Combine([host.Chapter.Path, "..", "..", "..", "..", "shared", "data", .. name.Split('/')]));
        return File.Exists(path) ? path : null;
    }

    /// <summary>The folder of a model that is shipped with the course, in <c>models</c> beside the chapters' folder.</summary>
    /// <param name="name">The model's name.</param>
    public string ShippedModel(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Path.GetFullPath(Path.Combine(host.Chapter.Path, "..", "..", "..", "models", name));
    }

    /// <summary>
    /// The lines of a file of real texts, cut at a separator; null where it is absent. Such files are other people's and lie in <c>../shared/data</c> beside the course's folder.
    /// </summary>
    /// <param name="name">The file below that folder, with forward slashes; one that ends in <c>.gz</c> is unpacked.</param>
    /// <param name="separator">What stands between the fields; quotes mean nothing. Null: a line is one field.</param>
    /// <param name="header">True: the first line holds names and is left out.</param>
    public IReadOnlyList<string[]>? RealRows(string name, char? separator = '\t', bool header = true)
    {
        if (RealFile(name) is not string path)
            return null;
        using Stream file = File.OpenRead(path);
        using var reader = new StreamReader(name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var rows = new List<string[]>();
        while (reader.ReadLine() is string line)
            rows.Add(separator is char mark ? line.Split(mark) : [line]);
        return header ? rows[Math.Min(1, rows.Count)..] : rows;
    }
}
