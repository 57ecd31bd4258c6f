// chapter: logistic_module
// title: 모듈로 쓰는 로지스틱 회귀 | Logistic regression as a module
// computes: 두 수로 합격과 불합격을 가르기: 손으로, 함수로, Sequential로, 클래스로 | pass or fail from two numbers: by hand, by a function, as Sequential, as a class
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% six students: two numbers each, and whether they passed
Tensor x = Tensor.From([[1.0, 2], [2, 3], [3, 1], [4, 3], [5, 3], [6, 2]]); // [6, 2]
Tensor y = Tensor.From([[0.0], [0], [0], [1], [1], [1]]);                 // [6, 1]
double rate = lesson.Parameter("lr", 1.0, 1e-4, 10);
int epochs = lesson.Parameter("epochs", 1001, 1, 100_000);                // the book counts 0 … 1000

// %% by hand: p = σ(Xw + b), loss = -mean(y ln p + (1 - y) ln(1 - p)), dL/dg = (p - y)/n
Tensor Cost(Tensor p) => -(y * p.Log() + (1 - y) * (1 - p).Log()).Mean();
Tensor w = Tensor.Zeros([2, 1], DType.Float64), b = Tensor.Zeros([1], DType.Float64);
var losses = new double[epochs];
var boundaries = new List<(int Epoch, double[] W, double B)>();
for (int i = 0; i < epochs; i++)
{
    using var step = TensorScope.Begin();
    Tensor p = (x.MatMul(w) + b).Sigmoid();                        // [6, 1]
    losses[i] = Cost(p).Item();
    if (i is 10 or 100) boundaries.Add((i, w.ToArray<double>(), b.Item()));
    Tensor byG = (p - y) / 6.0;                                    // [6, 1]
    if (i == 0)
    {
        lesson.Figure("gradient.W.start", x.T.MatMul(byG));
        lesson.Figure("gradient.b.start", byG.Sum().Item(), expected: 0);
    }
    w = step.Keep(w - rate * x.T.MatMul(byG));
    b = step.Keep(b - rate * byG.Sum(0));
}
Tensor prediction = (x.MatMul(w) + b).Sigmoid();
lesson.Figure("loss.start", losses[0], expected: Math.Log(2), tolerance: 1e-12);
lesson.Figure("hand.loss", Cost(prediction).Item(), expected: 0.019834, tolerance: 1e-6);
lesson.Figure("hand.W", w);
lesson.Figure("hand.b", b.Item());
lesson.Figure("hand.prediction", prediction);
lesson.Figure("hand.accuracy", (prediction > 0.5).To(DType.Float64).Eq(y).To(DType.Float64).Mean().Item(), expected: 1);

