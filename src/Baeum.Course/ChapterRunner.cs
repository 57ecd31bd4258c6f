using System.Globalization;
using System.Reflection;

namespace Baeum.Course;

/// <summary>Runs chapters in this process, one at a time.</summary>
public static class ChapterRunner
{
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
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            // a chapter prints the same digits on every machine
            CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
            LessonHost.Current = host;
            program.Invoke();
            return host.Report;
        }
        catch (Exception error) when (error is not (LessonUsageException or OperationCanceledException))
        {
            throw new ChapterException(Describe(chapter, error), error);
        }
        finally
        {
            LessonHost.Current = null;
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static string Describe(Chapter chapter, Exception error)
    {
        Exception inner = error;
        while (inner is TargetInvocationException or AggregateException or TypeInitializationException && inner.InnerException is not null)
            inner = inner.InnerException;
        int line = new System.Diagnostics.StackTrace(inner, fNeedFileInfo: true).GetFrames()
            .Where(frame => frame.GetFileName() == chapter.Path).Select(frame => frame.GetFileLineNumber()).FirstOrDefault();
        string place = line > 0 ? $"{chapter.Path}:{line}" : chapter.Path;
        string kind = inner is ArgumentException or InvalidOperationException or IOException ? "" : inner.GetType().Name + ": ";
        return $"{place}: {kind}{inner.Message.ReplaceLineEndings(" ")}";
    }
}
