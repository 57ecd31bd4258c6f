using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>One numbered piece of a parallel loop; pieces may run in any order and on any thread.</summary>
internal interface IChunkBody
{
    void Invoke(int chunk);
}

/// <summary>A piece [start, end) of a parallel loop over a range.</summary>
internal interface IRangeBody
{
    void Invoke(int start, int end);
}

/// <summary>
/// The engine's own thread pool: workers spin some microseconds for the next loop before they sleep, and a loop costs no allocation
/// (the body is a struct on the caller's stack). How a loop is cut never depends on the number of threads, so results do not either.
/// Every thread begins with its own share, neighbouring chunks, so that the next loop finds what this one wrote in the same thread's
/// cache; whoever is done takes chunks of the others. One loop owns the workers at a time: a nested loop, or one from another user
/// thread meanwhile, simply runs on its own thread.
/// </summary>
internal static unsafe class Threads
{
    /// <summary>Below this much estimated work, waking others costs more than it saves.</summary>
    public const double SerialNanoseconds = 30_000;

    private const int SpinsBeforeSleep = 600, MostShares = 64;
    private static readonly object Gate = new();
    private static readonly List<Thread> Workers = [];
    private static readonly Share[] Shares = GC.AllocateArray<Share>(MostShares, pinned: true);
    private static int count = ReadCount(Environment.GetEnvironmentVariable("BAEUM_THREADS"));
    private static int owned;
    private static int sleeping;

    // the current loop
    private static delegate*<void*, int, void> run;
    private static void* body;
    private static int shareCount;
    private static long generation;
    private static int finished;
    private static ExceptionDispatchInfo? failure;

    /// <summary>A thread's chunks of the current loop, in cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Share
    {
        // generation << 32 | next chunk: taking a chunk by compare-and-swap proves that the fields read before it belong to this loop
        [FieldOffset(0)] public long Ticket;
        [FieldOffset(8)] public int End;
    }

