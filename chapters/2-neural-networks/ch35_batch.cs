// chapter: ch35_batch
// title: 배치 경사하강법 | Batch gradient descent
// computes: 붓꽃 130송이 전체의 기울기로 한 걸음씩 | iris, one step along the gradient of all 130 flowers
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the flowers of chapter 20, this time not divided by ten
var random = new NumPyRandom(lesson.Seed(220106));
Tensor flowers = lesson.Data("iris", leastRows: 150).ToTensor(dtype: DType.Float64)[..150][Tensor.RandPerm(150, random)]; // [150, 7]
Tensor x = flowers[..130, ..4], t = flowers[..130, 4..];                                           // [130, 4], [130, 3]
Tensor testX = flowers[130.., ..4], testT = flowers[130.., 4..];
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);
double rate = lesson.Parameter("lr", 0.001, 1e-6, 0.1);
int steps = lesson.Parameter("steps", 500, 1, 100_000);

// %% model, loss (summed) and accuracy
Tensor Predict(Tensor x, Tensor w, Tensor b) => (x.MatMul(w.T) + b.T).Softmax(-1);
Tensor Loss(Tensor w, Tensor b) => -(t * (x.MatMul(w.T) + b.T).LogSoftmax(-1)).Sum();
double Accuracy(Tensor p, Tensor t) => p.ArgMax(1).Eq(t.ArgMax(1)).To(DType.Float64).Mean().Item();
double Confident(Tensor p, Tensor t) => (p.ArgMax(1).Eq(t.ArgMax(1)) & (p.Max(1).Values > 0.7)).To(DType.Float64).Mean().Item();

lesson.Figure("loss.start", Loss(W0, B0).Item(), expected: 1423.27867, tolerance: 1e-7);
lesson.Figure("accuracy.start.train", Accuracy(Predict(x, W0, B0), t), expected: 0.315384615, tolerance: 1e-8);
lesson.Figure("accuracy.start.test", Accuracy(Predict(testX, W0, B0), testT), expected: 0.45);

// %% descent: the gradient of all rows at once, dL/dg = s - t
Tensor w = W0, b = B0;
var losses = new double[steps];
for (int i = 0; i < steps; i++)
{
    using var step = TensorScope.Begin();
    losses[i] = Loss(w, b).Item();
    Tensor byG = Predict(x, w, b) - t;                        // [130, 3]
    w = step.Keep(w - rate * byG.T.MatMul(x));                // [3, 4]
    b = step.Keep(b - rate * byG.Sum(0).Unsqueeze(1));        // [3, 1]
}
lesson.Figure("loss", Loss(w, b).Item(), expected: 19.562054, tolerance: 1e-7);
lesson.Figure("accuracy.test", Accuracy(Predict(testX, w, b), testT), expected: 0.95);
lesson.Figure("confident.test", Confident(Predict(testX, w, b), testT), expected: 0.9);
lesson.Plot("loss", new Panel(lesson.Text("손실 곡선", "Loss curve"), lesson.Text("갱신", "update"), lesson.Text("손실 (로그 눈금)", "loss (logarithmic)")) { LogY = true }
    .Line([.. Enumerable.Range(0, steps)], losses));

// %% the same with autograd and an optimiser
Tensor weight = W0.Clone().RequireGrad(), bias = B0.Clone().RequireGrad();
var optimizer = new SGD([weight, bias], rate);
for (int i = 0; i < steps; i++)
{
    using var step = TensorScope.Begin();
    optimizer.ZeroGrad();
    Loss(weight, bias).Backward();
    optimizer.Step();
}
lesson.Figure("autograd.difference", (weight.Detach() - w).Abs().Max().Item(), expected: 0, tolerance: 1e-9);
