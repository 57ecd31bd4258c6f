// chapter: plots3d
// title: 3차원 그림 | Pictures in three dimensions
// computes: 변수가 둘인 함수를 곡면, 그물, 등고선, 투영으로 그리기 | a function of two variables as surface, wire frame, contours and projections
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% a function of two variables: one height over every point of the plane
double Height(double x, double y) => x * Math.Exp(-x * x - y * y);
int points = lesson.Parameter("points", 41, 9, 201);
double[] axis = [.. from i in Enumerable.Range(0, points) select -2 + 4.0 * i / (points - 1)];
Grid heights = Grid.Of(axis, axis, Height);                       // [y, x]

// %% its top and bottom, found on the grid and by setting both partial derivatives to zero
(int Row, int Column) top = (from row in Enumerable.Range(0, points) from column in Enumerable.Range(0, points) select (row, column)).MaxBy(at => heights.Items[at.row, at.column]);
lesson.Figure("top.x", axis[top.Column], expected: Math.Sqrt(0.5), tolerance: 0.03);
lesson.Figure("top.y", axis[top.Row], expected: 0, tolerance: 1e-12);
lesson.Figure("top.height", Height(Math.Sqrt(0.5), 0), expected: Math.Sqrt(0.5) * Math.Exp(-0.5), tolerance: 1e-12);

// %% the same function four ways
Panel Space(string title) => new(title, "x", "y", "z");
lesson.Plot("four", new Figure(lesson.Text("z = x·exp(−x² − y²)를 보는 네 가지 방법", "Four ways to see z = x·exp(−x² − y²)"), 2,
[
    Space(lesson.Text("곡면", "Surface")).Surface(axis, axis, heights),
    Space(lesson.Text("그물", "Wire frame")).WireFrame(axis, axis, heights),
    new Panel(lesson.Text("등고선", "Contours"), "x", "y") { EqualAxes = true }.Contour(axis, axis, heights, levels: 13, map: ColorMap.Diverging),
    new Panel(lesson.Text("채운 등고선", "Filled contours"), "x", "y") { EqualAxes = true }.Contour(axis, axis, heights, levels: 13, filled: true, map: ColorMap.Diverging),
]));

// %% projections: contours on the ground, cuts on the walls
double[] At(double value) => [.. axis.Select(_ => value)];
Panel projected = Space(lesson.Text("바닥에는 등고선, 벽에는 단면", "Contours on the ground, cuts on the walls")).Surface(axis, axis, heights, floor: true)
    .Line3D(axis, At(2), [.. axis.Select(x => Height(x, 0))], lesson.Text("y = 0에서 자른 단면", "cut at y = 0"), Color.Vermilion)
    .Line3D(At(-2), axis, [.. axis.Select(y => Height(Math.Sqrt(0.5), y))], lesson.Text("x = √½에서 자른 단면", "cut at x = √½"), Color.Blue);
lesson.Plot("projections", projected);

// %% a cut is a function of one variable: its slope is the partial derivative
double ByX(double x, double y) => (1 - 2 * x * x) * Math.Exp(-x * x - y * y);
double ByY(double x, double y) => -2 * x * y * Math.Exp(-x * x - y * y);
(double px, double py) = (0.4, -0.6);
const double d = 1e-5;
lesson.Figure("by.x", ByX(px, py), expected: 0.68 * Math.Exp(-0.52));
lesson.Figure("by.x.difference", (Height(px + d, py) - Height(px - d, py)) / (2 * d) - ByX(px, py), expected: 0, tolerance: 1e-9);
lesson.Figure("by.y.difference", (Height(px, py + d) - Height(px, py - d)) / (2 * d) - ByY(px, py), expected: 0, tolerance: 1e-9);
Tensor at = Tensor.From([px, py]).RequireGrad();
(at[0] * (-(at * at).Sum()).Exp()).Backward();
lesson.Figure("autograd.difference", Math.Max(Math.Abs(at.Grad![0].Item() - ByX(px, py)), Math.Abs(at.Grad![1].Item() - ByY(px, py))), expected: 0, tolerance: 1e-12);

// %% the gradient stands at right angles on the contour: along the contour the height does not change
(double gx, double gy) = (ByX(px, py), ByY(px, py));
double steep = Math.Sqrt(gx * gx + gy * gy);
double Slope(double dx, double dy) => (Height(px + d * dx, py + d * dy) - Height(px - d * dx, py - d * dy)) / (2 * d);
lesson.Figure("slope.uphill", Slope(gx / steep, gy / steep), expected: steep, tolerance: 1e-8);
lesson.Figure("slope.along", Slope(-gy / steep, gx / steep), expected: 0, tolerance: 1e-9);
lesson.Plot("gradient", new Panel(lesson.Text("기울기 벡터는 등고선과 직각", "The gradient stands at right angles on the contour"), "x", "y") { EqualAxes = true }
    .Contour(axis, axis, heights, levels: 20, map: ColorMap.Diverging)
    .Arrow(px, py, px + 0.6 * gx / steep, py + 0.6 * gy / steep, "∇z", Color.Vermilion)
    .Arrow(px, py, px - 0.6 * gy / steep, py + 0.6 * gx / steep, "", Color.Black));

// %% one picture hides what lies behind: turn it
int frames = lesson.Parameter("frames", 24, 2, 72);
lesson.Animate("turning", [.. from k in Enumerable.Range(0, frames) select new Figure("", 1, [new Panel("z = x·exp(−x² − y²)", "x", "y", "z") { View = (360.0 * k / frames, 25) }
    .Surface(axis, axis, heights)]) { PanelWidth = 420, PanelHeight = 360 }], secondsPerFrame: 0.12);
