// chapter: ch34
// title: 소프트맥스 역전파의 쉬운 길 | The short way back through soft-max
// computes: 야코비 행렬 대신 s - t 하나로 세 부류를 배우기 | three classes learnt with s - t in place of the Jacobian
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% four rows of three classes
Tensor X = Tensor.From([[0.1, 0.2, 0.3, 0.4], [2.0, 3, 4, 5], [10.0, 11, 12, 13], [15.0, 16, 17, 18]]) * 0.01; // [4, 4]
Tensor T = Tensor.From([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]);                                      // [4, 3]
var random = new NumPyRandom(lesson.Seed(220209));
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);
double rate = lesson.Parameter("lr", 0.25, 1e-4, 10);
int steps = lesson.Parameter("steps", 1000, 1, 100_000);

// %% the original's soft-max, and one that cannot overflow: the greatest sum is taken away first, which changes no share
Tensor Naive(Tensor g) => g.Exp() / g.Exp().Sum(1, keepDim: true);
Tensor Stable(Tensor g) => Naive(g - g.Max(1, keepDim: true).Values);

// %% the long way: dL/ds = -t/s, then one 3×3 Jacobian a row; the short way: s - t
Tensor TheLongWay(Tensor s)
{
    Tensor jacobian = s.Unsqueeze(2) * (Tensor.Eye(3, dtype: DType.Float64) - s.Unsqueeze(1)); // [4, 3, 3]
    return (-T / s).Unsqueeze(1).MatMul(jacobian).Squeeze(1);                                // [4, 3]
}
Tensor TheShortWay(Tensor s) => s - T;                                                       // [4, 3]

Tensor Sums(Tensor w, Tensor b) => X.MatMul(w.T) + b.T;                                      // [4, 3]
double Loss(Tensor s) => -(T * s.Log()).Sum().Item();
Tensor start = Stable(Sums(W0, B0));
lesson.Figure("loss.start", Loss(start), expected: 4.6628858, tolerance: 1e-7);
lesson.Figure("prediction.start", start);
lesson.Figure("gradient.W.start", TheShortWay(start).T.MatMul(X));
lesson.Figure("gradient.B.start", TheShortWay(start).Sum(0));
lesson.Figure("gradient.long.difference", (TheLongWay(start) - TheShortWay(start)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% descent, with the soft-max of the original and with the safe one
var plot = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("네 줄의 손실 합", "loss summed over four rows"));
Tensor trained = start;
foreach (string version in lesson.Versions)
{
    Func<Tensor, Tensor> softmax = version == "published" ? Naive : Stable;
    Tensor w = W0, b = B0;
    var losses = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        using var step = TensorScope.Begin();
        Tensor s = softmax(Sums(w, b));
        losses[i] = Loss(s);
        Tensor byG = TheShortWay(s);
        w = step.Keep(w - rate * byG.T.MatMul(X));
        b = step.Keep(b - rate * byG.Sum(0).Unsqueeze(1));
    }
    trained = softmax(Sums(w, b));
    lesson.Figure($"{version}.loss", Loss(trained), expected: 1.4139862, tolerance: 1e-7);
    lesson.Figure($"{version}.prediction", trained, [[0.5936, 0.3781, 0.0283], [0.3798, 0.4857, 0.1345], [0.0227, 0.1177, 0.8595], [0.0014, 0.0174, 0.9812]], tolerance: 5e-5);
    lesson.Figure($"{version}.W", w);
    lesson.Figure($"{version}.B", b);

    // the same sums a thousand times as large: beyond exp(709) a double can hold no more
    lesson.Figure($"{version}.broken.rows", softmax(Sums(w, b) * 1000.0).IsNaN().Any(1).To(DType.Float64).Sum().Item(), expected: version == "published" ? 3 : 0);
    plot.Line(Tensor.Arange(steps), losses, version == "published" ? lesson.Text("원래 코드", "as published") : lesson.Text("넘치지 않는 소프트맥스", "safe soft-max"), dashed: version == "corrected");
}
lesson.Plot("loss", plot);
Panel Shares(string title, Tensor s) => new Panel(title).HeatMap(s, rows: ["1", "2", "3", "3"], columns: ["1", "2", "3"], showValues: true, low: 0, high: 1);
lesson.Plot("shares", new Figure(lesson.Text("부류별 확률 (행: 정답)", "Shares of the classes (rows: the right one)"), 2,
    [Shares(lesson.Text("학습 전", "before"), start), Shares(lesson.Text("학습 후", "after"), trained)]));

// %% the same with autograd: cross entropy on the sums
Tensor weight = W0.Clone().RequireGrad(), bias = B0.Clone().RequireGrad();
Sums(weight, bias).CrossEntropy(T.ArgMax(1), reduction: LossReduction.Sum).Backward();
lesson.Figure("autograd.W.difference", (weight.Grad! - TheShortWay(start).T.MatMul(X)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("autograd.B.difference", (bias.Grad! - TheShortWay(start).Sum(0).Unsqueeze(1)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
