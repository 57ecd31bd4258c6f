using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>The sizes of a scaled dot-product attention.</summary>
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

/// <summary>[batch, heads, positions, width] in memory: the elements of a position lie side by side, the rest may be in any order, so that heads
/// are read where a projection left them.</summary>
/// <param name="memory">From the first element on.</param>
/// <param name="batchStride">Elements from one sequence to the next.</param>
/// <param name="headStride">Elements from one head to the next.</param>
/// <param name="row">Elements from one position to the next.</param>
internal readonly ref struct HeadRows<T>(Span<T> memory, int batchStride, int headStride, int row)
{
    private readonly Span<T> memory = memory;

    /// <summary>Elements from one position to the next.</summary>
    public int Row => row;

    /// <summary>Positions of a head, the first element of one <see cref="Row"/> behind that of the one before.</summary>
    public Span<T> At(int batch, int head, int first, int positions, int width) =>
        positions == 0 || width == 0 ? default : memory.Slice(batch * batchStride + head * headStride + first * row, (positions - 1) * row + width);

    /// <summary>Writes zeros to positions of a head.</summary>
    public void Clear(int batch, int head, int first, int positions, int width)
    {
        for (int i = 0; i < positions; i++) At(batch, head, first + i, 1, width).Clear();
    }

    /// <summary>Whether all positions lie in the memory.</summary>
    public bool Holds(int batches, int heads, int positions, int width) =>
        batches == 0 || heads == 0 || positions == 0 || width == 0
        || (batchStride >= 0 && headStride >= 0 && row >= 0 && (batches - 1L) * batchStride + (heads - 1L) * headStride + (positions - 1L) * row + width <= memory.Length);
}

/// <summary>What changes the scores and weights of an attention.</summary>
/// <param name="added">Added to the scores, [addedBatch, addedHeads, queries, keys]; sizes 1 repeat; empty for nothing.</param>
/// <param name="addedBatch">1 or the batch.</param>
/// <param name="addedHeads">1 or the heads.</param>
/// <param name="kept">The weights that dropout keeps, [batch, heads, queries, keys]; empty for all.</param>
/// <param name="keptScale">What kept weights are multiplied by.</param>
internal readonly ref struct AttentionMasks<T>(ReadOnlySpan<T> added, int addedBatch, int addedHeads, ReadOnlySpan<bool> kept, double keptScale) where T : unmanaged, INumber<T>
{
    private readonly ReadOnlySpan<T> added = added;
    private readonly ReadOnlySpan<bool> kept = kept;

    /// <summary>Whether the memory is that of the sizes.</summary>
    public bool Fit(AttentionSizes s)
    {
        long plane = (long)s.Queries * s.Keys;
        return (added.IsEmpty || ((addedBatch == 1 || addedBatch == s.Batch) && (addedHeads == 1 || addedHeads == s.Heads) && added.Length == addedBatch * addedHeads * plane))
            && (kept.IsEmpty || kept.Length == s.Batch * s.Heads * plane);
    }

    /// <summary>Adds to the scores [rows, keys] of a tile.</summary>
    public void Add(AttentionSizes s, int batch, int head, int first, int rows, int keys, Span<T> scores)
    {
        if (added.IsEmpty) return;
        int plane = (addedBatch == 1 ? 0 : batch) * addedHeads + (addedHeads == 1 ? 0 : head);
        for (int r = 0; r < rows; r++)
        {
            ref T row = ref scores[r * keys], more = ref MemoryMarshal.GetReference(added.Slice((plane * s.Queries + first + r) * s.Keys, keys));
            Elementwise.BinaryRow(ref row, 1, ref more, 1, ref row, keys, default(AddFunction));
        }
    }

    /// <summary>Drops weights, or their gradients, [rows, keys] of a tile.</summary>
    public void Drop(AttentionSizes s, int batch, int head, int first, int rows, int keys, Span<T> weights)
    {
        if (kept.IsEmpty) return;
        T scale = T.CreateTruncating(keptScale);
        ReadOnlySpan<bool> tile = kept.Slice(((batch * s.Heads + head) * s.Queries + first) * s.Keys, rows * s.Keys);
        // whole rows follow one another in both
        if (keys == s.Keys) DropoutKernels.Keep(weights, tile, scale, weights);
        else for (int r = 0; r < rows; r++) DropoutKernels.Keep(weights.Slice(r * keys, keys), tile.Slice(r * s.Keys, keys), scale, weights.Slice(r * keys, keys));
    }
}

