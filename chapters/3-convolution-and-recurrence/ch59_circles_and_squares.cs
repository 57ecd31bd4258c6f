// chapter: ch59
// title: 원과 네모를 구별하는 합성곱 신경망 | Circles and squares
// computes: 합성곱, ReLU, 최대 풀링, 완전 연결, 시그모이드를 모두 손으로 미분한 망 | a network of convolution, ReLU, pooling, one layer and a sigmoid, all differentiated by hand
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% pictures of 28×28: an outline of a circle or a square, of many sizes, not quite in the middle, drawn with a shaky hand; ink from 0 to 10
uint seed = lesson.Seed(59);
double shake = lesson.Parameter("shake", 0.4, 0, 3), spread = lesson.Parameter("spread", 0.2, 0, 1);
int count = lesson.Parameter("count", 24, 4, 400);
(Tensor X, Tensor Y) Draw(int count, NumPyRandom random)
{
    double[] pixels = new double[count * 28 * 28], labels = new double[count];
    for (int n = 0; n < count; n++)
    {
        bool square = n % 2 == 1;
        double radius = 8.5 + 2.5 * random.RandomSample(), cx = 13.5 + 5 * spread * (2 * random.RandomSample() - 1), cy = 13.5 + 5 * spread * (2 * random.RandomSample() - 1);
        labels[n] = square ? 1 : 0;
        for (double t = 0; t < 1; t += 0.004)
        {
            double angle = 2 * Math.PI * t, x = Math.Cos(angle), y = Math.Sin(angle), reach = square ? 1 / Math.Max(Math.Abs(x), Math.Abs(y)) : 1;
            double r = (square ? 0.85 : 1) * radius * reach + shake * random.StandardNormal();
            int column = Math.Clamp((int)Math.Round(cx + r * x), 0, 27), row = Math.Clamp((int)Math.Round(cy + r * y), 0, 27);
            pixels[(n * 28 + row) * 28 + column] = 10;
        }
    }
    return (Tensor.Wrap(pixels, [count, 1, 28, 28]), Tensor.Wrap(labels, [count, 1]));
}
var drawing = new NumPyRandom(seed);
var (X, Y) = Draw(count, drawing);                                            // 12 circles and 12 squares, as in the lesson
var (testX, testY) = Draw(4, drawing);
var (manyX, manyY) = Draw(200, drawing);                                      // four are too few to judge by
lesson.Figure("ink", X.Mean().Item());

// %% four filters of 5×5, and one layer on what is left after pooling: 4 · 12 · 12 numbers
const int Filters = 4, K = 5, Map = 24, Pooled = 12;
double rate = lesson.Parameter("lr", 0.01, 1e-4, 1);
int epochs = lesson.Parameter("epochs", 60, 1, 1000);
var random = new NumPyRandom(seed + 1);
Tensor[] start = [Tensor.RandN([Filters, K * K], random) * 0.05, Tensor.Zeros([Filters, 1], DType.Float64), Tensor.RandN([Filters * Pooled * Pooled, 1], random) * 0.05, Tensor.Zeros([1, 1], DType.Float64)];
lesson.Figure("parameters", start.Sum(p => (double)p.Count), expected: 681);

// %% forward
(Tensor Columns, Tensor Map, Tensor Winner, Tensor Flat, Tensor S) Forward(Tensor x, Tensor[] p)
{
    int n = x.Shape[0];
    Tensor columns = x.Im2Col(K);                                             // [n, 25, 576]
    Tensor map = (p[0].MatMul(columns) + p[1]).Relu();                        // [n, 4, 576]
    Tensor windows = map.Reshape(n, Filters, Pooled, 2, Pooled, 2).Permute(0, 1, 2, 4, 3, 5).Reshape(n, Filters * Pooled * Pooled, 4); // four cells to a window
    var best = windows.Max(-1);
    return (columns, map, best.Indices, best.Values, (best.Values.MatMul(p[2]) + p[3]).Sigmoid());
}
double Loss(Tensor s, Tensor y) => -(y * (s + 1e-300).Log() + (1 - y) * (1 - s + 1e-300).Log()).Mean().Item();
double Accuracy(Tensor x, Tensor y, Tensor[] p) => (Forward(x, p).S > 0.5).To(DType.Float64).Eq(y).To(DType.Float64).Mean().Item();

