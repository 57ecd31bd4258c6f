// chapter: ch4
// title: 벡터를 입력받는 합성함수 | Composite functions of a vector
// computes: σ(XW), 곧 입력이 세 개인 뉴런 하나 | σ(XW), a neuron with three inputs
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% three inputs in a row, three weights in a column
double scale = lesson.Parameter("scale", 1.0, -2, 2);
Tensor X = Tensor.From([[1.0, 2, 3]]) * scale;      // [1, 3]
Tensor W = Tensor.From([[3.0], [2], [1]]);          // [3, 1]

// %% the inner function: multiply pair by pair, then add up
Tensor G = X.MatMul(W);                             // [1, 3] · [3, 1] = [1, 1]
double byLoop = 0;
for (int k = 0; k < 3; k++)
    byLoop += X[0, k].Item() * W[k, 0].Item();
lesson.Figure("products", X * W.T, [3, 4, 3]);
lesson.Figure("XW", G.Item(), expected: 10);
lesson.Figure("XW.by.loop", byLoop, expected: 10);

// %% the outer function: the sigmoid
Tensor S = G.Sigmoid();                             // [1, 1]
lesson.Figure("sigmoid(XW)", S.Item(), expected: 0.9999546, tolerance: 1e-7);
lesson.Figure("sigmoid(XW).exact", S.Item(), expected: 1 / (1 + Math.Exp(-10)), tolerance: 1e-15);
lesson.Figure("left.to.one", 1 - S.Item(), expected: 4.5397868702e-5, tolerance: 1e-13);
lesson.Figure("sigmoid'(XW)", (S * (1 - S)).Item(), expected: 4.5395807735e-5, tolerance: 1e-13);

// %% the order of a matrix product matters: a column times a row is a table of all products
Tensor Outer = W.MatMul(X);                         // [3, 1] · [1, 3] = [3, 3]
lesson.Figure("WX", Outer, [[3, 6, 9], [2, 4, 6], [1, 2, 3]]);
lesson.Figure("WX.trace", Outer.Trace().Item(), expected: 10);

// %% several rows at once: each row of X is one sample, and one product serves them all
Tensor Batch = Tensor.From([[1.0, 2, 3], [0, 0, 0], [-1, 0, 1], [0.1, 0.2, 0.3]]) * scale; // [4, 3]
lesson.Figure("batch.XW", Batch.MatMul(W), [10, 0, -2, 1]);
lesson.Figure("batch.sigmoid", Batch.MatMul(W).Sigmoid(), [0.9999546021, 0.5, 0.1192029220, 0.7310585786], tolerance: 1e-9);

// %% shapes that do not fit are refused: the inner sizes must agree
string refusal = "";
try
{
    X.MatMul(W.T);                                  // [1, 3] · [1, 3]
}
catch (ArgumentException error)
{
    refusal = error.Message;
}
lesson.Say($"X·Wᵀ는 계산할 수 없습니다: {refusal}", $"X·Wᵀ cannot be computed: {refusal}");
lesson.Figure("refused", refusal.Length > 0 ? 1 : 0, expected: 1);

// %% the picture: the neuron, what each input adds, and where the sum lands on the sigmoid
double sum = G.Item(), reach = Math.Max(12, Math.Abs(sum) * 1.2);
string[] names = ["x₁w₁", "x₂w₂", "x₃w₃", lesson.Text("합", "sum")];
lesson.Plot("neuron", new Figure(lesson.Text("뉴런 하나: 곱하고, 더하고, 누르기", "One neuron: multiply, add, squeeze"), 3,
[
    new Panel(lesson.Text("가중치", "The weights")) { Axes = false }.Network([3, 1], [W.T], [["x₁", "x₂", "x₃"], ["σ"]], showValues: true),
    new Panel(lesson.Text("입력마다 더하는 몫", "What each input adds"), "", lesson.Text("값", "value")).Bars(names, new[] { (X * W.T)[0, 0].Item(), (X * W.T)[0, 1].Item(), (X * W.T)[0, 2].Item(), sum }),
    new Panel(lesson.Text("합이 놓인 곳은 거의 평평합니다", "The sum lands where it is almost flat"), "XW", "σ(XW)")
        .Curve(g => 1 / (1 + Math.Exp(-g)), -reach, reach, "σ").Scatter(new[] { sum }, new[] { S.Item() }, "σ(XW)", Color.Vermilion, size: 12),
]));
