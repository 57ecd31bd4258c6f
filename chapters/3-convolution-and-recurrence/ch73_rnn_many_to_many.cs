// chapter: ch73
// title: 순환 신경망, 여럿에서 여럿으로 | A recurrent network, many to many
// computes: "hell"을 읽으며 "ello"를 내는 망, 잘못 찍힌 손실과 진짜 손실, 잘라 낸 역전파 | "hell" in, "ello" out; the misprinted loss beside the true one; truncated back-propagation
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% four letters in, the next letter out at each step
const string Letters = "helo";
Tensor OneHot(string text) => Tensor.OneHot(Tensor.From(text.Select(c => (long)Letters.IndexOf(c)).ToArray()), 4, DType.Float64);
Tensor X = OneHot("hell"), Y = OneHot("ello");                                            // [4 steps, 4 letters]
double rate = lesson.Parameter("lr", 0.005, 1e-4, 1);
int steps = lesson.Parameter("steps", 2000, 1, 10_000);
var random = new NumPyRandom(lesson.Seed(230912));
Tensor[] start = [Tensor.RandN([4, 3], random), Tensor.RandN([3, 3], random), Tensor.RandN([1, 1], random), Tensor.RandN([3, 4], random), Tensor.RandN([1, 1], random)];

// %% forward: the memories of all steps, and a soft-max at each
(Tensor[] H, Tensor P) Read(Tensor[] p)
{
    var h = new Tensor[5];
    h[0] = Tensor.Zeros([1, 3], DType.Float64);
    for (int t = 0; t < 4; t++) h[t + 1] = (X[t..(t + 1)].MatMul(p[0]) + h[t].MatMul(p[1]) + p[2]).Tanh(); // [1, 3]
    return (h, (Tensor.Cat(h[1..]).MatMul(p[3]) + p[4]).Softmax(1));                                       // [4, 4]
}
double Loss(Tensor p) => -(Y * p.Log()).Sum().Item();
double Misprinted(Tensor p) => -(Y[0] * p.Log()).Sum().Item();                             // the first row of the target against every step

// %% backward: at each step an error of its own, carried back at most `window` steps (4: all the way)
Tensor[] Gradients(Tensor[] p, int window)
{
    var (h, prediction) = Read(p);
    Tensor byG = prediction - Y;                                                           // [4, 4]
    Tensor[] g = [Tensor.ZerosLike(p[0]), Tensor.ZerosLike(p[1]), Tensor.ZerosLike(p[2]), Tensor.Cat(h[1..]).T.MatMul(byG), byG.Sum(p[4].Shape[1] == 1 ? [0, 1] : [0], keepDim: true)];
    Tensor byOutput = byG.MatMul(p[3].T);                                                  // [4, 3]
    for (int t = 3; t >= 0; t--)
    {
        Tensor byH = byOutput[t..(t + 1)];
        for (int s = t; s >= 0 && s > t - window; s--)
        {
            Tensor byZ = byH * (1 - h[s + 1].Square());                                    // [1, 3]
            g[0].AddInPlace(X[s..(s + 1)].T.MatMul(byZ));
            g[1].AddInPlace(h[s].T.MatMul(byZ));
            g[2].AddInPlace(p[2].Count == 1 ? byZ.Sum() : byZ);
            byH = byZ.MatMul(p[1].T);
        }
    }
    return g;
}
(double[] Losses, Tensor[] Weights) Train(Tensor[] from, double rate, int window)
{
    Tensor[] p = [.. from];
    var losses = new double[steps];
    for (int update = 0; update < steps; update++)
    {
        Tensor[] g = Gradients(p, window);
        p = [.. p.Zip(g, (w, d) => w - rate * d)];
        losses[update] = Loss(Read(p).P);
    }
    return (losses, p);
}
lesson.Figure("loss.start", Loss(Read(start).P), expected: 12.0620613, tolerance: 1e-8);
double[] updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
var panel = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("손실 (네 걸음의 합)", "loss (sum of four steps)")) { LogY = true };

