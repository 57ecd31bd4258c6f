using System.Collections;

namespace Baeum.Tests;

/// <summary>A small training with everything random that a real one has: first weights, the order of the data, noise in the forward pass.</summary>
internal sealed class TrainingProblem
{
    internal const int Epochs = 2, BatchesInEpoch = 7, Steps = Epochs * BatchesInEpoch;

    internal TrainingProblem(string? folder = null, bool resume = false, Action<string>? beforeFileOperation = null, params TrainingCallback[] callbacks)
    {
        var scope = ParamScope.Random(seed: 1);
        Model = new Linear(scope / "layer", 6, 3);
        Optimizer = new Adam(Model.Parameters(), 0.05);
        var order = new TorchRandom(2);
        Data = new ShuffledRows(order);
        Trainer = new Trainer<(Tensor X, Tensor Y)>(Model, Optimizer, batch => Loss(batch))
        {
            Schedule = new CosineAnnealing(Optimizer, 30),
            Average = new ExponentialMovingAverage(Model.Parameters(), 0.9),
            ClipNorm = 0.5,
            Callbacks = [History, .. callbacks],
            Generators = new Dictionary<string, RandomGenerator> { ["data"] = order },
            CheckpointFolder = folder,
            CheckpointEvery = 4,
            Resume = resume,
            BeforeFileOperation = beforeFileOperation,
        };
    }

    internal Linear Model { get; }

    internal Adam Optimizer { get; }

    internal History History { get; } = new();

    internal ShuffledRows Data { get; }

    internal Trainer<(Tensor X, Tensor Y)> Trainer { get; }

    internal TrainingRun Run(CancellationToken cancellation = default) => Trainer.Fit(Data, Epochs, validation: Data.Fixed, cancellation: cancellation);

    /// <summary>Everything that must not depend on interruptions: losses, rates, norms, validations and the final weights.</summary>
    internal string Trace() => string.Join('\n', [.. History.Steps.Select(s => s.ToString()), .. History.Epochs.Select(e => e.ToString()), .. Model.Parameters().SelectMany(p => p.ToArray<float>()).Select(BitConverter.SingleToUInt32Bits).Select(bits => bits.ToString("x8", System.Globalization.CultureInfo.InvariantCulture))]);

    private Tensor Loss((Tensor X, Tensor Y) batch)
    {
        var x = batch.X;
        if (Model.IsTraining) x = x * Tensor.Rand(x.Shape, Model.Scope!.Generator, 0.5, 1.5);
        var difference = Model.Forward(x) - batch.Y;
        return (difference * difference).Sum() / batch.Y.Count;
    }

    internal sealed class ShuffledRows(RandomGenerator order) : IEnumerable<(Tensor X, Tensor Y)>
    {
        private readonly Tensor x = Tensor.RandN([28, 6], new NumPyRandom(3), dtype: DType.Float32), y = Tensor.RandN([28, 3], new NumPyRandom(4), dtype: DType.Float32);

        internal IEnumerable<(Tensor X, Tensor Y)> Fixed => [(x[..14], y[..14]), (x[14..], y[14..])];

        public IEnumerator<(Tensor X, Tensor Y)> GetEnumerator()
        {
            int[] rows = order.Permutation(28);
            for (int start = 0; start < 28; start += 4) yield return (Rows(x, rows.AsSpan(start, 4)), Rows(y, rows.AsSpan(start, 4)));
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        private static Tensor Rows(Tensor table, ReadOnlySpan<int> rows)
        {
            int columns = table.Shape[1];
            var values = new float[rows.Length * columns];
            for (int i = 0; i < rows.Length; i++) table.AsSpan<float>().Slice(rows[i] * columns, columns).CopyTo(values.AsSpan(i * columns));
            return Tensor.Wrap(values, [rows.Length, columns]);
        }
    }
}
