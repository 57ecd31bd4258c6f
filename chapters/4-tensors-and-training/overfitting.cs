// chapter: overfitting
// title: 과적합 | Overfitting
// computes: 외우는 모델과 배우는 모델: 다항식의 차수, 적은 그림으로 훈련한 신경망과 네 가지 처방 | models that memorise and models that learn: degrees of polynomials, a network on few pictures and four remedies
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% first with polynomials: 15 noisy points of a sine, and curves of degree 1 to 14 through them by least squares
var random = new NumPyRandom(lesson.Seed(4));
double noise = lesson.Parameter("noise", 0.25, 0, 2);
(Tensor X, Tensor Y) Sample(int count)
{
    Tensor x = Tensor.Rand([count], random, -1, 1, DType.Float64);
    return (x, (x * 3.0).Sin() + noise * Tensor.RandN([count], random));
}
var (x, y) = Sample(15);
var (newX, newY) = Sample(500);
Tensor Powers(Tensor x, int degree) => Tensor.Stack([.. Enumerable.Range(0, degree + 1).Select(k => x.Pow((double)k))], 1); // [count, degree + 1]
Tensor Fit(int degree) => Powers(x, degree).LeastSquares(y.Unsqueeze(1));                                                   // [degree + 1, 1]
double Error(Tensor coefficients, Tensor x, Tensor y) => (Powers(x, coefficients.Shape[0] - 1).MatMul(coefficients).Squeeze(1) - y).Square().Mean().Item();
int[] degrees = [.. Enumerable.Range(1, 14)];
Tensor[] fits = [.. degrees.Select(Fit)];
double[] known = [.. fits.Select(c => Error(c, x, y))], unseen = [.. fits.Select(c => Error(c, newX, newY))];
int best = degrees[Array.IndexOf(unseen, unseen.Min())];
lesson.Figure("polynomial.train", known);
lesson.Figure("polynomial.test", unseen);
lesson.Figure("polynomial.best.degree", best);
lesson.Figure("polynomial.train.rises", known.Zip(known.Skip(1)).Count(pair => pair.Second > pair.First + 1e-9), expected: 0); // more freedom never fits worse
lesson.Figure("polynomial.degree14.train", known[^1], expected: 0, tolerance: 1e-9);                                            // 15 points, 15 numbers
lesson.Figure("polynomial.largest.coefficient", fits.Select(c => c.Abs().Max().Item()).ToArray());

