using System.Globalization;
using System.Text;
using Baeum.Plotting;

namespace Baeum.Course;

/// <summary>Runs every chapter in both languages and writes <c>docs/gallery.md</c> and <c>docs/gallery.ko.md</c> with its first picture.</summary>
internal static class Gallery
{
    internal const int MostBytes = 40_000;
    private const int PictureWidth = 640;

    /// <summary>The page of a language: <c>gallery.md</c>, <c>gallery.ko.md</c>.</summary>
    internal static string PageOf(string home, bool korean) => Path.Combine(home, "docs", korean ? "gallery.ko.md" : "gallery.md");

    /// <param name="home">The folder that holds <c>chapters</c> and <c>docs</c>.</param>
    /// <param name="messages">Where progress goes.</param>
    /// <param name="cancellation">Stops between two chapters.</param>
    /// <returns>The chapters that failed or drew nothing.</returns>
    internal static IReadOnlyList<string> Write(string home, TextWriter messages, CancellationToken cancellation)
    {
        string? language = Environment.GetEnvironmentVariable("BAEUM_LANG");
        string pictures = Path.Combine(home, "docs", "images", "gallery");
        Directory.CreateDirectory(pictures);
        var without = new List<string>();
        var kept = new HashSet<string>();
        try
        {
            foreach (bool korean in (bool[])[false, true])
            {
                Environment.SetEnvironmentVariable("BAEUM_LANG", korean ? "ko" : "en");
                var course = new Catalogue(home);
                foreach (Chapter chapter in course.Chapters)
                {
                    cancellation.ThrowIfCancellationRequested();
                    messages.WriteLine($"{chapter.Id}  {chapter.Title}");
                    string file = FileOf(chapter, korean);
                    if (Draw(chapter, messages, cancellation) is byte[] picture)
                    {
                        File.WriteAllBytes(Path.Combine(pictures, file), picture);
                        kept.Add(file);
                    }
                    else if (!without.Contains(chapter.Id))
                    {
                        without.Add(chapter.Id);
                    }
                }
                File.WriteAllText(PageOf(home, korean), Page(course, korean, kept));
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable("BAEUM_LANG", language);
        }
        // pictures of chapters that are no more
        foreach (string old in Directory.EnumerateFiles(pictures).Where(path => !kept.Contains(Path.GetFileName(path))))
            File.Delete(old);
        return without;
    }

    private static string FileOf(Chapter chapter, bool korean) => chapter.Id + (korean ? ".ko.png" : ".png");

    private static byte[]? Draw(Chapter chapter, TextWriter messages, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("baeum-gallery-").FullName;
        try
        {
            LessonReport report = ChapterRunner.Run(chapter, new LessonOptions { OutputFolder = folder }, TextWriter.Null, TextWriter.Null, cancellation: cancellation);
            string? first = report.Figures.FirstOrDefault(path => path.EndsWith(".png", StringComparison.Ordinal)) ?? report.Figures.FirstOrDefault();
            return first is null ? null : Picture.Thumbnail(File.ReadAllBytes(first), PictureWidth, MostBytes);
        }
        catch (ChapterException error)
        {
            messages.WriteLine(error.Message);
            return null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Page(Catalogue course, bool korean, HashSet<string> pictures)
    {
        string language = korean ? "ko" : "en";
        var page = new StringBuilder();
        page.Append(korean
            ? $"# 그림으로 보는 배움\n\n장 {course.Chapters.Count}개와 각 장이 그리는 그림입니다. `./baeum run 이름`으로 실행하면 그림은 `out/이름/`에 저장됩니다. 이 쪽은 `./baeum gallery`가 만듭니다. ([English](gallery.md))\n"
            : $"# Baeum in pictures\n\nThe {course.Chapters.Count} chapters and what they draw. `./baeum run ID` runs one and saves its pictures in `out/ID/`. This page is written by `./baeum gallery`. ([한국어](gallery.ko.md))\n");
        foreach (IGrouping<string, Chapter> part in course.Chapters.GroupBy(chapter => chapter.Part))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {course.PartTitle(part.Key)}\n\n| | |\n|---|---|\n");
            foreach (Chapter[] row in part.Chunk(2))
                page.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row.Select(Card))}{(row.Length == 1 ? " | " : "")} |\n");
        }
        return page.ToString();

        string Card(Chapter chapter)
        {
            string text = $"../chapters/{chapter.Part}/{Path.GetFileNameWithoutExtension(chapter.Path)}.{language}.md";
            string head = $"**[{chapter.Id}]({text})** {Plain(chapter.Title)}<br>{Plain(chapter.Computes)}";
            string file = FileOf(chapter, korean);
            return pictures.Contains(file) ? $"{head}<br>![{Plain(chapter.Title)}](images/gallery/{file})" : head;
        }
    }

    // a bar would end the table's cell
    private static string Plain(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
