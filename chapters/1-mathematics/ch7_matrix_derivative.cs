// chapter: ch7
// title: 행렬을 입력받는 함수의 도함수 | The derivative of a function of a matrix
// computes: f(X) = Σ σ(XW)의 기울기를 손으로, 자동미분으로, 차분으로 | the gradient of f(X) = Σ σ(XW) by hand, by autograd and by differences
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% one typing error: the third element was meant to be +0.3
Tensor Input(double corner) => Tensor.From([[0.1, 0.2, corner], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]); // [3, 3]
Tensor W = Tensor.From([[1.0, 2], [3, 4], [5, 6]]);                                                   // [3, 2]
Tensor F(Tensor x) => x.MatMul(W).Sigmoid().Sum();

// %% the derivative by hand: g = XW, s = σ(g), and ds/dg = s(1 - s)
(Tensor ByX, Tensor ByW) Slopes(Tensor x)
{
    Tensor s = x.MatMul(W).Sigmoid();         // [3, 2]
    Tensor slope = s * (1 - s);               // [3, 2]
    return (slope.MatMul(W.T), x.T.MatMul(slope)); // [3, 3], [3, 2]
}

// %% as published: f at -0.3 is compared with f at +0.3, and they differ by 1.22 instead of 0.00002
double small = lesson.Parameter("step", 1e-4, 1e-8, 0.1);
Tensor moved = Input(0.3);
moved[0, 0] = Tensor.Scalar(0.1 + small, DType.Float64);
if (lesson.Published)
{
    lesson.Figure("published.f(X)", F(Input(-0.3)).Item(), expected: 4.6104551, tolerance: 1e-7);
    lesson.Figure("published.f(X2)", F(moved).Item(), expected: 5.8333492, tolerance: 1e-7);
    lesson.Figure("published.difference", (F(moved) - F(Input(-0.3))).Item(), expected: 1.2228941, tolerance: 1e-6);
}

// %% corrected
Tensor X = Input(0.3);
var (byX, byW) = Slopes(X);
if (lesson.Corrected)
{
    lesson.Figure("corrected.f(X)", F(X).Item(), expected: 5.8333294, tolerance: 1e-7);
    lesson.Figure("corrected.dX", byX, [[0.1978766, 0.4855534, 0.7732303], [0.0106490, 0.0286349, 0.0466208], [5.907425e-4, 1.681436e-3, 2.772129e-3]], tolerance: 1e-7);
    lesson.Figure("corrected.dW", byW, [[0.0122648, 0.0060980], [0.0220285, 0.0116720], [0.0317922, 0.0172459]], tolerance: 1e-7);
    // the slope predicts what a small step changes
    lesson.Figure("corrected.predicted", byX[0, 0].Item() * small, expected: 1.978766e-5, tolerance: 1e-11);
    lesson.Figure("corrected.actual", (F(moved) - F(X)).Item(), expected: 1.978634e-5, tolerance: 1e-11);
}

// %% how much each number moves f: the rows of X feel W, the rows of W feel X
string[] three = ["1", "2", "3"], two = ["1", "2"];
lesson.Plot("slopes", new Figure(lesson.Text("f(X) = Σ σ(XW)의 기울기", "The slopes of f(X) = Σ σ(XW)"), 2,
[
    new Panel("∂f/∂X") { EqualAxes = true }.HeatMap(byX, rows: three, columns: three, showValues: true),
    new Panel("∂f/∂W") { EqualAxes = true }.HeatMap(byW, rows: three, columns: two, showValues: true),
]));

// %% the same by autograd
Tensor x = Input(0.3).RequireGrad(), w = W.Clone().RequireGrad();
x.MatMul(w).Sigmoid().Sum().Backward();
lesson.Figure("autograd.difference", Math.Max((x.Grad! - byX).Abs().Max().Item(), (w.Grad! - byW).Abs().Max().Item()), expected: 0, tolerance: 1e-15);

// %% and by central differences
var report = GradCheck.Run(inputs => inputs[0].MatMul(inputs[1]).Sigmoid(), [Input(0.3), W]);
lesson.Figure("differences.error", report.MaxError, expected: 0, tolerance: 1e-8);
