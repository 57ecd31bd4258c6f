// chapter: tfidf
// title: TF-IDF: 드문 낱말에 무게를 | TF-IDF: rare words weigh more
// computes: 흔한 낱말은 가볍게, 드문 낱말은 무겁게: 두 가지 정의와 검색 | common words weigh little, rare ones much: two definitions, and a search
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% six notes about food, with one word that stands in all of them
string[] notes =
[
    "오늘 아침 사과 주스", "오늘 점심 김치 볶음밥 김치", "오늘 저녁 사과 파이", "오늘 점심 바나나 바나나 우유", "오늘 저녁 된장 찌개 김치", "오늘 간식 사과 바나나 주스",
];
var vectorizer = new CountVectorizer(TextAnalyzer.Spaces());
SparseMatrix counts = vectorizer.FitTransform(notes);
double[,] tf = counts.ToDense();
int documents = notes.Length, terms = vectorizer.Vocabulary.Size;
lesson.Figure("terms", terms, expected: 14);

// %% the textbook by hand: w = tf · ln(N / (1 + n)), n documents with the term
double[] n = [.. counts.RowsPerColumn().Select(count => (double)count)];
double[,] Weigh(Func<double, double> rareness)
{
    var weights = new double[documents, terms];
    for (int d = 0; d < documents; d++)
        for (int t = 0; t < terms; t++) weights[d, t] = tf[d, t] * rareness(n[t]);
    return weights;
}
double[,] textbook = Weigh(df => Math.Log(documents / (1 + df)));
double At(double[,] weights, int note, string term) => weights[note, vectorizer.Vocabulary.Id(term)];
lesson.Figure("textbook.사과", At(textbook, 0, "사과"), expected: Math.Log(6.0 / 4));
lesson.Figure("textbook.김치.twice", At(textbook, 1, "김치"), expected: 2 * Math.Log(6.0 / 3));
lesson.Figure("textbook.오늘", At(textbook, 0, "오늘"), expected: Math.Log(6.0 / 7)); // negative: a word of every document counts against it
SparseMatrix library = new Tfidf(InverseDocumentFrequency.Textbook, RowNorm.None).FitTransform(counts);
double Difference(double[,] a, double[,] b) => a.Cast<double>().Zip(b.Cast<double>(), (x, y) => Math.Abs(x - y)).Max();
lesson.Figure("textbook.difference", Difference(library.ToDense(), textbook), expected: 0, tolerance: 1e-15);

// %% scikit-learn by hand: ln((1 + N) / (1 + n)) + 1 is never negative, and each row gets length 1
double[,] smooth = Weigh(df => Math.Log((1 + documents) / (1 + df)) + 1);
for (int d = 0; d < documents; d++)
{
    double length = Math.Sqrt(Enumerable.Range(0, terms).Sum(t => smooth[d, t] * smooth[d, t]));
    for (int t = 0; t < terms; t++) smooth[d, t] /= length;
}
var tfidf = new Tfidf();
SparseMatrix weights = tfidf.FitTransform(counts);
lesson.Figure("smooth.difference", Difference(weights.ToDense(), smooth), expected: 0, tolerance: 1e-15);
lesson.Figure("smooth.weight.오늘", tfidf.Weights[vectorizer.Vocabulary.Id("오늘")], expected: 1);
lesson.Figure("smooth.weight.파이", tfidf.Weights[vectorizer.Vocabulary.Id("파이")], expected: Math.Log(7.0 / 2) + 1);
lesson.Figure("lengths", [.. Enumerable.Range(0, documents).Select(d => weights.Dot(d, d))], [1, 1, 1, 1, 1, 1], tolerance: 1e-12);

// %% searching: the question becomes a vector of the same kind, and the nearest notes answer
string question = "김치 점심";
double[] q = [.. Enumerable.Range(0, terms).Select(t => tfidf.Transform(vectorizer.Transform([question])).ToDense()[0, t])];
double[] scores = weights.Multiply(q);
lesson.Figure("search", scores, [0, 0.8146763, 0, 0.27155877, 0.30809786, 0]);
lesson.Figure("search.best", Array.IndexOf(scores, scores.Max()), expected: 1);

// %% counts alone would be fooled by the word that everybody has
double[,] byCount = counts.CosineSimilarities(), byWeight = weights.CosineSimilarities();
lesson.Figure("strangers.by.count", byCount[0, 4], expected: 1 / Math.Sqrt(20)); // nothing in common but 오늘
lesson.Figure("strangers.by.tfidf", byWeight[0, 4], expected: 0.068317399);
lesson.Range("strangers.lose", byWeight[0, 4] / byCount[0, 4], 0, 0.6);

// %% BM25, the search engines' cousin: repeated words count ever less, long documents must mention a word more often
var bm25 = new Bm25(notes.Select(note => note.Split(' ')));
lesson.Figure("bm25", bm25.Scores(question.Split(' ')), [0, 2.3882332, 0, 1.0003873, 1.0003873, 0]);
double idf = Math.Log(1 + (6 - 2 + 0.5) / (2 + 0.5));
lesson.Figure("bm25.김치.by.hand", bm25.Scores(["김치"])[4] / idf, expected: 2.2 / (1 + 1.2 * (0.25 + 0.75 * 5 / (28.0 / 6))), tolerance: 1e-12);

string[] names = [.. Enumerable.Range(1, documents).Select(i => lesson.Text($"{i}번", $"note {i}"))], heads = [.. vectorizer.Vocabulary.Words];
double[,] rounded = weights.ToDense();
for (int d = 0; d < documents; d++)
    for (int t = 0; t < terms; t++) rounded[d, t] = Math.Round(rounded[d, t], 2);
lesson.Plot("weights", new Figure("", 1,
[
    new Panel(lesson.Text("횟수", "Counts")).HeatMap(tf, rows: names, columns: heads, showValues: true),
    new Panel("TF-IDF").HeatMap(rounded, rows: names, columns: heads, showValues: true),
]));
