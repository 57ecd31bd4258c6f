using System.Diagnostics;
using Baeum.Course;
using Baeum.Models;

namespace Baeum.Cli;

/// <summary>Shows a download: one line redrawn on a terminal, elsewhere a line for each file that is here.</summary>
internal sealed class DownloadProgress(CommandContext context) : IProgress<HubProgress>
{
    private const int BarColumns = 20;

    private readonly Lock writing = new();
    private readonly Dictionary<string, HubProgress> files = new(StringComparer.Ordinal);
    private readonly long started = Stopwatch.GetTimestamp();
    private long bytesBefore, drawn;

    public void Report(HubProgress value)
    {
        lock (writing)
        {
            bool isKnown = files.TryGetValue(value.File, out HubProgress? last);
            // what an earlier download left does not count for the speed
            if (!isKnown) bytesBefore += value.Done;
            files[value.File] = value;
            if (context.Interactive) Draw(isLast: false);
            else if (IsDone(value) && !(isKnown && IsDone(last!))) context.Messages.WriteLine(Messages.Downloaded(value.File, value.Total));
        }
    }

    /// <summary>Draws the end of it and goes on to the next line.</summary>
    internal void Finish()
    {
        lock (writing)
        {
            if (!context.Interactive || files.Count == 0) return;
            Draw(isLast: true);
            context.Messages.WriteLine();
        }
    }

    // a size that the server does not tell is -1
    private static bool IsDone(HubProgress file) => file.Total >= 0 && file.Done >= file.Total;

    private void Draw(bool isLast)
    {
        // ten times a second is enough for an eye
        if (!isLast && drawn != 0 && Stopwatch.GetElapsedTime(drawn).TotalSeconds < 0.1) return;
        drawn = Stopwatch.GetTimestamp();
        long done = files.Values.Sum(file => file.Done), total = files.Values.Sum(file => Math.Max(file.Done, file.Total));
        int filled = total == 0 ? BarColumns : (int)(BarColumns * done / total);
        string words = Messages.Downloading(files.Values.Count(IsDone), files.Count, done, total, (done - bytesBefore) / Math.Max(0.1, Stopwatch.GetElapsedTime(started).TotalSeconds));
        context.Messages.Write("\r" + TextLayout.PadRight($"{new string('█', filled)}{new string('░', BarColumns - filled)} {words}", Terminal.Width - 1));
    }
}
