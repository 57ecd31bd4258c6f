namespace Baeum;

/// <summary>A vector for each id: Int64 [...] becomes [..., embeddingDim].</summary>
public sealed class Embedding : Layer
{
    private readonly int? paddingIdx;

    /// <summary>Draws the vectors by <paramref name="initializer"/>, else from the standard normal distribution; that of <paramref name="paddingIdx"/> is zero and stays so.</summary>
    public Embedding(ParamScope scope, int numEmbeddings, int embeddingDim, int? paddingIdx = null, Initializer? initializer = null) : base(scope)
    {
        Shape shape = [numEmbeddings, embeddingDim];
        int padding = Tensor.PaddingRow(shape, paddingIdx);
        this.paddingIdx = padding >= 0 ? padding : null;
        Weight = scope.Parameter("weight", shape, (weight, generator) =>
        {
            (initializer ?? Initializers.Normal())(weight, generator);
            if (padding >= 0) weight.Narrow(0, padding, 1).ZeroInPlace();
        });
    }

    /// <summary>[numEmbeddings, embeddingDim].</summary>
    public Tensor Weight { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Embedding(Weight, paddingIdx);

    /// <inheritdoc/>
    protected override string Arguments() => $"{Weight.Shape[0]}, {Weight.Shape[1]}{(paddingIdx is { } row ? $", padding_idx={row}" : "")}";
}
