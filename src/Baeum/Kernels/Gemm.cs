using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// C[m, n] (+)= A[m, k] × B[k, n] (+ bias[n]) for A and B of any row and column strides (a transposed view costs nothing), C with a row stride.
/// Large products are cut as Goto and van de Geijn (2008) do: blocks of A and B are packed into the order in which the tile reads them, A's
/// block stays in the second cache, a sliver of B in the first. Small ones read the matrices directly, products with a vector run at the
/// speed of memory. Neither blocks nor chunks depend on the number of threads: one and many give the same bits.
/// </summary>
internal static unsafe partial class Gemm
{
    // 384 steps of k: 24 KB of B (two registers wide) stay in the first cache while rows of A pass; 120 of these are 180 KB of the second.
    private const int BlockK = 384, BlockRows = 120, BlockColumns = 256, SuperRows = 1920, SuperColumns = 2048;
    private const int MostColumnsUnpacked = 768, FewestColumnsPacked = 256, FewestChunks = 32, FewestColumns = 32;
    private const double NanosecondsPerMultiply = 0.02;

    /// <summary>One product; <paramref name="bias"/> is empty or has n elements, added to every row.</summary>
    public static void Multiply<T>(
        int m, int n, int k, ReadOnlySpan<T> a, int aRow, int aColumn, ReadOnlySpan<T> b, int bRow, int bColumn, Span<T> c, int cRow,
        bool accumulate = false, ReadOnlySpan<T> bias = default) where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0) return;
        CheckSize("A", a.Length, 1, 0, m, aRow, k, aColumn);
        CheckSize("B", b.Length, 1, 0, k, bRow, n, bColumn);
        CheckSize("C", c.Length, 1, 0, m, cRow, n, 1);
        if (!bias.IsEmpty && bias.Length != n) throw new ArgumentException($"Gemm: the bias has {bias.Length} elements for {n} columns.");
        fixed (T* pa = &MemoryMarshal.GetReference(a), pb = &MemoryMarshal.GetReference(b), pc = &MemoryMarshal.GetReference(c), pd = &MemoryMarshal.GetReference(bias))
        {
            var problem = new Problem<T> { M = m, N = n, K = k, A = pa, ARow = aRow, AColumn = aColumn, B = pb, BRow = bRow, BColumn = bColumn, C = pc, CRow = cRow, CColumn = 1, Accumulate = accumulate, Bias = bias.IsEmpty ? null : pd };
            Run(ref problem);
        }
    }

    /// <summary>A product for each index of the batch; batch strides may be 0 to use one matrix for all (not C's).</summary>
    public static void Batched<T>(
        int batch, int m, int n, int k, ReadOnlySpan<T> a, int aBatch, int aRow, int aColumn, ReadOnlySpan<T> b, int bBatch, int bRow, int bColumn,
        Span<T> c, int cBatch, int cRow, bool accumulate = false, ReadOnlySpan<T> bias = default) where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0 || batch == 0) return;
        CheckSize("A", a.Length, batch, aBatch, m, aRow, k, aColumn);
        CheckSize("B", b.Length, batch, bBatch, k, bRow, n, bColumn);
        CheckSize("C", c.Length, batch, cBatch, m, cRow, n, 1);
        if (!bias.IsEmpty && bias.Length != n) throw new ArgumentException($"Gemm: the bias has {bias.Length} elements for {n} columns.");
        fixed (T* pa = &MemoryMarshal.GetReference(a), pb = &MemoryMarshal.GetReference(b), pc = &MemoryMarshal.GetReference(c), pd = &MemoryMarshal.GetReference(bias))
        {
            var problem = new Problem<T> { M = m, N = n, K = k, A = pa, ARow = aRow, AColumn = aColumn, B = pb, BRow = bRow, BColumn = bColumn, C = pc, CRow = cRow, CColumn = 1, Accumulate = accumulate, Bias = bias.IsEmpty ? null : pd };
            if (aBatch == (long)m * aRow && bBatch == 0 && cBatch == (long)m * cRow)
            {
                // One weight for the whole batch: the rows simply continue.
                problem.M = checked(m * batch);
                Run(ref problem);
                return;
            }
            double each = (double)m * n * k * NanosecondsPerMultiply + 50;
            var body = new BatchBody<T> { Problem = problem, ABatch = aBatch, BBatch = bBatch, CBatch = cBatch };
            // Large products fill the threads one after another; small ones run side by side.
            if (each > 1e6 && batch < 64) for (int i = 0; i < batch; i++) body.Invoke(i);
            else Threads.For(batch, each * batch, ref body);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckSize(string name, int length, long batch, long batchStride, long rows, long rowStride, long columns, long columnStride)
    {
        if (rows == 0 || columns == 0) return;
        long last = (batch - 1) * batchStride + (rows - 1) * rowStride + (columns - 1) * columnStride;
        if (last >= length || (batchStride | rowStride | columnStride) < 0)
            throw WrongSize(name, length, batch, batchStride, rows, rowStride, columns, columnStride);
    }

    private static ArgumentException WrongSize(string name, int length, long batch, long batchStride, long rows, long rowStride, long columns, long columnStride) => new(
        $"Gemm: {name} has {length} elements; {batch} of [{rows}, {columns}] with strides {batchStride}, {rowStride}, {columnStride} need " +
        $"{(batch - 1) * batchStride + (rows - 1) * rowStride + (columns - 1) * columnStride + 1}.");

    private static void Run<T>(ref Problem<T> problem) where T : unmanaged, INumber<T>
    {
        switch (Simd.Level)
        {
            case 512: Run<Vector512Simd<T>, T>(ref problem); break;
            case 256: Run<Vector256Simd<T>, T>(ref problem); break;
            case 128: Run<Vector128Simd<T>, T>(ref problem); break;
            default: Run<ScalarSimd<T>, T>(ref problem); break;
        }
    }

    /// <summary>Chooses the way; the tests call it for every width.</summary>
    internal static void Run<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        long work = (long)p.M * p.N * p.K;
        if (p.M == 1 || p.N == 1) VectorProduct<TV, T>(ref p);
        else if (p.BColumn == 1 && work <= 96 * 96 * 96) Direct<TV, T>(ref p);
        else if (work <= 256 && (p.M < 4 || p.N < TV.Count)) Tiny(ref p);
        else if (work <= 256) DirectPacked<TV, T>(ref p);
        else if (p.BColumn == 1 && p.M <= 6 && p.N >= 8 * TV.Count) RowByRow<TV, T>(ref p);
        else if (p.BRow == 1 && p.AColumn == 1 && p.M <= 16) RowDots<TV, T>(ref p);
        else if (p.AColumn == 1 && p.N <= 16 && p.M >= 64 && p.K >= 128) ColumnDots<TV, T>(ref p);
        else if (work <= 48 * 48 * 48) DirectPacked<TV, T>(ref p);
        else
        {
            // A weight [out, in] would be turned round to be packed: with few rows it is cheaper to turn these and the result, Cᵀ = Bᵀ × Aᵀ.
            double turnB = 1.2 * p.K * p.N, turnA = 1.2 * p.K * p.M + (double)p.M * p.N * ((p.K + BlockK - 1) / BlockK);
            if (p.BRow == 1 && p.BColumn != 1 && turnA < turnB)
                p = p.Turned();
            Blocked<TV, T>(ref p);
        }
    }

    /// <summary>C starts from the bias, from itself, or from nothing; afterwards the product can simply be added.</summary>
    private static void Start<T>(ref Problem<T> p, int firstRow, int rows, int firstColumn, int columns) where T : unmanaged, INumber<T>
    {
        if (p.Bias == null) return;
        for (int i = 0; i < rows; i++)
        {
            var row = new Span<T>(p.C + (firstRow + i) * p.CRow + firstColumn, columns);
            var bias = new ReadOnlySpan<T>(p.Bias + firstColumn, columns);
            if (!p.Accumulate) bias.CopyTo(row);
            else for (int j = 0; j < columns; j++) row[j] += bias[j];
        }
    }

    [MethodImpl(Simd.HotLoop)]
    private static void Tiny<T>(ref Problem<T> p) where T : unmanaged, INumber<T>
    {
        Start(ref p, 0, p.M, 0, p.N);
        bool accumulate = p.Accumulate || p.Bias != null;
        nint k = p.K, aColumn = p.AColumn, bRow = p.BRow, bColumn = p.BColumn;
        for (int i = 0; i < p.M; i++)
        {
            T* a = p.A + i * p.ARow, b = p.B, c = p.C + i * p.CRow;
            for (T* end = c + p.N; c < end; c++, b += bColumn)
            {
                T* x = a, y = b;
                T sum = accumulate ? *c : T.Zero;
                for (nint l = 0; l < k; l++, x += aColumn, y += bRow) sum += *x * *y;
                *c = sum;
            }
        }
    }

    /// <summary>Few rows against a matrix too large to pack for them.</summary>
    private static void RowByRow<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < p.M; i++)
        {
            Problem<T> row = p;
            row.M = 1;
            row.A += i * p.ARow;
            row.C += i * p.CRow;
            VectorProduct<TV, T>(ref row);
        }
    }

    private static void Direct<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        if (p.Bias != null && p.Accumulate)
        {
            Start(ref p, 0, p.M, 0, p.N);
            p.Bias = null;
        }
        int j = 0;
        for (; j <= p.N - 2 * TV.Count; j += 2 * TV.Count)
        {
            T* a = p.A, b = p.B + j, c = p.C + j, start = p.StartOf(0, j, out nint startRow);
            int left = p.M;
            for (; left is >= 6 and not (8 or 9); left -= 6, a += 6 * p.ARow, c += 6 * p.CRow, start += 6 * startRow)
                GemmTile.Direct6X2<TV, T>(p.K, a, p.ARow, p.AColumn, b, p.BRow, c, p.CRow, start, startRow);
            for (; left >= 4; left -= 4, a += 4 * p.ARow, c += 4 * p.CRow, start += 4 * startRow)
                GemmTile.Direct4X2<TV, T>(p.K, a, p.ARow, p.AColumn, b, p.BRow, c, p.CRow, start, startRow);
            for (; left > 0; left--, a += p.ARow, c += p.CRow, start += startRow)
                GemmTile.Direct1X2<TV, T>(p.K, a, p.AColumn, b, p.BRow, c, start);
        }
        for (; j <= p.N - TV.Count; j += TV.Count) DirectColumn<TV, T>(ref p, j);
        int columns = p.N - j;
        if (columns <= 1 || p.K == 0 || p.BRow < columns) for (; j < p.N; j++) DirectColumn<ScalarSimd<T>, T>(ref p, j);
        else if (columns <= Vector128Simd<T>.Count) DirectNarrow<Vector128Simd<T>, T>(ref p, j);
        else if (columns <= Vector256Simd<T>.Count) DirectNarrow<Vector256Simd<T>, T>(ref p, j);
        else DirectNarrow<TV, T>(ref p, j);
    }

    /// <summary>
    /// The last columns, fewer than a register has lanes. It is loaded and stored whole: what it reads of B's next row is never used, what it
    /// writes into C's next row is written over when that row's turn comes. Where there is no next row, or C is added to, copies are used.
    /// </summary>
    [SkipLocalsInit]
    private static void DirectNarrow<TV, T>(ref Problem<T> p, int j) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        int columns = p.N - j, width = TV.Count;
        if (columns == width)
        {
            DirectColumn<TV, T>(ref p, j);
            return;
        }
        T* last = stackalloc T[width], bias = stackalloc T[width], block = stackalloc T[4 * width], start = null;
        T* b = p.B + j, c = p.C + j, a = p.A;
        CopyBlock(b + (p.K - 1) * p.BRow, 0, last, 0, 1, columns);
        if (p.Bias != null) CopyBlock(p.Bias + j, 0, start = bias, 0, 1, columns);
        int left = p.M;
        if (!p.Accumulate && j == 0 && p.CRow == p.N && left > 4)
        {
            int whole = (left - 1) / 4 * 4;
            GemmTile.Narrow<TV, T>(whole, p.K, a, p.ARow, p.AColumn, b, p.BRow, last, c, p.CRow, start, 0);
            left -= whole;
            a += whole * p.ARow;
            c += whole * p.CRow;
        }
        for (; left > 0; left -= 4, a += 4 * p.ARow, c += 4 * p.CRow)
        {
            int rows = Math.Min(left, 4);
            if (p.Accumulate) CopyBlock(c, p.CRow, start = block, width, rows, columns);
            GemmTile.Narrow<TV, T>(rows, p.K, a, p.ARow, p.AColumn, b, p.BRow, last, block, width, start, p.Accumulate ? width : 0);
            CopyBlock(block, width, c, p.CRow, rows, columns);
        }
    }

    private static void CopyBlock<T>(T* from, nint fromRow, T* to, nint toRow, int rows, int columns) where T : unmanaged
    {
        for (int row = 0; row < rows; row++, from += fromRow, to += toRow)
        {
            for (int column = 0; column < columns; column++) to[column] = from[column];
        }
    }

    private static void DirectColumn<TV, T>(ref Problem<T> p, int j) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        T* a = p.A, b = p.B + j, c = p.C + j, start = p.StartOf(0, j, out nint startRow);
        int left = p.M;
        for (; left >= 4; left -= 4, a += 4 * p.ARow, c += 4 * p.CRow, start += 4 * startRow) GemmTile.Direct4X1<TV, T>(p.K, a, p.ARow, p.AColumn, b, p.BRow, c, p.CRow, start, startRow);
        for (; left > 0; left--, a += p.ARow, c += p.CRow, start += startRow) GemmTile.Direct1X1<TV, T>(p.K, a, p.AColumn, b, p.BRow, c, start);
    }

    /// <summary>B is first laid out row by row, then as <see cref="Direct"/>.</summary>
    private static void DirectPacked<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        T* buffer = PackBuffer<T>.Rent((long)p.K * p.N);
        for (int j = 0; j < p.N; j++)
        {
            T* from = p.B + j * p.BColumn, to = buffer + j;
            for (int l = 0; l < p.K; l++, from += p.BRow, to += p.N) *to = *from;
        }
        Problem<T> q = p;
        q.B = buffer;
        q.BRow = p.N;
        q.BColumn = 1;
        Direct<TV, T>(ref q);
    }

    /// <summary>The arguments of a product.</summary>
    internal struct Problem<T> where T : unmanaged
    {
        public int M, N, K;
        public T* A, B, C, Bias;
        public nint ARow, AColumn, BRow, BColumn, CRow, CColumn;
        public bool Accumulate;

        /// <summary>Cᵀ = Bᵀ × Aᵀ: the same with the sides exchanged.</summary>
        public readonly Problem<T> Turned() => this with { M = N, N = M, A = B, ARow = BColumn, AColumn = BRow, B = A, BRow = AColumn, BColumn = ARow, CRow = CColumn, CColumn = CRow };

        /// <summary>What a tile of C that begins here is added to: C itself, the bias of its columns (a row stride of 0), or null for nothing.</summary>
        public readonly T* StartOf(nint row, nint column, out nint startRow)
        {
            startRow = Accumulate ? CRow : 0;
            return Accumulate ? C + row * CRow + column : Bias == null ? null : Bias + column;
        }
    }

    private struct BatchBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        public Problem<T> Problem;
        public nint ABatch, BBatch, CBatch;

        public readonly void Invoke(int chunk)
        {
            Problem<T> one = Problem;
            one.A += chunk * ABatch;
            one.B += chunk * BBatch;
            one.C += chunk * CBatch;
            Run(ref one);
        }
    }

    /// <summary>Memory for packed matrices: one growing array a thread, never moved by the collector, aligned to a cache line.</summary>
    private static class PackBuffer<T> where T : unmanaged
    {
        [ThreadStatic] private static T[]? array;

        public static T* Rent(long elements)
        {
            int slack = 64 / sizeof(T);
            if (array is null || array.Length < elements + slack)
                array = GC.AllocateUninitializedArray<T>(checked((int)Math.Max(elements + slack, 4096)), pinned: true);
            var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
            return (T*)((address + 63) & ~(nuint)63);
        }
    }
}
