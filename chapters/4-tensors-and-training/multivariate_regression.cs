// chapter: multivariate
// title: 여러 변수의 선형 회귀 | Linear regression in several variables
// computes: 세 번의 시험 점수로 기말 점수를 맞히고, 학습률이 왜 1e-5여야 하는지 계산 | a final score from three quizzes, and why the rate must be 1e-5
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% three quizzes and the final of five students
Tensor x = Tensor.From([[73.0, 80, 75], [93, 88, 93], [89, 91, 90], [96, 98, 100], [73, 66, 70]]); // [5, 3]
Tensor y = Tensor.From([[152.0], [185], [180], [196], [142]]);       // [5, 1]
double rate = lesson.Parameter("lr", 1e-5, 1e-8, 1e-2);
int epochs = lesson.Parameter("epochs", 2001, 1, 100_000);

// %% by hand: dL/dw = 2/n Xᵀ(Xw + b - y), one product for all three weights
(Tensor W, Tensor B, double[] Losses) Descend(Tensor x, double rate, int epochs)
{
    Tensor w = Tensor.Zeros([3, 1], DType.Float64), b = Tensor.Zeros([1], DType.Float64);
    var losses = new double[epochs];
    for (int i = 0; i < epochs; i++)
    {
        using var step = TensorScope.Begin();
        Tensor off = x.MatMul(w) + b - y;                          // [5, 1]
        losses[i] = off.Square().Mean().Item();
        w = step.Keep(w - rate * 2.0 / 5 * x.T.MatMul(off));
        b = step.Keep(b - rate * 2.0 * off.Mean(0));
    }
    return (w, b, losses);
}
double Error(Tensor prediction) => (prediction - y).Square().Mean().Item();
var (W, B, losses) = Descend(x, rate, epochs);
lesson.Figure("loss.start", losses[0], expected: 29661.8, tolerance: 1e-9);
lesson.Figure("hand.W", W);
lesson.Figure("hand.b", B.Item());
lesson.Figure("hand.loss", Error(x.MatMul(W) + B));
lesson.Figure("hand.prediction", x.MatMul(W) + B);
if (epochs > 1000) lesson.Figure("hand.losses", [losses[100], losses[200], losses[500], losses[1000]]);

// %% the same with autograd and an optimiser
Tensor weight = Tensor.Zeros([3, 1], DType.Float64).RequireGrad(), bias = Tensor.Zeros([1], DType.Float64).RequireGrad();
var plain = new SGD([weight, bias], rate);
for (int i = 0; i < epochs; i++)
{
    using var step = TensorScope.Begin();
    plain.ZeroGrad();
    (x.MatMul(weight) + bias).MseLoss(y).Backward();
    plain.Step();
}
lesson.Figure("autograd.difference", (weight.Detach() - W).Abs().Max().Item(), expected: 0, tolerance: 1e-10);

// %% the same with Linear(3, 1) in single precision, which starts at small random weights
Tensor x32 = x.To(DType.Float32), y32 = y.To(DType.Float32);
var model = new Linear(ParamScope.Random(lesson.Seed(1)), 3, 1);
lesson.Figure("module.loss.start", model.Forward(x32).MseLoss(y32).Item(), expected: 31667.5977, tolerance: 1e-6);
var optimizer = new SGD(model.Parameters(), rate);
for (int i = 0; i < epochs; i++)
{
    using var step = TensorScope.Begin();
    optimizer.ZeroGrad();
    model.Forward(x32).MseLoss(y32).Backward();
    optimizer.Step();
}
lesson.Range("module.loss", model.Forward(x32).MseLoss(y32).Item(), 0, 2);
lesson.Range("module.prediction.73.80.75", model.Forward(Tensor.From([[73f, 80, 75]])).Item(), 149, 154);
lesson.Figure("module.W", model.Weight, expected: [0.9778, 0.4539, 0.5768], tolerance: 1e-4);
lesson.Figure("module.b", model.Bias!);

// %% why 1e-4 diverges: a step may not be longer than 2 / (largest curvature)
Tensor design = Tensor.Cat([x, Tensor.OnesLike(x[.., ..1])], 1);   // [5, 4]
double[] bends = (design.T.MatMul(design) * (2.0 / 5)).Eigh().Values.ToArray<double>();
double limit = 2 / bends[^1];
lesson.Figure("curvatures", bends);
lesson.Figure("lr.largest", limit);
lesson.Range("lr.largest.between", limit, 1e-5, 1e-4);
lesson.Figure("loss.after.10.at.1e-4", Descend(x, 1e-4, 11).Losses[10]);
double just = Descend(x, 0.99 * limit, 200).Losses[199], over = Descend(x, 1.01 * limit, 200).Losses[199];
lesson.Figure("loss.after.200.at.0.99.limit", just);
lesson.Figure("loss.after.200.at.1.01.limit", over);
lesson.Range("over.grows", over / losses[0], 1, 1e6);

// %% what least squares says is attainable, and how standardised inputs get there
Tensor best = design.LeastSquares(y);                              // [4, 1]
lesson.Figure("best.W", best);
lesson.Figure("best.loss", Error(design.MatMul(best)));
Tensor z = (x - x.Mean(0)) / x.Std(0, correction: 0);
Tensor zDesign = Tensor.Cat([z, Tensor.OnesLike(z[.., ..1])], 1);
double[] zBends = (zDesign.T.MatMul(zDesign) * (2.0 / 5)).Eigh().Values.ToArray<double>();
lesson.Figure("standardised.curvatures", zBends);
lesson.Figure("condition.number", bends[^1] / bends[0]);
lesson.Figure("standardised.condition.number", zBends[^1] / zBends[0]);
var standardised = Descend(z, 1 / zBends[^1], epochs);
lesson.Figure("standardised.loss", standardised.Losses[^1]);

// %% the loss by learning rate, and the predictions
var curves = new Panel(lesson.Text("학습률에 따른 손실", "Loss by learning rate"), lesson.Text("갱신", "update"), lesson.Text("평균 제곱 오차", "mean squared error")) { LogX = true, LogY = true, YLimits = (1e-2, 1e8) };
foreach (double tried in (double[])[1e-6, 1e-5, 0.99 * limit, 1.01 * limit, 1e-4])
    curves.Line(Tensor.Arange(1, 1001), Descend(x, tried, 1000).Losses.Select(loss => loss < 1e8 ? loss : double.NaN).ToArray(), FormattableString.Invariant($"{tried:0.#e0}"));
curves.Line(Tensor.Arange(1, 1001), Descend(z, 1 / zBends[^1], 1000).Losses, lesson.Text("표준화", "standardised"), Color.Black, dashed: true);
string[] students = ["1", "2", "3", "4", "5"];
lesson.Plot("loss", new Figure("", 2, [curves, new Panel(lesson.Text("기말 점수", "Final scores"), lesson.Text("학생", "student"), lesson.Text("점수", "score")) { YLimits = (0, 230) }
    .Bars(students, y, lesson.Text("실제", "actual")).Bars(students, x.MatMul(W) + B, lesson.Text("예측", "predicted"))]));
