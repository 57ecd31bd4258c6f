// chapter: gates
// title: 게이트: LSTM과 GRU | Gates: LSTM and GRU
// computes: LSTM과 GRU의 한 걸음과 기울기를 손으로 계산하고, 문장이 길어질 때 기울기가 얼마나 남는지 재기 | LSTM and GRU step by step with hand-derived gradients, and what is left of a gradient as sequences grow
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% a sequence of six steps with three features, four hidden units, and PyTorch's way of storing weights: gates below one another
const int T = 6, In = 3, H = 4;
var scope = ParamScope.Random(lesson.Seed(7), DType.Float64);
var lstm = new LSTM(scope / "lstm", In, H);
var gru = new GRU(scope / "gru", In, H);
var random = new NumPyRandom(lesson.Seed(7));
Tensor X = Tensor.RandN([T, In], random), G = Tensor.RandN([T, H], random);              // G = ∂L/∂h for L = Σ G ∘ h
Tensor[] Weights(Module m) => [.. m.NamedParameters().Select(p => p.Value.Detach())];    // Wx [4H, 3], Wh [4H, H], bx, bh [4H]

// %% LSTM: three gates between 0 and 1, and a cell that is added to, not multiplied through a matrix
Tensor[] w = Weights(lstm);
var c = new Tensor[T + 1];
var h = new Tensor[T + 1];
var gates = new Tensor[T];                                                               // [4, H]: input, forget, new content, output
(c[0], h[0]) = (Tensor.Zeros([H], DType.Float64), Tensor.Zeros([H], DType.Float64));
for (int t = 0; t < T; t++)
{
    Tensor z = (w[0].MatMul(X[t]) + w[2] + w[1].MatMul(h[t]) + w[3]).Reshape(4, H);
    Tensor i = z[0].Sigmoid(), f = z[1].Sigmoid(), g = z[2].Tanh(), o = z[3].Sigmoid();
    gates[t] = Tensor.Stack([i, f, g, o]);
    c[t + 1] = f * c[t] + i * g;
    h[t + 1] = o * c[t + 1].Tanh();
}
Tensor byHand = Tensor.Stack(h[1..]);                                                    // [T, H]
lesson.Figure("lstm.hidden", byHand);
lesson.Figure("lstm.difference", (lstm.Forward(X).Output - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% LSTM backward: through the cell the error goes from step to step by the forget gate alone
Tensor byWx = Tensor.ZerosLike(w[0]), byWh = Tensor.ZerosLike(w[1]), byB = Tensor.ZerosLike(w[2]);
Tensor byH = Tensor.Zeros([H], DType.Float64), byC = Tensor.Zeros([H], DType.Float64);
for (int t = T - 1; t >= 0; t--)
{
    var (i, f, g, o) = (gates[t][0], gates[t][1], gates[t][2], gates[t][3]);
    Tensor tanh = c[t + 1].Tanh();
    byH += G[t];
    byC += byH * o * (1 - tanh.Square());
    Tensor byZ = Tensor.Cat([byC * g * i * (1 - i), byC * c[t] * f * (1 - f), byC * i * (1 - g.Square()), byH * tanh * o * (1 - o)]); // [4H]
    byWx += byZ.Outer(X[t]);
    byWh += byZ.Outer(h[t]);
    byB += byZ;
    (byH, byC) = (w[1].T.MatMul(byZ), byC * f);
}
(lstm.Forward(X).Output * G).Sum().Backward();
Tensor[] engine = [.. lstm.NamedParameters().Select(p => p.Value.Grad!)];
lesson.Figure("lstm.gradient.difference", new[] { byWx, byWh, byB, byB }.Zip(engine, (a, b) => (a - b).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);
lesson.Figure("lstm.gradient.bias", byB);

// %% GRU: two gates, no cell of its own; z says how much of the old memory stays
Tensor[] v = Weights(gru);
var s = new Tensor[T + 1];
var parts = new (Tensor R, Tensor Z, Tensor N, Tensor Back)[T];
s[0] = Tensor.Zeros([H], DType.Float64);
for (int t = 0; t < T; t++)
{
    Tensor a = (v[0].MatMul(X[t]) + v[2]).Reshape(3, H), b = (v[1].MatMul(s[t]) + v[3]).Reshape(3, H);
    Tensor r = (a[0] + b[0]).Sigmoid(), z = (a[1] + b[1]).Sigmoid(), n = (a[2] + r * b[2]).Tanh();
    parts[t] = (r, z, n, b[2]);
    s[t + 1] = (1 - z) * n + z * s[t];
}
Tensor gruByHand = Tensor.Stack(s[1..]);
lesson.Figure("gru.hidden", gruByHand);
lesson.Figure("gru.difference", (gru.Forward(X).Output - gruByHand).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% GRU backward
Tensor byVx = Tensor.ZerosLike(v[0]), byVh = Tensor.ZerosLike(v[1]);
Tensor byS = Tensor.Zeros([H], DType.Float64);
for (int t = T - 1; t >= 0; t--)
{
    var (r, z, n, back) = parts[t];
    byS += G[t];
    Tensor byN = byS * (1 - z) * (1 - n.Square()), byZ = byS * (s[t] - n) * z * (1 - z), byR = byN * back * r * (1 - r);
    byVx += Tensor.Cat([byR, byZ, byN]).Outer(X[t]);
    Tensor through = Tensor.Cat([byR, byZ, byN * r]);                                    // [3H]
    byVh += through.Outer(s[t]);
    byS = byS * z + v[1].T.MatMul(through);
}
(gru.Forward(X).Output * G).Sum().Backward();
engine = [.. gru.NamedParameters().Select(p => p.Value.Grad!)];
lesson.Figure("gru.gradient.difference", Math.Max((byVx - engine[0]).Abs().Max().Item(), (byVh - engine[1]).Abs().Max().Item()), expected: 0, tolerance: 1e-12);

// %% what is left of the last step's gradient at the first word? Thirty-two units, sequences up to the given length
int longest = lesson.Parameter("length", 100, 10, 500);
double forget = lesson.Parameter("forget", 3.0, -5, 10);
int[] lengths = [.. Enumerable.Range(0, 11).Select(k => Math.Max(1, k * longest / 10))];
double[] Remains(Func<ParamScope, Func<Tensor, Tensor>> build)
{
    var read = build(ParamScope.Random(lesson.Seed(7), DType.Float64));
    return [.. lengths.Select(length =>
    {
        Tensor x = Tensor.RandN([length, 1, 8], new NumPyRandom(1)).RequireGrad();
        read(x)[^1].Sum().Backward();
        return x.Grad![0].Norm().Item();
    })];
}
double[] plain = Remains(place => { var m = new RNN(place, 8, 32); return x => m.Forward(x).Output; });
double[] gated = Remains(place => { var m = new GRU(place, 8, 32); return x => m.Forward(x).Output; });
double[] cell = Remains(place => { var m = new LSTM(place, 8, 32); return x => m.Forward(x).Output; });
double[] open = Remains(place =>
{
    var m = new LSTM(place, 8, 32);
    using (Autograd.NoGrad()) m.NamedParameters().Single(p => p.Name == "bias_ih_l0").Value[32..64].FillInPlace(forget); // the second quarter: forget gates
    return x => m.Forward(x).Output;
});
lesson.Figure("remains.rnn", plain);
lesson.Figure("remains.gru", gated);
lesson.Figure("remains.lstm", cell);
lesson.Figure("remains.lstm.open", open);
lesson.Range("remains.open.over.rnn", Math.Log10(open[^1] / plain[^1]), 3, 100);          // powers of ten

// %% the gradient at the first word by length, and the gates at work
double[] axis = [.. lengths.Select(n => (double)n)];
string[] rows = [.. Enumerable.Range(1, T).Select(t => $"t={t}")], units = ["1", "2", "3", "4"];
Tensor forgets = Tensor.Stack([.. gates.Select(gate => gate[1])]);
lesson.Plot("gates", new Figure(lesson.Text("게이트가 하는 일", "What gates do"), 2,
[
    new Panel(lesson.Text("첫 낱말에 닿는 기울기", "Gradient at the first word"), lesson.Text("문장의 길이", "length of the sequence"), lesson.Text("기울기의 크기", "norm of the gradient")) { LogY = true }
        .Line(axis, plain, "RNN").Line(axis, gated, "GRU").Line(axis, cell, "LSTM").Line(axis, open, lesson.Text($"LSTM, 망각 편향 {forget}", $"LSTM, forget bias {forget}")),
    new Panel(lesson.Text("망각 게이트 f (1: 그대로 둔다)", "Forget gate f (1: keep)"), lesson.Text("뉴런", "unit")).HeatMap(forgets, rows: rows, columns: units, showValues: true, low: 0, high: 1),
]) { PanelWidth = 480, PanelHeight = 380 });
