namespace Baeum.Models;

/// <summary>How well a state s of the decoder fits a state h of the encoder.</summary>
public enum AttentionScore
{
    /// <summary>No attention: the decoder knows of the source only what its first state holds (Sutskever, Vinyals and Le, 2014).</summary>
    None,

    /// <summary>s·h (Luong, Pham and Manning, 2015).</summary>
    Dot,

    /// <summary>v·tanh(W·s + U·h) (Bahdanau, Cho and Bengio, 2015).</summary>
    Additive,

    /// <summary>s·W·h, which Luong and others call "general".</summary>
    Multiplicative,
}

/// <summary>The recurrent layer of encoder and decoder.</summary>
public enum RecurrentUnit
{
    /// <summary>The gated recurrent unit.</summary>
    Gru,

    /// <summary>Long short-term memory.</summary>
    Lstm,
}

/// <summary>The sizes of a <see cref="RecurrentSeq2Seq"/>.</summary>
/// <param name="SourceSize">Words of the source's vocabulary.</param>
/// <param name="TargetSize">Words of the target's vocabulary.</param>
/// <param name="EmbeddingSize">Features of a word.</param>
/// <param name="HiddenSize">Features of a state of encoder and decoder; a bidirectional encoder gives half of them to each direction.</param>
/// <param name="Score">How states are compared.</param>
/// <param name="Unit">The recurrent layer.</param>
/// <param name="Bidirectional">Whether the encoder also reads backward.</param>
/// <param name="Dropout">Share of the features of words and of the decoder's output that is dropped in training.</param>
/// <param name="PaddingId">What fills shorter texts on the right, in both vocabularies.</param>
/// <param name="BeginId">What the decoder reads first.</param>
/// <param name="EndId">What the decoder writes last.</param>
public sealed record Seq2SeqConfig(
    int SourceSize, int TargetSize, int EmbeddingSize = 64, int HiddenSize = 128, AttentionScore Score = AttentionScore.Additive, RecurrentUnit Unit = RecurrentUnit.Gru,
    bool Bidirectional = true, double Dropout = 0, int PaddingId = 0, int BeginId = 1, int EndId = 2);

/// <summary>What the decoder knows before its next step.</summary>
/// <param name="Memory">All states of the encoder, [batch, source, hidden].</param>
/// <param name="Mask">True where the source has a word, false at padding, [batch, source].</param>
/// <param name="Hidden">The decoder's last state, [1, batch, hidden].</param>
/// <param name="Cell">The LSTM's memory cell, [1, batch, hidden]; null for a GRU.</param>
public sealed record DecoderState(Tensor Memory, Tensor Mask, Tensor Hidden, Tensor? Cell);

/// <summary>What the decoder wrote, and where it looked.</summary>
/// <param name="Ids">A row of words each source, without the end mark.</param>
/// <param name="Weights">The attention of every step, [batch, steps, source]; null without attention.</param>
public sealed record Decoded(IReadOnlyList<int[]> Ids, Tensor? Weights);

/// <summary>
/// A recurrent encoder and a recurrent decoder with attention between them. The decoder's state looks at all states of the encoder, takes their mean weighted by
/// soft-max scores, and predicts the next word from both: s = GRU(word, s before), c = Σ softmax(score(s, h))·h, logits = W·tanh(C·[c; s]) (Luong and others, 2015).
/// </summary>
public sealed class RecurrentSeq2Seq : Module
{
    private readonly Embedding sourceWords, targetWords;
    private readonly RecurrentLayer forward, decoder;
    private readonly RecurrentLayer? backward;
    private readonly Linear bridge, combine, output;
    private readonly Linear? cellBridge;
    private readonly Dropout dropout;

