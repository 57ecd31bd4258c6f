// chapter: chargpt
// title: 글자 GPT: 글을 통째로 읽히기 | A character GPT: give it a text to read
// computes: 어떤 글이든 한 글자씩 배우는 GPT, 배우는 것과 외우는 것 | a GPT that learns any text letter by letter; learning and knowing by heart
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% a text: poems of the public domain; with --full the plays of Shakespeare
bool full = lesson.Full && lesson.RealFile("text/tinyshakespeare.txt") is not null;
string text = full ? File.ReadAllText(lesson.RealFile("text/tinyshakespeare.txt")!) : lesson.Text(
    """
    죽는 날까지 하늘을 우러러
    한 점 부끄럼이 없기를,
    잎새에 이는 바람에도
    나는 괴로워했다.
    별을 노래하는 마음으로
    모든 죽어가는 것을 사랑해야지.
    그리고 나한테 주어진 길을
    걸어가야겠다.
    오늘 밤에도 별이 바람에 스치운다.
    먼 훗날 당신이 찾으시면
    그때에 내 말이 잊었노라
    당신이 속으로 나무라면
    무척 그리다가 잊었노라
    그래도 당신이 나무라면
    믿기지 않아서 잊었노라
    오늘도 어제도 아니 잊고
    먼 훗날 그때에 잊었노라
    엄마야 누나야 강변 살자,
    뜰에는 반짝이는 금모래빛,
    뒷문 밖에는 갈잎의 노래,
    엄마야 누나야 강변 살자.
    """,
    """
    To be, or not to be: that is the question:
    Whether 'tis nobler in the mind to suffer
    The slings and arrows of outrageous fortune,
    Or to take arms against a sea of troubles,
    And by opposing end them? To die: to sleep;
    No more; and by a sleep to say we end
    The heart-ache and the thousand natural shocks
    That flesh is heir to, 'tis a consummation
    Devoutly to be wish'd. To die, to sleep;
    To sleep: perchance to dream: ay, there's the rub;
    For in that sleep of death what dreams may come
    When we have shuffled off this mortal coil,
    Must give us pause: there's the respect
    That makes calamity of so long life.
    """).ReplaceLineEndings("\n") + "\n";
Tokenizer letters = Tokenizer.FromCharacters(text);
long[] ids = [.. letters.EncodeToIds(text).Select(id => (long)id)];
int cut = (int)(0.9 * ids.Length);
lesson.Figure("characters", text.Length);
lesson.Figure("letters", letters.VocabularySize);

// %% minGPT's model, small; windows at random places
int block = lesson.Parameter("block", full ? 64 : 32, 4, 256), size = lesson.Parameter("size", full ? 128 : 64, 16, 512), layers = lesson.Parameter("layers", full ? 4 : 2, 1, 12);
int batch = lesson.Parameter("batch", 12, 1, 256), steps = lesson.Parameter("steps", full ? 1000 : 400, 10, 100_000);
double rate = lesson.Parameter("lr", full ? 1e-3 : 4e-3, 1e-5, 0.1), dropout = lesson.Parameter("dropout", 0.0, 0, 0.9);
var random = new PhiloxRandom(lesson.Seed(3407));
var model = new Gpt2LMHeadModel(ParamScope.Random(random), new Gpt2Config(letters.VocabularySize, block, size, layers, 4, Dropout: dropout, AttentionDropout: dropout));
lesson.Figure("parameters", model.ParameterCount());
var optimizer = new AdamW(DecayGroups.Of(model, 0.1), rate, beta1: 0.9, beta2: 0.99);
var schedule = new WarmupCosine(optimizer, steps / 20, steps, rate / 10);
Tensor Loss(int[] starts, int length)
{
    Tensor x = Tensor.From([.. starts.SelectMany(s => ids[s..(s + length)])]).Reshape(starts.Length, length);
    return model.Forward(x).Flatten(0, 1).CrossEntropy(Tensor.From([.. starts.SelectMany(s => ids[(s + 1)..(s + length + 1)])]));
}
double Validate(int from, int to)                                                            // windows one behind the other
{
    model.Eval();
    using var quiet = Autograd.NoGrad();
    int length = Math.Min(block, to - from - 1);
    int[][] parts = [.. Enumerable.Range(0, (to - from - 1) / length).Select(w => from + w * length).Chunk(32)];
    double sum = 0;
    foreach (int[] part in parts)
    {
        using var memory = TensorScope.Begin();
        sum += part.Length * Loss(part, length).Item();
    }
    model.Train();
    return sum / parts.Sum(part => part.Length);
}