/// <summary>
/// dropout(softmax(q·kᵀ·scale + mask))·v for q [batch, heads, queries, width], k [batch, keyHeads, keys, width], v [batch, keyHeads, keys, valueWidth].
/// A tile of queries at a time: its scores [tile, keys] are the only intermediate and stay in the second cache, the whole matrix never exists.
/// Backward computes the scores again from the saved log-sum-exp of each row (Dao et al. 2022). With a causal mask, keys beyond a tile are
/// not touched. Rows that see no key give 0.
/// </summary>
internal static class AttentionKernels
{
    private const int Tile = 64;

    /// <summary>y [batch, heads, queries, valueWidth]; logSums [batch, heads, queries] is kept for backward.</summary>
    public static void Forward<T>(AttentionSizes sizes, HeadRows<T> q, HeadRows<T> k, HeadRows<T> v, AttentionMasks<T> masks, HeadRows<T> y, Span<T> logSums) where T : unmanaged, INumber<T>
    {
        Check(sizes, q, k, v, masks, y);
        int tiles = (sizes.Queries + Tile - 1) / Tile;
        var body = new ForwardBody<T> { Sizes = sizes, Q = q, K = k, V = v, Masks = masks, Y = y, LogSums = logSums, Tiles = tiles };
        Threads.For(sizes.Batch * sizes.Heads * tiles, Work(sizes), ref body);
    }

    /// <summary>
    /// dq, dk, dv as q, k, v; all overwritten. <paramref name="dScores"/> [batch, heads, queries, keys] takes the gradients of what was added to
    /// the scores; empty if nobody wants them.
    /// </summary>
    public static void Backward<T>(AttentionSizes sizes, HeadRows<T> dy, HeadRows<T> q, HeadRows<T> k, HeadRows<T> v, AttentionMasks<T> masks, HeadRows<T> y, ReadOnlySpan<T> logSums, HeadRows<T> dq, HeadRows<T> dk, HeadRows<T> dv, Span<T> dScores = default) where T : unmanaged, INumber<T>
    {
        Check(sizes, q, k, v, masks, y);
        Check(sizes, dq, dk, dv, masks, dy);
        var body = new BackwardBody<T> { Sizes = sizes, Dy = dy, Q = q, K = k, V = v, Masks = masks, Y = y, LogSums = logSums, Dq = dq, Dk = dk, Dv = dv, DScores = dScores };
        if (!dScores.IsEmpty && dScores.Length != (long)sizes.Batch * sizes.Heads * sizes.Queries * sizes.Keys) throw new ArgumentException($"Attention: {dScores.Length} gradients of scores do not fit {sizes}.");
        // A key head and all its query heads are one piece: its gradients are summed in one order on any number of threads.
        Threads.For(sizes.Batch * sizes.KeyHeads, 2.5 * Work(sizes), ref body);
    }

    private static double Work(AttentionSizes s) => (double)s.Batch * s.Heads * s.Queries * s.Keys * (0.02 * (s.Width + s.ValueWidth) + 1);

    private static void Check<T>(AttentionSizes s, HeadRows<T> q, HeadRows<T> k, HeadRows<T> v, AttentionMasks<T> masks, HeadRows<T> y) where T : unmanaged, INumber<T>
    {
        bool fits = s.KeyHeads > 0 && s.Heads % s.KeyHeads == 0
            && q.Holds(s.Batch, s.Heads, s.Queries, s.Width) && k.Holds(s.Batch, s.KeyHeads, s.Keys, s.Width)
            && v.Holds(s.Batch, s.KeyHeads, s.Keys, s.ValueWidth) && y.Holds(s.Batch, s.Heads, s.Queries, s.ValueWidth)
            && masks.Fit(s);
        if (!fits) throw new ArgumentException($"Attention: the memory of queries, keys, values, masks or results does not fit {s}.");
    }

