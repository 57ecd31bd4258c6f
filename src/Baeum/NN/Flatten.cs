namespace Baeum;

/// <summary>Joins dimensions to one: [batch, channels, height, width] becomes [batch, channels·height·width].</summary>
public sealed class Flatten(int startDim = 1, int endDim = -1) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Flatten(startDim, endDim);

    /// <inheritdoc/>
    protected override string Arguments() => FormattableString.Invariant($"start_dim={startDim}, end_dim={endDim}");
}

/// <summary>Splits a dimension into several.</summary>
public sealed class Unflatten(int dim, params int[] sizes) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Unflatten(dim, sizes);

    /// <inheritdoc/>
    protected override string Arguments() => FormattableString.Invariant($"dim={dim}, unflattened_size={Python.Tuple(sizes)}");
}
