// chapter: ch12
// title: 선형 회귀 | Linear regression
// computes: 점 세 개를 지나는 직선 y = wx + b를 경사하강법으로 | the line y = wx + b through three points by gradient descent
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% three points on the line y = 2x + 1
Tensor X = Tensor.From([[1.0], [2], [3]]); // [3, 1]
Tensor Y = Tensor.From([[3.0], [5], [7]]); // [3, 1]
double rate = lesson.Parameter("lr", 0.001, 1e-6, 0.2);
int steps = lesson.Parameter("steps", 100, 1, 100_000);

// %% where the line starts
(Tensor W, Tensor B) Start()
{
    var random = new NumPyRandom(lesson.Seed(220102));
    return (Tensor.RandN([1, 1], random), Tensor.RandN([1, 1], random));
}
Tensor Predict(Tensor w, Tensor b) => X.MatMul(w) + b;      // [3, 1]
Tensor Loss(Tensor w, Tensor b) => (Predict(w, b) - Y).Square().Mean();

// %% gradient descent with the derivative written out
(Tensor W, Tensor B, double[] Path) Descend(bool divideByCount)
{
    var (w, b) = Start();
    double scale = divideByCount ? 2.0 / X.Shape[0] : 2.0;  // the loss is a mean: its derivative has 1/n too
    var path = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        Tensor error = Predict(w, b) - Y;                    // [3, 1]
        Tensor byW = scale * X.T.MatMul(error);              // [1, 1]
        Tensor byB = scale * error.Sum();
        (w, b) = (w - rate * byW, b - rate * byB);
        path[i] = w.Item();
    }
    return (w, b, path);
}

// %% both versions
var (w0, b0) = Start();
lesson.Figure("loss.start", Loss(w0, b0).Item(), expected: 8.3753007, tolerance: 1e-8);
foreach (string version in lesson.Versions)
{
    bool right = version == "corrected";
    var (w, b, path) = Descend(divideByCount: right);
    lesson.Figure($"{version}.w", w.Item(), expected: right ? 1.72567681 : 2.05165305, tolerance: 1e-8);
    lesson.Figure($"{version}.b", b.Item(), expected: right ? 0.62378841 : 0.77918673, tolerance: 1e-8);
    lesson.Figure($"{version}.loss", Loss(w, b).Item(), expected: right ? 0.90553107 : 0.01558663, tolerance: 1e-8);

    double[] ws = [.. from i in Enumerable.Range(0, 25) select i / 5.0];
    double LossAt(double value, double bias) => Loss(Tensor.From([[value]]), Tensor.From([[bias]])).Item();
    lesson.Plot($"{version}.descent", new Panel(lesson.Text("기울기를 따라 내려가는 w", "w descends along the slope"), "w", lesson.Text("손실", "loss"))
        .Line(ws, [.. ws.Select(value => LossAt(value, b.Item()))], lesson.Text("손실 (마지막 b에서)", "loss (at the last b)"))
        .Path(path, [.. path.Select(value => LossAt(value, b.Item()))], lesson.Text("지나온 w", "the way of w")));
}

// %% how one could have noticed: hold the hand-written derivative against autograd
Tensor weight = w0.Clone().RequireGrad(), bias = b0.Clone().RequireGrad();
Loss(weight, bias).Backward();
Tensor residual = Predict(w0, b0) - Y;
double sum = (2.0 * X.T.MatMul(residual)).Item(), mean = sum / 3;
lesson.Figure("gradient.autograd", weight.Grad!.Item(), expected: mean, tolerance: 1e-12);
lesson.Figure("gradient.published/autograd", sum / weight.Grad!.Item(), expected: 3, tolerance: 1e-12);

// %% the twin with autograd and an optimiser: lr 0.01, 1000 steps
Tensor tw = w0.Clone().RequireGrad(), tb = b0.Clone().RequireGrad();
var optimizer = new SGD([tw, tb], learningRate: 0.01);
for (int i = 0; i < 1000; i++)
{
    optimizer.ZeroGrad();
    Loss(tw, tb).Backward();
    optimizer.Step();
}
lesson.Figure("twin.w", tw.Item(), expected: 2.00869263, tolerance: 1e-8);
lesson.Figure("twin.b", tb.Item(), expected: 0.9802396, tolerance: 1e-7);
lesson.Figure("twin.loss", Loss(tw.Detach(), tb.Detach()).Item(), expected: 5.6016e-5, tolerance: 1e-8);
