namespace Baeum.Course;

/// <content>Tables.</content>
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
}
