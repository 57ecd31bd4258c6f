// chapter: lstm_gru
// title: LSTM과 GRU를 엔진으로 | LSTM and GRU in the engine
// computes: 층의 입출력 모양과 매개변수, 그리고 오래 기억하기 과제에서 RNN, LSTM, GRU의 비교 | shapes and parameters of the layers, and RNN, LSTM and GRU on a task of remembering
// minutes: 0.2

using var lesson = Lesson.Begin(args);

// %% shapes: a batch of 4 sequences of 7 steps with 5 features, 6 hidden units
var place = ParamScope.Random(lesson.Seed(0));
Tensor x = Tensor.RandN([4, 7, 5], place.Generator);
var plain = new RNN(place / "rnn", 5, 6, batchFirst: true);
var lstm = new LSTM(place / "lstm", 5, 6, batchFirst: true);
var gru = new GRU(place / "gru", 5, 6, batchFirst: true);
var deep = new LSTM(place / "deep", 5, 6, layerCount: 2, batchFirst: true, bidirectional: true);
double[] Sizes(Tensor t) => [.. t.Shape.ToArray().Select(size => (double)size)];
lesson.Figure("rnn.output", Sizes(plain.Forward(x).Output), [4, 7, 6]);
lesson.Figure("rnn.hidden", Sizes(plain.Forward(x).Hidden), [1, 4, 6]);
lesson.Figure("lstm.cell", Sizes(lstm.Forward(x).State.Cell), [1, 4, 6]);
lesson.Figure("deep.output", Sizes(deep.Forward(x).Output), [4, 7, 12]);   // two directions side by side
lesson.Figure("deep.hidden", Sizes(deep.Forward(x).State.Hidden), [4, 4, 6]); // two layers times two directions
var (output, hidden) = gru.Forward(x);
lesson.Figure("last.output.is.hidden", (output[.., ^1] - hidden[0]).Abs().Max().Item(), expected: 0);

// %% parameters: one gate costs h·(in + h) + 2h; the RNN has one, the GRU three, the LSTM four
lesson.Figure("parameters.rnn", plain.ParameterCount(), expected: 6 * (5 + 6) + 12);
lesson.Figure("parameters.gru", gru.ParameterCount(), expected: 3 * (6 * (5 + 6) + 12));
lesson.Figure("parameters.lstm", lstm.ParameterCount(), expected: 4 * (6 * (5 + 6) + 12));

// %% a sequence in two pieces gives the same as in one, if the state is handed on
var (firstPart, state) = lstm.Forward(x[.., ..3]);
Tensor pieces = Tensor.Cat([firstPart, lstm.Forward(x[.., 3..], state).Output], 1);
lesson.Figure("pieces.difference", (pieces - lstm.Forward(x).Output).Abs().Max().Item(), expected: 0, tolerance: 1e-6);

// %% the task: of eight letters the first one counts; then come only distractions, and at the end one is asked for the first
int gap = lesson.Parameter("gap", 20, 1, 200), steps = lesson.Parameter("steps", 200, 10, 5000), units = lesson.Parameter("hidden", 32, 4, 128);
double rate = lesson.Parameter("lr", 0.01, 1e-4, 0.1), forget = lesson.Parameter("forget", 3.0, -5, 10);
const int Letters = 4, Batch = 32;
(Tensor X, Tensor Y) Draw(RandomGenerator random)
{
    Tensor first = Tensor.RandInt(0, Letters, [1, Batch], random), noise = Tensor.RandInt(Letters, 2 * Letters, [gap, Batch], random);
    return (Tensor.OneHot(Tensor.Cat([first, noise]), 2 * Letters), first[0]);      // [1 + gap, batch, 8] and [batch]
}
(double[] Losses, double[] Accuracies) Train(Func<ParamScope, Func<Tensor, Tensor>> build)
{
    var scope = ParamScope.Random(lesson.Seed(0));
    var read = build(scope / "read");
    var head = new Linear(scope / "head", units, Letters);
    var random = new TorchRandom(1);
    Tensor[] parameters = [.. new Everything(scope).Parameters()];
    var optimizer = new Adam(parameters, rate);
    double[] losses = new double[steps], accuracies = new double[steps];
    for (int step = 0; step < steps; step++)
    {
        using var memory = TensorScope.Begin();
        var (input, target) = Draw(random);
        optimizer.ZeroGrad();
        Tensor logits = head.Forward(read(input)[^1]);                               // from the last output
        Tensor loss = logits.CrossEntropy(target);
        loss.Backward();
        GradientClipping.ClipGradNorm(parameters, 1);
        optimizer.Step();
        losses[step] = loss.Item();
        accuracies[step] = logits.ArgMax(1).Eq(target).To(DType.Float64).Mean().Item(); // each batch is new, so this is honest
    }
    return (losses, accuracies);
}
(string Name, (double[] Losses, double[] Accuracies) Result)[] runs =
[
    ("RNN", Train(s => { var m = new RNN(s, 2 * Letters, units); return t => m.Forward(t).Output; })),
    ("LSTM", Train(s => { var m = new LSTM(s, 2 * Letters, units); return t => m.Forward(t).Output; })),
    ("GRU", Train(s => { var m = new GRU(s, 2 * Letters, units); return t => m.Forward(t).Output; })),
    ("LSTM.open", Train(s =>
    {
        var m = new LSTM(s, 2 * Letters, units);
        // the forget gates are the second quarter; sigmoid(3) = 0.95, so the cell begins by keeping
        using (Autograd.NoGrad()) m.NamedParameters().Single(p => p.Name == "bias_ih_l0").Value[units..(2 * units)].FillInPlace(forget);
        return t => m.Forward(t).Output;
    })),
];
int tail = Math.Max(1, steps / 10);
foreach (var (name, result) in runs)
{
    lesson.Figure($"{name}.loss", result.Losses[^tail..].Average());
    lesson.Figure($"{name}.accuracy", result.Accuracies[^tail..].Average());
}
lesson.Range("LSTM.open.remembers", runs[3].Result.Accuracies[^tail..].Average(), 0.9, 1);
lesson.Figure("loss.of.guessing", Math.Log(Letters));
lesson.Say($"첫 글자와 물음 사이에 방해 글자가 {gap}개 있습니다.", $"{gap} distracting letters stand between the first and the question.");

// %% the learning curves
double[] Smooth(double[] values) => [.. Enumerable.Range(0, steps).Select(i => values[Math.Max(0, i - tail + 1)..(i + 1)].Average())];
double[] updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
var loss = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("교차 엔트로피", "cross entropy"));
var right = new Panel(lesson.Text("정확도", "Accuracy"), lesson.Text("갱신", "update"), lesson.Text("맞힌 비율", "share right")) { YLimits = (0, 1.05) };
foreach (var (name, result) in runs)
{
    string label = name == "LSTM.open" ? lesson.Text($"LSTM, 망각 편향 {forget}", $"LSTM, forget bias {forget}") : name;
    loss.Line(updates, Smooth(result.Losses), label);
    right.Line(updates, Smooth(result.Accuracies), label);
}
loss.HorizontalLine(Math.Log(Letters), lesson.Text("찍기", "guessing"));
right.HorizontalLine(1.0 / Letters, lesson.Text("찍기", "guessing"));
lesson.Plot("remembering", new Figure(lesson.Text($"{gap}걸음 동안 기억하기", $"Remembering for {gap} steps"), 2, [loss, right]) { PanelWidth = 460, PanelHeight = 360 });

/// <summary>All parts below a place as one module.</summary>
sealed class Everything(ParamScope scope) : Module(scope);
