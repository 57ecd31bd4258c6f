using System.Diagnostics;
using System.Globalization;

namespace Baeum;

/// <summary>
/// Tells how the training goes on standard error: on a terminal one line that is redrawn (bar, loss, rate, time left), elsewhere a plain
/// line every <paramref name="everySteps"/> steps and one an epoch.
/// </summary>
/// <param name="everySteps">Steps between plain lines.</param>
/// <param name="writer">Where to write; standard error if not given.</param>
/// <param name="interactive">Whether to redraw; by default on a terminal.</param>
public sealed class ProgressReport(int everySteps = 50, TextWriter? writer = null, bool? interactive = null) : TrainingCallback
{
    private const int BarWidth = 24;
    private const long RedrawTicks = TimeSpan.TicksPerSecond / 10;
    private readonly TextWriter output = writer ?? Console.Error;
    private readonly bool redraws = interactive ?? (writer is null && !Console.IsErrorRedirected);
    private readonly Stopwatch watch = new();
    private int firstStep, drawnWidth;
    private long nextDraw;

    /// <inheritdoc/>
    public override void OnStart(TrainingRun run)
    {
        firstStep = run.Step;
        nextDraw = drawnWidth = 0;
        watch.Restart();
        if (run.Step > 0) Line(string.Create(CultureInfo.InvariantCulture, $"resumed at step {run.Step}, epoch {run.Epoch}"));
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingRun run)
    {
        if (redraws)
        {
            if (watch.ElapsedTicks < nextDraw) return;
            nextDraw = watch.ElapsedTicks + RedrawTicks * Stopwatch.Frequency / TimeSpan.TicksPerSecond;
            Draw(run);
        }
        else if (run.Step % everySteps == 0)
        {
            Line(Describe(run));
        }
    }

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run)
    {
        string validation = double.IsNaN(run.ValidationLoss) ? "" : string.Create(CultureInfo.InvariantCulture, $"  validation {run.ValidationLoss:F4}");
        Line(string.Create(CultureInfo.InvariantCulture, $"epoch {run.Epoch} done  step {run.Step}  loss {run.EpochLoss:F4}{validation}"));
    }

    /// <inheritdoc/>
    public override void OnEnd(TrainingRun run)
    {
        if (run.StopReason is { } reason) Line(string.Create(CultureInfo.InvariantCulture, $"ended at step {run.Step}: {reason}"));
        else Line(Describe(run));
    }

    private string Describe(TrainingRun run)
    {
        double seconds = watch.Elapsed.TotalSeconds, rate = seconds > 0 ? (run.Step - firstStep) / seconds : 0;
        string left = run.TotalSteps is { } total && rate > 0 && total > run.Step ? $"  {TimeSpan.FromSeconds((total - run.Step) / rate):h\\:mm\\:ss} left" : "";
        string of = run.TotalSteps is { } all ? string.Create(CultureInfo.InvariantCulture, $"/{all}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"step {run.Step}{of}  loss {run.Loss:F4}  lr {run.LearningRate:G3}  {rate:F1} steps/s{left}");
    }

    private void Draw(TrainingRun run)
    {
        string bar = "";
        if (run.TotalSteps is > 0 and { } total)
        {
            int filled = (int)Math.Min(BarWidth, (long)BarWidth * run.Step / total);
            bar = $"[{new string('#', filled)}{new string('-', BarWidth - filled)}] ";
        }
        string text = bar + Describe(run);
        output.Write('\r' + text.PadRight(drawnWidth));
        drawnWidth = text.Length;
    }

    private void Line(string text)
    {
        if (redraws) output.Write('\r' + text.PadRight(drawnWidth) + Environment.NewLine);
        else output.WriteLine(text);
        drawnWidth = 0;
    }
}
