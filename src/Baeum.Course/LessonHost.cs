using System.Globalization;

namespace Baeum.Course;

/// <summary>Whoever runs a chapter: where its words go, what the reader asked for, and what came out.</summary>
internal sealed class LessonHost
{
    private static readonly AsyncLocal<LessonHost?> Ambient = new();

    /// <summary>The host of the chapter that runs in this flow of control; null under <c>dotnet run</c>.</summary>
    internal static LessonHost? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    internal required Chapter Chapter { get; init; }

    internal required LessonOptions Options { get; init; }

    internal required TextWriter ResultWriter { get; init; }

    internal required TextWriter MessageWriter { get; init; }

    internal CancellationToken Cancellation { get; init; }

    /// <summary>True when <see cref="MessageWriter"/> is a terminal that can redraw its line.</summary>
    internal bool Interactive { get; init; }

    /// <summary>True under <c>dotnet run</c>, where nobody else reports errors and sums up.</summary>
    internal bool Standalone { get; init; }

    internal LessonReport Report { get; } = new();

    /// <summary>A chapter started by <c>dotnet run</c>: the console, and the arguments behind <c>--</c>.</summary>
    internal static LessonHost ForConsole(string path, string[] arguments)
    {
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            Chapter chapter = Chapter.Read(path);
            LessonOptions options = LessonOptions.Parse(arguments);
            CheckParameters(chapter, options);
            return new LessonHost
            {
                Chapter = chapter,
                Options = options,
                ResultWriter = Console.Out,
                MessageWriter = Console.Error,
                Interactive = Terminal.Interactive,
                Standalone = true,
            };
        }
        catch (Exception error) when (error is LessonUsageException or ChapterException)
        {
            Console.Error.WriteLine(error.Message);
            Environment.Exit(2);
            throw;
        }
    }

    /// <summary>Refuses parameters and tables that the chapter does not ask for, before it starts.</summary>
    internal static void CheckParameters(Chapter chapter, LessonOptions options)
    {
        foreach (string name in options.Parameters.Keys)
        {
            if (!chapter.Parameters.Contains(name))
                throw new LessonUsageException(Messages.UnknownParameter(chapter, name));
        }
        if (options.DataFile is not null && chapter.Tables.Count != 1)
            throw new LessonUsageException(Messages.TakesNoData(chapter));
    }
}
