using System.Numerics;

namespace Baeum.Kernels;

/// <summary>
/// One direction of a recurrent layer over a whole sequence, time first. The products with the inputs of all steps are made by the
/// caller in one; here run the steps, with the recurrent weights packed once.
/// </summary>
internal static unsafe class RnnKernels
{
    /// <summary>Everything that a layer direction reads and writes; matrices row by row.</summary>
    internal ref struct Sequence<T> where T : unmanaged
    {
        public int Steps, Batch, Hidden;
        public bool IsReverse;
        /// <summary>Recurrent weights [gates · hidden, hidden] and, where the cell is split, their bias [gates · hidden] or empty.</summary>
        public ReadOnlySpan<T> Weight, RecurrentBias;
        /// <summary>[steps, batch, gates · hidden]: sums before the forward, activations after.</summary>
        public Span<T> Gates;
        /// <summary>[steps, batch, hidden].</summary>
        public Span<T> Output, Cells, Kept;
        /// <summary>[batch, hidden]; empty counts as zero.</summary>
        public ReadOnlySpan<T> FirstHidden, FirstCell;
        /// <summary>[steps, batch, hidden], or empty for zero.</summary>
        public ReadOnlySpan<T> Grad;
        /// <summary>[batch, hidden]: gradients of the last states before, of the first states after the backward.</summary>
        public Span<T> HiddenGrad, CellGrad;
        /// <summary>[steps, batch, gates · hidden].</summary>
        public Span<T> GatesGrad, RecurrentGrad;
    }

    internal static void Forward<TCell, T>(Sequence<T> s) where TCell : struct, IRecurrentCell where T : unmanaged, IFloatingPointIeee754<T>
    {
        int wide = TCell.Gates * s.Hidden, state = s.Batch * s.Hidden;
        var weight = new PackedWeight<T>(s.Weight, s.Hidden, wide, 1, s.Hidden);
        var zeros = s.FirstHidden.IsEmpty || (TCell.HasCell && s.FirstCell.IsEmpty) ? new T[state] : [];
        var recurrent = TCell.IsSplit ? new T[s.Batch * wide] : [];
        fixed (T* gates = s.Gates, output = s.Output, cells = s.Cells, kept = s.Kept, firstHidden = s.FirstHidden, firstCell = s.FirstCell, zero = zeros, sums = recurrent)
        {
            T* hiddenBefore = firstHidden != null ? firstHidden : zero, cellBefore = firstCell != null ? firstCell : zero;
            for (int step = 0; step < s.Steps; step++)
            {
                int t = s.IsReverse ? s.Steps - 1 - step : step;
                T* at = gates + (nint)t * s.Batch * wide;
                if (TCell.IsSplit)
                {
                    for (int b = 0; b < s.Batch; b++)
                    {
                        var row = new Span<T>(sums + (nint)b * wide, wide);
                        if (s.RecurrentBias.IsEmpty) row.Clear();
                        else s.RecurrentBias.CopyTo(row);
                    }
                }
                if (step > 0 || firstHidden != null) weight.Multiply(s.Batch, hiddenBefore, s.Hidden, TCell.IsSplit ? sums : at, wide, accumulate: true);
                var first = new CellRow<T>
                {
                    Gates = at,
                    Recurrent = sums,
                    Kept = kept + (TCell.IsSplit ? (nint)t * state : 0),
                    HiddenBefore = hiddenBefore,
                    Hidden = output + (nint)t * state,
                    CellBefore = cellBefore,
                    Cell = cells + (TCell.HasCell ? (nint)t * state : 0),
                };
                Rows<TCell, T>(first, s.Batch, s.Hidden, isForward: true);
                hiddenBefore = first.Hidden;
                if (TCell.HasCell) cellBefore = first.Cell;
            }
        }
    }

