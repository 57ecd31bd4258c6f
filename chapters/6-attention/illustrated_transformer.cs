// chapter: illustrated_transformer
// title: 그림으로 보는 트랜스포머 | The illustrated Transformer
// computes: 한 문장이 트랜스포머를 지나는 모든 중간 단계를 손으로 계산해 층의 결과와 대조하고 그리기 | every step of one sentence through a Transformer, computed by hand, held against the layers and drawn
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% a small world in which "it" must be understood: what was tired, or what was wide?
(string English, string Korean)[] who = [("animal", "동물"), ("student", "학생"), ("robot", "로봇"), ("soldier", "군인")], what = [("street", "길"), ("river", "강"), ("square", "광장"), ("field", "들판")];
(string English, string Korean, bool OfWho)[] why = [("tired", "피곤해서", true), ("slow", "느려서", true), ("young", "어려서", true), ("wide", "넓어서", false), ("dangerous", "위험해서", false), ("dark", "어두워서", false)];
(string[] English, string[] Korean)[] pairs = [.. from s in who from o in what from a in why select (
    $"the {s.English} did not cross the {o.English} because it was too {a.English}".Split(' '),
    (a.OfWho ? $"{s.Korean}은 너무 {a.Korean} {o.Korean}을 건너지 않았다" : $"{o.Korean}이 너무 {a.Korean} {s.Korean}은 건너지 않았다").Split(' '))];
(string[] English, string[] Korean) sample = pairs.Single(pair => pair.English.Contains("animal") && pair.English.Contains("street") && pair.English.Contains("tired"));
Vocabulary Words(IEnumerable<string[]> texts) => new(texts.SelectMany(text => text).Distinct().Order(StringComparer.Ordinal).Prepend("[END]").Prepend("[BEGIN]"));
Vocabulary english = Words(pairs.Select(pair => pair.English)), korean = Words(pairs.Select(pair => pair.Korean));
Tensor Ids(Vocabulary words, IEnumerable<string> text) => Tensor.From([.. words.Encode(text).Select(id => (long)id)]);

// %% training, without the sentence that will be looked at and some others
const int Size = 32, Heads = 4, Each = Size / Heads;
int updates = lesson.Parameter("updates", 150, 1, 5000);
var net = new SmallTransformer(ParamScope.Random(lesson.Seed(65)), english.Size, korean.Size, new TransformerSettings(Size, Heads, 64, Dropout: 0, BatchFirst: true));
var others = pairs.Where(pair => pair != sample).ToArray();
net.Scope!.Generator.Shuffle<(string[], string[])>(others);
var (unseen, seen) = (others[..15], others[15..]);
var optimizer = new Adam(net.Parameters(), 0.003, epsilon: 1e-9);
var losses = new double[updates];
for (int i = 0; i < updates; i++)
{
    using var step = TensorScope.Begin();
    net.Scope.Generator.Shuffle<(string[], string[])>(seen);
    var batch = seen[..24];                                                                         // all sentences have one length: no padding
    Tensor source = Tensor.Stack([.. batch.Select(pair => Ids(english, pair.English))]), target = Tensor.Stack([.. batch.Select(pair => Ids(korean, [.. pair.Korean.Prepend("[BEGIN]"), "[END]"]))]);
    optimizer.LearningRate = 0.003 * Math.Min(Math.Min(1, (i + 1) / 20.0), 2.0 * (updates - i) / updates);
    optimizer.ZeroGrad();
    Tensor loss = net.Forward(source, target[.., ..^1]).Reshape(-1, korean.Size).CrossEntropy(target[.., 1..].Reshape(-1));
    loss.Backward();
    GradientClipping.ClipGradNorm(net.Parameters(), 1);
    optimizer.Step();
    losses[i] = loss.Item();
}
net.Eval();
string[] Translate(string[] text)
{
    List<string> written = ["[BEGIN]"];
    while (written[^1] != "[END]" && written.Count < 10) written.Add(korean[(int)net.Forward(Ids(english, text).Unsqueeze(0), Ids(korean, written).Unsqueeze(0))[0, ^1].ArgMax().Item()]);
    return [.. written.Skip(1).Where(word => word != "[END]")];
}
lesson.Figure("parameters", net.ParameterCount());
lesson.Figure("losses", losses);
lesson.Figure("loss.final", losses[^1]);
lesson.Range("unseen.right", unseen.Average(pair => Translate(pair.English).SequenceEqual(pair.Korean) ? 1.0 : 0), 0.5, 1);
lesson.Say($"{string.Join(' ', sample.English)} → {string.Join(' ', Translate(sample.English))}", $"{string.Join(' ', sample.English)} → {string.Join(' ', Translate(sample.English))}");

