using Baeum.Kernels;

namespace Baeum.Tests;

/// <summary>The engine's number of threads, for the time of an action; what changes it runs alone.</summary>
internal static class ThreadCount
{
    internal static void With(int threads, Action action)
    {
        int before = Threads.Count;
        Threads.Count = threads;
        try
        {
            action();
        }
        finally
        {
            Threads.Count = before;
        }
    }
}
