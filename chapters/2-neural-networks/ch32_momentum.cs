// chapter: ch32_momentum
// title: 경사하강법의 개선: 모멘텀 | Better descent: momentum
// computes: 관성으로 고개를 넘어 더 깊은 골짜기로 | over a ridge into the deeper valley by inertia
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% a curve with two valleys; the nearer one is not the deeper
double F(double x) => (x - 9) * x * (x + 1) * (x + 6) / 200 + 4;
double Slope(double x) => (2 * x * x * x - 3 * x * x - 57 * x - 27) / 100;
double rate = lesson.Parameter("lr", 0.4, 0.001, 3);
double beta = lesson.Parameter("beta", 0.9, 0, 0.99);
double start = lesson.Parameter("start", -8.0, -9, 10);
int steps = lesson.Parameter("steps", 99, 10, 5000);
lesson.Figure("start.f", F(start), expected: 13.52, tolerance: 1e-12);
lesson.Figure("start.slope", Slope(start), expected: -7.87, tolerance: 1e-12);

// %% plain descent steps along the slope; momentum steps along an exponential average of the slopes
double[] Descent(double rate)
{
    double[] path = [start, .. new double[steps]];
    for (int i = 0; i < steps; i++)
        path[i + 1] = path[i] - rate * Slope(path[i]);
    return path;
}
double[] Momentum(double rate, double beta, bool classic = false)
{
    double[] path = [start, .. new double[steps]];
    double v = 0;
    for (int i = 0; i < steps; i++)
    {
        v = beta * v + (classic ? 1 : 1 - beta) * Slope(path[i]);                    // the classic form does not damp the new slope
        path[i + 1] = path[i] - rate * v;
    }
    return path;
}
double[] Trace(double[] path) => [path[1], path[2], path[10], path[^1]];

// %% from -8 to the end: descent stops in the first valley, momentum rolls through it
double[] plain = Descent(rate), rolling = Momentum(rate, beta);
lesson.Figure("descent.trace", Trace(plain), expected: [-4.852, -4.653951, -4.355512, -4.344626], tolerance: 1e-6);
lesson.Figure("descent.end", plain[^1], expected: -4.344626, tolerance: 1e-6);
lesson.Figure("momentum.trace", Trace(rolling), expected: [-7.6852, -7.132303, -2.224010, 6.289819], tolerance: 1e-6);
lesson.Figure("momentum.end", rolling[^1], expected: 6.289819, tolerance: 1e-6);
lesson.Figure("momentum.end.f", F(rolling[^1]), expected: -3.636049, tolerance: 1e-6);
lesson.Figure("momentum.max", rolling.Max(), expected: 7.555736, tolerance: 1e-6);
lesson.Figure("momentum.path", rolling);
lesson.Figure("momentum.lr.0.3.end", Momentum(0.3, beta)[^1], expected: -4.398, tolerance: 2e-4);

// %% the two forms of momentum are one: damping by 1 - β is the same as a smaller rate
double[] classic = Momentum(rate * (1 - beta), beta, classic: true);
lesson.Figure("classic.difference", rolling.Zip(classic, (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-9);

// %% Nesterov's form looks at the slope one step ahead, where inertia will carry it anyway
double[] nesterov = [start, .. new double[steps]];
double speed = 0;
for (int i = 0; i < steps; i++)
{
    double g = Slope(nesterov[i]);
    speed = beta * speed + g;
    nesterov[i + 1] = nesterov[i] - rate * (1 - beta) * (g + beta * speed);
}
lesson.Figure("nesterov.end", nesterov[^1]);

// %% the engine's optimiser goes the same ways, with autograd's slope
double[] Engine(bool isNesterov)
{
    Tensor x = Tensor.From(start).RequireGrad();
    var optimizer = new SGD([x], rate * (1 - beta), momentum: beta, nesterov: isNesterov);
    double[] path = [start, .. new double[steps]];
    for (int i = 0; i < steps; i++)
    {
        optimizer.ZeroGrad();
        ((x - 9) * x * (x + 1) * (x + 6) / 200 + 4).Sum().Backward();
        if (i == 0) lesson.Figure(isNesterov ? "gradient.difference.nesterov" : "gradient.difference", x.Grad!.Sum().Item() - Slope(start), expected: 0, tolerance: 1e-14);
        optimizer.Step();
        path[i + 1] = x.Detach().Sum().Item();
    }
    return path;
}
if (beta > 0)
{
    lesson.Figure("engine.difference", rolling.Zip(Engine(false), (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-9);
    lesson.Figure("engine.difference.nesterov", nesterov.Zip(Engine(true), (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-9);
}

// %% luck or merit? the end for many rates: below some rate the ridge holds it back
double[] rates = [.. from i in Enumerable.Range(1, 100) select i / 100.0];
double[] ends = [.. rates.Select(r => Momentum(r, beta)[^1])];
lesson.Figure("least.rate.over.the.ridge", rates.Zip(ends).FirstOrDefault(pair => pair.Second > 0).First, expected: 0.39, tolerance: 1e-12);

// %% pictures
double[] numbers = [.. from i in Enumerable.Range(0, steps + 1) select (double)i];
string descentName = lesson.Text("경사하강법", "descent"), momentumName = lesson.Text("모멘텀", "momentum");
lesson.Plot("momentum", new Figure("", columns: 3, [
    new Panel(lesson.Text("두 골짜기", "Two valleys"), "x", "f(x)").Curve(F, -8.5, 9.5, color: Color.Grey)
        .Scatter(rolling, rolling.Select(F).ToArray(), momentumName, Color.Blue, size: 6).Scatter(plain, plain.Select(F).ToArray(), descentName, Color.Vermilion, size: 6),
    new Panel(lesson.Text("걸음마다의 자리", "The place after each step"), lesson.Text("걸음", "step"), "x").Line(numbers, plain, descentName, Color.Vermilion).Line(numbers, rolling, momentumName, Color.Blue)
        .Line(numbers, nesterov, "Nesterov", Color.Green, dashed: true).HorizontalLine(-4.34462588).HorizontalLine(6.33511238),
    new Panel(lesson.Text("학습률에 따라 끝나는 곳", "Where it ends, by learning rate"), "lr", lesson.Text("마지막 x", "last x")).Scatter(rates, ends, momentumName, Color.Blue, size: 5).HorizontalLine(-4.34462588).HorizontalLine(6.33511238)]));
lesson.Animate("rolling", [.. from i in Enumerable.Range(0, Math.Min(34, steps / 3 + 1))
    select (Figure)new Panel(lesson.Text($"{i * 3}걸음", $"step {i * 3}"), "x", "f(x)") { XLimits = (-8.5, 9.5), YLimits = (-5, 16) }.Curve(F, -8.5, 9.5, color: Color.Grey)
        .Scatter(new[] { plain[i * 3] }, new[] { F(plain[i * 3]) }, descentName, Color.Vermilion, size: 14).Scatter(new[] { rolling[i * 3] }, new[] { F(rolling[i * 3]) }, momentumName, Color.Blue, size: 14)]);
