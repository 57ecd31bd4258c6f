// chapter: mingpt_sort
// title: minGPT: 정렬을 배우는 GPT | minGPT: a GPT learns to sort
// computes: 숫자 여섯 개를 크기순으로 이어 쓰는 아주 작은 GPT | a very small GPT that goes on with six digits by writing them in order
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% an example: six digits, then the same six in order; only the second half is asked for
const int Length = 6, Digits = 3, Block = 2 * Length - 1;
var random = new PhiloxRandom(lesson.Seed(3407));
bool IsTest(ReadOnlySpan<long> digits)
{
    uint hash = 2166136261;
    foreach (long digit in digits) hash = (hash ^ (uint)digit) * 16777619;                   // FNV-1a: which inputs are kept for the test does not depend on chance
    return (hash ^ hash >> 15) % 4 == 0;
}
(Tensor X, Tensor Y) Examples(int count, bool test)
{
    var x = new long[count * Block];
    var y = new long[count * Block];
    for (int n = 0; n < count;)
    {
        long[] digits = [.. Enumerable.Range(0, Length).Select(_ => random.NextInteger(0, Digits))];
        // every other one has many repeats, which chance alone seldom gives
        if (n % 2 == 1 && digits.Distinct().Count() > Digits / 2) continue;
        if (IsTest(digits) != test) continue;
        long[] both = [.. digits, .. digits.Order()];
        for (int t = 0; t < Block; t++) (x[n * Block + t], y[n * Block + t]) = (both[t], t < Length - 1 ? -100 : both[t + 1]); // -100: not asked for
        n++;
    }
    return (Tensor.From(x).Reshape(count, Block), Tensor.From(y));
}
var (one, asked) = Examples(1, test: false);
lesson.Say($"입력 {string.Join(' ', one.ToArray<long>())}, 답 {string.Join(' ', asked.ToArray<long>())}", $"input {string.Join(' ', one.ToArray<long>())}, answers {string.Join(' ', asked.ToArray<long>())}");
int inputs = (int)Math.Pow(Digits, Length), kept = Enumerable.Range(0, inputs).Count(i => IsTest([.. Enumerable.Range(0, Length).Select(t => i / (long)Math.Pow(Digits, t) % Digits)]));
lesson.Figure("inputs", inputs, expected: 729);
lesson.Figure("inputs.test", kept);

// %% minGPT's smallest model, and AdamW: decay pulls on the matrices of linear layers only
int batch = lesson.Parameter("batch", lesson.Full ? 64 : 32, 1, 512), steps = lesson.Parameter("steps", lesson.Full ? 2000 : 250, 10, 20_000);
double rate = lesson.Parameter("lr", lesson.Full ? 5e-4 : 4e-3, 1e-5, 0.1), dropout = lesson.Parameter("dropout", lesson.Full ? 0.1 : 0, 0, 0.9);
var model = new Gpt2LMHeadModel(ParamScope.Random(random), Gpt2Config.Named("nano", Digits, Block) with { Dropout = dropout, AttentionDropout = dropout, TiesOutput = false });
lesson.Figure("parameters", model.ParameterCount(), expected: 85_728);
bool Decays(string name) => name.EndsWith("weight", StringComparison.Ordinal) && !name.Contains("ln_", StringComparison.Ordinal) && !name.Contains("wte", StringComparison.Ordinal) && !name.Contains("wpe", StringComparison.Ordinal);
ParameterGroup[] groups = [.. model.NamedParameters().GroupBy(p => Decays(p.Name)).Select(group => new ParameterGroup(group.Select(p => p.Value), weightDecay: group.Key ? 0.1 : 0))];
lesson.Figure("parameters.decayed", groups.Where(group => group.WeightDecay > 0).Sum(group => group.Parameters.Sum(p => (double)p.Count)));
var optimizer = new AdamW(groups, rate, beta1: 0.9, beta2: 0.95);
Schedule? schedule = lesson.Full ? null : new WarmupCosine(optimizer, 30, steps);            // minGPT keeps its rate; the short form hurries

