// chapter: ch13
// title: 입력이 두 개인 선형 회귀 | Linear regression with two inputs
// computes: 점 네 개를 지나는 평면 y = w₁x₁ + w₂x₂ + b를 경사하강법으로 | the plane y = w₁x₁ + w₂x₂ + b through four points by gradient descent
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% four points on the plane y = 2x₁ + 3x₂ + 1
Tensor X = Tensor.From([[0.0, 0], [1, 0], [0, 1], [1, 1]]); // [4, 2]
Tensor Y = Tensor.From([[1.0], [3], [4], [6]]);             // [4, 1]
double rate = lesson.Parameter("lr", 0.005, 1e-6, 1);
int steps = lesson.Parameter("steps", 500, 1, 100_000);

// %% where the plane starts
(Tensor W, Tensor B) Start()
{
    var random = new NumPyRandom(lesson.Seed(220103));
    return (Tensor.RandN([2, 1], random), Tensor.RandN([1, 1], random));
}
Tensor Predict(Tensor w, Tensor b) => X.MatMul(w) + b;      // [4, 1]
Tensor Loss(Tensor w, Tensor b) => (Predict(w, b) - Y).Square().Mean();
var (w0, b0) = Start();
lesson.Figure("W.start", w0, [1.0710689166, -0.3695461539], tolerance: 1e-10);
lesson.Figure("b.start", b0.Item(), expected: -0.9918257021, tolerance: 1e-10);
lesson.Figure("loss.start", Loss(w0, b0).Item(), expected: 20.2026, tolerance: 5e-6);
lesson.Figure("prediction.start", Predict(w0, b0));

// %% the gradient: as with one input, only that Xᵀ has a row for each of them
(Tensor ByW, Tensor ByB) Slopes(Tensor w, Tensor b, bool divideByCount)
{
    double scale = divideByCount ? 2.0 / X.Shape[0] : 2.0;
    Tensor error = Predict(w, b) - Y;                       // [4, 1]
    return (scale * X.T.MatMul(error), scale * error.Sum()); // [2, 1], scalar
}
(Tensor W, Tensor B, double[] Losses) Descend(double step, bool divideByCount)
{
    var (w, b) = Start();
    var losses = new double[steps + 1];
    for (int i = 0; i <= steps; i++)
    {
        losses[i] = Loss(w, b).Item();
        if (i == steps)
            break;
        var (byW, byB) = Slopes(w, b, divideByCount);
        (w, b) = (w - step * byW, b - step * byB);
    }
    return (w, b, losses);
}

// %% as published (the gradient of the sum of four errors) and corrected (the gradient of their mean)
double[] updates = [.. from i in Enumerable.Range(0, steps + 1) select (double)i];
var curve = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), "MSE") { LogY = true };
var shown = (W: w0, B: b0);
foreach (string version in lesson.Versions)
{
    bool right = version == "corrected";
    var (w, b, losses) = Descend(rate, divideByCount: right);
    shown = (w, b);
    lesson.Figure($"{version}.W", w, right ? [2.08945, 2.39130] : [1.98363159, 2.96759557], tolerance: right ? 3e-6 : 2e-9);
    lesson.Figure($"{version}.b", b.Item(), expected: right ? 1.30647 : 1.02892572, tolerance: right ? 4e-6 : 5e-9);
    lesson.Figure($"{version}.loss", losses[^1], expected: right ? 0.0968243 : 3.50098e-4, tolerance: right ? 5e-8 : 5e-10);
    lesson.Figure($"{version}.prediction", Predict(w, b));
    curve.Line(updates, losses, right ? lesson.Text("고친 코드", "corrected") : lesson.Text("원래 코드", "published"));
}
if (lesson.Corrected)
    lesson.Figure("corrected.lr×4.loss", Descend(4 * rate, divideByCount: true).Losses[^1], expected: 3.50098e-4, tolerance: 5e-10);

// %% how one could have noticed: autograd says a quarter of it, for every element
Tensor weight = w0.Clone().RequireGrad(), bias = b0.Clone().RequireGrad();
Loss(weight, bias).Backward();
var (sumW, sumB) = Slopes(w0, b0, divideByCount: false);
var (meanW, meanB) = Slopes(w0, b0, divideByCount: true);
lesson.Figure("gradient.W.start", meanW);
lesson.Figure("gradient.b.start", meanB.Item());
lesson.Figure("gradient.published/autograd", [(sumW[0] / weight.Grad![0]).Item(), (sumW[1] / weight.Grad![1]).Item(), sumB.Item() / bias.Grad!.Item()], [4, 4, 4], tolerance: 1e-12);
lesson.Figure("gradient.difference", Math.Max((meanW - weight.Grad!).Abs().Max().Item(), Math.Abs(meanB.Item() - bias.Grad!.Item())), expected: 0, tolerance: 1e-14);

// %% the plane at once, by least squares: a column of ones carries the bias
Tensor best = Tensor.Cat([X, Tensor.Ones([4, 1], DType.Float64)], 1).LeastSquares(Y);
lesson.Figure("least.squares", best, [[2], [3], [1]], tolerance: 1e-12);

// %% the picture: the start lies far below the points, the learned plane reaches them
double[] axis = [.. from i in Enumerable.Range(-1, 13) select i / 10.0];
double Plane(Tensor w, Tensor b, double x1, double x2) => w[0, 0].Item() * x1 + w[1, 0].Item() * x2 + b.Item();
Panel Space(string title, Tensor w, Tensor b) => new Panel(title, "x₁", "x₂", "y") { ZLimits = (-3, 8), View = (-60, 15) }
    .Surface(axis, axis, Grid.Of(axis, axis, (x1, x2) => Plane(w, b, x1, x2))).Scatter3D(X[.., 0], X[.., 1], Y, lesson.Text("데이터", "data"), Color.Vermilion);
lesson.Plot("planes", new Figure(lesson.Text("점 네 개를 지나는 평면", "A plane through four points"), 2,
    [Space(lesson.Text("처음", "At the start"), w0, b0), Space(lesson.Text("학습한 뒤", "After learning"), shown.W, shown.B)]));
lesson.Plot("loss", curve);
