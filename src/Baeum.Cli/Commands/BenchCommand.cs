using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Baeum.Cli.Bench;
using Baeum.Course;
using Baeum.Kernels;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum bench</c>: one line a workload.</summary>
internal sealed class BenchCommand : CliCommand
{
    // what this processor can do at most: the measure of everything below
    private static readonly Dictionary<string, (Func<int, double> Measure, string Key, string Unit)> Limits = new(StringComparer.Ordinal)
    {
        ["peak_fma"] = (Peak.FusedMultiplyAdd, "gflops", "GFLOP/s"),
        ["peak_read"] = (Peak.Read, "gb_per_s", "GB/s"),
    };

    private readonly Option<string?> onlyOption, threadsOption;
    private readonly Option<bool> jsonOption;

    internal BenchCommand() : base("bench", "속도 측정", "measure the speed")
    {
        onlyOption = Option("--only", "GLOB", "이름이 맞는 항목만. 예: 'gemm_*'", "only names that fit, such as 'gemm_*'");
        threadsOption = Option("--threads", "N", "스레드 수 (기본: 코어 수)", "threads (default: all cores)");
        jsonOption = JsonLines();
    }

    internal override int Run(ParseResult given, CommandContext context)
    {
        string? only = given.GetValue(onlyOption);
        bool json = given.GetValue(jsonOption);
        if (given.GetValue(threadsOption) is { } threads)
            Threads.Count = ParseThreads(threads);
        var glob = new Glob(only);
        Workload[] chosen = Workloads.All.Where(workload => glob.Matches(workload.Name)).ToArray();
        string[] limits = Limits.Keys.Where(glob.Matches).ToArray();
        if (chosen.Length + limits.Length == 0)
            throw new LessonUsageException(Messages.NothingMatches(only ?? "*", Nearest.Names(only ?? "*", Workloads.All.Select(workload => workload.Name).Concat(Limits.Keys))));
        foreach (string name in limits)
            WriteLimit(name, json, context.Results);
        foreach (Workload workload in chosen)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (workload.Missing is not null)
            {
                context.Messages.WriteLine(Messages.WorkloadSkipped(workload.Name, workload.Missing));
                continue;
            }
            Measurement measured = Measurement.Of(workload, context.Cancellation);
            if (json)
                WriteJson(workload, Threads.Count, measured, context.Results);
            else
                WriteText(workload, measured, context.Results);
        }
        return ExitCode.Done;
    }

    private static void WriteLimit(string name, bool json, TextWriter write)
    {
        (Func<int, double> measure, string key, string unit) = Limits[name];
        double value = Math.Round(measure(Threads.Count), 2);
        if (!json)
        {
            write.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {value,25:0.0} {unit}"));
            return;
        }
        JsonOutput.Line(write, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteNumber("threads", Threads.Count);
            writer.Number(key, value);
            writer.WriteEndObject();
        });
    }

    private static void WriteText(Workload workload, Measurement measured, TextWriter write)
    {
        string rate = workload.Flops > 0 ? string.Create(CultureInfo.InvariantCulture, $"{workload.Flops / measured.Median / 1e3,9:0.0} GFLOP/s")
            : workload.Tokens > 0 ? string.Create(CultureInfo.InvariantCulture, $"{workload.Tokens / measured.Median * 1e6,9:0} tokens/s")
            : workload.Characters is not null ? string.Create(CultureInfo.InvariantCulture, $"{workload.Characters() / measured.Median,9:0.0} Mchars/s") : "";
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
        json.Number("cpu_us", Math.Round(measured.Processor, 3));
        // of the whole process so far: a workload's own where it runs by itself
        using var process = Process.GetCurrentProcess();
        json.Number("peak_mb", Math.Round(process.PeakWorkingSet64 / 1e6));
        if (workload.Flops > 0)
            json.Number("gflops", Math.Round(workload.Flops / measured.Median / 1e3, 2));
        if (workload.Tokens > 0)
            json.Number("tokens_per_s", Math.Round(workload.Tokens / measured.Median * 1e6));
        if (workload.Characters is not null)
            json.Number("mchars_per_s", Math.Round(workload.Characters() / measured.Median, 2));
        json.WriteEndObject();
    });

    internal static int ParseThreads(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is >= 1 and <= 1024
        ? count
        : throw new LessonUsageException(Messages.ThreadCount(text));
}
