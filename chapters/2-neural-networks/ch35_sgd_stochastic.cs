// chapter: ch35_sgd
// title: 확률적 경사하강법 | Stochastic gradient descent
// computes: 한 걸음에 꽃 한 송이씩만 보고 내려가기 | descent that looks at a single flower a step
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% the flowers of ch35_batch: the last twenty are for testing
var random = new NumPyRandom(lesson.Seed(220106));
Tensor flowers = lesson.Data("iris", leastRows: 40).ToTensor(dtype: DType.Float64); // [150, 7]
flowers = flowers[Tensor.RandPerm(flowers.Shape[0], random)];
int count = flowers.Shape[0] - 20;
Tensor x = flowers[..count, ..4], t = flowers[..count, 4..];                   // [130, 4], [130, 3]
Tensor testX = flowers[count.., ..4], testT = flowers[count.., 4..];
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);
double rate = lesson.Parameter("lr", 0.02, 1e-6, 1);
int steps = lesson.Parameter("steps", 500, 1, 100_000);
double calmRate = lesson.Parameter("lr2", 0.002, 1e-6, 1);
int epochs = lesson.Parameter("epochs", 50, 1, 1000);

// %% model, loss, gradient of some rows: dL/dg = s - t as in chapter 34
Tensor Sums(Tensor x, Tensor w, Tensor b) => x.MatMul(w.T) + b.T;                // [n, 3]
double Loss(Tensor w, Tensor b) => -(t * Sums(x, w, b).LogSoftmax(-1)).Sum().Item();
(Tensor ByW, Tensor ByB) Gradient(Tensor x, Tensor t, Tensor w, Tensor b)
{
    Tensor byG = Sums(x, w, b).Softmax(-1) - t;                              // [n, 3]
    return (byG.T.MatMul(x), byG.Sum(0).Unsqueeze(1));                       // [3, 4], [3, 1]
}
void Judge(string name, Tensor w, Tensor b)
{
    foreach (var (part, x, t) in new[] { ("train", x, t), ("test", testX, testT) })
    {
        Tensor p = Sums(x, w, b).Softmax(-1), right = p.ArgMax(1).Eq(t.ArgMax(1));
        bool asked = name == "published" && part == "test";
        lesson.Figure($"{name}.accuracy.{part}", right.To(DType.Float64).Mean().Item(), expected: asked ? 0.65 : null);
        lesson.Figure($"{name}.confident.{part}", (right & (p.Max(1).Values > 0.7)).To(DType.Float64).Mean().Item(), expected: asked ? 0.65 : null);
    }
}
lesson.Figure("loss.start", Loss(W0, B0), expected: 1423.27867, tolerance: 1e-7);

// %% one flower's gradient is off, but on average it is right: the 130 single gradients sum to that of all rows at once
var (all, _) = Gradient(x, t, W0, B0);
Tensor sum = Tensor.ZerosLike(all);
var angles = new double[count];
for (int i = 0; i < count; i++)
{
    Tensor one = Gradient(x[i..(i + 1)], t[i..(i + 1)], W0, B0).ByW;
    angles[i] = Math.Acos(Math.Clamp(((one * all).Sum() / (one.Norm() * all.Norm())).Item(), -1, 1)) * 180 / Math.PI;
    sum = sum + one;
}
lesson.Figure("gradient.sum.difference", (sum - all).Abs().Max().Item(), expected: 0, tolerance: 1e-9);
lesson.Figure("gradient.angle.mean", angles.Average());
lesson.Figure("gradient.uphill", angles.Count(angle => angle > 90));

// %% 500 draws as the original made them, and fifty times through the flowers with smaller steps
var plot = new Panel(lesson.Text("꽃 130송이 전체의 손실", "Loss over all 130 flowers"), lesson.Text("본 꽃의 수", "flowers looked at"), lesson.Text("손실의 합", "summed loss")) { LogX = true, LogY = true };
(Tensor W, Tensor B) Descend(IEnumerable<int> rows, double rate, string name)
{
    Tensor w = W0, b = B0;
    var seen = new List<double>();
    var losses = new List<double>();
    int step = 0;
    foreach (int row in rows)
    {
        var (byW, byB) = Gradient(x[row..(row + 1)], t[row..(row + 1)], w, b);
        (w, b) = (w - rate * byW, b - rate * byB);
        if (++step <= 130 || step % 10 == 0)
        {
            seen.Add(step);
            losses.Add(Loss(w, b));
        }
    }
    plot.Line(seen, losses, name, width: 1);
    return (w, b);
}
if (lesson.Published)
{
    int[] rows = [.. from _ in Enumerable.Range(0, steps) select (int)random.NextInteger(0, count)];
    if (steps >= 5) lesson.Figure("published.rows", [.. rows.Take(5).Select(row => (double)row)], expected: [68, 34, 0, 121, 78]);
    var (w, b) = Descend(rows, rate, lesson.Text($"원래 코드: 500번 뽑기, 학습률 {rate}", $"as published: 500 draws, rate {rate}"));
    lesson.Figure("published.loss", Loss(w, b), expected: 75.9134, tolerance: 1e-6);
    lesson.Figure("published.W", w);
    lesson.Figure("published.B", b);
    lesson.Figure("published.flowers.never.seen", count - rows.Distinct().Count());
    Judge("published", w, b);
}
if (lesson.Corrected)
{
    var order = new NumPyRandom(lesson.Seed(220106));
    var rows = Enumerable.Range(0, epochs).SelectMany(_ => order.Permutation(count));
    var (w, b) = Descend(rows, calmRate, lesson.Text($"모든 꽃을 {epochs}바퀴, 학습률 {calmRate}", $"each flower {epochs} times, rate {calmRate}"));
    lesson.Figure("corrected.loss", Loss(w, b));
    lesson.Figure("corrected.W", w);
    lesson.Figure("corrected.B", b);
    Judge("corrected", w, b);
}

// %% for comparison: the steps of ch35_batch, each of which looks at all flowers
Tensor wAll = W0, bAll = B0;
var batchLosses = new List<double>();
for (int i = 0; i < epochs; i++)
{
    var (byW, byB) = Gradient(x, t, wAll, bAll);
    (wAll, bAll) = (wAll - 0.001 * byW, bAll - 0.001 * byB);
    batchLosses.Add(Loss(wAll, bAll));
}
lesson.Figure("batch.loss.same.flowers", batchLosses[^1]);
plot.Line(Tensor.Arange(1, epochs + 1) * count, batchLosses, lesson.Text("배치: 한 걸음에 130송이", "batch: 130 flowers a step"));
lesson.Plot("loss", plot);
lesson.Plot("angles", new Panel(lesson.Text("꽃 한 송이의 기울기와 전체 기울기 사이의 각", "Angle between one flower's gradient and that of all"), lesson.Text("각 (도)", "angle (degrees)"), lesson.Text("꽃의 수", "flowers"))
    .Histogram(angles, bins: 18).VerticalLine(90, lesson.Text("여기서부터는 오르막", "uphill from here")));

// %% autograd agrees on a single flower
Tensor weight = W0.Clone().RequireGrad();
Sums(x[..1], weight, B0).CrossEntropy(t[..1].ArgMax(1), reduction: LossReduction.Sum).Backward();
lesson.Figure("autograd.difference", (weight.Grad! - Gradient(x[..1], t[..1], W0, B0).ByW).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
