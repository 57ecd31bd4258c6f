// chapter: ch32_rmsprop
// title: 경사하강법의 개선: RMSprop | Better descent: RMSprop
// computes: 기울기 제곱의 지수가중이동평균으로 걸음을 나누고, 첫걸음이 31.6배가 되는 까닭 | steps divided by an average of squared slopes, and why the first is 31.6 times too long
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% the curve with two valleys
double F(double x) => (x - 9) * x * (x + 1) * (x + 6) / 200 + 4;
double Slope(double x) => (2 * Math.Pow(x, 3) - 3 * Math.Pow(x, 2) - 57 * x - 27) / 100;
double rate = lesson.Parameter("lr", 0.3, 0.001, 3);
double beta = lesson.Parameter("beta", 0.999, 0, 0.9999);
double start = lesson.Parameter("start", -8.0, -9, 10);
int steps = lesson.Parameter("steps", 99, 10, 5000);
const double Epsilon = 1e-10;

// %% AdaGrad's sum becomes an exponential average, so that old slopes are forgotten; corrected: divided by the weights given out so far
double[] RMSProp(double rate, double beta, bool correct, int count)
{
    double[] path = [start, .. new double[count]];
    double s = 0;
    for (int i = 0; i < count; i++)
    {
        double g = Slope(path[i]);
        s = beta * s + (1 - beta) * g * g;
        double average = correct ? s / (1 - Math.Pow(beta, i + 1)) : s;
        path[i + 1] = path[i] - rate * g / (Math.Sqrt(average) + Epsilon);
    }
    return path;
}
double[] Trace(double[] path) => [path[1], path[2], path[10], path[^1]];

// %% as published: s begins at zero, and the first step is lr·g/√(0.001·g²) = 31.6·lr; it jumps over the ridge by accident
double[] published = RMSProp(rate, beta, correct: false, steps), corrected = RMSProp(rate, beta, correct: true, steps);
if (lesson.Published)
{
    lesson.Figure("published.trace", Trace(published), expected: [1.486833, 2.821866, 6.351537, 6.335112], tolerance: 1e-6);
    lesson.Figure("published.first", published[1], expected: 1.48683, tolerance: 1e-5);
    lesson.Figure("published.first.jump", published[1] - published[0], expected: 9.49, tolerance: 1e-3);
    lesson.Figure("published.first.jump/lr", (published[1] - published[0]) / rate, expected: 1 / Math.Sqrt(0.001), tolerance: 1e-8);
    lesson.Figure("published.end", published[^1], expected: 6.335112, tolerance: 1e-6);
    lesson.Figure("published.end.f", F(published[^1]), expected: -3.637533, tolerance: 1e-6);
    lesson.Figure("published.max", published.Max(), expected: 6.4971, tolerance: 1e-5);
    lesson.Range("published.beta.0.9.end", RMSProp(rate, 0.9, correct: false, steps)[^1], -4.345 - 0.15, -4.345 + 0.15);
    lesson.Figure("published.path", published);
}

// %% corrected: the first step is as long as the rate says, and the ball stays in the nearer valley
if (lesson.Corrected)
{
    lesson.Figure("corrected.trace", Trace(corrected));
    lesson.Figure("corrected.first.jump", corrected[1] - corrected[0], expected: 0.3, tolerance: 1e-9);
    lesson.Figure("corrected.end", corrected[^1]);
    lesson.Figure("corrected.end.f", F(corrected[^1]));
    lesson.Figure("corrected.end.1000", RMSProp(rate, beta, correct: true, 1000)[^1], expected: -4.344626, tolerance: 1e-6);
}

// %% a short memory finds no rest: where the slopes are small, g/√s is about ±1, and the place swings by half a rate to both sides
double[] restless = RMSProp(rate, 0.9, correct: true, 1000);
lesson.Figure("beta.0.9.last.two", restless[^2..]);
lesson.Figure("beta.0.9.swing/lr", (restless[^100..].Max() - restless[^100..].Min()) / rate);

// %% the engine's RMSprop is the uncorrected one, as PyTorch's; autograd gives its slope
Tensor x = Tensor.From(start).RequireGrad();
var optimizer = new RMSprop([x], rate, alpha: beta, epsilon: Epsilon);
double engineDifference = 0, slopeDifference = 0;
for (int i = 0; i < steps; i++)
{
    optimizer.ZeroGrad();
    ((x - 9) * x * (x + 1) * (x + 6) / 200 + 4).Sum().Backward();
    slopeDifference = Math.Max(slopeDifference, Math.Abs(x.Grad!.Sum().Item() - Slope(x.Detach().Sum().Item())));
    optimizer.Step();
    engineDifference = Math.Max(engineDifference, Math.Abs(x.Detach().Sum().Item() - published[i + 1]));
}
lesson.Figure("gradient.difference", slopeDifference, expected: 0, tolerance: 1e-13);
lesson.Figure("engine.difference", engineDifference, expected: 0, tolerance: 1e-9);

// %% the end for many rates, with and without the correction
double[] rates = [.. from i in Enumerable.Range(1, 100) select i / 100.0];
double[] endsPublished = [.. rates.Select(r => RMSProp(r, beta, false, steps)[^1])], endsCorrected = [.. rates.Select(r => RMSProp(r, beta, true, steps)[^1])];
lesson.Figure("published.least.rate.over.the.ridge", rates.Zip(endsPublished).FirstOrDefault(pair => pair.Second > 0).First, expected: 0.24, tolerance: 1e-12);
lesson.Figure("corrected.rates.over.the.ridge", endsCorrected.Count(end => end > 0));

// %% pictures
double[] numbers = [.. from i in Enumerable.Range(0, steps + 1) select (double)i];
string before = lesson.Text("원래 코드", "as published"), after = lesson.Text("고친 코드", "corrected");
lesson.Plot("rmsprop", new Figure("", columns: 3, [
    new Panel(lesson.Text("첫걸음", "The first step"), "x", "f(x)").Curve(F, -8.5, 9.5, color: Color.Grey)
        .Path(published[..4], published[..4].Select(F).ToArray(), before, Color.Vermilion).Path(corrected[..4], corrected[..4].Select(F).ToArray(), after, Color.Blue),
    new Panel(lesson.Text("걸음마다의 자리", "The place after each step"), lesson.Text("걸음", "step"), "x").Line(numbers, published, before, Color.Vermilion).Line(numbers, corrected, after, Color.Blue)
        .Line(numbers, restless[..(Math.Min(steps, 1000) + 1)].Concat(Enumerable.Repeat(double.NaN, Math.Max(0, steps - 1000))).ToArray(), "β = 0.9", Color.Green, dashed: true).HorizontalLine(-4.34462588).HorizontalLine(6.33511238),
    new Panel(lesson.Text("학습률에 따라 끝나는 곳", "Where it ends, by learning rate"), "lr", lesson.Text("마지막 x", "last x")).Scatter(rates, endsPublished, before, Color.Vermilion, size: 5).Scatter(rates, endsCorrected, after, Color.Blue, size: 5)
        .HorizontalLine(-4.34462588).HorizontalLine(6.33511238)]));
