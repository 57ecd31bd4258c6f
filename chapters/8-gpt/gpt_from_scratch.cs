// chapter: gpt_from_scratch
// title: GPT를 처음부터 한 단계씩 | GPT from scratch, stage by stage
// computes: 바이그램에 머리, 여러 머리, 피드포워드, 잔차, 층 정규화를 하나씩 더하며 검증 손실 재기 | a bigram model gets a head, more heads, a feed-forward layer, residuals and norms, and the validation loss of each stage
// minutes: 0.15

using var lesson = Lesson.Begin(args);

// %% a text whose secret we know: names come back, and whoever guesses them must look back a whole line
string[] names = lesson.Text("미나 준호 세라 유리 하루 보미", "Mina Juno Sara Yuri Hugo Bomi").Split(' ');
string[] things = lesson.Text("펜을 책을 등을 배를", "pen cap jar key").Split(' ');
var dice = new NumPyRandom(lesson.Seed(1));
string Line()
{
    long[] two = [.. dice.Permutation(names.Length).Take(2).Select(i => (long)i)];
    string a = names[two[0]], b = names[two[1]], thing = things[dice.NextInteger(0, things.Length)];
    return lesson.Text($"{a}가 {b}에게 {thing} 줍니다. {b}가 {a}에게 인사합니다.\n", $"{a} gives {b} the {thing}. {b} thanks {a}.\n");
}
bool full = lesson.Full && lesson.RealFile("text/tinyshakespeare.txt") is not null;
string text = full ? File.ReadAllText(lesson.RealFile("text/tinyshakespeare.txt")!) : string.Concat(Enumerable.Range(0, 1500).Select(_ => Line()));
lesson.Say(text[..text.IndexOf('\n')], text[..text.IndexOf('\n')]);
Tokenizer letters = Tokenizer.FromCharacters(text);
long[] ids = [.. letters.EncodeToIds(text).Select(id => (long)id)];
int cut = (int)(0.9 * ids.Length);
Tensor train = Tensor.From(ids[..cut]), validation = Tensor.From(ids[cut..]);
lesson.Figure("tokens", [cut, ids.Length - cut]);
double floor = Math.Log(6 * 5 * 4) * text.Count(letter => letter == '\n') / text.Length;      // nobody can know who, whom and what beforehand
if (!full) lesson.Figure("loss.floor", floor);

// %% batches of windows: every position of a window is an example
int block = lesson.Parameter("block", full ? 8 : 40, 4, 256), batch = lesson.Parameter("batch", full ? 32 : 12, 1, 256), steps = lesson.Parameter("steps", full ? 5000 : 160, 10, 20_000);
double rate = lesson.Parameter("lr", full ? 1e-3 : 5e-3, 1e-5, 0.1);
(Tensor X, Tensor Y) Batch(RandomGenerator random)
{
    long[] starts = Tensor.RandInt(0, cut - block, [batch], random).ToArray<long>();
    return (Tensor.Stack([.. starts.Select(s => train.Narrow(0, (int)s, block))]), Tensor.Cat([.. starts.Select(s => train.Narrow(0, (int)s + 1, block))]));
}
double Validate(StageModel model)
{
    using var quiet = Autograd.NoGrad();
    int windows = Math.Min((int)(validation.Count - 1) / block, full ? int.MaxValue : 100), count = windows * block;
    return model.Forward(validation[..count].Reshape(windows, block)).CrossEntropy(validation[1..(count + 1)]).Item();
}

