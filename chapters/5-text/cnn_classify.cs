// chapter: cnn_classify
// title: 합성곱으로 글 분류하기 | Classifying texts by convolution
// computes: 너비가 다른 1차원 합성곱과 시간 최댓값 풀링으로 부정 표현 찾기, 영화평 분류 | one-dimensional convolutions of several widths and max over time find negations; film reviews
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% reviews in which exactly one of two judgements is negated; which one decides
string[] things = ["배우", "음악", "화면", "대사", "결말"], good = ["좋다", "재밌다", "멋지다", "훌륭하다"], bad = ["나쁘다", "지루하다", "어색하다", "엉망이다"], neutral = ["길다", "짧다", "크다", "빠르다"];
var random = new NumPyRandom(lesson.Seed(5));
string Pick(string[] all) => all[random.NextInteger(0, all.Length)];
(string[] Words, int Good) Review()
{
    bool isGood = random.NextInteger(0, 2) == 1, negated = random.NextInteger(0, 2) == 1, first = random.NextInteger(0, 2) == 1;
    string[] judgement = [Pick(things), .. negated ? ["안"] : Array.Empty<string>(), Pick(isGood != negated ? good : bad)];
    string[] other = [Pick(things), .. negated ? Array.Empty<string>() : ["안"], Pick(neutral)];
    return (first ? [.. judgement, .. other] : [.. other, .. judgement], isGood ? 1 : 0);
}
(string[] Words, int Good)[] training = [.. Enumerable.Range(0, lesson.Parameter("reviews", 300, 20, 5000)).Select(_ => Review())], testing = [.. Enumerable.Range(0, 200).Select(_ => Review())];
lesson.Say($"좋음: {string.Join(' ', training.First(r => r.Good == 1).Words)}", $"good: {string.Join(' ', training.First(r => r.Good == 1).Words)}");
lesson.Figure("good", training.Count(review => review.Good == 1));

