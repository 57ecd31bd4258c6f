// chapter: initialization
// title: 가중치의 시작값 | Initial weights
// computes: 깊은 망을 지나는 신호와 기울기의 크기: 사라짐, 폭발, Xavier, He | the size of signals and gradients through a deep network: vanishing, exploding, Xavier, He
// minutes: 0.1


using var lesson = Lesson.Begin(args);

// %% a deep network without biases: layers of 100 units, a batch of 200 random inputs
int depth = lesson.Parameter("depth", 20, 2, 60);
const int Width = 100, Batch = 200;
uint seed = lesson.Seed(8);
(double[] Forward, double[] Backward) Measure(double deviation, bool relu)
{
    var random = new NumPyRandom(seed);
    Tensor h = Tensor.RandN([Batch, Width], random);
    var signals = new List<double>();
    var layers = new Tensor[depth];
    var outputs = new Tensor[depth];
    for (int layer = 0; layer < depth; layer++)
    {
        layers[layer] = Tensor.RandN([Width, Width], random, 0, deviation).RequireGrad();
        Tensor z = h.MatMul(layers[layer]);
        h = outputs[layer] = (relu ? z.Relu() : z.Tanh()).RetainGrad();
        signals.Add(h.Square().Mean().Sqrt().Item());                        // root mean square
    }
    (h * Tensor.RandN([Batch, Width], random)).Sum().Backward();
    return ([.. signals], [.. outputs.Select(o => o.Grad!.Square().Mean().Sqrt().Item())]);
}

// %% theory: a sum of n products of variance σ² each has variance nσ²; ReLU keeps half of the square
double xavier = Math.Sqrt(1.0 / Width), he = Math.Sqrt(2.0 / Width);         // Xavier's 2 / (n_in + n_out) with equal widths
lesson.Figure("xavier", xavier, expected: 0.1, tolerance: 1e-12);
lesson.Figure("he", he, expected: 0.141421356, tolerance: 1e-9);
(string Name, string Korean, string English, double Deviation, bool Relu)[] cases =
[
    ("tanh.small", "tanh, 0.01", "tanh, 0.01", 0.01, false), ("tanh.large", "tanh, 1", "tanh, 1", 1, false), ("tanh.xavier", "tanh, Xavier", "tanh, Xavier", xavier, false),
    ("relu.small", "ReLU, 0.01", "ReLU, 0.01", 0.01, true), ("relu.large", "ReLU, 1", "ReLU, 1", 1, true), ("relu.xavier", "ReLU, Xavier", "ReLU, Xavier", xavier, true), ("relu.he", "ReLU, He", "ReLU, He", he, true),
];
var measured = cases.Select(c => Measure(c.Deviation, c.Relu)).ToArray();
for (int i = 0; i < cases.Length; i++)
{
    lesson.Figure($"{cases[i].Name}.signal", measured[i].Forward);
    lesson.Figure($"{cases[i].Name}.gradient", measured[i].Backward);
}

// %% each layer multiplies: theory says √(n σ² / 2) for ReLU; measured is the mean factor of one layer
double Factor(double[] sizes) => Math.Pow(sizes[^1] / sizes[0], 1.0 / (depth - 1));
lesson.Range("relu.small.factor", Factor(measured[3].Forward), 0.0707 * 0.9, 0.0707 * 1.1);
lesson.Range("relu.large.factor", Factor(measured[4].Forward), 7.07 * 0.9, 7.07 * 1.1);
lesson.Range("relu.xavier.factor", Factor(measured[5].Forward), 0.707 * 0.9, 0.707 * 1.1);
lesson.Range("relu.he.factor", Factor(measured[6].Forward), 0.9, 1.1);

// %% the engine's initialisers draw what the formulas ask for: standard deviations of a layer of 300 × 100
var scope = new TorchRandom(seed);
double Deviation(Initializer initializer) => Tensor.Zeros([100, 300], DType.Float64).InitializeInPlace(initializer, scope).Std(correction: 0).Item();
double[] drawn = [Deviation(Initializers.XavierNormal()), Deviation(Initializers.XavierUniform()), Deviation(Initializers.KaimingNormal()), Deviation(Initializers.KaimingUniform())];
double[] wanted = [Math.Sqrt(2.0 / 400), Math.Sqrt(2.0 / 400), Math.Sqrt(2.0 / 300), Math.Sqrt(2.0 / 300)];
lesson.Figure("engine.deviations", drawn);
lesson.Range("engine.deviations.error", drawn.Zip(wanted, (a, b) => Math.Abs(a / b - 1)).Max(), 0, 0.03);

