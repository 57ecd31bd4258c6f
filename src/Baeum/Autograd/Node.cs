namespace Baeum;

/// <summary>
/// One recorded operation: where its inputs came from, what it saved, and how a gradient of its output becomes gradients of its inputs.
/// </summary>
/// <remarks>
/// An operation is a sealed class that derives from Node (or <see cref="MultiNode"/> with several outputs), keeps what its backward
/// needs in fields of type <see cref="Saved"/>, and sends gradients with <see cref="BackwardPass.Send"/>. It must send new tensors or
/// the gradient that it was given, never a saved tensor itself. Shapes that were broadcast are summed back by the pass.
/// </remarks>
public abstract class Node
{
    private static long lastSequence;

    private Node? input0, input1, input2;
    private readonly int output0, output1, output2;
    private (Node? Node, int Output)[]? moreInputs;
    private List<Hook>? hooks;

    /// <summary>Grows with every recorded operation, so that an operation's number is above those of its inputs.</summary>
    internal readonly long Sequence;

    // state of a backward pass
    internal Tensor? Pending;
    internal bool PendingIsOwn;
    internal bool IsQueued;
    internal bool IsFreed { get; private set; }
    internal long NeededBy;

    /// <summary>Whether this is a <see cref="MultiNode"/>; asking the type takes longer.</summary>
    internal readonly bool HasManyOutputs;

    internal Node() => Sequence = 0;

    /// <summary>Remembers one input.</summary>
    protected Node(Tensor a)
    {
        Sequence = Interlocked.Increment(ref lastSequence);
        input0 = Source(a);
        output0 = a.outputIndex;
    }

    /// <summary>Remembers two inputs; an input that is absent is null.</summary>
    protected Node(Tensor? a, Tensor? b)
    {
        Sequence = Interlocked.Increment(ref lastSequence);
        (input0, output0) = (Source(a), a?.outputIndex ?? 0);
        (input1, output1) = (Source(b), b?.outputIndex ?? 0);
    }

    /// <summary>Remembers three inputs; an input that is absent is null.</summary>
    protected Node(Tensor? a, Tensor? b, Tensor? c)
    {
        Sequence = Interlocked.Increment(ref lastSequence);
        (input0, output0) = (Source(a), a?.outputIndex ?? 0);
        (input1, output1) = (Source(b), b?.outputIndex ?? 0);
        (input2, output2) = (Source(c), c?.outputIndex ?? 0);
    }

    /// <summary>Remembers any number of inputs; inputs that are absent are null.</summary>
    protected Node(ReadOnlySpan<Tensor?> inputs) : this(inputs, hasManyOutputs: false)
    {
    }

    private protected Node(ReadOnlySpan<Tensor?> inputs, bool hasManyOutputs)
    {
        Sequence = Interlocked.Increment(ref lastSequence);
        HasManyOutputs = hasManyOutputs;
        moreInputs = new (Node?, int)[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) moreInputs[i] = (Source(inputs[i]), inputs[i]?.outputIndex ?? 0);
    }

    private static Node? Source(Tensor? tensor) => tensor is { RequiresGrad: true } ? tensor.node : null;

    /// <summary>The operation's name, as errors write it.</summary>
    public virtual string Name
    {
        get
        {
            string name = GetType().Name;
            int end = name.IndexOf("Op", StringComparison.Ordinal);
            return end > 0 ? name[..end] : name;
        }
    }

    /// <summary>
    /// Whether <see cref="Backward"/> is written in recorded tensor operations, so that it can be differentiated again
    /// (<c>createGraph</c>).
    /// </summary>
    protected internal virtual bool IsDifferentiable => false;

    /// <summary>Turns the gradient of the output, in its shape and type, into gradients of the inputs.</summary>
    protected internal abstract void Backward(Tensor grad, BackwardPass pass);

    internal Shape OutputShape { get; private set; } = Shape.Scalar;

    internal DType OutputDType { get; private set; }

    internal virtual void DescribeOutput(int output, Tensor tensor)
    {
        OutputShape = tensor.Shape;
        OutputDType = tensor.DType;
    }

    internal Shape ShapeOf(int output) => HasManyOutputs ? ((MultiNode)this).OutputShapes[output] : OutputShape;

    internal DType DTypeOf(int output) => HasManyOutputs ? ((MultiNode)this).OutputDTypes[output] : OutputDType;

    internal int InputCount => moreInputs?.Length ?? 3;

    internal Node? Input(int i) => moreInputs is { } more ? more[i].Node : i switch { 0 => input0, 1 => input1, _ => input2 };

    internal int InputOutput(int i) => moreInputs is { } more ? more[i].Output : i switch { 0 => output0, 1 => output1, _ => output2 };

    /// <summary>Cuts the way back, so that a result that is kept does not keep its whole history.</summary>
    internal void Free()
    {
        IsFreed = true;
        input0 = input1 = input2 = null;
        if (moreInputs is not null) moreInputs = [];
    }

    internal bool HasHooks => hooks is { Count: > 0 };

    internal IDisposable AddHook(int output, Func<Tensor, Tensor?> function)
    {
        var hook = new Hook(this, output, function);
        (hooks ??= []).Add(hook);
        return hook;
    }

