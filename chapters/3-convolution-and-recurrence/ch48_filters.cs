// chapter: ch48
// title: 필터 | Filters
// computes: 3×3 무늬에 필터를 포개어 원소끼리 곱하고 더한 점수 | the score of a 3×3 pattern under a filter: multiply cell by cell and add
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% three patterns, and a filter that looks for a falling diagonal
Tensor diagonal = Tensor.Eye(3, dtype: DType.Float64);
Tensor corners = Tensor.From([[1.0, 0, 1], [0, 0, 0], [1, 0, 1]]);
Tensor cross = Tensor.From([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]]);
Tensor filter = diagonal;
(string Name, string Korean, string English, Tensor Picture)[] patterns =
    [("diagonal", "대각선", "diagonal", diagonal), ("corners", "네 귀퉁이", "four corners", corners), ("cross", "십자", "cross", cross)];

// %% a score: lay the filter on the picture, multiply cell by cell, add
double Score(Tensor picture, Tensor filter) => (picture * filter).Sum().Item();
double[] scores = [.. patterns.Select(p => Score(p.Picture, filter))];
lesson.Figure("scores", scores, [3, 2, 0]);
foreach (var (name, _, _, picture) in patterns) lesson.Figure($"product.{name}", picture * filter);

// %% the score is a dot product: written as rows of nine numbers it is one matrix product
Tensor rows = Tensor.Stack([.. patterns.Select(p => p.Picture.Reshape(9))]);              // [3, 9]
Tensor asProduct = rows.MatMul(filter.Reshape(9, 1)).Reshape(3);                          // [3]
lesson.Figure("product.difference", (asProduct - Tensor.From(scores)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% each pattern taken as a filter for each pattern: everyone recognises itself best
Tensor table = rows.MatMul(rows.T);                                                       // [3, 3]
lesson.Figure("score.table", table, [3, 2, 0, 2, 4, 0, 0, 0, 4]);

// %% a trap: a white square scores as high as the diagonal. Filters that sum to zero do not fall for brightness
Tensor white = Tensor.Ones([3, 3], DType.Float64);
Tensor balanced = filter - filter.Mean();                                                 // [3, 3]: 2/3 on the diagonal, -1/3 elsewhere
lesson.Figure("white.score", Score(white, filter), expected: 3);
lesson.Figure("white.score.balanced", Score(white, balanced), expected: 0, tolerance: 1e-12);
double[] balancedScores = [.. patterns.Select(p => Score(p.Picture, balanced))];
lesson.Figure("scores.balanced", balancedScores, [2, 2.0 / 3, -4.0 / 3], tolerance: 1e-12);

// %% how should a filter change to score higher? d score / d filter is the picture itself
Tensor leaf = filter.Clone().RequireGrad();
(corners * leaf).Sum().Backward();
lesson.Figure("gradient.difference", (leaf.Grad! - corners).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% noise: the score falls slowly, so a filter forgives a smudged picture
double noise = lesson.Parameter("noise", 0.3, 0, 3);
var random = new NumPyRandom(lesson.Seed(48));
int trials = 2000, right = 0;
for (int i = 0; i < trials; i++)
{
    double[] noisy = [.. patterns.Select(p => Score(p.Picture + noise * Tensor.RandN([3, 3], random), balanced))];
    if (noisy[0] > Math.Max(noisy[1], noisy[2])) right++;
}
lesson.Figure("found.in.noise", (double)right / trials);
lesson.Say($"잡음의 크기가 {noise:0.##}일 때 2000번 가운데 {right}번 대각선을 찾았습니다.", $"With noise of {noise:0.##} the diagonal was found {right} times in 2,000.");

// %% the patterns above, their products with the filter below
Panel Tile(string title, Tensor values, double low, double high) =>
    new Panel(title) { Axes = false, EqualAxes = true }.HeatMap(values, ColorMap.Grey, showValues: true, low: low, high: high);
string[] labels = [.. patterns.Select(p => lesson.Text(p.Korean, p.English))];
var panels = new List<Panel> { Tile(lesson.Text("필터", "filter"), filter, 0, 1.2) };
panels.AddRange(patterns.Select((p, i) => Tile(labels[i], p.Picture, 0, 1.2)));
panels.Add(new Panel(lesson.Text("점수", "score")).Bars(labels, scores, lesson.Text("필터", "filter")).Bars(labels, balancedScores, lesson.Text("합이 0인 필터", "filter of sum 0")));
panels.AddRange(patterns.Select((p, i) => Tile(lesson.Text($"곱: 합 {scores[i]}", $"product: sum {scores[i]}"), p.Picture * filter, 0, 1.2)));
lesson.Plot("filters", new Figure(lesson.Text("필터를 포개어 곱하기", "Laying a filter on a picture"), 4, panels) { PanelWidth = 260, PanelHeight = 260 });
