// chapter: bert_nsp
// title: BERT: 다음 문장인가 | BERT: is it the next sentence?
// computes: 두 문장이 이어지는지 [CLS] 하나로 판단하기, 구간 번호와 풀러, 그리고 이 과제의 허점 | whether two sentences belong together, judged from [CLS] alone; segment ids, the pooler, and what the task misses
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% little stories of three sentences, each about one animal
string[] animals = ["whale", "bear", "cow", "lion", "camel", "eagle", "rabbit", "monkey"], homes = ["sea", "forest", "farm", "savanna", "desert", "mountain", "meadow", "jungle"];
string[] foods = ["shrimp", "honey", "hay", "meat", "thorns", "mice", "carrots", "bananas"], kinds = ["old", "young", "big", "small", "quiet", "brave"], times = ["morning", "evening", "night"];
string[][] Story(int kind, int n, int time) =>
    [["the", kinds[kind], animals[n], "wakes", "up", "in", "the", homes[n]], ["the", animals[n], "looks", "around", "in", "the", times[time]], ["then", "the", kinds[kind], animals[n], "eats", foods[n]]];
var stories = (from kind in Enumerable.Range(0, 6) from n in Enumerable.Range(0, 8) from time in Enumerable.Range(0, 3) select (Sentences: Story(kind, n, time), Topic: n, IsNew: (kind + n + time) % 5 == 0)).ToArray();
var vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. stories.SelectMany(s => s.Sentences).SelectMany(s => s).Distinct().Order(StringComparer.Ordinal)], "[UNK]");
const int Cls = 2, Sep = 3, Length = 18;
lesson.Figure("vocabulary", vocabulary.Size);
lesson.Figure("stories", [stories.Count(s => !s.IsNew), stories.Count(s => s.IsNew)]);

// %% [CLS] A [SEP] B [SEP]: segment 0 up to the first [SEP], segment 1 after it, and 0 again for padding
(long[] Ids, long[] Segments) Join(string[] a, string[] b)
{
    long[] ids = [Cls, .. a.Select(w => (long)vocabulary.Id(w)), Sep, .. b.Select(w => (long)vocabulary.Id(w)), Sep];
    return ([.. ids, .. new long[Length - ids.Length]], [.. Enumerable.Range(0, Length).Select(t => t > a.Length + 1 && t < ids.Length ? 1L : 0)]);
}
var (someIds, someSegments) = Join(stories[0].Sentences[1], stories[0].Sentences[2]);
lesson.Say($"[CLS] {string.Join(' ', stories[0].Sentences[1])} [SEP] {string.Join(' ', stories[0].Sentences[2])} [SEP]", $"[CLS] {string.Join(' ', stories[0].Sentences[1])} [SEP] {string.Join(' ', stories[0].Sentences[2])} [SEP]");
lesson.Figure("segments", [.. someSegments.Select(s => (double)s)], expected: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0], tolerance: 0);

// %% half of the pairs follow each other (class 0, as in BERT), half have a second sentence of another story (class 1)
(Tensor Ids, Tensor Segments, Tensor Labels) Batch(int count, bool isNew, RandomGenerator random)
{
    var some = stories.Where(s => s.IsNew == isNew).ToArray();
    var rows = Enumerable.Range(0, count).Select(i =>
    {
        var story = some[random.NextInteger(0, some.Length)];
        int at = (int)random.NextInteger(0, 2);
        var other = some.Where(s => s.Topic != story.Topic).ElementAt((int)random.NextInteger(0, some.Count(s => s.Topic != story.Topic)));
        return (Pair: Join(story.Sentences[at], i % 2 == 0 ? story.Sentences[at + 1] : other.Sentences[at + 1]), Label: (long)(i % 2));
    }).ToArray();
    return (Tensor.From(rows.SelectMany(r => r.Pair.Ids).ToArray()).Reshape(-1, Length), Tensor.From(rows.SelectMany(r => r.Pair.Segments).ToArray()).Reshape(-1, Length), Tensor.From(rows.Select(r => r.Label).ToArray()));
}

// %% the pooler: a layer and tanh over [CLS], then two scores
(Bert Bert, Linear Head, Tensor[] Parameters) Build(DType dtype)
{
    var scope = ParamScope.Random(lesson.Seed(9), dtype);
    var bert = new Bert(scope / "bert", new BertConfig(vocabulary.Size, 32, 2, 2, 64, 32, Dropout: 0, AttentionDropout: 0, InitializerRange: 0.2));
    var head = new Linear(scope / "cls" / "seq_relationship", 32, 2, initializer: Initializers.Normal(0, 0.2));
    return (bert, head, [.. bert.Parameters(), .. head.Parameters()]);
}
Tensor Hidden(Bert bert, Tensor ids, Tensor? segments) => bert.Forward(ids, ids.Ne(0).To(DType.Int64), segments);                 // [B, T, d]

