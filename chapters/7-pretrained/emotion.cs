// chapter: emotion
// title: 여섯 가지 감정 분류하기 | Classifying six emotions
// computes: 치우친 클래스와 다수결 기준선, 여섯 가지 실수 때문에 배우지 못한 코드, 혼동 행렬과 손실로 찾는 오류 | skewed classes and the majority, code that six mistakes keep from learning, the confusion matrix, errors sorted by loss
// minutes: 0.1

using var lesson = Lesson.Begin(args);
string[] emotions = ["sadness", "joy", "love", "anger", "fear", "surprise"];
double[] published = [4666, 5362, 1304, 2159, 1937, 572];                                             // the 16,000 tweets of CARER (Saravia et al., 2018)
lesson.Figure("counts.published", published);
lesson.Figure("majority.validation", 704.0 / 2000, expected: 0.352);                                  // who always says joy

// %% short messages of our own, as skewed as the tweets; every twentieth label of the test is wrong on purpose
string[][] words = ["sad lonely gloomy hurt".Split(' '), "happy glad cheerful proud".Split(' '), "loving tender caring fond".Split(' '), "angry furious annoyed bitter".Split(' '), "scared afraid nervous shaken".Split(' '), "amazed stunned surprised dazed".Split(' ')];
string[] patterns = ["i feel A", "today i feel A and that is all", "i feel rather A about it", "i do not feel B i feel A", "she feels B but i feel A", "after the long day at work i feel so A"];
var random = new NumPyRandom(lesson.Seed(13));
Message[] Make(int count, int wrongEvery) => [.. Enumerable.Range(0, count).Select(number =>
{
    double draw = random.NextDouble() * published.Sum();
    int label = 0;
    while (label < 5 && (draw -= published[label]) >= 0) label++;
    int other = (label + (int)random.NextInteger(1, 6)) % 6;
    string Word(int of) => words[of][random.NextInteger(0, 4)];
    string text = patterns[random.NextInteger(0, patterns.Length)].Replace("A", Word(label), StringComparison.Ordinal).Replace("B", Word(other), StringComparison.Ordinal);
    return new Message(text, wrongEvery > 0 && number % wrongEvery == 7 ? other : label);
})];
Message[] training = Make(lesson.Parameter("messages", 400, 40, 20_000), 0), testing = Make(200, 20);
Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 400, MinimumFrequency = 1 }.Train(training.Select(m => m.Text));
lesson.Figure("majority.own", testing.Count(m => m.Label == 1) / (double)testing.Length);

