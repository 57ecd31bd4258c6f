// chapter: crf
// title: 조건부 무작위장: 꼬리표끼리의 약속 | The conditional random field: what tags agree on
// computes: 손으로 쓴 전향, 후향, 비터비 알고리즘과 기울기를 81가지 경우와 대조 | the forward, backward and Viterbi algorithms and the gradient by hand, held against all 81 rows
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% a conditional random field on four characters and three tags, small enough to list all 81 rows of tags
string[] small = ["O", "B-PS", "I-PS"];
const int T = 4, K = 3;
Tensor emissions = Tensor.From([[1.6, 0.4, -1], [0.2, 1.1, 1.3], [0.5, 0.1, 0.9], [1.0, -0.3, 0.9]]).Unsqueeze(0).RequireGrad(); // how well each tag fits each character, [1, T, K]
var crf = new LinearChainCrf(ParamScope.Random(lesson.Seed(0), DType.Float64), K);
double forbidden = lesson.Parameter("forbidden", -4.0, -20, 4);                                       // the score of an I-PS after O, or at the start
using (Autograd.NoGrad())
{
    crf.Transitions.CopyFromInPlace(Tensor.From([[1.0, 0.5, forbidden], [-1, -0.5, 2], [0.5, -0.5, 1]])); // from the row's tag to the column's
    crf.Start.CopyFromInPlace(Tensor.From(1.0, 0.5, forbidden));
    crf.End.CopyFromInPlace(Tensor.From(0.3, -0.2, 0.1));
}
double[] e = emissions.ToArray<double>(), a = crf.Transitions.ToArray<double>(), start = crf.Start.ToArray<double>(), end = crf.End.ToArray<double>();
int[] truth = [0, 1, 2, 2];
double Score(int[] tags) => start[tags[0]] + Enumerable.Range(0, T).Sum(t => e[t * K + tags[t]]) + Enumerable.Range(1, T - 1).Sum(t => a[tags[t - 1] * K + tags[t]]) + end[tags[^1]];
double LogSum(IEnumerable<double> x) { double[] all = [.. x]; double most = all.Max(); return most + Math.Log(all.Sum(v => Math.Exp(v - most))); }
int[] tags = [.. Enumerable.Range(0, K)];

// %% the forward algorithm: α[t, k] = the log of the sum over all rows that end in tag k at place t
var alpha = new double[T, K];
var beta = new double[T, K];
foreach (int k in tags) alpha[0, k] = start[k] + e[k];
for (int t = 1; t < T; t++)
    foreach (int k in tags) alpha[t, k] = e[t * K + k] + LogSum(tags.Select(j => alpha[t - 1, j] + a[j * K + k]));
double logZ = LogSum(tags.Select(k => alpha[T - 1, k] + end[k]));
int[][] rows = [.. from i in tags from j in tags from k in tags from l in tags select new[] { i, j, k, l }];
lesson.Figure("rows", rows.Length, expected: 81);
lesson.Figure("logZ", logZ);
lesson.Figure("logZ.difference", logZ - LogSum(rows.Select(Score)), expected: 0, tolerance: 1e-12);
lesson.Figure("log.likelihood", Score(truth) - logZ);
Tensor library = crf.LogLikelihood(emissions, Tensor.From([.. truth.Select(k => (long)k)]).Unsqueeze(0));
lesson.Figure("library.difference", library.Item() - (Score(truth) - logZ), expected: 0, tolerance: 1e-12);

// %% the gradient by hand: what is expected minus what is true; the backward algorithm sums what still follows
foreach (int k in tags) beta[T - 1, k] = end[k];
for (int t = T - 2; t >= 0; t--)
    foreach (int k in tags) beta[t, k] = LogSum(tags.Select(j => a[k * K + j] + e[(t + 1) * K + j] + beta[t + 1, j]));
double[] gradE = new double[T * K], gradA = new double[K * K];
for (int t = 0; t < T; t++)
    foreach (int k in tags)
    {
        gradE[t * K + k] = Math.Exp(alpha[t, k] + beta[t, k] - logZ) - (truth[t] == k ? 1 : 0);       // p(tag k at t) - 1 where it is right
        if (t > 0)
            foreach (int j in tags) gradA[j * K + k] += Math.Exp(alpha[t - 1, j] + a[j * K + k] + e[t * K + k] + beta[t, k] - logZ) - ((truth[t - 1], truth[t]) == (j, k) ? 1 : 0);
    }
(-library).Sum().Backward();
double Furthest(double[] hand, Tensor auto) => hand.Zip(auto.ToArray<double>(), (x, y) => Math.Abs(x - y)).Max();
lesson.Figure("gradient.emissions.difference", Furthest(gradE, emissions.Grad!), expected: 0, tolerance: 1e-12);
lesson.Figure("gradient.transitions.difference", Furthest(gradA, crf.Transitions.Grad!), expected: 0, tolerance: 1e-12);

// %% Viterbi: the forward algorithm with the greatest in place of the sum, and a note of where it came from
double[] best = [.. tags.Select(k => start[k] + e[k])];
var from = new int[T, K];
for (int t = 1; t < T; t++)
{
    double[] before = best;
    best = [.. tags.Select(k => { from[t, k] = tags.MaxBy(j => before[j] + a[j * K + k]); return e[t * K + k] + before[from[t, k]] + a[from[t, k] * K + k]; })];
}
var path = new int[T];
path[T - 1] = tags.MaxBy(k => best[k] + end[k]);
for (int t = T - 1; t > 0; t--) path[t - 1] = from[t, path[t]];
lesson.Figure("viterbi", [.. path.Select(k => (double)k)], [.. rows.MaxBy(Score)!.Select(k => (double)k)]);
lesson.Figure("viterbi.library", [.. crf.Decode(emissions).ToArray<long>().Select(k => (double)k)], [.. path.Select(k => (double)k)]);
lesson.Figure("each.place.alone", [.. Enumerable.Range(0, T).Select(t => (double)tags.MaxBy(k => e[t * K + k]))]);

// %% the picture: each place judged alone takes an I-PS that follows nothing; in the chain it does not
var alone = emissions.Detach()[0].Softmax(1);                                                         // [T, K]
var chained = new double[K, T];
var single = new double[K, T];
for (int t = 0; t < T; t++)
    foreach (int k in tags)
    {
        chained[k, t] = Math.Round(Math.Exp(alpha[t, k] + beta[t, k] - logZ), 3);
        single[k, t] = Math.Round(alone[t, k].Item(), 3);
    }
lesson.Figure("probabilities", chained);
lesson.Figure("probabilities.add.to.one", Enumerable.Range(0, T).Max(t => Math.Abs(tags.Sum(k => Math.Exp(alpha[t, k] + beta[t, k] - logZ)) - 1)), expected: 0, tolerance: 1e-12);
string[] characters = ["또", "김", "민", "수"];
lesson.Plot("crf", new Figure(lesson.Text("꼬리표의 확률", "Probabilities of tags"), 2,
[
    new Panel(lesson.Text("글자마다 따로", "each character alone")).HeatMap(single, rows: small, columns: characters, showValues: true, low: 0, high: 1),
    new Panel(lesson.Text("CRF: 이웃한 꼬리표와 함께", "CRF: with neighbouring tags")).HeatMap(chained, rows: small, columns: characters, showValues: true, low: 0, high: 1),
]));
