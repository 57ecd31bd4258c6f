// chapter: glove
// title: GloVe: 함께 나온 횟수의 비 | GloVe: ratios of co-occurrence
// computes: 동시 출현 행렬, 확률의 비, 가중 최소제곱으로 배운 낱말 벡터 | the co-occurrence matrix, ratios of probabilities, word vectors by weighted least squares
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% a text about ice and steam: what is solid, what is gas, what both have, and what neither has
(string Korean, string English)[] names =
[
    ("얼음", "ice"), ("수증기", "steam"), ("고체", "solid"), ("기체", "gas"), ("물", "water"), ("유행", "fashion"), ("차갑다", "cold"), ("뜨겁다", "hot"), ("단단하다", "hard"), ("퍼진다", "spreads"), ("옷", "clothes"), ("색", "colour"),
];
string[] words = [.. names.Select(name => lesson.Text(name.Korean, name.English))];
int Id(string english) => Array.FindIndex(names, name => name.English == english);
(string Text, int Times)[] lines =
[
    ("ice solid hard", 18), ("ice cold solid", 14), ("ice water cold", 16), ("water ice solid", 8), ("steam gas spreads", 17), ("steam hot gas", 15), ("steam water hot", 15), ("water steam gas", 9),
    ("fashion clothes colour", 30), ("clothes fashion ice", 2), ("steam fashion clothes", 2), ("ice gas steam", 2), ("steam solid ice", 2),
];
int[][] sentences = [.. lines.SelectMany(line => Enumerable.Repeat(line.Text.Split(' ').Select(Id).ToArray(), line.Times))];
int size = lesson.Parameter("size", 6, 1, 50), epochs = lesson.Parameter("epochs", 400, 1, 10_000);
double most = lesson.Parameter("xmax", 20.0, 1, 1000), rate = lesson.Parameter("lr", 0.05, 0.001, 1);

// %% the co-occurrence matrix: a neighbour d places away counts 1/d
int n = words.Length;
var counts = new double[n, n];
foreach (int[] sentence in sentences)
    for (int i = 0; i < sentence.Length; i++)
        for (int j = 0; j < sentence.Length; j++)
            if (i != j) counts[sentence[i], sentence[j]] += 1.0 / Math.Abs(i - j);
Tensor x = Tensor.From(counts);                                                                       // [words, words]
lesson.Figure("sentences", sentences.Length, expected: 150);
lesson.Figure("total", x.Sum().Item(), expected: 750);
lesson.Figure("symmetric", (x - x.T).Abs().Max().Item(), expected: 0);
lesson.Figure("zeros", x.Eq(0).To(DType.Float64).Sum().Item());

// %% a single probability says little; the ratio for two words tells which one a third belongs to
double P(int word, int given) => counts[given, word] / Enumerable.Range(0, n).Sum(k => counts[given, k]);
string[] probes = ["solid", "gas", "water", "fashion"];
double[] ratios = [.. probes.Select(probe => P(Id(probe), Id("ice")) / P(Id(probe), Id("steam")))];
lesson.Table(lesson.Text("얼음과 수증기 곁의 낱말", "Words beside ice and steam"), ["k", "p(k|ice)", "p(k|steam)", lesson.Text("비", "ratio")],
    probes.Select((probe, i) => (IReadOnlyList<object>)[words[Id(probe)], P(Id(probe), Id("ice")), P(Id(probe), Id("steam")), ratios[i]]));
lesson.Figure("ratios", ratios);
lesson.Range("ratio.solid", ratios[0], 8, 100);
lesson.Range("ratio.gas", ratios[1], 0, 0.125);
lesson.Range("ratio.water", ratios[2], 0.8, 1.25);

