// chapter: self_attention
// title: 자기 주의를 손으로 | Self-attention by hand
// computes: 앞을 평균하는 네 가지 방법에서 자기 주의까지, 기울기를 손으로 | from four ways of averaging the past to self-attention, with its gradient by hand
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% the trick: a lower triangular matrix takes means of everything before
Tensor ones = Tensor.Ones([3, 3], DType.Float64).Tril();
Tensor b = Tensor.From([[2.0, 7], [6, 4], [6, 5]]);
lesson.Figure("trick.mean", (ones / ones.Sum(1, keepDim: true)).MatMul(b), [[2.0, 7], [4, 5.5], [4.6666667, 5.3333333]], tolerance: 1e-7);

// %% four ways to the mean of the past: loop, matrix product, soft-max of -∞, and (then) weights that depend on the data
const int B = 4, T = 8, Channels = 2;
Tensor x = Tensor.RandN([B, T, Channels], new TorchRandom(lesson.Seed(1337)), dtype: DType.Float64);
var loop = new double[B, T, Channels];
for (int n = 0; n < B; n++)
    for (int t = 0; t < T; t++)
        for (int c = 0; c < Channels; c++) loop[n, t, c] = Enumerable.Range(0, t + 1).Average(s => x[n, s, c].Item());
Tensor tril = Tensor.Ones([T, T], DType.Float64).Tril();
Tensor byProduct = (tril / tril.Sum(1, keepDim: true)).MatMul(x);                            // [T, T] · [B, T, C]
Tensor noFuture = tril.Eq(0);
Tensor bySoftmax = Tensor.Zeros([T, T], DType.Float64).MaskedFill(noFuture, double.NegativeInfinity).Softmax(-1).MatMul(x);
Tensor byLoop = Tensor.From([.. loop.Cast<double>()]).Reshape(B, T, Channels);
lesson.Figure("loop.product.difference", (byLoop - byProduct).Abs().Max().Item(), expected: 0, tolerance: 1e-14);
lesson.Figure("loop.softmax.difference", (byLoop - bySoftmax).Abs().Max().Item(), expected: 0, tolerance: 1e-14);

// %% a head: every letter asks (q), offers (k) and tells (v); no letter sees what comes after it
const int Size = 16, Wide = 32;
var torch = new TorchRandom(lesson.Seed(1337));
Tensor X = Tensor.RandN([B, T, Wide], torch);                                                // the stream of "Let's build GPT"
Tensor[] layers = [.. ((string[])["key", "query", "value"]).Select(name => new Linear(ParamScope.Random(torch) / name, Wide, Size, bias: false).Weight.Detach())];
Tensor k = X.Linear(layers[0]), q = X.Linear(layers[1]), v = X.Linear(layers[2]);            // [B, T, 16]
Tensor weights = q.MatMul(k.Transpose(-1, -2)).MaskedFill(noFuture, double.NegativeInfinity).Softmax(-1); // as the lecture first writes it, not divided by √16
lesson.Figure("lecture.weights.row8", weights[0, 7], [0.0210, 0.0843, 0.0555, 0.2297, 0.0573, 0.0709, 0.2423, 0.2391], tolerance: 5e-5);
lesson.Figure("lecture.weights.row2", weights[0, 1], [0.1574, 0.8426, 0, 0, 0, 0, 0, 0], tolerance: 5e-5);
lesson.Figure("lecture.output.shape", [.. weights.MatMul(v).Shape.ToArray().Select(n => (double)n)], [B, T, Size]);

// %% why the root: scores of d products spread by √d, and soft-max of large scores looks at one place only
double[] widths = [4, 16, 64, 256, 1024], spread = new double[widths.Length], raw = new double[widths.Length], scaled = new double[widths.Length];
var random = new PhiloxRandom(lesson.Seed(3));
for (int i = 0; i < widths.Length; i++)
{
    int d = (int)widths[i];
    Tensor s = Tensor.RandN([64, d], random).MatMul(Tensor.RandN([d, 64], random));           // [64, 64] scores of random questions and keys
    double Choices(Tensor scores) => (-(scores.Softmax(-1) * scores.LogSoftmax(-1)).Sum(-1)).Exp().Mean().Item();
    (spread[i], raw[i], scaled[i]) = (s.Square().Mean().Sqrt().Item() / Math.Sqrt(d), Choices(s), Choices(s / Math.Sqrt(d)));
}
lesson.Figure("spread.over.root", spread);
lesson.Range("spread.over.root.mean", spread.Average(), 0.9, 1.1);
lesson.Figure("places.seen.raw", raw);
lesson.Figure("places.seen.scaled", scaled);

