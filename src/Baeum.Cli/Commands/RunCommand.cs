using System.Text.Json;
using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum run ID</c>: one chapter.</summary>
internal static class RunCommand
{
    internal static int Run(string id, LessonOptions options, bool json, bool debug, CommandContext context)
    {
        Catalogue course = context.Course();
        Chapter chapter = course.Find(id)
            ?? throw new LessonUsageException(Messages.UnknownChapter(id, Nearest.Names(id, course.Chapters.Select(chapter => chapter.Id))));
        LessonHost.CheckParameters(chapter, options);
        TextWriter results = json ? context.Messages : context.Results;
        TextWriter console = Console.Out;
        try
        {
            // what a chapter prints by itself must not get into the one JSON object
            if (context.OwnsConsole && json)
                Console.SetOut(Console.Error);
            results.WriteLine($"{chapter.Id}  {chapter.Title}");
            LessonReport report = ChapterRunner.Run(chapter, options, results, context.Messages, context.Interactive, context.Cancellation);
            results.WriteLine(Lesson.Summary(report));
            if (json)
                WriteJson(chapter, report, context.Results);
            return report.Ok ? ExitCode.Done : ExitCode.Failed;
        }
        catch (ChapterException error)
        {
            context.Messages.WriteLine(debug && error.InnerException is Exception thrown ? thrown.ToString() : error.Message);
            return ExitCode.Failed;
        }
        finally
        {
            if (context.OwnsConsole && json)
                Console.SetOut(console);
        }
    }

    private static void WriteJson(Chapter chapter, LessonReport report, TextWriter write) => JsonOutput.Line(write, json =>
    {
        json.WriteStartObject();
        json.WriteString("chapter", chapter.Id);
        json.Number("seconds", report.Seconds);
        json.WriteStartObject("metrics");
        foreach ((string name, FigureValue value) in report.Metrics)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
        json.WriteEndObject();
        json.WriteStartArray("checks");
        foreach (LessonCheck check in report.Checks)
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            json.WritePropertyName("value");
            Write(json, check.Value);
            json.WritePropertyName("expected");
            Write(json, check.Expected);
            json.Number("tolerance", check.Tolerance);
            json.WriteBoolean("ok", check.Ok);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("figures");
        foreach (string path in report.Figures)
            json.WriteStringValue(path);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, FigureValue value)
    {
        int next = 0;
        Level(0);

        void Level(int axis)
        {
            if (axis == value.Shape.Count)
            {
                json.Number(value.Values[next++]);
                return;
            }
            json.WriteStartArray();
            for (int i = 0; i < value.Shape[axis]; i++)
                Level(axis + 1);
            json.WriteEndArray();
        }
    }
}
