// chapter: bigram
// title: 바이그램 언어 모델 | The bigram language model
// computes: 앞 글자만 보고 다음 글자를 맞히는 가장 작은 언어 모델을 세어서, 그리고 기울기로 만들기 | the smallest language model, from the letter before to the next, by counting and by gradient
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% a poem; every letter is the answer to the one before it
string text = lesson.Text(
    """
    산에는 꽃 피네
    꽃이 피네
    갈 봄 여름 없이
    꽃이 피네
    산에
    산에
    피는 꽃은
    저만치 혼자서 피어 있네
    산에서 우는 작은 새여
    꽃이 좋아
    산에서
    사노라네
    산에는 꽃 지네
    꽃이 지네
    갈 봄 여름 없이
    꽃이 지네
    """,
    """
    Shall I compare thee to a summer's day?
    Thou art more lovely and more temperate:
    Rough winds do shake the darling buds of May,
    And summer's lease hath all too short a date:
    Sometime too hot the eye of heaven shines,
    And often is his gold complexion dimm'd;
    And every fair from fair sometime declines,
    By chance or nature's changing course untrimm'd;
    But thy eternal summer shall not fade
    Nor lose possession of that fair thou owest;
    Nor shall Death brag thou wander'st in his shade,
    When in eternal lines to time thou growest:
    So long as men can breathe or eyes can see,
    So long lives this and this gives life to thee.
    """).ReplaceLineEndings("\n") + "\n";
Tokenizer letters = Tokenizer.FromCharacters(text);
long[] ids = [.. letters.EncodeToIds(text).Select(id => (long)id)];
int V = letters.VocabularySize, N = ids.Length - 1;
lesson.Figure("letters", V);
lesson.Figure("pairs", N);

// %% by counting: how often does letter j follow letter i?
var counts = new double[V, V];
for (int t = 0; t < N; t++) counts[ids[t], ids[t + 1]]++;
Tensor C = Tensor.From(counts), rows = C.Sum(1, keepDim: true);                              // [V, V], [V, 1]
Tensor P = C / rows.Maximum(1);                                                              // p(j | i); no letter follows one that never came before
double best = -Enumerable.Range(0, N).Average(t => Math.Log(P[(int)ids[t], (int)ids[t + 1]].Item())), guess = Math.Log(V);
lesson.Figure("loss.guess", guess);
lesson.Figure("loss.counted", best);
lesson.Figure("choices.per.letter", Math.Exp(best));

