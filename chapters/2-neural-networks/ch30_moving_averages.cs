// chapter: ch30
// title: 지수가중이동평균: 서울의 기온 | Moving averages of Seoul's temperatures
// computes: 2017년 서울 기온 365일의 이동평균, 가중 이동평균, 지수가중이동평균 | 365 days of Seoul's temperature in 2017: moving, weighted and exponential averages
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the mean temperature of each day; days are counted from 1
double[] x = CourseData.Table("seoul_temperature").ToTensor(dtype: DType.Float64)[.., 1].ToArray<double>(); // 365
int window = lesson.Parameter("window", 30, 2, 180);
Tensor all = Tensor.From(x);
lesson.Figure("mean", all.Mean().Item(), expected: 12.2974125, tolerance: 1e-8);
lesson.Figure("std", all.Std(correction: 0).Item(), expected: 10.94523, tolerance: 1e-6);
lesson.Figure("min", all.Min().Item(), expected: -9.9444, tolerance: 1e-5);
lesson.Figure("min.day", all.ArgMin().Item() + 1, expected: 23);
lesson.Figure("max", all.Max().Item(), expected: 30.5556, tolerance: 1e-5);
lesson.Figure("max.day", all.ArgMax().Item() + 1, expected: 217);

// %% one formula for both averages over a window: the weights of the newest, the day before, …
double[] Causal(double[] weights)                                                    // day t and the days before it; undefined until the window is full
{
    var y = new double[365];
    for (int t = 0; t < 365; t++)
        y[t] = t < weights.Length - 1 ? double.NaN : Enumerable.Range(0, weights.Length).Sum(k => weights[k] * x[t - k]);
    return y;
}
double[] Same(double[] weights)                                                      // NumPy's convolve(x, weights, 'same'): shifted by half a window, zeros beyond both ends
{
    int shift = (weights.Length - 1) / 2;
    var y = new double[365];
    for (int t = 0; t < 365; t++)
        y[t] = Enumerable.Range(0, weights.Length).Where(k => t + shift - k is >= 0 and < 365).Sum(k => weights[k] * x[t + shift - k]);
    return y;
}
double[] even = [.. Enumerable.Repeat(1.0 / window, window)];
double total = window * (window + 1) / 2.0;
double[] rising = [.. from k in Enumerable.Range(1, window) select k / total];       // 1, 2, …, 30 over 465
double[] falling = [.. rising.Reverse()];                                            // 30, 29, …, 1: the newest counts most

// %% as published: the window looks ahead, counts missing days as 0 °C, and the oldest day weighs most
double[] days = [.. from t in Enumerable.Range(1, 365) select (double)t];
Panel Temperatures(string title) => new Panel(title, lesson.Text("날", "day"), "°C") { XLimits = (1, 365) }.Line(days, x, lesson.Text("하루 평균", "daily mean"), Color.Grey, width: 1);
var windows = Temperatures(lesson.Text($"{window}일 이동평균", $"Averages over {window} days"));
if (lesson.Published)
{
    double[] plain = Same(even), weighted = Same(rising);
    lesson.Figure("published.average", plain);
    lesson.Figure("published.average.day.1", plain[0], expected: -0.0222, tolerance: 5e-5);
    lesson.Figure("published.average.day.16", plain[15], expected: -2.31296, tolerance: 1e-5);
    lesson.Figure("published.average.day.365", plain[364]);
    lesson.Figure("published.weighted", weighted);
    lesson.Figure("published.weighted.day.1", weighted[0]);
    lesson.Figure("published.weighted.day.183", weighted[182]);
    lesson.Figure("published.weighted.day.365", weighted[364]);
    lesson.Figure("published.zeros.counted.day.1", window - 1 - (window - 1) / 2);
    windows.Line(days, plain, lesson.Text("원래 코드", "as published"), Color.Vermilion);
}