// %% the same loss in three ways: written out, BinaryCrossEntropy, and from the sums without a sigmoid
Tensor W = Tensor.Zeros([2, 1], DType.Float64).RequireGrad(), B = Tensor.Zeros([1], DType.Float64).RequireGrad();
var optimizer = new SGD([W, B], rate);
for (int i = 0; i < epochs; i++)
{
    using var step = TensorScope.Begin();
    optimizer.ZeroGrad();
    (x.MatMul(W) + B).Sigmoid().BinaryCrossEntropy(y).Backward();
    optimizer.Step();
}
lesson.Figure("autograd.difference", (W.Detach() - w).Abs().Max().Item(), expected: 0, tolerance: 1e-9);
Tensor sums = x.MatMul(w) + b;
lesson.Figure("loss.function.difference", sums.Sigmoid().BinaryCrossEntropy(y).Item() - Cost(prediction).Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("loss.logits.difference", sums.BinaryCrossEntropyWithLogits(y).Item() - Cost(prediction).Item(), expected: 0, tolerance: 1e-12);
Tensor sure = Tensor.From([[-800.0], [800]]), wrong = Tensor.From([[1.0], [0]]); // certain, and wrong
lesson.Figure("certain.and.wrong.logits", sure.BinaryCrossEntropyWithLogits(wrong).Item(), expected: 800);
lesson.Figure("certain.and.wrong.by.hand.is.infinite", double.IsFinite((-(wrong * sure.Sigmoid().Log() + (1 - wrong) * (1 - sure.Sigmoid()).Log())).Mean().Item()) ? 0 : 1, expected: 1);

// %% Linear and Sigmoid in a row, in single precision as PyTorch starts with seed 1; and as a class
Tensor x32 = x.To(DType.Float32), y32 = y.To(DType.Float32);
Layer Train(Layer model)
{
    var optimizer = new SGD(model.Parameters(), rate);
    for (int i = 0; i < epochs; i++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        model.Forward(x32).BinaryCrossEntropy(y32).Backward();
        optimizer.Step();
    }
    return model;
}
var scope = ParamScope.Random(lesson.Seed(1));
var sequential = new Sequential(scope, new Linear(scope / 0, 2, 1), new Sigmoid());
lesson.Figure("module.prediction.start", sequential.Forward(x32));
lesson.Figure("module.loss.start", sequential.Forward(x32).BinaryCrossEntropy(y32).Item());
Train(sequential);
lesson.Range("module.loss", sequential.Forward(x32).BinaryCrossEntropy(y32).Item(), 0.01, 0.03);
lesson.Figure("module.accuracy", (sequential.Forward(x32) > 0.5).To(DType.Float32).Eq(y32).To(DType.Float64).Mean().Item(), expected: 1);
foreach (var (name, value) in sequential.NamedParameters()) lesson.Figure($"module.{name}", value);
var own = Train(new Classifier(ParamScope.Random(lesson.Seed(1))));
lesson.Figure("class.same.as.module", (own.Forward(x32) - sequential.Forward(x32)).Abs().Max().Item(), expected: 0);

// %% separable points have no best weights: the longer one trains the longer they grow
var lengths = new List<double>();
Tensor wLong = w, bLong = b;
for (int i = 1; i <= 20_000; i++)
{
    using var step = TensorScope.Begin();
    Tensor byG = ((x.MatMul(wLong) + bLong).Sigmoid() - y) / 6.0;
    wLong = step.Keep(wLong - rate * x.T.MatMul(byG));
    bLong = step.Keep(bLong - rate * byG.Sum(0));
    if (i is 1_000 or 5_000 or 20_000) lengths.Add(wLong.Norm().Item());
}
lesson.Figure("weight.length", w.Norm().Item());
lesson.Figure("weight.length.after.1000.5000.20000.more", [.. lengths]);

// %% the boundary turns and then only sharpens
Series across = new([.. Enumerable.Range(0, 121).Select(i => i * 7 / 120.0)]), up = new([.. Enumerable.Range(0, 81).Select(i => i * 4 / 80.0)]);
double[] weights = w.ToArray<double>();
var map = new Panel(lesson.Text("합격 확률과 경계", "Probability of passing, and the boundary"), "x₁", "x₂") { XLimits = (0, 7), YLimits = (0, 4) }
    .Regions(across, up, Grid.Of(across, up, (x1, x2) => 1 / (1 + Math.Exp(-(weights[0] * x1 + weights[1] * x2 + b.Item())))));
foreach (var (epoch, v, c) in boundaries)
    map.Line(new double[] { 0, 7 }, new[] { -c / v[1], -(c + 7 * v[0]) / v[1] }, lesson.Text($"갱신 {epoch}번 뒤", $"after {epoch}"), dashed: true);
map.Scatter(x[..3, 0], x[..3, 1], lesson.Text("불합격", "failed"), Color.Blue, 12).Scatter(x[3.., 0], x[3.., 1], lesson.Text("합격", "passed"), Color.Vermilion, 12);
lesson.Plot("boundary", new Figure("", 2, [map, new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("이진 교차 엔트로피", "binary cross entropy")) { LogY = true }.Line(Tensor.Arange(epochs), losses)]));

sealed class Classifier(ParamScope scope) : Layer(scope)
{
    private readonly Linear linear = new(scope / "linear", 2, 1);

    public override Tensor Forward(Tensor x) => linear.Forward(x).Sigmoid();
}