    /// <summary>Draws all weights.</summary>
    /// <exception cref="ArgumentException">Sizes do not fit.</exception>
    public RecurrentSeq2Seq(ParamScope scope, Seq2SeqConfig config) : base(scope)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Bidirectional && config.HiddenSize % 2 != 0)
            throw new ArgumentException($"RecurrentSeq2Seq: HiddenSize {config.HiddenSize} is odd; a bidirectional encoder gives half of it to each direction.", nameof(config));
        Config = config;
        int hidden = config.HiddenSize, each = config.Bidirectional ? hidden / 2 : hidden;
        ParamScope encoderScope = scope / "encoder", decoderScope = scope / "decoder";
        sourceWords = new Embedding(encoderScope / "embedding", config.SourceSize, config.EmbeddingSize, config.PaddingId);
        forward = new RecurrentLayer(encoderScope / "forward", config.Unit, config.EmbeddingSize, each);
        if (config.Bidirectional) backward = new RecurrentLayer(encoderScope / "backward", config.Unit, config.EmbeddingSize, each);
        bridge = new Linear(scope / "bridge", hidden, hidden);
        if (config.Unit == RecurrentUnit.Lstm) cellBridge = new Linear(scope / "cell_bridge", hidden, hidden);
        targetWords = new Embedding(decoderScope / "embedding", config.TargetSize, config.EmbeddingSize, config.PaddingId);
        decoder = new RecurrentLayer(decoderScope / "recurrent", config.Unit, config.EmbeddingSize, hidden);
        if (config.Score != AttentionScore.None) Attention = new RecurrentAttention(scope / "attention", hidden, config.Score);
        combine = new Linear(decoderScope / "combine", Attention is null ? hidden : 2 * hidden, hidden, bias: false);
        output = new Linear(decoderScope / "output", hidden, config.TargetSize);
        dropout = new Dropout(scope / "dropout", config.Dropout);
    }

    /// <summary>The sizes.</summary>
    public Seq2SeqConfig Config { get; }

    /// <summary>How the decoder looks at the source; null without attention.</summary>
    public RecurrentAttention? Attention { get; }

    /// <summary>Teacher forcing: the decoder reads the true words, and predicts after each of them the next.</summary>
    /// <param name="source">Int64 [batch, source], padded on the right.</param>
    /// <param name="target">Int64 [batch, target]: the begin mark and the true words but the last.</param>
    /// <returns>Scores of the next words [batch, target, words], and the attention [batch, target, source].</returns>
    public (Tensor Logits, Tensor? Weights) Forward(Tensor source, Tensor target)
    {
        var (logits, weights, _) = Decode(target, Encode(source));
        return (logits, weights);
    }

    /// <summary>The mean cross entropy of the words that are not padding, under teacher forcing.</summary>
    /// <param name="source">Int64 [batch, source], padded on the right.</param>
    /// <param name="target">Int64 [batch, target + 1]: begin mark, words, end mark, padding.</param>
    public Tensor Loss(Tensor source, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        int steps = target.Shape[1] - 1;
        Tensor logits = Forward(source, target.Narrow(1, 0, steps)).Logits;                                    // [batch, target, words]
        return logits.Reshape(-1, Config.TargetSize).CrossEntropy(target.Narrow(1, 1, steps).Reshape(-1), ignoreIndex: Config.PaddingId);
    }

    /// <summary>Reads the source: what the decoder begins with.</summary>
    /// <param name="source">Int64 [batch, source], padded on the right; padding changes nothing.</param>
    /// <exception cref="ArgumentException">The source is no table, a row is empty, or has padding before its end.</exception>
    public DecoderState Encode(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (last, turned) = Places(source);                                                                   // [batch, 1], [batch, source]
        int batch = source.Shape[0];
        Tensor memory = forward.Forward(dropout.Forward(sourceWords.Forward(source))).Output;                  // [batch, source, each]
        Tensor end = At(memory, last);                                                                         // [batch, 1, each]
        if (backward is not null)
        {
            // each row is turned round up to its own length, so that the layer does not begin with padding
            Tensor reversed = backward.Forward(dropout.Forward(sourceWords.Forward(source.Gather(1, turned)))).Output; // [batch, source, each]
            end = Tensor.Cat([end, At(reversed, last)], -1);                                                   // [batch, 1, hidden]
            memory = Tensor.Cat([memory, At(reversed, turned)], -1);                                           // [batch, source, hidden]
        }
        end = end.Reshape(1, batch, Config.HiddenSize);                                                        // [1, batch, hidden]
        return new(memory, source.Ne(Config.PaddingId), bridge.Forward(end).Tanh(), cellBridge?.Forward(end).Tanh());

        Tensor At(Tensor states, Tensor places) => states.Gather(1, places.Unsqueeze(2).Expand(batch, places.Shape[1], states.Shape[2]));
    }

    /// <summary>Steps of the decoder: one, or as many as there are words. No step needs the attention of the one before, so all are computed together.</summary>
    /// <param name="words">The words before those to be predicted, Int64 [batch, steps].</param>
    /// <param name="state">What the decoder knows.</param>
    /// <returns>Scores of the next words [batch, steps, words], the attention [batch, steps, source], and what the decoder knows then.</returns>
    public (Tensor Logits, Tensor? Weights, DecoderState State) Decode(Tensor words, DecoderState state)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(state);
        Tensor x = dropout.Forward(targetWords.Forward(words));                                                // [batch, steps, embedding]
        var (states, hidden, cell) = decoder.Forward(x, state.Hidden, state.Cell);                             // [batch, steps, hidden]
        Tensor? weights = null;
        Tensor seen = states;
        if (Attention is not null)
        {
            (Tensor context, weights) = Attention.Forward(states, state.Memory, state.Mask);                   // [batch, steps, hidden], [batch, steps, source]
            seen = Tensor.Cat([context, states], -1);                                                          // [batch, steps, 2 · hidden]
        }
        Tensor logits = output.Forward(dropout.Forward(combine.Forward(seen).Tanh()));                         // [batch, steps, words]
        return (logits, weights, state with { Hidden = hidden, Cell = cell });
    }

    /// <summary>Writes a target word by word, always the likeliest, until the end mark or the limit; the model should be in evaluation mode.</summary>
    /// <param name="source">Int64 [batch, source], padded on the right.</param>
    /// <param name="maxLength">The most words.</param>
    public Decoded Greedy(Tensor source, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        using var recording = Autograd.NoGrad();
        int batch = source.Shape[0];
        DecoderState state = Encode(source);
        Tensor words = Tensor.Wrap([.. Enumerable.Repeat((long)Config.BeginId, batch)], [batch, 1]);           // [batch, 1]
        List<int>[] written = [.. Enumerable.Range(0, batch).Select(_ => new List<int>())];
        var ended = new bool[batch];
        var looks = new List<Tensor>();
        for (int step = 0; step < maxLength && ended.Contains(false); step++)
        {
            (Tensor logits, Tensor? weights, state) = Decode(words, state);
            words = logits.ArgMax(-1);                                                                         // [batch, 1]
            if (weights is not null) looks.Add(weights);
            long[] ids = words.ToArray<long>();
            for (int row = 0; row < batch; row++)
            {
                ended[row] |= ids[row] == Config.EndId;
                if (!ended[row]) written[row].Add((int)ids[row]);
            }
        }
        return new([.. written.Select(row => row.ToArray())], looks.Count > 0 ? Tensor.Cat(looks, 1) : null);
    }

    /// <summary>Where each row's last word stands [batch, 1], and the places of its words from last to first, padding where it is [batch, source].</summary>
    private (Tensor Last, Tensor Turned) Places(Tensor source)
    {
        if (source.Rank != 2) throw new ArgumentException($"RecurrentSeq2Seq: the source {source.Shape} must be [batch, source]; a single row is source.Unsqueeze(0).", nameof(source));
        int batch = source.Shape[0], length = source.Shape[1];
        long[] ids = source.ToArray<long>(), last = new long[batch], turned = new long[batch * length];
        for (int row = 0; row < batch; row++)
        {
            ReadOnlySpan<long> words = ids.AsSpan(row * length, length);
            int count = words.IndexOf(Config.PaddingId) is int end and >= 0 ? end : length;
            if (count == 0 || words[count..].ContainsAnyExcept(Config.PaddingId))
                throw new ArgumentException($"RecurrentSeq2Seq: row {row} of the source {(count == 0 ? "begins with padding" : "has words after its padding")} (id {Config.PaddingId}); rows need at least one word and padding on the right only.", nameof(source));
            last[row] = count - 1;
            for (int place = 0; place < length; place++) turned[row * length + place] = place < count ? count - 1 - place : place;
        }
        return (Tensor.Wrap(last, [batch, 1]), Tensor.Wrap(turned, [batch, length]));
    }
}

