// chapter: ch39
// title: 콘크리트의 강도 | The strength of concrete
// computes: 심층신경망의 회귀, 그리고 새는 시험과 정직한 시험 | regression by a deep network, tested with a leak and honestly
// minutes: 0.35

using var lesson = Lesson.Begin(args);

// %% 1,030 samples: seven ingredients in kg per m³ and the age in days; the strength in MPa
CsvTable table = lesson.Data("concrete", leastRows: 200);
Tensor all = table.ToTensor();                                     // [1030, 9]
int count = all.Shape[0];
double rate = lesson.Parameter("lr", 0.2, 1e-4, 1);
int steps = lesson.Parameter("steps", 3001, 1, 100_000);
int shortSteps = lesson.Parameter("compare", 400, 1, 100_000);

// %% standardisation: (x - mean) / deviation; the question is of which rows
(Tensor X, Tensor Y) Standardised(Tensor rows, Tensor measured)
{
    Tensor z = (rows - measured.Mean(0)) / measured.Std(0, correction: 0);
    return (z[.., ..8], z[.., 8..]);
}

// %% 8-256-64-8-1 with ReLU, as PyTorch would begin it
Sequential Network(int[] sizes)
{
    var scope = ParamScope.Random(lesson.Seed(220214));
    var layers = new List<Layer>();
    for (int k = 1; k < sizes.Length; k++)
    {
        if (k > 1) layers.Add(new ReLU());
        layers.Add(new Linear(scope / layers.Count, sizes[k - 1], sizes[k]));
    }
    return new Sequential(scope, [.. layers]);
}
double Error(Layer model, Tensor x, Tensor y) => model.Forward(x).Detach().MseLoss(y).Item();
(Layer Model, double[] Losses, double[] Tests) Train(int[] sizes, double rate, int steps, (Tensor X, Tensor Y) train, (Tensor X, Tensor Y) test)
{
    Sequential model = Network(sizes);
    var optimizer = new SGD(model.Parameters(), rate);
    var losses = new double[steps];
    var tests = new List<double>();
    for (int i = 0; i < steps; i++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(train.X).MseLoss(train.Y);
        loss.Backward();
        losses[i] = loss.Item();
        if (i % 50 == 0) tests.Add(Error(model, test.X, test.Y));
        optimizer.Step();
    }
    return (model, losses, [.. tests]);
}
int[] deep = [8, 256, 64, 8, 1];

// %% as published: statistics of all rows, the last thirty for testing
Tensor cut = all[..(count - 30)], end = all[(count - 30)..];
var (x, y) = Standardised(cut, all);
var (lastX, lastY) = Standardised(end, all);
Tensor WithOne(Tensor x) => Tensor.Cat([x, Tensor.OnesLike(x[.., ..1])], 1).To(DType.Float64);
Tensor line = WithOne(x).LeastSquares(y.To(DType.Float64));       // [9, 1]
lesson.Figure("linear.train", (WithOne(x).MatMul(line) - y).Square().Mean().Item(), expected: 0.387362, tolerance: 1e-6);
lesson.Figure("linear.test", (WithOne(lastX).MatMul(line) - lastY).Square().Mean().Item(), expected: 0.299080, tolerance: 1e-6);
double deviation = all[.., 8].Std(correction: 0).Item();
lesson.Figure("strength.mean", all[.., 8].Mean().Item());
lesson.Figure("strength.deviation", deviation);
if (lesson.Published)
{
    var (model, losses, tests) = Train(deep, rate, steps, (x, y), (lastX, lastY));
    lesson.Figure("published.loss.start", losses[0], expected: 1.1794, tolerance: 5e-5);
    lesson.Range("published.loss", losses[^1], 0.015, 0.07);     // 0.0386 in PyTorch: at this rate the last steps swing
    lesson.Figure("published.test", Error(model, lastX, lastY));
    if (steps >= shortSteps) lesson.Figure("published.loss.compare", losses[shortSteps - 1]);
    lesson.Range("published.small.loss", Train([8, 8, 8, 8, 1], 0.15, steps, (x, y), (lastX, lastY)).Losses[^1], 0.07, 0.14); // "0.09 to 0.12"
    Tensor guess = model.Forward(lastX).Detach();
    lesson.Plot("published", new Figure("", 2, [
        new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("표준화한 오차 제곱의 평균", "standardised squared error")) { LogY = true }
            .Line(Tensor.Arange(steps), losses, lesson.Text("학습", "training"), width: 1).Line(Tensor.Arange(tests.Length) * 50, tests, lesson.Text("시험 (마지막 30줄)", "test (last 30 rows)"), width: 1),
        new Panel(lesson.Text("마지막 30줄", "The last thirty rows"), lesson.Text("행", "row"), lesson.Text("강도 (MPa)", "strength (MPa)"))
            .Scatter(Tensor.Arange(30), end[.., 8], lesson.Text("측정", "measured")).Scatter(Tensor.Arange(30), guess * deviation + all[.., 8].Mean().Item(), lesson.Text("예측", "predicted"))]));
}