    /// <summary>Threads that work on a loop, the calling one included.</summary>
    public static int Count
    {
        get => count;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            count = value;
        }
    }

    /// <summary>Runs chunks 0 … chunks-1. <paramref name="nanoseconds"/> is the estimated work of all of them together.</summary>
    public static void For<TBody>(int chunks, double nanoseconds, ref TBody body) where TBody : struct, IChunkBody, allows ref struct
    {
        if (chunks <= 1 || nanoseconds < SerialNanoseconds || count == 1 || Interlocked.CompareExchange(ref owned, 1, 0) != 0)
        {
            for (int chunk = 0; chunk < chunks; chunk++) body.Invoke(chunk);
            return;
        }
        try
        {
            RunParallel(chunks, &Call<TBody>, Unsafe.AsPointer(ref body));
        }
        finally
        {
            Volatile.Write(ref owned, 0);
        }
    }

    /// <summary>Cuts [0, length) into pieces of <paramref name="grain"/> and runs them.</summary>
    public static void ForRange<TBody>(int length, int grain, double nanosecondsPerItem, ref TBody body) where TBody : struct, IRangeBody, allows ref struct
    {
        if (length <= grain || count == 1 || length * nanosecondsPerItem < SerialNanoseconds)
        {
            // Whole pieces even when serial: a body may compute one partial result for each.
            for (long start = 0; start < length; start += grain) body.Invoke((int)start, (int)Math.Min(start + grain, length));
            return;
        }
        var chunks = new RangeChunks<TBody>(ref body, length, grain);
        For((int)(((long)length + grain - 1) / grain), length * nanosecondsPerItem, ref chunks);
    }

    internal static int ReadCount(string? asked)
    {
        if (string.IsNullOrWhiteSpace(asked)) return Environment.ProcessorCount;
        return int.TryParse(asked, NumberStyles.Integer, CultureInfo.InvariantCulture, out int threads) && threads >= 1
            ? threads
            : throw new ArgumentException($"BAEUM_THREADS is '{asked}'; it takes a whole number from 1.");
    }

    private static void Call<TBody>(void* body, int chunk) where TBody : struct, IChunkBody, allows ref struct =>
        Unsafe.AsRef<TBody>(body).Invoke(chunk);

    private static void RunParallel(int chunks, delegate*<void*, int, void> call, void* state)
    {
        StartWorkers();
        // Closed while the fields change: a worker that still holds a ticket of the last loop can then not take a chunk of this one with it.
        for (int i = 0; i < shareCount; i++) Interlocked.Exchange(ref Shares[i].Ticket, generation << 32 | int.MaxValue);
        int shares = Math.Min(Math.Min(count, chunks), MostShares);
        run = call;
        body = state;
        finished = 0;
        failure = null;
        shareCount = shares;
        for (int i = 0; i < shares; i++) Shares[i].End = (int)((long)chunks * (i + 1) / shares);
        for (int i = 0; i < shares; i++) Volatile.Write(ref Shares[i].Ticket, (generation + 1) << 32 | (uint)((long)chunks * i / shares));
        Interlocked.Increment(ref generation);
        if (Volatile.Read(ref sleeping) > 0)
            lock (Gate) Monitor.PulseAll(Gate);
        RunChunks(0);
        var wait = new SpinWait();
        while (Volatile.Read(ref finished) < chunks) wait.SpinOnce(sleep1Threshold: -1);
        body = null;
        failure?.Throw();
    }

    /// <summary>Runs the chunks of a thread's own share, then what is left of the others'.</summary>
    private static void RunChunks(int thread)
    {
        int done = 0, shares = Volatile.Read(ref shareCount);
        for (int i = 0; i < shares; i++)
        {
            ref Share share = ref Shares[(thread + i) % shares];
            while (TryRunChunk(ref share)) done++;
        }
        // until this is told the loop cannot end, so all of them belong to one loop
        if (done > 0) Interlocked.Add(ref finished, done);
    }

    private static bool TryRunChunk(ref Share share)
    {
        while (true)
        {
            long seen = Volatile.Read(ref share.Ticket);
            int chunk = (int)seen;
            delegate*<void*, int, void> call = run;
            void* state = body;
            if (chunk >= Volatile.Read(ref share.End)) return false;
            if (Interlocked.CompareExchange(ref share.Ticket, seen + 1, seen) != seen) continue;
            try
            {
                call(state, chunk);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
            }
            return true;
        }
    }

    private static void StartWorkers()
    {
        while (Workers.Count < count - 1)
        {
            int index = Workers.Count;
            var thread = new Thread(() => Work(index)) { IsBackground = true, Name = FormattableString.Invariant($"Baeum {index + 1}") };
            Workers.Add(thread);
            thread.Start();
        }
    }

    private static void Work(int index)
    {
        long served = 0;
        while (true)
        {
            int spins = 0;
            while (!HasWork(index, served))
            {
                if (++spins < SpinsBeforeSleep)
                {
                    Thread.SpinWait(8);
                    continue;
                }
                lock (Gate)
                {
                    Interlocked.Increment(ref sleeping);
                    if (!HasWork(index, served)) Monitor.Wait(Gate);
                    Interlocked.Decrement(ref sleeping);
                }
                spins = 0;
            }
            served = Volatile.Read(ref generation);
            RunChunks(index + 1);
        }
    }

    private static bool HasWork(int index, long served) => index < count - 1 && Volatile.Read(ref generation) != served;

    private ref struct RangeChunks<TBody>(ref TBody body, int length, int grain) : IChunkBody where TBody : struct, IRangeBody, allows ref struct
    {
        private readonly void* body = Unsafe.AsPointer(ref body);

        public void Invoke(int chunk)
        {
            long start = (long)chunk * grain;
            Unsafe.AsRef<TBody>(body).Invoke((int)start, (int)Math.Min(start + grain, length));
        }
    }
}
