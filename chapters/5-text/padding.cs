// chapter: padding
// title: 패딩과 마스크 | Padding and masks
// computes: 길이가 다른 문장을 한 표에 담고, 채운 자리를 세지 않는 법 | sentences of different length in one table, and how not to count what was filled in
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% sentences as ids; 0 is kept for padding
string[] texts = ["고양이가 잔다", "고양이가 마당에서 생선을 먹는다", "개가 짖는다", "개가 고양이를 보고 마당에서 크게 짖는다", "비가 온다", "비가 와서 고양이가 집에 들어온다"];
Vocabulary vocabulary = Vocabulary.Build(texts.Select(text => text.Split(' ')), special: ["<pad>"]);
int[][] rows = [.. texts.Select(text => vocabulary.Encode(text.Split(' ')))];
int longest = rows.Max(row => row.Length);
lesson.Figure("lengths", [.. rows.Select(row => (double)row.Length)], [2, 4, 2, 6, 2, 5]);

// %% by hand: a table as wide as the longest, zeros behind
var table = new int[rows.Length, longest];
for (int i = 0; i < rows.Length; i++)
    for (int j = 0; j < rows[i].Length; j++) table[i, j] = rows[i][j];
double[,] Numbers(int[,] ids)
{
    var numbers = new double[ids.GetLength(0), ids.GetLength(1)];
    Array.Copy(ids, numbers, ids.Length);
    return numbers;
}
Tensor ids = Tensor.From(Numbers(table)).To(DType.Int64); // [6, 6]
lesson.Figure("differences", Numbers(Sequences.Pad(rows)).Cast<double>().Zip(Numbers(table).Cast<double>(), (a, b) => Math.Abs(a - b)).Sum(), expected: 0);
lesson.Figure("share.of.padding", table.Cast<int>().Count(id => id == 0) / (double)table.Length, expected: 15.0 / 36);

// %% in front or behind, cut on the left or on the right
lesson.Figure("behind", Numbers(Sequences.Pad([rows[1]], 6)), new double[,] { { 1, 2, 7, 8, 0, 0 } });
lesson.Figure("in.front", Numbers(Sequences.Pad([rows[1]], 6, left: true)), new double[,] { { 0, 0, 1, 2, 7, 8 } });
lesson.Figure("cut.behind", Numbers(Sequences.Pad([rows[1]], 2)), new double[,] { { 1, 2 } });
lesson.Figure("cut.in.front", Numbers(Sequences.Pad([rows[1]], 2, cutLeft: true)), new double[,] { { 7, 8 } });

// %% the mistake: a mean over words that counts the filling as well
var random = new NumPyRandom(lesson.Seed(7));
Tensor embedding = Tensor.RandN([vocabulary.Size, 3], random);                                   // [words, 3]
Tensor vectors = ids.Embedding(embedding);                                                       // [6, 6, 3]
Tensor mask = ids.Ne(0).To(DType.Float64).Unsqueeze(2);                                          // [6, 6, 1]: 1 for a word, 0 for filling
Tensor wrong = vectors.Mean(1);                                                                  // [6, 3]
Tensor right = (vectors * mask).Sum(1) / mask.Sum(1);                                            // [6, 3]
Tensor alone = Tensor.Wrap([.. rows[0].Select(id => (long)id)], [2]).Embedding(embedding).Mean(0); // the first sentence by itself, [3]
lesson.Figure("wrong.mean.differs", (wrong[0] - alone).Abs().Max().Item(), expected: 0.89969173);
lesson.Figure("masked.mean.differs", (right[0] - alone).Abs().Max().Item(), expected: 0, tolerance: 1e-15);

// %% the same in attention: filled places get -∞ before the soft-max, and thus a weight of exactly 0
Tensor scores = right[0].Unsqueeze(0).MatMul(vectors[0].T);                                      // [1, 6]
Tensor plain = scores.Softmax(-1), masked = scores.MaskedFill(ids[0].Eq(0).Unsqueeze(0), double.NegativeInfinity).Softmax(-1);
lesson.Figure("weight.on.padding", plain[.., rows[0].Length..].Sum().Item(), expected: 0.30923125);
lesson.Figure("weight.on.padding.masked", masked[.., rows[0].Length..].Sum().Item(), expected: 0);

// %% less filling: sentences of like length in one batch
double Filled(IEnumerable<int[]> order) => order.Chunk(2).Sum(batch => batch.Max(row => row.Length) * batch.Length - batch.Sum(row => row.Length));
lesson.Figure("filled.in.order", Filled(rows), expected: 9);
lesson.Figure("filled.by.length", Filled(rows.OrderBy(row => row.Length)), expected: 3);

// %% how long real reviews are: a width that holds nearly all of them is enough
double[] lengths = [.. rows.Select(row => (double)row.Length)];
if (lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews)
{
    lengths = [.. reviews.Select(row => (double)row[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length)];
    lesson.Figure("real.reviews", reviews.Count, expected: 150_000);
    lesson.Figure("real.mean.length", lengths.Average(), expected: 7.6022067);
    lesson.Figure("real.longest", lengths.Max(), expected: 44);
    lesson.Figure("real.at.most.20", lengths.Count(length => length <= 20) / (double)lengths.Length, expected: 0.9363);
}
lesson.Plot("padding", new Figure("", 2,
[
    new Panel(lesson.Text("채운 표 (0 = 패딩)", "The padded table (0 = padding)"), lesson.Text("자리", "place"), lesson.Text("문장", "sentence")).HeatMap(Numbers(table), showValues: true),
    new Panel(lesson.Text("문장 길이", "Lengths of sentences"), lesson.Text("낱말", "words"), lesson.Text("문장 수", "sentences")).Histogram(lengths, bins: (int)(lengths.Max() - lengths.Min())),
]));
