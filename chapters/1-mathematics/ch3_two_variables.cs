// chapter: ch3
// title: 변수가 두 개인 합성함수 | Composite functions of two variables
// computes: σ(x + y)를 선이 아니라 곡면으로 | σ(x + y) as a surface, not a line
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% two numbers become one, and the sigmoid squeezes it between 0 and 1: that is a neuron with two inputs
double w1 = lesson.Parameter("w1", 1.0, -5, 5), w2 = lesson.Parameter("w2", 1.0, -5, 5), b = lesson.Parameter("b", 0.0, -10, 10);
double Sigmoid(double u) => 1 / (1 + Math.Exp(-u));
double Sum(double x, double y) => w1 * x + w2 * y + b;
double F(double x, double y) => Sigmoid(Sum(x, y));

// %% as published: x and y are the same 600 numbers, so only the diagonal x = y is ever visited
double[] line = [.. from i in Enumerable.Range(0, 600) select -3 + 0.01 * i];
double[] onDiagonal = [.. line.Select(v => F(v, v))];
if (lesson.Published)
{
    lesson.Figure("published.z(-3,-3)", onDiagonal[0], expected: 0.0024726, tolerance: 5e-8);
    lesson.Figure("published.z(0,0)", onDiagonal[300], expected: 0.5, tolerance: 1e-9);
    lesson.Figure("published.z(2.99,2.99)", onDiagonal[^1], expected: 0.9974776, tolerance: 5e-8);
    lesson.Figure("published.z.mean", onDiagonal.Average(), expected: 0.4991707877, tolerance: 1e-9);
    // the comment in the script forgot the minus in the exponent: 1/(1 + e^u) falls where the sigmoid rises
    lesson.Figure("comment.z(2.99,2.99)", 1 / (1 + Math.Exp(Sum(2.99, 2.99))), expected: 0.0025224, tolerance: 5e-8);
}

// %% corrected: every x with every y, 61 × 61 points
double[] axis = [.. from i in Enumerable.Range(-30, 61) select i / 10.0];
Grid surface = Grid.Of(axis, axis, F);
if (lesson.Corrected)
{
    double[] corners = [F(-3, -3), F(3, -3), F(-3, 3), F(3, 3)];
    lesson.Figure("corrected.corners", corners, [0.0024726232, 0.5, 0.5, 0.9975273768], tolerance: 1e-9);
    lesson.Figure("corrected.z.mean", surface.Items.Cast<double>().Average(), expected: 0.5, tolerance: 1e-9);
    lesson.Figure("corrected.share.below.half", surface.Items.Cast<double>().Count(z => z < 0.5 - 1e-12) / (double)surface.Items.Length, expected: 30.0 * 61 / (61 * 61), tolerance: 1e-3);
}

// %% what the line hides: along x + y = c nothing changes at all
double[] across = [.. axis.Select(v => F(v, 1 - v))];
lesson.Figure("level.x+y=1", across[0], expected: 0.7310585786, tolerance: 1e-9);
lesson.Figure("level.x+y=1.spread", across.Max() - across.Min(), expected: 0, tolerance: 1e-12);

// %% where is the surface steepest? In the direction (w1, w2), where the sum is 0
Tensor X = Tensor.From(0.0).RequireGrad(), Y = Tensor.From(0.0).RequireGrad();
(w1 * X + w2 * Y + b).Sigmoid().Backward();
double slope = F(0, 0) * (1 - F(0, 0));
lesson.Figure("gradient(0,0)", [X.Grad!.Item(), Y.Grad!.Item()], [0.25, 0.25], tolerance: 1e-15);
lesson.Figure("gradient.difference", Math.Max(Math.Abs(slope * w1 - X.Grad!.Item()), Math.Abs(slope * w2 - Y.Grad!.Item())), expected: 0, tolerance: 1e-15);

// %% the picture: the script's line lies on a surface; seen from above the surface is a set of parallel stripes
string diagonal = lesson.Text("원래 코드: 대각선", "as published: the diagonal");
var above = new Panel(lesson.Text("위에서 본 높이", "Its height from above"), "x", "y") { EqualAxes = true }
    .Contour(axis, axis, surface, levels: 10, filled: true)
    .Line(line, line, diagonal, Color.Vermilion, width: 3);
if (w2 != 0)
{
    double[] shown = [.. axis.Where(x => Math.Abs(w1 * x + b) <= 3 * Math.Abs(w2))];
    above.Line(shown, shown.Select(x => -(w1 * x + b) / w2).ToArray(), "σ = 0.5", Color.Black, dashed: true);
}
lesson.Plot("surface", new Figure("σ(w₁x + w₂y + b)", 2,
[
    new Panel(lesson.Text("곡면과 그 위의 선", "The surface and the line on it"), "x", "y", "z").Surface(axis, axis, surface).Line3D(line, line, onDiagonal, diagonal, Color.Vermilion),
    above,
]));
