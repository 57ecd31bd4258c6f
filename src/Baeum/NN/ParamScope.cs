namespace Baeum;

/// <summary>Fills a new parameter with its first values.</summary>
/// <param name="parameter">The parameter, its contents not defined yet.</param>
/// <param name="generator">Where random numbers come from.</param>
public delegate void Initializer(Tensor parameter, RandomGenerator generator);

/// <summary>
/// Where a layer's parameters are named and where their values come from: a random generator, a checkpoint, or nowhere (shapes only).
/// </summary>
/// <remarks>
/// <code>
/// var scope = ParamScope.Random(seed: 0);
/// var layer = new Linear(scope / "encoder" / "q_proj", 512, 512);   // encoder.q_proj.weight, encoder.q_proj.bias
/// </code>
/// The path is the name in the state dictionary, as PyTorch and Hugging Face write it. Layers, parameters and buffers register here as
/// they are built, so a module finds everything below its path without being told.
/// </remarks>
public sealed class ParamScope
{
    private readonly Root root;

    private ParamScope(Root root, string path)
    {
        this.root = root;
        Path = path;
    }

    /// <summary>Parameters get the initial values of their layers, drawn from a generator in the order of construction.</summary>
    public static ParamScope Random(RandomGenerator generator, DType dtype = DType.Float32) => new(new Root { Generator = generator, DType = dtype }, "");

    /// <summary>As <see cref="Random(RandomGenerator, DType)"/> with PyTorch's stream: the values that <c>torch.manual_seed(seed)</c> gives.</summary>
    public static ParamScope Random(long seed, DType dtype = DType.Float32) => Random(new TorchRandom(seed), dtype);

    /// <summary>Parameters take their values from a state dictionary; call <see cref="Verify"/> when the model is built.</summary>
    public static ParamScope FromStateDict(IReadOnlyDictionary<string, Tensor> values, DType dtype = DType.Float32, RandomGenerator? generator = null) =>
        new(new Root { Generator = generator ?? new PhiloxRandom(0), Values = values, DType = dtype }, "");

    /// <summary>Parameters have shapes but no memory: for counting what a model would need.</summary>
    public static ParamScope ShapesOnly(DType dtype = DType.Float32) => new(new Root { Generator = new PhiloxRandom(0), IsShapesOnly = true, DType = dtype }, "");

    /// <summary>The path from the root, parts joined by dots; empty at the root.</summary>
    public string Path { get; }

    /// <summary>The type of new parameters.</summary>
    public DType DType => root.DType;

    /// <summary>Where initial values and dropout masks come from.</summary>
    public RandomGenerator Generator => root.Generator;

    /// <summary>The place of a part.</summary>
    public static ParamScope operator /(ParamScope scope, string name) => new(scope.root, scope.FullName(name));

    /// <summary>The place of a numbered part, as in a list of layers.</summary>
    public static ParamScope operator /(ParamScope scope, int index) => scope / index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes a parameter that is trained.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public Tensor Parameter(string name, Shape shape, Initializer initializer) =>
        Add(root.Parameters, name, () =>
        {
            var value = Tensor.Allocate(shape, DType);
            initializer(value, Generator);
            return value;
        }, shape, DType).RequireGrad();

    /// <summary>Makes a tensor that belongs to the state but is not trained, such as a running mean.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public Tensor Buffer(string name, Tensor initial) => Add(root.Buffers, name, () => initial, initial.Shape, initial.DType);

    /// <summary>Lets a parameter that exists appear under a second name, as tied weights do.</summary>
    public Tensor Tie(string name, Tensor parameter)
    {
        root.Requested.Add(FullName(name));
        root.Parameters.Add((FullName(name), parameter));
        return parameter;
    }

    /// <summary>Throws if the state dictionary lacked a tensor, has one too many, or one of another shape; names them all.</summary>
    /// <param name="mayBeNew">Whether a parameter may keep its new values where the dictionary has none that fit.</param>
    /// <param name="mayBeUnused">Whether a tensor that the model did not ask for is to be expected.</param>
    /// <exception cref="CheckpointException">It did.</exception>
    public void Verify(Func<string, bool>? mayBeNew = null, Func<string, bool>? mayBeUnused = null)
    {
        if (root.Values is not { } values) return;
        StateReport.Throw(
            [.. root.Missing.Where(name => mayBeNew?.Invoke(name) != true)],
            [.. values.Keys.Where(name => !root.Requested.Contains(name) && mayBeUnused?.Invoke(name) != true)],
            [.. root.Misshapen.Where(entry => mayBeNew?.Invoke(entry.Name) != true)],
            "building the model");
    }

    internal void Register(Module module) => root.Modules.Add((Path, module));

    /// <summary>Whether new parameters get initial values, rather than those of a state dictionary or none.</summary>
    internal bool DrawsValues => root.Values is null && !root.IsShapesOnly;

    internal IEnumerable<(string Name, Tensor Value)> Parameters => root.Parameters.Where(p => Contains(p.Name));

    internal IEnumerable<(string Name, Tensor Value)> Buffers => root.Buffers.Where(p => Contains(p.Name));

    internal IEnumerable<(string Path, Module Module)> Modules => root.Modules.Where(m => m.Path == Path || Contains(m.Path));

    private bool Contains(string name) => Path.Length == 0 || (name.Length > Path.Length && name[Path.Length] == '.' && name.StartsWith(Path, StringComparison.Ordinal));

    private string FullName(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    private Tensor Add(List<(string Name, Tensor Value)> list, string name, Func<Tensor> make, Shape shape, DType dtype)
    {
        string full = FullName(name);
        if (!root.Requested.Add(full)) throw new ArgumentException($"ParamScope: there are two tensors named '{full}'; give each layer a place of its own with scope / \"name\".");
        var value = Value(full, make, shape, dtype);
        TensorScope.Free(value.storage);
        list.Add((full, value));
        return value;
    }

    private Tensor Value(string full, Func<Tensor> make, Shape shape, DType dtype)
    {
        if (root.IsShapesOnly) return new Tensor(Storage.Allocate(dtype, 1), shape, 0, new int[shape.Rank]);
        if (root.Values is null) return make();
        if (!root.Values.TryGetValue(full, out var stored))
        {
            root.Missing.Add(full);
            return make();
        }
        if (!stored.Shape.Equals(shape))
        {
            root.Misshapen.Add((full, shape, stored.Shape));
            return make();
        }
        return stored.Detach().To(dtype).Contiguous().Clone();
    }

    private sealed class Root
    {
        internal required RandomGenerator Generator { get; init; }

        internal required DType DType { get; init; }

        internal IReadOnlyDictionary<string, Tensor>? Values { get; init; }

        internal bool IsShapesOnly { get; init; }

        internal List<(string Name, Tensor Value)> Parameters { get; } = [];

        internal List<(string Name, Tensor Value)> Buffers { get; } = [];

        internal List<(string Path, Module Module)> Modules { get; } = [];

        internal HashSet<string> Requested { get; } = [];

        internal List<string> Missing { get; } = [];

        internal List<(string Name, Shape Wanted, Shape Stored)> Misshapen { get; } = [];
    }
}
