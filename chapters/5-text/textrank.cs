// chapter: textrank
// title: 텍스트랭크 | TextRank
// computes: 낱말과 문장이 서로에게 투표하게 하여 핵심어와 요약을 찾기 | words and sentences vote for one another until keywords and a summary stand out
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% a text of our own
string text = """
    신경망은 데이터에서 규칙을 배운다. 규칙을 배우려면 신경망은 먼저 예측을 하고 정답과 견준다. 예측과 정답의 차이를 손실이라고 한다.
    신경망은 손실의 기울기를 따라 가중치를 조금씩 바꾼다. 기울기는 손실이 가장 빨리 커지는 방향이므로 반대로 간다. 도서관의 창밖에는 비가 내린다.
    데이터가 많을수록 신경망의 예측은 정확해지고 손실은 작아진다. 데이터가 적으면 신경망은 데이터를 외우고 새 데이터의 예측에 실패한다.
    """;
string[] sentences = [.. SentenceSplitter.Split(text)];
string[][] words = [.. sentences.Select(sentence => TextCleaner.Words(sentence).Select(KoreanParticles.Strip).Where(word => word.Length > 1 && !StopWords.Korean.Contains(word)).ToArray())];
lesson.Figure("sentences", sentences.Length, expected: 8);

// %% links by hand: two sentences vote for each other as strongly as they share words; long sentences share easily, so their length divides
int n = sentences.Length;
var links = new double[n, n];
for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
        if (i != j) links[i, j] = words[i].Distinct().Count(words[j].Contains) / (Math.Log(words[i].Length) + Math.Log(words[j].Length));
lesson.Figure("links.difference", TextRank.SentenceLinks(words).Cast<double>().Zip(links.Cast<double>(), (x, y) => Math.Abs(x - y)).Max(), expected: 0, tolerance: 1e-15);

// %% the votes as a matrix: each row gives one vote, split over its links; with probability 1 - d a reader jumps anywhere
double d = lesson.Parameter("damping", 0.85, 0, 0.99);
Tensor L = Tensor.From(links), sums = L.Sum(1, keepDim: true);                             // [8, 8], [8, 1]
Tensor votes = Tensor.Where(sums > 0, L / sums.Clamp(1e-300, double.MaxValue), 1.0 / n);      // [8, 8]: who links to nobody votes for all
Tensor M = d * votes.T + (1 - d) / n;                                                      // [8, 8]: columns sum to 1
lesson.Figure("columns.sum", (M.Sum(0) - 1).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% repeated voting settles: s ← M s
Tensor s = Tensor.Full([n, 1], 1.0 / n, DType.Float64);
var moved = new List<double>();
for (int round = 0; round < 60; round++)
{
    Tensor next = M.MatMul(s);
    moved.Add((next - s).Abs().Sum().Item());
    s = next;
}
double[] scores = s.Flatten().ToArray<double>();
lesson.Figure("scores", scores, [0.13305971, 0.15051196, 0.12914606, 0.14049293, 0.078099787, 0.020979021, 0.19924415, 0.14846639]);
lesson.Figure("library.difference", TextRank.PageRank(links, d).Zip(scores, (x, y) => Math.Abs(x - y)).Max(), expected: 0, tolerance: 1e-6);

// %% the same without waiting: s is what the linear equations (I - d·votesᵀ) s = (1 - d)/n say
Tensor exact = (Tensor.Eye(n, dtype: DType.Float64) - d * votes.T).Solve(Tensor.Full([n, 1], (1 - d) / n, DType.Float64));
lesson.Figure("equations.difference", (exact - s).Abs().Max().Item(), expected: 0, tolerance: 1e-6);
lesson.Figure("eigenvector", (M.MatMul(exact) - exact).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% the summary, and the sentence about the rain, which nobody votes for
int count = lesson.Parameter("sentences", 3, 1, 8);
foreach (int i in TextRank.Summary(words, count)) lesson.Say($"  {i + 1}. {sentences[i]}", $"  {i + 1}. {sentences[i]}");
lesson.Figure("best.sentence", Array.IndexOf(scores, scores.Max()) + 1, expected: 7);
lesson.Figure("least.sentence", Array.IndexOf(scores, scores.Min()) + 1, expected: 6);
lesson.Figure("least.score", scores.Min(), expected: 0.020979021);

// %% keywords: words vote for their neighbours
(string Word, double Score)[] keywords = [.. TextRank.Keywords(words, lesson.Parameter("window", 4, 2, 10)).Take(8)];
lesson.Say(string.Join(", ", keywords.Select(keyword => keyword.Word)), string.Join(", ", keywords.Select(keyword => keyword.Word)));
lesson.Figure("first.keyword.is.신경망", keywords[0].Word == "신경망" ? 1 : 0, expected: 1);
lesson.Figure("keywords", [.. keywords.Select(keyword => keyword.Score)], [0.081068155, 0.075566736, 0.067713184, 0.061696108, 0.036566605, 0.035499559, 0.031412579, 0.030236713]);
// counting alone finds almost the same: that is the measure to beat
string[] frequent = [.. Vocabulary.Count(words).Take(8).Select(entry => entry.Word)];
lesson.Figure("also.most.frequent", keywords.Count(keyword => frequent.Contains(keyword.Word)), expected: 6);

string[] labels = [.. Enumerable.Range(1, n).Select(i => lesson.Text($"{i}번", $"no. {i}"))];
lesson.Plot("textrank", new Figure("", 3,
[
    new Panel(lesson.Text("문장 사이의 연결", "Links between sentences")).HeatMap(links, rows: labels, columns: labels),
    new Panel(lesson.Text("문장의 점수", "Scores of the sentences")).Bars(labels, scores),
    new Panel(lesson.Text("한 바퀴마다 움직인 양", "What moves in each round"), lesson.Text("바퀴", "round")) { LogY = true }.Line([.. Enumerable.Range(1, 60).Select(i => (double)i)], moved),
]));
