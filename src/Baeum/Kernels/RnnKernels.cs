using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Baeum.Kernels;

/// <summary>
/// The point-wise part of one step of the recurrent cells, all gates in one sweep; the matrix products belong to the operation.
/// LSTM (gates i, f, g, o as PyTorch orders them): c = σ(f)·c₋ + σ(i)·tanh(g), h = σ(o)·tanh(c).
/// GRU (r, z, n): n = tanh(xₙ + r·hₙ), h = (1 − z)·n + z·h₋.
/// </summary>
internal static class RnnKernels
{
    private const int RowsPerPiece = 4;

    /// <summary>gates [batch, 4·hidden]: sums before the non-linearities, overwritten by their values; c₋, c, h [batch, hidden].</summary>
    public static void LstmForward<T>(Span<T> gates, ReadOnlySpan<T> previousCell, Span<T> cell, Span<T> hidden, int batch, int size) where T : unmanaged, INumber<T>
    {
        Check("LSTM", batch, size, gates.Length / 4, previousCell.Length, cell.Length, hidden.Length);
        var body = new Body<T, LstmForwardStep> { A = gates, B = previousCell, D = cell, E = hidden, Size = size, Gates = 4 };
        Threads.ForRange(batch, RowsPerPiece, size * 4.0, ref body);
    }

    /// <summary>
    /// gates as <see cref="LstmForward"/> left them; dHidden is what arrives at h. dCell [batch, hidden] holds what arrives at c and leaves as the gradient of c₋;
    /// dGates [batch, 4·hidden] receives the gradient of the sums.
    /// </summary>
    public static void LstmBackward<T>(ReadOnlySpan<T> gates, ReadOnlySpan<T> previousCell, ReadOnlySpan<T> cell, ReadOnlySpan<T> dHidden, Span<T> dCell, Span<T> dGates, int batch, int size) where T : unmanaged, INumber<T>
    {
        Check("LSTM", batch, size, gates.Length / 4, previousCell.Length, cell.Length, dHidden.Length, dCell.Length, dGates.Length / 4);
        var body = new Body<T, LstmBackwardStep> { A = dGates, B = gates, C = previousCell, F = cell, G = dHidden, D = dCell, Size = size, Gates = 4 };
        Threads.ForRange(batch, RowsPerPiece, size * 4.0, ref body);
    }

    /// <summary>x [batch, 3·hidden] with its bias, overwritten by r, z, n; h [batch, 3·hidden] with its bias (its third part is needed by backward).</summary>
    public static void GruForward<T>(Span<T> gates, ReadOnlySpan<T> recurrent, ReadOnlySpan<T> previous, Span<T> hidden, int batch, int size) where T : unmanaged, INumber<T>
    {
        Check("GRU", batch, size, gates.Length / 3, recurrent.Length / 3, previous.Length, hidden.Length);
        var body = new Body<T, GruForwardStep> { A = gates, B = recurrent, C = previous, D = hidden, Size = size, Gates = 3 };
        Threads.ForRange(batch, RowsPerPiece, size * 3.0, ref body);
    }

    /// <summary>dGates and dRecurrent [batch, 3·hidden] receive the gradients of both sums, dPrevious [batch, hidden] that of h₋ through z alone.</summary>
    public static void GruBackward<T>(ReadOnlySpan<T> gates, ReadOnlySpan<T> recurrent, ReadOnlySpan<T> previous, ReadOnlySpan<T> dHidden, Span<T> dGates, Span<T> dRecurrent, Span<T> dPrevious, int batch, int size) where T : unmanaged, INumber<T>
    {
        Check("GRU", batch, size, gates.Length / 3, recurrent.Length / 3, previous.Length, dHidden.Length, dGates.Length / 3, dRecurrent.Length / 3, dPrevious.Length);
        var body = new Body<T, GruBackwardStep> { A = dGates, B = gates, C = recurrent, F = previous, G = dHidden, D = dRecurrent, E = dPrevious, Size = size, Gates = 3 };
        Threads.ForRange(batch, RowsPerPiece, size * 3.0, ref body);
    }

