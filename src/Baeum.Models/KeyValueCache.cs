namespace Baeum.Models;

/// <summary>Keys and values of the positions that a decoder has seen, so that each new piece costs one position and not all of them again.</summary>
public sealed class KeyValueCache
{
    private readonly Dictionary<int, (Tensor Keys, Tensor Values)> seen = [], crossed = [];

    /// <summary>How many positions it holds.</summary>
    public int Length => seen.Count == 0 ? 0 : seen[0].Keys.Shape[2];

    /// <summary>Puts new positions of a layer behind its old ones.</summary>
    /// <param name="layer">The layer's number.</param>
    /// <param name="keys">[batch, heads, new positions, size].</param>
    /// <param name="values">[batch, heads, new positions, size].</param>
    /// <returns>All positions of the layer.</returns>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        if (seen.TryGetValue(layer, out var old)) (keys, values) = (Tensor.Cat([old.Keys, keys], 2), Tensor.Cat([old.Values, values], 2));
        else (keys, values) = (keys.Contiguous(), values.Contiguous());
        return seen[layer] = (keys, values);
    }

    /// <summary>The keys and values that a decoder's layer makes of the encoder's output, computed at the first call and kept.</summary>
    internal (Tensor Keys, Tensor Values) Cross(int layer, Func<(Tensor Keys, Tensor Values)> compute) =>
        crossed.TryGetValue(layer, out var kept) ? kept : crossed[layer] = compute();

    /// <summary>Puts the rows of the batch into a new order, rows may repeat or fall away: how a beam search goes on with its best beams.</summary>
    public void Reorder(IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var index = Tensor.From([.. rows.Select(row => (long)row)]);
        foreach (var states in new[] { seen, crossed })
        {
            foreach (int layer in states.Keys.ToArray())
                states[layer] = (states[layer].Keys.IndexSelect(0, index), states[layer].Values.IndexSelect(0, index));
        }
    }
}
