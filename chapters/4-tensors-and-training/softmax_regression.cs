// chapter: softmax_regression
// title: 소프트맥스 회귀 | Soft-max regression
// computes: 원-핫, 교차 엔트로피를 세 가지로 쓰기, 붓꽃 세 종을 정직하게 나누기 | one-hot, cross entropy in three spellings, three species of iris split honestly
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% from scores to shares to a loss, for three rows of five classes
Tensor z = Tensor.Rand([3, 5], new TorchRandom(lesson.Seed(1))).To(DType.Float64);
Tensor shares = z.Softmax(1);
Tensor right = Tensor.From([0L, 2, 1]), oneHot = Tensor.OneHot(right, 5, DType.Float64);
lesson.Figure("shares.sum", shares.Sum(1), expected: [1, 1, 1], tolerance: 1e-12);
double writtenOut = -(oneHot * shares.Log()).Sum(1).Mean().Item();
lesson.Figure("loss.written.out", writtenOut);
lesson.Figure("loss.logsoftmax.nll.difference", z.LogSoftmax(1).NllLoss(right).Item() - writtenOut, expected: 0, tolerance: 1e-14);
lesson.Figure("loss.crossentropy.difference", z.CrossEntropy(right).Item() - writtenOut, expected: 0, tolerance: 1e-14);
lesson.Figure("loss.softmax.twice", shares.CrossEntropy(right).Item()); // a frequent mistake: CrossEntropy takes the soft-max itself

// %% eight rows of four numbers, three classes
Tensor x = Tensor.From([[1.0, 2, 1, 1], [2, 1, 3, 2], [3, 1, 3, 4], [4, 1, 5, 5], [1, 7, 5, 5], [1, 2, 5, 6], [1, 6, 6, 6], [1, 7, 7, 7]]); // [8, 4]
Tensor y = Tensor.From([2L, 2, 2, 1, 1, 1, 0, 0]);                  // [8]
double rate = lesson.Parameter("lr", 0.1, 1e-4, 5);
int epochs = lesson.Parameter("epochs", 1001, 1, 100_000);
Tensor t = Tensor.OneHot(y, 3, DType.Float64);                     // [8, 3]
Tensor w = Tensor.Zeros([4, 3], DType.Float64), b = Tensor.Zeros([3], DType.Float64);
var losses = new double[epochs];
for (int i = 0; i < epochs; i++)
{
    using var step = TensorScope.Begin();
    Tensor s = (x.MatMul(w) + b).Softmax(1);                       // [8, 3]
    losses[i] = -(t * s.Log()).Sum(1).Mean().Item();
    Tensor byG = (s - t) / 8.0;                                    // [8, 3]
    w = step.Keep(w - rate * x.T.MatMul(byG));
    b = step.Keep(b - rate * byG.Sum(0));
}
lesson.Figure("hand.loss.start", losses[0], expected: Math.Log(3), tolerance: 1e-12);
if (epochs > 1000) lesson.Figure("hand.losses", [losses[100], losses[500], losses[1000]], expected: [0.704199, 0.467662, 0.248155], tolerance: 1e-6);
lesson.Figure("hand.W", w);
lesson.Figure("hand.b", b);
lesson.Figure("hand.prediction", (x.MatMul(w) + b).Softmax(1));
lesson.Figure("hand.accuracy", Metrics.Accuracy(y, (x.MatMul(w) + b).ArgMax(1)));

// %% the same by autograd, and with Linear(4, 3) and CrossEntropy as PyTorch starts with seed 1
Tensor W = Tensor.Zeros([4, 3], DType.Float64).RequireGrad(), B = Tensor.Zeros([3], DType.Float64).RequireGrad();
Descend([W, B], () => (x.MatMul(W) + B).CrossEntropy(y), rate, epochs);
lesson.Figure("autograd.difference", (W.Detach() - w).Abs().Max().Item(), expected: 0, tolerance: 1e-9);
var model = new Linear(ParamScope.Random(lesson.Seed(1)), 4, 3);
Tensor x32 = x.To(DType.Float32);
lesson.Figure("module.loss.start", model.Forward(x32).CrossEntropy(y).Item(), expected: 1.616785, tolerance: 1e-6);
double[] moduleLosses = Descend(model.Parameters(), () => model.Forward(x32).CrossEntropy(y), rate, epochs);
lesson.Range("module.loss", moduleLosses[^1], 0.2, 0.3);

