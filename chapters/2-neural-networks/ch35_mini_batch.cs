// chapter: ch35_mini_batch
// title: 미니배치 경사하강법 | Mini-batch gradient descent
// computes: 꽃을 64송이씩 묶어 내려가기, 그리고 묶음의 크기와 기울기의 흔들림 | descent in batches of 64, and how the gradient's noise shrinks with the batch
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% the flowers of ch35_batch
var random = new NumPyRandom(lesson.Seed(220106));
Tensor flowers = lesson.Data("iris", leastRows: 40).ToTensor(dtype: DType.Float64); // [150, 7]
flowers = flowers[Tensor.RandPerm(flowers.Shape[0], random)];
int count = flowers.Shape[0] - 20;
Tensor x = flowers[..count, ..4], t = flowers[..count, 4..];                   // [130, 4], [130, 3]
Tensor testX = flowers[count.., ..4], testT = flowers[count.., 4..];
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);
double rate = lesson.Parameter("lr", 0.001, 1e-6, 0.1);
int steps = lesson.Parameter("steps", 500, 1, 100_000);
int size = lesson.Parameter("batch", 64, 1, 1000);

// %% model, loss and the gradient of some rows
Tensor Sums(Tensor x, Tensor w, Tensor b) => x.MatMul(w.T) + b.T;                // [n, 3]
double Loss(Tensor x, Tensor t, Tensor w, Tensor b) => -(t * Sums(x, w, b).LogSoftmax(-1)).Sum().Item();
(Tensor ByW, Tensor ByB) Gradient(Tensor x, Tensor t, Tensor w, Tensor b)
{
    Tensor byG = Sums(x, w, b).Softmax(-1) - t;                              // [n, 3]
    return (byG.T.MatMul(x), byG.Sum(0).Unsqueeze(1));
}
lesson.Figure("loss.start", Loss(x, t, W0, B0), expected: 1423.27867, tolerance: 1e-7);

// %% where the batches begin and end: the original goes back to the start only when it is past the last row
(int From, int To)[] Batches(int count, int size, bool asPublished)
{
    var batches = new List<(int, int)>();
    for (int from = 0; asPublished ? from <= count : from < count; from += size) batches.Add((from, Math.Min(from + size, count)));
    return [.. batches];
}
double[] Sizes(int count, int size, bool asPublished) => [.. Batches(count, size, asPublished).Select(batch => (double)(batch.To - batch.From))];
lesson.Figure("batch.sizes", Sizes(count, size, asPublished: true), expected: [64, 64, 2]);
lesson.Figure("published.batch.sizes.of.65", Sizes(130, 65, asPublished: true), expected: [65, 65, 0]);
lesson.Figure("corrected.batch.sizes.of.65", Sizes(130, 65, asPublished: false), expected: [65, 65]);

// %% as published the gradient of a batch is a sum, so the batch of two makes a tiny step; corrected it is a mean
var batchPlot = new Panel(lesson.Text("묶음마다 찍은 손실", "Loss of each batch"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss")) { LogY = true };
var totalPlot = new Panel(lesson.Text("130송이 전체의 손실", "Loss over all 130 flowers"), lesson.Text("갱신", "update"), lesson.Text("손실의 합", "summed loss")) { LogY = true };
foreach (string version in lesson.Versions)
{
    bool asPublished = version == "published";
    var batches = Batches(count, size, asPublished);
    Tensor w = W0, b = B0;
    double[] losses = new double[steps], totals = new double[steps];
    for (int i = 0; i < steps; i++)
    {
        var (from, to) = batches[i % batches.Length];
        Tensor xs = x[from..to], ts = t[from..to];
        losses[i] = Loss(xs, ts, w, b) / (asPublished ? 1 : to - from);
        var (byW, byB) = Gradient(xs, ts, w, b);
        double step = asPublished ? rate : rate * size / (to - from);        // the mean's gradient, at a rate `size` times as large
        (w, b) = (w - step * byW, b - step * byB);
        totals[i] = Loss(x, t, w, b);
    }
    Tensor p = Sums(testX, w, b).Softmax(-1), right = p.ArgMax(1).Eq(testT.ArgMax(1));
    lesson.Figure($"{version}.loss", totals[^1], expected: asPublished ? 37.545589 : null, tolerance: 1e-7);
    lesson.Figure($"{version}.accuracy.test", right.To(DType.Float64).Mean().Item(), expected: asPublished ? 1 : null);
    lesson.Figure($"{version}.confident.test", (right & (p.Max(1).Values > 0.7)).To(DType.Float64).Mean().Item(), expected: asPublished ? 0.65 : null);
    lesson.Figure($"{version}.W", w);
    lesson.Figure($"{version}.B", b);
    lesson.Figure($"{version}.batch.losses.first", losses[..Math.Min(6, steps)]);
    string name = asPublished ? lesson.Text("원래 코드: 합", "as published: sum") : lesson.Text("고친 코드: 평균", "corrected: mean");
    batchPlot.Line(Tensor.Arange(Math.Min(60, steps)), losses[..Math.Min(60, steps)], name);
    totalPlot.Line(Tensor.Arange(steps), totals, name);
}
lesson.Plot("loss", new Figure("", 2, [batchPlot, totalPlot]));

// %% how far off is a batch's mean gradient? the distance shrinks with the root of the batch's size
var (whole, _) = Gradient(x, t, W0, B0);
int[] tried = [1, 2, 4, 8, 16, 32, 64];
var noise = new double[tried.Length];
for (int k = 0; k < tried.Length; k++)
{
    double squares = 0;
    for (int draw = 0; draw < 300; draw++)
    {
        Tensor rows = Tensor.RandInt(0, count, [tried[k]], random);
        squares += (Gradient(x[rows], t[rows], W0, B0).ByW / tried[k] - whole / count).Square().Sum().Item();
    }
    noise[k] = Math.Sqrt(squares / 300) / (whole / count).Norm().Item();
}
lesson.Figure("noise", noise);
lesson.Range("noise.1.over.64", noise[0] / noise[^1], 7, 9);                 // √64 = 8
lesson.Plot("noise", new Panel(lesson.Text("묶음의 기울기는 얼마나 빗나가나", "How far off the gradient of a batch is"), lesson.Text("묶음의 크기", "batch size"), lesson.Text("오차 / 기울기의 크기", "error / size of the gradient")) { LogX = true, LogY = true }
    .Scatter(tried, noise, lesson.Text("측정", "measured"), size: 10).Line(tried, tried.Select(b => noise[0] / Math.Sqrt(b)).ToList(), "1/√B", dashed: true));

// %% autograd on the first batch
Tensor weight = W0.Clone().RequireGrad();
int end = Math.Min(size, count);
Sums(x[..end], weight, B0).CrossEntropy(t[..end].ArgMax(1), reduction: LossReduction.Sum).Backward();
lesson.Figure("autograd.difference", (weight.Grad! - Gradient(x[..end], t[..end], W0, B0).ByW).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
