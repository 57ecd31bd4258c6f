using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Baeum.Course;

/// <summary>
/// The API between a chapter and whoever runs it: named figures, checks, tables, pictures, progress and parameters. The same text runs under
/// <c>dotnet run CHAPTER.cs</c>, <c>./baeum run ID</c>, in the lab and in the tests.
/// </summary>
/// <example><code>
/// using var lesson = Lesson.Begin(args);
/// double rate = lesson.Parameter("lr", 0.001, 1e-5, 1);
/// lesson.Figure("loss.final", loss, expected: 0.90553107);
/// </code></example>
public sealed partial class Lesson : IDisposable
{
    private const int NameColumns = 30;
    private readonly LessonHost host;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly HashSet<string> changed = [];
    private bool progressShown;
    private bool ended;

    private Lesson(LessonHost host) => this.host = host;

    /// <summary>Begins a chapter: its first statement.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="path">The chapter's file; the compiler fills it in.</param>
    public static Lesson Begin(string[] arguments, [CallerFilePath] string path = "")
    {
        var lesson = new Lesson(LessonHost.Current ?? LessonHost.ForConsole(path, arguments));
        if (lesson.host.Standalone)
            lesson.host.ResultWriter.WriteLine($"{lesson.host.Chapter.Id}  {lesson.host.Chapter.Title}");
        return lesson;
    }

    /// <summary>Which version of the lesson the reader wants.</summary>
    public LessonMode Mode => host.Options.Mode;

    /// <summary>True when the version with the original's error should run.</summary>
    public bool Published => Mode != LessonMode.Corrected;

    /// <summary>True when the version without the error should run.</summary>
    public bool Corrected => Mode != LessonMode.Published;

    /// <summary>The versions to run, as they stand before the dot in the names of figures: <c>published</c>, <c>corrected</c>.</summary>
    public IReadOnlyList<string> Versions => Mode switch
    {
        LessonMode.Published => ["published"],
        LessonMode.Corrected => ["corrected"],
        _ => ["published", "corrected"],
    };

    /// <summary>True when the reader asked for the long form: real data, long training (<c>--full</c>).</summary>
    public bool Full => host.Options.Full;

    /// <summary>Set when the reader presses Ctrl-C; long loops may hand it on.</summary>
    public CancellationToken Cancellation => host.Cancellation;

    /// <summary>Where the chapter's pictures go; the folder exists.</summary>
    public string OutputFolder => Directory.CreateDirectory(host.Options.OutputFolder ?? Path.Combine("out", host.Chapter.Id)).FullName;

    /// <summary>False while every parameter and the seed are the chapter's own: only then are figures held against what they should be.</summary>
    public bool Changed => changed.Count > 0;

    /// <summary>The text in the reader's language.</summary>
    public string Text(string korean, string english) => UserLanguage.Pick(korean, english);

    /// <summary>Prints a line in the reader's language.</summary>
    public void Say(string korean, string english) => Write(Text(korean, english));

    /// <summary>A value the reader may change with <c>--set name=value</c>.</summary>
    /// <param name="name">Its name, a literal: the catalogue reads it from the text.</param>
    /// <param name="standard">The chapter's own value.</param>
    /// <param name="low">The least value that makes sense.</param>
    /// <param name="high">The largest value that makes sense.</param>
    public double Parameter(string name, double standard, double low, double high)
    {
        if (!host.Options.Parameters.TryGetValue(name, out double value))
            return standard;
        if (value < low || value > high)
            Refuse(Messages.SetRange(name, value, low, high));
        if (value != standard)
            changed.Add(Invariant($"{name}={value}"));
        return value;
    }

    /// <inheritdoc cref="Parameter(string, double, double, double)"/>
    public int Parameter(string name, int standard, int low, int high)
    {
        double value = Parameter(name, (double)standard, low, high);
        if (value != Math.Floor(value))
            Refuse(Messages.SetWhole(name, value));
        return (int)value;
    }

    /// <summary>The seed of the chapter's random numbers: the chapter's own, or the reader's from <c>--seed</c>.</summary>
    public uint Seed(uint standard)
    {
        if (host.Options.Seed is not long seed || seed == standard)
            return standard;
        changed.Add(Invariant($"seed={seed}"));
        return (uint)seed;
    }

    /// <summary>Prints a table with a header; numbers align to the right.</summary>
    /// <param name="title">A line above it.</param>
    /// <param name="columns">The header.</param>
    /// <param name="rows">The rows: words and numbers.</param>
    public void Table(string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object>> rows)
    {
        Write("");
        Write(title);
        foreach (string line in TextLayout.Table(columns, rows.ToArray()))
            Write("  " + line);
    }

    /// <summary>Tells the reader how far a long step has come; on a terminal the line is redrawn, elsewhere every tenth is a line.</summary>
    /// <param name="done">Steps done.</param>
    /// <param name="total">Steps in all.</param>
    /// <param name="note">What to say beside it, such as the loss.</param>
    public void Progress(int done, int total, string note = "")
    {
        host.Cancellation.ThrowIfCancellationRequested();
        if (host.Interactive)
        {
            int filled = (int)(20L * done / Math.Max(1, total));
            host.MessageWriter.Write($"\r\e[K{new string('━', filled)}{new string('─', 20 - filled)} {done}/{total}  {note}");
            progressShown = true;
        }
        else if (done == total || done * 10L / total != (done - 1) * 10L / total)
        {
            host.MessageWriter.WriteLine(note.Length == 0 ? $"{done}/{total}" : $"{done}/{total}  {note}");
        }
        if (done >= total)
            EndProgress();
    }

    /// <summary>Ends the chapter; under <c>dotnet run</c> it sums up, and the program's exit code tells whether all figures are what they should be.</summary>
    public void Dispose()
    {
        if (ended)
            return;
        ended = true;
        EndProgress();
        host.Report.Seconds = clock.Elapsed.TotalSeconds;
        if (Changed && host.Report.Metrics.Count > 0)
            host.MessageWriter.WriteLine(Messages.NotCompared(changed));
        if (!host.Standalone)
            return;
        host.ResultWriter.WriteLine(Summary(host.Report));
        Environment.ExitCode = host.Report.Ok ? 0 : 1;
    }

    /// <summary>One line about the checks: how many passed.</summary>
    internal static string Summary(LessonReport report) => Messages.Done(report.Checks.Count(check => check.Ok), report.Checks.Count, report.Seconds);

    private void Write(string line)
    {
        host.Cancellation.ThrowIfCancellationRequested();
        EndProgress();
        host.ResultWriter.WriteLine(line);
    }

    private void EndProgress()
    {
        if (progressShown)
            host.MessageWriter.Write("\r\e[K");
        progressShown = false;
    }

    private void Refuse(string message)
    {
        if (!host.Standalone)
            throw new LessonUsageException(message);
        Console.Error.WriteLine(message);
        Environment.Exit(2);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
