// chapter: similarity
// title: 닮음: 내적과 코사인 | Similarity: dot product and cosine
// computes: 내적, 코사인, 거리, 자카드로 글을 견주고 내적이 어텐션의 점수가 되는 까닭을 보기 | dot product, cosine, distance and Jaccard; why the dot product is the score of attention
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% two numbers a vector, so that everything can be drawn: how often "sea" and "code" stand in four texts
string[] names = [lesson.Text("바다 글", "sea"), lesson.Text("바다 글 세 번", "sea, three times"), lesson.Text("코드 글", "code"), lesson.Text("반반", "half and half")];
double[][] v = [[2, 1], [6, 3], [1, 4], [3, 3]];

// %% the dot product Σ aᵢbᵢ grows with length; the cosine divides by both lengths and leaves the angle
double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
lesson.Figure("dot", [Dot(v[0], v[0]), Dot(v[0], v[1]), Dot(v[0], v[2]), Dot(v[0], v[3])], [5, 15, 6, 9]);
lesson.Figure("cosine", [Cosine(v[0], v[1]), Cosine(v[0], v[2]), Cosine(v[0], v[3])], [1, 6 / Math.Sqrt(85), 9 / Math.Sqrt(90)]);
lesson.Figure("degrees", [.. v.Select(b => Math.Acos(Math.Min(1, Cosine(v[0], b))) * 180 / Math.PI)], [0, 0, 49.39870535, 18.43494882], tolerance: 1e-6);
lesson.Figure("euclid", [.. v.Select(b => Similarity.Euclidean(v[0], b))], [0, Math.Sqrt(20), Math.Sqrt(10), Math.Sqrt(5)]);
// by distance the code text is nearer to the sea text than the sea text written three times
lesson.Figure("distance.is.fooled", Similarity.Euclidean(v[0], v[2]) < Similarity.Euclidean(v[0], v[1]) ? 1 : 0, expected: 1);
// of vectors of length 1 both orders are the same: |a - b|² = 2 - 2 cos
double[] Unit(double[] a) => [.. a.Select(x => x / Math.Sqrt(Dot(a, a)))];
lesson.Figure("unit.identity", v.Max(b => Math.Abs(Math.Pow(Similarity.Euclidean(Unit(v[0]), Unit(b)), 2) - (2 - 2 * Cosine(v[0], b)))), expected: 0, tolerance: 1e-12);

// %% sets of words: what both have, of what either has
string[] a = "배가 항구에 들어온다".Split(' '), b = "배가 항구를 떠난다".Split(' ');
lesson.Figure("jaccard", Similarity.Jaccard(a, b), expected: 1.0 / 5);
lesson.Figure("jaccard.stems", Similarity.Jaccard(a.Select(KoreanParticles.Strip), b.Select(KoreanParticles.Strip)), expected: 2.0 / 4);

// %% the slope of the cosine by hand: ∂cos/∂a = (b/|b| - cos · a/|a|) / |a|; it has no part along a, so it only turns
Tensor x = Tensor.From(v[0]), y = Tensor.From(v[2]);
Tensor CosineOf(Tensor p, Tensor q) => (p * q).Sum() / ((p * p).Sum().Sqrt() * (q * q).Sum().Sqrt());
double length = x.Square().Sum().Sqrt().Item();
Tensor byHand = (y / y.Square().Sum().Sqrt() - CosineOf(x, y) * x / length) / length;
Tensor leaf = x.Clone().RequireGrad();
CosineOf(leaf, y).Backward();
lesson.Figure("gradient.difference", (leaf.Grad! - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-15);
lesson.Figure("gradient.along.a", (byHand * x).Sum().Item(), expected: 0, tolerance: 1e-15);

// %% attention: the dot product of a query with every key is a score, soft-max turns scores into weights, the answer is the weighted mean of the values
Tensor query = Tensor.From([[1.0, 0]]);                                 // [1, 2]: asks for the sea
Tensor keys = Tensor.From(v);                                           // [4, 2]
Tensor values = Tensor.From([[10.0], [20], [30], [40]]);                // [4, 1]
Tensor weights = (query.MatMul(keys.T) / Math.Sqrt(2)).Softmax(-1);     // [1, 4]
lesson.Figure("attention.weights", weights, [[0.048923649, 0.82773084, 0.02412272, 0.099222787]]);
lesson.Figure("attention.answer", weights.MatMul(values).Item(), expected: 21.736446);
lesson.Figure("attention.sum", weights.Sum().Item(), expected: 1, tolerance: 1e-12);
lesson.Figure("attention.first", weights[0, 0].Item(), expected: 1 / (1 + Math.Exp(4 / Math.Sqrt(2)) + Math.Exp(-1 / Math.Sqrt(2)) + Math.Exp(1 / Math.Sqrt(2))), tolerance: 1e-12);

// %% why divide by √d: random vectors of d numbers have dot products of variance d, and soft-max of large numbers picks one key and learns no more
var random = new NumPyRandom(lesson.Seed(11));
double[] sizes = [2, 8, 32, 128, 512], spread = new double[5], highest = new double[5], scaled = new double[5];
for (int i = 0; i < sizes.Length; i++)
{
    int d = (int)sizes[i];
    Tensor q = Tensor.RandN([200, d], random), k = Tensor.RandN([16, d], random);
    Tensor scores = q.MatMul(k.T);                                      // [200, 16]
    spread[i] = scores.Var().Item();
    highest[i] = scores.Softmax(-1).Max(1).Values.Mean().Item();
    scaled[i] = (scores / Math.Sqrt(d)).Softmax(-1).Max(1).Values.Mean().Item();
}
lesson.Range("variance.over.d", spread.Zip(sizes, (s, d) => s / d).Average(), 0.8, 1.2);
lesson.Figure("highest.weight", highest, [0.31624481, 0.55672937, 0.78029511, 0.87923304, 0.94337238]);
lesson.Figure("highest.weight.scaled", scaled, [0.23474526, 0.2381732, 0.24535536, 0.24238826, 0.23772437]);

var arrows = new Panel(lesson.Text("네 글의 벡터", "Four texts as vectors"), lesson.Text("\"바다\"의 횟수", "count of \"sea\""), lesson.Text("\"코드\"의 횟수", "count of \"code\"")) { EqualAxes = true, XLimits = (-0.2, 8.5), YLimits = (-0.2, 5) };
for (int i = 0; i < v.Length; i++) arrows.Line([0, v[i][0]], [0, v[i][1]], names[i], width: i == 0 ? 5 : 2);
lesson.Plot("similarity", new Figure("", 2,
[
    arrows,
    new Panel(lesson.Text("가장 큰 어텐션 가중치", "The largest attention weight"), "d", lesson.Text("평균", "mean")) { LogX = true }
        .Line(sizes, highest, lesson.Text("그대로", "as it is")).Line(sizes, scaled, lesson.Text("√d로 나눔", "divided by √d")),
]));
