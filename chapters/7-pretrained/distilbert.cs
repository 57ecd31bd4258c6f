// chapter: distilbert
// title: DistilBERT: 큰 모델이 작은 모델을 가르치기 | DistilBERT: a large model teaches a small one
// computes: 온도가 있는 부드러운 정답, KD 손실과 그 기울기, 코사인, 두 층마다 하나씩 물려받기 | soft targets with a temperature, the KD loss and its gradient, the cosine, every second layer inherited
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% how much smaller DistilBERT is: built without memory, only counted
var bertSize = new Bert(ParamScope.ShapesOnly(), new BertConfig(30522)).ParameterCount();
var distilSize = new DistilBert(ParamScope.ShapesOnly(), new DistilBertConfig(30522)).ParameterCount();
lesson.Figure("bert.parameters", bertSize, expected: 109_482_240);
lesson.Figure("distilbert.parameters", distilSize, expected: 66_362_880);
lesson.Figure("smaller.by", 1 - (double)distilSize / bertSize);

// %% the loss by hand: alpha · CE(z, y) + (1 - alpha) · T² · KL(teacher at T | student at T)
double alpha = lesson.Parameter("alpha", 0.3, 0, 1), temperature = lesson.Parameter("temperature", 2.0, 0.1, 100);
Tensor KnowledgeLoss(Tensor student, Tensor teacher, Tensor labels) => student.CrossEntropy(labels) * alpha
    + (student / temperature).LogSoftmax(-1).KlDivLoss((teacher / temperature).Softmax(-1), LossReduction.BatchMean) * ((1 - alpha) * temperature * temperature);
var random = new NumPyRandom(lesson.Seed(9));
Tensor z = Tensor.RandN([4, 3], random, dtype: DType.Float64).RequireGrad(), v = Tensor.RandN([4, 3], random, dtype: DType.Float64) * 2, y = Tensor.From([0L, 2, 1, 2]);
KnowledgeLoss(z, v, y).Backward();
Tensor byHand = ((z.Detach().Softmax(-1) - Tensor.OneHot(y, 3, DType.Float64)) * alpha
    + ((z.Detach() / temperature).Softmax(-1) - (v / temperature).Softmax(-1)) * ((1 - alpha) * temperature)) / 4;
