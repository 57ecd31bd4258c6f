using System.Diagnostics;

namespace Baeum.Cli.Bench;

/// <summary>
/// Microseconds a step: the median of the repeats, the best and the worst; and the processor's time, all threads together, which a
/// machine that is busy otherwise disturbs less.
/// </summary>
internal sealed record Measurement(double Median, double Best, double Worst, double Processor)
{
    /// <summary>Times a workload the way the peers' programs do: warm up, choose how many steps fill a repeat, take the mean of each repeat.</summary>
    internal static Measurement Of(Workload workload, CancellationToken cancellation)
    {
        Action step = workload.Prepare();
        for (int i = 0; i < workload.Warm; i++)
            step();
        // the JIT replaces hot code in the background: short steps need more than a few calls before they run at full speed
        var warming = Stopwatch.StartNew();
        for (int i = 0; i < 20_000 && warming.Elapsed.TotalSeconds < 0.3; i++)
            step();
        // the best of three: one step that was interrupted would make the repeats too short
        double one = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            step();
            one = Math.Min(one, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        int steps = Math.Max(1, (int)(workload.Seconds / workload.Repeats / Math.Max(one, 1e-7)));
        double[] means = new double[workload.Repeats];
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        for (int repeat = 0; repeat < means.Length; repeat++)
        {
            cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < steps; i++)
                step();
            means[repeat] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / steps;
        }
        processor = Environment.CpuUsage.TotalTime - processor;
        Array.Sort(means);
        return new Measurement(means[means.Length / 2], means[0], means[^1], processor.TotalMicroseconds / steps / means.Length);
    }
}
