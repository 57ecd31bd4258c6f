// chapter: bag_of_words
// title: 낱말 가방 | Bags of words
// computes: 문서를 낱말 수의 벡터로 바꾸어 문서-단어 행렬을 만들기 | documents become vectors of word counts, and together a sparse matrix
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% documents about two things, and one that plays with order
string[] documents =
[
    "the bank lends money and the bank keeps money",
    "money in the bank earns interest",
    "the boat lies at the bank of the river",
    "fish swim in the river and the boat waits",
    "the dog bites the man",
    "the man bites the dog",
];

// %% counting by hand: every document a row, every word a column
string[] words = [.. documents.SelectMany(document => document.Split(' ')).Distinct().Order(StringComparer.Ordinal)];
var table = new double[documents.Length, words.Length];
for (int i = 0; i < documents.Length; i++)
    foreach (string word in documents[i].Split(' ')) table[i, Array.IndexOf(words, word)]++;
lesson.Figure("words", words.Length, expected: 20);
lesson.Figure("total", table.Cast<double>().Sum(), expected: 43);

// %% the same by the library, which keeps only what is not 0
var vectorizer = new CountVectorizer(TextAnalyzer.Spaces());
SparseMatrix counts = vectorizer.FitTransform(documents);
lesson.Figure("difference", counts.ToDense().Cast<double>().Zip(table.Cast<double>(), (a, b) => Math.Abs(a - b)).Sum(), expected: 0);
lesson.Figure("stored", counts.Count, expected: 35);
lesson.Figure("share.of.zeros", 1 - counts.Count / (double)table.Length, expected: 1 - 35.0 / (6 * 20));
lesson.Figure("bank.in", counts.RowsPerColumn()[vectorizer.Vocabulary.Id("bank")], expected: 3);

// %% what the bag forgets: order. Who bites whom?
double[] dog = [.. Enumerable.Range(0, words.Length).Select(j => table[4, j])], man = [.. Enumerable.Range(0, words.Length).Select(j => table[5, j])];
lesson.Figure("order.cosine", Similarity.Cosine(dog, man), expected: 1, tolerance: 1e-12);

// %% pairs of words bring a little of it back, at the price of more columns
int longest = lesson.Parameter("n", 2, 2, 4);
var pairs = new CountVectorizer(TextAnalyzer.Of(text => text.Split(' '), 1, longest));
SparseMatrix withPairs = pairs.FitTransform(documents);
double[,] cosines = withPairs.CosineSimilarities();
lesson.Figure("columns.with.pairs", pairs.Vocabulary.Size, expected: 47);
lesson.Figure("order.cosine.with.pairs", cosines[4, 5], expected: 10.0 / 11);

// %% which documents are alike? Words that stand everywhere blur the picture
double[,] alike = counts.CosineSimilarities();
lesson.Figure("bank.money", alike[0, 1], expected: 0.63245553);
lesson.Figure("bank.river", alike[0, 2], expected: 8.0 / 15);
var content = new CountVectorizer(TextAnalyzer.Of(text => text.Split(' ').Where(word => !StopWords.English.Contains(word))));
double[,] clearer = content.FitTransform(documents).CosineSimilarities();
lesson.Figure("bank.money.without.stop.words", clearer[0, 1], expected: 0.63245553);
lesson.Figure("bank.river.without.stop.words", clearer[0, 2], expected: 0.31622777);

// %% on real reviews almost everything is zero
if (lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews)
{
    var real = new CountVectorizer(TextAnalyzer.Words());
    SparseMatrix matrix = real.FitTransform(reviews.Take(20_000).Select(row => row[1]));
    lesson.Figure("real.reviews", matrix.Rows, expected: 20_000);
    lesson.Figure("real.columns", matrix.Columns, expected: 61_696);
    lesson.Figure("real.stored", matrix.Count, expected: 142_992);
    lesson.Figure("real.megabytes.full", matrix.Rows * (double)matrix.Columns * 8 / 1e6, expected: 9871.36);
    lesson.Figure("real.megabytes.sparse", (matrix.Count * 12.0 + matrix.Rows * 4) / 1e6, expected: 1.795904);
}
string[] names = [.. Enumerable.Range(1, documents.Length).Select(i => lesson.Text($"문서 {i}", $"text {i}"))];
lesson.Plot("matrix", new Panel(lesson.Text("문서-단어 행렬", "Documents by words")).HeatMap(table, rows: names, columns: words, showValues: true));
lesson.Plot("alike", new Figure("", 2,
[
    new Panel(lesson.Text("코사인, 모든 낱말", "Cosine, all words")).HeatMap(alike, rows: names, columns: names, low: 0, high: 1),
    new Panel(lesson.Text("코사인, 불용어 없이", "Cosine, without stop words")).HeatMap(clearer, rows: names, columns: names, low: 0, high: 1),
]));