/// <summary>Compares states of a decoder with states of an encoder, and takes the mean of the latter by how well they fit.</summary>
public sealed class RecurrentAttention : Module
{
    private readonly AttentionScore score;
    private readonly Linear? stateWeight, memoryWeight, vector;

    /// <summary>Draws the weights that the score has: none, W, or W, U and v.</summary>
    public RecurrentAttention(ParamScope scope, int size, AttentionScore score) : base(scope)
    {
        this.score = score;
        if (score == AttentionScore.Additive) stateWeight = new Linear(scope / "state", size, size, bias: false);
        if (score is AttentionScore.Additive or AttentionScore.Multiplicative) memoryWeight = new Linear(scope / "memory", size, size, bias: false);
        if (score == AttentionScore.Additive) vector = new Linear(scope / "vector", size, 1, bias: false);
    }

    /// <summary>Lets every state of the decoder look at the source.</summary>
    /// <param name="states">[batch, target, size].</param>
    /// <param name="memory">[batch, source, size].</param>
    /// <param name="mask">True where the source has a word, [batch, source]; other places get the weight 0.</param>
    /// <returns>The weighted means [batch, target, size] and the weights [batch, target, source], whose rows add up to 1.</returns>
    public (Tensor Context, Tensor Weights) Forward(Tensor states, Tensor memory, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Tensor weights = Scores(states, memory).MaskedFill(!mask.Unsqueeze(1), double.NegativeInfinity).Softmax(-1); // [batch, target, source]
        return (weights.MatMul(memory), weights);
    }