// %% its gradient by hand: dL/dp = (softmax - answer) Wₕ / B through tanh, (1 - p²), to the pooler's matrix
var random = new NumPyRandom(lesson.Seed(9));
var (bert, head, parameters) = Build(DType.Float64);
var (ids, segments, labels) = Batch(8, isNew: false, random);
Tensor hidden = Hidden(bert, ids, segments), pooled = bert.Pool(hidden);                                                         // [8, T, d], [8, d]
head.Forward(pooled).CrossEntropy(labels).Backward();
Tensor p = pooled.Detach(), byScores = (head.Forward(p).Detach().Softmax(1) - Tensor.OneHot(labels, 2, DType.Float64)) / 8;      // [8, 2]
Tensor byInner = byScores.MatMul(head.Weight.Detach()) * (1 - p.Square());                                                       // [8, d]
Tensor byHand = byInner.T.MatMul(hidden.Detach().Select(1, 0));                                                                  // [d, d]
Tensor matrix = bert.NamedParameters().Single(entry => entry.Name == "pooler.dense.weight").Value;
lesson.Figure("gradient.difference", (byHand - matrix.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% training, and a test on stories that were never seen
int steps = lesson.Parameter("steps", 250, 10, 5000);
double Accuracy(Bert bert, Linear head, Tensor ids, Tensor? segments, Tensor labels) => head.Forward(bert.Pool(Hidden(bert, ids, segments))).ArgMax(1).Eq(labels).To(DType.Float64).Mean().Item();
(bert, head, parameters) = Build(DType.Float32);
var optimizer = new AdamW(parameters, 0.003, weightDecay: 0.01);
var schedule = new WarmupLinear(optimizer, steps / 10, steps);
var losses = new double[steps];
for (int step = 0; step < steps; step++)
{
    using var memory = TensorScope.Begin();
    (ids, segments, labels) = Batch(32, isNew: false, random);
    optimizer.ZeroGrad();
    Tensor loss = head.Forward(bert.Pool(Hidden(bert, ids, segments))).CrossEntropy(labels);
    loss.Backward();
    optimizer.Step();
    schedule.Step();
    losses[step] = loss.Item();
    lesson.Progress(step + 1, steps, FormattableString.Invariant($"loss {losses[step]:F3}"));
}
using var quiet = Autograd.NoGrad();
var (testIds, testSegments, testLabels) = Batch(400, isNew: true, new NumPyRandom(lesson.Seed(9) + 1));
lesson.Figure("loss.first", losses[0]);
lesson.Range("loss.last", losses[^20..].Average(), 0, 0.3);
lesson.Range("accuracy", Accuracy(bert, head, testIds, testSegments, testLabels), 0.9, 1);
lesson.Figure("accuracy.without.segments", Accuracy(bert, head, testIds, null, testLabels));

// %% what it has not learnt: the order. Swapped, most pairs still "follow", for they are about the same animal
var fresh = stories.Where(s => s.IsNew).ToArray();
double Follows(Func<string[][], (string[], string[])> pick)
{
    var pairs = fresh.Select(s => pick(s.Sentences) is var (a, b) ? Join(a, b) : default).ToArray();
    Tensor scores = head.Forward(bert.Pool(Hidden(bert, Tensor.From(pairs.SelectMany(x => x.Ids).ToArray()).Reshape(-1, Length), Tensor.From(pairs.SelectMany(x => x.Segments).ToArray()).Reshape(-1, Length))));
    return scores.ArgMax(1).Eq(0).To(DType.Float64).Mean().Item();
}
lesson.Range("follows.in.order", Follows(s => (s[1], s[2])), 0.9, 1);
lesson.Figure("follows.swapped", Follows(s => (s[2], s[1])));

// %% pictures: which second sentence suits which first, the loss, and the vectors of [CLS]
var table = new double[8, 8];
for (int a = 0; a < 8; a++)
{
    for (int b = 0; b < 8; b++)
    {
        var (i, s) = Join(Story(0, a, 0)[1], Story(0, b, 0)[2]);
        table[a, b] = head.Forward(bert.Pool(Hidden(bert, Tensor.From(i).Reshape(1, -1), Tensor.From(s).Reshape(1, -1)))).Softmax(1)[0, 0].Item();
    }
}
lesson.Figure("follows.by.animal", table);
lesson.Plot("next", new Figure(lesson.Text("이어지는 문장인가", "Does it follow?"), 2,
[
    new Panel(lesson.Text("'이어진다'의 확률", "Probability of “follows”"), lesson.Text("둘째 문장: then the old … eats …", "second sentence: then the old … eats …"), lesson.Text("첫째 문장: the … looks around …", "first sentence: the … looks around …")).HeatMap(table, rows: animals, columns: animals, low: 0, high: 1),
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update")).Line([.. Enumerable.Range(1, steps).Select(i => (double)i)], losses).HorizontalLine(Math.Log(2), lesson.Text("찍기", "guessing")),
]) { PanelWidth = 560, PanelHeight = 420 });
