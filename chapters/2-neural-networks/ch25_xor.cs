// chapter: ch25
// title: XOR 신경망 | The XOR network
// computes: 2-2-1 신경망이 XOR를 배우는 과정을 손으로 미분 | a 2-2-1 network learns XOR, differentiated by hand
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% the gate: 0 for equal inputs, 1 for different ones
Tensor X = Tensor.From([[0.0, 0], [1, 0], [0, 1], [1, 1]]); // [4, 2]
Tensor Y = Tensor.From([[0.0, 1, 1, 0]]);                   // [1, 4]
double rate = lesson.Parameter("lr", 0.1, 1e-4, 10);
int steps = lesson.Parameter("steps", 2000, 1, 100_000);

// %% two units, then one
(Tensor W1, Tensor B1, Tensor W2, Tensor B2) Start(uint seed)
{
    var random = new NumPyRandom(seed);
    return (Tensor.RandN([2, 2], random), Tensor.RandN([2, 1], random), Tensor.RandN([1, 2], random), Tensor.RandN([1, 1], random));
}
Tensor Loss(Tensor s) => -(Y * s.Log() + (1 - Y) * (1 - s).Log()).Mean();

// %% forward, then backward step by step along the chain
(Tensor Prediction, Tensor[] Gradients) Differentiate(Tensor w1, Tensor b1, Tensor w2, Tensor b2)
{
    Tensor s1 = (w1.MatMul(X.T) + b1).Sigmoid();            // [2, 4]
    Tensor s2 = (w2.MatMul(s1) + b2).Sigmoid();             // [1, 4]
    Tensor byG2 = s2 - Y;                                   // [1, 4]
    Tensor byS1 = w2.T.MatMul(byG2);                        // [2, 4]
    Tensor byG1 = byS1 * s1 * (1 - s1);                     // [2, 4]
    return (s2, [byG1.MatMul(X), byG1.Sum(1, keepDim: true), byG2.MatMul(s1.T), byG2.Sum(1, keepDim: true)]);
}

// %% gradient descent; the loss is the mean over four rows, the original follows the gradient of their sum
(double Loss, Tensor Prediction, double[] Losses, Tensor[] Weights) Train(uint seed, double rate, bool divideByCount)
{
    var (w1, b1, w2, b2) = Start(seed);
    double step = divideByCount ? rate / 4 : rate;
    var losses = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        using var scope = TensorScope.Begin();
        var (prediction, g) = Differentiate(w1, b1, w2, b2);
        losses[i] = Loss(prediction).Item();
        (w1, b1) = (scope.Keep(w1 - step * g[0]), scope.Keep(b1 - step * g[1]));
        (w2, b2) = (scope.Keep(w2 - step * g[2]), scope.Keep(b2 - step * g[3]));
    }
    var last = Differentiate(w1, b1, w2, b2).Prediction;
    return (Loss(last).Item(), last, losses, [w1, b1, w2, b2]);
}

// %% the network's answer over the whole plane
double[] axis = [.. from i in Enumerable.Range(0, 61) select -0.5 + i / 30.0];
Panel Plane(string title, Tensor[] w)
{
    Tensor points = Tensor.CartesianProd(Tensor.From(axis), Tensor.From(axis));     // [3721, 2]: x₁ from row to row, x₂ within
    Tensor answers = (w[2].MatMul((w[0].MatMul(points.T) + w[1]).Sigmoid()) + w[3]).Sigmoid().Reshape(61, 61);
    return new Panel(title, "x₁", "x₂") { EqualAxes = true, XLimits = (-0.5, 1.5), YLimits = (-0.5, 1.5) }.Regions(axis, axis, answers.T)
        .Scatter(new[] { 0.0, 1 }, new[] { 0.0, 1 }, "0", Color.Blue, size: 14).Scatter(new[] { 1.0, 0 }, new[] { 0.0, 1 }, "1", Color.Vermilion, size: 14);
}

// %% as published, and with the mean's gradient: at the same rate the right gradient is four times too small to finish
uint seed = lesson.Seed(220132);
var start = Start(seed);
lesson.Figure("loss.start", Loss(Differentiate(start.W1, start.B1, start.W2, start.B2).Prediction).Item(), expected: 0.9413150, tolerance: 1e-7);
var plot = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("평균 손실", "mean loss"));
var panels = new List<Panel> { plot };
double[] updates = [.. from i in Enumerable.Range(0, steps) select (double)i];
if (lesson.Published)
{
    var (loss, prediction, losses, weights) = Train(seed, rate, divideByCount: false);
    lesson.Figure("published.loss", loss, expected: 0.04726362, tolerance: 1e-8);
    lesson.Figure("published.prediction", prediction, [[0.04155, 0.94477, 0.94875, 0.03652]], tolerance: 5e-6);
    foreach (var (name, weight) in new[] { "W1", "B1", "W2", "B2" }.Zip(weights))
        lesson.Figure($"published.{name}", weight);
    panels.Add(Plane(lesson.Text("원래 코드의 경계", "Boundary, as published"), weights));
    plot.Line(updates, losses, lesson.Text("원래 코드", "as published"), Color.Vermilion);
}
if (lesson.Corrected)
{
    var (loss, prediction, losses, weights) = Train(seed, rate, divideByCount: true);
    lesson.Figure("corrected.loss", loss, expected: 0.588759, tolerance: 1e-6);
    lesson.Figure("corrected.prediction", prediction);
    panels.Add(Plane(lesson.Text("고친 코드의 경계", "Boundary, corrected"), weights));
    lesson.Figure("corrected.lr×4.loss", Train(seed, 4 * rate, divideByCount: true).Loss, expected: 0.04726362, tolerance: 1e-8);
    plot.Line(updates, losses, lesson.Text("고친 코드", "corrected"), Color.Blue);
}
lesson.Plot("loss", new Figure("", columns: 3, panels));

// %% the hand-written gradient against autograd
Tensor[] leaves = [.. new[] { start.W1, start.B1, start.W2, start.B2 }.Select(p => p.Clone().RequireGrad())];
Tensor hidden = (leaves[0].MatMul(X.T) + leaves[1]).Sigmoid();
(Loss((leaves[2].MatMul(hidden) + leaves[3]).Sigmoid()) * 4.0).Backward(); // the sum
Tensor[] byHand = Differentiate(start.W1, start.B1, start.W2, start.B2).Gradients;
lesson.Figure("gradient.difference", leaves.Zip(byHand, (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);

// %% two hidden units depend on luck: forty other starts, and how many of them fail
double[] ends = [.. from other in Enumerable.Range(0, 40) select Train((uint)other, 1.0, divideByCount: true).Loss];
int failures = ends.Count(loss => loss > 0.3);
lesson.Figure("seeds.loss", ends);
lesson.Range("seeds.loss.best", ends.Min(), 0.005, 0.02);
lesson.Figure("failures.of.40", failures);
lesson.Say($"씨앗 40개 가운데 {failures}개에서는 XOR를 배우지 못합니다.", $"Of 40 seeds, {failures} do not learn XOR.");
