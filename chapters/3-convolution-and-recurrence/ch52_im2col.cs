// chapter: ch52
// title: im2col: 합성곱을 행렬 곱으로 | im2col: convolution as a matrix product
// computes: 창을 열로 펴서 행렬 곱 하나로 합성곱하기, 역전파, 속도 | windows laid out as columns make convolution one matrix product; its gradient; its speed
// minutes: 0.1

using System.Diagnostics;

using var lesson = Lesson.Begin(args);

// %% every window of the picture becomes a column
double[] Im2Col(double[] x, int channels, int height, int width, int k)
{
    int rows = height - k + 1, columns = width - k + 1, places = rows * columns;
    var unfolded = new double[channels * k * k * places];                              // [C·k·k, rows·columns]
    for (int row = 0; row < channels * k * k; row++)
    {
        int c = row / (k * k), u = row / k % k, v = row % k;
        for (int i = 0; i < rows; i++)
            x.AsSpan((c * height + i + u) * width + v, columns).CopyTo(unfolded.AsSpan(row * places + i * columns));
    }
    return unfolded;
}
Tensor small = Tensor.Arange(16).To(DType.Float64).Reshape(4, 4);
Tensor unfolded = Tensor.From<double>(Im2Col(small.ToArray<double>(), 1, 4, 4, 3), [9, 4]);
lesson.Figure("columns", unfolded);
lesson.Figure("columns.difference", (small.Reshape(1, 1, 4, 4).Im2Col(3)[0] - unfolded).Abs().Max().Item(), expected: 0);

// %% then all filters at all places are one product: [filters, C·k·k] · [C·k·k, places]
int channels = lesson.Parameter("channels", 16, 1, 64), filters = lesson.Parameter("filters", 32, 1, 128), size = lesson.Parameter("size", 32, 8, 64), k = 3;
int rows = size - k + 1;
var random = new NumPyRandom(lesson.Seed(52));
Tensor X = Tensor.RandN([channels, size, size], random), W = Tensor.RandN([filters, channels, k, k], random);
Tensor ByColumns(Tensor X, Tensor W) => W.Reshape(filters, channels * k * k).MatMul(Tensor.Wrap(Im2Col(X.ToArray<double>(), channels, size, size, k), [channels * k * k, rows * rows])).Reshape(filters, rows, rows);

// %% six loops, straight from the definition
double[] ByLoops(double[] x, double[] w)
{
    var y = new double[filters * rows * rows];
    for (int f = 0; f < filters; f++)
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < rows; j++)
            {
                double sum = 0;
                for (int c = 0; c < channels; c++)
                    for (int u = 0; u < k; u++)
                        for (int v = 0; v < k; v++) sum += x[(c * size + i + u) * size + j + v] * w[((f * channels + c) * k + u) * k + v];
                y[(f * rows + i) * rows + j] = sum;
            }
    return y;
}
double[] xs = X.ToArray<double>(), ws = W.ToArray<double>();
Tensor loops = Tensor.Wrap(ByLoops(xs, ws), [filters, rows, rows]);
lesson.Figure("product.difference", (ByColumns(X, W) - loops).Abs().Max().Item(), expected: 0, tolerance: 1e-11);
lesson.Figure("engine.difference", (X.Unsqueeze(0).Conv2d(W)[0] - loops).Abs().Max().Item(), expected: 0, tolerance: 1e-11);
double multiplications = (double)filters * rows * rows * channels * k * k;
lesson.Figure("multiplications", multiplications, expected: 4_147_200);

// %% and backward? The product's gradient is a product again; columns fold back by adding up what came from the same pixel
Tensor G = Tensor.RandN([filters, rows, rows], random);
Tensor columns = X.Unsqueeze(0).Im2Col(k)[0];                                          // [C·k·k, places]
Tensor byW = G.Reshape(filters, rows * rows).MatMul(columns.T).Reshape(W.Shape);
Tensor byColumns = W.Reshape(filters, channels * k * k).T.MatMul(G.Reshape(filters, rows * rows));
Tensor byX = byColumns.Unsqueeze(0).Col2Im((size, size), k)[0];
Tensor xLeaf = X.Clone().RequireGrad(), wLeaf = W.Clone().RequireGrad();
(xLeaf.Unsqueeze(0).Conv2d(wLeaf)[0] * G).Sum().Backward();
lesson.Figure("by.w.difference", (wLeaf.Grad! - byW).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
lesson.Figure("by.x.difference", (xLeaf.Grad! - byX).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
Tensor visits = Tensor.Ones([1, 9, 16], DType.Float64).Col2Im((6, 6), 3)[0, 0];       // in how many windows is each pixel?
lesson.Figure("visits", visits);
lesson.Figure("visits.sum", visits.Sum().Item(), expected: 144);

// %% the price is memory: a pixel is stored up to k·k times
lesson.Figure("memory.ratio", (double)columns.Count / X.Count);

// %% measured: the least of many rounds, since everything that disturbs makes it slower
double Microseconds(Action work)
{
    double least = double.PositiveInfinity;
    var clock = Stopwatch.StartNew();
    for (int round = 0; round < 200 && clock.ElapsedMilliseconds < 250; round++)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }
    return least;
}
Tensor batch = X.Unsqueeze(0);
double[] times = [Microseconds(() => ByLoops(xs, ws)), Microseconds(() => ByColumns(X, W)), Microseconds(() => batch.Conv2d(W))];
string[] names = [lesson.Text("반복문 여섯 겹", "six loops"), "im2col", lesson.Text("엔진", "the engine")];
lesson.Table(lesson.Text("측정", "Measured"), ["", "µs", lesson.Text("배", "times faster"), lesson.Text("초당 10억 번", "10⁹ multiply-adds a second")],
    names.Select((name, i) => (IReadOnlyList<object>)[name, Math.Round(times[i]), Math.Round(times[0] / times[i], 1), Math.Round(multiplications / times[i] / 1000, 2)]));
lesson.Figure("microseconds", times);
lesson.Figure("im2col.times.faster", times[0] / times[1]);

// %% the columns of a 4×4 picture, and the times
Panel Tile(string title, Tensor values) => new Panel(title) { Axes = false, EqualAxes = true }.HeatMap(values, showValues: true, low: 0, high: 15);
lesson.Plot("columns", new Figure(lesson.Text("4×4 그림의 3×3 창 네 개가 네 열이 됩니다", "Four 3×3 windows of a 4×4 picture become four columns"), 3,
[
    Tile(lesson.Text("그림", "picture"), small), Tile(lesson.Text("펼친 열", "unfolded"), unfolded),
    new Panel(lesson.Text("걸린 시간", "Time taken"), "", "µs") { LogY = true }.Bars(names, times),
]) { PanelWidth = 360, PanelHeight = 400 });
