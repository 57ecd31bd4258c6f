using System.Text;

namespace Baeum;

/// <summary>Cuts delimited text into cells as RFC 4180 has it: quotes protect delimiters, line ends and, doubled, quotes.</summary>
internal sealed class CsvReader(string text, char delimiter, string path)
{
    private int position;
    private int line = 1;
    private int lineStart;

    /// <summary>The line at which the last row began, from 1.</summary>
    internal int RowLine { get; private set; }

    /// <summary>The next row that is not empty, or null at the end.</summary>
    internal List<string>? ReadRow()
    {
        while (position < text.Length && text[position] is '\r' or '\n') SkipLineEnd();
        if (position >= text.Length) return null;
        RowLine = line;
        var row = new List<string>();
        while (true)
        {
            row.Add(position < text.Length && text[position] == '"' ? ReadQuoted() : ReadPlain());
            if (position >= text.Length) return row;
            if (text[position] != delimiter)
            {
                SkipLineEnd();
                return row;
            }
            position++;
            if (position >= text.Length)
            {
                row.Add("");
                return row;
            }
        }
    }

    private string ReadPlain()
    {
        int start = position;
        while (position < text.Length && text[position] != delimiter && text[position] is not ('\r' or '\n')) position++;
        return text[start..position];
    }

    private string ReadQuoted()
    {
        int openLine = line, openColumn = position - lineStart + 1;
        var cell = new StringBuilder();
        position++;
        while (true)
        {
            if (position >= text.Length) throw new DataFileException(path, openLine, openColumn, "the quote that opens here is never closed.");
            char c = text[position];
            if (c == '"')
            {
                position++;
                if (position >= text.Length || text[position] == delimiter || text[position] is '\r' or '\n') return cell.ToString();
                if (text[position] != '"')
                    throw new DataFileException(path, line, position - lineStart + 1, $"after a closing quote a '{delimiter}' or the end of the line was expected, not '{text[position]}'; quotes inside a cell are doubled.");
                cell.Append('"');
                position++;
            }
            else if (c is '\r' or '\n')
            {
                cell.Append(c);
                if (c == '\r' && position + 1 < text.Length && text[position + 1] == '\n') cell.Append('\n');
                SkipLineEnd();
            }
            else
            {
                cell.Append(c);
                position++;
            }
        }
    }

    private void SkipLineEnd()
    {
        position += text[position] == '\r' && position + 1 < text.Length && text[position + 1] == '\n' ? 2 : 1;
        line++;
        lineStart = position;
    }
}
