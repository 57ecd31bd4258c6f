// chapter: ch17
// title: 다중 분류의 역전파 유도 | Multi-class classification: the derivation
// computes: 소프트맥스와 교차 엔트로피를 한 고리씩 미분해 s - y에 이르는 길 | soft-max and cross entropy differentiated link by link until s - y remains
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% one flower with four measurements belongs to the third of three classes
Tensor x = Tensor.From([[1.2], [2.4], [3.6], [1.8]]);                               // [4, 1]
Tensor y = Tensor.From([[0.0], [0], [1]]);                                          // [3, 1]
var random = new NumPyRandom(lesson.Seed(220106));
Tensor W = Tensor.RandN([3, 4], random), B = Tensor.RandN([3, 1], random);
lesson.Figure("W.start", W, [[0.7700873076, -1.6262421582, 0.6510136067, -1.0969366429], [-0.2358930862, -0.6608829852, -0.0684047154, -0.2642603294], [0.8455446086, -0.7804619546, -0.5653093395, -1.0018411460]], tolerance: 1e-10);
lesson.Figure("B.start", B, [1.0385162735, 0.9817881137, 2.2289342140], tolerance: 1e-10);

// %% forward: scores, shares, loss
Tensor g = W.MatMul(x) + B;                                                         // [3, 1]
Tensor s = g.Softmax(0);                                                            // [3, 1]
double loss = -(y * s.Log()).Sum().Item();
lesson.Figure("scores", g);
lesson.Figure("shares", s);
lesson.Figure("loss", loss, expected: 1.7598435, tolerance: 1e-7);

// %% link 1: L = -ln s_t, so only the right class has a slope, -1/s_t
Tensor byS = -y / s;                                                                // [3, 1]
lesson.Figure("dL/ds", byS, [0, 0, -Math.Exp(loss)], tolerance: 1e-12);

// %% link 2: the Jacobian of soft-max, J[i, j] = ∂s_i/∂g_j = s_i(δ_ij - s_j)
Tensor J = s * (Tensor.Eye(3, dtype: DType.Float64) - s.T);                         // [3, 3]
lesson.Figure("J", J);
Tensor byG = J.T.MatMul(byS);                                                       // [3, 1]

// %% together they leave nothing but s - y
lesson.Figure("dL/dg", byG);
lesson.Figure("dL/dg-(s-y)", (byG - (s - y)).Abs().Max().Item(), expected: 0, tolerance: 1e-15);

// %% link 3: g = Wx + b, so each weight gets the slope of its score times its input
Tensor byW = byG.MatMul(x.T);                                                       // [3, 1] · [1, 4] = [3, 4]
lesson.Figure("dL/dW", byW);
lesson.Figure("dL/dB", byG);

// %% each link against autograd, and the whole against central differences
Tensor gLeaf = g.Clone().RequireGrad(), wLeaf = W.Clone().RequireGrad(), bLeaf = B.Clone().RequireGrad();
Tensor byAutograd = Tensor.Stack([.. from i in Enumerable.Range(0, 3) select Autograd.Grad(gLeaf.Softmax(0)[i, 0], gLeaf).Reshape(3)], 0);
lesson.Figure("J.difference", (J - byAutograd).Abs().Max().Item(), expected: 0, tolerance: 1e-15);
Tensor Loss(Tensor w, Tensor b) => -(y * (w.MatMul(x) + b).LogSoftmax(0)).Sum();
Loss(wLeaf, bLeaf).Backward();
lesson.Figure("gradient.difference", Math.Max((byW - wLeaf.Grad!).Abs().Max().Item(), (byG - bLeaf.Grad!).Abs().Max().Item()), expected: 0, tolerance: 1e-15);
lesson.Figure("differences.error", GradCheck.Run(inputs => Loss(inputs[0], inputs[1]), [W, B]).MaxError, expected: 0, tolerance: 1e-8);

// %% the slip of the scripts that follow: s₂(1 - s₁) typed at two places of the diagonal. Two sums give it away
Tensor slip = J.Clone();
slip[1, 1] = s[1, 0] * (1 - s[0, 0]);
slip[2, 2] = s[1, 0] * (1 - s[0, 0]);
foreach (string version in lesson.Versions)
{
    bool right = version == "corrected";
    Tensor table = right ? J : slip, slope = table.T.MatMul(byS);
    lesson.Figure($"{version}.J.row.sums", table.Sum(1), right ? [0, 0, 0] : null, tolerance: 1e-15);
    lesson.Figure($"{version}.dL/dg", slope);
    lesson.Figure($"{version}.dL/dg.sum", slope.Sum().Item(), right ? 0 : null, tolerance: 1e-15); // s and y both sum to 1
    lesson.Figure($"{version}.gradient.error", (slope.MatMul(x.T) - wLeaf.Grad!).Abs().Max().Item(), right ? 0 : null, tolerance: 1e-15);
}

// %% with many samples, one in a row, the same three links are two matrix products: dL/dW = (S - Y)ᵀX
Tensor iris = CourseData.Table("iris_tiny").ToTensor(dtype: DType.Float64);         // [30, 7]: four measurements, the class one-hot
Tensor X = iris[.., ..4], Y = iris[.., 4..];
Tensor wMany = W.Clone().RequireGrad();
Tensor S = (X.MatMul(W.T) + B.T).Softmax(1);                                        // [30, 3]
Tensor many = -(Y * (X.MatMul(wMany.T) + B.T).LogSoftmax(1)).Sum();
many.Backward();
lesson.Figure("iris.loss", many.Item(), expected: 111.40993, tolerance: 1e-7);
lesson.Figure("iris.dL/dW", (S - Y).T.MatMul(X));
lesson.Figure("iris.difference", ((S - Y).T.MatMul(X) - wMany.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-11);

// %% one step against the gradient helps
double rate = lesson.Parameter("lr", 0.05, 1e-6, 10);
Tensor after = ((W - rate * byW).MatMul(x) + B - rate * byG).Softmax(0);
lesson.Figure("after.one.step.loss", -after[2, 0].Log().Item());
lesson.Figure("after.one.step.shares", after);

// %% the pictures
string[] classes = ["1", "2", "3"];
lesson.Plot("links", new Figure(lesson.Text("손실에서 가중치까지", "From the loss to the weights"), 2,
[
    new Panel(lesson.Text("몫, 정답, 그 차이", "Shares, answer, their difference"), lesson.Text("클래스", "class")).Bars(classes, s, "s").Bars(classes, y, "y").Bars(classes, s - y, "s - y = dL/dg"),
    new Panel("J = ∂s/∂g").HeatMap(J, ColorMap.Diverging, ["s₁", "s₂", "s₃"], ["g₁", "g₂", "g₃"], showValues: true, low: -0.25, high: 0.25),
    new Panel(lesson.Text("원래 코드의 J", "The published J")).HeatMap(slip, ColorMap.Diverging, ["s₁", "s₂", "s₃"], ["g₁", "g₂", "g₃"], showValues: true, low: -0.25, high: 0.25),
    new Panel("dL/dW = (s - y)xᵀ").HeatMap(byW, ColorMap.Diverging, classes, ["x₁", "x₂", "x₃", "x₄"], showValues: true),
]));
