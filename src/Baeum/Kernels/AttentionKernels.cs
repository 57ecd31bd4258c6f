using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>The sizes of a scaled dot-product attention; all operands are contiguous.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Heads">Query heads, a multiple of <paramref name="KeyHeads"/>: each key head serves Heads / KeyHeads neighbours.</param>
/// <param name="KeyHeads">Heads of keys and values.</param>
/// <param name="Queries">Positions of queries.</param>
/// <param name="Keys">Positions of keys and values.</param>
/// <param name="Width">Elements of a query and of a key.</param>
/// <param name="ValueWidth">Elements of a value.</param>
/// <param name="Scale">What the products are multiplied by, usually 1 / √width.</param>
/// <param name="IsCausal">Query i then sees keys 0 … i + <paramref name="Offset"/> only.</param>
/// <param name="Offset">Keys before the first query, as with a cache.</param>
internal readonly record struct AttentionSizes(int Batch, int Heads, int KeyHeads, int Queries, int Keys, int Width, int ValueWidth, double Scale, bool IsCausal, int Offset);

/// <summary>
/// softmax(q·kᵀ·scale + mask)·v for q [batch, heads, queries, width], k [batch, keyHeads, keys, width], v [batch, keyHeads, keys, valueWidth].
/// A tile of queries at a time: its scores [tile, keys] are the only intermediate and stay in the second cache, the whole matrix never exists.
/// Backward computes the scores again from the saved log-sum-exp of each row (Dao et al. 2022). With a causal mask, keys beyond a tile are
/// not touched. Rows that see no key give 0. The mask [maskBatch, maskHeads, queries, keys] is added; sizes 1 repeat.
/// </summary>
internal static class AttentionKernels
{
    private const int Tile = 64;

    /// <summary>y [batch, heads, queries, valueWidth]; logSums [batch, heads, queries] is kept for backward.</summary>
    public static void Forward<T>(AttentionSizes sizes, ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> v, ReadOnlySpan<T> mask, int maskBatch, int maskHeads, Span<T> y, Span<T> logSums) where T : unmanaged, INumber<T>
    {
        Check(sizes, q.Length, k.Length, v.Length, mask.Length, maskBatch, maskHeads, y.Length);
        int tiles = (sizes.Queries + Tile - 1) / Tile;
        var body = new ForwardBody<T> { Sizes = sizes, Q = q, K = k, V = v, Mask = mask, MaskBatch = maskBatch, MaskHeads = maskHeads, Y = y, LogSums = logSums, Tiles = tiles };
        Threads.For(sizes.Batch * sizes.Heads * tiles, Work(sizes), ref body);
    }

    /// <summary>dq, dk, dv as q, k, v; all overwritten.</summary>
    public static void Backward<T>(AttentionSizes sizes, ReadOnlySpan<T> dy, ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> v, ReadOnlySpan<T> mask, int maskBatch, int maskHeads, ReadOnlySpan<T> y, ReadOnlySpan<T> logSums, Span<T> dq, Span<T> dk, Span<T> dv) where T : unmanaged, INumber<T>
    {
        Check(sizes, q.Length, k.Length, v.Length, mask.Length, maskBatch, maskHeads, y.Length);
        var body = new BackwardBody<T> { Sizes = sizes, Dy = dy, Q = q, K = k, V = v, Mask = mask, MaskBatch = maskBatch, MaskHeads = maskHeads, Y = y, LogSums = logSums, Dq = dq, Dk = dk, Dv = dv };
        // A key head and all its query heads are one piece: its gradients are summed in one order on any number of threads.
        Threads.For(sizes.Batch * sizes.KeyHeads, 2.5 * Work(sizes), ref body);
    }

    private static double Work(AttentionSizes s) => (double)s.Batch * s.Heads * s.Queries * s.Keys * (0.02 * (s.Width + s.ValueWidth) + 1);

    private static void Check(AttentionSizes s, long q, long k, long v, long mask, int maskBatch, int maskHeads, long y)
    {
        bool fits = s.KeyHeads > 0 && s.Heads % s.KeyHeads == 0
            && q == (long)s.Batch * s.Heads * s.Queries * s.Width && k == (long)s.Batch * s.KeyHeads * s.Keys * s.Width
            && v == (long)s.Batch * s.KeyHeads * s.Keys * s.ValueWidth && y == (long)s.Batch * s.Heads * s.Queries * s.ValueWidth
            && (mask == 0 || (maskBatch == 1 || maskBatch == s.Batch) && (maskHeads == 1 || maskHeads == s.Heads) && mask == (long)maskBatch * maskHeads * s.Queries * s.Keys);
        if (!fits) throw new ArgumentException($"Attention: {q} query, {k} key, {v} value, {mask} mask and {y} output elements do not fit {s}.");
    }

