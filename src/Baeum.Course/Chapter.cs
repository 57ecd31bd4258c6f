using System.Globalization;
using System.Text.RegularExpressions;

namespace Baeum.Course;

/// <summary>A stretch of a chapter between two <c>// %% name</c> lines.</summary>
/// <param name="Name">What stands after <c>%%</c>; empty before the first mark.</param>
/// <param name="Line">The line of its first statement, counted from 1.</param>
/// <param name="Text">The program text.</param>
public sealed record ChapterCell(string Name, int Line, string Text);

/// <summary>One program of the course: what its header says about it and where its text lies.</summary>
/// <remarks>
/// The header is the block of comments at the top of the file; Korean stands before the bar, English behind it:
/// <code>
/// // chapter: ch12
/// // title: 선형 회귀 | Linear regression
/// // computes: 경사하강법으로 찾은 y = wx + b | y = wx + b by gradient descent
/// // minutes: 0.1
/// </code>
/// </remarks>
public sealed partial class Chapter
{
    private readonly string source;

    private Chapter(string path, string source, Dictionary<string, string> header)
    {
        Path = path;
        this.source = source;
        Id = header["chapter"];
        (KoreanTitle, EnglishTitle) = Both(header["title"]);
        (string korean, string english) = Both(header["computes"]);
        Computes = UserLanguage.Pick(korean, english);
        Minutes = double.Parse(header["minutes"], NumberStyles.Float, CultureInfo.InvariantCulture);
        Tables = DataCall().Matches(source).Select(match => match.Groups[1].Value).Distinct().ToArray();
        Parameters = ParameterCall().Matches(source).Select(match => match.Groups[1].Value).Distinct().ToArray();
    }

    /// <summary>What the reader types: <c>./baeum run ch12</c>.</summary>
    public string Id { get; }

    /// <summary>The program's file.</summary>
    public string Path { get; }

    /// <summary>The folder it lies in, such as <c>2-neural-networks</c>.</summary>
    public string Part => System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path)) ?? "";

    /// <summary>The title in Korean.</summary>
    public string KoreanTitle { get; }

    /// <summary>The title in English.</summary>
    public string EnglishTitle { get; }

    /// <summary>The title in the user's language.</summary>
    public string Title => UserLanguage.Pick(KoreanTitle, EnglishTitle);

    /// <summary>One line, in the user's language: what the chapter computes.</summary>
    public string Computes { get; }

    /// <summary>About how long it runs on two cores, in minutes.</summary>
    public double Minutes { get; }

    /// <summary>The names that <c>--set</c> takes: those that the program asks <see cref="Lesson.Parameter(string, double, double, double)"/> for.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>The tables in whose place <c>--data</c> puts the reader's own: those that the program asks <see cref="Lesson.Data"/> for.</summary>
    public IReadOnlyList<string> Tables { get; }

    /// <summary>The whole program.</summary>
    public string Source => source;

    /// <summary>The text beside the program in the given language (<c>ko</c>, <c>en</c>), as Markdown; null where it is missing.</summary>
    public string? Prose(string language)
    {
        string file = System.IO.Path.ChangeExtension(Path, $".{language}.md");
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }

    /// <summary>The program in pieces, cut at the <c>// %% name</c> lines.</summary>
    public IReadOnlyList<ChapterCell> Cells()
    {
        var cells = new List<ChapterCell>();
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        string name = "";
        int first = 0;
        for (int i = 0; i <= lines.Length; i++)
        {
            if (i < lines.Length && !lines[i].StartsWith("// %%", StringComparison.Ordinal))
                continue;
            string text = string.Join('\n', lines[first..i]).Trim('\n');
            if (text.Length > 0)
                cells.Add(new ChapterCell(name, first + 1, text));
            if (i < lines.Length)
                name = lines[i]["// %%".Length..].Trim();
            first = i + 1;
        }
        return cells;
    }

    /// <summary>Reads a chapter's header.</summary>
    /// <exception cref="ChapterException">The header lacks an entry, or its minutes are no number.</exception>
    public static Chapter Read(string path)
    {
        string source = File.ReadAllText(path);
        var header = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in source.ReplaceLineEndings("\n").Split('\n').TakeWhile(IsHeader))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.StartsWith("// ", StringComparison.Ordinal) && colon > 0)
                header.TryAdd(line[3..colon].Trim(), line[(colon + 1)..].Trim());
        }
        foreach (string key in (string[])["chapter", "title", "computes", "minutes"])
        {
            if (!header.TryGetValue(key, out string? value) || value.Length == 0)
                throw new ChapterException(Messages.HeaderLacks(path, key));
        }
        if (!double.TryParse(header["minutes"], NumberStyles.Float, CultureInfo.InvariantCulture, out double minutes) || !(minutes >= 0))
            throw new ChapterException(Messages.HeaderMinutes(path, header["minutes"]));
        return new Chapter(path, source, header);
    }

    // directives such as #:property may stand above or between
    private static bool IsHeader(string line) => line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith('#') || line.Length == 0;

    private static (string Korean, string English) Both(string text)
    {
        string[] parts = text.Split('|', 2, StringSplitOptions.TrimEntries);
        return (parts[0], parts[^1]);
    }

    [GeneratedRegex("""\.Parameter\(\s*"([^"]+)"\s*,""")]
    private static partial Regex ParameterCall();

    [GeneratedRegex("""\.Data\(\s*"([^"]+)"\s*[,)]""")]
    private static partial Regex DataCall();
}