    /// <summary>scores[r, c] = q·k·scale + mask for the rows of a tile, also of keys that the causal mask hides.</summary>
    private static void Scores<T>(AttentionSizes s, int batch, int head, int first, int rows, int keys, HeadRows<T> q, HeadRows<T> k, AttentionMasks<T> masks, Span<T> scores) where T : unmanaged, INumber<T>
    {
        int keyHead = head / (s.Heads / s.KeyHeads);
        Gemm.Multiply<T>(rows, keys, s.Width, q.At(batch, head, first, rows, s.Width), q.Row, 1, k.At(batch, keyHead, 0, keys, s.Width), 1, k.Row, scores, keys);
        ref T all = ref MemoryMarshal.GetReference(scores);
        Elementwise.UnaryRow(ref all, ref all, rows * keys, new MultiplyScalarFunction(s.Scale));
        masks.Add(s, batch, head, first, rows, keys, scores);
    }

    private static int VisibleKeys(AttentionSizes s, int lastQuery) => s.IsCausal ? Math.Clamp(lastQuery + s.Offset + 1, 0, s.Keys) : s.Keys;

    private ref struct ForwardBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        public AttentionSizes Sizes;
        public HeadRows<T> Q, K, V, Y;
        public AttentionMasks<T> Masks;
        public int Tiles;
        public Span<T> LogSums;

