// chapter: ch35_shuffle
// title: 미니배치와 섞기 | Mini-batches, shuffled
// computes: 에폭마다 섞는 미니배치, 그리고 복사 하나로 조용히 망가지는 섞기 | batches shuffled each epoch, and the shuffle that a single copy silently breaks
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% the flowers of ch35_batch; the array is kept, so that shuffling its rows is seen by all views of it
var random = new NumPyRandom(lesson.Seed(220106));
Tensor flowers = lesson.Data("iris", leastRows: 40).ToTensor(dtype: DType.Float64); // [150, 7], sorted by species
Tensor mixed = flowers[Tensor.RandPerm(flowers.Shape[0], random)];
int count = flowers.Shape[0] - 20;
double[] rows = mixed[..count].ToArray<double>();                              // 130 rows of 7
Tensor testX = mixed[count.., ..4], testT = mixed[count.., 4..];
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);
byte[] afterStart = random.GetState();
double rate = lesson.Parameter("lr", 0.001, 1e-6, 0.1);
int steps = lesson.Parameter("steps", 2000, 1, 100_000);
int size = lesson.Parameter("batch", 64, 1, 1000);

// %% model, loss and one step on some rows
Tensor Sums(Tensor x, Tensor w, Tensor b) => x.MatMul(w.T) + b.T;                // [n, 3]
double Loss(Tensor x, Tensor t, Tensor w, Tensor b) => -(t * Sums(x, w, b).LogSoftmax(-1)).Sum().Item();
(Tensor W, Tensor B) Step(Tensor x, Tensor t, Tensor w, Tensor b)
{
    Tensor byG = Sums(x, w, b).Softmax(-1) - t;                              // [n, 3]
    return (w - rate * byG.T.MatMul(x), b - rate * byG.Sum(0).Unsqueeze(1));
}

// %% after each epoch the rows of the table are shuffled; inputs and targets follow only if they are views of it
(Tensor W, Tensor B, double[] Losses, Tensor X, Tensor T) Train(double[] start, int size, bool views, bool shuffle)
{
    double[] values = [.. start];
    Tensor table = Tensor.Wrap(values, [count, 7]);
    Tensor x = table[.., ..4], t = table[.., 4..];                             // views: they look into `values`
    if (!views) (x, t) = (x.Clone(), t.Clone());                             // copies: they have memory of their own
    random.SetState(afterStart);
    Tensor w = W0, b = B0;
    var losses = new double[steps];
    for (int i = 0, from = 0; i < steps; i++)
    {
        int to = Math.Min(from + size, count);
        (w, b) = Step(x[from..to], t[from..to], w, b);
        losses[i] = Loss(x, t, w, b);
        from = to < count ? to : 0;
        if (from == 0 && shuffle) random.ShuffleRows<double>(values, 7);
    }
    return (w, b, losses, x, t);
}
lesson.Figure("loss.start", Loss(Tensor.Wrap(rows, [count, 7])[.., ..4], Tensor.Wrap(rows, [count, 7])[.., 4..], W0, B0), expected: 1423.27867, tolerance: 1e-7);
var plot = new Panel(lesson.Text("130송이 전체의 손실", "Loss over all 130 flowers"), lesson.Text("갱신", "update"), lesson.Text("손실의 합", "summed loss")) { LogY = true };
void Show(string name, string label, (Tensor W, Tensor B, double[] Losses, Tensor X, Tensor T) run, (double Loss, double Accuracy, double Confident)? expected = null)
{
    Tensor p = Sums(testX, run.W, run.B).Softmax(-1), right = p.ArgMax(1).Eq(testT.ArgMax(1));
    lesson.Figure($"{name}.loss", run.Losses[^1], expected?.Loss, tolerance: 1e-7);
    lesson.Figure($"{name}.accuracy.test", right.To(DType.Float64).Mean().Item(), expected?.Accuracy);
    lesson.Figure($"{name}.confident.test", (right & (p.Max(1).Values > 0.7)).To(DType.Float64).Mean().Item(), expected?.Confident);
    lesson.Figure($"{name}.W", run.W);
    lesson.Figure($"{name}.B", run.B);
    plot.Line(Tensor.Arange(steps), run.Losses, label, width: 1.5);
}

// %% as published: views; one innocent Clone() and nothing is shuffled any more, without an error and without a warning
var shuffled = Train(rows, size, views: true, shuffle: true);
Show("published", lesson.Text("섞음 (뷰)", "shuffled (views)"), shuffled, (17.748658, 0.95, 0.9));
var copied = Train(rows, size, views: false, shuffle: true);
Show("copied", lesson.Text("섞은 줄 알았음 (복사)", "thought to be shuffled (copies)"), copied);
var fixedOrder = Train(rows, size, views: true, shuffle: false);
lesson.Figure("copied.equals.unshuffled", (copied.W - fixedOrder.W).Abs().Max().Item(), expected: 0, tolerance: 0);

// %% why shuffle at all? the file lists the species one after the other: batches of ten hold one kind only and pull to and fro
double[] sorted = flowers[..count].ToArray<double>();
var together = Train(sorted, 10, views: true, shuffle: false);
var apart = Train(sorted, 10, views: true, shuffle: true);
double Roughness(double[] losses) => losses.Zip(losses.Skip(1), (a, b) => Math.Abs(Math.Log(b / a))).Skip(Math.Min(200, steps / 2)).DefaultIfEmpty().Average();
lesson.Figure("sorted.loss", together.Losses[^1]);
lesson.Figure("sorted.shuffled.loss", apart.Losses[^1]);
lesson.Figure("roughness.sorted", Roughness(together.Losses));
lesson.Figure("roughness.sorted.shuffled", Roughness(apart.Losses));
int last = Math.Min(300, steps);
lesson.Plot("loss", new Figure("", 2, [plot,
    new Panel(lesson.Text("종별로 정렬된 파일에서 (묶음 10송이)", "From the file sorted by species (batches of 10)"), lesson.Text("갱신", "update"), lesson.Text("손실의 합", "summed loss")) { LogY = true }
        .Line(Tensor.Arange(last), together.Losses[..last], lesson.Text("정렬된 그대로", "in the file's order")).Line(Tensor.Arange(last), apart.Losses[..last], lesson.Text("에폭마다 섞음", "shuffled each epoch"))]));

// %% the order changes nothing about the sum: autograd over all rows, before and after
Tensor weight = shuffled.W.Clone().RequireGrad();
Sums(shuffled.X, weight, shuffled.B).CrossEntropy(shuffled.T.ArgMax(1), reduction: LossReduction.Sum).Backward();
Tensor byHand = (Sums(copied.X, shuffled.W, shuffled.B).Softmax(-1) - copied.T).T.MatMul(copied.X);
lesson.Figure("autograd.difference", (weight.Grad! - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-9);
