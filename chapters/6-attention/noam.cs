// chapter: noam
// title: Noam 스케줄: 데우고 식히기 | The Noam schedule: warm up, cool down
// computes: 학습률을 올렸다가 내리는 곡선과, 처음 걸음이 왜 위험한지 | the learning rate that rises and falls, and why the first steps are dangerous
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% lr(s) = d^-½ · min(s^-½, s · w^-1½): a straight line up to step w, then as 1/√s
double Rate(int step, int size, int warmup) => Math.Pow(size, -0.5) * Math.Min(Math.Pow(step, -0.5), step * Math.Pow(warmup, -1.5));
(int Size, int Warmup)[] settings = [(512, 4000), (512, 8000), (256, 4000)];
double[] tops = [6.98771243e-4, 4.94105884e-4, 9.88211769e-4];
for (int i = 0; i < 3; i++)
{
    var (size, warmup) = settings[i];
    lesson.Figure($"top.{size}.{warmup}", Rate(warmup, size, warmup), expected: tops[i], tolerance: 1e-12);
    lesson.Figure($"curve.{size}.{warmup}", [.. ((int[])[1, 1000, 4000, 8000, 20_000]).Select(s => Rate(s, size, warmup))]);
}

// %% the annotated toy task takes 400 steps with w = 1200: the rate is still rising when it ends
lesson.Figure("toy.last.rate", Rate(400, 512, 1200), expected: 4.25258636e-4, tolerance: 1e-12);
lesson.Figure("toy.top.rate", Rate(1200, 512, 1200), expected: 1.27577591e-3, tolerance: 1e-11);

// %% the engine's schedule; its derivative by hand, 1/√(d w³) before the top and -½ d^-½ s^-1½ after it, against differences
var weight = Tensor.Zeros([1]).RequireGrad();
var schedule = new NoamSchedule(new Adam(new[] { weight }, 1), 512, 4000);
double worst = 0;
for (int s = 1; s <= 20_000; s++)
{
    schedule.Step();
    worst = Math.Max(worst, Math.Abs(schedule.LearningRate - Rate(s, 512, 4000)));
}
lesson.Figure("engine.difference", worst, expected: 0, tolerance: 1e-15);
double Derivative(int s, int size, int warmup) => s < warmup ? Math.Pow(size, -0.5) * Math.Pow(warmup, -1.5) : -0.5 * Math.Pow(size, -0.5) * Math.Pow(s, -1.5);
foreach (int s in (int[])[1000, 12_000])
    lesson.Figure($"derivative.difference.{s}", 1e6 * (Derivative(s, 512, 4000) - (Rate(s + 1, 512, 4000) - Rate(s - 1, 512, 4000)) / 2), expected: 0, tolerance: 1e-4);

// %% Adam's first steps: m and v know one gradient only, and whatever it was, every weight moves by the full rate
const double Beta1 = 0.9, Beta2 = 0.98;
const int Weights = 2000, Steps = 200;
var random = new NumPyRandom(lesson.Seed(17));
Tensor parameter = Tensor.Zeros([Weights], DType.Float64).RequireGrad(), m = Tensor.Zeros([Weights], DType.Float64), v = m;
var adam = new Adam(new[] { parameter }, 1, Beta1, Beta2, 1e-9);
var sizes = new double[Steps];
double difference = 0;
for (int t = 1; t <= Steps; t++)
{
    Tensor g = Tensor.RandN([Weights], random), before = parameter.Detach().Clone();            // pure noise: nowhere to go
    (m, v) = (Beta1 * m + (1 - Beta1) * g, Beta2 * v + (1 - Beta2) * g.Square());
    Tensor step = m / (1 - Math.Pow(Beta1, t)) / ((v / (1 - Math.Pow(Beta2, t))).Sqrt() + 1e-9);
    adam.ZeroGrad();
    (parameter * g).Sum().Backward();
    adam.Step();
    difference = Math.Max(difference, (before - parameter.Detach() - step).Abs().Max().Item());
    sizes[t - 1] = step.Square().Mean().Sqrt().Item();
}
lesson.Figure("adam.difference", difference, expected: 0, tolerance: 1e-12);
lesson.Figure("adam.step.1", sizes[0], expected: 1, tolerance: 1e-8);
lesson.Figure("adam.steps", [sizes[0], sizes[1], sizes[4], sizes[19], sizes[99]]);
double settled = Math.Sqrt((1 - Beta1) / (1 + Beta1));                                          // what noise should give in the long run
lesson.Range("adam.settled", sizes[150..].Average(), settled * 0.9, settled * 1.1);

