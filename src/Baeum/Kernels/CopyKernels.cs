using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

// Copies between strided memories of one shape, converting the elements. Dimensions that lie behind each other in both are joined, so
// that the inner loop is long; rows that are contiguous in both and of one type are moved as blocks.

internal static class CopyKernels
{
    private const int MostDimensions = 32;

    internal static void Copy<TFrom, TTo>(ReadOnlySpan<int> shape, ReadOnlySpan<TFrom> source, ReadOnlySpan<int> sourceStrides, Span<TTo> target, ReadOnlySpan<int> targetStrides)
        where TFrom : unmanaged where TTo : unmanaged
    {
        if (shape.Length > MostDimensions) throw new ArgumentException($"Copy: {shape.Length} dimensions are more than {MostDimensions}.");
        Span<int> sizes = stackalloc int[MostDimensions], from = stackalloc int[MostDimensions], to = stackalloc int[MostDimensions];
        int rank = Join(shape, sourceStrides, targetStrides, sizes, from, to);
        if (rank < 0) return;
        if (IsContiguous(sizes[..rank], to[..rank]))
        {
            if (typeof(TFrom) == typeof(TTo))
            {
                ContiguousCopy.Copy(sizes[..rank], source, from[..rank], MemoryMarshal.Cast<TTo, TFrom>(target));
                return;
            }
            if (IsContiguous(sizes[..rank], from[..rank]))
            {
                ContiguousCopy.Convert(source[..ElementCount(sizes[..rank])], target[..ElementCount(sizes[..rank])]);
                return;
            }
        }

        ref var read = ref MemoryMarshal.GetReference(source);
        ref var write = ref MemoryMarshal.GetReference(target);
        int count = sizes[rank - 1], fromStep = from[rank - 1], toStep = to[rank - 1];
        Span<int> index = stackalloc int[MostDimensions];
        index.Clear();
        nint readAt = 0, writeAt = 0;
        while (true)
        {
            Row(ref Unsafe.Add(ref read, readAt), fromStep, ref Unsafe.Add(ref write, writeAt), toStep, count);
            int d = rank - 2;
            for (; d >= 0; d--)
            {
                readAt += from[d];
                writeAt += to[d];
                if (++index[d] < sizes[d]) break;
                readAt -= (nint)from[d] * sizes[d];
                writeAt -= (nint)to[d] * sizes[d];
                index[d] = 0;
            }
            if (d < 0) return;
        }
    }

    private static int ElementCount(ReadOnlySpan<int> sizes)
    {
        int count = 1;
        foreach (int size in sizes) count *= size;
        return count;
    }

    private static bool IsContiguous(ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides)
    {
        int step = 1;
        for (int d = sizes.Length - 1; d >= 0; d--)
        {
            if (strides[d] != step) return false;
            step *= sizes[d];
        }
        return true;
    }

    /// <summary>Drops sizes of one and joins neighbours; the number of dimensions left, at least one, or -1 if there is nothing to copy.</summary>
    private static int Join(ReadOnlySpan<int> shape, ReadOnlySpan<int> sourceStrides, ReadOnlySpan<int> targetStrides, Span<int> sizes, Span<int> from, Span<int> to)
    {
        int rank = 0;
        for (int d = 0; d < shape.Length; d++)
        {
            if (shape[d] == 0) return -1;
            if (shape[d] == 1) continue;
            if (rank > 0 && from[rank - 1] == sourceStrides[d] * shape[d] && to[rank - 1] == targetStrides[d] * shape[d])
            {
                sizes[rank - 1] *= shape[d];
                (from[rank - 1], to[rank - 1]) = (sourceStrides[d], targetStrides[d]);
                continue;
            }
            (sizes[rank], from[rank], to[rank]) = (shape[d], sourceStrides[d], targetStrides[d]);
            rank++;
        }
        if (rank > 0) return rank;
        (sizes[0], from[0], to[0]) = (1, 1, 1);
        return 1;
    }

    private static void Row<TFrom, TTo>(ref TFrom source, int sourceStep, ref TTo target, int targetStep, int count) where TFrom : unmanaged where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(TTo) && targetStep == 1)
        {
            if (sourceStep == 1)
            {
                MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TFrom, TTo>(ref source), count).CopyTo(MemoryMarshal.CreateSpan(ref target, count));
                return;
            }
            if (sourceStep == 0)
            {
                MemoryMarshal.CreateSpan(ref target, count).Fill(Unsafe.As<TFrom, TTo>(ref source));
                return;
            }
        }
        for (nint i = 0; i < count; i++) Unsafe.Add(ref target, i * targetStep) = Convert<TFrom, TTo>(Unsafe.Add(ref source, i * sourceStep));
    }

    /// <summary>One element in another type: floating point to whole is cut, anything but zero is true.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TTo Convert<TFrom, TTo>(TFrom x) where TFrom : unmanaged where TTo : unmanaged
    {
        if (typeof(TFrom) == typeof(TTo)) return Unsafe.BitCast<TFrom, TTo>(x);
        if (typeof(TTo) == typeof(float)) return Unsafe.BitCast<float, TTo>(ToSingle(x));
        if (typeof(TTo) == typeof(double)) return Unsafe.BitCast<double, TTo>(ToDouble(x));
        if (typeof(TTo) == typeof(long)) return Unsafe.BitCast<long, TTo>(ToInt64(x));
        if (typeof(TTo) == typeof(bool)) return Unsafe.BitCast<bool, TTo>(ToDouble(x) != 0);
        if (typeof(TTo) == typeof(Half)) return Unsafe.BitCast<Half, TTo>((Half)ToDouble(x));
        if (typeof(TTo) == typeof(ushort)) return Unsafe.BitCast<ushort, TTo>(BFloat16.FromSingle(ToSingle(x)));
        throw new NotSupportedException($"Copy: no conversion from {typeof(TFrom).Name} to {typeof(TTo).Name}.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double ToDouble<T>(T x) where T : unmanaged =>
        typeof(T) == typeof(double) ? Unsafe.BitCast<T, double>(x)
        : typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(x)
        : typeof(T) == typeof(long) ? Unsafe.BitCast<T, long>(x)
        : typeof(T) == typeof(bool) ? Unsafe.BitCast<T, bool>(x) ? 1 : 0
        : typeof(T) == typeof(Half) ? (double)Unsafe.BitCast<T, Half>(x)
        : BFloat16.ToSingle(Unsafe.BitCast<T, ushort>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float ToSingle<T>(T x) where T : unmanaged =>
        typeof(T) == typeof(Half) ? (float)Unsafe.BitCast<T, Half>(x)
        : typeof(T) == typeof(ushort) ? BFloat16.ToSingle(Unsafe.BitCast<T, ushort>(x))
        : typeof(T) == typeof(long) ? Unsafe.BitCast<T, long>(x)
        : (float)ToDouble(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ToInt64<T>(T x) where T : unmanaged => typeof(T) == typeof(bool) ? Unsafe.BitCast<T, bool>(x) ? 1 : 0 : (long)ToDouble(x);
}

/// <summary>The upper half of a Float32, rounded to nearest, ties to even.</summary>
internal static class BFloat16
{
    internal static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    internal static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
