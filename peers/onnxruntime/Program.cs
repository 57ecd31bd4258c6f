// Times ONNX Runtime 1.31 on a workload of ./baeum bench, as one JSON line; ./bench --compare runs it in turn with the others.
// usage: onnxruntime THREADS|names [GLOB]
//        onnxruntime forms THREADS    the forms of the graph in turn, the median and the least of 15 steps each
//        onnxruntime check [BATCH LENGTH WIDTH HEADS INNER LAYERS]    each form's largest difference from plain loops over doubles
using System.Diagnostics;
using System.Globalization;
using System.IO.Enumeration;
using OnnxRuntimePeer;

const string Name = "infer_minilm_encoder_6L384_b8x128";
var sizes = new Sizes(8, 128, 384, 12, 1536, 6);
switch (args[0])
{
    case "check":
        Check(args.Length > 1 ? args[1..] : ["2", "37", "48", "3", "96", "2"]);
        break;
    case "forms":
        Compare(int.Parse(args[1], CultureInfo.InvariantCulture));
        break;
    default:
        if (!FileSystemName.MatchesSimpleExpression(args.Length > 1 ? args[1] : "*", Name)) break;
        if (args[0] == "names") Console.WriteLine(Name);
        else Clock(int.Parse(args[0], CultureInfo.InvariantCulture));
        break;
}

static float[] Input(Sizes sizes) => Encoder.Draw(sizes.Rows * sizes.Width, 2, new Random(1));

static void Check(string[] words)
{
    int[] given = Array.ConvertAll(words, word => int.Parse(word, CultureInfo.InvariantCulture));
    var sizes = new Sizes(given[0], given[1], given[2], given[3], given[4], given[5]);
    var encoder = new Encoder(sizes, new Random(0));
    double[] expected = encoder.Compute(Input(sizes));
    foreach (Form form in Enum.GetValues<Form>())
    {
        using var run = new Run(encoder, sizes, form, 1, Input(sizes));
        run.Step();
        Console.WriteLine(FormattableString.Invariant($"{form}: {run.Output.Zip(expected, (value, exact) => Math.Abs(value - exact)).Max():E1}"));
    }
}

void Compare(int threads)
{
    var encoder = new Encoder(sizes, new Random(0));
    var runs = Array.ConvertAll(Enum.GetValues<Form>(), form => (form, run: new Run(encoder, sizes, form, threads, Input(sizes)), times: new List<double>()));
    for (int round = -2; round < 15; round++)
    {
        foreach (var (_, run, times) in runs)
        {
            long start = Stopwatch.GetTimestamp();
            run.Step();
            if (round >= 0) times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
    }
    foreach (var (form, run, times) in runs)
    {
        run.Dispose();
        Console.WriteLine(FormattableString.Invariant($"{form}: {times.Order().ElementAt(times.Count / 2):F0} µs, at least {times.Min():F0}"));
    }
}

// the warm-up and the repeats of peers/libtorch
void Clock(int threads, int warm = 2, int repeats = 5)
{
    using var work = new Run(new Encoder(sizes, new Random(0)), sizes, Form.Mixed, threads, Input(sizes));
    for (int i = 0; i < warm; i++) work.Step();
    long start = Stopwatch.GetTimestamp();
    work.Step();
    int steps = Math.Max(1, (int)(2.0 / repeats / Math.Max(Stopwatch.GetElapsedTime(start).TotalSeconds, 1e-7)));
    var means = new double[repeats];
    TimeSpan processor = Environment.CpuUsage.TotalTime;
    for (int r = 0; r < repeats; r++)
    {
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++) work.Step();
        means[r] = Stopwatch.GetElapsedTime(start).TotalMicroseconds / steps;
    }
    double used = (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / steps / repeats;
    Array.Sort(means);
    using var process = Process.GetCurrentProcess();
    Console.WriteLine(FormattableString.Invariant($"{{\"name\":\"{Name}\",\"threads\":{threads},\"us\":{means[repeats / 2]:F3},\"min\":{means[0]:F3},\"max\":{means[^1]:F3},\"cpu_us\":{used:F3},\"peak_mb\":{process.PeakWorkingSet64 / 1e6:F0}}}"));
}
