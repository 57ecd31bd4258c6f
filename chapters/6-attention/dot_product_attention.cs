// chapter: dot_product_attention
// title: 내적 어텐션: 닮은 만큼 꺼내 보기 | Dot-product attention: looking up by likeness
// computes: 어텐션을 반복문, 행렬, 엔진으로 계산하고 기울기를 손으로 구하기; √d로 나누지 않으면 생기는 일 | attention by loops, by matrices and by the engine, its gradient by hand; what happens without dividing by √d
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% a soft dictionary: every key answers, each as loudly as it resembles the query
string[] things = [lesson.Text("고양이", "cat"), lesson.Text("개", "dog"), lesson.Text("닭", "hen"), lesson.Text("버스", "bus"), lesson.Text("사과", "apple")];
Tensor keys = Tensor.From([[1.0, 0.9, 0.1], [1, 1, 0], [0.9, 0.4, 0.5], [0, 1, 0], [0.2, 0, 1]]);       // [5, 3]: alive, moves, can be eaten
Tensor legs = Tensor.From([[4.0], [4], [2], [0], [0]]);                                             // [5, 1]: the values
Tensor query = Tensor.From([[1.0, 0.9, 0.1]]);                                                      // [1, 3]: something like a cat
foreach (double sharpness in (double[])[0, 1, 4, 100])
{
    Tensor weights = (sharpness * query.MatMul(keys.T)).Softmax(1);                                 // [1, 5]
    lesson.Figure($"lookup.weights.{sharpness}", weights[0]);
    lesson.Figure($"lookup.legs.{sharpness}", weights.MatMul(legs).Item());
}
double[] cat = keys[0].ToArray<double>(), dog = keys[1].ToArray<double>();
lesson.Figure("dot.cat.cat", Similarity.Dot(cat, cat), expected: 1.82, tolerance: 1e-12);
lesson.Figure("dot.cat.dog", Similarity.Dot(cat, dog), expected: 1.9, tolerance: 1e-12);
lesson.Figure("cosine.cat.cat", Similarity.Cosine(cat, cat), expected: 1, tolerance: 1e-12);
lesson.Figure("cosine.cat.dog", Similarity.Cosine(cat, dog));

// %% attention: many queries at once, scores divided by √d
int d = lesson.Parameter("size", 8, 1, 512), count = lesson.Parameter("keys", 6, 1, 200);
var random = new NumPyRandom(lesson.Seed(60));
Tensor q = Tensor.RandN([4, d], random), k = Tensor.RandN([count, d], random), v = Tensor.RandN([count, 3], random);
double scale = 1 / Math.Sqrt(d);
Tensor A = (q.MatMul(k.T) * scale).Softmax(1);                                                      // [4, keys]: a row of weights a query
Tensor output = A.MatMul(v);                                                                        // [4, 3]
lesson.Figure("weights", A);
lesson.Figure("output", output);
lesson.Figure("weights.add.to.one", (A.Sum(1) - 1).Abs().Max().Item(), expected: 0, tolerance: 1e-14);
lesson.Figure("engine.difference", (q.ScaledDotProductAttention(k, v) - output).Abs().Max().Item(), expected: 0, tolerance: 1e-13);

// %% the same in loops, number by number
double[] Q = q.ToArray<double>(), K = k.ToArray<double>(), V = v.ToArray<double>();
var loops = new double[4, 3];
for (int i = 0; i < 4; i++)
{
    var e = new double[count];
    for (int j = 0; j < count; j++)
    {
        double score = 0;
        for (int f = 0; f < d; f++) score += Q[i * d + f] * K[j * d + f];
        e[j] = Math.Exp(score / Math.Sqrt(d));
    }
    for (int j = 0; j < count; j++)
        for (int f = 0; f < 3; f++) loops[i, f] += e[j] / e.Sum() * V[j * 3 + f];
}
lesson.Figure("loops.difference", (Tensor.From(loops) - output).Abs().Max().Item(), expected: 0, tolerance: 1e-13);

