// chapter: regularization
// title: 정규화: 외우지 않게 하기 | Regularisation: against learning by heart
// computes: 같은 데이터에 L1, L2, 드롭아웃, 배치 정규화, 조기 종료, K겹 교차 검증 | L1, L2, dropout, batch norm, early stopping and K-fold on the same data
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% concrete again, split by whole mixes (chapter 39): few to learn from, many to judge by
Tensor all = lesson.Data("concrete", leastRows: 300).ToTensor();   // [1030, 9]
int count = all.Shape[0];
long[] mixOf = ((all.Unsqueeze(1) - all.Unsqueeze(0))[.., .., ..7].Abs() <= 1).All(2).To(DType.Float32).ArgMax(1).ToArray<long>();
int[][] mixes = [.. Enumerable.Range(0, count).GroupBy(row => mixOf[row]).Select(mix => mix.ToArray())];
int[][] parts = [.. Split.Random(mixes.Length, [0.2, 0.2, 0.6], new NumPyRandom(lesson.Seed(39))).Select(part => part.SelectMany(mix => mixes[mix]).ToArray())];
Tensor Rows(int[] rows) => all[Tensor.From([.. rows.Select(row => (long)row)])];
Tensor measured = Rows(parts[0]);
(Tensor X, Tensor Y) Scaled(int[] rows)
{
    Tensor z = (Rows(rows) - measured.Mean(0)) / (measured.Std(0, correction: 0) + 1e-6);
    return (z[.., ..8], z[.., 8..]);
}
var train = Scaled(parts[0]);
var validation = Scaled(parts[1]);
var test = Scaled(parts[2]);
lesson.Figure("rows", [.. parts.Select(part => (double)part.Length)]);

// %% one network, 8-64-64-1: dropout and batch norm are layers, L1 and L2 are terms of the loss
int epochs = lesson.Parameter("epochs", 400, 10, 5000);
double l1 = lesson.Parameter("l1", 0.001, 0, 1), l2 = lesson.Parameter("l2", 0.003, 0, 1), drop = lesson.Parameter("dropout", 0.1, 0, 0.9);
Sequential Network(bool norm, double dropout)
{
    var scope = ParamScope.Random(lesson.Seed(39));
    var layers = new List<Layer>();
    foreach (var (inputs, outputs) in new[] { (8, 64), (64, 64) })
    {
        layers.Add(new Linear(scope / layers.Count, inputs, outputs));
        if (norm) layers.Add(new BatchNorm1d(scope / layers.Count, outputs));
        layers.Add(new ReLU());
        if (dropout > 0) layers.Add(new Dropout(scope / layers.Count, dropout));
    }
    layers.Add(new Linear(scope / layers.Count, 64, 1));
    return new Sequential(scope, [.. layers]);
}
Tensor[] Matrices(Layer model) => [.. model.Parameters().Where(parameter => parameter.Rank == 2)]; // biases and norms go free
Tensor Penalty(Layer model, double l1, double l2)
{
    Tensor sum = Tensor.Scalar(0);
    foreach (Tensor w in Matrices(model)) sum = sum + l1 * w.Abs().Sum() + l2 * w.Square().Sum();
    return sum;
}
double Error(Layer model, (Tensor X, Tensor Y) part)
{
    model.Eval();
    double error = model.Forward(part.X).Detach().MseLoss(part.Y).Item();
    model.Train();
    return error;
}
(Sequential Model, double[] Learnt, double[] Checked, int Best) Train((Tensor X, Tensor Y) learn, (Tensor X, Tensor Y) check, double l1 = 0, double l2 = 0, double dropout = 0, bool norm = false, bool stopEarly = false, int? limit = null)
{
    Sequential model = Network(norm, dropout);
    var optimizer = new Adam(model.Parameters(), 0.01);
    var learnt = new List<double>();
    var watched = new List<double>();
    int best = 0;
    Dictionary<string, Tensor> kept = [];
    for (int epoch = 0; epoch < (limit ?? epochs); epoch++)
    {
        using (TensorScope.Begin())
        {
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(learn.X).MseLoss(learn.Y);
            if (l1 + l2 > 0) loss = loss + Penalty(model, l1, l2);
            loss.Backward();
            optimizer.Step();
            learnt.Add(Error(model, learn));
            watched.Add(Error(model, check));
        }
        if (watched[^1] < watched[best] || epoch == 0)
        {
            best = epoch;
            if (stopEarly) kept = model.StateDict().ToDictionary(entry => entry.Key, entry => entry.Value.Clone());
        }
        if (stopEarly && epoch - best >= 60) break;                  // sixty epochs without a better one
    }
    if (stopEarly) model.LoadStateDict(kept);
    return (model, [.. learnt], [.. watched], best);
}