// %% the stages of the lecture "Let's build GPT"
(string Name, Stage Stage, double Published)[] stages =
[
    ("bigram", new(Heads: 0, Layers: 0), 2.49),
    ("head", new(Heads: 1, Layers: 1), 2.40),
    ("heads", new(Heads: 4, Layers: 1), 2.28),
    ("feed.forward", new(Heads: 4, Layers: 1, Inner: 1), 2.24),
    ("residual", new(Heads: 4, Layers: 3, Inner: 4, Residual: true), 2.08),
    ("norm", new(Heads: 4, Layers: 3, Inner: 4, Residual: true, Norm: true), 2.06),
];
string[] labels = lesson.Text("바이그램|머리 하나|머리 넷|피드포워드|잔차 (3층)|층 정규화", "bigram|one head|four heads|feed-forward|residual (3)|layer norm").Split('|');
var panel = new Panel(lesson.Text("훈련 손실", "Training loss"), lesson.Text("갱신", "update"), lesson.Text("글자당 교차 엔트로피", "cross entropy a letter"));
var reached = new double[stages.Length];
for (int s = 0; s < stages.Length; s++)
{
    var (name, stage, published) = stages[s];
    var random = new TorchRandom(lesson.Seed(1337));
    var model = new StageModel(ParamScope.Random(random), letters.VocabularySize, block, 32, stage);
    var optimizer = new AdamW(model.Parameters(), stage.Layers == 0 ? 10 * rate : rate);      // a table of scores bears longer steps
    double[] x = new double[20], y = new double[20];
    for (int step = 0; step < steps; step++)
    {
        using var memory = TensorScope.Begin();
        var (input, target) = Batch(random);
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(input).CrossEntropy(target);
        loss.Backward();
        optimizer.Step();
        int part = step * 20 / steps;
        (x[part], y[part]) = ((part + 0.5) * steps / 20, y[part] + loss.Item() * 20 / steps);
        if (step % 100 == 0) lesson.Progress(s * steps + step + 1, stages.Length * steps, name);
    }
    reached[s] = Validate(model);
    lesson.Figure($"{name}.parameters", model.ParameterCount());
    if (full) lesson.Figure($"real.{name}.loss", reached[s], published, 0.05 / published);
    else lesson.Range($"{name}.loss", reached[s], s == 0 ? 0.5 : floor, s == 0 ? 2.2 : reached[s - 1] + 0.1);
    panel.Line(x, y, labels[s]);
    long[] written = [0];
    for (int i = 0; i < 90; i++)
    {
        using var quiet = Autograd.NoGrad();
        Tensor scores = model.Forward(Tensor.From(written[^Math.Min(written.Length, block)..]).Reshape(1, -1))[^1];
        double draw = random.NextDouble();
        float[] p = scores.Softmax(-1).ToArray<float>();
        written = [.. written, Math.Max(0, Array.FindIndex(p, share => (draw -= share) < 0))];
    }
    string sample = letters.Decode(written.Select(id => (int)id)).Trim().ReplaceLineEndings(" / ");
    lesson.Say($"[{labels[s]}] {sample}", $"[{labels[s]}] {sample}");
}
lesson.Figure("losses", reached);
if (!full) lesson.Range("gain", reached[0] - reached[^1], 0.25, 3);
Panel bars = new Panel(lesson.Text("검증 손실", "Validation loss")).Bars(labels, reached);
lesson.Plot("stages", new Figure("", 2, [panel, full ? bars : bars.HorizontalLine(floor, lesson.Text("하한", "lower bound"))]) { PanelWidth = 620, PanelHeight = 420 });

/// <summary>What a stage has.</summary>
/// <param name="Inner">The feed-forward layer's width over the model's; 0: there is none.</param>
record Stage(int Heads, int Layers, int Inner = 0, bool Residual = false, bool Norm = false);

/// <summary>The model of a stage: [batch, time] to scores [batch · time, letters].</summary>
sealed class StageModel : Module
{
    private readonly Embedding words;
    private readonly Tensor? places;
    private readonly StageBlock[] blocks;
    private readonly LayerNorm? norm;
    private readonly Linear? head;

    public StageModel(ParamScope scope, int letters, int block, int size, Stage stage) : base(scope)
    {
        bool isBigram = stage.Layers == 0;
        words = new(scope / "words", letters, isBigram ? letters : size);                    // the bigram's rows are the scores themselves
        places = isBigram ? null : (scope / "places").Parameter("weight", [block, size], Initializers.Normal());
        blocks = [.. Enumerable.Range(0, stage.Layers).Select(i => new StageBlock(scope / "blocks" / i, size, stage))];
        norm = stage.Norm ? new(scope / "norm", size) : null;
        head = isBigram ? null : new(scope / "head", size, letters);
    }

    public Tensor Forward(Tensor ids)
    {
        Tensor x = words.Forward(ids);                                                       // [B, T, C]
        if (places is not null) x += places[..ids.Shape[1]];
        foreach (StageBlock block in blocks) x = block.Forward(x);
        if (norm is not null) x = norm.Forward(x);
        if (head is not null) x = head.Forward(x);
        return x.Flatten(0, 1);                                                              // [B · T, letters]
    }
}

sealed class StageBlock(ParamScope scope, int size, Stage stage) : Module(scope)
{
    private readonly Linear key = new(scope / "key", size, size, bias: false), query = new(scope / "query", size, size, bias: false), value = new(scope / "value", size, size, bias: false);
    private readonly Linear? projection = stage.Residual ? new(scope / "projection", size, size) : null;
    private readonly Linear? inner = stage.Inner > 0 ? new(scope / "inner", size, stage.Inner * size) : null, outer = stage.Inner > 1 ? new(scope / "outer", stage.Inner * size, size) : null;
    private readonly LayerNorm? first = stage.Norm ? new(scope / "norm1", size) : null, second = stage.Norm ? new(scope / "norm2", size) : null;

    public Tensor Forward(Tensor x)
    {
        Tensor seen = Attend(first?.Forward(x) ?? x);
        x = stage.Residual ? x + projection!.Forward(seen) : seen;
        if (inner is null) return x;
        Tensor thought = inner.Forward(second?.Forward(x) ?? x).Relu();
        if (outer is not null) thought = outer.Forward(thought);
        return stage.Residual ? x + thought : thought;
    }

    private Tensor Attend(Tensor x)
    {
        Tensor Split(Tensor t) => t.Reshape(t.Shape[0], t.Shape[1], stage.Heads, -1).Transpose(1, 2); // [B, heads, T, size]
        Tensor seen = Split(query.Forward(x)).ScaledDotProductAttention(Split(key.Forward(x)), Split(value.Forward(x)), isCausal: true);
        return seen.Transpose(1, 2).Reshape(x.Shape);
    }
}
