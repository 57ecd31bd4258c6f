// chapter: ch32_adagrad
// title: 경사하강법의 개선: AdaGrad | Better descent: AdaGrad
// computes: 지나온 기울기의 제곱합으로 걸음을 나누기, 변수마다 알맞은 걸음과 줄어들기만 하는 걸음 | steps divided by the root of all squared slopes: fair to every variable, and ever smaller
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% the curve with two valleys
double F(double x) => (x - 9) * x * (x + 1) * (x + 6) / 200 + 4;
double Slope(double x) => (2 * x * x * x - 3 * x * x - 57 * x - 27) / 100;
double rate = lesson.Parameter("lr", 0.3, 0.001, 20);
double start = lesson.Parameter("start", -8.0, -9, 10);
int steps = lesson.Parameter("steps", 99, 10, 5000);
const double Epsilon = 1e-10;

// %% the sum of squared slopes only grows, so the step lr/√s only shrinks
(double[] Path, double[] Rates) AdaGrad(double rate)
{
    double[] path = [start, .. new double[steps]], rates = new double[steps];
    double s = 0;
    for (int i = 0; i < steps; i++)
    {
        double g = Slope(path[i]);
        s += g * g;
        rates[i] = rate / (Math.Sqrt(s) + Epsilon);
        path[i + 1] = path[i] - rates[i] * g;
    }
    return (path, rates);
}
double[] Descent(double rate)
{
    double[] path = [start, .. new double[steps]];
    for (int i = 0; i < steps; i++)
        path[i + 1] = path[i] - rate * Slope(path[i]);
    return path;
}
double[] Trace(double[] path) => [path[1], path[2], path[10], path[^1]];

// %% the first step has the length of the rate, whatever the slope; then it creeps
var (path, effective) = AdaGrad(rate);
lesson.Figure("adagrad.trace", Trace(path), expected: [-7.7, -7.504021, -6.705037, -4.896222], tolerance: 1e-6);
lesson.Figure("adagrad.end", path[^1], expected: -4.896222, tolerance: 1e-6);
lesson.Figure("adagrad.end.f", F(path[^1]));
lesson.Figure("adagrad.path", path);
lesson.Figure("adagrad.step.first", path[1] - start, expected: 0.3, tolerance: 1e-9);
lesson.Figure("adagrad.rate.first.and.last", [effective[0], effective[^1]]);
lesson.Figure("adagrad.lr.3.end", AdaGrad(3).Path[^1], expected: -4.344626, tolerance: 1e-6);
lesson.Figure("descent.lr.0.3.end", Descent(0.3)[^1], expected: -4.344626, tolerance: 1e-6);

// %% the engine's AdaGrad with autograd's slope goes the same way
Tensor x = Tensor.From(start).RequireGrad();
var optimizer = new Adagrad([x], rate, epsilon: Epsilon);
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
lesson.Figure("engine.difference", engineDifference, expected: 0, tolerance: 1e-11);

// %% what it is made for: two variables of unequal slope, f = (x² + 100 y²)/2, from (4, 4)
(double[] X, double[] Y) Valley(bool adapt, double rate, int count)
{
    double[] xs = [4, .. new double[count]], ys = [4, .. new double[count]];
    double sx = 0, sy = 0;
    for (int i = 0; i < count; i++)
    {
        double gx = xs[i], gy = 100 * ys[i];
        (sx, sy) = (sx + gx * gx, sy + gy * gy);
        xs[i + 1] = xs[i] - rate * gx / (adapt ? Math.Sqrt(sx) : 1);
        ys[i + 1] = ys[i] - rate * gy / (adapt ? Math.Sqrt(sy) : 1);
    }
    return (xs, ys);
}
var plainWay = Valley(adapt: false, 0.019, 40);
var fairWay = Valley(adapt: true, 2, 40);
lesson.Figure("valley.descent.end", [plainWay.X[^1], plainWay.Y[^1]]);
lesson.Figure("valley.adagrad.end", [fairWay.X[^1], fairWay.Y[^1]]);
lesson.Figure("valley.adagrad.x-y", fairWay.X.Zip(fairWay.Y, (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-12);

// %% the end for many rates
double[] rates = [.. from i in Enumerable.Range(1, 100) select i / 10.0];
double[] ends = [.. rates.Select(r => AdaGrad(r).Path[^1])];
lesson.Figure("least.rate.over.the.ridge", rates.Zip(ends).FirstOrDefault(pair => pair.Second > 0).First);

// %% pictures
double[] numbers = [.. from i in Enumerable.Range(0, steps + 1) select (double)i];
string descentName = lesson.Text("경사하강법, lr 0.3", "descent, lr 0.3");
double[] axisX = [.. from i in Enumerable.Range(0, 81) select -1 + i * 0.075], axisY = [.. from i in Enumerable.Range(0, 81) select -4.5 + i * 0.1125];
lesson.Plot("adagrad", new Figure("", columns: 3, [
    new Panel(lesson.Text("걸음마다의 자리", "The place after each step"), lesson.Text("걸음", "step"), "x").Line(numbers, Descent(0.3), descentName, Color.Vermilion)
        .Line(numbers, path, $"AdaGrad, lr {rate}", Color.Blue).Line(numbers, AdaGrad(3).Path, "AdaGrad, lr 3", Color.Green).HorizontalLine(-4.34462588),
    new Panel(lesson.Text("실제 학습률 lr/√s", "The actual rate lr/√s"), lesson.Text("걸음", "step"), "lr/√s").Line(numbers[1..], effective, color: Color.Blue),
    new Panel("(x² + 100 y²)/2", "x", "y").Contour(axisX, axisY, Grid.Of(axisX, axisY, (a, b) => (a * a + 100 * b * b) / 2), levels: 14, filled: true)
        .Path(plainWay.X, plainWay.Y, lesson.Text("경사하강법", "descent"), Color.Vermilion).Path(fairWay.X, fairWay.Y, "AdaGrad", Color.Orange)]));
