// chapter: losses
// title: 손실 함수 네 가지 | Four loss functions
// computes: MSE, 이진 교차 엔트로피, 교차 엔트로피, KL 발산의 값과 기울기, 수치의 함정 | value and gradient of MSE, binary cross entropy, cross entropy and KL divergence, and their numerical traps
// minutes: 0.01

using var lesson = Lesson.Begin(args);

double Apart(Tensor a, Tensor b) => (a - b).Abs().Max().Item();
Tensor ByAutograd(Tensor at, Func<Tensor, Tensor> loss)
{
    Tensor leaf = at.Clone().RequireGrad();
    loss(leaf).Backward();
    return leaf.Grad!;
}

// %% mean squared error: the variance of the target about the prediction
Tensor prediction = Tensor.From(2.5, 0.0, 2.0, 8.0), target = Tensor.From(3.0, -0.5, 2.0, 7.0); // [4]
Tensor Mse(Tensor p) => (p - target).Square().Mean();
Tensor mseSlope = 2.0 / target.Count * (prediction - target);
lesson.Figure("mse", Mse(prediction).Item(), expected: 0.375, tolerance: 1e-15);
lesson.Figure("mse.gradient", mseSlope, [-0.25, 0.25, 0, 0.5], tolerance: 1e-15);
lesson.Figure("mse.autograd.difference", Apart(mseSlope, ByAutograd(prediction, Mse)), expected: 0, tolerance: 1e-15);
// predicting the mean for everybody leaves exactly the variance
lesson.Figure("mse.of.mean", Mse(target.Mean().Expand(4)).Item(), expected: target.Var(correction: 0).Item(), tolerance: 1e-15);

// %% binary cross entropy: -ln p where the answer is yes, -ln(1 - p) where it is no
Tensor share = Tensor.From(0.9, 0.2, 0.6, 0.3), yes = Tensor.From(1.0, 0, 1, 1);
Tensor Bce(Tensor p) => -(yes * p.Log() + (1 - yes) * (1 - p).Log()).Mean();
Tensor bceSlope = (share - yes) / (share * (1 - share)) / yes.Count;
lesson.Figure("bce", Bce(share).Item(), expected: -(Math.Log(0.9) + Math.Log(0.8) + Math.Log(0.6) + Math.Log(0.3)) / 4, tolerance: 1e-15);
lesson.Figure("bce.gradient", bceSlope);
lesson.Figure("bce.autograd.difference", Apart(bceSlope, ByAutograd(share, Bce)), expected: 0, tolerance: 1e-14);

// %% with the sigmoid inside, the gradient by the logit is just s - y
Tensor logit = Tensor.From(2.0, -1.0, 0.5, -3.0);
Tensor BceOfLogit(Tensor z) => (z.Maximum(0.0) - z * yes + (-z.Abs()).Exp().Log1p()).Mean();
Tensor logitSlope = (logit.Sigmoid() - yes) / yes.Count;
lesson.Figure("bce.logits", BceOfLogit(logit).Item(), expected: Bce(logit.Sigmoid()).Item(), tolerance: 1e-14);
lesson.Figure("bce.logits.gradient", logitSlope);
lesson.Figure("bce.logits.engine.difference", Apart(logitSlope, ByAutograd(logit, z => z.BinaryCrossEntropyWithLogits(yes))), expected: 0, tolerance: 1e-15);

// %% cross entropy of three classes: minus the logarithm of the right class's share
Tensor scores = Tensor.From([[2.0, 1.0, 0.1], [0.5, 2.5, 0.3]]);                    // [2, 3]
Tensor oneHot = Tensor.From([[1.0, 0, 0], [0, 0, 1]]);                              // classes 0 and 2
Tensor CrossEntropy(Tensor g) => -(oneHot * g.Softmax(-1).Log()).Sum() / 2.0;
Tensor crossSlope = (scores.Softmax(-1) - oneHot) / 2.0;
lesson.Figure("softmax", scores.Softmax(-1));
lesson.Figure("cross.entropy", CrossEntropy(scores).Item(), expected: 1.4185398, tolerance: 1e-7);
lesson.Figure("cross.entropy.gradient", crossSlope);
lesson.Figure("cross.entropy.engine.difference", Apart(crossSlope, ByAutograd(scores, g => g.CrossEntropy(Tensor.From(0L, 2L)))), expected: 0, tolerance: 1e-15);
lesson.Figure("cross.entropy.uniform", -Math.Log(1.0 / 3), expected: 1.0986122887, tolerance: 1e-9);

