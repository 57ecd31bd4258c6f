// chapter: ch24
// title: 다층 퍼셉트론: 역전파 유도 | Two layers: back-propagation derived
// computes: 2-2-1 신경망의 도함수를 사슬의 고리마다 구하고 세 가지 방법으로 확인하기 | the derivatives of a 2-2-1 network link by link, confirmed in three ways
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% XOR, and the starting weights of chapter 25
Tensor X = Tensor.From([[0.0, 0], [1, 0], [0, 1], [1, 1]]);                          // [4, 2]
Tensor Y = Tensor.From([[0.0, 1, 1, 0]]);                                            // [1, 4]
var random = new NumPyRandom(lesson.Seed(220132));
Tensor W1 = Tensor.RandN([2, 2], random), B1 = Tensor.RandN([2, 1], random), W2 = Tensor.RandN([1, 2], random), B2 = Tensor.RandN([1, 1], random);

// %% forward: every step gets a name, because backward we shall need it again
Tensor G1 = W1.MatMul(X.T) + B1;                                                     // [2, 4]
Tensor S1 = G1.Sigmoid();                                                            // [2, 4]
Tensor G2 = W2.MatMul(S1) + B2;                                                      // [1, 4]
Tensor S2 = G2.Sigmoid();                                                            // [1, 4]
Tensor L = -(Y * S2.Log() + (1 - Y) * (1 - S2).Log()).Sum();                         // one number: the sum over four rows
lesson.Figure("forward.S1", S1);
lesson.Figure("forward.S2", S2);
lesson.Figure("forward.loss.mean", L.Item() / 4, expected: 0.9413150, tolerance: 1e-7);

// %% backward: each line is one link of the chain
Tensor dS2 = (S2 - Y) / (S2 * (1 - S2));                                             // [1, 4]
Tensor dG2 = dS2 * S2 * (1 - S2);                                                    // [1, 4], that is S2 - Y
Tensor dW2 = dG2.MatMul(S1.T);                                                       // [1, 2]
Tensor dB2 = dG2.Sum(1, keepDim: true);                                              // [1, 1]
Tensor dS1 = W2.T.MatMul(dG2);                                                       // [2, 4]
Tensor dG1 = dS1 * S1 * (1 - S1);                                                    // [2, 4]
Tensor dW1 = dG1.MatMul(X);                                                          // [2, 2]
Tensor dB1 = dG1.Sum(1, keepDim: true);                                              // [2, 1]
var links = new (string Name, Tensor Value)[] { ("dS2", dS2), ("dG2", dG2), ("dW2", dW2), ("dB2", dB2), ("dS1", dS1), ("dG1", dG1), ("dW1", dW1), ("dB1", dB1) };
foreach (var (name, value) in links)
    lesson.Figure($"gradient.{name}", value);

// %% first witness, index by index: the derivative by one weight of the first layer is a sum over samples of products along its only path
double[,] byLoops = new double[2, 2];
for (int unit = 0; unit < 2; unit++)
{
    for (int input = 0; input < 2; input++)
    {
        for (int n = 0; n < 4; n++)
        {
            double s1 = S1[unit, n].Item(), s2 = S2[0, n].Item();
            byLoops[unit, input] += (s2 - Y[0, n].Item()) * W2[0, unit].Item() * s1 * (1 - s1) * X[n, input].Item();
        }
    }
}
lesson.Figure("difference.loops.dW1", (Tensor.From((Array)byLoops) - dW1).Abs().Max().Item(), expected: 0, tolerance: 1e-15);

// %% second witness: autograd, which keeps the gradients of the steps between as well when asked
Tensor[] leaves = [.. new[] { W1, B1, W2, B2 }.Select(p => p.Clone().RequireGrad())];
Tensor g1 = (leaves[0].MatMul(X.T) + leaves[1]).RetainGrad(), s1g = g1.Sigmoid().RetainGrad();
Tensor g2 = (leaves[2].MatMul(s1g) + leaves[3]).RetainGrad(), s2g = g2.Sigmoid().RetainGrad();
(-(Y * s2g.Log() + (1 - Y) * (1 - s2g).Log()).Sum()).Backward();
var witnesses = new (string Name, Tensor Value)[] { ("dS2", s2g), ("dG2", g2), ("dW2", leaves[2]), ("dB2", leaves[3]), ("dS1", s1g), ("dG1", g1), ("dW1", leaves[0]), ("dB1", leaves[1]) };
foreach (var ((name, byHand), (_, witness)) in links.Zip(witnesses))
    lesson.Figure($"difference.autograd.{name}", (byHand - witness.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-14);

// %% third witness, the plainest: nudge each of the nine numbers a little and see how much the loss moves
double[] parameters = [.. W1.ToArray<double>(), .. B1.ToArray<double>(), .. W2.ToArray<double>(), .. B2.ToArray<double>()];
double LossAt(double[] p)
{
    Tensor All(int from, int rows, int columns) => Tensor.From(p[from..(from + rows * columns)]).Reshape(rows, columns);
    Tensor hidden = (All(0, 2, 2).MatMul(X.T) + All(4, 2, 1)).Sigmoid(), s = (All(6, 1, 2).MatMul(hidden) + All(8, 1, 1)).Sigmoid();
    return -(Y * s.Log() + (1 - Y) * (1 - s).Log()).Sum().Item();
}
double[] Nudged(double step) => [.. from i in Enumerable.Range(0, 9)
    let up = parameters.Select((p, k) => k == i ? p + step : p).ToArray()
    let down = parameters.Select((p, k) => k == i ? p - step : p).ToArray()
    select (LossAt(up) - LossAt(down)) / (2 * step)];
double[] gradient = [.. dW1.ToArray<double>(), .. dB1.ToArray<double>(), .. dW2.ToArray<double>(), .. dB2.ToArray<double>()];
double Difference(double step) => Nudged(step).Zip(gradient, (a, b) => Math.Abs(a - b)).Max();
lesson.Figure("gradient.all.nine", gradient);
lesson.Figure("difference.nudged", Difference(lesson.Parameter("step", 1e-5, 1e-12, 0.5)), expected: 0, tolerance: 1e-9);

// %% the network at its start, its gradient, and how small a nudge should be
string[] names = ["w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c"];
double[] sizes = [.. from i in Enumerable.Range(0, 25) select Math.Pow(10, -i / 2.0)];
lesson.Plot("gradient", new Figure("", columns: 3, [
    new Panel(lesson.Text("시작할 때의 가중치", "The weights at the start")) { Axes = false }.Network([2, 2, 1], [W1, W2], [["x₁", "x₂"], ["s₁", "s₂"], ["y"]], showValues: true),
    new Panel(lesson.Text("아홉 매개변수의 기울기", "The gradient by nine parameters"), "", "dL/dθ")
        .Bars(names, gradient, lesson.Text("손으로", "by hand")).Bars(names, Nudged(1e-5), lesson.Text("살짝 밀어서", "nudged")),
    new Panel(lesson.Text("미는 크기와 차이", "Size of the nudge, difference"), lesson.Text("미는 크기", "nudge"), lesson.Text("가장 큰 차이", "largest difference")) { LogX = true, LogY = true }
        .Line(sizes, sizes.Select(Difference).ToArray(), color: Color.Blue)]));
