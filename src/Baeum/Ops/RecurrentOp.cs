using System.Numerics;
using Baeum.Kernels;

namespace Baeum;

/// <summary>The kinds of recurrent layers.</summary>
internal enum RecurrentKind
{
    Tanh,
    Relu,
    Lstm,
    Gru,
}

/// <summary>
/// One direction of a recurrent layer over a whole sequence, forward and backward through time. Outputs: all hidden states
/// [time, batch, hidden] and, for LSTM, the last cell state [batch, hidden].
/// </summary>
internal sealed class RecurrentOp : MultiNode
{
    private readonly Saved x, inputWeight, weight, bias, recurrentBias, hidden, cell;
    private readonly Saved gates, output, cells, kept;
    private readonly RecurrentKind kind;
    private readonly bool isReverse;

    private RecurrentOp(Tensor?[] inputs, RecurrentKind kind, bool isReverse, Tensor gates, Tensor output, Tensor? cells, Tensor? kept) : base(2, inputs)
    {
        (x, inputWeight, weight, bias, recurrentBias, hidden, cell) = (inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[5], inputs[6]);
        (this.kind, this.isReverse) = (kind, isReverse);
        // Its own results are kept without their node: it would otherwise keep itself alive.
        (this.gates, this.output, this.cells, this.kept) = (gates, output.Detach(), cells, kept);
    }

    public override string Name => kind switch { RecurrentKind.Lstm => "LSTM", RecurrentKind.Gru => "GRU", _ => "RNN" };

    internal static int Gates(RecurrentKind kind) => kind switch { RecurrentKind.Lstm => 4, RecurrentKind.Gru => 3, _ => 1 };

    /// <param name="x">[time, batch, inputs].</param>
    /// <param name="inputWeight">[gates · hidden, inputs].</param>
    /// <param name="weight">[gates · hidden, hidden].</param>
    /// <param name="bias">[gates · hidden], or null.</param>
    /// <param name="recurrentBias">[gates · hidden], or null.</param>
    /// <param name="hidden">The first hidden state [batch, hidden], or null for zeros.</param>
    /// <param name="cell">The first cell state, LSTM only.</param>
    /// <param name="kind">The cell.</param>
    /// <param name="isReverse">Whether time runs backward.</param>
    internal static (Tensor Output, Tensor? Cell) Apply(Tensor x, Tensor inputWeight, Tensor weight, Tensor? bias, Tensor? recurrentBias, Tensor? hidden, Tensor? cell, RecurrentKind kind, bool isReverse)
    {
        Tensor?[] inputs = [x.Contiguous(), inputWeight.Contiguous(), weight.Contiguous(), bias?.Contiguous(), recurrentBias?.Contiguous(), hidden?.Contiguous(), cell?.Contiguous()];
        int steps = x.Shape.Sizes[0], batch = x.Shape.Sizes[1], units = weight.Shape.Sizes[1];
        var gates = Tensor.Allocate([steps, batch, Gates(kind) * units], x.DType);
        var output = Tensor.Allocate([steps, batch, units], x.DType);
        var cells = kind == RecurrentKind.Lstm ? Tensor.Allocate(output.Shape, x.DType) : null;
        var kept = kind == RecurrentKind.Gru ? Tensor.Allocate(output.Shape, x.DType) : null;
        if (x.DType == DType.Float32) Forward<float>(inputs, kind, isReverse, gates, output, cells, kept);
        else Forward<double>(inputs, kind, isReverse, gates, output, cells, kept);
        var last = cells is null ? null : new Tensor(cells.storage, [batch, units], cells.offset + (isReverse ? 0 : (steps - 1) * batch * units)).Clone();
        if (!Autograd.Records(inputs)) return (output, last);
        var node = new RecurrentOp(inputs, kind, isReverse, gates, output, cells, kept);
        return (output.Record(node), last?.Record(node, 1));
    }

