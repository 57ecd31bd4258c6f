// chapter: ch2_2
// title: 연쇄법칙 | The chain rule
// computes: (2x)²의 기울기를 두 기울기의 곱으로 | the slope of (2x)² as the product of two slopes
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% a function inside another: x → u = 2x → y = u²
double Inner(double x) => 2 * x;
double Outer(double u) => u * u;
double Whole(double x) => Outer(Inner(x));
double at = lesson.Parameter("x", 1.0, -2, 2);
double step = lesson.Parameter("step", 0.001, 1e-12, 0.5);
lesson.Figure("f(1)", Whole(1), expected: 4);
lesson.Figure("f(-2)", Whole(-2), expected: 16);

// %% two ways to measure a slope
double Forward(Func<double, double> f, double x) => (f(x + step) - f(x)) / step;
double Central(Func<double, double> f, double x) => (f(x + step) - f(x - step)) / (2 * step);

// %% the chain rule: the outer slope, taken where the inner function has arrived, times the inner slope
double Chain(Func<Func<double, double>, double, double> slope, double x) => slope(Outer, Inner(x)) * slope(Inner, x);

// %% as published (forward differences) and better (central); x runs from -2 to 2 in 400 points
double[] xs = [.. from i in Enumerable.Range(0, 400) select -2 + 0.01 * i];
foreach (string version in lesson.Versions)
{
    bool central = version == "corrected";
    Func<Func<double, double>, double, double> slope = central ? Central : Forward;
    lesson.Figure($"{version}.inner'", slope(Inner, at), expected: 2, tolerance: 1e-9);
    lesson.Figure($"{version}.outer'", slope(Outer, Inner(at)), expected: central ? 4 : 4.001, tolerance: 1e-9);
    lesson.Figure($"{version}.chain'", Chain(slope, at), expected: central ? 8 : 8.002, tolerance: 1e-9);
    lesson.Figure($"{version}.direct'", slope(Whole, at), expected: central ? 8 : 8.004, tolerance: 1e-9);
    lesson.Figure($"{version}.chain'(-2)", Chain(slope, -2), expected: central ? -16 : -15.998, tolerance: 1e-9);
    lesson.Figure($"{version}.error.max", xs.Max(x => Math.Abs(Chain(slope, x) - 8 * x)), expected: central ? 0 : 0.002, tolerance: 1e-9);
}

// %% the classic slip: the outer slope at x instead of at u = 2x
lesson.Figure("wrong.place", Central(Outer, at) * Central(Inner, at), expected: 4, tolerance: 1e-9);

// %% autograd does nothing else, however long the chain: y = σ(ln(1 + (2x)²))
Tensor x = Tensor.From(at).RequireGrad();
(2.0 * x).Square().Backward();
lesson.Figure("autograd.f'", x.Grad!.Item(), expected: 8, tolerance: 1e-15);

Func<double, double>[] parts = [Inner, Outer, u => Math.Log(1 + u), u => 1 / (1 + Math.Exp(-u))];
Func<double, double>[] slopes = [_ => 2, u => 2 * u, u => 1 / (1 + u), u => Math.Exp(-u) / Math.Pow(1 + Math.Exp(-u), 2)];
double value = at, product = 1;
var rows = new List<object[]>();
for (int i = 0; i < parts.Length; i++)
{
    double local = slopes[i](value);
    product *= local;
    value = parts[i](value);
    rows.Add([i + 1, value, local, product]);
}
lesson.Table(lesson.Text("사슬의 고리마다: 값, 그 고리의 기울기, 지금까지의 곱", "Link by link: value, its own slope, the product so far"),
    [lesson.Text("고리", "link"), lesson.Text("값", "value"), lesson.Text("기울기", "slope"), lesson.Text("곱", "product")], rows);
x.ClearGrad();
(2.0 * x).Square().Log1p().Sigmoid().Backward();
lesson.Figure("long.chain.y", value, expected: 0.8333333333333334, tolerance: 1e-12);
lesson.Figure("long.chain'", product, expected: 0.2222222222222222, tolerance: 1e-12);
lesson.Figure("long.chain.autograd.difference", Math.Abs(product - x.Grad!.Item()), expected: 0, tolerance: 1e-12);

// %% the picture: equally spaced x fan out, twice as far by 2x, then four times (at x = 1) by the square
double[] starts = [.. from i in Enumerable.Range(-5, 11) select at + 0.05 * i];
var fan = new Panel(lesson.Text("간격이 늘어나는 배율이 곧 기울기", "How much gaps widen is the slope"), "x → 2x → (2x)²", lesson.Text("값", "value"));
foreach (double start in starts)
    fan.Line(new double[] { 0, 1, 2 }, new[] { start, Inner(start), Whole(start) }, start == at ? FormattableString.Invariant($"x = {at}") : "", start == at ? Color.Vermilion : Color.Sky, width: start == at ? 3 : 1.5);
fan.Text(0, Whole(starts[^1]), "x").Text(1, Whole(starts[^1]), "2x").Text(2, Whole(starts[^1]) + 0.3, "(2x)²");
var curves = new Panel(lesson.Text("함수와 기울기", "The function and its slope"), "x", "y")
    .Curve(Whole, -2, 2, "(2x)²")
    .Line(xs, xs.Select(p => Chain(Central, p)).ToArray(), lesson.Text("기울기 8x", "its slope 8x"), Color.Green)
    .Curve(p => Whole(at) + 8 * at * (p - at), at - 0.5, at + 0.5, lesson.Text("접선", "tangent"), Color.Vermilion, dashed: true)
    .Scatter(new[] { at }, new[] { Whole(at) }, color: Color.Vermilion);
lesson.Plot("chain", new Figure(lesson.Text("연쇄법칙: 기울기는 곱해집니다", "The chain rule: slopes multiply"), 2, [fan, curves]));
