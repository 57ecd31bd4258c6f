using System.CommandLine;
using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum gallery</c>: writes the page of all chapters' pictures anew.</summary>
internal sealed class GalleryCommand : CliCommand
{
    internal GalleryCommand() : base("gallery", "그림 모음(docs/gallery.md) 새로 만들기", "write docs/gallery.md anew")
    {
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        Catalogue course = context.Course();
        IReadOnlyList<string> without = Gallery.Write(course.Home, context.Messages, context.Cancellation);
        context.Results.WriteLine(Gallery.PageOf(course.Home, korean: false));
        context.Results.WriteLine(Gallery.PageOf(course.Home, korean: true));
        if (without.Count == 0)
            return ExitCode.Done;
        context.Messages.WriteLine(Messages.WithoutPicture(without));
        return ExitCode.Failed;
    }
}
