// chapter: linear_module
// title: 모듈로 쓰는 선형 회귀 | Linear regression as a module
// computes: 같은 회귀를 네 번: 손으로, 자동미분으로, Linear로, 클래스로 | one regression four times: by hand, by autograd, with Linear, as a class
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% hours and points: y = 2x, which the program does not know
Tensor x = Tensor.From([[1.0], [2], [3]]), y = Tensor.From([[2.0], [4], [6]]); // [3, 1]
double rate = lesson.Parameter("lr", 0.01, 1e-5, 0.2);
int epochs = lesson.Parameter("epochs", 2001, 1, 100_000);          // the book counts 0 … 2000

// %% first: the gradients by hand. L = mean (wx + b - y)²
double Loss(double w, double b) => (x * w + b - y).Square().Mean().Item();
double w = 0, b = 0;
var path = new List<(double W, double B)> { (0, 0) };
var losses = new double[epochs];
for (int i = 0; i < epochs; i++)
{
    losses[i] = Loss(w, b);
    Tensor off = x * w + b - y;                                  // [3, 1]
    (w, b) = (w - rate * (2.0 * off * x).Mean().Item(), b - rate * (2.0 * off).Mean().Item());
    path.Add((w, b));
}
lesson.Figure("loss.start", losses[0], expected: 56.0 / 3);
lesson.Figure("hand.W", w, expected: 1.99737381, tolerance: 1e-8);
lesson.Figure("hand.b", b, expected: 0.00596995, tolerance: 1e-8);
lesson.Figure("hand.loss", Loss(w, b), expected: 5.1128e-06, tolerance: 1e-10);
lesson.Figure("hand.prediction.of.4", w * 4 + b);

// %% second: the loss alone; autograd differentiates, an optimiser walks
Tensor W = Tensor.Zeros([1], DType.Float64).RequireGrad(), B = Tensor.Zeros([1], DType.Float64).RequireGrad();
var optimizer = new SGD([W, B], rate);
for (int i = 0; i < epochs; i++)
{
    using var step = TensorScope.Begin();
    Tensor cost = (x * W + B - y).Square().Mean();
    optimizer.ZeroGrad();
    cost.Backward();
    optimizer.Step();
}
lesson.Figure("autograd.W.difference", W.Item() - w, expected: 0, tolerance: 1e-12);
lesson.Figure("autograd.b.difference", B.Item() - b, expected: 0, tolerance: 1e-12);

// %% third: the layer and the loss that everybody uses, in single precision; weights start as PyTorch's would with seed 1
Tensor x32 = x.To(DType.Float32), y32 = y.To(DType.Float32);
Layer Train(Layer model)
{
    var optimizer = new SGD(model.Parameters(), rate);
    for (int i = 0; i < epochs; i++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        model.Forward(x32).MseLoss(y32).Backward();
        optimizer.Step();
    }
    return model;
}
var linear = new Linear(ParamScope.Random(lesson.Seed(1)) / "linear", 1, 1);
lesson.Figure("module.W.start", linear.Weight.Item());
lesson.Figure("module.b.start", linear.Bias!.Item());
lesson.Figure("module.loss.start", linear.Forward(x32).MseLoss(y32).Item(), expected: 13.103541, tolerance: 1e-6);
Train(linear);
lesson.Figure("module.W", linear.Weight.Item(), expected: 1.9994, tolerance: 5e-5);
lesson.Figure("module.b", linear.Bias!.Item(), expected: 0.0014, tolerance: 5e-5);
lesson.Figure("module.loss", linear.Forward(x32).MseLoss(y32).Item());
lesson.Range("module.prediction.of.4", linear.Forward(Tensor.From([[4f]])).Item(), 7.9, 8.1);

// %% fourth: a class of one's own, which is how larger models are written
var own = Train(new LinearRegression(ParamScope.Random(lesson.Seed(1))));
lesson.Figure("class.same.as.module", (own.Forward(x32) - linear.Forward(x32)).Abs().Max().Item(), expected: 0, tolerance: 1e-14);
lesson.Figure("class.parameters", own.ParameterCount(), expected: 2);
lesson.Say(string.Join(", ", own.NamedParameters().Select(p => $"{p.Name} {p.Value.Shape}")), string.Join(", ", own.NamedParameters().Select(p => $"{p.Name} {p.Value.Shape}")));

// %% why the last digits take so long: the loss is a long valley, curved 46 times as much across as along
Tensor design = Tensor.Cat([x, Tensor.OnesLike(x)], 1);            // [3, 2]
Tensor curvature = design.T.MatMul(design) * (2.0 / 3);            // the second derivatives of L by (w, b)
double[] bend = curvature.Eigh().Values.ToArray<double>();
lesson.Figure("curvatures", bend);
lesson.Figure("condition.number", bend[1] / bend[0]);
lesson.Figure("lr.largest", 2 / bend[1]);
double[] ws = [.. Enumerable.Range(0, 81).Select(i => -0.5 + i * 0.05)], bs = [.. Enumerable.Range(0, 81).Select(i => -1.5 + i * 0.05)];
int shown = Math.Min(path.Count, 600);
lesson.Plot("path", new Figure("", 2, [
    new Panel(lesson.Text("손실의 골짜기를 내려가는 길", "The way down the valley of the loss"), "w", "b")
        .Contour(ws, bs, Grid.Of(ws, bs, (w, b) => Math.Log10(Loss(w, b) + 1e-3)), filled: true)
        .Path(path.Take(shown).Select(p => p.W).ToArray(), path.Take(shown).Select(p => p.B).ToArray(), lesson.Text("경사하강법", "gradient descent"), Color.Vermilion),
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("평균 제곱 오차", "mean squared error")) { LogY = true }.Line(Tensor.Arange(epochs), losses)]));

sealed class LinearRegression(ParamScope scope) : Layer(scope)
{
    private readonly Linear linear = new(scope / "linear", 1, 1);

    public override Tensor Forward(Tensor x) => linear.Forward(x);
}
