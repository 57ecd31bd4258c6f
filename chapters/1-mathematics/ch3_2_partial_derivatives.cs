// chapter: ch3_2
// title: 편미분과 연쇄법칙 | Partial derivatives through the chain
// computes: σ(xy)의 두 편미분을 곡면으로, 그리고 잘못 쓴 안쪽 기울기 찾기 | both partial derivatives of σ(xy) as surfaces, and wrong inner slopes found
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% the function: u = xy, z = σ(u)
double step = lesson.Parameter("step", 0.01, 1e-8, 0.5);
double atX = lesson.Parameter("x", 1.0, -3, 3), atY = lesson.Parameter("y", 2.0, -3, 3);
double Sigmoid(double u) => 1 / (1 + Math.Exp(-u));
double F(double x, double y) => Sigmoid(x * y);
double[] points = [-3, -1, 0, 1, 2];                        // places on the diagonal x = y
lesson.Figure("f.on.diagonal", [.. points.Select(v => F(v, v))], [0.9998766054, 0.7310585786, 0.5, 0.7310585786, 0.9820137900], tolerance: 1e-9);

// %% as published: a forward difference for σ', times the inner slopes of x + y, which are 1 and 1
double Slope(double u) => (Sigmoid(u + step) - Sigmoid(u)) / step;
double PublishedByX(double x, double y) => Slope(x * y) * 1;
double PublishedByY(double x, double y) => Slope(x * y) * 1;
if (lesson.Published)
{
    lesson.Figure("published.dx(0,0)", PublishedByX(0, 0), expected: 0.249998, tolerance: 5e-7);
    lesson.Figure("published.dx(1,1)", PublishedByX(1, 1), expected: 0.196157, tolerance: 5e-7);
    lesson.Figure("published.dx(2,2)", PublishedByX(2, 2), expected: 0.0175778, tolerance: 5e-8);
    lesson.Figure("published.dy(2,2)", PublishedByY(2, 2), expected: 0.0175778, tolerance: 5e-8);
    lesson.Figure("published.dx.on.diagonal", [.. points.Select(v => PublishedByX(v, v))]);
}

// %% corrected: the inner slopes of u = xy are ∂u/∂x = y and ∂u/∂y = x, and σ' = σ(1 - σ) exactly
double ByX(double x, double y) => F(x, y) * (1 - F(x, y)) * y;
double ByY(double x, double y) => F(x, y) * (1 - F(x, y)) * x;
if (lesson.Corrected)
{
    lesson.Figure("corrected.dx(0,0)", ByX(0, 0), expected: 0);
    lesson.Figure("corrected.dx(1,1)", ByX(1, 1), expected: 0.196612, tolerance: 5e-7);
    lesson.Figure("corrected.dx(2,2)", ByX(2, 2), expected: 0.0353254, tolerance: 5e-8);
    lesson.Figure("corrected.dy(2,2)", ByY(2, 2), expected: 0.0353254, tolerance: 5e-8);
    lesson.Figure("corrected.dx.on.diagonal", [.. points.Select(v => ByX(v, v))]);
    // off the diagonal the two slopes part, which the original's picture could never show
    lesson.Figure("corrected.gradient(1,2)", [ByX(1, 2), ByY(1, 2)], [0.2099871708, 0.1049935854], tolerance: 1e-9);
}

// %% how one could have noticed: move one variable, hold the other
double DifferenceX(double x, double y) => (F(x + 1e-5, y) - F(x - 1e-5, y)) / 2e-5;
double DifferenceY(double x, double y) => (F(x, y + 1e-5) - F(x, y - 1e-5)) / 2e-5;
double[] axis = [.. from i in Enumerable.Range(-30, 61) select i / 10.0];
double Worst(Func<double, double, double> claimed, Func<double, double, double> measured) =>
    (from x in axis from y in axis select Math.Abs(claimed(x, y) - measured(x, y))).Max();
lesson.Figure("error.corrected.dx", Worst(ByX, DifferenceX), expected: 0, tolerance: 1e-9);
lesson.Figure("error.corrected.dy", Worst(ByY, DifferenceY), expected: 0, tolerance: 1e-9);
lesson.Range("error.published.dx", Worst(PublishedByX, DifferenceX), 0.9, 1.1);

// %% and autograd, at the reader's own point
Tensor X = Tensor.From(atX).RequireGrad(), Y = Tensor.From(atY).RequireGrad();
(X * Y).Sigmoid().Backward();
lesson.Figure("autograd.gradient(x,y)", [X.Grad!.Item(), Y.Grad!.Item()], [0.2099871708, 0.1049935854], tolerance: 1e-9);
lesson.Figure("autograd.difference", Math.Max(Math.Abs(X.Grad!.Item() - ByX(atX, atY)), Math.Abs(Y.Grad!.Item() - ByY(atX, atY))), expected: 0, tolerance: 1e-15);
lesson.Table(lesson.Text("같은 점에서 본 x 방향의 기울기", "The slope in x at the same points"), ["x", "y", lesson.Text("원래", "published"), lesson.Text("고침", "corrected"), lesson.Text("차분", "difference")],
    from p in new[] { (0.0, 0.0), (1, 1), (2, 2), (1, 2), (2, 1), (-1, 2) } select new object[] { p.Item1, p.Item2, PublishedByX(p.Item1, p.Item2), ByX(p.Item1, p.Item2), DifferenceX(p.Item1, p.Item2) });

// %% the three surfaces: the function is a saddle, its slopes are a wave along x and the same wave along y
double[] line = [.. from i in Enumerable.Range(0, 600) select -3 + 0.01 * i];
Panel Space(string title, string height, Func<double, double, double> f, Color color) => new Panel(title, "x", "y", height)
    .Surface(axis, axis, Grid.Of(axis, axis, f)).Line3D(line, line, line.Select(v => f(v, v)).ToArray(), lesson.Text("대각선 x = y", "diagonal x = y"), color);
lesson.Plot("surfaces", new Figure(lesson.Text("σ(xy)와 두 편미분", "σ(xy) and its two partial derivatives"), 3,
    [Space("z = σ(xy)", "z", F, Color.Vermilion), Space("∂z/∂x = σ′(xy)·y", "∂z/∂x", ByX, Color.Vermilion), Space("∂z/∂y = σ′(xy)·x", "∂z/∂y", ByY, Color.Vermilion)]));

// %% on the diagonal the published slope never gets negative, though the function falls before 0
lesson.Plot("diagonal", new Panel(lesson.Text("대각선 위에서", "On the diagonal"), "x = y", lesson.Text("값", "value"))
    .Line(line, line.Select(v => F(v, v)).ToArray(), "σ(xy)", Color.Grey)
    .Line(line, line.Select(v => PublishedByX(v, v)).ToArray(), lesson.Text("원래 코드의 ∂/∂x (∂/∂y와 겹침)", "published ∂/∂x (hides ∂/∂y)"), Color.Blue, dashed: true)
    .Line(line, line.Select(v => ByX(v, v)).ToArray(), lesson.Text("고친 ∂/∂x", "corrected ∂/∂x"), Color.Vermilion));
