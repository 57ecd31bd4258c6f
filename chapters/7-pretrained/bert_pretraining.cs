// chapter: bert_pretraining
// title: BERT 사전 학습: 두 과제를 함께 | Pre-training a BERT: two tasks at once
// computes: 가려진 조각과 다음 문장을 함께 배우는 손실, 센 80/10/10, 기준선과 견준 두 정확도 | one loss of hidden pieces and next sentences, 80/10/10 as counted, both accuracies beside their baselines
// minutes: 0.15

using var lesson = Lesson.Begin(args);

// %% small documents of our own: each is about one thing, in four steps that follow each other
(string[] Nouns, string[] Verbs, string[] Places)[] subjects =
[
    ("bread soup rice cheese".Split(' '), "cooks bakes tastes salts".Split(' '), "kitchen oven".Split(' ')), ("train bus ferry plane".Split(' '), "boards drives misses awaits".Split(' '), "station harbour".Split(' ')),
    ("rose tulip fern oak".Split(' '), "plants waters prunes digs".Split(' '), "garden meadow".Split(' ')), ("violin drum flute harp".Split(' '), "plays tunes hears buys".Split(' '), "hall theatre".Split(' ')),
];
string[] people = "anna peter maria jonas".Split(' '), order = "first then later finally".Split(' ');
var random = new NumPyRandom(lesson.Seed(19));
string Pick(string[] all) => all[random.NextInteger(0, all.Length)];
string[][] documents = [.. Enumerable.Range(0, lesson.Parameter("documents", 120, 8, 5000)).Select(_ =>
{
    var (nouns, verbs, spots) = subjects[random.NextInteger(0, subjects.Length)];
    string thing = Pick(nouns);
    return order.Select(word => $"{word} {Pick(people)} {Pick(verbs)} the {thing} in the {Pick(spots)}").ToArray();
})];
Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 300, MinimumFrequency = 1 }.Train(documents.SelectMany(document => document));
lesson.Table(lesson.Text("한 문서", "A document"), [""], documents[0].Select(sentence => (IReadOnlyList<object>)[sentence]));

