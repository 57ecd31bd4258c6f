// chapter: ch31
// title: 경사하강법의 문제점 | The troubles of gradient descent
// computes: 학습률에 따라 x²을 내려가거나 튀어 나가는 길, 극솟값과 안장점에 갇히는 길 | paths down x² at five learning rates, and paths caught in a local minimum and on a saddle
// minutes: 0.01

using var lesson = Lesson.Begin(args);
int steps = lesson.Parameter("steps", 20, 1, 1000);
double active = lesson.Parameter("lr", 1.05, 0.001, 1.5);

// %% f(x) = x², f'(x) = 2x: a step goes x ← x - lr·2x, that is x ← (1 - 2·lr)·x
double[] Path(double rate, double start, Func<double, double> slope, int steps)
{
    var path = new double[steps + 1];
    path[0] = start;
    for (int i = 0; i < steps; i++)
        path[i + 1] = path[i] - rate * slope(path[i]);
    return path;
}
double Square(double x) => x * x;
double SquareSlope(double x) => 2 * x;

// %% twenty steps from -4 at five rates; the original shows the last
var expected = new (double Rate, double End)[] { (0.1, -0.046117), (0.5, 0), (0.9, -0.046117), (1.0, -4), (1.05, -26.91) };
double[] numbers = [.. from i in Enumerable.Range(0, steps + 1) select (double)i];
var distance = new Panel(lesson.Text("최솟값까지의 거리", "Distance to the minimum"), lesson.Text("걸음", "step"), "|x|") { LogY = true };
var panels = new List<Panel>();
foreach (var (rate, end) in expected.Append((active, double.NaN)).DistinctBy(e => e.Item1))
{
    double[] path = Path(rate, -4, SquareSlope, steps);
    double factor = 1 - 2 * rate;
    lesson.Figure($"square.lr.{rate}.end", path[^1], expected: double.IsNaN(end) ? null : end, tolerance: rate == 1.05 ? 1e-5 : 1e-6);
    lesson.Figure($"square.lr.{rate}.path", path);
    lesson.Figure($"square.lr.{rate}.formula.difference", Math.Abs(path[^1] - -4 * Math.Pow(factor, steps)), expected: 0, tolerance: 1e-13);
    double edge = Math.Max(5, 1.1 * path.Max(Math.Abs));
    panels.Add(new Panel($"lr = {rate},  1 - 2·lr = {factor:0.##}", "x", "x²").Curve(Square, -edge, edge, color: Color.Grey).Path(path, path.Select(Square).ToArray(), color: Color.Vermilion));
    distance.Line(numbers, path.Select(Math.Abs).ToArray(), $"lr = {rate}", dashed: rate == 0.9);
}
lesson.Plot("rates", new Figure(lesson.Text("x² 위의 스무 걸음", "Twenty steps on x²"), columns: 3, [.. panels, distance]));
lesson.Animate("diverging", [.. from i in Enumerable.Range(1, steps)
    let path = Path(active, -4, SquareSlope, i)
    let edge = Math.Max(5, 1.1 * Path(active, -4, SquareSlope, steps).Max(Math.Abs))
    select (Figure)new Panel($"lr = {active}", "x", "x²") { XLimits = (-edge, edge), YLimits = (0, edge * edge) }
        .Curve(Square, -edge, edge, color: Color.Grey).Path(path, path.Select(Square).ToArray(), color: Color.Vermilion)], 0.25);