// %% training
double Sorted(int count, bool test)
{
    var (x, _) = Examples(count, test);
    Tensor prompts = x[.., ..Length];
    long[] said = TextGenerator.Generate(model, prompts, null, new GenerationOptions { MaxNewTokens = Length }).ToArray<long>();
    return said.Chunk(2 * Length).Count(row => row[..Length].Order().SequenceEqual(row[Length..])) / (double)count;
}
double[] losses = new double[steps], at = [.. Enumerable.Range(1, 7).Select(i => (double)(i * steps / 7))], right = new double[at.Length];
Tensor[] parameters = model.Parameters();
model.Train();
for (int step = 0; step < steps; step++)
{
    using (TensorScope.Begin())
    {
        var (x, y) = Examples(batch, test: false);
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(x).Flatten(0, 1).CrossEntropy(y);
        loss.Backward();
        GradientClipping.ClipGradNorm(parameters, 1);
        optimizer.Step();
        schedule?.Step();
        losses[step] = loss.Item();
    }
    if (Array.IndexOf(at, step + 1) is >= 0 and int place) right[place] = Sorted(200, test: true);
    if (step % 20 == 0) lesson.Progress(step + 1, steps, FormattableString.Invariant($"loss {losses[step]:F4}"));
}
lesson.Figure("loss.first", losses[0]);
lesson.Range("loss.first.above.guess", losses[0] - Math.Log(Digits), -0.1, 0.2);
lesson.Figure("loss.last", losses[^20..].Average());
lesson.Figure("sorted.while.training", right);

// %% does it sort what it has never seen?
int count = lesson.Parameter("count", lesson.Full ? 5000 : 500, 10, 20_000);
lesson.Range("sorted.train", Sorted(count, test: false), lesson.Full ? 1 : 0.99, 1);
lesson.Range("sorted.test", Sorted(count, test: true), lesson.Full ? 1 : 0.99, 1);
Tensor question = Tensor.From([0L, 0, 2, 1, 0, 1]).Reshape(1, -1);
lesson.Figure("answer", [.. TextGenerator.Generate(model, question, null, new GenerationOptions { MaxNewTokens = Length }).ToArray<long>()[Length..].Select(digit => (double)digit)], [0.0, 0, 0, 1, 1, 2]);

// %% where does it look? The attention weights of the second half, largest over the heads of each layer
model.Eval();
var trace = new Trace();
Tensor whole = Tensor.From([0L, 0, 2, 1, 0, 1, 0, 0, 0, 1, 1]).Reshape(1, -1);
using (Autograd.NoGrad()) model.Forward(whole, trace: trace);
string[] shown = [.. whole.ToArray<long>().Select((digit, t) => $"{digit}")];
Panel Look(int layer) => new Panel(lesson.Text($"{layer + 1}층이 보는 곳", $"Where layer {layer + 1} looks"), lesson.Text("입력과 앞의 답", "input and earlier answers"), lesson.Text("다음 답을 낼 자리", "place that answers next"))
    .HeatMap(trace.Attentions[layer][0].AMax(0)[(Length - 1)..], rows: shown[(Length - 1)..], columns: [.. shown.Select((digit, t) => digit + new string('\u200B', t))], low: 0, high: 1);
lesson.Plot("sort", new Figure("", 2,
[
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update")) { LogY = true }.Line([.. Enumerable.Range(1, steps).Select(i => (double)i)], losses).HorizontalLine(Math.Log(Digits), lesson.Text("찍기", "guessing")),
    new Panel(lesson.Text("바르게 정렬한 비율 (처음 보는 입력)", "Share sorted (unseen inputs)"), lesson.Text("갱신", "update")) { YLimits = (0, 1.05) }.Line(at, right).Scatter(at, right),
    Look(0), Look(2),
]));