// %% training; a few times it says what it has learnt so far
string begin = full ? "O God, O God!" : lesson.Text("오늘", "To ");
string Write(int count) => TextGenerator.Continue(model, letters, begin, new GenerationOptions { MaxNewTokens = count, Sample = true, TopK = 10, Generator = new PhiloxRandom(7) });
const int Points = 6;
double[] losses = new double[steps], at = [.. Enumerable.Range(1, Points).Select(i => (double)(i * steps / Points))], seen = new double[Points], held = new double[Points], copied = new double[Points];
Tensor[] parameters = model.Parameters();
for (int step = 0; step < steps; step++)
{
    using (TensorScope.Begin())
    {
        optimizer.ZeroGrad();
        Tensor loss = Loss([.. Enumerable.Range(0, batch).Select(_ => (int)random.NextInteger(0, cut - block))], block);
        loss.Backward();
        GradientClipping.ClipGradNorm(parameters, 1);
        optimizer.Step();
        schedule.Step();
        losses[step] = loss.Item();
    }
    if (step % 20 == 0) lesson.Progress(step + 1, steps, FormattableString.Invariant($"loss {losses[step]:F3}"));
    if (Array.IndexOf(at, step + 1) is not (>= 0 and int place)) continue;
    (seen[place], held[place]) = (Validate(0, Math.Min(cut, ids.Length - cut)), Validate(cut, ids.Length));
    string written = begin + Write(200);
    string[] pieces = [.. Enumerable.Range(0, written.Length - 8).Select(i => written[i..(i + 8)])];
    copied[place] = pieces.Count(piece => text.Contains(piece, StringComparison.Ordinal)) / (double)pieces.Length; // eight letters that stand so in the text
    if (place is 0 or 2 or Points - 1) lesson.Say($"[{step + 1}] {written[..Math.Min(90, written.Length)].ReplaceLineEndings(" / ")}", $"[{step + 1}] {written[..Math.Min(90, written.Length)].ReplaceLineEndings(" / ")}");
}
lesson.Figure("loss.first", losses[0]);
lesson.Range("loss.first.above.guess", losses[0] - Math.Log(letters.VocabularySize), -0.3, 0.5);
lesson.Figure("loss.seen", seen);
lesson.Figure("loss.unseen", held);
lesson.Figure("copied", copied);
if (full) lesson.Range("real.loss.unseen", held[^1], 1.8, 2.15);
else
{
    lesson.Range("loss.seen.last", seen[^1], 0, 0.6);
    lesson.Range("copied.last", copied[^1], 0.3, 1);
}
Panel curve = new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("글자당 교차 엔트로피", "cross entropy a letter"))
    .Line([.. Enumerable.Range(1, steps).Select(i => (double)i)], losses, lesson.Text("훈련 배치", "training batch"), Color.Grey, width: 1).Line(at, seen, lesson.Text("읽은 글", "text read")).Line(at, held, lesson.Text("안 읽은 글", "text not read"));
lesson.Plot("chargpt", new Figure("", 2,
[
    curve,
    new Panel(lesson.Text("글에 그대로 있는 여덟 글자의 비율", "Share of its eight-letter pieces that the text has"), lesson.Text("갱신", "update")) { YLimits = (0, 1.05) }.Line(at, copied).Scatter(at, copied),
]));
