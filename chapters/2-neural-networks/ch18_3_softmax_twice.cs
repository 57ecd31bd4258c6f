// chapter: ch18_3
// title: 다중분류: 소프트맥스를 두 번 쓰면 | Several classes: soft-max applied twice
// computes: 소프트맥스를 두 번 거친 손실이 0.551 아래로 내려가지 못하는 까닭 | why a loss through two soft-maxes cannot fall below 0.551
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% thirty flowers; this time the loss is the mean
Tensor flowers = CourseData.Table("iris_tiny").ToTensor(dtype: DType.Float64);  // [30, 7]
Tensor x = flowers[.., ..4], t = flowers[.., 4..];                              // [30, 4], [30, 3]
Tensor labels = t.ArgMax(1);                                                    // [30], 0, 1 or 2
double rate = lesson.Parameter("lr", 0.1, 1e-4, 1);
int steps = lesson.Parameter("steps", 3001, 1, 20_000);
uint seed = lesson.Seed(0);

// %% a linear layer as PyTorch starts it: evenly from -1/√4 to 1/√4
Tensor[] Start(uint seed)
{
    var random = new NumPyRandom(seed);
    return [Tensor.Rand([3, 4], random, -0.5, 0.5), Tensor.Rand([3, 1], random, -0.5, 0.5)];
}
Tensor Sums(Tensor[] p) => x.MatMul(p[0].T) + p[1].T;                           // [30, 3]

// %% cross entropy contains a soft-max: the original fed it shares, so that two of them stand in a row
Tensor Loss(Tensor[] p, bool twice) => (twice ? Sums(p).Softmax(1) : Sums(p)).CrossEntropy(labels);
double Accuracy(Tensor[] p) => Sums(p).ArgMax(1).Eq(labels).To(DType.Float64).Mean().Item();

// %% both gradients by hand; the inner soft-max sends d backward as s ∘ (d - Σ d∘s)
Tensor[] Gradients(Tensor[] p, bool twice)
{
    Tensor s = Sums(p).Softmax(1), byG = (s - t) / 30;                          // [30, 3]
    if (twice)
    {
        Tensor d = (s.Softmax(1) - t) / 30;
        byG = s * (d - (d * s).Sum(1, keepDim: true));
    }
    return [byG.T.MatMul(x), byG.Sum(0).Unsqueeze(1)];
}
(Tensor[] Parameters, double[] Losses) Train(uint seed, bool twice)
{
    Tensor[] p = Start(seed);
    var losses = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        using var step = TensorScope.Begin();
        losses[i] = Loss(p, twice).Item();
        Tensor[] g = Gradients(p, twice);
        p = [step.Keep(p[0] - rate * g[0]), step.Keep(p[1] - rate * g[1])];
    }
    return (p, losses);
}

// %% the floor: even shares of exactly 1, 0, 0 become e/(e + 2) in the second soft-max
double floor = Math.Log(1 + 2 / Math.E);
lesson.Figure("floor", floor, expected: 0.5514447, tolerance: 1e-7);
double[] updates = [.. from i in Enumerable.Range(0, steps) select (double)i];
var curves = new Panel(lesson.Text("학습 곡선", "Learning"), lesson.Text("갱신", "update"), lesson.Text("평균 손실", "mean loss")) { YLimits = (0, 1.2) };
foreach (string version in lesson.Versions)
{
    bool wrong = version == "published";
    var (p, losses) = Train(seed, wrong);
    double last = Loss(p, wrong).Item();
    lesson.Figure($"{version}.loss.start", losses[0]);
    if (wrong) lesson.Range($"{version}.loss.final", last, floor, 0.89);
    else lesson.Range($"{version}.loss.final", last, 0.015, 0.03);
    lesson.Figure($"{version}.accuracy", Accuracy(p));
    lesson.Figure($"{version}.share.mean", (Sums(p).Softmax(1) * t).Sum(1).Mean().Item());
    curves.Line(updates, losses, wrong ? lesson.Text("소프트맥스 두 번", "two soft-maxes") : lesson.Text("한 번", "one"), wrong ? Color.Vermilion : Color.Blue);
}
curves.HorizontalLine(floor, "ln(1 + 2/e)");

// %% one flower, the sum of its own class raised and the others at zero: with two soft-maxes the loss goes flat far too early
double Once(double g) => Math.Log(1 + 2 * Math.Exp(-g));
double Twice(double g)
{
    double right = Math.Exp(g) / (Math.Exp(g) + 2), other = (1 - right) / 2;
    return Math.Log(1 + 2 * Math.Exp(other - right));
}
var shape = new Panel(lesson.Text("손실의 모양", "The shape of the loss"), lesson.Text("정답인 종의 가중합", "sum of the right class"), lesson.Text("꽃 하나의 손실", "loss of one flower"))
    .Curve(Twice, -10, 10, lesson.Text("소프트맥스 두 번", "two soft-maxes"), Color.Vermilion)
    .Curve(Once, -10, 10, lesson.Text("한 번", "one"), Color.Blue)
    .HorizontalLine(floor, "ln(1 + 2/e)");
lesson.Plot("two_softmaxes", new Figure("", columns: 2, [curves, shape]));
double Slope(Func<double, double> loss, double g) => (loss(g + 1e-6) - loss(g - 1e-6)) / 2e-6;
lesson.Table(lesson.Text("정답인 종의 가중합과 손실의 기울기", "The slope of the loss by the sum of the right class"), ["g", lesson.Text("한 번", "one"), lesson.Text("두 번", "two")],
    from g in new[] { -10.0, -5, 0, 5 } select new object[] { g, Slope(Once, g), Slope(Twice, g) });
lesson.Figure("slope.at.-10", [Slope(Once, -10), Slope(Twice, -10)], expected: [-0.9999773, -2.6e-5], tolerance: 1e-5);

// %% luck: from ten starts, how often is a species lost for good?
double[] losts = [.. from other in Enumerable.Range(0, 10) select Train((uint)other, twice: true).Losses[^1]];
lesson.Figure("published.loss.of.10", losts);
lesson.Figure("published.stuck.of.10", losts.Count(loss => loss > 0.8));
lesson.Range("published.loss.best.of.10", losts.Min(), floor, 0.6);

// %% the hand-written gradients against autograd
foreach (bool twice in new[] { false, true })
{
    Tensor[] leaves = [.. Start(seed).Select(p => p.RequireGrad())];
    Loss(leaves, twice).Backward();
    double error = leaves.Zip(Gradients(Start(seed), twice), (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max();
    lesson.Figure(twice ? "gradient.error.twice" : "gradient.error.once", error, expected: 0, tolerance: 1e-12);
}
