// chapter: bert_ner
// title: BERT로 개체명 찾기: 낱말과 조각의 어긋남 | Named entities with BERT: words and pieces disagree
// computes: 첫 조각에만 꼬리표를 다는 법과 -100, 조각이 정하는 F1의 한계, 둘레를 보는 BERT | labels on first pieces with -100, the limit that pieces set to F1, and a BERT that looks around
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% invented names: the stem says nothing, the ending what it is; the test joins stems and endings that never met in training
string[] stems = ["Lar", "Ham", "Sal", "Nor", "Kel", "Bran", "Vel", "Mar", "Tor", "Dun", "Hel", "Ros"];
string[] Joined(string endings, bool test) => [.. from stem in stems.Index() from ending in endings.Split(' ').Index() where (stem.Index + ending.Index) % 3 == 0 == test select stem.Item + ending.Item];
Sentence[] Make(int count, bool test, RandomGenerator random)
{
    string[] patterns = ["P lives in L", "yesterday P flew from L to L", "O opened an office in L", "P works for O in L", "we met P near the station", "it rained in L all day", "O hired P last year", "the train to L was late", "P and P left L", "nobody was at home"];
    string[] first = Joined("a us el", test), last = Joined("son ini ova", test), places = Joined("burg ton ford", test), firms = Joined("soft tech corp", test);
    string Pick(string[] all) => all[random.NextInteger(0, all.Length)];
    return [.. Enumerable.Range(0, count).Select(_ =>
    {
        string text = "";
        var names = new List<(string Kind, int Start, int End)>();
        foreach (string word in Pick(patterns).Split(' '))
        {
            (string part, string kind) = word switch { "P" => ($"{Pick(first)} {Pick(last)}", "PER"), "L" => (Pick(places), "LOC"), "O" => (Pick(firms), "ORG"), _ => (word, "") };
            if (text.Length > 0) text += " ";
            if (kind != "") names.Add((kind, text.Length, text.Length + part.Length));
            text += part;
        }
        return new Sentence(text, [.. names]);
    })];
}
var random = new NumPyRandom(lesson.Seed(5));
Sentence[] training = Make(lesson.Parameter("sentences", 200, 20, 5000), false, random), testing = Make(150, true, random);
Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = lesson.Parameter("vocabulary", 170, 80, 2000), MinimumFrequency = 2 }.Train(training.Select(s => s.Text));

// %% a unit carries one label: a word, read at its first piece ("first"), or every piece by itself ("pieces", "copied")
Unit[] Units(Tokenizer tokenizer, string text, string scheme)
{
    Encoding encoding = tokenizer.Encode(text);
    var units = new List<Unit>();
    for (int i = 0; i < encoding.Count; i++)
    {
        (int start, int end) = encoding.Offsets[i];
        if (encoding.SpecialTokensMask[i] == 1) continue;                                             // [CLS] and [SEP] carry none
        if (scheme != "first" || units.Count == 0 || start > 0 && char.IsWhiteSpace(text[start - 1])) units.Add(new Unit(i, start, end));
        else units[^1] = units[^1] with { End = end };                                                // a later piece of the same word
    }
    return [.. units];
}
string LabelAt(Sentence sentence, int place, string scheme)
{
    // the mistake: every piece of a word gets the word's own label, so that B-LOC B-LOC B-LOC are three places
    if (scheme == "copied") place = sentence.Text.LastIndexOf(' ', place) + 1;
    foreach (var (kind, start, end) in sentence.Names)
        if (place >= start && place < end) return (place == start ? "B-" : "I-") + kind;
    return "O";
}
HashSet<(int, string, int, int)> Spans(int row, Unit[] units, IReadOnlyList<string> labels) =>
    [.. Metrics.Entities(labels).Select(entity => (row, entity.Kind, units[entity.First].Start, units[entity.Last].End))];
double F1(IReadOnlyList<Sentence> sentences, IEnumerable<(int Row, string Kind, int Start, int End)> found, string? kind = null)
{
    var truth = sentences.SelectMany((s, row) => s.Names.Select(n => (row, n.Kind, n.Start, n.End))).Where(n => kind is null || n.Kind == kind).ToHashSet();
    var said = found.Where(n => kind is null || n.Kind == kind).ToHashSet();
    return truth.Count + said.Count == 0 ? 1 : 2.0 * truth.Intersect(said).Count() / (truth.Count + said.Count); // 2 right / (there + found)
}
double Ceiling(Tokenizer tokenizer, Sentence[] sentences, string scheme) =>                           // every label right: how good can it be?
    F1(sentences, sentences.SelectMany((s, row) => Units(tokenizer, s.Text, scheme) is var units ? Spans(row, units, [.. units.Select(u => LabelAt(s, u.Start, scheme))]) : []));
