namespace Baeum;

/// <summary>Choosing and writing elements by index tensors and masks.</summary>
internal static class IndexOp
{
    internal static Tensor Apply(Tensor x, List<(int Dim, Tensor Indices)> indices) => throw new NotSupportedException($"Indexer: index tensors on {x.Describe()} ({indices.Count}).");

    internal static void Put(Tensor x, List<(int Dim, Tensor Indices)> indices, Tensor values, bool accumulate) => throw new NotSupportedException($"Indexer: index tensors on {x.Describe()} ({indices.Count}, {values.Describe()}, {accumulate}).");
}
