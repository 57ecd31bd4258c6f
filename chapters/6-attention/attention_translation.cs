// chapter: attention_translation
// title: 어텐션으로 번역하기 | Translating with attention
// computes: 내적, 덧셈, 곱셈 점수의 식과 기울기, 작은 영한 번역기의 정확도와 정렬 지도 | dot, additive and multiplicative scores and their gradients; accuracy and alignment maps of a small English-Korean translator
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% three ways to ask how well a state s of the decoder fits the states h of the encoder
var random = new NumPyRandom(lesson.Seed(63));
Tensor s = Tensor.RandN([1, 1, 4], random).RequireGrad(), h = Tensor.RandN([1, 5, 4], random), all = Tensor.Ones([1, 5], DType.Bool), G = Tensor.RandN([1, 4], random);
foreach (AttentionScore kind in (AttentionScore[])[AttentionScore.Dot, AttentionScore.Additive, AttentionScore.Multiplicative])
{
    string name = kind.ToString().ToLowerInvariant();
    var attention = new RecurrentAttention(ParamScope.Random(lesson.Seed(63), DType.Float64), 4, kind);
    var p = attention.NamedParameters().ToDictionary(w => w.Name, w => w.Value.Detach());
    Tensor state = s.Detach()[0], H = h[0];                                                          // [1, 4], [5, 4]
    Tensor T = kind == AttentionScore.Additive ? (state.MatMul(p["state.weight"].T) + H.MatMul(p["memory.weight"].T)).Tanh() : H; // [5, 4]
    Tensor e = kind switch                                                                           // [1, 5]: the scores by their formulas
    {
        AttentionScore.Dot => state.MatMul(H.T),
        AttentionScore.Multiplicative => state.MatMul(p["memory.weight"]).MatMul(H.T),
        _ => p["vector.weight"].MatMul(T.T),
    };
    Tensor a = e.Softmax(1), context = a.MatMul(H);                                                  // [1, 5], [1, 4]
    s.ClearGrad();
    var (output, weights) = attention.Forward(s, h, all);
    (output[0] * G).Sum().Backward();
    lesson.Figure($"{name}.weights", a);
    lesson.Figure($"{name}.difference", Math.Max((weights[0] - a).Abs().Max().Item(), (output[0] - context).Abs().Max().Item()), expected: 0, tolerance: 1e-13);
    Tensor byA = G.MatMul(H.T), byE = a * (byA - (a * byA).Sum(1, keepDim: true));                   // [1, 5]: soft-max backward
    Tensor byT = kind == AttentionScore.Additive ? byE.T * p["vector.weight"] * (1 - T * T) : byE.T; // [5, 4]: through tanh
    Tensor byState = kind switch                                                                     // [1, 4]
    {
        AttentionScore.Dot => byE.MatMul(H),
        AttentionScore.Multiplicative => byE.MatMul(H).MatMul(p["memory.weight"].T),
        _ => byT.Sum(0, keepDim: true).MatMul(p["state.weight"]),
    };
    lesson.Figure($"{name}.gradient", byState);
    lesson.Figure($"{name}.gradient.difference", (s.Grad![0] - byState).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
    if (kind == AttentionScore.Dot) continue;
    Tensor byMemory = kind == AttentionScore.Additive ? byT.T.MatMul(H) : state.T.MatMul(byE.MatMul(H)); // [4, 4]: by U, or by W
    lesson.Figure($"{name}.memory.gradient.difference", (attention.NamedParameters().Single(w => w.Name == "memory.weight").Value.Grad! - byMemory).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
}

// %% a small language: English puts the verb before the object, Korean at the end
(string English, string Korean)[] times = [("", ""), ("today", "오늘"), ("yesterday", "어제")], places = [("", ""), ("at home", "집에서"), ("at school", "학교에서"), ("in the park", "공원에서")];
(string English, string Korean)[] who = [("i", "나는"), ("you", "너는"), ("we", "우리는"), ("they", "그들은"), ("the children", "아이들은")];
(string Now, string Past, string Korean, string KoreanPast, (string, string)[] Objects)[] verbs =
[
    ("eat", "ate", "먹는다", "먹었다", [("bread", "빵을"), ("rice", "밥을")]), ("drink", "drank", "마신다", "마셨다", [("water", "물을"), ("milk", "우유를")]),
    ("write", "wrote", "쓴다", "썼다", [("a letter", "편지를"), ("a book", "책을")]), ("buy", "bought", "산다", "샀다", [("bread", "빵을"), ("a book", "책을"), ("milk", "우유를")]),
];
string Joined(params string[] parts) => string.Join(' ', parts.Where(part => part.Length > 0));
(string English, string Korean)[] pairs = [.. from w in who from v in verbs from o in v.Objects from t in times from p in places
    select (Joined(t.English, w.English, t.English == "yesterday" ? v.Past : v.Now, o.Item1, p.English), Joined(t.Korean, w.Korean, p.Korean, o.Item2, t.English == "yesterday" ? v.KoreanPast : v.Korean))];
new TorchRandom(lesson.Seed(63)).Shuffle<(string, string)>(pairs);
int held = 100;
lesson.Figure("pairs", pairs.Length, expected: 540);

// %% training: pairs of like length together, padded on the right
string[] Split(string text) => text.Split(' ');
string[] Letters(string text) => [.. text.Select(c => c.ToString())];
Tensor Pad(IReadOnlyList<int[]> rows)                                                                // Int64 [rows, longest]
{
    var ids = new long[rows.Count, rows.Max(row => row.Length)];
    for (int r = 0; r < rows.Count; r++)
        for (int t = 0; t < rows[r].Length; t++) ids[r, t] = rows[r][t];
    return Tensor.From(ids);
}
Translator Train(string name, (string English, string Korean)[] pairs, Func<string, string[]> source, Func<string, string[]> target, AttentionScore score, int size, int hidden, int updates, int batch, double dropout)
{
    Vocabulary Words(IEnumerable<string[]> texts) => new(texts.SelectMany(text => text).Distinct().Order(StringComparer.Ordinal).Prepend("[UNK]").Prepend("[END]").Prepend("[BEGIN]").Prepend("[PAD]"), "[UNK]");
    Vocabulary english = Words(pairs.Select(pair => source(pair.English))), korean = Words(pairs.Select(pair => target(pair.Korean)));
    var model = new RecurrentSeq2Seq(ParamScope.Random(lesson.Seed(63)), new Seq2SeqConfig(english.Size, korean.Size, size, hidden, score, Dropout: dropout));
    (int[] Source, int[] Target)[] rows = [.. pairs.Select(pair => (english.Encode(source(pair.English)), (int[])[1, .. korean.Encode(target(pair.Korean)), 2])).OrderBy(row => row.Item2.Length)];
    var batches = rows.Chunk(batch).ToArray();
    var optimizer = new Adam(model.Parameters(), 0.01 * Math.Sqrt(64.0 / hidden));
    double rate = optimizer.LearningRate;
    var losses = new List<double>();
    for (int i = 0; i < updates; i++)
    {
        using var step = TensorScope.Begin();
        if (i % batches.Length == 0) model.Scope!.Generator.Shuffle<(int[], int[])[]>(batches);
        var part = batches[i % batches.Length];
        optimizer.LearningRate = rate * Math.Min(1, 2.0 * (updates - i) / updates);
        optimizer.ZeroGrad();
        Tensor loss = model.Loss(Pad([.. part.Select(row => row.Source)]), Pad([.. part.Select(row => row.Target)]));
        loss.Backward();
        GradientClipping.ClipGradNorm(model.Parameters(), 1);
        optimizer.Step();
        losses.Add(loss.Item());
        if (updates > 500) lesson.Progress(i + 1, updates, FormattableString.Invariant($"{name} {losses.TakeLast(50).Average():F3}"));
    }
    model.Eval();
    lesson.Figure($"{name}.loss", losses.TakeLast(10).Average());
    return new Translator(model, english, korean, source, target, losses);
}
(string[] Written, Tensor? Weights) Look(Translator t, string english)
{
    Decoded decoded = t.Model.Greedy(Pad([t.English.Encode(t.Source(english))]), 60);
    return (t.Korean.Decode(decoded.Ids[0]), decoded.Weights?[0]);
}
string Translate(Translator t, string english) => string.Join(t.Target("가 가").Length == 2 ? " " : "", Look(t, english).Written); // words get their spaces back
double Right(Translator t) => pairs[..held].Average(pair => Translate(t, pair.English) == pair.Korean ? 1.0 : 0);

// %% words, with each score and without attention
string sample = "yesterday the children bought a book in the park";
int updates = lesson.Parameter("updates", 100, 1, 5000);
var curve = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("교차 엔트로피", "cross entropy")) { LogY = true };
var maps = new List<Panel>();
Panel Map(string title, Translator t, string english)
{
    var (written, weights) = Look(t, english);
    string Shown(string word) => word == " " ? "␣" : word;
    string[] rows = [.. written.Select(Shown).Append("■").Take(weights!.Shape[0])], columns = [.. t.Source(english).Select(Shown)];
    return new Panel(title, lesson.Text("읽은 것", "read"), lesson.Text("쓴 것", "written")).HeatMap(weights[..rows.Length], rows: rows, columns: columns, low: 0, high: 1);
}
foreach (var (score, title) in new[] { (AttentionScore.None, lesson.Text("어텐션 없음", "no attention")), (AttentionScore.Dot, lesson.Text("내적", "dot")), (AttentionScore.Additive, lesson.Text("덧셈", "additive")), (AttentionScore.Multiplicative, lesson.Text("곱셈", "multiplicative")) })
{
    string name = $"words.{score.ToString().ToLowerInvariant()}";
    Translator translator = Train(name, pairs[held..], Split, Split, score, 16, 32, updates, 32, 0);
    curve.Line([.. Enumerable.Range(1, updates).Select(i => (double)i)], translator.Losses, title);
    lesson.Figure($"{name}.parameters", translator.Model.ParameterCount());
    lesson.Range($"{name}.right", Right(translator), score == AttentionScore.None ? 0 : 0.8, 1);
    if (score != AttentionScore.None) maps.Add(Map(title, translator, sample));
}

// %% letters and syllables: the model has to find the words itself
Translator spelled = Train("letters", [.. pairs[held..].Where(pair => pair.English.Length < 22)], Letters, Letters, AttentionScore.Additive, 16, 48, lesson.Parameter("letter_updates", 120, 1, 5000), 32, 0);
string shorter = "we drink milk at home";
lesson.Say($"{shorter} → {Translate(spelled, shorter)}", $"{shorter} → {Translate(spelled, shorter)}");
lesson.Figure("letters.right", pairs[..held].Where(pair => pair.English.Length < 22).Average(pair => Translate(spelled, pair.English) == pair.Korean ? 1.0 : 0));
lesson.Plot("alignment", new Figure(sample, 2, [curve, .. maps]));
lesson.Plot("letters", Map(shorter, spelled, shorter));

// %% 3,852 real pairs from Tatoeba: words to syllables: --full
if (lesson.Full && lesson.RealRows("parallel/tatoeba.kor-eng.txt", header: false) is { } real)
{
    (string English, string Korean)[][] groups = [.. real.Select(row => (English: row[0].ToLowerInvariant(), Korean: row[1])).GroupBy(pair => pair.English).Select(group => group.ToArray())]; // no English sentence in both parts
    new TorchRandom(lesson.Seed(63)).Shuffle<(string, string)[]>(groups);
    string[] Words(string text) => [.. TextCleaner.Words(text)];
    var unseen = groups[..300];
    Translator translator = Train("real", [.. groups[300..].SelectMany(group => group)], Words, Letters, AttentionScore.Additive, 96, lesson.Parameter("real_hidden", 128, 8, 1024), lesson.Parameter("real_updates", 1500, 10, 100_000), 64, 0.3);
    string[] written = [.. unseen.Select(group => Translate(translator, group[0].English))];
    string[][] wanted = [.. unseen.Select(group => group.Select(pair => pair.Korean).ToArray())];
    lesson.Figure("real.chrf", Chrf.Corpus(written, wanted));
    lesson.Figure("real.bleu.characters", Bleu.Corpus(written, wanted, BleuTokenizer.Characters).Score);
    lesson.Table("Tatoeba", ["English", lesson.Text("번역", "translation"), lesson.Text("정답", "reference")], Enumerable.Range(0, 12).Select(i => (object[])[unseen[i][0].English, written[i], wanted[i][0]]));
    lesson.Plot("real", new Figure("", 2, [.. Enumerable.Range(0, 4).Select(i => Map(unseen[i][0].English, translator, unseen[i][0].English))]));
}

/// <summary>A model with its two vocabularies, and how texts are cut for it.</summary>
sealed record Translator(RecurrentSeq2Seq Model, Vocabulary English, Vocabulary Korean, Func<string, string[]> Source, Func<string, string[]> Target, List<double> Losses);
