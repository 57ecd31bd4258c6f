using System.Runtime.ExceptionServices;

namespace Baeum;

/// <summary>Makes numbered things ahead on one thread of its own, in order and never more than a few too many.</summary>
internal sealed class Prefetcher<T> : IDisposable
{
    private readonly Queue<T> ready = new();
    private readonly object gate = new();
    private readonly Thread thread;
    private ExceptionDispatchInfo? failure;
    private bool stopped;

    internal Prefetcher(int first, int end, int ahead, Func<int, T> make)
    {
        thread = new Thread(() => Run(first, end, ahead, make)) { IsBackground = true, Name = "Baeum prefetch" };
        thread.Start();
    }

    private void Run(int first, int end, int ahead, Func<int, T> make)
    {
        try
        {
            for (int i = first; i < end; i++)
            {
                var made = make(i);
                lock (gate)
                {
                    while (ready.Count >= ahead && !stopped) Monitor.Wait(gate);
                    if (stopped) return;
                    ready.Enqueue(made);
                    Monitor.PulseAll(gate);
                }
            }
        }
        catch (Exception error)
        {
            lock (gate)
            {
                failure = ExceptionDispatchInfo.Capture(error);
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>The next thing; where making it failed, the failure, thrown again here.</summary>
    internal T Take()
    {
        lock (gate)
        {
            while (ready.Count == 0 && failure is null) Monitor.Wait(gate);
            if (ready.TryDequeue(out var made))
            {
                Monitor.PulseAll(gate);
                return made;
            }
            failure!.Throw();
            throw failure.SourceException;
        }
    }

    /// <summary>Stops the thread and waits until it has ended.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
        thread.Join();
    }
}
