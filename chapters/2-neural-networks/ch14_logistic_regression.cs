// chapter: ch14
// title: 로지스틱 회귀 | Logistic regression
// computes: 신인 농구 선수 12명의 지명 여부를 확률로, 합과 평균의 손실, 정확도, 나눌 수 없는 까닭 | whether twelve basketball rookies are drafted: sum and mean loss, accuracy, and why they cannot be separated
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% twelve rookies: points, rebounds, assists, and whether they were drafted
Tensor table = CourseData.Table("nba_rookies").ToTensor(dtype: DType.Float64);     // [12, 4]
Tensor X = table[.., ..3], Y = table[.., 3..];                                      // [12, 3], [12, 1]
double rate = lesson.Parameter("lr", 0.001, 1e-6, 0.1);
int steps = lesson.Parameter("steps", 3000, 1, 300_000);
var random = new NumPyRandom(lesson.Seed(220104));
Tensor W0 = Tensor.RandN([3, 1], random), B0 = Tensor.RandN([1, 1], random);
lesson.Figure("W.start", W0, [-0.3035691429, -0.5655273311, -0.4417443809], tolerance: 1e-10);
lesson.Figure("b.start", B0.Item(), expected: 0.0121405686, tolerance: 1e-10);

// %% the model: a weighted sum squeezed into a probability; the loss: binary cross entropy, summed over the rookies
Tensor Predict(Tensor w, Tensor b) => (X.MatMul(w) + b).Sigmoid();                  // [12, 1]
double Loss(Tensor w, Tensor b)
{
    Tensor s = Predict(w, b);
    return -(Y * s.Log() + (1 - Y) * (1 - s).Log()).Sum().Item();
}
int Right(Tensor w, Tensor b) => (int)(Predict(w, b) > 0.5).To(DType.Float64).Eq(Y).CountNonzero().ItemLong();
lesson.Figure("loss.start", Loss(W0, B0), expected: 70.7567965, tolerance: 1e-8);
lesson.Figure("right.start", Right(W0, B0));

// %% gradient descent: dL/ds · s(1 - s) shrinks to s - y, so dW = Xᵀ(s - y)
(Tensor W, Tensor B, double[] Losses) Descend(double step, int count)
{
    Tensor w = W0, b = B0;
    var losses = new List<double>();
    for (int i = 0; i < count; i++)
    {
        using var scope = TensorScope.Begin();
        if (i % 10 == 0)
            losses.Add(Loss(w, b));
        Tensor byG = Predict(w, b) - Y;                                             // [12, 1]
        w = scope.Keep(w - step * X.T.MatMul(byG));                                 // [3, 1]
        b = scope.Keep(b - step * byG.Sum());
    }
    return (w, b, [.. losses]);
}

// %% the sum of twelve losses as in the script, and their mean as in its PyTorch twin: twelve times slower
var (sumW, sumB, sumLosses) = Descend(rate, steps);
lesson.Figure("sum.W", sumW, [-0.19783118, 0.33655838, 0.42415269], tolerance: 1e-8);
lesson.Figure("sum.b", sumB.Item(), expected: -0.63608971, tolerance: 1e-8);
lesson.Figure("sum.loss", Loss(sumW, sumB), expected: 6.2209603, tolerance: 1e-8);
lesson.Figure("sum.right", Right(sumW, sumB), expected: 8);
lesson.Figure("sum.accuracy", Right(sumW, sumB) / 12.0, expected: 8 / 12.0, tolerance: 1e-12);
lesson.Figure("sum.prediction", Predict(sumW, sumB));
var (meanW, meanB, meanLosses) = Descend(rate / 12, steps + 1);
lesson.Figure("mean.W", meanW, [-0.19008, 0.26080, 0.35695], tolerance: 5e-6);
lesson.Figure("mean.b", meanB.Item(), expected: -0.02029, tolerance: 5e-6);
lesson.Figure("mean.loss.summed", Loss(meanW, meanB), expected: 6.38502, tolerance: 1e-6);
lesson.Figure("mean.right", Right(meanW, meanB));

