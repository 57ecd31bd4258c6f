using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// Maps y[i] = f(a[i]) and y[i] = f(a[i], b[i]) over strided inputs into a contiguous output. Every element gets the same bits wherever it
/// stands: ends of rows run the same instructions on one lane. Large maps are cut into pieces of <see cref="Grain"/> elements for the threads.
/// </summary>
internal static partial class Elementwise
{
    /// <summary>Elements a piece: 64 KB of floats, so that input and output of a piece fit the second cache together.</summary>
    public const int Grain = 16384;

    /// <summary>Longer rows fill registers by themselves.</summary>
    public const int LongestRepeatedRow = 31;

    private const int MostLanes = 16;

    /// <summary>y[i] = f(x[i]); y may be x.</summary>
    public static void Unary<T, TFunction>(ReadOnlySpan<T> x, Span<T> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        Same(x.Length, y.Length);
        if (y.Length <= Grain)
        {
            UnaryRow(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), y.Length, in function);
            return;
        }
        var body = new UnaryBody<T, TFunction> { X = x, Y = y, Function = function };
        Threads.ForRange(y.Length, Grain, TFunction.Nanoseconds, ref body);
    }

    /// <summary>y[i] = f(a[i], b[i]); y may be a or b.</summary>
    public static void Binary<T, TFunction>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        Same(a.Length, y.Length);
        Same(b.Length, y.Length);
        if (y.Length <= Grain)
        {
            BinaryRow(ref MemoryMarshal.GetReference(a), 1, ref MemoryMarshal.GetReference(b), 1, ref MemoryMarshal.GetReference(y), y.Length, in function);
            return;
        }
        var body = new BinaryBody<T, TFunction> { A = a, B = b, Y = y, Function = function };
        Threads.ForRange(y.Length, Grain, TFunction.Nanoseconds, ref body);
    }

    /// <summary>y = f(x) for x of any strides; y is contiguous and has the given shape.</summary>
    [SkipLocalsInit]
    public static void Unary<T, TFunction>(ReadOnlySpan<int> shape, ReadOnlySpan<T> x, ReadOnlySpan<int> strides, Span<T> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        var layout = new Layout(shape, strides, default, default, 1);
        if (layout.Length == 0) return;
        Check(layout, 0, x.Length, y.Length);
        if (layout.Rank == 1 && layout.InnerStride(0) == 1)
        {
            Unary(x[..layout.Length], y[..layout.Length], in function);
            return;
        }
        var body = new StridedUnaryBody<T, TFunction> { X = x, Y = y, Layout = layout, Function = function };
        RunRows(layout, TFunction.Nanoseconds + 0.5, ref body);
    }

    /// <summary>y = f(a, b) for inputs of any strides (0 repeats); y is contiguous and has the given shape.</summary>
    [SkipLocalsInit]
    public static void Binary<T, TFunction>(ReadOnlySpan<int> shape, ReadOnlySpan<T> a, ReadOnlySpan<int> aStrides, ReadOnlySpan<T> b, ReadOnlySpan<int> bStrides, Span<T> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        var layout = new Layout(shape, aStrides, bStrides, default, 2);
        if (layout.Length == 0) return;
        Check(layout, 0, a.Length, y.Length);
        Check(layout, 1, b.Length, y.Length);
        if (layout.Rank == 1)
        {
            nint aStride = layout.InnerStride(0), bStride = layout.InnerStride(1);
            if (aStride == 1 && bStride == 1)
            {
                Binary(a[..layout.Length], b[..layout.Length], y[..layout.Length], in function);
                return;
            }
            if (layout.Length <= Grain)
            {
                BinaryRow(ref MemoryMarshal.GetReference(a), aStride, ref MemoryMarshal.GetReference(b), bStride, ref MemoryMarshal.GetReference(y), layout.Length, in function);
                return;
            }
        }
        if (layout.Rank == 2 && layout.Inner <= LongestRepeatedRow && layout.Stride(0, 0) == layout.Inner && layout.Stride(1, 0) == 0 && layout.InnerStride(0) == 1 && layout.InnerStride(1) == 1)
        {
            BinaryRepeatedRow(a[..layout.Length], b[..layout.Inner], y[..layout.Length], in function);
            return;
        }
        var body = new StridedBinaryBody<T, TFunction> { A = a, B = b, Y = y, Layout = layout, Function = function };
        RunRows(layout, TFunction.Nanoseconds + 0.2, ref body);
    }

    /// <summary>y[i] = f(a[i], row[i mod n]) for a row of n ≤ <see cref="LongestRepeatedRow"/>: as the bias of few outputs, which would leave registers half empty.</summary>
    [SkipLocalsInit]
    public static void BinaryRepeatedRow<T, TFunction>(ReadOnlySpan<T> a, ReadOnlySpan<T> row, Span<T> y, in TFunction function = default)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        Same(a.Length, y.Length);
        if (row.Length == y.Length)
        {
            Binary(a, row, y, in function);
            return;
        }
        // repeated until registers of every width end where the row ends
        int whole = row.Length * MostLanes >> BitOperations.TrailingZeroCount(row.Length | MostLanes);
        Span<T> period = stackalloc T[Math.Min(whole, y.Length)];
        for (int i = 0, at = 0; i < period.Length; i++)
        {
            period[i] = row[at];
            if (++at == row.Length) at = 0;
        }
        var body = new RepeatedRowBody<T, TFunction> { A = a, Period = period, Y = y, Function = function };
        if (y.Length <= Grain) body.Invoke(0, y.Length);
        else Threads.ForRange(y.Length, Grain / whole * whole, TFunction.Nanoseconds, ref body);
    }

    /// <summary>y[i] = value.</summary>
    public static void Fill<T>(Span<T> y, T value) where T : unmanaged => y.Fill(value);

    /// <summary>y[i] = start + i·step, each computed by itself so that no error adds up.</summary>
    public static void Arange<T>(Span<T> y, T start, T step) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = start + T.CreateTruncating(i) * step;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void UnaryRow<T, TFunction>(ref T x, ref T y, nint n, in TFunction function)
        where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        switch (Simd.Level)
        {
            case 512: UnaryWide<Vector512Simd<T>, T, TFunction>(ref x, ref y, n, in function); break;
            case 256: UnaryWide<Vector256Simd<T>, T, TFunction>(ref x, ref y, n, in function); break;
            case 128: UnaryWide<Vector128Simd<T>, T, TFunction>(ref x, ref y, n, in function); break;
            default: UnaryScalar(ref x, 1, ref y, n, in function); break;
        }
    }

    [MethodImpl(Simd.HotLoop)]
    internal static void UnaryWide<TV, T, TFunction>(ref T x, ref T y, nint n, in TFunction function)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        TFunction f = function;
        nint i = 0;
        for (; i <= n - TV.Count; i += TV.Count)
            f.Invoke<TV, T>(TV.Load(ref Unsafe.Add(ref x, i))).Store(ref Unsafe.Add(ref y, i));
        if (i == n) return;
        if (TV.Count > Vector128Simd<T>.Count && n - i >= Vector128Simd<T>.Count) UnaryWide<Vector128Simd<T>, T, TFunction>(ref Unsafe.Add(ref x, i), ref Unsafe.Add(ref y, i), n - i, in function);
        else UnaryScalar(ref Unsafe.Add(ref x, i), 1, ref Unsafe.Add(ref y, i), n - i, in function);
    }

    [MethodImpl(Simd.HotLoop)]
    internal static void UnaryScalar<T, TFunction>(ref T x, nint stride, ref T y, nint n, in TFunction function)
        where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        TFunction f = function;
        for (nint i = 0; i < n; i++)
            f.Invoke<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i * stride))).Store(ref Unsafe.Add(ref y, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void BinaryRow<T, TFunction>(ref T a, nint aStride, ref T b, nint bStride, ref T y, nint n, in TFunction function)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        if ((nuint)aStride > 1 || (nuint)bStride > 1)
        {
            BinaryScalar(ref a, aStride, ref b, bStride, ref y, n, in function);
            return;
        }
        switch (Simd.Level)
        {
            case 512: BinaryWide<Vector512Simd<T>, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in function); break;
            case 256: BinaryWide<Vector256Simd<T>, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in function); break;
            case 128: BinaryWide<Vector128Simd<T>, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in function); break;
            default: BinaryScalar(ref a, aStride, ref b, bStride, ref y, n, in function); break;
        }
    }

    /// <summary>Strides 0 or 1.</summary>
    [MethodImpl(Simd.HotLoop)]
    internal static void BinaryWide<TV, T, TFunction>(ref T a, nint aStride, ref T b, nint bStride, ref T y, nint n, in TFunction function)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        TFunction f = function;
        nint i = 0;
        if (n < TV.Count)
        {
            // nothing for the wide loops
        }
        else if ((aStride & bStride) != 0)
        {
            for (; i <= n - TV.Count; i += TV.Count)
                f.Invoke<TV, T>(TV.Load(ref Unsafe.Add(ref a, i)), TV.Load(ref Unsafe.Add(ref b, i))).Store(ref Unsafe.Add(ref y, i));
        }
        else
        {
            BinaryRepeat<TV, T, TFunction>(ref a, aStride, ref b, bStride, ref y, n, in function);
            i = n - n % TV.Count;
        }
        if (i < n) BinaryScalar(ref Unsafe.Add(ref a, i * aStride), aStride, ref Unsafe.Add(ref b, i * bStride), bStride, ref Unsafe.Add(ref y, i), n - i, in function);
    }

    [MethodImpl(Simd.HotLoop)]
    private static void BinaryRepeat<TV, T, TFunction>(ref T a, nint aStride, ref T b, nint bStride, ref T y, nint n, in TFunction function)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        TFunction f = function;
        TV left = TV.Broadcast(a), right = TV.Broadcast(b);
        for (nint i = 0; i <= n - TV.Count; i += TV.Count)
        {
            if (aStride != 0) left = TV.Load(ref Unsafe.Add(ref a, i));
            if (bStride != 0) right = TV.Load(ref Unsafe.Add(ref b, i));
            f.Invoke<TV, T>(left, right).Store(ref Unsafe.Add(ref y, i));
        }
    }

    /// <summary>The second operand begins again after each period, which ends where a register ends or is not shorter than the first.</summary>
    [MethodImpl(Simd.HotLoop)]
    private static void BinaryPeriod<TV, T, TFunction>(ref T a, ReadOnlySpan<T> period, ref T y, nint n, in TFunction function)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        TFunction f = function;
        ref T b = ref MemoryMarshal.GetReference(period);
        nint i = 0, at = 0;
        for (; i <= n - TV.Count; i += TV.Count)
        {
            f.Invoke<TV, T>(TV.Load(ref Unsafe.Add(ref a, i)), TV.Load(ref Unsafe.Add(ref b, at))).Store(ref Unsafe.Add(ref y, i));
            at += TV.Count;
            if (at == period.Length) at = 0;
        }
        for (; i < n; i++, at++)
            f.Invoke<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref a, i)), ScalarSimd<T>.Load(ref Unsafe.Add(ref b, at))).Store(ref Unsafe.Add(ref y, i));
    }

    [MethodImpl(Simd.HotLoop)]
    internal static void BinaryScalar<T, TFunction>(ref T a, nint aStride, ref T b, nint bStride, ref T y, nint n, in TFunction function)
        where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        TFunction f = function;
        for (nint i = 0; i < n; i++)
            f.Invoke<ScalarSimd<T>, T>(ScalarSimd<T>.Load(ref Unsafe.Add(ref a, i * aStride)), ScalarSimd<T>.Load(ref Unsafe.Add(ref b, i * bStride))).Store(ref Unsafe.Add(ref y, i));
    }

    /// <summary>A strided map: called for runs of output elements that stay inside one row.</summary>
    internal interface IRowBody
    {
        void Row(long row, nint column, nint output, nint n);
    }

    internal static void RunRows<TBody>(in Layout layout, double nanoseconds, ref TBody body) where TBody : struct, IRowBody, allows ref struct
    {
        var pieces = new RowPieces<TBody>(ref body, layout.Inner);
        Threads.ForRange(layout.Length, Grain, nanoseconds, ref pieces);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Same(int length, int expected)
    {
        if (length != expected) throw Differs(length, expected);
    }

    private static ArgumentException Differs(int length, int expected) => new($"Element-wise kernel: {length} elements of input for {expected} of output.");

    /// <summary>Kernels index without bounds checks, so the furthest element is checked once here.</summary>
    internal static void Check(in Layout layout, int operand, int available, int output)
    {
        long last = 0;
        for (int d = 0; d < layout.Rank; d++) last += (long)(layout.Size(d) - 1) * Math.Max(0, layout.Stride(operand, d));
        if (last >= available || layout.Length > output)
            throw new ArgumentException($"Element-wise kernel: input {operand} has {available} elements and needs {last + 1}; the output has {output} and needs {layout.Length}.");
    }

    private unsafe ref struct RowPieces<TBody>(ref TBody body, int inner) : IRangeBody where TBody : struct, IRowBody, allows ref struct
    {
        private readonly void* body = Unsafe.AsPointer(ref body);

        public readonly void Invoke(int start, int end)
        {
            ref TBody target = ref Unsafe.AsRef<TBody>(body);
            (long row, long column) = Math.DivRem((long)start, inner);
            for (int i = start; i < end;)
            {
                int n = (int)Math.Min(inner - column, end - i);
                target.Row(row, (nint)column, i, n);
                i += n;
                row++;
                column = 0;
            }
        }
    }

    private ref struct UnaryBody<T, TFunction> : IRangeBody where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public TFunction Function;

        public readonly void Invoke(int start, int end) =>
            UnaryRow(ref Unsafe.Add(ref MemoryMarshal.GetReference(X), start), ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), start), end - start, in Function);
    }

    private ref struct BinaryBody<T, TFunction> : IRangeBody where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        public ReadOnlySpan<T> A, B;
        public Span<T> Y;
        public TFunction Function;

        public readonly void Invoke(int start, int end) =>
            BinaryRow(ref Unsafe.Add(ref MemoryMarshal.GetReference(A), start), 1, ref Unsafe.Add(ref MemoryMarshal.GetReference(B), start), 1, ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), start), end - start, in Function);
    }

    private ref struct RepeatedRowBody<T, TFunction> : IRangeBody where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        public ReadOnlySpan<T> A, Period;
        public Span<T> Y;
        public TFunction Function;

        public readonly void Invoke(int start, int end)
        {
            ref T a = ref Unsafe.Add(ref MemoryMarshal.GetReference(A), start);
            ref T y = ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), start);
            switch (Simd.Level)
            {
                case 512: BinaryPeriod<Vector512Simd<T>, T, TFunction>(ref a, Period, ref y, end - start, in Function); break;
                case 256: BinaryPeriod<Vector256Simd<T>, T, TFunction>(ref a, Period, ref y, end - start, in Function); break;
                case 128: BinaryPeriod<Vector128Simd<T>, T, TFunction>(ref a, Period, ref y, end - start, in Function); break;
                default: BinaryPeriod<ScalarSimd<T>, T, TFunction>(ref a, Period, ref y, end - start, in Function); break;
            }
        }
    }

    private ref struct StridedUnaryBody<T, TFunction> : IRowBody where T : unmanaged, INumber<T> where TFunction : struct, IUnaryFunction
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public Layout Layout;
        public TFunction Function;

        public readonly void Row(long row, nint column, nint output, nint n)
        {
            nint stride = Layout.InnerStride(0);
            ref T x = ref Unsafe.Add(ref MemoryMarshal.GetReference(X), Layout.Offset(0, row) + column * stride);
            ref T y = ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), output);
            if (stride == 1) UnaryRow(ref x, ref y, n, in Function);
            else UnaryScalar(ref x, stride, ref y, n, in Function);
        }
    }

    private ref struct StridedBinaryBody<T, TFunction> : IRowBody where T : unmanaged, INumber<T> where TFunction : struct, IBinaryFunction
    {
        public ReadOnlySpan<T> A, B;
        public Span<T> Y;
        public Layout Layout;
        public TFunction Function;

        public readonly void Row(long row, nint column, nint output, nint n)
        {
            nint aStride = Layout.InnerStride(0), bStride = Layout.InnerStride(1);
            BinaryRow(
                ref Unsafe.Add(ref MemoryMarshal.GetReference(A), Layout.Offset(0, row) + column * aStride), aStride,
                ref Unsafe.Add(ref MemoryMarshal.GetReference(B), Layout.Offset(1, row) + column * bStride), bStride,
                ref Unsafe.Add(ref MemoryMarshal.GetReference(Y), output), n, in Function);
        }
    }
}