// %% does it matter for learning? Ten layers of ReLU on handwritten digits, from four starts
int steps = lesson.Parameter("steps", 80, 5, 1000);
double rate = lesson.Parameter("lr", 0.01, 1e-5, 1);
Tensor table = CourseData.Table("digits").ToTensor(dtype: DType.Float32)[..600];
Tensor pictures = table[.., ..64] / 16.0, labels = table[.., 64].To(DType.Int64);
double[] Learn(Func<int, double> deviation)
{
    var place = ParamScope.Random(seed);
    int[] sizes = [64, .. Enumerable.Repeat(64, 9), 10];
    var layers = new List<Layer>();
    for (int i = 0; i < 10; i++)
    {
        var linear = new Linear(place / i, sizes[i], sizes[i + 1]);
        linear.Weight.InitializeInPlace(Initializers.Normal(0, deviation(sizes[i])), place.Generator);
        linear.Bias!.InitializeInPlace(Initializers.Zeros, place.Generator);
        layers.Add(linear);
        if (i < 9) layers.Add(new ReLU());
    }
    var model = new Sequential(place / "net", [.. layers]);
    Tensor[] parameters = [.. layers.SelectMany(l => l.Parameters())];
    var optimizer = new SGD(parameters, rate, momentum: 0.9);
    var losses = new double[steps];
    for (int step = 0; step < steps; step++)
    {
        using var memory = TensorScope.Begin();
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(pictures).CrossEntropy(labels);
        loss.Backward();
        optimizer.Step();
        losses[step] = loss.Item();
    }
    return losses;
}
(string Name, double[] Losses)[] runs =
    [("0.01", Learn(_ => 0.01)), ("0.5", Learn(_ => 0.5)), ("Xavier", Learn(n => Math.Sqrt(1.0 / n))), ("He", Learn(n => Math.Sqrt(2.0 / n)))];
foreach (var (name, losses) in runs)
{
    lesson.Figure($"learn.{name}.first", losses[0]);
    if (double.IsFinite(losses[^1])) lesson.Figure($"learn.{name}.last", losses[^1]);
}
lesson.Range("learn.He.ends", runs[3].Losses[^1], 0, 1);
lesson.Figure("learn.0.01.stays.at.guessing", runs[0].Losses[^1], expected: Math.Log(10), tolerance: 0.02);

// %% signals forward, gradients backward, and what becomes of learning
double[] layerAxis = [.. Enumerable.Range(1, depth).Select(i => (double)i)], updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
Panel Sizes(string title, Func<(double[] Forward, double[] Backward), double[]> which, bool relu)
{
    var panel = new Panel(title, lesson.Text("층", "layer"), lesson.Text("크기 (제곱평균제곱근)", "root mean square")) { LogY = true };
    for (int i = 0; i < cases.Length; i++)
    {
        if (cases[i].Relu == relu) panel.Line(layerAxis, which(measured[i]), lesson.Text(cases[i].Korean, cases[i].English));
    }
    return panel;
}
var learning = new Panel(lesson.Text("열 층짜리 망의 학습", "Learning with ten layers"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss")) { YLimits = (0, 4) };
foreach (var (name, losses) in runs) learning.Line(updates, losses, name);
lesson.Plot("sizes", new Figure(lesson.Text("시작값과 신호의 크기", "Initial weights and the size of signals"), 2,
    [Sizes(lesson.Text("신호, tanh", "Signals, tanh"), m => m.Forward, false), Sizes(lesson.Text("기울기, tanh", "Gradients, tanh"), m => m.Backward, false), Sizes(lesson.Text("신호, ReLU", "Signals, ReLU"), m => m.Forward, true), learning]) { PanelWidth = 460, PanelHeight = 340 });
