// chapter: gradient_check
// title: 기울기 검사 | Checking gradients
// computes: 손으로 구한 기울기를 중앙 차분과 비교하기: 가장 좋은 간격, 네 가지 흔한 실수, 꺾인 함수 | gradients against central differences: the best step, four common mistakes, functions with kinks
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% a two-layer network and its gradient by hand; each mistake is one that real programs have had
var random = new NumPyRandom(lesson.Seed(25));
Tensor X = Tensor.RandN([6, 3], random), Y = (Tensor.Rand([6, 1], random, 0, 1, DType.Float64) > 0.5).To(DType.Float64);
Tensor[] p = [Tensor.RandN([3, 4], random), Tensor.RandN([1, 4], random), Tensor.RandN([4, 1], random), Tensor.RandN([1, 1], random)];
string[] names = ["W1", "b1", "W2", "b2"];
double Loss(Tensor[] p)
{
    Tensor s = ((X.MatMul(p[0]) + p[1]).Tanh().MatMul(p[2]) + p[3]).Sigmoid();
    return -(Y * s.Log() + (1 - Y) * (1 - s).Log()).Mean().Item();
}
Tensor[] Gradients(Tensor[] p, string mistake = "")
{
    Tensor h = (X.MatMul(p[0]) + p[1]).Tanh();                                                  // [6, 4]
    Tensor byG = ((h.MatMul(p[2]) + p[3]).Sigmoid() - Y) / (mistake == "sum" ? 1.0 : 6.0);      // [6, 1]: mean, not sum
    Tensor byH = byG.MatMul(p[2].T);                                                            // [6, 4]
    Tensor byZ = mistake == "slope" ? byH * (1 - h) : byH * (1 - h.Square());                   // tanh' = 1 - tanh²
    Tensor byB1 = mistake == "bias" ? byZ[..1] : byZ.Sum(0, keepDim: true);                     // all rows, not the first
    Tensor byW1 = X.T.MatMul(mistake == "order" ? byZ.Flip(0) : byZ);                           // rows in their order
    return [byW1, byB1, h.T.MatMul(byG), byG.Sum(0, keepDim: true)];
}

// %% the judge: move every weight a little to both sides and look at the loss
Tensor[] Numeric(double step) => [.. p.Select((w, i) =>
{
    var slopes = new double[w.Count];
    for (int j = 0; j < w.Count; j++)
    {
        double Moved(double by)
        {
            Tensor[] moved = [.. p];
            moved[i] = w.Clone();
            moved[i].Reshape(-1)[j].AddInPlace(by);
            return Loss(moved);
        }
        slopes[j] = (Moved(step) - Moved(-step)) / (2 * step);
    }
    return Tensor.Wrap(slopes, w.Shape);
})];
double Relative(Tensor a, Tensor b) => ((a - b).Norm() / (a.Norm() + b.Norm())).Item();

// %% relative error |a - b| / (|a| + |b|) of each array: 1e-9 is right, 1e-2 is a mistake
double h0 = lesson.Parameter("h", 1e-5, 1e-14, 1);
Tensor[] judge = Numeric(h0), right = Gradients(p);
for (int i = 0; i < 4; i++) lesson.Figure($"right.{names[i]}", Relative(right[i], judge[i]), expected: 0, tolerance: 1e-8);
string[] mistakes = ["sum", "slope", "bias", "order"];
(string Korean, string English)[] words = [("평균을 합으로", "sum for mean"), ("tanh의 기울기", "slope of tanh"), ("첫 줄의 편향만", "bias of one row"), ("줄의 순서", "order of rows")];
var errors = new double[mistakes.Length, 4];
for (int m = 0; m < mistakes.Length; m++)
{
    Tensor[] wrong = Gradients(p, mistakes[m]);
    for (int i = 0; i < 4; i++) errors[m, i] = Relative(wrong[i], judge[i]);
    lesson.Range($"{mistakes[m]}.worst", Enumerable.Range(0, 4).Max(i => errors[m, i]), 1e-2, 1);
}
lesson.Figure("mistakes", errors);

// %% does a wrong gradient show in training? With every mistake the loss falls
double[] Descend(string mistake)
{
    Tensor[] w = [.. p];
    var losses = new double[200];
    for (int i = 0; i < losses.Length; i++)
    {
        losses[i] = Loss(w);
        w = [.. w.Zip(Gradients(w, mistake), (a, g) => a - 0.3 * g)];
    }
    return losses;
}
double[][] runs = [Descend(""), .. mistakes.Select(Descend)];
lesson.Figure("training.last", runs.Select(r => r[^1]).ToArray());
lesson.Figure("training.falls", runs.Count(r => r[^1] < r[0]), expected: 5);

// %% how large a step? Too large bends, too small drowns in rounding
double[] steps = [.. Enumerable.Range(0, 14).Select(k => Math.Pow(10, -k))];
double[] central = [.. steps.Select(s => Numeric(s).Zip(right, Relative).Max())];
double bestStep = steps[Array.IndexOf(central, central.Min())];
lesson.Figure("error.by.step", central);
lesson.Range("best.step", Math.Log10(bestStep), -7, -3);

// %% the engine's own check, used in its tests: uneven weights, so that errors cannot cancel in a sum
var report = GradCheck.Run(w => ((X.MatMul(w[0]) + w[1]).Tanh().MatMul(w[2]) + w[3]).Sigmoid(), p);
lesson.Say(report.ToString(), report.ToString());
lesson.Figure("engine.check", report.MaxError, expected: 0, tolerance: 1e-6);

// %% kinks: at 0 relu has no slope; the central difference says one half, autograd 0. No mistake, but no agreement either
Tensor zero = Tensor.From(0.0).RequireGrad();
zero.Relu().Sum().Backward();
double difference = ((Tensor.From(1e-6).Relu() - Tensor.From(-1e-6).Relu()).Item()) / 2e-6;
lesson.Figure("relu.autograd", zero.Grad!.Item(), expected: 0);
lesson.Figure("relu.difference", difference, expected: 0.5, tolerance: 1e-9);

// %% the error by step, the mistakes by array, and training with each of them
string[] labels = [.. words.Select(w => lesson.Text(w.Korean, w.English))];
double[] updates = [.. Enumerable.Range(1, 200).Select(i => (double)i)];
var training = new Panel(lesson.Text("틀려도 손실은 줄어듭니다", "The loss falls all the same"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss")).Line(updates, runs[0], lesson.Text("옳은 기울기", "right gradient"), Color.Black);
for (int m = 0; m < 4; m++) training.Line(updates, runs[m + 1], labels[m]);
lesson.Plot("check", new Figure(lesson.Text("기울기 검사", "Checking gradients"), 3,
[
    new Panel(lesson.Text("간격과 오차", "Step and error"), "h", lesson.Text("상대 오차", "relative error")) { LogX = true, LogY = true }.Line(steps, central, color: Color.Blue).Scatter(steps, central, color: Color.Blue),
    training,
    new Panel(lesson.Text("어느 배열이 틀렸나 (상대 오차)", "Which array is wrong (relative error)")).HeatMap(Tensor.From(errors).Round(2), rows: labels, columns: names, showValues: true, low: 0, high: 1),
]) { PanelWidth = 440, PanelHeight = 360 });
