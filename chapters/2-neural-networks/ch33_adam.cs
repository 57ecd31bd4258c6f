// chapter: ch33
// title: 경사하강법의 개선: Adam | Better descent: Adam
// computes: 두 모멘트를 보정해 걷기, 그리고 다섯 방법이 끝나는 골짜기 | two corrected moments, and the valleys in which five methods end
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the curve with two valleys
double F(double x) => (x - 9) * x * (x + 1) * (x + 6) / 200 + 4;
double Slope(double x) => (2 * x * x * x - 3 * x * x - 57 * x - 27) / 100;
double rate = lesson.Parameter("lr", 0.3, 0.001, 5);
double beta1 = lesson.Parameter("beta1", 0.9, 0, 0.999), beta2 = lesson.Parameter("beta2", 0.999, 0, 0.9999);
double start = lesson.Parameter("start", -8.0, -9, 10);
int steps = lesson.Parameter("steps", 99, 10, 5000);
const double Epsilon = 1e-10;

// %% m averages the slopes, s their squares; both begin at zero and are divided by the weights given out so far
(double[] Path, double[] M, double[] S) Adam(double rate, bool correct, int count)
{
    double[] path = [start, .. new double[count]], ms = new double[count], ss = new double[count];
    double m = 0, s = 0;
    for (int i = 0; i < count; i++)
    {
        double g = Slope(path[i]);
        m = beta1 * m + (1 - beta1) * g;
        s = beta2 * s + (1 - beta2) * g * g;
        ms[i] = correct ? m / (1 - Math.Pow(beta1, i + 1)) : m;
        ss[i] = correct ? s / (1 - Math.Pow(beta2, i + 1)) : s;
        path[i + 1] = path[i] - rate * ms[i] / (Math.Sqrt(ss[i]) + Epsilon);
    }
    return (path, ms, ss);
}
double[] Trace(double[] path) => [path[1], path[2], path[10], path[^1]];

// %% from -8: it swings up the ridge, turns, and ends in the valley that is not the deepest
var (path, firstMoment, secondMoment) = Adam(rate, correct: true, steps);
lesson.Figure("adam.trace", Trace(path), expected: [-7.7, -7.401959, -5.270237, -4.318353], tolerance: 1e-6);
lesson.Figure("adam.end", path[^1], expected: -4.318353, tolerance: 1e-6);
lesson.Figure("adam.end.f", F(path[^1]));
lesson.Figure("adam.max", path.Max());
lesson.Figure("adam.path", path);
lesson.Figure("adam.end.1000", Adam(rate, true, 1000).Path[^1], expected: -4.344626, tolerance: 1e-6);
lesson.Figure("adam.moments.first", [firstMoment[0], secondMoment[0]], expected: [-7.87, 61.9369], tolerance: 1e-9);
lesson.Figure("adam.step.first", path[1] - start, expected: 0.3, tolerance: 1e-9);

// %% without the correction the first step is (1 - β₁)/√(1 - β₂) = 3.16 rates long
double[] uncorrected = Adam(rate, correct: false, steps).Path;
lesson.Figure("uncorrected.step.first/lr", (uncorrected[1] - start) / rate, expected: 3.16227766, tolerance: 1e-8);
lesson.Figure("uncorrected.trace", Trace(uncorrected));
lesson.Figure("uncorrected.end", uncorrected[^1]);

// %% the engine's Adam with autograd's slope goes the same way
Tensor x = Tensor.From(start).RequireGrad();
var optimizer = new Adam([x], rate, beta1, beta2, Epsilon);
double engineDifference = 0, slopeDifference = 0;
for (int i = 0; i < steps; i++)
{
    optimizer.ZeroGrad();
    ((x - 9) * x * (x + 1) * (x + 6) / 200 + 4).Sum().Backward();
    slopeDifference = Math.Max(slopeDifference, Math.Abs(x.Grad!.Sum().Item() - Slope(x.Detach().Sum().Item())));
    optimizer.Step();
    engineDifference = Math.Max(engineDifference, Math.Abs(x.Detach().Sum().Item() - path[i + 1]));
}
lesson.Figure("gradient.difference", slopeDifference, expected: 0, tolerance: 1e-13);
lesson.Figure("engine.difference", engineDifference, expected: 0, tolerance: 1e-9);

