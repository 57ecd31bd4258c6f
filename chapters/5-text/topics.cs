// chapter: topics
// title: 토픽: LSA와 LDA | Topics: LSA and LDA
// computes: 문서-단어 행렬에서 특잇값 분해와 디리클레 모형으로 숨은 주제를 찾기 | hidden topics from a table of documents by words, by singular values and by Dirichlet's model
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% twelve short documents: four on money, four on the sea, four on cooking; "salt", "fish" and "bank" stand in two kinds
string[] documents =
[
    "bank loan interest money", "money bank credit loan bank", "credit interest loan money market", "market money bank interest price",
    "boat sea wind sail", "sea fish boat net salt", "wind sail sea boat storm", "storm boat river bank fish",
    "salt pepper soup onion", "soup fish salt onion pan", "onion pan pepper oil", "oil pan fish pepper salt",
];
string[] themes = [lesson.Text("돈", "money"), lesson.Text("바다", "sea"), lesson.Text("요리", "cooking")];
var vectorizer = new CountVectorizer(TextAnalyzer.Spaces());
SparseMatrix counts = vectorizer.FitTransform(documents);
int terms = vectorizer.Vocabulary.Size;
lesson.Figure("documents.terms", [counts.Rows, terms], [12, 21]);

// %% latent semantic analysis: TF-IDF = U S Vᵀ, and only the largest singular values are kept
Tensor X = Tensor.From(new Tfidf().FitTransform(counts).ToDense());                     // [12, 21]
var (U, S, V) = X.SVD();                                                                // [12, 12], [12], [12, 21]
int k = lesson.Parameter("topics", 3, 2, 6);
lesson.Figure("put.together", ((U * S).MatMul(V) - X).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("singular", S.Narrow(0, 0, 6), [1.6881039, 1.6536998, 1.4798631, 0.9856534, 0.90960564, 0.8348317]);
Tensor space = U.Narrow(1, 0, k) * S.Narrow(0, 0, k);                                   // [12, k]: documents in the space of topics
Tensor kept = space.MatMul(V.Narrow(0, 0, k));                                          // [12, 21]: the nearest matrix of rank k
// what is lost is exactly the singular values left out (Eckart and Young, 1936)
lesson.Figure("lost", (X - kept).Square().Sum().Item(), expected: S.Narrow(0, k, 12 - k).Square().Sum().Item(), tolerance: 1e-12);
lesson.Figure("share.kept", kept.Square().Sum().Item() / X.Square().Sum().Item(), expected: 0.64786769);

// %% documents that share one word or none: sea and storm meet, sea and bank stay apart
double Cosine(Tensor table, int a, int b) => Similarity.Cosine(table[a].ToArray<double>(), table[b].ToArray<double>());
lesson.Figure("cosine.words", [Cosine(X, 4, 7), Cosine(X, 4, 1)], [0.16532109, 0]);
lesson.Figure("cosine.topics", [Cosine(space, 4, 7), Cosine(space, 4, 1)], [0.85139569, 0.011490699]);
double Within(Tensor table, bool same) => Enumerable.Range(0, 12).SelectMany(a => Enumerable.Range(0, a).Where(b => a / 4 == b / 4 == same).Select(b => Cosine(table, a, b))).Average();
lesson.Figure("mean.cosine.words", [Within(X, true), Within(X, false)], [0.50722929, 0.036088336]);
lesson.Figure("mean.cosine.topics", [Within(space, true), Within(space, false)], [0.95863523, 0.081333946]);

// %% latent Dirichlet allocation: every word of a document has a topic; Gibbs sampling draws each anew from what all others say
var rounds = new List<double>();
TopicModel lda = TopicModel.Fit(counts, k, rounds: lesson.Parameter("rounds", 300, 10, 5000), seed: (int)lesson.Seed(4), progress: (_, likelihood) => rounds.Add(likelihood));
double[,] mix = lda.DocumentTopics(), words = lda.TopicTerms();
lesson.Figure("rows.sum", Enumerable.Range(0, 12).Max(d => Math.Abs(Enumerable.Range(0, k).Sum(t => mix[d, t]) - 1)), expected: 0, tolerance: 1e-12);
int[] topic = [.. Enumerable.Range(0, 12).Select(d => Enumerable.Range(0, k).MaxBy(t => mix[d, t]))];
// each document should have the topic of most of its neighbours
int agree = Enumerable.Range(0, 3).Sum(theme => Enumerable.Range(4 * theme, 4).GroupBy(d => topic[d]).Max(group => group.Count()));
lesson.Figure("lda.agree", agree, expected: 11);
lesson.Figure("lda.log.likelihood", [rounds[0], rounds[^1]], [-2.7068144, -2.0815791]);
lesson.Table(lesson.Text("토픽마다 가장 그럴듯한 낱말", "The likeliest words of each topic"), [lesson.Text("토픽", "topic"), lesson.Text("낱말", "words")],
    Enumerable.Range(0, k).Select(t => (object[])[t + 1, string.Join(' ', Enumerable.Range(0, terms).OrderByDescending(w => words[t, w]).Take(5).Select(w => vectorizer.Vocabulary[w]))]));

// %% on real help pages or reviews the same lines find topics that nobody named
if (lesson.RealRows("text/tinystories_1000.txt", separator: null, header: false) is { } lines)
{
    string[] stories = [.. lines.Select(line => line[0]).Where(line => line.Length > 200).Take(500)];
    var real = new CountVectorizer(TextAnalyzer.Of(line => TextCleaner.Words(line.ToLowerInvariant()).Where(word => word.Length > 2 && !StopWords.English.Contains(word))), minDocuments: 5, maxTerms: 1000);
    SparseMatrix table = real.FitTransform(stories);
    var progress = new List<double>();
    TopicModel model = TopicModel.Fit(table, 8, rounds: 30, seed: 1, progress: (_, likelihood) => progress.Add(likelihood));
    double[,] found = model.TopicTerms();
    lesson.Figure("real.texts", stories.Length, expected: 500);
    lesson.Figure("real.words", table.Values.Sum(), expected: 9088);
    lesson.Figure("real.perplexity", [Math.Exp(-progress[0]), Math.Exp(-progress[^1])], [275.87255, 192.77405]);
    for (int t = 0; t < 8; t++)
    {
        string line = string.Join(' ', Enumerable.Range(0, real.Vocabulary.Size).OrderByDescending(w => found[t, w]).Take(8).Select(w => real.Vocabulary[w]));
        lesson.Say($"  {t + 1}: {line}", $"  {t + 1}: {line}");
    }
}
var map = new Panel(lesson.Text("LSA: 문서의 자리", "LSA: where the documents lie"), lesson.Text("둘째 방향", "second direction"), lesson.Text("셋째 방향", "third direction"));
for (int theme = 0; theme < 3 && k > 2; theme++) map.Scatter(space[(4 * theme)..(4 * theme + 4), 1], space[(4 * theme)..(4 * theme + 4), 2], themes[theme], size: 12);
string[] names = [.. Enumerable.Range(0, 12).Select(d => $"{themes[d / 4]} {d % 4 + 1}")];
lesson.Plot("topics", new Figure("", 2,
[
    map, new Panel(lesson.Text("LDA: 문서의 토픽", "LDA: the topics of the documents"), lesson.Text("토픽", "topic")).HeatMap(mix, rows: names, columns: [.. Enumerable.Range(1, k).Select(t => FormattableString.Invariant($"{t}"))], low: 0, high: 1),
]));