// %% backward by hand, for a loss whose gradient by the output is G
Tensor G = Tensor.RandN([4, 3], random);
Tensor byV = A.T.MatMul(G);                                                                         // [keys, 3]
Tensor byA = G.MatMul(v.T);                                                                         // [4, keys]
Tensor byS = A * (byA - (A * byA).Sum(1, keepDim: true));                                           // [4, keys]: soft-max backward
Tensor byQ = byS.MatMul(k) * scale, byK = byS.T.MatMul(q) * scale;                                  // [4, d], [keys, d]
Tensor[] leaves = [q.Clone().RequireGrad(), k.Clone().RequireGrad(), v.Clone().RequireGrad()];
(leaves[0].ScaledDotProductAttention(leaves[1], leaves[2]) * G).Sum().Backward();
foreach (var (name, byHand, leaf) in new[] { ("q", byQ, leaves[0]), ("k", byK, leaves[1]), ("v", byV, leaves[2]) })
{
    lesson.Figure($"gradient.{name}", byHand);
    lesson.Figure($"gradient.{name}.difference", (leaf.Grad! - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
}

// %% why √d: scores of random vectors spread as √d, and a soft-max of large scores has made up its mind and lets no gradient through
(double Spread, double Largest, double Slope) Measure(int size, bool scaled)
{
    var stream = new NumPyRandom(lesson.Seed(60) + (uint)size);
    Tensor scores = Tensor.RandN([200, size], stream).MatMul(Tensor.RandN([size, 16], stream));     // [200, 16]: 200 queries, 16 keys
    double spread = scores.Std().Item();
    Tensor a = (scaled ? scores / Math.Sqrt(size) : scores).Softmax(1);
    Tensor slopes = Tensor.Eye(16, dtype: DType.Float64) * a.Unsqueeze(1) - a.Unsqueeze(2) * a.Unsqueeze(1); // [200, 16, 16]: da/dscore
    return (spread, a.Max(1).Values.Mean().Item(), (slopes * slopes).Sum([1, 2]).Sqrt().Mean().Item());
}
int[] sizes = [1, 4, 16, 64, 256, 1024];
var plain = sizes.Select(size => Measure(size, scaled: false)).ToArray();
var divided = sizes.Select(size => Measure(size, scaled: true)).ToArray();
lesson.Figure("scores.spread", [.. plain.Select(m => m.Spread)]);
lesson.Range("scores.spread.over.sqrt.d", plain.Zip(sizes, (m, size) => m.Spread / Math.Sqrt(size)).Average(), 0.9, 1.1);
lesson.Figure("largest.weight.plain", [.. plain.Select(m => m.Largest)]);
lesson.Figure("largest.weight.scaled", [.. divided.Select(m => m.Largest)]);
lesson.Figure("slope.plain", [.. plain.Select(m => m.Slope)]);
lesson.Figure("slope.scaled", [.. divided.Select(m => m.Slope)]);
lesson.Range("largest.weight.plain.1024", plain[^1].Largest, 0.95, 1);
lesson.Range("largest.weight.scaled.1024", divided[^1].Largest, 0.2, 0.35);
lesson.Range("slope.kept", divided[^1].Slope / plain[^1].Slope, 3, 1000);

// %% pictures
Tensor all = (3.0 * keys.MatMul(keys.T)).Softmax(1);                                                // [5, 5]
lesson.Plot("lookup", new Panel(lesson.Text("누가 누구를 보는가", "Who looks at whom"), lesson.Text("열쇠", "key"), lesson.Text("질문", "query")).HeatMap(all.Round(2), rows: things, columns: things, showValues: true, low: 0, high: 1));
double[] x = [.. sizes.Select(size => (double)size)];
string without = lesson.Text("나누지 않음", "not divided"), with = lesson.Text("√d로 나눔", "divided by √d"), axis = lesson.Text("벡터의 크기 d", "size d of the vectors");
Panel Compare(string title, string y, Func<(double Spread, double Largest, double Slope), double> what) => new Panel(title, axis, y) { LogX = true }
    .Line(x, plain.Select(what).ToArray(), without, Color.Vermilion).Line(x, divided.Select(what).ToArray(), with, Color.Blue);
lesson.Plot("scaling", new Figure(lesson.Text("소프트맥스의 포화", "A saturated soft-max"), 3,
[
    new Panel(lesson.Text("점수의 표준 편차", "Spread of the scores"), axis, lesson.Text("표준 편차", "standard deviation")) { LogX = true, LogY = true }
        .Line(x, plain.Select(m => m.Spread).ToArray(), lesson.Text("잰 것", "measured"), Color.Vermilion).Curve(Math.Sqrt, 1, 1024, "√d", Color.Grey, dashed: true),
    Compare(lesson.Text("가장 큰 가중치", "Largest weight"), lesson.Text("16개 가운데 가장 큰 것", "largest of 16"), m => m.Largest),
    Compare(lesson.Text("지나가는 기울기", "Gradient that passes"), "‖∂a/∂s‖", m => m.Slope),
]));
