namespace Baeum;

/// <summary>The simple recurrent network (Elman, 1990): h = tanh(W_ih·x + b_ih + W_hh·h + b_hh), or with ReLU.</summary>
public sealed class RNN : Recurrent
{
    /// <summary>Draws all parameters evenly over ±1/√hiddenSize, as PyTorch does.</summary>
    /// <param name="scope">Where the layer stands.</param>
    /// <param name="inputSize">Features of an input.</param>
    /// <param name="hiddenSize">Features of a hidden state.</param>
    /// <param name="layerCount">Layers on top of each other.</param>
    /// <param name="relu">Whether ReLU takes the place of tanh.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="batchFirst">Whether sequences are [batch, time, features] rather than [time, batch, features].</param>
    /// <param name="dropout">Share of the outputs between layers that is dropped in training.</param>
    /// <param name="bidirectional">Whether a second set of weights reads the sequence backward.</param>
    public RNN(ParamScope scope, int inputSize, int hiddenSize, int layerCount = 1, bool relu = false, bool bias = true, bool batchFirst = false, double dropout = 0, bool bidirectional = false)
        : base(scope, relu ? RecurrentKind.Relu : RecurrentKind.Tanh, inputSize, hiddenSize, layerCount, bias, batchFirst, dropout, bidirectional)
    {
    }

    /// <summary>Runs a sequence.</summary>
    /// <param name="x">[batch, time, features] or [time, batch, features] as the layer was built, or [time, features].</param>
    /// <param name="hidden">The first hidden states [layers · directions, batch, hidden]; zeros if null.</param>
    /// <returns>The last layer's hidden states of all steps, [.., directions · hidden], and every layer's last hidden state.</returns>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public (Tensor Output, Tensor Hidden) Forward(Tensor x, Tensor? hidden = null)
    {
        var (y, last, _) = Run(x, hidden, null);
        return (y, last);
    }
}

/// <summary>The gated recurrent unit (Cho and others, 2014), in PyTorch's form: the reset gate acts after the recurrent product.</summary>
public sealed class GRU : Recurrent
{
    /// <inheritdoc cref="RNN(ParamScope, int, int, int, bool, bool, bool, double, bool)"/>
    public GRU(ParamScope scope, int inputSize, int hiddenSize, int layerCount = 1, bool bias = true, bool batchFirst = false, double dropout = 0, bool bidirectional = false)
        : base(scope, RecurrentKind.Gru, inputSize, hiddenSize, layerCount, bias, batchFirst, dropout, bidirectional)
    {
    }

    /// <inheritdoc cref="RNN.Forward"/>
    public (Tensor Output, Tensor Hidden) Forward(Tensor x, Tensor? hidden = null)
    {
        var (y, last, _) = Run(x, hidden, null);
        return (y, last);
    }
}

/// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997) with a forget gate; gates in the order input, forget, cell, output.</summary>
public sealed class LSTM : Recurrent
{
    /// <inheritdoc cref="RNN(ParamScope, int, int, int, bool, bool, bool, double, bool)"/>
    public LSTM(ParamScope scope, int inputSize, int hiddenSize, int layerCount = 1, bool bias = true, bool batchFirst = false, double dropout = 0, bool bidirectional = false)
        : base(scope, RecurrentKind.Lstm, inputSize, hiddenSize, layerCount, bias, batchFirst, dropout, bidirectional)
    {
    }

    /// <summary>Runs a sequence.</summary>
    /// <param name="x">[batch, time, features] or [time, batch, features] as the layer was built, or [time, features].</param>
    /// <param name="state">The first hidden and cell states, each [layers · directions, batch, hidden]; zeros if null.</param>
    /// <returns>The last layer's hidden states of all steps, [.., directions · hidden], and every layer's last hidden and cell state.</returns>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public (Tensor Output, (Tensor Hidden, Tensor Cell) State) Forward(Tensor x, (Tensor Hidden, Tensor Cell)? state = null)
    {
        var (y, hidden, cell) = Run(x, state?.Hidden, state?.Cell);
        return (y, (hidden, cell!));
    }
}
