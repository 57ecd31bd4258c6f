using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// Reductions of a contiguous [outer, reduced, inner] to [outer, inner]. With inner = 1 the vector runs along the reduced dimension, else along
/// inner, so that memory is always read in order. Sums are taken in blocks whose results are added pairwise, as NumPy does: the error grows
/// with log n, not n. A long single row is cut into pieces of fixed size: the bits do not depend on the number of threads.
/// </summary>
internal static class ReduceKernels
{
    /// <summary>Elements of one sum without a cut.</summary>
    private const int Block = 512;
    private const int Piece = 1 << 16;

    public static void Sum<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int reduced, int inner) where T : unmanaged, INumber<T> =>
        Reduce<T, SumReducer>(x, y, outer, reduced, inner);

    public static void Product<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int reduced, int inner) where T : unmanaged, INumber<T> =>
        Reduce<T, ProductReducer>(x, y, outer, reduced, inner);

    /// <summary>NaN if any is; the reduced dimension must not be empty.</summary>
    public static void Max<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int reduced, int inner) where T : unmanaged, INumber<T>
    {
        NotEmpty(reduced, "max");
        Reduce<T, MaxReducer>(x, y, outer, reduced, inner);
    }

    /// <summary>NaN if any is; the reduced dimension must not be empty.</summary>
    public static void Min<T>(ReadOnlySpan<T> x, Span<T> y, int outer, int reduced, int inner) where T : unmanaged, INumber<T>
    {
        NotEmpty(reduced, "min");
        Reduce<T, MinReducer>(x, y, outer, reduced, inner);
    }

    /// <summary>The greatest or least of each contiguous row of n and the first place where it stands; NaN beats everything.</summary>
    public static void Extreme<T>(ReadOnlySpan<T> x, Span<T> y, Span<long> places, int rows, int n, bool greatest) where T : unmanaged, INumber<T>
    {
        if (greatest) Max(x, y, rows, n, 1);
        else Min(x, y, rows, n, 1);
        for (int r = 0; r < places.Length; r++)
        {
            ReadOnlySpan<T> row = x.Slice(r * n, n);
            int place = row.IndexOf(y[r]);
            for (int i = 0; place < 0; i++) if (T.IsNaN(row[i])) place = i;
            places[r] = place;
        }
    }

    internal static void NotEmpty(int reduced, string name)
    {
        if (reduced == 0) throw new ArgumentException($"Reduce: the {name} of no elements is not defined; reduce a dimension that is not empty.");
    }

    internal static int RowsPerPiece(int reduced, int inner) => (int)Math.Max(1, Piece / Math.Max(1, (long)reduced * inner));

    private static void Reduce<T, TReducer>(ReadOnlySpan<T> x, Span<T> y, int outer, int reduced, int inner) where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        Check(x.Length, y.Length, outer, reduced, inner);
        switch (Simd.Level)
        {
            case 512: Reduce<Vector512Simd<T>, T, TReducer>(x, y, outer, reduced, inner); break;
            case 256: Reduce<Vector256Simd<T>, T, TReducer>(x, y, outer, reduced, inner); break;
            case 128: Reduce<Vector128Simd<T>, T, TReducer>(x, y, outer, reduced, inner); break;
            default: Reduce<ScalarSimd<T>, T, TReducer>(x, y, outer, reduced, inner); break;
        }
    }

    internal static void Check(int xLength, int yLength, int outer, int reduced, int inner)
    {
        if ((long)outer * reduced * inner != xLength || (long)outer * inner > yLength)
            throw new ArgumentException($"Reduce: [{outer}, {reduced}, {inner}] does not match {xLength} elements of input and {yLength} of output.");
    }

    [SkipLocalsInit]
    internal static void Reduce<TV, T, TReducer>(ReadOnlySpan<T> x, Span<T> y, int outer, int reduced, int inner)
        where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        if (inner == 1 && outer == 1 && reduced > Piece)
        {
            // One long row: pieces side by side, their results once more.
            int pieces = (reduced + Piece - 1) / Piece;
            Span<T> partial = pieces <= 512 ? stackalloc T[pieces] : new T[pieces];
            var cut = new PieceBody<TV, T, TReducer> { X = x, Partial = partial };
            Threads.ForRange(reduced, Piece, TReducer.Nanoseconds, ref cut);
            y[0] = Row<TV, T, TReducer>(partial);
            return;
        }
        var body = new RowsBody<TV, T, TReducer> { X = x, Y = y, Reduced = reduced, Inner = inner };
        Threads.ForRange(outer, RowsPerPiece(reduced, inner), (double)reduced * inner * TReducer.Nanoseconds, ref body);
    }

    /// <summary>How elements, and partial results, are joined.</summary>
    internal interface IReducer
    {
        static abstract double Start { get; }
        static virtual double Nanoseconds => 0.15;
        static abstract TV Join<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged;
    }

    internal readonly struct SumReducer : IReducer
    {
        public static double Start => 0;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public static TV Join<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a + b;
    }

    internal readonly struct ProductReducer : IReducer
    {
        public static double Start => 1;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public static TV Join<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a * b;
    }

    internal readonly struct MaxReducer : IReducer
    {
        public static double Start => double.NegativeInfinity;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public static TV Join<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Max(a, b);
    }

    /// <summary>As <see cref="MaxReducer"/> in one instruction, for callers whose next step brings a NaN to light.</summary>
    internal readonly struct FastMaxReducer : IReducer
    {
        public static double Start => double.NegativeInfinity;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public static TV Join<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.FastMax(a, b);
    }

    internal readonly struct MinReducer : IReducer
    {
        public static double Start => double.PositiveInfinity;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public static TV Join<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Min(a, b);
    }

    /// <summary>One contiguous row: blocks of <see cref="Block"/>, joined two by two.</summary>
    internal static T Row<TV, T, TReducer>(ReadOnlySpan<T> x) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        if (x.Length <= 2 * Block) return BlockRow<TV, T, TReducer>(ref MemoryMarshal.GetReference(x), x.Length);
        int half = (x.Length / 2 + Block - 1) / Block * Block;
        T left = Row<TV, T, TReducer>(x[..half]), right = Row<TV, T, TReducer>(x[half..]);
        return JoinScalars<T, TReducer>(left, right);
    }

    [SkipLocalsInit]
    [MethodImpl(Simd.HotLoop)]
    private static T BlockRow<TV, T, TReducer>(ref T x, nint n) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        nint i = 0;
        ScalarSimd<T> tail = StartOf<ScalarSimd<T>, T, TReducer>();
        if (n >= TV.Count)
        {
            TV a = StartOf<TV, T, TReducer>(), b = a, c = a, d = a;
            for (; i <= n - 4 * TV.Count; i += 4 * TV.Count)
            {
                a = TReducer.Join<TV, T>(a, TV.Load(ref Unsafe.Add(ref x, i)));
                b = TReducer.Join<TV, T>(b, TV.Load(ref Unsafe.Add(ref x, i + TV.Count)));
                c = TReducer.Join<TV, T>(c, TV.Load(ref Unsafe.Add(ref x, i + 2 * TV.Count)));
                d = TReducer.Join<TV, T>(d, TV.Load(ref Unsafe.Add(ref x, i + 3 * TV.Count)));
            }
            for (; i <= n - TV.Count; i += TV.Count) a = TReducer.Join<TV, T>(a, TV.Load(ref Unsafe.Add(ref x, i)));
            a = TReducer.Join<TV, T>(TReducer.Join<TV, T>(a, b), TReducer.Join<TV, T>(c, d));
            Unsafe.SkipInit(out Lanes<T> lanes);
            ref T lane = ref Unsafe.As<Lanes<T>, T>(ref lanes);
            a.Store(ref lane);
            int lanesLeft = TV.Count;
            if (TV.Count > Vector128Simd<T>.Count)
            {
                lanesLeft = Vector128Simd<T>.Count;
                Vector128Simd<T> few = Vector128Simd<T>.Load(ref lane);
                for (int l = lanesLeft; l < TV.Count; l += lanesLeft) few = TReducer.Join<Vector128Simd<T>, T>(few, Vector128Simd<T>.Load(ref Unsafe.Add(ref lane, l)));
                few.Store(ref lane);
            }
            for (int l = 0; l < lanesLeft; l++) tail = TReducer.Join<ScalarSimd<T>, T>(tail, ScalarSimd<T>.Load(ref Unsafe.Add(ref lane, l)));
        }
        for (; i < n; i++) tail = TReducer.Join<ScalarSimd<T>, T>(tail, ScalarSimd<T>.Load(ref Unsafe.Add(ref x, i)));
        T result = default;
        tail.Store(ref result);
        return result;
    }

    /// <summary>The neutral element; whole numbers have no infinities, so theirs is the extreme.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV StartOf<TV, T, TReducer>() where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer =>
        typeof(T) == typeof(long) && double.IsInfinity(TReducer.Start) ? TV.Broadcast(T.CreateSaturating(TReducer.Start)) : TV.Constant(TReducer.Start);

    private static T JoinScalars<T, TReducer>(T a, T b) where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        T result = default;
        TReducer.Join<ScalarSimd<T>, T>(ScalarSimd<T>.Broadcast(a), ScalarSimd<T>.Broadcast(b)).Store(ref result);
        return result;
    }

    /// <summary>Columns of [reduced, inner]: y[i] joins column i.</summary>
    [SkipLocalsInit]
    private static unsafe void Columns<TV, T, TReducer>(ref T x, nint reduced, nint inner, ref T y, nint columns) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        if (columns == inner && inner > 1 && inner < TV.Count && reduced >= 4 * TV.Count)
        {
            // as many rows as a register has lanes are read as one long row, which fills registers; their results are joined as before
            nint folded = reduced / TV.Count, done = folded * TV.Count, length = inner * TV.Count;
            T* sums = stackalloc T[(int)length];
            Columns<TV, T, TReducer>(ref x, folded, length, ref *sums, length);
            for (nint column = 0; column < inner; column++)
            {
                T rest = default;
                ColumnPair<ScalarSimd<T>, T, TReducer>(ref sums[column], TV.Count, inner, ref Unsafe.Add(ref y, column), false);
                ColumnPair<ScalarSimd<T>, T, TReducer>(ref Unsafe.Add(ref x, done * inner + column), reduced - done, inner, ref rest, false);
                Unsafe.Add(ref y, column) = JoinScalars<T, TReducer>(Unsafe.Add(ref y, column), rest);
            }
            return;
        }
        nint i = 0;
        for (; i <= columns - 2 * TV.Count; i += 2 * TV.Count) ColumnPair<TV, T, TReducer>(ref Unsafe.Add(ref x, i), reduced, inner, ref Unsafe.Add(ref y, i), true);
        for (; i <= columns - TV.Count; i += TV.Count) ColumnPair<TV, T, TReducer>(ref Unsafe.Add(ref x, i), reduced, inner, ref Unsafe.Add(ref y, i), false);
        for (; i < columns; i++) ColumnPair<ScalarSimd<T>, T, TReducer>(ref Unsafe.Add(ref x, i), reduced, inner, ref Unsafe.Add(ref y, i), false);
    }

    [MethodImpl(Simd.HotLoop)]
    private static void ColumnPair<TV, T, TReducer>(ref T x, nint reduced, nint inner, ref T y, bool pair) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        // Blocks of rows, blocks of blocks, and all: the error of a sum of a million rows is that of three short sums.
        const int rowsPerBlock = 128, blocksPerGroup = 64;
        TV a = StartOf<TV, T, TReducer>(), b = a;
        ref T row = ref x;
        for (nint r = 0; r < reduced;)
        {
            TV groupA = StartOf<TV, T, TReducer>(), groupB = groupA;
            for (int block = 0; block < blocksPerGroup && r < reduced; block++)
            {
                TV p = StartOf<TV, T, TReducer>(), q = p;
                for (nint end = r + rowsPerBlock < reduced ? r + rowsPerBlock : reduced; r < end; r++, row = ref Unsafe.Add(ref row, inner))
                {
                    p = TReducer.Join<TV, T>(p, TV.Load(ref row));
                    if (pair) q = TReducer.Join<TV, T>(q, TV.Load(ref Unsafe.Add(ref row, TV.Count)));
                }
                groupA = TReducer.Join<TV, T>(groupA, p);
                groupB = TReducer.Join<TV, T>(groupB, q);
            }
            a = TReducer.Join<TV, T>(a, groupA);
            b = TReducer.Join<TV, T>(b, groupB);
        }
        a.Store(ref y);
        if (pair) b.Store(ref Unsafe.Add(ref y, TV.Count));
    }

    /// <summary>Room for the lanes of the widest register.</summary>
    [InlineArray(64)]
    internal struct Lanes<T> where T : unmanaged
    {
        private T first;
    }

    private ref struct PieceBody<TV, T, TReducer> : IRangeBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        public ReadOnlySpan<T> X;
        public Span<T> Partial;

        public readonly void Invoke(int start, int end) => Partial[start / Piece] = Row<TV, T, TReducer>(X[start..end]);
    }

    private ref struct RowsBody<TV, T, TReducer> : IRangeBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T> where TReducer : struct, IReducer
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public int Reduced, Inner;

        public readonly void Invoke(int start, int end)
        {
            ref T x = ref MemoryMarshal.GetReference(X);
            ref T y = ref MemoryMarshal.GetReference(Y);
            for (nint o = start; o < end; o++)
            {
                if (Inner == 1) Unsafe.Add(ref y, o) = Row<TV, T, TReducer>(X.Slice((int)o * Reduced, Reduced));
                else Columns<TV, T, TReducer>(ref Unsafe.Add(ref x, o * Reduced * Inner), Reduced, Inner, ref Unsafe.Add(ref y, o * Inner), Inner);
            }
        }
    }
}
