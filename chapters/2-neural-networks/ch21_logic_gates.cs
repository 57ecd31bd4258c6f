// chapter: ch21
// title: 단층 퍼셉트론의 한계: 논리 게이트 | The limits of one layer: logic gates
// computes: 뉴런 하나로 OR, NAND, AND는 배우고 XOR는 배우지 못하는 까닭을 경계선으로 보기 | one neuron learns OR, NAND and AND but not XOR; the boundaries show why
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% four inputs, four gates
Tensor X = Tensor.From([[0.0, 0], [1, 0], [0, 1], [1, 1]]);                       // [4, 2]
double rate = lesson.Parameter("lr", 1, 1e-3, 10);
int steps = lesson.Parameter("steps", 100, 1, 20_000);
var gates = new (string Name, double[] Target)[] { ("or", [0, 1, 1, 1]), ("nand", [1, 1, 1, 0]), ("xor", [0, 1, 1, 0]), ("and", [0, 0, 0, 1]) };

// %% one neuron: a weighted sum and a sigmoid; binary cross entropy, summed
Tensor Predict(Tensor w, Tensor b) => (X.MatMul(w) + b).Sigmoid();                // [4, 1]
Tensor Loss(Tensor w, Tensor b, Tensor y) => -(y * Predict(w, b).Log() + (1 - y) * (1 - Predict(w, b)).Log()).Sum();

// %% its gradient by hand: dL/dg = s - y
(Tensor ByW, Tensor ByB) Gradients(Tensor w, Tensor b, Tensor y)
{
    Tensor byG = Predict(w, b) - y;                                               // [4, 1]
    return (X.T.MatMul(byG), byG.Sum(0, keepDim: true));                          // [2, 1], [1, 1]
}

// %% the original trained OR, NAND and XOR from one stream of random numbers and forgot AND; AND starts from zero here
var random = new NumPyRandom(lesson.Seed(220111));
var expected = new Dictionary<string, (double[] W, double B, double Loss, double[]? Prediction)>
{
    ["or"] = ([6.82013, 6.81598], -2.93294, 0.0925684, [0.0505, 0.9799, 0.9798, 1.0]),
    ["nand"] = ([-5.5919, -5.5919], 8.56733, 0.1702383, null),
    ["xor"] = ([0, 0], 0, 2.7725887, [0.5, 0.5, 0.5, 0.5]),
    ["and"] = ([5.595, 5.595], -8.572, 0.169977, null),
};
double[] axis = [.. from i in Enumerable.Range(0, 61) select -0.5 + i / 30.0];
var panels = new List<Panel>();
double worst = 0;
foreach (var (name, target) in gates)
{
    if (name == "and" && !lesson.Corrected) continue;
    Tensor y = Tensor.From(target).Unsqueeze(1);                                  // [4, 1]
    Tensor w = name == "and" ? Tensor.Zeros([2, 1], DType.Float64) : Tensor.RandN([2, 1], random);
    Tensor b = name == "and" ? Tensor.Zeros([1, 1], DType.Float64) : Tensor.RandN([1, 1], random);

    Tensor leafW = w.Clone().RequireGrad(), leafB = b.Clone().RequireGrad();
    Loss(leafW, leafB, y).Backward();
    var start = Gradients(w, b, y);
    worst = Math.Max(worst, Math.Max((start.ByW - leafW.Grad!).Abs().Max().Item(), (start.ByB - leafB.Grad!).Abs().Max().Item()));

    lesson.Figure($"{name}.loss.start", Loss(w, b, y).Item());
    for (int i = 0; i < steps; i++)
    {
        var (byW, byB) = Gradients(w, b, y);
        (w, b) = (w - rate * byW, b - rate * byB);
    }
    var wanted = expected[name];
    double digits = name switch { "or" => 5e-6, "and" => 1e-4, _ => 1e-5 };
    lesson.Figure($"{name}.W", w, wanted.W, digits);
    lesson.Figure($"{name}.B", b.Item(), wanted.B, digits);
    lesson.Figure($"{name}.loss.final", Loss(w, b, y).Item(), wanted.Loss, 1e-6);
    lesson.Figure($"{name}.prediction", Predict(w, b), wanted.Prediction, 5e-5);
    if (name != "xor") lesson.Figure($"{name}.right", (Predict(w, b) > 0.5).Eq(y > 0.5).CountNonzero().Item(), expected: 4);

    double[] v = w.ToArray<double>();
    double bias = b.Item();
    var panel = new Panel(name.ToUpperInvariant(), "x₁", "x₂") { EqualAxes = true, XLimits = (-0.5, 1.5), YLimits = (-0.5, 1.5) };
    if (name != "xor") panel.Regions(axis, axis, Grid.Of(axis, axis, (x1, x2) => 1 / (1 + Math.Exp(-(v[0] * x1 + v[1] * x2 + bias)))));
    foreach (var (label, kind, color) in new[] { (0.0, "0", Color.Blue), (1.0, "1", Color.Vermilion) })
    {
        int[] rows = [.. from i in Enumerable.Range(0, 4) where target[i] == label select i];
        panel.Scatter(rows.Select(i => X[i, 0].Item()).ToArray(), rows.Select(i => X[i, 1].Item()).ToArray(), kind, color, size: 14);
    }
    panels.Add(name == "xor" ? panel.Text(0.5, 0.5, lesson.Text("어디에서나 0.5", "0.5 everywhere")) : panel);
}
lesson.Figure("xor.loss.best", 4 * Math.Log(2), expected: 2.7725887, tolerance: 1e-7);
lesson.Figure("gradient.difference", worst, expected: 0, tolerance: 1e-12);
lesson.Plot("boundaries", new Figure(lesson.Text("뉴런 하나의 경계선", "The boundary of one neuron"), columns: 2, panels));

// %% no luck will help: of all lines (in every direction, at every distance) none gets all four rows of XOR right
int MostRight(int gate)                                                           // bit i of the number is the target of row i
{
    int best = 0;
    for (int direction = 0; direction < 360; direction += 5)
    {
        var (sin, cos) = Math.SinCos(direction * Math.PI / 180);
        for (double distance = -1.6; distance < 1.6; distance += 0.05)
            best = Math.Max(best, Enumerable.Range(0, 4).Count(i => cos * (i % 2) + sin * (i / 2) > distance == ((gate >> i & 1) == 1)));
    }
    return best;
}
int[] mostRight = [.. Enumerable.Range(0, 16).Select(MostRight)];
lesson.Figure("xor.most.right", mostRight[0b0110], expected: 3);
lesson.Figure("gates.separable.of.16", mostRight.Count(right => right == 4), expected: 14);
