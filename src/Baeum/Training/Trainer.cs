using System.Globalization;

namespace Baeum;

/// <summary>When a schedule goes on.</summary>
public enum ScheduleUnit
{
    /// <summary>After each step of the optimiser.</summary>
    Step,

    /// <summary>After each epoch.</summary>
    Epoch,
}

/// <summary>The training loop: batches, gradients, steps, validation, checkpoints. It knows nothing of the model but its loss.</summary>
/// <remarks>
/// <code>
/// var trainer = new Trainer&lt;Batch&gt;(model, optimizer, batch => model.Forward(batch.Input).CrossEntropy(batch.Target))
/// {
///     Schedule = new CosineAnnealing(optimizer, 1000), ClipNorm = 1, CheckpointFolder = "out/run", Resume = true,
///     Callbacks = [new ProgressReport(), new EarlyStopping(patience: 3)],
/// };
/// trainer.Fit(loader, epochs: 10, validation: validationLoader);
/// </code>
/// Each batch is computed in a <see cref="TensorScope"/>: what is allocated while it is fetched and used is given back after it.
/// A training that was interrupted, even killed, and resumed gives the losses of one that was not, bit for bit, if everything random in
/// it draws from <see cref="Generators"/> or from the model's own generator.
/// </remarks>
/// <typeparam name="TBatch">What the data gives and the loss takes.</typeparam>
public sealed class Trainer<TBatch>
{
    private readonly Module model;
    private readonly Optimizer optimizer;
    private readonly Func<TBatch, Tensor> loss;
    private readonly Tensor[] parameters;
    private Dictionary<string, byte[]> epochGenerators = [];

    /// <summary>A trainer.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="optimizer">What trains it.</param>
    /// <param name="loss">The mean loss of a batch, one element.</param>
    public Trainer(Module model, Optimizer optimizer, Func<TBatch, Tensor> loss)
    {
        this.model = model;
        this.optimizer = optimizer;
        this.loss = loss;
        parameters = [.. optimizer.Groups.SelectMany(group => group.Parameters)];
    }

    /// <summary>Changes the learning rate; a <see cref="ReduceOnPlateau"/> is given the measure of each epoch.</summary>
    public Schedule? Schedule { get; init; }

    /// <summary>When <see cref="Schedule"/> goes on.</summary>
    public ScheduleUnit ScheduleEvery { get; init; }

    /// <summary>The largest common 2-norm of the gradients: the step is taken along gradients scaled down to it, see <see cref="GradientClipping.ClipGradNorm"/>; <see cref="Tensor.Grad"/> keeps them as they came.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>The largest size of a gradient's element.</summary>
    public double? ClipValue { get; init; }

    /// <summary>How many batches make one step: their gradients are averaged, as if they were one batch.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>An average of the weights, updated after each step and used for validation.</summary>
    public ExponentialMovingAverage? Average { get; init; }

    /// <summary>What watches the training.</summary>
    public IReadOnlyList<TrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Where checkpoints are written: after each epoch, every <see cref="CheckpointEvery"/> steps and on cancellation.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Steps between checkpoints besides those of each epoch.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>How many checkpoints are kept; older ones are deleted.</summary>
    public int KeptCheckpoints { get; init; } = 2;

    /// <summary>Goes on from the newest checkpoint in <see cref="CheckpointFolder"/> if there is one.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// What the training draws from besides the model's generator, by names of your own: the generator that shuffles a
    /// <see cref="DataLoader{T, TBatch}"/>, augmentation. Their states are part of a checkpoint.
    /// </summary>
    public IReadOnlyDictionary<string, RandomGenerator> Generators { get; init; } = new Dictionary<string, RandomGenerator>();

    /// <summary>How much a batch counts in the mean of a validation, for example its number of rows; 1 if not given.</summary>
    public Func<TBatch, double>? BatchWeight { get; init; }

