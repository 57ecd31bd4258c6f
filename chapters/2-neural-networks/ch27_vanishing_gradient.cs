// chapter: ch27
// title: 기울기 소실과 ReLU | Vanishing gradients and ReLU
// computes: 깊은 신경망의 기울기를 층마다 재고, 시그모이드와 tanh와 ReLU를 비교하기 | the gradient of a deep network measured layer by layer: sigmoid, tanh and ReLU
// minutes: 0.05

using var lesson = Lesson.Begin(args);
int depth = lesson.Parameter("depth", 10, 1, 40);
int width = lesson.Parameter("width", 16, 1, 64);
int steps = lesson.Parameter("steps", 500, 1, 10_000);
double rate = lesson.Parameter("lr", 0.005, 1e-4, 1);

// %% three activations f with their slopes, written with what the forward pass already has: g goes in, s = f(g) comes out
var activations = new (string Name, Func<Tensor, Tensor> F, Func<Tensor, Tensor, Tensor> Slope, double Spread)[]
{
    ("sigmoid", g => g.Sigmoid(), (g, s) => s * (1 - s), 1),
    ("tanh", g => g.Tanh(), (g, s) => 1 - s * s, 1),
    ("relu", g => g.Relu(), (g, s) => (g > 0).To(DType.Float64), Math.Sqrt(2)),      // half of the units are off: He's √2 makes up for it
};

// %% the bound: a sigmoid's slope is never above 1/4, so n of them in a row let through at most (1/4)ⁿ
double Sigmoid(double g) => 1 / (1 + Math.Exp(-g));
double SigmoidSlope(double g) => Sigmoid(g) * (1 - Sigmoid(g));
lesson.Figure("sigmoid.slope.max", SigmoidSlope(0), expected: 0.25, tolerance: 0);
lesson.Figure("sigmoid.slope.at.5", SigmoidSlope(5), expected: 0.006648, tolerance: 1e-6);
lesson.Figure("bound", [.. from n in Enumerable.Range(1, 10) select Math.Pow(0.25, n)], expected: [0.25, 0.0625, 0.015625, 0.00390625, 9.765625e-4, 2.44140625e-4, 6.103515625e-5, 1.52587890625e-5, 3.814697265625e-6, 9.5367431640625e-7], tolerance: 1e-15);
var chain = new double[10];                                                          // σ(σ(…σ(0.5))): the product of the slopes on the way
for (double g = 0.5, product = 1, n = 0; n < 10; n++, g = Sigmoid(g))
    chain[(int)n] = product *= SigmoidSlope(g);
lesson.Figure("chain.of.sigmoids", chain);

// %% a network 1 → 16 → … → 16 → 1 that is to tell the height from the weight, both standardised
Tensor people = CourseData.Table("weight_height").ToTensor(dtype: DType.Float64);    // [24, 2]
people = (people - people.Mean(0)) / people.Std(0, correction: 0);
Tensor x = people[.., ..1], y = people[.., 1..];                                     // [24, 1]
(Tensor[] W, Tensor[] B) Start(double spread)
{
    var random = new NumPyRandom(lesson.Seed(27));
    int[] sizes = [1, .. Enumerable.Repeat(width, depth), 1];
    var layers = Enumerable.Range(0, depth + 1);
    return ([.. layers.Select(k => Tensor.RandN([sizes[k], sizes[k + 1]], random) * (spread / Math.Sqrt(sizes[k])))],
        [.. layers.Select(k => Tensor.Zeros([1, sizes[k + 1]], DType.Float64))]);
}

// %% forward keeps every g and s; backward multiplies by one weight matrix and one slope a layer
(Tensor Prediction, List<Tensor> G, List<Tensor> S) Forward(Tensor[] w, Tensor[] b, Func<Tensor, Tensor> f)
{
    var (g, s) = (new List<Tensor>(), new List<Tensor> { x });
    for (int k = 0; k < depth; k++)
    {
        g.Add(s[k].MatMul(w[k]) + b[k]);                                             // [24, width]
        s.Add(f(g[k]));
    }
    return (s[depth].MatMul(w[depth]) + b[depth], g, s);
}
(double Loss, Tensor[] ByW, Tensor[] ByB) Differentiate(Tensor[] w, Tensor[] b, Func<Tensor, Tensor> f, Func<Tensor, Tensor, Tensor> slope)
{
    var (prediction, g, s) = Forward(w, b, f);
    Tensor[] byW = new Tensor[depth + 1], byB = new Tensor[depth + 1];
    Tensor byG = 2.0 / 24 * (prediction - y);                                        // [24, 1]
    for (int k = depth; k >= 0; k--)
    {
        (byW[k], byB[k]) = (s[k].T.MatMul(byG), byG.Sum(0, keepDim: true));
        if (k > 0) byG = byG.MatMul(w[k].T) * slope(g[k - 1], s[k]);                 // the two factors of the chain
    }
    return ((prediction - y).Square().Mean().Item(), byW, byB);
}

// %% how large is the gradient in each layer (root mean square of its entries)? and does a deep network learn?
double[] layerNumbers = [.. from k in Enumerable.Range(1, depth + 1) select (double)k], updates = [.. from i in Enumerable.Range(0, steps) select (double)i];
var sizesPanel = new Panel(lesson.Text("층마다의 기울기", "The gradient in each layer"), lesson.Text("층 (1이 입력 쪽)", "layer (1 is next to the input)"), lesson.Text("기울기의 크기", "size of the gradient")) { LogY = true };
var learning = new Panel(lesson.Text("같은 학습률로 배우기", "Learning at the same rate"), lesson.Text("갱신", "update"), lesson.Text("평균 손실", "mean loss")) { LogY = true };
foreach (var (name, f, slope, spread) in activations)
{
    var (w, b) = Start(spread);
    var (loss, byW, byB) = Differentiate(w, b, f, slope);
    double[] size = [.. byW.Select(g => Math.Sqrt(g.Square().Mean().Item()))];
    lesson.Figure($"{name}.gradient.sizes", size);
    lesson.Figure($"{name}.gradient.first/last", size[0] / size[^1]);
    lesson.Figure($"{name}.factor.per.layer", Math.Pow(size[0] / size[^1], 1.0 / depth));
    sizesPanel.Line(layerNumbers, size, name);

    Tensor[] leaves = [.. w.Select(p => p.Clone().RequireGrad())];
    (Forward(leaves, b, f).Prediction - y).Square().Mean().Backward();
    lesson.Figure($"{name}.gradient.difference", leaves.Zip(byW, (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);

    var losses = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        using var step = TensorScope.Begin();
        (losses[i], byW, byB) = Differentiate(w, b, f, slope);
        w = [.. w.Zip(byW, (p, g) => step.Keep(p - rate * g))];
        b = [.. b.Zip(byB, (p, g) => step.Keep(p - rate * g))];
    }
    lesson.Figure($"{name}.loss.start", losses[0]);
    lesson.Figure($"{name}.loss.final", losses[^1]);
    learning.Line(updates, losses, name);
}
lesson.Plot("vanishing", new Figure("", columns: 3, [
    new Panel(lesson.Text("기울기는 얼마나 큰가", "How large is the slope?"), "g", "f'(g)")
        .Curve(SigmoidSlope, -6, 6, "sigmoid").Curve(g => 1 - Math.Tanh(g) * Math.Tanh(g), -6, 6, "tanh").Curve(g => g > 0 ? 1 : 0, -6, 6, "relu").HorizontalLine(0.25, "1/4"),
    sizesPanel, learning]));
