using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Baeum.Kernels;

/// <summary>The blocked product: pack a stripe of k of both matrices, then run the tiles; both steps are spread over the threads.</summary>
internal static unsafe partial class Gemm
{
    private static void Blocked<TV, T>(ref Problem<T> p) where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        int width = 2 * TV.Count;
        int superRows = Math.Min(RoundUp(p.M, GemmTile.Rows), SuperRows), superColumns = Math.Min(RoundUp(p.N, width), SuperColumns);
        // Stripes of equal length: 257 steps would otherwise be one of 256 and one of a single step.
        int stripes = (p.K + BlockK - 1) / BlockK, stripe = (p.K + stripes - 1) / stripes;
        // Rows of A that are read for few columns only are not worth copying first. Rows a multiple of half a page apart fall into the same
        // places of the first cache and drive B out of it.
        bool packsA = p.AColumn != 1 ? p.N > MostColumnsUnpacked || p.ARow != 1 : p.N >= FewestColumnsPacked && p.ARow * sizeof(T) % 2048 == 0;
        T* packedA = PackBuffer<T>.Rent((long)stripe * ((packsA ? superRows : 0) + superColumns));
        T* packedB = packedA + (packsA ? (nint)stripe * superRows : 0);
        for (int column = 0; column < p.N; column += superColumns)
        {
            int columns = Math.Min(superColumns, p.N - column);
            for (int step = 0; step < p.K; step += stripe)
            {
                int steps = Math.Min(stripe, p.K - step);
                for (int row = 0; row < p.M; row += superRows)
                {
                    int rows = Math.Min(superRows, p.M - row);
                    var block = new Block<TV, T>
                    {
                        Problem = step == 0 ? p : Continued(p),
                        PackedA = packedA,
                        PackedB = packedB,
                        Row = row,
                        Rows = rows,
                        Column = column,
                        Columns = columns,
                        Step = step,
                        Steps = steps,
                        PanelsA = packsA ? rows / GemmTile.Rows : 0,
                        PanelsB = row == 0 ? (columns + width - 1) / width : 0,
                    };
                    int rowBlocks = (rows + BlockRows - 1) / BlockRows;
                    block.RowsPerChunk = RoundUp((rows + rowBlocks - 1) / rowBlocks, GemmTile.Rows);
                    // enough chunks that no thread waits long for the last one
                    int columnBlocks = Math.Max((columns + BlockColumns - 1) / BlockColumns, Math.Min((columns + FewestColumns - 1) / FewestColumns, (FewestChunks + rowBlocks - 1) / rowBlocks));
                    block.ColumnsPerChunk = RoundUp((columns + columnBlocks - 1) / columnBlocks, width);
                    block.RowChunks = (rows + block.RowsPerChunk - 1) / block.RowsPerChunk;
                    block.ColumnChunks = (columns + block.ColumnsPerChunk - 1) / block.ColumnsPerChunk;

                    var pack = new PackBody<TV, T> { Block = &block, Chunks = (Math.Max(block.PanelsA, block.PanelsB) + PackBody<TV, T>.PanelsPerChunk - 1) / PackBody<TV, T>.PanelsPerChunk };
                    Threads.For(pack.Chunks, steps * ((double)rows + columns) * 0.4, ref pack);
                    var tiles = new TileBody<TV, T> { Block = &block };
                    Threads.For(block.RowChunks * block.ColumnChunks, (double)rows * columns * steps * NanosecondsPerMultiply, ref tiles);
                }
            }
        }
    }

    /// <summary>After the first stripe of k, C holds what the tiles are added to.</summary>
    private static Problem<T> Continued<T>(Problem<T> p) where T : unmanaged
    {
        p.Accumulate = true;
        p.Bias = null;
        return p;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>What the workers need to know about the stripe at hand.</summary>
    private struct Block<TV, T> where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        public Problem<T> Problem;
        public T* PackedA, PackedB;
        public int Row, Rows, Column, Columns, Step, Steps, PanelsA, PanelsB, RowsPerChunk, ColumnsPerChunk, RowChunks, ColumnChunks;
    }

    private struct PackBody<TV, T> : IChunkBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        public const int PanelsPerChunk = 4;
        public Block<TV, T>* Block;
        public int Chunks;

        public readonly void Invoke(int chunk)
        {
            for (int panel = chunk * Block->PanelsA / Chunks; panel < (chunk + 1) * Block->PanelsA / Chunks; panel++) PackA(panel);
            PackB(chunk * Block->PanelsB / Chunks, (chunk + 1) * Block->PanelsB / Chunks);
        }

        private readonly void PackA(int panel)
        {
            ref Problem<T> p = ref Block->Problem;
            int row = panel * GemmTile.Rows;
            InterleaveSix(p.A + (Block->Row + row) * p.ARow + Block->Step * p.AColumn, p.ARow, p.AColumn, Block->PackedA + (nint)row * Block->Steps, Block->Steps);
        }

        private readonly void PackB(int panel, int last)
        {
            ref Problem<T> p = ref Block->Problem;
            int width = 2 * TV.Count;
            T* from = p.B + Block->Column * p.BColumn + Block->Step * p.BRow;
            if (p.BColumn == 1 && Math.Min(last, Block->Columns / width) - panel is > 0 and var whole)
            {
                CopyRows(from + panel * width, p.BRow, Block->PackedB + (nint)panel * width * Block->Steps, Block->Steps, whole);
                panel += whole;
            }
            for (; panel < last; panel++)
                InterleaveAny(from + panel * width * p.BColumn, p.BColumn, p.BRow, Block->PackedB + (nint)panel * width * Block->Steps, Block->Steps, Math.Min(width, Block->Columns - panel * width), width);
        }

        /// <summary>Some panels at once: their pieces of a row lie side by side.</summary>
        [MethodImpl(Simd.HotLoop)]
        private static void CopyRows(T* from, nint row, T* to, nint steps, nint panels)
        {
            nint width = 2 * TV.Count, panelSize = width * steps;
            for (; steps > 0; steps--, from += row, to += width)
            {
                T* source = from, target = to;
                for (nint panel = 0; panel < panels; panel++, source += width, target += panelSize)
                {
                    TV.Load(source).Store(target);
                    TV.Load(source + TV.Count).Store(target + TV.Count);
                }
            }
        }

        [MethodImpl(Simd.HotLoop)]
        private static void InterleaveSix(T* from, nint line, nint step, T* to, nint steps)
        {
            if (line == 1)
            {
                // six neighbours at once: two moves instead of six
                for (; steps > 0; steps--, from += step, to += 6) Unsafe.CopyBlockUnaligned(to, from, (uint)(6 * sizeof(T)));
                return;
            }
            T* from1 = from + line, from2 = from1 + line, from3 = from2 + line, from4 = from3 + line, from5 = from4 + line;
            nint at = 0;
            if (step == 1 && typeof(T) == typeof(float) && TV.Count >= 8)
            {
                for (; steps >= 4; steps -= 4, at += 4, to += 24)
                    TurnSix((float*)from + at, (float*)from1 + at, (float*)from2 + at, (float*)from3 + at, (float*)from4 + at, (float*)from5 + at, (float*)to);
            }
            for (; steps > 0; steps--, at += step, to += 6)
            {
                to[0] = from[at];
                to[1] = from1[at];
                to[2] = from2[at];
                to[3] = from3[at];
                to[4] = from4[at];
                to[5] = from5[at];
            }
        }

        /// <summary>Lines beyond the matrix become zeros: they cost a little work at the edge and add nothing.</summary>
        [MethodImpl(Simd.HotLoop)]
        private static void InterleaveAny(T* from, nint line, nint step, T* to, nint steps, int lines, int width)
        {
            int i = 0;
            if (step == 1 && typeof(T) == typeof(float) && TV.Count >= 8)
            {
                for (; i <= lines - 8; i += 8, from += 8 * line) InterleaveEight((float*)from, line, (float*)to + i, width, steps);
            }
            for (; i <= lines - 4; i += 4, from += 4 * line)
            {
                T* f0 = from, f1 = f0 + line, f2 = f1 + line, f3 = f2 + line, target = to + i;
                nint at = 0;
                for (nint s = 0; s < steps; s++, at += step, target += width)
                {
                    target[0] = f0[at];
                    target[1] = f1[at];
                    target[2] = f2[at];
                    target[3] = f3[at];
                }
            }
            for (; i < width; i++, from += line)
            {
                T* target = to + i, source = from;
                for (nint s = 0; s < steps; s++, target += width)
                {
                    *target = i < lines ? *source : T.Zero;
                    if (i < lines) source += step;
                }
            }
        }
    }

    /// <summary>Four neighbours of six lines become four columns of six.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnSix(float* from0, float* from1, float* from2, float* from3, float* from4, float* from5, float* to)
    {
        Vector128<float> r0 = Vector128.Load(from0), r1 = Vector128.Load(from1), r2 = Vector128.Load(from2), r3 = Vector128.Load(from3);
        Vector128<double> low01 = Sse.UnpackLow(r0, r1).AsDouble(), low23 = Sse.UnpackLow(r2, r3).AsDouble();
        Vector128<double> high01 = Sse.UnpackHigh(r0, r1).AsDouble(), high23 = Sse.UnpackHigh(r2, r3).AsDouble();
        r0 = Vector128.Load(from4);
        r1 = Vector128.Load(from5);
        Vector128<double> low45 = Sse.UnpackLow(r0, r1).AsDouble(), high45 = Sse.UnpackHigh(r0, r1).AsDouble();
        Sse2.UnpackLow(low01, low23).AsSingle().Store(to);
        Sse2.StoreLow((double*)(to + 4), low45);
        Sse2.UnpackHigh(low01, low23).AsSingle().Store(to + 6);
        Sse2.StoreHigh((double*)(to + 10), low45);
        Sse2.UnpackLow(high01, high23).AsSingle().Store(to + 12);
        Sse2.StoreLow((double*)(to + 16), high45);
        Sse2.UnpackHigh(high01, high23).AsSingle().Store(to + 18);
        Sse2.StoreHigh((double*)(to + 22), high45);
    }

    /// <summary>Eight lines of neighbouring floats become columns: blocks of 8 by 8 are turned in registers.</summary>
    [MethodImpl(Simd.HotLoop)]
    private static void InterleaveEight(float* from, nint line, float* to, nint width, nint steps)
    {
        float* f4 = from + 4 * line;
        nint s = 0;
        for (; s <= steps - 8; s += 8, to += 8 * width)
        {
            // rows r and r + 4 of the block share a register: what stays to do happens within its halves
            Vector256<float> r0 = Vector256.Create(Vector128.Load(from + s), Vector128.Load(f4 + s)), r1 = Vector256.Create(Vector128.Load(from + line + s), Vector128.Load(f4 + line + s));
            Vector256<float> r2 = Vector256.Create(Vector128.Load(from + 2 * line + s), Vector128.Load(f4 + 2 * line + s)), r3 = Vector256.Create(Vector128.Load(from + 3 * line + s), Vector128.Load(f4 + 3 * line + s));
            TurnFour(r0, r1, r2, r3, to, width);
            r0 = Vector256.Create(Vector128.Load(from + s + 4), Vector128.Load(f4 + s + 4));
            r1 = Vector256.Create(Vector128.Load(from + line + s + 4), Vector128.Load(f4 + line + s + 4));
            r2 = Vector256.Create(Vector128.Load(from + 2 * line + s + 4), Vector128.Load(f4 + 2 * line + s + 4));
            r3 = Vector256.Create(Vector128.Load(from + 3 * line + s + 4), Vector128.Load(f4 + 3 * line + s + 4));
            TurnFour(r0, r1, r2, r3, to + 4 * width, width);
        }
        for (; s < steps; s++, to += width)
        {
            for (int i = 0; i < 8; i++) to[i] = from[i * line + s];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TurnFour(Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3, float* to, nint width)
    {
        Vector256<double> low01 = Avx.UnpackLow(r0, r1).AsDouble(), low23 = Avx.UnpackLow(r2, r3).AsDouble();
        Vector256<double> high01 = Avx.UnpackHigh(r0, r1).AsDouble(), high23 = Avx.UnpackHigh(r2, r3).AsDouble();
        Avx.UnpackLow(low01, low23).AsSingle().Store(to);
        Avx.UnpackHigh(low01, low23).AsSingle().Store(to + width);
        Avx.UnpackLow(high01, high23).AsSingle().Store(to + 2 * width);
        Avx.UnpackHigh(high01, high23).AsSingle().Store(to + 3 * width);
    }

    private struct TileBody<TV, T> : IChunkBody where TV : struct, ISimd<TV, T> where T : unmanaged, INumber<T>
    {
        public Block<TV, T>* Block;

        [SkipLocalsInit]
        public readonly void Invoke(int chunk)
        {
            Problem<T> p = Block->Problem;
            int width = 2 * TV.Count;
            T* edge = stackalloc T[GemmTile.Rows * width];
            // Neighbouring chunks, a thread's share, lie along the longer side: then the smaller of A and B is what every thread has to read.
            (int rowChunk, int columnChunk) = Block->Rows >= Block->Columns ? (chunk / Block->ColumnChunks, chunk % Block->ColumnChunks) : (chunk % Block->RowChunks, chunk / Block->RowChunks);
            int firstRow = rowChunk * Block->RowsPerChunk, lastRow = Math.Min(firstRow + Block->RowsPerChunk, Block->Rows);
            int firstColumn = columnChunk * Block->ColumnsPerChunk, lastColumn = Math.Min(firstColumn + Block->ColumnsPerChunk, Block->Columns);
            if (p.Bias != null && (p.Accumulate || p.CColumn != 1))
            {
                StartTile(ref p, Block->Row + firstRow, lastRow - firstRow, Block->Column + firstColumn, lastColumn - firstColumn);
                p = Continued(p);
            }
            nint steps = Block->Steps, cColumn = p.CColumn;
            for (int j = firstColumn; j < lastColumn; j += width)
            {
                T* b = Block->PackedB + j * steps;
                int columns = Math.Min(width, lastColumn - j);
                bool whole = columns == width && cColumn == 1;
                for (int i = firstRow, rows; i < lastRow; i += rows)
                {
                    int left = lastRow - i;
                    rows = left is 8 or 9 or < 6 ? left >= 4 ? 4 : 1 : 6;
                    T* a = p.A + (Block->Row + i) * p.ARow + Block->Step * p.AColumn;
                    T* c = p.C + (Block->Row + i) * p.CRow + (Block->Column + j) * cColumn, target = whole ? c : edge;
                    nint targetRow = whole ? p.CRow : width;
                    nint startRow = 0;
                    T* start = whole ? p.StartOf(Block->Row + i, Block->Column + j, out startRow) : null;
                    if (rows == 6 && Block->PanelsA > 0) GemmTile.Direct6X2<TV, T>(steps, Block->PackedA + i * steps, 1, GemmTile.Rows, b, width, target, targetRow, start, startRow);
                    else if (rows == 6) GemmTile.Direct6X2<TV, T>(steps, a, p.ARow, p.AColumn, b, width, target, targetRow, start, startRow);
                    else if (rows == 4) GemmTile.Direct4X2<TV, T>(steps, a, p.ARow, p.AColumn, b, width, target, targetRow, start, startRow);
                    else GemmTile.Direct1X2<TV, T>(steps, a, p.AColumn, b, width, target, start);
                    if (whole) continue;
                    Start(ref p, Block->Row + i, rows, Block->Column + j, columns);
                    Put(edge, width, rows, columns, c, p.CRow, cColumn, p.Accumulate || p.Bias != null);
                }
            }
        }

        /// <summary>A tile that lies over the edge, or whose columns are rows of C, goes the way over a buffer.</summary>
        [MethodImpl(Simd.HotLoop)]
        private static void Put(T* tile, nint width, int rows, int columns, T* c, nint cRow, nint cColumn, bool accumulate)
        {
            for (int s = 0; s < columns; s++, c += cColumn, tile++)
            {
                T* from = tile, to = c;
                int r = 0;
                for (; accumulate && r <= rows - 2; r += 2, from += 2 * width, to += 2 * cRow)
                {
                    *to += *from;
                    to[cRow] += from[width];
                }
                for (; r <= rows - 2; r += 2, from += 2 * width, to += 2 * cRow)
                {
                    *to = *from;
                    to[cRow] = from[width];
                }
                if (r < rows) *to = accumulate ? *to + *from : *from;
            }
        }

        private static void StartTile(ref Problem<T> p, int firstRow, int rows, int firstColumn, int columns)
        {
            if (p.CColumn == 1)
            {
                Start(ref p, firstRow, rows, firstColumn, columns);
                return;
            }
            Problem<T> turned = p;
            turned.CRow = p.CColumn;
            Start(ref turned, firstColumn, columns, firstRow, rows);
        }
    }
}
