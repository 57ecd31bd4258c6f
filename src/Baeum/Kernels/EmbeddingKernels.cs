using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baeum.Kernels;

/// <summary>Rows of a table by their numbers, and the way back.</summary>
internal static class EmbeddingKernels
{
    private const int ColumnsPerPiece = 64;

    /// <summary>y[i] = table[ids[i]].</summary>
    internal static void Gather<T>(ReadOnlySpan<T> table, ReadOnlySpan<long> ids, Span<T> y, int columns) where T : unmanaged
    {
        for (int i = 0; i < ids.Length; i++) table.Slice((int)ids[i] * columns, columns).CopyTo(y[(i * columns)..]);
    }

    /// <summary>table[ids[i]] += grad[i] in the order of the ids, except for the id <paramref name="skip"/>. Threads take different columns.</summary>
    internal static void Add<T>(ReadOnlySpan<T> grad, ReadOnlySpan<long> ids, Span<T> table, int columns, long skip) where T : unmanaged, INumber<T>
    {
        var body = new AddBody<T> { Grad = grad, Ids = ids, Table = table, Columns = columns, Skip = skip };
        Threads.ForRange(columns, ColumnsPerPiece, ids.Length * 0.3, ref body);
    }

    private ref struct AddBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> Grad;
        internal ReadOnlySpan<long> Ids;
        internal Span<T> Table;
        internal int Columns;
        internal long Skip;

        public readonly void Invoke(int start, int end)
        {
            for (int i = 0; i < Ids.Length; i++)
            {
                if (Ids[i] == Skip) continue;
                WindowKernels.Add(Grad[(i * Columns + start)..(i * Columns + end)], Table[((int)Ids[i] * Columns + start)..((int)Ids[i] * Columns + end)]);
            }
        }
    }
}

/// <summary>What a mask leaves standing.</summary>
internal static class DropoutKernels
{
    private const int Grain = 16384;

    /// <summary>y = x·scale where kept, else 0.</summary>
    internal static void Keep<T>(ReadOnlySpan<T> x, ReadOnlySpan<bool> kept, T scale, Span<T> y) where T : unmanaged, INumber<T>
    {
        var body = new KeepBody<T> { X = x, Kept = kept, Y = y, Factor = scale };
        Threads.ForRange(x.Length, Grain, 0.5, ref body);
    }

    private ref struct KeepBody<T> : IRangeBody where T : unmanaged, INumber<T>
    {
        internal ReadOnlySpan<T> X;
        internal ReadOnlySpan<bool> Kept;
        internal Span<T> Y;
        internal T Factor;

        [MethodImpl(Simd.HotLoop)]
        public readonly void Invoke(int start, int end)
        {
            ref T x = ref MemoryMarshal.GetReference(X), y = ref MemoryMarshal.GetReference(Y);
            ref byte kept = ref Unsafe.As<bool, byte>(ref MemoryMarshal.GetReference(Kept));
            // a table of two factors instead of a branch that guesses wrong half the time
            Span<T> factors = [T.Zero, Factor];
            ref T factor = ref MemoryMarshal.GetReference(factors);
            int i = start;
            if (typeof(T) == typeof(float) && Simd.Level >= 256 && Avx2.IsSupported)
            {
                var wideFactor = Vector256.Create((float)(object)Factor);
                for (; i <= end - 8; i += 8)
                {
                    Vector256<int> dropped = Vector256.Equals(Avx2.ConvertToVector256Int32(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref kept, i))).AsByte()), Vector256<int>.Zero);
                    Vector256<float> scaled = Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref x), (nuint)i) * wideFactor;
                    Vector256.AndNot(scaled, dropped.AsSingle()).StoreUnsafe(ref Unsafe.As<T, float>(ref y), (nuint)i);
                }
            }
            for (; i < end; i++) Unsafe.Add(ref y, i) = Unsafe.Add(ref x, i) * Unsafe.Add(ref factor, Unsafe.Add(ref kept, i) & 1);
        }
    }
}
