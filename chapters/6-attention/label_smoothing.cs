// chapter: label_smoothing
// title: 레이블 스무딩 | Label smoothing
// computes: 정답에 조금 덜 확신하기: 목표 분포, 지나친 확신의 벌, 그 기울기 | being a little less sure of the answer: the target distribution, the penalty for over-confidence, its gradient
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% the target is no longer one class: the answer keeps 1 - ε, the others share ε; padding gets nothing, and a row of padding counts for nothing
double[,] Smooth(int[] answers, int size, double smoothing, int padding = 0)
{
    var target = new double[answers.Length, size];
    for (int row = 0; row < answers.Length; row++)
        for (int symbol = 0; symbol < size; symbol++)
            target[row, symbol] = answers[row] == padding || symbol == padding ? 0 : symbol == answers[row] ? 1 - smoothing : smoothing / (size - 2);
    return target;
}
double smoothing = lesson.Parameter("smoothing", 0.4, 0, 0.95);
Tensor target = Tensor.From(Smooth([2, 1, 0, 3, 3], 5, smoothing));                       // [5, 5]
const double Rest = 0.4 / 3;
lesson.Figure("target", target, [[0, Rest, 0.6, Rest, Rest], [0, 0.6, Rest, Rest, Rest], [0, 0, 0, 0, 0], [0, Rest, Rest, 0.6, Rest], [0, Rest, Rest, 0.6, Rest]], tolerance: 1e-12);
lesson.Figure("target.sums", target.Sum(1), expected: [1, 1, 0, 1, 1], tolerance: 1e-12);

// %% the loss is the divergence Σ t (ln t - ln p); where t = 0 the term is 0, and only there may p be 0
double Divergence(double[] t, double[] p) => t.Zip(p, (ti, pi) => ti > 0 ? ti * (Math.Log(ti) - Math.Log(pi)) : 0).Sum();
double entropy = -target[0].ToArray<double>().Sum(t => t > 0 ? t * Math.Log(t) : 0);
lesson.Figure("target.entropy", entropy, expected: -0.6 * Math.Log(0.6) - 0.4 * Math.Log(Rest), tolerance: 1e-12);
if (lesson.Published) // log 0 = -∞, and 0 · -∞ is not a number: newer PyTorch gives NaN where the notebook's first version gave a loss
    lesson.Figure("published.is.nan", double.IsNaN(Tensor.From([0, 0.9, 0.1]).Log().KlDivLoss(Tensor.From([0, 0.9, 0.1]), LossReduction.Sum).Item()) ? 1 : 0, expected: 1);
if (lesson.Corrected)
    lesson.Figure("corrected.divergence", Divergence([0, 0.9, 0.1], [0, 0.9, 0.1]), expected: 0, tolerance: 1e-15);

