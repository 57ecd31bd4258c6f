using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum;

/// <summary>Keeps arrays that tensors gave back, so that a training step allocates nothing large.</summary>
/// <remarks>
/// Sizes are rounded up to four classes a power of two (at most a quarter is wasted); where a class is empty, an array of up to twice the
/// size serves, so that sequences of many lengths share the memory of the longest. An array is a cache line longer, so that its
/// tensor can begin at one. Arrays below <see cref="SmallestPooledBytes"/> are left to the garbage collector,
/// which is faster for them. <c>BAEUM_POISON=1</c> pools everything and fills what comes back with NaN.
/// </remarks>
public static class TensorPool
{
    /// <summary>Tensors of fewer bytes than this are allocated as ordinary arrays.</summary>
    public const int SmallestPooledBytes = 512;

    /// <summary>Whether returned memory is overwritten with NaN to uncover uses after release.</summary>
    public static readonly bool Poison = Environment.GetEnvironmentVariable("BAEUM_POISON") is "1" or "true";

    private const int LineBytes = 64;
    private static readonly Shelf[] Shelves = [.. Enum.GetValues<DType>().Select(_ => new Shelf())];

    /// <summary>How often tensors took memory from the pool since the start.</summary>
    public static long Rented => Shelves.Sum(shelf => Volatile.Read(ref shelf.Rented));

    /// <summary>How often memory came back since the start.</summary>
    public static long Returned => Shelves.Sum(shelf => Volatile.Read(ref shelf.Returned));

    /// <summary>How often the pool had nothing that fitted and allocated.</summary>
    public static long Allocated => Shelves.Sum(shelf => Volatile.Read(ref shelf.Allocated));

    /// <summary>Bytes that wait in the pool.</summary>
    public static long IdleBytes => Shelves.Sum(shelf => Volatile.Read(ref shelf.IdleBytes));

    /// <summary>Leaves everything that waits in the pool to the garbage collector.</summary>
    public static void Trim()
    {
        foreach (var shelf in Shelves) shelf.Trim();
    }

    internal static Array Rent(DType dtype, int length, out bool pooled)
    {
        pooled = Poison || (length >= SmallestPooledBytes / 8 && (long)length * dtype.ByteSize() >= SmallestPooledBytes);
        if (!pooled) return dtype == DType.Float32 ? new float[length] : New(dtype, length);
        int sizeClass = ClassOf(length, out int rounded);
        return Shelves[(int)dtype].Take(sizeClass, dtype.ByteSize()) ?? New(dtype, Math.Min(rounded + Slack(dtype), Array.MaxLength));
    }

    /// <summary>Where a pooled array's first whole cache line begins, in elements. Should the collector move the array, it is as correct as
    /// before, only no longer at a line.</summary>
    internal static unsafe int FirstLine(Array array, DType dtype, int length)
    {
        int bytes = dtype.ByteSize();
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
        int start = (int)((LineBytes - address % LineBytes) % LineBytes) / bytes;
        return start + length <= array.Length ? start : 0;
    }

    internal static void Return(Array array, DType dtype)
    {
        if (Poison) Fill(array);
        Shelves[(int)dtype].Put(ClassOf(array.Length - Slack(dtype), out _), array, (long)array.Length * dtype.ByteSize());
    }

    private static int Slack(DType dtype) => LineBytes / dtype.ByteSize();

    /// <summary>The size class of a length: four steps a power of two.</summary>
    private static int ClassOf(int length, out int rounded)
    {
        if (length <= 8)
        {
            rounded = 8;
            return 0;
        }
        int log = BitOperations.Log2((uint)(length - 1));
        int quarter = ((length - 1) >> (log - 2)) & 3;
        long size = (1L << log) + (quarter + 1L) * (1L << (log - 2));
        rounded = (int)Math.Min(size, Array.MaxLength);
        return log * 4 + quarter;
    }

    private static Array New(DType dtype, int length) => dtype switch
    {
        DType.Float32 => GC.AllocateUninitializedArray<float>(length),
        DType.Float64 => GC.AllocateUninitializedArray<double>(length),
        DType.Int64 => GC.AllocateUninitializedArray<long>(length),
        DType.Bool => GC.AllocateUninitializedArray<bool>(length),
        DType.Float16 => GC.AllocateUninitializedArray<Half>(length),
        _ => GC.AllocateUninitializedArray<ushort>(length),
    };

    private static void Fill(Array array)
    {
        switch (array)
        {
            case float[] x: x.AsSpan().Fill(float.NaN); break;
            case double[] x: x.AsSpan().Fill(double.NaN); break;
            case long[] x: x.AsSpan().Fill(long.MinValue); break;
            case bool[] x: x.AsSpan().Fill(true); break;
            case Half[] x: x.AsSpan().Fill(Half.NaN); break;
            case ushort[] x: x.AsSpan().Fill(0x7FC0); break;
        }
    }

    private sealed class Shelf
    {
        private const int ClassesTried = 5;

        // a structure, because storing in an array of arrays checks the type every time
        private readonly record struct Entry(Array Array);

        internal long Rented, Returned, Allocated, IdleBytes;
        private readonly Stack<Entry>[] classes = [.. Enumerable.Range(0, 32 * 4).Select(_ => new Stack<Entry>())];
        private SpinLock gate = new(enableThreadOwnerTracking: false);

        internal Array? Take(int sizeClass, int elementBytes)
        {
            using var hold = new Hold(ref gate);
            Rented++;
            for (int i = sizeClass; i < Math.Min(sizeClass + ClassesTried, classes.Length); i++)
            {
                if (!classes[i].TryPop(out var entry)) continue;
                IdleBytes -= (long)entry.Array.Length * elementBytes;
                return entry.Array;
            }
            Allocated++;
            return null;
        }

        internal void Put(int sizeClass, Array array, long bytes)
        {
            using var hold = new Hold(ref gate);
            Returned++;
            IdleBytes += bytes;
            classes[sizeClass].Push(new Entry(array));
        }

        internal void Trim()
        {
            using var hold = new Hold(ref gate);
            foreach (var stack in classes) stack.Clear();
            IdleBytes = 0;
        }

        /// <summary>The lock from here to the end of the block; it is held for some nanoseconds only, so waiting threads spin.</summary>
        private ref struct Hold
        {
            private readonly ref SpinLock gate;
            private readonly bool held;

            internal Hold(ref SpinLock gate)
            {
                this.gate = ref gate;
                gate.Enter(ref held);
            }

            public readonly void Dispose()
            {
                if (held) gate.Exit(useMemoryBarrier: false);
            }
        }
    }
}
