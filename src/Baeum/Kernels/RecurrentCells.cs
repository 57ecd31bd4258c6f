using System.Runtime.CompilerServices;

namespace Baeum.Kernels;

/// <summary>The places of one example at one step of a recurrent layer. All rows are [hidden] or [gates · hidden].</summary>
internal unsafe struct CellRow<T> where T : unmanaged
{
    /// <summary>Sums of the gates before, their activations after the forward step.</summary>
    public T* Gates;
    /// <summary>GRU: the recurrent sums of the gates.</summary>
    public T* Recurrent;
    /// <summary>GRU: the recurrent sum of the candidate, kept for the backward.</summary>
    public T* Kept;
    public T* HiddenBefore, Hidden, CellBefore, Cell;
    /// <summary>The gradient that comes from above, or null.</summary>
    public T* Grad;
    /// <summary>The gradient from the step after; what goes straight to the step before replaces it.</summary>
    public T* HiddenGrad, CellGrad;
    public T* GatesGrad, RecurrentGrad;
}

/// <summary>The element-wise part of a recurrent cell, for the elements [start, end) of one example.</summary>
internal unsafe interface IRecurrentCell
{
    /// <summary>Gates, that is, rows of weights a hidden unit has.</summary>
    static abstract int Gates { get; }

    /// <summary>Whether the recurrent sums of the gates are kept apart from those of the input.</summary>
    static abstract bool IsSplit { get; }

    static abstract bool HasCell { get; }

    /// <summary>Processes full registers and returns where it stopped.</summary>
    static abstract nint Forward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged;

    /// <inheritdoc cref="Forward"/>
    static abstract nint Backward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged;
}

/// <summary>h = tanh(gate).</summary>
internal readonly unsafe struct TanhCell : IRecurrentCell
{
    public static int Gates => 1;
    public static bool IsSplit => false;
    public static bool HasCell => false;

    [MethodImpl(Simd.HotLoop)]
    public static nint Forward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* gates = row.Gates, h = row.Hidden;
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count) VectorMath.Tanh<TV, T>(TV.Load(gates + j)).Store(h + j);
        return j;
    }

    [MethodImpl(Simd.HotLoop)]
    public static nint Backward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* h = row.Hidden, grad = row.Grad, dh = row.HiddenGrad, d = row.GatesGrad;
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count)
        {
            TV y = TV.Load(h + j), g = TV.Load(dh + j);
            if (grad != null) g += TV.Load(grad + j);
            (g * (TV.Constant(1) - y * y)).Store(d + j);
        }
        return j;
    }
}

/// <summary>h = max(0, gate).</summary>
internal readonly unsafe struct ReluCell : IRecurrentCell
{
    public static int Gates => 1;
    public static bool IsSplit => false;
    public static bool HasCell => false;

    [MethodImpl(Simd.HotLoop)]
    public static nint Forward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* gates = row.Gates, h = row.Hidden;
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count) TV.Max(TV.Zero, TV.Load(gates + j)).Store(h + j);
        return j;
    }

    [MethodImpl(Simd.HotLoop)]
    public static nint Backward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* h = row.Hidden, grad = row.Grad, dh = row.HiddenGrad, d = row.GatesGrad;
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count)
        {
            TV g = TV.Load(dh + j);
            if (grad != null) g += TV.Load(grad + j);
            TV.Select(TV.LessThan(TV.Zero, TV.Load(h + j)), g, TV.Zero).Store(d + j);
        }
        return j;
    }
}

