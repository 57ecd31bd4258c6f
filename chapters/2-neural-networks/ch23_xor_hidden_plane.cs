// chapter: ch23
// title: 다층 퍼셉트론: 은닉 평면의 XOR | Two layers: XOR in the hidden plane
// computes: XOR = AND(OR, NAND)를 뉴런 세 개로 만들고 네 점이 은닉 평면에서 어디로 가는지 보기 | XOR = AND(OR, NAND) from three neurons, and where the four points go in the hidden plane
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the truth tables: XOR is 1 where OR and NAND both are
Tensor X = Tensor.From([[0.0, 0], [1, 0], [0, 1], [1, 1]]);                          // [4, 2]
double[] target = [0, 1, 1, 0];
Tensor Neuron(Tensor inputs, double w, double b) => w * inputs.Sum(1) + b;           // [4]: both inputs have the same weight
Tensor Step(Tensor g) => (g > 0).To(DType.Float64);
Tensor or = Step(Neuron(X, 1, -0.5)), nand = Step(Neuron(X, -1, 1.5));
Tensor xor = Step(Neuron(Tensor.Stack([or, nand], 1), 1, -1.5));                     // AND
lesson.Figure("step.or", or, expected: [0, 1, 1, 1], tolerance: 0);
lesson.Figure("step.nand", nand, expected: [1, 1, 1, 0], tolerance: 0);
lesson.Figure("step.xor", xor, expected: target, tolerance: 0);
lesson.Table(lesson.Text("XOR = AND(OR, NAND)", "XOR = AND(OR, NAND)"), ["x₁", "x₂", "OR", "NAND", "XOR"],
    from i in Enumerable.Range(0, 4) select new object[] { X[i, 0].Item(), X[i, 1].Item(), or[i].Item(), nand[i].Item(), xor[i].Item() });

// %% a sigmoid is a soft step: the larger the weights, the sharper
double sharpness = lesson.Parameter("sharpness", 12, 1, 100);
Tensor Hidden(Tensor inputs, double k) => Tensor.Stack([Neuron(inputs, k, -0.5 * k).Sigmoid(), Neuron(inputs, -k, 1.5 * k).Sigmoid()], 1); // [n, 2]
Tensor Output(Tensor hidden, double k) => Neuron(hidden, k, -1.5 * k).Sigmoid();     // [n]
Tensor S1 = Hidden(X, sharpness), S2 = Output(S1, sharpness);
lesson.Figure("sigmoid.hidden", S1);
lesson.Figure("sigmoid.output", S2);
lesson.Figure("sigmoid.loss", -(Tensor.From(target) * S2.Log() + (1 - Tensor.From(target)) * (1 - S2).Log()).Mean().Item());
lesson.Figure("distance.to.line", (S1.Sum(1) - 1.5) / Math.Sqrt(2));
bool Works(double k) => Enumerable.Range(0, 4).All(i => Output(Hidden(X, k), k)[i].Item() > 0.5 == target[i] > 0.5);
lesson.Figure("least.sharpness", Enumerable.Range(1, 400).Select(i => i / 20.0).First(Works));

// %% a network that found its own planes: the one of chapter 25, trained by 2000 steps
var random = new NumPyRandom(lesson.Seed(220132));
Tensor W1 = Tensor.RandN([2, 2], random), B1 = Tensor.RandN([2, 1], random), W2 = Tensor.RandN([1, 2], random), B2 = Tensor.RandN([1, 1], random);
Tensor Y = Tensor.From(target).Unsqueeze(0);                                         // [1, 4]
for (int i = 0; i < 2000; i++)
{
    using var step = TensorScope.Begin();
    Tensor s1 = (W1.MatMul(X.T) + B1).Sigmoid(), byG2 = (W2.MatMul(s1) + B2).Sigmoid() - Y;
    Tensor byG1 = W2.T.MatMul(byG2) * s1 * (1 - s1);
    (W1, B1) = (step.Keep(W1 - 0.1 * byG1.MatMul(X)), step.Keep(B1 - 0.1 * byG1.Sum(1, keepDim: true)));
    (W2, B2) = (step.Keep(W2 - 0.1 * byG2.MatMul(s1.T)), step.Keep(B2 - 0.1 * byG2.Sum(1, keepDim: true)));
}
Tensor Trained(Tensor inputs) => (W1.MatMul(inputs.T) + B1).Sigmoid().T;             // [n, 2]
lesson.Figure("trained.W1", W1);
lesson.Figure("trained.B1", B1);
lesson.Figure("trained.W2", W2);
lesson.Figure("trained.B2", B2);
lesson.Figure("trained.hidden", Trained(X));
lesson.Figure("trained.output", (W2.MatMul(Trained(X).T) + B2).Sigmoid(), [[0.04155, 0.94477, 0.94875, 0.03652]], tolerance: 5e-6);

// %% the sheet of paper with its grid, before and after the hidden layer
double[] fine = [.. from i in Enumerable.Range(0, 41) select i / 40.0];
Panel Plane(string title, string first, string second, Func<Tensor, Tensor> map, double a, double b, double c, bool line = true)
{
    var panel = new Panel(title, first, second) { EqualAxes = true, XLimits = (-0.15, 1.15), YLimits = (-0.15, 1.15) };
    for (int k = 0; k <= 8; k++)
    {
        Tensor along = Tensor.From(fine), at = Tensor.Full([41], k / 8.0, DType.Float64);
        foreach (Tensor way in new[] { Tensor.Stack([along, at], 1), Tensor.Stack([at, along], 1) })
        {
            Tensor mapped = map(way);                                                // [41, 2]
            panel.Line(mapped[.., 0], mapped[.., 1], color: Color.Grey, width: 1);
        }
    }
    if (line)                                                                        // a·s₁ + b·s₂ + c = 0
        panel.Line(new[] { -0.15, 1.15 }, new[] { -(c - 0.15 * a) / b, -(c + 1.15 * a) / b }, lesson.Text("출력 뉴런의 직선", "the output neuron's line"), Color.Green);
    Tensor corners = map(X);
    foreach (var (rows, name, color) in new[] { (new[] { 0, 3 }, "XOR = 0", Color.Blue), (new[] { 1, 2 }, "XOR = 1", Color.Vermilion) })
        panel.Scatter(rows.Select(i => corners[i, 0].Item()).ToArray(), rows.Select(i => corners[i, 1].Item()).ToArray(), name, color, size: 14);
    return panel;
}
double[] output = [.. W2.ToArray<double>(), B2.Item()];
lesson.Plot("hidden_plane", new Figure("", columns: 3, [
    Plane(lesson.Text("입력 평면", "Input plane"), "x₁", "x₂", p => p, 0, 0, 0, line: false),
    Plane(lesson.Text("OR와 NAND의 평면", "Plane of OR and NAND"), "s₁ (OR)", "s₂ (NAND)", p => Hidden(p, sharpness), 1, 1, -1.5),
    Plane(lesson.Text("스스로 배운 평면", "A plane found by learning"), "s₁", "s₂", Trained, output[0], output[1], output[2])]));

// %% the same as a film: every point of the sheet moves on a straight way to where the hidden layer puts it
lesson.Animate("folding", [.. from frame in Enumerable.Range(0, 21)
    let share = frame / 20.0
    select (Figure)Plane(lesson.Text("은닉층이 평면을 접는다", "The hidden layer folds the plane"), "", "", p => (1 - share) * p + share * Hidden(p, sharpness), 1, 1, -1.5, line: frame == 20)], 0.12);
