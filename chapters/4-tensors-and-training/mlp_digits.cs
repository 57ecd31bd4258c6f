// chapter: mlp_digits
// title: 다층 퍼셉트론으로 읽는 숫자 | Digits read by a multi-layer perceptron
// computes: 8×8 손글씨를 64-32-16-10 신경망으로, 선형 모델과 나란히 | 8×8 digits by a 64-32-16-10 network, beside a linear model
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% 1,797 digits, 64 pixels of 0 to 16; every digit split 70 to 15 to 15: to learn, to choose, to judge
Tensor table = lesson.Data("digits", leastRows: 200).ToTensor(); // [1797, 65]
Tensor pixels = table[.., ..64] / 16.0, digits = table[.., 64].To(DType.Int64);
int[][] parts = Split.Stratified(digits.ToArray<long>(), [0.7, 0.15, 0.15], new NumPyRandom(lesson.Seed(1)));
Tensor Rows(Tensor of, int[] places) => of[Tensor.From([.. places.Select(place => (long)place)])];
Tensor[] x = [.. parts.Select(part => Rows(pixels, part))], y = [.. parts.Select(part => Rows(digits, part))];
lesson.Figure("sizes", [.. parts.Select(part => (double)part.Length)]);
double rate = lesson.Parameter("lr", 0.01, 1e-5, 0.5);
int epochs = lesson.Parameter("epochs", 100, 1, 2000);

// %% two models that start as PyTorch's would with seed 1
var scope = ParamScope.Random(lesson.Seed(1));
var network = new Sequential(scope, new Linear(scope / 0, 64, 32), new ReLU(), new Linear(scope / 2, 32, 16), new ReLU(), new Linear(scope / 4, 16, 10));
Layer linear = new Linear(ParamScope.Random(lesson.Seed(1)), 64, 10);
lesson.Figure("network.parameters", network.ParameterCount(), expected: 64 * 32 + 32 + 32 * 16 + 16 + 16 * 10 + 10);
lesson.Figure("linear.parameters", linear.ParameterCount(), expected: 650);

// %% back-propagation through the three layers by hand, beside autograd
Tensor[] p = [.. network.Parameters().Select(parameter => parameter.Detach().To(DType.Float64))];
Tensor x0 = x[0].To(DType.Float64), t = Tensor.OneHot(y[0], 10, DType.Float64);
Tensor h1 = (x0.MatMul(p[0].T) + p[1]).Relu(), h2 = (h1.MatMul(p[2].T) + p[3]).Relu(); // [n, 32], [n, 16]
Tensor by3 = ((h2.MatMul(p[4].T) + p[5]).Softmax(1) - t) / (double)t.Shape[0]; // [n, 10]
Tensor by2 = by3.MatMul(p[4]) * (h2 > 0).To(DType.Float64), by1 = by2.MatMul(p[2]) * (h1 > 0).To(DType.Float64);
Tensor[] byHand = [by1.T.MatMul(x0), by1.Sum(0), by2.T.MatMul(h1), by2.Sum(0), by3.T.MatMul(h2), by3.Sum(0)];
network.Forward(x[0]).CrossEntropy(y[0]).Backward();
lesson.Figure("gradient.difference", network.Parameters().Zip(byHand, (parameter, g) => (parameter.Grad!.To(DType.Float64) - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-6);

// %% training: all digits at once, as the book does it, with Adam
double Accuracy(Layer model, int part) => Metrics.Accuracy(y[part], model.Forward(x[part]).Detach().ArgMax(1));
(double[] Losses, double[] Chosen) Train(Layer model)
{
    var optimizer = new Adam(model.Parameters(), rate);
    double[] losses = new double[epochs], chosen = new double[epochs];
    for (int i = 0; i < epochs; i++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(x[0]).CrossEntropy(y[0]);
        loss.Backward();
        optimizer.Step();
        losses[i] = loss.Item();
        chosen[i] = Accuracy(model, 1);
    }
    return (losses, chosen);
}
var curve = new Panel(lesson.Text("손실", "Loss"), lesson.Text("에폭", "epoch"), lesson.Text("교차 엔트로피", "cross entropy")) { LogY = true };
var progress = new Panel(lesson.Text("검증 정확도", "Accuracy on the validation digits"), lesson.Text("에폭", "epoch"), "") { YLimits = (0, 1.02) };
foreach (var (name, label, model) in new (string, string, Layer)[] { ("linear", lesson.Text("선형 64-10", "linear 64-10"), linear), ("network", "64-32-16-10", network) })
{
    var (losses, chosen) = Train(model);
    lesson.Figure($"{name}.loss.start", losses[0]);
    lesson.Figure($"{name}.loss", losses[^1]);
    lesson.Figure($"{name}.accuracy.train", Accuracy(model, 0));
    lesson.Figure($"{name}.accuracy.validation", chosen[^1]);
    lesson.Range($"{name}.accuracy.test", Accuracy(model, 2), 0.9, 1);
    curve.Line(Tensor.Arange(1, epochs + 1), losses, label);
    progress.Line(Tensor.Arange(1, epochs + 1), chosen, label);
}
lesson.Plot("training", new Figure("", 2, [curve, progress]));

// %% which digits are taken for which, and the ones it gets wrong with the most conviction
Tensor shares = network.Forward(x[2]).Detach().Softmax(1), told = shares.ArgMax(1);
ClassificationReport report = Metrics.Classification(y[2].ToArray<long>(), told.ToArray<long>(), 10);
var confusion = new double[10, 10];
for (int i = 0; i < 10; i++)
    for (int j = 0; j < 10; j++) confusion[i, j] = report.Confusion[i, j];
lesson.Figure("confusion", confusion);
lesson.Figure("recall", [.. report.PerClass.Select(one => one.Recall)]);
string[] tens = [.. Enumerable.Range(0, 10).Select(i => i.ToString())];
lesson.Plot("confusion", new Panel(lesson.Text("혼동 행렬 (시험)", "Confusion (test)"), lesson.Text("대답", "told"), lesson.Text("정답", "right")) { EqualAxes = true }.HeatMap(confusion, rows: tens, columns: tens, showValues: true));
int[] wrong = [.. Enumerable.Range(0, told.Count).Where(i => told[i].ItemLong() != y[2][i].ItemLong()).OrderByDescending(i => shares[i].Max().Item()).Take(8)];
lesson.Figure("wrong", told.Count - report.Accuracy * told.Count);
if (wrong.Length > 0)
{
    lesson.Plot("mistakes", Figure.Images(lesson.Text("가장 확신하며 틀린 숫자", "Wrong with the most conviction"), 4, [.. wrong.Select(i => (Grid)x[2][i].Reshape(8, 8))],
        [.. wrong.Select(i => lesson.Text($"{y[2][i].ItemLong()}를 {told[i].ItemLong()}로 ({shares[i].Max().Item():P0})", $"{y[2][i].ItemLong()} as {told[i].ItemLong()} ({shares[i].Max().Item():P0})"))]));
}

// %% what the linear model looks for: a picture a digit; the network's first layer looks for strokes instead
lesson.Plot("weights", Figure.Images(lesson.Text("선형 모델의 가중치: 빨강은 찬성, 파랑은 반대", "Weights of the linear model: red speaks for, blue against"), 5,
    [.. Enumerable.Range(0, 10).Select(k => (Grid)((Linear)linear).Weight[k].Reshape(8, 8))], tens, ColorMap.Diverging));
