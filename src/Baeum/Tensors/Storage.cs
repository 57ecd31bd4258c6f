using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum;

/// <summary>The memory behind a tensor and all of its views: one managed array, often from the pool.</summary>
internal sealed class Storage
{
    private Array? data;
    private readonly bool pooled;

    internal readonly DType DType;

    /// <summary>The first element in use.</summary>
    internal readonly int Start;

    /// <summary>Behind the last element in use; a pooled array may be longer.</summary>
    internal readonly int End;

    /// <summary>Counts in-place changes, so that a backward pass notices that a saved tensor was overwritten.</summary>
    internal int Version;

    /// <summary>The operation that last changed the elements in place.</summary>
    internal string? LastWriter;

    /// <summary>A gradient in this memory was already handed on: whoever gets it again must copy.</summary>
    internal bool Claimed;

    /// <summary>The scope that will give the memory back, if any.</summary>
    internal TensorScope? Owner;

    private Storage(Array data, DType dtype, int length, bool pooled)
    {
        this.data = data;
        this.pooled = pooled;
        // vectors that lie across two cache lines are loaded more slowly
        Start = pooled ? TensorPool.FirstLine(data, dtype, length) : 0;
        DType = dtype;
        End = Start + length;
    }

    /// <summary>Takes memory from the pool (large) or from the garbage collector (small); its contents are not defined.</summary>
    internal static Storage Allocate(DType dtype, int length)
    {
        var array = TensorPool.Rent(dtype, length, out bool pooled);
        var storage = new Storage(array, dtype, length, pooled);
        storage.GoToScope();
        return storage;
    }

    /// <summary>Uses an array of the caller's.</summary>
    internal static Storage Wrap<T>(T[] data) => new(data, DTypes.Of<T>(), data.Length, pooled: false);

    internal bool IsReleased => data is null;

    /// <summary>Lets the current scope of this thread give the memory back; what the garbage collector keeps needs none.</summary>
    internal void GoToScope()
    {
        if (pooled) TensorScope.Adopt(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T At<T>(int offset)
    {
        if (data is not { } array) throw Released();
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<T[]>(array)), offset);
    }

    /// <summary>Gives the memory back; every later use throws.</summary>
    internal void Release()
    {
        // only the pool must never see an array twice
        if (!pooled) data = null;
        else if (Interlocked.Exchange(ref data, null) is { } array) TensorPool.Return(array, DType);
        Owner = null;
    }

    internal void Wrote(string operation)
    {
        Version++;
        LastWriter = operation;
    }

    private static InvalidOperationException Released() => new(
        $"{OperationName.OfCaller()}: a tensor's memory was already given back, by Dispose() or at the end of its TensorScope. " +
        "Name the tensor in scope.Keep(...), or Clone() it outside the scope.");
}
