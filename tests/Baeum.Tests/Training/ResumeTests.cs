using System.Diagnostics;

namespace Baeum.Tests;

/// <summary>An interrupted and resumed training is, bit for bit, one that was not interrupted.</summary>
public sealed class ResumeTests
{
    private const string ChildFolder = "BAEUM_TEST_TRAINING_FOLDER";

    private static readonly Lazy<string> Whole = new(() =>
    {
        var problem = new TrainingProblem();
        Assert.Equal(TrainingProblem.Steps, problem.Run().Step);
        return problem.Trace();
    });

    [Fact]
    public void AKillBeforeAnyFileOperationChangesNothing()
    {
        int operations = 0;
        using (var folder = new TemporaryFolder())
        {
            var problem = new TrainingProblem(folder.Path, beforeFileOperation: _ => operations++);
            problem.Run();
            Assert.Equal(Whole.Value, problem.Trace());
            Assert.Equal(2, Directory.GetDirectories(folder.Path).Length);
        }
        Assert.True(operations > 20);
        for (int kill = 1; kill <= operations; kill++)
        {
            using var folder = new TemporaryFolder();
            int count = 0;
            Assert.Throws<KilledException>(() => new TrainingProblem(folder.Path, beforeFileOperation: _ => { if (++count == kill) throw new KilledException(); }).Run());
            var resumed = new TrainingProblem(folder.Path, resume: true);
            resumed.Run();
            Assert.Equal(Whole.Value, resumed.Trace());
        }
    }