    private static void Check(string name, int batch, int size, params ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
            if (length != (long)batch * size) throw new ArgumentException($"{name} kernel: an operand has {length} elements a gate for [{batch}, {size}].");
    }

    /// <summary>One register of every operand: a row starts at <c>row·size</c>, in operands with gates at <c>row·gates·size</c>.</summary>
    private interface IStep
    {
        static abstract void Run<TV, T>(in Body<T> rows, nint i) where TV : struct, ISimd<TV, T> where T : unmanaged;
    }

    /// <summary>References to the current row of each operand.</summary>
    private ref struct Body<T> where T : unmanaged
    {
        public ref T A, B, C, D, E, F, G;
        public nint Size;
    }

    private ref struct Body<T, TStep> : IRangeBody where T : unmanaged, INumber<T> where TStep : struct, IStep
    {
        public Span<T> A, D, E;
        public ReadOnlySpan<T> B, C, F, G;
        public int Size, Gates;

        public readonly void Invoke(int start, int end)
        {
            for (int row = start; row < end; row++)
            {
                var rows = new Body<T>
                {
                    A = ref At(A, row), B = ref At(B, row), C = ref At(C, row), D = ref At(D, row), E = ref At(E, row), F = ref At(F, row), G = ref At(G, row), Size = Size,
                };
                nint i = Simd.Level switch
                {
                    512 => Sweep<Vector512Simd<T>>(in rows, 0),
                    256 => Sweep<Vector256Simd<T>>(in rows, 0),
                    128 => Sweep<Vector128Simd<T>>(in rows, 0),
                    _ => 0,
                };
                Sweep<ScalarSimd<T>>(in rows, i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static nint Sweep<TV>(in Body<T> rows, nint i) where TV : struct, ISimd<TV, T>
        {
            for (; i <= rows.Size - TV.Count; i += TV.Count) TStep.Run<TV, T>(in rows, i);
            return i;
        }

        /// <summary>Operands of gates are longer; that tells how far apart their rows lie.</summary>
        private readonly ref T At(ReadOnlySpan<T> operand, int row)
        {
            int rows = A.Length / (Gates * Size), stride = rows == 0 ? 0 : operand.Length / rows;
            return ref Unsafe.Add(ref MemoryMarshal.GetReference(operand), (nint)row * stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV Load<TV, T>(ref T row, nint i) where TV : struct, ISimd<TV, T> where T : unmanaged => TV.Load(ref Unsafe.Add(ref row, i));

    private readonly struct LstmForwardStep : IStep
    {
        public static void Run<TV, T>(in Body<T> rows, nint i) where TV : struct, ISimd<TV, T> where T : unmanaged
        {
            nint size = rows.Size;
            TV input = VectorMath.Sigmoid<TV, T>(Load<TV, T>(ref rows.A, i)), forget = VectorMath.Sigmoid<TV, T>(Load<TV, T>(ref rows.A, size + i));
            TV candidate = VectorMath.Tanh<TV, T>(Load<TV, T>(ref rows.A, 2 * size + i)), output = VectorMath.Sigmoid<TV, T>(Load<TV, T>(ref rows.A, 3 * size + i));
            TV cell = TV.MultiplyAdd(forget, Load<TV, T>(ref rows.B, i), input * candidate);
            input.Store(ref Unsafe.Add(ref rows.A, i));
            forget.Store(ref Unsafe.Add(ref rows.A, size + i));
            candidate.Store(ref Unsafe.Add(ref rows.A, 2 * size + i));
            output.Store(ref Unsafe.Add(ref rows.A, 3 * size + i));
            cell.Store(ref Unsafe.Add(ref rows.D, i));
            (output * VectorMath.Tanh<TV, T>(cell)).Store(ref Unsafe.Add(ref rows.E, i));
        }
    }

    private readonly struct LstmBackwardStep : IStep
    {
        public static void Run<TV, T>(in Body<T> rows, nint i) where TV : struct, ISimd<TV, T> where T : unmanaged
        {
            nint size = rows.Size;
            TV one = TV.Constant(1), input = Load<TV, T>(ref rows.B, i), forget = Load<TV, T>(ref rows.B, size + i);
            TV candidate = Load<TV, T>(ref rows.B, 2 * size + i), output = Load<TV, T>(ref rows.B, 3 * size + i);
            TV tanh = VectorMath.Tanh<TV, T>(Load<TV, T>(ref rows.F, i)), dHidden = Load<TV, T>(ref rows.G, i);
            TV dCell = Load<TV, T>(ref rows.D, i) + dHidden * output * (one - tanh * tanh);
            (dCell * candidate * input * (one - input)).Store(ref Unsafe.Add(ref rows.A, i));
            (dCell * Load<TV, T>(ref rows.C, i) * forget * (one - forget)).Store(ref Unsafe.Add(ref rows.A, size + i));
            (dCell * input * (one - candidate * candidate)).Store(ref Unsafe.Add(ref rows.A, 2 * size + i));
            (dHidden * tanh * output * (one - output)).Store(ref Unsafe.Add(ref rows.A, 3 * size + i));
            (dCell * forget).Store(ref Unsafe.Add(ref rows.D, i));
        }
    }

    private readonly struct GruForwardStep : IStep
    {
        public static void Run<TV, T>(in Body<T> rows, nint i) where TV : struct, ISimd<TV, T> where T : unmanaged
        {
            nint size = rows.Size;
            TV reset = VectorMath.Sigmoid<TV, T>(Load<TV, T>(ref rows.A, i) + Load<TV, T>(ref rows.B, i));
            TV update = VectorMath.Sigmoid<TV, T>(Load<TV, T>(ref rows.A, size + i) + Load<TV, T>(ref rows.B, size + i));
            TV candidate = VectorMath.Tanh<TV, T>(TV.MultiplyAdd(reset, Load<TV, T>(ref rows.B, 2 * size + i), Load<TV, T>(ref rows.A, 2 * size + i)));
            reset.Store(ref Unsafe.Add(ref rows.A, i));
            update.Store(ref Unsafe.Add(ref rows.A, size + i));
            candidate.Store(ref Unsafe.Add(ref rows.A, 2 * size + i));
            TV.MultiplyAdd(update, Load<TV, T>(ref rows.C, i) - candidate, candidate).Store(ref Unsafe.Add(ref rows.D, i));
        }
    }

    private readonly struct GruBackwardStep : IStep
    {
        public static void Run<TV, T>(in Body<T> rows, nint i) where TV : struct, ISimd<TV, T> where T : unmanaged
        {
            nint size = rows.Size;
            TV one = TV.Constant(1), reset = Load<TV, T>(ref rows.B, i), update = Load<TV, T>(ref rows.B, size + i), candidate = Load<TV, T>(ref rows.B, 2 * size + i);
            TV recurrent = Load<TV, T>(ref rows.C, 2 * size + i), dHidden = Load<TV, T>(ref rows.G, i);
            TV dUpdate = dHidden * (Load<TV, T>(ref rows.F, i) - candidate) * update * (one - update);
            TV dCandidate = dHidden * (one - update) * (one - candidate * candidate);
            TV dReset = dCandidate * recurrent * reset * (one - reset);
            dReset.Store(ref Unsafe.Add(ref rows.A, i));
            dUpdate.Store(ref Unsafe.Add(ref rows.A, size + i));
            dCandidate.Store(ref Unsafe.Add(ref rows.A, 2 * size + i));
            dReset.Store(ref Unsafe.Add(ref rows.D, i));
            dUpdate.Store(ref Unsafe.Add(ref rows.D, size + i));
            (dCandidate * reset).Store(ref Unsafe.Add(ref rows.D, 2 * size + i));
            (dHidden * update).Store(ref Unsafe.Add(ref rows.E, i));
        }
    }
}