// %% the second trouble: a valley that is not the deepest
double Quartic(double x) => (x - 9) * x * (x + 1) * (x + 6) / 200 + 4;
double QuarticSlope(double x) => (2 * x * x * x - 3 * x * x - 57 * x - 27) / 100;
double QuarticBend(double x) => (6 * x * x - 6 * x - 57) / 100;
double Flat(double x)                                                               // Newton's way to f' = 0
{
    for (int i = 0; i < 50; i++) x -= QuarticSlope(x) / QuarticBend(x);
    return x;
}
foreach (var (name, near, at, height) in new[] { ("local.minimum", -4.0, -4.34462588, 2.395009), ("local.maximum", 0.0, -0.4904865, 4.065336), ("global.minimum", 6.0, 6.33511238, -3.637533) })
{
    lesson.Figure($"quartic.{name}.x", Flat(near), expected: at, tolerance: 1e-7);
    lesson.Figure($"quartic.{name}.f", Quartic(Flat(near)), expected: height, tolerance: 1e-6);
}
lesson.Figure("quartic.start.f", Quartic(-8), expected: 13.52, tolerance: 1e-12);
lesson.Figure("quartic.start.slope", QuarticSlope(-8), expected: -7.87, tolerance: 1e-12);
foreach (double rate in new[] { 0.3, 0.4 })
{
    double[] way = Path(rate, -8, QuarticSlope, 99);
    lesson.Figure($"quartic.lr.{rate}.end", way[99], expected: -4.344626, tolerance: 1e-6);
    if (rate == 0.4) lesson.Figure("quartic.lr.0.4.trace", [way[1], way[2], way[10], way[99]], expected: [-4.852, -4.653951, -4.355512, -4.344626], tolerance: 1e-6);
}

// %% the third: on a saddle the slope is zero and yet it is no minimum; who comes exactly along the ridge stays there
(double[] X, double[] Y) Ride(double x, double y, int steps)                         // f = x² - y² + y⁴/2, minima at (0, ±1)
{
    var (xs, ys) = (new double[steps + 1], new double[steps + 1]);
    (xs[0], ys[0]) = (x, y);
    for (int i = 0; i < steps; i++)
        (xs[i + 1], ys[i + 1]) = (xs[i] - 0.1 * 2 * xs[i], ys[i] - 0.1 * (-2 * ys[i] + 2 * Math.Pow(ys[i], 3)));
    return (xs, ys);
}
var onRidge = Ride(1.5, 0, 100);
var beside = Ride(1.5, 1e-6, 200);
lesson.Figure("saddle.on.ridge.end", [onRidge.X[^1], onRidge.Y[^1]], expected: [0, 0], tolerance: 1e-8);
lesson.Figure("saddle.beside.end", [beside.X[^1], beside.Y[^1]], expected: [0, 1], tolerance: 1e-8);
lesson.Figure("saddle.steps.to.leave", Array.FindIndex(beside.Y, y => y > 0.5));
double[] axis = [.. from i in Enumerable.Range(0, 81) select -1.6 + i * 0.04];
lesson.Plot("traps", new Figure("", columns: 2, [
    new Panel(lesson.Text("가장 깊지 않은 골짜기", "A valley that is not the deepest"), "x", "f(x)").Curve(Quartic, -8.5, 9.5, color: Color.Grey)
        .Path(Path(0.4, -8, QuarticSlope, 99), Path(0.4, -8, QuarticSlope, 99).Select(Quartic).ToArray(), "lr = 0.4", Color.Vermilion),
    new Panel(lesson.Text("안장", "A saddle"), "x", "y").Contour(axis, axis, Grid.Of(axis, axis, (x, y) => x * x - y * y + Math.Pow(y, 4) / 2), levels: 16, filled: true)
        .Path(onRidge.X, onRidge.Y, lesson.Text("능선을 따라", "along the ridge"), Color.Vermilion).Path(beside.X, beside.Y, lesson.Text("능선 바로 옆", "just beside it"), Color.Orange)]));

// %% the slopes written out above against autograd
Tensor leaf = Tensor.From(-8.0).RequireGrad();
((leaf - 9) * leaf * (leaf + 1) * (leaf + 6) / 200 + 4).Sum().Backward();
lesson.Figure("gradient.difference", leaf.Grad!.Sum().Item() - QuarticSlope(-8), expected: 0, tolerance: 1e-14);