// %% by hand: each filter scores every window of two words; only the window that wins learns
const int Time = 6, Size = 4, Filters = 3, Width = 2;
Tensor x = Tensor.RandN([Size, Time], random).RequireGrad();                                         // a text of six words, [size, time]
Tensor w = Tensor.RandN([Filters, Size, Width], random).RequireGrad(), b = Tensor.RandN([Filters], random).RequireGrad(), g = Tensor.RandN([Filters], random);
Tensor scores = x.Unsqueeze(0).Conv1d(w, b).Squeeze(0);                                              // [filters, windows]
Tensor pooled = scores.AMax(1).Relu();                                                               // max over time, [filters]
(pooled * g).Sum().Backward();                                                                       // g is what comes back from the layers above
double[,] windows = new double[Filters, Time - Width + 1], gradX = new double[Size, Time];
double[] gradW = new double[Filters * Size * Width], gradB = new double[Filters];
for (int f = 0; f < Filters; f++)
{
    for (int t = 0; t <= Time - Width; t++)
    {
        windows[f, t] = b[f].Item();
        for (int d = 0; d < Size; d++) for (int k = 0; k < Width; k++) windows[f, t] += w[f, d, k].Item() * x[d, t + k].Item();
    }
    int winner = Enumerable.Range(0, Time - Width + 1).MaxBy(t => windows[f, t]);
    if (windows[f, winner] <= 0) continue;                                                            // ReLU lets nothing back
    gradB[f] = g[f].Item();
    for (int d = 0; d < Size; d++)
        for (int k = 0; k < Width; k++)
        {
            gradW[(f * Size + d) * Width + k] = gradB[f] * x[d, winner + k].Item();
            gradX[d, winner + k] += gradB[f] * w[f, d, k].Item();
        }
}
lesson.Figure("windows.difference", (Tensor.From(windows) - scores).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("gradient.filters.difference", (Tensor.From(gradW) - w.Grad!.Reshape(-1)).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("gradient.biases.difference", (Tensor.From(gradB) - b.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("gradient.words.difference", (Tensor.From(gradX) - x.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% training; a short memory for squared slopes, because most words are rare (the text tells why)
double beta2 = lesson.Parameter("beta2", 0.9, 0.1, 0.9999);
Tensor Pad(IReadOnlyList<int[]> rows, int least)
{
    int longest = Math.Max(least, rows.Max(row => row.Length));
    var ids = new long[rows.Count * longest];
    for (int r = 0; r < rows.Count; r++) for (int t = 0; t < rows[r].Length; t++) ids[r * longest + t] = rows[r][t];
    return Tensor.Wrap(ids, [rows.Count, longest]);
}
(double Accuracy, double[] Losses, double[] Accuracies) Train(Convolutional model, (int[] Ids, int Label)[] training, (int[] Ids, int Label)[] testing, int epochs, double rate, int batch)
{
    var optimizer = new Adam(model.Parameters(), rate, beta2: beta2);
    double Accuracy()
    {
        model.Eval();
        using var _ = Autograd.NoGrad();
        double right = 0;
        foreach (var part in testing.OrderBy(row => row.Ids.Length).Chunk(256))
        {
            using var step = TensorScope.Begin();
            float[] said = model.Forward(Pad([.. part.Select(row => row.Ids)], model.Widest)).ToArray<float>();
            right += said.Zip(part, (score, row) => score > 0 == (row.Label == 1) ? 1.0 : 0).Sum();
        }
        model.Train();
        return right / testing.Length;
    }
    var batches = training.OrderBy(row => row.Ids.Length).Chunk(batch).ToArray();                     // like lengths together: little padding
    double[] losses = new double[epochs], accuracies = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        model.Scope!.Generator.Shuffle<(int[], int)[]>(batches);
        for (int i = 0; i < batches.Length; i++)
        {
            using var step = TensorScope.Begin();
            optimizer.LearningRate = rate * (1 - (epoch + (double)i / batches.Length) / epochs);
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(Pad([.. batches[i].Select(row => row.Ids)], model.Widest)).BinaryCrossEntropyWithLogits(Tensor.From([.. batches[i].Select(row => (float)row.Label)]));
            loss.Backward();
            optimizer.Step();
            losses[epoch] += loss.Item() / batches.Length;
            if (batches.Length > 50) lesson.Progress(epoch * batches.Length + i + 1, epochs * batches.Length, FormattableString.Invariant($"{losses[epoch] * batches.Length / (i + 1):F4}"));
        }
        accuracies[epoch] = Accuracy();
    }
    return (accuracies[^1], losses, accuracies);
}
var vocabulary = new Vocabulary(training.SelectMany(review => review.Words).Distinct().Order(StringComparer.Ordinal).Prepend("[UNK]").Prepend("[PAD]"), "[UNK]");
(int[] Ids, int Label)[] Encode((string[] Words, int Good)[] reviews) => [.. reviews.Select(review => (vocabulary.Encode(review.Words), review.Good))];
int epochs = lesson.Parameter("epochs", 20, 1, 200), filters = lesson.Parameter("filters", 8, 1, 128);
double rate = lesson.Parameter("lr", 0.02, 1e-4, 0.2);
var panel = new Panel(lesson.Text("필터의 너비와 시험 정확도", "Widths of filters and test accuracy"), lesson.Text("에폭", "epoch")) { YLimits = (0.35, 1.05) };
Convolutional? pairs = null;
foreach (int[] widths in (int[][])[[1], [2], [2, 3, 4]])
{
    string name = string.Join('.', widths);
    var model = new Convolutional(ParamScope.Random(lesson.Seed(5)), vocabulary.Size, 1, 16, filters, widths, 0.2);
    var (accuracy, losses, accuracies) = Train(model, Encode(training), Encode(testing), epochs, rate, 16);
    lesson.Figure($"width.{name}.losses", losses);
    lesson.Range($"width.{name}.accuracy", accuracy, widths[0] == 1 ? 0.35 : 0.9, widths[0] == 1 ? 0.7 : 1);
    panel.Line([.. Enumerable.Range(1, epochs).Select(i => (double)i)], accuracies, lesson.Text($"너비 {string.Join(", ", widths)}", $"width {string.Join(", ", widths)}"));
    if (widths is [2]) pairs = model;
}

// %% what do the filters of width two look for? Every pair of words shown to each of them
pairs!.Eval();
string[] judgements = [.. good, .. bad, .. neutral];
var favourite = new double[filters, 2 * judgements.Length];
using (Autograd.NoGrad())
    for (int j = 0; j < judgements.Length; j++)
        foreach (int negated in (int[])[0, 1])
        {
            Tensor features = pairs.Features(Pad([vocabulary.Encode([negated == 1 ? "안" : "배우", judgements[j]])], 2));
            for (int f = 0; f < filters; f++) favourite[f, 2 * j + negated] = features[0, f].Item() * Math.Sign(pairs.Head.Weight[0, f].Item());
        }
lesson.Figure("features", favourite);
lesson.Plot("widths", panel);
lesson.Plot("features", new Figure("", 1, [new Panel(lesson.Text("필터가 찾는 낱말 짝 (빨강: 좋다는 쪽, 파랑: 나쁘다는 쪽)", "Pairs that filters look for (red: towards good, blue: towards bad)"), yLabel: lesson.Text("필터", "filter"))
    .HeatMap(favourite, ColorMap.Diverging, rows: [.. Enumerable.Range(1, filters).Select(f => $"{f}")], columns: [.. judgements.SelectMany(word => new[] { word, "안 " + word })])]) { PanelWidth = 1100, PanelHeight = 420 });

// %% film reviews: at each syllable stand the vectors of the one, two, three and four syllables from there on, hashed into one table: --full
if (lesson.Full && lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews && lesson.RealRows("korean/nsmc_rebuilt.test.tsv.gz") is { } unseen)
{
    int rows = 1 << lesson.Parameter("hash_bits", 20, 10, 22);
    (int[] Ids, int Label)[] Grams(IEnumerable<string[]> all) => [.. all.Select(row =>
    {
        string text = " " + TextCleaner.LimitRepeats(TextCleaner.CollapseSpaces(row[1]), 3) + " ";
        if (text.Length > 140) text = text[..140];
        var ids = new int[4 * text.Length];
        for (int t = 0; t < text.Length; t++)
        {
            uint hash = 2166136261;
            for (int n = 0; n < 4 && t + n < text.Length; n++)
            {
                hash = (hash ^ text[t + n]) * 16777619;                                               // FNV-1a
                ids[4 * t + n] = 1 + (int)((hash ^ hash >> 15) % (uint)(rows - 1));
            }
        }
        return (ids, row[2] == "1" ? 1 : 0);
    })];
    (int[] Ids, int Label)[] train = Grams(reviews.Take(lesson.Parameter("real_reviews", 150_000, 1000, 150_000))), test = Grams(unseen);
    var model = new Convolutional(ParamScope.Random(lesson.Seed(5)), rows, 4, 32, 64, [1, 2, 3], lesson.Parameter("real_dropout", 0.5, 0, 0.9));
    var (accuracy, losses, accuracies) = Train(model, train, test, lesson.Parameter("real_epochs", 2, 1, 50), lesson.Parameter("real_lr", 0.02, 1e-5, 0.1), lesson.Parameter("real_batch", 256, 8, 1024));
    lesson.Figure("real.reviews", [train.Length, test.Length]);
    lesson.Figure("real.losses", losses);
    lesson.Figure("real.accuracies", accuracies);
    lesson.Figure("real.accuracy", accuracy);
}

/// <summary>Vectors, convolutions of several widths over them, the largest score of each filter, and one score of all of these.</summary>
sealed class Convolutional : Module
{
    private readonly Embedding embedding;
    private readonly Conv1d[] convolutions;
    private readonly Dropout dropout;
    private readonly int grams;

    /// <param name="grams">How many ids stand at each place; their vectors are added.</param>
    public Convolutional(ParamScope scope, int words, int grams, int size, int filters, int[] widths, double drop) : base(scope)
    {
        this.grams = grams;
        embedding = new Embedding(scope / "embedding", words, size, paddingIdx: 0, initializer: Initializers.Normal(0, grams == 1 ? 1 : 0.01));
        convolutions = [.. widths.Select(width => new Conv1d(scope / "conv" / width, size, filters, width))];
        dropout = new Dropout(scope / "dropout", drop);
        Head = new Linear(scope / "head", filters * widths.Length + (grams > 1 ? size : 0), 1);
        Widest = widths.Max() * grams;
    }

    /// <summary>The fewest ids a text must be padded to.</summary>
    public int Widest { get; }

    public Linear Head { get; }

    /// <summary>[batch, time · grams] to [batch, filters · widths], with n-grams also their mean.</summary>
    public Tensor Features(Tensor ids)
    {
        Tensor vectors = embedding.Forward(ids.Reshape(ids.Shape[0], -1, grams)).Sum(2);              // [batch, time, size]
        Tensor x = dropout.Forward(vectors).Transpose(1, 2);                                          // [batch, size, time]
        IEnumerable<Tensor> largest = convolutions.Select(convolution => convolution.Forward(x).AMax(2).Relu());
        return Tensor.Cat([.. grams > 1 ? largest.Append(x.Mean(2)) : largest], 1);                   // with n-grams their mean tells much already
    }

    public Tensor Forward(Tensor ids) => Head.Forward(dropout.Forward(Features(ids))).Squeeze(1);
}
