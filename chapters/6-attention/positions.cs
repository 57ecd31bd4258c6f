// chapter: positions
// title: 위치 부호화 | Positional encoding
// computes: 사인과 코사인으로 자리를 나타내기, 자리를 옮기는 것은 회전이라는 증명과 측정 | sines and cosines that say where a word stands; a shift is a rotation, proven and measured
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% PE(p, 2i) = sin(ωᵢ p), PE(p, 2i + 1) = cos(ωᵢ p) with ωᵢ = 10000^(-2i/d): clock hands, each slower than the one before
int size = lesson.Parameter("size", 64, 4, 512) & ~1, length = lesson.Parameter("length", 100, 10, 1000);
Tensor Frequencies(int d) => Tensor.From([.. Enumerable.Range(0, d / 2).Select(i => Math.Pow(10000, -2.0 * i / d))]);              // [d/2]
Tensor Encode(Tensor positions, int d)
{
    Tensor angles = positions.To(DType.Float64).Unsqueeze(1) * Frequencies(d);                                                    // [T, d/2]
    return Tensor.Stack([angles.Sin(), angles.Cos()], 2).Reshape(angles.Shape[0], d);                                            // [T, d]
}
Tensor encoding = Encode(Tensor.Arange(length), size);
lesson.Figure("position.0", encoding[0, ..4], expected: [0, 1, 0, 1], tolerance: 1e-12);
lesson.Figure("position.1", encoding[1, ..2], expected: [0.8414709848, 0.5403023059], tolerance: 1e-9);
lesson.Figure("engine.difference", (encoding - PositionalEncoding.Table(length, size, DType.Float64)).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
lesson.Figure("wavelengths", [.. Frequencies(size).ToArray<double>().Select(w => 2 * Math.PI / w)]);
lesson.Figure("length.squared", encoding.Square().Sum(1)[..5], expected: [.. Enumerable.Repeat(size / 2.0, 5)], tolerance: 1e-12);

// %% without positions attention does not know order: shuffled words give shuffled answers, nothing else changes
var random = new NumPyRandom(lesson.Seed(6));
Tensor words = Tensor.RandN([6, size], random), shuffled = words[Tensor.From([3L, 0, 5, 1, 4, 2])];                               // [6, size]
Tensor Attend(Tensor x) => (x.MatMul(x.T) / Math.Sqrt(size)).Softmax(1).MatMul(x);
Tensor order = Tensor.From([3L, 0, 5, 1, 4, 2]);
lesson.Figure("shuffled.without.positions", (Attend(words)[order] - Attend(shuffled)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Range("shuffled.with.positions", (Attend(words + encoding[..6])[order] - Attend(shuffled + encoding[..6])).Abs().Max().Item(), 0.1, 10);

// %% the rotation: one matrix M(k) leads from every position p to p + k, whatever p is
Tensor Rotation(double k, int d)
{
    Tensor[] blocks = [.. Frequencies(d).ToArray<double>().Select(w => Tensor.From([[Math.Cos(w * k), Math.Sin(w * k)], [-Math.Sin(w * k), Math.Cos(w * k)]]))];
    return Tensor.BlockDiag(blocks);                                                                                              // [d, d]
}
int shift = lesson.Parameter("shift", 7, 1, 1000);
Tensor moved = Encode(Tensor.Arange(shift, length + shift), size), rotation = Rotation(shift, size);
lesson.Figure("rotation.difference", (encoding.MatMul(rotation.T) - moved).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
lesson.Figure("rotation.keeps.lengths", (rotation.MatMul(rotation.T) - Tensor.Eye(size, dtype: DType.Float64)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("rotation.adds", (Rotation(3, size).MatMul(Rotation(4, size)) - Rotation(7, size)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% so the dot product of two positions knows only their distance: Σ cos(ωᵢ (p - q))
Tensor similarity = encoding.MatMul(encoding.T);                                                                                  // [T, T]
double[] byDistance = [.. Enumerable.Range(0, length).Select(k => (Frequencies(size) * k).Cos().Sum().Item())];
double worst = Enumerable.Range(0, length * length).Max(n => Math.Abs(similarity[n / length, n % length].Item() - byDistance[Math.Abs(n / length - n % length)]));
lesson.Figure("similarity.only.by.distance", worst, expected: 0, tolerance: 1e-10);
lesson.Figure("similarity", byDistance[..Math.Min(10, length)]);

// %% can a linear layer find M(k) by itself? Least squares over positions 0 to 99; the gradient by hand beside autograd
const int Small = 8;
Tensor P = Encode(Tensor.Arange(100), Small).T, Q = Encode(Tensor.Arange(shift, 100 + shift), Small).T;                           // [8, 100]
Tensor A = Tensor.RandN([Small, Small], random).RequireGrad();
(A.MatMul(P) - Q).Square().Sum().Backward();
Tensor byHand = 2.0 * (A.Detach().MatMul(P) - Q).MatMul(P.T);                                                                     // dL/dA = 2 (AP - Q) Pᵀ
lesson.Figure("gradient.difference", (byHand - A.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-10);
Tensor found = P.T.LeastSquares(Q.T).T;                                                                                           // [8, 8]
Tensor far = Encode(Tensor.Arange(1000, 1100), Small).T, farther = Encode(Tensor.Arange(1000 + shift, 1100 + shift), Small).T;
lesson.Figure("found.matrix.difference", (found - Rotation(shift, Small)).Abs().Max().Item(), expected: 0, tolerance: 1e-6);
lesson.Figure("found.at.1000", (found.MatMul(far) - farther).Abs().Max().Item(), expected: 0, tolerance: 1e-6);

// %% rotary positions (RoPE) turn queries and keys by M instead of adding anything: their product again knows only the distance
Tensor query = Tensor.RandN([size], random), key = Tensor.RandN([size], random);
double Score(int p, int q) => (Rotation(p, size).Mv(query) * Rotation(q, size).Mv(key)).Sum().Item();
lesson.Figure("rotary.difference", Score(3, 10) - Score(503, 510), expected: 0, tolerance: 1e-9);
lesson.Figure("rotary.score", Score(3, 10));

// %% why embeddings are multiplied by √d: Xavier's rule draws them so small that positions would drown them
Tensor table = Tensor.Zeros([11, 512], DType.Float64).InitializeInPlace(Initializers.XavierUniform(), random);                   // the toy task's vocabulary
double RootMeanSquare(Tensor x) => x.Square().Mean().Sqrt().Item();
lesson.Figure("embedding.size.expected", Math.Sqrt(2.0 / (11 + 512)), expected: 0.0618390, tolerance: 1e-6);
lesson.Range("embedding.size", RootMeanSquare(table), 0.058, 0.066);
lesson.Range("embedding.size.scaled", RootMeanSquare(table * Math.Sqrt(512)), 1.31, 1.49);
lesson.Figure("position.size", RootMeanSquare(Encode(Tensor.Arange(10), 512)), expected: Math.Sqrt(0.5), tolerance: 1e-12);

// %% pictures: the curves, the whole table, similarity by distance, the rotation
string position = lesson.Text("자리", "position"), dimension = lesson.Text("차원", "dimension");
Tensor twenty = Encode(Tensor.Arange(100), 20);
var curves = new Panel(lesson.Text("d = 20의 차원 4~7", "Dimensions 4 to 7 of d = 20"), position) { YLimits = (-1.1, 1.6) };
for (int i = 4; i < 8; i++) curves.Line(Tensor.Arange(100), twenty.Select(1, i), $"{dimension} {i}");
lesson.Figure("curves.at.50", twenty[50, 4..8]);
var distances = new Panel(lesson.Text("50번 자리와 얼마나 닮았나", "How alike position 50 is to others"), position, lesson.Text("내적", "dot product"));
if (length > 50) distances.Line(Tensor.Arange(length), similarity[50]);
lesson.Plot("positions", new Figure(lesson.Text("자리를 나타내는 사인과 코사인", "Sines and cosines say where"), 2,
[
    curves, new Panel(lesson.Text($"모든 자리, d = {size}", $"All positions, d = {size}"), dimension, position).HeatMap(encoding, ColorMap.Diverging, low: -1, high: 1),
    distances, new Panel($"M({shift})", dimension, dimension) { EqualAxes = true }.HeatMap(rotation[..Math.Min(16, size), ..Math.Min(16, size)], ColorMap.Diverging, low: -1, high: 1),
]) { PanelWidth = 500, PanelHeight = 380 });

// %% what the first layer sees: symbols, positions, their sum
Tensor symbols = table[Tensor.From([1L, 3, 4, 5, 6, 8, 7, 2, 9, 7])], places = Encode(Tensor.Arange(10), 512);                    // [10, 512]
Panel Map(string title, Tensor x) => new Panel(title, dimension, position).HeatMap(x[.., ..64], ColorMap.Diverging, low: -3, high: 3);
lesson.Plot("sum", new Figure(lesson.Text("첫 층이 보는 것 (앞의 64차원)", "What the first layer sees (first 64 dimensions)"), 2,
    [Map(lesson.Text("임베딩 그대로", "Embeddings as drawn"), symbols), Map(lesson.Text("임베딩 × √d", "Embeddings × √d"), symbols * Math.Sqrt(512)), Map(lesson.Text("자리", "Positions"), places), Map(lesson.Text("더한 것", "Their sum"), symbols * Math.Sqrt(512) + places)])
    { PanelWidth = 500, PanelHeight = 260 });