        public readonly void Invoke(int chunk)
        {
            AttentionSizes s = Sizes;
            (int plane, int tile) = Math.DivRem(chunk, Tiles);
            (int batch, int head) = Math.DivRem(plane, s.Heads);
            int first = tile * Tile, rows = Math.Min(Tile, s.Queries - first), keys = VisibleKeys(s, first + rows - 1);
            Span<T> logSums = LogSums.Slice(plane * s.Queries + first, rows);
            if (keys == 0)
            {
                Y.Clear(batch, head, first, rows, s.ValueWidth);
                logSums.Fill(T.CreateTruncating(double.NegativeInfinity));
                return;
            }
            T[] scratch = ArrayPool<T>.Shared.Rent(rows * keys);
            Span<T> scores = scratch.AsSpan(0, rows * keys);
            Scores(s, batch, head, first, rows, keys, Q, K, Masks, scores);
            for (int r = 0; r < rows; r++)
            {
                int seen = VisibleKeys(s, first + r);
                Span<T> row = scores.Slice(r * keys, seen);
                scores.Slice(r * keys + seen, keys - seen).Clear();
                T most = seen == 0 ? T.CreateTruncating(double.NegativeInfinity) : SoftmaxKernels.Max<T>(row);
                if (double.IsNegativeInfinity(double.CreateTruncating(most)) && !row.ContainsAnyExcept(most))
                {
                    row.Clear();
                    logSums[r] = most;
                    continue;
                }
                double sum = SoftmaxKernels.ExpSum(row, row, most);
                logSums[r] = T.CreateTruncating(double.CreateTruncating(most) + Math.Log(sum));
                ref T p = ref MemoryMarshal.GetReference(row);
                Elementwise.UnaryRow(ref p, ref p, seen, new MultiplyScalarFunction(1 / sum));
            }
            Masks.Drop(s, batch, head, first, rows, keys, scores);
            int keyHead = head / (s.Heads / s.KeyHeads);
            Gemm.Multiply<T>(rows, s.ValueWidth, keys, scores, keys, 1, V.At(batch, keyHead, 0, keys, s.ValueWidth), V.Row, 1, Y.At(batch, head, first, rows, s.ValueWidth), Y.Row);
            ArrayPool<T>.Shared.Return(scratch);
        }
    }

    private ref struct BackwardBody<T> : IChunkBody where T : unmanaged, INumber<T>
    {
        public AttentionSizes Sizes;
        public HeadRows<T> Dy, Q, K, V, Y, Dq, Dk, Dv;
        public ReadOnlySpan<T> LogSums;
        public AttentionMasks<T> Masks;
        public Span<T> DScores;

        public readonly void Invoke(int chunk)
        {
            AttentionSizes s = Sizes;
            (int batch, int keyHead) = Math.DivRem(chunk, s.KeyHeads);
            int group = s.Heads / s.KeyHeads;
            int room = Math.Min(Tile, s.Queries) * s.Keys;
            T[] first = ArrayPool<T>.Shared.Rent(room), second = ArrayPool<T>.Shared.Rent(room);
            // the last tile sees the most keys: it writes their gradients, the others add to them
            int written = s.Queries == 0 ? 0 : VisibleKeys(s, s.Queries - 1), lastTile = (s.Queries + Tile - 1) / Tile * Tile - Tile;
            Dk.Clear(batch, keyHead, written, s.Keys - written, s.Width);
            Dv.Clear(batch, keyHead, written, s.Keys - written, s.ValueWidth);
            for (int head = keyHead * group; head < (keyHead + 1) * group; head++)
                for (int query = lastTile; query >= 0; query -= Tile) TileBackward(batch, head, keyHead, query, first, second, adds: head > keyHead * group || query < lastTile);
            ArrayPool<T>.Shared.Return(first);
            ArrayPool<T>.Shared.Return(second);
        }

        private readonly void TileBackward(int batch, int head, int keyHead, int first, Span<T> room, Span<T> otherRoom, bool adds)
        {
            AttentionSizes s = Sizes;
            int plane = batch * s.Heads + head, rows = Math.Min(Tile, s.Queries - first), keys = VisibleKeys(s, first + rows - 1);
            if (keys == 0)
            {
                Dq.Clear(batch, head, first, rows, s.Width);
                if (!DScores.IsEmpty) DScores.Slice((plane * s.Queries + first) * s.Keys, rows * s.Keys).Clear();
                return;
            }
            Span<T> dy = Dy.At(batch, head, first, rows, s.ValueWidth);
            Span<T> p = room[..(rows * keys)], dp = otherRoom[..(rows * keys)];
            Scores(s, batch, head, first, rows, keys, Q, K, Masks, p);
            Gemm.Multiply<T>(rows, keys, s.ValueWidth, dy, Dy.Row, 1, V.At(batch, keyHead, 0, keys, s.ValueWidth), 1, V.Row, dp, keys);
            Masks.Drop(s, batch, head, first, rows, keys, dp);
            for (int r = 0; r < rows; r++)
            {
                int seen = VisibleKeys(s, first + r);
                Span<T> row = p.Slice(r * keys, seen), target = dp.Slice(r * keys, seen);
                p.Slice(r * keys + seen, keys - seen).Clear();
                dp.Slice(r * keys + seen, keys - seen).Clear();
                T logSum = LogSums[plane * s.Queries + first + r];
                if (double.IsNegativeInfinity(double.CreateTruncating(logSum))) row.Clear();
                else SoftmaxKernels.ExpSum(row, row, logSum);
                double dot = double.CreateTruncating(RowStatistics.Dot<T>(Dy.At(batch, head, first + r, 1, s.ValueWidth), Y.At(batch, head, first + r, 1, s.ValueWidth)));
                ref T target0 = ref MemoryMarshal.GetReference(target);
                if (DScores.IsEmpty)
                {
                    Elementwise.BinaryRow(ref MemoryMarshal.GetReference(row), 1, ref target0, 1, ref target0, seen, new ScoreGradient(dot, s.Scale));
                    continue;
                }
                Elementwise.BinaryRow(ref MemoryMarshal.GetReference(row), 1, ref target0, 1, ref target0, seen, new ScoreGradient(dot, 1));
                Span<T> dScores = DScores.Slice((plane * s.Queries + first + r) * s.Keys, s.Keys);
                target.CopyTo(dScores);
                dScores[seen..].Clear();
                Elementwise.UnaryRow(ref target0, ref target0, seen, new MultiplyScalarFunction(s.Scale));
            }
            Masks.Drop(s, batch, head, first, rows, keys, p);
            Gemm.Multiply<T>(keys, s.ValueWidth, rows, p, 1, keys, dy, Dy.Row, 1, Dv.At(batch, keyHead, 0, keys, s.ValueWidth), Dv.Row, accumulate: adds);
            Gemm.Multiply<T>(rows, s.Width, keys, dp, keys, 1, K.At(batch, keyHead, 0, keys, s.Width), K.Row, 1, Dq.At(batch, head, first, rows, s.Width), Dq.Row);
            Gemm.Multiply<T>(keys, s.Width, rows, dp, 1, keys, Q.At(batch, head, first, rows, s.Width), Q.Row, 1, Dk.At(batch, keyHead, 0, keys, s.Width), Dk.Row, accumulate: adds);
        }
    }

    /// <summary>p·(dp − Σ dy·y)·scale.</summary>
    private readonly struct ScoreGradient(double dot, double scale) : IBinaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TV Invoke<TV, T>(TV a, TV b) where TV : struct, ISimd<TV, T> where T : unmanaged => a * (b - TV.Constant(dot)) * TV.Constant(scale);
    }
}
