// chapter: ch22_2
// title: 직선의 한계: 제곱 특성 | The limit of the line: a squared feature
// computes: y = w₁x² + w₂x + b를 맞추면서, 크기가 다른 특성이 왜 학습을 늦추는지 재기 | y = w₁x² + w₂x + b, and a measurement of why features of unequal size slow the descent
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% the people of the chapter before; their weight goes in twice, squared and plain
Tensor people = CourseData.Table("weight_height").ToTensor(dtype: DType.Float64) * 0.1;  // [24, 2]
Tensor x = people[.., ..1], y = people[.., 1..];                                    // [24, 1]
Tensor raw = Tensor.Cat([x.Square(), x], 1);                                        // [24, 2]
double rate = lesson.Parameter("lr", 5e-5, 1e-8, 6e-5);
int steps = lesson.Parameter("steps", 100, 1, 10_000);
int longSteps = lesson.Parameter("long", 100_000, 1, 1_000_000);
var random = new NumPyRandom(lesson.Seed(220112));
Tensor.RandN([2, 1], random);                                                       // the line of the chapter before took these two
Tensor W0 = Tensor.RandN([2, 1], random), B0 = Tensor.RandN([1, 1], random);

// %% still linear in its weights: the model of any number of features
Tensor Predict(Tensor features, Tensor w, Tensor b) => features.MatMul(w) + b;      // [24, 1]
double Loss(Tensor features, Tensor w, Tensor b) => (Predict(features, w, b) - y).Square().Mean().Item();
(Tensor W, Tensor B) Descend(Tensor features, Tensor w, Tensor b, double rate, int count, bool divideByCount)
{
    double scale = divideByCount ? 2.0 / 24 : 2.0;
    for (int i = 0; i < count; i++)
    {
        using var step = TensorScope.Begin();
        Tensor error = Predict(features, w, b) - y;                                 // [24, 1]
        w = step.Keep(w - rate * scale * features.T.MatMul(error));                 // [2, 1]
        b = step.Keep(b - rate * scale * error.Sum(0, keepDim: true));
    }
    return (w, b);
}

// %% the best parabola, from the normal equations
Tensor ones = Tensor.Ones([24, 1], DType.Float64);
Tensor best = Tensor.Cat([raw, ones], 1).LeastSquares(y);                           // [3, 1]
lesson.Figure("ols.weights", best, expected: [-0.257682, 3.635754, 4.349800], tolerance: 1e-6);
lesson.Figure("ols.loss", Loss(raw, best[..2], best[2..]), expected: 0.107812, tolerance: 1e-6);

// %% as published: a hundred steps, and the parabola fits far worse than the line (1.626) it was to beat
lesson.Figure("start.W", W0, expected: [-1.1989460595, -0.9362599309], tolerance: 1e-9);
lesson.Figure("start.B", B0.Item(), expected: 1.8503699780, tolerance: 1e-9);
lesson.Figure("loss.start", Loss(raw, W0, B0), expected: 1902.0074, tolerance: 1e-7);
double[] curve = [.. from i in Enumerable.Range(0, 141) select i * 0.05];
Tensor curveX = Tensor.From(curve).Unsqueeze(1), curveRaw = Tensor.Cat([curveX.Square(), curveX], 1);
var fits = new Panel(lesson.Text("몸무게와 키", "Weight and height"), lesson.Text("몸무게 (10 kg)", "weight (10 kg)"), lesson.Text("키 (10 cm)", "height (10 cm)"))
    .Scatter(x, y, lesson.Text("사람", "people"), Color.Black);
if (lesson.Published)
{
    var (w, b) = Descend(raw, W0, B0, rate, steps, divideByCount: false);
    lesson.Figure("published.loss.final", Loss(raw, w, b), expected: 18.148145, tolerance: 1e-7);
    lesson.Figure("published.W", w);
    lesson.Figure("published.B", b.Item());
    lesson.Figure("published.prediction", Predict(raw, w, b).Squeeze(1));
    fits.Line(curve, Predict(curveRaw, w, b), lesson.Text($"원래 코드, {steps}번", $"as published, {steps} steps"), Color.Vermilion);
    var (longW, longB) = Descend(raw, W0, B0, rate, longSteps, divideByCount: false);
    lesson.Figure("published.loss.long", Loss(raw, longW, longB), expected: 0.107812, tolerance: 1e-6);
    lesson.Figure("published.W.long", longW);
    lesson.Figure("published.B.long", longB.Item());
}

