using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// A matrix B[k, n] laid out once for the tiles of the matrix product and then used for many small products: the recurrent weights of a
/// layer at every step of a sequence. One at a time on a thread: the memory is reused.
/// </summary>
internal readonly unsafe struct PackedWeight<T> where T : unmanaged, INumber<T>
{
    private const int Stripe = 256, ColumnsPerChunk = 128;
    private const double NanosecondsPerMultiply = 0.02;

    [ThreadStatic] private static T[]? buffer;

    private readonly T* data;
    private readonly int k, n, width, columns;

    /// <param name="b">The matrix.</param>
    /// <param name="k">Its rows.</param>
    /// <param name="n">Its columns.</param>
    /// <param name="row">The distance between rows.</param>
    /// <param name="column">The distance between columns.</param>
    internal PackedWeight(ReadOnlySpan<T> b, int k, int n, int row, int column)
    {
        (this.k, this.n) = (k, n);
        width = 2 * (Simd.Level == 0 ? 1 : Simd.Level / 8 / sizeof(T));
        columns = (n + width - 1) / width * width;
        int slack = 64 / sizeof(T), length = checked(k * columns + slack);
        if (buffer is null || buffer.Length < length) buffer = GC.AllocateUninitializedArray<T>(length, pinned: true);
        data = (T*)(((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(buffer)) + 63) & ~(nuint)63);
        fixed (T* source = &MemoryMarshal.GetReference(b)) Pack(source, row, column);
    }

    [MethodImpl(Simd.HotLoop)]
    private void Pack(T* source, nint row, nint column)
    {
        for (int first = 0; first < k; first += Stripe)
        {
            int steps = Math.Min(Stripe, k - first);
            T* target = data + (nint)first * columns;
            for (int j = 0; j < columns; j += width)
            {
                for (int c = 0; c < width; c++)
                {
                    T* from = source + first * row + (j + c) * column, to = target + (nint)j * steps + c;
                    bool isInside = j + c < n;
                    for (int l = 0; l < steps; l++, from += row, to += width) *to = isInside ? *from : T.Zero;
                }
            }
        }
    }

    /// <summary>C[rows, n] (+)= A[rows, k] × B; the elements of a row lie side by side.</summary>
    internal void Multiply(int rows, T* a, int aRow, T* c, int cRow, bool accumulate)
    {
        for (int first = 0; first < k; first += Stripe)
        {
            int steps = Math.Min(Stripe, k - first);
            var body = new TileBody { Weight = this, Rows = rows, Steps = steps, Data = data + (nint)first * columns, A = a + first, ARow = aRow, C = c, CRow = cRow, Accumulate = accumulate || first > 0 };
            Threads.For((columns + ColumnsPerChunk - 1) / ColumnsPerChunk, (double)rows * columns * steps * NanosecondsPerMultiply, ref body);
        }
    }

    private struct TileBody : IChunkBody
    {
        internal PackedWeight<T> Weight;
        internal int Rows, Steps, ARow, CRow;
        internal T* Data, A, C;
        internal bool Accumulate;

        public readonly void Invoke(int chunk)
        {
            switch (Simd.Level)
            {
                case 512: Run<Vector512Simd<T>>(chunk); break;
                case 256: Run<Vector256Simd<T>>(chunk); break;
                case 128: Run<Vector128Simd<T>>(chunk); break;
                default: Run<ScalarSimd<T>>(chunk); break;
            }
        }

        [SkipLocalsInit]
        private readonly void Run<TV>(int chunk) where TV : struct, ISimd<TV, T>
        {
            int width = Weight.width, last = Math.Min((chunk + 1) * ColumnsPerChunk, Weight.columns);
            T* edge = stackalloc T[GemmTile.Rows * 2 * TV.Count];
            for (int j = chunk * ColumnsPerChunk; j < last; j += width)
            {
                T* b = Data + (nint)j * Steps;
                int columns = Math.Min(width, Weight.n - j);
                bool whole = columns == width;
                for (int i = 0, rows; i < Rows; i += rows)
                {
                    // Batches are mostly powers of two: tiles of four rows fill what tiles of six would leave half empty.
                    int left = Rows - i;
                    rows = left is 8 or 9 or < 6 ? left >= 4 ? 4 : 1 : 6;
                    T* a = A + (nint)i * ARow, c = C + (nint)i * CRow + j, target = whole ? c : edge, start = whole && Accumulate ? c : null;
                    int targetRow = whole ? CRow : width;
                    if (rows == 6) GemmTile.Direct6X2<TV, T>(Steps, a, ARow, 1, b, width, target, targetRow, start, CRow);
                    else if (rows == 4) GemmTile.Direct4X2<TV, T>(Steps, a, ARow, 1, b, width, target, targetRow, start, CRow);
                    else GemmTile.Direct1X2<TV, T>(Steps, a, 1, b, width, target, start);
                    for (int r = 0; !whole && r < rows; r++)
                        for (int s = 0; s < columns; s++)
                            c[r * CRow + s] = Accumulate ? c[r * CRow + s] + edge[r * width + s] : edge[r * width + s];
                }
            }
        }
    }
}