// %% the parts, written out for one sentence: every tensor is a matrix with a row a word
var p = net.NamedParameters().ToDictionary(w => w.Name, w => w.Value.Detach());
Tensor Apply(string name, Tensor x) => x.MatMul(p[name + ".weight"].T) + p[name + ".bias"];
Tensor Norm(string name, Tensor x)
{
    Tensor centred = x - x.Mean(1, keepDim: true);                                                  // [n, size]
    return centred / ((centred * centred).Mean(1, keepDim: true) + 1e-5).Sqrt() * p[name + ".weight"] + p[name + ".bias"];
}
Attention Attend(string name, Tensor x, Tensor memory, bool causal = false)
{
    Tensor[] w = p[name + ".in_proj_weight"].Chunk(3), b = p[name + ".in_proj_bias"].Chunk(3);
    Tensor q = x.MatMul(w[0].T) + b[0], k = memory.MatMul(w[1].T) + b[1], v = memory.MatMul(w[2].T) + b[2]; // [n, size], [m, size], [m, size]
    Tensor[] scores = new Tensor[Heads], weights = new Tensor[Heads], z = new Tensor[Heads];
    for (int head = 0; head < Heads; head++)
    {
        Range own = (head * Each)..((head + 1) * Each);
        scores[head] = q[.., own].MatMul(k[.., own].T) / Math.Sqrt(Each);                           // [n, m]
        Tensor allowed = causal ? scores[head].MaskedFill(Tensor.Ones([x.Shape[0], x.Shape[0]]).Triu(1).Eq(1), double.NegativeInfinity) : scores[head];
        weights[head] = allowed.Softmax(1);
        z[head] = weights[head].MatMul(v[.., own]);                                                 // [n, each]
    }
    return new(q, k, v, scores, weights, Tensor.Cat(z, 1), Apply(name + ".out_proj", Tensor.Cat(z, 1)));
}
Tensor FeedForward(string name, Tensor x) => Apply(name + ".linear2", Apply(name + ".linear1", x).Relu());
double Difference(Tensor a, Tensor b) => (a - b).Abs().Max().Item();

// %% encoder: word vectors times √size plus positions, then two layers
string[] words = sample.English, read = ["[BEGIN]", .. sample.Korean];
Tensor embedded = Ids(english, words).Embedding(p["source.weight"]) * Math.Sqrt(Size), positions = PositionalEncoding.Table(words.Length, Size), x = embedded + positions; // [12, 32]
lesson.Figure("embedding.difference", Difference(x, net.Embed(net.Source, Ids(english, words))), expected: 0, tolerance: 1e-5);
Attention self = null!;
Tensor added = null!, normed = null!, fed = null!;
for (int layer = 0; layer < net.Encoder.Length; layer++)
{
    string name = $"encoder.{layer}";
    self = Attend(name + ".self_attn", x, x);
    added = x + self.Output;
    normed = Norm(name + ".norm1", added);
    fed = FeedForward(name, normed);
    Tensor y = Norm(name + ".norm2", normed + fed);
    lesson.Figure($"{name}.difference", Difference(y, net.Encoder[layer].Forward(x.Unsqueeze(0))[0]), expected: 0, tolerance: 1e-4);
    x = y;
}
Tensor memory = x;
int it = Array.IndexOf(words, "it");
for (int head = 0; head < Heads; head++) lesson.Figure($"it.looks.at.head{head + 1}", self.Weights[head][it]);
lesson.Figure("norm.mean", normed.Mean(1).Abs().Max().Item());
lesson.Figure("spread.before.and.after.norm", [added.Std(1, 0).Mean().Item(), normed.Std(1, 0).Mean().Item()]);

