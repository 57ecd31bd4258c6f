using System.Globalization;
using Baeum.Course;

namespace Baeum.Cli.Verify;

/// <summary>Makes the comparisons of books, writes a line of each and counts them.</summary>
internal sealed class VerifyReport(bool json, bool debug, CommandContext context)
{
    internal int Passed { get; private set; }

    internal int Failed { get; private set; }

    internal int Skipped { get; private set; }

    internal void Hold(Book book, Glob glob)
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
            Passed++;
        else
            Failed++;
        if (json)
            WriteJson(name, outcome.Ok, outcome.Error, outcome.Tolerance, null);
        else
            context.Results.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(outcome.Ok ? Terminal.Green("✓") : Terminal.Red("✗"))} {TextLayout.PadRight(name, 36)} {outcome.Error,8:0.0e+00}  ≤ {outcome.Tolerance:0.0e+00}{(outcome.Ok ? "" : "  " + outcome.Where)}"));
    }

    private void Fail(string name, string reason)
    {
        Failed++;
        reason = reason.ReplaceLineEndings(" ");
        if (json)
            WriteJson(name, ok: false, double.NaN, double.NaN, reason);
        else
            context.Results.WriteLine($"{Terminal.Red("✗")} {name}: {reason}");
    }

    // under --json a line is a comparison made; what could not be made is a remark
    private void Skip(string name)
    {
        Skipped++;
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