// %% the last thirty rows look new, but rounded to whole kilograms most of them stand in the training rows already: with their strength
Tensor near = (all.Unsqueeze(1) - all.Unsqueeze(0)).Abs();         // [1030, 1030, 9]
Tensor sameMix = (near[.., .., ..7] <= 1).All(2);                // no ingredient differs by more than a kilogram
Tensor twins = sameMix & (near[.., .., 7].Eq(0)) & (near[.., .., 8].Eq(0));
lesson.Figure("published.test.rows.in.training", twins[(count - 30).., ..(count - 30)].Any(1).To(DType.Float64).Sum().Item(), expected: 16);
lesson.Figure("published.test.deviation", end[.., 8].Std(correction: 0).Item());
lesson.Figure("published.test.ages", end[.., 7].Unique().Values);
int[] mixOf = [.. sameMix.To(DType.Float32).ArgMax(1).ToArray<long>().Select(first => (int)first)]; // the first row of about the same mix
int[][] mixes = [.. Enumerable.Range(0, count).GroupBy(row => mixOf[row]).Select(mix => mix.ToArray())];
lesson.Figure("mixes", mixes.Length);

// %% corrected: statistics of the training rows alone, a fifth for testing: rows at random, then whole mixes at random
if (lesson.Corrected)
{
    var random = new NumPyRandom(lesson.Seed(220214));
    int[][] byRow = Split.Random(count, [0.8, 0.2], random);
    int[][] byMix = [.. Split.Random(mixes.Length, [0.8, 0.2], random).Select(part => part.SelectMany(mix => mixes[mix]).ToArray())];
    Tensor Rows(int[] places) => all[Tensor.From([.. places.Select(place => (long)place)])];
    var bars = new List<(string Label, double Error)>();
    foreach (var (name, parts) in new[] { ("rows", byRow), ("mixes", byMix) })
    {
        Tensor train = Rows(parts[0]);
        var (learnX, learnY) = Standardised(train, train);
        double unit = train[.., 8].Std(correction: 0).Item();
        var known = parts[0].Select(row => mixOf[row]).ToHashSet();
        int[] familiar = [.. parts[1].Where(row => known.Contains(mixOf[row]))], strange = [.. parts[1].Except(familiar)];
        var (model, _, _) = Train(deep, rate, shortSteps, (learnX, learnY), Standardised(Rows(parts[1]), train));
        foreach (var (kind, label, places) in new[] { ("train", lesson.Text("학습", "training"), parts[0]), ("test.known", lesson.Text("아는 배합", "known mixes"), familiar), ("test.new", lesson.Text("새 배합", "new mixes"), strange) })
        {
            if (places.Length == 0) continue;
            var (partX, partY) = Standardised(Rows(places), train);
            double error = Error(model, partX, partY);
            lesson.Figure($"corrected.{name}.{kind}.rows", places.Length);
            lesson.Figure($"corrected.{name}.{kind}.loss", error);
            lesson.Figure($"corrected.{name}.{kind}.rmse.MPa", Math.Sqrt(error) * unit);
            bars.Add(($"{(name == "rows" ? lesson.Text("행별 나누기", "by row") : lesson.Text("배합별 나누기", "by mix"))}: {label}", Math.Sqrt(error) * unit));
        }
    }
    lesson.Plot("honest", new Panel(lesson.Text("시험에 아는 배합이 섞이면", "When the test holds mixes that are known"), "", lesson.Text("오차 (MPa)", "error (MPa)")).Bars([.. bars.Select(bar => bar.Label)], bars.Select(bar => bar.Error).ToArray()));
}

// %% back through the four layers by hand, and by autograd
Sequential fresh = Network(deep);
Tensor[] p = fresh.Parameters();                                   // W, b of each layer
Tensor[] inputs = new Tensor[4];
Tensor h = x;
for (int k = 0; k < 4; k++)
{
    inputs[k] = h;                                               // [1000, inputs of layer k]
    h = h.MatMul(p[2 * k].Detach().T) + p[2 * k + 1].Detach();
    if (k < 3) h = h.Relu();
}
fresh.Forward(x).MseLoss(y).Backward();
double worst = 0;
Tensor by = 2.0 / h.Count * (h - y);                               // dL/d(output) [1000, 1]
for (int k = 3; k >= 0; k--)
{
    worst = Math.Max(worst, (by.T.MatMul(inputs[k]) - p[2 * k].Grad!).Abs().Max().Item());
    worst = Math.Max(worst, (by.Sum(0) - p[2 * k + 1].Grad!).Abs().Max().Item());
    if (k > 0) by = by.MatMul(p[2 * k].Detach()) * (inputs[k] > 0).To(DType.Float32);
}
lesson.Figure("gradient.difference", worst, expected: 0, tolerance: 1e-6);
