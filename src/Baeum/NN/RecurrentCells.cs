namespace Baeum;

/// <summary>What single-step cells share. Written in elementary operations: the plain form of the fused layers.</summary>
public abstract class RecurrentCell : Module
{
    private protected RecurrentCell(ParamScope scope, int gates, int inputSize, int hiddenSize, bool bias) : base(scope)
    {
        var initializer = Initializers.Uniform(-1 / Math.Sqrt(hiddenSize), 1 / Math.Sqrt(hiddenSize));
        InputWeight = scope.Parameter("weight_ih", [gates * hiddenSize, inputSize], initializer);
        Weight = scope.Parameter("weight_hh", [gates * hiddenSize, hiddenSize], initializer);
        if (!bias) return;
        Bias = scope.Parameter("bias_ih", [gates * hiddenSize], initializer);
        RecurrentBias = scope.Parameter("bias_hh", [gates * hiddenSize], initializer);
    }

    /// <summary>[gates · hidden, inputs].</summary>
    public Tensor InputWeight { get; }

    /// <summary>[gates · hidden, hidden].</summary>
    public Tensor Weight { get; }

    /// <summary>[gates · hidden], or null.</summary>
    public Tensor? Bias { get; }

    /// <summary>[gates · hidden], or null.</summary>
    public Tensor? RecurrentBias { get; }

    private protected int HiddenSize => Weight.Shape[1];

    private protected Tensor Zero(Tensor x) => Tensor.Zeros(x.Shape.With(x.Rank - 1, HiddenSize), x.DType);

    /// <inheritdoc/>
    protected override string Arguments() => $"{InputWeight.Shape[1]}, {HiddenSize}{(Bias is null ? ", bias=False" : "")}";
}

/// <summary>One step of <see cref="RNN"/>.</summary>
public sealed class RNNCell : RecurrentCell
{
    private readonly bool relu;

    /// <summary>Draws all parameters evenly over ±1/√hiddenSize.</summary>
    public RNNCell(ParamScope scope, int inputSize, int hiddenSize, bool relu = false, bool bias = true) : base(scope, 1, inputSize, hiddenSize, bias) => this.relu = relu;

    /// <summary>The next hidden state [batch, hidden] from an input [batch, features] and the hidden state before (zeros if null).</summary>
    public Tensor Forward(Tensor x, Tensor? hidden = null)
    {
        var sum = x.Linear(InputWeight, Bias) + (hidden ?? Zero(x)).Linear(Weight, RecurrentBias);
        return relu ? sum.Relu() : sum.Tanh();
    }
}

/// <summary>One step of <see cref="LSTM"/>.</summary>
public sealed class LSTMCell : RecurrentCell
{
    /// <summary>Draws all parameters evenly over ±1/√hiddenSize.</summary>
    public LSTMCell(ParamScope scope, int inputSize, int hiddenSize, bool bias = true) : base(scope, 4, inputSize, hiddenSize, bias)
    {
    }

    /// <summary>The next hidden and cell states [batch, hidden] from an input [batch, features] and the states before (zeros if null).</summary>
    public (Tensor Hidden, Tensor Cell) Forward(Tensor x, (Tensor Hidden, Tensor Cell)? state = null)
    {
        var (h, c) = state ?? (Zero(x), Zero(x));
        var gates = (x.Linear(InputWeight, Bias) + h.Linear(Weight, RecurrentBias)).Chunk(4, -1);
        var cell = gates[1].Sigmoid() * c + gates[0].Sigmoid() * gates[2].Tanh();
        return (gates[3].Sigmoid() * cell.Tanh(), cell);
    }
}

/// <summary>One step of <see cref="GRU"/>.</summary>
public sealed class GRUCell : RecurrentCell
{
    /// <summary>Draws all parameters evenly over ±1/√hiddenSize.</summary>
    public GRUCell(ParamScope scope, int inputSize, int hiddenSize, bool bias = true) : base(scope, 3, inputSize, hiddenSize, bias)
    {
    }

    /// <summary>The next hidden state [batch, hidden] from an input [batch, features] and the hidden state before (zeros if null).</summary>
    public Tensor Forward(Tensor x, Tensor? hidden = null)
    {
        var h = hidden ?? Zero(x);
        var fromInput = x.Linear(InputWeight, Bias).Chunk(3, -1);
        var fromHidden = h.Linear(Weight, RecurrentBias).Chunk(3, -1);
        var reset = (fromInput[0] + fromHidden[0]).Sigmoid();
        var update = (fromInput[1] + fromHidden[1]).Sigmoid();
        var candidate = (fromInput[2] + reset * fromHidden[2]).Tanh();
        return (1.0 - update) * candidate + update * h;
    }
}