/// <summary>Gates i, f, g, o: c = σ(f)·c + σ(i)·tanh(g), h = σ(o)·tanh(c).</summary>
internal readonly unsafe struct LstmCellKernel : IRecurrentCell
{
    public static int Gates => 4;
    public static bool IsSplit => false;
    public static bool HasCell => true;

    [MethodImpl(Simd.HotLoop)]
    public static nint Forward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* gates = row.Gates, before = row.CellBefore, cell = row.Cell, h = row.Hidden;
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count)
        {
            TV i = VectorMath.Sigmoid<TV, T>(TV.Load(gates + j)), f = VectorMath.Sigmoid<TV, T>(TV.Load(gates + hidden + j));
            TV g = VectorMath.Tanh<TV, T>(TV.Load(gates + 2 * hidden + j)), o = VectorMath.Sigmoid<TV, T>(TV.Load(gates + 3 * hidden + j));
            TV c = TV.MultiplyAdd(f, TV.Load(before + j), i * g);
            i.Store(gates + j);
            f.Store(gates + hidden + j);
            g.Store(gates + 2 * hidden + j);
            o.Store(gates + 3 * hidden + j);
            c.Store(cell + j);
            (o * VectorMath.Tanh<TV, T>(c)).Store(h + j);
        }
        return j;
    }

    [MethodImpl(Simd.HotLoop)]
    public static nint Backward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* gates = row.Gates, before = row.CellBefore, cell = row.Cell, grad = row.Grad, dh = row.HiddenGrad, dc = row.CellGrad, d = row.GatesGrad;
        TV one = TV.Constant(1);
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count)
        {
            TV i = TV.Load(gates + j), f = TV.Load(gates + hidden + j), g = TV.Load(gates + 2 * hidden + j), o = TV.Load(gates + 3 * hidden + j);
            TV t = VectorMath.Tanh<TV, T>(TV.Load(cell + j)), byHidden = TV.Load(dh + j);
            if (grad != null) byHidden += TV.Load(grad + j);
            TV byCell = TV.Load(dc + j) + byHidden * o * (one - t * t);
            (byCell * g * i * (one - i)).Store(d + j);
            (byCell * TV.Load(before + j) * f * (one - f)).Store(d + hidden + j);
            (byCell * i * (one - g * g)).Store(d + 2 * hidden + j);
            (byHidden * t * o * (one - o)).Store(d + 3 * hidden + j);
            (byCell * f).Store(dc + j);
        }
        return j;
    }
}

/// <summary>Gates r, z, n: n' = tanh(x_n + σ(r)·h_n), h = (1 − σ(z))·n' + σ(z)·h.</summary>
internal readonly unsafe struct GruCellKernel : IRecurrentCell
{
    public static int Gates => 3;
    public static bool IsSplit => true;
    public static bool HasCell => false;

    [MethodImpl(Simd.HotLoop)]
    public static nint Forward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* gates = row.Gates, recurrent = row.Recurrent, kept = row.Kept, before = row.HiddenBefore, h = row.Hidden;
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count)
        {
            TV r = VectorMath.Sigmoid<TV, T>(TV.Load(gates + j) + TV.Load(recurrent + j));
            TV z = VectorMath.Sigmoid<TV, T>(TV.Load(gates + hidden + j) + TV.Load(recurrent + hidden + j));
            TV candidate = TV.Load(recurrent + 2 * hidden + j), n = VectorMath.Tanh<TV, T>(TV.MultiplyAdd(r, candidate, TV.Load(gates + 2 * hidden + j)));
            r.Store(gates + j);
            z.Store(gates + hidden + j);
            n.Store(gates + 2 * hidden + j);
            candidate.Store(kept + j);
            TV.MultiplyAdd(z, TV.Load(before + j) - n, n).Store(h + j);
        }
        return j;
    }

    [MethodImpl(Simd.HotLoop)]
    public static nint Backward<TV, T>(in CellRow<T> row, nint hidden, nint start) where TV : struct, ISimd<TV, T> where T : unmanaged
    {
        T* gates = row.Gates, kept = row.Kept, before = row.HiddenBefore, grad = row.Grad, dh = row.HiddenGrad, d = row.GatesGrad, e = row.RecurrentGrad;
        TV one = TV.Constant(1);
        nint j = start;
        for (; j <= hidden - TV.Count; j += TV.Count)
        {
            TV r = TV.Load(gates + j), z = TV.Load(gates + hidden + j), n = TV.Load(gates + 2 * hidden + j), byHidden = TV.Load(dh + j);
            if (grad != null) byHidden += TV.Load(grad + j);
            TV byCandidate = byHidden * (one - z) * (one - n * n), byReset = byCandidate * TV.Load(kept + j) * r * (one - r);
            TV byUpdate = byHidden * (TV.Load(before + j) - n) * z * (one - z);
            byReset.Store(d + j);
            byUpdate.Store(d + hidden + j);
            byCandidate.Store(d + 2 * hidden + j);
            byReset.Store(e + j);
            byUpdate.Store(e + hidden + j);
            (byCandidate * r).Store(e + 2 * hidden + j);
            (byHidden * z).Store(dh + j);
        }
        return j;
    }
}
