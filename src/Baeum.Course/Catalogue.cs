using System.Text.RegularExpressions;

namespace Baeum.Course;

/// <summary>All chapters of the course, by part, in the order in which they are read.</summary>
public sealed partial class Catalogue
{
    private readonly Dictionary<string, (string Korean, string English)> titles = new(StringComparer.Ordinal);

    /// <summary>Reads <c>chapters/N-part/*.cs</c> below the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no folder <c>chapters</c>.</exception>
    /// <exception cref="ChapterException">A header is incomplete, or an id occurs twice.</exception>
    public Catalogue(string home)
    {
        Home = System.IO.Path.GetFullPath(home);
        string folder = System.IO.Path.Combine(Home, "chapters");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(Messages.NoFolder(folder));
        string parts = System.IO.Path.Combine(folder, "parts.txt");
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in File.Exists(parts) ? File.ReadAllLines(parts) : [])
        {
            // an indented line lists ids in the order of reading, where the names alone do not give it
            if (line.StartsWith(' '))
            {
                foreach (string id in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    order.TryAdd(id, order.Count);
            }
            string[] fields = line.Split([':', '|'], 3, StringSplitOptions.TrimEntries);
            if (fields.Length == 3)
                titles[fields[0]] = (fields[1], fields[2]);
        }
        Chapters = Directory.EnumerateDirectories(folder)
            .Where(part => char.IsAsciiDigit(System.IO.Path.GetFileName(part)[0]))
            .SelectMany(part => Directory.EnumerateFiles(part, "*.cs"))
            .Select(Chapter.Read)
            .OrderBy(chapter => NaturalKey(chapter.Part), StringComparer.Ordinal)
            .ThenBy(chapter => order.GetValueOrDefault(chapter.Id, order.Count))
            .ThenBy(chapter => NaturalKey(chapter.Id), StringComparer.Ordinal)
            .ToArray();
        foreach (IGrouping<string, Chapter> same in Chapters.GroupBy(chapter => chapter.Id).Where(group => group.Count() > 1))
            throw new ChapterException(Messages.SameId(same.Key, same.Select(chapter => chapter.Path)));
    }

    /// <summary>The folder that holds <c>chapters</c>.</summary>
    public string Home { get; }

    /// <summary>The chapters in reading order.</summary>
    public IReadOnlyList<Chapter> Chapters { get; }

    /// <summary>The chapter with this id, case aside; null when there is none.</summary>
    public Chapter? Find(string id) => Chapters.FirstOrDefault(chapter => chapter.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    /// <summary>A part's title in the user's language, from <c>chapters/parts.txt</c>; its folder's name where the file is silent.</summary>
    public string PartTitle(string part)
    {
        string number = part.Split('-')[0];
        return titles.TryGetValue(part, out var title) ? $"{number}. {UserLanguage.Pick(title.Korean, title.English)}" : part;
    }

    /// <summary>Finds the course: <c>BAEUM_HOME</c>, else the nearest folder above the program or the working directory that holds <c>chapters</c>.</summary>
    /// <exception cref="DirectoryNotFoundException">It is nowhere.</exception>
    public static Catalogue Locate()
    {
        string? named = Environment.GetEnvironmentVariable("BAEUM_HOME");
        if (!string.IsNullOrEmpty(named))
            return new Catalogue(named);
        foreach (string start in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(System.IO.Path.Combine(folder.FullName, "chapters", "Directory.Build.props")))
                    return new Catalogue(folder.FullName);
            }
        }
        throw new DirectoryNotFoundException(Messages.NoCourse);
    }

    // ch2 before ch2_2 before ch12: numbers compare as numbers
    private static string NaturalKey(string name) => Digits().Replace(name, match => match.Value.PadLeft(6, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