// %% backward by hand, through one head in double precision
Tensor[] head = [.. Enumerable.Range(0, 4).Select(_ => Tensor.RandN([T, Size], random, dtype: DType.Float64).RequireGrad())];
var (Q, K, W, G) = (head[0], head[1], head[2], head[3].Detach());                             // W: values; G = ∂L/∂O, for L = Σ G ∘ O
double root = Math.Sqrt(Size);
Tensor P = (Q.MatMul(K.T) / root).MaskedFill(noFuture, double.NegativeInfinity).Softmax(-1);
Tensor O = P.MatMul(W);
(O * G).Sum().Backward();
Tensor p = P.Detach(), byP = G.MatMul(W.Detach().T);                                          // ∂L/∂P
Tensor byS = p * (byP - (p * byP).Sum(-1, keepDim: true));                                    // through the soft-max of each row
Tensor[] byHand = [byS.MatMul(K.Detach()) / root, byS.T.MatMul(Q.Detach()) / root, p.T.MatMul(G)];
lesson.Figure("gradient.difference", new[] { Q, K, W }.Zip(byHand, (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);
lesson.Figure("fused.difference", (O - Q.Detach().ScaledDotProductAttention(K.Detach(), W.Detach(), isCausal: true)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("future.gradient", byS.MaskedSelect(noFuture).Abs().Max().Item(), expected: 0);

// %% a head learns whom to ask: digits follow at random, and behind "=" comes the digit that stood behind "#"
const int Symbols = 12, Mark = 10, Ask = 11, Length = 10;
var dice = new NumPyRandom(lesson.Seed(11));
(Tensor X, Tensor Y) Examples(int count)
{
    var ids = new long[count, Length];
    var answers = new long[count];
    for (int n = 0; n < count; n++)
    {
        for (int t = 0; t < Length; t++) ids[n, t] = dice.NextInteger(0, 10);
        int place = (int)dice.NextInteger(0, Length - 2);
        (ids[n, place], ids[n, Length - 1], answers[n]) = (Mark, Ask, ids[n, place + 1]);
    }
    return (Tensor.From([.. ids.Cast<long>()]).Reshape(count, Length), Tensor.From(answers));
}
int steps = lesson.Parameter("steps", 100, 10, 5000), size = lesson.Parameter("size", 32, 8, 128);
var scope = ParamScope.Random(lesson.Seed(5));
var network = new OneHead(scope, Symbols, Length, size);
var optimizer = new Adam(network.Parameters(), lesson.Parameter("lr", 0.02, 1e-4, 0.2));
var losses = new double[steps];
for (int step = 0; step < steps; step++)
{
    using var memory = TensorScope.Begin();
    var (input, answer) = Examples(64);
    optimizer.ZeroGrad();
    Tensor loss = network.Forward(input).Scores.CrossEntropy(answer);
    loss.Backward();
    optimizer.Step();
    losses[step] = loss.Item();
}
var (unseen, wanted) = Examples(500);
var (said, seen) = network.Forward(unseen);
double accuracy = said.Detach().ArgMax(1).Eq(wanted).CountNonzero().ItemLong() / 500.0;
lesson.Figure("task.loss.first", losses[0]);
lesson.Figure("task.loss.last", losses[^1]);
lesson.Range("task.accuracy", accuracy, 0.97, 1);
string[] shown = [.. unseen[0].ToArray<long>().Select(id => id switch { Mark => "#", Ask => "=", _ => $"{id}" })];
double[,] looks = new double[6, Length];
for (int n = 0; n < 6; n++) for (int t = 0; t < Length; t++) looks[n, t] = seen[n, t].Item();
string[] examples = [.. Enumerable.Range(0, 6).Select(n => string.Concat(unseen[n].ToArray<long>().Select(id => id switch { Mark => "#", Ask => "=", _ => $"{id}" })))];
lesson.Plot("attention", new Figure("", 2,
[
    new Panel(lesson.Text("무작위 머리의 주의 (행이 열을 봅니다)", "Attention of a random head (row looks at column)")).HeatMap(weights[0], low: 0, high: 1),
    new Panel(lesson.Text("소프트맥스가 보는 자리의 수 (64곳 가운데)", "How many of 64 places soft-max looks at"), lesson.Text("질문의 크기 d", "size d of a question")) { LogX = true }
        .Line(widths, raw, "q·k").Line(widths, scaled, "q·k / √d"),
    new Panel(lesson.Text("배운 머리: '='이 보는 곳", "A trained head: where '=' looks")).HeatMap(looks, rows: examples, columns: [.. Enumerable.Range(1, Length).Select(t => $"{t}")], low: 0, high: 1),
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update")).Line([.. Enumerable.Range(1, steps).Select(i => (double)i)], losses).HorizontalLine(Math.Log(10), lesson.Text("찍기", "guessing")),
]));

/// <summary>Vectors for symbols, the ones before them and places; one head whose last position answers.</summary>
sealed class OneHead(ParamScope scope, int symbols, int length, int size) : Module(scope)
{
    private readonly Embedding symbol = new(scope / "symbol", symbols, size), before = new(scope / "before", symbols, size), place = new(scope / "place", length, size);
    private readonly Linear key = new(scope / "key", size, size, bias: false), query = new(scope / "query", size, size, bias: false), value = new(scope / "value", size, size, bias: false), head = new(scope / "head", size, 10);

    public (Tensor Scores, Tensor Seen) Forward(Tensor ids)
    {
        // a letter knows its neighbour before it, as a layer below would tell it
        Tensor x = symbol.Forward(ids) + before.Forward(ids.Roll(1, 1)) + place.Weight;      // [batch, length, size]
        Tensor seen = (query.Forward(x[.., ^1..]).MatMul(key.Forward(x).Transpose(-1, -2)) / Math.Sqrt(x.Shape[2])).Softmax(-1); // [batch, 1, length]
        return (head.Forward(seen.MatMul(value.Forward(x)).Squeeze(1)), seen.Squeeze(1));
    }
}