// %% corrected: only today and the past, nothing before the window is full, the newest day weighs most
if (lesson.Corrected)
{
    double[] plain = Causal(even), weighted = Causal(falling);
    lesson.Figure("corrected.average.from.full.window", plain[(window - 1)..]);
    lesson.Figure("corrected.weighted.from.full.window", weighted[(window - 1)..]);
    lesson.Figure("corrected.average.day.30", plain[29], expected: -2.31296, tolerance: 1e-5);
    lesson.Figure("corrected.average.day.365", plain[364]);
    lesson.Figure("corrected.weighted.day.30", weighted[29], expected: -3.93572, tolerance: 1e-5);
    lesson.Figure("corrected.weighted.day.183", weighted[182], expected: 23.65508, tolerance: 1e-6);
    lesson.Figure("corrected.weighted.day.365", weighted[364]);
    lesson.Figure("lag.in.days", [even.Select((w, k) => w * k).Sum(), falling.Select((w, k) => w * k).Sum()]);
    windows.Line(days, plain, lesson.Text("고친 평균", "average, corrected"), Color.Blue).Line(days, weighted, lesson.Text("고친 가중 평균", "weighted, corrected"), Color.Green);
}

// %% the exponential average needs no window and no memory but one number; it starts at the first day
double[] Exponential(double beta, double start)
{
    var v = new double[365];
    for (int t = 0; t < 365; t++)
        v[t] = t == 0 ? start : beta * v[t - 1] + (1 - beta) * x[t];
    return v;
}
var exponential = Temperatures(lesson.Text("지수가중이동평균", "Exponential averages"));
var expected = new (double Beta, double Last, double Max, double Day)[] { (0.5, -1.175703, 29.9065, 217), (0.9, -1.703450, 28.0207, 219), (0.99, 10.034704, 19.435509, 270) };
foreach (var (beta, last, max, day) in expected)
{
    double[] v = Exponential(beta, x[0]);
    lesson.Figure($"exponential.{beta}", v);
    lesson.Figure($"exponential.{beta}.last", v[^1], expected: last, tolerance: 1e-6);
    lesson.Figure($"exponential.{beta}.max", v.Max(), expected: max, tolerance: 1e-5);
    lesson.Figure($"exponential.{beta}.max.day", Array.IndexOf(v, v.Max()) + 1, expected: day);
    lesson.Figure($"exponential.{beta}.min", v.Min());
    lesson.Figure($"exponential.{beta}.min.day", Array.IndexOf(v, v.Min()) + 1);
    exponential.Line(days, v, $"β = {beta}");
}

// %% started at zero and divided by 1 - βᵗ instead: the first day no longer drags for a hundred days
double[] BiasCorrected(double beta) => [.. Exponential(beta, (1 - beta) * x[0]).Select((v, t) => v / (1 - Math.Pow(beta, t + 1)))];
lesson.Figure("exponential.0.99.corrected.last", BiasCorrected(0.99)[^1], expected: 10.157815, tolerance: 1e-6);
lesson.Figure("exponential.0.99.corrected.day.100", BiasCorrected(0.99)[99]);
lesson.Figure("exponential.0.99.plain.day.100", Exponential(0.99, x[0])[99]);
exponential.Line(days, BiasCorrected(0.99), lesson.Text("β = 0.99, 보정", "β = 0.99, corrected"), Color.Black, dashed: true);

// %% a use: tomorrow will be like the average of today; which average is off by least?
double Error(double[] v) => Math.Sqrt(Enumerable.Range(window, 364 - window).Average(t => Math.Pow(x[t + 1] - v[t], 2)));
var forecasts = new (string Name, double[] V)[] { ("today", x), ("window", Causal(even)), ("weighted", Causal(falling)), ("β=0.5", Exponential(0.5, x[0])), ("β=0.9", Exponential(0.9, x[0])), ("β=0.99", Exponential(0.99, x[0])) };
lesson.Table(lesson.Text("내일 기온을 오늘의 평균으로 예측한 오차 (°C)", "Error of forecasting tomorrow by today's average (°C)"), ["", "RMSE"], from f in forecasts select new object[] { f.Name, Math.Round(Error(f.V), 3) });
lesson.Figure("forecast.errors", [.. forecasts.Select(f => Error(f.V))]);
lesson.Plot("temperatures", new Figure("", columns: 1, [windows, exponential]) { PanelWidth = 900, PanelHeight = 360 });