// %% Kullback-Leibler: what it costs to believe q while p is true; cross entropy minus the entropy nobody can avoid
Tensor p = Tensor.From(0.5, 0.4, 0.1), q = Tensor.From(0.01, 0.49, 0.5);
Tensor Kl(Tensor a, Tensor b) => (a * (a / b).Log()).Sum();
double entropy = -(p * p.Log()).Sum().Item(), cross = -(p * q.Log()).Sum().Item();
lesson.Figure("entropy", entropy, expected: 0.9433483923, tolerance: 1e-9);
lesson.Figure("kl(p,q)", Kl(p, q).Item(), expected: cross - entropy, tolerance: 1e-14);
lesson.Figure("kl(q,p)", Kl(q, p).Item(), expected: 0.8650397397, tolerance: 1e-9);
lesson.Figure("kl(p,p)", Kl(p, p).Item(), expected: 0);
lesson.Figure("kl.gradient", -p / q, [-50, -0.4 / 0.49, -0.2], tolerance: 1e-14);
lesson.Figure("kl.autograd.difference", Apart(-p / q, ByAutograd(q, b => Kl(p, b))), expected: 0, tolerance: 1e-14);
lesson.Figure("kl.engine.difference", Math.Abs(q.Log().KlDivLoss(p, LossReduction.Sum).Item() - Kl(p, q).Item()), expected: 0, tolerance: 1e-14);

// %% traps: logarithm of zero, 0 · ∞, and a sigmoid that rounds to one
double extreme = lesson.Parameter("logit", 40.0, -1000, 1000);
Tensor z = Tensor.From(extreme), no = Tensor.From(0.0);
double naive = -(1 - z.Sigmoid()).Log().Item(), careful = z.BinaryCrossEntropyWithLogits(no).Item();
lesson.Table(lesson.Text("정답이 0일 때의 손실", "The loss when the answer is 0"), [lesson.Text("로짓", "logit"), lesson.Text("σ를 거쳐서", "through σ"), lesson.Text("로짓에서 바로", "from the logit")], [[extreme, naive, careful]]);
lesson.Figure("trap.naive.is.finite", double.IsFinite(naive) ? 1 : 0, expected: 0);
lesson.Figure("trap.from.logit", careful, expected: 40, tolerance: 1e-12);
lesson.Figure("trap.from.logit.gradient", ByAutograd(z, t => t.BinaryCrossEntropyWithLogits(no)).Item(), expected: 1, tolerance: 1e-12);
lesson.Figure("trap.0·log0.is.nan", double.IsNaN((Tensor.From(0.0) * Tensor.From(0.0).Log()).Item()) ? 1 : 0, expected: 1);
lesson.Figure("trap.float32.gives.up.at", Enumerable.Range(1, 100).First(n => Tensor.From((float)n).Sigmoid().Item() == 1), expected: 17);

// %% squared error through a sigmoid falls asleep where it is most wrong; cross entropy does not
double S(double g) => 1 / (1 + Math.Exp(-g));
lesson.Figure("asleep.mse(-6)", 2 * (S(-6) - 1) * S(-6) * (1 - S(-6)), expected: -0.0049208, tolerance: 1e-7);
lesson.Figure("awake.bce(-6)", S(-6) - 1, expected: -0.9975274, tolerance: 1e-7);

// %% the picture
lesson.Plot("losses", new Figure(lesson.Text("손실과 기울기", "Losses and their gradients"), 2,
[
    new Panel(lesson.Text("MSE와 그 기울기", "MSE and its gradient"), lesson.Text("예측 - 정답", "prediction - target"), "").Curve(e => e * e, -2, 2, "e²").Curve(e => 2 * e, -2, 2, "2e", dashed: true),
    new Panel(lesson.Text("이진 교차 엔트로피", "Binary cross entropy"), "p", lesson.Text("손실", "loss")) { YLimits = (0, 5) }
        .Curve(v => -Math.Log(v), 0.005, 0.999, lesson.Text("-ln p (정답 1)", "-ln p (answer 1)")).Curve(v => -Math.Log(1 - v), 0.001, 0.995, lesson.Text("-ln(1-p) (정답 0)", "-ln(1-p) (answer 0)"))
        .Curve(v => (v - 1) * (v - 1), 0, 1, lesson.Text("(p-1)²과 비교", "(p-1)² to compare"), Color.Grey, dashed: true),
    new Panel(lesson.Text("정답이 1일 때 로짓의 기울기", "Gradient by the logit, answer 1"), lesson.Text("로짓", "logit"), lesson.Text("기울기", "gradient"))
        .Curve(g => 2 * (S(g) - 1) * S(g) * (1 - S(g)), -8, 8, "MSE ∘ σ").Curve(g => S(g) - 1, -8, 8, lesson.Text("교차 엔트로피 ∘ σ", "cross entropy ∘ σ")),
    new Panel(lesson.Text("KL 발산은 대칭이 아닙니다 (p = 0.3)", "KL is not symmetric (p = 0.3)"), "q", "KL")
        .Curve(v => 0.3 * Math.Log(0.3 / v) + 0.7 * Math.Log(0.7 / (1 - v)), 0.01, 0.99, "KL(p‖q)").Curve(v => v * Math.Log(v / 0.3) + (1 - v) * Math.Log((1 - v) / 0.7), 0.01, 0.99, "KL(q‖p)").VerticalLine(0.3, "q = p"),
]));
