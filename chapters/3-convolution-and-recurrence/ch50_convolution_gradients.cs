// chapter: ch50
// title: 합성곱의 역전파 | The gradients of convolution
// computes: 필터와 그림과 편향의 기울기를 유도하고 세 가지 방법으로 확인 | gradients of filter, picture and bias, derived and checked in three ways
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% a small case to follow by hand: y = x * w + b, and G = ∂L/∂y comes from behind
Tensor x = Tensor.From([[1.0, 2, 0, 1], [0, 1, 3, 1], [2, 1, 0, 0], [1, 0, 1, 2]]); // [4, 4]
Tensor w = Tensor.From([[1.0, 0], [-1, 2]]);                                         // [2, 2]
Tensor Slide(Tensor x, Tensor w)
{
    int rows = x.Shape[0] - w.Shape[0] + 1, columns = x.Shape[1] - w.Shape[1] + 1;
    Tensor y = Tensor.Zeros([rows, columns], DType.Float64);
    for (int u = 0; u < w.Shape[0]; u++)
    {
        for (int v = 0; v < w.Shape[1]; v++) y += x[u..(u + rows), v..(v + columns)] * w[u, v];
    }
    return y;
}
Tensor y = Slide(x, w);                                                              // [3, 3]
Tensor G = Tensor.From([[1.0, 0, 2], [0, -1, 0], [1, 0, 1]]);                        // [3, 3]
lesson.Figure("forward", y, [3, 7, -1, 0, 0, 3, 1, 3, 3]);

// %% filter: w[u, v] touched x[i + u, j + v] at every place, so G slides over the picture as if it were the filter
Tensor byW = Slide(x, G);                                                            // [2, 2]
// %% picture: x[a, b] went into every place the window covered it; G, framed by zeros, meets the filter turned by half a turn
Tensor byX = Slide(G.Pad([1, 1, 1, 1]), w.Flip(0, 1));                               // [4, 4]
// %% bias: it was added at every place
double byB = G.Sum().Item();
lesson.Figure("by.w", byW);
lesson.Figure("by.x", byX);
lesson.Figure("by.b", byB, expected: 4);

// %% autograd's answer
Tensor xLeaf = x.Clone().RequireGrad(), wLeaf = w.Clone().RequireGrad();
(xLeaf.Reshape(1, 1, 4, 4).Conv2d(wLeaf.Reshape(1, 1, 2, 2)).Reshape(3, 3) * G).Sum().Backward();
lesson.Figure("by.w.difference", (wLeaf.Grad! - byW).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("by.x.difference", (xLeaf.Grad! - byX).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% what goes wrong when the half turn is forgotten: the shape is right, the numbers are not
Tensor forgotten = Slide(G.Pad([1, 1, 1, 1]), w);
lesson.Figure("forgotten.turn.difference", (forgotten - byX).Abs().Max().Item());

// %% the whole layer: several pictures, channels, filters, stride and padding
int stride = lesson.Parameter("stride", 2, 1, 3), padding = lesson.Parameter("padding", 1, 0, 2);
var random = new NumPyRandom(lesson.Seed(50));
Tensor X = Tensor.RandN([2, 3, 7, 7], random), W = Tensor.RandN([4, 3, 3, 3], random), B = Tensor.RandN([4], random);
Tensor Forward(Tensor X, Tensor W, Tensor B) => X.Conv2d(W, B, stride, padding);     // [2, 4, h, w]
Tensor D = Tensor.RandN(Forward(X, W, B).Shape, random);                             // ∂L/∂Y for L = Σ D ∘ Y
(Tensor ByX, Tensor ByW, Tensor ByB) Gradients()
{
    int k = W.Shape[2], height = D.Shape[2], width = D.Shape[3];
    Tensor framed = X.Pad([padding, padding, padding, padding]);                      // [2, 3, 7 + 2p, 7 + 2p]
    Tensor byFramed = Tensor.ZerosLike(framed), byW = Tensor.ZerosLike(W);
    for (int u = 0; u < k; u++)
    {
        for (int v = 0; v < k; v++)
        {
            // the pixels that met the filter's cell (u, v): every stride-th, from u and v on
            TensorIndex rows = TensorIndex.Slice(u, u + (height - 1) * stride + 1, stride), columns = TensorIndex.Slice(v, v + (width - 1) * stride + 1, stride);
            byW[.., .., u, v].AddInPlace(Tensor.Einsum("nkij,ncij->kc", D, framed[.., .., rows, columns]));
            byFramed[.., .., rows, columns].AddInPlace(Tensor.Einsum("nkij,kc->ncij", D, W[.., .., u, v]));
        }
    }
    return (byFramed[.., .., padding..(padding + 7), padding..(padding + 7)], byW, D.Sum([0, 2, 3]));
}
var hand = Gradients();

// %% against autograd
Tensor[] leaves = [.. new[] { X, W, B }.Select(t => t.Clone().RequireGrad())];
(Forward(leaves[0], leaves[1], leaves[2]) * D).Sum().Backward();
lesson.Figure("layer.by.x.difference", (leaves[0].Grad! - hand.ByX).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("layer.by.w.difference", (leaves[1].Grad! - hand.ByW).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("layer.by.b.difference", (leaves[2].Grad! - hand.ByB).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("layer.by.b", hand.ByB);

// %% against central differences, which know nothing of either: move one weight by ±h and look at L
double Loss(Tensor W) => (Forward(X, W, B) * D).Sum().Item();
double largest = 0;
for (int i = 0; i < W.Count; i += 7)
{
    Tensor step = Tensor.ZerosLike(W);
    step.Reshape(-1)[i].FillInPlace(1e-5);
    double numeric = (Loss(W + step) - Loss(W - step)) / 2e-5;
    largest = Math.Max(largest, Math.Abs(numeric - hand.ByW.Reshape(-1)[i].Item()));
}
lesson.Figure("layer.numeric.difference", largest, expected: 0, tolerance: 1e-7);

// %% the small case as a picture
Panel Tile(string title, Tensor values) => new Panel(title) { Axes = false, EqualAxes = true }.HeatMap(values, ColorMap.Diverging, showValues: true, low: -6, high: 6);
lesson.Plot("gradients", new Figure(lesson.Text("앞으로: x와 w에서 y. 뒤로: G에서 두 기울기", "Forward: y from x and w. Backward: two gradients from G"), 3,
    [Tile("x", x), Tile("w", w), Tile("y", y), Tile("G = ∂L/∂y", G), Tile("∂L/∂w", byW), Tile("∂L/∂x", byX)]) { PanelWidth = 280, PanelHeight = 280 });
