// chapter: bert_finetune_nsmc
// title: 영화평 감성 분류: 사전 학습한 BERT의 미세 조정 | Film reviews: fine-tuning a pre-trained BERT
// computes: 정답 없는 글로 배운 뒤 정답 몇 개로 맞추기, 얼린 층과 푼 층, 너무 큰 학습률 | learning from texts without labels, then from few with; frozen and free layers; a learning rate too large
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% reviews of our own: many without a label, few with one, and the labelled ones know only a third of the words
string[] subjects = ["연기", "음악", "이야기", "화면", "결말", "대사"];
string[] good = ["좋았다", "멋졌다", "훌륭했다", "완벽했다", "즐거웠다", "신났다"], bad = ["나빴다", "지루했다", "아쉬웠다", "답답했다", "끔찍했다", "어설펐다"];
string[] praise = ["추천한다", "또 보고 싶다", "별 다섯 개"], scorn = ["돈이 아깝다", "다시는 안 본다", "별 하나"];
var random = new NumPyRandom(lesson.Seed(17));
string Pick(string[] all, int from = 0, int to = int.MaxValue) => all[random.NextInteger(from, Math.Min(to, all.Length))];
string[] unlabelled = [.. Enumerable.Range(0, lesson.Parameter("unlabelled", 500, 20, 20_000)).Select(i => i % 2 == 0
    ? $"{Pick(subjects)} {Pick(good)} {Pick(subjects)} {Pick(good)} {Pick(praise)}" : $"{Pick(subjects)} {Pick(bad)} {Pick(subjects)} {Pick(bad)} {Pick(scorn)}")];
(string Text, int Label)[] Labelled(int count, int from, int to) => [.. Enumerable.Range(0, count).Select(i => ($"{Pick(subjects)} {Pick(i % 2 == 0 ? bad : good, from, to)} {Pick(subjects)} {Pick(i % 2 == 0 ? bad : good, from, to)}", i % 2))];
(string Text, int Label)[] training = Labelled(lesson.Parameter("labelled", 40, 4, 2000), 0, 2), testing = Labelled(200, 2, 6);
Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 400, MinimumFrequency = 1 }.Train(unlabelled);
lesson.Table(lesson.Text("영화평", "Reviews"), [lesson.Text("무엇", "kind"), lesson.Text("글", "text")],
    [[lesson.Text("정답 없음", "no label"), unlabelled[0]], [lesson.Text("긍정 (학습)", "positive, training"), training[1].Text], [lesson.Text("긍정 (시험)", "positive, test"), testing[1].Text]]);

// %% first the texts: hidden words teach which words stand in like places
double[] Pretrain(BertForMaskedLM model, Tokenizer tokenizer, IReadOnlyList<string> texts, int epochs, double rate, int batchSize)
{
    var collator = new MaskedLanguageCollator(tokenizer.IdOf("[MASK]")!.Value, tokenizer.VocabularySize, lesson.Parameter("hidden", 0.2, 0.05, 0.8));
    Encoding[] encodings = [.. texts.Select(text => tokenizer.Encode(text))];
    var optimizer = new AdamW(model.Parameters(), rate, weightDecay: 0.01);
    int perEpoch = (encodings.Length + batchSize - 1) / batchSize, done = 0;
    var schedule = new WarmupLinear(optimizer, epochs * perEpoch / 10, epochs * perEpoch);
    var losses = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        model.Scope!.Generator.Shuffle<Encoding>(encodings);
        foreach (Encoding[] part in encodings.Chunk(batchSize))
        {
            using var step = TensorScope.Begin();
            MaskedBatch batch = collator.Collate(part, model.Scope.Generator);
            optimizer.ZeroGrad();
            Tensor scores = model.Forward(batch.Input.Ids, batch.Input.AttentionMask);                // [batch, time, vocabulary]
            Tensor loss = scores.Flatten(0, 1).IndexSelect(0, batch.Places).CrossEntropy(batch.Targets);
            loss.Backward();
            GradientClipping.ClipGradNorm(model.Parameters(), 1);
            optimizer.Step();
            schedule.Step();
            losses[epoch] += loss.Item() / perEpoch;
            lesson.Progress(++done, epochs * perEpoch, FormattableString.Invariant($"MLM {loss.Item():F4}"));
        }
    }
    return losses;
}

