// chapter: ch29
// title: 지수가중이동평균: 이론 | The exponential moving average: theory
// computes: v = βv + (1 - β)x를 펼친 가중치, 유효한 길이, 처음의 치우침과 그 보정 | the weights behind v = βv + (1 - β)x, its effective length, its bias at the start and the cure
// minutes: 0.01

using var lesson = Lesson.Begin(args);
double beta = lesson.Parameter("beta", 0.9, 0, 0.999);
double[] betas = [0.5, 0.9, 0.98, 0.99];

// %% the recursion: keep the share β of the old average, mix in the share 1 - β of the new value
double[] Average(double[] x, double beta, double start)
{
    var v = new double[x.Length];
    for (int t = 0; t < x.Length; t++)
        v[t] = beta * (t == 0 ? start : v[t - 1]) + (1 - beta) * x[t];
    return v;
}

// %% unrolled it is a weighted sum: a value that lies k steps back counts (1 - β)βᵏ
double[] Weights(double beta, int count) => [.. from k in Enumerable.Range(0, count) select (1 - beta) * Math.Pow(beta, k)];
var random = new NumPyRandom(lesson.Seed(29));
double[] noise = Tensor.RandN([4000], random).ToArray<double>();
double[] values = noise[..200];
double[] recursive = Average(values, beta, start: 0), weights = Weights(beta, 200);
double Unrolled(int t) => Enumerable.Range(0, t + 1).Sum(k => weights[k] * values[t - k]);
lesson.Figure("unrolled.difference", Enumerable.Range(0, 200).Max(t => Math.Abs(recursive[t] - Unrolled(t))), expected: 0, tolerance: 1e-13);
lesson.Figure("weights.first", weights[..5], expected: beta == 0.9 ? [0.1, 0.09, 0.081, 0.0729, 0.06561] : null, tolerance: 1e-12);

// %% after t values the weights sum to 1 - βᵗ: the average begins too small
lesson.Figure("weights.sum.of.10", weights[..10].Sum(), expected: 1 - Math.Pow(beta, 10), tolerance: 1e-12);

// %% the effective length 1/(1 - β): that far back the weight has fallen to about 1/e
lesson.Figure("window", [.. betas.Select(b => 1 / (1 - b))], expected: [2, 10, 50, 100], tolerance: 1e-12);
lesson.Figure("weight.left.after.window", [.. betas.Select(b => Math.Pow(b, 1 / (1 - b)))], expected: [0.25, 0.3486784401, 0.3641696801, 0.3660323413], tolerance: 1e-9);
lesson.Figure("one/e", 1 / Math.E, expected: 0.3678794412, tolerance: 1e-9);
lesson.Figure("half.life", [.. betas.Select(b => Math.Log(0.5) / Math.Log(b))]);
lesson.Figure("mean.age", [.. betas.Select(b => b / (1 - b))], expected: [1, 9, 49, 99], tolerance: 1e-12);

// %% the cure for the start: divide by the sum of the weights that were given out so far
double[] Corrected(double[] x, double beta) => [.. Average(x, beta, start: 0).Select((v, t) => v / (1 - Math.Pow(beta, t + 1)))];
double[] constant = [.. Enumerable.Repeat(10.0, 60)];
lesson.Figure("constant.10.plain", Average(constant, 0.9, 0)[..5], expected: [1, 1.9, 2.71, 3.439, 4.0951], tolerance: 1e-12);
lesson.Figure("constant.10.corrected", Corrected(constant, 0.9)[..5], expected: [10, 10, 10, 10, 10], tolerance: 1e-12);
lesson.Figure("constant.10.missing.after.30", 10 - Average(constant, 0.9, 0)[29], expected: 10 * Math.Pow(0.9, 30), tolerance: 1e-12);

// %% what is gained: the variance of noise falls to (1 - β)/(1 + β); what is paid: a jump is followed late
double Variance(double[] v) => v.Average(a => a * a) - Math.Pow(v.Average(), 2);
double[] smoothed = Average(noise, beta, 0);
lesson.Figure("variance.ratio.theory", (1 - beta) / (1 + beta), expected: beta == 0.9 ? 0.0526315789 : null, tolerance: 1e-9);
lesson.Range("variance.ratio.measured", Variance(smoothed[500..]) / Variance(noise[500..]), 0.04, 0.065);
double[] jump = [.. from t in Enumerable.Range(0, 120) select t < 20 ? 0.0 : 1];
lesson.Figure("jump.after.window", [.. betas[..3].Select(b => Average(jump, b, 0)[20 + (int)Math.Round(1 / (1 - b)) - 1])], expected: [0.75, 0.6513215599, 0.6358303199], tolerance: 1e-9);

// %% the derivative by a value that lies k steps back is its weight: autograd finds the same numbers
Tensor x = Tensor.From(values[..20]).RequireGrad(), v = Tensor.Scalar(0, DType.Float64);
for (int t = 0; t < 20; t++)
    v = beta * v + (1 - beta) * x[t];
v.Backward();
lesson.Figure("gradient.difference", (x.Grad!.Flip(0) - Tensor.From(weights[..20])).Abs().Max().Item(), expected: 0, tolerance: 1e-15);

// %% pictures: the weights, the start, the jump
double[] times = [.. from t in Enumerable.Range(0, 120) select (double)t];
var weightPanel = new Panel(lesson.Text("과거의 값이 갖는 가중치", "How much a past value counts"), lesson.Text("몇 걸음 전", "steps back"), lesson.Text("가중치 (첫 값을 1로)", "weight (newest = 1)"));
var jumpPanel = new Panel(lesson.Text("계단을 따라가기", "Following a jump"), "t", "v").Line(times, jump, "x", Color.Grey);
foreach (double b in betas)
{
    weightPanel.Line(times, Weights(b, 120).Select(w => w / (1 - b)).ToArray(), $"β = {b}");
    jumpPanel.Line(times, Average(jump, b, 0), $"β = {b}");
}
lesson.Plot("averages", new Figure("", columns: 3, [weightPanel.HorizontalLine(1 / Math.E, "1/e"), jumpPanel,
    new Panel(lesson.Text("늘 10인 값의 평균 (β = 0.9)", "The average of a constant 10 (β = 0.9)"), "t", "v") { YLimits = (0, 11) }
        .Line(times[..60], Average(constant, 0.9, 0), lesson.Text("그대로", "plain"), Color.Vermilion)
        .Line(times[..60], Corrected(constant, 0.9), lesson.Text("보정", "corrected"), Color.Blue)]));
