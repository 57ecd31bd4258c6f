using System.CommandLine;
using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum list</c>: the chapters by part.</summary>
internal sealed class ListCommand : CliCommand
{
    private readonly Option<bool> json;

    internal ListCommand() : base("list", "장의 목록", "the chapters") => json = Flag("--json", "JSON 배열로 출력", "as a JSON array");

    internal override int Run(ParseResult given, CommandContext context)
    {
        Catalogue course = context.Course();
        if (given.GetValue(json))
            WriteJson(course, context.Results);
        else
            WriteText(course, context.Results);
        return ExitCode.Done;
    }

    private static void WriteText(Catalogue course, TextWriter write)
    {
        int idColumns = course.Chapters.Select(chapter => TextLayout.Width(chapter.Id)).DefaultIfEmpty(0).Max() + 2;
        int text = Math.Max(20, Terminal.Width - 2 - idColumns);
        foreach (IGrouping<string, Chapter> part in course.Chapters.GroupBy(chapter => chapter.Part))
        {
            write.WriteLine(course.PartTitle(part.Key));
            foreach (Chapter chapter in part)
            {
                string time = Messages.Time(chapter.Minutes);
                int room = text - TextLayout.Width(time) - 1;
                IReadOnlyList<string> title = TextLayout.Wrap(chapter.Title, room);
                write.WriteLine($"  {TextLayout.PadRight(chapter.Id, idColumns)}{TextLayout.PadRight(title[0], room)} {time}");
                foreach (string line in title.Skip(1).Concat(TextLayout.Wrap(chapter.Computes, text)))
                    write.WriteLine(new string(' ', 2 + idColumns) + line);
            }
            write.WriteLine();
        }
        write.WriteLine(Messages.RunOne);
    }

    private static void WriteJson(Catalogue course, TextWriter write) => JsonOutput.Line(write, json =>
    {
        json.WriteStartArray();
        foreach (Chapter chapter in course.Chapters)
        {
            json.WriteStartObject();
            json.WriteString("id", chapter.Id);
            json.WriteString("part", chapter.Part);
            json.WriteString("title", chapter.Title);
            json.WriteString("computes", chapter.Computes);
            json.WriteNumber("minutes", chapter.Minutes);
            json.WriteStartArray("parameters");
            foreach (string name in chapter.Parameters)
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteString("path", Path.GetRelativePath(course.Home, chapter.Path).Replace(Path.DirectorySeparatorChar, '/'));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