double[] Descend(Tensor[] parameters, Func<Tensor> cost, double rate, int steps)
{
    var optimizer = new SGD(parameters, rate);
    var losses = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        Tensor loss = cost();
        loss.Backward();
        optimizer.Step();
        losses[i] = loss.Item();
    }
    return losses;
}

// %% the iris, honestly: every species split 80 to 20, statistics of the training flowers only
Tensor flowers = lesson.Data("iris", leastRows: 30).ToTensor(dtype: DType.Float64); // [150, 7]
Tensor species = flowers[.., 4..].ArgMax(1);
int[][] parts = Split.Stratified(species.ToArray<long>(), [0.8, 0.2], new NumPyRandom(lesson.Seed(1)));
Tensor Rows(Tensor of, int[] places) => of[Tensor.From([.. places.Select(place => (long)place)])];
Tensor learn = Rows(flowers, parts[0])[.., ..4], mean = learn.Mean(0), deviation = learn.Std(0, correction: 0);
Tensor learnX = (learn - mean) / deviation, testX = (Rows(flowers, parts[1])[.., ..4] - mean) / deviation;
Tensor learnY = Rows(species, parts[0]), testY = Rows(species, parts[1]);
var iris = new Linear(ParamScope.Random(lesson.Seed(1), DType.Float64), 4, 3);
double[] irisLosses = Descend(iris.Parameters(), () => iris.Forward(learnX).CrossEntropy(learnY), 0.5, 1000);
Tensor told = iris.Forward(testX).Detach().ArgMax(1);
ClassificationReport report = Metrics.Classification(testY.ToArray<long>(), told.ToArray<long>(), 3);
lesson.Figure("iris.loss.train", irisLosses[^1]);
lesson.Figure("iris.loss.test", iris.Forward(testX).Detach().CrossEntropy(testY).Item());
lesson.Figure("iris.accuracy.train", Metrics.Accuracy(learnY, iris.Forward(learnX).Detach().ArgMax(1)));
lesson.Range("iris.accuracy.test", report.Accuracy, 0.85, 1);
lesson.Figure("iris.test.flowers", parts[1].Length, expected: 30);
var confusion = new double[3, 3];
for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++) confusion[i, j] = report.Confusion[i, j];
lesson.Figure("iris.confusion", confusion);
lesson.Figure("iris.precision", [.. report.PerClass.Select(one => one.Precision)]);
lesson.Figure("iris.recall", [.. report.PerClass.Select(one => one.Recall)]);
lesson.Figure("iris.F1", [.. report.PerClass.Select(one => one.F1)]);

// %% the loss, the confusion, and the regions over the two petal measures (the sepals at their mean)
string[] names = ["setosa", "versicolor", "virginica"];
Tensor weight = iris.Weight.Detach(), bias = iris.Bias!.Detach();
double[] wide = [.. Enumerable.Range(0, 101).Select(i => -1.8 + i * 0.036)], high = [.. Enumerable.Range(0, 101).Select(i => -1.7 + i * 0.036)];
double[,] v = new double[3, 3];
for (int k = 0; k < 3; k++) (v[k, 0], v[k, 1], v[k, 2]) = (weight[k, 2].Item(), weight[k, 3].Item(), bias[k].Item());
var regions = new Panel(lesson.Text("꽃잎으로 나눈 영역", "Regions by the petals"), lesson.Text("꽃잎 길이 (표준화)", "petal length (standardised)"), lesson.Text("꽃잎 너비 (표준화)", "petal width (standardised)"))
    .Regions(wide, high, Grid.Of(wide, high, (l, u) => Enumerable.Range(0, 3).MaxBy(k => v[k, 0] * l + v[k, 1] * u + v[k, 2])), boundary: null);
for (int k = 0; k < 3; k++)
{
    Tensor ofKind = learnX[learnY.Eq((long)k)];
    regions.Scatter(ofKind[.., 2], ofKind[.., 3], names[k]);
}
lesson.Plot("iris", new Figure("", 2, [regions, new Panel(lesson.Text("시험용 30송이의 혼동 행렬", "Confusion of the 30 test flowers"), lesson.Text("대답", "told"), "")
    .HeatMap(confusion, rows: names, columns: names, showValues: true)]));
lesson.Plot("loss", new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("교차 엔트로피", "cross entropy"))
    .Line(Tensor.Arange(epochs), losses, lesson.Text("0에서 시작 (손으로)", "from zeros (by hand)")).Line(Tensor.Arange(epochs), moduleLosses, "Linear(4, 3)", dashed: true));
