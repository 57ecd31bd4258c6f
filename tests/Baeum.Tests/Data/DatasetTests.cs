namespace Baeum.Tests;

public sealed class DatasetTests
{
    [Fact]
    public void ATensorDatasetGivesRows()
    {
        var data = new TensorDataset(Tensor.Arange(6).Reshape(3, 2), Tensor.From([7L, 8, 9]));
        Assert.Equal(3, data.Count);
        Assertions.Close(Tensor.From([4L, 5]), data[2][0], 0);
        Assert.Equal(9, data[2][1].ItemLong());
        Assert.Throws<ArgumentOutOfRangeException>(() => data[3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => data[-1]);
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => new TensorDataset(Tensor.Zeros([2]), Tensor.Zeros([3]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TensorDataset());
        Assert.Throws<ArgumentException>(() => new TensorDataset(Tensor.Scalar(1)));
    }

    [Fact]
    public void SubsetMapAndConcatArePlacesOfTheirSource()
    {
        var data = Datasets.From(new[] { 10, 20, 30 });
        Assert.Equal([30, 10], Enumerable.Range(0, 2).Select(i => data.Subset([2, 0])[i]));
        Assert.Equal("20!", data.Map(x => $"{x}!")[1]);
        var both = data.Concat(data.Map(x => x + 1));
        Assert.Equal((6, 30, 11), (both.Count, both[2], both[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Subset([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => both[6]);
    }

    [Fact]
    public void RandomSplitsCoverEverythingOnce()
    {
        var parts = Split.Random(103, [0.7, 0.2, 0.1], new PhiloxRandom(1));
        Assert.Equal([72, 21, 10], parts.Select(p => p.Length));
        Assert.Equal(Enumerable.Range(0, 103), parts.SelectMany(p => p).Order());
        Assert.NotEqual(Enumerable.Range(0, 72), parts[0]);
        Assert.Throws<ArgumentException>(() => Split.Random(10, [0.5, 0.4], new PhiloxRandom(1)));
        Assert.Throws<ArgumentException>(() => Split.Random(10, [1.5, -0.5], new PhiloxRandom(1)));
    }

    [Fact]
    public void StratifiedSplitsKeepTheClassesShares()
    {
        long[] classes = [.. Enumerable.Range(0, 100).Select(i => i < 80 ? 0L : i < 95 ? 1 : 2)];
        var parts = Split.Stratified(classes, [0.8, 0.2], new PhiloxRandom(1));
        Assert.Equal(Enumerable.Range(0, 100), parts.SelectMany(p => p).Order());
        Assert.Equal([16, 3, 1], new long[] { 0, 1, 2 }.Select(c => parts[1].Count(i => classes[i] == c)));

        foreach (var (train, test) in Split.StratifiedKFold(classes, 5, new PhiloxRandom(2)))
        {
            Assert.Equal(Enumerable.Range(0, 100), train.Concat(test).Order());
            Assert.Equal([16, 3, 1], new long[] { 0, 1, 2 }.Select(c => test.Count(i => classes[i] == c)));
        }
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(10, 10)]
    [InlineData(7, 2)]
    public void EveryExampleIsTestedInOneFold(int count, int folds)
    {
        foreach (var generator in new RandomGenerator?[] { null, new PhiloxRandom(3) })
        {
            var all = Split.KFold(count, folds, generator);
            Assert.Equal(folds, all.Length);
            Assert.Equal(Enumerable.Range(0, count), all.SelectMany(f => f.Test).Order());
            Assert.All(all, fold => Assert.Equal(Enumerable.Range(0, count), fold.Train.Concat(fold.Test).Order()));
            Assert.InRange(all.Max(f => f.Test.Length) - all.Min(f => f.Test.Length), 0, 1);
        }
        Assert.Equal([0, 1, 2, 3], Split.KFold(10, 3)[0].Test);
        Assert.Throws<ArgumentException>(() => Split.KFold(3, 4));
        Assert.Throws<ArgumentException>(() => Split.KFold(3, 1));
    }

    [Fact]
    public void SequencesArePadded()
    {
        var batch = Collate.Pad([[1, 2, 3], [4], []], padding: 9, multipleOf: 4);
        Assertions.Close(Tensor.From([[1L, 2, 3, 9], [4, 9, 9, 9], [9, 9, 9, 9]]), batch.Ids, 0);
        Assert.Equal([true, true, true, false, true, false, false, false, false, false, false, false], batch.Mask.ToArray<bool>());
        Assert.Equal([3, 1, 0], batch.Lengths.ToArray<long>());
        Assert.Throws<ArgumentException>(() => Collate.Pad([[1]], multipleOf: 0));
        Assert.Equal([0, 0], Collate.Pad([]).Ids.Shape);
    }

    [Fact]
    public void StackingUnequalExamplesIsRefused()
    {
        Assert.Contains("example 1", Assert.Throws<ArgumentException>(() => Collate.Stack([Tensor.Zeros([2]), Tensor.Zeros([3])])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Collate.Stack([]));
        Assertions.Close(Tensor.From([[1f, 3], [2, 4]]), Collate.Stack([Tensor.From([[1f, 2], [3, 4]]).T[0], Tensor.From([[1f, 2], [3, 4]]).T[1]]), 0);
    }

    private static DataLoader<int, int[]> Loader(int count = 10, int batchSize = 3, RandomGenerator? shuffle = null, bool dropLast = false, int prefetch = 0) =>
        new(Datasets.From(Enumerable.Range(0, count).ToArray()), batchSize, batch => [.. batch], shuffle, dropLast, prefetch);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void BatchesComeInOrderOrShuffledAnewEachEpoch(int prefetch)
    {
        Assert.Equal<int[]>([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]], Loader(prefetch: prefetch));
        Assert.Equal<int[]>([[0, 1, 2], [3, 4, 5], [6, 7, 8]], Loader(dropLast: true, prefetch: prefetch));
        Assert.Empty(Loader(count: 2, dropLast: true, prefetch: prefetch));
        Assert.Empty(Loader(count: 0, prefetch: prefetch));
        var loader = Loader(shuffle: new PhiloxRandom(4), prefetch: prefetch);
        int[] first = [.. loader.SelectMany(b => b)], second = [.. loader.SelectMany(b => b)];
        Assert.Equal(Enumerable.Range(0, 10), first.Order());
        Assert.Equal(Enumerable.Range(0, 10), second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first, Loader(shuffle: new PhiloxRandom(4)).SelectMany(b => b));
    }

    /// <summary>From a state taken anywhere, a new loader yields exactly what the old one would have, to the end of the next epoch.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void ARestoredLoaderGoesOnExactly(int prefetch)
    {
        for (int stop = 0; stop <= 8; stop++)
        {
            var original = Loader(shuffle: new NumPyRandom(5), prefetch: prefetch);
            var state = original.State;
            var rest = new List<int[]>();
            int taken = 0;
            for (int epoch = 0; epoch < 3; epoch++)
            {
                foreach (var batch in original)
                {
                    if (taken >= stop) rest.Add(batch);
                    if (++taken == stop) state = original.State;
                }
            }
            var resumed = Loader(shuffle: new NumPyRandom(99), prefetch: prefetch);
            resumed.Restore(state);
            Assert.Equal(state, resumed.State);
            var continued = new List<int[]>();
            while (continued.Count < rest.Count) continued.AddRange(resumed);
            Assert.Equal<int[]>(rest, continued);
        }
    }

    [Fact]
    public void AnEpochThatIsLeftEarlyIsOver()
    {
        var loader = Loader(shuffle: new PhiloxRandom(6), prefetch: 2);
        Assert.Equal(3, loader.First().Length);
        Assert.Equal(Enumerable.Range(0, 10), loader.SelectMany(b => b).Order());
    }

    [Fact]
    public void AForeignStateIsRefused()
    {
        var shuffled = Loader(shuffle: new PhiloxRandom(1));
        Assert.Throws<ArgumentException>(() => shuffled.Restore([]));
        Assert.Throws<ArgumentException>(() => shuffled.Restore(Loader().State));
        Assert.Throws<ArgumentException>(() => Loader().Restore(shuffled.State));
        Assert.Throws<ArgumentException>(() => shuffled.Restore(Loader(shuffle: new NumPyRandom(1)).State));
        var late = Loader(count: 100);
        using (var batches = late.GetEnumerator())
        {
            for (int i = 0; i < 20; i++) batches.MoveNext();
        }
        Assert.Contains("batch 20", Assert.Throws<ArgumentException>(() => Loader().Restore(late.State)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Loader(batchSize: 0));
        Assert.Throws<ArgumentException>(() => Loader(prefetch: -1));
    }

    private sealed class Failing : IDataset<int>
    {
        public int Count => 10;

        public int this[int index] => index < 5 ? index : throw new DataFileException("5.png", "it is broken.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void AFailureReachesTheCallerAfterTheBatchesBeforeIt(int prefetch)
    {
        var loader = new DataLoader<int, int>(new Failing(), 2, batch => batch.Sum(), prefetch: prefetch);
        var seen = new List<int>();
        var error = Assert.Throws<DataFileException>(() =>
        {
            foreach (int batch in loader) seen.Add(batch);
        });
        Assert.Equal("5.png: it is broken.", error.Message);
        Assert.Equal([1, 5], seen);
    }

    [Fact]
    public void LeavingEarlyEndsTheThread()
    {
        int fetched = 0, running = 0;
        var data = Datasets.From(Enumerable.Range(0, 1000).ToArray()).Map(i =>
        {
            Interlocked.Increment(ref running);
            Interlocked.Increment(ref fetched);
            Interlocked.Decrement(ref running);
            return i;
        });
        var loader = new DataLoader<int, int>(data, 1, batch => batch[0], prefetch: 3);
        foreach (int batch in loader)
        {
            if (batch == 4) break;
        }
        int after = fetched;
        // five taken, three ready, one in hand
        Assert.InRange(after, 5, 9);
        Thread.Sleep(20);
        Assert.Equal((after, 0), (fetched, running));
    }

    [Fact]
    public void TensorsTravelThroughALoader()
    {
        var loader = new DataLoader<Tensor[], Tensor[]>(new TensorDataset(Tensor.Arange(10).Reshape(5, 2), Tensor.Arange(5)), 2, Collate.StackEach, prefetch: 1);
        var batches = loader.ToArray();
        Assertions.Close(Tensor.From([[4L, 5], [6, 7]]), batches[1][0], 0);
        Assertions.Close(Tensor.From([4L]), batches[2][1], 0);
    }
}
