// chapter: rnn_classify
// title: 순환 신경망으로 글 분류하기 | Classifying texts by recurrent networks
// computes: 어순으로만 갈리는 스팸을 낱말 주머니, RNN, LSTM, GRU로 가르기 | spam that only the order of words gives away, by a bag of words, RNN, LSTM and GRU
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% "A 말고 B 하세요" asks for B instead of A: the same words in another order mean the opposite
string[] bad = ["클릭", "입금", "가입", "송금"], good = ["회의", "점심", "숙제", "운동"], fillers = ["지금", "꼭", "오늘", "모두", "무료로", "빨리"];
var random = new NumPyRandom(lesson.Seed(11));
string Pick(string[] all) => all[random.NextInteger(0, all.Length)];
(string[] Words, int Spam) Message()
{
    int spam = (int)random.NextInteger(0, 2);
    string[] Fill() => [.. Enumerable.Range(0, (int)random.NextInteger(0, 3)).Select(_ => Pick(fillers))];
    return ([.. Fill(), Pick(spam == 1 ? good : bad), "말고", .. Fill(), Pick(spam == 1 ? bad : good), "하세요", .. Fill()], spam);
}
(string[] Words, int Spam)[] training = [.. Enumerable.Range(0, lesson.Parameter("messages", 240, 20, 5000)).Select(_ => Message())], testing = [.. Enumerable.Range(0, 200).Select(_ => Message())];
lesson.Say($"스팸: {string.Join(' ', training.First(m => m.Spam == 1).Words)}", $"spam: {string.Join(' ', training.First(m => m.Spam == 1).Words)}");
lesson.Figure("spam", training.Count(message => message.Spam == 1));
lesson.Figure("longest", training.Max(message => message.Words.Length));

// %% padding by hand: after the last word the network would read on, so the state at the last true word is taken
(Tensor Ids, Tensor Labels, Tensor Mask) Batch(IReadOnlyList<(int[] Ids, int Label)> rows)
{
    int longest = rows.Max(row => row.Ids.Length);
    var ids = new long[rows.Count * longest];
    for (int r = 0; r < rows.Count; r++)
        for (int t = 0; t < rows[r].Ids.Length; t++) ids[r * longest + t] = rows[r].Ids[t];
    Tensor table = Tensor.Wrap(ids, [rows.Count, longest]);
    return (table, Tensor.From([.. rows.Select(row => (float)row.Label)]), table.Ne(0));
}
var vocabulary = new Vocabulary(training.SelectMany(message => message.Words).Distinct().Order(StringComparer.Ordinal).Prepend("[UNK]").Prepend("[PAD]"), "[UNK]");
(int[] Ids, int Label)[] Encode(IEnumerable<(string[] Words, int Spam)> messages) => [.. messages.Select(message => (vocabulary.Encode(message.Words), message.Spam))];
int size = lesson.Parameter("size", 16, 2, 128);
var (sampleIds, sampleLabels, sampleMask) = Batch(Encode(training.Take(6)));
var check = new Classifier(ParamScope.Random(lesson.Seed(11), DType.Float64), "lstm", vocabulary.Size, size);
check.Eval();
Tensor outputs = Tensor.RandN([6, sampleIds.Shape[1], size], random).RequireGrad();                   // as an LSTM might give them, [batch, time, size]
Tensor last = Classifier.LastOf(outputs, sampleMask), weight = Tensor.RandN([size], random), y = sampleLabels.To(DType.Float64);
Tensor logits = last.Mv(weight);
logits.BinaryCrossEntropyWithLogits(y).Backward();
Tensor slope = (logits.Sigmoid() - y).Detach() / 6;                                                   // dL/dlogit = (σ - y) / batch
Tensor lengths = sampleMask.To(DType.Float64).Sum(1) - 1;
var byHand = new double[6, sampleIds.Shape[1], size];
for (int r = 0; r < 6; r++)
    for (int d = 0; d < size; d++) byHand[r, (int)lengths[r].Item(), d] = slope[r].Item() * weight[d].Item();
