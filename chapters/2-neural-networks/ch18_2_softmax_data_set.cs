// chapter: ch18_2
// title: 다중분류 심화: 데이터 묶음 | Several classes: a data set
// computes: 붓꽃 30송이의 기울기를 줄마다 더하기와 행렬로 한 번에 구하기 | the gradient of thirty iris flowers, row by row and in one matrix product
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% ten flowers of each of three species: four measurements, then the species one-hot
Tensor flowers = CourseData.Table("iris_tiny").ToTensor(dtype: DType.Float64);         // [30, 7]
Tensor x = flowers[.., ..4], t = flowers[.., 4..];                                     // [30, 4], [30, 3]
double rate = lesson.Parameter("lr", 0.001, 1e-5, 0.01);
int steps = lesson.Parameter("steps", 100, 1, 20_000);
var random = new NumPyRandom(lesson.Seed(220106));
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);

// %% model, summed loss, accuracy
Tensor Predict(Tensor w, Tensor b) => (x.MatMul(w.T) + b.T).Softmax(-1);               // [30, 3]
double Loss(Tensor s) => -(t * s.Log()).Sum().Item();
double Accuracy(Tensor s) => s.ArgMax(1).Eq(t.ArgMax(1)).To(DType.Float64).Mean().Item();

// %% one flower at a time, as in the original: -t/s, the 3×3 Jacobian, the measurements; then add up
Tensor GradientByRows(Tensor w, Tensor b)
{
    Tensor s = Predict(w, b), sum = Tensor.Zeros([3, 4], DType.Float64), eye = Tensor.Eye(3, dtype: DType.Float64);
    for (int row = 0; row < 30; row++)
    {
        Tensor share = s[row].Unsqueeze(1);                                            // [3, 1]
        Tensor jacobian = share * (eye - share.T);                                     // [3, 3]
        Tensor byG = jacobian.T.MatMul(-t[row].Unsqueeze(1) / share);                  // [3, 1]
        sum = sum + byG.MatMul(x[row].Unsqueeze(0));                                   // [3, 4]
    }
    return sum;
}

// %% all flowers at once: row n of byG is flower n's; the slip of the original stands at two places of each Jacobian
Tensor ByG(Tensor s, bool asPublished)
{
    if (!asPublished)
        return s - t;                                                                  // all that remains of the Jacobian
    Tensor jacobians = s.Unsqueeze(2) * (Tensor.Eye(3, dtype: DType.Float64) - s.Unsqueeze(1)); // [30, 3, 3]
    Tensor slip = s[.., 1] * (1 - s[.., 0]);
    jacobians[.., 1, 1] = slip;
    jacobians[.., 2, 2] = slip;
    return (-t / s).Unsqueeze(1).MatMul(jacobians).Squeeze(1);                         // [30, 3]
}
(Tensor Shares, double[] Losses, Tensor W, Tensor B) Train(bool asPublished, int count)
{
    Tensor w = W0, b = B0, s = Predict(w, b);
    var losses = new double[count + 1];
    for (int i = 0; i < count; i++)
    {
        using var step = TensorScope.Begin();
        losses[i] = Loss(s);
        Tensor byG = ByG(s, asPublished);
        w = step.Keep(w - rate * byG.T.MatMul(x));
        b = step.Keep(b - rate * byG.Sum(0).Unsqueeze(1));
        s = step.Keep(Predict(w, b));
    }
    losses[count] = Loss(s);
    return (s, losses, w, b);
}

// %% a hundred steps with each gradient
Tensor start = Predict(W0, B0);
lesson.Figure("loss.start", Loss(start), expected: 111.40993, tolerance: 1e-7);
lesson.Figure("accuracy.start", Accuracy(start));
double[] updates = [.. from i in Enumerable.Range(0, steps + 1) select (double)i], numbers = [.. from i in Enumerable.Range(1, 30) select (double)i];
var lossPanel = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("손실의 합", "summed loss")) { LogY = true };
var sharePanel = new Panel(lesson.Text("꽃마다 정답인 종의 확률", "What each flower's own species gets"), lesson.Text("꽃 (10송이씩 세 종)", "flower (ten of each species)"), lesson.Text("확률", "share")) { YLimits = (0, 1) };
foreach (string version in lesson.Versions)
{
    bool wrong = version == "published";
    var (s, losses, w, b) = Train(wrong, steps);
    lesson.Figure($"{version}.loss.final", losses[steps], expected: wrong ? 17.679133 : 17.985400, tolerance: 1e-7);
    lesson.Figure($"{version}.accuracy", Accuracy(s), expected: wrong ? 23 / 30.0 : 20 / 30.0);
    lesson.Figure($"{version}.prediction", s);
    lesson.Figure($"{version}.W", w);
    lesson.Figure($"{version}.B", b);
    lesson.Figure($"{version}.share.of.species", (s * t).Sum(1).Reshape(3, 10).Mean(1));
    string name = wrong ? lesson.Text("원래 코드", "as published") : lesson.Text("고친 코드", "corrected");
    Color color = wrong ? Color.Vermilion : Color.Blue;
    lossPanel.Line(updates, losses, name, color);
    sharePanel.Scatter(numbers, (s * t).Sum(1), name, color);
}
sharePanel.HorizontalLine(0.5).VerticalLine(10.5).VerticalLine(20.5);
lesson.Plot("learning", new Figure("", columns: 2, [lossPanel, sharePanel]));

// %% a race with the wrong gradient is won by chance: after twenty times as many steps the order is turned round
foreach (string version in lesson.Versions)
{
    var (s, losses, _, _) = Train(version == "published", 20 * steps);
    lesson.Figure($"{version}.loss.long", losses[^1]);
    lesson.Figure($"{version}.accuracy.long", Accuracy(s));
}

// %% rows, matrices and autograd agree; the published gradient does not
Tensor weight = W0.Clone().RequireGrad();
(-(t * Predict(weight, B0).Log()).Sum()).Backward();
double Error(Tensor byW) => (byW - weight.Grad!).Abs().Max().Item();
lesson.Figure("gradient.start.W", weight.Grad!);
lesson.Figure("gradient.error.rows", Error(GradientByRows(W0, B0)), expected: 0, tolerance: 1e-10);
lesson.Figure("gradient.error.corrected", Error(ByG(start, asPublished: false).T.MatMul(x)), expected: 0, tolerance: 1e-10);
lesson.Range("gradient.error.published", Error(ByG(start, asPublished: true).T.MatMul(x)), 1, 1000);