lesson.Figure("gradient.difference", (byHand - z.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
// very hot, the soft part becomes (z - v)² of centred logits by twice the classes: the student copies logits
Tensor Centred(Tensor x) => x - x.Mean(-1, keepDim: true);
double hot = 1000, soft = ((z.Detach() / hot).LogSoftmax(-1).KlDivLoss((v / hot).Softmax(-1), LossReduction.BatchMean) * (hot * hot)).Item();
lesson.Figure("hot.soft.loss", soft, expected: ((Centred(z.Detach()) - Centred(v)).Square().Sum() / (2 * 3 * 4)).Item(), tolerance: 1e-3);

// %% who is in which mood? The words stand for three moods, the order says whose: "she is sad but i am happy" is joy
string[] moods = ["joy", "sadness", "anger"];
string[][] words = ["happy glad cheerful proud".Split(' '), "sad lonely gloomy hurt".Split(' '), "angry furious annoyed bitter".Split(' ')];
string[] patterns = ["i am A today", "she is B but i am A", "i am A but she is B", "i was B and now i am A", "now i am A but i was B", "they are B and i am A too"];
(string Text, long Label)[] Make(int count, double noise) => [.. Enumerable.Range(0, count).Select(_ =>
{
    long mood = random.NextInteger(0, 3), other = (mood + random.NextInteger(1, 3)) % 3;
    string Word(long of) => words[of][random.NextInteger(0, 4)];
    string text = patterns[random.NextInteger(0, patterns.Length)].Replace("A", Word(mood), StringComparison.Ordinal).Replace("B", Word(other), StringComparison.Ordinal);
    return (text, random.NextDouble() < noise ? random.NextInteger(0, 3) : mood);                     // some labels are careless
})];
(string Text, long Label)[] training = Make(lesson.Parameter("texts", 300, 30, 20_000), lesson.Parameter("noise", 0.2, 0, 0.9)), testing = Make(300, 0);
Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 300, MinimumFrequency = 1 }.Train(training.Select(t => t.Text));

// %% training; the teacher hears the labels, a student the labels, the teacher, and the direction of its last hidden states
double[] Fit(BertForSequenceClassification model, BertForSequenceClassification? teacher, double cosine, (string Text, long Label)[] texts, Tokenizer tokenizer, int epochs, double rate, int batchSize, string name)
{
    var optimizer = new AdamW([.. model.Parameters()], rate, weightDecay: 0.01);
    int perEpoch = (texts.Length + batchSize - 1) / batchSize;
    var schedule = new WarmupLinear(optimizer, epochs * perEpoch / 10, epochs * perEpoch);
    var losses = new double[epochs];
    var rows = ((string Text, long Label)[])texts.Clone();
    var order = new PhiloxRandom(lesson.Seed(9));
    model.Train();
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        order.Shuffle<(string, long)>(rows);
        foreach (var (part, i) in rows.Chunk(batchSize).Select((part, i) => (part, i)))
        {
            using var step = TensorScope.Begin();
            TextBatch batch = TextBatch.Of(tokenizer, [.. part.Select(t => t.Text)], 128);
            Tensor labels = Tensor.From([.. part.Select(t => t.Label)]);
            optimizer.ZeroGrad();
            var (own, his) = (new Trace(), new Trace());
            Tensor scores = model.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds, cosine > 0 ? own : null), loss;
            if (teacher is null) loss = scores.CrossEntropy(labels);
            else
            {
                Tensor said;
                using (Autograd.NoGrad()) said = teacher.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds, cosine > 0 ? his : null);
                loss = KnowledgeLoss(scores, said, labels);
                if (cosine > 0) loss += (1 - own.HiddenStates[^1].CosineSimilarity(his.HiddenStates[^1], -1)).Mean() * cosine;
            }
            loss.Backward();
            GradientClipping.ClipGradNorm(model.Parameters(), 1);
            optimizer.Step();
            schedule.Step();
            losses[epoch] += loss.Item() / perEpoch;
            lesson.Progress(epoch * perEpoch + i + 1, epochs * perEpoch, FormattableString.Invariant($"{name} {loss.Item():F4}"));
        }
    }
    model.Eval();
    return losses;
}
double Accuracy(BertForSequenceClassification model, (string Text, long Label)[] texts, Tokenizer tokenizer)
{
    using var quiet = Autograd.NoGrad();
    double right = 0;
    foreach (var part in texts.Chunk(50))
    {
        using var step = TensorScope.Begin();
        TextBatch batch = TextBatch.Of(tokenizer, [.. part.Select(t => t.Text)], 128);
        right += model.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds).ArgMax(1).Eq(Tensor.From([.. part.Select(t => t.Label)])).To(DType.Float32).Sum().Item();
    }
    return right / texts.Length;
}

// %% a student with half the layers; layer i is a copy of the teacher's layer 2i, the embeddings are copied too
BertForSequenceClassification Student(BertForSequenceClassification teacher, int layers, bool inherits)
{
    var config = (BertConfig)teacher.Config;
    var student = new BertForSequenceClassification(ParamScope.Random(lesson.Seed(9) + 1), config with { LayerCount = layers });
    if (!inherits) return student;
    Dictionary<string, Tensor> from = teacher.StateDict(), to = student.StateDict();
    int every = config.LayerCount / layers;
    string Source(string name) => Enumerable.Range(0, layers).Aggregate(name, (found, i) => name.Contains($".layer.{i}.", StringComparison.Ordinal) ? name.Replace($".layer.{i}.", $".layer.{i * every}.", StringComparison.Ordinal) : found);
    student.LoadStateDict(to.ToDictionary(entry => entry.Key, entry => from[Source(entry.Key)]));
    return student;
}
int epochs = lesson.Parameter("epochs", 6, 1, 100);
double rate = lesson.Parameter("lr", 0.003, 1e-5, 0.1);
var teacher = new BertForSequenceClassification(ParamScope.Random(lesson.Seed(9)), new BertConfig(tokenizer.VocabularySize, 32, LayerCount: 4, HeadCount: 4, IntermediateSize: 64, PositionCount: 32, InitializerRange: 0.1) { Labels = moods });
Fit(teacher, null, 0, training, tokenizer, 2 * epochs, rate, 16, "teacher");
var names = new List<string>();
var scores = new List<double>();
void Report(string name, string shown, BertForSequenceClassification model, double accuracy)
{
    lesson.Figure($"{name}.parameters", model.ParameterCount());
    lesson.Figure($"{name}.accuracy", accuracy);
    names.Add(shown);
    scores.Add(accuracy);
}
Report("teacher", lesson.Text("선생님 4층", "teacher, 4 layers"), teacher, Accuracy(teacher, testing, tokenizer));
foreach (var (name, shown, taught, inherits, cosine) in new[]
{
    ("hard", lesson.Text("정답으로만", "labels only"), false, false, 0.0), ("soft", lesson.Text("선생님에게서", "taught"), true, false, 0), ("soft.inherited", lesson.Text("+ 층 물려받기", "+ layers inherited"), true, true, 0),
    ("soft.inherited.cosine", lesson.Text("+ 코사인", "+ cosine"), true, true, 1),
})
{
    var student = Student(teacher, 2, inherits);
    lesson.Figure($"{name}.losses", Fit(student, taught ? teacher : null, cosine, training, tokenizer, epochs, rate, 16, name));
    Report(name, shown, student, Accuracy(student, testing, tokenizer));
}
lesson.Range("kept", scores[^1] / scores[0], 0.9, 1.2);

