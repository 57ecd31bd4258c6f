using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

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
/// One loop owns the workers at a time: a nested loop, or one from another user thread meanwhile, simply runs on its own thread.
/// </summary>
internal static unsafe class Threads
{
    /// <summary>Below this much estimated work, waking others costs more than it saves.</summary>
    public const double SerialNanoseconds = 30_000;

    private const int SpinsBeforeSleep = 600;
    private static readonly object Gate = new();
    private static readonly List<Thread> Workers = [];
    private static int count = ReadCount(Environment.GetEnvironmentVariable("BAEUM_THREADS"));
    private static int owned;
    private static int sleeping;

    // The current loop. ticket = generation << 32 | next chunk: taking a chunk by compare-and-swap proves that the fields read before it belong to this loop.
    private static delegate*<void*, int, void> run;
    private static void* body;
    private static int chunkCount;
    private static long ticket;
    private static int finished;
    private static ExceptionDispatchInfo? failure;

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
        long generation = ticket >> 32;
        // Closed while the fields change: a worker that still holds the last loop's ticket can then not take a chunk of this one with it.
        Interlocked.Exchange(ref ticket, generation << 32 | int.MaxValue);
        run = call;
        body = state;
        chunkCount = chunks;
        finished = 0;
        failure = null;
        Interlocked.Exchange(ref ticket, (generation + 1) << 32);
        if (Volatile.Read(ref sleeping) > 0)
            lock (Gate) Monitor.PulseAll(Gate);
        while (TryRunChunk()) { }
        var wait = new SpinWait();
        while (Volatile.Read(ref finished) < chunks) wait.SpinOnce(sleep1Threshold: -1);
        body = null;
        failure?.Throw();
    }

    private static bool TryRunChunk()
    {
        while (true)
        {
            long seen = Volatile.Read(ref ticket);
            int chunk = (int)seen;
            delegate*<void*, int, void> call = run;
            void* state = body;
            if (chunk >= Volatile.Read(ref chunkCount)) return false;
            if (Interlocked.CompareExchange(ref ticket, seen + 1, seen) != seen) continue;
            try
            {
                call(state, chunk);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(error), null);
            }
            Interlocked.Increment(ref finished);
            return true;
        }
    }

    private static bool HasWork => (int)Volatile.Read(ref ticket) < Volatile.Read(ref chunkCount);

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
        while (true)
        {
            int spins = 0;
            while (!(index < count - 1 && HasWork))
            {
                if (++spins < SpinsBeforeSleep)
                {
                    Thread.SpinWait(8);
                    continue;
                }
                lock (Gate)
                {
                    Interlocked.Increment(ref sleeping);
                    if (!(index < count - 1 && HasWork)) Monitor.Wait(Gate);
                    Interlocked.Decrement(ref sleeping);
                }
                spins = 0;
            }
            while (index < count - 1 && TryRunChunk()) { }
        }
    }

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
