// chapter: ch16
// title: 소프트맥스와 오버플로 | Soft-max and its overflow
// computes: 점수를 몫으로 바꾸는 소프트맥스, 온도, 점수 710에서의 오버플로와 고치는 법 | soft-max turns scores into shares: temperature, the overflow at scores of 710 and its cure
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% three scores become three shares of one
Tensor scores = Tensor.From(2.0, 1.0, 0.1);                                         // [3]
Tensor Naive(Tensor g) => g.Exp() / g.Exp().Sum();
Tensor Stable(Tensor g) => Naive(g - g.Max());                                      // the largest becomes 0
lesson.Figure("naive", Naive(scores), [0.6590011, 0.2424330, 0.0985659], tolerance: 1e-7);
lesson.Figure("stable", Stable(scores), [0.6590011, 0.2424330, 0.0985659], tolerance: 1e-7);
lesson.Figure("sum", Stable(scores).Sum().Item(), expected: 1, tolerance: 1e-15);
lesson.Figure("ratio", (Stable(scores)[0] / Stable(scores)[1]).Item(), expected: Math.E, tolerance: 1e-14); // e to the difference of the scores

// %% adding the same number to every score changes nothing: that is what the cure rests on
double shift = lesson.Parameter("shift", 100.0, -1e6, 1e6);
lesson.Figure("shift.difference", (Naive(scores + 100.0) - Naive(scores)).Abs().Max().Item(), expected: 0, tolerance: 1e-14);
lesson.Figure("shift.stable.difference", (Stable(scores + shift) - Stable(scores)).Abs().Max().Item(), expected: 0, tolerance: 1e-13);

// %% but e to the 710 is larger than any double, and infinity divided by infinity is not a number
double Largest(Func<double, double> exponential) => Enumerable.Range(0, 1000).Last(g => double.IsFinite(exponential(g)));
lesson.Figure("overflow.double.after", Largest(Math.Exp), expected: 709);
lesson.Figure("overflow.float.after", Largest(g => MathF.Exp((float)g)), expected: 88);
int NotNumbers(Tensor s) => s.ToArray<double>().Count(v => !double.IsFinite(v));
Tensor huge = Tensor.From(1000.0, 999, 998), tiny = Tensor.From(-1000.0, -999, -998);
lesson.Figure("naive.huge.not.numbers", NotNumbers(Naive(huge)), expected: 3);
lesson.Figure("naive.tiny.not.numbers", NotNumbers(Naive(tiny)), expected: 3);      // 0/0: too small is just as bad
lesson.Figure("naive.709.not.numbers", NotNumbers(Naive(Tensor.From(709.0, 0, 0))), expected: 0);
lesson.Figure("naive.710.not.numbers", NotNumbers(Naive(Tensor.From(710.0, 0, 0))), expected: 1);
lesson.Figure("stable.huge", Stable(huge), [0.6652409558, 0.2447284711, 0.0900305732], tolerance: 1e-9);
lesson.Figure("stable.tiny", Stable(tiny), [0.0900305732, 0.2447284711, 0.6652409558], tolerance: 1e-9);
lesson.Figure("engine.difference", (huge.Softmax(0) - Stable(huge)).Abs().Max().Item(), expected: 0, tolerance: 1e-15);

// %% the logarithm needs the cure once more: ln Σ e^g = m + ln Σ e^(g - m), and no share ever gets to be ln 0
Tensor LogSumExp(Tensor g) => g.Max() + (g - g.Max()).Exp().Sum().Log();
Tensor LogSoftmax(Tensor g) => g - LogSumExp(g);
Tensor sure = Tensor.From(0.0, 800);
lesson.Figure("logsumexp.huge", LogSumExp(huge).Item(), expected: 1000.4076059644, tolerance: 1e-12);
lesson.Figure("loss.by.log.of.share.finite", double.IsFinite(-Stable(sure)[0].Log().Item()) ? 1 : 0, expected: 0);
lesson.Figure("loss.by.logsumexp", -LogSoftmax(sure)[0].Item(), expected: 800);
lesson.Figure("logsoftmax.engine.difference", (huge.LogSoftmax(0) - LogSoftmax(huge)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% two classes: soft-max is the sigmoid of the difference
lesson.Figure("two.classes", Stable(Tensor.From(1.5, -0.5))[0].Item(), expected: 1 / (1 + Math.Exp(-2)), tolerance: 1e-15);

// %% the derivative: each share grows with its own score and shrinks with the others
Tensor share = Stable(scores), leaf = scores.Clone().RequireGrad();
Tensor jacobian = share.Unsqueeze(1) * (Tensor.Eye(3, dtype: DType.Float64) - share); // [3, 3]: s_i(δ_ij - s_j)
Tensor byAutograd = Tensor.Stack([.. from i in Enumerable.Range(0, 3) select Autograd.Grad(Stable(leaf)[i], leaf)], 0);
lesson.Figure("jacobian", jacobian);
lesson.Figure("jacobian.row.sums", jacobian.Sum(1), [0, 0, 0], tolerance: 1e-15);
lesson.Figure("jacobian.difference", (jacobian - byAutograd).Abs().Max().Item(), expected: 0, tolerance: 1e-15);

// %% Boltzmann's version has a temperature: cold, the winner takes all; hot, all are equal
double[] temperatures = [0.1, 0.5, 1, 2, 10];
double Entropy(Tensor s) => -(s * s.Clamp(min: 1e-300).Log()).Sum().Item();
lesson.Table(lesson.Text("온도와 몫", "Temperature and shares"), ["T", "s₁", "s₂", "s₃", lesson.Text("엔트로피", "entropy")],
    from t in temperatures let s = Stable(scores / t) select new object[] { t, s[0].Item(), s[1].Item(), s[2].Item(), Entropy(s) });
lesson.Figure("cold", Stable(scores / 0.1), [0.9999545965, 4.5397807e-5, 5.6e-9], tolerance: 1e-9);
lesson.Figure("hot.entropy", Entropy(Stable(scores / 1e6)), expected: Math.Log(3), tolerance: 1e-9);

// %% the pictures
var byTemperature = new Panel(lesson.Text("온도에 따른 몫", "Shares by temperature"), lesson.Text("점수", "score"), lesson.Text("몫", "share")) { YLimits = (0, 1) };
foreach (double t in new[] { 0.5, 1, 2, 10 })
    byTemperature.Bars(["2.0", "1.0", "0.1"], Stable(scores / t), FormattableString.Invariant($"T = {t}"));
double[] offsets = [.. from i in Enumerable.Range(-16, 33) select 50.0 * i];
double First(Func<Tensor, Tensor> softmax, double offset) => softmax(scores + offset)[0].Item();
lesson.Plot("softmax", new Figure(lesson.Text("소프트맥스", "Soft-max"), 2,
[
    byTemperature,
    new Panel(lesson.Text("모든 점수에 같은 수를 더하면", "Adding one number to all scores"), lesson.Text("더한 수", "number added"), lesson.Text("첫째 몫", "first share")) { YLimits = (0, 1) }
        .Line(offsets, offsets.Select(o => First(Stable, o)).ToArray(), lesson.Text("최댓값을 뺀 뒤", "largest subtracted"), Color.Blue)
        .Scatter(offsets, offsets.Select(o => First(Naive, o)).ToArray(), lesson.Text("정의대로 (넘치면 점이 없음)", "by the definition (no point: overflow)"), Color.Vermilion)
        .VerticalLine(709.78, "709.78").VerticalLine(-745.13, "-745.13"),
]));
