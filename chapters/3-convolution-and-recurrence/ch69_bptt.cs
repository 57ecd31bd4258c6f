// chapter: ch69
// title: 시간을 거스르는 역전파 | Back-propagation through time
// computes: 같은 가중치가 걸음마다 쓰일 때의 기울기를 세 가지로 계산 | the gradient of weights used at every step, computed in three ways
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% "as soon as" with target 1, at the starting weights
Tensor X = Tensor.From([[1.0, 0], [0, 1], [1, 0]]);                        // [3, 2]
double target = 1;
int T = 3;
var random = new NumPyRandom(lesson.Seed(230907));
Tensor[] p = [Tensor.RandN([2, 3], random), Tensor.RandN([3, 3], random), Tensor.RandN([1, 1], random), Tensor.RandN([3, 1], random), Tensor.RandN([1, 1], random)];
string[] names = ["Wxh", "Whh", "Bh", "Wy", "By"];

// %% forward, all memories kept: h[0] is empty, h[t] is the memory after t words
(Tensor[] H, Tensor Y) Read(Tensor[] p)
{
    var h = new Tensor[T + 1];
    h[0] = Tensor.Zeros([1, 3], DType.Float64);
    for (int t = 1; t <= T; t++) h[t] = (X[(t - 1)..t].MatMul(p[0]) + h[t - 1].MatMul(p[1]) + p[2]).Tanh();
    return (h, (h[T].MatMul(p[3]) + p[4]).Sigmoid());
}
double Loss(Tensor[] p) => target == 1 ? -Math.Log(Read(p).Y.Item()) : -Math.Log(1 - Read(p).Y.Item());
var (h, y) = Read(p);
lesson.Figure("loss", Loss(p));

// %% first way, the recursion: δ_t is the gradient inside the tanh of step t
var delta = new Tensor[T + 1];
delta[T] = (y - target).MatMul(p[3].T) * (1 - h[T].Square());              // [1, 3]
for (int t = T - 1; t >= 1; t--) delta[t] = delta[t + 1].MatMul(p[1].T) * (1 - h[t].Square());
Tensor[] Share(int t) => [X[(t - 1)..t].T.MatMul(delta[t]), h[t - 1].T.MatMul(delta[t]), delta[t].Sum().Reshape(1, 1)]; // what step t adds
Tensor[][] shares = [.. Enumerable.Range(1, T).Select(Share)];
Tensor[] g = [.. Enumerable.Range(0, 3).Select(i => shares[0][i] + shares[1][i] + shares[2][i]), h[T].T.MatMul(y - target), y - target];
double[] wanted = [-0.9362692071, -0.0239616588, -1.1148130250, -0.1753397084, -0.6311204147];
for (int i = 0; i < 5; i++)
{
    lesson.Figure($"gradient.{names[i]}", g[i]);
    lesson.Figure($"gradient.{names[i]}.first", g[i][0, 0].Item(), expected: wanted[i], tolerance: 1e-9);
}
for (int t = 1; t <= T; t++) lesson.Figure($"delta.{t}", delta[t]);

// %% second way, the sum over paths: from step T back to step t stands a product of Jacobians ∂h_t/∂h_{t-1} = diag(1 - h_t²) Whhᵀ
Tensor Jacobian(int t) => (1 - h[t].Square()).T * p[1].T;                   // [3, 3]: row = unit of h_t, column = unit of h_{t-1}
Tensor byWhh = Tensor.ZerosLike(p[1]);
for (int t = 1; t <= T; t++)
{
    Tensor way = (y - target).MatMul(p[3].T);                               // ∂L/∂h_T
    for (int s = T; s > t; s--) way = way.MatMul(Jacobian(s));
    byWhh += h[t - 1].T.MatMul(way * (1 - h[t].Square()));
}
lesson.Figure("paths.difference", (byWhh - g[1]).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% third way: autograd, which records every step and walks back
Tensor[] leaves = [.. p.Select(w => w.Clone().RequireGrad())];
(-Read(leaves).Y.Log()).Sum().Backward();
lesson.Figure("autograd.difference", leaves.Zip(g, (leaf, own) => (leaf.Grad! - own).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);

// %% and the judge: central differences
double worst = 0;
for (int i = 0; i < 5; i++)
{
    for (int j = 0; j < p[i].Count; j++)
    {
        double Moved(double by)
        {
            Tensor[] moved = [.. p.Select(w => w.Clone())];
            moved[i].Reshape(-1)[j].AddInPlace(by);
            return Loss(moved);
        }
        worst = Math.Max(worst, Math.Abs((Moved(1e-5) - Moved(-1e-5)) / 2e-5 - g[i].Reshape(-1)[j].Item()));
    }
}
lesson.Figure("numeric.difference", worst, expected: 0, tolerance: 1e-9);

// %% a common slip: only the last step's share. The loss still falls, but not along its slope
Tensor lastOnly = shares[T - 1][1];
double cosine = ((lastOnly * g[1]).Sum() / (lastOnly.Norm() * g[1].Norm())).Item();
lesson.Figure("last.step.only.cosine", cosine);
lesson.Figure("share.norms.Whh", shares.Select(s => s[1].Norm().Item()).ToArray());

// %% how strongly does a memory far back still count? The largest stretch of the product of Jacobians over n steps, along a long sentence
int steps = lesson.Parameter("steps", 20, 2, 200);
double scale = lesson.Parameter("scale", 1.0, 0, 5);
double[] Stretch(double factor)
{
    Tensor memory = Tensor.Zeros([1, 3], DType.Float64), product = Tensor.Eye(3, dtype: DType.Float64);
    return [.. Enumerable.Range(1, steps).Select(t =>
    {
        memory = (X[(t % 2)..(t % 2 + 1)].MatMul(p[0]) + memory.MatMul(p[1] * factor) + p[2]).Tanh();
        product = ((1 - memory.Square()).T * (p[1].T * factor)).MatMul(product);
        return product.SVD().S[0].Item();
    })];
}
double[] stretch = Stretch(scale);
lesson.Figure("stretch", stretch);

// %% the shares of the three words in ∂L/∂Whh, and the fading product
double top = shares.Max(s => s[1].Abs().Max().Item());
List<Panel> panels = [.. shares.Select((s, t) => new Panel(lesson.Text($"{t + 1}번째 낱말의 몫", $"share of word {t + 1}")) { Axes = false, EqualAxes = true }.HeatMap(s[1].Round(2), ColorMap.Diverging, showValues: true, low: -top, high: top))];
panels.Add(new Panel(lesson.Text("야코비 행렬의 곱", "Product of Jacobians"), lesson.Text("걸음 수", "steps back"), lesson.Text("가장 큰 특잇값", "largest singular value")) { LogY = true }
    .Line(Enumerable.Range(1, steps).ToArray(), stretch, lesson.Text("이 가중치", "these weights")).Line(Enumerable.Range(1, steps).ToArray(), Stretch(scale / 2), lesson.Text("절반", "halved")));
lesson.Plot("through_time", new Figure(lesson.Text("∂L/∂Whh는 걸음마다의 몫을 더한 것", "∂L/∂Whh is the sum of every step's share"), 2, panels) { PanelWidth = 380, PanelHeight = 300 });
