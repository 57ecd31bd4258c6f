namespace Baeum;

/// <summary>Automatic differentiation: what is recorded, and pure gradients.</summary>
public static class Autograd
{
    [ThreadStatic] private static bool isPaused;
    [ThreadStatic] private static int anomalyDepth;
    private static bool anomalyWasAsked; // spares every operation a look at the thread

    /// <summary>Whether operations on this thread are recorded.</summary>
    public static bool IsRecording => !isPaused;

    internal static bool IsDetectingAnomaly => anomalyWasAsked && anomalyDepth > 0;

    /// <summary>Stops recording on this thread until the result is disposed: <c>using (Autograd.NoGrad()) ...</c></summary>
    public static Restore NoGrad() => new(SetRecording(false), isAnomaly: false);

    /// <summary>
    /// Checks every recorded result and every gradient on this thread for NaN until the result is disposed, and throws with the name of
    /// the operation that first produced one. Slow; for debugging.
    /// </summary>
    public static Restore DetectAnomaly()
    {
        anomalyWasAsked = true;
        anomalyDepth++;
        return new(false, isAnomaly: true);
    }

    /// <summary>Whether an operation on these inputs must be recorded.</summary>
    internal static bool Records(Tensor a) => a.node is not null && !isPaused && a.RequiresGrad;

    /// <inheritdoc cref="Records(Tensor)"/>
    internal static bool Records(Tensor? a, Tensor? b) => (a?.node ?? b?.node) is not null && !isPaused && (a is { RequiresGrad: true } || b is { RequiresGrad: true });

    /// <inheritdoc cref="Records(Tensor)"/>
    internal static bool Records(params ReadOnlySpan<Tensor?> inputs)
    {
        if (isPaused) return false;
        foreach (var input in inputs)
        {
            if (input is { RequiresGrad: true }) return true;
        }
        return false;
    }

    /// <summary>Refuses to drop a gradient silently: for operations without a derivative.</summary>
    /// <exception cref="NotSupportedException">An input requires a gradient and recording is on.</exception>
    internal static void RefuseGradient(string operation, Tensor input)
    {
        if (Records(input)) throw new NotSupportedException($"{operation}: has no derivative, but its input {input.Describe()} requires a gradient. Pass x.Detach(), or compute under Autograd.NoGrad().");
    }

    /// <summary>Refuses to change a tensor in place that gradients flow through.</summary>
    internal static void RefuseInPlace(string operation, Tensor target, Tensor? source = null)
    {
        if (Records(target, source))
            throw new InvalidOperationException($"{operation}: the tensor {target.Describe()} takes part in a recorded computation, and in-place changes are not recorded. Use the operation that returns a new tensor, or change it under Autograd.NoGrad().");
    }

    /// <summary>The gradients of a result with respect to some tensors, leaving every <see cref="Tensor.Grad"/> as it is.</summary>
    /// <param name="y">The result.</param>
    /// <param name="xs">Tensors it depends on, leaves or computed.</param>
    /// <param name="outputGradient">The gradient of the final result with respect to <paramref name="y"/>; 1 if it has one element.</param>
    /// <param name="createGraph">Records the pass itself, so that the gradients can be differentiated again.</param>
    /// <param name="retainGraph">Keeps the graph for another pass; by default only with <paramref name="createGraph"/>.</param>
    /// <param name="allowUnused">Gives zeros for a tensor that <paramref name="y"/> does not depend on instead of throwing.</param>
    /// <returns>One gradient for each of <paramref name="xs"/>, in its shape.</returns>
    public static Tensor[] Grad(Tensor y, IReadOnlyList<Tensor> xs, Tensor? outputGradient = null, bool createGraph = false, bool? retainGraph = null, bool allowUnused = false)
    {
        var gradients = BackwardPass.Run([y], [outputGradient], xs, retainGraph ?? createGraph, createGraph);
        for (int i = 0; i < xs.Count; i++)
        {
            gradients[i] ??= allowUnused
                ? Tensor.Zeros(xs[i].Shape, xs[i].DType)
                : throw new InvalidOperationException($"Grad: the result does not depend on input {i}, {xs[i].Describe()}; pass allowUnused: true to get zeros.");
        }
        return gradients!;
    }

    /// <summary>The gradient of a result with respect to one tensor; see <see cref="Grad(Tensor, IReadOnlyList{Tensor}, Tensor?, bool, bool?, bool)"/>.</summary>
    public static Tensor Grad(Tensor y, Tensor x, bool createGraph = false) => Grad(y, [x], createGraph: createGraph)[0];

    internal static bool SetRecording(bool on)
    {
        bool was = !isPaused;
        isPaused = !on;
        return was;
    }

    /// <summary>Puts the previous state back when disposed.</summary>
    public readonly struct Restore : IDisposable
    {
        private readonly bool wasRecording;
        private readonly bool isAnomaly;

        internal Restore(bool wasRecording, bool isAnomaly)
        {
            this.wasRecording = wasRecording;
            this.isAnomaly = isAnomaly;
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (isAnomaly) anomalyDepth--;
            else SetRecording(wasRecording);
        }
    }
}

/// <summary>An operation produced NaN while <see cref="Autograd.DetectAnomaly"/> was on.</summary>
public sealed class AnomalyException(string message) : Exception(message);

internal static class Anomaly
{
    internal static void CheckForward(Node operation, Tensor output)
    {
        if (HasNaN(output)) throw new AnomalyException($"{operation.Name} produced NaN in its result {output.Describe()}.");
    }

    internal static void CheckBackward(Node operation, int input, Tensor gradient)
    {
        if (HasNaN(gradient)) throw new AnomalyException($"Backward of {operation.Name} produced NaN in the gradient of its input {input}, {gradient.Describe()}.");
    }

    private static bool HasNaN(Tensor tensor)
    {
        var values = tensor.Detach().Contiguous();
        return values.DType switch
        {
            DType.Float32 => HasNaN(values.Read<float>()),
            DType.Float64 => HasNaN(values.Read<double>()),
            _ => false,
        };
    }

    private static bool HasNaN<T>(ReadOnlySpan<T> values) where T : System.Numerics.INumberBase<T>
    {
        foreach (var value in values)
        {
            if (T.IsNaN(value)) return true;
        }
        return false;
    }
}