// %% corrected: the mean's gradient, and features of equal size (mean 0, standard deviation 1) that allow a large rate
Tensor mean = raw.Mean(0), deviation = raw.Std(0, correction: 0);                   // [2]
Tensor scaled = (raw - mean) / deviation;                                           // [24, 2]
if (lesson.Corrected)
{
    var (slowW, slowB) = Descend(raw, W0, B0, rate, steps, divideByCount: true);
    lesson.Figure("corrected.raw.loss.final", Loss(raw, slowW, slowB));
    foreach (int count in new[] { steps, 10 * steps })
    {
        var (w, b) = Descend(scaled, W0, B0, 0.4, count, divideByCount: true);
        lesson.Figure($"corrected.loss.{(count == steps ? "final" : "long")}", Loss(scaled, w, b), expected: count == steps ? null : 0.107812);
        Tensor back = w / deviation.Unsqueeze(1);                                   // the same parabola in the old units
        lesson.Figure($"corrected.W.{(count == steps ? "final" : "long")}", back, expected: count == steps ? null : [-0.257682, 3.635754]);
        Tensor backB = b - mean.Unsqueeze(0).MatMul(back);
        lesson.Figure($"corrected.B.{(count == steps ? "final" : "long")}", backB.Item(), expected: count == steps ? null : 4.349800);
        if (count == steps)
            fits.Line(curve, Predict(curveRaw, back, backB), lesson.Text($"고친 코드, {steps}번", $"corrected, {steps} steps"), Color.Blue);
    }
}
fits.Line(curve, Predict(curveRaw, best[..2], best[2..]), lesson.Text("가장 좋은 포물선", "the best parabola"), Color.Green, dashed: true);

// %% why: the loss is a bowl, and its longest axis is so many times flatter than its shortest
double Roundness(Tensor features)
{
    Tensor f = Tensor.Cat([features, ones], 1);
    double[] curvatures = (f.T.MatMul(f) * (2.0 / 24)).Eigh().Values.ToArray<double>();  // ascending
    return curvatures[^1] / curvatures[0];
}
lesson.Figure("steepest/flattest.raw", Roundness(raw));
lesson.Figure("steepest/flattest.scaled", Roundness(scaled));

// %% the loss over the two weights, the bias always at its best: a gorge and, after scaling, a valley one can walk in
Panel Valley(string title, Tensor features, Series w1, Series w2)
{
    Tensor centred = features - features.Mean(0), target = y - y.Mean();
    double[] a = centred[.., 0].ToArray<double>(), c = centred[.., 1].ToArray<double>(), t = target.ToArray<double>();
    return new Panel(title, "w₁", "w₂").Contour(w1, w2, Grid.Of(w1, w2, (u, v) => Math.Log10(Enumerable.Range(0, 24).Average(i => Math.Pow(u * a[i] + v * c[i] - t[i], 2)))), levels: 14, filled: true);
}
double[] Axis(double low, double high) => [.. from i in Enumerable.Range(0, 81) select low + (high - low) * i / 80];
lesson.Plot("parabola", new Figure("", columns: 3, [fits,
    Valley(lesson.Text("log₁₀ 손실: x²과 x 그대로", "log₁₀ loss: x² and x as they are"), raw, Axis(-4, 4), Axis(-4, 8)),
    Valley(lesson.Text("log₁₀ 손실: 크기를 맞춘 뒤", "log₁₀ loss: features of equal size"), scaled, Axis(-12, 6), Axis(-2, 16))]));

// %% the hand-written gradient against autograd
Tensor leaf = W0.Clone().RequireGrad();
(Predict(raw, leaf, B0) - y).Square().Mean().Backward();
Tensor byHand = 2.0 / 24 * raw.T.MatMul(Predict(raw, W0, B0) - y);
lesson.Figure("gradient.start.W", leaf.Grad!);
lesson.Figure("gradient.difference", (leaf.Grad! - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