Sentence shown = testing.First(s => s.Names.Length == 2 && s.Names[0].Kind == "PER");
Encoding pieces = tokenizer.Encode(shown.Text);
var firsts = Units(tokenizer, shown.Text, "first").ToDictionary(u => u.Piece, u => LabelAt(shown, u.Start, "first"));
lesson.Table(shown.Text, [lesson.Text("조각", "piece"), lesson.Text("꼬리표", "label")], pieces.Tokens.Select((piece, i) => (IReadOnlyList<object>)[piece, firsts.GetValueOrDefault(i, "-100")]));
lesson.Figure("words.and.pieces", [testing.Sum(s => s.Text.Split(' ').Length), testing.Sum(s => tokenizer.Encode(s.Text, addSpecialTokens: false).Count)]);

// %% the gradient by hand: (softmax - one-hot) / labelled pieces, and nothing where the label is -100
Tensor scores = Tensor.RandN([pieces.Count, 7], random, dtype: DType.Float64).RequireGrad();
long[] numbers = [.. Enumerable.Range(0, pieces.Count).Select(i => firsts.TryGetValue(i, out string? label) ? label[0] == 'O' ? 0L : label[0] == 'B' ? 1 : 2 : -100)];
scores.CrossEntropy(Tensor.From(numbers), ignoreIndex: -100).Backward();
Tensor labelled = (Tensor.From(numbers) >= 0).To(DType.Float64).Unsqueeze(1);                          // [pieces, 1]
Tensor oneHot = Tensor.OneHot(Tensor.From(numbers).Clamp(min: 0), 7, DType.Float64);                  // [pieces, labels]
Tensor byHand = (scores.Detach().Softmax(-1) - oneHot) * labelled / firsts.Count;
lesson.Figure("gradient.difference", (byHand - scores.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("labelled.pieces", [firsts.Count, pieces.Count]);

// %% a small BERT from nothing, with a label for each unit
(HashSet<(int Row, string Kind, int Start, int End)> Found, double[] Losses, BertForTokenClassification Model, string[] Kinds) Train(
    Tokenizer tokenizer, Sentence[] training, Sentence[] testing, string scheme, BertConfig config, int epochs, double rate, int batchSize = 8)
{
    string[] kinds = ["O", .. training.SelectMany(s => s.Names).Select(n => n.Kind).Distinct().Order(StringComparer.Ordinal).SelectMany(kind => (string[])[$"B-{kind}", $"I-{kind}"])];
    var model = new BertForTokenClassification(ParamScope.Random(lesson.Seed(5)), config with { Labels = kinds });
    (TextBatch Batch, Tensor Labels) Of(Sentence[] sentences)
    {
        TextBatch batch = TextBatch.Of([.. sentences.Select(s => tokenizer.Encode(s.Text))]);
        int length = batch.Ids.Shape[1];
        var labels = Enumerable.Repeat(-100L, sentences.Length * length).ToArray();                   // no label: no loss
        for (int r = 0; r < sentences.Length; r++)
            foreach (Unit unit in Units(tokenizer, sentences[r].Text, scheme)) labels[r * length + unit.Piece] = Array.IndexOf(kinds, LabelAt(sentences[r], unit.Start, scheme));
        return (batch, Tensor.From(labels));
    }
    var batches = training.OrderBy(s => s.Text.Length).Chunk(batchSize).Select(Of).ToArray();
    var optimizer = new AdamW([.. model.Parameters()], rate, weightDecay: 0.01);
    var schedule = new WarmupLinear(optimizer, epochs * batches.Length / 10, epochs * batches.Length);
    var losses = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        model.Scope!.Generator.Shuffle<(TextBatch, Tensor)>(batches);
        for (int i = 0; i < batches.Length; i++)
        {
            using var step = TensorScope.Begin();
            var (batch, labels) = batches[i];
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(batch.Ids, batch.AttentionMask).Reshape(-1, kinds.Length).CrossEntropy(labels, ignoreIndex: -100);
            loss.Backward();
            GradientClipping.ClipGradNorm(model.Parameters(), 1);
            optimizer.Step();
            schedule.Step();
            losses[epoch] += loss.Item() / batches.Length;
            lesson.Progress(epoch * batches.Length + i + 1, epochs * batches.Length, FormattableString.Invariant($"{scheme} {loss.Item():F4}"));
        }
    }
    model.Eval();
    using var quiet = Autograd.NoGrad();
    var found = new HashSet<(int, string, int, int)>();
    foreach (var part in testing.Select((s, row) => (s, row)).OrderBy(x => x.s.Text.Length).Chunk(32))
    {
        using var step = TensorScope.Begin();
        TextBatch batch = TextBatch.Of([.. part.Select(x => tokenizer.Encode(x.s.Text))]);
        Tensor best = model.Forward(batch.Ids, batch.AttentionMask).ArgMax(2);
        for (int r = 0; r < part.Length; r++)
        {
            Unit[] units = Units(tokenizer, part[r].s.Text, scheme);
            found.UnionWith(Spans(part[r].row, units, [.. units.Select(u => kinds[best[r, u.Piece].ItemLong()])]));
        }
    }
    return (found, losses, model, kinds);
}
var small = new BertConfig(tokenizer.VocabularySize, HiddenSize: 32, LayerCount: 2, HeadCount: 4, IntermediateSize: 64, PositionCount: 64);
int epochs = lesson.Parameter("epochs", 8, 1, 100);
double rate = lesson.Parameter("lr", 0.005, 1e-4, 0.1);
string[] types = ["PER", "LOC", "ORG"];
var bars = new Panel(lesson.Text("처음 보는 이름 찾기", "Finding names never seen"), yLabel: "F1") { YLimits = (0, 1.05) };
BertForTokenClassification? best = null;
foreach (string scheme in (string[])["first", "pieces", "copied"]) lesson.Figure($"{scheme}.ceiling", Ceiling(tokenizer, testing, scheme));
foreach (int layers in (int[])[0, small.LayerCount])
{
    var (found, losses, model, _) = Train(tokenizer, training, testing, "first", small with { LayerCount = layers }, epochs, rate);
    string name = layers == 0 ? "alone" : "bert";
    lesson.Figure($"{name}.losses", losses);
    lesson.Range($"{name}.f1", F1(testing, found), layers == 0 ? 0.3 : 0.8, layers == 0 ? 0.85 : 1);
    bars.Bars(types, [.. types.Select(kind => F1(testing, found, kind))], layers == 0 ? lesson.Text("첫 조각만 보고", "the first piece alone") : lesson.Text("BERT: 둘레를 모두 보고", "BERT: all around it"));
    best = model;
}

// %% what the model says at every piece of one sentence; only first pieces were ever asked
TextBatch one = TextBatch.Of([pieces]);
Tensor said = best!.Forward(one.Ids, one.AttentionMask).Detach().Select(0, 0).Softmax(-1).Transpose(0, 1); // [labels, pieces]
lesson.Plot("bert_ner", new Figure("", 1,
[
    new Panel(lesson.Text("조각마다 본 확률 (## 조각은 배우지도 읽지도 않은 자리)", "Probabilities at every piece (## pieces were neither taught nor read)")).HeatMap(said, rows: best.Config.Labels, columns: pieces.Tokens, low: 0, high: 1),
    bars,
]));

// %% Korean, where particles hang on to names: KLUE's named entities, --full
if (lesson.Full && lesson.RealRows("korean/klue-ner-v1.1_dev.tsv.gz", header: false) is { } lines)
{
    var real = new List<Sentence>();
    var current = new List<string[]>();
    foreach (string[] line in lines.Append([""]))
        if (line.Length == 2 && line[0].Length == 1) current.Add(line);
        else if (line is [""] && current.Count > 0)
        {
            real.Add(new(string.Concat(current.Select(c => c[0])), [.. Metrics.Entities([.. current.Select(c => c[1])]).Select(e => (e.Kind, e.First, e.Last + 1))]));
            current.Clear();
        }
    real = [.. real.Take(lesson.Parameter("real_sentences", 5000, 100, 5000))];
    Sentence[] train = [.. real.Take(real.Count * 4 / 5)], test = [.. real.Skip(real.Count * 4 / 5)];
    Tokenizer korean = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = lesson.Parameter("real_vocabulary", 2500, 1500, 8000), MinimumFrequency = 2 }.Train(train.Select(s => s.Text));
    lesson.Figure("real.sentences", [train.Length, test.Length]);
    foreach (string scheme in (string[])["first", "pieces"]) lesson.Figure($"real.{scheme}.ceiling", Ceiling(korean, test, scheme));
    var (found, losses, _, kinds) = Train(korean, train, test, "pieces", small with { VocabularySize = korean.VocabularySize, HiddenSize = 128, IntermediateSize = 256, PositionCount = 512 }, lesson.Parameter("real_epochs", 12, 1, 100), 0.001, 32);
    lesson.Figure("real.losses", losses);
    lesson.Figure("real.f1", F1(test, found));
    foreach (string kind in kinds.Where(k => k[0] == 'B').Select(k => k[2..])) lesson.Figure($"real.f1.{kind}", F1(test, found, kind));
}

/// <summary>A text and the names in it, as places of characters.</summary>
sealed record Sentence(string Text, (string Kind, int Start, int End)[] Names);

/// <summary>What carries one label: the piece at which it is read, and the characters it stands for.</summary>
sealed record Unit(int Piece, int Start, int End);