// %% now a network: 100 handwritten digits to train on, 800 others to test
Tensor table = CourseData.Table("digits").ToTensor(dtype: DType.Float32);
int few = lesson.Parameter("count", 100, 20, 900), steps = lesson.Parameter("steps", 200, 20, 2000);
table = table[Tensor.RandPerm(table.Shape[0], new TorchRandom(lesson.Seed(4)))];
Tensor pictures = table[.., ..64] / 16.0, labels = table[.., 64].To(DType.Int64);
Tensor testX = pictures[900..1700], testY = labels[900..1700];
(double[] Train, double[] Test, double Accuracy, double Gap, int Parameters) Train(int count, int hidden = 128, double dropout = 0, double decay = 0)
{
    Tensor trainX = pictures[..count], trainY = labels[..count];
    var scope = ParamScope.Random(1);
    var model = new Sequential(scope, new Linear(scope / 0, 64, hidden), new ReLU(), new Dropout(scope / 2, dropout), new Linear(scope / 3, hidden, hidden), new ReLU(), new Dropout(scope / 5, dropout), new Linear(scope / 6, hidden, 10));
    var optimizer = new AdamW(model.Parameters(), 0.003, weightDecay: decay);
    double[] train = new double[steps], test = new double[steps];
    double accuracy = 0;
    for (int step = 0; step < steps; step++)
    {
        using var memory = TensorScope.Begin();
        model.Train();
        optimizer.ZeroGrad();
        model.Forward(trainX).CrossEntropy(trainY).Backward();
        optimizer.Step();
        model.Eval();
        using var _ = Autograd.NoGrad();
        train[step] = model.Forward(trainX).CrossEntropy(trainY).Item();
        Tensor logits = model.Forward(testX);
        test[step] = logits.CrossEntropy(testY).Item();
        accuracy = logits.ArgMax(1).Eq(testY).To(DType.Float64).Mean().Item();
    }
    return (train, test, accuracy, test[^1] - train[^1], model.Parameters().Sum(p => p.Count));
}
var plain = Train(few);
var dropped = Train(few, dropout: 0.5);
var decayed = Train(few, decay: 1);
var small = Train(few, hidden: 16);
var more = Train(900);
int stop = Array.IndexOf(plain.Test, plain.Test.Min());
(string Name, string Korean, string English, (double[] Train, double[] Test, double Accuracy, double Gap, int Parameters) Result)[] runs =
[
    ("plain", "그대로", "plain", plain), ("dropout", "드롭아웃 0.5", "dropout 0.5", dropped), ("decay", "가중치 감쇠", "weight decay", decayed),
    ("small", "작은 망", "smaller network", small), ("more", "그림 900장", "900 pictures", more),
];
foreach (var (name, _, _, result) in runs)
{
    lesson.Figure($"{name}.train.loss", result.Train[^1]);
    lesson.Figure($"{name}.test.loss", result.Test[^1]);
    lesson.Figure($"{name}.test.accuracy", result.Accuracy);
}
lesson.Figure("parameters", plain.Parameters, expected: 26_122);
lesson.Figure("early.stop.step", stop + 1);
lesson.Figure("early.stop.test.loss", plain.Test[stop]);
lesson.Range("plain.gap", plain.Gap, 0.2, 5);
lesson.Range("more.gap.of.plain", more.Gap / plain.Gap, -1, 0.8);
lesson.Table(lesson.Text("처방", "Remedies"), ["", lesson.Text("훈련 손실", "train loss"), lesson.Text("시험 손실", "test loss"), lesson.Text("시험 정확도", "test accuracy")],
    runs.Select(r => (IReadOnlyList<object>)[lesson.Text(r.Korean, r.English), Math.Round(r.Result.Train[^1], 4), Math.Round(r.Result.Test[^1], 4), Math.Round(r.Result.Accuracy, 4)]));

// %% three curves through the same points, the two errors, and the remedies
double[] line = [.. Enumerable.Range(0, 201).Select(i => -1 + i / 100.0)];
Panel Curves()
{
    var panel = new Panel(lesson.Text("같은 점, 세 가지 차수", "The same points, three degrees"), "x", "y") { YLimits = (-2, 2) }.Scatter(x, y, lesson.Text("훈련 점", "training points"), Color.Black);
    foreach (int degree in (int[])[1, best, 14]) panel.Line(line, Powers(Tensor.From(line), degree).MatMul(fits[degree - 1]).Squeeze(1), lesson.Text($"{degree}차", $"degree {degree}"));
    return panel;
}
double[] updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
var remedies = new Panel(lesson.Text("시험 손실", "Test loss"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss")) { YLimits = (0, 1.2) };
foreach (var (_, korean, english, result) in runs) remedies.Line(updates, result.Test, lesson.Text(korean, english));
double[] degreeAxis = [.. degrees.Select(d => (double)d)];
lesson.Plot("overfitting", new Figure(lesson.Text("외우기와 배우기", "Memorising and learning"), 2,
[
    Curves(),
    new Panel(lesson.Text("차수와 오차", "Degree and error"), lesson.Text("차수", "degree"), lesson.Text("평균 제곱 오차", "mean squared error")) { LogY = true, YLimits = (1e-3, 100) }
        .Line(degreeAxis[..^1], known[..^1], lesson.Text("훈련", "training")).Line(degreeAxis, unseen, lesson.Text("새 점", "new points")).VerticalLine(best, lesson.Text("가장 좋은 차수", "best degree")),
    new Panel(lesson.Text("그림 100장, 처방 없음", "100 pictures, no remedy"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss"))
        .Line(updates, plain.Train, lesson.Text("훈련", "training")).Line(updates, plain.Test, lesson.Text("시험", "test")).VerticalLine(stop + 1, lesson.Text("여기서 멈춘다", "stop here")),
    remedies,
]) { PanelWidth = 460, PanelHeight = 340 });