// %% the hand-written gradient against autograd, and the loss straight from the logits
Tensor w1 = W0.Clone().RequireGrad(), b1 = B0.Clone().RequireGrad();
Tensor stable = (X.MatMul(w1) + b1).BinaryCrossEntropyWithLogits(Y, reduction: LossReduction.Sum);
stable.Backward();
Tensor start = Predict(W0, B0) - Y;
lesson.Figure("gradient.W.start", X.T.MatMul(start));
lesson.Figure("gradient.difference", Math.Max((X.T.MatMul(start) - w1.Grad!).Abs().Max().Item(), Math.Abs(start.Sum().Item() - b1.Grad!.Item())), expected: 0, tolerance: 1e-12);
lesson.Figure("trap.naive.finite", double.IsFinite(Loss(50.0 * W0, B0)) ? 1 : 0, expected: 0);
lesson.Figure("trap.from.logits", (X.MatMul(50.0 * W0) + B0).BinaryCrossEntropyWithLogits(Y, reduction: LossReduction.Sum).Item());

// %% is it a matter of patience? Newton's method finds the lowest point there is, in a few steps
Tensor X1 = Tensor.Cat([X, Tensor.Ones([12, 1], DType.Float64)], 1);                // [12, 4]: a column of ones for the bias
Tensor best = Tensor.Zeros([4, 1], DType.Float64);
for (int i = 0; i < 20; i++)
{
    Tensor s = X1.MatMul(best).Sigmoid();
    Tensor curvature = (X1 * (s * (1 - s))).T.MatMul(X1);                           // [4, 4]
    best -= curvature.Solve(X1.T.MatMul(s - Y));
}
Tensor bestW = best[..3], bestB = best[3..], p = Predict(bestW, bestB);
lesson.Figure("best.W", bestW);
lesson.Figure("best.b", bestB.Item());
lesson.Figure("best.loss", Loss(bestW, bestB), expected: 5.942767, tolerance: 2e-7);
lesson.Figure("best.right", Right(bestW, bestB), expected: 8);

// %% the proof that no plane separates them: two weighted averages, one of each group, are the same point
Tensor refused = (1 - Y) * p, drafted = Y * (1 - p);                                // weights, both groups sum to the same
Tensor inRefused = X.T.MatMul(refused) / refused.Sum(), inDrafted = X.T.MatMul(drafted) / drafted.Sum();
lesson.Figure("common.point", inRefused.Reshape(-1));
lesson.Figure("common.point.difference", (inRefused - inDrafted).Abs().Max().Item(), expected: 0, tolerance: 1e-9);

// %% the pictures
int[] order = [.. Enumerable.Range(0, 12).OrderBy(i => Predict(sumW, sumB)[i, 0].Item())];
string[] players = [.. order.Select(i => string.Join("/", from k in Enumerable.Range(0, 3) select (int)X[i, k].Item()))];
double[] Bars(int group) => [.. order.Select(i => Y[i, 0].Item() == group ? Predict(sumW, sumB)[i, 0].Item() : 0)];
double[] Updates(double[] losses) => [.. losses.Select((_, i) => 10.0 * i)];
lesson.Plot("rookies", new Panel(lesson.Text("지명될 확률, 낮은 순서로", "Probability of being drafted, lowest first"), lesson.Text("득점/리바운드/어시스트", "points/rebounds/assists"), "σ(XW + b)") { YLimits = (0, 1) }
    .Bars(players, Bars(1), lesson.Text("지명됨", "drafted"), Color.Blue).Bars(players, Bars(0), lesson.Text("지명되지 않음", "not drafted"), Color.Vermilion).HorizontalLine(0.5));
lesson.Plot("loss", new Panel(lesson.Text("합의 손실", "The summed loss"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss")) { LogY = true }
    .Line(Updates(sumLosses), sumLosses, lesson.Text("합의 기울기", "gradient of the sum")).Line(Updates(meanLosses), meanLosses, lesson.Text("평균의 기울기", "gradient of the mean"))
    .HorizontalLine(Loss(bestW, bestB), lesson.Text("가장 낮은 값", "the lowest there is")));
