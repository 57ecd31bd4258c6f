using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Baeum.Course;

/// <summary>Runs chapters in this process, one at a time.</summary>
public static class ChapterRunner
{
    private const double LongestSecondRun = 20;

    /// <summary>Compiles a chapter and runs it to its end.</summary>
    /// <param name="chapter">The chapter.</param>
    /// <param name="options">What the reader asked for.</param>
    /// <param name="results">Where figures and tables go.</param>
    /// <param name="messages">Where progress goes.</param>
    /// <param name="interactive">True when <paramref name="messages"/> is a terminal that can redraw its line.</param>
    /// <param name="cancellation">Stops the chapter at its next figure, table or progress.</param>
    /// <exception cref="LessonUsageException">A parameter is unknown or out of range.</exception>
    /// <exception cref="ChapterException">It does not compile, or it threw: the message names file and line; the inner exception is what was thrown.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static LessonReport Run(
        Chapter chapter, LessonOptions options, TextWriter results, TextWriter messages, bool interactive = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(chapter);
        ArgumentNullException.ThrowIfNull(options);
        LessonHost.CheckParameters(chapter, options);
        var host = new LessonHost
        {
            Chapter = chapter,
            Options = options,
            ResultWriter = results,
            MessageWriter = messages,
            Interactive = interactive,
            Cancellation = cancellation,
        };
        using var program = new CompiledChapter(chapter);
        cancellation.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        try
        {
            Invoke(program, host);
            return host.Report;
        }
        catch (Exception error) when (error is not (LessonUsageException or OperationCanceledException))
        {
            Exception inner = Innermost(error);
            int line = LineOf(inner, chapter);
            // optimised code shares its range and null checks among lines, so a chapter that failed at one is run once more, slowly and silently
            bool doubtful = inner is IndexOutOfRangeException or NullReferenceException or DivideByZeroException or OverflowException or InvalidCastException;
            if (doubtful)
                line = Stopwatch.GetElapsedTime(start).TotalSeconds < LongestSecondRun ? FindLine(chapter, options, cancellation) : 0;
            throw new ChapterException(Describe(chapter, inner, line), error);
        }
    }

    private static void Invoke(CompiledChapter program, LessonHost host)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            // a chapter prints the same digits on every machine
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            LessonHost.Current = host;
            program.Invoke();
        }
        finally
        {
            LessonHost.Current = null;
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static int FindLine(Chapter chapter, LessonOptions options, CancellationToken cancellation)
    {
        var host = new LessonHost
        {
            Chapter = chapter,
            Options = options,
            ResultWriter = TextWriter.Null,
            MessageWriter = TextWriter.Null,
            Cancellation = cancellation,
        };
        TextWriter console = Console.Out;
        using var program = new CompiledChapter(chapter, optimise: false);
        try
        {
            Console.SetOut(TextWriter.Null);
            Invoke(program, host);
            return 0;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return LineOf(Innermost(error), chapter);
        }
        finally
        {
            Console.SetOut(console);
        }
    }

    private static Exception Innermost(Exception error)
    {
        while (error is TargetInvocationException or AggregateException or TypeInitializationException && error.InnerException is not null)
            error = error.InnerException;
        return error;
    }

    private static int LineOf(Exception error, Chapter chapter) => new StackTrace(error, fNeedFileInfo: true).GetFrames()
        .Where(frame => frame.GetFileName() == chapter.Path).Select(frame => frame.GetFileLineNumber()).FirstOrDefault();

    private static string Describe(Chapter chapter, Exception error, int line)
    {
        string place = line > 0 ? string.Create(CultureInfo.InvariantCulture, $"{chapter.Path}:{line}") : chapter.Path;
        string kind = error is ArgumentException or InvalidOperationException or IOException ? "" : error.GetType().Name + ": ";
        return $"{place}: {kind}{error.Message.ReplaceLineEndings(" ")}";
    }
}