lesson.Figure("gradient.difference", (Tensor.From(byHand) - outputs.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
Tensor longer = sampleIds.Pad([0, 5]);                                                                // five more paddings to the right
lesson.Figure("padding.changes.last.word", (check.Forward(longer) - check.Forward(sampleIds)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("padding.changes.last.place", (check.Output(longer).Select(1, -1) - check.Output(sampleIds).Select(1, -1)).Abs().Max().Item());

// %% training
(double Accuracy, double[] Losses, double[] Accuracies) Train(Classifier model, (int[] Ids, int Label)[] training, (int[] Ids, int Label)[] testing, int epochs, double rate, int batch, string name)
{
    var optimizer = new Adam(model.Parameters(), rate);
    double Accuracy()
    {
        model.Eval();
        using var _ = Autograd.NoGrad();
        double right = 0;
        foreach (var part in testing.OrderBy(row => row.Ids.Length).Chunk(256))
        {
            using var step = TensorScope.Begin();
            var (ids, labels, _) = Batch(part);
            right += (model.Forward(ids) > 0).To(DType.Float32).Eq(labels).To(DType.Float32).Sum().Item();
        }
        model.Train();
        return right / testing.Length;
    }
    var batches = training.OrderBy(row => row.Ids.Length).Chunk(batch).ToArray();                     // like lengths together: little padding
    var losses = new double[epochs];
    var accuracies = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        model.Scope!.Generator.Shuffle<(int[], int)[]>(batches);
        for (int i = 0; i < batches.Length; i++)
        {
            using var step = TensorScope.Begin();
            optimizer.LearningRate = rate * Math.Min(1, 2.0 * (1 - (epoch + (double)i / batches.Length) / epochs)); // constant, then down to nothing
            var (ids, labels, _) = Batch(batches[i]);
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(ids).BinaryCrossEntropyWithLogits(labels);
            loss.Backward();
            GradientClipping.ClipGradNorm(model.Parameters(), 1);
            optimizer.Step();
            losses[epoch] += loss.Item() / batches.Length;
            if (batches.Length > 50) lesson.Progress(epoch * batches.Length + i + 1, epochs * batches.Length, FormattableString.Invariant($"{name} {losses[epoch] * batches.Length / (i + 1):F4}"));
        }
        accuracies[epoch] = Accuracy();
    }
    return (accuracies[^1], losses, accuracies);
}
int epochs = lesson.Parameter("epochs", 15, 1, 200);
double rate = lesson.Parameter("lr", 0.01, 1e-4, 0.1);
var panel = new Panel(lesson.Text("어순을 보는 모델과 보지 않는 모델", "Models that see the order of words, and one that does not"), lesson.Text("에폭", "epoch"), lesson.Text("시험 정확도", "test accuracy")) { YLimits = (0.35, 1.05) };
foreach (string kind in (string[])["bag", "rnn", "lstm", "gru"])
{
    var model = new Classifier(ParamScope.Random(lesson.Seed(11)), kind, vocabulary.Size, size);
    var (accuracy, losses, accuracies) = Train(model, Encode(training), Encode(testing), epochs, rate, 16, kind);
    lesson.Figure($"{kind}.parameters", model.ParameterCount());
    lesson.Figure($"{kind}.losses", losses);
    if (kind == "bag") lesson.Range("bag.accuracy", accuracy, 0.35, 0.65);
    else if (kind == "rnn") lesson.Figure("rnn.accuracy", accuracy);
    else lesson.Range($"{kind}.accuracy", accuracy, 0.9, 1);
    panel.Line([.. Enumerable.Range(1, epochs).Select(i => (double)i)], accuracies, kind == "bag" ? lesson.Text("낱말 주머니", "bag of words") : kind.ToUpperInvariant());
}
lesson.Plot("accuracy", panel);

// %% the same on 150,000 film reviews, syllable by syllable: --full
if (lesson.Full && lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews && lesson.RealRows("korean/nsmc_rebuilt.test.tsv.gz") is { } unseen)
{
    reviews = [.. reviews.Take(lesson.Parameter("reviews", 150_000, 1000, 150_000))];
    string[] Syllables(string text) => [.. TextCleaner.LimitRepeats(text, 3).Take(140).Select(c => c.ToString())];
    vocabulary = new Vocabulary(Vocabulary.Count(reviews.Select(row => Syllables(row[1]))).Where(entry => entry.Count >= 3).Select(entry => entry.Word).Prepend("[UNK]").Prepend("[PAD]"), "[UNK]");
    (int[] Ids, int Label)[] train = Encode(reviews.Select(row => (Syllables(row[1] + " "), row[2] == "1" ? 1 : 0))), test = Encode(unseen.Select(row => (Syllables(row[1] + " "), row[2] == "1" ? 1 : 0)));
    lesson.Figure("real.reviews", [train.Length, test.Length]);
    lesson.Figure("real.syllables", vocabulary.Size);
    foreach (string kind in (string[])["lstm", "gru"])
    {
        var model = new Classifier(ParamScope.Random(lesson.Seed(11)), kind, vocabulary.Size, lesson.Parameter("real_size", 128, 8, 512));
        var (accuracy, losses, accuracies) = Train(model, train, test, lesson.Parameter("real_epochs", 3, 1, 50), 0.002, 128, kind);
        lesson.Figure($"real.{kind}.losses", losses);
        lesson.Figure($"real.{kind}.accuracies", accuracies);
        lesson.Figure($"real.{kind}.accuracy", accuracy);
    }
}

/// <summary>Vectors for words, a recurrent network that reads them, and one score; "bag" takes the mean of the vectors instead.</summary>
sealed class Classifier : Module
{
    private readonly Embedding embedding;
    private readonly Dropout dropout;
    private readonly Linear head;
    private readonly Func<Tensor, Tensor>? read;

    public Classifier(ParamScope scope, string kind, int words, int size) : base(scope)
    {
        embedding = new Embedding(scope / "embedding", words, size, paddingIdx: 0);
        dropout = new Dropout(scope / "dropout", 0.3);
        read = kind switch
        {
            "rnn" => new RNN(scope / "rnn", size, size, batchFirst: true) is var rnn ? x => rnn.Forward(x).Output : null,
            "lstm" => new LSTM(scope / "lstm", size, size, batchFirst: true) is var lstm ? x => lstm.Forward(x).Output : null,
            "gru" => new GRU(scope / "gru", size, size, batchFirst: true) is var gru ? x => gru.Forward(x).Output : null,
            _ => null,
        };
        head = new Linear(scope / "head", size, 1);
    }

    /// <summary>The output at the last place that the mask counts, [batch, size].</summary>
    public static Tensor LastOf(Tensor outputs, Tensor mask)
    {
        Tensor last = mask.To(DType.Int64).Sum(1) - 1;                                                // [batch]
        return outputs.Gather(1, last.Reshape(-1, 1, 1).Expand(outputs.Shape[0], 1, outputs.Shape[2])).Squeeze(1);
    }

    public Tensor Output(Tensor ids) => read is null ? embedding.Forward(ids) : read(dropout.Forward(embedding.Forward(ids))); // [batch, time, size]

    /// <summary>Scores above 0 mean spam, [batch].</summary>
    public Tensor Forward(Tensor ids)
    {
        Tensor outputs = Output(ids), mask = ids.Ne(0);
        Tensor pooled = read is null ? outputs.Sum(1) / mask.Sum(1, keepDim: true).To(outputs.DType) : LastOf(outputs, mask);
        return head.Forward(dropout.Forward(pooled)).Squeeze(1);
    }
}
