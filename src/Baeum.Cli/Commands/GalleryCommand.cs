using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum gallery</c>: writes the page of all chapters' pictures anew.</summary>
internal static class GalleryCommand
{
    internal static int Run(CommandContext context)
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
