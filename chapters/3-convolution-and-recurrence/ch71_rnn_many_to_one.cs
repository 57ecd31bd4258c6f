// chapter: ch71
// title: 순환 신경망, 여럿에서 하나로 | A recurrent network, many to one
// computes: "as soon as"의 어순을 시간을 거스르는 역전파로 배우기 | the word order of "as soon as" by back-propagation through time
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% three orders of the same words; only "as soon as" is right
double[] @as = [1, 0], soon = [0, 1];
Tensor[] sentences = [Tensor.From([soon, @as, @as]), Tensor.From([@as, @as, soon]), Tensor.From([@as, soon, @as])]; // each [3, 2]
double[] targets = [0, 0, 1];
double rate = lesson.Parameter("lr", 0.1, 1e-4, 1);
int steps = lesson.Parameter("steps", 100, 1, 10_000);

// %% three hidden units that see a word and what they remember; one bias for all of them, as in the original
var random = new NumPyRandom(lesson.Seed(230907));
Tensor[] start = [Tensor.RandN([2, 3], random), Tensor.RandN([3, 3], random), Tensor.RandN([1, 1], random), Tensor.RandN([3, 1], random), Tensor.RandN([1, 1], random)];

// %% forward: h = tanh(x Wxh + h Whh + Bh), and a sigmoid on the last h
(Tensor[] Memory, Tensor Y) Read(Tensor sentence, Tensor[] p)
{
    var h = new Tensor[4];
    h[0] = Tensor.Zeros([1, 3], DType.Float64);
    for (int word = 0; word < 3; word++) h[word + 1] = (sentence[word..(word + 1)].MatMul(p[0]) + h[word].MatMul(p[1]) + p[2]).Tanh(); // [1, 3]
    return (h, (h[3].MatMul(p[3]) + p[4]).Sigmoid());                                                                                  // [1, 1]
}
double Loss(Tensor[] p) => sentences.Zip(targets, (s, t) => -Math.Log(t == 1 ? Read(s, p).Y.Item() : 1 - Read(s, p).Y.Item())).Sum();

// %% backward through time: what the last step has done wrong goes back word by word, through the same Whh
Tensor[] Gradients(Tensor sentence, double target, Tensor[] p)
{
    var (h, y) = Read(sentence, p);
    Tensor byG = y - target;                                             // [1, 1]
    Tensor[] g = [Tensor.ZerosLike(p[0]), Tensor.ZerosLike(p[1]), Tensor.ZerosLike(p[2]), h[3].T.MatMul(byG), byG];
    Tensor byH = byG.MatMul(p[3].T);                                     // [1, 3]
    for (int word = 2; word >= 0; word--)
    {
        Tensor byZ = byH * (1 - h[word + 1] * h[word + 1]);              // [1, 3]: the slope of tanh
        g[0] += sentence[word..(word + 1)].T.MatMul(byZ);                // [2, 3]
        g[1] += h[word].T.MatMul(byZ);                                   // [3, 3]
        g[2] += byZ.Sum();
        byH = byZ.MatMul(p[1].T);                                        // to the word before
    }
    return g;
}

// %% the gradient of one sentence, element [0, 0] of each array
string[] names = ["Wxh", "Whh", "Bh", "Wy", "By"];
double[] wanted = [-0.9362692071, -0.0239616588, -1.1148130250, -0.1753397084, -0.6311204147];
Tensor[] one = Gradients(sentences[2], 1, start);
for (int i = 0; i < names.Length; i++) lesson.Figure($"gradient.{names[i]}", one[i][0, 0].Item(), expected: wanted[i], tolerance: 1e-9);

// %% training
lesson.Figure("before", sentences.Select(s => Read(s, start).Y.Item()).ToArray(), [0.30956668, 0.57238818, 0.36887960], tolerance: 2e-8);
lesson.Figure("loss.start", Loss(start), expected: 2.2172603, tolerance: 1e-7);
var checkpoints = new Dictionary<int, double>
{
    [1] = 1.5205523782, [11] = 0.4565064426, [21] = 0.2895924059, [31] = 0.2138710293, [41] = 0.1699660681, [51] = 0.1411189048, [61] = 0.1206242520,
    [71] = 0.1052558197, [81] = 0.0932653444, [91] = 0.0836223907, [100] = 0.0764112822, [1000] = 0.0056062244,
};
Tensor[] weights = [.. start];
var losses = new List<double>();
List<double>[] answers = [[], [], []];
for (int update = 1; update <= Math.Max(steps, 1000); update++)
{
    Tensor[][] each = [.. sentences.Zip(targets, (s, t) => Gradients(s, t, weights))];
    weights = [.. weights.Select((w, i) => w - rate * (each[0][i] + each[1][i] + each[2][i]))];
    losses.Add(Loss(weights));
    for (int i = 0; i < 3; i++) answers[i].Add(Read(sentences[i], weights).Y.Item());
    if (checkpoints.TryGetValue(update, out double loss)) lesson.Figure($"corrected.loss.{update}", losses[^1], expected: loss, tolerance: 1e-9);
    if (update is not (100 or 1000)) continue;
    double[] now = [.. answers.Select(a => a[^1])];
    if (update == 100) lesson.Figure("corrected.after.100", now, [0.02597423, 0.01100380, 0.96172285], tolerance: 1e-8);
    else lesson.Figure("corrected.after.1000", now);
    for (int i = 0; i < names.Length; i++) lesson.Figure($"corrected.{names[i]}.{update}", weights[i]);
}
double[] updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
var byAnswer = new Panel(lesson.Text("답", "Answers"), lesson.Text("갱신", "update"), lesson.Text("'맞다'는 확률", "probability of “right”")) { YLimits = (0, 1) };
string[] texts = ["soon as as", "as as soon", "as soon as"];
for (int i = 0; i < 3; i++) byAnswer.Line(updates, answers[i][..steps], texts[i]);
lesson.Plot("loss", new Figure(lesson.Text("세 문장을 모두 배우기", "Learning all three sentences"), 2,
    [new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("손실의 합", "sum of losses")).Line(updates, losses[..steps]), byAnswer]));

// %% the same by autograd, which walks back through time by itself
Tensor[] leaves = [.. start.Select(p => p.Clone().RequireGrad())];
(-Read(sentences[2], leaves).Y.Log()).Sum().Backward();
lesson.Figure("autograd.difference", leaves.Zip(one, (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);

// %% as published, nothing comes out: the lines that set dE_dht stand outside the loop over time, which then reads it before it exists
if (lesson.Published)
{
    lesson.Say("원래 코드는 실행하면 UnboundLocalError로 멈춥니다. C#에서는 같은 실수가 컴파일 오류(CS0165)입니다.",
        "The original stops with an UnboundLocalError. In C# the same slip does not even compile (CS0165).");
    lesson.Figure("published.runs", 0);
}
