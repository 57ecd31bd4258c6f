namespace Baeum;

/// <summary>
/// One run from results back to leaves. Operations are taken from a heap, the latest first: every user of a tensor has a larger number
/// than the operation that made it, so its gradient is complete when its turn comes. There is no recursion.
/// </summary>
public sealed class BackwardPass
{
    [ThreadStatic] private static BackwardPass? spare;
    private static readonly Tensor One = new(Storage.Wrap([1f]), Shape.Scalar, 0);
    private static long lastPass;

    // the sequence beside the node: comparing reads no node, and a struct is stored without a look at its type
    private (Node Node, long Sequence)[] heap = new (Node, long)[64];
    private int count;
    private Node current = null!;
    private Dictionary<(Node, int), int>? targets;
    private Tensor?[]? captured;
    private long pruning;

    private BackwardPass()
    {
    }

    /// <summary>Whether the pass itself is recorded.</summary>
    public bool CreatesGraph { get; private set; }

    /// <summary>Whether the running operation must compute the gradient of an input.</summary>
    public bool Needs(int input) => current.Input(input) is { } node && (pruning == 0 || node.NeededBy == pruning);

    /// <summary>Hands the gradient of an input of the running operation on.</summary>
    public void Send(int input, Tensor gradient)
    {
        if (!Needs(input)) return;
        if (Autograd.IsDetectingAnomaly) Anomaly.CheckBackward(current, input, gradient);
        Deliver(current.Input(input)!, current.InputOutput(input), gradient);
    }

    /// <summary>
    /// Lets an operation add to the gradient that a leaf among its inputs has gathered so far, instead of sending a tensor that is zero
    /// almost everywhere.
    /// </summary>
    /// <returns>false where there is none yet, or where somebody wants to see what is added; then it must be sent.</returns>
    internal bool AddTo(int input, Action<Tensor> add) =>
        targets is null && !CreatesGraph && !Autograd.IsDetectingAnomaly && current.Input(input) is LeafNode { HasHooks: false } leaf && leaf.TryAdd(add, current);

    internal static Tensor?[] Run(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor?> gradients, IReadOnlyList<Tensor>? targets, bool retainGraph, bool createGraph)
    {
        var pass = spare ?? new BackwardPass();
        spare = null;
        try
        {
            return pass.Go(outputs, gradients, targets, retainGraph, createGraph);
        }
        finally
        {
            pass.Clear();
            spare = pass;
        }
    }

    private Tensor?[] Go(ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor?> gradients, IReadOnlyList<Tensor>? wanted, bool retainGraph, bool createGraph)
    {
        CreatesGraph = createGraph;
        if (wanted is not null) Prepare(outputs, wanted);
        bool wasRecording = Autograd.SetRecording(createGraph);
        try
        {
            for (int i = 0; i < outputs.Length; i++) Start(outputs[i], gradients[i]);
            while (count > 0) Step(Pop(), retainGraph);
        }
        finally
        {
            Autograd.SetRecording(wasRecording);
        }
        return captured ?? [];
    }

    private void Start(Tensor output, Tensor? gradient)
    {
        if (!output.RequiresGrad)
            throw new InvalidOperationException($"Backward: the tensor {output.Describe()} does not depend on any tensor with RequiresGrad, or was computed under NoGrad or detached.");
        if (gradient is null)
        {
            if (output.Count != 1) throw new InvalidOperationException($"Backward: the tensor {output.Describe()} has more than one element; reduce it first, for example with Sum(), or pass its gradient.");
            // most passes begin at a loss; nobody outside sees this gradient, so one tensor serves them all
            bool isSeen = targets is not null || CreatesGraph || output.node!.HasHooks || output.node is LeafNode;
            gradient = output.Rank == 0 && output.DType == DType.Float32 && !isSeen ? One : Tensor.Ones(output.Shape, output.DType);
        }
        else if (!gradient.Shape.Equals(output.Shape))
        {
            throw new ArgumentException($"Backward: the gradient has shape {gradient.Shape}, the tensor {output.Shape}.");
        }
        else
        {
            gradient.storage.Claimed = true;
        }
        Deliver(output.node!, output.outputIndex, gradient);
    }

    private void Step(Node node, bool retainGraph)
    {
        current = node;
        node.IsQueued = false;
        if (node.HasManyOutputs)
        {
            var multi = (MultiNode)node;
            var grads = multi.Gradients.AsSpan().ToArray();
            Array.Clear(multi.Gradients);
            Array.Clear(multi.GradientIsOwn);
            for (int i = 0; i < grads.Length; i++)
            {
                if (grads[i] is { } g) grads[i] = Finish(node, i, g);
            }
            Check(node);
            multi.Backward(grads, this);
        }
        else
        {
            var gradient = node.Pending!;
            node.Pending = null;
            node.PendingIsOwn = false;
            gradient = Finish(node, 0, gradient);
            if (node is LeafNode)
            {
                if (targets is null) node.Backward(gradient, this);
                return;
            }
            Check(node);
            node.Backward(gradient, this);
        }
        if (!retainGraph) node.Free();
    }