    private static void Forward<T>(Tensor?[] inputs, RecurrentKind kind, bool isReverse, Tensor gates, Tensor output, Tensor? cells, Tensor? kept) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor x = inputs[0]!, inputWeight = inputs[1]!;
        bool isSplit = kind == RecurrentKind.Gru;
        int wide = inputWeight.Shape.Sizes[0], features = inputWeight.Shape.Sizes[1];
        var sums = inputs[3] is { } bias ? isSplit || inputs[4] is null ? bias.Read<T>() : Sum(bias.Read<T>(), inputs[4]!.Read<T>()) : default;
        Gemm.Multiply(gates.Count / wide, wide, features, x.Read<T>(), features, 1, inputWeight.Read<T>(), 1, features, gates.Write<T>(), wide, accumulate: false, sums);
        var s = Describe<T>(inputs[2]!, inputs[5], inputs[6], gates, output, cells, kept, isReverse);
        if (isSplit && inputs[4] is { } recurrentBias) s.RecurrentBias = recurrentBias.Read<T>();
        switch (kind)
        {
            case RecurrentKind.Tanh: RnnKernels.Forward<TanhCell, T>(s); break;
            case RecurrentKind.Relu: RnnKernels.Forward<ReluCell, T>(s); break;
            case RecurrentKind.Lstm: RnnKernels.Forward<LstmCellKernel, T>(s); break;
            default: RnnKernels.Forward<GruCellKernel, T>(s); break;
        }
    }

    private static T[] Sum<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b) where T : INumber<T>
    {
        var sum = a.ToArray();
        for (int i = 0; i < sum.Length; i++) sum[i] += b[i];
        return sum;
    }

    private static RnnKernels.Sequence<T> Describe<T>(Tensor weight, Tensor? hidden, Tensor? cell, Tensor gates, Tensor output, Tensor? cells, Tensor? kept, bool isReverse) where T : unmanaged => new()
    {
        Steps = output.Shape.Sizes[0],
        Batch = output.Shape.Sizes[1],
        Hidden = output.Shape.Sizes[2],
        IsReverse = isReverse,
        Weight = weight.Read<T>(),
        Gates = gates.Write<T>(),
        Output = output.Write<T>(),
        Cells = cells is null ? default : cells.Write<T>(),
        Kept = kept is null ? default : kept.Write<T>(),
        FirstHidden = hidden is null ? default : hidden.Read<T>(),
        FirstCell = cell is null ? default : cell.Read<T>(),
    };

    protected internal override void Backward(Tensor?[] grads, BackwardPass pass)
    {
        if (x.Get(this).DType == DType.Float32) Backward<float>(grads, pass);
        else Backward<double>(grads, pass);
    }

    private Tensor? Get(Saved saved) => saved.IsPresent ? saved.Get(this) : null;

    private void Backward<T>(Tensor?[] grads, BackwardPass pass) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Tensor x = this.x.Get(this), inputWeight = this.inputWeight.Get(this), weight = this.weight.Get(this), gates = this.gates.Get(this), output = this.output.Get(this);
        bool isSplit = kind == RecurrentKind.Gru;
        var hiddenGrad = Tensor.Zeros([output.Shape[1], output.Shape[2]], x.DType);
        var cellGrad = kind != RecurrentKind.Lstm ? null : grads[1] is { } last ? last.Clone() : Tensor.ZerosLike(hiddenGrad);
        var gatesGrad = Tensor.Allocate(gates.Shape, x.DType);
        var recurrentGrad = isSplit ? Tensor.Allocate(gates.Shape, x.DType) : gatesGrad;
        var s = Describe<T>(weight, Get(hidden), Get(cell), gates, output, Get(cells), Get(kept), isReverse);
        s.Grad = grads[0] is { } grad ? grad.Contiguous().Read<T>() : default;
        s.HiddenGrad = hiddenGrad.Write<T>();
        s.GatesGrad = gatesGrad.Write<T>();
        s.CellGrad = cellGrad is null ? default : cellGrad.Write<T>();
        s.RecurrentGrad = isSplit ? recurrentGrad.Write<T>() : default;
        switch (kind)
        {
            case RecurrentKind.Tanh: RnnKernels.Backward<TanhCell, T>(s); break;
            case RecurrentKind.Relu: RnnKernels.Backward<ReluCell, T>(s); break;
            case RecurrentKind.Lstm: RnnKernels.Backward<LstmCellKernel, T>(s); break;
            default: RnnKernels.Backward<GruCellKernel, T>(s); break;
        }
        SendWeights<T>(x, inputWeight, weight, output, gatesGrad, recurrentGrad, pass);
        if (pass.Needs(5)) pass.Send(5, hiddenGrad);
        if (pass.Needs(6)) pass.Send(6, cellGrad!);
    }

    private void SendWeights<T>(Tensor x, Tensor inputWeight, Tensor weight, Tensor output, Tensor gatesGrad, Tensor recurrentGrad, BackwardPass pass) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int wide = weight.Shape.Sizes[0], units = weight.Shape.Sizes[1], features = inputWeight.Shape.Sizes[1];
        int steps = output.Shape.Sizes[0], batch = output.Shape.Sizes[1], rows = steps * batch, inner = rows - batch;
        var byGates = gatesGrad.Read<T>();
        var byRecurrent = recurrentGrad.Read<T>();
        if (pass.Needs(0))
        {
            var dx = Tensor.Allocate(x.Shape, x.DType);
            Gemm.Multiply(rows, features, wide, byGates, wide, 1, inputWeight.Read<T>(), features, 1, dx.Write<T>(), features);
            pass.Send(0, dx);
        }
        if (pass.Needs(1))
        {
            var dWeight = Tensor.Allocate(inputWeight.Shape, x.DType);
            Gemm.Multiply(wide, features, rows, byGates, 1, wide, x.Read<T>(), features, 1, dWeight.Write<T>(), features);
            pass.Send(1, dWeight);
        }
        if (pass.Needs(2))
        {
            // Each step's gradient meets the hidden state of the step before it; the first step meets the initial state.
            var dWeight = hidden.IsPresent && steps > 0 ? Tensor.Allocate(weight.Shape, x.DType) : Tensor.Zeros(weight.Shape, x.DType);
            if (hidden.IsPresent) Gemm.Multiply(wide, units, batch, byRecurrent[(isReverse ? inner * wide : 0)..], 1, wide, hidden.Get(this).Read<T>(), units, 1, dWeight.Write<T>(), units);
            if (inner > 0) Gemm.Multiply(wide, units, inner, byRecurrent[(isReverse ? 0 : batch * wide)..], 1, wide, output.Read<T>()[(isReverse ? batch * units : 0)..], units, 1, dWeight.Write<T>(), units, accumulate: true);
            pass.Send(2, dWeight);
        }
        var biasGrad = pass.Needs(3) || (pass.Needs(4) && kind != RecurrentKind.Gru) ? gatesGrad.Sum([0, 1]) : null;
        if (pass.Needs(3)) pass.Send(3, biasGrad!);
        if (pass.Needs(4)) pass.Send(4, kind == RecurrentKind.Gru ? recurrentGrad.Sum([0, 1]) : biasGrad!);
    }
}