    /// <summary>scores[r, c] = q·k·scale + mask for the rows of a tile; −∞ where the causal mask hides a key.</summary>
    private static void Scores<T>(AttentionSizes s, int batch, int head, int first, int rows, int keys, ReadOnlySpan<T> q, ReadOnlySpan<T> k, ReadOnlySpan<T> mask, int maskBatch, int maskHeads, Span<T> scores) where T : unmanaged, INumber<T>
    {
        int keyHead = head / (s.Heads / s.KeyHeads);
        Gemm.Multiply(rows, keys, s.Width, q.Slice(((batch * s.Heads + head) * s.Queries + first) * s.Width, rows * s.Width), s.Width, 1,
            k.Slice((batch * s.KeyHeads + keyHead) * s.Keys * s.Width, keys * s.Width), 1, s.Width, scores, keys);
        ref T all = ref MemoryMarshal.GetReference(scores);
        Elementwise.UnaryRow(ref all, ref all, rows * keys, new MultiplyScalarFunction(s.Scale));
        for (int r = 0; r < rows; r++)
        {
            Span<T> row = scores.Slice(r * keys, keys);
            if (!mask.IsEmpty)
            {
                int plane = (maskBatch == 1 ? 0 : batch) * maskHeads + (maskHeads == 1 ? 0 : head);
                ref T added = ref MemoryMarshal.GetReference(mask.Slice((plane * s.Queries + first + r) * s.Keys, keys));
                Elementwise.BinaryRow(ref MemoryMarshal.GetReference(row), 1, ref added, 1, ref MemoryMarshal.GetReference(row), keys, default(AddFunction));
            }
            if (s.IsCausal) row[Math.Min(keys, Math.Max(0, first + r + s.Offset + 1))..].Fill(T.CreateTruncating(double.NegativeInfinity));
        }
    }

    private static int VisibleKeys(AttentionSizes s, int lastQuery) => s.IsCausal ? Math.Clamp(lastQuery + s.Offset + 1, 0, s.Keys) : s.Keys;

    private ref struct ForwardBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        public AttentionSizes Sizes;
        public ReadOnlySpan<T> Q, K, V, Mask;
        public int MaskBatch, MaskHeads, Tiles;
        public Span<T> Y, LogSums;

