// chapter: ch49
// title: 합성곱의 순전파 | Convolution forward
// computes: 필터를 밀고 다니는 합성곱: 보폭, 덧대기, 여러 채널 | a filter slid over a picture: stride, padding, several channels
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% one picture, one filter: a bright square, and a filter that answers where dark turns to bright
Tensor x = Tensor.From([[0.0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 1, 1, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]]); // [5, 5]
Tensor w = Tensor.From([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]);                                                  // [3, 3]

// %% the sum at every place: out[i, j] = Σ x[i + u, j + v] · w[u, v]
Tensor Slide(Tensor x, Tensor w, int stride = 1, int padding = 0)
{
    if (padding > 0) x = x.Pad([padding, padding, padding, padding]);
    int k = w.Shape[0], size = (x.Shape[0] - k) / stride + 1, columns = (x.Shape[1] - k) / stride + 1;
    var y = new double[size, columns];
    for (int i = 0; i < size; i++)
    {
        for (int j = 0; j < columns; j++)
        {
            Tensor window = x[(i * stride)..(i * stride + k), (j * stride)..(j * stride + k)]; // [k, k]
            y[i, j] = (window * w).Sum().Item();
        }
    }
    return Tensor.From(y);
}
lesson.Figure("valid", Slide(x, w), [2, 0, -2, 3, 0, -3, 2, 0, -2]);
lesson.Figure("same", Slide(x, w, padding: 1));
lesson.Figure("stride2", Slide(x, w, stride: 2), [2, -2, 2, -2]);

// %% how large does it become? (n + 2p - k) / s + 1, rounded down
int Size(int n, int k, int stride, int padding) => (n + 2 * padding - k) / stride + 1;
(int N, int K, int S, int P)[] cases = [(5, 3, 1, 0), (5, 3, 1, 1), (5, 3, 2, 0), (5, 3, 2, 1), (28, 5, 1, 0), (28, 5, 1, 2), (28, 5, 2, 2), (28, 3, 3, 0)];
var random = new NumPyRandom(lesson.Seed(49));
int wrong = cases.Count(c => Tensor.RandN([1, 1, c.N, c.N], random).Conv2d(Tensor.RandN([1, 1, c.K, c.K], random), null, c.S, c.P).Shape[2] != Size(c.N, c.K, c.S, c.P));
lesson.Table(lesson.Text("크기", "Sizes"), [lesson.Text("그림", "picture"), lesson.Text("필터", "filter"), lesson.Text("보폭", "stride"), lesson.Text("덧대기", "padding"), lesson.Text("결과", "result")],
    cases.Select(c => (IReadOnlyList<object>)[c.N, c.K, c.S, c.P, Size(c.N, c.K, c.S, c.P)]));
lesson.Figure("sizes", cases.Select(c => (double)Size(c.N, c.K, c.S, c.P)).ToArray());
lesson.Figure("sizes.wrong", wrong, expected: 0);

// %% several channels: each filter has a slice for each channel, and their sums are added; each filter makes one channel
Tensor Convolve(Tensor x, Tensor w, Tensor b, int stride, int padding) => Tensor.Stack([.. Enumerable.Range(0, w.Shape[0]).Select(filter =>
{
    Tensor sum = Slide(x[0], w[filter, 0], stride, padding);
    for (int channel = 1; channel < x.Shape[0]; channel++) sum += Slide(x[channel], w[filter, channel], stride, padding);
    return sum + b[filter];
})]);
int stride = lesson.Parameter("stride", 1, 1, 4), padding = lesson.Parameter("padding", 1, 0, 4);
Tensor picture = Tensor.RandN([3, 8, 8], random), filters = Tensor.RandN([4, 3, 3, 3], random), bias = Tensor.RandN([4], random);
Tensor byHand = Convolve(picture, filters, bias, stride, padding);                          // [4, 8, 8]
Tensor byEngine = picture.Unsqueeze(0).Conv2d(filters, bias, stride, padding)[0];           // [4, 8, 8]
lesson.Figure("channels.result", byHand[.., 0, 0]);
lesson.Figure("channels.difference", (byHand - byEngine).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("parameters", filters.Count + bias.Count, expected: 112);

// %% a word about the word: in mathematics a convolution turns the filter by half a turn first
Tensor turned = Slide(x, w.Flip(0, 1));
lesson.Figure("turned", turned, [-2, 0, 2, -3, 0, 3, -2, 0, 2]);

// %% it follows the picture: move the picture by one column, and the answer moves by one column
Tensor wide = x.Pad([1, 2, 1, 1]), moved = wide.Roll(1, 1);                                  // [7, 8]
Tensor before = Slide(wide, w), after = Slide(moved, w);
lesson.Figure("shift.difference", (after[.., 1..] - before[.., ..^1]).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% what four filters see in one picture: a ring of 28×28 pixels
Tensor ring = Tensor.From(Grid.Of(Range(28), Range(28), (column, row) => Math.Abs(Math.Sqrt((column - 13.5) * (column - 13.5) + (row - 13.5) * (row - 13.5)) - 8.5) < 1.5 ? 1.0 : 0).Items);
double[] Range(int count) => [.. Enumerable.Range(0, count).Select(i => (double)i)];
(string Korean, string English, Tensor Filter)[] kinds =
[
    ("세로 모서리", "vertical edges", w), ("가로 모서리", "horizontal edges", w.T),
    ("흐리게", "blur", Tensor.Ones([3, 3], DType.Float64) / 9.0), ("윤곽", "outline", Tensor.From([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]])),
];
Panel Tile(string title, Tensor values, ColorMap map, double low, double high) => new Panel(title) { Axes = false, EqualAxes = true }.HeatMap(values, map, low: low, high: high);
var tiles = new List<Panel> { Tile(lesson.Text("그림", "picture"), ring, ColorMap.Grey, 0, 1) };
tiles.AddRange(kinds.Select(kind => Tile(lesson.Text(kind.Korean, kind.English), kind.Filter, ColorMap.Diverging, -kind.Filter.Abs().Max().Item(), kind.Filter.Abs().Max().Item())));
tiles.Add(Tile(lesson.Text("보폭 2로 흐리게", "blur, stride 2"), Slide(ring, kinds[2].Filter, 2, 1), ColorMap.Grey, 0, 1));
foreach (var (_, _, filter) in kinds)
{
    Tensor map = Slide(ring, filter, 1, 1);
    double top = map.Abs().Max().Item();
    tiles.Add(Tile("", map, ColorMap.Diverging, -top, top));
}
lesson.Plot("feature_maps", new Figure(lesson.Text("필터(위)와 그 필터가 본 그림(아래)", "Filters (above) and what they see (below)"), 5, tiles) { PanelWidth = 220, PanelHeight = 230 });