// %% the same data, six treatments
var curves = new List<Panel>();
var bars = new List<(string Label, double Learn, double Test)>();
foreach (var (name, label, run) in new (string, string, Func<(Sequential, double[], double[], int)>)[]
{
    ("none", lesson.Text("없음", "none"), () => Train(train, validation)),
    ("L1", "L1", () => Train(train, validation, l1: l1)),
    ("L2", "L2", () => Train(train, validation, l2: l2)),
    ("dropout", lesson.Text("드롭아웃", "dropout"), () => Train(train, validation, dropout: drop)),
    ("batchnorm", lesson.Text("배치 정규화", "batch norm"), () => Train(train, validation, norm: true)),
    ("early", lesson.Text("조기 종료", "early stopping"), () => Train(train, validation, stopEarly: true)),
})
{
    (Sequential model, double[] learnt, double[] watched, int best) = run();
    double[] weights = [.. Matrices(model).SelectMany(w => w.Detach().ToArray<float>()).Select(w => (double)w)];
    double judged = Error(model, test);
    lesson.Figure($"{name}.loss.train", Error(model, train));
    lesson.Figure($"{name}.loss.validation", Error(model, validation));
    lesson.Range($"{name}.loss.test", judged, 0.05, 1);
    lesson.Figure($"{name}.best.epoch", best);
    lesson.Figure($"{name}.epochs", learnt.Length);
    lesson.Figure($"{name}.weights.length", Math.Sqrt(weights.Sum(w => w * w)));
    lesson.Figure($"{name}.weights.near.zero", weights.Count(w => Math.Abs(w) < 1e-3) / (double)weights.Length);
    bars.Add((label, Error(model, train), judged));
    curves.Add(new Panel(label, lesson.Text("에폭", "epoch"), lesson.Text("손실", "loss")) { LogY = true, YLimits = (3e-3, 1.5) }
        .Line(Tensor.Arange(learnt.Length), learnt, lesson.Text("학습", "training")).Line(Tensor.Arange(watched.Length), watched, lesson.Text("검증", "validation")).VerticalLine(best));
}
lesson.Plot("curves", new Figure(lesson.Text("학습과 검증 (점선: 검증이 가장 좋은 에폭)", "Training and validation (dashed: the best epoch)"), 3, curves));
lesson.Plot("errors", new Panel(lesson.Text("같은 데이터, 여섯 가지 처방", "The same data, six treatments"), "", lesson.Text("표준화한 오차 제곱의 평균", "standardised squared error"))
    .Bars([.. bars.Select(bar => bar.Label)], bars.Select(bar => bar.Learn).ToArray(), lesson.Text("학습", "training")).Bars([.. bars.Select(bar => bar.Label)], bars.Select(bar => bar.Test).ToArray(), lesson.Text("시험", "test")));

// %% K-fold: how strong should L2 be? five folds of the training mixes answer, and the test is not asked
double[] strengths = [0, 0.0003, 0.001, 0.003, 0.01, 0.03];
long[] groups = [.. parts[0].Select(row => mixOf[row])];
long[] distinct = [.. groups.Distinct()];
var folds = Split.KFold(distinct.Length, 5, new NumPyRandom(lesson.Seed(39)));
(Tensor X, Tensor Y) Pick(int[] fold)
{
    var chosen = fold.Select(group => distinct[group]).ToHashSet();
    Tensor rows = Tensor.From([.. Enumerable.Range(0, groups.Length).Where(row => chosen.Contains(groups[row])).Select(row => (long)row)]);
    return (train.X[rows], train.Y[rows]);
}
double[,] errors = new double[strengths.Length, 5];
for (int k = 0; k < strengths.Length; k++)
{
    for (int f = 0; f < 5; f++) errors[k, f] = Train(Pick(folds[f].Train), Pick(folds[f].Test), l2: strengths[k], limit: Math.Min(epochs, 150)).Checked[^1];
}
double[] means = [.. Enumerable.Range(0, strengths.Length).Select(k => Enumerable.Range(0, 5).Average(f => errors[k, f]))];
lesson.Figure("kfold.errors", errors);
lesson.Figure("kfold.means", means);
lesson.Figure("kfold.best.l2", strengths[Array.IndexOf(means, means.Min())]);
lesson.Plot("kfold", new Panel(lesson.Text("다섯 겹의 검증 오차", "Validation errors of five folds"), lesson.Text("L2의 세기", "strength of L2"), lesson.Text("오차", "error"))
    .Boxes([.. strengths.Select(s => FormattableString.Invariant($"{s}"))], [.. Enumerable.Range(0, strengths.Length).Select(k => (Series)Enumerable.Range(0, 5).Select(f => errors[k, f]).ToArray())]));

// %% the gradients by hand: L1 adds λ·sign(w), L2 adds 2λw; batch norm takes the mean and the part along x̂ out of the gradient
var plain = Network(false, 0);
Penalty(plain, l1, l2).Backward();
lesson.Figure("gradient.penalty.difference", Matrices(plain).Max(w => (w.Grad! - (l1 * w.Detach().Sign() + 2 * l2 * w.Detach())).Abs().Max().Item()), expected: 0, tolerance: 1e-7);
Tensor x = train.X.To(DType.Float64).Clone().RequireGrad(), flow = train.X.To(DType.Float64).Sin();
(x.BatchNorm(null, null, training: true) * flow).Sum().Backward();
Tensor centred = x.Detach() - x.Detach().Mean(0), root = (centred.Square().Mean(0) + 1e-5).Sqrt(), hat = centred / root;
lesson.Figure("gradient.batchnorm.difference", (x.Grad! - (flow - flow.Mean(0) - hat * (flow * hat).Mean(0)) / root).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
