// chapter: layer_norm
// title: 층 정규화와 잔차 연결 | Layer norm and residual connections
// computes: 배치·층·인스턴스·RMS 정규화를 손으로 미분하고, 정규화의 자리에 따라 깊은 층의 기울기가 어떻게 달라지는지 재기 | batch, layer, instance and RMS norm differentiated by hand; what the place of the norm does to gradients over depth
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% one vector of four numbers: take off the mean, divide by the deviation; RMS norm leaves the mean where it is
Tensor four = Tensor.From([1.0, 2, 3, 4]);
lesson.Figure("layer.of.1234", four.LayerNorm([4]), expected: [-1.34163542, -0.44721181, 0.44721181, 1.34163542], tolerance: 1e-8);
lesson.Figure("rms.of.1234", four.RmsNorm([4]), expected: [0.36514837, 0.73029674, 1.09544512, 1.46059349], tolerance: 1e-8);
lesson.Figure("annotated.of.1234", (four - four.Mean()) / (four.Std() + 1e-6), expected: [-1.16189410, -0.38729803, 0.38729803, 1.16189410], tolerance: 1e-6); // divides by n - 1

// %% a batch of sentences, [batch, time, features]; the four norms differ in what they take the mean over
var random = new NumPyRandom(lesson.Seed(14));
const int Batch = 3, Time = 4, Features = 6;
const double Epsilon = 1e-5;
Tensor x = Tensor.RandN([Batch, Time, Features], random) * 2 + 1, weight = Tensor.RandN([Features], random), bias = Tensor.RandN([Features], random), slope = Tensor.RandN([Batch, Time, Features], random);
(string Name, int[] Over, bool IsCentred, Func<Tensor, Tensor, Tensor, Tensor> Engine)[] norms =
[
    ("batch", [0, 1], true, (x, w, b) => x.Transpose(1, 2).BatchNorm(null, null, w, b, training: true, epsilon: Epsilon).Transpose(1, 2)), // the engine wants [batch, features, time]
    ("layer", [2], true, (x, w, b) => x.LayerNorm([Features], w, b, Epsilon)),
    ("instance", [1], true, (x, w, b) => x.Transpose(1, 2).InstanceNorm(w, b, Epsilon).Transpose(1, 2)),
    ("rms", [2], false, (x, w, b) => x.RmsNorm([Features], w, Epsilon) + b),
];
(Tensor Normal, Tensor Deviation) Normalise(Tensor x, int[] over, bool isCentred)
{
    Tensor centred = isCentred ? x - x.Mean(over, keepDim: true) : x;
    Tensor deviation = (centred.Square().Mean(over, keepDim: true) + Epsilon).Sqrt();
    return (centred / deviation, deviation);
}

