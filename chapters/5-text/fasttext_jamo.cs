// chapter: fasttext_jamo
// title: 자모 FastText: 처음 보는 낱말의 벡터 | FastText on jamo: vectors for words never seen
// computes: 낱말을 자모 조각의 합으로 나타내어 오타와 새 활용형도 알아보는 스킵그램 | words as sums of pieces of jamo, so that misspellings and new endings are understood
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% four groups of words, each with its company
(string Subjects, string Beside, string Words)[] groups =
[
    ("영화 연기 이야기", "또 꼭", "재미있다 재미있어요 재미있네 재밌다 재밌어요"), ("영화 연기 이야기", "괜히 하품", "지루하다 지루해요 지루하네 지루했다"),
    ("국수 김밥 찌개", "또 꼭", "맛있다 맛있어요 맛있네 맛있었다"), ("버스 기차 택시", "괜히 한참", "늦다 늦어요 늦네 늦었다"),
];
// misspelt, shortened or newly inflected words that are nowhere in the text
string[][] unseen = [["재밋다", "재미써요", "재미있음", "잼있다"], ["지루해여", "지루함", "지루햇다"], ["맛잇다", "마싯어요", "맛있음"], ["늣어요", "늦을", "늦엇다"]];
string[][] sentences = [.. from g in groups from s in g.Subjects.Split(' ') from b in g.Beside.Split(' ') from w in g.Words.Split(' ') select new[] { s, b, w }];
string[] words = [.. sentences.SelectMany(sentence => sentence).Distinct()];
int size = lesson.Parameter("size", 16, 2, 100), negatives = lesson.Parameter("negatives", 5, 1, 20);
int shortest = lesson.Parameter("shortest", 3, 1, 6), longest = lesson.Parameter("longest", 6, 2, 12);
double rate = lesson.Parameter("lr", 0.02, 0.001, 0.5);
lesson.Figure("words", words.Length, expected: 31);

// %% a word's pieces: syllables are taken apart, "_" stands for a missing tail, < and > for the ends
string[] Grams(string text, int shortest, int longest) =>
    [.. (from n in Enumerable.Range(shortest, Math.Max(1, longest - shortest + 1)) from i in Enumerable.Range(0, Math.Max(0, text.Length - n + 1)) select text.Substring(i, n)).Append(text).Distinct()];
string[] Jamo(string word) => Grams($"<{Hangul.Split(word, '_')}>", shortest, longest);
string[] Syllables(string word) => Grams($"<{word}>", 2, 3);
string[] Whole(string word) => [word];
lesson.Say($"재밌다: {string.Join(' ', Jamo("재밌다"))}", $"재밌다: {string.Join(' ', Jamo("재밌다"))}");
lesson.Figure("grams.재밌다", Jamo("재밌다").Length, expected: 31);
lesson.Figure("shared.재밌다.재밋다", Jamo("재밌다").Intersect(Jamo("재밋다")).Count());
lesson.Figure("shared.syllables", Syllables("재밌다").Intersect(Syllables("재밋다")).Count());