// %% decoder: looks at what it has written, then at the source, then thinks; step by step it writes the translation
Tensor t = Ids(korean, read).Embedding(p["target.weight"]) * Math.Sqrt(Size) + PositionalEncoding.Table(read.Length, Size); // [7, 32]
Tensor d = t;
Attention past = Attend("decoder.0.self_attn", d, d, causal: true);
d = Norm("decoder.0.norm1", d + past.Output);
Attention cross = Attend("decoder.0.multihead_attn", d, memory);
d = Norm("decoder.0.norm2", d + cross.Output);
d = Norm("decoder.0.norm3", d + FeedForward("decoder.0", d));
lesson.Figure("decoder.difference", Difference(d, net.Decoder.Forward(t.Unsqueeze(0), memory.Unsqueeze(0), isCausal: true)[0]), expected: 0, tolerance: 1e-4);
Tensor logits = Apply("head", d), probabilities = logits.Softmax(1);                                // [7, words]
lesson.Figure("model.difference", Difference(logits, net.Forward(Ids(english, words).Unsqueeze(0), Ids(korean, read).Unsqueeze(0))[0]), expected: 0, tolerance: 1e-3);
Tensor answer = Ids(korean, [.. sample.Korean, "[END]"]);
Tensor given = probabilities.Gather(1, answer.Unsqueeze(1)).Squeeze(1);
lesson.Figure("probability.of.the.right.word", given);
double alone = Enumerable.Range(1, read.Length).Max(step => Difference(net.Forward(Ids(english, words).Unsqueeze(0), Ids(korean, read[..step]).Unsqueeze(0))[0, ^1], logits[step - 1]));
lesson.Figure("steps.alone.difference", alone, expected: 0, tolerance: 1e-3);                       // a step alone gives what it gives among all: the future is hidden

// %% the last gradient by hand: what was foretold minus what is true
Tensor byHand = (probabilities - Tensor.OneHot(answer, korean.Size)) / read.Length;                 // [7, words]
net.ZeroGrad();
net.Forward(Ids(english, words).Unsqueeze(0), Ids(korean, read).Unsqueeze(0))[0].CrossEntropy(answer).Backward();
lesson.Figure("gradient.head.difference", Difference(net.Head.Weight.Grad!, byHand.T.MatMul(d)), expected: 0, tolerance: 1e-4);

// %% pictures
Panel Map(string title, Tensor values, IReadOnlyList<string>? columns = null, IReadOnlyList<string>? rows = null, ColorMap map = ColorMap.Diverging, double? low = null, double? high = null) =>
    new Panel(title).HeatMap(values, map, rows: rows ?? words, columns: columns, low: low, high: high);
Attention first = Attend("encoder.0.self_attn", embedded + positions, embedded + positions);
lesson.Plot("encoder", new Figure(lesson.Text("인코더의 첫 층", "The first layer of the encoder"), 3,
[
    Map(lesson.Text("낱말 벡터 × √d", "word vectors × √d"), embedded), Map(lesson.Text("위치", "positions"), positions), Map(lesson.Text("더한 것", "their sum"), embedded + positions),
    Map(lesson.Text("q, 머리 1", "q, head 1"), first.Q[.., ..Each]), Map(lesson.Text("k, 머리 1", "k, head 1"), first.K[.., ..Each]), Map(lesson.Text("v, 머리 1", "v, head 1"), first.V[.., ..Each]),
    Map(lesson.Text("점수 q·k/√8", "scores q·k/√8"), first.Scores[0], words), Map(lesson.Text("소프트맥스", "soft-max"), first.Weights[0], words, map: ColorMap.Viridis, low: 0, high: 1), Map(lesson.Text("네 머리의 z", "z of four heads"), first.Z),
]));
lesson.Plot("heads", new Figure(lesson.Text("둘째 층의 네 머리: 누가 누구를 보는가", "Four heads of the second layer: who looks at whom"), 2, [.. Enumerable.Range(0, Heads).Select(head => Map(lesson.Text($"머리 {head + 1}", $"head {head + 1}"), self.Weights[head], words, map: ColorMap.Viridis, low: 0, high: 1))]));
lesson.Plot("residual", new Figure(lesson.Text("둘째 층: 더하고 고르기", "The second layer: add and normalise"), 2,
    [Map(lesson.Text("x + 어텐션", "x + attention"), added), Map(lesson.Text("층 정규화", "layer norm"), normed), Map(lesson.Text("피드포워드", "feed-forward"), fed), Map(lesson.Text("인코더의 출력", "the encoder's output"), memory)]));
