using Baeum.Kernels;

namespace Baeum.Tests.Kernels;

[Collection("alone")]
public class ThreadsTests
{
    private struct Mark(int[] hits) : IChunkBody
    {
        public readonly void Invoke(int chunk) => Interlocked.Increment(ref hits[chunk]);
    }

    private struct Nested(int[] hits) : IChunkBody
    {
        public readonly void Invoke(int chunk)
        {
            var inner = new Mark(hits);
            Threads.For(hits.Length, 1e9, ref inner);
        }
    }

    private struct Fail : IChunkBody
    {
        public readonly void Invoke(int chunk)
        {
            if (chunk == 5) throw new InvalidOperationException("chunk five");
        }
    }

    /// <summary>The first chunk ends only after all others have.</summary>
    private struct FirstWaits(int[] hits) : IChunkBody
    {
        public readonly void Invoke(int chunk)
        {
            int[] all = hits;
            Interlocked.Increment(ref all[chunk]);
            if (chunk == 0) Assert.True(SpinWait.SpinUntil(() => all.All(h => Volatile.Read(ref h) == 1), TimeSpan.FromSeconds(30)));
        }
    }

    private struct Pieces(int[] hits) : IRangeBody
    {
        public readonly void Invoke(int start, int end)
        {
            for (int i = start; i < end; i++) hits[i] += start + 1;
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(5)]
    public void EveryChunkRunsOnce(int threads)
    {
        int before = Threads.Count;
        Threads.Count = threads;
        try
        {
            for (int round = 0; round < 200; round++)
            {
                var hits = new int[1 + round % 37];
                var body = new Mark(hits);
                Threads.For(hits.Length, 1e9, ref body);
                Assert.All(hits, h => Assert.Equal(1, h));
            }
        }
        finally
        {
            Threads.Count = before;
        }
    }

    [Fact]
    public void ShortLoopsOfChangingLengthAndThreadsLoseNoChunk() => ThreadCount.With(2, () =>
    {
        for (int round = 0; round < 20_000; round++)
        {
            Threads.Count = 2 + round / 50 % 4;
            var hits = new int[2 + round % 11];
            var body = new Mark(hits);
            Threads.For(hits.Length, 1e9, ref body);
            if (hits.Any(h => h != 1)) Assert.Fail($"round {round}: {string.Join(' ', hits)}");
        }
    });

    [Theory]
    [InlineData(2), InlineData(3)]
    public void AThreadThatIsDoneTakesWhatIsLeftOfAnothersShare(int threads) => ThreadCount.With(threads, () =>
    {
        var hits = new int[24];
        var body = new FirstWaits(hits);
        Threads.For(hits.Length, 1e9, ref body);
        Assert.All(hits, h => Assert.Equal(1, h));
    });

    [Fact]
    public void NestedLoopsFinish()
    {
        var hits = new int[10];
        var body = new Nested(hits);
        Threads.For(7, 1e9, ref body);
        Assert.All(hits, h => Assert.Equal(7, h));
    }

    [Fact]
    public void ExceptionsReachTheCallerAndThePoolSurvives()
    {
        for (int i = 0; i < 20; i++)
        {
            var body = new Fail();
            Assert.Equal("chunk five", Assert.Throws<InvalidOperationException>(() => { var b = body; Threads.For(9, 1e9, ref b); }).Message);
        }
        EveryChunkRunsOnce(2);
    }

    [Fact]
    public void SeveralUserThreadsAtOnce()
    {
        var users = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int round = 0; round < 300; round++)
            {
                var hits = new int[23];
                var body = new Mark(hits);
                Threads.For(23, 1e9, ref body);
                if (hits.Any(h => h != 1)) throw new InvalidOperationException("a chunk was lost");
            }
        })).ToList();
        users.ForEach(u => u.Start());
        users.ForEach(u => u.Join());
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(99), InlineData(100), InlineData(101), InlineData(1234)]
    public void PiecesDoNotDependOnTheNumberOfThreads(int length)
    {
        int[] Run(int threads)
        {
            int before = Threads.Count;
            Threads.Count = threads;
            var hits = new int[length];
            var body = new Pieces(hits);
            Threads.ForRange(length, 100, 1e6, ref body);
            Threads.Count = before;
            return hits;
        }
        Assert.Equal(Run(1), Run(3));
        Assert.Equal(Enumerable.Range(0, length).Select(i => i / 100 * 100 + 1), Run(1));
    }

    [Fact]
    public void BadSettingsSayWhatTheyTake()
    {
        Assert.Contains("whole number", Assert.Throws<ArgumentException>(() => Threads.ReadCount("many")).Message);
        Assert.Contains("scalar, 128", Assert.Throws<ArgumentException>(() => Simd.Choose("1024")).Message);
        Assert.Equal(0, Simd.Choose("scalar"));
        Assert.Equal(128, Simd.Choose("128"));
    }
}
