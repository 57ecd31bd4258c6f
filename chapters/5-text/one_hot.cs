// chapter: one_hot
// title: 원-핫 벡터와 임베딩 | One-hot vectors and embeddings
// computes: 원-핫 벡터와 행렬의 곱이 표에서 한 줄을 꺼내는 것임을 값과 기울기로 확인 | a one-hot vector times a matrix is a look-up of a row, in value and in gradient
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% each word a vector with a single 1
string[] words = ["왕", "왕비", "남자", "여자", "사과"];
Vocabulary vocabulary = new(words);
Tensor eye = Tensor.Eye(words.Length, dtype: DType.Float64);                   // [5, 5]: row i is word i
lesson.Figure("one.hot.of.남자", eye[vocabulary.Id("남자")], [0, 0, 1, 0, 0]);

// %% what these vectors know: nothing. Every two words are equally far apart
double[] cosines = [.. from a in Enumerable.Range(0, 5) from b in Enumerable.Range(0, a) select (eye[a] * eye[b]).Sum().Item()];
double[] distances = [.. from a in Enumerable.Range(0, 5) from b in Enumerable.Range(0, a) select (eye[a] - eye[b]).Square().Sum().Sqrt().Item()];
lesson.Figure("cosines", [cosines.Min(), cosines.Max()], [0, 0]);
lesson.Figure("distances", [distances.Min(), distances.Max()], [Math.Sqrt(2), Math.Sqrt(2)]);

// %% times a matrix: the product picks a row
int size = lesson.Parameter("size", 2, 2, 16);
Tensor table = Tensor.RandN([words.Length, size], new NumPyRandom(lesson.Seed(3)));            // [5, 2]
Tensor ids = Tensor.Wrap([3L, 0, 3], [3]);                                                  // 여자 왕 여자
Tensor chosen = ids.Embedding(table);                                                       // [3, 2]: rows taken
Tensor product = Tensor.OneHot(ids, words.Length, DType.Float64).MatMul(table);             // [3, 5] × [5, 2]
lesson.Figure("look.up.difference", (chosen - product).Abs().Max().Item(), expected: 0);

// %% the gradient by hand: of E = ½ Σ (row - goal)², the one-hot matrix carries each row's error back to its word; a word that stands twice gets both
Tensor goals = Tensor.RandN([3, size], new NumPyRandom(4));                                    // [3, 2]
Tensor byRow = chosen - goals;                                                              // [3, 2]
Tensor byTable = Tensor.OneHot(ids, words.Length, DType.Float64).T.MatMul(byRow);           // [5, 3] × [3, 2]
Tensor leaf = table.Clone().RequireGrad();
((ids.Embedding(leaf) - goals).Square().Sum() * 0.5).Backward();
lesson.Figure("gradient.difference", (leaf.Grad! - byTable).Abs().Max().Item(), expected: 0, tolerance: 1e-15);
lesson.Figure("rows.with.gradient", Enumerable.Range(0, 5).Count(row => byTable[row].Abs().Max().Item() > 0), expected: 2);

// %% training moves words: those that are to be alike come together
string[][] alike = [["왕", "왕비"], ["남자", "여자"], ["왕", "남자"], ["왕비", "여자"]];
double rate = lesson.Parameter("lr", 0.1, 1e-3, 1);
Tensor moved = table.Clone();
double Cosine(Tensor t, string a, string b) => Similarity.Cosine(t[vocabulary.Id(a)].ToArray<double>(), t[vocabulary.Id(b)].ToArray<double>());
for (int step = 0; step < 200; step++)
{
    Tensor w = moved.Clone().RequireGrad();
    Tensor loss = Tensor.Zeros([], DType.Float64);
    foreach (string[] pair in alike) // σ(a·b) towards 1 for these, towards 0 with the apple
    {
        Tensor a = w[vocabulary.Id(pair[0])], b = w[vocabulary.Id(pair[1])], apple = w[vocabulary.Id("사과")];
        loss -= (a * b).Sum().LogSigmoid() + (-(a * apple).Sum()).LogSigmoid() + (-(b * apple).Sum()).LogSigmoid();
    }
    loss.Backward();
    moved -= rate * w.Grad!;
}
lesson.Figure("cosine.before", [Cosine(table, "왕", "왕비"), Cosine(table, "왕", "사과")], [-0.18653235, -0.32492417]);
lesson.Figure("cosine.after", [Cosine(moved, "왕", "왕비"), Cosine(moved, "왕", "사과")], [0.7921213, -0.90218521]);
lesson.Range("alike.after", Cosine(moved, "왕", "왕비"), 0.7, 1);
lesson.Range("apple.after", Cosine(moved, "왕", "사과"), -1, -0.5);

// %% the memory that one-hot vectors would take, and the table's
lesson.Figure("megabytes.one.hot", 50_000.0 * 50_000 * 4 / 1e6, expected: 10_000);
lesson.Figure("megabytes.embedding", 50_000.0 * 300 * 4 / 1e6, expected: 60);

Panel Words(string title, Tensor at)
{
    var panel = new Panel(title) { EqualAxes = true };
    for (int i = 0; i < words.Length; i++) panel.Line([0, at[i, 0].Item()], [0, at[i, 1].Item()], words[i], width: 3);
    return panel;
}
lesson.Plot("words", new Figure("", 3,
[
    new Panel(lesson.Text("원-핫", "one-hot")).HeatMap(eye, rows: words, columns: words, showValues: true),
    Words(lesson.Text("임베딩, 학습 전", "embeddings before training"), table),
    Words(lesson.Text("학습 뒤", "after training"), moved),
]));
