namespace Baeum;

/// <summary>A part of a model: its parameters, buffers and parts are everything registered below its place.</summary>
/// <remarks>A module that has parameters, randomness or a mode takes a <see cref="ParamScope"/>; one that has none needs no place.</remarks>
public abstract class Module
{
    /// <summary>A module at a place.</summary>
    protected Module(ParamScope scope)
    {
        Scope = scope;
        scope.Register(this);
    }

    /// <summary>A module without parameters, randomness or mode.</summary>
    protected Module()
    {
    }

    /// <summary>Where the module stands; null if it has nothing to name.</summary>
    public ParamScope? Scope { get; }

    /// <summary>Whether the module trains (dropout drops, batch norm measures) or evaluates.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>The trained tensors of this module and its parts, with their names relative to it, in the order of construction.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedParameters() => Relative(Scope?.Parameters);

    /// <summary>The tensors that belong to the state but are not trained.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedBuffers() => Relative(Scope?.Buffers);

    /// <summary>The parts with their places relative to this module, which is the first with the empty name.</summary>
    public IEnumerable<(string Name, Module Value)> NamedModules() =>
        Scope is null ? [("", this)] : Scope.Modules.Select(m => (Shorten(m.Path), m.Module)).OrderBy(m => m.Module == this ? 0 : 1);

    /// <summary>The trained tensors, each once even if it has two names.</summary>
    public Tensor[] Parameters() => [.. NamedParameters().Select(p => p.Value).Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>()];

    /// <summary>How many numbers are trained.</summary>
    public long ParameterCount() => Parameters().Sum(p => (long)p.Count);

    /// <summary>Switches this module and its parts to training or, with false, to evaluation.</summary>
    public void Train(bool training = true)
    {
        foreach (var (_, module) in NamedModules()) module.IsTraining = training;
    }

    /// <summary>Switches this module and its parts to evaluation.</summary>
    public void Eval() => Train(false);

    /// <summary>Stops the training of all parameters of this module, or takes it up again.</summary>
    public void Freeze(bool frozen = true)
    {
        foreach (var parameter in Parameters()) parameter.RequiresGrad = !frozen;
    }

    /// <summary>Forgets the gradients of all parameters.</summary>
    public void ZeroGrad()
    {
        foreach (var parameter in Parameters()) parameter.ClearGrad();
    }

    /// <summary>Parameters and buffers by name. The tensors share memory with the module.</summary>
    public Dictionary<string, Tensor> StateDict()
    {
        var state = new Dictionary<string, Tensor>();
        foreach (var (name, value) in NamedParameters().Concat(NamedBuffers())) state[name] = value.Detach();
        return state;
    }

    /// <summary>Copies values into the parameters and buffers of the same names.</summary>
    /// <param name="state">Values by name.</param>
    /// <param name="strict">Whether every name must be there on both sides.</param>
    /// <exception cref="CheckpointException">Names are missing or unexpected (with <paramref name="strict"/>) or shapes differ; all are listed.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state, bool strict = true)
    {
        var mine = StateDict();
        string[] missing = [.. mine.Keys.Where(name => !state.ContainsKey(name))];
        string[] unexpected = [.. state.Keys.Where(name => !mine.ContainsKey(name))];
        var misshapen = mine.Where(p => state.TryGetValue(p.Key, out var given) && !given.Shape.Equals(p.Value.Shape)).Select(p => (p.Key, p.Value.Shape, state[p.Key].Shape)).ToArray();
        StateReport.Throw(strict ? missing : [], strict ? unexpected : [], misshapen, nameof(LoadStateDict));
        foreach (var (name, value) in mine)
        {
            if (state.TryGetValue(name, out var given)) value.CopyFromInPlace(given);
        }
    }

    /// <summary>The module as PyTorch prints it: its arguments, or its parts a line each.</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder(GetType().Name.Split('`')[0]).Append('(').Append(Arguments());
        var parts = Parts().ToArray();
        if (parts.Length == 0) return text.Append(')').ToString();
        if (Arguments().Length > 0) text.Insert(text.Length - Arguments().Length, "\n  ");
        foreach (var (name, part) in parts) text.Append("\n  (").Append(name).Append("): ").Append(part.ToString().Replace("\n", "\n  ", StringComparison.Ordinal));
        return text.Append("\n)").ToString();
    }

    /// <summary>What <see cref="ToString"/> writes between the brackets.</summary>
    protected virtual string Arguments() => "";

    /// <summary>The parts directly below this module, with their names.</summary>
    protected virtual IEnumerable<(string Name, Module Part)> Parts()
    {
        var all = NamedModules().Where(m => m.Name.Length > 0).ToArray();
        return all.Where(m => !all.Any(other => m.Name.Length > other.Name.Length && m.Name[other.Name.Length] == '.' && m.Name.StartsWith(other.Name, StringComparison.Ordinal)));
    }

    private IEnumerable<(string Name, Tensor Value)> Relative(IEnumerable<(string Name, Tensor Value)>? list) => list?.Select(p => (Shorten(p.Name), p.Value)) ?? [];

    private string Shorten(string name) => Scope!.Path.Length == 0 ? name : name.Length > Scope.Path.Length ? name[(Scope.Path.Length + 1)..] : "";
}

/// <summary>A module that turns one tensor into one tensor.</summary>
public abstract class Layer : Module
{
    /// <inheritdoc/>
    protected Layer(ParamScope scope) : base(scope)
    {
    }

    /// <inheritdoc/>
    protected Layer()
    {
    }

    /// <summary>Computes the output.</summary>
    public abstract Tensor Forward(Tensor x);
}
