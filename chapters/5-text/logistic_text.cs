// chapter: logistic_text
// title: 로지스틱 회귀로 감정 읽기 | Reading sentiment by logistic regression
// computes: 글자 n-그램의 TF-IDF에 로지스틱 회귀를 학습해 영화평의 호불호를 맞히기 | logistic regression on TF-IDF of character n-grams tells whether a film review is good
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% a few reviews of our own: 1 for praise, 0 for blame
(string Text, int Label)[] reviews =
[
    ("정말 재밌어요 추천합니다", 1), ("너무 지루해요 돈이 아까워요", 0), ("배우들 연기가 최고예요", 1), ("연기가 어색하고 재미없어요", 0), ("감동적인 영화 또 보고 싶어요", 1), ("시간 낭비 실망했어요", 0),
    ("재밌고 감동적이에요", 1), ("지루하고 실망스러운 영화", 0), ("최고의 영화 강력 추천", 1), ("최악의 영화 비추천", 0), ("음악이 아름다워요", 1), ("이야기가 엉성하고 지루해요", 0),
];
int[] labels = [.. reviews.Select(review => review.Label)];
int shortest = lesson.Parameter("from", 1, 1, 3), longest = lesson.Parameter("to", 4, 3, 6);
double c = lesson.Parameter("C", 1.0, 1e-3, 1e3);
var vectorizer = new CountVectorizer(TextAnalyzer.CharactersInWords(shortest, longest));
var tfidf = new Tfidf();
SparseMatrix x = tfidf.FitTransform(vectorizer.FitTransform(reviews.Select(review => review.Text)));
lesson.Figure("terms", vectorizer.Vocabulary.Size, expected: 338);

// %% the loss C Σ ln(1 + e^(-±s)) + ½ w·w and its gradient by hand: Xᵀ(σ(s) - y), plus w
Tensor X = Tensor.From(x.ToDense()), y = Tensor.From([.. labels.Select(label => (double)label)]).Unsqueeze(1);           // [12, terms], [12, 1]
Tensor Loss(Tensor w, Tensor b)
{
    Tensor s = X.MatMul(w) + b;                                                                                       // [12, 1]
    return -c * (y * s.LogSigmoid() + (1 - y) * (-s).LogSigmoid()).Sum() + (w * w).Sum() / 2;
}
Tensor w0 = Tensor.RandN([X.Shape[1], 1], new NumPyRandom(lesson.Seed(1))), b0 = Tensor.From([0.1]);
Tensor error = c * ((X.MatMul(w0) + b0).Sigmoid() - y);                                                                // [12, 1]
Tensor byW = X.T.MatMul(error) + w0, byB = error.Sum();
Tensor w1 = w0.Clone().RequireGrad(), b1 = b0.Clone().RequireGrad();
Loss(w1, b1).Backward();
lesson.Figure("gradient.difference", Math.Max((w1.Grad! - byW).Abs().Max().Item(), (b1.Grad! - byB).Abs().Max().Item()), expected: 0, tolerance: 1e-12);

// %% gradient descent creeps towards the minimum; L-BFGS remembers past steps, knows the curvature from them, and leaps
Tensor w = Tensor.ZerosLike(w0), b = Tensor.ZerosLike(b0);
var slow = new List<double>();
for (int step = 0; step < 60; step++)
{
    slow.Add(Loss(w, b).Item());
    Tensor e = c * ((X.MatMul(w) + b).Sigmoid() - y);
    (w, b) = (w - 0.05 / c * (X.T.MatMul(e) + w), b - 0.05 / c * e.Sum());
}
LogisticRegression model = LogisticRegression.Fit(x, labels, c);
lesson.Figure("loss.start", model.Losses[0], expected: 12 * Math.Log(2) * c);
lesson.Figure("loss.end", model.Losses[^1], expected: 7.2629339);
lesson.Figure("descent.above.end", slow[^1] - model.Losses[^1]);
lesson.Figure("right", model.Predict(x).Zip(labels).Count(pair => pair.First == pair.Second), expected: 12);
double[] unseen = model.Probabilities(tfidf.Transform(vectorizer.Transform(["재밌는 영화 추천해요", "지루한 영화 비추"])));
lesson.Figure("unseen", unseen, [0.52549915, 0.44594258]);

// %% which n-grams decide
(string Term, double Weight)[] Decisive(LogisticRegression of, Vocabulary terms, int count)
{
    int[] order = [.. Enumerable.Range(0, terms.Size).OrderBy(term => of.Weights[term])];
    return [.. order.Take(count).Concat(order.TakeLast(count)).Select(term => ($"'{terms[term]}'", of.Weights[term]))];
}
var decisive = Decisive(model, vectorizer.Vocabulary, 8);

// %% real reviews: a part of them by default, all 150,000 and 50,000 with --full
bool all = lesson.Full;
if (lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } train && lesson.RealRows("korean/nsmc_rebuilt.test.tsv.gz") is { } test)
{
    (train, test) = all ? (train, test) : ([.. train.Take(10_000)], [.. test.Take(5_000)]);
    var clock = System.Diagnostics.Stopwatch.StartNew();
    var terms = new CountVectorizer(TextAnalyzer.CharactersInWords(shortest, longest), minDocuments: 2);
    var weights = new Tfidf(sublinear: true);
    SparseMatrix seen = weights.FitTransform(terms.FitTransform(train.Select(row => row[1])));
    var big = LogisticRegression.Fit(seen, [.. train.Select(row => row[2] == "1" ? 1 : 0)], lesson.Parameter("realC", 4.0, 1e-3, 1e3), maxSteps: 100, tolerance: 1e-4,
        progress: (step, loss) => lesson.Progress(step, 100, FormattableString.Invariant($"loss {loss:F1}")));
    double accuracy = big.Predict(weights.Transform(terms.Transform(test.Select(row => row[1])))).Zip(test).Average(pair => pair.First == (pair.Second[2] == "1" ? 1 : 0) ? 1.0 : 0);
    lesson.Figure("real.reviews", [train.Count, test.Count], all ? [150_000, 50_000] : [10_000, 5_000]);
    lesson.Figure("real.terms", terms.Vocabulary.Size, expected: all ? 497_667 : 66_518);
    lesson.Range("real.accuracy", accuracy, all ? 0.875 : 0.82, all ? 0.877 : 0.836);
    lesson.Say($"{clock.Elapsed.TotalSeconds:F1}초", $"{clock.Elapsed.TotalSeconds:F1} s");
    decisive = Decisive(big, terms.Vocabulary, 8);
}
double[] steps = [.. Enumerable.Range(0, 60).Select(i => (double)i)];
lesson.Plot("sentiment", new Figure("", 1,
[
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("걸음", "step"), lesson.Text("손실", "loss")) { LogY = true }
        .Line(steps, slow, lesson.Text("경사 하강", "gradient descent")).Line(steps[..Math.Min(60, model.Losses.Count)], [.. model.Losses.Take(60)], "L-BFGS"),
    new Panel(lesson.Text("가장 크게 결정하는 n-그램", "The n-grams that decide most"), yLabel: lesson.Text("무게", "weight")).Bars([.. decisive.Select(entry => entry.Term)], [.. decisive.Select(entry => entry.Weight)]),
]));