// %% as published: it walks back over the steps, changes the weights at each, goes on with memories of before, and prints the wrong row's loss
if (lesson.Published)
{
    Tensor[] p = [.. start.Select(w => w.Clone())];
    double[] losses = new double[steps], printed = new double[steps];
    for (int update = 0; update < steps; update++)
    {
        var (h, prediction) = Read(p);
        Tensor[] g = [Tensor.ZerosLike(p[0]), Tensor.ZerosLike(p[1]), Tensor.ZerosLike(p[2])];
        for (int t = 3; t >= 0; t--)
        {
            Tensor byG = prediction[t..(t + 1)] - Y[t..(t + 1)], byH = byG.MatMul(p[3].T);
            for (int s = t; s >= 0; s--)
            {
                Tensor byZ = byH * (1 - h[s + 1].Square());
                g[0].AddInPlace(X[s..(s + 1)].T.MatMul(byZ));
                g[1].AddInPlace(h[s].T.MatMul(byZ));
                g[2].AddInPlace(byZ.Sum());
                byH = byZ.MatMul(p[1].T);
            }
            Tensor[] all = [.. g, h[t + 1].T.MatMul(byG), byG.Sum().Reshape(1, 1)];
            p = [.. p.Zip(all, (w, d) => w - rate * d)];
        }
        Tensor now = Read(p).P;
        (losses[update], printed[update]) = (Loss(now), Misprinted(now));
    }
    double[] trace = [11.34873, 3.77113, 2.68888, 1.93307, 1.38929, 1.01370, 0.76727, 0.60505, 0.49423, 0.41517, 0.35651, 0.31153, 0.27608, 0.24750, 0.22401, 0.20440, 0.18779, 0.17357, 0.16126, 0.15051];
    for (int i = 0; i < trace.Length && 100 * i < steps; i++) lesson.Figure($"published.loss.{100 * i + 1}", losses[100 * i], expected: trace[i], tolerance: 6e-6);
    Tensor last = Read(p).P;
    lesson.Figure("published.loss.final", losses[^1], expected: 0.14113196, tolerance: 1e-8);
    lesson.Figure("published.diagonal", (last * Y).Sum(1), [0.9398, 0.9797, 0.9706, 0.9717], tolerance: 5e-5);
    lesson.Figure("published.printed.1", printed[0], expected: 7.56, tolerance: 1e-3);
    if (steps > 1900) lesson.Figure("published.printed.1901", printed[1900], expected: 17.20, tolerance: 5e-4);
    lesson.Figure("published.printed.final", printed[^1]);
    lesson.Figure("published.By", p[4], [1.235283], tolerance: 1e-6);
    panel.Line(updates, printed, lesson.Text("원래 코드가 찍은 손실", "printed by the original")).Line(updates, losses, lesson.Text("원래 코드의 진짜 손실", "its true loss"));
}

// %% corrected: one gradient, all the way back, then one update
if (lesson.Corrected)
{
    var full = Train(start, rate, 4);
    foreach (var (update, wanted) in (ReadOnlySpan<(int, double)>)[(101, 3.96917), (501, 1.00267), (1001, 0.37023), (2000, 0.15104)])
    {
        if (update <= steps) lesson.Figure($"corrected.loss.{update}", full.Losses[update - 1], expected: wanted, tolerance: 1e-5);
    }
    lesson.Figure("corrected.diagonal", (Read(full.Weights).P * Y).Sum(1));
    lesson.Figure("corrected.By", full.Weights[4], [1.235283], tolerance: 1e-6);
    double[] fast = Train(start, 0.05, 4).Losses;
    lesson.Figure("corrected.lr=0.05.loss", fast[^1], expected: 0.01225, tolerance: 1e-5);
    panel.Line(updates, full.Losses, lesson.Text("고친 코드", "corrected")).Line(updates, fast, lesson.Text("고친 코드, 학습률 0.05", "corrected, rate 0.05"));

    // %% truly truncated: cut after one, two, three steps; and biases of their own for every unit
    for (int window = 1; window <= 3; window++)
    {
        Tensor cut = Gradients(start, window)[0], whole = Gradients(start, 4)[0];                // ∂L/∂Wxh
        lesson.Figure($"truncated.{window}.cosine", ((cut * whole).Sum() / (cut.Norm() * whole.Norm())).Item());
        if (window < 3) lesson.Figure($"truncated.{window}.loss", Train(start, rate, window).Losses[^1]);
    }
    Tensor[] free = [start[0], start[1], start[2].Repeat(1, 3), start[3], start[4].Repeat(1, 4)];
    lesson.Figure("own.biases.loss", Train(free, rate, 4).Losses[^1]);
}
lesson.Plot("loss", panel);

// %% the hand-written gradient against autograd; the one output bias has no slope at all, for soft-max does not notice what is added to all
Tensor[] leaves = [.. start.Select(w => w.Clone().RequireGrad())];
(-(Y * Read(leaves).P.Log()).Sum()).Backward();
Tensor[] byHand = Gradients(start, 4);
lesson.Figure("gradient.difference", leaves.Zip(byHand, (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);
lesson.Figure("gradient.By", byHand[4], [0.0], tolerance: 1e-12);