// %% then the labels: the encoder is copied, only the classifier and the pooler are new
(double Accuracy, double[] Losses) FineTune(BertForMaskedLM? trained, BertConfig config, Tokenizer tokenizer, (string Text, int Label)[] training, (string Text, int Label)[] testing, bool frozen, int epochs, double rate, int batchSize)
{
    var model = new BertForSequenceClassification(ParamScope.Random(lesson.Seed(17) + 1), config with { Labels = ["negative", "positive"] });
    if (trained is not null)
    {
        var encoder = trained.StateDict().Where(entry => entry.Key.StartsWith("bert.", StringComparison.Ordinal));
        model.LoadStateDict(encoder.ToDictionary(entry => entry.Key, entry => entry.Value), strict: false);
    }
    // frozen: the encoder stands still, as though its vectors were a table
    Tensor[] parameters = [.. model.NamedParameters().Where(p => !frozen || p.Name.StartsWith("classifier", StringComparison.Ordinal) || p.Name.Contains("pooler", StringComparison.Ordinal)).Select(p => p.Value)];
    var optimizer = new AdamW(parameters, rate, weightDecay: 0.01);
    var rows = ((string Text, int Label)[])training.Clone();
    int perEpoch = (rows.Length + batchSize - 1) / batchSize, done = 0;
    var schedule = new WarmupLinear(optimizer, epochs * perEpoch / 10, epochs * perEpoch);
    var losses = new double[epochs];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        model.Scope!.Generator.Shuffle<(string, int)>(rows);
        foreach (var part in rows.Chunk(batchSize))
        {
            using var step = TensorScope.Begin();
            TextBatch batch = TextBatch.Of(tokenizer, [.. part.Select(r => r.Text)], config.PositionCount);
            optimizer.ZeroGrad();
            Tensor loss = model.Forward(batch.Ids, batch.AttentionMask).CrossEntropy(Tensor.From([.. part.Select(r => (long)r.Label)]));
            loss.Backward();
            GradientClipping.ClipGradNorm(parameters, 1);
            optimizer.Step();
            schedule.Step();
            losses[epoch] += loss.Item() / perEpoch;
            if (perEpoch > 50) lesson.Progress(++done, epochs * perEpoch, FormattableString.Invariant($"{loss.Item():F4}"));
        }
    }
    model.Eval();
    using var quiet = Autograd.NoGrad();
    double right = 0;
    foreach (var part in testing.Chunk(100))
    {
        using var step = TensorScope.Begin();
        TextBatch batch = TextBatch.Of(tokenizer, [.. part.Select(r => r.Text)], config.PositionCount);
        right += model.Forward(batch.Ids, batch.AttentionMask).ArgMax(1).Eq(Tensor.From([.. part.Select(r => (long)r.Label)])).To(DType.Float32).Sum().Item();
    }
    return (right / testing.Length, losses);
}
var config = new BertConfig(tokenizer.VocabularySize, 32, LayerCount: 2, HeadCount: 4, IntermediateSize: 64, PositionCount: 24, Dropout: 0, AttentionDropout: 0, InitializerRange: 0.1);
var language = new BertForMaskedLM(ParamScope.Random(lesson.Seed(17)), config);
double[] masked = Pretrain(language, tokenizer, unlabelled, lesson.Parameter("pretraining_epochs", 10, 1, 200), 0.005, 32);
lesson.Figure("mlm.losses", masked);
int epochs = lesson.Parameter("epochs", 10, 1, 200);
double rate = lesson.Parameter("lr", 0.001, 1e-6, 1);
var names = new List<string>();
var scores = new List<double>();
foreach (var (name, shown, source, frozen, speed) in new[]
{
    ("scratch", lesson.Text("처음부터", "from scratch"), null, false, rate), ("frozen", lesson.Text("얼린 인코더", "frozen encoder"), language, true, rate),
    ("tuned", lesson.Text("미세 조정", "fine-tuned"), language, false, rate), ("too.fast", lesson.Text("학습률 50배", "50 times the rate"), language, false, 50 * rate),
})
{
    var (accuracy, losses) = FineTune(source, config, tokenizer, training, testing, frozen, epochs, speed, 8);
    lesson.Figure($"{name}.loss.last", losses[^1]);
    if (name == "tuned") lesson.Range("tuned.accuracy", accuracy, 0.8, 1);
    else lesson.Figure($"{name}.accuracy", accuracy);
    names.Add(shown);
    scores.Add(accuracy);
}

