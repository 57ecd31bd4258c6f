// chapter: ch5
// title: 벡터 합성함수의 도함수와 전치 | The derivative of a vector function, and the transpose
// computes: σ(XW)를 X와 W로 미분하고 작은 걸음으로 확인 | σ(XW) differentiated by X and by W, and checked with a small step
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% the neuron of the last chapter
double scale = lesson.Parameter("scale", 1.0, -2, 2);
double step = lesson.Parameter("step", 0.001, 1e-12, 0.5);
Tensor X = Tensor.From([[1.0, 2, 3]]) * scale;      // [1, 3]
Tensor W = Tensor.From([[3.0], [2], [1]]);          // [3, 1]
Tensor F(Tensor x, Tensor w) => x.MatMul(w).Sigmoid();
double Sigmoid(double g) => 1 / (1 + Math.Exp(-g));
double sum = X.MatMul(W).Item();

// %% as published: σ' by a forward difference, and the line that says df/dW prints df/dX once more
double roughSlope = (Sigmoid(sum + step) - Sigmoid(sum)) / step;
Tensor publishedByX = roughSlope * W.T;             // [1, 3]
Tensor publishedByW = roughSlope * W.T;             // [1, 3], but W is [3, 1]
if (lesson.Published)
{
    lesson.Figure("published.slope", roughSlope, expected: 4.53731e-5, tolerance: 1e-10);
    lesson.Figure("published.dX", publishedByX, [1.36119e-4, 9.07462e-5, 4.53731e-5], tolerance: 1e-9);
    lesson.Figure("published.dW", publishedByW, [1.36119e-4, 9.07462e-5, 4.53731e-5], tolerance: 1e-9);
}

// %% corrected: dX = σ'·Wᵀ has the shape of X, dW = Xᵀ·σ' has the shape of W
Tensor s = F(X, W);
Tensor slope = s * (1 - s);                         // [1, 1]
Tensor byX = slope.MatMul(W.T);                     // [1, 1] · [1, 3] = [1, 3]
Tensor byW = X.T.MatMul(slope);                     // [3, 1] · [1, 1] = [3, 1]
if (lesson.Corrected)
{
    lesson.Figure("corrected.slope", slope.Item(), expected: 4.539581e-5, tolerance: 1e-11);
    lesson.Figure("corrected.dX", byX, [1.361874e-4, 9.079162e-5, 4.539581e-5], tolerance: 1e-10);
    lesson.Figure("corrected.dW", byW, [4.539581e-5, 9.079162e-5, 1.361874e-4], tolerance: 1e-10);
}

// %% what is a slope good for? It predicts what a small step changes
Tensor moved = X + Tensor.From([[step, 0, 0]]);     // only the first input moves
double actual = (F(moved, W) - s).Item();
if (lesson.Published)
    lesson.Figure("published.predicted", publishedByX[0, 0].Item() * step, expected: 1.361194e-7, tolerance: 1e-13);
lesson.Figure("actual", actual, expected: 1.359834e-7, tolerance: 1e-13);
if (lesson.Corrected)
    lesson.Figure("corrected.predicted", byX[0, 0].Item() * step, expected: 1.361874e-7, tolerance: 1e-13);

// %% how one could have noticed, 1: move each weight and look; 2: the shape of a gradient is the shape of what it belongs to
double[] measured = [.. from k in Enumerable.Range(0, 3) select MeasureWeight(k)];
double MeasureWeight(int k)
{
    Tensor up = W.Clone(), down = W.Clone();
    up[k, 0] += 1e-4;
    down[k, 0] -= 1e-4;
    return (F(X, up) - F(X, down)).Item() / 2e-4;
}
lesson.Figure("measured.dW", measured, [4.539581e-5, 9.079162e-5, 1.361874e-4], tolerance: 1e-10);
lesson.Figure("error.corrected.dW", byW.Reshape(-1).ToArray<double>().Zip(measured, (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-11);
lesson.Figure("error.published.dW", publishedByW.Reshape(-1).ToArray<double>().Zip(measured, (a, b) => Math.Abs(a - b)).Max(), expected: 9.08143e-5, tolerance: 1e-9);
lesson.Say($"W의 모양은 {W.Shape}, 원래 dW의 모양은 {publishedByW.Shape}, 고친 dW의 모양은 {byW.Shape}입니다.", $"W has shape {W.Shape}, the published dW {publishedByW.Shape}, the corrected dW {byW.Shape}.");

// %% autograd
Tensor x = X.Clone().RequireGrad(), w = W.Clone().RequireGrad();
F(x, w).Backward();
lesson.Figure("autograd.difference", Math.Max((x.Grad! - byX).Abs().Max().Item(), (w.Grad! - byW).Abs().Max().Item()), expected: 0, tolerance: 1e-18);

// %% the picture: the gradient by X looks like W, the gradient by W looks like X
string[] places = ["1", "2", "3"];
Panel Bars(string title, params (string Name, Tensor Values)[] groups)
{
    var panel = new Panel(title, lesson.Text("원소", "element"), lesson.Text("기울기", "slope"));
    foreach (var (name, values) in groups)
        panel.Bars(places, values.Reshape(-1), name);
    return panel;
}
lesson.Plot("gradients", new Figure(lesson.Text("σ(XW)의 두 기울기", "The two gradients of σ(XW)"), 2,
[
    Bars(lesson.Text("X로 미분: W를 닮습니다", "By X: looks like W"), (lesson.Text("원래 코드", "published"), publishedByX), (lesson.Text("고친 코드", "corrected"), byX)),
    Bars(lesson.Text("W로 미분: X를 닮아야 합니다", "By W: should look like X"), (lesson.Text("원래 코드", "published"), publishedByW), (lesson.Text("고친 코드", "corrected"), byW)),
]) { ShareY = true });