// %% does it matter? A Transformer that copies: post-norm with and without warming up, pre-norm without
int depth = lesson.Parameter("depth", 4, 1, 12), steps = lesson.Parameter("steps", 80, 10, 2000);
double top = lesson.Parameter("lr", 0.01, 1e-5, 0.1);
double[] Train(bool normFirst, Func<int, double> rate)
{
    var data = new TorchRandom(lesson.Seed(17));
    var model = new AnnotatedTransformer(ParamScope.Random(lesson.Seed(17)), new AnnotatedTransformerConfig(11, 11, depth, 32, 64, 4, Dropout: 0, NormFirst: normFirst));
    var optimizer = new Adam(model.Parameters(), 1, Beta1, Beta2, 1e-9);
    var losses = new double[steps];
    for (int s = 1; s <= steps; s++)
    {
        using var memory = TensorScope.Begin();
        Tensor x = Tensor.RandInt(1, 11, [16, 8], data);                                        // [16, 8]
        optimizer.LearningRate = rate(s);
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(x, x[.., ..^1]).Reshape(-1, 11).CrossEntropy(x[.., 1..].Reshape(-1));
        loss.Backward();
        optimizer.Step();
        losses[s - 1] = loss.Item();
    }
    return losses;
}
int warm = Math.Max(1, steps / 3);
double Warmed(int s) => top * Math.Min(Math.Sqrt((double)warm / s), (double)s / warm);          // Noam's shape with a top of our own
(string Name, string Label, double[] Losses)[] runs =
[
    ("post.constant", lesson.Text("post-norm, 처음부터 최고 속도", "post-norm, full rate at once"), Train(false, _ => top)),
    ("post.noam", lesson.Text("post-norm, 데우기", "post-norm, warmed up"), Train(false, Warmed)),
    ("pre.constant", lesson.Text("pre-norm, 처음부터 최고 속도", "pre-norm, full rate at once"), Train(true, _ => top)),
];
var learning = new Panel(lesson.Text("베껴 쓰기를 배우는 손실", "Loss of learning to copy"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss")).HorizontalLine(Math.Log(10), lesson.Text("찍기", "guessing"));
double[] updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
foreach (var (name, label, losses) in runs)
{
    lesson.Figure($"{name}.losses", [losses[0], losses[Math.Min(9, steps - 1)], losses[^1]]);
    double end = losses[^10..].Average();
    lesson.Range($"{name}.end", end, name == "post.constant" ? 2.2 : 1.3, name == "post.constant" ? 2.5 : 2.2);
    learning.Line(updates, losses, label);
}

// %% pictures
double[] axis = [.. Enumerable.Range(1, 200).Select(i => i * 100.0)], first = [.. Enumerable.Range(1, Steps).Select(i => (double)i)];
var curves = new Panel(lesson.Text("학습률", "Learning rate"), lesson.Text("걸음", "step"), "");
foreach (var (size, warmup) in settings) curves.Line(axis, [.. axis.Select(s => Rate((int)s, size, warmup))], $"({size}, {warmup})");
lesson.Plot("noam", new Figure(lesson.Text("데우고 식히기", "Warm up, cool down"), 3,
    [curves, new Panel(lesson.Text("잡음만 있을 때 Adam의 걸음", "Adam's steps on pure noise"), lesson.Text("걸음", "step"), lesson.Text("학습률의 몇 배", "times the learning rate")) { YLimits = (0, 1.05) }.Line(first, sizes).HorizontalLine(settled, "√((1-β₁)/(1+β₁))"), learning]));
