using System.Globalization;
using Baeum.Kernels;

namespace Baeum;

/// <summary>A slowly following copy of the weights (Polyak and Juditsky 1992), often better to evaluate with than the weights themselves.</summary>
/// <remarks>
/// <code>
/// var average = new ExponentialMovingAverage(model.Parameters(), decay: 0.999);
/// ... optimizer.Step(); average.Update();
/// average.Apply();      // evaluate with the average
/// average.Restore();    // train on
/// </code>
/// </remarks>
public sealed class ExponentialMovingAverage
{
    private readonly Tensor[] parameters, averages;
    private readonly double decay;
    private Tensor[]? trained;

    /// <summary>The average begins at the present values.</summary>
    /// <param name="parameters">The weights to follow.</param>
    /// <param name="decay">What part of the average stays at each update, in [0, 1).</param>
    public ExponentialMovingAverage(IEnumerable<Tensor> parameters, double decay = 0.999)
    {
        if (!(decay >= 0 && decay < 1)) throw new ArgumentOutOfRangeException(nameof(decay), string.Create(CultureInfo.InvariantCulture, $"ExponentialMovingAverage: decay is {decay}; it must lie in [0, 1)."));
        this.parameters = [.. parameters];
        this.decay = decay;
        averages = [.. this.parameters.Select(Copy)];
    }

    /// <summary>average ← decay·average + (1 - decay)·weight.</summary>
    public void Update()
    {
        if (trained is not null) throw new InvalidOperationException("ExponentialMovingAverage.Update: the average is applied; call Restore() before training goes on.");
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].DType == DType.Float32) OptimizerKernels.Update(new LerpRule<float>(1 - decay), averages[i].Write<float>(), parameters[i].Read<float>());
            else OptimizerKernels.Update(new LerpRule<double>(1 - decay), averages[i].Write<double>(), parameters[i].Read<double>());
            averages[i].storage.Wrote(nameof(ExponentialMovingAverage));
        }
    }

    /// <summary>Puts the average into the model until <see cref="Restore"/>.</summary>
    public void Apply()
    {
        if (trained is not null) throw new InvalidOperationException("ExponentialMovingAverage.Apply: the average is applied already.");
        trained = [.. parameters.Select(Copy)];
        CopyAll(averages, parameters);
    }

    /// <summary>Puts the trained weights back.</summary>
    public void Restore()
    {
        if (trained is null) throw new InvalidOperationException("ExponentialMovingAverage.Restore: nothing is applied; call Apply() first.");
        CopyAll(trained, parameters);
        trained = null;
    }

    /// <summary>The averages in the order of the parameters, by number: tensors that can be written with safetensors.</summary>
    public Dictionary<string, Tensor> StateDict() => averages.Select((average, i) => (average, i)).ToDictionary(p => Key(p.i), p => p.average);

    /// <summary>Takes up averages that <see cref="StateDict"/> gave; the values are copied.</summary>
    /// <exception cref="CheckpointException">They belong to other parameters.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        var mine = StateDict();
        StateReport.Throw(
            [.. mine.Keys.Where(key => !state.ContainsKey(key))], [.. state.Keys.Where(key => !mine.ContainsKey(key))],
            [.. mine.Where(p => state.TryGetValue(p.Key, out var given) && !given.Shape.Equals(p.Value.Shape)).Select(p => (p.Key, p.Value.Shape, state[p.Key].Shape))],
            $"{nameof(ExponentialMovingAverage)}.{nameof(LoadStateDict)}");
        CopyAll([.. averages.Select((_, i) => state[Key(i)])], averages);
    }

    private static string Key(int index) => string.Create(CultureInfo.InvariantCulture, $"average.{index}");

    private static Tensor Copy(Tensor tensor)
    {
        var copy = tensor.Detach().Contiguous().Clone();
        TensorScope.Free(copy.storage);
        return copy;
    }

    private static void CopyAll(Tensor[] from, Tensor[] to)
    {
        using var _ = Autograd.NoGrad();
        for (int i = 0; i < from.Length; i++) to[i].CopyFromInPlace(from[i]);
    }
}