    /// <summary>How well each pair fits, [batch, target, source].</summary>
    public Tensor Scores(Tensor states, Tensor memory)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(memory);
        if (score == AttentionScore.Dot) return states.MatMul(memory.MT);
        Tensor seen = memoryWeight!.Forward(memory);                                                           // [batch, source, size]
        if (score == AttentionScore.Multiplicative) return states.MatMul(seen.MT);
        Tensor pairs = (stateWeight!.Forward(states).Unsqueeze(2) + seen.Unsqueeze(1)).Tanh();                 // [batch, target, source, size]
        return vector!.Forward(pairs).Squeeze(3);
    }
}

/// <summary>A GRU or an LSTM behind one face, batches first.</summary>
internal sealed class RecurrentLayer
{
    private readonly GRU? gru;
    private readonly LSTM? lstm;

    internal RecurrentLayer(ParamScope scope, RecurrentUnit unit, int inputSize, int hiddenSize)
    {
        if (unit == RecurrentUnit.Gru) gru = new GRU(scope, inputSize, hiddenSize, batchFirst: true);
        else lstm = new LSTM(scope, inputSize, hiddenSize, batchFirst: true);
    }

    /// <summary>From [batch, time, inputs] and states [1, batch, hidden] (zeros if null): the states of all steps [batch, time, hidden], the last one, and the last cell.</summary>
    internal (Tensor Output, Tensor Hidden, Tensor? Cell) Forward(Tensor x, Tensor? hidden = null, Tensor? cell = null)
    {
        if (gru is not null)
        {
            var (output, last) = gru.Forward(x, hidden);
            return (output, last, null);
        }
        var (outputs, (lastHidden, lastCell)) = lstm!.Forward(x, hidden is null ? null : (hidden, cell!));
        return (outputs, lastHidden, lastCell);
    }
}