// %% the second mistake by hand: kl_div wants ln p, and was given p. Its loss is -p_y, and its slope p_y · (p - one-hot)
Tensor z = Tensor.RandN([5, 6], random, dtype: DType.Float64).RequireGrad(), y = Tensor.From([0L, 1, 1, 3, 5]);
Tensor target = Tensor.OneHot(y, 6, DType.Float64);
Tensor KlOf(Tensor given, Tensor hot) => given.KlDivLoss(hot, LossReduction.BatchMean);                // kl_div(given, hot, reduction="batchmean")
KlOf(z.Softmax(-1), target).Backward();
Tensor p = z.Detach().Softmax(-1), chosen = (p * target).Sum(-1, keepDim: true);
lesson.Figure("published.gradient.difference", (chosen * (p - target) / 5 - z.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
z.ClearGrad();
KlOf(z.LogSoftmax(-1), target).Backward();
lesson.Figure("corrected.gradient.difference", ((p - target) / 5 - z.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("corrected.is.cross.entropy", KlOf(z.Detach().LogSoftmax(-1), target).Item() - z.Detach().CrossEntropy(y).Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("published.loss.when.perfect", KlOf(target, target).Item(), expected: -1);             // a loss whose best value is -1 should make one suspicious

// %% the code as it was, and with its mistakes mended
const int Length = 20;
(Tensor Ids, Tensor? Mask) Encode(IReadOnlyList<Message> messages, Tokenizer tokenizer, Mistakes made)
{
    var ids = new long[messages.Count * Length];
    for (int row = 0; row < messages.Count; row++)
        foreach (var (id, t) in tokenizer.Encode(messages[row].Text, addSpecialTokens: !made.HasFlag(Mistakes.NoSpecialTokens)).Ids.Take(Length).Select((id, t) => (id, t))) ids[row * Length + t] = id;
    Tensor table = Tensor.From(ids).Reshape(messages.Count, Length);
    return (table, made.HasFlag(Mistakes.NoMask) ? null : table.Ne(0).To(DType.Int64));
}
(BertForSequenceClassification Model, double[] Losses, double Accuracy) Train(Mistakes made, int epochs, double rate)
{
    var config = new BertConfig(tokenizer.VocabularySize, 32, LayerCount: 1, HeadCount: 4, IntermediateSize: 64, PositionCount: Length, Dropout: made.HasFlag(Mistakes.HalfDropped) ? 0.5 : 0.1, InitializerRange: 0.1) { Labels = emotions };
    var model = new BertForSequenceClassification(ParamScope.Random(lesson.Seed(13)), config);
    var optimizer = new Adam(model.Parameters(), made.HasFlag(Mistakes.NoStep) ? 0 : rate);
    var order = new PhiloxRandom(lesson.Seed(13));
    Message[] rows = [.. training];
    var losses = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        order.Shuffle<Message>(rows);
        foreach (Message[] part in rows.Chunk(20))
        {
            using var step = TensorScope.Begin();
            var (ids, mask) = Encode(part, tokenizer, made);
            optimizer.ZeroGrad();
            Tensor scores = model.Forward(ids, mask), hot = Tensor.OneHot(Tensor.From([.. part.Select(m => m.Label)]), 6);
            Tensor loss = made.HasFlag(Mistakes.NoLogarithm) ? KlOf(scores.Softmax(-1), hot) : KlOf(scores.LogSoftmax(-1), hot);
            loss.Backward();
            GradientClipping.ClipGradNorm(model.Parameters(), 1);
            optimizer.Step();
            losses[epoch] += loss.Item() * part.Length / rows.Length;
        }
    }
    model.Eval();
    using var quiet = Autograd.NoGrad();
    var (tests, seen) = Encode(testing, tokenizer, made);
    return (model, losses, Metrics.Accuracy(Tensor.From([.. testing.Select(m => m.Label)]), model.Forward(tests, seen).ArgMax(1)));
}
int epochs = lesson.Parameter("epochs", 5, 1, 100);
double rate = lesson.Parameter("lr", 0.004, 1e-5, 0.1);
var names = new List<string>();
var accuracies = new List<double>();
Mistakes[] kinds = [Mistakes.NoStep, Mistakes.NoLogarithm, Mistakes.NoMask, Mistakes.NoSpecialTokens, Mistakes.HalfDropped];
void Show(string name, double accuracy) => (names, accuracies) = ([.. names, name], [.. accuracies, accuracy]);
if (lesson.Published)
{
    var (_, losses, accuracy) = Train(kinds.Aggregate((a, b) => a | b), epochs, rate);
    lesson.Figure("published.losses", losses);
    lesson.Figure("published.accuracy", accuracy);
    lesson.Range("published.progress", losses[0] - losses[^1], -0.02, 0.02);
    Show(lesson.Text("원본", "as published"), accuracy);
}
if (lesson.Corrected)
{
    foreach (Mistakes one in kinds)
    {
        double accuracy = Train(one, epochs, rate).Accuracy;
        lesson.Figure($"only.{one}.accuracy", accuracy);
        Show(one switch { Mistakes.NoStep => "lr = 0", Mistakes.NoLogarithm => lesson.Text("로그 없음", "no ln"), Mistakes.NoMask => lesson.Text("마스크 없음", "no mask"), Mistakes.NoSpecialTokens => lesson.Text("[CLS] 없음", "no [CLS]"), _ => lesson.Text("드롭아웃 .5", "dropout .5") }, accuracy);
    }
    var (model, losses, best) = Train(Mistakes.None, epochs, rate);
    lesson.Figure("corrected.losses", losses);
    lesson.Range("corrected.accuracy", best, 0.75, 1);
    Show(lesson.Text("고친 판", "corrected"), best);
    var (ids, mask) = Encode(testing, tokenizer, Mistakes.None);
    Errors("own", testing, model.Forward(ids, mask).Detach());
}
lesson.Plot("mistakes", new Figure("", 1,
[
    new Panel(lesson.Text("트윗 16,000개의 감정", "The emotions of 16,000 tweets")).Bars(emotions, published),
    new Panel(lesson.Text("실수 하나만 남겼을 때의 정확도", "Accuracy with one mistake left"), yLabel: lesson.Text("정확도", "accuracy")) { YLimits = (0, 1.05) }.Bars(names, accuracies).HorizontalLine(testing.Count(m => m.Label == 1) / (double)testing.Length, lesson.Text("늘 joy", "always joy")),
]));

// %% where it errs: the confusion matrix, and the messages with the greatest loss, which are often wrong labels
void Errors(string name, Message[] messages, Tensor scores)
{
    long[] labels = [.. messages.Select(m => m.Label)], said = scores.ArgMax(1).ToArray<long>();
    ClassificationReport report = Metrics.Classification(labels, said, 6);
    var shares = new double[6, 6];
    for (int i = 0; i < 6; i++) for (int j = 0; j < 6; j++) shares[i, j] = report.Confusion[i, j] / (double)Math.Max(1, report.Support[i]);
    lesson.Figure($"{name}.macro.f1", report.Macro.F1);
    lesson.Figure($"{name}.weighted.f1", report.Weighted.F1);
    lesson.Figure($"{name}.confusion", shares);
    float[] losses = scores.CrossEntropy(Tensor.From(labels), reduction: LossReduction.None).ToArray<float>();
    int[] worst = [.. Enumerable.Range(0, losses.Length).OrderByDescending(i => losses[i]).Take(10)];
    if (name == "own") lesson.Figure("wrong.labels.among.the.ten.worst", worst.Count(i => i % 20 == 7));
    lesson.Table(lesson.Text("손실이 가장 큰 글", "The greatest losses"), [lesson.Text("글", "text"), lesson.Text("정답", "label"), lesson.Text("모델", "model"), lesson.Text("손실", "loss")],
        worst.Select(i => (IReadOnlyList<object>)[messages[i].Text, emotions[labels[i]], emotions[said[i]], FormattableString.Invariant($"{losses[i]:F2}")]));
    string[] kindsOfText = [.. emotions.Where((_, c) => labels.Contains(c))];
    lesson.Plot(name == "own" ? "errors" : "real_errors", new Figure("", 1,
    [
        new Panel(lesson.Text("혼동 행렬 (행마다 합이 1)", "Confusion matrix (each row sums to 1)"), lesson.Text("모델", "model"), lesson.Text("정답", "label")).HeatMap(shares, rows: emotions, columns: emotions, showValues: true, low: 0, high: 1),
        new Panel(lesson.Text("감정별 낱말 수", "Words by emotion")).Boxes(kindsOfText, [.. kindsOfText.Select(e => (Series)messages.Where(m => emotions[m.Label] == e).Select(m => (double)m.Text.Split(' ').Length).ToArray())]),
    ]));
}

// %% the tweets themselves, by a model that has read a billion sentences before: --full
if (lesson.Full && lesson.RealFile("models/all-MiniLM-L6-v2/model.safetensors") is { } weights && lesson.RealRows("english/emotion.train.txt", ';') is { } lines
    && lesson.RealRows("english/emotion.val.txt", ';') is { } checking && lesson.RealRows("english/emotion.test.txt", ';') is { } unseen)
{
    Message[] Rows(IEnumerable<string[]> from) => [.. from.Select(line => new Message(line[0], Array.IndexOf(emotions, line[1])))];
    Message[] tweets = Rows(lines), tests = Rows(unseen);
    lesson.Figure("real.counts", [.. emotions.Select((_, c) => (double)tweets.Count(m => m.Label == c))], expected: published);
    lesson.Figure("real.majority.validation", Rows(checking).Count(m => m.Label == 1) / (double)checking.Count, expected: 0.352);
    tweets = [.. tweets.Take(lesson.Parameter("real_tweets", 16_000, 100, 16_000))];
    string folder = Path.GetDirectoryName(weights)!;
    Tokenizer pieces = Tokenizer.FromPretrained(folder);
    var model = BertForSequenceClassification.FromPretrained(folder, emotions, new TorchRandom(lesson.Seed(13)));
    int rounds = lesson.Parameter("real_epochs", 1, 1, 20), steps = rounds * ((tweets.Length + 31) / 32), done = 0;
    var optimizer = new AdamW(model.Parameters(), 1e-4, weightDecay: 0.01);
    var schedule = new WarmupLinear(optimizer, steps / 10, steps);
    model.Train();
    for (int round = 0; round < rounds; round++)
    {
        model.Scope!.Generator.Shuffle<Message>(tweets);
        foreach (Message[] part in tweets.Chunk(32))
        {
            using var step = TensorScope.Begin();
            TextBatch batch = TextBatch.Of(pieces, [.. part.Select(m => m.Text)], 128);
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds).CrossEntropy(Tensor.From([.. part.Select(m => m.Label)]));
            loss.Backward();
            GradientClipping.ClipGradNorm(model.Parameters(), 1);
            optimizer.Step();
            schedule.Step();
            lesson.Progress(++done, steps, FormattableString.Invariant($"{loss.Item():F4}"));
        }
    }
    model.Eval();
    using var quiet = Autograd.NoGrad();
    Tensor all = Tensor.Cat([.. tests.Chunk(100).Select(part => TextBatch.Of(pieces, [.. part.Select(m => m.Text)], 128)).Select(b => model.Forward(b.Ids, b.AttentionMask, b.TypeIds))], 0);
    lesson.Figure("real.accuracy", Metrics.Accuracy(Tensor.From([.. tests.Select(m => m.Label)]), all.ArgMax(1)));
    Errors("real", tests, all);
}

/// <summary>A text and the number of its emotion.</summary>
sealed record Message(string Text, long Label);

/// <summary>What the script did: no step, no logarithm, no mask, no [CLS], half of the embeddings dropped. (The sixth, a decoder without a causal mask, is not used here.)</summary>
[Flags]
enum Mistakes { None = 0, NoStep = 1, NoLogarithm = 2, NoMask = 4, NoSpecialTokens = 8, HalfDropped = 16 }
