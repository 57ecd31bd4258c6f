using System.Buffers.Binary;
using System.Collections;

namespace Baeum;

/// <summary>
/// Draws batches from a data set, epoch after epoch: each enumeration is one epoch, or the rest of one after <see cref="Restore"/>.
/// </summary>
/// <remarks>
/// <code>
/// var loader = new DataLoader&lt;Tensor[], Tensor[]&gt;(new TensorDataset(x, y), 32, Collate.StackEach, shuffle: new PhiloxRandom(0));
/// foreach (var batch in loader) { ... }
/// </code>
/// With prefetching, examples are fetched and collated on a thread of the loader's own while the caller computes; the batches are the same.
/// The generator should be the loader's own: <see cref="Restore"/> sets it back.
/// </remarks>
/// <typeparam name="T">An example.</typeparam>
/// <typeparam name="TBatch">A batch.</typeparam>
public sealed class DataLoader<T, TBatch> : IReadOnlyCollection<TBatch>
{
    private const uint StateTag = 0x444c4231;

    private readonly IDataset<T> data;
    private readonly Func<IReadOnlyList<T>, TBatch> collate;
    private readonly RandomGenerator? shuffle;
    private readonly bool dropLast;
    private readonly int prefetch;

    // the generator as it was before this epoch's order was drawn: order and place follow from it and the number of batches taken
    private byte[] epochStart = [];
    private int taken;
    private bool resumed;

    /// <summary>A loader.</summary>
    /// <param name="data">Where examples come from.</param>
    /// <param name="batchSize">How many examples make a batch.</param>
    /// <param name="collate">Makes a batch of examples; <see cref="Collate"/> has the usual ones.</param>
    /// <param name="shuffle">Draws a new order for each epoch; null keeps the examples in theirs.</param>
    /// <param name="dropLast">Whether to leave out a last batch that is not full.</param>
    /// <param name="prefetch">How many batches to prepare ahead on another thread; 0 prepares each when it is asked for.</param>
    /// <exception cref="ArgumentException">The batch size is below 1, or prefetch is negative.</exception>
    public DataLoader(IDataset<T> data, int batchSize, Func<IReadOnlyList<T>, TBatch> collate, RandomGenerator? shuffle = null, bool dropLast = false, int prefetch = 0)
    {
        if (batchSize < 1) throw new ArgumentException($"DataLoader: the batch size {batchSize} is below 1.", nameof(batchSize));
        if (prefetch < 0) throw new ArgumentException($"DataLoader: prefetch is {prefetch}; it must be 0 or more.", nameof(prefetch));
        this.data = data;
        this.collate = collate;
        this.shuffle = shuffle;
        this.dropLast = dropLast;
        this.prefetch = prefetch;
        BatchSize = batchSize;
    }

    /// <summary>How many examples make a batch.</summary>
    public int BatchSize { get; }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchCount => dropLast ? data.Count / BatchSize : (int)(((long)data.Count + BatchSize - 1) / BatchSize);

    int IReadOnlyCollection<TBatch>.Count => BatchCount;

    /// <summary>The place in the stream of batches, for a checkpoint: what has been handed out counts, what was only prepared does not.</summary>
    public byte[] State
    {
        get
        {
            byte[] generator = taken > 0 || resumed ? epochStart : shuffle?.GetState() ?? [];
            var state = new byte[8 + generator.Length];
            BinaryPrimitives.WriteUInt32LittleEndian(state, StateTag);
            BinaryPrimitives.WriteInt32LittleEndian(state.AsSpan(4), taken);
            generator.CopyTo(state, 8);
            return state;
        }
    }

    /// <summary>Goes on where <see cref="State"/> was taken: the next enumeration yields what was left of that epoch.</summary>
    /// <exception cref="ArgumentException">The bytes are not the state of a loader like this one.</exception>
    public void Restore(ReadOnlySpan<byte> state)
    {
        if (state.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(state) != StateTag || (shuffle is null) != (state.Length == 8))
            throw new ArgumentException($"DataLoader.Restore: {state.Length} bytes that are not the state of this loader.", nameof(state));
        int place = BinaryPrimitives.ReadInt32LittleEndian(state[4..]);
        if (place < 0 || place > BatchCount)
            throw new ArgumentException($"DataLoader.Restore: the state stands at batch {place}, but an epoch has {BatchCount}; are data set and batch size the same?", nameof(state));
        shuffle?.SetState(state[8..]);
        epochStart = state[8..].ToArray();
        taken = place;
        resumed = true;
    }

    /// <summary>One epoch, or what is left of a restored one.</summary>
    public IEnumerator<TBatch> GetEnumerator()
    {
        int first = resumed ? taken : 0;
        resumed = false;
        taken = first;
        epochStart = shuffle?.GetState() ?? [];
        int[]? order = shuffle?.Permutation(data.Count);
        return prefetch == 0 ? Plain(order, first) : Prefetched(order, first);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerator<TBatch> Plain(int[]? order, int first)
    {
        for (int batch = first; batch < BatchCount; batch++)
        {
            var made = Make(order, batch);
            Took(batch);
            yield return made;
        }
    }

    private IEnumerator<TBatch> Prefetched(int[]? order, int first)
    {
        using var worker = new Prefetcher<TBatch>(first, BatchCount, prefetch, batch => Make(order, batch));
        for (int batch = first; batch < BatchCount; batch++)
        {
            var made = worker.Take();
            Took(batch);
            yield return made;
        }
    }

    // after the last batch the epoch is over and the next one begins with the generator as it now is
    private void Took(int batch) => taken = batch + 1 == BatchCount ? 0 : batch + 1;

    private TBatch Make(int[]? order, int batch)
    {
        int start = batch * BatchSize, count = Math.Min(BatchSize, data.Count - start);
        var examples = new T[count];
        for (int i = 0; i < count; i++) examples[i] = data[order is null ? start + i : order[start + i]];
        return collate(examples);
    }
}
