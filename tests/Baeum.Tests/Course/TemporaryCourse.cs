using Baeum.Course;

namespace Baeum.Tests.Course;

/// <summary>A course of a few chapters in a folder of its own, gone afterwards.</summary>
internal sealed class TemporaryCourse : IDisposable
{
    internal TemporaryCourse() => Directory.CreateDirectory(Path.Combine(Folder, "chapters"));

    internal string Folder { get; } = Directory.CreateTempSubdirectory("baeum-course-").FullName;

    internal string Add(string id, string body, string part = "1-mathematics", string title = "제목 | Title")
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, "chapters", part)).FullName;
        string path = Path.Combine(folder, id + "_name.cs");
        File.WriteAllText(path, $"""
            // chapter: {id}
            // title: {title}
            // computes: 계산 | a computation
            // minutes: 0.5

            using var lesson = Lesson.Begin(args);
            {body}
            """.ReplaceLineEndings("\n"));
        return path;
    }

    internal Catalogue Catalogue() => new(Folder);

    /// <summary>Runs a chapter with these statements.</summary>
    internal (LessonReport Report, string Results, string Messages) Run(string body, LessonOptions? options = null)
    {
        Add("trial", body);
        var results = new StringWriter();
        var messages = new StringWriter();
        options ??= new LessonOptions();
        options.OutputFolder ??= Path.Combine(Folder, "out");
        LessonReport report = ChapterRunner.Run(Catalogue().Find("trial")!, options, results, messages);
        return (report, results.ToString().ReplaceLineEndings("\n"), messages.ToString().ReplaceLineEndings("\n"));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
