using Baeum.Course;

namespace Baeum.Cli;

/// <summary>Where a command's words go and how it is stopped: the console, or writers in the tests.</summary>
internal sealed class CommandContext
{
    /// <summary>Results: what another program would read.</summary>
    internal required TextWriter Results { get; init; }

    /// <summary>Progress, remarks and errors.</summary>
    internal required TextWriter Messages { get; init; }

    /// <summary>What <c>-</c> in place of a text reads.</summary>
    internal TextReader Input { get; init; } = TextReader.Null;

    /// <summary>True when <see cref="Messages"/> is a terminal that can redraw its line.</summary>
    internal bool Interactive { get; init; }

    /// <summary>Set by Ctrl-C.</summary>
    internal CancellationToken Cancellation { get; init; }

    /// <summary>How long after Ctrl-C a command may take to end by itself; one that writes a checkpoint asks for more.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The course; found when first asked for.</summary>
    internal Func<Catalogue> Course { get; init; } = Catalogue.Locate;

    /// <summary>True when <see cref="Results"/> is the process's own standard output, which a chapter's <c>Console.WriteLine</c> must not reach under <c>--json</c>.</summary>
    internal bool OwnsConsole { get; init; }

    internal static CommandContext ForConsole()
    {
        var stop = new CancellationTokenSource();
        var context = new CommandContext
        {
            Results = Console.Out,
            Messages = Console.Error,
            Input = Console.In,
            Interactive = Terminal.Interactive,
            Cancellation = stop.Token,
            OwnsConsole = true,
        };
        Console.CancelKeyPress += (_, pressed) =>
        {
            // the first Ctrl-C asks; a command that does not listen in time, or is asked again, is ended
            if (stop.IsCancellationRequested)
                return;
            pressed.Cancel = true;
            stop.Cancel();
            _ = Task.Delay(context.Patience).ContinueWith(_ =>
            {
                Console.Error.WriteLine(Baeum.Cli.Messages.Stopped);
                Environment.Exit(ExitCode.Stopped);
            }, TaskScheduler.Default);
        };
        return context;
    }
}

/// <summary>What the program answers to the shell.</summary>
internal static class ExitCode
{
    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int WrongUsage = 2;

    /// <summary>128 + SIGINT, as shells expect it after Ctrl-C.</summary>
    internal const int Stopped = 130;
}