// %% dL/dz = softmax(z)·Σt - t: nothing to gain once the model is as sure as the target says
var random = new NumPyRandom(lesson.Seed(3));
Tensor logits = Tensor.RandN([5, 5], random).RequireGrad();
Tensor loss = logits.LogSoftmax(1).KlDivLoss(target, LossReduction.Sum);
loss.Backward();
Tensor byHand = logits.Detach().Softmax(1) * target.Sum(1, keepDim: true) - target;
lesson.Figure("gradient.difference", (byHand - logits.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
Tensor p = logits.Detach().Softmax(1);
lesson.Figure("loss.difference", loss.Item() - Enumerable.Range(0, 5).Sum(row => Divergence(target[row].ToArray<double>(), p[row].ToArray<double>())), expected: 0, tolerance: 1e-12);
lesson.Figure("padding.row.gradient", logits.Grad![2].Abs().Max().Item(), expected: 0, tolerance: 1e-15);

// %% the engine's CrossEntropy, like PyTorch's, spreads ε over all classes, the answer and padding too: its target, read off its gradient
Tensor z = Tensor.Zeros([1, 5], DType.Float64).RequireGrad();
z.CrossEntropy(Tensor.From([2L]), labelSmoothing: 0.4).Backward();
lesson.Figure("engine.target", 0.2 - z.Grad![0], expected: [0.08, 0.08, 0.68, 0.08, 0.08], tolerance: 1e-12);

// %% over-confidence: let the answer have x parts of x + 3 and smooth by 0.1; beyond 27 to 3 more certainty costs
double[] Predicted(double x) => [0, x / (x + 3), 1 / (x + 3), 1 / (x + 3), 1 / (x + 3)];
double Penalty(double x, double epsilon) => Divergence([.. Enumerable.Range(0, 5).Select(i => Smooth([1], 5, epsilon)[0, i])], Predicted(x));
double Slope(double x) => -0.9 * (1 / x - 1 / (x + 3)) + 0.1 / (x + 3);                  // dL/dx by hand
lesson.Figure("penalty.at.1", Penalty(1, 0.1), expected: 0.9 * Math.Log(0.9 * 4) + 0.1 * Math.Log(0.4 / 3), tolerance: 1e-12);
lesson.Figure("penalty.at.10", Penalty(10, 0.1));
lesson.Figure("penalty.at.27", Penalty(27, 0.1), expected: 0, tolerance: 1e-12);
lesson.Figure("penalty.at.100", Penalty(100, 0.1));
lesson.Figure("slope.at.27", Slope(27), expected: 0, tolerance: 1e-12);
lesson.Figure("slope.difference", Slope(10) - (Penalty(10 + 1e-5, 0.1) - Penalty(10 - 1e-5, 0.1)) / 2e-5, expected: 0, tolerance: 1e-8);

// %% without smoothing the scores run away for ever; with it the gap to the others stops at ln((1 - ε)(V - 2) / ε)
double[] Gaps(double epsilon, int steps)
{
    Tensor t = Tensor.From(Smooth([1], 5, epsilon))[0, 1..], scores = Tensor.Zeros([4], DType.Float64);    // padding is no answer
    var gaps = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        scores = scores - (scores.Softmax(0) - t);
        gaps[i] = (scores[0] - scores[1]).Item();
    }
    return gaps;
}
int steps = lesson.Parameter("steps", 2000, 100, 20_000);
double[] hard = Gaps(0, steps), soft = Gaps(0.1, steps);
lesson.Figure("hard.gap", [hard[9], hard[99], hard[^1]]);
lesson.Figure("soft.gap", soft[^1], expected: Math.Log(27), tolerance: 1e-6);

// %% what it is good for: digits whose labels are now and then wrong; unseen digits are judged by accuracy, by loss and by how sure the model is
var shuffle = new TorchRandom(lesson.Seed(3));
Tensor digits = CourseData.Table("digits").ToTensor(dtype: DType.Float32);
digits = digits[Tensor.RandPerm(digits.Shape[0], shuffle)];
Tensor pictures = digits[.., ..64] / 16.0, labels = digits[.., 64].To(DType.Int64);       // [1797, 64], [1797]
const int Train = 400;
Tensor wrong = Tensor.Where(Tensor.RandInt(0, 10, [Train], shuffle).Eq(0), Tensor.RandInt(0, 10, [Train], shuffle), labels[..Train]); // a tenth drawn anew
lesson.Figure("wrong.labels", wrong.Ne(labels[..Train]).To(DType.Float64).Sum().Item());
double[] epsilons = [0, 0.1, 0.2, 0.4];
var results = new double[epsilons.Length, 3];
for (int k = 0; k < epsilons.Length; k++)
{
    var scope = ParamScope.Random(lesson.Seed(3));
    var model = new Sequential(scope, new Linear(scope / 0, 64, 64), new ReLU(), new Linear(scope / 2, 64, 10));
    var optimizer = new Adam(model.Parameters(), 0.01);
    for (int update = 0; update < 150; update++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        model.Forward(pictures[..Train]).CrossEntropy(wrong, labelSmoothing: epsilons[k]).Backward();
        optimizer.Step();
    }
    using var _ = Autograd.NoGrad();
    Tensor answers = model.Forward(pictures[Train..]), truth = labels[Train..];
    results[k, 0] = answers.ArgMax(1).Eq(truth).To(DType.Float64).Mean().Item();
    results[k, 1] = answers.CrossEntropy(truth).Item();
    results[k, 2] = answers.Softmax(1).AMax(1).Mean().Item();                            // mean certainty
}
lesson.Table(lesson.Text("잘못된 레이블이 섞인 숫자", "Digits with wrong labels among them"), ["ε", lesson.Text("정확도", "accuracy"), lesson.Text("손실", "loss"), lesson.Text("확신", "certainty")],
    epsilons.Select((e, k) => (IReadOnlyList<object>)[e, results[k, 0], results[k, 1], results[k, 2]]));
lesson.Figure("digits", results);
lesson.Range("digits.loss.saved", results[0, 1] - results[1, 1], 0.01, 10);

// %% pictures
double[] xs = [.. Enumerable.Range(1, 100).Select(i => (double)i)], updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
string[] symbols = ["pad", "1", "2", "3", "4"];
var penalties = new Panel(lesson.Text("지나친 확신의 벌", "The penalty for over-confidence"), "x", lesson.Text("손실", "loss")) { YLimits = (0, 1.2) };
foreach (double e in (double[])[0, 0.1, 0.2]) penalties.Line(xs, [.. xs.Select(x => Penalty(x, e))], $"ε = {e}");
lesson.Plot("smoothing", new Figure(lesson.Text("레이블 스무딩", "Label smoothing"), 3,
[
    new Panel(lesson.Text("목표 분포", "Target distributions"), lesson.Text("기호", "symbol"), lesson.Text("정답", "answer")) { EqualAxes = true }.HeatMap(target, rows: ["2", "1", "pad", "3", "3"], columns: symbols, showValues: true, low: 0, high: 1),
    penalties.VerticalLine(27),
    new Panel(lesson.Text("정답과 나머지의 점수 차이", "Gap between the answer's score and the others'"), lesson.Text("갱신", "update")) { LogX = true }.Line(updates, hard, "ε = 0").Line(updates, soft, "ε = 0.1").HorizontalLine(Math.Log(27), "ln 27"),
]));