// %% by gradient: a table of scores, one row a letter; its gradient by hand is (how often it says j) - (how often j came)
Tensor X = Tensor.From(ids[..^1]), Y = Tensor.From(ids[1..]);                                // [N]
var random = new TorchRandom(lesson.Seed(1337));
Tensor W = Tensor.RandN([V, V], random, dtype: DType.Float64).RequireGrad();
Tensor Loss() => X.Embedding(W).CrossEntropy(Y);                                             // the row of each letter: [N, V]
Tensor start = Loss();
start.Backward();
Tensor byHand = (rows * W.Detach().Softmax(1) - C) / N;
lesson.Figure("loss.start", start.Item());
lesson.Figure("gradient.difference", (byHand - W.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% the table learns what counting knows
int steps = lesson.Parameter("steps", 200, 1, 5000);
double rate = lesson.Parameter("lr", 0.2, 1e-4, 10);
var optimizer = new AdamW(W, rate, weightDecay: 0);
var losses = new double[steps];
for (int step = 0; step < steps; step++)
{
    using var memory = TensorScope.Begin();
    optimizer.ZeroGrad();
    Tensor loss = Loss();
    loss.Backward();
    optimizer.Step();
    losses[step] = loss.Item();
}
double trained = Loss().Item();
lesson.Figure("loss.trained", trained);
lesson.Range("loss.above.counted", trained - best, 0, 0.02);
Tensor learnt = W.Detach().Softmax(1);
lesson.Range("probabilities.difference", ((learnt - P) * (rows > 0).To(DType.Float64)).Abs().Max().Item(), 0, 0.05);

// %% writing: look only at the last letter, draw the next
string Write(Tensor table, int first, int count, RandomGenerator dice, Tokenizer tokens)
{
    var written = new List<int> { first };
    while (written.Count < count)
    {
        double[] p = table[written[^1]].To(DType.Float64).ToArray<double>();
        double draw = dice.NextDouble() * p.Sum();
        written.Add(Math.Min(p.Length - 1, Array.FindIndex(p, share => (draw -= share) < 0) is >= 0 and int found ? found : p.Length - 1));
    }
    return tokens.Decode(written);
}
string verse = Write(learnt, letters.IdOf("\n")!.Value, 120, new NumPyRandom(7), letters);
lesson.Say($"바이그램이 쓴 것:\n{verse}", $"What the bigram model writes:\n{verse}");

string[] names = [.. Enumerable.Range(0, V).Select(id => letters.TokenOf(id)! switch { "\n" => "↵", " " => "␣", var letter => letter })];
lesson.Plot("bigram", new Figure("", 2,
[
    new Panel(lesson.Text("다음 글자(열)의 확률", "Probability of the next letter (column)")).HeatMap(learnt, rows: names, columns: names),
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("글자당 교차 엔트로피", "cross entropy a letter"))
        .Line([.. Enumerable.Range(0, steps).Select(i => (double)i)], losses).HorizontalLine(guess, lesson.Text("찍기", "guessing"), Color.Orange).HorizontalLine(best, lesson.Text("세기", "counting"), Color.Green),
]) { PanelWidth = 640, PanelHeight = 560 });

// %% Shakespeare, as in "Let's build GPT": --full
if (lesson.Full && lesson.RealFile("text/tinyshakespeare.txt") is { } path)
{
    string plays = File.ReadAllText(path);
    Tokenizer tokens = Tokenizer.FromCharacters(plays);
    long[] all = [.. tokens.EncodeToIds(plays).Select(id => (long)id)];
    int cut = (int)(0.9 * all.Length), size = tokens.VocabularySize;
    lesson.Figure("real.tokens", [cut, all.Length - cut], [1_003_854, 111_540]);
    (Tensor X, Tensor Y) Batch(long[] part, int batch, RandomGenerator generator)
    {
        long[] starts = Tensor.RandInt(0, part.Length - 8, [batch], generator).ToArray<long>();
        return (Tensor.From([.. starts.SelectMany(s => part[(int)s..(int)(s + 8)])]), Tensor.From([.. starts.SelectMany(s => part[(int)(s + 1)..(int)(s + 9)])]));
    }
    var torch = new TorchRandom(1337);
    var (x, y) = Batch(all[..cut], 4, torch);                                                // the lecture's first batch, and its table on it
    lesson.Figure("real.first.batch", x.To(DType.Float64)[..8], [24.0, 43, 58, 5, 57, 1, 46, 43]);
    lesson.Figure("real.loss.first", x.Embedding(Tensor.RandN([size, size], new TorchRandom(1337))).CrossEntropy(y).Item(), expected: 4.8786, tolerance: 5e-5);
    torch = new TorchRandom(1337);
    Tensor table = Tensor.RandN([size, size], torch).RequireGrad();
    var adam = new AdamW(table, 1e-2);
    double[] Estimate() => [.. new[] { all[..cut], all[cut..] }.Select(part => Enumerable.Range(0, 200).Average(_ =>
    {
        using var memory = TensorScope.Begin();
        var (x, y) = Batch(part, 32, torch);
        return x.Embedding(table.Detach()).CrossEntropy(y).Item();
    }))];
    for (int step = 0; step < 3000; step++)
    {
        if (step is 0 or 2700) lesson.Figure($"real.losses.{step}", Estimate(), step == 0 ? [4.7305, 4.7241] : [2.4738, 2.4911], tolerance: 2e-5);
        else if (step % 300 == 0) Estimate();                                                // the lecture's estimates draw from the same stream
        using var memory = TensorScope.Begin();
        var (inputs, targets) = Batch(all[..cut], 32, torch);
        adam.ZeroGrad();
        inputs.Embedding(table).CrossEntropy(targets).Backward();
        adam.Step();
    }
    Tensor validation = Tensor.From(all[cut..]);
    lesson.Range("real.loss.validation", validation[..^1].Embedding(table.Detach()).CrossEntropy(validation[1..]).Item(), 2.44, 2.54);
    lesson.Say(Write(table.Detach().Softmax(1), 0, 300, new NumPyRandom(1), tokens), Write(table.Detach().Softmax(1), 0, 300, new NumPyRandom(1), tokens));
}
