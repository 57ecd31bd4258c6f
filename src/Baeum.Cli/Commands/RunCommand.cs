using System.CommandLine;
using System.Text.Json;
using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum run ID</c>: one chapter.</summary>
internal sealed class RunCommand : CliCommand
{
    private readonly Argument<string> chapterArgument;
    private readonly Option<string?> mode, seed, data, output, plot;
    private readonly Option<string[]> set;
    private readonly Option<bool> noPlots, full, json, debug;

    internal RunCommand() : base("run", "한 장을 실행", "run a chapter")
    {
        chapterArgument = Argument("ID", "장의 이름 (./baeum list)", "the chapter's name, see ./baeum list");
        mode = Option("--mode", "MODE", "published: 원본 그대로, corrected: 오류를 고친 판, both: 둘 다", "published: as the original; corrected: its error removed; both");
        set = Options("--set", "name=value", "장에서 쓰는 값을 바꿈 (여러 번 가능)", "changes a value of the chapter; may be repeated");
        seed = Option("--seed", "N", "난수의 시드", "the seed of its random numbers");
        data = Option("--data", "FILE", "장의 표 대신 쓸 CSV 파일", "a CSV file in place of the chapter's table");
        output = Option("--out", "DIR", "그림을 저장할 폴더 (기본: out/ID)", "the folder for pictures (default: out/ID)");
        plot = Option("--plot", "FORM", "그림의 형식. png: 파일(기본), svg: 파일, text: 화면에 글자로", "png: files (default); svg: files; text: characters on the screen");
        noPlots = Flag("--no-plots", "그림을 저장하지 않음", "writes no pictures");
        full = Flag("--full", "긴 형태: 실제 자료 전부, 긴 학습 (../shared/data가 있어야 함)", "the long form: all of the real data, long training (needs ../shared/data)");
        json = Json();
        debug = Debug();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        var options = new LessonOptions
        {
            Mode = LessonOptions.ParseMode(given.GetValue(mode) ?? "both"),
            Seed = given.GetValue(seed) is { } number ? LessonOptions.ParseSeed(number) : null,
            DataFile = given.GetValue(data),
            OutputFolder = given.GetValue(output),
            Full = given.GetValue(full),
            Plots = !given.GetValue(noPlots),
            PlotForm = given.GetValue(plot) is { } form ? LessonOptions.ParsePlotForm(form) : PlotForm.Png,
        };
        foreach (string assignment in given.GetValue(set) ?? [])
            options.Set(assignment);
        return Run(given.GetValue(chapterArgument)!, options, given.GetValue(json), given.GetValue(debug), context);
    }

    private static int Run(string id, LessonOptions options, bool json, bool debug, CommandContext context)
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
