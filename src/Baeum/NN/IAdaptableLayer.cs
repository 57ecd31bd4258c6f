namespace Baeum;

/// <summary>A layer with a weight matrix to whose output something small and trained may be added, as low-rank adapters do (Hu and others, 2021).</summary>
public interface IAdaptableLayer
{
    /// <summary>The matrix.</summary>
    Tensor Weight { get; }

    /// <summary>Whether the matrix stands as [inputs, outputs] rather than [outputs, inputs].</summary>
    bool IsTransposed { get; }

    /// <summary>What is added, from the layer's input; null: nothing.</summary>
    Func<Tensor, Tensor>? Adapter { get; set; }
}
