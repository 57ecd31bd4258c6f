// chapter: ch20
// title: 단층 퍼셉트론 | The single-layer perceptron
// computes: 붓꽃 세 종을 소프트맥스로 분류하고 야코비 행렬의 오류를 찾기 | three species of iris by soft-max, and an error in the Jacobian found
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% 150 flowers, shuffled; 130 to learn from, 20 to be tested on; measurements divided by ten
var random = new NumPyRandom(lesson.Seed(220106));
Tensor flowers = CourseData.Table("iris").ToTensor(dtype: DType.Float64); // [150, 7]: four measurements, three classes one-hot
flowers = flowers[Tensor.RandPerm(150, random)];
Tensor x = flowers[..130, ..4] * 0.1, t = flowers[..130, 4..];      // [130, 4], [130, 3]
Tensor testX = flowers[130.., ..4] * 0.1, testT = flowers[130.., 4..];
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);

double rate = lesson.Parameter("lr", 0.0005, 1e-6, 0.1);
int steps = lesson.Parameter("steps", 2000, 1, 100_000);

// %% the model: three weighted sums, then soft-max; the loss: minus the logarithm of the right class's share, summed
Tensor Predict(Tensor x, Tensor w, Tensor b) => (x.MatMul(w.T) + b.T).Softmax(-1);    // [n, 3]
double Loss(Tensor w, Tensor b) => -(t * Predict(x, w, b).Log()).Sum().Item();

// %% the derivative of the soft-max by the sums: the Jacobian J[i, j] = s_i(δ_ij - s_j), one 3×3 matrix a flower
Tensor Jacobian(Tensor s, bool asPublished)
{
    Tensor eye = Tensor.Eye(3, dtype: DType.Float64);
    Tensor j = s.Unsqueeze(2) * (eye - s.Unsqueeze(1));              // [n, 3, 3]
    if (asPublished)
    {
        Tensor slip = s[.., 1] * (1 - s[.., 0]);                     // the original typed s2(1 - s1) at both places
        j[.., 1, 1] = slip;
        j[.., 2, 2] = slip;
    }
    return j;
}

// %% gradient descent: dL/ds = -t/s, then the Jacobian, then the sums
(Tensor W, Tensor B) Descend(bool asPublished)
{
    Tensor w = W0, b = B0;
    for (int i = 0; i < steps; i++)
    {
        using var step = TensorScope.Begin();
        Tensor s = Predict(x, w, b);                                                    // [130, 3]
        Tensor byG = (-t / s).Unsqueeze(1).MatMul(Jacobian(s, asPublished)).Squeeze(1); // [130, 3]
        w = step.Keep(w - rate * byG.T.MatMul(x));                                      // [3, 4]
        b = step.Keep(b - rate * byG.Sum(0).Unsqueeze(1));                              // [3, 1]
    }
    return (w, b);
}

// %% accuracy, and the original's "filtered" accuracy: a row without a share above 0.7 counts as class 0
double Accuracy(Tensor p) => p.ArgMax(1).Eq(testT.ArgMax(1)).To(DType.Float64).Mean().Item();
lesson.Figure("loss.start", Loss(W0, B0), expected: 212.93215, tolerance: 1e-7);
string[] species = ["setosa", "versicolor", "virginica"];
var answers = new List<Panel>();
foreach (string version in lesson.Versions)
{
    bool wrong = version == "published";
    var (w, b) = Descend(wrong);
    Tensor p = Predict(testX, w, b);
    Tensor sure = (p > 0.7);
    lesson.Figure($"{version}.loss", Loss(w, b), expected: wrong ? 76.198725 : 77.802018, tolerance: 1e-7);
    lesson.Figure($"{version}.accuracy", Accuracy(p), expected: wrong ? 0.85 : 0.75);
    lesson.Figure($"{version}.filtered", Accuracy(p * sure.To(DType.Float64)), expected: 0.25);
    Tensor right = p.ArgMax(1).Eq(testT.ArgMax(1)) & (p.Max(1).Values > 0.7);
    lesson.Figure($"{version}.confident", right.To(DType.Float64).Mean().Item(), expected: wrong ? 0.05 : 0.2);
    answers.Add(new Panel(wrong ? lesson.Text("원래 코드의 확률", "Shares, as published") : lesson.Text("고친 코드의 확률", "Shares, corrected")).HeatMap(p.T, rows: species, low: 0, high: 1));
}
answers.Add(new Panel(lesson.Text("정답", "The true species"), lesson.Text("시험용 꽃", "test flower")).HeatMap(testT.T, rows: species, low: 0, high: 1));
lesson.Plot("answers", new Figure(lesson.Text("시험용 붓꽃 20송이의 소프트맥스", "Soft-max of twenty test flowers"), 1, answers) { PanelHeight = 160 });

// %% the loss does not tell which is right; a gradient check does
Tensor w1 = W0.Clone().RequireGrad();
(-(t * Predict(x, w1, B0).Log()).Sum()).Backward();
double Difference(bool asPublished)
{
    Tensor s = Predict(x, W0, B0);
    Tensor byG = (-t / s).Unsqueeze(1).MatMul(Jacobian(s, asPublished)).Squeeze(1);
    return (byG.T.MatMul(x) - w1.Grad!).Abs().Max().Item();
}
lesson.Figure("gradient.error.corrected", Difference(asPublished: false), expected: 0, tolerance: 1e-10);
lesson.Range("gradient.error.published", Difference(asPublished: true), 1, 100);

// %% what remains of all that: dL/dg = s - t
Tensor share = Predict(x, W0, B0);
lesson.Figure("gradient.shortcut.error", ((share - t).T.MatMul(x) - w1.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
