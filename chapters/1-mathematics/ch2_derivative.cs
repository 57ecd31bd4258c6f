// chapter: ch2
// title: 도함수와 수치미분 | Derivatives by differences
// computes: x²과 ln x의 기울기를 앞쪽 차분과 가운데 차분으로 | the slopes of x² and ln x by forward and central differences
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% two functions and what calculus says of them
double Square(double x) => x * x;
double Ln(double x) => Math.Log(x);
double SquareSlope(double x) => 2 * x;
double LnSlope(double x) => 1 / x;

// %% the slope between two points that lie close together
double step = lesson.Parameter("step", 0.001, 1e-15, 0.5);
double Forward(Func<double, double> f, double x, double d) => (f(x + d) - f(x)) / d;
double Central(Func<double, double> f, double x, double d) => (f(x + d) - f(x - d)) / (2 * d);

// %% as published: the forward difference
if (lesson.Published)
{
    lesson.Figure("published.square'(1)", Forward(Square, 1, step), expected: 2.001);
    lesson.Figure("published.ln'(1)", Forward(Ln, 1, step), expected: 0.9995003, tolerance: 1e-7);
    lesson.Figure("published.ln'(0.01)", Forward(Ln, 0.01, step), expected: 95.3102, tolerance: 1e-6);
}

// %% better: the central difference, whose error shrinks with the square of the step
if (lesson.Corrected)
{
    lesson.Figure("corrected.square'(1)", Central(Square, 1, step), expected: 2, tolerance: 1e-9);
    lesson.Figure("corrected.ln'(1)", Central(Ln, 1, step), expected: 1.0000003333, tolerance: 1e-9);
    lesson.Figure("corrected.ln'(0.01)", Central(Ln, 0.01, step), expected: 100.3353477, tolerance: 1e-8);
}

// %% how wrong is each, at x = 0.01, where ln is steep?
double Error(Func<Func<double, double>, double, double, double> rule, double d) => Math.Abs(rule(Ln, 0.01, d) - 100) / 100;
lesson.Figure("forward.error", Error(Forward, step), expected: 0.0468982, tolerance: 1e-6);
lesson.Figure("central.error", Error(Central, step), expected: 0.0033535, tolerance: 1e-6);

// %% the best step: too large and the curve bends away, too small and the digits cancel
double[] steps = [.. from i in Enumerable.Range(2, 27) select Math.Pow(10, -i / 2.0)];
double SlopeError(Func<Func<double, double>, double, double, double> rule, double d) => Math.Abs(rule(Math.Exp, 1, d) - Math.E) / Math.E;
double[] forward = [.. steps.Select(d => SlopeError(Forward, d))], central = [.. steps.Select(d => SlopeError(Central, d))];
lesson.Table(lesson.Text("eˣ의 x = 1에서의 상대 오차", "Relative error of the slope of eˣ at x = 1"),
    ["step", "forward", "central"],
    from i in Enumerable.Range(0, steps.Length) where i % 2 == 0 select new object[] { steps[i], forward[i], central[i] });
lesson.Range("best.step.forward", steps[Array.IndexOf(forward, forward.Min())], 1e-9, 1e-7);
lesson.Range("best.step.central", steps[Array.IndexOf(central, central.Min())], 1e-6, 1e-4);
lesson.Plot("best_step", new Panel(lesson.Text("걸음의 크기와 오차", "Step size and error"), lesson.Text("걸음 d", "step d"), lesson.Text("상대 오차", "relative error")) { LogX = true, LogY = true }
    .Line(steps, forward, lesson.Text("전진 차분", "forward difference"))
    .Line(steps, central, lesson.Text("중심 차분", "central difference")));

// %% the two functions and their slopes
double[] xs = [.. from i in Enumerable.Range(1, 199) select i / 100.0];
lesson.Plot("derivatives", new Panel(lesson.Text("함수와 도함수", "Functions and their derivatives"), "x", "y")
    .Line(xs, [.. xs.Select(Square)], "x²")
    .Line(xs, [.. xs.Select(SquareSlope)], "(x²)'", dashed: true)
    .Line(xs, [.. xs.Select(Ln)], "ln x")
    .Line([.. xs.Skip(19)], [.. xs.Skip(19).Select(LnSlope)], "(ln x)'", dashed: true));
