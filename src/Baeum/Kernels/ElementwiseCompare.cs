using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>Maps whose result or condition is bool: comparisons, tests such as IsNaN, and y = condition ? a : b.</summary>
internal static partial class Elementwise
{
    /// <summary>y = f(a, b) for a function that gives a mask; strides as in <see cref="Binary{T,TFunction}(ReadOnlySpan{int},ReadOnlySpan{T},ReadOnlySpan{int},ReadOnlySpan{T},ReadOnlySpan{int},Span{T},in TFunction)"/>.</summary>
    [SkipLocalsInit]
    public static void Compare<T, TFunction>(ReadOnlySpan<int> shape, ReadOnlySpan<T> a, ReadOnlySpan<int> aStrides, ReadOnlySpan<T> b, ReadOnlySpan<int> bStrides, Span<bool> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        var layout = new Layout(shape, aStrides, bStrides, default, 2);
        if (layout.Length == 0) return;
        Check(layout, 0, a.Length, y.Length);
        Check(layout, 1, b.Length, y.Length);
        var body = new CompareBody<T, TFunction> { A = a, B = b, Y = y, Layout = layout, Function = function };
        RunRows(layout, TFunction.Nanoseconds, ref body);
    }

    /// <summary>y[i] = f(a[i], b[i]) for a function that gives a mask.</summary>
    public static void Compare<T, TFunction>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction => Compare([y.Length], a, [1], b, [1], y, in function);

    /// <summary>y = f(x) for a function that gives a mask.</summary>
    public static void Test<T, TFunction>(ReadOnlySpan<int> shape, ReadOnlySpan<T> x, ReadOnlySpan<int> strides, Span<bool> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction => Compare(shape, x, strides, x, strides, y, new OfFirst<TFunction>(function));

    /// <summary>y[i] = f(x[i]) for a function that gives a mask.</summary>
    public static void Test<T, TFunction>(ReadOnlySpan<T> x, Span<bool> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction => Test([y.Length], x, [1], y, in function);

    /// <summary>y = condition ? a : b; strides as in Binary.</summary>
    [SkipLocalsInit]
    public static void Where<T>(ReadOnlySpan<int> shape, ReadOnlySpan<bool> condition, ReadOnlySpan<int> conditionStrides, ReadOnlySpan<T> a, ReadOnlySpan<int> aStrides, ReadOnlySpan<T> b, ReadOnlySpan<int> bStrides, Span<T> y)
        where T : unmanaged
    {
        var layout = new Layout(shape, conditionStrides, aStrides, bStrides, 3);
        if (layout.Length == 0) return;
        Check(layout, 0, condition.Length, y.Length);
        Check(layout, 1, a.Length, y.Length);
        Check(layout, 2, b.Length, y.Length);
        var body = new WhereBody<T> { Condition = condition, A = a, B = b, Y = y, Layout = layout };
        RunRows(layout, 0.8, ref body);
    }

    [MethodImpl(Simd.HotLoop)]
    internal static void CompareWide<TV, T, TFunction>(ref T a, nint aStride, ref T b, nint bStride, ref bool y, nint n, in TFunction function)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        TFunction f = function;
        nint i = 0;
        if (n >= TV.Count && (nuint)aStride <= 1 && (nuint)bStride <= 1)
        {
            TV left = TV.Broadcast(a), right = TV.Broadcast(b);
            for (; i <= n - TV.Count; i += TV.Count)
            {
                if (aStride != 0) left = TV.Load(ref Unsafe.Add(ref a, i));
                if (bStride != 0) right = TV.Load(ref Unsafe.Add(ref b, i));
                StoreBits(TV.Bits(f.Invoke<TV, T>(left, right)), TV.Count, ref Unsafe.As<bool, byte>(ref Unsafe.Add(ref y, i)));
            }
        }
        for (; i < n; i++)
        {
            ScalarSimd<T> mask = f.Invoke<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref a, i * aStride)), ScalarSimd<T>.Load(ref Unsafe.Add(ref b, i * bStride)));
            Unsafe.Add(ref y, i) = ScalarSimd<T>.Any(mask);
        }
    }

    /// <summary>Bit i becomes byte i. Multiplying copies the eight bits into every byte; each byte keeps its own and becomes 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreBits(ulong bits, int count, ref byte y)
    {
        for (int i = 0; i < count; i += 8, bits >>= 8)
        {
            ulong spread = ((bits & 0xFF) * 0x0101010101010101UL) & 0x8040201008040201UL;
            ulong bytes = ((spread + 0x7F7F7F7F7F7F7F7FUL) >> 7) & 0x0101010101010101UL;
            if (!BitConverter.IsLittleEndian) bytes = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bytes);
            if (count >= 8) Unsafe.WriteUnaligned(ref Unsafe.Add(ref y, i), bytes);
            else if (count == 4) Unsafe.WriteUnaligned(ref y, (uint)bytes);
            else if (count == 2) Unsafe.WriteUnaligned(ref y, (ushort)bytes);
            else y = (byte)bytes;
        }
    }

    private readonly struct OfFirst<TFunction>(TFunction function) : IBinaryFunction where TFunction : struct, IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => function.Invoke<TV, T>(a);
    }

    private ref struct CompareBody<T, TFunction> : IRowBody where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        public ReadOnlySpan<T> A, B;
        public Span<bool> Y;
        public Layout Layout;
        public TFunction Function;

        public readonly void Row(long row, nint column, nint output, nint n)
        {
            nint aStride = Layout.InnerStride(0), bStride = Layout.InnerStride(1);
            ref T a = ref Unsafe.Add(ref MemoryMarshal.GetReference(A), Layout.Offset(0, row) + column * aStride);
            ref T b = ref Unsafe.Add(ref MemoryMarshal.GetReference(B), Layout.Offset(1, row) + column * bStride);
            ref bool y = ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), output);
            switch (Simd.Level)
            {
                case 512: CompareWide<Vector512Simd<T>, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in Function); break;
                case 256: CompareWide<Vector256Simd<T>, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in Function); break;
                case 128: CompareWide<Vector128Simd<T>, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in Function); break;
                default: CompareWide<ScalarSimd<T>, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in Function); break;
            }
        }
    }

    private ref struct WhereBody<T> : IRowBody where T : unmanaged
    {
        public ReadOnlySpan<bool> Condition;
        public ReadOnlySpan<T> A, B;
        public Span<T> Y;
        public Layout Layout;

        [MethodImpl(Simd.HotLoop)]
        public readonly void Row(long row, nint column, nint output, nint n)
        {
            nint cStride = Layout.InnerStride(0), aStride = Layout.InnerStride(1), bStride = Layout.InnerStride(2);
            ref bool c = ref Unsafe.Add(ref MemoryMarshal.GetReference(Condition), Layout.Offset(0, row) + column * cStride);
            ref T a = ref Unsafe.Add(ref MemoryMarshal.GetReference(A), Layout.Offset(1, row) + column * aStride);
            ref T b = ref Unsafe.Add(ref MemoryMarshal.GetReference(B), Layout.Offset(2, row) + column * bStride);
            ref T y = ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), output);
            for (nint i = 0; i < n; i++)
            {
                T whenTrue = Unsafe.Add(ref a, i * aStride), whenFalse = Unsafe.Add(ref b, i * bStride);
                Unsafe.Add(ref y, i) = Unsafe.Add(ref c, i * cStride) ? whenTrue : whenFalse;
            }
        }
    }
}