// %% backward, layer by layer
(double Loss, Tensor[] Gradients) Differentiate(Tensor x, Tensor y, Tensor[] p)
{
    int n = x.Shape[0];
    var (columns, map, winner, flat, s) = Forward(x, p);
    Tensor byG = (s - y) / n;                                                 // [n, 1]: sigmoid and mean cross entropy
    Tensor byFlat = byG.MatMul(p[2].T);                                       // [n, 576]
    Tensor byWindows = Tensor.OneHot(winner, 4, DType.Float64) * byFlat.Unsqueeze(-1); // [n, 576, 4]: to the winner of each window
    Tensor byMap = byWindows.Reshape(n, Filters, Pooled, Pooled, 2, 2).Permute(0, 1, 2, 4, 3, 5).Reshape(n, Filters, Map * Map);
    Tensor byZ = byMap * (map > 0).To(DType.Float64);                         // [n, 4, 576]: ReLU
    Tensor byFilters = byZ.MatMul(columns.Transpose(1, 2)).Sum(0);            // [4, 25]
    return (Loss(s, y), [byFilters, byZ.Sum([0, 2]).Reshape(Filters, 1), flat.T.MatMul(byG), byG.Sum(0, keepDim: true)]);
}

// %% the same network in the engine, differentiated by autograd
Tensor[] leaves = [.. start.Select(p => p.Clone().RequireGrad())];
Tensor logits = X.Conv2d(leaves[0].Reshape(Filters, 1, K, K), leaves[1].Reshape(Filters)).Relu().MaxPool2d(2).Reshape(count, -1).MatMul(leaves[2]) + leaves[3];
logits.BinaryCrossEntropyWithLogits(Y).Backward();
var first = Differentiate(X, Y, start);
lesson.Figure("gradient.difference", leaves.Zip(first.Gradients, (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);
lesson.Figure("loss.start", first.Loss);

// %% gradient descent on all pictures at once
Tensor[] weights = [.. start];
List<double> losses = [], accuracies = [];
for (int epoch = 0; epoch < epochs; epoch++)
{
    using var scope = TensorScope.Begin();
    var (loss, g) = Differentiate(X, Y, weights);
    weights = [.. weights.Zip(g, (w, d) => scope.Keep(w - rate * d))];
    losses.Add(loss);
    accuracies.Add(Accuracy(manyX, manyY, weights));
}
var last = Forward(testX, weights);
lesson.Figure("loss.final", Loss(Forward(X, weights).S, Y));
lesson.Figure("test.answers", last.S);
lesson.Range("train.accuracy", Accuracy(X, Y, weights), 0.95, 1);
lesson.Figure("test.accuracy.4", Accuracy(testX, testY, weights));
lesson.Range("test.accuracy.200", Accuracy(manyX, manyY, weights), 0.8, 1);

// %% what it has learnt to look for: filters, and what they see in a circle and a square
Grid Picture(Tensor flat, int size) => flat.Reshape(size, size);
List<Grid> samples = [.. Enumerable.Range(0, 8).Select(i => Picture(X[i], 28))];
lesson.Plot("samples", Figure.Images(lesson.Text("훈련 그림", "Training pictures"), 4, samples));
double top = weights[0].Abs().Max().Item(), bright = last.Map[..2].Max().Item();
Panel Tile(string title, Grid values, ColorMap map, double low, double high) => new Panel(title) { Axes = false, EqualAxes = true }.HeatMap(values, map, low: low, high: high);
var tiles = new List<Panel> { Tile(lesson.Text("필터", "filters"), new double[1, 1], ColorMap.Grey, -1, 0) };
for (int f = 0; f < Filters; f++) tiles.Add(Tile($"{f + 1}", Picture(weights[0][f], K), ColorMap.Diverging, -top, top));
for (int n = 0; n < 2; n++)
{
    tiles.Add(Tile(n == 0 ? lesson.Text("원", "circle") : lesson.Text("네모", "square"), Picture(testX[n], 28), ColorMap.Grey, 0, 10));
    for (int f = 0; f < Filters; f++) tiles.Add(Tile("", Picture(last.Map[n, f], Map), ColorMap.Viridis, 0, bright));
}
lesson.Plot("filters_and_maps", new Figure(lesson.Text("필터와 특성 맵", "Filters and feature maps"), 5, tiles) { PanelWidth = 190, PanelHeight = 200 });
double[] axis = [.. Enumerable.Range(1, epochs).Select(i => (double)i)];
lesson.Plot("training", new Panel(lesson.Text("학습 과정", "Training"), lesson.Text("에폭", "epoch")).Line(axis, losses, lesson.Text("손실", "loss")).Line(axis, accuracies, lesson.Text("새 그림 정확도", "accuracy on new pictures")));
