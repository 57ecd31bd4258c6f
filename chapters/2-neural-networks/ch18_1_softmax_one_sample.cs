// chapter: ch18_1
// title: 다중분류 기초: 표본 하나 | Several classes: one sample
// computes: 표본 하나를 세 종류로 나누며 소프트맥스의 야코비 행렬을 원소마다 적기 | one sample, three classes: the Jacobian of the soft-max written entry by entry
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% one sample with four inputs; of three classes the third is right
Tensor x = Tensor.From([[1.2], [2.4], [3.6], [1.8]]);                 // [4, 1]
Tensor t = Tensor.From([[0.0], [0], [1]]);                            // [3, 1]
double rate = lesson.Parameter("lr", 0.001, 1e-5, 0.1);
int steps = lesson.Parameter("steps", 100, 1, 100_000);
var random = new NumPyRandom(lesson.Seed(220106));
Tensor W0 = Tensor.RandN([3, 4], random), B0 = Tensor.RandN([3, 1], random);

// %% three weighted sums become three shares; the loss is minus the logarithm of the right one
Tensor Predict(Tensor w, Tensor b) => (w.MatMul(x) + b).Softmax(0);   // [3, 1]
double Loss(Tensor s) => -(t * s.Log()).Sum().Item();

// %% how each share moves with each sum: J[i, j] = ds_i/dg_j, -s_i·s_j beside the diagonal and s_i(1 - s_i) on it
Tensor Jacobian(Tensor shares, bool asPublished)
{
    double[] s = shares.ToArray<double>();
    double slip = s[1] * (1 - s[0]);                                  // the original typed this at both places below
    return Tensor.From([
        [s[0] * (1 - s[0]), -s[0] * s[1], -s[0] * s[2]],
        [-s[1] * s[0], asPublished ? slip : s[1] * (1 - s[1]), -s[1] * s[2]],
        [-s[2] * s[0], -s[2] * s[1], asPublished ? slip : s[2] * (1 - s[2])]]);
}

// %% the chain rule backward: loss → shares → sums → weights
(Tensor ByW, Tensor ByB) Gradients(Tensor w, Tensor b, bool asPublished)
{
    Tensor s = Predict(w, b);
    Tensor byS = -t / s;                                              // [3, 1]
    Tensor byG = Jacobian(s, asPublished).T.MatMul(byS);              // [3, 1]
    return (byG.MatMul(x.T), byG);                                    // [3, 4], [3, 1]
}

// %% gradient descent, both versions
Tensor start = Predict(W0, B0);
lesson.Figure("loss.start", Loss(start), expected: 1.7598435, tolerance: 1e-7);
lesson.Figure("prediction.start", start);
double[] updates = [.. from i in Enumerable.Range(0, steps + 1) select (double)i];
var lossPanel = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss"));
string[] classes = [.. from i in Enumerable.Range(1, 3) select lesson.Text($"{i}번", $"class {i}")];
var sharePanel = new Panel(lesson.Text("세 종류의 확률", "Shares of the three classes"), "", lesson.Text("확률", "share")) { YLimits = (0, 1) }
    .Bars(classes, start, lesson.Text("학습 전", "before"), Color.Grey);
foreach (string version in lesson.Versions)
{
    bool wrong = version == "published";
    Tensor w = W0, b = B0;
    var losses = new double[steps + 1];
    for (int i = 0; i < steps; i++)
    {
        losses[i] = Loss(Predict(w, b));
        var (byW, byB) = Gradients(w, b, wrong);
        (w, b) = (w - rate * byW, b - rate * byB);
    }
    Tensor s = Predict(w, b);
    losses[steps] = Loss(s);
    lesson.Figure($"{version}.loss.final", losses[steps], expected: wrong ? 0.48763764 : 0.45165497, tolerance: 1e-8);
    lesson.Figure($"{version}.prediction", s, expected: wrong ? [0.1947798, 0.1911448, 0.6140754] : [0.1834111, 0.1800152, 0.6365738], tolerance: 1e-7);
    lesson.Figure($"{version}.W", w, wrong
        ? [[0.73505999, -1.6962968, 0.54593165, -1.14947762], [-0.26997158, -0.72903997, -0.1706402, -0.31537807], [0.91109103, -0.64936912, -0.36867008, -0.90352152]]
        : [[0.73466822, -1.69708033, 0.54475635, -1.15006527], [-0.27035599, -0.7298088, -0.17179343, -0.31595469], [0.9154266, -0.64069797, -0.35566337, -0.89701816]], tolerance: 1e-8);
    lesson.Figure($"{version}.B", b, expected: wrong ? [1.00932684, 0.95338937, 2.28355623] : [1.00900037, 0.95306903, 2.28716921], tolerance: 1e-8);
    string name = wrong ? lesson.Text("원래 코드", "as published") : lesson.Text("고친 코드", "corrected");
    Color color = wrong ? Color.Vermilion : Color.Blue;
    lossPanel.Line(updates, losses, name, color);
    sharePanel.Bars(classes, s, name, color);
}
lesson.Plot("learning", new Figure("", columns: 2, [lossPanel, sharePanel]));

// %% what one could have checked by hand: the shares always sum to one, so each column of the Jacobian must sum to zero
foreach (string version in lesson.Versions)
{
    bool wrong = version == "published";
    Tensor sums = Jacobian(start, wrong).Sum(0);                      // [3]
    lesson.Figure($"{version}.jacobian.start", Jacobian(start, wrong));
    lesson.Figure($"{version}.jacobian.column.sums", sums, expected: wrong ? null : [0, 0, 0], tolerance: 1e-15);
}

// %% the hand-written gradient against autograd
Tensor weight = W0.Clone().RequireGrad(), bias = B0.Clone().RequireGrad();
(-(t * Predict(weight, bias).Log()).Sum()).Backward();
lesson.Figure("gradient.start.W", weight.Grad!);
lesson.Figure("gradient.start.B", bias.Grad!);
double Error(bool asPublished) => (Gradients(W0, B0, asPublished).ByW - weight.Grad!).Abs().Max().Item();
lesson.Figure("gradient.error.corrected", Error(asPublished: false), expected: 0, tolerance: 1e-12);
lesson.Range("gradient.error.published", Error(asPublished: true), 0.1, 10);

// %% the twin: autograd, the engine's cross entropy (it takes the sums, not the shares) and its optimiser
Tensor label = Tensor.From(2L);                                       // class 3, counted from zero
var optimizer = new SGD([weight, bias], rate);
for (int i = 0; i < steps; i++)
{
    optimizer.ZeroGrad();
    (weight.MatMul(x) + bias).T.CrossEntropy(label).Backward();
    optimizer.Step();
}
lesson.Figure("autograd.loss.final", Loss(Predict(weight.Detach(), bias.Detach())), expected: 0.45165497, tolerance: 1e-8);
