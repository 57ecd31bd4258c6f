using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Baeum;

/// <summary>One step of a training.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Loss">The loss before the step.</param>
/// <param name="LearningRate">The learning rate of the step.</param>
/// <param name="GradientNorm">The norm of the gradients before clipping; NaN where nothing clips by norm.</param>
public readonly record struct HistoryStep(int Step, int Epoch, double Loss, double LearningRate, double GradientNorm);

/// <summary>One epoch of a training.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Step">Steps taken at its end.</param>
/// <param name="Loss">The mean loss of its batches.</param>
/// <param name="ValidationLoss">The loss on the validation data; NaN without.</param>
public readonly record struct HistoryEpoch(int Epoch, int Step, double Loss, double ValidationLoss);

/// <summary>Writes down every step (loss, learning rate, gradient norm) and every epoch; a resumed training goes on with the list.</summary>
public sealed class History : TrainingCallback
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };
    private readonly List<HistoryStep> steps = [];
    private readonly List<HistoryEpoch> epochs = [];

    /// <summary>The steps in order.</summary>
    public IReadOnlyList<HistoryStep> Steps => steps;

    /// <summary>The epochs in order.</summary>
    public IReadOnlyList<HistoryEpoch> Epochs => epochs;

    /// <inheritdoc/>
    public override void OnStep(TrainingRun run) => steps.Add(new(run.Step, run.Epoch, run.Loss, run.LearningRate, run.GradientNorm));

    /// <inheritdoc/>
    public override void OnEpoch(TrainingRun run) => epochs.Add(new(run.Epoch, run.Step, run.EpochLoss, run.ValidationLoss));

    /// <summary>Writes the steps as a table: step, epoch, loss, learning_rate, gradient_norm (empty where there is none).</summary>
    public void WriteCsv(string path)
    {
        var text = new StringBuilder("step,epoch,loss,learning_rate,gradient_norm\n");
        foreach (var s in steps) text.Append(CultureInfo.InvariantCulture, $"{s.Step},{s.Epoch},{s.Loss:R},{s.LearningRate:R},{(double.IsNaN(s.GradientNorm) ? "" : s.GradientNorm.ToString("R", CultureInfo.InvariantCulture))}\n");
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>Writes steps and epochs as one JSON object; what is not a number is null.</summary>
    public void WriteJson(string path) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        json.WriteStartArray("steps");
        foreach (var s in steps)
        {
            json.WriteStartObject();
            json.WriteNumber("step", s.Step);
            json.WriteNumber("epoch", s.Epoch);
            Number("loss", s.Loss);
            Number("learning_rate", s.LearningRate);
            Number("gradient_norm", s.GradientNorm);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("epochs");
        foreach (var e in epochs)
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", e.Epoch);
            json.WriteNumber("step", e.Step);
            Number("loss", e.Loss);
            Number("validation_loss", e.ValidationLoss);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();

        void Number(string name, double value)
        {
            if (double.IsFinite(value)) json.WriteNumber(name, value);
            else json.WriteNull(name);
        }
    });

    /// <inheritdoc/>
    public override Dictionary<string, Tensor> StateDict() => new()
    {
        ["steps"] = Table(steps.Select(s => (double[])[s.Step, s.Epoch, s.Loss, s.LearningRate, s.GradientNorm]), 5),
        ["epochs"] = Table(epochs.Select(e => (double[])[e.Epoch, e.Step, e.Loss, e.ValidationLoss]), 4),
    };

    /// <inheritdoc/>
    public override void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        steps.Clear();
        epochs.Clear();
        foreach (var r in state["steps"].ToArray<double>().Chunk(5)) steps.Add(new((int)r[0], (int)r[1], r[2], r[3], r[4]));
        foreach (var r in state["epochs"].ToArray<double>().Chunk(4)) epochs.Add(new((int)r[0], (int)r[1], r[2], r[3]));
    }

    private static Tensor Table(IEnumerable<double[]> rows, int columns)
    {
        double[] values = [.. rows.SelectMany(row => row)];
        return Tensor.Wrap(values, [values.Length / columns, columns]);
    }
}
