// chapter: ch11
// title: 선형 회귀의 이론 | The theory of linear regression
// computes: 평균 제곱 오차의 편미분을 합의 규칙으로 유도하고, 손실의 그릇 모양과 알맞은 학습률 | the derivatives of the mean squared error from the rules of sums, the bowl of the loss and the right step size
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% three points and a line ŷ = wx + b with an arbitrary start
double[] x = [1, 2, 3], y = [3, 5, 7];
int n = x.Length;
var random = new NumPyRandom(lesson.Seed(220102));
double w0 = random.StandardNormal(), b0 = random.StandardNormal();
double Error(double w, double b, int i) => w * x[i] + b - y[i];
double Loss(double w, double b) => Enumerable.Range(0, n).Average(i => Error(w, b, i) * Error(w, b, i));
lesson.Figure("w.start", w0, expected: 0.97213265, tolerance: 1e-8);
lesson.Figure("b.start", b0, expected: 0.28608494, tolerance: 1e-8);
lesson.Figure("loss.start", Loss(w0, b0), expected: 8.3753007, tolerance: 1e-8);

// %% the rules of sums that the derivation uses, tried out on numbers
double Sum(Func<int, double> term) => Enumerable.Range(0, n).Sum(term);
lesson.Figure("rule.sum", Sum(i => x[i] + y[i]) - (Sum(i => x[i]) + Sum(i => y[i])), expected: 0);
lesson.Figure("rule.factor", Sum(i => 4 * x[i]) - 4 * Sum(i => x[i]), expected: 0);
lesson.Figure("rule.constant", Sum(_ => 4) - n * 4, expected: 0);
lesson.Figure("rule.false", Sum(i => x[i] * y[i]) - Sum(i => x[i]) * Sum(i => y[i]), expected: -56);   // Σxy is not Σx · Σy

// %% the derivatives: ∂L/∂w = 2/n Σ x(ŷ - y), ∂L/∂b = 2/n Σ (ŷ - y)
double ByW(double w, double b) => 2.0 / n * Sum(i => x[i] * Error(w, b, i));
double ByB(double w, double b) => 2.0 / n * Sum(i => Error(w, b, i));
lesson.Figure("gradient.w", ByW(w0, b0), expected: -12.4490889, tolerance: 1e-7);
lesson.Figure("gradient.b", ByB(w0, b0), expected: -5.5392995, tolerance: 1e-7);

// %% the sum sign hides inside a matrix product: Xᵀ·error multiplies and adds up
Tensor X = Tensor.From(x).Unsqueeze(1), Y = Tensor.From(y).Unsqueeze(1);           // [3, 1]
Tensor W = Tensor.From([[w0]]).RequireGrad(), B = Tensor.From([[b0]]).RequireGrad();
Tensor error = (X.MatMul(W) + B - Y).Detach();                                      // [3, 1]
lesson.Figure("gradient.w.by.product", (2.0 / n * X.T.MatMul(error)).Item(), expected: ByW(w0, b0), tolerance: 1e-14);
(X.MatMul(W) + B - Y).Square().Mean().Backward();
lesson.Figure("gradient.autograd.difference", Math.Max(Math.Abs(W.Grad!.Item() - ByW(w0, b0)), Math.Abs(B.Grad!.Item() - ByB(w0, b0))), expected: 0, tolerance: 1e-14);
double difference = (Loss(w0 + 1e-5, b0) - Loss(w0 - 1e-5, b0)) / 2e-5;
lesson.Figure("gradient.differences.error", Math.Abs(difference - ByW(w0, b0)), expected: 0, tolerance: 1e-8);

// %% the loss is a bowl: its curvature does not depend on where one stands
double sxx = Sum(i => x[i] * x[i]), sx = Sum(i => x[i]);
Tensor H = Tensor.From([[2.0 / n * sxx, 2.0 / n * sx], [2.0 / n * sx, 2.0]]);       // [2, 2]: second derivatives
double[] curvature = H.Eigh().Values.ToArray<double>();                             // least first
lesson.Figure("curvature", curvature, [0.2403931346, 11.0929401987], tolerance: 1e-7);
double limit = 2 / curvature[1];
lesson.Figure("largest.step", limit, expected: 0.180294851, tolerance: 1e-9);

// %% the lowest point at once: both derivatives zero are two equations with two unknowns
Tensor best = Tensor.From([[sxx, sx], [sx, n]]).Solve(Tensor.From([[Sum(i => x[i] * y[i])], [Sum(i => y[i])]]));
lesson.Figure("best.w.b", best, [[2], [1]], tolerance: 1e-12);
lesson.Figure("best.gradient", [ByW(2, 1), ByB(2, 1)], [0, 0], tolerance: 1e-15);

// %% gradient descent walks there; how fast depends on the step
int steps = lesson.Parameter("steps", 200, 1, 10_000);
double rate = lesson.Parameter("lr", 0.15, 1e-5, 1);
(double[] W, double[] B) Walk(double step)
{
    double[] ws = new double[steps + 1], bs = new double[steps + 1];
    (ws[0], bs[0]) = (w0, b0);
    for (int i = 0; i < steps; i++)
        (ws[i + 1], bs[i + 1]) = (ws[i] - step * ByW(ws[i], bs[i]), bs[i] - step * ByB(ws[i], bs[i]));
    return (ws, bs);
}
var (ways, biases) = Walk(rate);
var small = Walk(0.001);
lesson.Figure("after.one.step", [ways[1], biases[1]], [2.8394960, 1.1169799], tolerance: 1e-7);
lesson.Figure("walk.loss", Loss(ways[^1], biases[^1]));
lesson.Figure("walk.small.loss", Loss(small.W[^1], small.B[^1]));
double LossAfter(double step)
{
    var (ws, bs) = Walk(step);
    return Loss(ws[Math.Min(50, steps)], bs[Math.Min(50, steps)]);
}
lesson.Figure("below.limit.shrinks", LossAfter(0.99 * limit) < Loss(w0, b0) ? 1 : 0, expected: 1);
lesson.Figure("above.limit.grows", LossAfter(1.01 * limit) > Loss(w0, b0) ? 1 : 0, expected: 1);

// %% the pictures: the bowl, and the way down across its contours
double[] ws = [.. from i in Enumerable.Range(0, 121) select i / 30.0], bs = [.. from i in Enumerable.Range(0, 121) select -1 + i / 30.0];
Grid bowl = Grid.Of(ws, bs, Loss), logarithm = Grid.Of(ws, bs, (w, b) => Math.Log10(Loss(w, b) + 1e-3));
lesson.Plot("bowl", new Figure(lesson.Text("손실의 그릇과 내려가는 길", "The bowl of the loss and the way down"), 2,
[
    new Panel(lesson.Text("손실", "The loss"), "w", "b", "L").Surface(ws, bs, bowl),
    new Panel(lesson.Text("위에서 본 등고선 (로그)", "From above (contours of its logarithm)"), "w", "b").Contour(ws, bs, logarithm, levels: 14)
        .Path(small.W, small.B, "lr = 0.001", Color.Black)
        .Line(ways, biases, color: Color.Vermilion, width: 1).Scatter(ways, biases, FormattableString.Invariant($"lr = {rate}"), Color.Vermilion, size: 6),
]));
