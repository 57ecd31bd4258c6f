// chapter: char_rnn
// title: 글자를 쓰는 순환 신경망 | A network that writes letters
// computes: 짧은 글을 한 글자씩 배워 온도를 바꾸어 가며 새로 쓰기 | a small text learnt letter by letter, then written anew at several temperatures
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% a small text of our own
string text = lesson.Text(
    """
    작은 강이 큰 강을 만나고 큰 강이 바다를 만납니다.
    작은 수가 큰 수를 만나고 큰 수가 답을 만납니다.
    아침에 배우고 낮에 배우고 저녁에 다시 배웁니다.
    배운 것을 다시 배우면 작은 강이 바다가 됩니다.
    틀린 답을 만나면 다시 세고 다시 세면 답이 됩니다.
    바다가 넓은 것은 작은 강을 모두 만나기 때문입니다.
    """,
    """
    the small river meets the large river and the large river meets the sea.
    the small number meets the large number and the large number meets the answer.
    we learn in the morning, we learn at noon and we learn again at night.
    what we learn again and again makes the small river the large sea.
    when the answer is wrong we count again, and what we count again is learnt.
    the sea is large because the sea meets all the small rivers.
    """).ReplaceLineEndings("\n") + "\n";
char[] letters = [.. text.Distinct().Order()];
long[] ids = [.. text.Select(letter => (long)Array.IndexOf(letters, letter))];
lesson.Figure("letters", letters.Length);
lesson.Figure("length", text.Length);

// %% every stretch of 32 letters is an example; its target is the same stretch one letter on
int window = lesson.Parameter("window", 32, 4, 100), hidden = lesson.Parameter("hidden", 64, 8, 256), steps = lesson.Parameter("steps", 300, 10, 5000);
double rate = lesson.Parameter("lr", 0.01, 1e-4, 0.1);
var random = new TorchRandom(lesson.Seed(0));
var scope = ParamScope.Random(random);
var embedding = new Embedding(scope / "embedding", letters.Length, 16);
var lstm = new LSTM(scope / "lstm", 16, hidden, batchFirst: true);
var head = new Linear(scope / "head", hidden, letters.Length);
Tensor[] parameters = [.. embedding.Parameters(), .. lstm.Parameters(), .. head.Parameters()];
lesson.Figure("parameters", parameters.Sum(p => (double)p.Count));
Tensor all = Tensor.From(ids);
(Tensor X, Tensor Y) Batch(int count)
{
    long[] starts = [.. Enumerable.Range(0, count).Select(_ => random.NextInteger(0, ids.Length - window))];
    return (Tensor.Stack([.. starts.Select(s => all[(int)s..(int)(s + window)])]), Tensor.Stack([.. starts.Select(s => all[(int)(s + 1)..(int)(s + window + 1)])])); // [count, window]
}
Tensor Logits(Tensor x) => head.Forward(lstm.Forward(embedding.Forward(x)).Output);                  // [count, window, letters]

// %% training; gradients of recurrent networks may leap, so their length is cut to one
var optimizer = new Adam(parameters, rate);
var losses = new List<double>();
for (int step = 1; step <= steps; step++)
{
    using var memory = TensorScope.Begin();
    var (x, y) = Batch(16);
    optimizer.ZeroGrad();
    Tensor loss = Logits(x).Reshape(-1, letters.Length).CrossEntropy(y.Reshape(-1));
    loss.Backward();
    GradientClipping.ClipGradNorm(parameters, 1);
    optimizer.Step();
    losses.Add(loss.Item());
    lesson.Progress(step, steps, FormattableString.Invariant($"loss {loss.Item():F3}"));
}
double guess = Math.Log(letters.Length);
lesson.Figure("loss.first", losses[0]);
lesson.Figure("loss.guess", guess);
lesson.Range("loss.last", losses[^1], 0, 0.5);
lesson.Figure("choices.per.letter", Math.Exp(losses[^1]));

// %% writing: feed a letter, draw the next from soft-max(logits / temperature), feed it, and so on
string Write(string begin, int count, double temperature, RandomGenerator dice)
{
    using var _ = Autograd.NoGrad();
    var written = new System.Text.StringBuilder(begin);
    (Tensor, Tensor)? state = null;
    long[] next = [.. begin.Select(letter => (long)Array.IndexOf(letters, letter))];
    for (int i = 0; i < count; i++)
    {
        var (output, after) = lstm.Forward(embedding.Forward(Tensor.From(next).Reshape(1, -1)), state); // the state carries all that was written
        state = after;
        Tensor logits = head.Forward(output[0, ^1]);                                                   // [letters]
        long chosen = temperature == 0 ? logits.ArgMax().ItemLong() : Draw((logits / temperature).Softmax(0).ToArray<float>(), dice.NextDouble());
        written.Append(letters[chosen]);
        next = [chosen];
    }
    return written.ToString();
}
long Draw(float[] probabilities, double dice)
{
    for (int i = 0; i < probabilities.Length; i++)
    {
        if ((dice -= probabilities[i]) < 0) return i;
    }
    return probabilities.Length - 1;
}
string first = lesson.Text("작은 ", "the ");
HashSet<string> words = [.. text.Split((char[])[' ', '\n', ',', '.'], StringSplitOptions.RemoveEmptyEntries)];
double[] temperatures = [0, 0.5, 1, 2], known = new double[temperatures.Length];
for (int k = 0; k < temperatures.Length; k++)
{
    string written = Write(first, 150, temperatures[k], new NumPyRandom(3));
    string[] found = written.Split((char[])[' ', '\n', ',', '.'], StringSplitOptions.RemoveEmptyEntries);
    known[k] = found[..^1].Count(words.Contains) / (double)(found.Length - 1);                           // the last may be cut off
    lesson.Say($"\n온도 {temperatures[k]}:\n{written}", $"\nTemperature {temperatures[k]}:\n{written}");
}
lesson.Figure("known.words", known);

// %% the loss, and how many words it writes are words of the text
double[] axis = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
lesson.Plot("writing", new Figure(lesson.Text("글자를 쓰는 신경망", "A network that writes"), 2,
[
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("글자당 교차 엔트로피", "cross entropy a letter")).Line(axis, losses).HorizontalLine(guess, lesson.Text("찍기", "guessing")),
    new Panel(lesson.Text("글에 있는 낱말의 비율", "Share of known words"), lesson.Text("온도", "temperature")) { YLimits = (0, 1.05) }.Bars([.. temperatures.Select(t => $"{t}")], known),
]));