    [Theory]
    [InlineData("model.safetensors", 0)]
    [InlineData("model.safetensors", 20)]
    [InlineData("training.safetensors", 100)]
    [InlineData("training.safetensors", -1)]
    public void ADamagedCheckpointGivesWayToTheOneBefore(string file, int length)
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        new TrainingProblem(folder.Path, callbacks: new At(10, stop.Cancel)).Run(stop.Token);
        string newest = Path.Combine(Directory.GetDirectories(folder.Path).Max(StringComparer.Ordinal)!, file);
        if (length < 0) File.Delete(newest);
        else using (var stream = File.OpenWrite(newest)) stream.SetLength(length);
        var resumed = new TrainingProblem(folder.Path, resume: true);
        resumed.Run();
        Assert.Equal(Whole.Value, resumed.Trace());
    }

    /// <summary>A loader draws its order when an epoch begins; after a resumption between two epochs it must not draw the same one twice.</summary>
    [Fact]
    public void AResumptionBetweenEpochsGoesOnWithNewOrders()
    {
        using var folder = new TemporaryFolder();

        float[] Train(string name, bool resume, int epochs)
        {
            var random = new TorchRandom(5);
            var model = new Linear(ParamScope.Random(random) / "layer", 3, 1);
            var order = new TorchRandom(6);
            var data = new TensorDataset(Tensor.RandN([12, 3], new NumPyRandom(1), dtype: DType.Float32), Tensor.RandN([12, 1], new NumPyRandom(2), dtype: DType.Float32));
            var trainer = new Trainer<Tensor[]>(model, new SGD(model.Parameters(), 0.1), batch => model.Forward(batch[0]).MseLoss(batch[1]))
            {
                CheckpointFolder = Path.Combine(folder.Path, name),
                Resume = resume,
                Generators = new Dictionary<string, RandomGenerator> { ["order"] = order },
            };
            trainer.Fit(data.Batches(4, shuffle: order), epochs);
            return model.Weight.ToArray<float>();
        }

        Train("interrupted", resume: false, epochs: 2);
        Assert.Equal(Train("whole", resume: false, epochs: 5), Train("interrupted", resume: true, epochs: 5));
    }

    [Fact]
    public void CancellationFinishesTheStepAndLeavesACheckpoint()
    {
        using var folder = new TemporaryFolder();
        for (int at = 2; at < TrainingProblem.Steps; at += 5)
        {
            using var source = new CancellationTokenSource();
            var problem = new TrainingProblem(folder.Path, resume: true, callbacks: new At(at, source.Cancel));
            var run = problem.Run(source.Token);
            Assert.Equal(at, run.Step);
            Assert.Equal("cancelled", run.StopReason);
        }
        var last = new TrainingProblem(folder.Path, resume: true, callbacks: new At(0, () => { }));
        last.Run();
        Assert.Equal(Whole.Value, last.Trace());
    }

    [Fact]
    public void ADataLoaderThatPrefetchesGoesOnInTheSameOrder()
    {
        Tensor x = Tensor.RandN([22, 3], new NumPyRandom(1), dtype: DType.Float32);
        using var folder = new TemporaryFolder();
        var whole = Train(null, 0);
        Assert.Equal(18, whole.TotalSteps);
        foreach (int stop in (int[])[4, 6, 7, 15]) Train(folder.Path, stop);
        var last = Train(folder.Path, 0);
        Assert.Equal(whole.Losses, last.Losses);

        (int? TotalSteps, double[] Losses) Train(string? path, int stop)
        {
            var model = new Linear(ParamScope.Random(seed: 1) / "layer", 3, 1);
            var order = new PhiloxRandom(7);
            var loader = new DataLoader<Tensor[], Tensor[]>(new TensorDataset(x), 4, Collate.StackEach, shuffle: order, prefetch: 2);
            using var source = new CancellationTokenSource();
            var history = new History();
            var trainer = new Trainer<Tensor[]>(model, new Adam(model.Parameters(), 0.1), batch => model.Forward(batch[0]).Square().Mean())
            {
                Generators = new Dictionary<string, RandomGenerator> { ["order"] = order },
                CheckpointFolder = path,
                Resume = true,
                Callbacks = [history, new At(stop, source.Cancel)],
            };
            var run = trainer.Fit(loader, epochs: 3, cancellation: source.Token);
            return (run.TotalSteps, [.. history.Steps.Select(s => s.Loss)]);
        }
    }

    [Fact]
    public void AnEarlierTrainingIsNeitherOverwrittenNorMistaken()
    {
        using var folder = new TemporaryFolder();
        new TrainingProblem(folder.Path).Run();
        Assert.Contains("Resume", Assert.Throws<CheckpointException>(() => new TrainingProblem(folder.Path).Run()).Message, StringComparison.Ordinal);

        var other = new Linear(ParamScope.Random(seed: 0) / "layer", 5, 3);
        var trainer = new Trainer<Tensor>(other, new SGD(other.Parameters()), x => other.Forward(x).Sum()) { CheckpointFolder = folder.Path, Resume = true };
        Assert.Contains("weight", Assert.Throws<CheckpointException>(() => trainer.Fit([Tensor.Ones([2, 5])], epochs: 1)).Message, StringComparison.Ordinal);
    }

    /// <summary>A real process, really killed, at moments that fall anywhere in steps and in writing.</summary>
    [Fact]
    public void AKilledProcessResumes()
    {
        string whole = Whole.Value;
        using var folder = new TemporaryFolder();
        string checkpoints = folder.File("run"), done = folder.File("done");
        for (int attempt = 0; attempt < 4 && !File.Exists(done); attempt++)
        {
            using var child = Start(folder.Path);
            // the first attempts die shortly after they began to write, the last one finishes
            string before = Newest(checkpoints);
            var patience = Stopwatch.StartNew();
            while (attempt < 3 && !child.HasExited && Newest(checkpoints) == before && patience.Elapsed.TotalSeconds < 60) Thread.Sleep(1);
            if (attempt < 3)
            {
                Thread.Sleep(attempt);
                child.Kill();
            }
            Assert.True(child.WaitForExit(60_000));
        }
        Assert.Equal(whole, File.ReadAllText(done));
    }

    /// <summary>What the killed process runs; explicit, so that it is not part of the suite.</summary>
    [Fact(Explicit = true)]
    public void Child()
    {
        string folder = Environment.GetEnvironmentVariable(ChildFolder) ?? throw new InvalidOperationException($"{ChildFolder} is not set.");
        var problem = new TrainingProblem(Path.Combine(folder, "run"), resume: true, callbacks: new Slow());
        problem.Run();
        AtomicFile.WriteText(Path.Combine(folder, "done"), problem.Trace());
    }

    private static string Newest(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder).Where(p => !p.EndsWith(".tmp", StringComparison.Ordinal)).Max(StringComparer.Ordinal) ?? "" : "";

    private static Process Start(string folder)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(ResumeTests).Assembly.Location);
        foreach (string argument in (string[])["-method", $"Baeum.Tests.{nameof(ResumeTests)}.{nameof(Child)}", "-explicit", "only"]) start.ArgumentList.Add(argument);
        start.Environment[ChildFolder] = folder;
        var child = Process.Start(start)!;
        child.OutputDataReceived += (_, _) => { };
        child.ErrorDataReceived += (_, _) => { };
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }

    private sealed class KilledException : Exception;

    private sealed class At(int step, Action action) : TrainingCallback
    {
        public override void OnStep(TrainingRun run)
        {
            if (run.Step == step) action();
        }
    }

    private sealed class Slow : TrainingCallback
    {
        public override void OnStep(TrainingRun run) => Thread.Sleep(3);
    }
}
