using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum</c> alone: what there is and how to start.</summary>
internal static class StartPage
{
    internal static int Show(CliCommand[] commands, CommandContext context)
    {
        TextWriter write = context.Results;
        Catalogue course = context.Course();
        write.WriteLine(Messages.Tagline);
        write.WriteLine();
        write.WriteLine($"{Messages.ChapterCount(course.Chapters.Count)} {Messages.StartHere}:");
        foreach (Chapter chapter in course.Chapters.Take(3))
            write.WriteLine($"  {TextLayout.PadRight("./baeum run " + chapter.Id, 25)}{chapter.Title}");
        write.WriteLine();
        write.WriteLine(Messages.Commands + ":");
        foreach (CliCommand command in commands)
            write.WriteLine($"  {TextLayout.PadRight("./baeum " + command.Name, 25)}{command.Meaning}");
        write.WriteLine();
        write.WriteLine(Messages.MoreHelp);
        return ExitCode.Done;
    }
}
