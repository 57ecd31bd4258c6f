using System.Globalization;

namespace Baeum;

/// <summary>What RNN, LSTM and GRU share: parameters named as in PyTorch, layers, directions, batches first or second.</summary>
public abstract class Recurrent : Module
{
    private readonly RecurrentKind kind;
    private readonly double dropout;
    private readonly Direction[] directions;

    private protected Recurrent(ParamScope scope, RecurrentKind kind, int inputSize, int hiddenSize, int layerCount, bool bias, bool batchFirst, double dropout, bool bidirectional) : base(scope)
    {
        if (inputSize <= 0 || hiddenSize <= 0 || layerCount <= 0) throw new ArgumentException($"{GetType().Name}: inputSize {inputSize}, hiddenSize {hiddenSize} and layerCount {layerCount} must be positive.");
        if (!(dropout >= 0 && dropout <= 1)) throw new ArgumentException(FormattableString.Invariant($"{GetType().Name}: dropout must lie in 0 to 1, got {dropout}."));
        (this.kind, this.dropout) = (kind, dropout);
        (InputSize, HiddenSize, LayerCount, BatchFirst, IsBidirectional) = (inputSize, hiddenSize, layerCount, batchFirst, bidirectional);
        int wide = RecurrentOp.Gates(kind) * hiddenSize, ways = bidirectional ? 2 : 1;
        var initializer = Initializers.Uniform(-1 / Math.Sqrt(hiddenSize), 1 / Math.Sqrt(hiddenSize));
        directions = new Direction[layerCount * ways];
        for (int i = 0; i < directions.Length; i++)
        {
            int features = i < ways ? inputSize : ways * hiddenSize;
            string suffix = string.Create(CultureInfo.InvariantCulture, $"l{i / ways}{(i % ways == 1 ? "_reverse" : "")}");
            directions[i] = new Direction(
                scope.Parameter("weight_ih_" + suffix, [wide, features], initializer),
                scope.Parameter("weight_hh_" + suffix, [wide, hiddenSize], initializer),
                bias ? scope.Parameter("bias_ih_" + suffix, [wide], initializer) : null,
                bias ? scope.Parameter("bias_hh_" + suffix, [wide], initializer) : null);
        }
    }

    /// <summary>Features of an input.</summary>
    public int InputSize { get; }

    /// <summary>Features of a hidden state.</summary>
    public int HiddenSize { get; }

    /// <summary>Layers on top of each other.</summary>
    public int LayerCount { get; }

    /// <summary>Whether sequences are [batch, time, features] rather than [time, batch, features].</summary>
    public bool BatchFirst { get; }

    /// <summary>Whether a second set of weights reads the sequence backward.</summary>
    public bool IsBidirectional { get; }

    /// <summary>Runs all layers; states are [layers · directions, batch, hidden].</summary>
    private protected (Tensor Output, Tensor Hidden, Tensor? Cell) Run(Tensor x, Tensor? hidden, Tensor? cell)
    {
        string name = GetType().Name;
        bool isBatched = x.Rank == 3;
        if (x.Rank is not (2 or 3) || x.Shape[^1] != InputSize)
            throw new ArgumentException($"{name}: the input {x.Shape} must be {(BatchFirst ? "[batch, time, features]" : "[time, batch, features]")} or [time, features] with {InputSize} features.{(BatchFirst ? "" : " (batchFirst is false.)")}");
        if (x.DType != directions[0].InputWeight.DType) throw new ArgumentException($"{name}: the input is {x.DType}, the weights are {directions[0].InputWeight.DType}; convert it with To(DType.{directions[0].InputWeight.DType}).");
        var y = !isBatched ? x.Unsqueeze(1) : BatchFirst ? x.Transpose(0, 1) : x;
        int batch = y.Shape[1], ways = IsBidirectional ? 2 : 1;
        if (y.Shape[0] == 0) throw new ArgumentException($"{name}: the input {x.Shape} has no steps.");
        hidden = State(hidden, batch, isBatched, name, nameof(hidden));
        cell = State(cell, batch, isBatched, name, nameof(cell));
        var lastHidden = new Tensor[directions.Length];
        var lastCell = new Tensor[kind == RecurrentKind.Lstm ? directions.Length : 0];
        for (int layer = 0; layer < LayerCount; layer++)
        {
            if (layer > 0 && dropout > 0 && IsTraining) y = y.Dropout(dropout, Scope!.Generator);
            var outputs = new Tensor[ways];
            for (int way = 0; way < ways; way++)
            {
                int i = layer * ways + way;
                var d = directions[i];
                (outputs[way], var c) = RecurrentOp.Apply(y, d.InputWeight, d.Weight, d.Bias, d.RecurrentBias, hidden?.Select(0, i), cell?.Select(0, i), kind, isReverse: way == 1);
                lastHidden[i] = outputs[way].Select(0, way == 1 ? 0 : -1);
                if (c is not null) lastCell[i] = c;
            }
            y = ways == 1 ? outputs[0] : Tensor.Cat(outputs, -1);
        }
        y = !isBatched ? y.Squeeze(1) : BatchFirst ? y.Transpose(0, 1) : y;
        return (y, Join(lastHidden, isBatched), lastCell.Length == 0 ? null : Join(lastCell, isBatched));
    }

    private Tensor? State(Tensor? state, int batch, bool isBatched, string name, string which)
    {
        if (state is null) return null;
        if (!isBatched && state.Rank == 2) state = state.Unsqueeze(1);
        Shape wanted = [directions.Length, batch, HiddenSize];
        return state.Shape.Equals(wanted) ? state : throw new ArgumentException($"{name}: the first {which} state {state.Shape} must be {wanted}: layers · directions, batch, hidden.");
    }

    private static Tensor Join(Tensor[] states, bool isBatched)
    {
        var joined = states.Length == 1 ? states[0].Unsqueeze(0) : Tensor.Stack(states);
        return isBatched ? joined : joined.Squeeze(1);
    }

    /// <inheritdoc/>
    protected override string Arguments() =>
        $"{InputSize}, {HiddenSize}{(LayerCount == 1 ? "" : $", num_layers={LayerCount}")}{(directions[0].Bias is null ? ", bias=False" : "")}{(BatchFirst ? ", batch_first=True" : "")}" +
        $"{(dropout == 0 ? "" : $", dropout={Python.Number(dropout)}")}{(IsBidirectional ? ", bidirectional=True" : "")}";

    private sealed record Direction(Tensor InputWeight, Tensor Weight, Tensor? Bias, Tensor? RecurrentBias);
}
