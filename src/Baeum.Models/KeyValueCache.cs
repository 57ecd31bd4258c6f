namespace Baeum.Models;

/// <summary>Keys and values of the positions that a decoder has seen, so that each new piece costs one position and not all of them again.</summary>
/// <remarks>
/// The memory grows by half whenever it is full, and new positions are written into it: a text of n positions copies fewer than 3n of
/// them. It belongs to the cache; what <see cref="Append"/> gives may be read until the next call. No gradient flows through it.
/// <code>
/// using var cache = new KeyValueCache();
/// for (...)
/// {
///     using var step = TensorScope.Begin();
///     Tensor scores = model.Forward(ids, cache: cache);
///     cache.Keep(step);
/// }
/// </code>
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly Dictionary<int, Positions> seen = [];
    private readonly Dictionary<int, (Tensor Keys, Tensor Values)> crossed = [];

    /// <summary>How many positions it holds.</summary>
    public int Length => seen.Count == 0 ? 0 : seen[0].Length;

    /// <summary>Puts new positions of a layer behind its old ones.</summary>
    /// <param name="layer">The layer's number.</param>
    /// <param name="keys">[batch, heads, new positions, size].</param>
    /// <param name="values">[batch, heads, new positions, size].</param>
    /// <returns>All positions of the layer.</returns>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        using var quiet = Autograd.NoGrad();
        Positions? old = seen.GetValueOrDefault(layer);
        int past = old?.Length ?? 0, length = past + keys.Shape[2];
        Positions all = seen[layer] = new(Extend(old?.Keys, past, keys), Extend(old?.Values, past, values), length);
        return (all.Keys.Narrow(2, 0, length), all.Values.Narrow(2, 0, length));
    }

    /// <summary>The keys and values that a decoder's layer makes of the encoder's output, computed at the first call and kept.</summary>
    internal (Tensor Keys, Tensor Values) Cross(int layer, Func<(Tensor Keys, Tensor Values)> compute)
    {
        if (crossed.TryGetValue(layer, out var kept)) return kept;
        var (keys, values) = compute();
        return crossed[layer] = (keys.Contiguous(), values.Contiguous());
    }

    /// <summary>Puts the rows of the batch into a new order, rows may repeat or fall away: how a beam search goes on with its best beams.</summary>
    /// <param name="rows">For each new row the old one that it goes on from.</param>
    /// <param name="staysWithText">Whether each new row belongs to the same encoded text as the old one in its place: what the decoder made of the texts then stays where it is.</param>
    public void Reorder(IReadOnlyList<int> rows, bool staysWithText = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var quiet = Autograd.NoGrad();
        if (seen.Count > 0 && rows.Count == seen[0].Keys.Shape[0] && rows.Select((row, i) => row == i).All(same => same)) return;
        using var index = Tensor.From([.. rows.Select(row => (long)row)]);
        foreach (int layer in seen.Keys.ToArray()) seen[layer] = seen[layer] with { Keys = Move(seen[layer].Keys), Values = Move(seen[layer].Values) };
        if (staysWithText) return;
        foreach (int layer in crossed.Keys.ToArray()) crossed[layer] = (Move(crossed[layer].Keys), Move(crossed[layer].Values));

        Tensor Move(Tensor old)
        {
            Tensor moved = old.IndexSelect(0, index);
            old.Dispose();
            return moved;
        }
    }

    /// <summary>Lets everything in the cache outlive the scope of a step.</summary>
    public void Keep(TensorScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        foreach (Tensor tensor in All()) scope.Keep(tensor);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in All()) tensor.Dispose();
        seen.Clear();
        crossed.Clear();
    }

    private IEnumerable<Tensor> All()
    {
        foreach (Positions layer in seen.Values)
        {
            yield return layer.Keys;
            yield return layer.Values;
        }
        foreach (var (keys, values) in crossed.Values)
        {
            yield return keys;
            yield return values;
        }
    }

    private static Tensor Extend(Tensor? room, int length, Tensor fresh)
    {
        int needed = length + fresh.Shape[2];
        if (room is null || room.Shape[2] < needed)
        {
            var larger = Tensor.Zeros([fresh.Shape[0], fresh.Shape[1], needed + needed / 2 + 8, fresh.Shape[3]], fresh.DType);
            if (room is not null)
            {
                larger.Narrow(2, 0, length).CopyFromInPlace(room.Narrow(2, 0, length));
                room.Dispose();
            }
            room = larger;
        }
        room.Narrow(2, length, fresh.Shape[2]).CopyFromInPlace(fresh.Detach());
        return room;
    }

    /// <summary>A layer's memory, [batch, heads, room, size] each, and how many positions of it are in use.</summary>
    private sealed record Positions(Tensor Keys, Tensor Values, int Length);
}
