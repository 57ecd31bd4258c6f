// chapter: naive_bayes
// title: 나이브 베이즈 | Naive Bayes
// computes: 베이즈 정리로 스팸을 가르고, 실제 글의 감정과 영화평을 분류 | spam told by Bayes' theorem, then real feelings and film reviews
// minutes: 0.2

using var lesson = Lesson.Begin(args);

// %% messages of our own: 1 is advertising
(string Text, int Label)[] messages =
[
    ("무료 쿠폰 지금 클릭", 1), ("오늘 회의 몇 시", 0), ("당첨 축하 무료 선물", 1), ("회의 자료 보냈어", 0), ("지금 클릭 당첨 확인", 1), ("저녁 같이 먹자", 0), ("오늘 저녁 회의 끝", 0), ("선물 고마워 저녁 먹자", 0),
];
int[] labels = [.. messages.Select(message => message.Label)];
double alpha = lesson.Parameter("alpha", 1.0, 0.001, 100);

// %% Bayes by hand: p(class | words) ∝ p(class) · Π p(word | class), with α added to every count
string[] vocabulary = [.. messages.SelectMany(message => message.Text.Split(' ')).Distinct().Order(StringComparer.Ordinal)];
double Prior(int label) => labels.Count(l => l == label) / (double)labels.Length;
double Likelihood(string word, int label)
{
    string[] words = [.. messages.Where(message => message.Label == label).SelectMany(message => message.Text.Split(' '))];
    return (words.Count(w => w == word) + alpha) / (words.Length + alpha * vocabulary.Length);
}
double Spam(string text)
{
    double[] joint = [.. new[] { 0, 1 }.Select(label => Prior(label) * text.Split(' ').Where(vocabulary.Contains).Aggregate(1.0, (p, word) => p * Likelihood(word, label)))];
    return joint[1] / joint.Sum();
}
lesson.Figure("words", vocabulary.Length, expected: 19);
lesson.Figure("prior", [Prior(0), Prior(1)], [5.0 / 8, 3.0 / 8]);
lesson.Figure("p.무료.spam", Likelihood("무료", 1), expected: (2 + 1) / (12 + 19.0));
lesson.Figure("p.무료.other", Likelihood("무료", 0), expected: 1 / (18 + 19.0));
lesson.Figure("spam.무료.선물", Spam("무료 선물"), expected: 3.0 / 8 * 3 / 31 * 2 / 31 / (3.0 / 8 * 3 / 31 * 2 / 31 + 5.0 / 8 * 1 / 37 * 2 / 37), tolerance: 1e-12);
lesson.Figure("spam.저녁.회의", Spam("저녁 회의"), expected: 0.050711843);

// %% the same by the library, in logarithms: a product of hundreds of small numbers would underflow
var counter = new CountVectorizer(TextAnalyzer.Spaces());
NaiveBayes model = NaiveBayes.Fit(counter.FitTransform(messages.Select(message => message.Text)), labels, alpha);
double[,] log = model.LogProbabilities(counter.Transform(["무료 선물", "저녁 회의"]));
lesson.Figure("library.difference", Math.Max(Math.Abs(Math.Exp(log[0, 1]) - Spam("무료 선물")), Math.Abs(Math.Exp(log[1, 1]) - Spam("저녁 회의"))), expected: 0, tolerance: 1e-14);
lesson.Figure("underflow", Enumerable.Repeat(Likelihood("무료", 0), 300).Aggregate(1.0, (p, q) => p * q), expected: 0);
lesson.Figure("without.underflow", 300 * Math.Log(Likelihood("무료", 0)), expected: -300 * Math.Log(37));

// %% without α a single new word decides everything: p(쿠폰 | other) would be 0
lesson.Figure("zero.counts", messages.Where(m => m.Label == 0).SelectMany(m => m.Text.Split(' ')).Count(word => word == "쿠폰"), expected: 0);

// %% real texts: the same few lines on feelings (English) and on film reviews (Korean)
(double Accuracy, int Terms, double[,] Confusion) Judge(TextAnalyzer analyzer, IReadOnlyList<string[]> train, IReadOnlyList<string[]> test, int text, int label, string[] classes, int least)
{
    var vectorizer = new CountVectorizer(analyzer, minDocuments: least);
    NaiveBayes bayes = NaiveBayes.Fit(vectorizer.FitTransform(train.Select(row => row[text])), [.. train.Select(row => Array.IndexOf(classes, row[label]))], alpha);
    int[] said = bayes.Predict(vectorizer.Transform(test.Select(row => row[text])));
    var confusion = new double[classes.Length, classes.Length];
    for (int i = 0; i < said.Length; i++) confusion[Array.IndexOf(classes, test[i][label]), said[i]]++;
    return (Enumerable.Range(0, classes.Length).Sum(k => confusion[k, k]) / said.Length, vectorizer.Vocabulary.Size, confusion);
}
double[,] small = { { 5, 0 }, { 0, 3 } };
var confusions = new List<(string Title, double[,] Table, string[] Classes)>();
if (lesson.RealRows("english/emotion.train.txt", ';') is { } feelings && lesson.RealRows("english/emotion.test.txt", ';') is { } felt)
{
    string[] classes = ["sadness", "joy", "love", "anger", "fear", "surprise"];
    var content = TextAnalyzer.Of(line => TextAnalyzer.Words().Terms(line).Where(word => !StopWords.English.Contains(word)));
    var (accuracy, terms, confusion) = Judge(content, feelings, felt, 0, 1, classes, 1);
    lesson.Figure("real.emotion.texts", [feelings.Count, felt.Count], [16_000, 2_000]);
    lesson.Figure("real.emotion.terms", terms, expected: 15_062);
    lesson.Range("real.emotion.accuracy", accuracy, 0.7735, 0.80);
    lesson.Figure("real.emotion.all.words", Judge(TextAnalyzer.Words(), feelings, felt, 0, 1, classes, 1).Accuracy, expected: 0.7655);
    confusions.Add((lesson.Text("감정", "feelings"), confusion, classes));
}
if (lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews && lesson.RealRows("korean/nsmc_rebuilt.test.tsv.gz") is { } unseen)
{
    reviews = [.. reviews.Take(lesson.Parameter("reviews", 150_000, 1000, 150_000))];
    var (accuracy, terms, confusion) = Judge(TextAnalyzer.CharactersInWords(2, 3), reviews, unseen, 1, 2, ["0", "1"], 2);
    lesson.Figure("real.nsmc.reviews", [reviews.Count, unseen.Count], [150_000, 50_000]);
    lesson.Figure("real.nsmc.terms", terms, expected: 263_113);
    lesson.Range("real.nsmc.accuracy", accuracy, 0.860, 0.870);
    confusions.Add((lesson.Text("영화평", "film reviews"), confusion, [lesson.Text("나쁨", "bad"), lesson.Text("좋음", "good")]));
}

string[] shown = ["무료", "당첨", "클릭", "선물", "저녁", "회의"];
lesson.Plot("bayes", new Figure("", Math.Min(3, confusions.Count + 1),
[
    new Panel(lesson.Text("낱말이 말해 주는 것", "What words tell"), yLabel: "ln p(w|1) - ln p(w|0)").Bars(shown, [.. shown.Select(word => Math.Log(Likelihood(word, 1) / Likelihood(word, 0)))]),
    .. confusions.Select(entry => new Panel(entry.Title, lesson.Text("예측", "predicted"), lesson.Text("정답", "true")).HeatMap(entry.Table, rows: entry.Classes, columns: entry.Classes, showValues: true)),
]));
