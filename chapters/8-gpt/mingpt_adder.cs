// chapter: mingpt_adder
// title: minGPT: 덧셈을 배우는 GPT | minGPT: a GPT learns to add
// computes: 숫자를 한 자씩 이어 쓰며 두 수를 더하는 GPT, 뒤집어 쓰는 까닭 | a GPT that adds by going on with digits, and why the sum stands backwards
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% 85 + 50 = 135 becomes 8 5 5 0 5 3 1: two numbers, then the sum backwards, so that each digit needs only the carry from the one before
int digits = lesson.Parameter("digits", 2, 1, 3);
bool backwards = lesson.Parameter("backwards", 1, 0, 1) == 1;
int limit = (int)Math.Pow(10, digits), block = 3 * digits, sums = limit * limit;             // the last digit is only an answer
long[] Write(int a, int b)
{
    string sum = (a + b).ToString($"D{digits + 1}");
    string text = a.ToString($"D{digits}") + b.ToString($"D{digits}") + (backwards ? string.Concat(sum.Reverse()) : sum);
    return [.. text.Select(digit => (long)(digit - '0'))];
}
lesson.Say($"예: {string.Join(' ', Write(limit * 85 / 100, limit / 2))}", $"example: {string.Join(' ', Write(limit * 85 / 100, limit / 2))}");
if (digits == 2) lesson.Figure("example", [.. Write(85, 50).Select(digit => (double)digit)], backwards ? [8.0, 5, 5, 0, 5, 3, 1] : [8.0, 5, 5, 0, 1, 3, 5]);

// %% some sums are never trained on
var random = new TorchRandom(lesson.Seed(1337));
int[] order = random.Permutation(sums);
int[] test = order[..Math.Min(sums / 5, 500)], train = order[test.Length..];
lesson.Figure("sums", [train.Length, test.Length]);
(Tensor X, Tensor Y) Batch(int[] problems)
{
    long[][] rows = [.. problems.Select(problem => Write(problem / limit, problem % limit))];
    return (Tensor.From([.. rows.SelectMany(row => row[..^1])]).Reshape(rows.Length, -1), Tensor.From([.. rows.SelectMany(row => row[1..].Select((digit, t) => t < 2 * digits - 1 ? -100 : digit))]));
}

// %% minGPT's settings; the short form hurries
int batch = lesson.Parameter("batch", 64, 1, 512), steps = lesson.Parameter("steps", lesson.Full ? 4000 : 600, 10, 20_000);
double rate = lesson.Parameter("lr", lesson.Full ? 5e-4 : 4e-3, 1e-5, 0.1), dropout = lesson.Full ? 0.1 : 0;
var model = new Gpt2LMHeadModel(ParamScope.Random(random), Gpt2Config.Named("nano", 10, block) with { Dropout = dropout, AttentionDropout = dropout, TiesOutput = false });
lesson.Figure("parameters", model.ParameterCount());
bool Decays(string name) => name.EndsWith("weight", StringComparison.Ordinal) && !name.Contains("ln_", StringComparison.Ordinal) && !name.Contains("wte", StringComparison.Ordinal) && !name.Contains("wpe", StringComparison.Ordinal);
ParameterGroup[] groups = [.. model.NamedParameters().GroupBy(p => Decays(p.Name)).Select(group => new ParameterGroup(group.Select(p => p.Value), weightDecay: group.Key ? 0.1 : 0))];
var optimizer = new AdamW(groups, rate, beta1: 0.9, beta2: 0.95);
Schedule? schedule = lesson.Full ? null : new WarmupCosine(optimizer, 30, steps);
double[] Answers(int[] problems)                                                             // 1 where the sum is right
{
    Tensor prompts = Tensor.From([.. problems.SelectMany(problem => Write(problem / limit, problem % limit)[..(2 * digits)])]).Reshape(problems.Length, -1);
    long[] said = TextGenerator.Generate(model, prompts, null, new GenerationOptions { MaxNewTokens = digits + 1 }).ToArray<long>();
    return [.. said.Chunk(3 * digits + 1).Zip(problems, (row, problem) => row.SequenceEqual(Write(problem / limit, problem % limit)) ? 1.0 : 0)];
}

// %% training: the loss falls in steps, one for each digit that it understands
const int Points = 9;
double[] losses = new double[steps], at = [.. Enumerable.Range(1, Points).Select(i => (double)(i * steps / Points))], onTrain = new double[Points], onTest = new double[Points];
Tensor[] parameters = model.Parameters();
model.Train();
for (int step = 0; step < steps; step++)
{
    using (TensorScope.Begin())
    {
        var (x, y) = Batch([.. Enumerable.Range(0, batch).Select(_ => train[random.NextInteger(0, train.Length)])]);
        optimizer.ZeroGrad();
        Tensor loss = model.Forward(x).Flatten(0, 1).CrossEntropy(y);
        loss.Backward();
        GradientClipping.ClipGradNorm(parameters, 1);
        optimizer.Step();
        schedule?.Step();
        losses[step] = loss.Item();
    }
    if (Array.IndexOf(at, step + 1) is >= 0 and int place)
        (onTrain[place], onTest[place]) = (Answers(train[..Math.Min(train.Length, 500)]).Average(), Answers(test).Average());
    if (step % 20 == 0) lesson.Progress(step + 1, steps, FormattableString.Invariant($"loss {losses[step]:F4}"));
}
lesson.Figure("loss.first", losses[0]);
lesson.Figure("loss.last", losses[^20..].Average());
lesson.Figure("right.train.while.training", onTrain);
lesson.Figure("right.test.while.training", onTest);
double rightTrain = Answers(train).Average(), rightTest = Answers(test).Average();
lesson.Range("right.train", rightTrain, lesson.Full ? 0.99 : 0.2, 1);
lesson.Range("right.test", rightTest, lesson.Full ? 0.99 : 0.2, 1);

// %% which sums does it get wrong? All of them, as a map
double[] every = Answers([.. Enumerable.Range(0, sums)]);
lesson.Figure("right.all", every.Average());
double[,] map = new double[limit, limit];
for (int i = 0; i < sums; i++) map[i / limit, i % limit] = every[i];
Panel Map() => new Panel(lesson.Text("맞힌 덧셈 (밝음: 맞음)", "Sums that are right (bright)"), lesson.Text("둘째 수", "second number"), lesson.Text("첫째 수", "first number"));
var accuracy = new Panel(lesson.Text("맞힌 비율", "Share of right sums"), lesson.Text("갱신", "update")) { YLimits = (0, 1.05) }.Line(at, onTrain, lesson.Text("훈련한 덧셈", "trained sums")).Line(at, onTest, lesson.Text("처음 보는 덧셈", "unseen sums"));
var lossPanel = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update")) { LogY = true }.Line([.. Enumerable.Range(1, steps).Select(i => (double)i)], losses).HorizontalLine(Math.Log(10), lesson.Text("찍기", "guessing"));
lesson.Plot("adder", new Figure("", 3, [lossPanel, accuracy, limit <= 100 ? Map().HeatMap(map, low: 0, high: 1) : accuracy]) { PanelWidth = 480, PanelHeight = 420 });