    /// <summary>For tests: called before each change to the checkpoint folder.</summary>
    internal Action<string>? BeforeFileOperation { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="data">Gives the batches of an epoch each time it is enumerated.</param>
    /// <param name="epochs">Epochs in all, those before an interruption included.</param>
    /// <param name="steps">Steps of the optimiser in all; what comes first, epochs or steps, ends the training.</param>
    /// <param name="validation">Batches to measure the loss on after each epoch.</param>
    /// <param name="cancellation">Ends the training after the present step and leaves a checkpoint if there is a folder for it.</param>
    /// <returns>How far the training came.</returns>
    /// <exception cref="TrainingException">The loss is not a number; the weights are those before the step.</exception>
    /// <exception cref="CheckpointException">No checkpoint in the folder can be read, or they are of another model.</exception>
    public TrainingRun Fit(IEnumerable<TBatch> data, int? epochs = null, int? steps = null, IEnumerable<TBatch>? validation = null, CancellationToken cancellation = default)
    {
        if (epochs is null && steps is null) throw new ArgumentException("Fit: say when to end: epochs, steps or both.");
        ArgumentOutOfRangeException.ThrowIfLessThan(AccumulationSteps, 1);
        var state = new TrainingState(model, optimizer, Schedule, Average, Callbacks, AllGenerators());
        var store = CheckpointFolder is null ? null : new CheckpointStore(CheckpointFolder, KeptCheckpoints) { BeforeOperation = BeforeFileOperation };
        var run = new TrainingRun(model, optimizer, Average) { LearningRate = optimizer.LearningRate, TotalSteps = CountSteps(data, epochs, steps) };
        var savedGenerators = TakeUp(store, state, run);
        foreach (var callback in Callbacks) callback.OnStart(run);
        while (run.StopReason is null && run.Epoch < (epochs ?? int.MaxValue) && run.Step < (steps ?? int.MaxValue))
        {
            bool complete = Epoch(data, run, steps, savedGenerators, store, state, cancellation);
            savedGenerators = null;
            if (!complete) break;
            FinishEpoch(run, validation);
            run.Epoch++;
            run.BatchInEpoch = 0;
            run.EpochLossSum = run.EpochLossCount = 0;
            epochGenerators = [];
            if (store is not null) Save(store, state, run);
            if (cancellation.IsCancellationRequested) run.Stop("cancelled");
        }
        foreach (var callback in Callbacks) callback.OnEnd(run);
        return run;
    }

    /// <summary>The mean loss of the batches, in evaluation mode and without recording; the modes are put back afterwards.</summary>
    public double Evaluate(IEnumerable<TBatch> data)
    {
        var modes = model.NamedModules().Select(m => (m.Name, m.Value, m.Value.IsTraining)).OrderBy(m => m.Name.Length).ToArray();
        try
        {
            model.Eval();
            using var _ = Autograd.NoGrad();
            double sum = 0, weights = 0;
            using var batches = data.GetEnumerator();
            while (true)
            {
                using var scope = TensorScope.Begin();
                if (!batches.MoveNext()) break;
                double weight = BatchWeight?.Invoke(batches.Current) ?? 1;
                sum += weight * loss(batches.Current).Item();
                weights += weight;
            }
            return sum / weights;
        }
        finally
        {
            // outer parts first: switching one switches the parts below it
            foreach (var (_, module, training) in modes) module.Train(training);
        }
    }

    /// <summary>Trains until the data ends. False if the training ended before the data did.</summary>
    private bool Epoch(IEnumerable<TBatch> data, TrainingRun run, int? steps, Dictionary<string, byte[]>? savedGenerators, CheckpointStore? store, TrainingState state, CancellationToken cancellation)
    {
        model.Train();
        foreach (var callback in Callbacks) callback.OnEpochStart(run);
        // the order of an epoch is drawn at its beginning, so an interrupted one is begun again from there
        if (epochGenerators.Count > 0) state.SetGenerators(epochGenerators);
        else epochGenerators = state.GetGenerators();
        using var batches = data.GetEnumerator();
        Skip(batches, run.BatchInEpoch);
        if (savedGenerators is not null) state.SetGenerators(savedGenerators);
        while (run.Step < (steps ?? int.MaxValue))
        {
            if (!Accumulate(batches, run)) return true;
            TakeStep(run);
            foreach (var callback in Callbacks) callback.OnStep(run);
            if (cancellation.IsCancellationRequested) run.Stop("cancelled");
            bool isLast = run.StopReason is not null || run.Step == steps;
            if (store is not null && (isLast || (CheckpointEvery is { } every && run.Step % every == 0))) Save(store, state, run);
            if (run.StopReason is not null) return false;
        }
        return false;
    }

    /// <summary>Sums the gradients of the batches of one step and averages them. False if there was no batch left.</summary>
    private bool Accumulate(IEnumerator<TBatch> batches, TrainingRun run)
    {
        int count = 0;
        double sum = 0;
        while (count < AccumulationSteps)
        {
            using var scope = TensorScope.Begin();
            if (count == 0) optimizer.ZeroGrad();
            if (!batches.MoveNext()) break;
            var value = loss(batches.Current);
            if (value.Count != 1) throw new TrainingException($"The loss has shape {value.Shape}; it must be one number, for example its Mean().");
            double number = value.Item();
            if (!double.IsFinite(number))
                throw new TrainingException(string.Create(CultureInfo.InvariantCulture, $"The loss is {number} at step {run.Step + 1} (epoch {run.Epoch}, batch {run.BatchInEpoch}, learning rate {optimizer.LearningRate:G4}). Compute this step under Autograd.DetectAnomaly() to see which operation began it; a smaller learning rate or ClipNorm often helps."));
            value.Backward();
            sum += number;
            count++;
            run.BatchInEpoch++;
        }
        if (count == 0) return false;
        if (count > 1) GradientClipping.Scale(parameters, 1.0 / count);
        run.Loss = sum / count;
        run.EpochLossSum += sum;
        run.EpochLossCount += count;
        return true;
    }

    private void TakeStep(TrainingRun run)
    {
        if (ClipValue is { } limit) GradientClipping.ClipGradValue(parameters, limit);
        double scale = 1;
        if (ClipNorm is { } norm) scale = GradientClipping.Factor(run.GradientNorm = GradientClipping.Norm(parameters), norm);
        run.LearningRate = optimizer.LearningRate;
        optimizer.Step(scale);
        if (Schedule is not (null or ReduceOnPlateau) && ScheduleEvery == ScheduleUnit.Step) Schedule.Step();
        Average?.Update();
        run.Step++;
    }

    private void FinishEpoch(TrainingRun run, IEnumerable<TBatch>? validation)
    {
        if (run.EpochLossCount == 0) throw new TrainingException("The data gave no batch; a sequence that can be enumerated only once is empty in its second epoch.");
        if (validation is not null)
        {
            Average?.Apply();
            try
            {
                run.ValidationLoss = Evaluate(validation);
            }
            finally
            {
                Average?.Restore();
            }
        }
        if (Schedule is ReduceOnPlateau plateau) plateau.Step(run.Measure);
        else if (ScheduleEvery == ScheduleUnit.Epoch) Schedule?.Step();
        foreach (var callback in Callbacks) callback.OnEpoch(run);
    }

    private Dictionary<string, byte[]>? TakeUp(CheckpointStore? store, TrainingState state, TrainingRun run)
    {
        epochGenerators = [];
        if (store is null) return null;
        if (!Resume)
        {
            if (store.Newest is { } old) throw new CheckpointException($"Fit: the folder '{CheckpointFolder}' holds checkpoints of an earlier training ({Path.GetFileName(old)}); set Resume = true to go on from it, or choose another folder.");
            return null;
        }
        var loaded = store.LoadNewest(TrainingState.Read);
        if (loaded is null) return null;
        state.Apply(loaded, run);
        epochGenerators = loaded.EpochGenerators;
        // between two epochs the generators stand where they should already; to set them after the next order is drawn would draw it twice
        return epochGenerators.Count > 0 ? loaded.Generators : null;
    }

    private void Save(CheckpointStore store, TrainingState state, TrainingRun run) => store.Save(run.Step, run.Epoch, path => state.Save(path, run, epochGenerators));

    private Dictionary<string, RandomGenerator> AllGenerators()
    {
        var all = new Dictionary<string, RandomGenerator>(Generators);
        if (model.Scope?.Generator is { } own && !all.TryAdd("model", own) && all["model"] != own) throw new ArgumentException("Trainer: the name 'model' is that of the model's own generator; call yours another.");
        return all;
    }

    private int? CountSteps(IEnumerable<TBatch> data, int? epochs, int? steps)
    {
        int? count = data is IReadOnlyCollection<TBatch> collection ? collection.Count : data.TryGetNonEnumeratedCount(out int n) ? n : null;
        int? byEpochs = epochs is { } e && count is { } c ? checked(e * ((c + AccumulationSteps - 1) / AccumulationSteps)) : null;
        return byEpochs is { } b && steps is { } s ? Math.Min(b, s) : byEpochs ?? steps;
    }

    private static void Skip(IEnumerator<TBatch> batches, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using var scope = TensorScope.Begin();
            if (!batches.MoveNext()) throw new CheckpointException(string.Create(CultureInfo.InvariantCulture, $"Fit: the checkpoint was made {count} batches into an epoch, but the data now gives only {i}; resume with the data it was made with."));
        }
    }
}
