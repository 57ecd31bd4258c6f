using System.Globalization;
using Baeum.Cli.Bench;
using Baeum.Course;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum bench</c>: one line a workload.</summary>
internal static class BenchCommand
{
    internal static int Run(string? only, string? threads, bool json, CommandContext context)
    {
        int count = threads is null ? Environment.ProcessorCount : ParseThreads(threads);
        var glob = new Glob(only);
        Workload[] chosen = Workloads.All.Where(workload => glob.Matches(workload.Name)).ToArray();
        if (chosen.Length == 0)
            throw new LessonUsageException(Messages.NothingMatches(only ?? "*", Nearest.Names(only ?? "*", Workloads.All.Select(workload => workload.Name))));
        foreach (Workload workload in chosen)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Measurement measured = Measurement.Of(workload, context.Cancellation);
            if (json)
                WriteJson(workload, count, measured, context.Results);
            else
                WriteText(workload, measured, context.Results);
        }
        return ExitCode.Done;
    }

    private static void WriteText(Workload workload, Measurement measured, TextWriter write)
    {
        string rate = workload.Flops > 0 ? string.Create(CultureInfo.InvariantCulture, $"{workload.Flops / measured.Median / 1e3,9:0.0} GFLOP/s")
            : workload.Tokens > 0 ? string.Create(CultureInfo.InvariantCulture, $"{workload.Tokens / measured.Median * 1e6,9:0} tokens/s") : "";
        write.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload.Name,-44} {measured.Median,12:0.00} µs {rate}").TrimEnd());
    }

    private static void WriteJson(Workload workload, int threads, Measurement measured, TextWriter write) => JsonOutput.Line(write, json =>
    {
        json.WriteStartObject();
        json.WriteString("name", workload.Name);
        json.WriteNumber("threads", threads);
        json.Number("us", Math.Round(measured.Median, 3));
        json.Number("min", Math.Round(measured.Best, 3));
        json.Number("max", Math.Round(measured.Worst, 3));
        if (workload.Flops > 0)
            json.Number("gflops", Math.Round(workload.Flops / measured.Median / 1e3, 2));
        if (workload.Tokens > 0)
            json.Number("tokens_per_s", Math.Round(workload.Tokens / measured.Median * 1e6));
        json.WriteEndObject();
    });

    private static int ParseThreads(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 1024
        ? count
        : throw new LessonUsageException(Messages.ThreadCount(text));
}