    private void Check(Node node)
    {
        if (node.IsFreed)
            throw new InvalidOperationException($"Backward: the graph through {node.Name} was already freed by an earlier pass; pass retainGraph: true to the first one.");
        if (CreatesGraph && !node.IsDifferentiable)
            throw new NotSupportedException($"Backward: {node.Name} cannot be differentiated twice (createGraph); write it with elementary operations instead.");
    }

    /// <summary>Hooks and captures see the complete gradient.</summary>
    private Tensor Finish(Node node, int output, Tensor gradient)
    {
        if (node.HasHooks)
        {
            gradient.storage.Claimed = true;
            gradient = node.RunHooks(output, gradient);
        }
        if (targets is not null && targets.TryGetValue((node, output), out int slot))
        {
            gradient.storage.Claimed = true;
            captured![slot] = gradient;
        }
        return gradient;
    }

    private void Deliver(Node target, int output, Tensor gradient)
    {
        var shape = target.ShapeOf(output);
        if (!ReferenceEquals(gradient.Shape, shape) && !gradient.Shape.Equals(shape)) gradient = gradient.SumTo(shape);
        if (gradient.DType != target.DTypeOf(output)) gradient = gradient.To(target.DTypeOf(output));
        if (target is LeafNode leaf && targets is null && !leaf.HasHooks)
        {
            leaf.Accumulate(gradient, CreatesGraph);
            gradient.storage.Claimed = true;
            return;
        }
        if (target.HasManyOutputs) Gather(ref ((MultiNode)target).Gradients[output], ref ((MultiNode)target).GradientIsOwn[output], gradient);
        else Gather(ref target.Pending, ref target.PendingIsOwn, gradient);
        if (target.IsQueued) return;
        target.IsQueued = true;
        Push(target);
    }

    private void Gather(ref Tensor? sum, ref bool isOwn, Tensor gradient)
    {
        if (sum is null)
        {
            sum = gradient;
            gradient.storage.Claimed = true;
        }
        else if (isOwn && !CreatesGraph)
        {
            sum.AddInPlace(gradient);
        }
        else
        {
            sum += gradient;
            isOwn = true;
        }
    }

    /// <summary>Marks the operations on a way to a wanted tensor; the others need not run.</summary>
    private void Prepare(ReadOnlySpan<Tensor> outputs, IReadOnlyList<Tensor> wanted)
    {
        targets = [];
        captured = new Tensor?[wanted.Count];
        pruning = Interlocked.Increment(ref lastPass);
        for (int i = 0; i < wanted.Count; i++)
        {
            if (!wanted[i].RequiresGrad) throw new InvalidOperationException($"Grad: input {i}, {wanted[i].Describe()}, does not require a gradient; set RequiresGrad before computing with it.");
            targets[(wanted[i].node!, wanted[i].outputIndex)] = i;
        }
        var seen = new HashSet<Node>();
        var open = new Stack<Node>();
        foreach (var output in outputs)
        {
            if (output.node is { } start && seen.Add(start)) open.Push(start);
        }
        while (open.TryPop(out var node))
        {
            if (node is LeafNode) continue;
            for (int i = 0; i < node.InputCount; i++)
            {
                if (node.Input(i) is { } input && seen.Add(input)) open.Push(input);
            }
        }
        var wantedNodes = targets.Keys.Select(key => key.Item1).ToHashSet();
        foreach (var node in seen.OrderBy(n => n.Sequence))
        {
            bool needed = wantedNodes.Contains(node);
            for (int i = 0; i < node.InputCount && !needed && node is not LeafNode; i++) needed = node.Input(i)?.NeededBy == pruning;
            if (needed) node.NeededBy = pruning;
        }
    }

    private void Push(Node node)
    {
        if (count == heap.Length) Array.Resize(ref heap, count * 2);
        int i = count++;
        while (i > 0)
        {
            int parent = (i - 1) / 2;
            if (heap[parent].Sequence >= node.Sequence) break;
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = (node, node.Sequence);
    }

    private Node Pop()
    {
        var top = heap[0].Node;
        var last = heap[--count];
        heap[count] = default;
        int i = 0;
        while (true)
        {
            int child = 2 * i + 1;
            if (child >= count) break;
            if (child + 1 < count && heap[child + 1].Sequence > heap[child].Sequence) child++;
            if (last.Sequence >= heap[child].Sequence) break;
            heap[i] = heap[child];
            i = child;
        }
        if (count > 0) heap[i] = last;
        return top;
    }

    /// <summary>Leaves no trace, also after an exception.</summary>
    private void Clear()
    {
        for (int i = 0; i < count; i++)
        {
            var node = heap[i].Node;
            heap[i] = default;
            node.IsQueued = false;
            node.Pending = null;
            node.PendingIsOwn = false;
            if (node is MultiNode multi)
            {
                Array.Clear(multi.Gradients);
                Array.Clear(multi.GradientIsOwn);
            }
        }
        count = 0;
        current = null!;
        targets = null;
        captured = null;
        pruning = 0;
    }
}
