// chapter: ch28
// title: 비선형 회귀 | Non-linear regression
// computes: 1-8-4-1 ReLU 신경망으로 몸무게에서 키를 맞추기 | height from weight by a 1-8-4-1 ReLU network
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% weight and height of 24 people from birth to full growth, divided by a hundred
Tensor people = CourseData.Table("weight_height").ToTensor(dtype: DType.Float64) * 0.01; // [24, 2]
Tensor x = people[.., ..1].T, y = people[.., 1..].T;                               // [1, 24]
double rate = lesson.Parameter("lr", 0.1, 1e-4, 1);
int steps = lesson.Parameter("steps", 2000, 1, 100_000);

// %% three layers: 1 → 8 → 4 → 1
Tensor[] Start()
{
    var random = new NumPyRandom(lesson.Seed(220120));
    return [.. new int[][] { [8, 1], [8, 1], [4, 8], [4, 1], [1, 4], [1, 1] }.Select(shape => Tensor.RandN(shape, random))];
}
Tensor Predict(Tensor[] p) => p[4].MatMul((p[2].MatMul((p[0].MatMul(x) + p[1]).Relu()) + p[3]).Relu()) + p[5]; // [1, 24]
Tensor Loss(Tensor[] p) => (Predict(p) - y).Square().Mean();

// %% back-propagation by hand: ReLU lets a gradient through only where its input was above zero
Tensor[] Gradients(Tensor[] p, bool asPublished)
{
    Tensor g1 = p[0].MatMul(x) + p[1], r1 = g1.Relu();          // [8, 24]
    Tensor g2 = p[2].MatMul(r1) + p[3], r2 = g2.Relu();         // [4, 24]
    Tensor byG3 = 2.0 / 24 * (p[4].MatMul(r2) + p[5] - y);      // [1, 24]
    Tensor byG2 = p[4].T.MatMul(byG3), byG1;                    // [4, 24]
    if (asPublished)
    {
        byG1 = p[2].T.MatMul(byG2);                             // the original took the slope of ReLU as one everywhere
    }
    else
    {
        byG2 = byG2 * (g2 > 0).To(DType.Float64);
        byG1 = p[2].T.MatMul(byG2) * (g1 > 0).To(DType.Float64); // [8, 24]
    }
    return [byG1.MatMul(x.T), byG1.Sum(1, true), byG2.MatMul(r1.T), byG2.Sum(1, true), byG3.MatMul(r2.T), byG3.Sum(1, true)];
}

// %% both versions
lesson.Figure("loss.start", Loss(Start()).Item(), expected: 1.1290973, tolerance: 1e-7);
var plot = new Panel(lesson.Text("몸무게와 키", "Weight and height"), lesson.Text("몸무게 (×100 kg)", "weight (×100 kg)"), lesson.Text("키 (×100 cm)", "height (×100 cm)"))
    .Scatter(x, y, lesson.Text("사람", "people"));
foreach (string version in lesson.Versions)
{
    bool wrong = version == "published";
    Tensor[] p = Start();
    for (int i = 0; i < steps; i++)
    {
        Tensor[] g = Gradients(p, wrong);
        for (int k = 0; k < p.Length; k++) p[k] = p[k] - rate * g[k];
    }
    lesson.Figure($"{version}.loss", Loss(p).Item(), expected: wrong ? 0.003103168 : 0.003316357, tolerance: 1e-8);
    plot.Line(x, Predict(p), wrong ? lesson.Text("원래 코드", "as published") : lesson.Text("고친 코드", "corrected"), dashed: wrong);
}
lesson.Plot("fit", plot);

// %% the loss of the wrong gradient is even a little lower: only a gradient check uncovers it
Tensor[] leaves = [.. Start().Select(p => p.RequireGrad())];
Loss(leaves).Backward();
double Error(bool asPublished) => leaves.Zip(Gradients(Start(), asPublished), (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max();
lesson.Figure("gradient.error.corrected", Error(asPublished: false), expected: 0, tolerance: 1e-12);
lesson.Range("gradient.error.published", Error(asPublished: true), 0.01, 100);