// %% what the texts alone have taught: the cosine between the words' vectors
string[] words = [.. good, .. bad];
Tensor vectors = language.StateDict()["bert.embeddings.word_embeddings.weight"].IndexSelect(0, Tensor.From([.. words.Select(w => (long)tokenizer.IdOf(w)!.Value)]));
Tensor unit = vectors / vectors.Square().Sum(1, keepDim: true).Sqrt();
double[] cosines = unit.MatMul(unit.T).To(DType.Float64).ToArray<double>();
double Mean(Func<int, int, bool> which) => Enumerable.Range(0, 144).Where(i => i / 12 != i % 12 && which(i / 12, i % 12)).Average(i => cosines[i]);
lesson.Figure("cosine.same.side", Mean((i, j) => i < 6 == j < 6));
lesson.Figure("cosine.other.side", Mean((i, j) => i < 6 != j < 6));
lesson.Plot("nsmc", new Figure("", 1,
[
    new Panel(lesson.Text("사전 학습이 정답 없이 알아낸 것: 낱말 벡터의 코사인", "Found without a label: cosines of word vectors")).HeatMap(unit.MatMul(unit.T), ColorMap.Diverging, words, words, low: -1, high: 1),
    new Panel(lesson.Text("처음 보는 낱말로 쓴 영화평의 정확도", "Accuracy on reviews in words never labelled")) { YLimits = (0, 1.05) }.Bars(names, scores),
]) { PanelHeight = 460 });

// %% NSMC: 150,000 reviews for the first part, labels for some of them: --full
if (lesson.Full && lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews && lesson.RealRows("korean/nsmc_rebuilt.test.tsv.gz") is { } unseen)
{
    string[] all = [.. reviews.Where(row => row[1].Length > 0).Select(row => row[1]).Take(lesson.Parameter("real_unlabelled", 60_000, 500, 150_000))];
    (string, int)[] Rows(IEnumerable<string[]> rows) => [.. rows.Where(row => row[1].Length > 0).Select(row => (row[1], row[2] == "1" ? 1 : 0))];
    var (train, test) = (Rows(reviews.Take(lesson.Parameter("real_labelled", 20_000, 200, 150_000))), Rows(unseen.Take(lesson.Parameter("real_tests", 10_000, 100, 50_000))));
    Tokenizer pieces = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 8000, MinimumFrequency = 2 }.Train(all);
    var wide = new BertConfig(pieces.VocabularySize, 128, LayerCount: 3, HeadCount: 4, IntermediateSize: 256, PositionCount: 64, InitializerRange: 0.05);
    var read = new BertForMaskedLM(ParamScope.Random(lesson.Seed(17)), wide);
    lesson.Figure("real.counts", [all.Length, train.Length, test.Length]);
    lesson.Figure("real.mlm.losses", Pretrain(read, pieces, [.. all.Select(text => text[..Math.Min(60, text.Length)])], lesson.Parameter("real_pretraining_epochs", 3, 1, 20), 0.001, 64));
    foreach (var (name, source) in new[] { ("scratch", null), ("tuned", read) })
    {
        var (accuracy, losses) = FineTune(source, wide, pieces, train, test, false, lesson.Parameter("real_epochs", 2, 1, 20), 0.0005, 32);
        lesson.Figure($"real.{name}.losses", losses);
        lesson.Figure($"real.{name}.accuracy", accuracy);
    }
}