    internal Tensor RunHooks(int output, Tensor gradient)
    {
        foreach (var hook in hooks!.ToArray())
        {
            if (hook.Output != output || hook.Function(gradient) is not { } replaced) continue;
            if (!replaced.Shape.Equals(gradient.Shape)) throw new InvalidOperationException($"A gradient hook on the result of {Name} returned shape {replaced.Shape} for a gradient of shape {gradient.Shape}.");
            gradient = replaced;
        }
        return gradient;
    }

    private sealed record Hook(Node Owner, int Output, Func<Tensor, Tensor?> Function) : IDisposable
    {
        public void Dispose() => Owner.hooks?.Remove(this);
    }
}

/// <summary>A recorded operation with several outputs, some of which may get no gradient.</summary>
public abstract class MultiNode : Node
{
    internal readonly Shape[] OutputShapes;
    internal readonly DType[] OutputDTypes;
    internal readonly Tensor?[] Gradients;
    internal readonly bool[] GradientIsOwn;

    /// <summary>Remembers the inputs and how many outputs there are.</summary>
    protected MultiNode(int outputCount, ReadOnlySpan<Tensor?> inputs) : base(inputs, hasManyOutputs: true)
    {
        OutputShapes = new Shape[outputCount];
        OutputDTypes = new DType[outputCount];
        Gradients = new Tensor?[outputCount];
        GradientIsOwn = new bool[outputCount];
        Array.Fill(OutputShapes, Shape.Scalar);
    }

    /// <summary>Turns the gradients of the outputs (null where none came) into gradients of the inputs.</summary>
    protected internal abstract void Backward(Tensor?[] grads, BackwardPass pass);

    /// <inheritdoc/>
    protected internal sealed override void Backward(Tensor grad, BackwardPass pass) => throw new InvalidOperationException($"{Name} has several outputs.");

    internal sealed override void DescribeOutput(int output, Tensor tensor)
    {
        OutputShapes[output] = tensor.Shape;
        OutputDTypes[output] = tensor.DType;
    }
}

/// <summary>A tensor that a recorded operation needs in its backward, with the version it had.</summary>
public readonly struct Saved
{
    private readonly Tensor? tensor;
    private readonly int version;

    /// <summary>Notes a tensor and its version.</summary>
    public Saved(Tensor? tensor)
    {
        this.tensor = tensor;
        version = tensor?.storage.Version ?? 0;
    }

    /// <summary>The tensor, unchanged since it was saved.</summary>
    /// <exception cref="InvalidOperationException">It was changed in place in between.</exception>
    public Tensor Get(Node node)
    {
        if (tensor!.storage.Version != version)
        {
            throw new InvalidOperationException(
                $"Backward of {node.Name}: the tensor {tensor.Describe()} that it saved was changed in place by {tensor.storage.LastWriter} " +
                $"(version {version} when saved, {tensor.storage.Version} now). Change a Clone() instead, or run Backward() before the change.");
        }
        return tensor;
    }

    /// <summary>Whether there is a tensor.</summary>
    public bool IsPresent => tensor is not null;

    /// <summary>Saves a tensor.</summary>
    public static implicit operator Saved(Tensor? tensor) => new(tensor);
}

/// <summary>The end of a graph: adds up the gradient of a tensor that the user made.</summary>
internal sealed class LeafNode : Node
{
    private readonly WeakReference<Tensor> tensor;
    private readonly string description;

    internal LeafNode(Tensor tensor)
    {
        this.tensor = new(tensor);
        description = tensor.Describe();
        DescribeOutput(0, tensor);
    }

    internal Tensor? Gradient;

    internal bool Enabled { get; set; } = true;

    public override string Name => $"leaf {description}";

    protected internal override void Backward(Tensor grad, BackwardPass pass) => Accumulate(grad, pass.CreatesGraph);

    /// <summary>Takes a gradient over, or adds it to the one that is there.</summary>
    internal void Accumulate(Tensor grad, bool createGraph)
    {
        if (Gradient is null && Interlocked.CompareExchange(ref Gradient, createGraph ? Free(grad) : Own(grad), null) is null) return;
        lock (this)
        {
            if (createGraph) Gradient = Free(Gradient! + grad);
            else Gradient!.AddInPlace(grad);
        }
    }

    /// <summary>Adds to the gradient that is there, in its memory; false if there is none that allows it.</summary>
    internal bool TryAdd(Action<Tensor> add, Node source)
    {
        lock (this)
        {
            if (Gradient is not { IsContiguous: true, RequiresGrad: false } sum || sum.DType != OutputDType) return false;
            add(sum);
            sum.storage.Wrote(source.Name);
            return true;
        }
    }

    private static Tensor Own(Tensor grad)
    {
        var own = grad.node is null ? grad : grad.Detach();
        if (own.storage.Claimed || !own.IsContiguous) own = own.Clone();
        own.storage.Claimed = true;
        return Free(own);
    }

    private static Tensor Free(Tensor tensor)
    {
        TensorScope.Free(tensor.storage);
        return tensor;
    }
}