// %% what the teacher says about one text, cold to hot
TextBatch one = TextBatch.Of(tokenizer, ["now i am angry but i was sad"], 32);
double[] said = teacher.Forward(one.Ids, one.AttentionMask, one.TypeIds).Detach().Select(0, 0).To(DType.Float64).ToArray<double>();
double[] temperatures = [.. Enumerable.Range(0, 61).Select(i => Math.Pow(10, i / 30.0 - 0.5))];
var shares = temperatures.Select(t => (Tensor.From(said) / t).Softmax(-1).ToArray<double>()).ToArray();
var curves = new Panel(lesson.Text("now i am angry but i was sad: 온도와 부드러운 정답", "now i am angry but i was sad: soft targets by temperature"), lesson.Text("온도 T", "temperature T"), lesson.Text("확률", "probability")) { LogX = true, YLimits = (0, 1.02) };
for (int c = 0; c < moods.Length; c++) curves.Line(temperatures, [.. shares.Select(s => s[c])], moods[c]);
lesson.Plot("distilbert", new Figure("", 1, [curves.VerticalLine(temperature), new Panel(lesson.Text("시험 정확도 (학생은 2층)", "Test accuracy (students have 2 layers)")) { YLimits = (0, 1.05) }.Bars(names, scores)]));

// %% the six emotions, MiniLM as teacher of its own half: --full
if (lesson.Full && lesson.RealFile("models/all-MiniLM-L6-v2/model.safetensors") is { } weights && lesson.RealRows("english/emotion.train.txt", ';') is { } lines && lesson.RealRows("english/emotion.test.txt", ';') is { } unseen)
{
    string[] emotions = ["sadness", "joy", "love", "anger", "fear", "surprise"];
    (string, long)[] Rows(IEnumerable<string[]> from) => [.. from.Select(line => (line[0], (long)Array.IndexOf(emotions, line[1])))];
    var (train, test) = (Rows(lines.Take(lesson.Parameter("real_texts", 16_000, 100, 16_000))), Rows(unseen));
    string folder = Path.GetDirectoryName(weights)!;
    Tokenizer pieces = Tokenizer.FromPretrained(folder);
    var large = BertForSequenceClassification.FromPretrained(folder, emotions, new TorchRandom(lesson.Seed(9)));
    int rounds = lesson.Parameter("real_epochs", 2, 1, 20);
    lesson.Figure("real.teacher.losses", Fit(large, null, 0, train, pieces, rounds, 1e-4, 32, "teacher"));
    double best = Accuracy(large, test, pieces);
    lesson.Figure("real.teacher.accuracy", best);
    var half = Student(large, 3, inherits: true);
    lesson.Figure("real.student.losses", Fit(half, large, 1, train, pieces, rounds, 1e-4, 32, "student"));
    lesson.Figure("real.student.accuracy", Accuracy(half, test, pieces));
    lesson.Figure("real.kept", Accuracy(half, test, pieces) / best);
}
