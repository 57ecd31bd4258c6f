using System.Globalization;

namespace Baeum;

/// <summary>Changes parameters along their gradients.</summary>
/// <remarks>
/// <code>
/// var optimizer = new Adam(model.Parameters(), learningRate: 1e-3);
/// optimizer.ZeroGrad();
/// loss.Backward();
/// optimizer.Step();
/// </code>
/// A parameter whose <see cref="Tensor.Grad"/> is null is left as it is. State tensors live as long as the optimiser, also inside a
/// <see cref="TensorScope"/>. A step after the first allocates nothing.
/// </remarks>
public abstract class Optimizer
{
    private readonly ParameterGroup[] groups;
    private readonly string name;
    private readonly double direction;
    private double gradientScale = 1;

    private protected Optimizer(ParameterGroups parameters, double learningRate, double weightDecay, double momentum, bool maximize)
    {
        name = GetType().Name;
        groups = [.. parameters];
        direction = maximize ? -1 : 1;
        CheckNotNegative(learningRate, nameof(learningRate));
        CheckNotNegative(weightDecay, nameof(weightDecay));
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var group in groups)
        {
            group.Complete(learningRate, weightDecay, momentum);
            foreach (var parameter in group.Parameters) CheckParameter(parameter, seen);
        }
        if (seen.Count == 0) throw new ArgumentException($"{name}: there are no parameters to train; pass model.Parameters().");
    }

    /// <summary>The groups of parameters.</summary>
    public IReadOnlyList<ParameterGroup> Groups => groups;

    /// <summary>The learning rate of the first group; setting it sets that of all groups.</summary>
    public double LearningRate
    {
        get => groups[0].LearningRate;
        set
        {
            CheckNotNegative(value, nameof(LearningRate));
            foreach (var group in groups) group.LearningRate = value;
        }
    }

    /// <summary>What each gradient is multiplied with as it is read: -1 to climb, 1 to descend, less where it is clipped.</summary>
    private protected double GradientScale => direction * gradientScale;

    /// <summary>PyTorch's names of the state tensors that this optimiser keeps for each parameter.</summary>
    private protected abstract string[] StateNames { get; }

    /// <summary>Whether <see cref="ParameterSlot.Product"/> belongs to the state.</summary>
    private protected virtual bool HasProduct => false;

    /// <summary>Changes one parameter; <see cref="ParameterSlot.StepCount"/> already counts this step.</summary>
    private protected abstract void Update(ParameterGroup group, ParameterSlot slot, Tensor gradient);

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGrad()
    {
        foreach (var group in groups)
        {
            foreach (var slot in group.Slots) slot.Parameter.ClearGrad();
        }
    }

    /// <summary>Changes every parameter that has a gradient.</summary>
    public void Step() => Step(1);

    /// <summary>A step along the gradients times a number, which costs no sweep over them; they keep their values.</summary>
    internal void Step(double gradientScale)
    {
        this.gradientScale = gradientScale;
        foreach (var group in groups)
        {
            foreach (var slot in group.Slots)
            {
                if (slot.Parameter.Grad is not { } gradient) continue;
                if (!gradient.IsContiguous || gradient.DType != slot.Parameter.DType) gradient = gradient.Detach().To(slot.Parameter.DType).Contiguous();
                slot.StepCount++;
                Update(group, slot, gradient);
                slot.Parameter.storage.Wrote(name);
            }
        }
    }

    /// <summary>
    /// Everything that the next step depends on besides the parameters, as tensors that can be written with safetensors:
    /// <c>state.0.exp_avg</c>, <c>state.0.step</c>, <c>groups.0.learning_rate</c>, ... The tensors share memory with the optimiser.
    /// </summary>
    public Dictionary<string, Tensor> StateDict()
    {
        var state = new Dictionary<string, Tensor>();
        int index = 0;
        for (int g = 0; g < groups.Length; g++)
        {
            var group = groups[g];
            state[Key("groups", g, "learning_rate")] = Number(group.LearningRate);
            state[Key("groups", g, "weight_decay")] = Number(group.WeightDecay);
            state[Key("groups", g, "momentum")] = Number(group.Momentum);
            if (group.BaseLearningRate is { } rate) state[Key("groups", g, "initial_learning_rate")] = Number(rate);
            foreach (var slot in group.Slots)
            {
                state[Key("state", index, "step")] = Tensor.From<long>([slot.StepCount], Shape.Scalar);
                if (HasProduct) state[Key("state", index, "product")] = Number(slot.Product);
                for (int s = 0; s < StateNames.Length; s++)
                {
                    if (slot.State(s) is { } tensor) state[Key("state", index, StateNames[s])] = tensor;
                }
                index++;
            }
        }
        return state;
    }

    /// <summary>Takes up a state that <see cref="StateDict"/> gave; the values are copied.</summary>
    /// <exception cref="CheckpointException">It comes from another optimiser, or from one of other parameters; nothing is changed then.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        CheckState(state);
        int index = 0;
        for (int g = 0; g < groups.Length; g++)
        {
            var group = groups[g];
            group.LearningRate = state[Key("groups", g, "learning_rate")].Item();
            group.WeightDecay = state[Key("groups", g, "weight_decay")].Item();
            group.Momentum = state[Key("groups", g, "momentum")].Item();
            group.BaseLearningRate = state.TryGetValue(Key("groups", g, "initial_learning_rate"), out var rate) ? rate.Item() : null;
            foreach (var slot in group.Slots)
            {
                slot.StepCount = (int)state[Key("state", index, "step")].ItemLong();
                if (HasProduct) slot.Product = state[Key("state", index, "product")].Item();
                for (int s = 0; s < StateNames.Length; s++)
                {
                    slot.SetState(s, state.TryGetValue(Key("state", index, StateNames[s]), out var tensor) ? tensor.Detach().To(slot.Parameter.DType).Clone() : null);
                }
                index++;
            }
        }
    }

    private void CheckState(IReadOnlyDictionary<string, Tensor> state)
    {
        var missing = new List<string>();
        var misshapen = new List<(string, Shape, Shape)>();
        var known = new HashSet<string>();
        int index = 0;
        for (int g = 0; g < groups.Length; g++)
        {
            foreach (string field in (ReadOnlySpan<string>)["learning_rate", "weight_decay", "momentum"]) Check(Key("groups", g, field), Shape.Scalar, required: true);
            Check(Key("groups", g, "initial_learning_rate"), Shape.Scalar, required: false);
            foreach (var slot in groups[g].Slots)
            {
                Check(Key("state", index, "step"), Shape.Scalar, required: true);
                if (HasProduct) Check(Key("state", index, "product"), Shape.Scalar, required: true);
                foreach (string field in StateNames) Check(Key("state", index, field), slot.Parameter.Shape, required: false);
                index++;
            }
        }
        StateReport.Throw(missing, [.. state.Keys.Where(key => !known.Contains(key))], misshapen, $"{name}.{nameof(LoadStateDict)}");

        void Check(string key, Shape shape, bool required)
        {
            known.Add(key);
            if (!state.TryGetValue(key, out var tensor))
            {
                if (required) missing.Add(key);
            }
            else if (!tensor.Shape.Equals(shape))
            {
                misshapen.Add((key, shape, tensor.Shape));
            }
        }
    }

    private void CheckParameter(Tensor parameter, HashSet<Tensor> seen)
    {
        if (!parameter.DType.IsCompute()) throw new ArgumentException($"{name}: a parameter is {parameter.Describe()}; only Float32 and Float64 tensors can be trained.");
        if (!parameter.IsLeaf) throw new ArgumentException($"{name}: a parameter {parameter.Describe()} is the result of {parameter.node!.Name}; pass the tensors that it was computed from.");
        if (!parameter.IsContiguous) throw new ArgumentException($"{name}: a parameter {parameter.Describe()} is a strided view; pass the tensor that it looks into, or a Contiguous() one.");
        if (!seen.Add(parameter)) throw new ArgumentException($"{name}: the parameter {parameter.Describe()} is given twice; each belongs to one group (Module.Parameters() lists tied weights once).");
    }

    private static Tensor Number(double value) => Tensor.Scalar(value, DType.Float64);

    private static string Key(string part, int index, string field) => string.Create(CultureInfo.InvariantCulture, $"{part}.{index}.{field}");

    private protected void CheckNotNegative(double value, string argument)
    {
        if (!(value >= 0) || double.IsInfinity(value)) throw new ArgumentOutOfRangeException(argument, string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}: {argument} is {value}; it must be a finite number from 0."));
    }

    /// <summary>For decay rates of running averages.</summary>
    private protected void CheckRate(double value, string argument)
    {
        if (!(value >= 0 && value < 1)) throw new ArgumentOutOfRangeException(argument, string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}: {argument} is {value}; it must lie in [0, 1)."));
    }
}
