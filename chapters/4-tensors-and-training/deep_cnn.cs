// chapter: deep_cnn
// title: 깊은 합성곱 신경망 | A deep convolutional network
// computes: 층을 더 쌓을 때 생기는 일: 얕은 망, 깊은 망, 배치 정규화, 지름길 | what happens as layers are stacked: shallow, deep, batch normalisation, shortcuts
// minutes: 0.2

using System.Diagnostics;

using var lesson = Lesson.Begin(args);

// %% handwritten digits of 8×8 pixels: 800 to train on, 500 to test
Tensor table = CourseData.Table("digits").ToTensor(dtype: DType.Float32);
table = table[Tensor.RandPerm(table.Shape[0], new TorchRandom(lesson.Seed(0)))];
Tensor pictures = (table[.., ..64] / 16.0).Reshape(-1, 1, 8, 8), labels = table[.., 64].To(DType.Int64);
var train = new TensorDataset(pictures[..800], labels[..800]);
Tensor testX = pictures[800..1300], testY = labels[800..1300];

// %% one kind of network, three kinds of layers: y = relu(conv(x)), with batch normalisation, and with a shortcut around it
int depth = lesson.Parameter("depth", 12, 1, 40), epochs = lesson.Parameter("epochs", 3, 1, 50), channels = lesson.Parameter("channels", 8, 2, 64);
double rate = lesson.Parameter("lr", 0.005, 1e-4, 0.2);
Layer Block(ParamScope scope, string kind) => kind switch
{
    "plain" => new Sequential(scope, new Conv2d(scope / 0, channels, channels, 3, padding: 1), new ReLU()),
    "norm" => new Sequential(scope, new Conv2d(scope / 0, channels, channels, 3, padding: 1, bias: false), new BatchNorm2d(scope / 1, channels), new ReLU()),
    _ => new Shortcut(scope, new Sequential(scope / "inner", new Conv2d(scope / "inner" / 0, channels, channels, 3, padding: 1, bias: false), new BatchNorm2d(scope / "inner" / 1, channels), new ReLU())),
};
Sequential Build(string kind, int depth)
{
    var scope = ParamScope.Random(lesson.Seed(0));
    var layers = new List<Layer> { new Conv2d(scope / "stem", 1, channels, 3, padding: 1), new ReLU() };
    for (int i = 0; i < depth; i++) layers.Add(Block(scope / "blocks" / i, kind));
    layers.AddRange([new MaxPool2d(2), new Flatten(), new Linear(scope / "head", channels * 16, 10)]);
    return new Sequential(scope, [.. layers]);
}

// %% training, and the size of the gradient at the first layer in the first step
(double[] Losses, double Accuracy, double FirstGradient, double Parameters, double Seconds) Train(string kind, int depth)
{
    var model = Build(kind, depth);
    var optimizer = new Adam(model.Parameters(), rate);
    var losses = new List<double>();
    double first = double.NaN;
    var clock = Stopwatch.StartNew();
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        foreach (var (x, y) in train.Batches(32, shuffle: new TorchRandom(epoch)))
        {
            using var memory = TensorScope.Begin();
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(x).CrossEntropy(y);
            loss.Backward();
            if (losses.Count == 0) first = model.Parameters()[0].Grad!.Norm().Item();
            optimizer.Step();
            losses.Add(loss.Item());
        }
        lesson.Progress(epoch + 1, epochs, FormattableString.Invariant($"{kind}, {depth} layers: loss {losses[^1]:F3}"));
    }
    model.Eval();
    using var _ = Autograd.NoGrad();
    double accuracy = model.Forward(testX).ArgMax(1).Eq(testY).To(DType.Float64).Mean().Item();
    return ([.. losses], accuracy, first, model.ParameterCount(), clock.Elapsed.TotalSeconds);
}
(string Name, string Korean, string English, string Kind, int Depth)[] cases =
[
    ("shallow", "얕은 망 (2층)", "shallow (2 layers)", "plain", 2), ("deep", $"깊은 망 ({depth}층)", $"deep ({depth} layers)", "plain", depth),
    ("norm", $"{depth}층, 배치 정규화", $"{depth} layers, batch norm", "norm", depth), ("shortcut", $"{depth}층, 정규화와 지름길", $"{depth} layers, norm and shortcuts", "shortcut", depth),
];
var results = cases.Select(c => Train(c.Kind, c.Depth)).ToArray();
for (int i = 0; i < cases.Length; i++)
{
    lesson.Figure($"{cases[i].Name}.parameters", results[i].Parameters);
    lesson.Figure($"{cases[i].Name}.first.gradient", results[i].FirstGradient);
    lesson.Figure($"{cases[i].Name}.loss", results[i].Losses[^5..].Average());
    lesson.Figure($"{cases[i].Name}.accuracy", results[i].Accuracy);
}
lesson.Range("shortcut.accuracy.at.least", results[3].Accuracy, 0.9, 1);
lesson.Range("deep.gradient.of.shallow", results[1].FirstGradient / results[0].FirstGradient, 0, 0.2);
lesson.Table(lesson.Text("쌓기", "Stacking"), ["", lesson.Text("매개변수", "parameters"), lesson.Text("첫 층의 기울기", "first layer's gradient"), lesson.Text("정확도", "accuracy"), lesson.Text("초", "seconds")],
    cases.Select((c, i) => (IReadOnlyList<object>)[lesson.Text(c.Korean, c.English), results[i].Parameters, results[i].FirstGradient, results[i].Accuracy, Math.Round(results[i].Seconds, 2)]));

// %% how far does one place of the last map see? Each 3×3 layer adds one pixel on every side
double[] field = [.. Enumerable.Range(1, 12).Select(layers => 1.0 + 2 * layers)];
lesson.Figure("receptive.field", field);
Tensor impulse = Tensor.Zeros([1, 1, 15, 15], DType.Float64), threes = Tensor.Ones([1, 1, 3, 3], DType.Float64) / 9.0;
impulse[0, 0, 7, 7].FillInPlace(1);
Tensor seen = impulse;
for (int i = 0; i < 4; i++) seen = seen.Conv2d(threes, padding: 1);
lesson.Figure("receptive.field.measured", (seen > 0).To(DType.Float64)[0, 0, 7].Sum().Item(), expected: 9);

// %% the losses, and what one place sees after four layers
var panel = new Panel(lesson.Text("훈련 손실 (묶음 열 개의 평균)", "Training loss (mean of ten batches)"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss"));
for (int i = 0; i < cases.Length; i++)
{
    double[] losses = results[i].Losses;
    double[] smooth = [.. Enumerable.Range(10, Math.Max(0, losses.Length - 9)).Select(end => losses[(end - 10)..end].Average())];
    panel.Line([.. Enumerable.Range(10, smooth.Length).Select(n => (double)n)], smooth, lesson.Text(cases[i].Korean, cases[i].English));
}
lesson.Plot("stacking", new Figure(lesson.Text("깊이와 학습", "Depth and learning"), 2,
    [panel, new Panel(lesson.Text("네 층 뒤의 한 칸이 보는 9×9", "What one cell sees after four layers: 9×9")) { EqualAxes = true }.HeatMap(seen[0, 0])]) { PanelWidth = 500, PanelHeight = 400 });

/// <summary>x + f(x): what f need not change passes by it, and so does the gradient.</summary>
sealed class Shortcut(ParamScope scope, Layer inner) : Layer(scope)
{
    public override Tensor Forward(Tensor x) => x + inner.Forward(x);
}
