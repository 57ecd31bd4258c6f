using System.Globalization;
using Baeum.Cli.Verify;
using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum verify DIR</c>: holds the engine against the figures of PyTorch, NumPy and others.</summary>
internal sealed class VerifyCommand
{
    private readonly bool json;
    private readonly bool debug;
    private readonly CommandContext context;
    private int passed, failed, skipped;

    private VerifyCommand(bool json, bool debug, CommandContext context) => (this.json, this.debug, this.context) = (json, debug, context);

    internal static int Run(string folder, string? only, bool json, bool debug, CommandContext context)
    {
        if (!Directory.Exists(folder))
            throw new LessonUsageException(Messages.NoVerifyFolder(folder));
        Book[] books = Book.Below(folder);
        if (books.Length == 0)
            throw new LessonUsageException(Messages.NoBooks(folder));
        var command = new VerifyCommand(json, debug, context);
        var glob = new Glob(only);
        foreach (Book book in books.Where(book => glob.MayMatchBelow(book.Name)))
            command.Hold(book, glob);
        if (command.passed + command.failed + command.skipped == 0)
            throw new LessonUsageException(Messages.NothingMatches(only!, Nearest.Names(only!, books.Select(book => book.Name + "/*"))));
        (json ? context.Messages : context.Results).WriteLine(Messages.VerifySummary(command.passed, command.failed, command.skipped));
        return command.failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private void Hold(Book book, Glob glob)
    {
        Comparison[]? comparisons;
        try
        {
            comparisons = Families.Of(book)?.ToArray();
        }
        catch (Exception error) when (!debug)
        {
            Fail(book.Name, Messages.BrokenBook(book.Path, error.Message));
            return;
        }
        if (comparisons is null)
        {
            Skip(book.Name);
            return;
        }
        foreach (Comparison comparison in comparisons.Where(comparison => glob.Matches(comparison.Name)))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (comparison.Check is null)
                Skip(comparison.Name);
            else
                Hold(comparison.Name, comparison.Check);
        }
    }

    private void Hold(string name, Func<Outcome> check)
    {
        Outcome outcome;
        try
        {
            outcome = check();
        }
        catch (Exception error) when (!debug && error is not OperationCanceledException)
        {
            Fail(name, error.Message);
            return;
        }
        if (outcome.Ok)
            passed++;
        else
            failed++;
        if (json)
            WriteJson(name, outcome.Ok, outcome.Error, outcome.Tolerance, null);
        else
            context.Results.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(outcome.Ok ? Terminal.Green("✓") : Terminal.Red("✗"))} {TextLayout.PadRight(name, 36)} {outcome.Error,8:0.0e+00}  ≤ {outcome.Tolerance:0.0e+00}{(outcome.Ok ? "" : "  " + outcome.Where)}"));
    }

    private void Fail(string name, string reason)
    {
        failed++;
        reason = reason.ReplaceLineEndings(" ");
        if (json)
            WriteJson(name, ok: false, double.NaN, double.NaN, reason);
        else
            context.Results.WriteLine($"{Terminal.Red("✗")} {name}: {reason}");
    }

    // under --json a line is a comparison made; what could not be made is a remark
    private void Skip(string name)
    {
        skipped++;
        (json ? context.Messages : context.Results).WriteLine($"- {TextLayout.PadRight(name, 36)} {Messages.NotKnownYet}");
    }

    private void WriteJson(string name, bool ok, double error, double tolerance, string? reason) => JsonOutput.Line(context.Results, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("name", name);
        writer.WriteBoolean("ok", ok);
        writer.Number("max_error", error);
        writer.Number("tolerance", tolerance);
        if (reason is not null)
            writer.WriteString("error", reason);
        writer.WriteEndObject();
    });
}