    internal static void Backward<TCell, T>(Sequence<T> s) where TCell : struct, IRecurrentCell where T : unmanaged, IFloatingPointIeee754<T>
    {
        int wide = TCell.Gates * s.Hidden, state = s.Batch * s.Hidden;
        var weight = new PackedWeight<T>(s.Weight, wide, s.Hidden, s.Hidden, 1);
        var zeros = s.FirstHidden.IsEmpty || (TCell.HasCell && s.FirstCell.IsEmpty) ? new T[state] : [];
        fixed (T* gates = s.Gates, output = s.Output, cells = s.Cells, kept = s.Kept, firstHidden = s.FirstHidden, firstCell = s.FirstCell, zero = zeros)
        fixed (T* grad = s.Grad, hiddenGrad = s.HiddenGrad, cellGrad = s.CellGrad, gatesGrad = s.GatesGrad, recurrentGrad = s.RecurrentGrad)
        {
            for (int step = s.Steps - 1; step >= 0; step--)
            {
                int t = s.IsReverse ? s.Steps - 1 - step : step, before = s.IsReverse ? t + 1 : t - 1;
                bool isFirst = step == 0;
                var first = new CellRow<T>
                {
                    Gates = gates + (nint)t * s.Batch * wide,
                    Kept = kept + (TCell.IsSplit ? (nint)t * state : 0),
                    Hidden = output + (nint)t * state,
                    HiddenBefore = !isFirst ? output + (nint)before * state : firstHidden != null ? firstHidden : zero,
                    Cell = cells + (TCell.HasCell ? (nint)t * state : 0),
                    CellBefore = !TCell.HasCell ? null : !isFirst ? cells + (nint)before * state : firstCell != null ? firstCell : zero,
                    Grad = grad == null ? null : grad + (nint)t * state,
                    HiddenGrad = hiddenGrad,
                    CellGrad = cellGrad,
                    GatesGrad = gatesGrad + (nint)t * s.Batch * wide,
                    RecurrentGrad = recurrentGrad + (TCell.IsSplit ? (nint)t * s.Batch * wide : 0),
                };
                Rows<TCell, T>(first, s.Batch, s.Hidden, isForward: false);
                weight.Multiply(s.Batch, TCell.IsSplit ? first.RecurrentGrad : first.GatesGrad, wide, hiddenGrad, s.Hidden, accumulate: TCell.IsSplit);
            }
        }
    }

    private static void Rows<TCell, T>(CellRow<T> first, int batch, int hidden, bool isForward) where TCell : struct, IRecurrentCell where T : unmanaged, IFloatingPointIeee754<T>
    {
        var body = new RowBody<TCell, T> { First = first, Hidden = hidden, IsForward = isForward };
        Threads.ForRange(batch, Math.Max(1, 2048 / Math.Max(1, hidden)), hidden * TCell.Gates * 1.5, ref body);
    }

    private struct RowBody<TCell, T> : IRangeBody where TCell : struct, IRecurrentCell where T : unmanaged, IFloatingPointIeee754<T>
    {
        internal CellRow<T> First;
        internal int Hidden;
        internal bool IsForward;

        public readonly void Invoke(int start, int end)
        {
            for (int b = start; b < end; b++)
            {
                nint state = (nint)b * Hidden, wide = state * TCell.Gates;
                var row = First;
                row.Gates += wide;
                row.Recurrent += wide;
                row.Kept += state;
                row.HiddenBefore += state;
                row.Hidden += state;
                row.CellBefore += state;
                row.Cell += state;
                if (row.Grad != null) row.Grad += state;
                row.HiddenGrad += state;
                row.CellGrad += state;
                row.GatesGrad += wide;
                row.RecurrentGrad += wide;
                nint done = Simd.Level switch
                {
                    512 => Run<Vector512Simd<T>>(row, 0),
                    256 => Run<Vector256Simd<T>>(row, 0),
                    128 => Run<Vector128Simd<T>>(row, 0),
                    _ => 0,
                };
                Run<ScalarSimd<T>>(row, done);
            }
        }

        private readonly nint Run<TV>(in CellRow<T> row, nint start) where TV : struct, ISimd<TV, T> =>
            IsForward ? TCell.Forward<TV, T>(row, Hidden, start) : TCell.Backward<TV, T>(row, Hidden, start);
    }
}