// %% five methods in one line each, for many rates: what decides is the rate, not the name
double[] Walk(Func<double, double> slopeToStep)                                      // a method: from slope to step, remembering what it needs
{
    double[] way = [start, .. new double[steps]];
    for (int i = 0; i < steps; i++)
        way[i + 1] = way[i] - slopeToStep(Slope(way[i]));
    return way;
}
double[] Descent(double lr) => Walk(g => lr * g);
double[] Momentum(double lr) { double v = 0; return Walk(g => lr * (v = 0.9 * v + 0.1 * g)); }
double[] AdaGrad(double lr) { double s = 0; return Walk(g => lr * g / Math.Sqrt((s += g * g) + 1e-20)); }
double[] RMSProp(double lr) { double s = 0, w = 1; return Walk(g => lr * g / Math.Sqrt((s = 0.999 * s + 0.001 * g * g) / (1 - (w *= 0.999)) + 1e-20)); }
var methods = new (string Name, Func<double, double[]> Path, double Shown)[]
{
    (lesson.Text("경사하강법", "descent"), Descent, 0.4), (lesson.Text("모멘텀", "momentum"), Momentum, 0.4), ("AdaGrad", AdaGrad, 0.3),
    (lesson.Text("RMSprop (보정)", "RMSprop (corrected)"), RMSProp, 0.3), ("Adam", lr => Adam(lr, true, steps).Path, rate),
};
string[] keys = ["descent", "momentum", "adagrad", "rmsprop", "adam"];
double[] rates = [.. from i in Enumerable.Range(0, 61) select Math.Pow(10, -2 + i * 0.05)]; // 0.01 to 10
double[] numbers = [.. from i in Enumerable.Range(0, steps + 1) select (double)i];
var ways = new Panel(lesson.Text("걸음마다의 자리", "The place after each step"), lesson.Text("걸음", "step"), "x");
var sweep = new Panel(lesson.Text("학습률에 따라 끝나는 곳", "Where they end, by learning rate"), "lr", lesson.Text("마지막 x", "last x")) { LogX = true, YLimits = (-9, 10) };
var rows = new List<object[]>();
foreach (var ((name, walk, shown), key) in methods.Zip(keys))
{
    double[] way = walk(shown), ends = [.. rates.Select(r => walk(r)[^1])];
    bool[] deep = [.. ends.Select(end => Math.Abs(end - 6.33511238) < 0.5)];
    int first = Array.IndexOf(deep, true);
    lesson.Figure($"methods.{key}.end", way[^1]);
    lesson.Figure($"methods.{key}.rates.in.deep.valley.of.61", deep.Count(d => d));
    rows.Add([name, shown, Math.Round(way[^1], 4), Math.Round(F(way[^1]), 4), first < 0 ? "-" : Math.Round(rates[first], 3)]);
    ways.Line(numbers, way, name);
    sweep.Scatter(rates, ends.Select(end => double.IsFinite(end) && Math.Abs(end) < 20 ? end : double.NaN).ToArray(), name, size: 5);
}
lesson.Table(lesson.Text("다섯 방법, -8에서 시작", "Five methods from -8"), ["", "lr", lesson.Text("마지막 x", "last x"), "f", lesson.Text("깊은 골짜기에 이르는 가장 작은 lr", "least lr into the deep valley")], rows);
lesson.Plot("adam", new Figure("", columns: 3, [
    new Panel("Adam", "x", "f(x)").Curve(F, -8.5, 9.5, color: Color.Grey).Path(path, path.Select(F).ToArray(), $"lr {rate}", Color.Blue),
    ways.HorizontalLine(-4.34462588).HorizontalLine(6.33511238), sweep.HorizontalLine(-4.34462588).HorizontalLine(6.33511238)]));
