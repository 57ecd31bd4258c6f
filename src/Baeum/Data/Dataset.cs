namespace Baeum;

/// <summary>Examples that can be counted and fetched by number; fetching one twice gives the same.</summary>
/// <typeparam name="T">An example: a tensor, a tuple of them, a text, ...</typeparam>
public interface IDataset<out T>
{
    /// <summary>How many examples there are.</summary>
    int Count { get; }

    /// <summary>The example at a place, from 0.</summary>
    T this[int index] { get; }
}

/// <summary>Tensors that agree in their first dimension: an example is their rows at one place.</summary>
public sealed class TensorDataset : IDataset<Tensor[]>
{
    private readonly Tensor[] tensors;

    /// <summary>A data set over tensors [examples, ...].</summary>
    /// <exception cref="ArgumentException">There is none, one has no dimensions, or the first dimensions differ.</exception>
    public TensorDataset(params Tensor[] tensors)
    {
        if (tensors.Length == 0) throw new ArgumentException("TensorDataset: at least one tensor is needed.");
        if (tensors.Any(t => t.Rank == 0 || t.Shape[0] != tensors[0].Shape.ToArray().FirstOrDefault()))
            throw new ArgumentException($"TensorDataset: the first dimensions of {string.Join(" and ", tensors.Select(t => t.Shape))} differ.");
        this.tensors = [.. tensors.Select(t => t.Contiguous())];
    }

    /// <inheritdoc/>
    public int Count => tensors[0].Shape[0];

    /// <summary>A view of the rows at a place.</summary>
    public Tensor[] this[int index] => Array.ConvertAll(tensors, t => Row(t, Datasets.Check(index, Count)));

    /// <summary>Goes through the examples in batches of stacked rows: <c>foreach (var (x, y) in data.Batches(32, shuffle: generator))</c>.</summary>
    public DataLoader<Tensor[], Tensor[]> Batches(int batchSize, RandomGenerator? shuffle = null, bool dropLast = false, int prefetch = 0) =>
        new(this, batchSize, Collate.StackEach, shuffle, dropLast, prefetch);

    private static Tensor Row(Tensor tensor, int index)
    {
        var shape = tensor.Shape.Without(0);
        return new Tensor(tensor.storage, shape, tensor.offset + index * shape.Count);
    }
}

/// <summary>Builds data sets from others.</summary>
public static class Datasets
{
    /// <summary>Takes a batch of inputs and targets apart.</summary>
    public static void Deconstruct(this Tensor[] batch, out Tensor inputs, out Tensor targets) => (inputs, targets) = (batch[0], batch[1]);

    /// <summary>A list as a data set.</summary>
    public static IDataset<T> From<T>(IReadOnlyList<T> examples) => new Computed<T>(examples.Count, i => examples[i]);

    /// <summary>The examples at some places of a data set, in that order.</summary>
    /// <exception cref="ArgumentException">A place lies outside.</exception>
    public static IDataset<T> Subset<T>(this IDataset<T> source, IReadOnlyList<int> places)
    {
        foreach (int place in places) Check(place, source.Count);
        return new Computed<T>(places.Count, i => source[places[i]]);
    }

    /// <summary>The examples of a data set, each changed by a function when it is fetched.</summary>
    public static IDataset<TResult> Map<T, TResult>(this IDataset<T> source, Func<T, TResult> change) => new Computed<TResult>(source.Count, i => change(source[i]));

    /// <summary>One data set after the other.</summary>
    public static IDataset<T> Concat<T>(this IDataset<T> first, IDataset<T> second) =>
        new Computed<T>(checked(first.Count + second.Count), i => i < first.Count ? first[i] : second[i - first.Count]);

    internal static int Check(int index, int count) => (uint)index < (uint)count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), $"Dataset: there is no example {index}; there are {count}, from 0.");

    private sealed class Computed<T>(int count, Func<int, T> fetch) : IDataset<T>
    {
        public int Count => count;

        public T this[int index] => fetch(Check(index, count));
    }
}
