// chapter: tagging
// title: 개체명 인식: 양방향 LSTM과 CRF | Named entities: a bidirectional LSTM and a CRF
// computes: 글자마다 꼬리표를 붙이는 양방향 LSTM과, 그 위의 CRF | a tag for every character by a bidirectional LSTM, alone and under a CRF
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% sentences of our own: people, places and dates; the names to be tested never occur in training
(string Text, string[] Tags)[] Make(int count, string[] people, string[] places, RandomGenerator random)
{
    string[] patterns = ["P도 L에 갔다", "L에서 P도 만났다", "P하고 P도 D에 L에 갔다", "D에 L에서 비가 왔다", "P도 L에 살고 싶다고 했다", "내일 L에 눈이 온다", "P에게 L의 사진을 보냈다", "밥을 먹고 집에 갔다"];
    string Pick(string[] all) => all[random.NextInteger(0, all.Length)];
    return [.. Enumerable.Range(0, count).Select(_ =>
    {
        var text = new System.Text.StringBuilder();
        var marks = new List<string>();
        foreach (char c in Pick(patterns))
        {
            (string part, string kind) = c switch { 'P' => (Pick(people), "PS"), 'L' => (Pick(places), "LC"), 'D' => ($"{random.NextInteger(1, 13)}월 {random.NextInteger(1, 29)}일", "DT"), _ => (c.ToString(), "O") };
            text.Append(part);
            marks.AddRange(part.Select((_, i) => kind == "O" ? "O" : (i == 0 ? "B-" : "I-") + kind));
        }
        return (text.ToString(), marks.ToArray());
    })];
}
string[] People(string given) => [.. from family in "김이박최정강" from name in given.Split(' ') select family + name];
var random = new NumPyRandom(lesson.Seed(3));
var training = Make(lesson.Parameter("sentences", 60, 10, 2000), People("민수 서연 지훈 유진 하늘 수민 지연"), ["서울", "부산", "제주", "광주", "강릉", "수원", "서산", "부천"], random);
var testing = Make(100, People("민지 서진 하연 유민 수연"), ["서천", "강원", "제천", "부안", "수서", "광산"], random);
lesson.Figure("characters", training.Sum(sentence => sentence.Text.Length));

// %% a character's tag depends on both sides: a bidirectional LSTM gives emissions, the CRF (or nothing) looks at neighbouring tags
(EntityReport Scores, string[][] Said, double[] Losses, double[,] Transitions, string[] Kinds) Train((string Text, string[] Tags)[] training, (string Text, string[] Tags)[] testing, bool useCrf, int size, int epochs, double rate)
{
    var characters = new Vocabulary(training.SelectMany(s => s.Text).Select(c => c.ToString()).Distinct().Prepend("[UNK]").Prepend("[PAD]"), "[UNK]");
    string[] kinds = [.. training.SelectMany(s => s.Tags).Distinct().Order(StringComparer.Ordinal)];
    var scope = ParamScope.Random(lesson.Seed(3));
    var embedding = new Embedding(scope / "embedding", characters.Size, size, paddingIdx: 0);
    var lstm = new LSTM(scope / "lstm", size, size, batchFirst: true, bidirectional: true);
    var head = new Linear(scope / "head", 2 * size, kinds.Length);
    var crf = new LinearChainCrf(scope / "crf", kinds.Length);
    var dropout = new Dropout(scope / "dropout", 0.3);
    (Tensor Ids, Tensor Tags, Tensor Mask) Batch(IReadOnlyList<(string Text, string[] Tags)> rows)
    {
        int longest = rows.Max(row => row.Text.Length);
        long[] ids = new long[rows.Count * longest], marks = new long[ids.Length];
        var mask = new bool[ids.Length];
        for (int r = 0; r < rows.Count; r++)
            for (int t = 0; t < rows[r].Text.Length; t++)
                (ids[r * longest + t], marks[r * longest + t], mask[r * longest + t]) = (characters.Id(rows[r].Text[t].ToString()), Math.Max(0, Array.IndexOf(kinds, rows[r].Tags[t])), true);
        return (Tensor.Wrap(ids, [rows.Count, longest]), Tensor.Wrap(marks, [rows.Count, longest]), Tensor.Wrap(mask, [rows.Count, longest]));
    }
    Tensor Emissions(Tensor ids) => head.Forward(dropout.Forward(lstm.Forward(dropout.Forward(embedding.Forward(ids))).Output)); // [batch, time, kinds]
    Tensor[] parameters = [.. embedding.Parameters(), .. lstm.Parameters(), .. head.Parameters(), .. useCrf ? crf.Parameters() : []];
    var optimizer = new Adam(parameters, rate);
    var batches = training.OrderBy(s => s.Text.Length).Chunk(16).Select(Batch).ToArray();            // like lengths together: little padding
    var losses = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        scope.Generator.Shuffle<(Tensor, Tensor, Tensor)>(batches);
        foreach (var (ids, marks, mask) in batches)
        {
            using var step = TensorScope.Begin();
            optimizer.ZeroGrad();
            Tensor emissions = Emissions(ids);
            Tensor loss = useCrf ? -crf.LogLikelihood(emissions, marks, mask).Sum() / mask.To(DType.Float32).Sum()
                : emissions.Reshape(-1, kinds.Length).CrossEntropy(Tensor.Where(mask, marks, marks * 0 - 100).Reshape(-1));
            loss.Backward();
            GradientClipping.ClipGradNorm(parameters, 5);
            optimizer.Step();
            losses[epoch] += loss.Item() / batches.Length;
        }
        lesson.Progress(epoch + 1, epochs, FormattableString.Invariant($"{(useCrf ? "CRF" : "soft-max")} {losses[epoch]:F4}"));
    }
    dropout.Eval();
    using var _ = Autograd.NoGrad();
    var said = new string[testing.Length][];
    foreach (var part in testing.Select((row, index) => (row, index)).OrderBy(x => x.row.Text.Length).Chunk(32))
    {
        var (ids, _, mask) = Batch([.. part.Select(x => x.row)]);
        Tensor emissions = Emissions(ids);
        Tensor chosen = useCrf ? crf.Decode(emissions, mask) : emissions.ArgMax(2);
        for (int r = 0; r < part.Length; r++)
            said[part[r].index] = [.. Enumerable.Range(0, part[r].row.Text.Length).Select(t => kinds[chosen[r, t].ItemLong()])];
    }
    var table = new double[kinds.Length, kinds.Length];
    for (int i = 0; i < kinds.Length; i++) for (int j = 0; j < kinds.Length; j++) table[i, j] = crf.Transitions[i, j].Item();
    return (Metrics.EntityScores([.. testing.Select(s => s.Tags)], said), said, losses, table, kinds);
}