// %% the gradient by hand: v = Mz adds the pieces, so whatever a word's vector is told goes to all of its pieces, Mᵀ
string[] pieces = [.. words.SelectMany(Jamo).Distinct()];
lesson.Figure("pieces", pieces.Length);
var random = new NumPyRandom(lesson.Seed(7));
Tensor m = Tensor.From((double[][])[.. words.Select(word => { var has = Jamo(word).ToHashSet(); return pieces.Select(piece => has.Contains(piece) ? 1.0 : 0).ToArray(); })]); // [words, pieces]
Tensor z = (Tensor.RandN([pieces.Length, size], random) / 10).RequireGrad(), u = Tensor.RandN([words.Length, size], random);
Tensor centres = Tensor.RandInt(0, words.Length, [50], random), others = Tensor.RandInt(0, words.Length, [50], random);
Tensor labels = (Tensor.Arange(50) < 10).To(DType.Float64);                                          // ten true pairs, forty false ones
Tensor scores = (centres.Embedding(m.MatMul(z)) * others.Embedding(u)).Sum(1);                       // [50]
scores.BinaryCrossEntropyWithLogits(labels, reduction: LossReduction.Sum).Backward();
Tensor error = (scores.Sigmoid() - labels).Detach();
Tensor gradV = Tensor.Zeros([words.Length, size], DType.Float64).IndexAdd(0, centres, error.Unsqueeze(1) * others.Embedding(u)); // as in word2vec
lesson.Figure("gradient.difference", (m.T.MatMul(gradV) - z.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% training pair by pair, as in word2vec; only the centre is now a sum
(Func<string, double[]> Vector, double Loss) Train(string[][] sentences, string[] words, Func<string, string[]> cut, int size, int epochs, double rate, RandomGenerator random)
{
    var idOfWord = words.Select((word, id) => (word, id)).ToDictionary(entry => entry.word, entry => entry.id);
    int[][] texts = [.. sentences.Select(sentence => sentence.Where(idOfWord.ContainsKey).Select(word => idOfWord[word]).ToArray())];
    var idOfPiece = new Dictionary<string, int>();
    int[][] of = [.. words.Select(word => cut(word).Select(piece => idOfPiece.TryGetValue(piece, out int id) ? id : idOfPiece[piece] = idOfPiece.Count).ToArray())];
    double[] counts = new double[words.Length];
    foreach (int id in texts.SelectMany(text => text)) counts[id]++;
    double total = counts.Sum(count => Math.Pow(count, 0.75));
    int[] urn = [.. counts.SelectMany((count, word) => Enumerable.Repeat(word, (int)Math.Ceiling(Math.Pow(count, 0.75) / total * 100_000)))];
    double[][] z = [.. idOfPiece.Select(_ => new double[size])], u = [.. words.Select(_ => new double[size])];
    foreach (double[] row in z) random.Uniform(row, -0.5 / size, 0.5 / size);
    double[] v = new double[size], change = new double[size], losses = new double[epochs];
    var draws = new long[negatives];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        double step = rate * (1 - (double)epoch / epochs);
        int seen = 0;
        foreach (int[] text in texts)
            for (int i = 0; i < text.Length; i++)
                for (int j = Math.Max(0, i - 2); j <= Math.Min(text.Length - 1, i + 2); j++)
                {
                    if (i == j) continue;
                    Array.Clear(v);
                    Array.Clear(change);
                    foreach (int piece in of[text[i]]) for (int d = 0; d < size; d++) v[d] += z[piece][d];
                    random.Integers(draws, 0, urn.Length);
                    for (int k = 0; k <= negatives; k++)
                    {
                        int other = k == 0 ? text[j] : urn[draws[k - 1]];
                        if (k > 0 && other == text[j]) continue;
                        double score = 0;
                        for (int d = 0; d < size; d++) score += v[d] * u[other][d];
                        double slope = 1 / (1 + Math.Exp(-score)) - (k == 0 ? 1 : 0);
                        losses[epoch] += Math.Log(1 + Math.Exp(k == 0 ? -score : score));
                        for (int d = 0; d < size; d++)
                        {
                            change[d] += slope * u[other][d];
                            u[other][d] -= step * slope * v[d];
                        }
                    }
                    foreach (int piece in of[text[i]]) for (int d = 0; d < size; d++) z[piece][d] -= step * change[d];
                    seen++;
                }
        losses[epoch] /= Math.Max(1, seen);
    }
    // a word never seen is the sum of those of its pieces that are known
    return (word => [.. Enumerable.Range(0, size).Select(d => cut(word).Where(idOfPiece.ContainsKey).Sum(piece => z[idOfPiece[piece]][d]))], losses[^1]);
}
double Cosine(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(Math.Max(1e-300, a.Sum(x => x * x) * b.Sum(x => x * x)));

// %% which words come nearest to a word never seen?
int epochs = lesson.Parameter("epochs", 60, 1, 2000);
string[] known = [.. groups.SelectMany(g => g.Words.Split(' '))], strange = [.. unseen.SelectMany(row => row)];
double[,] Table(Func<string, double[]> vector)
{
    var table = new double[strange.Length, known.Length];
    for (int i = 0; i < strange.Length; i++)
        for (int j = 0; j < known.Length; j++) table[i, j] = Cosine(vector(strange[i]), vector(known[j]));
    return table;
}
var tables = new List<double[,]>();
var right = new List<double>();
string[] names = ["jamo", "syllables", "words"];
foreach (var (name, cut) in names.Zip((Func<string, string[]>[])[Jamo, Syllables, Whole]))
{
    var (vector, loss) = Train(sentences, words, cut, size, epochs, rate, new NumPyRandom(lesson.Seed(7)));
    double[,] table = Table(vector);
    tables.Add(table);
    int found = 0;
    for (int i = 0; i < strange.Length; i++)
    {
        int best = Enumerable.Range(0, known.Length).MaxBy(j => table[i, j]);
        int group = Array.FindIndex(unseen, row => row.Contains(strange[i]));
        if (table[i, best] > 0 && groups[group].Words.Split(' ').Contains(known[best])) found++;
    }
    right.Add(found);
    lesson.Figure($"loss.{name}", loss);
    lesson.Figure($"right.{name}", found);
}
lesson.Figure("strange", strange.Length, expected: 13);
lesson.Plot("unseen", new Figure("", 2,
[
    new Panel(lesson.Text("처음 보는 낱말과 아는 낱말의 코사인 (자모)", "Cosine of unseen and known words (jamo)")).HeatMap(tables[0], ColorMap.Diverging, rows: strange, columns: known, low: -1, high: 1),
    new Panel(lesson.Text($"뜻이 맞는 낱말을 찾은 수 (모두 {strange.Length})", $"Unseen words understood (of {strange.Length})")) { YLimits = (0, strange.Length) }
        .Bars([lesson.Text("자모", "jamo"), lesson.Text("음절", "syllables"), lesson.Text("낱말", "words")], right.ToArray()),
]));

// %% on real film reviews, full of misspellings: --full
if (lesson.Full && lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews)
{
    string[][] texts = [.. reviews.Take(lesson.Parameter("reviews", 20_000, 1000, 150_000)).Select(row => TextCleaner.Words(row[1]))];
    string[] frequent = [.. Vocabulary.Count(texts).Where(entry => entry.Count >= 10).Select(entry => entry.Word)];
    var (vector, loss) = Train(texts, frequent, Jamo, 50, lesson.Parameter("real_epochs", 3, 1, 50), rate, random);
    lesson.Figure("real.reviews", texts.Length);
    lesson.Figure("real.words", frequent.Length);
    lesson.Figure("real.loss", loss);
    double[][] vectors = [.. frequent.Select(vector)];
    string[] asked = [.. new[] { "재밋어욬", "지루햇음", "감동적이엿다", "최고엿어요", "쓰레긔", "눙물" }.Except(frequent)];
    lesson.Table(lesson.Text("사전에 없는 낱말의 이웃", "Neighbours of words that are in no dictionary"), [lesson.Text("낱말", "word"), lesson.Text("이웃", "neighbours")],
        asked.Select(word => (IReadOnlyList<object>)[word, string.Join(", ", Enumerable.Range(0, frequent.Length).OrderByDescending(i => Cosine(vector(word), vectors[i])).Take(5).Select(i => frequent[i]))]));
}
