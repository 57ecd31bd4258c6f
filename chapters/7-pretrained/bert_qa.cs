// chapter: bert_qa
// title: BERT로 질문에 답하기: 시작과 끝, 그리고 답 없음 | Answering questions with BERT: start, end, and no answer
// computes: 답의 시작과 끝 점수, 끝이 시작보다 앞서는 답, 답이 없을 때의 문턱값 | scores of an answer's start and end, ends before starts, and the threshold for no answer
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% passages of our own: who took what from where to where and when; parts are left out, and a question about a missing one has no answer
string[] people = "anna peter maria oscar lena jonas".Split(' '), places = "oslo kyoto dublin lima cairo turin".Split(' '), days = "monday tuesday friday sunday".Split(' ');
string[] colours = "red green blue white".Split(' '), things = "boat lamp piano kite tent".Split(' '), fillers = ["it was a long day", "the weather was fine", "nobody else knew of it", "that is all we know"];
Example[] Make(int count, RandomGenerator random)
{
    string Pick(string[] all) => all[random.NextInteger(0, all.Length)];
    bool Often() => random.NextInteger(0, 3) > 0;
    return [.. Enumerable.Range(0, count).Select(_ =>
    {
        var parts = new List<(string Question, string Before, string Answer)> { ("who took it", "", Pick(people)), ("what was it", "took the ", $"{Pick(colours)} {Pick(things)}") };
        if (Often()) parts.Add(("where was it from", "from ", Pick(places)));
        if (Often()) parts.Add(("where did it go", "to ", Pick(places)));
        if (Often()) parts.Add(("when was it taken", "on ", Pick(days)));
        var (question, before, answer) = random.NextInteger(0, 5) switch { 0 => parts[0], 1 => parts[1], 2 => ("where was it from", "from ", ""), 3 => ("where did it go", "to ", ""), _ => ("when was it taken", "on ", "") };
        foreach (var part in parts)
            if (part.Question == question) answer = part.Answer;
        if (parts[^1].Before == "on " && Often()) parts.Insert(0, parts[^1]);                         // the day may come first
        if (parts[0].Before == "on ") parts.RemoveAt(parts.Count - 1);
        string context = (Often() ? Pick(fillers) + " . " : "") + string.Join(' ', parts.Select(part => part.Before + part.Answer)) + (Often() ? " . " + Pick(fillers) : "");
        return new Example(question, context, answer == "" ? -1 : context.IndexOf(before + answer, StringComparison.Ordinal) + before.Length, answer);
    })];
}

// %% [CLS] question [SEP] passage [SEP]; start and end are places of pieces, and [CLS], place 0, means: there is no answer
(TextBatch Batch, Encoding[] Pairs, long[] Starts, long[] Ends) Encode(Tokenizer tokenizer, IReadOnlyList<Example> examples)
{
    Encoding[] pairs = [.. examples.Select(e => tokenizer.Encode(e.Question, e.Context))];
    long Place(int row, Func<(int Start, int End), bool> isThere) => examples[row].Start < 0 ? 0
        : Enumerable.Range(0, pairs[row].Count).First(t => pairs[row].TypeIds[t] == 1 && pairs[row].SpecialTokensMask[t] == 0 && isThere(pairs[row].Offsets[t]));
    return (TextBatch.Of(pairs), pairs,
        [.. examples.Select((e, row) => Place(row, piece => piece.Start <= e.Start && e.Start < piece.End))],
        [.. examples.Select((e, row) => Place(row, piece => piece.Start < e.Start + e.Answer.Length && e.Start + e.Answer.Length <= piece.End))]);
}
var random = new NumPyRandom(lesson.Seed(7));
Example[] training = Make(lesson.Parameter("questions", lesson.Full ? 12_000 : 800, 50, 50_000), random), testing = Make(200, random);
Tokenizer tokenizer = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = 400, MinimumFrequency = 1 }.Train(training.Take(300).Select(e => $"{e.Question} {e.Context}"));
lesson.Table(lesson.Text("질문과 답", "Questions and answers"), [lesson.Text("질문", "question"), lesson.Text("글", "passage"), lesson.Text("답", "answer")], testing.Take(4).Select(e => (IReadOnlyList<object>)[e.Question, e.Context, e.Answer]));