int[] rightIds = korean.Encode([.. sample.Korean, "[END]"]);                                         // the right words, and five others that came nearest
int[] shown = [.. rightIds, .. Enumerable.Range(0, korean.Size).Except(rightIds).OrderByDescending(id => probabilities[.., id].Max().Item()).Take(5)];
Panel Distribution(string title, Tensor values) => Map(title, values.IndexSelect(1, Tensor.From([.. shown.Select(id => (long)id)])), korean.Decode(shown), read, ColorMap.Viridis, 0, 1);
Tensor Mean(Tensor[] weights) => Tensor.Stack(weights).Mean(0);
lesson.Plot("decoder", new Figure(lesson.Text("디코더의 걸음마다", "The decoder, step by step"), 2,
[
    Map(lesson.Text("쓴 것을 보기 (머리의 평균)", "looking at what was written (mean of heads)"), Mean(past.Weights), read, read, ColorMap.Viridis, 0, 1),
    Map(lesson.Text("원문을 보기 (머리의 평균)", "looking at the source (mean of heads)"), Mean(cross.Weights), words, read, ColorMap.Viridis, 0, 1),
    Distribution(lesson.Text("다음 낱말의 확률", "probability of the next word"), probabilities), Distribution(lesson.Text("정답", "what is right"), Tensor.OneHot(answer, korean.Size)),
]));

/// <summary>All that attention computes on its way.</summary>
sealed record Attention(Tensor Q, Tensor K, Tensor V, Tensor[] Scores, Tensor[] Weights, Tensor Z, Tensor Output);

/// <summary>Two encoder layers and one decoder layer with word vectors, positions and a last linear layer.</summary>
sealed class SmallTransformer : Module
{
    public SmallTransformer(ParamScope scope, int sourceWords, int targetWords, TransformerSettings settings) : base(scope)
    {
        Initializer small = Initializers.Normal(0, 1 / Math.Sqrt(settings.ModelSize));
        Source = new Embedding(scope / "source", sourceWords, settings.ModelSize, initializer: small);
        Target = new Embedding(scope / "target", targetWords, settings.ModelSize, initializer: small);
        Encoder = [new TransformerEncoderLayer(scope / "encoder" / 0, settings), new TransformerEncoderLayer(scope / "encoder" / 1, settings)];
        Decoder = new TransformerDecoderLayer(scope / "decoder" / 0, settings);
        Head = new Linear(scope / "head", settings.ModelSize, targetWords);
    }

    public Embedding Source { get; }

    public Embedding Target { get; }

    public TransformerEncoderLayer[] Encoder { get; }

    public TransformerDecoderLayer Decoder { get; }

    public Linear Head { get; }

    public Tensor Embed(Embedding words, Tensor ids) => words.Forward(ids) * Math.Sqrt(words.Weight.Shape[1]) + PositionalEncoding.Table(ids.Shape[^1], words.Weight.Shape[1]);

    /// <summary>Int64 [batch, source] and [batch, target] to scores of the next words [batch, target, words].</summary>
    public Tensor Forward(Tensor source, Tensor target)
    {
        Tensor memory = Embed(Source, source);                                                          // [batch, source, size]
        foreach (TransformerEncoderLayer layer in Encoder) memory = layer.Forward(memory);
        return Head.Forward(Decoder.Forward(Embed(Target, target), memory, isCausal: true));
    }
}
