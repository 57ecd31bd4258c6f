namespace Baeum;

public sealed partial class Tensor
{
    /// <summary>
    /// Whether gradients flow to this tensor. Setting it to true makes a leaf that gathers its gradient in <see cref="Grad"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Set on a computed tensor, or on one that is not Float32 or Float64.</exception>
    public bool RequiresGrad
    {
        get => node is { } n && (n is not LeafNode leaf || leaf.Enabled);
        set
        {
            if (node is LeafNode leaf)
            {
                leaf.Enabled = value;
                return;
            }
            if (node is not null)
            {
                if (!value) throw new InvalidOperationException($"RequiresGrad: the tensor {Describe()} was computed by {node.Name}; cut it from its history with Detach() instead.");
                return;
            }
            if (!value) return;
            if (!DType.IsCompute()) throw new InvalidOperationException($"RequiresGrad: only Float32 and Float64 tensors have gradients, this one is {Describe()}; convert it with To(...).");
            node = new LeafNode(this);
        }
    }

    /// <summary>Sets <see cref="RequiresGrad"/> and returns the tensor.</summary>
    public Tensor RequireGrad(bool required = true)
    {
        RequiresGrad = required;
        return this;
    }

    /// <summary>Whether the tensor was made by the user rather than computed by a recorded operation.</summary>
    public bool IsLeaf => node is null or LeafNode;

    /// <summary>
    /// The gradient gathered by the backward passes so far, in the shape of this tensor; null before the first one. Computed tensors
    /// have one only after <see cref="RetainGrad"/>.
    /// </summary>
    public Tensor? Grad
    {
        get => node is LeafNode leaf ? leaf.Gradient : retainedGradient;
        set
        {
            if (node is not LeafNode leaf) throw new InvalidOperationException($"Grad: the tensor {Describe()} is no leaf that requires a gradient; set RequiresGrad first.");
            if (value is not null && !value.Shape.Equals(Shape)) throw new ArgumentException($"Grad: a gradient of shape {value.Shape} does not fit the tensor {Describe()}.");
            leaf.Gradient = value;
        }
    }

    /// <summary>Keeps the gradient of a computed tensor in <see cref="Grad"/> during the next backward passes.</summary>
    public Tensor RetainGrad()
    {
        if (node is null) throw new InvalidOperationException($"RetainGrad: no gradient flows to the tensor {Describe()}; set RequiresGrad on an input of its computation.");
        if (node is not LeafNode)
        {
            node.AddHook(outputIndex, gradient =>
            {
                TensorScope.Free(gradient.storage);
                gradient.storage.Claimed = true;
                retainedGradient = retainedGradient is null ? gradient : retainedGradient + gradient;
                return null;
            });
        }
        return this;
    }

    /// <summary>
    /// Calls a function with this tensor's gradient whenever a backward pass has computed it; what it returns, if anything, goes on in
    /// its place. Dispose the result to remove the hook.
    /// </summary>
    public IDisposable RegisterHook(Func<Tensor, Tensor?> hook)
    {
        if (node is null) throw new InvalidOperationException($"RegisterHook: no gradient flows to the tensor {Describe()}; set RequiresGrad on it or on an input of its computation.");
        return node.AddHook(outputIndex, hook);
    }

    /// <summary>The same memory without a history: no gradient flows through it.</summary>
    public Tensor Detach() => new(storage, shape, offset, strides);

    /// <summary>
    /// Computes the gradient of this tensor with respect to every leaf that it depends on and adds it to their <see cref="Grad"/>.
    /// </summary>
    /// <param name="gradient">The gradient of the final result with respect to this tensor, in its shape; 1 if this tensor has one element.</param>
    /// <param name="retainGraph">Keeps the graph for another backward pass through it; otherwise it is freed on the way.</param>
    /// <param name="createGraph">Records the backward pass itself, for derivatives of higher order.</param>
    /// <exception cref="InvalidOperationException">Nothing was recorded, or the graph was freed by an earlier pass, or a saved tensor was overwritten.</exception>
    public void Backward(Tensor? gradient = null, bool? retainGraph = null, bool createGraph = false) =>
        BackwardPass.Run([this], [gradient], targets: null, retainGraph ?? createGraph, createGraph);

    /// <summary>Forgets the gradient. Its memory goes to the current scope, if any, so that it can still be read until that ends.</summary>
    public void ClearGrad()
    {
        if (node is LeafNode { Gradient: { } gradient } leaf)
        {
            leaf.Gradient = null;
            gradient.storage.GoToScope();
        }
        retainedGradient = null;
    }

    /// <summary>Notes how this new tensor was computed.</summary>
    internal Tensor Record(Node operation, int output = 0)
    {
        operation.DescribeOutput(output, this);
        node = operation;
        outputIndex = output;
        if (Autograd.IsDetectingAnomaly) Anomaly.CheckForward(operation, this);
        return this;
    }
}
