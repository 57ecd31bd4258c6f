using System.Collections;
using System.Runtime.CompilerServices;

namespace Baeum;

/// <summary>Parameters that an optimiser treats alike: they share learning rate, weight decay and momentum.</summary>
/// <remarks><code>new AdamW([new ParameterGroup(matrices), new ParameterGroup(biases, weightDecay: 0)], learningRate: 3e-4)</code></remarks>
public sealed class ParameterGroup
{
    private readonly Tensor[] parameters;
    private double? learningRate, weightDecay, momentum;

    /// <summary>A group; what is not given is taken from the optimiser.</summary>
    public ParameterGroup(IEnumerable<Tensor> parameters, double? learningRate = null, double? weightDecay = null, double? momentum = null)
    {
        this.parameters = [.. parameters];
        this.learningRate = learningRate;
        this.weightDecay = weightDecay;
        this.momentum = momentum;
    }

    /// <summary>The tensors that are trained.</summary>
    public IReadOnlyList<Tensor> Parameters => parameters;

    /// <summary>How far a step goes. A schedule changes it.</summary>
    public double LearningRate { get => learningRate ?? 0; set => learningRate = value; }

    /// <summary>How strongly parameters are pulled towards zero.</summary>
    public double WeightDecay { get => weightDecay ?? 0; set => weightDecay = value; }

    /// <summary>How much of the direction is kept: the momentum of SGD and RMSprop, the first beta of Adam and its relatives.</summary>
    public double Momentum { get => momentum ?? 0; set => momentum = value; }

    /// <summary>The learning rate before any schedule; set by the first schedule.</summary>
    internal double? BaseLearningRate { get; set; }

    internal bool IsPlain => (learningRate ?? weightDecay ?? momentum) is null;

    internal ParameterSlot[] Slots { get; private set; } = [];

    internal void Complete(double defaultLearningRate, double defaultWeightDecay, double defaultMomentum)
    {
        learningRate ??= defaultLearningRate;
        weightDecay ??= defaultWeightDecay;
        momentum ??= defaultMomentum;
        Slots = [.. parameters.Select(p => new ParameterSlot(p))];
    }

    /// <summary>A group of one parameter with everything as the optimiser says.</summary>
    public static implicit operator ParameterGroup(Tensor parameter) => new([parameter]);
}

/// <summary>
/// What an optimiser trains: <c>model.Parameters()</c>, <c>[weight, bias]</c>, or a list of <see cref="ParameterGroup"/>.
/// </summary>
[CollectionBuilder(typeof(ParameterGroups), nameof(Create))]
public sealed class ParameterGroups : IEnumerable<ParameterGroup>
{
    private readonly ParameterGroup[] groups;

    private ParameterGroups(ParameterGroup[] groups) => this.groups = groups;

    /// <summary>Neighbours without options of their own become one group.</summary>
    public static ParameterGroups Create(ReadOnlySpan<ParameterGroup> groups)
    {
        var merged = new List<ParameterGroup>();
        var plain = new List<Tensor>();
        foreach (var group in groups)
        {
            if (group.IsPlain)
            {
                plain.AddRange(group.Parameters);
                continue;
            }
            Flush();
            merged.Add(group);
        }
        Flush();
        return new([.. merged]);

        void Flush()
        {
            if (plain.Count > 0) merged.Add(new ParameterGroup(plain));
            plain.Clear();
        }
    }

    /// <summary>One parameter.</summary>
    public static implicit operator ParameterGroups(Tensor parameter) => new([parameter]);

    /// <summary>One group of all the tensors.</summary>
    public static implicit operator ParameterGroups(Tensor[] parameters) => new([new ParameterGroup(parameters)]);

    /// <summary>The groups as they are.</summary>
    public static implicit operator ParameterGroups(ParameterGroup[] groups) => new([.. groups]);

    /// <inheritdoc/>
    public IEnumerator<ParameterGroup> GetEnumerator() => groups.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
