// chapter: activations
// title: 활성화 함수 | Activation functions
// computes: 여섯 활성화 함수와 소프트맥스의 값과 도함수, 쌓은 선형 층의 붕괴, 죽은 ReLU, 사라지는 기울기 | six activations and soft-max with their derivatives, the collapse of linear layers, dying ReLU, vanishing slopes
// minutes: 0.02

using var lesson = Lesson.Begin(args);

double Apart(Tensor a, Tensor b) => (a - b).Abs().Max().Item();
double leak = lesson.Parameter("leak", 0.01, 0, 0.99), alpha = lesson.Parameter("alpha", 1.0, 0.01, 5);

// %% each function and its derivative, both by hand
var zoo = new (string Name, Func<Tensor, Tensor> Value, Func<Tensor, Tensor> Slope, Func<Tensor, Tensor> Engine)[]
{
    ("sigmoid", x => 1.0 / (1 + (-x).Exp()), x => { Tensor s = 1.0 / (1 + (-x).Exp()); return s * (1 - s); }, x => x.Sigmoid()),
    ("tanh", x => (x.Exp() - (-x).Exp()) / (x.Exp() + (-x).Exp()), x => 1 - x.Tanh().Square(), x => x.Tanh()),
    ("ReLU", x => Tensor.Where(x > 0, x, 0.0), x => (x > 0).To(DType.Float64), x => x.Relu()),
    ("ReLU6", x => Tensor.Where(x > 0, x, 0.0).Minimum(6.0), x => ((x > 0) & (x < 6)).To(DType.Float64), x => x.Relu6()),
    ("LeakyReLU", x => Tensor.Where(x > 0, x, leak * x), x => Tensor.Where(x > 0, 1.0, 0 * x + leak), x => x.LeakyRelu(leak)),
    ("ELU", x => Tensor.Where(x > 0, x, alpha * (x.Exp() - 1)), x => Tensor.Where(x > 0, 1.0, alpha * x.Exp()), x => x.Elu(alpha)), // for x < 0: f(x) + α
};
Tensor points = Tensor.From(-5.0, -1, -0.1, 0.5, 1, 3, 7);
Tensor dense = Tensor.Linspace(-8, 8, 3201, DType.Float64);
foreach (var (name, value, slope, engine) in zoo)
{
    Tensor leaf = points.Clone().RequireGrad();
    engine(leaf).Sum().Backward();
    lesson.Figure($"{name}.value", value(points));
    lesson.Figure($"{name}.slope", slope(points));
    lesson.Figure($"{name}.engine.difference", Math.Max(Apart(value(points), engine(points)), Apart(slope(points), leaf.Grad!)), expected: 0, tolerance: 1e-14);
    lesson.Figure($"{name}.slope.max", slope(dense).Max().Item(), expected: name == "sigmoid" ? 0.25 : 1, tolerance: 1e-12);
}

// %% soft-max looks at all inputs at once, so its derivative is a table: s_i(δ_ij - s_j)
Tensor scores = Tensor.From(2.0, 1.0, 0.1).RequireGrad();
Tensor share = scores.Detach().Softmax(0);                                          // [3]
Tensor jacobian = share.Unsqueeze(1) * (Tensor.Eye(3, dtype: DType.Float64) - share); // [3, 3]
Tensor[] rows = [.. from i in Enumerable.Range(0, 3) select Autograd.Grad(scores.Softmax(0)[i], scores)];
lesson.Figure("softmax.value", share, [0.6590011, 0.2424330, 0.0985659], tolerance: 1e-7);
lesson.Figure("softmax.jacobian", jacobian);
lesson.Figure("softmax.engine.difference", Apart(jacobian, Tensor.Stack(rows, 0)), expected: 0, tolerance: 1e-15);

// %% without an activation in between, layers collapse into one: f(f(f(x))) = W³x
var random = new NumPyRandom(lesson.Seed(4));
Tensor[] layers = [.. from i in Enumerable.Range(0, 3) select Tensor.RandN([4, 4], random)];
Tensor batch = Tensor.RandN([50, 4], random);                                       // [50, 4]
Tensor Through(Func<Tensor, Tensor> activation) => layers.Aggregate(batch, (x, w) => activation(x.MatMul(w)));
Tensor single = layers[0].MatMul(layers[1]).MatMul(layers[2]);                      // [4, 4]
lesson.Figure("collapse.linear", Apart(Through(x => x), batch.MatMul(single)), expected: 0, tolerance: 1e-12);
double Unexplained(Tensor y) => (y - batch.MatMul(batch.LeastSquares(y))).Square().Sum().Item() / y.Square().Sum().Item();
lesson.Figure("collapse.linear.unexplained", Unexplained(Through(x => x)), expected: 0, tolerance: 1e-20);
lesson.Range("collapse.relu.unexplained", Unexplained(Through(x => x.Relu())), 0.05, 1);
lesson.Range("collapse.tanh.unexplained", Unexplained(Through(x => x.Tanh())), 0.01, 1);