// %% the gradient by hand: two soft-maxes over places, each (p - one-hot) / (2 · batch)
var (_, _, someStarts, someEnds) = Encode(tokenizer, [.. training.Take(8)]);
Tensor startScores = Tensor.RandN([8, 30], random, dtype: DType.Float64).RequireGrad(), endScores = Tensor.RandN([8, 30], random, dtype: DType.Float64).RequireGrad();
BertForQuestionAnswering.Loss(startScores, endScores, Tensor.From(someStarts), Tensor.From(someEnds)).Backward();
Tensor ByHand(Tensor scores, long[] places) => (scores.Detach().Softmax(-1) - Tensor.OneHot(Tensor.From(places), 30, DType.Float64)) / (2 * 8);
lesson.Figure("gradient.difference", (ByHand(startScores, someStarts) - startScores.Grad!).Abs().Max().Item() + (ByHand(endScores, someEnds) - endScores.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% training
int epochs = lesson.Parameter("epochs", 5, 1, 100), size = lesson.Parameter("size", 32, 8, 256);
double rate = lesson.Parameter("lr", 0.004, 1e-4, 0.1);
var model = new BertForQuestionAnswering(ParamScope.Random(lesson.Seed(7)), new BertConfig(tokenizer.VocabularySize, size, LayerCount: lesson.Parameter("layers", 2, 1, 6), HeadCount: 4, IntermediateSize: 2 * size, PositionCount: 96, Dropout: 0, AttentionDropout: 0, InitializerRange: lesson.Parameter("init", 0.1, 0.01, 1)));
var optimizer = new AdamW([.. model.Parameters()], rate, weightDecay: 0.01);
int steps = epochs * ((training.Length + 31) / 32);
var schedule = new WarmupLinear(optimizer, steps / 10, steps);
var losses = new List<double>();
for (int epoch = 0; epoch < epochs; epoch++)
{
    random.Shuffle<Example>(training);
    foreach (Example[] part in training.Chunk(32))
    {
        using var step = TensorScope.Begin();
        var (batch, _, starts, ends) = Encode(tokenizer, part);
        optimizer.ZeroGrad();
        var (start, end) = model.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds);
        Tensor loss = BertForQuestionAnswering.Loss(start, end, Tensor.From(starts), Tensor.From(ends));
        loss.Backward();
        GradientClipping.ClipGradNorm(model.Parameters(), 1);
        optimizer.Step();
        schedule.Step();
        losses.Add(loss.Item());
        lesson.Progress(losses.Count, steps, FormattableString.Invariant($"{loss.Item():F4}"));
    }
}
lesson.Figure("loss.first", losses[0]);
lesson.Figure("loss.last", losses[^1]);

// %% reading: of all spans inside the passage the one with the greatest start + end score, if it beats "no answer" by the threshold
model.Eval();
Reading[] Read(IReadOnlyList<Example> examples)
{
    using var quiet = Autograd.NoGrad();
    var (batch, pairs, _, _) = Encode(tokenizer, examples);
    var (start, end) = model.Forward(batch.Ids, batch.AttentionMask, batch.TypeIds);
    return [.. examples.Select((e, row) =>
    {
        float[] s = start.Select(0, row).ToArray<float>(), f = end.Select(0, row).ToArray<float>();
        int[] inside = [.. Enumerable.Range(0, pairs[row].Count).Where(t => pairs[row].TypeIds[t] == 1 && pairs[row].SpecialTokensMask[t] == 0)];
        var best = (from i in inside from j in inside where j >= i && j < i + 4 orderby s[i] + f[j] descending select (i, j)).First();
        string text = e.Context[pairs[row].Offsets[best.i].Start..pairs[row].Offsets[best.j].End];
        int naiveStart = Array.IndexOf(s, s.Max()), naiveEnd = Array.IndexOf(f, f.Max());             // each end by itself
        return new Reading(text, s[best.i] + f[best.j] - s[0] - f[0], naiveEnd < naiveStart || (naiveStart == 0) != (naiveEnd == 0), s, f);
    })];
}
Reading[] readings = Read(testing);
bool IsRight(int row, double threshold) => (readings[row].Margin > threshold ? readings[row].Text : "") == testing[row].Answer;
int[] answerable = [.. Enumerable.Range(0, testing.Length).Where(row => testing[row].Answer != "")], none = [.. Enumerable.Range(0, testing.Length).Except(answerable)];
double Share(int[] rows, double threshold) => rows.Length == 0 ? 0 : rows.Count(row => IsRight(row, threshold)) / (double)rows.Length;
lesson.Figure("answerable", [answerable.Length, none.Length]);
lesson.Range("exact.match", Share([.. answerable, .. none], 0), 0.8, 1);
lesson.Figure("exact.answerable", Share(answerable, 0));
lesson.Figure("exact.none", Share(none, 0));
lesson.Figure("impossible.when.read.apart", readings.Count(r => r.IsImpossible));
lesson.Figure("always.answering", Share([.. answerable, .. none], double.NegativeInfinity));

// %% one question in pieces, and what the threshold trades
Example shown = testing[answerable.First(row => testing[row].Question.StartsWith("what", StringComparison.Ordinal))];
Encoding pieces = tokenizer.Encode(shown.Question, shown.Context);
Reading reading = Read([shown])[0];
var chances = Tensor.Stack([Tensor.From(reading.Start[..pieces.Count]).Softmax(-1), Tensor.From(reading.End[..pieces.Count]).Softmax(-1)], 0);
double[] thresholds = [.. Enumerable.Range(-60, 121).Select(i => i / 5.0)];
lesson.Plot("bert_qa", new Figure("", 1,
[
    new Panel($"{shown.Question}?  →  {reading.Text}").HeatMap(chances.Transpose(0, 1), rows: pieces.Tokens, columns: [lesson.Text("시작", "start"), lesson.Text("끝", "end")], low: 0, high: 1),
    new Panel(lesson.Text("문턱값: 답이 '없음'보다 얼마나 좋아야 하는가", "Threshold: how much better than none an answer must be"), lesson.Text("문턱값", "threshold"), lesson.Text("맞은 비율", "share right")) { YLimits = (0, 1.05) }
        .Line(thresholds, [.. thresholds.Select(t => Share(answerable, t))], lesson.Text("답이 있는 질문", "with an answer")).Line(thresholds, [.. thresholds.Select(t => Share(none, t))], lesson.Text("답이 없는 질문", "without"))
        .Line(thresholds, [.. thresholds.Select(t => Share([.. answerable, .. none], t))], lesson.Text("모두", "all"), dashed: true),
]) { PanelHeight = 460 });

/// <summary>A question about a passage; the answer begins at a character of it, or at -1 where there is none.</summary>
sealed record Example(string Question, string Context, int Start, string Answer);

/// <summary>The best span's text, how far it is above "no answer", whether the ends read apart make no sense, and all scores.</summary>
sealed record Reading(string Text, double Margin, bool IsImpossible, float[] Start, float[] End);