// rows of tags that cannot be: I- that follows nothing of its kind
int Impossible(string[][] said) => said.Sum(row => Enumerable.Range(0, row.Length).Count(t => row[t][0] == 'I' && (t == 0 || row[t - 1] == "O" || row[t - 1][1..] != row[t][1..])));
int epochs = lesson.Parameter("epochs", 12, 1, 200), size = lesson.Parameter("size", 24, 4, 256);
double rate = lesson.Parameter("lr", 0.01, 1e-4, 0.1);
var plain = Train(training, testing, false, size, epochs, rate);
var chained = Train(training, testing, true, size, epochs, rate);
lesson.Figure("crf.gain", chained.Scores.Micro.F1 - plain.Scores.Micro.F1);
foreach (var (name, result) in new[] { ("softmax", plain), ("crf", chained) })
{
    lesson.Figure($"{name}.loss", result.Losses[^1]);
    lesson.Range($"{name}.f1", result.Scores.Micro.F1, 0.5, 1);
    lesson.Figure($"{name}.impossible", Impossible(result.Said));
}
lesson.Table(lesson.Text("처음 보는 이름이 든 문장", "Sentences with names never seen"), [lesson.Text("문장", "sentence"), lesson.Text("찾은 것", "found")],
    testing.Take(6).Select((s, i) => (IReadOnlyList<object>)[s.Text, string.Join("  ", Metrics.Entities(chained.Said[i]).Select(entity => $"{s.Text[entity.First..(entity.Last + 1)]}:{entity.Kind}"))]));

lesson.Plot("tagging", new Figure("", 2,
[
    new Panel(lesson.Text("무엇 뒤에 무엇이 오는가 (배운 점수)", "What may follow what (learnt scores)"), lesson.Text("다음 꼬리표", "next tag"), lesson.Text("꼬리표", "tag"))
        .HeatMap(chained.Transitions, ColorMap.Diverging, rows: chained.Kinds, columns: chained.Kinds),
    new Panel(lesson.Text("찾아낸 개체명", "Entities found"), yLabel: "F1") { YLimits = (0, 1.05) }
        .Bars([.. plain.Scores.PerKind.Select(k => k.Kind)], [.. plain.Scores.PerKind.Select(k => k.Scores.F1)], lesson.Text("글자마다 따로", "each character alone"))
        .Bars([.. chained.Scores.PerKind.Select(k => k.Kind)], [.. chained.Scores.PerKind.Select(k => k.Scores.F1)], "CRF"),
]));

// %% the same functions on KLUE's named entities (people, places, organisations, dates, times, quantities): --full
if (lesson.Full && lesson.RealRows("korean/klue-ner-v1.1_dev.tsv.gz", header: false) is { } lines)
{
    var sentences = new List<(string Text, string[] Tags)>();
    var current = new List<string[]>();
    foreach (string[] line in lines.Append([""]))
        if (line.Length == 2 && line[0].Length == 1) current.Add(line);
        else if (line is [""] && current.Count > 0)
        {
            sentences.Add((string.Concat(current.Select(c => c[0])), [.. current.Select(c => c[1])]));
            current.Clear();
        }
    sentences = [.. sentences.Take(lesson.Parameter("real_sentences", 5000, 100, 5000))];
    int cut = sentences.Count * 4 / 5;
    foreach (bool useCrf in (bool[])[false, true])
    {
        var real = Train([.. sentences.Take(cut)], [.. sentences.Skip(cut)], useCrf, 96, lesson.Parameter("real_epochs", 8, 1, 100), 0.003);
        string name = useCrf ? "real.crf" : "real.softmax";
        lesson.Figure($"{name}.sentences", [cut, sentences.Count - cut]);
        lesson.Figure($"{name}.losses", real.Losses);
        lesson.Figure($"{name}.f1", real.Scores.Micro.F1);
        lesson.Figure($"{name}.impossible", Impossible(real.Said));
        foreach (var (kind, scores) in real.Scores.PerKind) lesson.Figure($"{name}.f1.{kind}", scores.F1);
    }
}