// %% the loss: w·w̃ + b + b̃ shall be ln x; rare pairs weigh less, absent ones nothing
var random = new NumPyRandom(lesson.Seed(2014));
Tensor[] p = [.. new Shape[] { [n, size], [n, size], [n, 1], [1, n] }.Select(shape => (Tensor.Rand(shape, random, -0.5, 0.5, DType.Float64) / size).RequireGrad())]; // w, w̃, b, b̃
Tensor weights = (x / most).Clamp(max: 1).Pow(0.75);                                                  // f(x), 0 where x is 0
Tensor logs = Tensor.Where(x > 0, x, 1.0).Log();
Tensor Misses() => p[0].MatMul(p[1].T) + p[2] + p[3] - logs;                                          // [words, words]
Tensor Loss() => (weights * Misses().Square()).Sum();

// %% by hand: the slope of every pair is 2 f(x) times how much it misses
Tensor[] Gradients()
{
    using var _ = Autograd.NoGrad();
    Tensor slope = 2 * weights * Misses();                                                            // [words, words]
    return [slope.MatMul(p[1]), slope.T.MatMul(p[0]), slope.Sum(1, keepDim: true), slope.Sum(0, keepDim: true)];
}
Loss().Backward();
lesson.Figure("loss.start", Loss().Item());
lesson.Figure("gradient.difference", Gradients().Zip(p, (hand, parameter) => (hand - parameter.Grad!).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);

// %% AdaGrad, as in the paper: each number has its own falling rate (all pairs at once here; the paper takes them one by one)
Tensor[] squares = [.. p.Select(parameter => Tensor.Ones(parameter.Shape, DType.Float64))];
var losses = new double[epochs];
for (int epoch = 0; epoch < epochs; epoch++)
{
    Tensor[] gradients = Gradients();
    using var _ = Autograd.NoGrad();
    losses[epoch] = Loss().Item();
    for (int k = 0; k < p.Length; k++)
    {
        squares[k] = squares[k] + gradients[k].Square();
        p[k].SubInPlace(rate * gradients[k] / squares[k].Sqrt());
    }
}
lesson.Figure("loss.final", Loss().Item());
lesson.Figure("losses", losses);

// %% what it has learnt: the two vectors of a word are added; differences are logarithms of ratios
Tensor vectors = (p[0] + p[1]).Detach();
double Cosine(string a, string b) => vectors[Id(a)].CosineSimilarity(vectors[Id(b)], 0).Item();
lesson.Figure("cosine.solid.hard", Cosine("solid", "hard"));
lesson.Figure("cosine.solid.gas", Cosine("solid", "gas"));
Tensor fitted = (Misses() + logs).Detach();
double[] learntRatios = [.. probes.Take(3).Select(probe => Math.Exp((fitted[Id("ice"), Id(probe)] - fitted[Id("steam"), Id(probe)]).Item()))];
double[] countedRatios = [.. probes.Take(3).Select(probe => counts[Id("ice"), Id(probe)] / counts[Id("steam"), Id(probe)])];
lesson.Figure("ratios.learnt", learntRatios);
lesson.Figure("ratios.counted", countedRatios);

var seen = from i in Enumerable.Range(0, n) from j in Enumerable.Range(0, n) where counts[i, j] > 0 select (i, j);
double[] wanted = [.. seen.Select(pair => Math.Log(counts[pair.i, pair.j]))], got = [.. seen.Select(pair => fitted[pair.i, pair.j].Item())];
lesson.Figure("fit.correlation", Metrics.Pearson(wanted, got));
lesson.Plot("glove", new Figure("", 2,
[
    new Panel(lesson.Text("함께 나온 횟수", "Co-occurrence")).HeatMap(counts, rows: words, columns: words),
    new Panel(lesson.Text("센 것과 배운 것", "Counted and learnt"), lesson.Text("ln x (센 것)", "ln x, counted"), lesson.Text("w·w̃ + b + b̃ (배운 것)", "w·w̃ + b + b̃, learnt")).Scatter(wanted, got).Curve(t => t, -0.7, 4),
]));
lesson.Plot("loss", new Panel(lesson.Text("가중 제곱 오차", "Weighted squared error"), lesson.Text("바퀴", "round")) { LogY = true }.Line([.. Enumerable.Range(1, epochs).Select(i => (double)i)], losses));
