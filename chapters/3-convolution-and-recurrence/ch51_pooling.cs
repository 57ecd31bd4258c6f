// chapter: ch51
// title: 풀링과 기울기의 길 | Pooling and the way of its gradient
// computes: 최대 풀링과 평균 풀링, 기울기가 돌아가는 길, 동점과 겹치는 창 | max and average pooling, where gradients go back, ties and overlapping windows
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% of each 2×2 window keep the largest value
Tensor x = Tensor.From([[1.0, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 6], [2, 2, 7, 3]]);   // [4, 4]
int k = 2;
(Tensor Y, int[,] Row, int[,] Column) MaxPool(Tensor x, int stride)
{
    int rows = (x.Shape[0] - k) / stride + 1, columns = (x.Shape[1] - k) / stride + 1;
    var y = new double[rows, columns];
    var (row, column) = (new int[rows, columns], new int[rows, columns]);
    for (int i = 0; i < rows; i++)
    {
        for (int j = 0; j < columns; j++)
        {
            Tensor window = x[(i * stride)..(i * stride + k), (j * stride)..(j * stride + k)];
            int place = (int)window.ArgMax().ItemLong();                               // the first of equals
            (row[i, j], column[i, j]) = (i * stride + place / k, j * stride + place % k);
            y[i, j] = window.Max().Item();
        }
    }
    return (Tensor.From(y), row, column);
}
var pooled = MaxPool(x, stride: 2);
lesson.Figure("max", pooled.Y, [4, 2, 2, 7]);
Tensor average = x.Reshape(2, 2, 2, 2).Mean([1, 3]);                                   // rows and columns inside each window
lesson.Figure("average", average, [2.5, 1, 1.25, 5.25]);

// %% back: only the winner had a part in the result, so it alone gets the gradient; of an average each gets a quarter
Tensor G = Tensor.From([[10.0, 20], [30, 40]]);                                        // ∂L/∂y
Tensor Route(Tensor G, int[,] row, int[,] column, Shape shape)
{
    Tensor byX = Tensor.Zeros(shape, DType.Float64);
    for (int i = 0; i < G.Shape[0]; i++)
    {
        for (int j = 0; j < G.Shape[1]; j++) byX[row[i, j], column[i, j]].AddInPlace(G[i, j]);
    }
    return byX;
}
Tensor byMax = Route(G, pooled.Row, pooled.Column, x.Shape);                           // [4, 4]
Tensor byAverage = G.RepeatInterleave(2, 0).RepeatInterleave(2, 1) / 4.0;              // [4, 4]
lesson.Figure("by.max", byMax, [0, 0, 20, 0, 10, 0, 0, 0, 0, 0, 0, 0, 30, 0, 40, 0]);
lesson.Figure("by.average", byAverage);

// %% the engine's pooling and autograd
(Tensor Value, Tensor Gradient) Engine(Func<Tensor, Tensor> pool, Tensor x, Tensor G)
{
    Tensor leaf = x.Clone().RequireGrad();
    Tensor y = pool(leaf.Unsqueeze(0).Unsqueeze(0))[0, 0];
    (y * G).Sum().Backward();
    return (y.Detach(), leaf.Grad!);
}
double Difference(Tensor a, Tensor b) => (a - b).Abs().Max().Item();
var engineMax = Engine(t => t.MaxPool2d(2), x, G);
var engineAverage = Engine(t => t.AvgPool2d(2), x, G);
lesson.Figure("max.difference", Difference(engineMax.Value, pooled.Y), expected: 0);
lesson.Figure("by.max.difference", Difference(engineMax.Gradient, byMax), expected: 0);
lesson.Figure("by.average.difference", Difference(engineAverage.Gradient, byAverage), expected: 0);

// %% overlapping windows (stride 1): one pixel may win several times, and its gradients add up
var overlapping = MaxPool(x, stride: 1);
Tensor ones = Tensor.Ones([3, 3], DType.Float64);
Tensor wins = Route(ones, overlapping.Row, overlapping.Column, x.Shape);
lesson.Figure("overlap.wins", wins);
lesson.Figure("overlap.wins.sum", wins.Sum().Item(), expected: 9);
lesson.Figure("overlap.difference", Difference(Engine(t => t.MaxPool2d(2, 1), x, ones).Gradient, wins), expected: 0);

// %% a tie: the mathematical gradient does not exist; the engine, as this chapter, takes the first. Central differences give one half to each
Tensor tie = Tensor.From([[5.0, 5], [1, 1]]);
Tensor one = Tensor.Ones([1, 1], DType.Float64);
lesson.Figure("tie.engine", Engine(t => t.MaxPool2d(2), tie, one).Gradient, [1, 0, 0, 0]);
double[] numeric = [.. Enumerable.Range(0, 4).Select(i =>
{
    Tensor step = Tensor.Zeros([2, 2], DType.Float64);
    step.Reshape(-1)[i].FillInPlace(1e-6);
    return ((tie + step).Max().Item() - (tie - step).Max().Item()) / 2e-6;
})];
lesson.Figure("tie.numeric", numeric, [0.5, 0.5, 0, 0], tolerance: 1e-6);

// %% what it is good for: how much do a hundred pictures of strokes change when they move by one pixel?
int shift = lesson.Parameter("shift", 1, 1, 6);
var random = new NumPyRandom(lesson.Seed(51));
int[] sizes = [1, 2, 3, 4, 6, 8];
var changes = new double[sizes.Length];
for (int i = 0; i < 100; i++)
{
    Tensor picture = Tensor.Zeros([24, 24], DType.Float64);
    for (int stroke = 0; stroke < 6; stroke++)
    {
        int row = (int)random.NextInteger(2, 20), column = (int)random.NextInteger(2, 12);
        picture[row..(row + 2), column..(column + 8)].FillInPlace(1);
    }
    Tensor Pool(Tensor t, int size) => t.Unsqueeze(0).Unsqueeze(0).MaxPool2d(size)[0, 0];
    for (int s = 0; s < sizes.Length; s++)
    {
        Tensor before = Pool(picture, sizes[s]), after = Pool(picture.Roll(shift, 1), sizes[s]);
        changes[s] += ((before - after).Norm() / before.Norm()).Item() / 100;
    }
}
lesson.Figure("shift.changes", changes);

// %% pictures: values above, gradients below; and what pooling forgives
Panel Tile(string title, Tensor values, double high, ColorMap map = ColorMap.Viridis) =>
    new Panel(title) { Axes = false, EqualAxes = true }.HeatMap(values, map, showValues: true, low: 0, high: high);
lesson.Plot("routing", new Figure(lesson.Text("위: 앞으로, 아래: 기울기가 돌아가는 길", "Above: forward. Below: where the gradient goes"), 3,
[
    Tile("x", x, 7), Tile(lesson.Text("최대", "max"), pooled.Y, 7), Tile(lesson.Text("평균", "average"), average, 7),
    Tile("G = ∂L/∂y", G, 40), Tile(lesson.Text("최대: 이긴 칸에만", "max: to the winner"), byMax, 40), Tile(lesson.Text("평균: 골고루", "average: to all alike"), byAverage, 40),
]) { PanelWidth = 280, PanelHeight = 280 });
lesson.Plot("forgives", new Panel(lesson.Text($"그림을 {shift}칸 옮겼을 때", $"The picture moved by {shift}"), lesson.Text("창의 크기 (1은 풀링 없음)", "window size (1: no pooling)"), lesson.Text("바뀐 정도", "relative change")).Bars([.. sizes.Select(s => $"{s}")], changes));