// %% the joint loss by hand: hidden pieces divide by their own number, pairs by theirs; the encoder below gets the sum of both
Tensor wordScores = Tensor.RandN([6, 10], random, dtype: DType.Float64).RequireGrad(), pairScores = Tensor.RandN([4, 2], random, dtype: DType.Float64).RequireGrad();
Tensor hidden = Tensor.From([3L, 1, 4, 1, 5, 9]), follows = Tensor.From([0L, 1, 1, 0]);
(wordScores.CrossEntropy(hidden) + pairScores.CrossEntropy(follows)).Backward();
Tensor ByHand(Tensor scores, Tensor targets) => (scores.Detach().Softmax(-1) - Tensor.OneHot(targets, scores.Shape[1], DType.Float64)) / scores.Shape[0];
lesson.Figure("gradient.difference", (ByHand(wordScores, hidden) - wordScores.Grad!).Abs().Max().Item() + (ByHand(pairScores, follows) - pairScores.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% training: [CLS] A [SEP] B [SEP] with pieces hidden; L = L(hidden pieces) + L(does B follow A)
(double[] Words, double[] Pairs, double[] Before, double[] After, MaskingCounts Counts) Pretrain(string[][] training, string[][] testing, Tokenizer tokenizer, BertConfig config, int steps, double rate, int batchSize)
{
    var model = new BertForPreTraining(ParamScope.Random(lesson.Seed(19)), config);
    var collator = new MaskedLanguageCollator(tokenizer.IdOf("[MASK]")!.Value, tokenizer.VocabularySize);
    var draws = new PhiloxRandom(lesson.Seed(19));
    (Tensor Words, Tensor Targets, Tensor Pairs, Tensor Follows) Forward(NextSentencePairs<string> source, int count, RandomGenerator generator)
    {
        var pairs = Enumerable.Range(0, count).Select(_ => source.Draw((int)generator.NextInteger(0, source.Count), generator)).ToArray();
        MaskedBatch batch = collator.Collate([.. pairs.Select(pair => tokenizer.Encode(pair.First, pair.Second))], generator);
        var (words, relation) = model.Forward(batch.Input.Ids, batch.Input.AttentionMask, batch.Input.TypeIds);
        return (words.Flatten(0, 1).IndexSelect(0, batch.Places), batch.Targets, relation, Tensor.From([.. pairs.Select(pair => pair.Follows ? 0L : 1)]));
    }
    double[] Test()
    {
        model.Eval();
        using var quiet = Autograd.NoGrad();
        using var step = TensorScope.Begin();
        var source = new NextSentencePairs<string>(testing);
        var (right, asked, rightPairs, asks) = (0.0, 0, 0.0, 0);
        var generator = new PhiloxRandom(lesson.Seed(19) + 1);
        for (int i = 0; i < 8; i++)
        {
            var (words, targets, relation, follows) = Forward(source, 32, generator);
            right += words.ArgMax(1).Eq(targets).To(DType.Float32).Sum().Item();
            rightPairs += relation.ArgMax(1).Eq(follows).To(DType.Float32).Sum().Item();
            (asked, asks) = (asked + targets.Count, asks + 32);
        }
        model.Train();
        return [right / asked, rightPairs / asks];
    }
    double[] before = Test();
    var train = new NextSentencePairs<string>(training);
    var optimizer = new AdamW(model.Parameters(), rate, weightDecay: 0.01);
    var schedule = new WarmupLinear(optimizer, steps / 10, steps);
    var (wordLosses, pairLosses) = (new double[steps], new double[steps]);
    for (int i = 0; i < steps; i++)
    {
        using var step = TensorScope.Begin();
        optimizer.ZeroGrad();
        var (words, targets, relation, follows) = Forward(train, batchSize, draws);
        Tensor wordLoss = words.CrossEntropy(targets), pairLoss = relation.CrossEntropy(follows);
        (wordLoss + pairLoss).Backward();
        optimizer.Step();
        schedule.Step();
        (wordLosses[i], pairLosses[i]) = (wordLoss.Item(), pairLoss.Item());
        lesson.Progress(i + 1, steps, FormattableString.Invariant($"MLM {wordLoss.Item():F3}  NSP {pairLoss.Item():F3}"));
    }
    return (wordLosses, pairLosses, before, Test(), collator.Counts);
}
void Report(string name, (double[] Words, double[] Pairs, double[] Before, double[] After, MaskingCounts Counts) result, double baseline)
{
    lesson.Figure($"{name}mlm.majority", baseline);
    lesson.Figure($"{name}mlm.accuracy.before", result.Before[0]);
    lesson.Figure($"{name}mlm.accuracy", result.After[0]);
    lesson.Figure($"{name}nsp.accuracy.before", result.Before[1]);
    lesson.Figure($"{name}nsp.accuracy", result.After[1]);
    lesson.Range($"{name}chosen", (double)result.Counts.Chosen / result.Counts.Pieces, 0.135, 0.165);
    lesson.Range($"{name}masked", (double)result.Counts.Masked / result.Counts.Chosen, 0.77, 0.83);
    lesson.Range($"{name}replaced", (double)result.Counts.Replaced / result.Counts.Chosen, 0.08, 0.12);
    lesson.Range($"{name}kept", (double)result.Counts.Kept / result.Counts.Chosen, 0.08, 0.12);
}
// who always says the commonest piece
double Majority(IEnumerable<string> sentences, Tokenizer tokenizer)
{
    int[] counts = [.. sentences.SelectMany(sentence => tokenizer.EncodeToIds(sentence, addSpecialTokens: false)).CountBy(id => id).Select(count => count.Value)];
    return counts.Max() / (double)counts.Sum();
}
string[][] training = [.. documents.Take(documents.Length * 4 / 5)], testing = [.. documents.Skip(documents.Length * 4 / 5)];
var small = new BertConfig(tokenizer.VocabularySize, 32, LayerCount: 2, HeadCount: 4, IntermediateSize: 64, PositionCount: 40, Dropout: 0, AttentionDropout: 0, InitializerRange: 0.2);
int steps = lesson.Parameter("steps", 250, 10, 20_000);
var result = Pretrain(training, testing, tokenizer, small, steps, lesson.Parameter("lr", 0.003, 1e-5, 0.1), 32);
double majority = Majority(testing.SelectMany(document => document), tokenizer);
Report("", result, majority);
lesson.Range("nsp.gain", result.After[1] - 0.5, 0.08, 0.5);
lesson.Range("mlm.gain", result.After[0] - majority, 0.1, 1);
double[] Smooth(double[] values) => [.. values.Select((_, i) => values[Math.Max(0, i - 9)..(i + 1)].Average())];
double[] numbers = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
lesson.Plot("bert_pretraining", new Figure("", 1,
[
    new Panel(lesson.Text("두 손실 (10걸음 평균)", "Both losses (mean of 10 steps)"), lesson.Text("걸음", "step"), lesson.Text("손실", "loss")).Line(numbers, Smooth(result.Words), lesson.Text("가려진 조각", "hidden pieces"))
        .Line(numbers, Smooth(result.Pairs), lesson.Text("다음 문장", "next sentence")).HorizontalLine(Math.Log(2), lesson.Text("동전 던지기 ln 2", "a coin, ln 2")),
    new Panel(lesson.Text("처음 보는 문서에서의 정확도", "Accuracy on documents never seen")) { YLimits = (0, 1.05) }
        .Bars([lesson.Text("조각: 기준선", "pieces: baseline"), lesson.Text("조각: 전", "pieces: before"), lesson.Text("조각: 후", "pieces: after"), lesson.Text("문장: 전", "sentences: before"), lesson.Text("문장: 후", "sentences: after")],
            [majority, result.Before[0], result.After[0], result.Before[1], result.After[1]]),
]));

// %% help pages of LibreOffice in Korean and English, a page a document: --full
if (lesson.Full && lesson.RealFile("retrieval/libreoffice-help.en.jsonl.gz") is { } english && lesson.RealFile("retrieval/libreoffice-help.ko.jsonl.gz") is { } korean)
{
    string[][] Pages(string path)
    {
        using var reader = new StreamReader(new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress));
        var pages = new List<string[]>();
        while (reader.ReadLine() is { } line)
            pages.Add([.. System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!.Split('\n').Where(s => s.Length > 10).Select(s => s[..Math.Min(150, s.Length)])]);
        return [.. pages.Where(page => page.Length > 1)];
    }
    string[][] all = [.. Pages(english).Concat(Pages(korean))];
    new NumPyRandom(lesson.Seed(19)).Shuffle<string[]>(all);
    Tokenizer pieces = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 6000, MinimumFrequency = 2 }.Train(all.SelectMany(page => page));
    int cut = all.Length * 9 / 10;
    lesson.Figure("real.pages", [cut, all.Length - cut]);
    var wide = small with { VocabularySize = pieces.VocabularySize, HiddenSize = 128, LayerCount = 3, IntermediateSize = 512, PositionCount = 320, Dropout = 0.1, InitializerRange = 0.05 };
    var real = Pretrain([.. all.Take(cut)], [.. all.Skip(cut)], pieces, wide, lesson.Parameter("real_steps", 3000, 10, 100_000), 0.001, 32);
    Report("real.", real, Majority(all.Skip(cut).SelectMany(page => page), pieces));
}
