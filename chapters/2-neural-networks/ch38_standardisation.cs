// chapter: ch38
// title: 표준화와 정규화 | Standardisation and normalisation
// computes: 입력의 크기가 손실의 골짜기를 어떻게 찌그러뜨리고 학습을 늦추는지 | how the size of the inputs squeezes the valley of the loss and slows learning
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% concrete: cement in kg/m³ and water in kg/m³ tell the strength in MPa
CsvTable table = lesson.Data("concrete", leastRows: 100);
Tensor raw = table.ToTensor(["cement", "water"], DType.Float64);   // [1030, 2]
Tensor y = table.ToTensor(["strength"], DType.Float64);            // [1030, 1]
y = (y - y.Mean()) / y.Std(correction: 0);
int n = raw.Shape[0];
int steps = lesson.Parameter("steps", 300, 1, 10_000);

// %% three ways to hand over the same numbers
Tensor lowest = raw.Min(0).Values, highest = raw.Max(0).Values, mean = raw.Mean(0), deviation = raw.Std(0, correction: 0);
Tensor minMax = (raw - lowest) / (highest - lowest);               // 0 to 1
Tensor standardised = (raw - mean) / deviation;                    // mean 0, deviation 1
lesson.Figure("mean", mean);
lesson.Figure("deviation", deviation);
lesson.Figure("lowest", lowest);
lesson.Figure("highest", highest);
lesson.Figure("minmax.range", Tensor.Stack([minMax.Min(0).Values, minMax.Max(0).Values]), expected: [[0, 0], [1, 1]]);
lesson.Figure("minmax.mean", minMax.Mean(0));
lesson.Figure("standardised.mean", standardised.Mean(0), expected: [0, 0], tolerance: 1e-12);
lesson.Figure("standardised.deviation", standardised.Std(0, correction: 0), expected: [1, 1], tolerance: 1e-12);
lesson.Figure("back.again", (standardised * deviation + mean - raw).Abs().Max().Item(), expected: 0, tolerance: 1e-9);

// %% y = w₁x₁ + w₂x₂ + b by descent; the curvatures of the loss are the eigenvalues of 2/n AᵀA
Tensor Design(Tensor x) => Tensor.Cat([x, Tensor.Ones([n, 1], DType.Float64)], 1); // [n, 3]
double Loss(Tensor a, Tensor w) => (a.MatMul(w) - y).Square().Mean().Item();
Tensor Gradient(Tensor a, Tensor w) => 2.0 / n * a.T.MatMul(a.MatMul(w) - y);
var contours = new List<Panel>();
var curve = new Panel(lesson.Text("최적까지 남은 손실의 비율", "Share of the loss still to lose"), lesson.Text("갱신", "update"), "") { LogY = true, YLimits = (1e-6, 2) };
foreach (var (name, label, x) in new[] { ("raw", lesson.Text("그대로", "as it is"), raw), ("minmax", lesson.Text("최소-최대 정규화", "min-max"), minMax), ("standardised", lesson.Text("표준화", "standardised"), standardised) })
{
    Tensor a = Design(x), best = a.LeastSquares(y);
    double[] bends = (a.T.MatMul(a) * (2.0 / n)).Eigh().Values.ToArray<double>();
    double rate = 1 / bends[^1], floor = Loss(a, best);
    Tensor w = Tensor.Zeros([3, 1], DType.Float64);
    var left = new double[steps + 1];
    var path = new List<double[]>();
    double start = Loss(a, w) - floor;
    for (int i = 0; i <= steps; i++)
    {
        left[i] = Math.Max((Loss(a, w) - floor) / start, 1e-16);
        path.Add(w.ToArray<double>());
        w = w - rate * Gradient(a, w);
    }
    lesson.Figure($"{name}.curvatures", bends);
    lesson.Figure($"{name}.condition.number", bends[^1] / bends[0]);
    lesson.Figure($"{name}.lr.largest", 2 * rate);
    lesson.Figure($"{name}.best.W", best);
    lesson.Figure($"{name}.best.loss", floor);
    lesson.Figure($"{name}.loss", Loss(a, w));
    lesson.Figure($"{name}.left", left[^1]);
    lesson.Figure($"{name}.steps.to.1.percent", Array.FindIndex(left, part => part < 0.01));
    curve.Line(Tensor.Arange(steps + 1), left, label);

    // the loss over (w₁, w₂) with the best b for each
    double[] to = best.ToArray<double>();
    double reach = 1.5 * Math.Max(Math.Abs(to[0]), Math.Abs(to[1]));
    double[] w1 = [.. Enumerable.Range(0, 61).Select(i => reach * (i / 30.0 - 1))], w2 = w1;
    Tensor centred = x - x.Mean(0), covariance = centred.T.MatMul(centred) / (double)n, with = centred.T.MatMul(y) / (double)n;
    double c11 = covariance[0, 0].Item(), c12 = covariance[0, 1].Item(), c22 = covariance[1, 1].Item(), y1 = with[0].Item(), y2 = with[1].Item();
    contours.Add(new Panel(label, "w₁", "w₂") { EqualAxes = true }.Contour(w1, w2, Grid.Of(w1, w2, (u, v) => Math.Log10(1e-3 + 1 + c11 * u * u + 2 * c12 * u * v + c22 * v * v - 2 * u * y1 - 2 * v * y2 - floor)), filled: true)
        .Path(path.Select(p => p[0]).ToArray(), path.Select(p => p[1]).ToArray(), lesson.Text($"{steps}걸음", $"{steps} steps"), Color.Vermilion).Scatter(new[] { to[0] }, new[] { to[1] }, lesson.Text("최적", "best"), Color.Black, 12));
}
lesson.Plot("contours", new Figure(lesson.Text("손실의 골짜기와 경사하강법의 길 (학습률 1/λ)", "The valley of the loss and the way down it (rate 1/λ)"), 3, contours));
lesson.Plot("progress", curve);

