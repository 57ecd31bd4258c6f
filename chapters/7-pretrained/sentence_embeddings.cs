// chapter: sentence_embeddings
// title: 문장 임베딩 | Sentence embeddings
// computes: 낱말 벡터들을 문장 벡터 하나로 모으는 세 가지 방법, 짝을 가까이 두는 학습, 두 언어에서 뜻이 같은 문장 찾기 | three ways to pool word vectors into one, training that puts pairs close, finding the same meaning in two languages
// minutes: 0.05

using System.Text.Json;

using var lesson = Lesson.Begin(args);

// %% the same sentences in English and Korean; a sixth of them is kept for the test
string[] kinds = ["old", "young", "big", "small", "quiet", "brave"], 성격 = ["늙은", "어린", "큰", "작은", "조용한", "용감한"];
string[] animals = ["whale", "bear", "cow", "lion", "camel", "eagle", "rabbit", "monkey"], 동물 = ["고래", "곰", "소", "사자", "낙타", "독수리", "토끼", "원숭이"];
string[] deeds = ["sleeps", "sings", "runs away", "looks at the moon"], 하는일 = ["잠을 잔다", "노래한다", "달아난다", "달 을 본다"];
var pairs = (from k in Enumerable.Range(0, 6) from n in Enumerable.Range(0, 8) from d in Enumerable.Range(0, 4)
             select (English: $"the {kinds[k]} {animals[n]} {deeds[d]}".Split(' '), Korean: $"{성격[k]} {동물[n]} {(Hangul.HasTail(동물[n][^1]) ? "이" : "가")} {하는일[d]}".Split(' '), IsNew: (k + n + d) % 6 == 0)).ToArray();
var vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", .. pairs.SelectMany(p => p.English.Concat(p.Korean)).Distinct().Order(StringComparer.Ordinal)], "[UNK]");
var training = pairs.Where(p => !p.IsNew).ToArray();
var unseen = pairs.Where(p => p.IsNew).ToArray();
const int Size = 32, Length = 9;
lesson.Figure("vocabulary", vocabulary.Size);
lesson.Figure("pairs", [training.Length, unseen.Length]);
Tensor Ids(IEnumerable<string[]> texts, int length = Length) => Tensor.From(texts.SelectMany(words => (long[])[2, .. words.Select(w => (long)vocabulary.Id(w)), 3, .. new long[length - 2 - words.Length]]).ToArray()).Reshape(-1, length);

// %% pooling: many vectors become one; padding must not take part
Tensor Pool(string kind, Tensor hidden, Tensor mask)                                            // [B, T, d], [B, T] of 0 and 1
{
    Tensor m = mask.To(hidden.DType).Unsqueeze(2);                                              // [B, T, 1]
    return kind switch
    {
        "cls" => hidden.Select(1, 0),
        "max" => hidden.MaskedFill(m.Eq(0), double.NegativeInfinity).AMax(1),
        _ => (hidden * m).Sum(1) / m.Sum(1),
    };
}
var random = new NumPyRandom(lesson.Seed(5));
Tensor states = Tensor.RandN([2, 4, 3], random), longer = states.Pad([0, 0, 0, 3]), seen = Tensor.From([[1L, 1, 1, 1], [1, 1, 0, 0]]), seenLonger = seen.Pad([0, 3]);
foreach (string kind in (string[])["cls", "mean", "max"])
    lesson.Figure($"{kind}.padding.changes", (Pool(kind, states, seen) - Pool(kind, longer, seenLonger)).Abs().Max().Item(), expected: 0, tolerance: 1e-15);
lesson.Figure("mean.without.mask.changes", (states.Mean(1) - longer.Mean(1)).Abs().Max().Item());

// %% training: in a batch of pairs each sentence must find its own partner by cosine, all others are wrong answers
double temperature = lesson.Parameter("temperature", 0.1, 0.01, 1);
Tensor Unit(Tensor x) => x / x.Norm(2, 1, keepDim: true);
Tensor Loss(Tensor u, Tensor v) => (Unit(u).MatMul(Unit(v).T) / temperature).CrossEntropy(Tensor.Arange(u.Shape[0]));