// %% backward: a norm lets nothing pass that would only shift or stretch its group
foreach (var (name, over, isCentred, engine) in norms)
{
    var (normal, deviation) = Normalise(x, over, isCentred);
    Tensor byNormal = slope * weight;                                                          // dL/dx̂, [B, T, C]
    Tensor stretch = normal * (byNormal * normal).Mean(over, keepDim: true);
    Tensor shift = isCentred ? byNormal.Mean(over, keepDim: true) : Tensor.ZerosLike(x);
    Tensor byX = (byNormal - shift - stretch) / deviation;                                     // dL/dx
    Tensor byWeight = (slope * normal).Sum([0, 1]), byBias = slope.Sum([0, 1]);
    Tensor[] leaves = [.. new[] { x, weight, bias }.Select(p => p.Clone().RequireGrad())];
    Tensor y = engine(leaves[0], leaves[1], leaves[2]);
    (y * slope).Sum().Backward();
    lesson.Figure($"{name}.difference", (normal * weight + bias - y).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
    lesson.Figure($"{name}.gradient.difference", leaves.Zip([byX, byWeight, byBias], (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);
    lesson.Figure($"{name}.shift.of.gradient", isCentred ? byX.Mean(over).Abs().Max().Item() : 0, expected: 0, tolerance: 1e-12);
    lesson.Figure($"{name}.output", normal[0, 0]);
}

// %% under batch norm a sentence's answer depends on who sits beside it
Tensor other = Tensor.Cat([x[..1], x[1..] * 3], 0);
foreach (var (name, over, isCentred, _) in norms)
{
    double change = (Normalise(x, over, isCentred).Normal[0] - Normalise(other, over, isCentred).Normal[0]).Abs().Max().Item();
    if (name == "batch") lesson.Range("batch.neighbours.change", change, 0.05, 5);
    else lesson.Figure($"{name}.neighbours.change", change, expected: 0, tolerance: 1e-15);
}

// %% dropout zeroes a tenth of what a sub-layer adds and enlarges the rest: the mean stays, a variance p / (1 - p) comes along
Tensor dropped = Tensor.Ones([100_000], DType.Float64).Dropout(0.1, random, training: true);
lesson.Range("dropout.mean", dropped.Mean().Item(), 0.995, 1.005);
lesson.Range("dropout.variance", dropped.Var().Item(), 0.1 / 0.9 - 0.005, 0.1 / 0.9 + 0.005);
lesson.Figure("dropout.largest", dropped.Max().Item(), expected: 1 / 0.9, tolerance: 1e-12);

// %% gradients over depth: the same layers without anything, with post-norm LN(x + f(x)) and with pre-norm x + f(LN(x))
int depth = lesson.Parameter("depth", 24, 4, 64), size = lesson.Parameter("size", 32, 8, 128);
uint seed = lesson.Seed(14);
(double[] Gradients, double[] Stream) Measure(int depth, string kind)
{
    var scope = ParamScope.Random(seed, DType.Float64);
    Linear Part(int layer, string name) => new(scope / layer / name, size, size, initializer: Initializers.XavierUniform());
    (Linear First, Linear Second, LayerNorm Norm)[] layers = [.. Enumerable.Range(0, depth).Select(i => (Part(i, "first"), Part(i, "second"), new LayerNorm(scope / i / "norm", size)))];
    var draw = new NumPyRandom(seed);
    Tensor h = Tensor.RandN([16, size], draw), last = Tensor.RandN([16, size], draw);
    var stream = new double[depth];
    for (int i = 0; i < depth; i++)
    {
        Tensor F(Tensor z) => layers[i].Second.Forward(layers[i].First.Forward(z).Relu());
        h = kind switch { "plain" => F(h), "post" => layers[i].Norm.Forward(h + F(h)), _ => h + F(layers[i].Norm.Forward(h)) };
        stream[i] = h.Square().Mean().Sqrt().Item();
    }
    if (kind == "pre") h = h.LayerNorm([size]);                                                // pre-norm needs one more at the end
    (h * last).Sum().Backward();
    return ([.. layers.Select(layer => layer.First.Weight.Grad!.Norm().Item())], stream);
}
(string Name, string Label)[] kinds = [("plain", lesson.Text("잔차 없이", "no residual")), ("post", "post-norm"), ("pre", "pre-norm")];
double[] number = [.. Enumerable.Range(1, depth).Select(i => (double)i)];
var gradients = new Panel(lesson.Text("층마다의 기울기", "Gradients by layer"), lesson.Text("층", "layer"), lesson.Text("dL/dW의 길이", "norm of dL/dW")) { LogY = true };
var streams = new Panel(lesson.Text("줄기의 크기", "Size of the stream"), lesson.Text("층", "layer"), lesson.Text("제곱평균제곱근", "root mean square"));
foreach (var (name, label) in kinds)
{
    var (g, stream) = Measure(depth, name);
    lesson.Figure($"{name}.gradients", g);
    lesson.Figure($"{name}.stream", stream);
    lesson.Figure($"{name}.first.over.last", g[0] / g[^1]);
    gradients.Line(number, g, label);
    if (name != "plain") streams.Line(number, stream, label, name == "post" ? Color.Vermilion : Color.Green);
}

// %% the last layer's gradient when the network gets deeper: post-norm does not care, pre-norm takes 1/√depth
int[] depths = [6, 12, 24, 48];
double[] post = [.. depths.Select(d => Measure(d, "post").Gradients[^1])], pre = [.. depths.Select(d => Measure(d, "pre").Gradients[^1])];
double Slope(double[] values) => Math.Log(values[^1] / values[0]) / Math.Log((double)depths[^1] / depths[0]);
lesson.Figure("post.last.layer", post);
lesson.Figure("pre.last.layer", pre);
lesson.Range("post.power.of.depth", Slope(post), -0.15, 0.15);
lesson.Range("pre.power.of.depth", Slope(pre), -0.65, -0.35);

// %% pictures
double[] axis = [.. depths.Select(d => (double)d)];
lesson.Plot("depth", new Figure(lesson.Text("정규화의 자리", "The place of the norm"), 3, [gradients, streams,
    new Panel(lesson.Text("마지막 층의 기울기", "Gradient of the last layer"), lesson.Text("층의 수", "number of layers"), "") { LogX = true, LogY = true }.Line(axis, post, "post-norm", Color.Vermilion).Line(axis, pre, "pre-norm", Color.Green).Line(axis, axis.Select(d => pre[0] * Math.Sqrt(6 / d)).ToArray(), "1/√L", Color.Grey, dashed: true)]));
double[,] Groups(Func<int, int, double> group)
{
    var cells = new double[Batch * Time, Features];
    for (int row = 0; row < Batch * Time; row++)
        for (int c = 0; c < Features; c++) cells[row, c] = group(row, c);
    return cells;
}
Panel Map(string title, Func<int, int, double> group) => new Panel(title, lesson.Text("특징", "feature"), lesson.Text("낱말 (네 개씩 한 문장)", "word (four a sentence)")).HeatMap(Groups(group), low: 0, high: 18);
lesson.Plot("groups", new Figure(lesson.Text("같은 색끼리 평균을 냅니다", "Cells of one colour share a mean"), 3,
    [Map(lesson.Text("배치 정규화", "Batch norm"), (_, c) => c * 3.5), Map(lesson.Text("층 정규화, RMS 정규화", "Layer norm, RMS norm"), (row, _) => row * 1.6), Map(lesson.Text("인스턴스 정규화", "Instance norm"), (row, c) => row / Time * 6 + c)]));
