using System.Globalization;

namespace Baeum;

/// <summary>A data file is broken, or does not hold what was asked for; the message names the file, the place and what was expected.</summary>
public sealed class DataFileException : Exception
{
    /// <summary>What is wrong with a file.</summary>
    public DataFileException(string path, string reason, Exception? inner = null) : base($"{path}: {reason}", inner)
    {
    }

    /// <summary>What is wrong at a line (from 1) and a column (from 1) of a file.</summary>
    public DataFileException(string path, int line, int column, string reason)
        : base(string.Create(CultureInfo.InvariantCulture, $"{path}, line {line}, column {column}: {reason}"))
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line, from 1; 0 where the file has none.</summary>
    public int Line { get; }

    /// <summary>The column, from 1; 0 where the file has none.</summary>
    public int Column { get; }
}