        public readonly void Invoke(int chunk)
        {
            AttentionSizes s = Sizes;
            (int plane, int tile) = Math.DivRem(chunk, Tiles);
            (int batch, int head) = Math.DivRem(plane, s.Heads);
            int first = tile * Tile, rows = Math.Min(Tile, s.Queries - first), keys = VisibleKeys(s, first + rows - 1);
            Span<T> y = Y.Slice((plane * s.Queries + first) * s.ValueWidth, rows * s.ValueWidth), logSums = LogSums.Slice(plane * s.Queries + first, rows);
            if (keys == 0)
            {
                y.Clear();
                logSums.Fill(T.CreateTruncating(double.NegativeInfinity));
                return;
            }
            T[] scratch = ArrayPool<T>.Shared.Rent(rows * keys);
            Span<T> scores = scratch.AsSpan(0, rows * keys);
            Scores(s, batch, head, first, rows, keys, Q, K, Mask, MaskBatch, MaskHeads, scores);
            for (int r = 0; r < rows; r++)
            {
                Span<T> row = scores.Slice(r * keys, keys);
                T most = SoftmaxKernels.Max<T>(row);
                if (double.IsNegativeInfinity(double.CreateTruncating(most)) && !row.ContainsAnyExcept(most))
                {
                    row.Clear();
                    logSums[r] = most;
                    continue;
                }
                double sum = SoftmaxKernels.ExpSum(row, row, most);
                logSums[r] = T.CreateTruncating(double.CreateTruncating(most) + Math.Log(sum));
                ref T p = ref MemoryMarshal.GetReference(row);
                Elementwise.UnaryRow(ref p, ref p, keys, new MultiplyScalarFunction(1 / sum));
            }
            int keyPlane = batch * s.KeyHeads + head / (s.Heads / s.KeyHeads);
            Gemm.Multiply(rows, s.ValueWidth, keys, scores, keys, 1, V.Slice(keyPlane * s.Keys * s.ValueWidth, keys * s.ValueWidth), s.ValueWidth, 1, y, s.ValueWidth);
            ArrayPool<T>.Shared.Return(scratch);
        }
    }

    private ref struct BackwardBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        public AttentionSizes Sizes;
        public ReadOnlySpan<T> Dy, Q, K, V, Mask, Y, LogSums;
        public int MaskBatch, MaskHeads;
        public Span<T> Dq, Dk, Dv;

        public readonly void Invoke(int chunk)
        {
            AttentionSizes s = Sizes;
            (int batch, int keyHead) = Math.DivRem(chunk, s.KeyHeads);
            int group = s.Heads / s.KeyHeads;
            Dk.Slice(chunk * s.Keys * s.Width, s.Keys * s.Width).Clear();
            Dv.Slice(chunk * s.Keys * s.ValueWidth, s.Keys * s.ValueWidth).Clear();
            int room = Math.Min(Tile, s.Queries) * s.Keys;
            T[] first = ArrayPool<T>.Shared.Rent(room), second = ArrayPool<T>.Shared.Rent(room);
            for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
                for (int query = 0; query < s.Queries; query += Tile) TileBackward(batch, head, chunk, query, first, second);
            ArrayPool<T>.Shared.Return(first);
            ArrayPool<T>.Shared.Return(second);
        }

        private readonly void TileBackward(int batch, int head, int keyPlane, int first, Span<T> room, Span<T> otherRoom)
        {
            AttentionSizes s = Sizes;
            int plane = batch * s.Heads + head, rows = Math.Min(Tile, s.Queries - first), keys = VisibleKeys(s, first + rows - 1);
            Span<T> dq = Dq.Slice((plane * s.Queries + first) * s.Width, rows * s.Width);
            if (keys == 0)
            {
                dq.Clear();
                return;
            }
            int at = (plane * s.Queries + first) * s.ValueWidth;
            ReadOnlySpan<T> dy = Dy.Slice(at, rows * s.ValueWidth), y = Y.Slice(at, rows * s.ValueWidth), q = Q.Slice((plane * s.Queries + first) * s.Width, rows * s.Width);
            ReadOnlySpan<T> k = K.Slice(keyPlane * s.Keys * s.Width, keys * s.Width), v = V.Slice(keyPlane * s.Keys * s.ValueWidth, keys * s.ValueWidth);
            Span<T> dk = Dk.Slice(keyPlane * s.Keys * s.Width, keys * s.Width), dv = Dv.Slice(keyPlane * s.Keys * s.ValueWidth, keys * s.ValueWidth);
            Span<T> p = room[..(rows * keys)], dp = otherRoom[..(rows * keys)];
            Scores(s, batch, head, first, rows, keys, Q, K, Mask, MaskBatch, MaskHeads, p);
            Gemm.Multiply(rows, keys, s.ValueWidth, dy, s.ValueWidth, 1, v, 1, s.ValueWidth, dp, keys);
            for (int r = 0; r < rows; r++)
            {
                Span<T> row = p.Slice(r * keys, keys), target = dp.Slice(r * keys, keys);
                T logSum = LogSums[plane * s.Queries + first + r];
                if (double.IsNegativeInfinity(double.CreateTruncating(logSum))) row.Clear();
                else SoftmaxKernels.ExpSum(row, row, logSum);
                double dot = double.CreateTruncating(RowStatistics.Dot(dy.Slice(r * s.ValueWidth, s.ValueWidth), y.Slice(r * s.ValueWidth, s.ValueWidth)));
                ref T target0 = ref MemoryMarshal.GetReference(target);
                Elementwise.BinaryRow(ref MemoryMarshal.GetReference(row), 1, ref target0, 1, ref target0, keys, new ScoreGradient(dot, s.Scale));
            }
            Gemm.Multiply(keys, s.ValueWidth, rows, p, 1, keys, dy, s.ValueWidth, 1, dv, s.ValueWidth, accumulate: true);
            Gemm.Multiply(rows, s.Width, keys, dp, keys, 1, k, s.Width, 1, dq, s.Width);
            Gemm.Multiply(keys, s.Width, rows, dp, 1, keys, q, s.Width, 1, dk, s.Width, accumulate: true);
        }
    }

    /// <summary>p·(dp − Σ dy·y)·scale.</summary>
    private readonly struct ScoreGradient(double dot, double scale) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a * (b - TV.Constant(dot)) * TV.Constant(scale);
    }
}
