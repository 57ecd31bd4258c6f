// chapter: ch22_1
// title: 직선의 한계 | The limit of the line
// computes: 자라는 사람의 몸무게와 키에 직선을 맞추고, 남은 오차에서 굽은 모양을 찾기 | a line through weight and height, and the bend that shows in what it leaves over
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% weight and height of 24 people from birth to full growth, in units of ten
Tensor people = CourseData.Table("weight_height").ToTensor(dtype: DType.Float64) * 0.1;  // [24, 2]
Tensor x = people[.., ..1], y = people[.., 1..];                                    // [24, 1]
double rate = lesson.Parameter("lr", 0.001, 1e-6, 0.002);
int steps = lesson.Parameter("steps", 100, 1, 100_000);
var random = new NumPyRandom(lesson.Seed(220112));
Tensor W0 = Tensor.RandN([1, 1], random), B0 = Tensor.RandN([1, 1], random);

// %% the line and its mean squared error
Tensor Predict(Tensor w, Tensor b) => x.MatMul(w) + b;                              // [24, 1]
Tensor Loss(Tensor w, Tensor b) => (Predict(w, b) - y).Square().Mean();

// %% gradient descent; the loss is a mean, but the original leaves the 1/24 out of its gradient
(Tensor ByW, Tensor ByB) Gradients(Tensor w, Tensor b, bool asPublished)
{
    double scale = asPublished ? 2.0 : 2.0 / 24;
    Tensor error = Predict(w, b) - y;                                               // [24, 1]
    return (scale * x.T.MatMul(error), scale * error.Sum(0, keepDim: true));
}
(Tensor W, Tensor B) Descend(bool asPublished, int count)
{
    var (w, b) = (W0, B0);
    for (int i = 0; i < count; i++)
    {
        using var step = TensorScope.Begin();
        var (byW, byB) = Gradients(w, b, asPublished);
        (w, b) = (step.Keep(w - rate * byW), step.Keep(b - rate * byB));
    }
    return (w, b);
}

// %% the best line of all needs no descent: it solves the normal equations
Tensor ones = Tensor.Ones([24, 1], DType.Float64);
Tensor best = Tensor.Cat([x, ones], 1).LeastSquares(y);                             // [2, 1]: slope and intercept
Tensor bestW = best[..1], bestB = best[1..];
lesson.Figure("ols.w", bestW.Item(), expected: 1.673516, tolerance: 1e-6);
lesson.Figure("ols.b", bestB.Item(), expected: 6.780041, tolerance: 1e-6);
lesson.Figure("ols.loss", Loss(bestW, bestB).Item(), expected: 0.859918, tolerance: 1e-6);

// %% what descent reaches in a hundred steps
lesson.Figure("start.w", W0.Item(), expected: 1.9675505586, tolerance: 1e-9);
lesson.Figure("start.b", B0.Item(), expected: 0.3672317215, tolerance: 1e-9);
lesson.Figure("loss.start", Loss(W0, B0).Item(), expected: 30.26732, tolerance: 1e-6);
var lines = new Panel(lesson.Text("몸무게와 키", "Weight and height"), lesson.Text("몸무게 (10 kg)", "weight (10 kg)"), lesson.Text("키 (10 cm)", "height (10 cm)"))
    .Scatter(x, y, lesson.Text("사람", "people"), Color.Black);
foreach (string version in lesson.Versions)
{
    bool wrong = version == "published";
    var (w, b) = Descend(wrong, steps);
    lesson.Figure($"{version}.w", w.Item(), expected: wrong ? 2.009942 : null);
    lesson.Figure($"{version}.b", b.Item(), expected: wrong ? 5.150770 : null);
    lesson.Figure($"{version}.loss.final", Loss(w, b).Item(), expected: wrong ? 1.626183 : 10.832968);
    lesson.Figure($"{version}.prediction", Predict(w, b).Squeeze(1));
    lines.Line(x, Predict(w, b), wrong ? lesson.Text("원래 코드", "as published") : lesson.Text("고친 코드", "corrected"), wrong ? Color.Vermilion : Color.Blue);
}
lines.Line(x, Predict(bestW, bestB), lesson.Text("가장 좋은 직선", "the best line"), Color.Green);
var (longW, longB) = Descend(asPublished: true, 40 * steps);
lesson.Figure("long.w", longW.Item(), expected: 1.673516);
lesson.Figure("long.b", longB.Item(), expected: 6.780041);
lesson.Figure("long.loss", Loss(longW, longB).Item(), expected: 0.859918);

// %% the line fits all it can, and still something is left over that is no accident: low, high, low
Tensor left = y - Predict(bestW, bestB);                                            // [24, 1]
double[] residuals = left.ToArray<double>();
int changes = Enumerable.Range(1, 23).Count(i => residuals[i] > 0 != residuals[i - 1] > 0);
double share = 1 - (left.Square().Mean() / y.Var(correction: 0)).Item();
lesson.Figure("ols.residuals", residuals);
lesson.Figure("ols.residuals.sum", left.Sum().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("ols.sign.changes", changes);
lesson.Figure("ols.r.squared", share);
lesson.Say($"24명의 오차는 부호가 {changes}번만 바뀝니다. 우연이라면 11번쯤 바뀝니다.", $"The 24 errors change sign only {changes} times; by chance they would about 11 times.");
lesson.Plot("line", new Figure("", columns: 2, [lines,
    new Panel(lesson.Text("가장 좋은 직선이 남긴 오차", "What the best line leaves over"), lesson.Text("몸무게 (10 kg)", "weight (10 kg)"), lesson.Text("키 - 직선 (10 cm)", "height - line (10 cm)"))
        .HorizontalLine(0).Line(x, residuals, color: Color.Green, width: 1).Scatter(x, residuals, color: Color.Green)]));

// %% the hand-written gradient against autograd: the published one is 24 times too large
Tensor weight = W0.Clone().RequireGrad(), bias = B0.Clone().RequireGrad();
Loss(weight, bias).Backward();
var right = Gradients(W0, B0, asPublished: false);
lesson.Figure("gradient.start.w", weight.Grad!.Item());
lesson.Figure("gradient.start.b", bias.Grad!.Item());
lesson.Figure("gradient.error.corrected", Math.Abs(right.ByW.Item() - weight.Grad!.Item()) + Math.Abs(right.ByB.Item() - bias.Grad!.Item()), expected: 0, tolerance: 1e-11);
lesson.Figure("gradient.published/autograd", Gradients(W0, B0, asPublished: true).ByW.Item() / weight.Grad!.Item(), expected: 24, tolerance: 1e-12);