// %% by hand: (softmax - 1 on the diagonal) / B, through the cosine (only what turns the vector passes), through the mean
Tensor h = Tensor.RandN([6, 5, Size], random).RequireGrad(), partner = Tensor.RandN([6, Size], random), mask = Tensor.RandInt(0, 2, [6, 5], random);
mask = Tensor.Cat([Tensor.Ones([6, 1], DType.Int64), mask[.., 1..]], 1);
Loss(Pool("mean", h, mask), partner).Backward();
Tensor u = Pool("mean", h.Detach(), mask), unit = Unit(u), others = Unit(partner);
Tensor byScores = ((unit.MatMul(others.T) / temperature).Softmax(1) - Tensor.Eye(6, dtype: DType.Float64)) / 6;   // [6, 6]
Tensor byUnit = byScores.MatMul(others) / temperature;                                          // [6, d]
Tensor byPooled = (byUnit - unit * (unit * byUnit).Sum(1, keepDim: true)) / u.Norm(2, 1, keepDim: true);
Tensor share = mask.To(DType.Float64) / mask.To(DType.Float64).Sum(1, keepDim: true);           // [6, 5]
Tensor byHand = share.Unsqueeze(2) * byPooled.Unsqueeze(1);                                     // [6, 5, d]
lesson.Figure("gradient.difference", (byHand - h.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% one tiny BERT for both languages, three times, each with its own pooling
int steps = lesson.Parameter("steps", 60, 10, 3000);
(double Found, double[] Losses, Tensor Cosines) Train(string kind)
{
    var bert = new Bert(ParamScope.Random(lesson.Seed(5)), new BertConfig(vocabulary.Size, Size, 1, 2, 64, 16, Dropout: 0, AttentionDropout: 0, InitializerRange: 0.1), hasPooler: false);
    Tensor Embed(IEnumerable<string[]> texts) => Ids(texts) is var ids ? Pool(kind, bert.Forward(ids, ids.Ne(0).To(DType.Int64)), ids.Ne(0)) : ids;
    var optimizer = new AdamW(bert.Parameters(), 0.005, weightDecay: 0.01);
    var schedule = new WarmupLinear(optimizer, steps / 10, steps);
    var draw = new NumPyRandom(lesson.Seed(5));
    var losses = new double[steps];
    for (int step = 0; step < steps; step++)
    {
        using var memory = TensorScope.Begin();
        var batch = draw.Permutation(training.Length)[..32].Select(i => training[i]).ToArray();
        optimizer.ZeroGrad();
        Tensor loss = Loss(Embed(batch.Select(p => p.English)), Embed(batch.Select(p => p.Korean)));
        loss.Backward();
        optimizer.Step();
        schedule.Step();
        losses[step] = loss.Item();
    }
    using var quiet = Autograd.NoGrad();
    Tensor cosines = Unit(Embed(unseen.Select(p => p.English))).MatMul(Unit(Embed(unseen.Select(p => p.Korean))).T);     // [32, 32]
    return (cosines.ArgMax(1).Eq(Tensor.Arange(unseen.Length)).To(DType.Float64).Mean().Item(), losses, cosines);
}
lesson.Figure("chance", 1.0 / unseen.Length);
var learning = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update")).HorizontalLine(Math.Log(32), lesson.Text("찍기", "guessing"));
Tensor? map = null;
var found = new List<double>();
foreach (string kind in (string[])["cls", "mean", "max"])
{
    var (right, losses, cosines) = Train(kind);
    found.Add(right);
    lesson.Range($"{kind}.found", right, kind == "mean" ? 0.9 : 0.5, 1);
    lesson.Figure($"{kind}.loss.last", losses[^10..].Average());
    learning.Line([.. Enumerable.Range(1, steps).Select(i => (double)i)], losses, kind);
    if (kind == "mean") map = cosines;
}

// %% nearest sentences, by the mean
for (int i = 0; i < 3; i++)
{
    int[] near = [.. map![i].TopK(3).Indices.ToArray<long>().Select(j => (int)j)];
    string text = $"{string.Join(' ', unseen[i].English)}: {string.Join(", ", near.Select(j => FormattableString.Invariant($"{string.Join(' ', unseen[j].Korean)} ({map[i, j].Item():F2})")))}";
    lesson.Say(text, text);
    lesson.Figure($"nearest.{i}", [.. near.Select(j => (double)j)]);
}
lesson.Plot("sentences", new Figure(lesson.Text("뜻이 같은 문장", "Sentences of the same meaning"), 3,
[
    new Panel(lesson.Text("코사인, 처음 보는 문장", "Cosines of unseen sentences"), lesson.Text("한국어 문장", "Korean sentence"), lesson.Text("영어 문장", "English sentence")) { EqualAxes = true }.HeatMap(map!, ColorMap.Diverging, low: -1, high: 1),
    learning, new Panel(lesson.Text("짝을 찾은 비율", "Partners found")) { YLimits = (0, 1.05) }.Bars(["[CLS]", lesson.Text("평균", "mean"), lesson.Text("최댓값", "max")], found.ToArray()).HorizontalLine(1.0 / unseen.Length, lesson.Text("찍기", "guessing")),
]) { PanelWidth = 440, PanelHeight = 380 });

// %% --full: a published encoder, 22.7 million parameters, against the vectors that sentence-transformers gives
if (lesson.Full && lesson.RealFile("models/all-MiniLM-L6-v2/config.json") is { } config && lesson.RealFile("../goldens/all-MiniLM-L6-v2.golden.json") is { } goldens)
{
    using var golden = JsonDocument.Parse(File.ReadAllText(goldens));
    string[] texts = [.. golden.RootElement.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!)];
    double[] wanted = [.. golden.RootElement.GetProperty("embeddings").EnumerateArray().SelectMany(v => v.EnumerateArray()).Select(x => x.GetDouble())];
    Tensor vectors = SentenceEncoder.FromPretrained(Path.GetDirectoryName(config)!).Encode(texts);   // [8, 384], of length 1
    lesson.Figure("minilm.difference", (vectors.To(DType.Float64) - Tensor.From(wanted).Reshape(vectors.Shape)).Abs().Max().Item(), expected: 0, tolerance: 1e-4);
    Tensor alike = vectors.MatMul(vectors.T);
    lesson.Figure("minilm.cosines", alike);
    string[] rows = [.. texts.Select(t => t.Length > 24 ? t[..24] + "…" : t)];
    lesson.Plot("minilm", new Figure("", 1, [new Panel(lesson.Text("MiniLM이 본 닮은 정도", "How alike MiniLM finds them")).HeatMap(alike, rows: rows, columns: [.. Enumerable.Range(1, rows.Length).Select(i => $"{i}")], showValues: true, low: 0, high: 1)]) { PanelWidth = 700, PanelHeight = 420 });
}