// %% vanishing: the slope of f(f(...f(1))) is a product of slopes; sigmoid's are at most 1/4
double[] Chain(Func<Tensor, Tensor> value, Func<Tensor, Tensor> slope)
{
    var products = new double[20];
    Tensor x = Tensor.From(1.0);
    for (int depth = 0; depth < 20; depth++)
    {
        products[depth] = slope(x).Item() * (depth == 0 ? 1 : products[depth - 1]);
        x = value(x);
    }
    return products;
}
double[][] chains = [.. from f in zoo select Chain(f.Value, f.Slope)];
lesson.Figure("vanishing.bound.10", Math.Pow(0.25, 10), expected: 9.5367431640625e-7, tolerance: 1e-20);
lesson.Figure("vanishing.sigmoid.10", chains[0][9]);
lesson.Figure("vanishing.tanh.10", chains[1][9]);
lesson.Figure("vanishing.relu.10", chains[2][9], expected: 1);

// %% dying: a step that is too large pushes ReLU units to where they answer 0 for every sample, and their gradient is 0 for ever
double rate = lesson.Parameter("lr", 0.7, 0.001, 10);
Tensor X = Tensor.Linspace(-1, 1, 64, DType.Float64).Unsqueeze(1), Y = X.Square();  // [64, 1]
(int Dead, double Loss) Train(Func<Tensor, Tensor> activation, double rate)
{
    var stream = new NumPyRandom(4);
    Tensor w1 = Tensor.RandN([1, 32], stream).RequireGrad(), b1 = (0.1 * Tensor.RandN([32], stream)).RequireGrad(), w2 = (0.3 * Tensor.RandN([32, 1], stream)).RequireGrad();
    var optimizer = new SGD([w1, b1, w2], learningRate: rate);
    Tensor Loss() => (activation(X.MatMul(w1) + b1).MatMul(w2) - Y).Square().Mean();
    for (int i = 0; i < 200; i++)
    {
        optimizer.ZeroGrad();
        Loss().Backward();
        optimizer.Step();
    }
    return ((int)b1.Grad!.Eq(0).CountNonzero().ItemLong(), Loss().Item());
}
Func<Tensor, Tensor> relu = x => x.Relu(), leaky = x => x.LeakyRelu(leak);
var (slow, fast, cured) = (Train(relu, 0.05), Train(relu, rate), Train(leaky, rate));
lesson.Table(lesson.Text("은닉 뉴런 32개를 200번 갱신한 뒤", "32 hidden units after 200 updates"), ["", "lr", lesson.Text("죽은 뉴런", "dead units"), lesson.Text("손실", "loss")],
    [["ReLU", 0.05, slow.Dead, slow.Loss], ["ReLU", rate, fast.Dead, fast.Loss], ["LeakyReLU", rate, cured.Dead, cured.Loss]]);
lesson.Figure("dead.relu.slow", slow.Dead);
lesson.Range("dead.relu.fast", fast.Dead, slow.Dead + 1, 32);
lesson.Figure("dead.leaky.fast", cured.Dead, expected: 0);
lesson.Figure("dead.relu.fast.loss", fast.Loss);
lesson.Figure("dead.leaky.fast.loss", cured.Loss);

// %% the pictures
lesson.Plot("zoo", new Figure(lesson.Text("활성화 함수(실선)와 도함수(점선)", "Activations (solid) and their derivatives (dashed)"), 3,
    [.. from f in zoo select new Panel(f.Name, "x").Line(dense, f.Value(dense), "f(x)", Color.Blue).Line(dense, f.Slope(dense), "f′(x)", Color.Vermilion, dashed: true)]));
var vanishing = new Panel(lesson.Text("20겹을 지난 기울기", "The slope through twenty layers"), lesson.Text("깊이", "depth"), lesson.Text("기울기의 곱", "product of slopes")) { LogY = true };
double[] depths = [.. from i in Enumerable.Range(1, 20) select (double)i];
foreach (int i in new[] { 0, 1, 2 })
    vanishing.Line(depths, chains[i], zoo[i].Name);
lesson.Plot("vanishing", vanishing.Line(depths, depths.Select(n => Math.Pow(0.25, n)).ToArray(), "(1/4)ⁿ", Color.Grey, dashed: true));