// %% all predictions are the same: scaling changes the way, not the goal
Tensor fromRaw = Design(raw).MatMul(Design(raw).LeastSquares(y)), fromStandardised = Design(standardised).MatMul(Design(standardised).LeastSquares(y));
lesson.Figure("same.predictions", (fromRaw - fromStandardised).Abs().Max().Item(), expected: 0, tolerance: 1e-8);

// %% one typing error, 5,400 instead of 540 kg: min-max squeezes all others together, standardisation suffers less, the quartiles not at all
Tensor cement = raw[.., 0], spoiled = cement.Clone();
spoiled[cement.ArgMax().ItemLong() is var place ? (int)place : 0] = Tensor.Scalar(10 * cement.Max().Item(), DType.Float64);
double Spread(Tensor scaled) => (scaled.Quantile(0.75) - scaled.Quantile(0.25)).Item();
Tensor MinMax(Tensor x) => (x - x.Min()) / (x.Max() - x.Min());
Tensor Standard(Tensor x) => (x - x.Mean()) / x.Std(correction: 0);
Tensor Robust(Tensor x) => (x - x.Median()) / (x.Quantile(0.75) - x.Quantile(0.25));
lesson.Figure("outlier.minmax.spread", [Spread(MinMax(cement)), Spread(MinMax(spoiled))]);
lesson.Figure("outlier.standardised.spread", [Spread(Standard(cement)), Spread(Standard(spoiled))]);
lesson.Figure("outlier.robust.spread", [Spread(Robust(cement)), Spread(Robust(spoiled))], expected: [1, 1], tolerance: 1e-9);
string[] kinds = [lesson.Text("최소-최대", "min-max"), lesson.Text("표준화", "standardised"), lesson.Text("사분위", "quartiles")];
lesson.Plot("outlier", new Figure(lesson.Text("시멘트 한 값이 5,400이 되면", "When one cement value becomes 5,400"), 2, [
    new Panel(lesson.Text("원래 값", "clean"), "", lesson.Text("바꾼 값", "scaled")) { YLimits = (-2, 3) }.Boxes(kinds, [MinMax(cement), Standard(cement), Robust(cement)]),
    new Panel(lesson.Text("이상값 하나", "one outlier"), "", "") { YLimits = (-2, 3) }.Boxes(kinds, [MinMax(spoiled), Standard(spoiled), Robust(spoiled)])]));

// %% the test set is scaled with the training set's figures; its own mean is then not 0, and that is right
int[][] parts = Split.Random(n, [0.8, 0.2], new NumPyRandom(lesson.Seed(38)));
Tensor Rows(int[] rows) => raw[Tensor.From([.. rows.Select(row => (long)row)])];
Tensor learn = Rows(parts[0]), test = (Rows(parts[1]) - learn.Mean(0)) / learn.Std(0, correction: 0);
lesson.Figure("test.mean", test.Mean(0));
lesson.Figure("test.deviation", test.Std(0, correction: 0));

// %% the gradient by hand against autograd
Tensor leaf = Tensor.From([[0.3], [-0.2], [0.1]]).RequireGrad();
(Design(standardised).MatMul(leaf) - y).Square().Mean().Backward();
lesson.Figure("gradient.difference", (leaf.Grad! - Gradient(Design(standardised), leaf.Detach())).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
